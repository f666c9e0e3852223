"""The range of each feature mapped to another, by the training part alone."""

import numpy as np

from grader.exercises.ch01_data.standardize import odd, of, with_constant
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of
from nnlib import data

RANGES = ((0.0, 1.0), (-1.0, 1.0), (2.0, 5.0), (-300.0, -100.0), (0.0, 255.0), (-1e-5, 2e-5))


def to(low, high, make):
    """The same draw with a range."""

    def draw(rng):
        return call(*make(rng).args, feature_range=(low, high))

    return draw


def _allowed(rng):
    d, scales = int(rng.integers(1, 5)), (1.0, 10.0, 1e3, 1e-5)
    train = floats(rng, (int(one_of(rng, 1, 2, 5, 9)), d), scales) + one_of(rng, 0, 0, 3)
    others = [floats(rng, (int(rng.integers(1, 5)), d), scales) for _ in range(int(rng.integers(0, 3)))]
    if rng.random() < 0.2:
        train[:, 0] = one_of(rng, 0, 4, -2)
    return call(train, *others, **one_of(rng, {}, {"feature_range": one_of(rng, *RANGES)}))


MINMAX_SCALE = Exercise(
    function="minmax_scale",
    topics=("C01-08",),
    points=1,
    difficulty=2,
    minutes=12,
    reference=data.minmax_scale,
    forbid=(
        "sklearn.preprocessing.MinMaxScaler",
        "sklearn.preprocessing.minmax_scale",
        "nnlib.data.MinMaxScaler",
    ),
    allowed=_allowed,
    cases=(
        Case("a training part", of(3, 6), weight=2, example=call([[0, 10], [4, 30], [1, 20]])),
        Case(
            "a test part that goes beyond",
            of(3, 6, 4),
            weight=3,
            example=call([[2, 10], [4, 40]], [[1, 20], [6, 50]]),
        ),
        Case("to another range", to(2.0, 5.0, of(2, 5, 9)), weight=2),
        Case("a feature that does not vary", to(-1.0, 1.0, with_constant(3, 5, 4)), weight=2),
        in_turn(
            "single samples and features, zeros, tiny and large numbers, the range given as (0, 1)",
            to(-1.0, 1.0, odd(3, 1, 2)),
            to(-300.0, -100.0, odd(1, 4, 1, scale=1e3)),
            odd(1, 1),
            to(0.0, 255.0, odd(4, 6, 3, 2, scale=1e-5)),
            to(0.0, 1.0, odd(2, 5, 1, 1, scale=1e3)),
            to(-1e-5, 2e-5, with_constant(1, 3, 4, scale=1e3)),
            with_constant(2, 4, 3, 1, scale=1e-5),
            lambda rng: call(
                np.zeros((3, 2)), np.ones((1, 2)) + rng.random((1, 2)), feature_range=(-1.0, 1.0)
            ),
        ),
    ),
    hints=(
        "Smallest and largest value of each column: X_train.min(axis=0), X_train.max(axis=0). Only X_train "
        "is asked.",
        "(X - min) / (max - min) lies between 0 and 1. Times (high - low), plus low, it lies where it should.",
        "Where max - min is 0, divide by 1: np.where(width == 0, 1, width).",
    ),
)


@MINMAX_SCALE.wrong(case="a test part that goes beyond")
def minmax_scale_leak(X_train, *others, feature_range=(0.0, 1.0)):
    """A leak: your smallest and largest values come from all parts together, so the test samples change what
    is trained on.

    Ask X_train alone."""
    low, high = feature_range
    together = np.concatenate([X_train, *others])
    smallest, width = together.min(axis=0), np.ptp(together, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((X - smallest) / width * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="a test part that goes beyond")
def minmax_scale_each_by_itself(X_train, *others, feature_range=(0.0, 1.0)):
    """You scale each part by its own smallest and largest value; all parts take those of X_train."""
    (low, high), parts = feature_range, []
    for X in (X_train, *others):
        width = np.ptp(X, axis=0)
        parts.append((X - X.min(axis=0)) / np.where(width == 0, 1, width) * (high - low) + low)
    return tuple(parts)


@MINMAX_SCALE.wrong(case="a test part that goes beyond")
def minmax_scale_cut_off(X_train, *others, feature_range=(0.0, 1.0)):
    """You cut off what goes beyond the range; a test sample there is an unusual one, and should look like it."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple(np.clip((X - smallest) / width * (high - low) + low, low, high) for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="to another range")
def minmax_scale_range_ignored(X_train, *others, feature_range=(0.0, 1.0)):
    """You do not use `feature_range`: (low, high) is where the smallest and the largest value go."""
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    return tuple((X - smallest) / np.where(width == 0, 1, width) for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="to another range")
def minmax_scale_only_high(X_train, *others, feature_range=(0.0, 1.0)):
    """You multiply by high; the new range is high − low wide."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((X - smallest) / width * high + low for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="to another range")
def minmax_scale_low_not_added(X_train, *others, feature_range=(0.0, 1.0)):
    """`low` is not added: as it is, the range begins at 0."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((X - smallest) / width * (high - low) for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_by_max(X_train, *others, feature_range=(0.0, 1.0)):
    """You divide by the largest value; divide by the width, max − min."""
    low, high = feature_range
    smallest, largest = X_train.min(axis=0), X_train.max(axis=0)
    largest = np.where(largest == 0, 1, largest)
    return tuple((X - smallest) / largest * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_min_not_subtracted(X_train, *others, feature_range=(0.0, 1.0)):
    """The smallest value is not subtracted."""
    low, high = feature_range
    width = np.ptp(X_train, axis=0)
    return tuple(X / np.where(width == 0, 1, width) * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_mean_in_the_middle(X_train, *others, feature_range=(0.0, 1.0)):
    """You subtract the mean; subtract the smallest value, which then lands on low."""
    low, high = feature_range
    width = np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((X - X_train.mean(axis=0)) / width * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_one_for_all_features(X_train, *others, feature_range=(0.0, 1.0)):
    """You take one smallest and one largest value for all features; each column has its own, axis=0."""
    low, high = feature_range
    smallest, width = X_train.min(), np.ptp(X_train)
    return tuple((X - smallest) / (width if width else 1) * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_rows(X_train, *others, feature_range=(0.0, 1.0)):
    """You scale each sample by itself; a feature is a column, so look along axis 0."""
    (low, high), parts = feature_range, []
    for X in (X_train, *others):
        width = np.ptp(X, axis=1, keepdims=True)
        width = np.where(width == 0, 1, width)
        parts.append((X - X.min(axis=1, keepdims=True)) / width * (high - low) + low)
    return tuple(parts)


@MINMAX_SCALE.wrong
def minmax_scale_upside_down(X_train, *others, feature_range=(0.0, 1.0)):
    """You have it upside down: the smallest value goes to low, the largest to high."""
    low, high = feature_range
    largest, width = X_train.max(axis=0), np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((largest - X) / width * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong
def minmax_scale_standardised(X_train, *others, feature_range=(0.0, 1.0)):
    """You standardise; here the smallest and the largest value are mapped to the ends of a range."""
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    return tuple((X - mean) / np.where(std == 0, 1, std) for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="a feature that does not vary")
def minmax_scale_divides_by_zero(X_train, *others, feature_range=(0.0, 1.0)):
    """You divide by 0 where a feature does not vary; divide by 1 there."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    with np.errstate(all="ignore"):
        return tuple((X - smallest) / width * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="a feature that does not vary")
def minmax_scale_constant_everywhere(X_train, *others, feature_range=(0.0, 1.0)):
    """A feature that does not vary in X_train may do so in the other parts: subtract the smallest value and
    divide by 1."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    scale = np.where(width == 0, 0, (high - low) / np.where(width == 0, 1, width))
    return tuple((X - smallest) * scale + low for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="a test part that goes beyond")
def minmax_scale_own_smallest(X_train, *others, feature_range=(0.0, 1.0)):
    """You subtract each part's own smallest value; all parts take that of X_train."""
    low, high = feature_range
    width = np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple((X - X.min(axis=0)) / width * (high - low) + low for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="to another range")
def minmax_scale_brackets(X_train, *others, feature_range=(0.0, 1.0)):
    """Brackets: low is added after the multiplication by high − low."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    width = np.where(width == 0, 1, width)
    return tuple(((X - smallest) / width + low) * (high - low) for X in (X_train, *others))


@MINMAX_SCALE.wrong(case="a feature that does not vary")
def minmax_scale_factor_one(X_train, *others, feature_range=(0.0, 1.0)):
    """Where a feature does not vary you only subtract; 1 stands for the width there, and high − low stays."""
    low, high = feature_range
    smallest, width = X_train.min(axis=0), np.ptp(X_train, axis=0)
    scale = np.where(width == 0, 1, (high - low) / np.where(width == 0, 1, width))
    return tuple((X - smallest) * scale + low for X in (X_train, *others))


@MINMAX_SCALE.right
def minmax_scale_by_loop(X_train, *others, feature_range=(0.0, 1.0)):
    smallest, largest = np.min(X_train, axis=0), np.max(X_train, axis=0)
    width = largest - smallest
    width[width == 0] = 1
    parts = []
    for X in [X_train, *others]:
        share = (X - smallest) / width
        parts.append(feature_range[0] + share * (feature_range[1] - feature_range[0]))
    return parts


@MINMAX_SCALE.right
def minmax_scale_as_a_line(X_train, *others, feature_range=(0.0, 1.0)):
    low, high = feature_range
    width = np.ptp(X_train, axis=0)
    slope = (high - low) / (width + (width == 0))
    return tuple(low + slope * (X - X_train.min(axis=0)) for X in (X_train, *others))


@MINMAX_SCALE.right
def minmax_scale_column_by_column(X_train, *others, feature_range=(0.0, 1.0)):
    low, high = feature_range
    parts = [np.array(X) for X in (X_train, *others)]
    for j, column in enumerate(X_train.T):
        first, width = column.min(), column.max() - column.min()
        for X in parts:
            X[:, j] = (X[:, j] - first) / (width or 1) * (high - low) + low
    return tuple(parts)


@MINMAX_SCALE.right
def minmax_scale_weighted(X_train, *others, feature_range=(0.0, 1.0)):
    low, high = feature_range
    ordered = np.sort(X_train, axis=0)
    first, last = ordered[0], ordered[-1]
    width = np.where(last > first, last - first, 1)
    shares = [(X - first) / width for X in (X_train, *others)]
    return tuple(low * (1 - share) + high * share for share in shares)
