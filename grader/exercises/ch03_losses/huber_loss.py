"""A parabola in the middle and lines outside: Huber's loss."""

import numpy as np

from grader.exercises.ch03_losses.mse_loss import REDUCTIONS, pair
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import losses


def small_and_large(rng, *size, unit=1):
    """Predictions and targets whose errors are of both signs, large (above 2) and small (below 0.3) in turn."""
    n = int(np.prod(size))
    small, large = rng.uniform(0.1, 0.3, size=n), rng.uniform(2, 4, size=n)
    errors = np.where(np.arange(n) % 4 % 3 == 0, large, small) * np.where(np.arange(n) % 2, -1, 1)
    target = rng.normal(size=n)
    return unit * (target + errors).reshape(size), unit * target.reshape(size)


def near(rng, border):
    """Small and large errors, and two between the border and 1, on either side of its root."""
    pred, target = small_and_large(rng, 6)
    return pred.copy(), np.array([*target[:4], pred[4] - border**0.75, pred[5] + border**0.25])


def _another_delta(rng):
    delta = rng.uniform(0.4, 0.7)
    pred, target = near(rng, delta)
    pred[0] += 300
    return call(pred, target, reduction="none", delta=delta)


def _large_delta(rng):
    """Errors on either side of the root of delta, all but the last below it."""
    delta, target = rng.uniform(2, 3), 1000 * rng.normal(size=(2, 1, 3))
    sizes = np.array([[0.1, 0.3, 0.7], [0.8, -0.6, 5]]) * delta
    return call(target + sizes[:, None], target, reduction="none", delta=delta)


def _odd(i):
    """Errors from delta to 1, of both signs, one of 0; axes of length 1."""
    size = ((4, 1), (1, 4), (1, 2, 2))[i]

    def make(rng):
        delta, target = rng.uniform(0.1, 0.25), rng.normal(size=size)
        errors = np.array([0.35, -0.7, 0, -0.4]) + np.array([0.1, 0.1, 0, 0.1]) * rng.random(4)
        return call(target + errors.reshape(size), target, reduction="none", delta=delta)

    return make


def _one(rng):
    return call([0], -rng.uniform(2, 3, size=1), reduction="none")


def _allowed(rng):
    return call(*pair(rng), **options(rng, reduction=REDUCTIONS, delta=(1.0, 0.3, 2.0, 10.0)))


HUBER_LOSS = Exercise(
    function="huber_loss",
    topics=("C03-20",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=losses.huber_loss,
    torch="torch.nn.functional.huber_loss",
    forbid=("scipy.special.huber", "nnlib.losses.smooth_l1_loss"),
    allowed=_allowed,
    cases=(
        Case(
            'small and large errors, reduction="none"',
            lambda rng: call(*small_and_large(rng, 4), reduction="none"),
            example=call([3, -0.4, 0.2, -4], [0, 0, 0, 0], reduction="none"),
        ),
        Case(
            'another delta, reduction="none"',
            _another_delta,
            example=call([300, -0.4, 0.2, -4, 0.9, 0.6], [0, 0, 0, 0, 0, 0], reduction="none", delta=0.5),
        ),
        in_turn(
            'a large delta, a small one, odd shapes, reduction="none"',
            _large_delta,
            *map(_odd, range(3)),
            _one,
        ),
        Case("the mean of a matrix", lambda rng: call(*small_and_large(rng, 3, 4))),
        Case(
            "the mean, another delta",
            lambda rng: call(*small_and_large(rng, 2, 4, unit=100), reduction="mean", delta=150),
        ),
        in_turn(
            'reduction="sum"',
            lambda rng: call(*small_and_large(rng, 2, 4, unit=100), reduction="sum", delta=1.0),
            lambda rng: call(*small_and_large(rng, 4, unit=1e-3), reduction="sum"),
            lambda rng: call(*small_and_large(rng, 1, 4, 1), reduction="sum", delta=0.3),
        ),
    ),
    hints=(
        "d = |pred − target| first. Two formulas: what chooses between them, element by element?",
        "np.where. Up to delta it is half the square, then the tangent of that parabola: at d = delta value and "
        "slope go on without a jump.",
        "np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)), then reduce.",
    ),
)


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_smooth_l1(pred, target, *, reduction="mean", delta=1.0):
    """This is the smooth L1 loss; Huber's is delta times that.

    ½ d² inside, whatever delta is, and delta (d − ½ delta) beyond."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / (2 * delta), d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_no_half(pred, target, *, reduction="mean", delta=1.0):
    """For small errors your loss is twice as large as it should be, and the two pieces do not meet.

    For small errors the loss is ½ d²."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_not_joined(pred, target, *, reduction="mean", delta=1.0):
    """Your line does not meet the parabola: at d = delta the loss jumps.

    There both must be ½ delta², so delta (d − ½ delta)."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_half_outside(pred, target, *, reduction="mean", delta=1.0):
    """You subtract ½ whatever delta is, so line and parabola meet for delta = 1 only.

    The line is delta (d − ½ delta)."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d - 0.5)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_slope_one(pred, target, *, reduction="mean", delta=1.0):
    """Your line has slope 1; the parabola arrives at d = delta with slope delta."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_delta_ignored(pred, target, *, reduction="mean", delta=1.0):
    """You use delta = 1, whatever `delta` is."""
    d = np.abs(pred - target)
    loss = np.where(d <= 1, d**2 / 2, d - 0.5)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_signed(pred, target, *, reduction="mean", delta=1.0):
    """You compare pred − target with delta; a large negative error is large, too.

    Take its size first: d = np.abs(pred - target)."""
    d = pred - target
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_pieces_swapped(pred, target, *, reduction="mean", delta=1.0):
    """You use the line for small errors and the square for large ones; it is the other way round."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, delta * (d - delta / 2), d**2 / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_always_mean(pred, target, *, reduction="mean", delta=1.0):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns them all."""
    d = np.abs(pred - target)
    return np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)).mean()


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_threshold_1(pred, target, *, reduction="mean", delta=1.0):
    """You change from the parabola to the line at d = 1; the border is delta."""
    d = np.abs(pred - target)
    loss = np.where(d <= 1, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_order_lost(pred, target, *, reduction="mean", delta=1.0):
    """You join the small errors and the large ones, so every loss has lost its place.

    np.where keeps order and shape."""
    d = np.abs(pred - target)
    loss = np.concatenate([d[d <= delta] ** 2 / 2, delta * (d[d > delta] - delta / 2)])
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong(case="the mean of a matrix")
def huber_loss_by_columns(pred, target, *, reduction="mean", delta=1.0):
    """You average each column on its own; the mean is over all elements, one number."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean(axis=0)}[reduction]


@HUBER_LOSS.wrong(case='another delta, reduction="none"')
def huber_loss_delta_not_squared(pred, target, *, reduction="mean", delta=1.0):
    """Your line subtracts ½ delta, so it meets the parabola for delta = 1 only.

    delta (d − ½ delta) is delta d − ½ delta²."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_jump(pred, target, *, reduction="mean", delta=1.0):
    """Your line starts at 0 for d = delta, where the parabola has reached ½ delta².

    The line is delta (d − ½ delta)."""
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 / 2, delta * (d - delta))
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_one_piece(pred, target, *, reduction="mean", delta=1.0):
    """You choose one formula for the whole array; each element chooses its own.

    np.where(d <= delta, ..., ...) chooses for each."""
    d = np.abs(pred - target)
    loss = d**2 / 2 if np.all(d <= delta) else delta * (d - delta / 2)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.wrong
def huber_loss_pseudo_huber(pred, target, *, reduction="mean", delta=1.0):
    """This is the pseudo-Huber loss, a smooth relative; here a parabola up to delta and a line beyond are
    wanted."""
    loss = delta**2 * (np.sqrt(1 + ((pred - target) / delta) ** 2) - 1)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@HUBER_LOSS.right
def huber_loss_by_clip(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(pred - target)
    near = np.clip(d, 0, delta)
    loss = near * (d - near / 2)
    if reduction == "none":
        return loss
    return np.sum(loss) if reduction == "sum" else np.mean(loss)


@HUBER_LOSS.right
def huber_loss_by_mask(pred, target, *, reduction="mean", delta=1.0):
    d = np.fabs(pred - target)
    loss, far = 0.5 * d * d, d > delta
    loss[far] = delta * d[far] - 0.5 * delta**2
    if reduction == "none":
        return loss
    return loss.sum() / (loss.size if reduction == "mean" else 1)


@HUBER_LOSS.right
def huber_loss_loop_with_if(pred, target, *, reduction="mean", delta=1.0):
    values = []
    for a, b in zip(np.ravel(pred), np.ravel(target)):
        error = float(a) - float(b)
        if error < 0:
            error = -error
        if error > delta:
            values.append(delta * error - delta**2 / 2)
        else:
            values.append(error**2 / 2)
    if reduction == "none":
        return np.array(values).reshape(np.shape(pred))
    return sum(values) / len(values) if reduction == "mean" else sum(values)


@HUBER_LOSS.right
def huber_loss_loop_with_an(pred, target, *, reduction="mean", delta=1.0):
    result = np.zeros(pred.shape)
    for where in np.ndindex(*pred.shape):
        d = abs(float(pred[where]) - float(target[where]))
        if d > delta:
            result[where] = delta * d - delta * delta / 2
        else:
            result[where] = d * d / 2
    if reduction == "mean":
        return np.mean(result)
    if reduction == "sum":
        return np.sum(result)
    return result


@HUBER_LOSS.right
def huber_loss_splits_d_into(pred, target, *, reduction="mean", delta=1.0):
    d = np.abs(np.asarray(pred) - np.asarray(target))
    near = np.minimum(d, delta)
    loss = near * near / 2 + delta * (d - near)
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    return loss
