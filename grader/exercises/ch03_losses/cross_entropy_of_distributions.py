"""Two distributions: the cross-entropy, and the cases that it shares with the divergence."""

import numpy as np

from grader.exercises.ch03_losses.entropy import ROUGH, along, any_axis, distributions, flat, with_zeros
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import options, probabilities
from nnlib import info


def _two(rng, *size, k=4):
    return distributions(rng, *size, k=k), distributions(rng, *size, k=k)


def _zeros(rng):
    """Where only q is 0, p is tiny: any small number in place of q then gives one and the same wrong result.
    The last q is certain. Both options say their default."""
    p, q = with_zeros(rng), distributions(rng, 3, k=3)
    q[0] = [0.5, 0.5, 0]
    p[2], q[2] = [1e-20, 0, 1], [0, 0.25, 0.75]
    p, q = [*p, [0.25, 0.75, 0], [0, 1, 0]], [*q, [0.5, 0.5, 0], [0, 1, 0]]
    return call(p, q, axis=-1, base=None)


def pairs_allowed(rng):
    size, axis, where = along(rng)
    p, q = probabilities(rng, size, axis), probabilities(rng, size, axis)
    return call(p, q, **where, **options(rng, base=(None, 2, 10, 3.5)))


def pair_cases():
    """The cases of a function of two distributions, p and q, along an axis."""
    return (
        Case(
            "two distributions",
            lambda rng: call(*_two(rng)),
            example=call([0.5, 0.25, 0.125, 0.125], [0.4, 0.2, 0.3, 0.1]),
        ),
        Case(
            "rows of distributions, base=10",
            lambda rng: call(*_two(rng, 2, 3, k=5), base=10),
            weight=2,
            measure=flat,
        ),
        Case(
            "in bits, along axis 0",
            lambda rng: call(*(a.T for a in _two(rng, 3, k=4)), axis=0, base=2),
            weight=2,
            tol=ROUGH,
        ),
        Case(
            "along axis 0 of three",
            lambda rng: call(*(np.moveaxis(a, -1, 0) for a in _two(rng, 2, 2)), axis=0),
            tol=ROUGH,
        ),
        in_turn("along any axis, some of length 1", *any_axis(2), tol=ROUGH),
        Case(
            "0 where p is 0, inf where only q is",
            _zeros,
            weight=3,
            example=call(
                [[0.5, 0.5, 0], [0, 0, 1], [1e-20, 0, 1], [0.25, 0.75, 0], [0, 1, 0]],
                [[0.25, 0.75, 0], [0.5, 0.25, 0.25], [0, 0.25, 0.75], [0.5, 0.5, 0], [0, 1, 0]],
                axis=-1,
                base=None,
            ),
            tol=ROUGH,
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
    allowed=pairs_allowed,
    cases=pair_cases(),
    hints=(
        "How long is the word for outcome i in a code made for q? How often is it needed?",
        "Each length counts with p. Only where p is 0 the term is 0, whatever q is.",
        "−p log q, summed along `axis`, with np.log(np.where(p > 0, q, 1)) for log q: it is 0 where p is 0, and "
        "−inf where only q is 0. Divided by np.log(base) if base is not None.",
    ),
)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_swapped(p, q, *, axis=-1, base=None):
    """You weigh log p with q, but the messages come from p and the code is made for q.

    −p log q, summed."""
    with np.errstate(divide="ignore"):
        h = -np.where(q > 0, q * np.log(np.where(q > 0, p, 1)), 0).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_no_minus(p, q, *, axis=-1, base=None):
    """Your result is negative: log q is at most 0, and so is every term.

    The sum needs a minus in front: −Σ p log q."""
    with np.errstate(divide="ignore"):
        h = (p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_entropy_of_p(p, q, *, axis=-1, base=None):
    """This is the entropy of p: the code made for q is not in it.

    The logarithm is of q: −p log q, summed."""
    h = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="rows of distributions, base=10")
def cross_entropy_of_distributions_entropy_of_q(p, q, *, axis=-1, base=None):
    """This is the entropy of q, as if the messages came from q as well.

    The weights are those of p: −p log q, summed."""
    h = -(q * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_divergence(p, q, *, axis=-1, base=None):
    """This is the divergence, Σ p log(p/q): what the cross-entropy has above the entropy of p.

    The cross-entropy is −Σ p log q."""
    with np.errstate(divide="ignore"):
        h = (p * np.log(np.where(p > 0, p, 1)) - p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_both_sides(p, q, *, axis=-1, base=None):
    """You add (1 − p) log(1 − q) for every outcome; that is the form for a coin given by one number."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = p * np.log(np.where(p > 0, q, 1))
        no = (1 - p) * np.log(np.where(p < 1, 1 - q, 1))
        h = -(yes + no).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="0 where p is 0, inf where only q is")
def cross_entropy_of_distributions_log_zero(p, q, *, axis=-1, base=None):
    """Where p and q are both 0 you get 0 · log 0 = nan; that term counts 0."""
    h = -(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="0 where p is 0, inf where only q is")
def cross_entropy_of_distributions_finite(p, q, *, axis=-1, base=None):
    """Your result is finite where q rules out what p allows: a small number in place of q = 0, or dropping
    the term, hides that, and inf is right."""
    h = -(p * np.log(q + 1e-12)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_mean_for_sum(p, q, *, axis=-1, base=None):
    """You average over the outcomes, but p holds the weights already.

    Sum instead: .sum(axis=axis)."""
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).mean(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="in bits, along axis 0")
def cross_entropy_of_distributions_base_ignored(p, q, *, axis=-1, base=None):
    """You ignore `base`: your result is in nats, whatever unit is asked for.

    Divide by np.log(base) if base is not None."""
    with np.errstate(divide="ignore"):
        return -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="in bits, along axis 0")
def cross_entropy_of_distributions_last_axis(p, q, *, axis=-1, base=None):
    """You ignore `axis` and always sum along the last one."""
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=-1)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="rows of distributions, base=10")
def cross_entropy_of_distributions_sum_of_all(p, q, *, axis=-1, base=None):
    """You sum over the whole array, which mixes all pairs of distributions in one number.

    Every pair has its own sum, along `axis`: .sum(axis=axis)."""
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum()
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="0 where p is 0, inf where only q is")
def cross_entropy_of_distributions_nan_to_num(p, q, *, axis=-1, base=None):
    """np.nan_to_num turns nan into 0, but also inf into 1.8e308.

    Put a 1 under the logarithm where p is 0 instead: np.log(np.where(p > 0, q, 1))."""
    with np.errstate(all="ignore"):
        h = -np.nan_to_num(p * np.log(q)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="in bits, along axis 0")
def cross_entropy_of_distributions_log_with_base(p, q, *, axis=-1, base=None):
    """np.log takes no base: its second argument is where the result goes.

    Divide by np.log(base)."""
    with np.errstate(divide="ignore"):
        return -(p * np.log(np.where(p > 0, q, 1), base)).sum(axis=axis)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong
def cross_entropy_of_distributions_likeliest_only(p, q, *, axis=-1, base=None):
    """You take the likeliest outcome of p alone; every outcome counts with its p."""
    likeliest = np.expand_dims(p.argmax(axis=axis), axis)
    with np.errstate(divide="ignore"):
        h = -np.log(np.take_along_axis(q, likeliest, axis=axis)).sum(axis=axis)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="in bits, along axis 0")
def cross_entropy_of_distributions_log2_of_base(p, q, *, axis=-1, base=None):
    """You divide by np.log2(base), which is the wrong logarithm: the sum is in nats.

    Divide it by np.log(base)."""
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return h if base is None else h / np.log2(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.wrong(case="0 where p is 0, inf where only q is")
def cross_entropy_of_distributions_infinite_to_0(p, q, *, axis=-1, base=None):
    """You turn an infinite result into 0; where q rules out what p allows, inf is right."""
    with np.errstate(divide="ignore"):
        h = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    h = np.where(np.isfinite(h), h, 0)
    return h if base is None else h / np.log(base)


@CROSS_ENTROPY_OF_DISTRIBUTIONS.right
def cross_entropy_of_distributions_by_xlogy(p, q, *, axis=-1, base=None):
    from scipy.special import xlogy

    return -xlogy(p, q).sum(axis=axis) / (1.0 if base is None else float(np.log(base)))


@CROSS_ENTROPY_OF_DISTRIBUTIONS.right
def cross_entropy_of_distributions_by_loop(p, q, *, axis=-1, base=None):
    rows = np.moveaxis(np.stack([p, q]), axis if axis < 0 else axis + 1, -1)
    pairs = rows.reshape(2, -1, rows.shape[-1])
    unit = 1.0 if base is None else np.log(base)
    with np.errstate(divide="ignore"):
        h = [sum(-a * np.log(b) for a, b in zip(one, two) if a > 0) / unit for one, two in zip(*pairs)]
    return np.array(h, dtype=float).reshape(rows.shape[1:-1])


@CROSS_ENTROPY_OF_DISTRIBUTIONS.right
def cross_entropy_of_distributions_loops_over_rows(p, q, *, axis=-1, base=None):
    P = np.moveaxis(np.asarray(p, dtype=float), axis, -1)
    Q = np.moveaxis(np.asarray(q, dtype=float), axis, -1)
    k = P.shape[-1]
    out = []
    for prow, qrow in zip(P.reshape(-1, k), Q.reshape(-1, k)):
        s = 0.0
        for pi, qi in zip(prow, qrow):
            if pi == 0:
                continue
            if qi == 0:
                s = np.inf
                break
            s += pi * -np.log(qi)
        out.append(s)
    out = np.array(out).reshape(P.shape[:-1])
    if base is not None:
        out = out / np.log(base)
    return out


@CROSS_ENTROPY_OF_DISTRIBUTIONS.right
def cross_entropy_of_distributions_loops_over_distributions(p, q, *, axis=-1, base=None):
    P = np.moveaxis(np.asarray(p, float), axis, -1)
    Q = np.moveaxis(np.asarray(q, float), axis, -1)
    out = np.zeros(P.shape[:-1])
    for i in np.ndindex(*P.shape[:-1]):
        h = 0.0
        for a, b in zip(P[i], Q[i]):
            if a == 0:
                continue
            if b == 0:
                h = np.inf
                break
            h -= a * np.log(b)
        out[i] = h
    if base is not None:
        out = out / np.log(base)
    return out[()]


@CROSS_ENTROPY_OF_DISTRIBUTIONS.right
def cross_entropy_of_distributions_q_is_replaced(p, q, *, axis=-1, base=None):
    used = np.where(p == 0, 1.0, q)
    with np.errstate(divide="ignore"):
        lengths = -np.log(used)
    if base is not None:
        lengths = lengths / np.log(base)
    return (p * lengths).sum(axis=axis)
