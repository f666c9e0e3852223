"""The negative log-likelihood of classes, from log-probabilities."""

import numpy as np

from grader.exercises.ch03_losses.entropy import distributions
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, shape
from nnlib import losses


def labels(rng, n, k):
    """Labels from 0 to k - 1 in turn, from a random one but never from 0: sample i is not of class i."""
    return (np.arange(n) + rng.integers(1, k)) % k


def unlike_log_probs(rng, c, k):
    """Log-probabilities whose largest entry of a row is never the true class, and the labels c."""
    c = np.asarray(c)
    p = distributions(rng, len(c), k=k)
    p[np.arange(len(c)), (c + 1) % k] += 1
    return np.log(p / p.sum(axis=1, keepdims=True)), c


def _with_ignored(rng):
    return call(*unlike_log_probs(rng, [-100, 1, 3, -100, 3, 2], 5), ignore_index=-100, reduction="mean")


def _class_ignored(rng):
    log_probs, c = unlike_log_probs(rng, [2, 0, 3, 1], 5)
    return call(log_probs, c, weight=weights(rng, 5), ignore_index=0, reduction="none")


def _above(rng):
    """An ignored label above the classes, and weights."""
    log_probs, c = unlike_log_probs(rng, [3, 255, 1, 255, 0], 5)
    return call(log_probs, c, weight=weights(rng, 5), ignore_index=255)


def _middle(rng):
    """The ignored class in the middle: labels above and below it count."""
    log_probs, c = unlike_log_probs(rng, [2, 0, 2, 3, 1], 4)
    return call(log_probs, c, weight=None, ignore_index=2, reduction="sum")


def weights(rng, k):
    return rng.uniform(1, 1.5, size=k) * np.arange(1, k + 1)


def _unlikely(rng, c, k):
    """True classes that cost hundreds."""
    log_probs, c = unlike_log_probs(rng, c, k)
    return 300 * log_probs - 200, c


def _allowed(rng):
    """Any finite log-probabilities; the first sample counts."""
    n, k = shape(rng, axes=(2,))
    chosen = options(
        rng,
        weight=(None, rng.uniform(0.3, 3, size=k)),
        ignore_index=(-100, -1, 0, k // 2, k, 255),
        reduction=REDUCTIONS,
    )
    ignored = chosen.get("ignore_index", -100)
    c = np.where(rng.random(n) < 0.3, ignored, rng.integers(0, k, size=n))
    if c[0] == ignored:
        c[0] = 0 if ignored else k - 1
    if c[0] == ignored:
        chosen["ignore_index"] = -1
    return call(one_of(rng, 1, 1, 100) * -rng.exponential(size=(n, k)), c, **chosen)


NLL_LOSS = Exercise(
    function="nll_loss",
    topics=("C03-33",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.nll_loss,
    torch="torch.nn.functional.nll_loss",
    allowed=_allowed,
    cases=(
        Case(
            'three rows, reduction="none"',
            lambda rng: call(*unlike_log_probs(rng, labels(rng, 3, 4), 4), reduction="none"),
            example=call(
                np.log([[0.1, 0.2, 0.3, 0.4], [0.25, 0.5, 0.15, 0.1], [0.2, 0.1, 0.4, 0.3]]),
                np.array([2, 0, 1]),
                reduction="none",
            ),
        ),
        Case(
            "the mean of a batch with weights",
            lambda rng: call(*unlike_log_probs(rng, [3, 3, 0, 1, 3], 5), weight=weights(rng, 5)),
            weight=2,
        ),
        Case("labels of −100 are ignored, the mean", _with_ignored, weight=2),
        Case('weights, ignore_index=0, reduction="none"', _class_ignored, weight=2),
        Case("weights, ignore_index=255, the mean", _above),
        Case('ignore_index=2 of four classes, reduction="sum"', _middle),
        Case(
            'weights, reduction="sum"',
            lambda rng: call(
                *unlike_log_probs(rng, labels(rng, 4, 5), 5), weight=weights(rng, 5), reduction="sum"
            ),
            weight=3,
        ),
        in_turn(
            "odd shapes, unlikely classes, the other options",
            lambda rng: call(*unlike_log_probs(rng, [rng.integers(1, 4)], 4)),
            lambda rng: call(*_unlikely(rng, [1], 3), weight=weights(rng, 3), reduction="none"),
            lambda rng: call(
                *_unlikely(rng, [0, -1, 0], 1),
                ignore_index=-1,
                weight=rng.uniform(2, 3, size=1),
                reduction="none",
            ),
            lambda rng: call(*_unlikely(rng, [0, 2, 1], 2), ignore_index=2, reduction="sum"),
            lambda rng: call(*_unlikely(rng, [0, -1, 1], 2), ignore_index=-1, reduction="mean"),
            lambda rng: call(*unlike_log_probs(rng, [1, 0, 2], 3), weight=weights(rng, 3), reduction="mean"),
            lambda rng: call(*unlike_log_probs(rng, [2, -100, 1], 4)),
            lambda rng: call(-np.array([[0.01], [0.02]]) * rng.uniform(1, 2, size=(2, 1)), np.array([0, 0])),
        ),
        keeps_arguments(_class_ignored),
    ),
    hints=(
        "Which entry of every row counts, and how much?",
        "The entry of the true class, with the weight of that class: 1 without weights, and 0 if the label is "
        "ignore_index. Put 0 in place of ignored labels before you index.",
        "w = weight[target], 0 where the label is ignored, and log_probs[np.arange(n), target] picks one entry "
        "of every row. loss = −w · (picked entries); the mean is loss.sum() / w.sum().",
    ),
)


@NLL_LOSS.wrong
def nll_loss_no_minus(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Your loss is negative: a log-probability is at most 0, and the sign stays as it is.

    Its negative is wanted: put a minus in front."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_logarithm_again(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You take the logarithm of log_probs, which are logarithms already.

    Use them as they are."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = np.where(keep, -w * np.log(log_probs[np.arange(len(c)), c]), 0)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_probability(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You turn the log-probabilities back into probabilities, but the loss is made of the logarithms.

    Take log_probs as they are, with a minus in front."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * np.exp(log_probs[np.arange(len(c)), c])
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case="the mean of a batch with weights")
def nll_loss_divided_by_n(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """With class weights you divide by the number of samples, though they do not all count the same.

    The mean divides by the sum of the weights that occur."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / keep.sum()}[reduction]


@NLL_LOSS.wrong(case="labels of −100 are ignored, the mean")
def nll_loss_ignored_in_the_mean(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """An ignored sample costs nothing, but you still count it in the divisor of the mean."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -(keep * w * log_probs[np.arange(len(c)), c])
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case="the mean of a batch with weights")
def nll_loss_plain_mean(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You divide by the number of samples, though they do not all count the same.

    The mean divides by the sum of the weights of the samples that count."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@NLL_LOSS.wrong(case="labels of −100 are ignored, the mean")
def nll_loss_nothing_ignored(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You ignore `ignore_index`: samples with that label cost 0 and do not count in the mean."""
    w = (np.ones(log_probs.shape[1]) if weight is None else weight)[target]
    loss = -w * log_probs[np.arange(len(target)), target]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case="the mean of a batch with weights")
def nll_loss_weight_ignored(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You ignore `weight`: not every class counts the same.

    A sample of class c counts weight[c]."""
    keep = target != ignore_index
    loss = -(keep * log_probs[np.arange(len(target)), np.where(keep, target, 0)])
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / keep.sum()}[reduction]


@NLL_LOSS.wrong(case="the mean of a batch with weights")
def nll_loss_weight_of_samples(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You give sample i the i-th weight, but weight holds one number a class, not a sample.

    Sample i counts weight[target[i]]."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(len(c)) if weight is None else weight[: len(c)])
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_all_classes(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You add up the log-probabilities of all classes; only that of the true class counts."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs.sum(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_likeliest_class(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You take the likeliest class; the loss asks for the true one.

    That is target[i]: log_probs[np.arange(n), target]."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs.max(axis=1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_labels_from_1(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Labels count from 0: class 2 is log_probs[i, 2]."""
    keep = target != ignore_index
    c = np.where(keep, target, 0) - 1
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_always_mean(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    return -(w * log_probs[np.arange(len(c)), c]).sum() / w.sum()


@NLL_LOSS.wrong(case="the mean of a batch with weights")
def nll_loss_all_weights(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You divide by the sum of all class weights, as if every class occurred once.

    Only those of the samples' own classes count, as often as they occur."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = np.ones(log_probs.shape[1]) if weight is None else weight
    loss = -(keep * w[c] * log_probs[np.arange(len(c)), c])
    total = keep.sum() if weight is None else w.sum()
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / total}[reduction]


@NLL_LOSS.wrong(case='weights, ignore_index=0, reduction="none"')
def nll_loss_negative_only(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You ignore negative labels; the label to ignore is `ignore_index`, whatever number that is."""
    keep = target >= 0
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case="labels of −100 are ignored, the mean")
def nll_loss_picked_too_soon(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You index with the ignored labels, too, and −100 is no column.

    Put 0 in their place first: np.where(target == ignore_index, 0, target)."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = np.where(keep, -w * log_probs[np.arange(len(c)), target], 0)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case='weights, ignore_index=0, reduction="none"')
def nll_loss_ignored_dropped(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You leave ignored samples out of the result; for "none" each has its place and costs 0."""
    log_probs, c = log_probs[target != ignore_index], target[target != ignore_index]
    w = (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong
def nll_loss_all_rows(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """log_probs[:, target] takes n columns of every row, where one entry of each row is wanted.

    log_probs[np.arange(n), target]."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -w * log_probs[:, c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case='weights, reduction="sum"')
def nll_loss_sum_without_weight(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """For "sum" you add the losses up without their weights."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight)[c]
    loss = -(keep * log_probs[np.arange(len(c)), c])
    return {"none": w * loss, "sum": loss.sum(), "mean": (w * loss).sum() / w.sum()}[reduction]


@NLL_LOSS.wrong(case='weights, reduction="sum"')
def nll_loss_weights_scaled(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """You scale the class weights to sum to 1, which changes the single losses and their sum.

    Use them as they are; the mean divides by those that occur."""
    keep = target != ignore_index
    c = np.where(keep, target, 0)
    w = keep * (np.ones(log_probs.shape[1]) if weight is None else weight / weight.sum())[c]
    loss = -w * log_probs[np.arange(len(c)), c]
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@NLL_LOSS.right
def nll_loss_by_one_hot(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    one_hot = (target[:, None] == np.arange(log_probs.shape[1])) & (target[:, None] != ignore_index)
    counts = one_hot * (1.0 if weight is None else weight)
    loss = -(counts * log_probs).sum(axis=1)
    if reduction == "none":
        return loss
    return np.sum(loss) / (np.sum(counts) if reduction == "mean" else 1)


@NLL_LOSS.right
def nll_loss_by_loop(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    loss, total = np.zeros_like(log_probs[:, 0]), 0.0
    for i, c in enumerate(target):
        if c != ignore_index:
            w = 1.0 if weight is None else weight[c]
            loss[i] = -w * log_probs[i, c]
            total += w
    if reduction == "mean":
        return np.sum(loss) / total
    return loss if reduction == "none" else np.sum(loss)


@NLL_LOSS.right
def nll_loss_take_along_axis(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    target = np.asarray(target)
    use = np.flatnonzero(target != ignore_index)
    labels = target[use]
    plain = -np.take_along_axis(log_probs[use], labels[:, None], axis=1)[:, 0]
    w = np.ones(len(use)) if weight is None else np.take(weight, labels)
    if reduction == "mean":
        return np.average(plain, weights=w)
    if reduction == "sum":
        return np.dot(w, plain)
    full = np.zeros(len(target))
    full[use] = w * plain
    return full


@NLL_LOSS.right
def nll_loss_comparison_with_arange(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    n, K = log_probs.shape
    chosen = target[:, None] == np.arange(K)
    chosen &= (target != ignore_index)[:, None]
    w = np.ones(K) if weight is None else weight
    single = -np.sum(np.where(chosen, w * log_probs, 0.0), axis=1)
    if reduction == "none":
        return single
    total = single.sum()
    if reduction == "sum":
        return total
    return total / np.sum(chosen @ w)


@NLL_LOSS.right
def nll_loss_a_table_of(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    labels = np.asarray(target)[:, np.newaxis]
    K = log_probs.shape[1]
    hit = (labels == np.arange(K)) & (labels != ignore_index)
    w = np.ones(K) if weight is None else np.asarray(weight)
    picked = np.where(hit, -log_probs, 0.0) * w
    if reduction == "none":
        return picked.sum(axis=1)
    if reduction == "sum":
        return picked.sum()
    return picked.sum() / (hit * w).sum()
