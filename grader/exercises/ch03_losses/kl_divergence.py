"""The Kullback-Leibler divergence of two distributions."""

import numpy as np

from grader.exercises.ch03_losses.cross_entropy_of_distributions import pair_cases, pairs_allowed
from grader.record.exercise import Exercise
from nnlib import info

KL_DIVERGENCE = Exercise(
    function="kl_divergence",
    topics=("C03-08",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=info.kl_divergence,
    forbid=("scipy.stats.entropy",),
    allowed=pairs_allowed,
    cases=pair_cases(),
    hints=(
        "Which two numbers, that you have just written, is it the difference of?",
        "KL(p ‖ q) = H(p, q) − H(p). Written directly, each outcome has one term, with p as its weight; where p "
        "is 0 the term is 0.",
        "p * (log p − log q), each logarithm with np.where(p > 0, ..., 1) inside, summed along `axis`.",
    ),
)


@KL_DIVERGENCE.wrong
def kl_divergence_swapped(p, q, *, axis=-1, base=None):
    """This is KL(q ‖ p): you weigh with q, but the first argument is the true distribution p.

    Its p are the weights: Σ p log(p/q)."""
    with np.errstate(divide="ignore"):
        d = (q * (np.log(np.where(q > 0, q, 1)) - np.log(np.where(q > 0, p, 1)))).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_sign(p, q, *, axis=-1, base=None):
    """Your divergence is negative: the ratio under the logarithm is upside down.

    It is p over q, Σ p log(p/q)."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, q, 1)) - np.log(np.where(p > 0, p, 1)))).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_cross_entropy(p, q, *, axis=-1, base=None):
    """This is the cross-entropy; the divergence is what it has above the entropy of p."""
    with np.errstate(divide="ignore"):
        d = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="rows of distributions, base=10")
def kl_divergence_difference_of_entropies(p, q, *, axis=-1, base=None):
    """You subtract two entropies, H(q) − H(p), and that may even be negative.

    The first must be the cross-entropy −Σ p log q."""
    h_p = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)
    h_q = -(q * np.log(np.where(q > 0, q, 1))).sum(axis=axis)
    return (h_q - h_p) if base is None else (h_q - h_p) / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_symmetric(p, q, *, axis=-1, base=None):
    """You average KL(p ‖ q) and KL(q ‖ p); only the first is wanted, and the two differ."""
    with np.errstate(divide="ignore", invalid="ignore"):
        there = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum(axis=axis)
        back = (q * (np.log(np.where(q > 0, q, 1)) - np.log(np.where(q > 0, p, 1)))).sum(axis=axis)
        d = (there + back) / 2
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="0 where p is 0, inf where only q is")
def kl_divergence_log_zero(p, q, *, axis=-1, base=None):
    """Where p is 0 you get 0 · log 0 = nan; that term counts 0."""
    d = (p * np.log(p / q)).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="0 where p is 0, inf where only q is")
def kl_divergence_finite(p, q, *, axis=-1, base=None):
    """Your result is finite where q rules out what p allows: a small number in place of q = 0, or dropping
    the term, hides that, and inf is right."""
    d = (p * np.log((p + 1e-12) / (q + 1e-12))).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_mean_for_sum(p, q, *, axis=-1, base=None):
    """You average over the outcomes, but p holds the weights already.

    Sum instead: .sum(axis=axis)."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).mean(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="in bits, along axis 0")
def kl_divergence_base_ignored(p, q, *, axis=-1, base=None):
    """You ignore `base`: your result is in nats, whatever unit is asked for.

    Divide by np.log(base) if base is not None."""
    with np.errstate(divide="ignore"):
        return (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum(axis=axis)


@KL_DIVERGENCE.wrong(case="in bits, along axis 0")
def kl_divergence_last_axis(p, q, *, axis=-1, base=None):
    """You ignore `axis` and always sum along the last one."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum(axis=-1)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="rows of distributions, base=10")
def kl_divergence_sum_of_all(p, q, *, axis=-1, base=None):
    """You sum over the whole array, which mixes all pairs of distributions in one number.

    Every pair has its own sum, along `axis`: .sum(axis=axis)."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum()
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="0 where p is 0, inf where only q is")
def kl_divergence_nan_to_num(p, q, *, axis=-1, base=None):
    """np.nan_to_num turns nan into 0, but also inf into 1.8e308.

    Put a 1 under the logarithm where p is 0 instead: np.where(p > 0, ..., 1)."""
    with np.errstate(all="ignore"):
        d = np.nan_to_num(p * np.log(p / q)).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_absolute_terms(p, q, *, axis=-1, base=None):
    """You take absolute values of the single terms; those may be negative, only their sum is not."""
    with np.errstate(divide="ignore"):
        log_ratio = np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1))
    d = np.abs(p * log_ratio).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_terms_cut(p, q, *, axis=-1, base=None):
    """You cut negative terms to 0; single terms may be negative, only their sum is not."""
    with np.errstate(divide="ignore"):
        log_ratio = np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1))
    d = np.maximum(p * log_ratio, 0).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong(case="in bits, along axis 0")
def kl_divergence_base_in_one_term(p, q, *, axis=-1, base=None):
    """You change the unit of one of the two entropies only.

    Divide both by np.log(base)."""
    with np.errstate(divide="ignore"):
        cross = -(p * np.log(np.where(p > 0, q, 1))).sum(axis=axis)
    if base is not None:
        cross = cross / np.log(base)
    return cross + (p * np.log(np.where(p > 0, p, 1))).sum(axis=axis)


@KL_DIVERGENCE.wrong(case="in bits, along axis 0")
def kl_divergence_log2_of_base(p, q, *, axis=-1, base=None):
    """You divide by np.log2(base), which is the wrong logarithm: the sum is in nats.

    Divide it by np.log(base)."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum(axis=axis)
    return d if base is None else d / np.log2(base)


@KL_DIVERGENCE.wrong(case="0 where p is 0, inf where only q is")
def kl_divergence_infinite_to_0(p, q, *, axis=-1, base=None):
    """You turn an infinite result into 0; where q rules out what p allows, inf is right."""
    with np.errstate(divide="ignore"):
        d = (p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))).sum(axis=axis)
    d = np.where(np.isfinite(d), d, 0)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.wrong
def kl_divergence_binary(p, q, *, axis=-1, base=None):
    """You add (1 − p) log((1 − p)/(1 − q)) for every outcome: that is a sum over coins.

    The outcomes of one distribution have one term each, p log(p/q)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = p * (np.log(np.where(p > 0, p, 1)) - np.log(np.where(p > 0, q, 1)))
        no = (1 - p) * (np.log(np.where(p < 1, 1 - p, 1)) - np.log(np.where(p < 1, 1 - q, 1)))
        d = (yes + no).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.right
def kl_divergence_by_rel_entr(p, q, *, axis=-1, base=None):
    from scipy.special import rel_entr

    return rel_entr(p, q).sum(axis=axis) / (1.0 if base is None else float(np.log(base)))


@KL_DIVERGENCE.right
def kl_divergence_by_ratio(p, q, *, axis=-1, base=None):
    with np.errstate(divide="ignore", invalid="ignore"):
        d = np.where(p == 0, 0, p * np.log(p / q)).sum(axis=axis)
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.right
def kl_divergence_by_loop(p, q, *, axis=-1, base=None):
    rows = np.moveaxis(np.stack([p, q]), axis if axis < 0 else axis + 1, -1)
    d = np.zeros(rows.shape[1:-1])
    for i in np.ndindex(d.shape):
        for a, b in zip(rows[(0, *i)], rows[(1, *i)]):
            if a > 0:
                d[i] += a * np.log(a / b) if b > 0 else np.inf
    return d if base is None else d / np.log(base)


@KL_DIVERGENCE.right
def kl_divergence_loops_list_of(p, q, *, axis=-1, base=None):
    pp = np.moveaxis(np.asarray(p, float), axis, -1)
    qq = np.moveaxis(np.asarray(q, float), axis, -1)
    shape, k = pp.shape[:-1], pp.shape[-1]
    results = []
    for u, v in zip(pp.reshape(-1, k), qq.reshape(-1, k)):
        d = 0.0
        for j in range(k):
            if u[j] > 0 and v[j] > 0:
                d += u[j] * (np.log(u[j]) - np.log(v[j]))
            elif u[j] > 0:
                d = np.inf
        results.append(d if base is None else d / np.log(base))
    return results[0] if shape == () else np.array(results).reshape(shape)


@KL_DIVERGENCE.right
def kl_divergence_table_of_terms(p, q, *, axis=-1, base=None):
    p = np.asarray(p, dtype=float)
    q = np.asarray(q, dtype=float)
    terms = np.zeros(p.shape)
    both = (p > 0) & (q > 0)
    terms[both] = p[both] * np.log(p[both] / q[both])
    terms[(p > 0) & (q == 0)] = np.inf
    result = np.sum(terms, axis=axis)
    return result / (np.log(base) if base is not None else 1.0)
