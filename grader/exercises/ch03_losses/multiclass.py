"""Softmax cross-entropy from logits: labels, soft targets, class weights, label smoothing."""

import numpy as np

from grader.exercises.ch03_losses import multiclass_slips as slips
from grader.exercises.ch03_losses.classes import labels
from grader.exercises.ch03_losses.distributions import distributions
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import losses


def _logits(rng, n, k):
    return rng.normal(scale=1.5, size=(n, k)), labels(rng, n, k)


def _huge(rng):
    large = rng.uniform(1e3, 1e4, size=2)
    z = np.array([[large[0], 0, -large[0]], [0, large[1], 1], [-large[1], 2, 2 + rng.normal()]])
    return call(z, np.array([0, 2, 1]), reduction="none")


def _weighted(rng):
    z, c = rng.normal(scale=1.5, size=(5, 4)), np.array([3, 3, 0, 1, 3])
    weight = rng.uniform(1, 1.5, size=4) * np.array([1, 2, 3, 4])
    return call(z, c, weight=weight, label_smoothing=rng.uniform(0.1, 0.3))


def _soft_weighted(rng):
    weight = rng.uniform(1, 1.5, size=4) * np.array([1, 2, 3, 4])
    smoothing = rng.uniform(0.1, 0.3)
    return call(_logits(rng, 5, 4)[0], distributions(rng, 5, k=4), weight=weight, label_smoothing=smoothing)


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
        Case('huge logits stay exact, reduction="none"', _huge, weight=2),
        Case(
            'soft targets, reduction="sum"',
            lambda rng: call(_logits(rng, 4, 3)[0], distributions(rng, 4, k=3), reduction="sum"),
            weight=2,
        ),
        Case("weights and label smoothing, the mean", _weighted, weight=2),
        Case("soft targets, weights and smoothing, the mean", _soft_weighted, weight=2),
        keeps_arguments(_soft_weighted),
    ),
    misconceptions=(
        Misconception(
            "softmax-first",
            slips.cross_entropy_softmax_first,
            "You apply softmax before log-softmax, so that no class can get far ahead: use the logits as they are.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "log-of-softmax",
            slips.cross_entropy_log_of_softmax,
            "softmax rounds tiny probabilities to 0, and log 0 is −inf: log_softmax never forms them.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "no-shift",
            slips.cross_entropy_no_shift,
            "exp overflows inside log Σ exp: take the row maximum out first, or use log_softmax.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "epsilon",
            slips.cross_entropy_epsilon,
            "Adding 1e-12 hides the inf but caps the loss near 27.6; log_softmax is exact.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "no-minus",
            slips.cross_entropy_no_minus,
            "Your loss is negative: a log-probability is at most 0, and its negative is wanted.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "columns",
            slips.cross_entropy_columns,
            "Your softmax runs down the columns; the classes of a sample lie along its row.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "all-elements",
            slips.cross_entropy_all_elements,
            "You divide by the number of elements; a row is one sample and has one loss.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "divided-by-n",
            slips.cross_entropy_divided_by_n,
            "With class weights and labels the mean divides by the sum of weight[target], not by the number of "
            "samples.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "weight-ignored",
            slips.cross_entropy_weight_ignored,
            "You ignore `weight`: the term of class c counts weight[c].",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-ignored",
            slips.cross_entropy_smoothing_ignored,
            "You ignore `label_smoothing`, which mixes the target with 1/K for every class.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-over-the-others",
            slips.cross_entropy_smoothing_over_others,
            "You spread the share s over the K − 1 other classes; it goes to all K, the true one included: "
            "(1 − s) y + s/K.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "smoothing-lost",
            slips.cross_entropy_smoothing_lost,
            "You take the share s away from the target and give it to nobody: + s/K for every class.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "hard-targets",
            slips.cross_entropy_hard_targets,
            "You take the likeliest class of a soft target; all its probabilities count.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "softmax-of-targets",
            slips.cross_entropy_softmax_of_targets,
            "You apply softmax to the targets, which are probabilities already: use them as they are.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "labels-from-1",
            slips.cross_entropy_from_one,
            "Labels count from 0: class 2 is the third column.",
            case="three rows and their classes, the mean",
        ),
        Misconception(
            "always-mean",
            slips.cross_entropy_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample.',
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "log-of-zero",
            slips.cross_entropy_log_of_zero,
            "softmax rounds tiny probabilities to 0; their logarithm is −inf, and 0 · inf nan: use "
            "log_softmax, which never forms them.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "no-shift-nan",
            slips.cross_entropy_no_shift_nan,
            "exp(1000) is inf: take the row maximum out of log Σ exp first, or use log_softmax.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "soft-divided-by-weights",
            slips.cross_entropy_soft_by_weights,
            "With soft targets the mean divides by the number of rows, weights or not; only for labels "
            "by the sum of weights.",
            case="soft targets, weights and smoothing, the mean",
        ),
        Misconception(
            "smoothed-divisor",
            slips.cross_entropy_smoothed_divisor,
            "You divide by the weights of the smoothed labels; the divisor is weight[target].sum(), the "
            "labels as they were.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "all-weights",
            slips.cross_entropy_all_weights,
            "You divide by the sum of all class weights; only those of the samples' own classes count, "
            "as often as they occur.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "weight-of-the-label",
            slips.cross_entropy_weight_of_the_label,
            "You weigh the whole smoothed loss with the label's weight; each class c has its own w_c "
            "inside the sum.",
            case="weights and label smoothing, the mean",
        ),
        Misconception(
            "soft-not-smoothed",
            slips.cross_entropy_soft_not_smoothed,
            "You smooth labels only; soft targets are smoothed by the same formula.",
            case="soft targets, weights and smoothing, the mean",
        ),
        Misconception(
            "soft-not-weighted",
            slips.cross_entropy_soft_not_weighted,
            "You leave the class weights out for soft targets; the term of class c counts weight[c] "
            "there, too.",
            case="soft targets, weights and smoothing, the mean",
        ),
        Misconception(
            "soft-as-they-are",
            slips.cross_entropy_soft_as_it_is,
            "For soft targets you use neither weight nor label_smoothing; both work as they do for labels.",
            case="soft targets, weights and smoothing, the mean",
        ),
        Misconception(
            "labels-only",
            slips.cross_entropy_labels_only,
            "np.eye(K)[target] is for labels; soft targets, target.ndim == 2, are rows of probabilities "
            "already.",
            case='soft targets, reduction="sum"',
        ),
    ),
    alternatives=(slips.cross_entropy_by_logaddexp, slips.cross_entropy_by_loop),
    hints=(
        "Turn labels into rows of probabilities first, np.eye(K, dtype=logits.dtype)[target]: labels and soft "
        "targets are one case then.",
        "Smooth: ỹ = (1 − s) y + s/K. Then one loss a row: −Σ_c w_c ỹ_c log_softmax(logits)_c.",
        "The mean divides by weight[target].sum() if the targets are labels, by the number of rows if they are soft.",
    ),
)
