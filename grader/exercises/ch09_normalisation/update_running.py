"""The running statistics after one more batch."""

import numpy as np

from grader.exercises.ch09_normalisation.batch_norm_train import SHAPES
from grader.exercises.ch09_normalisation.normalize import uneven
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options
from nnlib import experiments


def statistics(rng, c):
    """A mean of either sign and a variance, far from those of a batch."""
    return np.where(np.arange(c) % 2, 1, -1) * rng.uniform(3, 6, c), rng.uniform(8, 12, c)


def one_more(size, scale=1.0, **given):
    def draw(rng):
        return call(*statistics(rng, size[1]), uneven(rng, size, scale), **given)

    return draw


def at_the_start(size, scale=1.0, **given):
    return lambda rng: call(np.zeros(size[1]), np.ones(size[1]), uneven(rng, size, scale), **given)


def _allowed(rng):
    size = one_of(rng, *SHAPES)
    mean, x = (floats(rng, shape, (1.0, 1.0, 10.0, 1e-3)) for shape in (size[1], size))
    return call(
        mean,
        np.abs(floats(rng, size[1], (1.0, 10.0))),
        x,
        **options(rng, momentum=(0.1, 0.5, 0.01, 1.0, 0.0)),
    )


UPDATE_RUNNING = Exercise(
    function="update_running",
    topics=("C09-04",),
    points=2,
    difficulty=2,
    minutes=15,
    reference=experiments.update_running,
    forbid=("nnlib.norm.batch_norm", "torch.nn.functional.batch_norm"),
    allowed=_allowed,
    large=one_more((32, 30)),
    returns=("running_mean", "running_var"),
    edge_returns=("running_mean",),
    cases=(
        Case(
            "a batch of features",
            one_more((4, 3)),
            example=call([10, -10], [4, 16], [[1, 2], [3, 6], [5, 1]]),
            weight=2,
        ),
        Case("images", one_more((2, 3, 2, 2)), weight=2),
        Case("momentum given", one_more((4, 3), momentum=0.4), weight=2),
        in_turn(
            "odd shapes, the first batch, momentum 0 and 1",
            at_the_start((3, 2)),
            at_the_start((1, 2, 1, 3), 1000.0, momentum=0.1),
            lambda rng: call(np.zeros(2), np.zeros(2), uneven(rng, (3, 2), 1e-3)),
            one_more((4, 1), momentum=0.01),
            one_more((2, 1, 1, 1), momentum=0.5),
            one_more((3, 2), momentum=1.0),
            one_more((3, 2, 2, 1), momentum=0.0),
            lambda rng: call(np.zeros(3), np.ones(3), np.zeros((3, 3))),
            lambda rng: call(np.full(2, 1e-5), np.zeros(2), uneven(rng, (3, 2), 0.1)),
            lambda rng: call(rng.uniform(200, 300, 2), rng.uniform(200, 300, 2), uneven(rng, (3, 2))),
            edge=True,
        ),
    ),
    hints=(
        "First mean and variance of each channel: over axis 0, or over the axes 0, 2 and 3.",
        "x.var(axis=axes, ddof=1) divides by m − 1, whatever the axes.",
        "(1 - momentum) * running_mean + momentum * mean, and the same with the variances.",
    ),
)


@UPDATE_RUNNING.wrong
def update_running_biased(running_mean, running_var, x, *, momentum=0.1):
    """You remember the biased variance; the running one takes the unbiased, divided by m − 1.

    x.var(axis=axes, ddof=1)."""
    axes = (0, *range(2, x.ndim))
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var


@UPDATE_RUNNING.wrong
def update_running_share_of_the_old(running_mean, running_var, x, *, momentum=0.1):
    """You take `momentum` for the share of the old value; here it is the share of the batch."""
    axes = (0, *range(2, x.ndim))
    mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    return momentum * running_mean + (1 - momentum) * mean, momentum * running_var + (1 - momentum) * var


@UPDATE_RUNNING.wrong
def update_running_deviation(running_mean, running_var, x, *, momentum=0.1):
    """You average the standard deviation into the running variance; leave the root out."""
    axes = (0, *range(2, x.ndim))
    mean, std = x.mean(axis=axes), x.std(axis=axes, ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * std


@UPDATE_RUNNING.wrong
def update_running_sum(running_mean, running_var, x, *, momentum=0.1):
    """You add the share of the batch to the whole old value; the old one is multiplied by 1 − momentum first."""
    axes = (0, *range(2, x.ndim))
    return running_mean + momentum * x.mean(axis=axes), running_var + momentum * x.var(axis=axes, ddof=1)


@UPDATE_RUNNING.wrong
def update_running_batch_not_weighed(running_mean, running_var, x, *, momentum=0.1):
    """You add the batch whole; it is multiplied by momentum, so that the two shares sum to 1."""
    axes, keep = (0, *range(2, x.ndim)), 1 - momentum
    return keep * running_mean + x.mean(axis=axes), keep * running_var + x.var(axis=axes, ddof=1)


@UPDATE_RUNNING.wrong
def update_running_replaced(running_mean, running_var, x, *, momentum=0.1):
    """You return the batch's own statistics; they are mixed with the old ones, which keep the share 1 − momentum."""
    axes = (0, *range(2, x.ndim))
    return x.mean(axis=axes), x.var(axis=axes, ddof=1)


@UPDATE_RUNNING.wrong(case="momentum given")
def update_running_own_momentum(running_mean, running_var, x, *, momentum=0.1):
    """You use a momentum of 0.1 whatever the caller gives."""
    axes = (0, *range(2, x.ndim))
    return 0.9 * running_mean + 0.1 * x.mean(axis=axes), 0.9 * running_var + 0.1 * x.var(axis=axes, ddof=1)


@UPDATE_RUNNING.wrong(case="images")
def update_running_samples_counted(running_mean, running_var, x, *, momentum=0.1):
    """Your unbiased variance counts N samples; m is how many numbers a channel has, N · H · W for images."""
    axes = (0, *range(2, x.ndim))
    var = x.var(axis=axes) * len(x) / max(len(x) - 1, 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), (
        1 - momentum
    ) * running_var + momentum * var


@UPDATE_RUNNING.wrong
def update_running_factor_upside_down(running_mean, running_var, x, *, momentum=0.1):
    """Your factor is upside down: the biased variance is multiplied by m / (m − 1), which makes it larger."""
    axes = (0, *range(2, x.ndim))
    m = x.size / x.shape[1]
    var = x.var(axis=axes) * (m - 1) / m
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), (
        1 - momentum
    ) * running_var + momentum * var


@UPDATE_RUNNING.wrong
def update_running_all_made_unbiased(running_mean, running_var, x, *, momentum=0.1):
    """You multiply the old running variance by m / (m − 1), too; only that of the batch is corrected."""
    axes = (0, *range(2, x.ndim))
    m = x.size / x.shape[1]
    var = ((1 - momentum) * running_var + momentum * x.var(axis=axes)) * m / (m - 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), var


@UPDATE_RUNNING.wrong
def update_running_order(running_mean, running_var, x, *, momentum=0.1):
    """You return the variance first; asked for is (running_mean, running_var)."""
    axes = (0, *range(2, x.ndim))
    mean, var = x.mean(axis=axes), x.var(axis=axes, ddof=1)
    return (1 - momentum) * running_var + momentum * var, (1 - momentum) * running_mean + momentum * mean


@UPDATE_RUNNING.wrong
def update_running_variance_kept(running_mean, running_var, x, *, momentum=0.1):
    """You update the running mean only; the running variance is brought up to date in the same way."""
    return (1 - momentum) * running_mean + momentum * x.mean(axis=(0, *range(2, x.ndim))), running_var


@UPDATE_RUNNING.wrong
def update_running_one_for_all(running_mean, running_var, x, *, momentum=0.1):
    """You take one mean and one variance for all channels; each channel has its own."""
    return (1 - momentum) * running_mean + momentum * x.mean(), (
        1 - momentum
    ) * running_var + momentum * x.var(ddof=1)


@UPDATE_RUNNING.wrong
def update_running_square(running_mean, running_var, x, *, momentum=0.1):
    """You average the square of x into the running variance; the mean is taken off first."""
    axes = (0, *range(2, x.ndim))
    m = x.size / x.shape[1]
    square = (x**2).sum(axis=axes) / (m - 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), (
        1 - momentum
    ) * running_var + momentum * square


@UPDATE_RUNNING.wrong
def update_running_around_the_running_mean(running_mean, running_var, x, *, momentum=0.1):
    """Your variance is taken around the running mean; it is taken around the mean of the batch."""
    axes, shape = (0, *range(2, x.ndim)), (1, -1) + (1,) * (x.ndim - 2)
    m = x.size / x.shape[1]
    var = ((x - running_mean.reshape(shape)) ** 2).sum(axis=axes) / (m - 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), (
        1 - momentum
    ) * running_var + momentum * var


@UPDATE_RUNNING.wrong(case="images")
def update_running_mean_of_deviations_of_places(running_mean, running_var, x, *, momentum=0.1):
    """You take the variance at each place and average those; a channel has one mean for all its numbers."""
    axes = (0, *range(2, x.ndim))
    m = x.size / x.shape[1]
    var = x.var(axis=0).mean(axis=tuple(range(1, x.ndim - 1))) * m / (m - 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=axes), (
        1 - momentum
    ) * running_var + momentum * var


@UPDATE_RUNNING.wrong(case="arguments unchanged")
def update_running_in_place(running_mean, running_var, x, *, momentum=0.1):
    """You change the running statistics in place; here they belong to who called, and new arrays are returned."""
    axes = (0, *range(2, x.ndim))
    running_mean *= 1 - momentum
    running_mean += momentum * x.mean(axis=axes)
    running_var *= 1 - momentum
    running_var += momentum * x.var(axis=axes, ddof=1)
    return running_mean, running_var


@UPDATE_RUNNING.right
def update_running_by_difference(running_mean, running_var, x, *, momentum=0.1):
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])
    mean = running_mean + momentum * (rows.mean(axis=0) - running_mean)
    var = running_var + momentum * (np.var(rows, axis=0, ddof=1) - running_var)
    return mean, var


@UPDATE_RUNNING.right
def update_running_by_factor(running_mean, running_var, x, *, momentum=0.1):
    axes = (0, 2, 3) if x.ndim == 4 else 0
    m = x.size // len(running_mean)
    new_mean = momentum * x.mean(axis=axes) + (1 - momentum) * running_mean
    new_var = momentum * m / (m - 1) * x.var(axis=axes) + (1 - momentum) * running_var
    return new_mean, new_var


@UPDATE_RUNNING.right
def update_running_channel_by_channel(running_mean, running_var, x, *, momentum=0.1):
    means, variances = np.empty_like(running_mean), np.empty_like(running_var)
    for c in range(x.shape[1]):
        values = x[:, c].ravel()
        mean = values.sum() / len(values)
        var = ((values - mean) ** 2).sum() / (len(values) - 1)
        means[c] = (1 - momentum) * running_mean[c] + momentum * mean
        variances[c] = (1 - momentum) * running_var[c] + momentum * var
    return means, variances


@UPDATE_RUNNING.right
def update_running_copies(running_mean, running_var, x, *, momentum=0.1):
    mean, var = running_mean.copy(), running_var.copy()
    axes = tuple(a for a in range(x.ndim) if a != 1)
    mean *= 1 - momentum
    var *= 1 - momentum
    mean += momentum * np.mean(x, axis=axes)
    var += momentum * np.var(x, axis=axes, ddof=1)
    return mean, var
