"""Mean and variance of the data from those of many batches."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of
from nnlib import norm


def of_batches(b, *c, m, scale=1.0):
    def draw(rng):
        size = (b, *c)
        sign = np.where(np.arange(c[0]) % 2, 1, -1) if c else -1
        return call(sign * scale * rng.uniform(1, 9, size), scale**2 * rng.uniform(1, 9, size), m=m)

    return draw


def _allowed(rng):
    size = one_of(rng, (1,), (4,), (3, 2), (1, 3), (2, 1), (5, 3))
    means, variances = (floats(rng, size, (1.0, 10.0, 300.0, 1e-3)) for _ in "mv")
    return call(means, np.abs(variances), m=int(rng.integers(2, 40)))


POPULATION_STATS = Exercise(
    function="population_stats",
    topics=("C09-05",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=norm.population_stats,
    allowed=_allowed,
    returns=("mean", "var"),
    edge_returns=("mean",),
    cases=(
        Case(
            "three units",
            of_batches(4, 3, m=5),
            example=call([[1, 4], [3, 2]], [[2, 1], [4, 3]], m=4),
            weight=2,
        ),
        Case("as many batches as values", of_batches(6, 2, m=6)),
        Case("one unit", of_batches(4, m=3), edge=True),
        in_turn(
            "one batch, pairs, large and small numbers",
            of_batches(1, 3, m=4),
            of_batches(1, m=2),
            of_batches(3, 1, m=2, scale=1000.0),
            of_batches(2, 2, m=1000, scale=1e-3),
            lambda rng: call(np.zeros((2, 2)), np.zeros((2, 2)), m=3),
            edge=True,
        ),
    ),
    hints=(
        "Two means over axis 0, and a factor before the second.",
        "The factor is m / (m - 1), with m the values in a batch, not the number of batches.",
    ),
)


@POPULATION_STATS.wrong
def population_stats_biased(batch_means, batch_vars, *, m):
    """The factor m / (m − 1) is missing: the batches' variances are biased, too small on average."""
    return batch_means.mean(axis=0), batch_vars.mean(axis=0)


@POPULATION_STATS.wrong
def population_stats_upside_down(batch_means, batch_vars, *, m):
    """Your factor is upside down: m / (m − 1), which makes the variance larger."""
    return batch_means.mean(axis=0), (m - 1) / m * batch_vars.mean(axis=0)


@POPULATION_STATS.wrong
def population_stats_batches_counted(batch_means, batch_vars, *, m):
    """You count the batches; the factor m / (m − 1) is about the values in a batch."""
    b = len(batch_vars)
    return batch_means.mean(axis=0), b / max(b - 1, 1) * batch_vars.mean(axis=0)


@POPULATION_STATS.wrong
def population_stats_sum_over_batches(batch_means, batch_vars, *, m):
    """You divide the sum of the variances by the number of batches less 1; the mean over the batches is a plain mean.

    The correction is m / (m − 1) before it."""
    return batch_means.mean(axis=0), m / (m - 1) * batch_vars.sum(axis=0) / max(len(batch_vars) - 1, 1)


@POPULATION_STATS.wrong
def population_stats_deviation(batch_means, batch_vars, *, m):
    """You return the standard deviation; asked for is the variance, without the root."""
    return batch_means.mean(axis=0), np.sqrt(m / (m - 1) * batch_vars.mean(axis=0))


@POPULATION_STATS.wrong
def population_stats_mean_of_deviations(batch_means, batch_vars, *, m):
    """You average the standard deviations and square, which is too small; average the variances themselves."""
    return batch_means.mean(axis=0), m / (m - 1) * np.sqrt(batch_vars).mean(axis=0) ** 2


@POPULATION_STATS.wrong
def population_stats_means_scatter_too(batch_means, batch_vars, *, m):
    """You add the variance of the batches' means; the factor m / (m − 1) accounts for it already."""
    return batch_means.mean(axis=0), m / (m - 1) * batch_vars.mean(axis=0) + batch_means.var(axis=0)


@POPULATION_STATS.wrong
def population_stats_of_means(batch_means, batch_vars, *, m):
    """Your variance is that of the batches' means; it is the mean of the batches' variances, times m / (m − 1)."""
    return batch_means.mean(axis=0), m / (m - 1) * batch_means.var(axis=0)


@POPULATION_STATS.wrong
def population_stats_sums(batch_means, batch_vars, *, m):
    """You sum over the batches; take the mean."""
    return batch_means.sum(axis=0), m / (m - 1) * batch_vars.sum(axis=0)


@POPULATION_STATS.wrong
def population_stats_mean_corrected(batch_means, batch_vars, *, m):
    """You multiply the mean by m / (m − 1), too; the batches' means are not biased."""
    return m / (m - 1) * batch_means.mean(axis=0), m / (m - 1) * batch_vars.mean(axis=0)


@POPULATION_STATS.wrong
def population_stats_one_for_all(batch_means, batch_vars, *, m):
    """You average over the units as well; each unit has its own mean and variance.

    Average over axis 0 only."""
    return batch_means.mean(), m / (m - 1) * batch_vars.mean()


@POPULATION_STATS.wrong
def population_stats_over_the_units(batch_means, batch_vars, *, m):
    """You average over the units; average over the batches, axis 0."""
    return batch_means.mean(axis=-1), m / (m - 1) * batch_vars.mean(axis=-1)


@POPULATION_STATS.wrong
def population_stats_order(batch_means, batch_vars, *, m):
    """You return the variance first; asked for is (mean, var)."""
    return m / (m - 1) * batch_vars.mean(axis=0), batch_means.mean(axis=0)


@POPULATION_STATS.wrong
def population_stats_next_factor(batch_means, batch_vars, *, m):
    """Your factor is (m + 1) / m; it is m / (m − 1)."""
    return batch_means.mean(axis=0), (m + 1) / m * batch_vars.mean(axis=0)


@POPULATION_STATS.wrong(case="arguments unchanged")
def population_stats_in_place(batch_means, batch_vars, *, m):
    """You correct the variances in place; they belong to who called. batch_vars * ... makes a new array."""
    batch_vars *= m / (m - 1)
    return batch_means.mean(axis=0), batch_vars.mean(axis=0)


@POPULATION_STATS.right
def population_stats_each_first(batch_means, batch_vars, *, m):
    return np.mean(batch_means, axis=0), np.mean(batch_vars * m / (m - 1), axis=0)


@POPULATION_STATS.right
def population_stats_by_sums(batch_means, batch_vars, *, m):
    b = batch_means.shape[0]
    return batch_means.sum(axis=0) / b, batch_vars.sum(axis=0) * m / (b * (m - 1))


@POPULATION_STATS.right
def population_stats_sum_of_squares(batch_means, batch_vars, *, m):
    mean = var = 0.0
    for mu, sigma2 in zip(batch_means, batch_vars):
        mean = mean + mu / len(batch_means)
        var = var + m * sigma2 / (m - 1) / len(batch_vars)
    return mean, var


@POPULATION_STATS.right
def population_stats_by_average(batch_means, batch_vars, *, m):
    shares = np.full(len(batch_means), 1 / len(batch_means))
    return shares @ batch_means, (shares @ batch_vars) / (1 - 1 / m)
