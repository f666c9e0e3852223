"""Layer norm: the last axes of each sample."""

import numpy as np

from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import norm
from nnlib.experiments import normalize


def samples(size, normalized_shape, parts="wb", scale=1.0, **given):
    """x, the shape, and weight and bias, None for those whose letter is missing."""
    shape = normalized_shape if isinstance(normalized_shape, tuple) else (normalized_shape,)

    def draw(rng):
        sign = np.where(np.arange(np.prod(shape)) % 2, -1, 1).reshape(shape)
        arrays = sign * rng.uniform(1.3, 3, shape), -sign * rng.uniform(0.5, 2, shape)
        weight, bias = (a if letter in parts else None for letter, a in zip("wb", arrays))
        return call(uneven(rng, size, scale), normalized_shape, weight, bias, **given)

    return draw


def still(size, shape, **given):
    """Equal features, a factor of 0, no shift."""

    def draw(rng):
        weight = np.arange(np.prod(shape)).reshape(shape) * 150.0
        return call(np.full(size, 1.25), shape, weight, np.zeros(shape), **given)

    return draw


def _allowed(rng):
    size, shape = one_of(
        rng, ((3, 4), 4), ((3, 4), (4,)), ((5,), 5), ((2, 3, 2), (3, 2)), ((2, 3, 2), 2), ((1, 3), 3),
        ((2, 2), (2, 2)), ((2, 1, 3, 2), (1, 3, 2)), ((3, 1), 1),
    )  # fmt: skip
    x = floats(rng, size, (1.0, 1.0, 10.0, 1e-3))
    weight, bias = (one_of(rng, None, *[floats(rng, shape, (1.0, 10.0))] * 3) for _ in "wb")
    return call(x, shape, weight, bias, **options(rng, eps=(1e-5, 0.1, 1.0)))


LAYER_NORM = Exercise(
    function="layer_norm",
    topics=("C09-11",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=norm.layer_norm,
    torch="torch.nn.functional.layer_norm",
    uses=("normalize",),
    allowed=_allowed,
    cases=(
        Case(
            "the last axis",
            samples((4, 4), 4),
            example=call([[2, 5, 3], [3, 4, 7]], 3, [1, 2, -1], [0.5, 0, 1]),
            weight=2,
        ),
        Case("the last two axes", samples((3, 3, 3), (3, 3)), weight=2),
        Case("the last of three axes", samples((3, 3, 3), 3), weight=3),
        Case("small numbers: ε counts", samples((3, 4), 4, scale=1e-3)),
        Case("ε given", samples((3, 4), 4, eps=0.5), weight=3),
        in_turn(
            "without weight, without bias",
            samples((3, 4), 4, "w"),
            samples((3, 4), (4,), ""),
            samples((2, 3, 4), (3, 4), "b"),
            weight=3,
        ),
        in_turn(
            "one sample, nothing in front, one feature, equal features",
            samples((5,), 5, "b", scale=0.1, eps=1e-5),
            samples((2, 3), (2, 3), "w", scale=100.0, eps=1.0),
            lambda rng: call(uneven(rng, (3, 4)) + 1e5, 4, eps=1.0),
            samples((1, 4), (4,), "b", scale=0.1),
            lambda rng: call(spread(rng, (4, 3)), 3, spread(rng, 3), spread(rng, 3)),
            samples((2, 1, 3, 2), (1, 3, 2), eps=1.0),
            samples((3, 1), 1),
            samples((2, 2, 1), (2, 1), scale=1e-2),
            still((2, 3), (3,)),
            still((2, 2, 3), (2, 3)),
            edge=True,
        ),
    ),
    hints=(
        "How many of the last axes? As many as normalized_shape has numbers: np.size(normalized_shape).",
        "normalize wants axes from the front: range(x.ndim - count, x.ndim).",
        "weight and bias have the shape of the last axes: NumPy lines them up as they are.",
    ),
)


@LAYER_NORM.wrong
def layer_norm_over_the_samples(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You average over axis 0, the samples, as batch norm does; layer norm stays within one sample."""
    y = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="the last two axes")
def layer_norm_last_axis_only(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You always average over the last axis alone; normalized_shape says how many of the last axes share a mean."""
    y = normalize(x, (x.ndim - 1,), eps=eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="the last of three axes")
def layer_norm_all_but_the_first(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You average over all axes but the first; normalized_shape says how many of the last ones share a mean."""
    y = normalize(x, tuple(range(1, x.ndim)) or (0,), eps=eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_over_everything(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You take one mean and one variance for all samples; each sample has its own."""
    y = (x - x.mean()) / np.sqrt(x.var() + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_axes_from_the_front(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You average over the first axes; normalized_shape is about the last ones."""
    y = normalize(x, tuple(range(np.size(normalized_shape))), eps=eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_unbiased(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Your variance is divided by n − 1, as in the printed table; layer norm takes the biased one, divided by n."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    n = np.prod(normalized_shape)
    var = x.var(axis=axes, keepdims=True) * (n / max(n - 1, 1))
    y = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(var + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_by_variance(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You divide by the variance; divide by its root, the standard deviation."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    y = (x - x.mean(axis=axes, keepdims=True)) / (x.var(axis=axes, keepdims=True) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="small numbers: ε counts")
def layer_norm_eps_outside(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You add ε to the standard deviation; it stands inside the root, added to the variance."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    y = (x - x.mean(axis=axes, keepdims=True)) / (x.std(axis=axes, keepdims=True) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="small numbers: ε counts")
def layer_norm_no_eps(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """ε is missing: it is added to the variance before the root."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    std = x.std(axis=axes, keepdims=True)
    y = (x - x.mean(axis=axes, keepdims=True)) / np.where(std > 0, std, 1)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="ε given")
def layer_norm_own_eps(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You do not hand `eps` on: 1e-5 is used whatever the caller gives."""
    y = normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)))
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_no_weight(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You do not use `weight`: the standardized values are multiplied by it."""
    y = normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)), eps=eps)
    return y + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_no_bias(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You do not use `bias`: it is added at the end."""
    y = normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)), eps=eps)
    return y * (1 if weight is None else weight)


@LAYER_NORM.wrong
def layer_norm_bias_scaled(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You multiply the bias by the weight as well: γ x̂ + β, not γ (x̂ + β)."""
    y = normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)), eps=eps)
    return (y + (0 if bias is None else bias)) * (1 if weight is None else weight)


@LAYER_NORM.wrong
def layer_norm_not_centred(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You do not subtract the mean."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    y = x / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_mean_square(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You divide by the root of the mean square and do not take off the mean: that is RMS norm."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    y = x / np.sqrt((x**2).mean(axis=axes, keepdims=True) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong
def layer_norm_axes_not_kept(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Your mean has lost the axes that it went over, so it is subtracted along the wrong one, or does not fit.

    keepdims=True keeps them, with length 1."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    y = (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="without weight, without bias")
def layer_norm_one_without_the_other(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Where one of weight and bias is None you leave out the other as well; either may be given alone."""
    y = normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)), eps=eps)
    return y if weight is None or bias is None else weight * y + bias


@LAYER_NORM.wrong(case="without weight, without bias")
def layer_norm_none_forgotten(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """weight or bias may be None, which has no values to multiply or add: then they are 1 and 0."""
    return weight * normalize(x, tuple(range(x.ndim - np.size(normalized_shape), x.ndim)), eps=eps) + bias


@LAYER_NORM.wrong
def layer_norm_length_of_a_number(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """A whole number has no length: normalized_shape may be 4 as well as (4,).

    np.size counts both."""
    y = normalize(x, tuple(range(x.ndim - len(normalized_shape), x.ndim)), eps=eps)
    return y * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.wrong(case="arguments unchanged")
def layer_norm_in_place(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """You change x in place; it belongs to who called. x = x - mean makes a new array."""
    axes = tuple(range(x.ndim - np.size(normalized_shape), x.ndim))
    x -= x.mean(axis=axes, keepdims=True)
    x /= np.sqrt((x**2).mean(axis=axes, keepdims=True) + eps)
    return x * (1 if weight is None else weight) + (0 if bias is None else bias)


@LAYER_NORM.right
def layer_norm_negative_axes(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    axes = tuple(range(-np.size(normalized_shape), 0))
    centred = x - x.mean(axis=axes, keepdims=True)
    y = centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


@LAYER_NORM.right
def layer_norm_as_rows(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    rows = x.reshape(-1, int(np.prod(normalized_shape)))
    rows = (rows - rows.mean(axis=1, keepdims=True)) / np.sqrt(rows.var(axis=1, keepdims=True) + eps)
    y = rows.reshape(x.shape)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y


@LAYER_NORM.right
def layer_norm_isinstance(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    if isinstance(normalized_shape, int):
        normalized_shape = (normalized_shape,)
    first = x.ndim - len(normalized_shape)
    y = normalize(x, tuple(range(first, x.ndim)), eps=eps)
    gamma = np.ones(normalized_shape, x.dtype) if weight is None else weight
    beta = np.zeros(normalized_shape, x.dtype) if bias is None else bias
    return gamma * y + beta


@LAYER_NORM.right
def layer_norm_sample_by_sample(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    y = np.empty_like(x)
    for place in np.ndindex(x.shape[: x.ndim - np.size(normalized_shape)]):
        values = x[place]
        y[place] = (values - values.mean()) * (values.var() + eps) ** -0.5
    if weight is not None:
        y *= weight
    return y if bias is None else y + bias
