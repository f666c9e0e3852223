"""The backward pass of the smooth L1 loss: a pull that grows, and then does not."""

import numpy as np

from grader.exercises.ch03_losses.huber import small_and_large
from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import losses

# ── smooth_l1_loss_backward ──────────────────────────────────────────────────────────────────────────────


def smooth_l1_loss_backward_no_divisor(grad_output, pred, target, *, reduction="mean", beta=1.0):
    return grad_output * np.clip((pred - target) / beta, -1, 1)


def smooth_l1_loss_backward_always_mean(grad_output, pred, target, *, reduction="mean", beta=1.0):
    return grad_output * np.clip((pred - target) / beta, -1, 1) / pred.size


def smooth_l1_loss_backward_by_rows(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip((pred - target) / beta, -1, 1)
    return grad_output * slope / (len(pred) if reduction == "mean" else 1)


def smooth_l1_loss_backward_huber(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip(pred - target, -beta, beta)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_sign_only(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.sign(pred - target)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_not_clipped(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = (pred - target) / beta
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_sign(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip((target - pred) / beta, -1, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_no_upstream(grad_output, pred, target, *, reduction="mean", beta=1.0):
    return np.clip((pred - target) / beta, -1, 1) / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_beta_ignored(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip(pred - target, -1, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_size_only(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.minimum(np.abs(pred - target) / beta, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_far_is_one(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, 1)
    return grad_output * slope / (pred.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_signed(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(d < beta, d / beta, 1)
    return grad_output * slope / (d.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_sum_divided(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.clip(d / beta, -1, 1)
    return grad_output * slope / (1 if reduction == "none" else d.size)


def smooth_l1_loss_backward_half(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / (2 * beta), np.sign(d))
    return grad_output * slope / (d.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_beta_outside(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, beta * np.sign(d))
    return grad_output * slope / (d.size if reduction == "mean" else 1)


def smooth_l1_loss_backward_averaged(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip((pred - target) / beta, -1, 1)
    g = grad_output * slope
    return {"none": g, "sum": g.sum(), "mean": g.mean()}[reduction]


def smooth_l1_loss_backward_both(grad_output, pred, target, *, reduction="mean", beta=1.0):
    slope = np.clip((pred - target) / beta, -1, 1)
    g = grad_output * slope / (pred.size if reduction == "mean" else 1)
    return g, -g


def smooth_l1_loss_backward_by_where(grad_output, pred, target, *, reduction="mean", beta=1.0):
    d = pred - target
    slope = np.where(np.abs(d) < beta, d / beta, np.sign(d))
    g = grad_output / d.size if reduction == "mean" else grad_output
    return g * slope


def smooth_l1_loss_backward_by_loop(grad_output, pred, target, *, reduction="mean", beta=1.0):
    grad = np.zeros_like(pred)
    for i in np.ndindex(pred.shape):
        d = pred[i] - target[i]
        grad[i] = max(-1.0, min(1.0, d / beta))
    if reduction == "mean":
        grad /= grad.size
    return grad_output * grad


SMOOTH_L1_LOSS_BACKWARD = Exercise(
    function="smooth_l1_loss_backward",
    topics=("C03-19",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.smooth_l1_loss_backward,
    torch="torch.nn.functional.smooth_l1_loss",
    gradient_of=losses.smooth_l1_loss,
    cases=(
        Case(
            'one upstream gradient an element, reduction="none"',
            lambda rng: call(rng.normal(size=4), *small_and_large(rng, 4), reduction="none"),
            example=call([1, 2, -1, 3], [3, -0.4, 0.2, -4], [0, 0, 0, 0], reduction="none"),
        ),
        Case("the mean of a matrix", lambda rng: call(rng.uniform(1.5, 3), *small_and_large(rng, 3, 4))),
        Case(
            "the mean, another beta",
            lambda rng: call(rng.uniform(1.5, 3), *small_and_large(rng, 2, 4), beta=rng.uniform(0.4, 0.7)),
        ),
        Case(
            'reduction="sum"',
            lambda rng: call(rng.uniform(1.5, 3), *small_and_large(rng, 2, 4), reduction="sum"),
        ),
    ),
    misconceptions=(
        Misconception(
            "no-divisor",
            smooth_l1_loss_backward_no_divisor,
            "The mean divides every loss by the number of elements, and so its gradient: 1/N is missing.",
            case="the mean of a matrix",
        ),
        Misconception(
            "always-divided",
            smooth_l1_loss_backward_always_mean,
            'You divide by the number of elements always; only for reduction="mean" is that right.',
            case='reduction="sum"',
        ),
        Misconception(
            "divided-by-rows",
            smooth_l1_loss_backward_by_rows,
            "You divide by the number of rows; the mean is over all elements.",
            case="the mean of a matrix",
        ),
        Misconception(
            "huber",
            smooth_l1_loss_backward_huber,
            "This is the gradient of Huber's loss; smooth L1 is that divided by beta, so slopes end at ±1.",
            case="the mean, another beta",
        ),
        Misconception(
            "sign-only",
            smooth_l1_loss_backward_sign_only,
            "This is the gradient of the absolute error; below beta the slope is (pred − target) / beta.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "not-clipped",
            smooth_l1_loss_backward_not_clipped,
            "Your slope goes on growing; beyond beta the loss is a straight line of slope ±1.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "sign",
            smooth_l1_loss_backward_sign,
            "Your sign is reversed: raising a prediction that is too large raises the loss; use pred − target.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "no-upstream",
            smooth_l1_loss_backward_no_upstream,
            "You return the slope alone; the chain rule multiplies it by grad_output.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "beta-ignored",
            smooth_l1_loss_backward_beta_ignored,
            "You use beta = 1, whatever `beta` is.",
            case="the mean, another beta",
        ),
        Misconception(
            "size-only",
            smooth_l1_loss_backward_size_only,
            "Your slopes are never negative; left of the target the loss falls.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "far-is-one",
            smooth_l1_loss_backward_far_is_one,
            "Beyond beta you have slope 1 on both sides; on the left it is −1: np.sign(pred − target).",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "signed",
            smooth_l1_loss_backward_signed,
            "You compare pred − target itself with beta, so a large negative error is never cut off at "
            "−1: compare its size.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "sum-divided",
            smooth_l1_loss_backward_sum_divided,
            'You divide by the number of elements for the sum as well; only for reduction="mean" is that '
            "right.",
            case='reduction="sum"',
        ),
        Misconception(
            "half",
            smooth_l1_loss_backward_half,
            "The derivative of d² / (2 beta) is d / beta: the 2 cancels.",
            case='one upstream gradient an element, reduction="none"',
        ),
        Misconception(
            "beta-outside",
            smooth_l1_loss_backward_beta_outside,
            "Beyond beta your slope is ±beta; the line d − ½ beta has slope ±1.",
            case="the mean, another beta",
        ),
        Misconception(
            "reduced",
            smooth_l1_loss_backward_averaged,
            "You reduce the gradient; every element of pred has one of its own, so the result has the "
            "shape of pred.",
            case="the mean of a matrix",
        ),
        Misconception(
            "pair",
            smooth_l1_loss_backward_both,
            "You return two gradients; only that with respect to pred is wanted.",
            case='one upstream gradient an element, reduction="none"',
        ),
    ),
    alternatives=(smooth_l1_loss_backward_by_where, smooth_l1_loss_backward_by_loop),
    hints=(
        "Differentiate both pieces: d² / (2 beta), and d − beta/2, with d = |pred − target|.",
        "(pred − target) / beta, kept between −1 and 1: np.clip does it.",
        'Times grad_output; and for reduction="mean" divided by pred.size.',
    ),
)
