"""A parabola in the middle and lines outside: Huber's loss."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import losses

# ── huber_loss ───────────────────────────────────────────────────────────────────────────────────────────


def huber_loss_smooth_l1(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / (2 * delta), d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_no_half(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_not_joined(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_half_outside(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d - 0.5)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_slope_one(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_delta_ignored(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= 1, d**2 / 2, d - 0.5)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_signed(pred, target, *, reduction="mean", delta=1.0):
    d = pred - target
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_swapped(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, delta * (d - delta / 2), d**2 / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_always_mean(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    return np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)).mean()


def huber_loss_threshold_one(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= 1, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_order_lost(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.concatenate([d[d <= delta] ** 2 / 2, delta * (d[d > delta] - delta / 2)])
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_by_columns(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean(axis=0)}[reduction]


def huber_loss_delta_not_squared(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_jump(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_one_piece(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    loss = d**2 / 2 if np.all(d <= delta) else delta * (d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_pseudo(pred, target, *, reduction="mean", delta=1.0):
    loss = delta**2 * (np.sqrt(1 + ((pred - target) / delta) ** 2) - 1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def huber_loss_by_clip(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    near = np.clip(d, 0, delta)
    loss = near * (d - near / 2)
    if reduction == "none":
        return loss
    return np.sum(loss) if reduction == "sum" else np.mean(loss)


def huber_loss_by_mask(pred, target, *, reduction="mean", delta=1.0):
    d = np.fabs(pred - target)
    loss, far = 0.5 * d * d, d > delta
    loss[far] = delta * d[far] - 0.5 * delta**2
    if reduction == "none":
        return loss
    return loss.sum() / (loss.size if reduction == "mean" else 1)


def small_and_large(rng, *size):
    """Predictions and targets whose errors are of both signs, large (above 2) and small (below 0.3) in turn."""
    n = int(np.prod(size))
    small, large = rng.uniform(0.1, 0.3, size=n), rng.uniform(2, 4, size=n)
    errors = np.where(np.arange(n) % 4 % 3 == 0, large, small) * np.where(np.arange(n) % 2, -1, 1)
    target = rng.normal(size=n)
    return (target + errors).reshape(size), target.reshape(size)


def _another_delta(rng):
    """An error between delta and 1, too."""
    pred, target = small_and_large(rng, 5)
    pred[-1] = target[-1] + rng.uniform(0.8, 0.95)
    return call(pred, target, reduction="none", delta=rng.uniform(0.4, 0.7))


HUBER_LOSS = Exercise(
    function="huber_loss",
    topics=("C03-20",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=losses.huber_loss,
    torch="torch.nn.functional.huber_loss",
    forbid=("scipy.special.huber",),
    cases=(
        Case(
            'small and large errors, reduction="none"',
            lambda rng: call(*small_and_large(rng, 4), reduction="none"),
            example=call([3, -0.4, 0.2, -4], [0, 0, 0, 0], reduction="none"),
        ),
        Case(
            'another delta, reduction="none"',
            _another_delta,
            example=call([3, -0.4, 0.2, -4, 0.9], [0, 0, 0, 0, 0], reduction="none", delta=0.5),
        ),
        Case("the mean of a matrix", lambda rng: call(*small_and_large(rng, 3, 4), delta=1.5)),
        Case('reduction="sum"', lambda rng: call(*small_and_large(rng, 2, 4), reduction="sum", delta=0.5)),
    ),
    misconceptions=(
        Misconception(
            "smooth-l1",
            huber_loss_smooth_l1,
            "This is the smooth L1 loss; Huber's is delta times that: ½ d² inside, whatever delta is.",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "no-half",
            huber_loss_no_half,
            "For small errors the loss is ½ d²: without the ½ the two pieces do not meet.",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "not-joined",
            huber_loss_not_joined,
            "Your line does not meet the parabola: at d = delta both must be ½ delta², so delta (d − ½ delta).",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "half-outside",
            huber_loss_half_outside,
            "You subtract ½ whatever delta is; the line is delta (d − ½ delta).",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "slope-one",
            huber_loss_slope_one,
            "Your line has slope 1; the parabola arrives at d = delta with slope delta.",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "delta-ignored",
            huber_loss_delta_ignored,
            "You use delta = 1, whatever `delta` is.",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "signed",
            huber_loss_signed,
            "You compare pred − target with delta; a large negative error is large, too: take its size first.",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "pieces-swapped",
            huber_loss_swapped,
            "You use the line for small errors and the square for large ones; it is the other way round.",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "always-mean",
            huber_loss_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "threshold-1",
            huber_loss_threshold_one,
            "You change from the parabola to the line at d = 1; the border is delta.",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "order-lost",
            huber_loss_order_lost,
            "You join the small errors and the large ones, so every loss has lost its place: np.where "
            "keeps order and shape.",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "by-columns",
            huber_loss_by_columns,
            "You average each column on its own; the mean is over all elements, one number.",
            case="the mean of a matrix",
        ),
        Misconception(
            "delta-not-squared",
            huber_loss_delta_not_squared,
            "Your line subtracts ½ delta; delta (d − ½ delta) is delta d − ½ delta².",
            case='another delta, reduction="none"',
        ),
        Misconception(
            "jump",
            huber_loss_jump,
            "Your line starts at 0 for d = delta, where the parabola has reached ½ delta²: delta (d − ½ "
            "delta).",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "one-piece",
            huber_loss_one_piece,
            "You choose one formula for the whole array; each element chooses its own: np.where.",
            case='small and large errors, reduction="none"',
        ),
        Misconception(
            "pseudo-huber",
            huber_loss_pseudo,
            "This is the pseudo-Huber loss, a smooth relative; here a parabola up to delta and a line "
            "beyond are wanted.",
            case='small and large errors, reduction="none"',
        ),
    ),
    alternatives=(huber_loss_by_clip, huber_loss_by_mask),
    hints=(
        "d = |pred − target| first. Two formulas, and np.where to choose between them.",
        "½ d² up to delta, then the tangent of that parabola: value ½ delta² and slope delta at d = delta.",
        "np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)), then reduce.",
    ),
)
