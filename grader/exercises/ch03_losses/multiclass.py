"""Softmax cross-entropy from logits: labels, soft targets, class weights, label smoothing."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from grader.exercises.ch03_losses.classes import labels
from grader.exercises.ch03_losses.distributions import distributions
from nnlib import losses
from nnlib.activations import log_softmax, softmax

# ── cross_entropy ────────────────────────────────────────────────────────────────────────────────────────


def cross_entropy_softmax_first(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = log_softmax(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_log_of_softmax(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = np.log(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_no_shift(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_epsilon(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    log_a = np.log(softmax(logits) + 1e-12)
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_no_minus(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = (w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_columns(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits, axis=0)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_all_elements(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    terms = -w * q * log_softmax(logits)
    return {"none": terms.sum(axis=1), "sum": terms.sum(), "mean": terms.mean()}[reduction]


def cross_entropy_divided_by_n(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def cross_entropy_weight_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def cross_entropy_smoothing_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_smoothing_over_others(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / (k - 1) * (1 - q)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_smoothing_lost(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_hard_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    c = target if target.ndim == 1 else target.argmax(axis=1)
    q = (1 - label_smoothing) * np.eye(k)[c] + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w[c].sum()}[reduction]


def cross_entropy_softmax_of_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else softmax(target)
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_from_one(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target - 1] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target - 1].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


def cross_entropy_always_mean(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)


def cross_entropy_by_logaddexp(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    minus_log_a = np.logaddexp.reduce(logits, axis=1, keepdims=True) - logits
    hard = target.ndim == 1
    w = np.ones_like(logits[0]) if weight is None else weight
    q = (target[:, None] == np.arange(len(w))) if hard else target
    wanted = (w * q * minus_log_a).sum(axis=1)
    spread = (w * minus_log_a).mean(axis=1)
    loss = (1 - label_smoothing) * wanted + label_smoothing * spread
    if reduction == "none":
        return loss
    if reduction == "sum":
        return np.sum(loss)
    return np.sum(loss) / (np.sum(w[target]) if hard else len(loss))


def cross_entropy_by_loop(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    k, loss, counted = logits.shape[1], [], 0.0
    for z, t in zip(logits, target):
        m = z.max()
        log_sum = m + np.log(np.sum(np.exp(z - m)))
        total = 0.0
        for c in range(k):
            w = 1.0 if weight is None else weight[c]
            y = t[c] if target.ndim == 2 else float(c == t)
            total += w * ((1 - label_smoothing) * y + label_smoothing / k) * (log_sum - z[c])
        loss.append(total)
        counted += 1.0 if target.ndim == 2 or weight is None else weight[t]
    loss = np.array(loss, dtype=logits.dtype)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / counted}[reduction]


def _logits(rng, n, k):
    return rng.normal(scale=1.5, size=(n, k)), labels(rng, n, k)


def _huge(rng):
    large = rng.uniform(1e3, 1e4, size=2)
    z = np.array([[large[0], 0, -large[0]], [0, large[1], 1], [-large[1], 2, 2 + rng.normal()]])
    return call(z, np.array([0, 2, 1]), reduction="none")


def _weighted(rng):
    z, c = _logits(rng, 5, 4)
    weight = rng.uniform(1, 1.5, size=4) * np.array([1, 2, 3, 4])
    return call(z, c, weight=weight, label_smoothing=rng.uniform(0.1, 0.3))


CROSS_ENTROPY = Exercise(
    function="cross_entropy",
    topics=("C03-34", "C03-35"),
    points=3,
    difficulty=4,
    minutes=25,
    reference=losses.cross_entropy,
    torch="torch.nn.functional.cross_entropy",
    forbid=("nnlib.losses.cross_entropy_with_gradient",),
    cases=(
        Case(
            "three rows and their classes, the mean",
            lambda rng: call(*_logits(rng, 3, 4)),
            example=call([[1, 2, 0.5, 0], [0, 3, 1, 2], [-1, 0.5, 0, 2]], np.array([1, 2, 0])),
        ),
        Case('huge logits stay exact, reduction="none"', _huge),
        Case(
            'soft targets, reduction="sum"',
            lambda rng: call(_logits(rng, 4, 3)[0], distributions(rng, 4, k=3), reduction="sum"),
        ),
        Case("weights and label smoothing, the mean", _weighted),
    ),
    misconceptions=(
        Misconception(
            "softmax-first",
            cross_entropy_softmax_first,
            "You apply softmax before log-softmax, so that no class can get far ahead: use the logits as they are.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "log-of-softmax",
            cross_entropy_log_of_softmax,
            "softmax rounds tiny probabilities to 0, and log 0 is −inf: log_softmax never forms them.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "no-shift",
            cross_entropy_no_shift,
            "exp overflows inside log Σ exp: take the row maximum out first, or use log_softmax.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "epsilon",
            cross_entropy_epsilon,
            "Adding 1e-12 hides the inf but caps the loss near 27.6; log_softmax is exact.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "no-minus",
            cross_entropy_no_minus,
            "Your loss is negative: a log-probability is at most 0, and its negative is wanted.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "columns",
            cross_entropy_columns,
            "Your softmax runs down the columns; the classes of a sample lie along its row.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "all-elements",
            cross_entropy_all_elements,
            "You divide by the number of elements; a row is one sample and has one loss.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "divided-by-n",
            cross_entropy_divided_by_n,
            "With class weights and labels the mean divides by the sum of weight[target], not by the number of "
            "samples.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "weight-ignored",
            cross_entropy_weight_ignored,
            "You ignore `weight`: the term of class c counts weight[c].",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-ignored",
            cross_entropy_smoothing_ignored,
            "You ignore `label_smoothing`, which mixes the target with 1/K for every class.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-over-the-others",
            cross_entropy_smoothing_over_others,
            "You spread the share s over the K − 1 other classes; it goes to all K, the true one included: "
            "(1 − s) y + s/K.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-lost",
            cross_entropy_smoothing_lost,
            "You take the share s away from the target and give it to nobody: + s/K for every class.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "hard-targets",
            cross_entropy_hard_targets,
            "You take the likeliest class of a soft target; all its probabilities count.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "softmax-of-targets",
            cross_entropy_softmax_of_targets,
            "You apply softmax to the targets, which are probabilities already: use them as they are.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "labels-from-1",
            cross_entropy_from_one,
            "Labels count from 0: class 2 is the third column.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "always-mean",
            cross_entropy_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample.',
            case='huge logits stay exact, reduction="none"',
        ),
    ),
    alternatives=(cross_entropy_by_logaddexp, cross_entropy_by_loop),
    hints=(
        "Turn labels into rows of probabilities first, np.eye(K)[target]: labels and soft targets are one case then.",
        "Smooth: ỹ = (1 − s) y + s/K. Then one loss a row: −Σ_c w_c ỹ_c log_softmax(logits)_c.",
        "The mean divides by weight[target].sum() if the targets are labels, by the number of rows if they are soft.",
    ),
)
