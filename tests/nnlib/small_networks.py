"""A small problem and a small network that the tests of training share."""

import numpy as np

from nnlib import modules
from nnlib.training import fit


def rng(seed=0):
    return np.random.default_rng(seed)


def data(seed=0, n=90, dtype=np.float64):
    """Three classes in five features, with a mean of their own each."""
    draws = rng(seed)
    y = draws.integers(3, size=n)
    return (draws.normal(size=(3, 5))[y] + draws.normal(size=(n, 5))).astype(dtype), y


def network(seed=0, activation="sigmoid", dtype=np.float64, middle=()):
    draws = rng(seed)
    first, last = modules.Linear(5, 7, rng=draws, dtype=dtype), modules.Linear(7, 3, rng=draws, dtype=dtype)
    return modules.Sequential(first, modules.Activation(activation), *middle, last)


def quiet(model, optimizer, X, y, **options):
    return fit(
        model, optimizer, X, y, **{"loss": "cross_entropy", "progress": False, "batch_size": 8, **options}
    )
