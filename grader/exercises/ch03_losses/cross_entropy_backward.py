"""The gradient of softmax cross-entropy: a − y."""

import numpy as np

from grader.exercises.ch03_losses.cross_entropy import labels_or_rows, rows_of_logits
from grader.exercises.ch03_losses.entropy import distributions
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch03_losses.nll_loss import labels
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import one_of, options, shape
from nnlib import losses
from nnlib.activations import softmax


def _logits(rng, n, k):
    return rng.normal(scale=1.5, size=(n, k)), labels(rng, n, k)


def _large(rng):
    """Rows near 1000 and −1000, and one that has both: its mean is far below its maximum."""
    z, c = _logits(rng, 5, 3)
    z = z + 1000 * np.array([[1], [-1], [1], [-1], [0]])
    z[4] += [1000, -1000, -1000]
    return call(rng.uniform(0.5, 2, size=5) * np.array([1, -1, 2, -2, 1]), z, c, reduction="none")


def _soft_rows(rng, n):
    z, c = _logits(rng, n, 3)
    return z, 0.5 * np.eye(3)[c] + 0.45 * distributions(rng, n, k=3) + 0.05 / 3


def _soft(rng):
    return call(rng.uniform(1.5, 3), *_soft_rows(rng, 4), reduction="sum")


DEFAULTS = {"ignore_index": -100, "label_smoothing": 0.0}


def _zeros(rng):
    """Soft targets with zeros; logits that lie far apart, too."""
    y = distributions(rng, 3, k=3) * np.array([[1, 0, 1], [0, 1, 1], [0, 1, 0]])
    return rng.normal(size=(3, 3)) + 800 * np.array([[0], [1], [-1]]), y / y.sum(axis=1, keepdims=True)


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    chosen = options(rng, reduction=REDUCTIONS, weight=(None,), ignore_index=(-100,), label_smoothing=(0.0,))
    upstream = rng.normal(size=n) if chosen.get("reduction") == "none" else one_of(rng, 1.0, 2.5, -0.7)
    return call(upstream, rows_of_logits(rng, (n, k)), labels_or_rows(rng, n, k), **chosen)


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
    forbid=("nnlib.losses.cross_entropy_with_gradient", "nnlib.losses.soft_cross_entropy_backward"),
    allowed=_allowed,
    large=lambda rng: call(1.0, rng.normal(size=(1200, 10)), rng.integers(10, size=1200)),
    cases=(
        Case(
            "one row",
            lambda rng: call(
                rng.uniform(1.5, 3), rng.normal(size=(1, 4)) + np.array([1, 2, 5, 2]), np.array([2])
            ),
            example=call(2.0, [[1, 2, 5, 2]], np.array([2])),
        ),
        Case(
            "the mean of a batch",
            lambda rng: call(-rng.uniform(1.5, 3), *_logits(rng, 5, 4), reduction="mean"),
        ),
        Case('one upstream gradient a row, logits near ±1000, reduction="none"', _large, weight=2),
        Case('soft targets, reduction="sum"', _soft),
        Case("soft targets, the mean", lambda rng: call(1.0, *_soft_rows(rng, 4))),
        Case(
            'one upstream gradient a row, soft targets, reduction="none"',
            lambda rng: call(rng.normal(size=4), *_soft_rows(rng, 4), reduction="none"),
        ),
        in_turn(
            "odd shapes, the other options",
            lambda rng: call(rng.uniform(1.5, 3), *_logits(rng, 4, 3), reduction="sum", ignore_index=-100),
            lambda rng: call(
                -rng.uniform(0.01, 0.03, size=1), *_logits(rng, 1, 3), reduction="none", weight=None
            ),
            lambda rng: call(
                rng.normal(size=3), rng.normal(size=(3, 1)), np.ones((3, 1)), reduction="none", **DEFAULTS
            ),
            lambda rng: call(
                -rng.uniform(0.01, 0.02), rng.normal(size=(3, 1)), np.array([0, 0, 0]), label_smoothing=0.0
            ),
            lambda rng: call(rng.uniform(1, 2), rng.normal(size=(3, 4)), np.array([1, 3, 0], dtype=np.int32)),
            lambda rng: call(rng.uniform(1, 2), *_soft_rows(rng, 1)),
            lambda rng: call(rng.uniform(1, 2), *_zeros(rng)),
            lambda rng: call(rng.uniform(1, 2), *_zeros(rng), reduction="mean", **DEFAULTS),
            lambda rng: call(rng.uniform(1, 2), *_zeros(rng), reduction="sum", label_smoothing=0.0),
            differentiable=False,
        ),
        keeps_arguments(_soft),
    ),
    hints=(
        "Let y be the row of wanted probabilities, a the row of predicted ones. What is ∂L/∂z for one row?",
        "Nothing but what is predicted, less what is wanted. The rest is bookkeeping: the divisor of the mean, "
        "and grad_output.",
        "a − y with a = softmax(logits), and for labels y = np.eye(K, dtype=logits.dtype)[target]. For the mean "
        "divide by the number of rows; times grad_output, of which grad_output[:, None] makes a column for "
        '"none".',
    ),
)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_only_the_true_class(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You give the other classes no gradient, but a higher score of theirs raises the loss, too.

    Theirs is a_j, which lowers their scores: a − y for all classes."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * np.where(y > 0, softmax(logits) - y, 0)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_no_target(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You return the softmax alone, the same gradient whatever the target is.

    The target is subtracted: a − y."""
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * softmax(logits)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_sign(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Your sign is reversed: raising the true class's logit lowers the loss, and your gradient says the opposite.

    It is a − y."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (y - softmax(logits))


@CROSS_ENTROPY_BACKWARD.wrong(case="the mean of a batch")
def cross_entropy_backward_no_divisor(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """The mean divides every loss by the number of rows, and so its gradient; you do not divide.

    1/n is missing."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return np.reshape(grad_output, (-1, 1)) * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case="the mean of a batch")
def cross_entropy_backward_all_elements(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the number of elements, but a row is one sample with one loss.

    Divide by the number of rows, len(logits)."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (logits.size if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='soft targets, reduction="sum"')
def cross_entropy_backward_always_divided(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the number of rows always; only for reduction="mean" is that right."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return np.reshape(grad_output, (-1, 1)) / len(logits) * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case="the mean of a batch")
def cross_entropy_backward_no_upstream(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You return the gradient of the loss alone; grad_output, what comes from above, is not in it.

    The chain rule multiplies a − y by grad_output."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return (softmax(logits) - y) / (len(logits) if reduction == "mean" else 1)


@CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a row, logits near ±1000, reduction="none"')
def cross_entropy_backward_no_new_axis(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """For reduction="none" grad_output has one entry a row, and NumPy lines it up with the columns.

    Give it a second axis, grad_output[:, None]."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = grad_output / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_by_probabilities(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """−y/a is the gradient with respect to the probabilities, not to the logits.

    Go on through softmax to the logits, and it becomes a − y."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * -y / softmax(logits)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_logits_for_softmax(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You subtract the target, a row of probabilities, from the logits, which are none.

    Subtract it from their softmax: a − y with a = softmax(logits)."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (logits - y)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_columns(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits, axis=0) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a row, logits near ±1000, reduction="none"')
def cross_entropy_backward_overflow(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """exp(1000) is inf and inf/inf is nan.

    Use a softmax that subtracts the row maximum."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    e = np.exp(logits)
    return g * (e / e.sum(axis=1, keepdims=True) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='soft targets, reduction="sum"')
def cross_entropy_backward_softmax_of_targets(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You apply softmax to the targets, which are probabilities already."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else softmax(target)
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='soft targets, reduction="sum"')
def cross_entropy_backward_hard_targets(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You take the likeliest class of a soft target; all its probabilities count."""
    y = np.eye(logits.shape[1])[target if target.ndim == 1 else target.argmax(axis=1)]
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_labels_from_1(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Labels count from 0: class 2 is the third column."""
    y = np.eye(logits.shape[1])[target - 1] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_times_target(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You multiply the error by the target, so that the other classes get no gradient.

    Theirs is a_j: a − y, without the factor y."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * y * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_slope_kept(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You keep a factor a (1 − a), which belongs to the quadratic cost; behind softmax and cross-entropy no slope
    is left.

    All that is left is a − y."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    a = softmax(logits)
    return g * (a - y) * a * (1 - a)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_diagonal(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You take the diagonal of softmax's Jacobian alone, but every a_c depends on every z_j.

    All terms together give a − y."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    return g * -y * (1 - softmax(logits))


@CROSS_ENTROPY_BACKWARD.wrong(case='soft targets, reduction="sum"')
def cross_entropy_backward_sum_divided(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You divide by the number of rows for the sum as well; only for reduction="mean" is that right."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (1 if reduction == "none" else len(logits))
    return g * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a row, logits near ±1000, reduction="none"')
def cross_entropy_backward_batch_maximum(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You subtract the largest logit of the whole batch; a row far below it becomes 0/0.

    Subtract each row's own maximum: logits.max(axis=1, keepdims=True)."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    g = np.reshape(grad_output, (-1, 1)) / (len(logits) if reduction == "mean" else 1)
    e = np.exp(logits - logits.max())
    return g * (e / e.sum(axis=1, keepdims=True) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case="the mean of a batch")
def cross_entropy_backward_bare(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """a − y is right, two things are missing: the mean divides, and for "none" grad_output has one entry a row.

    For the mean multiply by 1/n; for "none" give grad_output a second axis, grad_output[:, None]."""
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    return grad_output * (softmax(logits) - y)


@CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a row, logits near ±1000, reduction="none"')
def cross_entropy_backward_mean_shift(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You subtract the mean of a row before exp; the largest logit may be far above it.

    Subtract the maximum: logits.max(axis=1, keepdims=True)."""
    e = np.exp(logits - logits.mean(axis=1, keepdims=True))
    y = np.eye(logits.shape[1])[target] if target.ndim == 1 else target
    error = e / e.sum(axis=1, keepdims=True) - y
    if reduction == "none":
        return grad_output[:, None] * error
    return grad_output * error / (len(logits) if reduction == "mean" else 1)


@CROSS_ENTROPY_BACKWARD.wrong
def cross_entropy_backward_log_softmax(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You subtract y from the log-softmax, probabilities from logarithms.

    The gradient is a − y with the probabilities a = softmax(z)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    error = logs - (np.eye(logits.shape[1])[target] if target.ndim == 1 else target)
    if reduction == "none":
        return grad_output[:, None] * error
    return grad_output * error / (len(logits) if reduction == "mean" else 1)


@CROSS_ENTROPY_BACKWARD.wrong(case='soft targets, reduction="sum"')
def cross_entropy_backward_labels_only(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """You index with the targets, but a target of shape (n, K) holds probabilities, no labels.

    It is y itself: a − target."""
    error = softmax(logits)
    error[np.arange(len(logits)), target] -= 1
    if reduction == "none":
        return grad_output[:, None] * error
    return grad_output * error / (len(logits) if reduction == "mean" else 1)


@CROSS_ENTROPY_BACKWARD.right
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


@CROSS_ENTROPY_BACKWARD.right
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


@CROSS_ENTROPY_BACKWARD.right
def cross_entropy_backward_row_by_row(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    rows = []
    for i, z in enumerate(logits):
        e = np.exp(z - np.max(z))
        row = e / np.sum(e)
        if target.ndim == 1:
            row[int(target[i])] -= 1
        else:
            row = row - target[i]
        if reduction == "none":
            row = row * grad_output[i]
        elif reduction == "sum":
            row = row * grad_output
        else:
            row = row * (grad_output / len(logits))
        rows.append(row)
    return np.array(rows)


@CROSS_ENTROPY_BACKWARD.right
def cross_entropy_backward_one_upstream_number(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    target = np.asarray(target)
    n = logits.shape[0]
    per_row = np.broadcast_to(grad_output, (n,))
    if reduction == "mean":
        per_row = per_row / n
    grad = np.array(softmax(logits), dtype=float)
    if target.ndim == 2:
        grad = grad - target
    else:
        np.subtract.at(grad, (np.arange(n), target), 1.0)
    return grad * per_row.reshape(n, 1)


@CROSS_ENTROPY_BACKWARD.right
def cross_entropy_backward_loop_over_rows(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    n, K = logits.shape
    rows = []
    for i in range(n):
        shifted = logits[i] - np.max(logits[i])
        a = np.exp(shifted) / np.exp(shifted).sum()
        y = np.zeros(K)
        if target.ndim == 1:
            y[target[i]] = 1.0
        else:
            y[:] = target[i]
        # sum over c of -y_c (1[c = j] - a_j)
        row = -(y[:, None] * (np.eye(K) - a[None, :])).sum(axis=0)
        up = grad_output[i] if reduction == "none" else grad_output
        rows.append(up * row / n if reduction == "mean" else up * row)
    return np.array(rows)
