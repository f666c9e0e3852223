"""A temperature, and its 1/T on the way back."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import any_upstream, upstream
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, probabilities, shape
from nnlib import losses
from nnlib.activations import softmax


def taught(n, k, *, spread=1.5, shift=0.0, hard=False, **given):
    """Logits, and rows of probabilities of which none is even, and one is above a half: rounded they add up to 1."""

    def draw(rng):
        rank = (np.arange(k) + np.arange(n)[:, None]) % k
        q = rng.uniform(1, 1.5, size=(n, k)) * 2.0**rank
        q = 0.45 * q / q.sum(axis=1, keepdims=True) + 0.55 * (rank == k - 1)
        q = np.eye(k)[np.arange(n) % k] if hard else q
        z = spread * rng.normal(size=(n, k)) + shift * ((np.arange(n) % 3)[:, None] - 1 + np.arange(k) % 2)
        return call(upstream(rng, given.get("reduction"), n), z, q, **given)

    return draw


def ones_arrive(rng):
    drawn = taught(4, 3, temperature=1.5)(rng)
    return call(1.0, *drawn.args[1:], **drawn.kwargs)


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    given = options(rng, temperature=(1.0, 0.5, 2.0, 4, 100.0, 0.01), reduction=REDUCTIONS)
    z = one_of(rng, 1.0, 1.0, 10.0, 2e3) * rng.normal(size=(n, k + 1))
    return call(any_upstream(rng, given, n), z, probabilities(rng, (n, k + 1)), **given)


SOFT_CROSS_ENTROPY_BACKWARD = Exercise(
    function="soft_cross_entropy_backward",
    topics=("C13-05",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.soft_cross_entropy_backward,
    forbid=(
        "torch.nn.functional.cross_entropy",
        "nnlib.losses.cross_entropy_backward",
        "nnlib.losses.cross_entropy_with_gradient",
    ),
    gradient_of=losses.soft_cross_entropy,
    allowed=_allowed,
    cases=(
        Case(
            "one sample, T = 2",
            taught(1, 3, temperature=2.0),
            example=call(3.0, [[2, 0, 1]], [[0.625, 0.25, 0.125]], temperature=2.0),
        ),
        Case("four samples, the mean", taught(4, 3, temperature=3.5)),
        Case("below 1", taught(3, 4, temperature=0.4, reduction="sum")),
        Case(
            'one upstream gradient a sample, reduction="none"',
            taught(4, 4, temperature=2.5, reduction="none"),
        ),
        Case("temperature left out", taught(3, 4)),
        Case("1 arrives", ones_arrive, weight=2),
        in_turn(
            "one sample, two classes, certain targets, logits in the thousands",
            taught(3, 3, shift=1500.0, temperature=1.0),
            taught(1, 2, reduction="none", temperature=1.0),
            taught(3, 2, reduction="mean", temperature=4),
            taught(3, 3, hard=True, temperature=2.0),
            taught(4, 5, hard=True, reduction="none"),
            taught(3, 4, shift=1500.0, temperature=0.5, reduction="none"),
            taught(5, 3, shift=1500.0, temperature=2.0, reduction="sum", hard=True),
            taught(2, 3, temperature=100.0),
            taught(1, 4, temperature=0.004, spread=0.3),
            taught(2, 3, temperature=0.004, spread=0.3, reduction="sum"),
            taught(2, 3, temperature=0.004, spread=0.3, reduction="none"),
            taught(3, 4, temperature=0.01, shift=15.0),
            taught(2, 2, spread=1e-5, reduction="sum"),
            lambda rng: call(-rng.uniform(0.2, 0.4), rng.normal(size=(2, 3)), [[0, 0.75, 0.25], [1, 0, 0]]),
            weight=3,
            differentiable=False,
        ),
    ),
    hints=(
        "The loss sees u = z / T only. By u the gradient is softmax(u) − q; what is ∂u/∂z?",
        '1/T. Divide by the number of rows for the mean, and multiply by grad_output, a column for "none".',
    ),
)


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_no_1_over_t(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """The factor 1/T of the chain rule is missing: the loss sees z / T."""
    error = softmax(logits / temperature) - target
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_times_t(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """You multiply by T; the chain rule divides by it."""
    error = (softmax(logits / temperature) - target) * temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_t_squared(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """You divide by T twice. (It is distillation that multiplies by T², against a teacher of the same
    temperature.)"""
    error = (softmax(logits / temperature) - target) / temperature**2
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_plain_softmax(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """Your softmax is that of the logits; it is that of the logits divided by T."""
    error = (softmax(logits) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_temperature_ignored(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You leave the temperature out."""
    error = softmax(logits) - target
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_multiplied(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """You multiply the logits by T; a softer softmax divides them."""
    error = (softmax(logits * temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_target_not_divided(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """Your 1/T reaches the softmax only; the whole difference is divided."""
    error = softmax(logits / temperature) / temperature - target
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_softened_targets(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You soften the targets, too; they are probabilities already and stay as they are."""
    error = (softmax(logits / temperature) - softmax(target / temperature)) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_hard_targets(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You take the likeliest class of a target; all its probabilities count."""
    error = (softmax(logits / temperature) - np.eye(target.shape[1])[target.argmax(axis=1)]) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_divided_after(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You divide the softmax by T, and not the logits inside it."""
    error = softmax(logits) / temperature - target
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_no_upstream(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """grad_output, what arrives from above, is not in your gradient: the chain rule multiplies by it."""
    error = (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return error / n


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a sample, reduction="none"')
def soft_cross_entropy_backward_no_new_axis(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """For reduction="none" grad_output has one number a sample, and NumPy lines it up with the columns.

    Give it a second axis: grad_output[:, None]."""
    error = (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return grad_output / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="four samples, the mean")
def soft_cross_entropy_backward_not_divided(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """The mean divides every loss by the number of samples, and so its gradient; you do not divide."""
    error = (softmax(logits / temperature) - target) / temperature
    n = 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_all_elements(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You divide by the number of logits; a row is one sample with one loss."""
    error = (softmax(logits / temperature) - target) / temperature
    n = error.size if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="below 1")
def soft_cross_entropy_backward_sum_divided(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You divide for reduction="sum", too; only the mean divides."""
    error = (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction != "none" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="below 1")
def soft_cross_entropy_backward_always_divided(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You divide by the number of samples always; only for reduction="mean" is that right."""
    error = (softmax(logits / temperature) - target) / temperature
    n = len(error)
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_sign(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """Your sign is reversed: it is softmax minus target."""
    error = (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * -error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="four samples, the mean")
def soft_cross_entropy_backward_columns(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    error = (softmax(logits / temperature, axis=0) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_slope_kept(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """You keep a factor a (1 − a); behind softmax and cross-entropy no slope is left."""
    a = softmax(logits / temperature)
    error = a * (1 - a) * (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_times_target(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You multiply by the target; every class has a gradient, also where its target is small."""
    error = target * (softmax(logits / temperature) - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="one sample, two classes, certain targets, logits in the thousands")
def soft_cross_entropy_backward_overflow(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """exp(1000) is inf, and inf / inf is nan.

    Use softmax, which subtracts the row's largest logit."""
    with np.errstate(all="ignore"):
        e = np.exp(logits / temperature)
        a = e / e.sum(axis=1, keepdims=True)
    error = (a - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong(case="one sample, two classes, certain targets, logits in the thousands")
def soft_cross_entropy_backward_largest_of_the_batch(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You take the largest logit of the whole batch off; a row far below it becomes 0 / 0. Each row has its own.

    Use softmax, or max(axis=1, keepdims=True)."""
    u = logits / temperature
    e = np.exp(u - u.max())
    with np.errstate(all="ignore"):
        a = e / e.sum(axis=1, keepdims=True)
    error = (a - target) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.wrong
def soft_cross_entropy_backward_targets_to_the_power(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    """You soften the targets, q to the power 1/T; they are used as they are."""
    q = target ** (1 / temperature)
    error = (softmax(logits / temperature) - q / q.sum(axis=1, keepdims=True)) / temperature
    n = len(error) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * error


@SOFT_CROSS_ENTROPY_BACKWARD.right
def soft_cross_entropy_backward_by_hand(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    u = logits / temperature
    e = np.exp(u - u.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    g = grad_output[:, None] if reduction == "none" else grad_output
    out = g * (a - target)
    return out / (temperature * (len(u) if reduction == "mean" else 1))


@SOFT_CROSS_ENTROPY_BACKWARD.right
def soft_cross_entropy_backward_by_loop(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    out = np.empty(np.shape(logits))
    for i in range(len(out)):
        arrives = grad_output[i] if reduction == "none" else grad_output
        u = np.array([v / temperature for v in logits[i]])
        out[i] = arrives * (softmax(u) - target[i]) / temperature
    return out / len(out) if reduction == "mean" else out


@SOFT_CROSS_ENTROPY_BACKWARD.right
def soft_cross_entropy_backward_coldness(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    beta = 1 / temperature
    share = {"mean": beta / len(logits), "sum": beta, "none": beta}[reduction]
    top = np.max(logits, axis=1)[:, None]
    weights = np.exp((logits - top) * beta)
    return np.atleast_1d(grad_output)[:, None] * share * (weights / np.sum(weights, axis=1)[:, None] - target)


@SOFT_CROSS_ENTROPY_BACKWARD.right
def soft_cross_entropy_backward_all_targets(
    grad_output, logits, target, *, temperature=1.0, reduction="mean"
):
    n, k = logits.shape
    a = softmax(np.divide(logits, temperature), axis=1)
    slope = np.zeros((n, k))
    for c in range(k):
        slope += target[:, c][:, None] * (a - np.eye(k)[c])
    slope = slope / temperature
    if reduction == "mean":
        slope = slope / n
    return slope * (np.asarray(grad_output).reshape(n, 1) if reduction == "none" else grad_output)
