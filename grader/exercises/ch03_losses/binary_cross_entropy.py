"""Cross-entropy of yes and no, from probabilities."""

import numpy as np

from grader.exercises.ch03_losses.entropy import ROUGH
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, shape
from nnlib import losses


def _labelled(rng, *size):
    """Probabilities from 0.05 to 0.95 and labels 0 and 1 in turn, so that both occur."""
    labels = (np.arange(int(np.prod(size))) % 2).reshape(size)
    return rng.uniform(0.05, 0.95, size=size), labels.astype(float)


def _certain(rng):
    """Right, wrong, wrong for a soft label, nearly certain; and one sample of weight 2 to 3."""
    probs, target = [0, 1, 1, 0, 0, 1e-60, rng.uniform(0.1, 0.9)], [0, 1, 0, 1, 0.5, 1, 1]
    return call(probs, target, weight=[1, 1, 1, 1, 1, 1, rng.uniform(2, 3)], reduction="none")


def _soft(rng):
    probs, target = rng.uniform(0.05, 0.95, size=(2, 3, 4))
    return call(probs, target, weight=rng.uniform(1.5, 3, size=(3, 4)) * np.arange(1, 5), reduction="mean")


def _weighted(rng, *size, **reduction):
    return call(*_labelled(rng, *size), weight=rng.uniform(1.5, 3, size=size), **reduction)


def _allowed(rng):
    size = shape(rng)
    certain = rng.choice([0.0, 1.0, 0.5, 1e-60, 0.25], size=size)
    certain[..., 0] = 0.25
    probs = one_of(rng, rng.uniform(0.01, 0.99, size=size), certain)
    target = one_of(rng, rng.integers(0, 2, size=size).astype(float), rng.random(size))
    return call(probs, target, **options(rng, weight=(None, 3 * rng.random(size)), reduction=REDUCTIONS))


BINARY_CROSS_ENTROPY = Exercise(
    function="binary_cross_entropy",
    topics=("C03-24",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=losses.binary_cross_entropy,
    torch="torch.nn.functional.binary_cross_entropy",
    forbid=("sklearn.metrics.log_loss", "nnlib.losses.sigmoid_cross_entropy_cost"),
    allowed=_allowed,
    cases=(
        Case(
            "four predictions",
            lambda rng: call(*_labelled(rng, 4)),
            example=call([0.25, 0.9, 0.99, 0.5], [0, 1, 0, 1]),
        ),
        Case(
            'certain and wrong costs 100, weights, reduction="none"',
            _certain,
            weight=3,
            example=call(
                [0, 1, 1, 0, 0, 1e-60, 0.5],
                [0, 1, 0, 1, 0.5, 1, 1],
                weight=[1, 1, 1, 1, 1, 1, 2],
                reduction="none",
            ),
        ),
        Case("soft labels and weights, the mean", _soft, weight=3, tol=ROUGH),
        Case(
            'three axes, reduction="none"',
            lambda rng: call(*_labelled(rng, 2, 1, 3), reduction="none"),
        ),
        Case(
            'weights, reduction="sum"',
            lambda rng: _weighted(rng, 2, 3, reduction="sum"),
            weight=3,
            draws=2,
            tol=ROUGH,
        ),
        in_turn(
            "odd shapes, certain and wrong, the other options",
            lambda rng: call([[1], [0], [0.25]], [[0], [1], [rng.random()]], reduction="sum"),
            lambda rng: call([[[1], [0]]], [[[0], [1]]], weight=[[[rng.uniform(2, 3)], [1]]]),
            lambda rng: _weighted(rng, 1, 3, reduction="none"),
            lambda rng: _weighted(rng, 1),
            lambda rng: call(*_labelled(rng, 1, 3, 1), reduction="mean"),
            lambda rng: _weighted(rng, 3, 1),
            lambda rng: _weighted(rng, 2, 1, 3, reduction="mean"),
            lambda rng: call([[1], [0.25]], [[0], [rng.random()]], weight=[[2], [3]], reduction="none"),
            lambda rng: call(
                [[[0]], [[1]], [[0]], [[1]]], rng.uniform(0.1, 0.9, size=(4, 1, 1)), reduction="none"
            ),
            lambda rng: call(rng.uniform(0.2, 0.5, size=1), rng.uniform(0.1, 0.2, size=1), reduction="sum"),
            lambda rng: call(
                *rng.uniform(0.1, 0.9, size=(2, 3)), weight=rng.uniform(2, 3, size=3), reduction="sum"
            ),
        ),
        Case(
            "certain and right costs exactly 0",
            lambda rng: call(*[rng.permutation([0.0, 1, 1])] * 2, weight=None),
            edge=True,
            example=call([0, 1, 1], [0, 1, 1], weight=None),
            tol=(1e-8, 1e-11),  # a clip at 1e-12 shows
        ),
        keeps_arguments(_certain),
    ),
    hints=(
        "A code is made for the coin (a, 1 − a), and the coin is (y, 1 − y). What is the cross-entropy of the "
        "two?",
        "One term for each side of the coin. Cut the logarithms off first, then multiply: 0 · (−100) is 0, "
        "while 0 · (−inf) is nan.",
        "−(y ln a + (1 − y) ln(1 − a)) with np.maximum(np.log(probs), -100) for ln a, and ln(1 − a) likewise; "
        "times weight if there is one, then reduce.",
    ),
)


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_one_term(probs, target, *, weight=None, reduction="mean"):
    """A sample with label 0 costs nothing, whatever you predict: one of the two terms is missing.

    Add (1 − y) ln(1 − a): −[y ln a + (1 − y) ln(1 − a)]."""
    loss = -target * np.maximum(np.log(probs), -100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_sign(probs, target, *, weight=None, reduction="mean"):
    """Your loss is negative, and training, which lowers it, would make the predictions worse.

    A minus stands in front of the bracket: −[y ln a + (1 − y) ln(1 − a)]."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_not_cut_off(probs, target, *, weight=None, reduction="mean"):
    """At a = 0 and a = 1 you get inf and nan: nothing stops the logarithms on their way to −inf.

    No logarithm may fall below −100: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_probabilities(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, which caps the loss near 16, where certain and wrong costs 100.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, 1e-7, 1 - 1e-7)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_epsilon(probs, target, *, weight=None, reduction="mean"):
    """You add 1e-12 inside the logarithms, which caps the loss near 27.6, where certain and wrong costs 100.

    Leave probs as they are and cut the logarithms off: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs + 1e-12) + (1 - target) * np.log(1 - probs + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_no_without_label(probs, target, *, weight=None, reduction="mean"):
    """You add ln(1 − a) for every sample, so that label 1 pays for it as well.

    It counts with 1 − y only: −[y ln a + (1 − y) ln(1 − a)]."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_labels_reversed(probs, target, *, weight=None, reduction="mean"):
    """a is the probability of label 1; you pair ln a with label 0."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -((1 - target) * yes + target * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_difference(probs, target, *, weight=None, reduction="mean"):
    """You subtract the second term inside the bracket, so that the loss of label 0 is negative.

    Both terms are added: −[y ln a + (1 − y) ln(1 − a)]."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes - (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case="soft labels and weights, the mean")
def binary_cross_entropy_hard_labels(probs, target, *, weight=None, reduction="mean"):
    """You choose one of the two terms; a label may lie between 0 and 1, and then both count."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -np.where(target > 0.5, yes, no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case="soft labels and weights, the mean")
def binary_cross_entropy_weighted_mean(probs, target, *, weight=None, reduction="mean"):
    """You divide by the sum of the weights, which have no place in the divisor of this loss.

    Divide by the number of elements, weighted or not: loss.mean()."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    w = np.ones_like(probs) if weight is None else weight
    loss = -w * (target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case="soft labels and weights, the mean")
def binary_cross_entropy_weight_ignored(probs, target, *, weight=None, reduction="mean"):
    """You ignore `weight`, which multiplies the loss of every element."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='weights, reduction="sum"')
def binary_cross_entropy_always_mean(probs, target, *, weight=None, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns them all."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    return (loss if weight is None else weight * loss).mean()


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_at_1e_12(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, which caps the loss near 27.6, where certain and wrong costs 100.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, 1e-12, 1 - 1e-12)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_at_1e_15(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, which caps the loss near 34.5, where certain and wrong costs 100.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, 1e-15, 1 - 1e-15)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_epsilon_1e_10(probs, target, *, weight=None, reduction="mean"):
    """You add 1e-10 inside the logarithms, which caps the loss near 23, where certain and wrong costs 100.

    Leave probs as they are and cut the logarithms off: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs + 1e-10) + (1 - target) * np.log(1 - probs + 1e-10))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_epsilon_1e_15(probs, target, *, weight=None, reduction="mean"):
    """You add 1e-15 inside the logarithms, which caps the loss near 34.5, where certain and wrong costs 100.

    Leave probs as they are and cut the logarithms off: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs + 1e-15) + (1 - target) * np.log(1 - probs + 1e-15))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_at_exp(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, but 1 − exp(−100) is rounded to 1, so ln(1 − a) is still −inf.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, np.exp(-100), 1 - np.exp(-100))
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_zeros_only(probs, target, *, weight=None, reduction="mean"):
    """You set the logarithm to −100 where a is exactly 0 or 1 only; ln 1e-60 is −138, below that.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    yes = np.where(probs == 0, -100, np.log(np.where(probs == 0, 1, probs)))
    no = np.where(probs == 1, -100, np.log(np.where(probs == 1, 1, 1 - probs)))
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_infinite_to_100(probs, target, *, weight=None, reduction="mean"):
    """You mend the finished loss, not its logarithms: half a label at a = 0 costs 100 that way, where 50 is
    right, and ln 1e-60 stays −138.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = np.nan_to_num(loss, nan=0, posinf=100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_loss_cut_off(probs, target, *, weight=None, reduction="mean"):
    """You cut the whole loss off at 100, not its logarithms: half a label at a = 0 costs 100 that way, where 50
    is right.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    loss = -(target * np.log(probs) + (1 - target) * np.log(1 - probs))
    loss = np.minimum(np.nan_to_num(loss), 100)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_bits(probs, target, *, weight=None, reduction="mean"):
    """You use log2; this loss takes the natural logarithm."""
    yes, no = np.maximum(np.log2(probs), -100), np.maximum(np.log2(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong
def binary_cross_entropy_swapped(probs, target, *, weight=None, reduction="mean"):
    """You take the logarithms of the labels: probs comes first and target second here."""
    yes, no = np.maximum(np.log(target), -100), np.maximum(np.log(1 - target), -100)
    loss = -(probs * yes + (1 - probs) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case="soft labels and weights, the mean")
def binary_cross_entropy_weight_on_yes(probs, target, *, weight=None, reduction="mean"):
    """Your weight multiplies the term of label 1 only; it multiplies the whole loss of an element."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes * (1 if weight is None else weight) + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_none_without_weight(probs, target, *, weight=None, reduction="mean"):
    """For "none" you return the losses without their weights."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    weighted = loss if weight is None else weight * loss
    return {"none": loss, "sum": weighted.sum(), "mean": weighted.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='weights, reduction="sum"')
def binary_cross_entropy_sum_without_weight(probs, target, *, weight=None, reduction="mean"):
    """For "sum" you add the losses up without their weights."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    loss = -(target * yes + (1 - target) * no)
    weighted = loss if weight is None else weight * loss
    return {"none": weighted, "sum": loss.sum(), "mean": weighted.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case="soft labels and weights, the mean")
def binary_cross_entropy_means_apart(probs, target, *, weight=None, reduction="mean"):
    """You multiply the mean loss by the mean weight, so that no loss meets its own weight.

    Multiply each loss by its weight first, then take the mean: (weight * loss).mean()."""
    yes, no = np.maximum(np.log(probs), -100), np.maximum(np.log(1 - probs), -100)
    w = np.ones_like(probs) if weight is None else weight
    loss = -(target * yes + (1 - target) * no)
    return {"none": w * loss, "sum": (w * loss).sum(), "mean": w.mean() * loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_epsilon_1e_7(probs, target, *, weight=None, reduction="mean"):
    """You add a small number inside the logarithms, which caps the loss and changes all others a little.

    Leave probs as they are and cut the logarithms off: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    eps = 1e-7
    loss = -(target * np.log(probs + eps) + (1 - target) * np.log(1 - probs + eps))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_at_1e_8(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, which caps the loss, and well below the 100 that certain and wrong costs.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, 1e-8, 1 - 1e-8)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.wrong(case='certain and wrong costs 100, weights, reduction="none"')
def binary_cross_entropy_clipped_at_1e_10(probs, target, *, weight=None, reduction="mean"):
    """You clip the probabilities, which caps the loss, and well below the 100 that certain and wrong costs.

    Cut the logarithms off, not the probabilities: np.maximum(np.log(probs), -100); ln(1 − a) likewise."""
    p = np.clip(probs, 1e-10, 1 - 1e-10)
    loss = -(target * np.log(p) + (1 - target) * np.log(1 - p))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY.right
def binary_cross_entropy_by_log1p(probs, target, *, weight=None, reduction="mean"):
    with np.errstate(divide="ignore"):
        loss = target * np.minimum(-np.log(probs), 100) + (1 - target) * np.minimum(-np.log1p(-probs), 100)
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return np.sum(loss) / (np.size(loss) if reduction == "mean" else 1)


@BINARY_CROSS_ENTROPY.right
def binary_cross_entropy_by_clip(probs, target, *, weight=None, reduction="mean"):
    both = np.stack([probs, 1 - probs])
    logs = np.clip(np.log(np.where(both > 0, both, 1)), -100, None) - 100.0 * (both == 0)
    loss = -(np.stack([target, 1 - target]) * logs).sum(axis=0)
    loss = loss * (1.0 if weight is None else weight)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@BINARY_CROSS_ENTROPY.right
def binary_cross_entropy_floor_of_e(probs, target, *, weight=None, reduction="mean"):
    a = np.asarray(probs, dtype=np.float64)
    y = np.asarray(target, dtype=np.float64)
    floor = np.exp(-100.0)
    ln_yes = np.log(np.maximum(a, floor))
    ln_no = np.log(np.maximum(1.0 - a, floor))
    each = (y - 1.0) * ln_no - y * ln_yes
    if weight is not None:
        each = each * weight
    if reduction == "none":
        return each
    elif reduction == "sum":
        return each.sum()
    else:
        return each.mean()


@BINARY_CROSS_ENTROPY.right
def binary_cross_entropy_small_function_for(probs, target, *, weight=None, reduction="mean"):
    def ln(v):
        if v <= 0:
            return -100.0
        return max(float(np.log(v)), -100.0)

    result = []
    for a, y in zip(probs.ravel().tolist(), target.ravel().tolist()):
        result.append(-(y * ln(a) + (1 - y) * ln(1 - a)))
    result = np.array(result).reshape(probs.shape)
    if weight is not None:
        result = result * weight
    if reduction == "none":
        return result
    total = result.sum()
    return total if reduction == "sum" else total / probs.size


@BINARY_CROSS_ENTROPY.right
def binary_cross_entropy_the_argument_of(probs, target, *, weight=None, reduction="mean"):
    a = np.asarray(probs, dtype=np.float64)
    y = np.asarray(target, dtype=np.float64)
    w = np.ones_like(a) if weight is None else np.asarray(weight)
    least = np.exp(-100.0)
    surprise = -y * np.log(np.maximum(a, least)) - (1.0 - y) * np.log(np.maximum(1.0 - a, least))
    reduce = {"none": lambda t: t, "sum": np.sum, "mean": np.mean}
    return reduce[reduction](w * surprise)
