"""Batch norm in training and in use."""

import numpy as np

from grader.exercises.ch09_normalisation.batch_norm_train import SHAPES, scales_and_shifts
from grader.exercises.ch09_normalisation.normalize import uneven
from grader.exercises.ch09_normalisation.update_running import statistics
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import floats, one_of, options, spread
from nnlib import norm
from nnlib.experiments import batch_norm_train, normalize, update_running


def arguments(size, parts="wb", scale=1.0, **given):
    """x, running statistics, and weight and bias, None for those whose letter is missing."""

    def draw(rng):
        c = size[1]
        weight, bias = (a if letter in parts else None for letter, a in zip("wb", scales_and_shifts(rng, c)))
        mean, var = statistics(rng, c)
        return call(uneven(rng, size, scale), scale * mean, scale**2 * var, weight, bias, **given)

    return draw


def with_zeros(size, **given):
    """Zeros in every array, and numbers above 100."""

    def draw(rng):
        c = size[1]
        mean, weight, bias = spread(rng, c), 150 * spread(rng, c), np.roll(spread(rng, c), 1)
        return call(spread(rng, size), mean, np.abs(np.roll(spread(rng, c), 1)), weight, bias, **given)

    return draw


def _allowed(rng):
    given = options(rng, eps=(1e-5, 0.1, 1.0), momentum=(0.1, 0.5, 0.01), training=(True, True, False))
    training = given.get("training", False)
    size = one_of(rng, *SHAPES, *(() if training else ((1, 3), (1, 2, 1, 1))))
    c = size[1]
    x, mean = floats(rng, size, (1.0, 10.0, 1e-3)), floats(rng, c, (1.0, 10.0))
    var = np.abs(floats(rng, c, (1.0, 10.0)))
    weight, bias = (one_of(rng, None, *[floats(rng, c, (1.0, 10.0))] * 3) for _ in "wb")
    return call(x, mean, var, weight, bias, **given)


BATCH_NORM = Exercise(
    function="batch_norm",
    topics=("C09-02", "C09-04"),
    points=3,
    difficulty=3,
    minutes=30,
    reference=norm.batch_norm,
    torch="torch.nn.functional.batch_norm",
    uses=("normalize", "batch_norm_train", "update_running"),
    allowed=_allowed,
    large=arguments((32, 30), training=True),
    cases=(
        Case(
            "in use",
            arguments((4, 3)),
            example=call([[1, 2], [3, 6]], [2, 1], [4, 9], [3, -1], [0.5, 2], eps=7.0),
            weight=2,
        ),
        Case(
            "in training",
            arguments((5, 3), training=True),
            example=call([[1, 2], [3, 6], [5, 1]], [10, -10], [4, 16], [2, -1], [0.5, 3], training=True),
            weight=2,
        ),
        Case("in use, images", arguments((2, 3, 3, 3)), weight=2),
        Case("in training, images", arguments((2, 3, 3, 3), training=True)),
        in_turn(
            "in training, ε and momentum given",
            arguments((4, 3), eps=0.5, momentum=0.4, training=True),
            arguments((2, 3, 2, 2), eps=0.5, training=True),
            arguments((4, 3), momentum=0.4, training=True),
            weight=4,
        ),
        Case("in use, small numbers: ε counts", arguments((4, 3), scale=5e-4), weight=2),
        in_turn(
            "without weight, without bias",
            arguments((2, 3, 3, 3), "w"),
            arguments((4, 3), "b"),
            arguments((4, 3), ""),
            arguments((4, 3), "", training=True),
            arguments((2, 3, 2, 2), "w", training=True),
            arguments((2, 3, 2, 2), "b", training=True),
            weight=5,
        ),
        keeps_arguments(arguments((4, 3), training=True), weight=5),
        in_turn(
            "a batch of one in use, odd shapes, zeros",
            arguments((1, 3), training=False),
            arguments((1, 1, 1, 2), eps=1e-5, momentum=0.1),
            arguments((2, 1, 1, 1), "w", training=True, eps=1.0),
            arguments((2, 1, 3, 1), training=True, momentum=0.1, scale=100.0, eps=1.0),
            arguments((1, 2, 2, 3), "b", training=True, eps=1e-5, momentum=0.5),
            arguments((3, 2, 1, 1), training=False, momentum=0.5, eps=1.0, scale=100.0),
            arguments((1, 2, 1, 1), "b", scale=20.0, eps=1.0),
            arguments((3, 1), training=True, momentum=0.01),
            with_zeros((4, 3)),
            with_zeros((2, 3, 2, 2)),
            with_zeros((4, 3), training=True),
            edge=True,
        ),
    ),
    hints=(
        "Two branches. In training you have both parts already: batch_norm_train and update_running.",
        "In use: (x - running_mean) / np.sqrt(running_var + eps), in a shape that stands along axis 1, then γ and β.",
        "weight is None: ones in the shape of running_mean; bias is None: zeros.",
    ),
)


@BATCH_NORM.wrong(case="in use")
def batch_norm_always_the_batch(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use you standardize by the batch itself; there the running statistics take its place."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    y = weight.reshape(shape) * normalize(x, (0, *range(2, x.ndim)), eps=eps) + bias.reshape(shape)
    if training:
        running_mean, running_var = update_running(running_mean, running_var, x, momentum=momentum)
    return y, running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_never_the_batch(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In training you standardize by the running statistics; there the batch is standardized by its own."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    if training:
        running_mean, running_var = update_running(running_mean, running_var, x, momentum=momentum)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_by_the_updated(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In training you standardize by the updated running statistics; the batch is standardized by its own."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        running_mean, running_var = update_running(running_mean, running_var, x, momentum=momentum)
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use")
def batch_norm_modes_swapped(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """The two modes are swapped: with training=True the batch's statistics are used, else the running ones."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if not training:
        axes, m = (0, *range(2, x.ndim)), x.size / x.shape[1]
        y = weight.reshape(shape) * normalize(x, axes, eps=eps) + bias.reshape(shape)
        var = x.var(axis=axes) * m / max(m - 1, 1)
        mean = (1 - momentum) * running_mean + momentum * x.mean(axis=axes)
        return y, mean, (1 - momentum) * running_var + momentum * var
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use")
def batch_norm_updated_in_use(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You bring the running statistics up to date in use as well; there they stay as they are."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape, axes, m = (1, -1) + (1,) * (x.ndim - 2), (0, *range(2, x.ndim)), x.size / x.shape[1]
    new_mean = (1 - momentum) * running_mean + momentum * x.mean(axis=axes)
    new_var = (1 - momentum) * running_var + momentum * x.var(axis=axes) * m / max(m - 1, 1)
    if training:
        return batch_norm_train(x, weight, bias, eps=eps), new_mean, new_var
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), new_mean, new_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_never_updated(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In training you return the running statistics as they were; they are brought up to date with the batch."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        return batch_norm_train(x, weight, bias, eps=eps), running_mean, running_var
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_batch_statistics_returned(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In training you return the batch's own statistics; they are mixed into the running ones."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape, axes = (1, -1) + (1,) * (x.ndim - 2), (0, *range(2, x.ndim))
    if training:
        return batch_norm_train(x, weight, bias, eps=eps), x.mean(axis=axes), x.var(axis=axes, ddof=1)
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_biased_remembered(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You remember the biased variance; the batch is standardized by it, but the running one takes the unbiased."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape, axes = (1, -1) + (1,) * (x.ndim - 2), (0, *range(2, x.ndim))
    if training:
        mean = (1 - momentum) * running_mean + momentum * x.mean(axis=axes)
        var = (1 - momentum) * running_var + momentum * x.var(axis=axes)
        return batch_norm_train(x, weight, bias, eps=eps), mean, var
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_unbiased_for_both(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You standardize the batch by the unbiased variance; that one is remembered, the batch takes the biased."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape, axes = (1, -1) + (1,) * (x.ndim - 2), (0, *range(2, x.ndim))
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    xhat = (x - mean.reshape(shape)) / np.sqrt(var + eps).reshape(shape)
    return weight.reshape(shape) * xhat + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training")
def batch_norm_share_of_the_old(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You take momentum for the share of the old value; here it is the share of the batch."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=1 - momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training, ε and momentum given")
def batch_norm_momentum_not_handed_on(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You do not hand `momentum` on to update_running, which then takes 0.1."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        return batch_norm_train(x, weight, bias, eps=eps), *update_running(running_mean, running_var, x)
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in training, ε and momentum given")
def batch_norm_eps_not_handed_on(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In training you do not hand `eps` on to batch_norm_train, which then takes 1e-5."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use, small numbers: ε counts")
def batch_norm_no_eps_in_use(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use ε is missing: it is added to the running variance before the root."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var).reshape(shape)
    xhat = (x - mean) / np.where(s > 0, s, 1)
    return weight.reshape(shape) * xhat + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use, small numbers: ε counts")
def batch_norm_eps_outside_in_use(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use you add ε to the standard deviation; it stands inside the root, added to the running variance."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), (np.sqrt(running_var) + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use")
def batch_norm_by_variance_in_use(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use you divide by the running variance; divide by its root."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), (running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="in use")
def batch_norm_bare_in_use(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use you leave γ and β out; they belong to both modes."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return (x - mean) / s, running_mean, running_var


@BATCH_NORM.wrong(case="in use, images")
def batch_norm_along_the_last_axis(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """In use the numbers of the channels stand along the last axis of your images; the channels are axis 1.

    running_mean.reshape(1, -1, 1, 1) brings them there, and so with the others."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    return weight * (x - running_mean) / np.sqrt(running_var + eps) + bias, running_mean, running_var


@BATCH_NORM.wrong(case="in use")
def batch_norm_y_only(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You return y only; asked for is the triple (y, running_mean, running_var)."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        return batch_norm_train(x, weight, bias, eps=eps)
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape)


@BATCH_NORM.wrong(case="without weight, without bias")
def batch_norm_one_without_the_other(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """Where one of weight and bias is None you leave out the other as well; either may be given alone."""
    if weight is None or bias is None:
        weight, bias = np.ones_like(running_mean), np.zeros_like(running_mean)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="without weight, without bias")
def batch_norm_none_forgotten(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """weight or bias may be None, which has no values to multiply or add: then they are 1 and 0."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        kept = update_running(running_mean, running_var, x, momentum=momentum)
        return batch_norm_train(x, weight, bias, eps=eps), *kept
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.wrong(case="arguments unchanged")
def batch_norm_in_place(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """You change the running statistics in place, as torch does; here they are returned, and the old ones stay."""
    weight = np.ones_like(running_mean) if weight is None else weight
    bias = np.zeros_like(running_mean) if bias is None else bias
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if training:
        y = batch_norm_train(x, weight, bias, eps=eps)
        running_mean[:], running_var[:] = update_running(running_mean, running_var, x, momentum=momentum)
        return y, running_mean, running_var
    mean, s = running_mean.reshape(shape), np.sqrt(running_var + eps).reshape(shape)
    return weight.reshape(shape) * (x - mean) / s + bias.reshape(shape), running_mean, running_var


@BATCH_NORM.right
def batch_norm_one_formula(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    axes = (0, *range(2, x.ndim))
    mean, var = running_mean, running_var
    if training:
        m = x.size / x.shape[1]
        mean, var = x.mean(axis=axes), x.var(axis=axes)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var * m / (m - 1)
    y = (x - np.expand_dims(mean, axes)) / np.expand_dims(np.sqrt(var + eps), axes)
    if weight is not None:
        y = y * np.expand_dims(weight, axes)
    if bias is not None:
        y = y + np.expand_dims(bias, axes)
    return y, running_mean, running_var


@BATCH_NORM.right
def batch_norm_channels_last(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    last = np.moveaxis(x, 1, -1)
    mean, var = running_mean.copy(), running_var.copy()
    if training:
        rows = last.reshape(-1, len(mean))
        mean, var = rows.mean(axis=0), rows.var(axis=0)
        running_mean = running_mean + momentum * (mean - running_mean)
        running_var = running_var + momentum * (rows.var(axis=0, ddof=1) - running_var)
    y = (last - mean) / np.sqrt(var + eps)
    y = y * (1 if weight is None else weight) + (0 if bias is None else bias)
    return np.moveaxis(y, -1, 1), running_mean, running_var


@BATCH_NORM.right
def batch_norm_channel_by_channel(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    y, new_mean, new_var = np.empty_like(x), running_mean.copy(), running_var.copy()
    for c in range(x.shape[1]):
        values = x[:, c]
        mean, var = (values.mean(), values.var()) if training else (running_mean[c], running_var[c])
        y[:, c] = (values - mean) / (var + eps) ** 0.5
        if weight is not None:
            y[:, c] *= weight[c]
        if bias is not None:
            y[:, c] += bias[c]
        if training:
            new_mean[c] = (1 - momentum) * running_mean[c] + momentum * mean
            new_var[c] = (1 - momentum) * running_var[c] + momentum * values.var(ddof=1)
    return y, new_mean, new_var


@BATCH_NORM.right
def batch_norm_from_its_parts(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    gamma = np.ones(x.shape[1], x.dtype) if weight is None else weight
    beta = np.zeros(x.shape[1], x.dtype) if bias is None else bias
    if training:
        y = batch_norm_train(x, gamma, beta, eps=eps)
        new = update_running(running_mean, running_var, x, momentum=momentum)
        return y, new[0], new[1]
    scale = gamma / np.sqrt(running_var + eps)
    shape = [1, x.shape[1]] + [1] * (x.ndim - 2)
    y = scale.reshape(shape) * (x - running_mean.reshape(shape)) + beta.reshape(shape)
    return y, running_mean.copy(), running_var.copy()
