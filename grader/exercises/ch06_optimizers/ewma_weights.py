"""The weights of the values in an average that started from zero."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import optim


def of(least, most, low=0.3, high=0.95):
    """Draws a number of values and a beta."""
    return lambda rng: call(int(rng.integers(least, most + 1)), float(rng.uniform(low, high)))


EWMA_WEIGHTS = Exercise(
    function="ewma_weights",
    topics=("C06-07",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=optim.ewma_weights,
    allowed=lambda rng: call(
        int(rng.integers(1, 30)), float(one_of(rng, 0.0, 0.5, 0.9, 0.99, 0.999, rng.uniform()))
    ),
    cases=(
        Case("three values", of(3, 3, 0.6, 0.9), weight=2, example=call(3, 0.8)),
        Case("ten values", of(10, 12, 0.8, 0.95), weight=2),
        in_turn(
            "beta 0, one value, many, beta small, and near 1",
            lambda rng: call(int(rng.integers(3, 6)), 0.0),
            lambda rng: call(1, float(rng.uniform(0.2, 0.8))),
            lambda rng: call(4, float(rng.uniform(0.1, 0.3))),
            lambda rng: call(int(rng.integers(120, 200)), float(rng.uniform(0.98, 0.99))),
        ),
    ),
    hints=(
        "The newest value has weight 1 − beta, the one before it beta times as much, and so on.",
        "Entry k − 1 is (1 - beta) * beta ** (t - k) for k = 1 ... t: the exponents are t − 1, t − 2, ..., 0.",
        "np.arange(t - 1, -1, -1) gives these exponents.",
    ),
)


@EWMA_WEIGHTS.wrong
def ewma_weights_newest_first(t, beta):
    """Your weights fall: the newest value comes last, and weighs most."""
    return (1 - beta) * beta ** np.arange(t)


@EWMA_WEIGHTS.wrong
def ewma_weights_no_share(t, beta):
    """The factor 1 − beta is missing: each value entered with that share."""
    return beta ** np.arange(t - 1, -1, -1)


@EWMA_WEIGHTS.wrong
def ewma_weights_normalised(t, beta):
    """Your weights sum to 1; those of an average that started from zero sum to 1 − betaᵗ only."""
    weights = beta ** np.arange(t - 1, -1, -1)
    return weights / weights.sum()


@EWMA_WEIGHTS.wrong
def ewma_weights_one_older(t, beta):
    """Every exponent of yours is one too large: the newest value has the weight 1 − beta, with beta⁰."""
    return (1 - beta) * beta ** np.arange(t, 0, -1)


@EWMA_WEIGHTS.wrong
def ewma_weights_start_too(t, beta):
    """You have an entry for the start at 0, too; there are t values and t weights."""
    return (1 - beta) * beta ** np.arange(t, -1, -1)


@EWMA_WEIGHTS.wrong
def ewma_weights_from_the_first(t, beta):
    """Your first value has the whole weight betaᵗ⁻¹, as if the average had started from it; it started from zero."""
    weights = (1 - beta) * beta ** np.arange(t - 1, -1, -1)
    weights[0] = beta ** (t - 1)
    return weights


@EWMA_WEIGHTS.wrong
def ewma_weights_shares_exchanged(t, beta):
    """The shares are exchanged: beta is what is kept of the old average, 1 − beta what the new value gets."""
    return beta * (1 - beta) ** np.arange(t - 1, -1, -1)


@EWMA_WEIGHTS.wrong
def ewma_weights_window(t, beta):
    """You give all values the same weight; here each is beta times as heavy as the next."""
    return np.full(t, 1 / t)


@EWMA_WEIGHTS.wrong
def ewma_weights_sums(t, beta):
    """You add the weights up; asked for is the weight of each value."""
    return np.cumsum((1 - beta) * beta ** np.arange(t - 1, -1, -1))


@EWMA_WEIGHTS.wrong
def ewma_weights_oldest_only(t, beta):
    """You return one number; asked for is a weight for each of the t values."""
    return (1 - beta) * beta ** (t - 1)


@EWMA_WEIGHTS.wrong
def ewma_weights_multiplied(t, beta):
    """beta * (t − k) is a product; the share that is kept is a power, beta ** (t − k)."""
    return (1 - beta) * beta * np.arange(t - 1, -1, -1)


@EWMA_WEIGHTS.wrong
def ewma_weights_newest_left_out(t, beta):
    """np.arange(1, t) ends before t: the newest value is missing."""
    return (1 - beta) * beta ** (t - np.arange(1, t))


@EWMA_WEIGHTS.wrong
def ewma_weights_empty(t, beta):
    """Your range is empty, since ranges count upwards; backwards it is np.arange(t - 1, -1, -1)."""
    return (1 - beta) * beta ** np.arange(t, 0)


@EWMA_WEIGHTS.wrong(case="beta 0, one value, many, beta small, and near 1")
def ewma_weights_geometric(t, beta):
    """A geometric series cannot begin with 0, the weight of old values for beta = 0; take powers of beta."""
    return np.geomspace((1 - beta) * beta ** (t - 1), 1 - beta, t)


@EWMA_WEIGHTS.right
def ewma_weights_turned(t, beta):
    return ((1 - beta) * beta ** np.arange(t))[::-1]


@EWMA_WEIGHTS.right
def ewma_weights_by_loop(t, beta):
    weights = [1 - beta]
    while len(weights) < t:
        weights.insert(0, beta * weights[0])
    return np.array(weights)


@EWMA_WEIGHTS.right
def ewma_weights_by_exp(t, beta):
    k = np.arange(1.0, t + 1)
    kept = np.exp((t - k) * np.log(beta)) if beta > 0 else np.where(k == t, 1.0, 0.0)
    return kept - beta * kept


@EWMA_WEIGHTS.right
def ewma_weights_by_recursion(t, beta):
    weights = np.zeros(t)
    for k in range(t):
        weights = beta * weights
        weights[k] += 1 - beta
    return weights
