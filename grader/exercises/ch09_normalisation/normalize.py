"""Mean 0 and variance 1 over given axes."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, options, shape, spread
from nnlib import experiments


def uneven(rng, size, scale=1.0):
    """Numbers around other means and of other sizes along each axis, so that every axis has statistics of its own."""
    x = rng.uniform(-0.3, 0.3, size)
    for axis, n in enumerate(size):
        if n > 1:
            along = [1] * len(size)
            along[axis] = n
            x = x * rng.uniform(0.7, 1.4, along) + rng.permutation(np.arange(n)).reshape(along)
    return 0.4 * scale * (x - 0.7)


def over(size, axes, scale=1.0, **given):
    return lambda rng: call(uneven(rng, size, scale), axes, **given)


def constant(size, axes, **given):
    return lambda rng: call(np.full(size, rng.integers(2, 9) / 4), axes, **given)


def _allowed(rng):
    x = floats(rng, shape(rng, (1, 2, 3, 4), longest=4), (1.0, 1.0, 10.0, 1e-3))
    some = rng.permutation(x.ndim)[: rng.integers(1, x.ndim + 1)]
    return call(x, tuple(int(a) for a in np.sort(some)), **options(rng, eps=(1e-5, 0.1, 1.0, 1e-3)))


NORMALIZE = Exercise(
    function="normalize",
    topics=("C09-02",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=experiments.normalize,
    allowed=_allowed,
    large=over((32, 30), (0,)),
    cases=(
        Case(
            "a batch, axis 0",
            over((5, 3), (0,)),
            example=call([[1, 2], [3, 6], [5, 1]], (0,)),
        ),
        Case("features of a sample, axis 1", over((4, 4), (1,))),
        Case("images, axes 0, 2 and 3", over((2, 3, 2, 2), (0, 2, 3)), weight=2),
        Case("small numbers: ε counts", over((5, 3), (0,), 2e-3), weight=2),
        Case("ε given", over((5, 3), (0,), eps=0.5)),
        in_turn(
            "odd shapes, one number, constants",
            over((6,), (0,), 0.1, eps=1e-5),
            over((1, 3), (0,)),
            over((3, 1), (0, 1), eps=0.1),
            constant((3, 2), (0,)),
            over((2, 3, 4), (1, 2), 1e-3),
            lambda rng: call(uneven(rng, (2, 3, 4), 10.0) + 200, (0, 2), eps=1.0),
            lambda rng: call(uneven(rng, (2, 3, 4)) + 1e5, (0, 2), eps=1.0),
            over((3, 3, 3), (2,), eps=1.0),
            over((2, 2, 2, 3), (1,), 1e-3, eps=1e-3),
            lambda rng: call(spread(rng, (4, 3)), (0,)),
            over((1,), (0,)),
            lambda rng: call(np.zeros((3, 1)), (0, 1)),
            over((1, 3, 2), (1,)),
            over((2, 1, 3), (0, 1)),
            over((2, 3, 1), (0, 2)),
            over((1, 2, 1, 3), (0, 3)),
            over((2, 1, 3, 1), (0, 1, 2, 3), 0.1),
            edge=True,
        ),
    ),
    hints=(
        "Three steps: the means over the axes, the variances over the axes, and the formula.",
        "x.mean(axis=axes, keepdims=True) keeps the averaged axes, with length 1, so that it fits x.",
        "(x - mean) / np.sqrt(var + eps), with var = x.var(axis=axes, keepdims=True).",
    ),
)


@NORMALIZE.wrong
def normalize_unbiased(x, axes, *, eps=1e-5):
    """Your variance is divided by n − 1; to standardize these very numbers it is divided by n.

    Leave ddof out."""
    centred = x - x.mean(axis=axes, keepdims=True)
    count = x.size / centred.mean(axis=axes).size
    return centred / np.sqrt(np.sum(centred**2, axis=axes, keepdims=True) / max(count - 1, 1) + eps)


@NORMALIZE.wrong
def normalize_by_variance(x, axes, *, eps=1e-5):
    """You divide by the variance; divide by its root, the standard deviation."""
    return (x - x.mean(axis=axes, keepdims=True)) / (x.var(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong(case="small numbers: ε counts")
def normalize_eps_outside(x, axes, *, eps=1e-5):
    """You add ε to the standard deviation; it stands inside the root, added to the variance."""
    return (x - x.mean(axis=axes, keepdims=True)) / (x.std(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong(case="small numbers: ε counts")
def normalize_no_eps(x, axes, *, eps=1e-5):
    """ε is missing: it is added to the variance before the root."""
    std = x.std(axis=axes, keepdims=True)
    return np.divide(x - x.mean(axis=axes, keepdims=True), std, out=np.zeros_like(x), where=std > 0)


@NORMALIZE.wrong(case="ε given")
def normalize_own_eps(x, axes, *, eps=1e-5):
    """You use an ε of 1e-5 whatever the caller gives as `eps`."""
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + 1e-5)


@NORMALIZE.wrong
def normalize_not_centred(x, axes, *, eps=1e-5):
    """You do not subtract the mean; the result must have mean 0."""
    return x / np.sqrt(x.var(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong
def normalize_only_centred(x, axes, *, eps=1e-5):
    """You subtract the mean and stop there; the result must also be divided by the standard deviation."""
    return x - x.mean(axis=axes, keepdims=True)


@NORMALIZE.wrong
def normalize_over_everything(x, axes, *, eps=1e-5):
    """You take one mean and one variance over all of x; average over `axes` only.

    Hand axis=axes on to mean and var."""
    return (x - x.mean()) / np.sqrt(x.var() + eps)


@NORMALIZE.wrong(case="features of a sample, axis 1")
def normalize_always_axis_0(x, axes, *, eps=1e-5):
    """You average over axis 0 whatever `axes` says."""
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


@NORMALIZE.wrong
def normalize_always_the_last_axis(x, axes, *, eps=1e-5):
    """You average over the last axis whatever `axes` says."""
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


@NORMALIZE.wrong(case="images, axes 0, 2 and 3")
def normalize_first_of_the_axes(x, axes, *, eps=1e-5):
    """You average over the first of the axes only; all of them share one mean and one variance."""
    return (x - x.mean(axis=axes[0], keepdims=True)) / np.sqrt(x.var(axis=axes[0], keepdims=True) + eps)


@NORMALIZE.wrong(case="images, axes 0, 2 and 3")
def normalize_one_axis_after_the_other(x, axes, *, eps=1e-5):
    """You standardize along one axis after the other; the axes share one mean and one variance.

    mean and var take the whole tuple as axis."""
    for axis in axes:
        x = (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    return x


@NORMALIZE.wrong
def normalize_over_the_other_axes(x, axes, *, eps=1e-5):
    """You average over the axes that are *not* in `axes`."""
    rest = tuple(a for a in range(x.ndim) if a not in axes)
    return (x - x.mean(axis=rest, keepdims=True)) / np.sqrt(x.var(axis=rest, keepdims=True) + eps)


@NORMALIZE.wrong(case="features of a sample, axis 1")
def normalize_axes_not_kept(x, axes, *, eps=1e-5):
    """Your mean has lost the axes that it went over, so it is subtracted along the wrong one, or does not fit.

    keepdims=True keeps them, with length 1."""
    return (x - x.mean(axis=axes)) / np.sqrt(x.var(axis=axes) + eps)


@NORMALIZE.wrong
def normalize_mean_square(x, axes, *, eps=1e-5):
    """You divide by the root of the mean square of x; the variance is that of x minus its mean."""
    mean = x.mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(np.mean(x**2, axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong
def normalize_root_of_the_deviation(x, axes, *, eps=1e-5):
    """You take the root of the standard deviation; the root is of the variance."""
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.std(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong
def normalize_mean_absolute(x, axes, *, eps=1e-5):
    """You divide by the mean absolute deviation; the standard deviation is the root of the mean square."""
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / (np.abs(centred).mean(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong
def normalize_brackets_missing(x, axes, *, eps=1e-5):
    """You divide the mean alone: the brackets around x − mean are missing."""
    return x - x.mean(axis=axes, keepdims=True) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)


@NORMALIZE.wrong(case="small numbers: ε counts")
def normalize_deviation_at_least_eps(x, axes, *, eps=1e-5):
    """You take ε for a lower bound of the standard deviation; it is added to the variance."""
    return (x - x.mean(axis=axes, keepdims=True)) / np.maximum(x.std(axis=axes, keepdims=True), eps)


@NORMALIZE.wrong(case="small numbers: ε counts")
def normalize_variance_at_least_eps(x, axes, *, eps=1e-5):
    """You take ε for a lower bound of the variance; it is added to it."""
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(np.maximum(x.var(axis=axes, keepdims=True), eps))


@NORMALIZE.wrong(case="arguments unchanged")
def normalize_in_place(x, axes, *, eps=1e-5):
    """You subtract the mean from x in place; x belongs to who called. x = x - mean makes a new array."""
    x -= x.mean(axis=axes, keepdims=True)
    return x / np.sqrt(np.mean(x**2, axis=axes, keepdims=True) + eps)


@NORMALIZE.right
def normalize_by_sums(x, axes, *, eps=1e-5):
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    centred = x - np.sum(x, axis=axes, keepdims=True) / count
    var = np.sum(centred * centred, axis=axes, keepdims=True) / count
    return centred / np.sqrt(var + eps)


@NORMALIZE.right
def normalize_by_power(x, axes, *, eps=1e-5):
    mean = np.mean(x, axes, keepdims=True)
    return (x - mean) * (np.var(x, axes, keepdims=True) + eps) ** -0.5


@NORMALIZE.right
def normalize_by_expand_dims(x, axes, *, eps=1e-5):
    mean, var = np.expand_dims(x.mean(axis=axes), axes), np.expand_dims(x.var(axis=axes), axes)
    return (x - mean) / np.sqrt(eps + var)


@NORMALIZE.right
def normalize_by_moving_axes(x, axes, *, eps=1e-5):
    last = tuple(range(-len(axes), 0))
    moved = np.moveaxis(x, axes, last)
    rows = moved.reshape(*moved.shape[: x.ndim - len(axes)], -1)
    centred = rows - rows.mean(axis=-1, keepdims=True)
    rows = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)
    return np.moveaxis(rows.reshape(moved.shape), last, axes)


@NORMALIZE.right
def normalize_place_by_place(x, axes, *, eps=1e-5):
    out = np.empty_like(x)
    rest = [1 if a in axes else n for a, n in enumerate(x.shape)]
    for place in np.ndindex(*rest):
        these = tuple(slice(None) if a in axes else i for a, i in enumerate(place))
        values = x[these]
        out[these] = (values - values.mean()) / np.sqrt(values.var() + eps)
    return out
