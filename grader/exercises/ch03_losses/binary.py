"""Cross-entropy of yes and no, from probabilities."""

import numpy as np

from grader.exercises.ch03_losses import binary_slips as slips
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
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
    return call(probs, target, weight=rng.uniform(1.5, 3, size=(3, 4)) * np.arange(1, 5))


def _weighted_sum(rng):
    return call(*_labelled(rng, 2, 3), weight=rng.uniform(1.5, 3, size=(2, 3)), reduction="sum")


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
            'certain and wrong costs 100, weights, reduction="none"',
            _certain,
            example=call(
                [0, 1, 1, 0, 0, 1e-60, 0.5],
                [0, 1, 0, 1, 0.5, 1, 1],
                weight=[1, 1, 1, 1, 1, 1, 2],
                reduction="none",
            ),
        ),
        Case("soft labels and weights, the mean", _soft),
        Case('weights, reduction="sum"', _weighted_sum),
        keeps_arguments(_certain),
    ),
    misconceptions=(
        Misconception(
            "one-term",
            slips.binary_cross_entropy_one_term,
            "A sample with label 0 costs nothing, whatever you predict: the term (1 − y) ln(1 − a) is missing.",
            case="four predictions",
        ),
        Misconception(
            "sign",
            slips.binary_cross_entropy_sign,
            "Your loss is negative, and training would make it worse: a minus stands in front of the bracket.",
            case="four predictions",
        ),
        Misconception(
            "not-cut-off",
            slips.binary_cross_entropy_not_cut_off,
            "At a = 0 and a = 1 you get inf and nan: no logarithm may fall below −100.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "clipped-probabilities",
            slips.binary_cross_entropy_clipped_probs,
            "You clip the probabilities, which caps the loss near 16; clip the logarithms at −100.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "epsilon",
            slips.binary_cross_entropy_epsilon,
            "You add 1e-12 inside the logarithms, which caps the loss near 27.6; cut the logarithms off at −100.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "no-without-label",
            slips.binary_cross_entropy_no_without_weight,
            "ln(1 − a) counts with 1 − y only; you add it for every sample.",
            case="four predictions",
        ),
        Misconception(
            "labels-reversed",
            slips.binary_cross_entropy_labels_reversed,
            "a is the probability of label 1; you pair ln a with label 0.",
            case="four predictions",
        ),
        Misconception(
            "difference",
            slips.binary_cross_entropy_difference,
            "You subtract the second term inside the bracket; both are added: −[y ln a + (1 − y) ln(1 − a)].",
            case="four predictions",
        ),
        Misconception(
            "hard-labels",
            slips.binary_cross_entropy_hard_labels,
            "You choose one of the two terms; a label may lie between 0 and 1, and then both count.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "weighted-mean",
            slips.binary_cross_entropy_weighted_mean,
            "You divide by the sum of the weights; this loss divides by the number of elements, weighted or not.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "weight-ignored",
            slips.binary_cross_entropy_weight_ignored,
            "You ignore `weight`, which multiplies the loss of every element.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "always-mean",
            slips.binary_cross_entropy_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='weights, reduction="sum"',
        ),
        Misconception(
            "clipped-at-1e-12",
            slips.binary_cross_entropy_clipped_at_1e12,
            "You clip the probabilities, which caps the loss near 27.6; cut the logarithms off at −100 "
            "instead.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "clipped-at-1e-15",
            slips.binary_cross_entropy_clipped_at_1e15,
            "You clip the probabilities, which caps the loss near 34.5; cut the logarithms off at −100 "
            "instead.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "epsilon-1e-10",
            slips.binary_cross_entropy_epsilon_1e10,
            "You add 1e-10 inside the logarithms, which caps the loss near 23; cut the logarithms off at "
            "−100 instead.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "epsilon-1e-15",
            slips.binary_cross_entropy_epsilon_1e15,
            "You add 1e-15 inside the logarithms, which caps the loss near 34.5; cut the logarithms off "
            "at −100 instead.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "clipped-at-exp",
            slips.binary_cross_entropy_clipped_at_exp,
            "1 − exp(−100) is rounded to 1, so ln(1 − a) is still −inf: cut the logarithms off, not the "
            "probabilities.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "zeros-only",
            slips.binary_cross_entropy_zeros_only,
            "You set the logarithm to −100 where a is exactly 0 or 1; ln 1e-60 is −138, so it must be "
            "cut off as well.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "infinite-to-100",
            slips.binary_cross_entropy_infinite_to_100,
            "You mend the loss; it is each logarithm that may not fall below −100: half a label at a = 0 "
            "costs 50, and ln 1e-60 is −138.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "loss-cut-off",
            slips.binary_cross_entropy_loss_cut_off,
            "You cut the whole loss off at 100; it is each logarithm that may not fall below −100: half "
            "a label at a = 0 costs 50.",
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "bits",
            slips.binary_cross_entropy_bits,
            "You use log2; this loss takes the natural logarithm.",
            case="four predictions",
        ),
        Misconception(
            "swapped",
            slips.binary_cross_entropy_swapped,
            "You take the logarithms of the labels: probs comes first and target second here.",
            case="four predictions",
        ),
        Misconception(
            "weight-on-yes",
            slips.binary_cross_entropy_weight_on_yes,
            "Your weight multiplies the term of label 1 only; it multiplies the whole loss of an element.",
            case="soft labels and weights, the mean",
        ),
        Misconception(
            "none-without-weight",
            slips.binary_cross_entropy_none_without_weight,
            'For "none" you return the losses without their weights.',
            case='certain and wrong costs 100, weights, reduction="none"',
        ),
        Misconception(
            "sum-without-weight",
            slips.binary_cross_entropy_sum_without_weight,
            'For "sum" you add the losses up without their weights.',
            case='weights, reduction="sum"',
        ),
        Misconception(
            "means-apart",
            slips.binary_cross_entropy_means_apart,
            "You multiply the mean loss by the mean weight; multiply each loss by its weight first.",
            case="soft labels and weights, the mean",
        ),
    ),
    alternatives=(slips.binary_cross_entropy_by_log1p, slips.binary_cross_entropy_by_clip),
    hints=(
        "The coin (y, 1 − y) in a code made for the coin (a, 1 − a): the cross-entropy of the two.",
        "Cut the logarithms off first, np.maximum(np.log(probs), -100), then multiply: 0 · (−100) is 0, "
        "while 0 · (−inf) is nan.",
        "−(y ln a + (1 − y) ln(1 − a)), times weight if there is one, then reduce.",
    ),
)
