"""Cross-entropy of yes and no from logits: exact where the sigmoid saturates."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import losses
from nnlib.activations import sigmoid

# ── binary_cross_entropy_with_logits ─────────────────────────────────────────────────────────────────────


def binary_cross_entropy_with_logits_log_of_sigmoid(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a) + (1 - target) * np.log(1 - a))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_cut_off(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(c * target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_epsilon(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a + 1e-12) + (1 - target) * np.log(1 - a + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_overflow(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.log(1 + np.exp(-logits)), np.log(1 + np.exp(logits))
    loss = c * target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_probabilities(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(logits) + (1 - target) * np.log(1 - logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_sigmoid_twice(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -a) + (1 - target) * np.logaddexp(0, a)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_one_term(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_sign(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_labels_reversed(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, logits) + (1 - target) * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_pos_weight_on_all(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * (target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_pos_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    loss = target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def binary_cross_entropy_with_logits_always_mean(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return (loss if weight is None else weight * loss).mean()


def binary_cross_entropy_with_logits_by_max(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    size = np.log1p(np.exp(-np.abs(logits)))  # at most log 2
    yes, no = size + np.maximum(-logits, 0), size + np.maximum(logits, 0)
    if pos_weight is not None:
        yes = yes * pos_weight
    loss = target * yes + (1 - target) * no
    if weight is not None:
        loss = loss * weight
    if reduction == "none":
        return loss
    return np.sum(loss) if reduction == "sum" else np.mean(loss)


def binary_cross_entropy_with_logits_by_softplus(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    softplus = np.logaddexp(0, logits)
    c = 1.0 if pos_weight is None else pos_weight
    loss = (1 - target) * softplus + c * target * (softplus - logits)
    loss = loss * (1.0 if weight is None else weight)
    return loss if reduction == "none" else loss.sum() / (loss.size if reduction == "mean" else 1)


def binary_cross_entropy_with_logits_by_log_softmax(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    scores = np.stack([logits, np.zeros_like(logits)])  # yes against no
    log_p = scores - np.logaddexp.reduce(scores, axis=0)
    c = 1.0 if pos_weight is None else pos_weight
    loss = -(c * target * log_p[0] + (1 - target) * log_p[1])
    loss = loss if weight is None else loss * weight
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


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
            binary_cross_entropy_with_logits_log_of_sigmoid,
            "At logits like 1000 the sigmoid is exactly 0 or 1, and its logarithm inf: take the logarithm on "
            "paper first.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "cut-off",
            binary_cross_entropy_with_logits_cut_off,
            "You cut the logarithms off at −100; from logits the loss is exact, 1000 where the logit is wrong by "
            "1000.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "epsilon",
            binary_cross_entropy_with_logits_epsilon,
            "Adding 1e-12 hides the inf but caps the loss near 27.6; take the logarithm on paper first.",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "overflow",
            binary_cross_entropy_with_logits_overflow,
            "exp(1000) is inf: write ln(1 + exp(z)) as max(z, 0) + ln(1 + exp(−|z|)), or use np.logaddexp(0, z).",
            case='huge logits stay exact, reduction="none"',
        ),
        Misconception(
            "logits-as-probabilities",
            binary_cross_entropy_with_logits_probabilities,
            "You take the logarithm of the logits themselves, which may be negative; their sigmoid is the "
            "probability.",
            case="four logits",
        ),
        Misconception(
            "sigmoid-twice",
            binary_cross_entropy_with_logits_sigmoid_twice,
            "You apply the sigmoid first and then a formula that contains it: use the logits as they are.",
            case="four logits",
        ),
        Misconception(
            "one-term",
            binary_cross_entropy_with_logits_one_term,
            "A sample with label 0 costs nothing, whatever its logit: the term (1 − y) ln(1 + exp(z)) is missing.",
            case="four logits",
        ),
        Misconception(
            "sign",
            binary_cross_entropy_with_logits_sign,
            "Your loss is negative: −ln σ(z) = +ln(1 + exp(−z)).",
            case="four logits",
        ),
        Misconception(
            "labels-reversed",
            binary_cross_entropy_with_logits_labels_reversed,
            "A large logit says yes: with label 1 the loss is ln(1 + exp(−z)), with label 0 ln(1 + exp(z)).",
            case="four logits",
        ),
        Misconception(
            "pos-weight-on-all",
            binary_cross_entropy_with_logits_pos_weight_on_all,
            "pos_weight multiplies the term of label 1 only; `weight` multiplies both.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "pos-weight-ignored",
            binary_cross_entropy_with_logits_pos_weight_ignored,
            "You ignore `pos_weight`, which multiplies the term of label 1.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "weight-ignored",
            binary_cross_entropy_with_logits_weight_ignored,
            "You ignore `weight`, which multiplies the loss of every element.",
            case="soft labels, weight and pos_weight, the mean",
        ),
        Misconception(
            "always-mean",
            binary_cross_entropy_with_logits_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='reduction="sum"',
        ),
    ),
    alternatives=(
        binary_cross_entropy_with_logits_by_max,
        binary_cross_entropy_with_logits_by_softplus,
        binary_cross_entropy_with_logits_by_log_softmax,
    ),
    hints=(
        "−ln σ(z) = ln(1 + exp(−z)) and −ln(1 − σ(z)) = ln(1 + exp(z)). No sigmoid is needed.",
        "np.logaddexp(0, z) is ln(1 + exp(z)) without overflow.",
        "pos_weight · y · logaddexp(0, −z) + (1 − y) · logaddexp(0, z), times weight; then reduce.",
    ),
)
