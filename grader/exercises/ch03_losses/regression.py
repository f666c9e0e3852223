"""Losses of numbers: the mean squared error and Huber's."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import losses

# ── mse_loss ─────────────────────────────────────────────────────────────────────────────────────────────


def mse_loss_half(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2 / 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def mse_loss_root(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": np.sqrt(loss.mean())}[reduction]


def mse_loss_by_samples(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.sum() / len(pred)}[reduction]


def mse_loss_by_columns(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(axis=0), "mean": loss.mean(axis=0)}[reduction]


def mse_loss_absolute(pred, target, *, reduction="mean"):
    loss = np.abs(pred - target)
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def mse_loss_square_of_mean(pred, target, *, reduction="mean"):
    error = pred - target
    return {"none": error**2, "sum": error.sum() ** 2, "mean": error.mean() ** 2}[reduction]


def mse_loss_squares_apart(pred, target, *, reduction="mean"):
    loss = pred**2 - target**2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def mse_loss_always_mean(pred, target, *, reduction="mean"):
    return ((pred - target) ** 2).mean()


def mse_loss_sum_as_mean(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return loss if reduction == "none" else loss.sum()


def mse_loss_by_products(pred, target, *, reduction="mean"):
    d = np.subtract(pred, target)
    if reduction == "none":
        return d * d
    total = np.vdot(d, d)
    return total / d.size if reduction == "mean" else total


def mse_loss_by_loop(pred, target, *, reduction="mean"):
    loss = np.zeros_like(pred)
    for i in np.ndindex(loss.shape):
        loss[i] = (pred[i] - target[i]) ** 2
    if reduction == "mean":
        return np.average(loss)
    return np.sum(loss) if reduction == "sum" else loss


def _errors(rng, *size):
    """Targets, and predictions that miss all of them to the same side: the slips then differ for sure."""
    target = rng.normal(size=size) + 1
    return call(target + rng.uniform(0.5, 2, size=size), target)


MSE_LOSS = Exercise(
    function="mse_loss",
    topics=("C03-15", "C03-16"),
    points=1,
    difficulty=1,
    minutes=5,
    reference=losses.mse_loss,
    torch="torch.nn.functional.mse_loss",
    forbid=("sklearn.metrics.mean_squared_error",),
    cases=(
        Case(
            "four predictions, one far off",
            lambda rng: call(rng.uniform(0.01, 0.03, size=4) + np.array([0, 0, 0, 10]), [0, 0.01, 0, 1]),
            example=call([0.01, 0.03, 0.02, 10], [0, 0.01, 0, 1]),
        ),
        Case("the mean of a matrix", lambda rng: _errors(rng, 3, 4)),
        Case('reduction="sum"', lambda rng: call(*_errors(rng, 2, 3).args, reduction="sum")),
        Case('reduction="none"', lambda rng: call(*_errors(rng, 2, 3).args, reduction="none")),
    ),
    misconceptions=(
        Misconception(
            "half",
            mse_loss_half,
            "You have a factor ½; the quadratic cost has it, the mean squared error has not.",
            case="four predictions, one far off",
        ),
        Misconception(
            "root",
            mse_loss_root,
            "You take the root of the mean; the mean squared error is the mean itself.",
            case="four predictions, one far off",
        ),
        Misconception(
            "mean-over-samples",
            mse_loss_by_samples,
            "You divide by the number of rows; the mean is over all elements of the array.",
            case="the mean of a matrix",
        ),
        Misconception(
            "by-columns",
            mse_loss_by_columns,
            "You reduce each column on its own; one number for the whole array is wanted.",
            case="the mean of a matrix",
        ),
        Misconception(
            "absolute",
            mse_loss_absolute,
            "This is the absolute error; here each difference is squared.",
            case="four predictions, one far off",
        ),
        Misconception(
            "square-of-the-mean",
            mse_loss_square_of_mean,
            "You average first and square then, so errors of both signs cancel: square every difference first.",
            case="four predictions, one far off",
        ),
        Misconception(
            "squares-apart",
            mse_loss_squares_apart,
            "You square pred and target apart; square their difference.",
            case="four predictions, one far off",
        ),
        Misconception(
            "always-mean",
            mse_loss_always_mean,
            'You ignore `reduction`: "sum" adds the losses up, "none" returns them all.',
            case='reduction="none"',
        ),
        Misconception(
            "sum-as-mean",
            mse_loss_sum_as_mean,
            "You return the sum where the mean is asked for: divide by the number of elements.",
            case="four predictions, one far off",
        ),
    ),
    alternatives=(mse_loss_by_products, mse_loss_by_loop),
    hints=(
        'First the array of single losses, one an element. It is the answer for "none".',
        "loss = (pred - target) ** 2, then loss.sum(), loss.mean() or loss itself.",
    ),
)

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
    """Predictions and targets whose errors are of both signs, small (below 0.3) and large (above 2)."""
    n = int(np.prod(size))
    small, large = rng.uniform(0.1, 0.3, size=n), rng.uniform(2, 4, size=n)
    errors = np.where(np.arange(n) % 4 < 2, small, large) * np.where(np.arange(n) % 2, -1, 1)
    target = rng.normal(size=n)
    return (target + errors).reshape(size), target.reshape(size)


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
            example=call([0.2, -0.4, 3, -4], [0, 0, 0, 0], reduction="none"),
        ),
        Case(
            'another delta, reduction="none"',
            lambda rng: call(*small_and_large(rng, 4), reduction="none", delta=rng.uniform(0.4, 0.7)),
            example=call([0.1, -0.4, 3, -4], [0, 0, 0, 0], reduction="none", delta=0.5),
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
    ),
    alternatives=(huber_loss_by_clip, huber_loss_by_mask),
    hints=(
        "d = |pred − target| first. Two formulas, and np.where to choose between them.",
        "½ d² up to delta, then the tangent of that parabola: value ½ delta² and slope delta at d = delta.",
        "np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)), then reduce.",
    ),
)
