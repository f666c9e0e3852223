"""Batch norm by the batch's own statistics."""

import numpy as np

from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import experiments
from nnlib.experiments import normalize

SHAPES = ((2, 3), (5, 1), (4, 2), (2, 3, 2, 2), (1, 2, 2, 3), (3, 2, 1, 1), (2, 1, 3, 1))


def scales_and_shifts(rng, c):
    """Factors of both signs and shifts, none of them 0 or 1."""
    sign = np.where(np.arange(c) % 2, -1, 1)
    return sign * rng.uniform(1.3, 3, c), -sign * rng.uniform(0.5, 2, c)


def batch(size, scale=1.0, **given):
    def draw(rng):
        return call(uneven(rng, size, scale), *scales_and_shifts(rng, size[1]), **given)

    return draw


def still(size, **given):
    """Channels that are constant, a factor of 0 and a shift of 0."""

    def draw(rng):
        x = (
            np.ones(size)
            * rng.permutation(np.arange(2, 9))[: size[1]].reshape(1, -1, *[1] * (len(size) - 2))
            / 4
        )
        return call(x, np.arange(size[1]) * 2.0, np.arange(size[1])[::-1] * -1.0, **given)

    return draw


def _allowed(rng):
    size = one_of(rng, *SHAPES)
    x = floats(rng, size, (1.0, 1.0, 10.0, 1e-3))
    return call(x, *(floats(rng, size[1], (1.0, 10.0)) for _ in "wb"), **options(rng, eps=(1e-5, 0.1, 1.0)))


BATCH_NORM_TRAIN = Exercise(
    function="batch_norm_train",
    topics=("C09-02", "C09-06"),
    points=2,
    difficulty=3,
    minutes=20,
    reference=experiments.batch_norm_train,
    forbid=("nnlib.norm.batch_norm", "torch.nn.functional.batch_norm"),
    uses=("normalize",),
    allowed=_allowed,
    large=batch((32, 30)),
    cases=(
        Case(
            "a batch of features",
            batch((5, 3)),
            example=call([[1, 2], [3, 6], [5, 1]], [2, -1], [0.5, 3]),
            weight=2,
        ),
        Case("images", batch((2, 3, 3, 3)), weight=3),
        Case("small numbers: ε counts", batch((5, 3), 2e-3), weight=2),
        Case("ε given", batch((4, 3), eps=0.5), weight=2),
        in_turn(
            "odd shapes, constants, factors of 0",
            batch((4, 1), 300.0, eps=1.0),
            batch((3, 2, 1, 4), 1e-3, eps=1e-5),
            batch((1, 2, 2, 3), eps=0.1),
            batch((2, 1, 1, 1), eps=1.0),
            batch((3, 2, 4, 1)),
            lambda rng: call(spread(rng, (4, 3)), 200 + spread(rng, 3), 150 * spread(rng, 3)),
            still((3, 3)),
            still((2, 2, 2, 2), eps=1e-5),
            edge=True,
        ),
    ),
    hints=(
        "First x̂: your normalize over the axes of a channel, (0,) for (N, C) and (0, 2, 3) for (N, C, H, W).",
        "(0, *range(2, x.ndim)) is right for both.",
        "weight.reshape(1, -1, 1, 1) stands along axis 1 of an image; for (N, C) it is (1, -1).",
    ),
)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_unbiased(x, weight, bias, *, eps=1e-5):
    """Your variance is divided by m − 1; the batch is standardized by its own variance, divided by m."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    centred = x - x.mean(axis=axes, keepdims=True)
    xhat = centred / np.sqrt(x.var(axis=axes, keepdims=True, ddof=1) + eps)
    return weight.reshape(shape) * xhat + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_by_variance(x, weight, bias, *, eps=1e-5):
    """You divide by the variance; divide by its root, the standard deviation."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    xhat = (x - x.mean(axis=axes, keepdims=True)) / (x.var(axis=axes, keepdims=True) + eps)
    return weight.reshape(shape) * xhat + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="small numbers: ε counts")
def batch_norm_train_eps_outside(x, weight, bias, *, eps=1e-5):
    """You add ε to the standard deviation; it stands inside the root, added to the variance."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    xhat = (x - x.mean(axis=axes, keepdims=True)) / (x.std(axis=axes, keepdims=True) + eps)
    return weight.reshape(shape) * xhat + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="small numbers: ε counts")
def batch_norm_train_no_eps(x, weight, bias, *, eps=1e-5):
    """ε is missing: it is added to the variance before the root."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    std = x.std(axis=axes, keepdims=True)
    xhat = (x - x.mean(axis=axes, keepdims=True)) / np.where(std > 0, std, 1)
    return weight.reshape(shape) * xhat + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="ε given")
def batch_norm_train_own_eps(x, weight, bias, *, eps=1e-5):
    """You do not hand `eps` on: 1e-5 is used whatever the caller gives."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, axes) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="images")
def batch_norm_train_along_the_last_axis(x, weight, bias, *, eps=1e-5):
    """weight and bias stand along the last axis of your images; the channels are axis 1.

    weight.reshape(1, -1, 1, 1) brings them there."""
    return weight * normalize(x, (0, *range(2, x.ndim)), eps=eps) + bias


@BATCH_NORM_TRAIN.wrong(case="images")
def batch_norm_train_each_place(x, weight, bias, *, eps=1e-5):
    """You average over axis 0 only, so that each place has its own mean; all places of a channel share one.

    For (N, C, H, W) the axes are (0, 2, 3)."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, (0,), eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="images")
def batch_norm_train_each_image(x, weight, bias, *, eps=1e-5):
    """You standardize each image by itself; a channel has one mean and one variance over all images of the batch."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    axes = (2, 3) if x.ndim == 4 else (0,)
    return weight.reshape(shape) * normalize(x, axes, eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_each_sample(x, weight, bias, *, eps=1e-5):
    """You standardize each sample over its features; batch norm goes over the samples, each channel by itself."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, tuple(range(1, x.ndim)), eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_over_everything(x, weight, bias, *, eps=1e-5):
    """You take one mean and one variance for all channels; each channel has its own."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, tuple(range(x.ndim)), eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_swapped(x, weight, bias, *, eps=1e-5):
    """You have swapped them: weight is the factor γ, bias is what is added, β."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return bias.reshape(shape) * normalize(x, (0, *range(2, x.ndim)), eps=eps) + weight.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_no_weight(x, weight, bias, *, eps=1e-5):
    """You do not use `weight`: the standardized values are multiplied by γ."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return normalize(x, (0, *range(2, x.ndim)), eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_no_bias(x, weight, bias, *, eps=1e-5):
    """You do not use `bias`: β is added at the end."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, (0, *range(2, x.ndim)), eps=eps)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_nothing_learnt(x, weight, bias, *, eps=1e-5):
    """You return x̂, without γ and β: y = γ x̂ + β."""
    return normalize(x, (0, *range(2, x.ndim)), eps=eps)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_scaled_first(x, weight, bias, *, eps=1e-5):
    """You scale and shift x before it is standardized, which takes both away again; first x̂, then γ x̂ + β."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return normalize(weight.reshape(shape) * x + bias.reshape(shape), (0, *range(2, x.ndim)), eps=eps)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_bias_scaled(x, weight, bias, *, eps=1e-5):
    """You multiply β by γ as well: γ x̂ + β, not γ (x̂ + β)."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * (normalize(x, (0, *range(2, x.ndim)), eps=eps) + bias.reshape(shape))


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_root_of_weight(x, weight, bias, *, eps=1e-5):
    """You take γ for the variance of the result and multiply by its root; γ is the standard deviation: γ x̂ + β."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    factor = np.sign(weight) * np.sqrt(np.abs(weight))
    return factor.reshape(shape) * normalize(x, (0, *range(2, x.ndim)), eps=eps) + bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong
def batch_norm_train_bias_subtracted(x, weight, bias, *, eps=1e-5):
    """You subtract β; it is added: γ x̂ + β."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return weight.reshape(shape) * normalize(x, (0, *range(2, x.ndim)), eps=eps) - bias.reshape(shape)


@BATCH_NORM_TRAIN.wrong(case="arguments unchanged")
def batch_norm_train_in_place(x, weight, bias, *, eps=1e-5):
    """You change x in place; it belongs to who called. x = x - mean makes a new array."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    x -= x.mean(axis=axes, keepdims=True)
    x /= np.sqrt((x**2).mean(axis=axes, keepdims=True) + eps)
    return weight.reshape(shape) * x + bias.reshape(shape)


@BATCH_NORM_TRAIN.right
def batch_norm_train_by_two_cases(x, weight, bias, *, eps=1e-5):
    if x.ndim == 2:
        xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
        return weight * xhat + bias
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    xhat = (x - mean[:, None, None]) / np.sqrt(var + eps)[:, None, None]
    return weight[:, None, None] * xhat + bias[:, None, None]


@BATCH_NORM_TRAIN.right
def batch_norm_train_channel_by_channel(x, weight, bias, *, eps=1e-5):
    y = np.empty_like(x)
    for c in range(x.shape[1]):
        values = x[:, c]
        y[:, c] = weight[c] * (values - values.mean()) / np.sqrt(values.var() + eps) + bias[c]
    return y


@BATCH_NORM_TRAIN.right
def batch_norm_train_as_one_factor(x, weight, bias, *, eps=1e-5):
    moved = np.moveaxis(x, 1, -1)
    rows = moved.reshape(-1, x.shape[1])
    mean = rows.sum(axis=0) / len(rows)
    scale = weight / np.sqrt(((rows - mean) ** 2).sum(axis=0) / len(rows) + eps)
    return np.moveaxis((moved - mean) * scale + bias, -1, 1)


@BATCH_NORM_TRAIN.right
def batch_norm_train_by_transposing(x, weight, bias, *, eps=1e-5):
    channels = np.swapaxes(x, 0, 1)
    rows = channels.reshape(len(weight), -1)
    rows = normalize(rows, (1,), eps=eps) * weight[:, None] + bias[:, None]
    return np.swapaxes(rows.reshape(channels.shape), 0, 1)


@BATCH_NORM_TRAIN.right
def batch_norm_train_by_einsum(x, weight, bias, *, eps=1e-5):
    axes = tuple(axis for axis in range(x.ndim) if axis != 1)
    xhat = normalize(x, axes, eps=eps)
    return np.einsum("c,nc...->nc...", weight, xhat) + np.expand_dims(bias, axes)
