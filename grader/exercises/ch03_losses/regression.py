"""Losses of numbers: the mean squared error."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
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
    return {"none": error**2, "sum": (error**2).sum(), "mean": error.mean() ** 2}[reduction]


def mse_loss_squares_apart(pred, target, *, reduction="mean"):
    loss = pred**2 - target**2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def mse_loss_always_mean(pred, target, *, reduction="mean"):
    return ((pred - target) ** 2).mean()


def mse_loss_sum_as_mean(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return loss if reduction == "none" else loss.sum()


def mse_loss_by_rows(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean(axis=-1)}[reduction]


def mse_loss_none_flat(pred, target, *, reduction="mean"):
    loss = ((pred - target) ** 2).ravel()
    return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[reduction]


def mse_loss_none_differences(pred, target, *, reduction="mean"):
    error = pred - target
    return {"none": error, "sum": (error**2).sum(), "mean": (error**2).mean()}[reduction]


def mse_loss_none_as_mean(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return loss.sum() if reduction == "sum" else loss.mean()


def mse_loss_none_by_rows(pred, target, *, reduction="mean"):
    loss = (pred - target) ** 2
    return {"none": loss.mean(axis=-1), "sum": loss.sum(), "mean": loss.mean()}[reduction]


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
        Misconception(
            "by-rows",
            mse_loss_by_rows,
            "You average each row on its own; the mean is over all elements, one number for the whole array.",
            case="the mean of a matrix",
        ),
        Misconception(
            "none-flat",
            mse_loss_none_flat,
            'For "none" you return a flat array; the single losses keep the shape of pred.',
            case='reduction="none"',
        ),
        Misconception(
            "none-differences",
            mse_loss_none_differences,
            'For "none" you return the differences; the single losses are their squares.',
            case='reduction="none"',
        ),
        Misconception(
            "none-as-mean",
            mse_loss_none_as_mean,
            'For "none" you return the mean; compare with the text "none", not with None.',
            case='reduction="none"',
        ),
        Misconception(
            "none-by-rows",
            mse_loss_none_by_rows,
            'For "none" you average each row; it returns every single loss, in the shape of pred.',
            case='reduction="none"',
        ),
    ),
    alternatives=(mse_loss_by_products, mse_loss_by_loop),
    hints=(
        'First the array of single losses, one an element. It is the answer for "none".',
        "loss = (pred - target) ** 2, then loss.sum(), loss.mean() or loss itself.",
    ),
)
