"""A logistic loss for each attribute, on the way back."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import any_upstream, upstream
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses
from nnlib.activations import sigmoid, softmax


def attributes(n, k, *, scale=1.0, **given):
    """Scores of both signs, and labels of both kinds, in every sample with more than one attribute."""

    def draw(rng):
        i = np.arange(n * k).reshape(n, k)
        f = scale * rng.uniform(0.3, 2, size=(n, k)) * np.where(i // 2 % 2, -1, 1)
        return call(upstream(rng, given.get("reduction"), n), f, (i % 3 != 1).astype(float), **given)

    return draw


def ones_arrive(rng):
    drawn = attributes(4, 3)(rng)
    return call(1.0, *drawn.args[1:])


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    given = options(rng, reduction=REDUCTIONS)
    f = one_of(rng, 1.0, 1.0, 10.0, 3e3, 1e-5) * rng.normal(size=(n, k))
    y = rng.integers(2, size=(n, k)).astype(float)
    return call(any_upstream(rng, given, n), one_of(rng, f, f, np.round(f)), y, **given)


ATTRIBUTE_LOGISTIC_LOSS_BACKWARD = Exercise(
    function="attribute_logistic_loss_backward",
    topics=("C13-10",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=losses.attribute_logistic_loss_backward,
    forbid=(
        "torch.nn.functional.binary_cross_entropy_with_logits",
        "nnlib.losses.binary_cross_entropy_with_logits_backward",
        "nnlib.losses.multilabel_soft_margin_loss_backward",
        "nnlib.losses.sigmoid_cross_entropy_cost_backward",
    ),
    gradient_of=losses.attribute_logistic_loss,
    allowed=_allowed,
    cases=(
        Case("one sample", attributes(1, 4), example=call(2.0, [[1.2, -0.7, 0.4]], [[1, 0, 0]]), weight=2),
        Case("four samples, the mean", attributes(4, 3), weight=2),
        Case('reduction="sum"', attributes(3, 5, reduction="sum")),
        Case(
            'one upstream gradient a sample, reduction="none"', attributes(4, 4, reduction="none"), weight=2
        ),
        Case("1 arrives", ones_arrive, weight=3),
        in_turn(
            "one attribute, scores in the thousands",
            attributes(3, 4, scale=2000.0),
            attributes(3, 1),
            attributes(1, 1, reduction="none"),
            attributes(1, 3, reduction="mean"),
            attributes(3, 3, scale=2000.0, reduction="none"),
            attributes(2, 5, scale=2000.0, reduction="sum"),
            attributes(4, 3, scale=1e-5),
            attributes(2, 1, reduction="none"),
            lambda rng: call(-rng.uniform(0.2, 0.4), [[0, 0.5], [0, 3], [-1, -2]], [[1, 0], [0, 1], [1, 0]]),
            lambda rng: call(rng.uniform(0.2, 0.4), np.zeros((2, 3)), np.zeros((2, 3)), reduction="sum"),
            weight=4,
            differentiable=False,
        ),
    ),
    hints=(
        "Each attribute is a neuron of its own: sigmoid and cross-entropy together leave σ(f) − y.",
        "Divide by the number of samples for the mean, not by that of all attributes.",
        'For "none" grad_output needs a second axis: grad_output[:, None].',
    ),
)


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_as_printed(grad_output, f, y, *, reduction="mean"):
    """Your sign is that of the log-likelihood, y − σ(f); the loss is minus that, so its gradient is σ(f) − y."""
    slope = y - sigmoid(f)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_all_elements(grad_output, f, y, *, reduction="mean"):
    """You divide by the number of attributes, too; they add up, and only the samples are averaged."""
    slope = sigmoid(f) - y
    n = f.size if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_by_attributes(grad_output, f, y, *, reduction="mean"):
    """You divide by the number of attributes instead of that of the samples."""
    slope = sigmoid(f) - y
    n = f.shape[1] if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case="four samples, the mean")
def attribute_logistic_loss_backward_not_divided(grad_output, f, y, *, reduction="mean"):
    """The mean divides every loss by the number of samples, and so its gradient; you do not divide."""
    slope = sigmoid(f) - y
    n = 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case='reduction="sum"')
def attribute_logistic_loss_backward_sum_divided(grad_output, f, y, *, reduction="mean"):
    """You divide for reduction="sum", too; only the mean divides."""
    slope = sigmoid(f) - y
    n = len(f) if reduction != "none" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case='reduction="sum"')
def attribute_logistic_loss_backward_always_divided(grad_output, f, y, *, reduction="mean"):
    """You divide by the number of samples always; only for reduction="mean" is that right."""
    slope = sigmoid(f) - y
    n = len(f)
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_no_upstream(grad_output, f, y, *, reduction="mean"):
    """grad_output, what arrives from above, is not in your gradient: the chain rule multiplies by it."""
    slope = sigmoid(f) - y
    n = len(f) if reduction == "mean" else 1
    return slope / n


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case='one upstream gradient a sample, reduction="none"')
def attribute_logistic_loss_backward_no_new_axis(grad_output, f, y, *, reduction="mean"):
    """For reduction="none" grad_output has one number a sample, and NumPy lines it up with the columns.

    Give it a second axis: grad_output[:, None]."""
    slope = sigmoid(f) - y
    n = len(f) if reduction == "mean" else 1
    return grad_output / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_softmax(grad_output, f, y, *, reduction="mean"):
    """Your attributes compete, as in a softmax; each has a sigmoid of its own."""
    slope = softmax(f) - y
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_slope_kept(grad_output, f, y, *, reduction="mean"):
    """You keep the sigmoid's slope σ (1 − σ), which belongs to the squared error."""
    slope = (sigmoid(f) - y) * sigmoid(f) * (1 - sigmoid(f))
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_no_sigmoid(grad_output, f, y, *, reduction="mean"):
    """You subtract the label from the score; subtract it from the sigmoid of the score."""
    slope = f - y
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_no_target(grad_output, f, y, *, reduction="mean"):
    """You return the sigmoid alone; the label is subtracted."""
    slope = sigmoid(f)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_signed_labels(grad_output, f, y, *, reduction="mean"):
    """You make −1 and 1 of the labels; in σ(f) − y they are 0 and 1."""
    slope = sigmoid(f) - (2 * y - 1)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_yes_only(grad_output, f, y, *, reduction="mean"):
    """You give only the attributes with a yes a gradient; a no has one, too."""
    slope = y * (sigmoid(f) - 1)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_by_probabilities(grad_output, f, y, *, reduction="mean"):
    """Your gradient is that with respect to the probabilities; go on through the sigmoid, and σ(f) − y is left."""
    slope = (sigmoid(f) - y) / np.maximum(sigmoid(f) * (1 - sigmoid(f)), 1e-300)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_decided(grad_output, f, y, *, reduction="mean"):
    """You round the probabilities; they enter as they are."""
    slope = np.round(sigmoid(f)) - y
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong
def attribute_logistic_loss_backward_sum_of_a_row(grad_output, f, y, *, reduction="mean"):
    """You add up each row; every score has a gradient of its own."""
    slope = (sigmoid(f) - y).sum(axis=1, keepdims=True) + 0 * f
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case="one attribute, scores in the thousands")
def attribute_logistic_loss_backward_overflow(grad_output, f, y, *, reduction="mean"):
    """Your sigmoid has an inf in it for scores in the thousands, and inf / inf is nan.

    Use sigmoid."""
    with np.errstate(all="ignore"):
        slope = np.exp(f) / (1 + np.exp(f)) - y
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.wrong(case="one attribute, scores in the thousands")
def attribute_logistic_loss_backward_with_epsilon(grad_output, f, y, *, reduction="mean"):
    """Where a score in the thousands is wrong, p (1 − p) is 0 and your epsilon below keeps it 0; the gradient is ±1.

    Divide by hand first: σ(f) − y has no denominator."""
    p = sigmoid(f)
    slope = ((1 - y) / (1 - p + 1e-12) - y / (p + 1e-12)) * p * (1 - p)
    n = len(f) if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / n * slope


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.right
def attribute_logistic_loss_backward_by_tanh(grad_output, f, y, *, reduction="mean"):
    a = 0.5 + 0.5 * np.tanh(0.5 * f)
    g = grad_output[:, None] if reduction == "none" else grad_output
    out = g * (a - y)
    return out / f.shape[0] if reduction == "mean" else out


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.right
def attribute_logistic_loss_backward_by_loop(grad_output, f, y, *, reduction="mean"):
    out = np.empty(f.shape)
    for i in range(len(f)):
        arrives = grad_output[i] if reduction == "none" else grad_output
        for j in range(f.shape[1]):
            out[i, j] = arrives * (float(sigmoid(f[i, j])) - y[i, j])
    return out / len(f) if reduction == "mean" else out


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.right
def attribute_logistic_loss_backward_by_label(grad_output, f, y, *, reduction="mean"):
    miss = np.where(y == 1, -sigmoid(-f), sigmoid(f))
    share = {"mean": 1 / len(f), "sum": 1.0, "none": 1.0}[reduction]
    return np.atleast_1d(grad_output)[:, np.newaxis] * share * miss


@ATTRIBUTE_LOGISTIC_LOSS_BACKWARD.right
def attribute_logistic_loss_backward_by_signs(grad_output, f, y, *, reduction="mean"):
    s = 2 * y - 1
    e = np.exp(-np.abs(f))
    right = np.where(s * f >= 0, e / (1 + e), 1 / (1 + e))
    g = np.asarray(grad_output) / (len(f) if reduction == "mean" else 1)
    return np.einsum("i,ij->ij", np.broadcast_to(g, len(f)), -s * right)
