"""One distribution: the entropy."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, probabilities, shape
from nnlib import info

ROUGH = (1e-6, 1e-6)  # an eps of 1e-7 under the logarithm costs what is about zeros and a sharp case, not all


def distributions(rng, *size, k=4):
    """Random distributions along the last axis, no outcome below 0.02 or so."""
    weights = rng.uniform(0.2, 2, size=(*size, k))
    return weights / weights.sum(axis=-1, keepdims=True)


def with_zeros(rng):
    a, b = rng.uniform(0.2, 0.4, size=2)
    return np.array([[a, 1 - a, 0], [0, 0, 1], [b, 0, 1 - b]])


def _parts(rng):
    """Zeros, and rows that sum to less than 1: parts of distributions. Both options say their default."""
    return call(with_zeros(rng) * np.array([[0.75], [1], [0.5]]), axis=-1, base=None)


def along(rng, *axes):
    """A shape and an axis of it, as options: left out now and then where it is the last one."""
    size = shape(rng, *axes)
    axis = int(rng.integers(-len(size), len(size)))
    return size, axis, {} if axis == -1 and rng.random() < 0.5 else {"axis": axis}


def any_axis(arrays):
    """Makers of calls with distributions along each axis of one to three."""

    def maker(size, axis):
        def make(rng):
            p = [rng.uniform(0.2, 2, size=size) for _ in range(arrays)]
            return call(*(a / a.sum(axis=axis, keepdims=True) for a in p), axis=axis)

        return make

    where = {(1,): 0, (1, 3): 1, (3, 1): 0, (1, 3, 2): 1, (2, 3, 1): -2, (3, 1, 2): 0, (2, 1, 3): 2}
    return [maker(size, axis) for size, axis in where.items()]


def _allowed(rng):
    size, axis, where = along(rng)
    p = probabilities(rng, size, axis) * one_of(rng, 1, 1, 0.5)
    return call(p, **where, **options(rng, base=(None, 2, 10, 3.5)))


def flat(result, *args):
    """An axis that was kept costs the cases that look at shapes, not all."""
    return np.ravel(result)


ENTROPY = Exercise(
    function="entropy",
    topics=("C03-05",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=info.entropy,
    forbid=("scipy.stats.entropy",),
    allowed=_allowed,
    cases=(
        Case(
            "one distribution",
            lambda rng: call(distributions(rng)),
            example=call([0.7, 0.1, 0.1, 0.1]),
        ),
        Case(
            "rows of distributions, base=10",
            lambda rng: call(distributions(rng, 3, 4, k=5), base=10),
            weight=3,
            draws=2,
            measure=flat,
        ),
        Case(
            "in bits, along axis 0",
            lambda rng: call(distributions(rng, 3, k=4).T, axis=0, base=2),
            weight=2,
            example=call([[0.5, 0.25, 0.2], [0.5, 0.75, 0.8]], axis=0, base=2),
            tol=ROUGH,
        ),
        Case(
            "along axis 0 of three",
            lambda rng: call(np.moveaxis(distributions(rng, 2, 2), -1, 0), axis=0),
            tol=ROUGH,
        ),
        in_turn("along any axis, some of length 1", *any_axis(1), tol=ROUGH),
        Case(
            "zeros count 0, rows are not scaled",
            _parts,
            weight=3,
            example=call([[0.5, 0.25, 0], [0, 0, 1], [0.25, 0, 0.25]], axis=-1, base=None),
            tol=ROUGH,
        ),
        Case(
            "a certain outcome brings exactly 0",
            lambda rng: call(np.eye(3)[rng.integers(3)]),
            edge=True,
            example=call([0, 1, 0]),
        ),
        keeps_arguments(_parts, weight=2),
    ),
    hints=(
        "One outcome first: how much information does it bring? The entropy is the mean of that over the "
        "outcomes.",
        "The information is −log p, and it counts with p. Where p is 0, let the logarithm see a 1 instead.",
        "-(p * log p).sum(axis=axis) with np.log(np.where(p > 0, p, 1)) for log p, and divided by np.log(base) "
        "if base is not None.",
    ),
)


@ENTROPY.wrong
def entropy_no_minus(p, *, axis=-1, base=None):
    """Your entropy is negative: log p is at most 0, and so is every term.

    The sum needs a minus in front: −Σ p log p."""
    h = (p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="zeros count 0, rows are not scaled")
def entropy_log_zero(p, *, axis=-1, base=None):
    """0 · log 0 is nan for NumPy; an outcome that never comes counts 0.

    Keep log away from 0 there: np.log(np.where(p > 0, p, 1))."""
    h = -(p * np.log(p)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong
def entropy_mean_for_sum(p, *, axis=-1, base=None):
    """You average over the outcomes, but the probabilities are the weights already.

    Sum instead: .sum(axis=axis)."""
    h = -(p * np.log(np.where(p > 0, p, 1))).mean(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="rows of distributions, base=10")
def entropy_sum_of_all(p, *, axis=-1, base=None):
    """You sum over the whole array, which mixes all distributions in one number.

    Every distribution has its own sum, along `axis`: .sum(axis=axis)."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum()
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_last_axis(p, *, axis=-1, base=None):
    """You ignore `axis` and always sum along the last one."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_base_ignored(p, *, axis=-1, base=None):
    """You ignore `base`: your result is in nats, whatever unit is asked for.

    Divide by np.log(base) if base is not None."""
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)


@ENTROPY.wrong
def entropy_always_bits(p, *, axis=-1, base=None):
    """You use log2 always; with base=None the natural logarithm is wanted."""
    return -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=axis)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_base_multiplied(p, *, axis=-1, base=None):
    """You multiply by log(base), but the larger the unit, the fewer of them there are.

    log₂ p = ln p / ln 2, so divide."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h * np.log(base)


@ENTROPY.wrong
def entropy_not_weighted(p, *, axis=-1, base=None):
    """You sum −log p over the outcomes, however seldom they come.

    Each counts with its probability: −p log p."""
    h = -np.log(np.where(p > 0, p, 1)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong
def entropy_both_sides(p, *, axis=-1, base=None):
    """You add (1 − p) log(1 − p) for every outcome; that form is for a coin given by one number p."""
    q = 1 - p
    h = -(p * np.log(np.where(p > 0, p, 1)) + q * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="rows of distributions, base=10")
def entropy_two_or_none(p, *, axis=-1, base=None):
    """You know base=2 and base=None only; `base` may be any number.

    For any base divide the natural logarithm by np.log(base)."""
    log = np.log2 if base == 2 else np.log
    return -(p * log(np.where(p > 0, p, 1))).sum(axis=axis)


@ENTROPY.wrong(case="rows of distributions, base=10")
def entropy_any_base_is_2(p, *, axis=-1, base=None):
    """You give bits for every base; `base` may be any number.

    Take the natural logarithm and divide by np.log(base)."""
    log = np.log if base is None else np.log2
    return -(p * log(np.where(p > 0, p, 1))).sum(axis=axis)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_log_with_base(p, *, axis=-1, base=None):
    """np.log takes no base: its second argument is where the result goes.

    Divide by np.log(base)."""
    return -(p * np.log(np.where(p > 0, p, 1), base)).sum(axis=axis)


@ENTROPY.wrong(case="zeros count 0, rows are not scaled")
def entropy_scaled(p, *, axis=-1, base=None):
    """You scale the probabilities to sum to 1 first, which changes the result where they do not.

    Take them as they are."""
    p = p / p.sum(axis=axis, keepdims=True)
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_axis_kept(p, *, axis=-1, base=None):
    """Your result keeps the axis, with length 1.

    Leave keepdims out of the last sum."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis, keepdims=True)
    return h if base is None else h / np.log(base)


@ENTROPY.wrong
def entropy_none_is_2(p, *, axis=-1, base=None):
    """base=None means nats, the natural logarithm; you take it for bits."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h / np.log(2 if base is None else base)


@ENTROPY.wrong(case="in bits, along axis 0")
def entropy_log2_of_base(p, *, axis=-1, base=None):
    """You divide by np.log2(base), which is the wrong logarithm: the sum is in nats.

    Divide it by np.log(base)."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log2(base)


@ENTROPY.wrong
def entropy_epsilon(p, *, axis=-1, base=None):
    """A small number inside the logarithm changes every entropy a little, and a certain outcome no longer brings
    0.

    Let the logarithm see a 1 where p is 0 instead: np.log(np.where(p > 0, p, 1))."""
    h = -(p * np.log(p + 1e-7)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@ENTROPY.right
def entropy_by_xlogy(p, *, axis=-1, base=None):
    from scipy.special import xlogy

    return -xlogy(p, p).sum(axis=axis) / (1.0 if base is None else float(np.log(base)))


@ENTROPY.right
def entropy_by_where(p, *, axis=-1, base=None):
    terms = np.where(p > 0, -p * np.log(np.maximum(p, 1e-300)), 0.0)
    return np.sum(terms, axis=axis) / np.log(np.e if base is None else base)


@ENTROPY.right
def entropy_by_loop(p, *, axis=-1, base=None):
    def one(row):
        return sum(-v * np.log(v) for v in row if v > 0)

    h = np.apply_along_axis(one, axis, p)
    return h if base is None else h / np.log(base)


@ENTROPY.right
def entropy_moves_the_axis(p, *, axis=-1, base=None):
    rows = np.moveaxis(np.asarray(p, dtype=np.float64), axis, -1)
    unit = 1.0 if base is None else np.log(base)
    result = np.zeros(rows.shape[:-1])
    for index in np.ndindex(rows.shape[:-1]):
        for value in rows[index]:
            if value > 0:
                result[index] -= value * np.log(value) / unit
    return result[()]


@ENTROPY.right
def entropy_adds_slice_by(p, *, axis=-1, base=None):
    factor = np.log(2.0) if base is None else 1.0 / np.log2(base)
    h = 0.0
    for part in np.moveaxis(p, axis, 0):
        h = h - part * np.log2(np.where(part > 0, part, 1.0))
    return h * factor
