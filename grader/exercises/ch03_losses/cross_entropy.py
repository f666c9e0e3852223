"""Softmax cross-entropy from logits: labels, soft targets, class weights, label smoothing."""

import numpy as np

from grader.exercises.ch03_losses.entropy import distributions
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch03_losses.nll_loss import labels
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, probabilities, shape
from nnlib import losses
from nnlib.activations import log_softmax, softmax


def _logits(rng, n, k):
    return rng.normal(scale=1.5, size=(n, k)), labels(rng, n, k)


def _huge(rng):
    large = rng.uniform(1e3, 1e4, size=2)
    z = np.array([[large[0], 0, -large[0]], [0, large[1], 1], [-large[1], 2, 2 + rng.normal()]])
    return call(z, np.array([0, 2, 1]), reduction="none")


def _weights(rng):
    return rng.uniform(1, 1.5, size=4) * np.array([1, 2, 3, 4])


def _weighted(rng, **reduction):
    z, c = rng.normal(scale=1.5, size=(5, 4)), np.array([3, 3, 0, 1, 3])
    return call(z, c, weight=_weights(rng), label_smoothing=rng.uniform(0.1, 0.3), **reduction)


def _soft_weighted(rng):
    smoothing = rng.uniform(0.1, 0.3)
    return call(
        _logits(rng, 5, 4)[0], distributions(rng, 5, k=4), weight=_weights(rng), label_smoothing=smoothing
    )


def _soft_none(rng):
    """Soft targets with zeros, one loss a row; every option says its default."""
    y = distributions(rng, 3, k=4) * np.array([[1, 0, 1, 1], [0, 1, 1, 0], [0, 0, 1, 0]])
    y /= y.sum(axis=1, keepdims=True)
    return call(
        _logits(rng, 3, 4)[0], y, weight=None, ignore_index=-100, reduction="none", label_smoothing=0.0
    )


def _one_row(rng):
    """One row of logits, labels without weights, smoothed."""
    return call(
        rng.normal(size=(1, 4)), np.array([2]), reduction="mean", label_smoothing=rng.uniform(0.1, 0.3)
    )


def _small_integers(rng):
    """Labels are integers of any kind."""
    return call(_logits(rng, 3, 4)[0], np.array([1, 3, 0], dtype=np.int32))


def _behind(rng):
    """The true classes are behind by thousands."""
    return rng.normal(size=(2, 3)) + 2000 * np.array([[1, 0, 2], [0, 3, 1]]), np.array([1, 0])


def _large(rng):
    """One class, whose score is large: certain all the same."""
    return rng.uniform(800, 1500, size=(3, 1))


def rows_of_logits(rng, size):
    """Logits of any size; rows may lie far apart."""
    z = one_of(rng, 1, 1, 10, 1000) * rng.normal(size=size)
    return z + one_of(rng, 0, 1000) * rng.integers(-2, 3, size=(size[0], 1))


def labels_or_rows(rng, n, k):
    return one_of(rng, rng.integers(0, k, size=n), probabilities(rng, (n, k)))


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    chosen = options(
        rng,
        weight=(None, rng.uniform(0.3, 3, size=k)),
        ignore_index=(-100,),
        label_smoothing=(0.0, 0.1, 0.5, 1.0),
        reduction=REDUCTIONS,
    )
    return call(rows_of_logits(rng, (n, k)), labels_or_rows(rng, n, k), **chosen)


CROSS_ENTROPY = Exercise(
    function="cross_entropy",
    topics=("C03-34", "C03-35"),
    points=3,
    difficulty=4,
    minutes=25,
    reference=losses.cross_entropy,
    torch="torch.nn.functional.cross_entropy",
    forbid=("nnlib.losses.cross_entropy_with_gradient", "nnlib.losses.soft_cross_entropy"),
    allowed=_allowed,
    cases=(
        Case(
            "three rows and their classes, the mean",
            lambda rng: call(*_logits(rng, 3, 4)),
            example=call([[1, 2, 0.5, 0], [0, 3, 1, 2], [-1, 0.5, 0, 2]], np.array([1, 2, 0])),
        ),
        Case('huge logits stay exact, reduction="none"', _huge, weight=3, edge=True),
        Case(
            'soft targets, reduction="sum"',
            lambda rng: call(_logits(rng, 4, 3)[0], distributions(rng, 4, k=3), reduction="sum"),
            weight=2,
            draws=3,
        ),
        Case("weights and label smoothing, the mean", _weighted, weight=3),
        in_turn(
            "weights and label smoothing, the other reductions",
            lambda rng: _weighted(rng, reduction="none"),
            lambda rng: _weighted(rng, reduction="sum"),
        ),
        Case("soft targets, weights and smoothing, the mean", _soft_weighted, weight=3),
        in_turn(
            "odd shapes, far behind, the other options",
            _one_row,
            _soft_none,
            lambda rng: call(0.01 * rng.normal(size=(3, 1)), np.array([0, 0, 0]), reduction="none"),
            lambda rng: call(_large(rng), np.ones((3, 1)), weight=rng.uniform(2, 3, size=1)),
            lambda rng: call(rng.normal(size=(1, 3)), distributions(rng, 1, k=3)),
            lambda rng: call(
                *_behind(rng), reduction="mean", weight=rng.uniform(1, 2, size=3), ignore_index=-100
            ),
            lambda rng: call(*_behind(rng), reduction="sum", ignore_index=-100, label_smoothing=0.0),
            lambda rng: call(_behind(rng)[0], distributions(rng, 2, k=3), reduction="mean"),
            lambda rng: call(
                _behind(rng)[0], distributions(rng, 2, k=3), reduction="none", label_smoothing=1.0
            ),
            lambda rng: call(rng.normal(size=(1, 3)), distributions(rng, 1, k=3), reduction="none"),
            _small_integers,
        ),
        keeps_arguments(_soft_weighted),
    ),
    hints=(
        "Which row of probabilities says the same as a label? Once you have it, labels and soft targets are one "
        "case.",
        "Smooth the rows: each mixes with 1/K for every class. Then one loss a row, a weighted sum of "
        "log_softmax(logits). What does the mean divide by, for labels and for soft targets?",
        "For labels y = np.eye(K, dtype=logits.dtype)[target], smoothed ỹ = (1 − s) y + s/K. The loss of a row "
        "is −Σ_c w_c ỹ_c log_softmax(logits)_c; the mean divides by weight[target].sum() if the targets are "
        "labels, by the number of rows if they are soft.",
    ),
)


@CROSS_ENTROPY.wrong
def cross_entropy_softmax_first(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You apply softmax before log-softmax, so that no class can get far ahead.

    Use the logits as they are: log_softmax(logits)."""
    n, k = logits.shape
    log_a = log_softmax(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_log_of_softmax(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """softmax rounds tiny probabilities to 0, and log 0 is −inf.

    log_softmax(logits) never forms them."""
    n, k = logits.shape
    log_a = np.log(softmax(logits))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_no_shift(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """exp overflows inside log Σ exp: exp(1000) is inf, and so is your loss.

    Take the row maximum out first, or use log_softmax(logits)."""
    n, k = logits.shape
    log_a = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -np.where(q > 0, w * q * log_a, 0).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_epsilon(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Adding 1e-12 hides the inf but caps the loss near 27.6.

    log_softmax(logits) is exact."""
    n, k = logits.shape
    log_a = np.log(softmax(logits) + 1e-12)
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong
def cross_entropy_no_minus(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Your loss is negative: a log-probability is at most 0, and the sign stays as it is.

    Its negative is wanted: put a minus in front of the sum."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = (w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong
def cross_entropy_columns(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits, axis=0)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong
def cross_entropy_all_elements(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the number of elements; a row is one sample and has one loss."""
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    terms = -w * q * log_softmax(logits)
    return {"none": terms.sum(axis=1), "sum": terms.sum(), "mean": terms.mean()}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_divided_by_n(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """With class weights and labels you divide by the number of samples, though they do not all count the same.

    The mean divides by the sum of weight[target]."""
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_weight_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You ignore `weight`: not every class counts the same.

    The term of class c counts weight[c]."""
    _, k = logits.shape
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_smoothing_ignored(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You ignore `label_smoothing`, which mixes the target with 1/K for every class."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_smoothing_over_the_others(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You spread the share s over the K − 1 other classes; it goes to all K, the true one included.

    (1 − s) y + s/K."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / (k - 1) * (1 - q)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_smoothing_lost(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You take the share s away from the target and give it to nobody.

    Every class gets s/K of it: (1 − s) y + s/K."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='soft targets, reduction="sum"')
def cross_entropy_hard_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You take the likeliest class of a soft target; all its probabilities count."""
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    c = target if target.ndim == 1 else target.argmax(axis=1)
    q = (1 - label_smoothing) * np.eye(k)[c] + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w[c].sum()}[reduction]


@CROSS_ENTROPY.wrong(case='soft targets, reduction="sum"')
def cross_entropy_softmax_of_targets(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You apply softmax to the targets, which are probabilities already.

    Use them as they are."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else softmax(target)
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong
def cross_entropy_labels_from_1(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Labels count from 0: class 2 is the third column."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target - 1] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target - 1].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_always_mean(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return loss.sum() / (w[target].sum() if target.ndim == 1 else n)


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_log_of_zero(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """softmax rounds tiny probabilities to 0; their logarithm is −inf, and 0 · inf nan.

    Use log_softmax(logits), which never forms them."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * np.log(softmax(logits))).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='huge logits stay exact, reduction="none"')
def cross_entropy_no_shift_nan(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """exp(1000) is inf, so the logarithms of that row are −inf, and 0 · inf is nan.

    Take the row maximum out first, or use log_softmax(logits)."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    log_a = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -(w * q * log_a).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="soft targets, weights and smoothing, the mean")
def cross_entropy_soft_divided_by_weights(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """With soft targets you divide by a sum of weights, which is the rule for labels only.

    Divide by the number of rows, weights or not."""
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    total = (w * q).sum()
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_smoothed_divisor(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the weights of the smoothed labels, but smoothing does not reach the divisor.

    The divisor is weight[target].sum(), the labels as they were."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = (w * q).sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_all_weights(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the sum of all class weights, as if every class occurred once.

    Only those of the samples' own classes count, as often as they occur: weight[target].sum()."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w.sum() if target.ndim == 1 and weight is not None else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="weights and label smoothing, the mean")
def cross_entropy_weight_of_the_label(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You weigh the whole smoothed loss with the label's weight, though smoothing brings in other classes, which
    have weights of their own.

    Each class c has its own w_c inside the sum: −Σ_c w_c ỹ_c log_softmax(logits)_c."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    if target.ndim == 1:
        w = w[target][:, None]
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w.sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="soft targets, weights and smoothing, the mean")
def cross_entropy_soft_not_smoothed(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You smooth labels only; soft targets are smoothed by the same formula."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    if target.ndim == 1:
        q = (1 - label_smoothing) * q + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="soft targets, weights and smoothing, the mean")
def cross_entropy_soft_not_weighted(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You leave the class weights out for soft targets; they count there, too.

    The term of class c counts weight[c]."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    q = (1 - label_smoothing) * q + label_smoothing / k
    if target.ndim == 2:
        w = np.ones(k)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case="soft targets, weights and smoothing, the mean")
def cross_entropy_soft_as_they_are(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """For soft targets you use neither weight nor label_smoothing; both work as they do for labels."""
    n, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = np.eye(k)[target] if target.ndim == 1 else target
    if target.ndim == 1:
        q = (1 - label_smoothing) * q + label_smoothing / k
    else:
        w = np.ones(k)
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    total = w[target].sum() if target.ndim == 1 else n
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@CROSS_ENTROPY.wrong(case='soft targets, reduction="sum"')
def cross_entropy_labels_only(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You index with soft targets, which are rows of probabilities and no labels.

    np.eye(K)[target] is for labels; if target.ndim == 2, the rows of target are what you need already."""
    _, k = logits.shape
    w = np.ones(k) if weight is None else weight
    q = (1 - label_smoothing) * np.eye(k)[target] + label_smoothing / k
    loss = -(w * q * log_softmax(logits)).sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w[target].sum()}[reduction]


@CROSS_ENTROPY.right
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


@CROSS_ENTROPY.right
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


@CROSS_ENTROPY.right
def cross_entropy_true_class_and(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    nl = -log_softmax(logits, axis=1)
    n, K = nl.shape
    w = np.ones(K) if weight is None else np.asarray(weight)
    even = nl @ w / K
    if target.ndim == 1:
        own = w[target] * nl[range(n), target]
        divisor = w[target].sum()
    else:
        own = (target * nl) @ w
        divisor = n
    loss = (1 - label_smoothing) * own + label_smoothing * even
    if reduction == "mean":
        return loss.sum() / divisor
    return loss if reduction == "none" else loss.sum()


@CROSS_ENTROPY.right
def cross_entropy_loops_over_samples(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    losses, norm = [], 0.0
    for i in range(n):
        z = [float(v) for v in logits[i]]
        top = max(z)
        lse = top + np.log(sum(np.exp(v - top) for v in z))
        li = 0.0
        for c in range(K):
            if target.ndim == 1:
                y = 1.0 if target[i] == c else 0.0
            else:
                y = target[i, c]
            y = (1 - label_smoothing) * y + label_smoothing / K
            li += (1.0 if weight is None else weight[c]) * y * (lse - z[c])
        losses.append(li)
        norm += weight[target[i]] if weight is not None and target.ndim == 1 else 1.0
    if reduction == "none":
        return np.array(losses)
    return sum(losses) if reduction == "sum" else sum(losses) / norm


@CROSS_ENTROPY.right
def cross_entropy_weighted_costs_of(
    logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    z = np.asarray(logits, dtype=float)
    cost = np.logaddexp.reduce(z, axis=1)[:, None] - z
    if weight is not None:
        cost = cost * weight
    if target.ndim == 1:
        own = np.take_along_axis(cost, target[:, None], axis=1)[:, 0]
        scale = len(target) if weight is None else np.sum(weight[target])
    else:
        own = np.einsum("ij,ij->i", cost, target)
        scale = len(target)
    each = (1 - label_smoothing) * own + label_smoothing * cost.mean(axis=1)
    if reduction == "none":
        return each
    total = each.sum()
    return total / scale if reduction == "mean" else total
