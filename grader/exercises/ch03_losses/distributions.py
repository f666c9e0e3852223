"""One distribution and two: entropy, cross-entropy, Kullback-Leibler divergence."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import info

# ── entropy ──────────────────────────────────────────────────────────────────────────────────────────────


def entropy_no_minus(p, *, axis=-1, base=None):
    h = (p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def entropy_log_zero(p, *, axis=-1, base=None):
    h = -(p * np.log(p)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def entropy_mean(p, *, axis=-1, base=None):
    h = -(p * np.log(np.where(p > 0, p, 1))).mean(axis=axis)
    return h if base is None else h / np.log(base)


def entropy_of_all(p, *, axis=-1, base=None):
    h = -(p * np.log(np.where(p > 0, p, 1))).sum()
    return h if base is None else h / np.log(base)


def entropy_last_axis(p, *, axis=-1, base=None):
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)
    return h if base is None else h / np.log(base)


def entropy_base_ignored(p, *, axis=-1, base=None):
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)


def entropy_always_bits(p, *, axis=-1, base=None):
    return -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=axis)


def entropy_base_multiplied(p, *, axis=-1, base=None):
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h * np.log(base)


def entropy_not_weighted(p, *, axis=-1, base=None):
    h = -np.log(np.where(p > 0, p, 1)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def entropy_both_sides(p, *, axis=-1, base=None):
    q = 1 - p
    h = -(p * np.log(np.where(p > 0, p, 1)) + q * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def entropy_by_xlogy(p, *, axis=-1, base=None):
    from scipy.special import xlogy

    return -xlogy(p, p).sum(axis=axis) / (1.0 if base is None else float(np.log(base)))


def entropy_by_where(p, *, axis=-1, base=None):
    terms = np.where(p > 0, -p * np.log(np.maximum(p, 1e-300)), 0.0)
    return np.sum(terms, axis=axis) / np.log(np.e if base is None else base)


def entropy_by_loop(p, *, axis=-1, base=None):
    def one(row):
        return sum(-v * np.log(v) for v in row if v > 0)

    h = np.apply_along_axis(one, axis, p)
    return h if base is None else h / np.log(base)


def distributions(rng, *size, k=4):
    """Random distributions along the last axis, no outcome below 0.02 or so."""
    weights = rng.uniform(0.2, 2, size=(*size, k))
    return weights / weights.sum(axis=-1, keepdims=True)


def _with_zeros(rng):
    a, b = rng.uniform(0.2, 0.4, size=2)
    return np.array([[a, 1 - a, 0], [0, 0, 1], [b, 0, 1 - b]])


ENTROPY = Exercise(
    function="entropy",
    topics=("C03-05",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=info.entropy,
    forbid=("scipy.stats.entropy",),
    cases=(
        Case(
            "one distribution", lambda rng: call(distributions(rng)), example=call([0.5, 0.25, 0.125, 0.125])
        ),
        Case("rows of distributions", lambda rng: call(distributions(rng, 4, k=5)), weight=2),
        Case(
            "in bits, along axis 0",
            lambda rng: call(distributions(rng, 3, k=4).T, axis=0, base=2),
            weight=2,
            example=call([[0.5, 0.25, 0.2], [0.5, 0.75, 0.8]], axis=0, base=2),
        ),
        Case(
            "outcomes of probability 0 count 0",
            lambda rng: call(_with_zeros(rng)),
            weight=2,
            example=call([[0.5, 0.5, 0], [0, 0, 1], [0.25, 0, 0.75]]),
        ),
    ),
    misconceptions=(
        Misconception(
            "no-minus",
            entropy_no_minus,
            "Your entropy is negative: log p is at most 0, so the sum needs a minus in front.",
            case="one distribution",
        ),
        Misconception(
            "log-zero",
            entropy_log_zero,
            "0 · log 0 is nan for NumPy; an outcome that never comes counts 0: keep log away from 0 there.",
            case="outcomes of probability 0 count 0",
        ),
        Misconception(
            "mean-for-sum",
            entropy_mean,
            "You average over the outcomes; the probabilities are the weights already, so sum.",
            case="one distribution",
        ),
        Misconception(
            "sum-of-all",
            entropy_of_all,
            "You sum over the whole array; every distribution has its own sum, along `axis`.",
            case="rows of distributions",
        ),
        Misconception(
            "last-axis",
            entropy_last_axis,
            "You ignore `axis` and always sum along the last one.",
            case="in bits, along axis 0",
        ),
        Misconception(
            "base-ignored",
            entropy_base_ignored,
            "You ignore `base`: divide by log(base) to change the unit.",
            case="in bits, along axis 0",
        ),
        Misconception(
            "always-bits",
            entropy_always_bits,
            "You use log2 always; with base=None the natural logarithm is wanted.",
            case="one distribution",
        ),
        Misconception(
            "base-multiplied",
            entropy_base_multiplied,
            "You multiply by log(base); log₂ p = ln p / ln 2, so divide.",
            case="in bits, along axis 0",
        ),
        Misconception(
            "not-weighted",
            entropy_not_weighted,
            "You sum −log p over the outcomes; each counts with its probability: −p log p.",
            case="one distribution",
        ),
        Misconception(
            "both-sides",
            entropy_both_sides,
            "You add (1 − p) log(1 − p) for every outcome; that form is for a coin given by one number p.",
            case="one distribution",
        ),
    ),
    alternatives=(entropy_by_xlogy, entropy_by_where, entropy_by_loop),
    hints=(
        "One outcome first: its information is −log p. The entropy is the mean of that over the outcomes.",
        "Where p is 0, let the logarithm see a 1 instead: np.log(np.where(p > 0, p, 1)).",
        "-(p * log p).sum(axis=axis), and divided by np.log(base) if base is not None.",
    ),
)

# ── cross_entropy_of_distributions ───────────────────────────────────────────────────────────────────────


def cross_entropy_of_distributions_swapped(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = -np.where(q > 0, q * np.log(np.where(q > 0, p, 1)), 0).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_no_minus(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = (p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_entropy(p, q, *, axis=-1, base=None):
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_entropy_of_q(p, q, *, axis=-1, base=None):
    h = -(q * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_divergence(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = (p * np.log(np.where(p > 0, p, 1)) - p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_both_sides(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = p * np.log(np.where(p > 0, q, 1))
        no = (1 - p) * np.log(np.where(p < 1, 1 - q, 1))
        h = -(yes + no).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_log_zero(p, q, *, axis=-1, base=None):
    h = -(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_epsilon(p, q, *, axis=-1, base=None):
    h = -(p * np.log(q + 1e-12)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_zeros_dropped(p, q, *, axis=-1, base=None):
    h = -(p * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_mean(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).mean(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_base_ignored(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        return -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)


def cross_entropy_of_distributions_last_axis(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=-1)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_by_xlogy(p, q, *, axis=-1, base=None):
    from scipy.special import xlogy

    return -xlogy(p, q).sum(axis=axis) / (1.0 if base is None else float(np.log(base)))


def cross_entropy_of_distributions_by_loop(p, q, *, axis=-1, base=None):
    rows = np.moveaxis(np.stack([p, q]), axis if axis < 0 else axis + 1, -1)
    pairs = rows.reshape(2, -1, rows.shape[-1])
    unit = 1.0 if base is None else np.log(base)
    with np.errstate(divide="ignore"):
        h = [sum(-a * np.log(b) for a, b in zip(one, two) if a > 0) / unit for one, two in zip(*pairs)]
    return np.array(h, dtype=float).reshape(rows.shape[1:-1])


def _two(rng, *size, k=4):
    return distributions(rng, *size, k=k), distributions(rng, *size, k=k)


def _zeros(rng):
    p, q = _with_zeros(rng), distributions(rng, 3, k=3)
    q[0] = [0.5, 0.5, 0]
    q[2] = [0, 0.25, 0.75]
    return call(p, q)


def pair_cases():
    """The cases of a function of two distributions, p and q, along an axis."""
    return (
        Case(
            "two distributions",
            lambda rng: call(*_two(rng)),
            example=call([0.5, 0.25, 0.125, 0.125], [0.4, 0.2, 0.2, 0.2]),
        ),
        Case("rows of distributions", lambda rng: call(*_two(rng, 4, k=5)), weight=1),
        Case(
            "in bits, along axis 0",
            lambda rng: call(*(a.T for a in _two(rng, 3, k=4)), axis=0, base=2),
            weight=2,
        ),
        Case(
            "0 where p is 0, inf where only q is",
            _zeros,
            weight=2,
            example=call(
                [[0.5, 0.5, 0], [0, 0, 1], [0.25, 0, 0.75]],
                [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75]],
            ),
        ),
    )


CROSS_ENTROPY_OF_DISTRIBUTIONS = Exercise(
    function="cross_entropy_of_distributions",
    topics=("C03-09",),
    points=1,
    difficulty=2,
    minutes=5,
    reference=info.cross_entropy_of_distributions,
    cases=pair_cases(),
    misconceptions=(
        Misconception(
            "swapped",
            cross_entropy_of_distributions_swapped,
            "You weigh log p with q; the messages come from p and the code is made for q: −p log q.",
            case="two distributions",
        ),
        Misconception(
            "no-minus",
            cross_entropy_of_distributions_no_minus,
            "Your result is negative: log q is at most 0, so the sum needs a minus in front.",
            case="two distributions",
        ),
        Misconception(
            "entropy-of-p",
            cross_entropy_of_distributions_entropy,
            "This is the entropy of p; the logarithm is of q.",
            case="two distributions",
        ),
        Misconception(
            "entropy-of-q",
            cross_entropy_of_distributions_entropy_of_q,
            "This is the entropy of q; the weights are those of p.",
            case="rows of distributions",
        ),
        Misconception(
            "divergence",
            cross_entropy_of_distributions_divergence,
            "This is the divergence, Σ p log(p/q); the cross-entropy is −Σ p log q.",
            case="two distributions",
        ),
        Misconception(
            "both-sides",
            cross_entropy_of_distributions_both_sides,
            "You add (1 − p) log(1 − q) for every outcome; that is the form for a coin given by one number.",
            case="two distributions",
        ),
        Misconception(
            "log-zero",
            cross_entropy_of_distributions_log_zero,
            "Where p and q are both 0 you get 0 · log 0 = nan; that term counts 0.",
            case="0 where p is 0, inf where only q is",
        ),
        Misconception(
            "epsilon",
            cross_entropy_of_distributions_epsilon,
            "Adding 1e-12 turns an infinite cross-entropy into some finite number: q rules out what p allows, "
            "so inf is right.",
            case="0 where p is 0, inf where only q is",
        ),
        Misconception(
            "zeros-dropped",
            cross_entropy_of_distributions_zeros_dropped,
            "You drop the terms with q = 0; only those with p = 0 count 0, the others are inf.",
            case="0 where p is 0, inf where only q is",
        ),
        Misconception(
            "mean-for-sum",
            cross_entropy_of_distributions_mean,
            "You average over the outcomes; p holds the weights already, so sum.",
            case="two distributions",
        ),
        Misconception(
            "base-ignored",
            cross_entropy_of_distributions_base_ignored,
            "You ignore `base`: divide by log(base) to change the unit.",
            case="in bits, along axis 0",
        ),
        Misconception(
            "last-axis",
            cross_entropy_of_distributions_last_axis,
            "You ignore `axis` and always sum along the last one.",
            case="in bits, along axis 0",
        ),
    ),
    alternatives=(cross_entropy_of_distributions_by_xlogy, cross_entropy_of_distributions_by_loop),
    hints=(
        "How long is the word for outcome i in a code made for q? How often is it needed?",
        "−p log q, summed. Only where p is 0 the term is 0, whatever q is.",
        "np.log(np.where(p > 0, q, 1)) is 0 where p is 0, and −inf where only q is 0.",
    ),
)
