"""The divergence as a loss, with its four reductions."""

import numpy as np

from grader.exercises.ch03_losses.entropy import distributions
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, probabilities, shape
from nnlib import losses
from nnlib.activations import log_softmax


def _logs(rng, n, k):
    return np.log(distributions(rng, n, k=k)), distributions(rng, n, k=k)


def _hard_targets(rng, **reduction):
    log_q, p = _logs(rng, 3, 4)
    p[0] = [0, 1, 0, 0]
    p[2] = [0.5, 0, 0.5, 0]
    return call(log_q, p, **reduction)


def _log_targets(rng, n=3, k=4, reduction="sum"):
    return call(*(_logs(rng, n, k)[0] for _ in range(2)), reduction=reduction, log_target=True)


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    chosen = options(rng, reduction=(*REDUCTIONS, "batchmean"), log_target=(False, True))
    log_probs = log_softmax(one_of(rng, 1, 1, 30) * rng.normal(size=(n, k)))
    if chosen.get("log_target"):
        return call(log_probs, log_softmax(one_of(rng, 1, 1, 10) * rng.normal(size=(n, k))), **chosen)
    return call(log_probs, probabilities(rng, (n, k)), **chosen)


KL_DIV = Exercise(
    function="kl_div",
    topics=("C03-38",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.kl_div,
    torch="torch.nn.functional.kl_div",
    allowed=_allowed,
    cases=(
        Case('two rows, reduction="none"', lambda rng: call(*_logs(rng, 2, 3), reduction="none"), weight=2),
        Case("targets of probability 0, the mean", _hard_targets, weight=3, draws=2),
        Case(
            'targets of probability 0, reduction="batchmean"',
            lambda rng: _hard_targets(rng, reduction="batchmean", log_target=False),
            weight=3,
            draws=3,
        ),
        Case('log_target=True, reduction="sum"', _log_targets, weight=2),
        in_turn(
            "odd shapes, unlikely outcomes, the other options",
            lambda rng: _log_targets(rng, 1, 4, reduction="none"),
            lambda rng: call(*_logs(rng, 4, 2), reduction="mean"),
            lambda rng: call(_logs(rng, 4, 1)[1] - 1 - rng.random((4, 1)), np.ones((4, 1)), reduction="sum"),
            lambda rng: _log_targets(rng, 3, 1, reduction="mean"),
            lambda rng: _log_targets(rng, 2, 3, reduction="batchmean"),
            lambda rng: call(*_logs(rng, 4, 3), reduction="batchmean"),
            lambda rng: call(
                -rng.uniform(200, 300, size=(1, 3)), distributions(rng, 1, k=3), reduction="none"
            ),
            lambda rng: call(
                -rng.uniform(400, 600, size=(2, 2)), distributions(rng, 2, k=2), reduction="sum"
            ),
            lambda rng: call(-rng.uniform(400, 600, size=(2, 2)), distributions(rng, 2, k=2)),
            lambda rng: call(_logs(rng, 2, 2)[0], [[-40, 0], [0, -50]], reduction="sum", log_target=True),
            lambda rng: _hard_targets(rng, reduction="none"),
        ),
        keeps_arguments(_hard_targets),
    ),
    hints=(
        "First all the terms y (ln y − ln a), an array. Which of the two arguments is a logarithm already?",
        "Keep log away from 0 where the target is 0. With log_target=True the target is a logarithm, too: what "
        'is y then? And what do "mean" and "batchmean" divide by?',
        "y * (log y − log_probs): y is target and log y is np.log(np.where(target > 0, target, 1)), or with "
        'log_target=True y is exp(target) and log y is target. "mean" divides the sum by terms.size, '
        '"batchmean" by len(terms).',
    ),
)


@KL_DIV.wrong(case="targets of probability 0, the mean")
def kl_div_mean_as_batchmean(log_probs, target, *, reduction="mean", log_target=False):
    """For "mean" you divide by the number of rows; that is "batchmean".

    "mean" divides by all elements: terms.mean()."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms
    return terms.sum() if reduction == "sum" else terms.sum() / len(terms)


@KL_DIV.wrong(case='targets of probability 0, reduction="batchmean"')
def kl_div_batchmean_as_mean(log_probs, target, *, reduction="mean", log_target=False):
    """For "batchmean" you divide by all elements; that is "mean".

    It divides the sum by the number of rows: terms.sum() / len(terms)."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms
    return terms.sum() if reduction == "sum" else terms.mean()


@KL_DIV.wrong(case='targets of probability 0, reduction="batchmean"')
def kl_div_log_zero(log_probs, target, *, reduction="mean", log_target=False):
    """Where the target is 0 you get 0 · log 0 = nan; that term counts 0."""
    terms = np.exp(target) * (target - log_probs) if log_target else target * (np.log(target) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong(case='log_target=True, reduction="sum"')
def kl_div_log_target_ignored(log_probs, target, *, reduction="mean", log_target=False):
    """You ignore log_target=True, which says that the target holds logarithms already."""
    terms = target * (np.log(np.where(target > 0, target, 1)) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong(case='log_target=True, reduction="sum"')
def kl_div_log_target_as_weight(log_probs, target, *, reduction="mean", log_target=False):
    """With log_target=True your weight in front is a logarithm, no probability.

    It must be exp(target)."""
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = target * (log_t - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_exponential(log_probs, target, *, reduction="mean", log_target=False):
    """You subtract exp(log_probs), a probability, where the formula has a logarithm.

    log_probs are ln a already: use them as they are."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - np.exp(log_probs))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_logarithm_twice(log_probs, target, *, reduction="mean", log_target=False):
    """You take the logarithm of log_probs, which are logarithms already.

    Use them as they are."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - np.log(log_probs))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_swapped(log_probs, target, *, reduction="mean", log_target=False):
    """This is the divergence the other way round: you weigh with the predictions.

    The weights are the targets: y (ln y − ln a)."""
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = np.exp(log_probs) * (log_probs - log_t) * (log_target | (target > 0))
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_sign(log_probs, target, *, reduction="mean", log_target=False):
    """Your sign is reversed: the divergence of a row is never negative, and yours is never positive.

    y (ln y − ln a)."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_probs - log_t)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_cross_entropy(log_probs, target, *, reduction="mean", log_target=False):
    """This is the cross-entropy; the entropy of the target is still in it.

    The divergence also has y ln y: y (ln y − ln a)."""
    terms = -(np.exp(target) if log_target else target) * log_probs
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_none_by_rows(log_probs, target, *, reduction="mean", log_target=False):
    """You sum each row for reduction="none"; here it returns every term, in the shape of log_probs."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "none":
        return terms.sum(axis=1)
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong
def kl_div_swapped_infinite(log_probs, target, *, reduction="mean", log_target=False):
    """This is the divergence the other way round: you weigh with the predictions.

    The weights are the targets: y (ln y − ln a)."""
    with np.errstate(divide="ignore"):
        log_t = target if log_target else np.log(target)
    terms = np.exp(log_probs) * (log_probs - log_t)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong(case='targets of probability 0, reduction="batchmean"')
def kl_div_bare(log_probs, target, *, reduction="mean", log_target=False):
    """The formula as it stands lacks two things: terms with target 0 count 0 (here they are nan), and with
    log_target=True the target holds logarithms already."""
    terms = target * (np.log(target) - log_probs)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong(case='targets of probability 0, reduction="batchmean"')
def kl_div_batchmean_by_classes(log_probs, target, *, reduction="mean", log_target=False):
    """For "batchmean" you divide by the number of classes, but the batch is the rows.

    Divide by the number of rows: terms.sum() / len(terms)."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    divisor = {"sum": 1, "mean": terms.size, "batchmean": terms.shape[1]}
    return terms if reduction == "none" else terms.sum() / divisor[reduction]


@KL_DIV.wrong(case='log_target=True, reduction="sum"')
def kl_div_log_target_masked(log_probs, target, *, reduction="mean", log_target=False):
    """You ask for target > 0 with log_target=True, too, where the target holds logarithms: none of them is
    positive.

    There y is exp(target), and no mask is needed: exp(target) · (target − log_probs)."""
    terms = np.where(target > 0, target * (np.log(np.where(target > 0, target, 1)) - log_probs), 0)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.wrong(case="targets of probability 0, the mean")
def kl_div_mean_of_positive(log_probs, target, *, reduction="mean", log_target=False):
    """You average the terms with y > 0 only; those of target 0 are elements, too.

    The mean divides by all elements: terms.mean()."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = t * (log_t - log_probs)
    if reduction == "mean":
        return terms[t > 0].mean()
    if reduction == "none":
        return terms
    return terms.sum() / (len(terms) if reduction == "batchmean" else 1)


@KL_DIV.wrong
def kl_div_terms_cut(log_probs, target, *, reduction="mean", log_target=False):
    """You cut negative terms to 0; single terms may be negative, only the sum of a row is not."""
    t = np.exp(target) if log_target else target
    log_t = target if log_target else np.log(np.where(target > 0, target, 1))
    terms = np.maximum(t * (log_t - log_probs), 0)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    return terms.sum() / len(terms) if reduction == "batchmean" else terms.mean()


@KL_DIV.right
def kl_div_by_xlogy(log_probs, target, *, reduction="mean", log_target=False):
    from scipy.special import xlogy

    if log_target:
        target = np.exp(target)
    terms = xlogy(target, target) - target * log_probs
    divisor = {"sum": 1, "mean": terms.size, "batchmean": terms.shape[0]}
    return terms if reduction == "none" else terms.sum() / divisor[reduction]


@KL_DIV.right
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


@KL_DIV.right
def kl_div_double_loop(log_probs, target, *, reduction="mean", log_target=False):
    n, K = log_probs.shape
    terms = [[0.0] * K for _ in range(n)]
    for i in range(n):
        for c in range(K):
            if log_target:
                ln_y = float(target[i, c])
                y = float(np.exp(ln_y))
            else:
                y = float(target[i, c])
                ln_y = float(np.log(y)) if y > 0 else 0.0
            if y == 0:
                continue
            terms[i][c] = y * (ln_y - float(log_probs[i, c]))
    terms = np.array(terms)
    if reduction == "none":
        return terms
    if reduction == "sum":
        return terms.sum()
    if reduction == "batchmean":
        return terms.sum() / n
    return terms.sum() / (n * K)


@KL_DIV.right
def kl_div_boolean_index_assignment(log_probs, target, *, reduction="mean", log_target=False):
    probs = np.exp(target) if log_target else np.array(target, dtype=float)
    hit = np.nonzero(probs)
    p = probs[hit]
    values = p * (np.log(p) - log_probs[hit])
    if reduction == "none":
        table = np.zeros(probs.shape)
        table[hit] = values
        return table
    total = np.sum(values)
    if reduction == "mean":
        total = total / probs.size
    elif reduction == "batchmean":
        total = total / probs.shape[0]
    return total


@KL_DIV.right
def kl_div_only_the_terms(log_probs, target, *, reduction="mean", log_target=False):
    y = np.exp(target) if log_target else np.asarray(target)
    out = np.zeros(y.shape)
    on = y > 0
    out[on] = y[on] * (np.log(y[on]) - log_probs[on])
    if reduction == "none":
        return out
    divisor = {"sum": 1, "batchmean": out.shape[0], "mean": out.size}[reduction]
    return out.sum() / divisor
