"""The divergence as a loss, with its four reductions."""

from dataclasses import replace

import numpy as np

from grader.exercises.ch03_losses.distributions import distributions
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import losses

# ── kl_div ───────────────────────────────────────────────────────────────────────────────────────────────


def kl_div_mean_as_batchmean(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms
    return terms.sum() if reduction == "sum" else terms.sum() / len(terms)


def kl_div_batchmean_as_mean(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms
    return terms.sum() if reduction == "sum" else terms.mean()


def kl_div_log_zero(log_probs, target, *, reduction="mean", log_target=False):
    terms = np.exp(target) * (target - log_probs) if log_target else target * (np.log(target) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_log_target_ignored(log_probs, target, *, reduction="mean", log_target=False):
    terms = target * (np.log(np.where(target > 0, target, 1)) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_log_target_as_weight(log_probs, target, *, reduction="mean", log_target=False):
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = target * (log_t - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_probabilities(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - np.exp(log_probs))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_logarithm_twice(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - np.log(log_probs))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_swapped(log_probs, target, *, reduction="mean", log_target=False):
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = np.exp(log_probs) * (log_probs - log_t) * (log_target | (target > 0))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_swapped_infinite(log_probs, target, *, reduction="mean", log_target=False):
    with np.errstate(divide="ignore"):
        log_t = target if log_target else np.log(target)
    terms = np.exp(log_probs) * (log_probs - log_t)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_sign(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_probs - log_t)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_cross_entropy(log_probs, target, *, reduction="mean", log_target=False):
    terms = -(np.exp(target) if log_target else target) * log_probs
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_none_by_rows(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms.sum(axis=1)
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_bare(log_probs, target, *, reduction="mean", log_target=False):
    terms = target * (np.log(target) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_batchmean_by_classes(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    divisor = {"sum": 1, "mean": terms.size, "batchmean": terms.shape[1]}
    return terms if reduction == "none" else terms.sum() / divisor[reduction]


def kl_div_log_target_masked(log_probs, target, *, reduction="mean", log_target=False):
    terms = np.where(target > 0, target * (np.log(np.where(target > 0, target, 1)) - log_probs), 0)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_mean_of_positive(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "mean":
        return terms[t > 0].mean()
    if reduction == "none":
        return terms
    return terms.sum() / (len(terms) if reduction == "batchmean" else 1)


def kl_div_terms_cut(log_probs, target, *, reduction="mean", log_target=False):
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = np.maximum(t * (log_t - log_probs), 0)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


def kl_div_by_xlogy(log_probs, target, *, reduction="mean", log_target=False):
    from scipy.special import xlogy

    if log_target:
        target = np.exp(target)
    terms = xlogy(target, target) - target * log_probs
    divisor = {"sum": 1, "mean": terms.size, "batchmean": terms.shape[0]}
    return terms if reduction == "none" else terms.sum() / divisor[reduction]


def kl_div_by_loop(log_probs, target, *, reduction="mean", log_target=False):
    terms = np.zeros_like(log_probs)
    for i in np.ndindex(terms.shape):
        t = np.exp(target[i]) if log_target else target[i]
        if t > 0:
            terms[i] = t * (np.log(t) - log_probs[i])
    if reduction == "none":
        return terms
    total = np.sum(terms)
    if reduction == "mean":
        total = total / np.size(terms)
    if reduction == "batchmean":
        total = total / len(log_probs)
    return total


def _logs(rng, n, k):
    return np.log(distributions(rng, n, k=k)), distributions(rng, n, k=k)


def _hard_targets(rng, reduction):
    log_q, p = _logs(rng, 3, 4)
    p[0] = [0, 1, 0, 0]
    p[2] = [0.5, 0, 0.5, 0]
    return call(log_q, p, reduction=reduction)


def _log_targets(rng):
    return call(*(_logs(rng, 3, 4)[0] for _ in range(2)), reduction="sum", log_target=True)


KL_DIV = Exercise(
    function="kl_div",
    topics=("C03-38",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.kl_div,
    torch="torch.nn.functional.kl_div",
    cases=(
        Case('two rows, reduction="none"', lambda rng: call(*_logs(rng, 2, 3), reduction="none"), weight=2),
        Case("targets of probability 0, the mean", lambda rng: _hard_targets(rng, "mean"), weight=2),
        Case(
            'targets of probability 0, reduction="batchmean"',
            lambda rng: _hard_targets(rng, "batchmean"),
            weight=2,
        ),
        Case('log_target=True, reduction="sum"', _log_targets, weight=2),
        keeps_arguments(lambda rng: _hard_targets(rng, "mean")),
        replace(keeps_arguments(_log_targets), title="arguments unchanged, log_target=True"),
    ),
    misconceptions=(
        Misconception(
            "mean-as-batchmean",
            kl_div_mean_as_batchmean,
            'For "mean" you divide by the number of rows; that is "batchmean", "mean" divides by all elements.',
            case="targets of probability 0, the mean",
        ),
        Misconception(
            "batchmean-as-mean",
            kl_div_batchmean_as_mean,
            'For "batchmean" you divide by all elements; it divides the sum by the number of rows.',
            case='targets of probability 0, reduction="batchmean"',
        ),
        Misconception(
            "log-zero",
            kl_div_log_zero,
            "Where the target is 0 you get 0 · log 0 = nan; that term counts 0.",
            case='targets of probability 0, reduction="batchmean"',
        ),
        Misconception(
            "log-target-ignored",
            kl_div_log_target_ignored,
            "You ignore log_target=True, which says that the target holds logarithms already.",
            case='log_target=True, reduction="sum"',
        ),
        Misconception(
            "log-target-as-weight",
            kl_div_log_target_as_weight,
            "With log_target=True the weight in front must be exp(target), a probability.",
            case='log_target=True, reduction="sum"',
        ),
        Misconception(
            "exponential",
            kl_div_probabilities,
            "You subtract exp(log_probs); the formula has ln a, and log_probs are logarithms already.",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "logarithm-twice",
            kl_div_logarithm_twice,
            "You take the logarithm of log_probs, which are logarithms already: use them as they are.",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "swapped",
            kl_div_swapped,
            "This is the divergence the other way round; the weights are the targets: y (ln y − ln a).",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "sign",
            kl_div_sign,
            "Your sign is reversed: y (ln y − ln a).",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "cross-entropy",
            kl_div_cross_entropy,
            "−y ln a is the cross-entropy; the divergence also has y ln y.",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "none-by-rows",
            kl_div_none_by_rows,
            'You sum each row for reduction="none"; here it returns every term, in the shape of log_probs.',
            case='two rows, reduction="none"',
        ),
        Misconception(
            "swapped-infinite",
            kl_div_swapped_infinite,
            "This is the divergence the other way round; the weights are the targets: y (ln y − ln a).",
            case='two rows, reduction="none"',
        ),
        Misconception(
            "bare",
            kl_div_bare,
            "The formula as it stands lacks two things: terms with target 0 count 0 (here they are nan), "
            "and with log_target=True the target holds logarithms already.",
            case='targets of probability 0, reduction="batchmean"',
        ),
        Misconception(
            "batchmean-by-classes",
            kl_div_batchmean_by_classes,
            'For "batchmean" you divide by the number of classes; it divides by the number of rows.',
            case='targets of probability 0, reduction="batchmean"',
        ),
        Misconception(
            "log-target-masked",
            kl_div_log_target_masked,
            "You ask for target > 0 with log_target=True, too, where the target holds logarithms: none "
            "of them is positive. y is exp(target).",
            case='log_target=True, reduction="sum"',
        ),
        Misconception(
            "mean-of-positive",
            kl_div_mean_of_positive,
            "You average the terms with y > 0 only; the mean divides by all elements, those of target 0 too.",
            case="targets of probability 0, the mean",
        ),
        Misconception(
            "terms-cut",
            kl_div_terms_cut,
            "You cut negative terms to 0; single terms may be negative, only the sum of a row is not.",
            case='two rows, reduction="none"',
        ),
    ),
    alternatives=(kl_div_by_xlogy, kl_div_by_loop),
    hints=(
        "First all the terms y (ln y − ln a), an array. Which of the two arguments is a logarithm already?",
        "Keep log away from 0 where the target is 0; with log_target=True, y is exp(target).",
        '"mean" divides the sum by terms.size, "batchmean" by len(terms).',
    ),
)
