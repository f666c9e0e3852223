"""Hyper-parameters: from which scale to draw them, and how to look for good ones."""

from itertools import product
from typing import NamedTuple

import numpy as np

from nnlib._check import fail, need

__all__ = ["SearchResult", "grid_search", "log_uniform", "lr_threshold", "random_search", "sample_beta"]


def log_uniform(low, high, *, size=None, rng):
    """Numbers whose logarithm is uniform: as many between 0.001 and 0.01 as between 0.01 and 0.1.

    Parameters
    ----------
    low, high : float, 0 < low <= high
    size : int or tuple of int, or None for one number
    rng : numpy.random.Generator

    Returns
    -------
    number or array of that size

    Raises
    ------
    ValueError : not 0 < low <= high

    Notes
    -----
    exp(U(log low, log high)).  For learning rates and penalties, of which the order of magnitude matters.
    Bergstra & Bengio (2012), "Random search for hyper-parameter optimization", section 2.4.

    Examples
    --------
    >>> x = log_uniform(1e-4, 1.0, size=1000, rng=np.random.default_rng(0))
    >>> bool(x.min() >= 1e-4), bool(abs(np.mean(x < 1e-2) - 0.5) < 0.05)
    (True, True)
    """
    need(0 < low <= high, "log_uniform", "low", low, f"positive and at most high, {high}")
    return np.exp(rng.uniform(np.log(low), np.log(high), size=size))


def sample_beta(*, low=0.9, high=0.999, size=None, rng):
    """Decay rates of running means, drawn so that 1 - beta is log-uniform.

    Parameters
    ----------
    low, high : float, default 0.9 and 0.999, low <= high < 1
    size : int or tuple of int, or None for one number
    rng : numpy.random.Generator

    Returns
    -------
    number or array of that size

    Raises
    ------
    ValueError : not low <= high < 1

    Notes
    -----
    beta = 1 - exp(U(log(1 - high), log(1 - low))).  A mean with beta covers about 1 / (1 - beta) values: from 0.9
    to 0.9005 that is 10 to 10.05, from 0.999 to 0.9995 it is 1000 to 2000.  A uniform draw would hardly ever come
    near 1.  Bergstra & Bengio (2012), section 2.4, for the logarithmic scale.

    Examples
    --------
    >>> beta = sample_beta(size=1000, rng=np.random.default_rng(0))
    >>> bool(abs(np.mean(beta > 0.99) - 0.5) < 0.05)
    True
    """
    need(low <= high < 1, "sample_beta", "high", high, f"below 1 and at least low, {low}")
    return 1 - log_uniform(1 - high, 1 - low, size=size, rng=rng)


class SearchResult(NamedTuple):
    """best_params: dict;  best_score: float;  tried: list of (params, score) in the order of the trials."""

    best_params: dict
    best_score: float
    tried: list


def grid_search(fn, grid):
    """Try all combinations of values and keep the best.

    Parameters
    ----------
    fn : function of the hyper-parameters by keyword that returns a score, higher is better
    grid : dict {name: sequence of values}

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError : there is no combination, or every score is nan

    Notes
    -----
    The product of the sequences, names sorted, the last name fastest.  Of equal scores the first wins; nan (a run
    that diverged) never does.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 11.4.3.

    Examples
    --------
    >>> result = grid_search(lambda lr, width: -abs(lr - 0.1) + width, {"lr": [0.01, 0.1], "width": [1, 2]})
    >>> result.best_params, len(result.tried)
    ({'lr': 0.1, 'width': 2}, 4)
    """
    names = sorted(grid)
    combinations = [dict(zip(names, values)) for values in product(*(grid[name] for name in names))]
    need(combinations, "grid_search", "grid", "an empty sequence", "of at least one value for each name")
    return _best("grid_search", fn, combinations)


def random_search(fn, space, *, n_iter=20, rng):
    """Try random combinations and keep the best.

    Parameters
    ----------
    fn : function of the hyper-parameters by keyword that returns a score, higher is better
    space : dict {name: sequence of values, or function of a generator that draws one}
    n_iter : int, default 20, number of trials
    rng : numpy.random.Generator

    Returns
    -------
    SearchResult

    Raises
    ------
    ValueError : n_iter is not positive, or every score is nan

    Notes
    -----
    Each trial tries a new value of every hyper-parameter, so that few trials suffice where few of them matter; a
    grid repeats its values.  Ties and nan as in `grid_search`.
    Bergstra & Bengio (2012), "Random search for hyper-parameter optimization".

    Examples
    --------
    >>> space = {"lr": lambda rng: log_uniform(1e-4, 1.0, rng=rng), "width": [16, 32]}
    >>> rng = np.random.default_rng(0)
    >>> result = random_search(lambda lr, width: -abs(np.log10(lr) + 2), space, n_iter=50, rng=rng)
    >>> bool(0.005 < result.best_params["lr"] < 0.02), len(result.tried)
    (True, 50)
    """
    need(n_iter > 0, "random_search", "n_iter", n_iter, "positive")

    def draw(values):
        return values(rng) if callable(values) else values[rng.integers(len(values))]

    drawn = [{name: draw(space[name]) for name in sorted(space)} for _ in range(n_iter)]
    return _best("random_search", fn, drawn)


def _best(op, fn, trials):
    tried = [(params, float(fn(**params))) for params in trials]
    scores = np.array([score for _, score in tried])
    numbers = np.flatnonzero(~np.isnan(scores))  # np.nanargmax takes a nan before -inf
    need(numbers.size, op, "fn", "nan for every trial", "a number for at least one")
    best = int(numbers[np.argmax(scores[numbers])])
    return SearchResult(*tried[best], tried)


def lr_threshold(train_fn, *, lr0=0.01, factor=10.0, epochs=3, max_tries=10):
    """Largest learning rate, to within a factor, for which the cost falls from the start.

    Parameters
    ----------
    train_fn : function of (lr, epochs) that trains from scratch and returns the costs, shape (epochs + 1,) or so
    lr0 : float, default 0.01, the first rate tried
    factor : float, default 10, between two rates
    epochs : int, default 3
    max_tries : int, default 10, rates tried at most beside the first

    Returns
    -------
    float

    Raises
    ------
    ValueError : factor is not above 1, or no rate was found in max_tries

    Notes
    -----
    If the cost falls at lr0, raise the rate until the cost rises once, oscillates or becomes nan, and return the
    rate before; else lower the rate until the cost falls.  Falling is: lower at the end, never higher than before.
    An order of magnitude is all that is wanted; train with a rate somewhat below.
    Nielsen (2015), "Neural networks and deep learning", chapter 3.

    Examples
    --------
    >>> train = lambda lr, epochs: [(1 - 2 * lr) ** (2 * t) for t in range(epochs + 1)]  # w^2 from w = 1
    >>> lr_threshold(train, lr0=0.01), lr_threshold(train, lr0=100.0)
    (0.1, 0.1)
    """
    need(factor > 1, "lr_threshold", "factor", factor, "above 1")

    def falls(lr):
        costs = np.asarray(train_fn(lr, epochs))
        return bool(np.all(costs[1:] <= costs[:-1]) and costs[-1] < costs[0])

    rising = falls(lr0)
    for tries in range(1, max_tries + 1):
        power = tries if rising else -tries
        if falls(lr0 * factor**power) != rising:
            return lr0 * factor ** (power - 1 if rising else power)
    wanted = f"such that the cost changes its course within {max_tries} rates from lr0"
    fail("lr_threshold", "train_fn", "falling costs" if rising else "costs that do not fall", wanted)
