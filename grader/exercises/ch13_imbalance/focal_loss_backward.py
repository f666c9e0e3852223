"""The gradient of the focal loss: its factor has a derivative, too."""

import numpy as np

from grader.exercises.ch13_imbalance.focal_loss import (
    any_options,
    any_samples,
    behind,
    easy_and_hard,
    samples,
)
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import any_upstream, classes, upstream
from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import losses
from nnlib.activations import log_softmax, softmax


def arriving(forward, **fixed):
    """The forward call with what arrives from above before it."""

    def draw(rng):
        drawn = forward(rng)
        arrives = upstream(rng, drawn.kwargs.get("reduction"), len(drawn.args[0]))
        return call(fixed.get("arrives", arrives), *drawn.args, **drawn.kwargs)

    return draw


def _allowed(rng):
    z, c = any_samples(rng)
    given = any_options(rng, z.shape[1])
    return call(any_upstream(rng, given, len(z)), z, c, **given)


FOCAL_LOSS_BACKWARD = Exercise(
    function="focal_loss_backward",
    topics=("C13-03",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=losses.focal_loss_backward,
    gradient_of=losses.focal_loss,
    forbid=("nnlib.losses.sigmoid_focal_loss_backward",),
    allowed=_allowed,
    large=lambda rng: call(1.0, rng.normal(size=(32, 10)), rng.integers(10, size=32)),
    cases=(
        Case("one sample", arriving(samples(1, 3)), example=call(2.0, [[0, 1, 2]], np.array([1]))),
        Case("five samples, the mean", arriving(samples(5, 4))),
        Case('another gamma, reduction="none"', arriving(samples(4, 4, gamma=3.5, reduction="none"))),
        Case("alpha, the mean", arriving(samples(5, 3, with_alpha=True))),
        Case(
            'alpha, gamma 1, reduction="sum"',
            arriving(samples(4, 4, with_alpha=True, gamma=1.0, reduction="sum")),
        ),
        Case("gamma 0: that of the cross-entropy", arriving(samples(4, 3, gamma=0.0))),
        Case("the true class far behind", arriving(behind(4, 3, reduction="none")), differentiable=False),
        Case("1 arrives", arriving(samples(4, 3), arrives=1.0), weight=2),
        in_turn(
            "one sample, two classes, options given and left out",
            arriving(samples(1, 2, reduction="none")),
            arriving(samples(1, 4, with_alpha=True)),
            arriving(samples(3, 2, gamma=2.0, alpha=None, reduction="mean")),
            arriving(samples(3, 3, gamma=0, with_alpha=True, reduction="none")),
            arriving(samples(4, 2, gamma=4, reduction="sum")),
            arriving(samples(3, 3, with_alpha=True, reduction="none", scale=1e3)),
            arriving(samples(2, 5, alpha=None, reduction="none")),
            arriving(samples(3, 4, alpha=None, reduction="sum", gamma=0.0)),
            arriving(samples(3, 3, with_alpha=True, reduction="mean", gamma=2.0)),
            lambda rng: call(-rng.uniform(0.2, 0.4), 1e-5 * easy_and_hard(rng, 3, 3)[0], classes(3, 3)),
            arriving(behind(1, 2)),
            arriving(behind(3, 4, gamma=0.0, reduction="sum")),
            arriving(behind(3, 3, gamma=1.0)),
            arriving(samples(3, 4, with_alpha=True, reduction="sum", scale=1e3)),
            arriving(samples(2, 4, with_alpha=True, scale=1e3)),
            weight=3,
            differentiable=False,
        ),
    ),
    hints=(
        "It is (a − y), as for the cross-entropy, times one factor a sample.",
        "The factor is alpha_c (q^γ − γ q^(γ − 1) p ln p), q = 1 − p: both terms raise it, as ln p is negative.",
        "For gamma = 0 leave the second term out. Divide by n for the mean; grad_output[:, None] makes a column.",
    ),
)


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_factor_is_constant(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You multiply the old gradient by (1 − p)^γ, as if that factor did not depend on the logits.

    The product rule gives a second term: q^γ − γ q^(γ − 1) p ln p."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    factor = q**gamma
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_second_term_added(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """The sign of your second term is reversed: as ln p is negative, q^γ − γ q^(γ − 1) p ln p is a sum of two
    positive terms."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma + second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_only_the_second_term(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You differentiate the factor (1 − p)^γ only; ln p has a derivative, too, which gives q^γ."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = 0 - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_no_p(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """The p in the second term is missing: ∂p/∂z brings it in."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_no_gamma(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """The factor γ in the second term is missing: the derivative of q^γ is γ q^(γ − 1), and minus that by p."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = (gamma > 0) * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_exponent_kept(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """The second term has q^(γ − 1): differentiation lowers the exponent by one."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q**gamma * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_no_logarithm(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """The ln p in the second term is missing: it is the other factor of the product."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * -p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case='another gamma, reduction="none"')
def focal_loss_backward_gamma_ignored(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You take γ = 2, whatever `gamma` is."""
    gamma = 2
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_factor_of_p(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You take powers of p where the loss has 1 − p."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="alpha, the mean")
def focal_loss_backward_alpha_ignored(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You leave alpha out: a sample of class c counts alpha[c] times."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target))
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="alpha, the mean")
def focal_loss_backward_alpha_in_the_mean(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """Your mean divides by the sum of alpha over the samples; here it divides by the number of samples."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = w.sum() if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_no_upstream(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """grad_output, what arrives from above, is not in your gradient: the chain rule multiplies by it."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case='another gamma, reduction="none"')
def focal_loss_backward_no_new_axis(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """For reduction="none" grad_output has one number a sample, and NumPy lines it up with the columns.

    Give it a second axis: grad_output[:, None]."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return grad_output * (w * factor / n)[:, None] * error


@FOCAL_LOSS_BACKWARD.wrong(case="five samples, the mean")
def focal_loss_backward_not_divided(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """The mean divides every loss by the number of samples, and so its gradient; you do not divide."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case='alpha, gamma 1, reduction="sum"')
def focal_loss_backward_sum_divided(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You divide for reduction="sum", too; only the mean divides."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction != "none" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case='another gamma, reduction="none"')
def focal_loss_backward_always_divided(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You divide by the number of samples always; only for reduction="mean" is that right."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target)
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_all_elements(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You divide by the number of logits; a row is one sample with one loss."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = logits.size if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_sign(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your sign is reversed: more of the true class's score lowers the loss, so its gradient is negative."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * -error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_only_the_true_class(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You give the other classes no gradient, but their scores raise the loss."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error = (error - 1) * np.eye(logits.shape[1])[target]
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_by_p(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You return the derivative by p in the true class's column; go on to the logits: ∂p/∂z_j = p (y_j − a_j)."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = np.zeros(logits.shape)
    error[rows, target] = -1 / np.maximum(p, 1e-300)
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_labels_from_1(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """Labels count from 0: class 2 is the third column."""
    target = target - 1
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="five samples, the mean")
def focal_loss_backward_columns(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits, axis=0)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits, axis=0)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="the true class far behind")
def focal_loss_backward_log_of_zero(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """softmax rounds a tiny p to 0; ln p is −inf, and 0 · −inf is nan.

    Use log_softmax(logits)."""
    rows = np.arange(len(target))
    with np.errstate(all="ignore"):
        log_p = np.log(softmax(logits))[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    with np.errstate(all="ignore"):
        second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = q**gamma - second
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="five samples, the mean")
def focal_loss_backward_mean_factor(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """You take one factor for the whole batch; each sample has its own."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    factor = np.mean(q**gamma - second)
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong(case="alpha, the mean")
def focal_loss_backward_alpha_on_one_term(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """Your alpha multiplies the first term only; it stands before the whole bracket."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)[rows, target]
    p = np.exp(log_p)
    q = 1 - p
    second = gamma * q ** max(gamma - 1, 0) * p * log_p
    w = np.ones(len(target)) if alpha is None else alpha[target]
    factor = w * q**gamma - second
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * factor / n, (-1, 1)) * error


@FOCAL_LOSS_BACKWARD.wrong
def focal_loss_backward_factor_of_each_class(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    """You take each entry's factor from that class's own probability; the whole row has the one of the true class."""
    rows = np.arange(len(target))
    log_p = log_softmax(logits)
    p = np.exp(log_p)
    q = 1 - p
    factor = q**gamma - gamma * q ** max(gamma - 1, 0) * p * log_p
    w = np.ones(len(target)) if alpha is None else alpha[target]
    error = softmax(logits)
    error[rows, target] -= 1
    n = len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w / n, (-1, 1)) * factor * error


@FOCAL_LOSS_BACKWARD.right
def focal_loss_backward_by_relative_factor(
    grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"
):
    a = softmax(logits)
    y = np.eye(a.shape[1])[target]
    log_p = (log_softmax(logits) * y).sum(axis=1)
    q = -np.expm1(log_p)
    relative = 1 - gamma * np.exp(log_p) * log_p / q
    g = grad_output * q**gamma * relative
    if alpha is not None:
        g = g * (y @ alpha)
    if reduction == "mean":
        g = g / len(g)
    return g[:, None] * (a - y)


@FOCAL_LOSS_BACKWARD.right
def focal_loss_backward_by_loop(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    out = np.zeros(logits.shape)
    for i, c in enumerate(target):
        e = np.exp(logits[i] - logits[i].max())
        a = e / e.sum()
        cost = np.log(e.sum()) + logits[i].max() - logits[i, c]
        rest = a.sum() - a[c]
        slope = rest**gamma
        if gamma > 0:
            slope += gamma * rest ** (gamma - 1) * a[c] * cost
        arrives = grad_output[i] if reduction == "none" else grad_output
        a[c] -= 1
        out[i] = arrives * (1 if alpha is None else alpha[c]) * slope * a
    return out / len(out) if reduction == "mean" else out


@FOCAL_LOSS_BACKWARD.right
def focal_loss_backward_through_p(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    a, c = softmax(logits), target[:, None]
    log_p = np.take_along_axis(log_softmax(logits), c, axis=1)
    p = np.take_along_axis(a, c, axis=1)
    p_times_slope = -((1 - p) ** gamma)
    if gamma:
        p_times_slope = p_times_slope + gamma * (1 - p) ** (gamma - 1) * p * log_p
    y = (c == np.arange(a.shape[1])).astype(float)
    g = np.reshape(grad_output, (-1, 1)) * (1 if alpha is None else alpha[c])
    out = g * p_times_slope * (y - a)
    return out * (1 / len(out)) if reduction == "mean" else out


@FOCAL_LOSS_BACKWARD.right
def focal_loss_backward_two_parts(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    n, k = logits.shape
    log_a = log_softmax(logits)
    a = np.exp(log_a)
    own = np.zeros((n, k))
    own[range(n), target] = 1.0
    cost = -(own * log_a).sum(axis=1, keepdims=True)
    p = (own * a).sum(axis=1, keepdims=True)
    first = (1 - p) ** gamma * (a - own)
    second = 0 if gamma == 0 else gamma * (1 - p) ** (gamma - 1) * p * cost * (a - own)
    total = first + second
    if alpha is not None:
        total = total * alpha[target].reshape(n, 1)
    if reduction == "none":
        return np.asarray(grad_output).reshape(n, 1) * total
    return grad_output * total / {"mean": n, "sum": 1}[reduction]
