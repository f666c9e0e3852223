"""The backward pass of the smooth L1 loss: a pull that grows, and then does not."""

import numpy as np

from grader.exercises.ch03_losses.huber_loss import near, small_and_large
from grader.exercises.ch03_losses.mse_loss import REDUCTIONS, pair
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import losses


def _matrix(rng):
    """Errors of 0 and between beta and its root, in an array of three axes."""
    beta = rng.uniform(0.4, 0.7)
    pred, target = near(rng, beta)
    target[2] = pred[2]
    size = (2, 1, 3)
    return call(
        1000 * rng.normal(size=size),
        1000 + pred.reshape(size),
        1000 + target.reshape(size),
        reduction="none",
        beta=beta,
    )


def _large_beta(rng):
    """Errors on either side of the root of beta, all but the last below it."""
    beta, target = rng.uniform(2, 3), rng.normal(size=(2, 3))
    sizes = np.array([[0.1, 0.3, 0.7], [0.8, -0.6, 10]]) * beta
    return call(-rng.uniform(1.5, 3), target + sizes, target, reduction="sum", beta=beta)


def _odd(i):
    """Axes of length 1, an upstream gradient below 0 or below beta, small or large."""
    size, options = [
        ((1,), {"reduction": "none"}),
        ((4, 1), {"reduction": "none"}),
        ((1, 4), {"reduction": "none", "beta": 0.3}),
        ((1, 4, 1), {"reduction": "none"}),
        ((3,), {"reduction": "mean"}),
    ][i]

    def make(rng):
        pred, target = small_and_large(rng, *size)
        upstream = 0.01 * rng.normal(size=size) if i < 4 else -rng.uniform(0.01, 0.02)
        return call(upstream, pred, target, **options)

    return make


def _allowed(rng):
    pred, target = pair(rng)
    pred = pred + one_of(
        rng, 0.01, 1, 1000.125
    )  # equal arrays, rounded to nearly equal ones, are no question here
    chosen = options(rng, reduction=REDUCTIONS, beta=(1.0, 0.3, 2.0, 10.0))
    upstream = (
        one_of(rng, 1, 100) * rng.normal(size=pred.shape)
        if chosen.get("reduction") == "none"
        else one_of(rng, 1.0, 2.5, -0.7)
    )
    return call(upstream, pred, target, **chosen)


SMOOTH_L1_LOSS_BACKWARD = Exercise(
    function="smooth_l1_loss_backward",
    topics=("C03-19",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.smooth_l1_loss_backward,
    torch="torch.nn.functional.smooth_l1_loss",
    forbid=("nnlib.losses.huber_loss_backward",),
    gradient_of=losses.smooth_l1_loss,
    allowed=_allowed,
    cases=(
        Case(
            'one upstream gradient an element, reduction="none"',
            lambda rng: call(rng.normal(size=4), *small_and_large(rng, 4), reduction="none"),
            example=call([1, 2, -1, 3], [3, -0.4, 0.2, -4], [0, 0, 0, 0], reduction="none"),
        ),
        Case('three axes, another beta, reduction="none"', _matrix, differentiable=False),
        Case("the mean of a matrix", lambda rng: call(rng.uniform(1.5, 3), *small_and_large(rng, 3, 4))),
        Case(
            "the mean, another beta",
            lambda rng: call(
                rng.uniform(1.5, 3), *small_and_large(rng, 2, 4), reduction="mean", beta=rng.uniform(0.4, 0.7)
            ),
        ),
        Case(
            'reduction="sum"',
            lambda rng: call(rng.uniform(1.5, 3), *small_and_large(rng, 2, 4), reduction="sum", beta=1.0),
        ),
        in_turn("a large beta, a negative upstream gradient, odd shapes", _large_beta, *map(_odd, range(5))),
        Case(
            "the mean of a vector, upstream gradient 1",
            lambda rng: call(1.0, *small_and_large(rng, 4)),
            example=call(1.0, [3, -0.4, 0.2, -4], [0, 0, 0, 0]),
        ),
    ),
    hints=(
        "Which slopes do the two pieces have, d² / (2 beta) and d − beta/2, with d = |pred − target|?",
        "A slope in proportion to pred − target, and beyond beta always the same, up or down. np.clip does "
        "both.",
        "(pred − target) / beta, kept between −1 and 1: np.clip((pred - target) / beta, -1, 1). Times "
        'grad_output; and for reduction="mean" divided by pred.size.',
    ),
)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean of a matrix")
def smooth_l1_loss_backward_no_divisor(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """The mean divides every loss by the number of elements, and so its gradient; you do not divide.

    1/N is missing."""
    return grad_output * np.clip((pred - target) / beta, -1, 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case='reduction="sum"')
def smooth_l1_loss_backward_always_divided(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You divide by the number of elements always; only for reduction="mean" is that right."""
    return grad_output * np.clip((pred - target) / beta, -1, 1) / pred.size


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean of a matrix")
def smooth_l1_loss_backward_divided_by_rows(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You divide by the number of rows; the mean is over all elements."""
    slope = np.clip((pred - target) / beta, -1, 1)
    return grad_output * slope / (len(pred) if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean, another beta")
def smooth_l1_loss_backward_huber(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """This is the gradient of Huber's loss, whose slopes end at ±beta.

    Smooth L1 is that divided by beta, so slopes end at ±1."""
    slope = np.clip(pred - target, -beta, beta)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_sign_only(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """This is the gradient of the absolute error; below beta the loss is a parabola, and its slope shrinks with
    the error.

    Below beta the slope is (pred − target) / beta."""
    slope = np.sign(pred - target)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_not_clipped(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Your slope goes on growing; beyond beta the loss is a straight line of slope ±1."""
    slope = (pred - target) / beta
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_sign(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Your sign is reversed: raising a prediction that is too large raises the loss.

    Use pred − target."""
    slope = np.clip((target - pred) / beta, -1, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_no_upstream(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You return the slope alone; grad_output, what comes from above, is not in it.

    The chain rule multiplies the slope by it."""
    return np.clip((pred - target) / beta, -1, 1) / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean, another beta")
def smooth_l1_loss_backward_beta_ignored(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You use beta = 1, whatever `beta` is."""
    slope = np.clip(pred - target, -1, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_size_only(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Your slopes are never negative; left of the target the loss falls."""
    slope = np.minimum(np.abs(pred - target) / beta, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_far_is_one(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Beyond beta you have slope 1 on both sides, but far left of the target the loss falls.

    There it is −1: np.sign(pred − target)."""
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_signed(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You compare pred − target itself with beta, so a large negative error is never cut off at −1.

    Compare its size, np.abs(pred − target)."""
    d = pred - target
    slope = np.where(d < beta, d / beta, 1)
    return grad_output * slope / (d.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case='reduction="sum"')
def smooth_l1_loss_backward_sum_divided(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You divide by the number of elements for the sum as well; only for reduction="mean" is that right."""
    d = pred - target
    slope = np.clip(d / beta, -1, 1)
    return grad_output * slope / (1 if reduction == "none" else d.size)


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_half(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Below beta your slope is half of the right one: a 2 is left over from the loss.

    The derivative of d² / (2 beta) is d / beta: the 2 cancels."""
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / (2 * beta), np.sign(d))
    return grad_output * slope / (d.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean, another beta")
def smooth_l1_loss_backward_beta_outside(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Beyond beta your slope is ±beta; the line d − ½ beta has slope ±1."""
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, beta * np.sign(d))
    return grad_output * slope / (d.size if reduction == "mean" else 1)


@SMOOTH_L1_LOSS_BACKWARD.wrong(case="the mean of a matrix")
def smooth_l1_loss_backward_reduced(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You reduce the gradient; every element of pred has one of its own, so the result has the shape of pred."""
    slope = np.clip((pred - target) / beta, -1, 1)
    g = grad_output * slope
    return {"none": g, "sum": g.sum(), "mean": g.mean()}[reduction]


@SMOOTH_L1_LOSS_BACKWARD.wrong
def smooth_l1_loss_backward_pair(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """You return two gradients; only that with respect to pred is wanted."""
    slope = np.clip((pred - target) / beta, -1, 1)
    g = grad_output * slope / (pred.size if reduction == "mean" else 1)
    return g, -g


@SMOOTH_L1_LOSS_BACKWARD.right
def smooth_l1_loss_backward_by_where(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    g = grad_output / d.size if reduction == "mean" else grad_output
    return g * slope


@SMOOTH_L1_LOSS_BACKWARD.right
def smooth_l1_loss_backward_by_loop(grad_output, pred, target, *, reduction="mean", beta=1.0):
    grad = np.zeros_like(pred)
    for i in np.ndindex(pred.shape):
        d = pred[i] - target[i]
        grad[i] = max(-1.0, min(1.0, d / beta))
    if reduction == "mean":
        grad /= grad.size
    return grad_output * grad


@SMOOTH_L1_LOSS_BACKWARD.right
def smooth_l1_loss_backward_loop_over_the(grad_output, pred, target, *, reduction="mean", beta=1.0):
    out = np.empty(pred.shape)
    for idx in np.ndindex(pred.shape):
        d = pred[idx] - target[idx]
        if d >= beta:
            slope = 1.0
        elif d <= -beta:
            slope = -1.0
        else:
            slope = d / beta
        if reduction == "none":
            out[idx] = slope * grad_output[idx]
        elif reduction == "sum":
            out[idx] = slope * grad_output
        else:
            out[idx] = slope * grad_output / pred.size
    return out


@SMOOTH_L1_LOSS_BACKWARD.right
def smooth_l1_loss_backward_difference_over_the(grad_output, pred, target, *, reduction="mean", beta=1.0):
    diff = pred - target
    slope = diff / np.maximum(np.abs(diff), beta)
    n = diff.size if reduction == "mean" else 1
    return slope * grad_output / n


@SMOOTH_L1_LOSS_BACKWARD.right
def smooth_l1_loss_backward_clip_of_d(grad_output, pred, target, *, reduction="mean", beta=1.0):
    g = np.broadcast_to(np.asarray(grad_output, dtype=float), np.shape(pred))
    if reduction == "mean":
        g = g / np.size(pred)
    return g * np.clip((pred - target) / beta, -1, 1)
