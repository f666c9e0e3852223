"""What belongs to nnlib.search: all of it is random or takes a function, and is judged in test_search.py."""

import numpy as np

from nnlib import search
from tests.nnlib.spec import Error

ELSEWHERE = (
    search.SearchResult,
    search.grid_search,
    search.log_uniform,
    search.lr_threshold,
    search.random_search,
    search.sample_beta,
)


def rng():
    return np.random.default_rng(0)


def nothing(**_):
    return np.nan


ERRORS = (
    Error(
        search.log_uniform, (0.0, 1.0), "low must be positive and at most high, 1.0; got 0.0", {"rng": rng()}
    ),
    Error(search.log_uniform, (2.0, 1.0), "low must be positive and at most high", {"rng": rng()}),
    Error(
        search.sample_beta,
        (),
        "high must be below 1 and at least low, 0.9; got 1.0",
        {"high": 1.0, "rng": rng()},
    ),
    Error(search.sample_beta, (), "high must be below 1 and at least low", {"low": 0.9995, "rng": rng()}),
    Error(search.grid_search, (nothing, {"a": []}), "grid must be of at least one value for each name"),
    Error(search.grid_search, (nothing, {"a": [1]}), "fn must be a number for at least one; got nan"),
    Error(
        search.random_search,
        (nothing, {"a": [1]}),
        "n_iter must be positive; got 0",
        {"n_iter": 0, "rng": rng()},
    ),
    Error(search.random_search, (nothing, {"a": [1]}), "a number for at least one", {"rng": rng()}),
    Error(search.lr_threshold, (None,), "factor must be above 1; got 1", {"factor": 1}),
    Error(
        search.lr_threshold,
        (lambda lr, epochs: [2.0, 1.0],),
        "train_fn must be such that the cost changes its course within 3 rates from lr0; got falling costs",
        {"max_tries": 3},
    ),
    Error(search.lr_threshold, (lambda lr, epochs: [1.0, 1.0],), "got costs that do not fall"),
)
