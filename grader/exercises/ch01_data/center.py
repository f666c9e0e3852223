"""Subtract the mean, and say which."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import data


def of(*size, mean=None, offset=3.0, **options):
    """Draws numbers around `offset`; `mean` is the shape of a mean that is given."""

    def draw(rng):
        given = {} if mean is None else {"mean": offset + rng.uniform(0.5, 1, size=mean)}
        return call(offset + rng.normal(size=size), **options, **given)

    return draw


def pixels(*size, axis=0, **options):
    """No mean of theirs is a whole number."""

    def draw(rng):
        x = rng.integers(0, 256, size=size).astype(np.uint8)
        whole = np.any(x.mean(axis=axis) % 1 == 0)
        return draw(rng) if whole else call(x, **({} if axis == 0 else {"axis": axis}), **options)

    return draw


def odd(*size, scale=1.0, **options):
    return lambda rng: call(spread(rng, size, scale) - 0.3 * scale * (rng.random(size) < 0.5), **options)


def with_mean(*size, scale=1.0, **options):
    return lambda rng: call(spread(rng, size), mean=spread(rng, size[-1:], scale), **options)


def _axes(x):
    return (0, -1, None, tuple(range(x.ndim)), *([(0, x.ndim - 1), 1] if x.ndim > 1 else []))


def _allowed(rng):
    x = floats(rng, shape(rng, (1, 2, 3, 4)))
    if rng.random() < 0.2:
        x = rng.integers(0, 256, size=x.shape).astype(np.uint8)
    given = one_of(rng, {}, {"axis": one_of(rng, *_axes(x))}, {"mean": floats(rng, x.shape[-1:])})
    return call(x, **given)


CENTER = Exercise(
    function="center",
    topics=("C01-05",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=data.center,
    returns=("X_centered", "mean"),
    allowed=_allowed,
    cases=(
        Case("each feature", of(5, 3), weight=2, example=call([[1, 10], [3, 20], [5, 60]])),
        Case("each channel", of(2, 3, 4, 5, axis=(0, 2, 3)), weight=2),
        Case("one mean for all", of(4, 3, axis=None), edge=True),
        Case("a mean from other samples", of(4, 3, mean=(1, 3)), weight=2, edge=True),
        Case("pixels of type uint8", pixels(3, 2, 2), weight=2),
        in_turn(
            "odd shapes, zeros, tiny and large numbers, axis given as 0 and -1",
            odd(4),
            odd(1, axis=0),
            odd(3, axis=-1),
            odd(3, 1, axis=-1, scale=1e3),
            odd(1, 3, axis=None, scale=1e-5),
            odd(3, 4, axis=1),
            odd(2, 3, 2, axis=(0, 2)),
            odd(2, 1, 3, axis=-1),
            odd(1, 3, 1, axis=(0, 1, 2)),
            odd(2, 3, 1, 2, axis=0, scale=1e3),
            odd(1, 1, 2, 1, axis=1),
            odd(1, 2, 3, 1, axis=(0, 3)),
            odd(2, 2, 1, 3, axis=-1),
            with_mean(3, 3),
            with_mean(4, scale=1e3),
            with_mean(2, 3, 4, scale=1e-5),
            with_mean(2, 1, 3, 1),
            pixels(4, 3, axis=None),
            pixels(2, 3, 2, 2, axis=(0, 2, 3)),
            lambda rng: call(
                rng.integers(0, 256, size=(3, 2)).astype(np.uint8), mean=np.array([100.5, 90.25])
            ),
        ),
        keeps_arguments(of(5, 3), weight=2),
    ),
    hints=(
        "X.mean(axis=axis) averages; axis may be a tuple or None as well.",
        "With keepdims=True the mean keeps an axis of length 1 for each one averaged over, and X - mean broadcasts.",
        "Is a mean given? `if mean is None:` compute it; else take the given one. Return both: X - mean, mean.",
    ),
)


@CENTER.wrong
def center_no_keepdims(X, *, axis=0, mean=None):
    """keepdims is missing: the mean is to have an axis of length 1 for each one that was averaged over.

    X.mean(axis=axis, keepdims=True)"""
    if mean is None:
        kept = X.mean(axis=axis, keepdims=True)
        return X - kept, X.mean(axis=axis)
    return X - mean, mean


@CENTER.wrong(case="each channel")
def center_axis_ignored(X, *, axis=0, mean=None):
    """You do not use `axis`: it says what to average over."""
    if mean is None:
        mean = X.mean(axis=0, keepdims=True)
    return X - mean, mean


@CENTER.wrong
def center_always_all(X, *, axis=0, mean=None):
    """You take one mean of all numbers; `axis` says which belong together, by default each column on its own."""
    if mean is None:
        mean = X.mean(keepdims=True)
    return X - mean, mean


@CENTER.wrong
def center_each_sample(X, *, axis=0, mean=None):
    """You average over the features of each sample; samples lie along axis 0, the default."""
    if mean is None:
        mean = X.mean(axis=-1 if axis == 0 else axis, keepdims=True)
    return X - mean, mean


@CENTER.wrong(case="a mean from other samples")
def center_mean_ignored(X, *, axis=0, mean=None):
    """You do not use `mean`: if one is given, that is subtracted, the training part's from the test part for
    example."""
    mean = X.mean(axis=axis, keepdims=True)
    return X - mean, mean


@CENTER.wrong
def center_only_one(X, *, axis=0, mean=None):
    """You return the centred data only; asked for is the pair (X - mean, mean)."""
    return X - (X.mean(axis=axis, keepdims=True) if mean is None else mean)


@CENTER.wrong
def center_swapped(X, *, axis=0, mean=None):
    """You return the two in the wrong order: the centred data first, then the mean."""
    if mean is None:
        mean = X.mean(axis=axis, keepdims=True)
    return mean, X - mean


@CENTER.wrong
def center_added(X, *, axis=0, mean=None):
    """You add the mean; subtract it."""
    if mean is None:
        mean = X.mean(axis=axis, keepdims=True)
    return X + mean, mean


@CENTER.wrong
def center_standardised(X, *, axis=0, mean=None):
    """You divide by the standard deviation, too; here only the mean is subtracted."""
    std = X.std(axis=axis, keepdims=True)
    if mean is None:
        mean = X.mean(axis=axis, keepdims=True)
    return (X - mean) / np.where(std == 0, 1, std), mean


@CENTER.wrong
def center_median(X, *, axis=0, mean=None):
    """You take the median, the number in the middle; the mean is the sum over the number."""
    if mean is None:
        mean = np.median(X, axis=axis, keepdims=True)
    return X - mean, mean


@CENTER.wrong(case="pixels of type uint8")
def center_in_whole_numbers(X, *, axis=0, mean=None):
    """You make whole numbers of the mean, since X holds such; then its digits are lost, and uint8 counts
    round below 0.

    X - mean makes floats by itself."""
    if mean is None:
        mean = X.mean(axis=axis, keepdims=True)
    return X - mean.astype(X.dtype), mean.astype(X.dtype)


@CENTER.right
def center_by_sum(X, *, axis=0, mean=None):
    if mean is None:
        total = np.sum(X, axis=axis, keepdims=True, dtype=float)
        mean = total / (X.size / total.size)
    return X - mean, mean


@CENTER.right
def center_by_average(X, *, axis=0, mean=None):
    X = X.astype(float)
    if mean is None:
        axes = tuple(range(X.ndim)) if axis is None else axis
        mean = np.expand_dims(np.mean(X, axis=axes), axes)
    return np.subtract(X, mean), np.asarray(mean)


@CENTER.right
def center_by_copy(X, *, axis=0, mean=None):
    centred = X.astype(np.float64, copy=True)
    mean = centred.mean(axis, keepdims=True) if mean is None else mean
    centred -= mean
    return centred, mean


@CENTER.right
def center_shorter(X, *, axis=0, mean=None):
    m = np.mean(X, axis=axis, keepdims=True) if mean is None else mean
    return [X - m, m]
