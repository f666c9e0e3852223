"""Cross-entropy that holds easy samples down."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import classes, weights
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses
from nnlib.activations import log_softmax, softmax


def easy_and_hard(rng, n, k):
    """Samples whose true class is behind by 1.5, leads by 2, and is behind by 3, in turn."""
    c = classes(n, k)
    z = rng.uniform(-0.2, 0.2, size=(n, k)) + 0.3 * np.arange(k)
    z[np.arange(n), c] = z.max(axis=1) + np.array([-1.5, 2.0, -3.0])[np.arange(n) % 3]
    return z, c


def samples(n, k, *, with_alpha=False, scale=1.0, **given):
    def draw(rng):
        alpha = {"alpha": weights(rng, k, scale)} if with_alpha else {}
        return call(*easy_and_hard(rng, n, k), **alpha, **given)

    return draw


def behind(n, k, **given):
    """The true class of every other sample is behind by a thousand."""

    def draw(rng):
        z, c = easy_and_hard(rng, n, k)
        z[np.arange(n), c] -= np.where(np.arange(n) % 2, 0, rng.uniform(900, 1000, size=n))
        return call(z, c, **given)

    return draw


def any_samples(rng):
    """Logits with leads of at most 8, of some samples far behind, and their labels."""
    n, k = shape(rng, axes=(2,))
    z, c = rng.uniform(-4, 4, size=(n, k + 1)), rng.integers(k + 1, size=n)
    z = one_of(rng, 1.0, 1.0, 0.3, 1e-5) * z
    z[np.arange(n), c] -= (rng.random(n) < one_of(rng, 0, 0, 0.5)) * 1000.0
    return z, c


def any_options(rng, k):
    """gamma, alpha and reduction."""
    given = options(rng, gamma=(0.0, 1.0, 2.0, 2.5, 4, 1), reduction=REDUCTIONS)
    chosen = one_of(
        rng, {}, {"alpha": None}, {"alpha": one_of(rng, 1.0, 1.0, 1e3) * rng.uniform(0.1, 3, size=k)}
    )
    return given | chosen


def _allowed(rng):
    z, c = any_samples(rng)
    return call(z, c, **any_options(rng, z.shape[1]))


FOCAL_LOSS = Exercise(
    function="focal_loss",
    topics=("C13-03",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.focal_loss,
    forbid=("nnlib.losses.sigmoid_focal_loss",),
    allowed=_allowed,
    cases=(
        Case("one sample", samples(1, 3), example=call([[0, 1, 2]], np.array([1]))),
        Case("five samples, the mean", samples(5, 4)),
        Case('another gamma, reduction="none"', samples(4, 3, gamma=3.5, reduction="none")),
        Case("alpha, the mean", samples(5, 3, with_alpha=True)),
        Case('alpha, gamma 1, reduction="sum"', samples(4, 4, with_alpha=True, gamma=1.0, reduction="sum")),
        Case("gamma 0: the cross-entropy", samples(4, 3, gamma=0.0)),
        Case("the true class far behind", behind(4, 3, reduction="none")),
        in_turn(
            "one sample, two classes, options given and left out",
            samples(1, 2, reduction="none"),
            samples(1, 4, with_alpha=True),
            samples(3, 2, gamma=2.0, alpha=None, reduction="mean"),
            samples(3, 3, gamma=0, with_alpha=True, reduction="none"),
            samples(4, 2, gamma=4, reduction="sum"),
            samples(3, 3, with_alpha=True, reduction="none", scale=1e3),
            samples(2, 5, alpha=None, reduction="none"),
            samples(3, 4, alpha=None, reduction="sum", gamma=0.0),
            samples(3, 3, with_alpha=True, reduction="mean", gamma=2.0),
            lambda rng: call(1e-5 * easy_and_hard(rng, 3, 3)[0], classes(3, 3)),
            behind(1, 2),
            behind(3, 4, gamma=0.0, reduction="sum"),
            behind(3, 3, gamma=1.0),
        ),
    ),
    hints=(
        "ln p of the true class is one entry of each row of log_softmax(logits).",
        "p = exp(ln p); the factor is (1 − p) ** gamma. alpha[target] has one weight a sample.",
        "The mean is that of the n losses: alpha does not enter its divisor.",
    ),
)


@FOCAL_LOSS.wrong
def focal_loss_factor_of_p(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your factor is p^γ, which counts easy samples most; it is (1 − p)^γ."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = np.exp(log_p) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_no_factor(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You return the cross-entropy: the factor (1 − p)^γ is missing."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = 1
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case='another gamma, reduction="none"')
def focal_loss_gamma_ignored(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You square 1 − p, whatever `gamma` is."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** 2
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_gamma_times(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You multiply 1 − p by γ; γ is its exponent."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) * gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_gamma_plus_1(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your exponent is one too large: the factor is (1 − p)^γ."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** (gamma + 1)
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_gamma_minus_1(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your exponent is γ − 1, as in the gradient; the loss has (1 − p)^γ."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** (gamma - 1)
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_no_minus(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """The minus is missing: ln p is negative, a loss is not."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="alpha, the mean")
def focal_loss_alpha_ignored(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You leave alpha out: a sample of class c counts alpha[c] times."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target))
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="alpha, the mean")
def focal_loss_alpha_in_the_mean(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your mean divides by the sum of alpha over the samples; here it divides by the number of samples.

    The weighted mean is that of the cross-entropy in torch."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss) / np.sum(w)}[reduction]


@FOCAL_LOSS.wrong(case="alpha, the mean")
def focal_loss_alpha_inside(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You raise alpha to the power γ as well; it stands before the power."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -(w**gamma) * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case='another gamma, reduction="none"')
def focal_loss_always_mean(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns one a sample."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return np.mean(loss)


@FOCAL_LOSS.wrong(case="five samples, the mean")
def focal_loss_sum_for_mean(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your mean is a sum: it divides by the number of samples."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_all_elements(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your mean divides by the number of logits; a row is one sample with one loss."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss) / logits.size}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_all_classes(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You add up over all classes; only the true class has a term."""
    log_p = log_softmax(logits)
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * (factor * log_p).sum(axis=1)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_others_too(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You add terms p_j^γ ln(1 − p_j) for the other classes, as for yes-or-no answers; with softmax only the
    true class has a term."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    p = softmax(logits)
    others = p**gamma * np.log(np.maximum(1 - p, 1e-300))
    others[np.arange(len(target)), target] = 0
    loss = -w * (factor * log_p + others.sum(axis=1))
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="five samples, the mean")
def focal_loss_columns(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    log_p = log_softmax(logits, axis=0)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_labels_from_1(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Labels count from 0: class 2 is the third column."""
    target = target - 1
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_likeliest_class(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You take the likeliest class; p is the probability of the true one."""
    log_p = log_softmax(logits).max(axis=1)
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="the true class far behind")
def focal_loss_log_of_zero(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """softmax rounds a tiny probability to 0, and its logarithm is −inf.

    Use log_softmax(logits), which never forms it."""
    with np.errstate(all="ignore"):
        log_p = np.log(softmax(logits))[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="the true class far behind")
def focal_loss_epsilon(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You add a small number to p (or cut p off there), so that a class behind by a thousand costs too little.

    Use log_softmax(logits)."""
    log_p = np.log(np.maximum(softmax(logits)[np.arange(len(target)), target], 1e-12))
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_log2(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your logarithm is not the natural one."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p / np.log(2)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="five samples, the mean")
def focal_loss_factor_of_the_mean(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You take one factor from the mean p of the batch; each sample has its own."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p).mean()) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="the true class far behind")
def focal_loss_clipped(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You cut p off at 1e-7, as some libraries do, so that no sample costs more than about 16.

    Use log_softmax(logits), which needs no cut."""
    p = np.clip(softmax(logits)[np.arange(len(target)), target], 1e-7, 1 - 1e-7)
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * (1 - p) ** gamma * np.log(p)
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="alpha, the mean")
def focal_loss_alpha_of_two_classes(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You give the other classes 1 − alpha, as for yes-or-no answers; here alpha has one weight a class:
    alpha[target]."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else np.where(target == 1, alpha[1], 1 - alpha[1])
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.wrong(case="five samples, the mean")
def focal_loss_by_the_positives(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your mean divides by the number of samples that are not of class 0, as detectors do; here it divides by the
    number of all samples."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - np.exp(log_p)) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    positives = max(1, np.sum(target > 0))
    return {"none": loss, "sum": np.sum(loss), "mean": np.sum(loss) / positives}[reduction]


@FOCAL_LOSS.wrong
def focal_loss_base_of_the_logarithm(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You take 1 − ln p for the base; it is 1 − p, with p = exp(ln p)."""
    log_p = log_softmax(logits)[np.arange(len(target)), target]
    factor = (1 - log_p) ** gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    loss = -w * factor * log_p
    return {"none": loss, "sum": np.sum(loss), "mean": np.mean(loss)}[reduction]


@FOCAL_LOSS.right
def focal_loss_by_one_hot(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    y = np.eye(logits.shape[1])[target]
    log_a = log_softmax(logits)
    each = -np.sum(y * (1 - np.exp(log_a)) ** gamma * log_a, axis=1)
    if alpha is not None:
        each = each * (y @ alpha)
    if reduction == "none":
        return each
    return each.sum() / (len(each) if reduction == "mean" else 1)


@FOCAL_LOSS.right
def focal_loss_by_loop(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    values = []
    for z, c in zip(logits, target):
        top = max(z)
        cost = top + np.log(sum(np.exp(v - top) for v in z)) - z[c]
        values.append((1.0 if alpha is None else alpha[c]) * (1 - np.exp(-cost)) ** gamma * cost)
    if reduction == "none":
        return np.array(values)
    return sum(values) if reduction == "sum" else sum(values) / len(values)


@FOCAL_LOSS.right
def focal_loss_by_the_others(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1)
    others = np.ones(e.shape, bool)
    others[np.arange(len(e)), target] = False
    q = (e * others).sum(axis=1) / total
    cost = np.log(total) - np.take_along_axis(z, target[:, None], axis=1)[:, 0]
    scaled = cost * np.power(q, gamma) * (1 if alpha is None else np.take(alpha, target))
    return scaled if reduction == "none" else getattr(np, reduction)(scaled)


@FOCAL_LOSS.right
def focal_loss_by_logaddexp(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    cost = np.logaddexp.reduce(logits, axis=1) - np.choose(target, logits.T)
    hard = (-np.expm1(-cost)) ** gamma
    out = hard * cost if alpha is None else alpha[target] * hard * cost
    return {"none": out, "sum": out.sum(), "mean": out.sum() / len(out)}[reduction]
