"""The gradient of softmax cross-entropy: a − y."""

import numpy as np

from grader.exercises.ch03_losses.classes import labels
from grader.exercises.ch03_losses.distributions import distributions
from grader.record.exercise import Case, Exercise, Misconception, call, keeps_arguments
from nnlib import losses
from nnlib.activations import softmax

# ── cross_entropy_backward ───────────────────────────────────────────────────────────────────────────────


def cross_entropy_backward_only_the_true_class(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * np.where(y > 0, softmax(logits) - y, 0)


def cross_entropy_backward_no_target(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * softmax(logits)


def cross_entropy_backward_sign(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (y - softmax(logits))


def cross_entropy_backward_no_divisor(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return np.reshape(grad_output, (-1, 1)) * (softmax(logits) - y)


def cross_entropy_backward_all_elements(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (logits.size if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


def cross_entropy_backward_always_divided(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return np.reshape(grad_output, (-1, 1)) / len(logits) * (softmax(logits) - y)


def cross_entropy_backward_no_upstream(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return (softmax(logits) - y) / (len(logits) if reduction == "mean" else 1)


def cross_entropy_backward_no_new_axis(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = grad_output / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


def cross_entropy_backward_probabilities(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * -y / softmax(logits)


def cross_entropy_backward_logits(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (logits - y)


def cross_entropy_backward_columns(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits, axis=0) - y)


def cross_entropy_backward_overflow(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    e = np.exp(logits)
    return g * (e / e.sum(axis=1, keepdims=True) - y)


def cross_entropy_backward_softmax_of_targets(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else softmax(target)
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


def cross_entropy_backward_hard_targets(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target if target.ndim == 1 else target.argmax(axis=1)]
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


def cross_entropy_backward_from_one(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target - 1] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


def cross_entropy_backward_times_target(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * y * (softmax(logits) - y)


def cross_entropy_backward_slope_kept(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    a = softmax(logits)
    return g * (a - y) * a * (1 - a)


def cross_entropy_backward_diagonal(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * -y * (1 - softmax(logits))


def cross_entropy_backward_sum_divided(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (1 if reduction == "none" else len(logits))
    return g * (softmax(logits) - y)


def cross_entropy_backward_batch_maximum(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    e = np.exp(logits - logits.max())
    return g * (e / e.sum(axis=1, keepdims=True) - y)


def cross_entropy_backward_bare(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return grad_output * (softmax(logits) - y)


def cross_entropy_backward_by_subtraction(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    g = softmax(logits)
    if target.ndim == 1:
        g[np.arange(len(g)), target] -= 1
    else:
        g = g - target
    if reduction == "mean":
        g /= len(g)
    return g * (grad_output[:, None] if reduction == "none" else grad_output)


def cross_entropy_backward_by_loop(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, k = logits.shape
    gradient = np.zeros_like(logits)
    for i in range(n):
        e = np.exp(logits[i] - logits[i].max())
        for c in range(k):
            y = float(target[i] == c) if target.ndim == 1 else target[i, c]
            gradient[i, c] = e[c] / np.sum(e) - y
        gradient[i] *= grad_output[i] if reduction == "none" else grad_output
    return gradient / (n if reduction == "mean" else 1)


def _logits(rng, n, k):
    return rng.normal(scale=1.5, size=(n, k)), labels(rng, n, k)


def _large(rng):
    z, c = _logits(rng, 4, 3)
    z = z + 1000 * np.array([[1], [-1], [1], [-1]])
    return call(rng.uniform(0.5, 2, size=4) * np.array([1, -1, 2, -2]), z, c, reduction="none")


def _soft(rng):
    z, c = _logits(rng, 4, 3)
    target = 0.5 * np.eye(3)[c] + 0.45 * distributions(rng, 4, k=3) + 0.05 / 3
    return call(rng.uniform(1.5, 3), z, target, reduction="sum")


CROSS_ENTROPY_BACKWARD = Exercise(
    function="cross_entropy_backward",
    topics=("C03-36", "C03-37"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.cross_entropy_backward,
    torch="torch.nn.functional.cross_entropy",
    gradient_of=losses.cross_entropy,
    wrt=(0,),
    forbid=("nnlib.losses.cross_entropy_with_gradient",),
    cases=(
        Case(
            "one row",
            lambda rng: call(
                rng.uniform(1.5, 3), rng.normal(size=(1, 4)) + np.array([1, 2, 5, 2]), np.array([2])
            ),
            example=call(2.0, [[1, 2, 5, 2]], np.array([2])),
        ),
        Case("the mean of a batch", lambda rng: call(rng.uniform(1.5, 3), *_logits(rng, 5, 4))),
        Case('one upstream gradient a row, logits near ±1000, reduction="none"', _large),
        Case('soft targets, reduction="sum"', _soft),
        keeps_arguments(_soft),
    ),
    misconceptions=(
        Misconception(
            "only-the-true-class",
            cross_entropy_backward_only_the_true_class,
            "You give the other classes no gradient; theirs is a_j, which lowers their scores.",
            case="one row",
        ),
        Misconception(
            "no-target",
            cross_entropy_backward_no_target,
            "You return the softmax alone; the target is subtracted: a − y.",
            case="one row",
        ),
        Misconception(
            "sign",
            cross_entropy_backward_sign,
            "Your sign is reversed: raising the true class's logit lowers the loss, so a − y.",
            case="one row",
        ),
        Misconception(
            "no-divisor",
            cross_entropy_backward_no_divisor,
            "The mean divides every loss by the number of rows, and so its gradient: 1/n is missing.",
            case="the mean of a batch",
        ),
        Misconception(
            "all-elements",
            cross_entropy_backward_all_elements,
            "You divide by the number of elements; a row is one sample, so divide by the number of rows.",
            case="the mean of a batch",
        ),
        Misconception(
            "always-divided",
            cross_entropy_backward_always_divided,
            'You divide by the number of rows always; only for reduction="mean" is that right.',
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "no-upstream",
            cross_entropy_backward_no_upstream,
            "You return a − y alone; the chain rule multiplies it by grad_output.",
            case="the mean of a batch",
        ),
        Misconception(
            "no-new-axis",
            cross_entropy_backward_no_new_axis,
            'For reduction="none" grad_output has one entry a row: give it a second axis, grad_output[:, None].',
            case='one upstream gradient a row, logits near ±1000, reduction="none"',
        ),
        Misconception(
            "by-probabilities",
            cross_entropy_backward_probabilities,
            "−y/a is the gradient with respect to the probabilities; go on through softmax to the logits.",
            case="one row",
        ),
        Misconception(
            "logits-for-softmax",
            cross_entropy_backward_logits,
            "You subtract the target from the logits; a is their softmax.",
            case="one row",
        ),
        Misconception(
            "columns",
            cross_entropy_backward_columns,
            "Your softmax runs down the columns; the classes of a sample lie along its row.",
            case="one row",
        ),
        Misconception(
            "overflow",
            cross_entropy_backward_overflow,
            "exp(1000) is inf and inf/inf is nan: use a softmax that subtracts the row maximum.",
            case='one upstream gradient a row, logits near ±1000, reduction="none"',
        ),
        Misconception(
            "softmax-of-targets",
            cross_entropy_backward_softmax_of_targets,
            "You apply softmax to the targets, which are probabilities already.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "hard-targets",
            cross_entropy_backward_hard_targets,
            "You take the likeliest class of a soft target; all its probabilities count.",
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "labels-from-1",
            cross_entropy_backward_from_one,
            "Labels count from 0: class 2 is the third column.",
            case="one row",
        ),
        Misconception(
            "times-target",
            cross_entropy_backward_times_target,
            "You multiply a − y by the target, so that the other classes get no gradient; theirs is a_j.",
            case="one row",
        ),
        Misconception(
            "slope-kept",
            cross_entropy_backward_slope_kept,
            "a (1 − a) belongs to the quadratic cost; behind softmax and cross-entropy all that is left "
            "is a − y.",
            case="one row",
        ),
        Misconception(
            "diagonal",
            cross_entropy_backward_diagonal,
            "You take the diagonal of softmax's Jacobian alone; every a_c depends on every z_j, and all "
            "terms together give a − y.",
            case="one row",
        ),
        Misconception(
            "sum-divided",
            cross_entropy_backward_sum_divided,
            'You divide by the number of rows for the sum as well; only for reduction="mean" is that right.',
            case='soft targets, reduction="sum"',
        ),
        Misconception(
            "batch-maximum",
            cross_entropy_backward_batch_maximum,
            "You subtract the largest logit of the whole batch; a row far below it becomes 0/0: subtract "
            "each row's own maximum.",
            case='one upstream gradient a row, logits near ±1000, reduction="none"',
        ),
        Misconception(
            "bare",
            cross_entropy_backward_bare,
            'a − y is right, two things are missing: 1/n for the mean, and for "none" a second axis, '
            "grad_output[:, None].",
            case="the mean of a batch",
        ),
    ),
    alternatives=(cross_entropy_backward_by_subtraction, cross_entropy_backward_by_loop),
    hints=(
        "Let y be the row of wanted probabilities, for labels np.eye(K, dtype=logits.dtype)[target]. What is ∂L/∂z "
        "for one row?",
        "a − y with a = softmax(logits). The rest is bookkeeping: 1/n for the mean, and grad_output.",
        'For "none" grad_output[:, None] makes a column of it; for the mean divide by the number of rows.',
    ),
)
