"""Losses of numbers: the mean squared error."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape
from nnlib import losses

REDUCTIONS = ("mean", "sum", "none")


def _errors(rng, *size, unit=1):
    """Targets, and predictions that miss all of them to the same side: the slips then differ for sure."""
    target = rng.normal(size=size) + 1
    return unit * (target + rng.uniform(0.5, 2, size=size)), unit * target


def _sum(unit, *size):
    return lambda rng: call(*_errors(rng, *size, unit=unit), reduction="sum")


def _equal(rng, *size):
    """The first prediction is right, the others miss by both signs."""
    target = 3 * rng.normal(size=size)
    error = np.arange(target.size).reshape(size)
    pred = target + error * (-1.0) ** error
    pred.flat[1] = 0
    return pred, target


def _far_off(rng):
    """Numbers above 1000 of either sign."""
    pred, target = _errors(rng, 3)
    return call((pred + 1) * 1000, (target - 9) * 1000, reduction="none")


def pair(rng):
    """Predictions and targets of one shape, now and then equal."""
    size, scales = shape(rng), (1.0, 1.0, 10.0, 1e3, 1e-3)
    target = floats(rng, size, scales) + 0.25
    return one_of(rng, target.copy(), *(floats(rng, size, scales) + c for c in (0, 0.25, 0.25))), target


def _allowed(rng):
    return call(*pair(rng), **options(rng, reduction=REDUCTIONS))


MSE_LOSS = Exercise(
    function="mse_loss",
    topics=("C03-15", "C03-16"),
    points=1,
    difficulty=1,
    minutes=5,
    reference=losses.mse_loss,
    torch="torch.nn.functional.mse_loss",
    forbid=(
        "sklearn.metrics.mean_squared_error",
        "nnlib.losses.l2_regression_loss",
        "nnlib.losses.quadratic_cost",
    ),
    allowed=_allowed,
    cases=(
        Case(
            "four predictions, one far off",
            lambda rng: call(rng.uniform(0.01, 0.03, size=4) + np.array([0, 0, 0, 10]), [0, 0.01, 0, 1]),
            example=call([0.01, 0.03, 0.02, 10], [0, 0.01, 0, 1]),
        ),
        Case(
            "the mean of a matrix", lambda rng: call(*_errors(rng, 3, 4, unit=30), reduction="mean"), weight=2
        ),
        in_turn('reduction="sum"', _sum(30, 2, 3), _sum(1e-3, 2, 3), _sum(1, 4)),
        Case('reduction="none"', lambda rng: call(*_errors(rng, 2, 1, 3), reduction="none"), weight=2),
        in_turn(
            "large, small and equal numbers, odd shapes",
            _far_off,
            lambda rng: call(*(1e6 + part for part in _errors(rng, 3))),
            lambda rng: call(*_errors(rng, 1, 3, unit=1e-3)),
            lambda rng: call(*_errors(rng, 1, unit=1e-3), reduction="mean"),
            lambda rng: call(*_errors(rng, 3, 1, unit=1e-3), reduction="none"),
            lambda rng: call(*_equal(rng, 1, 3, 1)),
            lambda rng: call(*_equal(rng, 2, 1, 3), reduction="none"),
        ),
    ),
    hints=(
        "What is the loss of a single element?",
        'First the array of single losses, one an element. It is the answer for "none"; the other two make one '
        "number of it.",
        "loss = (pred - target) ** 2, then loss.sum(), loss.mean() or loss itself.",
    ),
)


@MSE_LOSS.wrong
def mse_loss_half(pred, target, *, reduction="mean"):
    """You have a factor ½; the quadratic cost has it, the mean squared error has not."""
    loss = (pred - target) ** 2 / 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MSE_LOSS.wrong
def mse_loss_root(pred, target, *, reduction="mean"):
    """You take the root of the mean; the mean squared error is the mean itself."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": np.sqrt(loss.mean())}[reduction]


@MSE_LOSS.wrong(case="the mean of a matrix")
def mse_loss_mean_over_samples(pred, target, *, reduction="mean"):
    """You divide by the number of rows; the mean is over all elements of the array."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / len(pred)}[reduction]


@MSE_LOSS.wrong(case="the mean of a matrix")
def mse_loss_by_columns(pred, target, *, reduction="mean"):
    """You reduce each column on its own; one number for the whole array is wanted."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(axis=0), "mean": loss.mean(axis=0)}[reduction]


@MSE_LOSS.wrong
def mse_loss_absolute(pred, target, *, reduction="mean"):
    """This is the absolute error; here each difference is squared."""
    loss = np.abs(pred - target)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MSE_LOSS.wrong
def mse_loss_square_of_the_mean(pred, target, *, reduction="mean"):
    """You average first and square then, so errors of both signs cancel.

    Square every difference first: ((pred - target) ** 2).mean()."""
    error = pred - target
    return {"none": error**2, "sum": (error**2).sum(), "mean": error.mean() ** 2}[reduction]


@MSE_LOSS.wrong
def mse_loss_squares_apart(pred, target, *, reduction="mean"):
    """You square pred and target apart, and a difference of squares may be negative.

    Square their difference: (pred - target) ** 2."""
    loss = pred**2 - target**2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MSE_LOSS.wrong(case='reduction="none"')
def mse_loss_always_mean(pred, target, *, reduction="mean"):
    """You ignore `reduction`: "sum" adds the losses up, "none" returns them all."""
    return ((pred - target) ** 2).mean()


@MSE_LOSS.wrong
def mse_loss_sum_as_mean(pred, target, *, reduction="mean"):
    """You return the sum where the mean is asked for.

    Divide by the number of elements: loss.mean()."""
    loss = (pred - target) ** 2
    return loss if reduction == "none" else loss.sum()


@MSE_LOSS.wrong(case="the mean of a matrix")
def mse_loss_by_rows(pred, target, *, reduction="mean"):
    """You average each row on its own; the mean is over all elements, one number for the whole array."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean(axis=-1)}[reduction]


@MSE_LOSS.wrong(case='reduction="none"')
def mse_loss_none_flat(pred, target, *, reduction="mean"):
    """For "none" you return a flat array; the single losses keep the shape of pred."""
    loss = ((pred - target) ** 2).ravel()
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MSE_LOSS.wrong(case='reduction="none"')
def mse_loss_none_differences(pred, target, *, reduction="mean"):
    """For "none" you return the differences; the single losses are their squares."""
    error = pred - target
    return {"none": error, "sum": (error**2).sum(), "mean": (error**2).mean()}[reduction]


@MSE_LOSS.wrong(case='reduction="none"')
def mse_loss_none_as_mean(pred, target, *, reduction="mean"):
    """For "none" you return the mean, one number, where all the losses are asked for.

    Return the array of losses; compare with the text "none", not with None."""
    loss = (pred - target) ** 2
    return loss.sum() if reduction == "sum" else loss.mean()


@MSE_LOSS.wrong(case='reduction="none"')
def mse_loss_none_by_rows(pred, target, *, reduction="mean"):
    """For "none" you average each row; it returns every single loss, in the shape of pred."""
    loss = (pred - target) ** 2
    return {"none": loss.mean(axis=-1), "sum": loss.sum(), "mean": loss.mean()}[reduction]


@MSE_LOSS.wrong
def mse_loss_half_of_the_sum(pred, target, *, reduction="mean"):
    """You return half of the sum where the mean is asked for.

    No ½, and divide by the number of elements: loss.mean()."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / 2}[reduction]


@MSE_LOSS.wrong
def mse_loss_half_by_samples(pred, target, *, reduction="mean"):
    """You divide by twice the number of rows, as the quadratic cost does.

    The mean divides by the number of elements, and there is no ½: loss.mean()."""
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / (2 * len(pred))}[reduction]


@MSE_LOSS.right
def mse_loss_by_products(pred, target, *, reduction="mean"):
    d = np.subtract(pred, target)
    if reduction == "none":
        return d * d
    total = np.vdot(d, d)
    return total / d.size if reduction == "mean" else total


@MSE_LOSS.right
def mse_loss_by_loop(pred, target, *, reduction="mean"):
    loss = np.zeros_like(pred)
    for i in np.ndindex(loss.shape):
        loss[i] = (pred[i] - target[i]) ** 2
    if reduction == "mean":
        return np.average(loss)
    return np.sum(loss) if reduction == "sum" else loss


@MSE_LOSS.right
def mse_loss_loop_over_all(pred, target, *, reduction="mean"):
    pred, target = np.asarray(pred, np.float64), np.asarray(target, np.float64)
    single = np.empty(pred.shape)
    for i in np.ndindex(pred.shape):
        single[i] = (target[i] - pred[i]) * (target[i] - pred[i])
    if reduction == "none":
        return single
    s = 0.0
    for v in single.flat:
        s += v
    return s / single.size if reduction == "mean" else s


@MSE_LOSS.right
def mse_loss_loop_over_the(pred, target, *, reduction="mean"):
    out = []
    for a, b in zip(np.ravel(pred), np.ravel(target)):
        d = float(a) - float(b)
        out.append(d * d)
    if reduction == "none":
        return np.array(out).reshape(np.shape(pred))
    if reduction == "sum":
        return sum(out)
    return sum(out) / len(out)


@MSE_LOSS.right
def mse_loss_squared_norm(pred, target, *, reduction="mean"):
    e = np.abs(pred - target)
    if reduction not in ("mean", "sum"):
        return np.power(e, 2)
    norm = np.linalg.norm(e.reshape(-1))
    return norm**2 / (e.size if reduction == "mean" else 1)
