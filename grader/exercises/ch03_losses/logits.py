"""Cross-entropy of yes and no from logits: exact where the sigmoid saturates."""

import numpy as np

from grader.exercises.ch03_losses import logits_slips as slips
from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import losses


def _logits(rng, *size):
    labels = (np.arange(int(np.prod(size))) % 2).reshape(size)
    return rng.normal(scale=2, size=size), labels.astype(float)


def _huge(rng):
    large = rng.uniform(800, 5000, size=4) * np.array([1, -1, 1, -1])
    return call([*large, rng.uniform(50, 90), rng.normal()], [1, 0, 0, 1, 0, 1], reduction="none")


def _weighted(rng):
    target = rng.uniform(0.1, 0.9, size=(3, 4))
    weights = rng.uniform(1.5, 3, size=(2, 4)) * np.array([1, 2, 3, 4])
    return call(
        rng.normal(scale=2, size=(3, 4)), target, weight=weights[0], pos_weight=weights[1, ::-1].copy()
    )


BINARY_CROSS_ENTROPY_WITH_LOGITS = Exercise(
    function="binary_cross_entropy_with_logits",
    topics=("C03-28",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.binary_cross_entropy_with_logits,
    torch="torch.nn.functional.binary_cross_entropy_with_logits",
    cases=(
        Case(
            "four logits",
            lambda rng: call(*_logits(rng, 4)),
            example=call([-1, 2, 0.5, -3], [0, 1, 0, 1]),
        ),
        Case(
            'huge logits stay exact, reduction="none"',
            _huge,
            example=call([1000, -1000, 1000, -1000, 50, 1], [1, 0, 0, 1, 0, 1], reduction="none"),
        ),
        Case("soft labels, weight and pos_weight, the mean", _weighted),
        Case('reduction="sum"', lambda rng: call(*_logits(rng, 2, 3), reduction="sum")),
    ),
    misconceptions=(
        Misconception(
            "log-of-sigmoid",
            slips.binary_cross_entropy_with_logits_log_of_sigmoid,
            "At logits like 1000 the sigmoid is exactly 0 or 1, and its logarithm inf: take the logarithm on "
            "paper first.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "cut-off",
            slips.binary_cross_entropy_with_logits_cut_off,
            "You cut the logarithms off at −100; from logits the loss is exact, 1000 where the logit is wrong by "
            "1000.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "epsilon",
            slips.binary_cross_entropy_with_logits_epsilon,
            "Adding 1e-12 hides the inf but caps the loss near 27.6; take the logarithm on paper first.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "overflow",
            slips.binary_cross_entropy_with_logits_overflow,
            "exp(1000) is inf: write ln(1 + exp(z)) as max(z, 0) + ln(1 + exp(−|z|)), or use np.logaddexp(0, z).",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "logits-as-probabilities",
            slips.binary_cross_entropy_with_logits_probabilities,
            "You take the logarithm of the logits themselves, which may be negative; their sigmoid is the "
            "probability.",
            case="four logits",
        ),
        Misconception(
            "sigmoid-twice",
            slips.binary_cross_entropy_with_logits_sigmoid_twice,
            "You apply the sigmoid first and then a formula that contains it: use the logits as they are.",
            case="four logits",
        ),
        Misconception(
            "one-term",
            slips.binary_cross_entropy_with_logits_one_term,
            "A sample with label 0 costs nothing, whatever its logit: the term (1 − y) ln(1 + exp(z)) is missing.",
            case="four logits",
        ),
        Misconception(
            "sign",
            slips.binary_cross_entropy_with_logits_sign,
            "Your loss is negative: −ln σ(z) = +ln(1 + exp(−z)).",
            case="four logits",
        ),
        Misconception(
            "labels-reversed",
            slips.binary_cross_entropy_with_logits_labels_reversed,
            "A large logit says yes: with label 1 the loss is ln(1 + exp(−z)), with label 0 ln(1 + exp(z)).",
            case="four logits",
        ),
        Misconception(
            "pos-weight-on-all",
            slips.binary_cross_entropy_with_logits_pos_weight_on_all,
            "pos_weight multiplies the term of label 1 only; `weight` multiplies both.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "pos-weight-ignored",
            slips.binary_cross_entropy_with_logits_pos_weight_ignored,
            "You ignore `pos_weight`, which multiplies the term of label 1.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "weight-ignored",
            slips.binary_cross_entropy_with_logits_weight_ignored,
            "You ignore `weight`, which multiplies the loss of every element.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "always-mean",
            slips.binary_cross_entropy_with_logits_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='reduction="sum"',
        ),
        Misconception(
            "through-probabilities",
            slips.binary_cross_entropy_with_logits_through_probabilities,
            "Through probabilities the loss ends at 100, and pos_weight has no place: work with ln(1 + "
            "exp(±z)).",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "logits-clipped",
            slips.binary_cross_entropy_with_logits_logits_clipped,
            "You clip the logits, so a logit of 1000 costs 500: np.logaddexp needs no clipping.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "pos-weight-on-no",
            slips.binary_cross_entropy_with_logits_pos_weight_on_no,
            "Your pos_weight multiplies the term of label 0; it belongs to y, the term of label 1.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "weighted-mean",
            slips.binary_cross_entropy_with_logits_weighted_mean,
            "You divide by the sum of the weights; this loss divides by the number of elements, weighted "
            "or not.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "short-form",
            slips.binary_cross_entropy_with_logits_short_form,
            "In the short form (1 − y) z + r ln(1 + exp(−z)) the factor must be 1 + (r − 1) y: "
            "pos_weight belongs to label 1 only.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "weight-per-sample",
            slips.binary_cross_entropy_with_logits_weight_per_sample,
            "weight[:, None] makes one weight a sample; a weight of shape (K,) belongs to the columns, "
            "as NumPy broadcasts it.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "hard-labels",
            slips.binary_cross_entropy_with_logits_hard_labels,
            "You choose one of the two terms; a label may lie between 0 and 1, and then both count.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "factor-of-all",
            slips.binary_cross_entropy_with_logits_factor_of_all,
            "1 + (r − 1) y as a factor of the whole loss is right for hard labels only: r multiplies the "
            "term of label 1.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "weights-exchanged",
            slips.binary_cross_entropy_with_logits_weights_exchanged,
            "You have exchanged weight and pos_weight: pos_weight belongs to the term of label 1, weight "
            "to both.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "by-samples",
            slips.binary_cross_entropy_with_logits_by_samples,
            "You divide by the number of samples; this mean is over all elements.",
            case="soft labels, weight and pos_weight, the mean",
        ),
    ),
    alternatives=(
        slips.binary_cross_entropy_with_logits_by_max,
        slips.binary_cross_entropy_with_logits_by_softplus,
        slips.binary_cross_entropy_with_logits_by_log_softmax,
    ),
    hints=(
        "−ln σ(z) = ln(1 + exp(−z)) and −ln(1 − σ(z)) = ln(1 + exp(z)). No sigmoid is needed.",
        "np.logaddexp(0, z) is ln(1 + exp(z)) without overflow.",
        "pos_weight · y · logaddexp(0, −z) + (1 − y) · logaddexp(0, z), times weight; then reduce.",
    ),
)
