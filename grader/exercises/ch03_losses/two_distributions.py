"""Two distributions: the cross-entropy, and the cases that it shares with the divergence."""

import numpy as np

from grader.exercises.ch03_losses.distributions import distributions, with_zeros
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import info

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


def cross_entropy_of_distributions_of_all(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum()
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_nan_to_num(p, q, *, axis=-1, base=None):
    with np.errstate(all="ignore"):
        h = -np.nan_to_num(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_log_with_base(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        return -(p * np.log(np.where(p > 0, q, 1), base)).sum(axis=axis)


def cross_entropy_of_distributions_likeliest(p, q, *, axis=-1, base=None):
    likeliest = np.expand_dims(p.argmax(axis=axis), axis)
    with np.errstate(divide="ignore"):
        h = -np.log(np.take_along_axis(q, likeliest, axis=axis)).sum(axis=axis)
    return h if base is None else h / np.log(base)


def cross_entropy_of_distributions_log2_of_base(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log2(base)


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
    """Where only q is 0, p is tiny: any small number in place of q then gives one and the same wrong result."""
    p, q = with_zeros(rng), distributions(rng, 3, k=3)
    q[0] = [0.5, 0.5, 0]
    p[2], q[2] = [1e-12, 0, 1], [0, 0.25, 0.75]
    return call(p, q)


def pair_cases():
    """The cases of a function of two distributions, p and q, along an axis."""
    return (
        Case(
            "two distributions",
            lambda rng: call(*_two(rng)),
            example=call([0.5, 0.25, 0.125, 0.125], [0.4, 0.2, 0.2, 0.2]),
        ),
        Case("rows of distributions, base=10", lambda rng: call(*_two(rng, 4, k=5), base=10), weight=2),
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
                [[0.5, 0.5, 0], [0, 0, 1], [1e-12, 0, 1]],
                [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75]],
            ),
        ),
        keeps_arguments(_zeros, weight=2),
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
            case="rows of distributions, base=10",
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
            "finite",
            cross_entropy_of_distributions_epsilon,
            "Your result is finite where q rules out what p allows: a small number in place of q = 0, or "
            "dropping the term, hides that, and inf is right.",
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
        Misconception(
            "sum-of-all",
            cross_entropy_of_distributions_of_all,
            "You sum over the whole array; every pair of distributions has its own sum, along `axis`.",
            case="rows of distributions, base=10",
        ),
        Misconception(
            "nan-to-num",
            cross_entropy_of_distributions_nan_to_num,
            "np.nan_to_num turns nan into 0, but also inf into 1.8e308: put a 1 under the logarithm "
            "where p is 0 instead.",
            case="0 where p is 0, inf where only q is",
        ),
        Misconception(
            "log-with-base",
            cross_entropy_of_distributions_log_with_base,
            "np.log takes no base (its second argument is where the result goes): divide by np.log(base).",
            case="in bits, along axis 0",
        ),
        Misconception(
            "likeliest-only",
            cross_entropy_of_distributions_likeliest,
            "You take the likeliest outcome of p alone; every outcome counts with its p.",
            case="two distributions",
        ),
        Misconception(
            "log2-of-base",
            cross_entropy_of_distributions_log2_of_base,
            "np.log2(base) divides by the wrong logarithm: the sum is in nats, so divide it by np.log(base).",
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
