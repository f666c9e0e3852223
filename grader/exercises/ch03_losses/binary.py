"""Cross-entropy of yes and no, from probabilities."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import losses

# ── binary_cross_entropy ─────────────────────────────────────────────────────────────────────────────────


def binary_cross_entropy_one_term(probs, target, *, weight=None, reduction="mean"):
    loss = -target * np.maximum(np.log(probs), -100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_sign(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_not_cut_off(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_clipped_probs(probs, target, *, weight=None, reduction="mean"):
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_epsilon(probs, target, *, weight=None, reduction="mean"):
    loss = -(target * np.log(probs + 1e-12) + (1 - target) * np.log(1 - probs + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_no_without_weight(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_labels_reversed(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -((1 - target) * yes + target * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_difference(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes - (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_hard_labels(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -np.where(target > 0.5, yes, no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_weighted_mean(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    w = np.ones_like(probs) if weight is None else weight
    loss = -w * (target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


def binary_cross_entropy_weight_ignored(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_always_mean(probs, target, *, weight=None, reduction="mean"):
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return (loss if weight is None else weight * loss).mean()


def binary_cross_entropy_by_log1p(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        loss = target * np.minimum(-np.log(probs), 100) + (1 - target) * np.minimum(-np.log1p(-probs), 100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return np.sum(loss) / (np.size(loss) if reduction == "mean" else 1)


def binary_cross_entropy_by_clip(probs, target, *, weight=None, reduction="mean"):
    both = np.stack([probs, 1 - probs])
    logs = np.clip(np.log(np.where(both > 0, both, 1)), -100, None) - 100.0 * (both == 0)
    loss = -(np.stack([target, 1 - target]) * logs).sum(axis=0)
    loss = loss * (1.0 if weight is None else weight)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


def _labelled(rng, *size):
    """Probabilities from 0.05 to 0.95 and labels 0 and 1 in turn, so that both occur."""
    labels = (np.arange(int(np.prod(size))) % 2).reshape(size)
    return rng.uniform(0.05, 0.95, size=size), labels.astype(float)


def _certain(rng):
    unsure = rng.uniform(0.1, 0.9)
    return call([0, 1, 1, 0, unsure], [0, 1, 0, 1, 1], reduction="none")


def _soft(rng):
    probs, target = rng.uniform(0.05, 0.95, size=(2, 3, 4))
    return call(probs, target, weight=rng.uniform(1.5, 3, size=(3, 4)))


BINARY_CROSS_ENTROPY = Exercise(
    function="binary_cross_entropy",
    topics=("C03-24",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=losses.binary_cross_entropy,
    torch="torch.nn.functional.binary_cross_entropy",
    forbid=("sklearn.metrics.log_loss",),
    cases=(
        Case(
            "four predictions",
            lambda rng: call(*_labelled(rng, 4)),
            example=call([0.25, 0.9, 0.99, 0.5], [0, 1, 0, 1]),
        ),
        Case(
            'certain and wrong costs 100, reduction="none"',
            _certain,
            example=call([0, 1, 1, 0, 0.5], [0, 1, 0, 1, 1], reduction="none"),
        ),
        Case("soft labels and weights, the mean", _soft),
        Case('reduction="sum"', lambda rng: call(*_labelled(rng, 2, 3), reduction="sum")),
    ),
    misconceptions=(
        Misconception(
            "one-term",
            binary_cross_entropy_one_term,
            "A sample with label 0 costs nothing, whatever you predict: the term (1 − y) ln(1 − a) is missing.",
            case="four predictions",
        ),
        Misconception(
            "sign",
            binary_cross_entropy_sign,
            "Your loss is negative, and training would make it worse: a minus stands in front of the bracket.",
            case="four predictions",
        ),
        Misconception(
            "not-cut-off",
            binary_cross_entropy_not_cut_off,
            "At a = 0 and a = 1 you get inf and nan: no logarithm may fall below −100.",
            case='certain and wrong costs 100, reduction="none"',
        ),
        Misconception(
            "clipped-probabilities",
            binary_cross_entropy_clipped_probs,
            "You clip the probabilities, which caps the loss near 16; clip the logarithms at −100.",
            case='certain and wrong costs 100, reduction="none"',
        ),
        Misconception(
            "epsilon",
            binary_cross_entropy_epsilon,
            "You add 1e-12 inside the logarithms, which caps the loss near 27.6; cut the logarithms off at −100.",
            case='certain and wrong costs 100, reduction="none"',
        ),
        Misconception(
            "no-without-label",
            binary_cross_entropy_no_without_weight,
            "ln(1 − a) counts with 1 − y only; you add it for every sample.",
            case="four predictions",
        ),
        Misconception(
            "labels-reversed",
            binary_cross_entropy_labels_reversed,
            "a is the probability of label 1; you pair ln a with label 0.",
            case="four predictions",
        ),
        Misconception(
            "difference",
            binary_cross_entropy_difference,
            "You subtract the second term inside the bracket; both are added: −[y ln a + (1 − y) ln(1 − a)].",
            case="four predictions",
        ),
        Misconception(
            "hard-labels",
            binary_cross_entropy_hard_labels,
            "You choose one of the two terms; a label may lie between 0 and 1, and then both count.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "weighted-mean",
            binary_cross_entropy_weighted_mean,
            "You divide by the sum of the weights; this loss divides by the number of elements, weighted or not.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "weight-ignored",
            binary_cross_entropy_weight_ignored,
            "You ignore `weight`, which multiplies the loss of every element.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "always-mean",
            binary_cross_entropy_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='reduction="sum"',
        ),
    ),
    alternatives=(binary_cross_entropy_by_log1p, binary_cross_entropy_by_clip),
    hints=(
        "The coin (y, 1 − y) in a code made for the coin (a, 1 − a): the cross-entropy of the two.",
        "Cut the logarithms off first, np.maximum(np.log(probs), -100), then multiply: 0 · (−100) is 0, "
        "while 0 · (−inf) is nan.",
        "−(y ln a + (1 − y) ln(1 − a)), times weight if there is one, then reduce.",
    ),
)
