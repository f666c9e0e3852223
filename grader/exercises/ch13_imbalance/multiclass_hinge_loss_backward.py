"""The hinge of Weston and Watkins and its square, on the way back."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS
from grader.exercises.ch13_imbalance.weighted_cross_entropy_backward import any_upstream, classes, upstream
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses

STEPS = np.array([0.55, -0.2, 1.2, -0.7, -4.0])  # by how much the others beat the true class


def scores(n, k, *, scale=1.0, offset=0.0, steps=STEPS, **given):
    """The true class, 1, 2, ..., 0, 1, ...; behind it in the row the others, by the steps."""

    def draw(rng):
        c = classes(n, k)
        s = np.zeros((n, k))
        for i in range(n):
            for j in range(1, k):
                s[i, (c[i] + j) % k] = steps[(i + j - 1) % len(steps)] + rng.uniform(-0.05, 0.05)
        s = scale * (s + rng.normal(size=(n, 1))) + offset
        return call(upstream(rng, given.get("reduction"), n), s, c, **given)

    return draw


def at_the_margin(rng):
    """Class 0 comes exactly as close as the margin allows, class 2 closer."""
    return call(rng.uniform(1.5, 3), [[-1, 0, 1], [0, 1, 0.75]], np.array([1, 1]))


def ones_arrive(rng):
    drawn = scores(4, 4)(rng)
    return call(1.0, *drawn.args[1:])


def _allowed(rng):
    n, k = shape(rng, axes=(2,))
    given = options(rng, margin=(1.0, 0.3, 2.5, 3), p=(1, 2), reduction=REDUCTIONS)
    s = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5) * rng.normal(size=(n, k + 1))
    return call(
        any_upstream(rng, given, n), one_of(rng, s, s, np.round(s)), rng.integers(k + 1, size=n), **given
    )


MULTICLASS_HINGE_LOSS_BACKWARD = Exercise(
    function="multiclass_hinge_loss_backward",
    topics=("C13-07", "C13-08"),
    points=2,
    difficulty=4,
    minutes=20,
    reference=losses.multiclass_hinge_loss_backward,
    forbid=("torch.nn.functional.multi_margin_loss", "nnlib.losses.multi_margin_loss_backward"),
    gradient_of=losses.multiclass_hinge_loss,
    allowed=_allowed,
    cases=(
        Case("one sample", scores(1, 6), example=call(2.0, [[1, 2.5, 0.3, -4]], np.array([0]))),
        Case("p = 2", scores(1, 4, p=2), weight=2),
        Case("another margin, the mean of a batch", scores(5, 5, margin=0.4), weight=2),
        Case("p = 2, another margin, the mean", scores(4, 5, p=2, margin=2.5), weight=2),
        Case('reduction="sum"', scores(4, 4, p=2, reduction="sum"), weight=2),
        Case('one upstream gradient a sample, reduction="none"', scores(5, 5, reduction="none"), weight=2),
        Case("1 arrives", ones_arrive, weight=3),
        Case("exactly at the margin", at_the_margin, differentiable=False, weight=2),
        in_turn(
            "two classes, nobody near, scores in the thousands, options given and left out",
            scores(3, 2, margin=1.0, p=1),
            scores(1, 3, reduction="none", p=2, margin=3),
            scores(1, 2, steps=[0.3], p=2, reduction="none"),
            scores(3, 3, steps=[-4.0, 0.5, -4.0, -4.0], reduction="sum"),
            scores(3, 3, steps=[-4.0, -5.0]),
            scores(3, 4, scale=1000.0),
            scores(3, 4, scale=1000.0, p=2, reduction="mean", margin=600.0),
            scores(4, 3, scale=1e-5, p=2),
            scores(2, 4, scale=1000.0, p=2, reduction="sum"),
            scores(2, 3, scale=1000.0, p=2, reduction="none"),
            scores(3, 4, offset=2000.0, reduction="mean", p=1),
            scores(4, 4, reduction="none", p=1, margin=0.3),
            scores(2, 4, reduction="sum", margin=0.3, p=1),
            lambda rng: call(rng.uniform(1.5, 3), np.zeros((2, 3)), np.array([1, 2])),
            lambda rng: call(-rng.uniform(0.2, 0.4), [[0, 3, 2.0], [1.0, 0.5, 0]], np.array([2, 0]), p=2),
            at_the_margin,
            weight=3,
            differentiable=False,
        ),
    ),
    hints=(
        "v = np.maximum(0, scores − s_c + margin), with s_c as a column; the true class is no rival of its own.",
        "The slope of v ** p is 1 where v > 0 for p = 1, and 2 v for p = 2.",
        "At the true class stands minus the sum of the others' slopes.",
    ),
)


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_minus_one(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """Your true class gets −1; it gets minus the sum of what all others get."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * (slope.sum(axis=1, keepdims=True) > 0)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_no_true_class(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """Your true class gets nothing; its score lowers every violation, so it gets minus the sum of the others."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_true_class_in_the_sum(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """The true class's own entry is in the sum that you subtract there."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = (2 * v if p == 2 else v > 0) * 1.0
    slope = np.where(own, -slope.sum(axis=1, keepdims=True), slope)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_worst_only(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You count the worst class only; every class that comes too close has a gradient."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope * (np.arange(k) == (v * ~own).argmax(axis=1)[:, None])
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="p = 2")
def multiclass_hinge_loss_backward_p_ignored(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You ignore `p`: for p = 2 a violation v has the slope 2 v."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="p = 2")
def multiclass_hinge_loss_backward_no_two(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """The 2 of the square's derivative is missing: 2 v."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_v_for_p_1(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """For p = 1 the slope is 1, however large the violation is; you return the violation."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="p = 2")
def multiclass_hinge_loss_backward_square_kept(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You keep the square: its slope is 2 v, not v²."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, v**2 if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="another margin, the mean of a batch")
def multiclass_hinge_loss_backward_margin_ignored(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """You use a margin of 1, whatever `margin` is."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + 1)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="another margin, the mean of a batch")
def multiclass_hinge_loss_backward_no_margin(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You are content with s_c > s_j; the true class must lead by margin."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None])
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_margin_subtracted(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """You subtract the margin, which asks for less than a lead; it is added."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] - margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_divided_by_classes(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """You divide by the number of classes, as torch does; this loss does not."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = k * (n if reduction == "mean" else 1)
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="exactly at the margin")
def multiclass_hinge_loss_backward_at_the_margin(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """A class that is exactly at the margin gets 0; you count it as a violation."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else scores - scores[own][:, None] + margin >= 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_no_upstream(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """grad_output, what arrives from above, is not in your gradient: the chain rule multiplies by it."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return slope / divisor


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case='one upstream gradient a sample, reduction="none"')
def multiclass_hinge_loss_backward_no_new_axis(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """For reduction="none" grad_output has one number a sample, and NumPy lines it up with the columns.

    Give it a second axis: grad_output[:, None]."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return grad_output / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="another margin, the mean of a batch")
def multiclass_hinge_loss_backward_not_divided(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """The mean divides every loss by the number of samples, and so its gradient; you do not divide."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_all_elements(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You divide by the number of scores; a row is one sample with one loss."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = scores.size if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case='reduction="sum"')
def multiclass_hinge_loss_backward_sum_divided(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You divide for reduction="sum", too; only the mean divides."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction != "none" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case='reduction="sum"')
def multiclass_hinge_loss_backward_always_divided(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """You divide by the number of samples always; only for reduction="mean" is that right."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_sign(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """Your sign is reversed: a rival's score raises the loss, so its gradient is positive."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * -slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_lead_reversed(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """You take s_c − s_j: a class costs when it is near or ahead, s_j − s_c + margin > 0."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores[own][:, None] - scores + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_labels_from_1(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """Labels count from 0: class 2 is the third column."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y - 1]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong(case="p = 2")
def multiclass_hinge_loss_backward_true_class_first(
    grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"
):
    """For p = 2 you multiply the true class's entry by its own violation, which is 0: fill it in last."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.where(own, 0, np.maximum(0, scores - scores[own][:, None] + margin))
    slope = 1.0 * (v > 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    if p == 2:
        slope = 2 * v * slope
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.wrong
def multiclass_hinge_loss_backward_every_class(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """You count every class, as max(0, …) is never below 0; only classes with v > 0 have a gradient."""
    n, k = scores.shape
    own = np.eye(k, dtype=bool)[y]
    v = np.maximum(0, scores - scores[own][:, None] + margin)
    slope = np.where(own, 0, 2 * v if p == 2 else v >= 0)
    slope = slope - own * slope.sum(axis=1, keepdims=True)
    divisor = n if reduction == "mean" else 1
    return np.reshape(grad_output, (-1, 1)) / divisor * slope


@MULTICLASS_HINGE_LOSS_BACKWARD.right
def multiclass_hinge_loss_backward_by_loop(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    out = np.zeros(scores.shape)
    for i, c in enumerate(y):
        for j in range(scores.shape[1]):
            short = margin + scores[i, j] - scores[i, c]
            if j == c or short <= 0:
                continue
            pull = 1.0 if p == 1 else 2 * short
            out[i, j] += pull
            out[i, c] -= pull
    if reduction == "none":
        return grad_output[:, None] * out
    return grad_output * out / (len(out) if reduction == "mean" else 1)


@MULTICLASS_HINGE_LOSS_BACKWARD.right
def multiclass_hinge_loss_backward_by_take(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    c = y[:, None]
    short = scores + (margin - np.take_along_axis(scores, c, axis=1))
    short = np.where(c == np.arange(scores.shape[1]), 0.0, np.clip(short, 0, None))
    pull = np.sign(short) if p == 1 else 2.0 * short
    np.put_along_axis(pull, c, -np.sum(pull, axis=1, keepdims=True), axis=1)
    g = grad_output / len(y) if reduction == "mean" else grad_output
    return pull * (g[:, None] if np.ndim(g) else g)


@MULTICLASS_HINGE_LOSS_BACKWARD.right
def multiclass_hinge_loss_backward_by_jacobians(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    n, k = scores.shape
    out = np.zeros((n, k))
    for j in range(k):
        v = scores[:, j] - scores[range(n), y] + margin
        counts = (v > 0) & (y != j)
        d = np.where(counts, p * np.maximum(v, 0) ** (p - 1), 0.0)
        out[:, j] += d
        out[range(n), y] -= d
    scale = np.ones(n) * grad_output / {"mean": n, "sum": 1, "none": 1}[reduction]
    return scale[:, None] * out


@MULTICLASS_HINGE_LOSS_BACKWARD.right
def multiclass_hinge_loss_backward_by_masks(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    hot = (y[:, None] == np.arange(scores.shape[1])).astype(float)
    lead = np.sum(hot * scores, axis=1, keepdims=True) - scores
    close = (lead < margin) * (1 - hot)
    each = close if p == 1 else 2 * close * (margin - lead)
    each = each - hot * (each @ np.ones((each.shape[1], 1)))
    if reduction == "mean":
        each = each / each.shape[0]
    return np.asarray(grad_output).reshape(-1, 1) * each
