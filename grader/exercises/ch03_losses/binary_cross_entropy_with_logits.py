"""Cross-entropy of yes and no from logits: exact where the sigmoid saturates."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses
from nnlib.activations import sigmoid


def _logits(rng, *size):
    labels = (np.arange(int(np.prod(size))) % 2).reshape(size)
    return rng.normal(scale=2, size=size), labels.astype(float)


def _huge(rng):
    large = rng.uniform(800, 5000, size=4) * np.array([1, -1, 1, -1])
    return call([*large, rng.uniform(50, 90), rng.normal()], [1, 0, 0, 1, 0, 1], reduction="none")


def _weighted(rng):
    target = rng.uniform(0.1, 0.9, size=(3, 4))
    weights = rng.uniform(1.5, 3, size=(2, 4)) * np.array([1, 2, 3, 4])
    options = {"weight": weights[0], "pos_weight": weights[1, ::-1].copy()}
    return call(rng.normal(scale=2, size=(3, 4)), target, reduction="mean", **options)


def _weights_by_rows(rng):
    """Weights of shape (n, 1) and (n, 1, K), for logits of three axes."""
    target = rng.uniform(0.1, 0.9, size=(2, 1, 3))
    weight, pos_weight = rng.uniform(1.5, 3, size=(1, 1)), rng.uniform(2, 4, size=(2, 1, 3))
    return call(
        rng.normal(scale=2, size=(2, 1, 3)), target, weight=weight, pos_weight=pos_weight, reduction="none"
    )


def _allowed(rng):
    size = shape(rng)
    logits = one_of(rng, 1, 1, 10, 1000) * rng.normal(size=size)
    target = one_of(rng, rng.integers(0, 2, size=size).astype(float), rng.random(size))
    smaller = (size, size[-1:], (1,), (*size[:-1], 1))
    weights = [None, *(rng.uniform(0.1, 3, size=s) for s in smaller)]
    positive = [None, *(rng.uniform(0.1, 3, size=s) for s in smaller)]
    return call(logits, target, **options(rng, weight=weights, pos_weight=positive, reduction=REDUCTIONS))


BINARY_CROSS_ENTROPY_WITH_LOGITS = Exercise(
    function="binary_cross_entropy_with_logits",
    topics=("C03-28",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.binary_cross_entropy_with_logits,
    torch="torch.nn.functional.binary_cross_entropy_with_logits",
    forbid=("nnlib.losses.multilabel_soft_margin_loss",),
    allowed=_allowed,
    cases=(
        Case(
            "four logits",
            lambda rng: call(*_logits(rng, 4)),
            example=call([-1, 2, 0.5, -3], [0, 1, 0, 1]),
        ),
        Case(
            'huge logits stay exact, reduction="none"',
            _huge,
            weight=3,
            example=call([1000, -1000, 1000, -1000, 50, 1], [1, 0, 0, 1, 0, 1], reduction="none"),
        ),
        Case("soft labels, weight and pos_weight, the mean", _weighted, weight=2),
        Case('three axes, weights that broadcast, reduction="none"', _weights_by_rows),
        Case('reduction="sum"', lambda rng: call(*_logits(rng, 2, 3), reduction="sum"), draws=2),
        Case(
            'pos_weight alone, reduction="sum"',
            lambda rng: call(
                *_logits(rng, 2, 3), weight=None, pos_weight=rng.uniform(2, 4, size=3), reduction="sum"
            ),
        ),
        in_turn(
            "odd shapes, huge logits, the other options",
            lambda rng: call(
                *_logits(rng, 2, 3), weight=rng.uniform(2, 4, size=(2, 1)), pos_weight=None, reduction="none"
            ),
            lambda rng: call(
                *_logits(rng, 3, 1),
                weight=rng.uniform(2, 4, size=1),
                pos_weight=rng.uniform(2, 4, size=(1, 1)),
            ),
            lambda rng: call(*_logits(rng, 1, 4), weight=rng.uniform(2, 4, size=4), reduction="sum"),
            lambda rng: call(
                *_logits(rng, 1, 3, 1), pos_weight=rng.uniform(2, 4, size=(3, 1)), reduction="mean"
            ),
            lambda rng: call(-rng.uniform(1000, 2000, size=(1, 1)), [[0]]),
            lambda rng: call(rng.uniform(1000, 2000, size=1), [1], reduction="sum"),
            lambda rng: call(rng.uniform(1000, 2000, size=3), [1, 0, 0], pos_weight=[rng.uniform(2, 3)]),
            lambda rng: call(-rng.uniform(1000, 2000, size=3), [1, 0, 0], reduction="sum"),
            lambda rng: call(
                *_logits(rng, 2, 3, 2),
                weight=rng.uniform(2, 4, size=(2, 1, 1)),
                pos_weight=rng.uniform(2, 4, size=(1, 3, 1)),
            ),
        ),
    ),
    hints=(
        "What is −ln σ(z), worked out on paper? And −ln(1 − σ(z))? No sigmoid is needed.",
        "ln(1 + exp(−z)) and ln(1 + exp(z)). np.logaddexp(0, z) is the second of them, without overflow.",
        "pos_weight · y · logaddexp(0, −z) + (1 − y) · logaddexp(0, z), times weight; then reduce.",
    ),
)


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_log_of_sigmoid(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """At logits like 1000 the sigmoid is exactly 0 or 1, and its logarithm inf.

    Take the logarithm on paper first: −ln σ(z) = ln(1 + exp(−z)), which is np.logaddexp(0, -z)."""
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a) + (1 - target) * np.log(1 - a))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_cut_off(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You cut the logarithms off at −100; from logits the loss is exact, 1000 where the logit is wrong by 1000."""
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(c * target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_epsilon(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """Adding 1e-12 hides the inf but caps the loss near 27.6.

    Take the logarithm on paper first: −ln σ(z) = ln(1 + exp(−z)), which is np.logaddexp(0, -z)."""
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(a + 1e-12) + (1 - target) * np.log(1 - a + 1e-12))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_overflow(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """exp(1000) is inf, so ln(1 + exp(z)) is inf where it should be 1000.

    Write ln(1 + exp(z)) as max(z, 0) + ln(1 + exp(−|z|)), or use np.logaddexp(0, z)."""
    c = 1 if pos_weight is None else pos_weight
    yes, no = np.log(1 + np.exp(-logits)), np.log(1 + np.exp(logits))
    loss = c * target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong
def binary_cross_entropy_with_logits_logits_as_probabilities(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You take the logarithm of the logits themselves, which are no probabilities and may be negative.

    Their sigmoid is the probability: −ln σ(z) = ln(1 + exp(−z))."""
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.log(logits) + (1 - target) * np.log(1 - logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong
def binary_cross_entropy_with_logits_sigmoid_twice(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You apply the sigmoid first and then a formula that contains it.

    Use the logits as they are."""
    a = sigmoid(logits)
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -a) + (1 - target) * np.logaddexp(0, a)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong
def binary_cross_entropy_with_logits_one_term(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """A sample with label 0 costs nothing, whatever its logit: one of the two terms is missing.

    Add (1 − y) ln(1 + exp(z))."""
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong
def binary_cross_entropy_with_logits_sign(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    """Your loss is negative: ln(1 + exp(−z)) has the minus of −ln σ(z) in it already, and you put another in
    front.

    −ln σ(z) = +ln(1 + exp(−z))."""
    c = 1 if pos_weight is None else pos_weight
    loss = -(c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong
def binary_cross_entropy_with_logits_labels_reversed(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """A large logit says yes, and you let it cost most where the label is 1.

    With label 1 the loss is ln(1 + exp(−z)), with label 0 ln(1 + exp(z))."""
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, logits) + (1 - target) * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_pos_weight_on_all(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """Your pos_weight multiplies both terms, as `weight` does; it belongs to label 1.

    pos_weight · y · ln(1 + exp(−z)) + (1 − y) · ln(1 + exp(z))."""
    c = 1 if pos_weight is None else pos_weight
    loss = c * (target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_pos_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You ignore `pos_weight`, which multiplies the term of label 1."""
    loss = target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_weight_ignored(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You ignore `weight`, which multiplies the loss of every element."""
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='reduction="sum"')
def binary_cross_entropy_with_logits_always_mean(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns them all."""
    c = 1 if pos_weight is None else pos_weight
    loss = c * target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits)
    return (loss if weight is None else weight * loss).mean()


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_through_probabilities(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """Through probabilities the loss ends at 100, and pos_weight has no place.

    Work with ln(1 + exp(±z)): np.logaddexp(0, -z) for label 1, np.logaddexp(0, z) for label 0."""
    a = sigmoid(logits)
    yes, no = np.maximum(np.log(a), -100), np.maximum(np.log(1 - a), -100)
    loss = -(target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case='huge logits stay exact, reduction="none"')
def binary_cross_entropy_with_logits_logits_clipped(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You clip the logits, so a logit of 1000 costs 500.

    np.logaddexp(0, z) is ln(1 + exp(z)) and needs no clipping."""
    r = 1 if pos_weight is None else pos_weight
    z = np.clip(logits, -500, 500)
    loss = r * target * np.log(1 + np.exp(-z)) + (1 - target) * np.log(1 + np.exp(z))
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_pos_weight_on_no(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """Your pos_weight multiplies the term of label 0; it belongs to y, the term of label 1."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = target * yes + (1 - target) * r * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_weighted_mean(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You divide by the sum of the weights, which have no place in the divisor of this loss.

    Divide by the number of elements, weighted or not: loss.mean()."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    w = np.broadcast_to(1.0 if weight is None else weight, logits.shape)
    loss = w * (r * target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / w.sum()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_short_form(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """In the short form (1 − y) z + r ln(1 + exp(−z)) your r = pos_weight reaches label 0 as well.

    The factor must be 1 + (r − 1) y: pos_weight belongs to label 1 only."""
    r = 1 if pos_weight is None else pos_weight
    loss = (1 - target) * logits + r * np.logaddexp(0, -logits)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_weight_per_sample(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """weight[:, None] makes one weight a sample; a weight of shape (K,) belongs to the columns.

    Leave it as it is, weight * loss: NumPy broadcasts it so."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * target * yes + (1 - target) * no
    loss = loss if weight is None else weight[:, None] * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_hard_labels(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You choose one of the two terms; a label may lie between 0 and 1, and then both count."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = np.where(target > 0.5, r * yes, no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_factor_of_all(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You multiply the whole loss by 1 + (r − 1) y, which is right for hard labels only.

    r multiplies the term of label 1: r · y · ln(1 + exp(−z))."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = (1 + (r - 1) * target) * (target * yes + (1 - target) * no)
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_weights_exchanged(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You have exchanged weight and pos_weight, the weight of an element and that of a label.

    pos_weight belongs to the term of label 1, weight to both."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * ((1 if weight is None else weight) * target * yes + (1 - target) * no)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.wrong(case="soft labels, weight and pos_weight, the mean")
def binary_cross_entropy_with_logits_by_samples(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """You divide by the number of samples; this mean is over all elements."""
    r = 1 if pos_weight is None else pos_weight
    yes, no = np.logaddexp(0, -logits), np.logaddexp(0, logits)
    loss = r * target * yes + (1 - target) * no
    loss = loss if weight is None else weight * loss
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / len(loss)}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.right
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


@BINARY_CROSS_ENTROPY_WITH_LOGITS.right
def binary_cross_entropy_with_logits_by_softplus(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    softplus = np.logaddexp(0, logits)
    c = 1.0 if pos_weight is None else pos_weight
    loss = (1 - target) * softplus + c * target * (softplus - logits)
    loss = loss * (1.0 if weight is None else weight)
    return loss if reduction == "none" else loss.sum() / (loss.size if reduction == "mean" else 1)


@BINARY_CROSS_ENTROPY_WITH_LOGITS.right
def binary_cross_entropy_with_logits_by_log_softmax(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    scores = np.stack([logits, np.zeros_like(logits)])  # yes against no
    log_p = scores - np.logaddexp.reduce(scores, axis=0)
    c = 1.0 if pos_weight is None else pos_weight
    loss = -(c * target * log_p[0] + (1 - target) * log_p[1])
    loss = loss if weight is None else loss * weight
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@BINARY_CROSS_ENTROPY_WITH_LOGITS.right
def binary_cross_entropy_with_logits_loop_branch_by(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    shape = np.shape(logits)
    W = np.broadcast_to(np.float64(1) if weight is None else weight, shape)
    R = np.broadcast_to(np.float64(1) if pos_weight is None else pos_weight, shape)

    def softplus(t):
        if t > 0:
            return t + np.log1p(np.exp(-t))
        return np.log1p(np.exp(t))

    out = np.zeros(shape)
    for i in np.ndindex(shape):
        z, y = float(logits[i]), float(target[i])
        out[i] = W[i] * (R[i] * y * softplus(-z) + (1 - y) * softplus(z))
    if reduction == "sum":
        return out.sum()
    if reduction == "mean":
        return out.sum() / out.size
    return out


@BINARY_CROSS_ENTROPY_WITH_LOGITS.right
def binary_cross_entropy_with_logits_element_by_element(
    logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    z = np.asarray(logits, dtype=float)
    w = np.broadcast_to(1.0 if weight is None else weight, z.shape)
    r = np.broadcast_to(1.0 if pos_weight is None else pos_weight, z.shape)
    out = np.empty(z.shape)
    for k in np.ndindex(z.shape):
        y = float(target[k])
        yes = np.logaddexp(0.0, -z[k])
        no = np.logaddexp(0.0, z[k])
        out[k] = w[k] * (r[k] * y * yes + (1.0 - y) * no)
    if reduction == "none":
        return out
    if reduction == "sum":
        return out.sum()
    return out.mean()
