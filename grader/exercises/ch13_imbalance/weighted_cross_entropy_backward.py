"""Class weights on the way back, and what the mean divides by."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib.activations import softmax
from nnlib.experiments import weighted_cross_entropy_backward


def classes(n, k):
    """Labels 1, 2, ..., 0, 1, ...: the same at every draw, so that no slip is right by chance."""
    return (np.arange(n) + 1) % k


def upstream(rng, reduction, n):
    """What arrives: one number, or one a sample, none of them 1."""
    if reduction == "none":
        return rng.uniform(1.5, 3, size=n) * np.where(np.arange(n) % 2, -1, 1)
    return rng.uniform(1.5, 3)


def weights(rng, k, scale=1.0):
    """Class weights that grow threefold from class to class, by and large."""
    return scale * 3.0 ** (np.arange(k) % 4 - 1) * rng.uniform(0.8, 1.2, size=k)


def batch(n, k, *, spread=1.0, scale=1.0, **given):
    def draw(rng):
        arrives = upstream(rng, given.get("reduction"), n)
        return call(arrives, spread * rng.normal(size=(n, k)), classes(n, k), weights(rng, k, scale), **given)

    return draw


def far_apart(**given):
    """Rows near 1000 and near -1000, and one that holds both."""

    def draw(rng):
        z = rng.normal(size=(3, 3)) + 1000 * np.array([[1, 1, 1], [-1, -1, -1], [1, -1, 0]])
        return call(upstream(rng, given.get("reduction"), 3), z, classes(3, 3), weights(rng, 3), **given)

    return draw


def ones_arrive(rng):
    drawn = batch(4, 3)(rng)
    return call(1.0, *drawn.args[1:])


def any_upstream(rng, given, n):
    return rng.normal(size=n) if given.get("reduction") == "none" else one_of(rng, 1.0, 2.5, -0.7)


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    given = options(rng, reduction=REDUCTIONS)
    z = one_of(rng, 1.0, 1.0, 10.0, 1e3) * rng.normal(size=(n, k + 1))
    w = one_of(rng, 1.0, 1.0, 100.0, 1e-5) * rng.uniform(0.2, 5, size=k + 1)
    return call(any_upstream(rng, given, n), z, rng.integers(k + 1, size=n), w, **given)


WEIGHTED_CROSS_ENTROPY_BACKWARD = Exercise(
    function="weighted_cross_entropy_backward",
    topics=("C13-02",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=weighted_cross_entropy_backward,
    torch="torch.nn.functional.cross_entropy",
    forbid=("nnlib.losses.cross_entropy_backward", "nnlib.losses.cross_entropy_with_gradient"),
    allowed=_allowed,
    large=lambda rng: call(
        1.0, rng.normal(size=(32, 10)), rng.integers(10, size=32), rng.uniform(0.5, 5, 10)
    ),
    cases=(
        Case(
            "two samples, the weighted mean",
            batch(2, 3),
            example=call(2.0, [[1, 2, 0], [0, 0, 3]], np.array([1, 0]), [1, 4, 2]),
        ),
        Case("five samples, the weighted mean", batch(5, 4)),
        Case('reduction="sum"', batch(5, 4, reduction="sum")),
        Case('one upstream gradient a sample, reduction="none"', batch(4, 4, reduction="none")),
        Case("1 arrives", ones_arrive, weight=2),
        in_turn(
            "one sample, two classes, far apart logits, large and tiny weights",
            far_apart(),
            batch(1, 3),
            batch(1, 4, reduction="none"),
            batch(4, 2, reduction="mean", scale=1000.0),
            batch(3, 5, reduction="sum", scale=1e-5),
            batch(6, 3, reduction="none", scale=100.0),
            batch(1, 2, reduction="sum"),
            batch(3, 2, spread=1e-5),
            far_apart(reduction="none"),
            lambda rng: call(
                -rng.uniform(0.2, 0.4), rng.normal(size=(3, 3)), np.array([2, 0, 2]), weights(rng, 3)
            ),
            weight=3,
        ),
    ),
    hints=(
        "For one sample of class c: w_c (a − y), with a = softmax(z) and y one-hot.",
        "What divides the sum in a weighted mean? It is the same number for all samples of the batch.",
        "w = weight[target]; for the mean w / w.sum(); then (grad_output * w)[:, None] * (a − y).",
    ),
)


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_weight_ignored(grad_output, logits, target, weight, *, reduction="mean"):
    """You leave the class weights out: each sample of class c counts weight[c] times."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = np.ones(len(w)) / (len(w) if reduction == "mean" else 1)
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_divided_by_n(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide by the number of samples; the weighted mean divides by the sum of the samples' weights."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / len(w) if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_not_divided(grad_output, logits, target, weight, *, reduction="mean"):
    """You do not divide for the mean: it divides by the sum of the samples' weights."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong(case="five samples, the weighted mean")
def weighted_cross_entropy_backward_all_weights(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide by the sum over the classes; each sample brings the weight of its class into the divisor.

    Divide by weight[target].sum()."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / weight.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_mean_weight(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide by the mean of the samples' weights, which leaves out 1/n; divide by their sum."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.mean() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_divided_twice(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide by the sum of the weights, and by the number of samples as well."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() / len(w) if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong(case='reduction="sum"')
def weighted_cross_entropy_backward_sum_divided(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide for reduction="sum", too; only the mean divides."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction != "none" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong(case='reduction="sum"')
def weighted_cross_entropy_backward_always_mean(grad_output, logits, target, weight, *, reduction="mean"):
    """You ignore `reduction`: only the mean divides by the sum of the weights."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum()
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_weight_of_columns(
    grad_output, logits, target, weight, *, reduction="mean"
):
    """You multiply column j by weight[j]; a sample's whole row counts weight[c], by its true class c."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    divisor = w.sum() if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * weight * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_only_the_target_weighed(
    grad_output, logits, target, weight, *, reduction="mean"
):
    """You multiply only the 1 of the true class by its weight; the softmax is weighed, too: w (a − y)."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= w
    divisor = w.sum() if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_no_upstream(grad_output, logits, target, weight, *, reduction="mean"):
    """grad_output, what arrives from above, is not in your gradient: the chain rule multiplies by it."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_sign(grad_output, logits, target, weight, *, reduction="mean"):
    """Your sign is reversed: the gradient of the true class is negative, as more of its score lowers the loss.

    It is a − y."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * -error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_only_the_true_class(
    grad_output, logits, target, weight, *, reduction="mean"
):
    """You give the other classes no gradient, but their scores raise the loss: theirs is w a_j."""
    w = weight[target]
    error = softmax(logits)
    y = np.eye(len(weight))[target]
    error = (error - 1) * y
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_no_target(grad_output, logits, target, weight, *, reduction="mean"):
    """You return the weighted softmax alone; the one-hot target is subtracted: a − y."""
    w = weight[target]
    error = softmax(logits)
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_labels_from_1(grad_output, logits, target, weight, *, reduction="mean"):
    """Labels count from 0: class 2 is the third column, and has weight[2]."""
    target = target - 1
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_columns(grad_output, logits, target, weight, *, reduction="mean"):
    """Your softmax runs down the columns; the classes of a sample lie along its row."""
    w = weight[target]
    error = softmax(logits, axis=0)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_weight_inside(grad_output, logits, target, weight, *, reduction="mean"):
    """You scale the logits by the weights; the weights multiply the loss of a sample, not its scores."""
    w = weight[target]
    error = softmax(logits * weight)
    error[np.arange(len(w)), target] -= 1
    scale = np.ones(len(w)) / (len(w) if reduction == "mean" else 1)
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong(case='one upstream gradient a sample, reduction="none"')
def weighted_cross_entropy_backward_no_new_axis(grad_output, logits, target, weight, *, reduction="mean"):
    """For reduction="none" grad_output has one number a sample, and NumPy lines it up with the columns.

    Give it a second axis: grad_output[:, None]."""
    w = weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return grad_output * scale[:, None] * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong(
    case="one sample, two classes, far apart logits, large and tiny weights"
)
def weighted_cross_entropy_backward_overflow(grad_output, logits, target, weight, *, reduction="mean"):
    """exp(1000) is inf, and inf / inf is nan.

    Use softmax, which subtracts the row's largest logit."""
    w = weight[target]
    with np.errstate(all="ignore"):
        e = np.exp(logits)
        error = e / e.sum(axis=1, keepdims=True)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_inverse_weights(grad_output, logits, target, weight, *, reduction="mean"):
    """You divide by the weights; a class with weight 3 counts three times, so multiply."""
    w = 1 / weight[target]
    error = softmax(logits)
    error[np.arange(len(w)), target] -= 1
    scale = w / w.sum() if reduction == "mean" else w
    return np.reshape(grad_output * scale, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_target_weighed_twice(
    grad_output, logits, target, weight, *, reduction="mean"
):
    """Your one-hot target is weighed twice; the weight stands once, before the bracket: w (a − y)."""
    w = weight[target]
    error = softmax(logits) - np.diag(weight)[target]
    divisor = np.sum(w) if reduction == "mean" else 1
    return np.reshape(grad_output * w / divisor, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.wrong
def weighted_cross_entropy_backward_mean_weight_one(grad_output, logits, target, weight, *, reduction="mean"):
    """You make the mean of the class weights 1 and divide by the number of samples; the weighted mean divides by
    weight[target].sum()."""
    w = weight[target]
    error = softmax(logits) - np.eye(len(weight))[target]
    divisor = np.mean(weight) * len(target) if reduction == "mean" else 1
    return np.reshape(grad_output * w / divisor, (-1, 1)) * error


@WEIGHTED_CROSS_ENTROPY_BACKWARD.right
def weighted_cross_entropy_backward_by_one_hot(grad_output, logits, target, weight, *, reduction="mean"):
    y = np.eye(logits.shape[1])[target]
    w = y @ weight
    g = grad_output * w
    if reduction == "mean":
        g = g / np.sum(w)
    return g[:, None] * softmax(logits) - g[:, None] * y


@WEIGHTED_CROSS_ENTROPY_BACKWARD.right
def weighted_cross_entropy_backward_by_loop(grad_output, logits, target, weight, *, reduction="mean"):
    grads, total = np.zeros(logits.shape), 0.0
    for i, c in enumerate(target):
        e = np.exp(logits[i] - np.max(logits[i]))
        row = e / np.sum(e)
        row[c] -= 1
        arrives = grad_output[i] if reduction == "none" else grad_output
        grads[i] = arrives * weight[c] * row
        total += weight[c]
    return grads / total if reduction == "mean" else grads


@WEIGHTED_CROSS_ENTROPY_BACKWARD.right
def weighted_cross_entropy_backward_divides_last(grad_output, logits, target, weight, *, reduction="mean"):
    y = (target[:, None] == np.arange(logits.shape[1])).astype(float)
    each = np.take(weight, target)[:, None]
    out = each * (softmax(logits, axis=1) - y)
    out = out * (grad_output[:, None] if reduction == "none" else grad_output)
    return np.divide(out, each.sum()) if reduction == "mean" else out


@WEIGHTED_CROSS_ENTROPY_BACKWARD.right
def weighted_cross_entropy_backward_by_log_softmax(grad_output, logits, target, weight, *, reduction="mean"):
    top = np.max(logits, axis=-1)[:, np.newaxis]
    a = np.exp(logits - top - np.log(np.exp(logits - top).sum(axis=-1))[:, np.newaxis])
    w = np.array([weight[c] for c in target])
    norm = {"mean": w.sum(), "sum": 1.0, "none": 1.0}[reduction]
    hot = np.zeros(a.shape)
    np.put_along_axis(hot, target[:, np.newaxis], 1.0, axis=1)
    return np.einsum("i,ij->ij", np.ones(len(w)) * grad_output * w / norm, a - hot)
