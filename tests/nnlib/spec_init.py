"""Rows for nnlib.init: what is not random. The draws are judged in test_init.py."""

import numpy as np

from nnlib import init
from tests.nnlib.spec import Case, Edge, Error

CHAPTERS = ("05",)
NO_GRADIENT = (
    init.constant,
    init.measured_gain,
    init.preactivation_std,
    init.preactivation_variance,
    init.zeros,
)
ELSEWHERE = (
    init.calculate_gain,
    init.fans,
    init.kaiming_normal,
    init.kaiming_uniform,
    init.keep_k,
    init.lecun_normal,
    init.normal,
    init.sparse,
    init.sparse_k,
    init.uniform,
    init.xavier_normal,
    init.xavier_uniform,
)


def rng():
    return np.random.default_rng(0)


def moments(rng):
    return rng.uniform(1, 50, size=4), rng.uniform(0, 2, size=4), rng.uniform(0, 2, size=4)


def of_sums(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """Var(wx) = E[w^2] E[x^2] - (E[w] E[x])^2, n times."""
    return n * ((var_w + mean_w**2) * (var_x + mean_x**2) - (mean_w * mean_x) ** 2)


CASES = (
    Case(
        init.measured_gain,
        lambda rng: (np.tanh, rng.normal(size=(5, 4))),
        wrt=(),
        want=lambda f, z: np.linalg.norm(z) / np.linalg.norm(np.tanh(z)),
    ),
    Case(init.zeros, lambda rng: ((3, 2),), wrt=(), want=lambda shape: np.full(shape, 0.0)),
    Case(init.constant, lambda rng: ((2, 3), 0.1), wrt=(), want=lambda shape, val: np.zeros(shape) + val),
    Case(init.preactivation_variance, moments, wrt=(), want=of_sums),
    Case(init.preactivation_variance, moments, {"mean_w": -0.5, "mean_x": 2.0}, wrt=(), want=of_sums),
    Case(
        init.preactivation_std,
        lambda rng: moments(rng)[:2],
        {"b_std": 0.5},
        wrt=(),
        want=lambda n, w, b_std: np.hypot(np.sqrt(n) * w, b_std),
    ),
)

EDGES = (
    Edge(
        init.keep_k, (np.ones((2, 3)), np.zeros((2, 3))), [[1.0, 0.0, 0.0]] * 2, {"k": 1}
    ),  # ties: the first
    Edge(init.measured_gain, (np.zeros_like, np.ones(3)), np.inf),
    Edge(init.measured_gain, (lambda z: np.maximum(z, 0), np.array([1.0, -1.0])), np.sqrt(2)),
    Edge(init.zeros, ((0, 3),), np.zeros((0, 3))),
    Edge(init.zeros, ((),), 0.0),
    Edge(init.constant, ((0,), 3), np.zeros(0)),
    Edge(init.constant, ((2,), 1), [1.0, 1.0]),
    Edge(init.preactivation_variance, (0, 1.0, 1.0), 0.0),
    Edge(init.preactivation_variance, (10_000, 1e4, 1e4), 1e12),
    Edge(init.preactivation_variance, (7, 0.0, 2.0), 126.0, {"mean_w": 3.0}),
    Edge(init.preactivation_std, (0, 1.0), 1.0),
    Edge(init.preactivation_std, (500, 1.0), np.sqrt(501)),
    Edge(init.preactivation_std, (500, 1000**-0.5), np.sqrt(1.5)),
    Edge(init.preactivation_std, (0, 0.0), 0.0, {"b_std": 0.0}),
)

ERRORS = (
    Error(init.normal, ((2,),), "std must be at least 0; got -1", {"std": -1.0, "rng": rng()}),
    Error(init.uniform, ((2,),), "a must be at most b, 1.0; got 2", {"a": 2.0, "rng": rng()}),
    Error(init.lecun_normal, ((5,),), "shape must be at least (out, in); got (5,)", {"rng": rng()}),
    Error(init.xavier_normal, ((),), "shape must be at least (out, in); got ()", {"rng": rng()}),
    Error(init.xavier_uniform, ((5,),), "shape must be at least (out, in)", {"rng": rng()}),
    Error(init.kaiming_normal, ((5,),), "shape must be at least (out, in)", {"rng": rng()}),
    Error(
        init.kaiming_normal,
        ((5, 2),),
        'mode must be "fan_in" or "fan_out"; got \'in\'',
        {"mode": "in", "rng": rng()},
    ),
    Error(init.kaiming_uniform, ((5, 2),), "mode must be", {"mode": "fan", "rng": rng()}),
    Error(init.calculate_gain, ("gelu",), "nonlinearity must be one of leaky_relu, relu, tanh"),
    Error(init.sparse, ((5,), 0.5), "shape must be (out, in); got 1 axes", {"rng": rng()}),
    Error(init.sparse, ((5, 2), 1.5), "sparsity must be between 0 and 1; got 1.5", {"rng": rng()}),
    Error(init.sparse_k, ((5, 2, 2),), "shape must be (out, in); got 3 axes", {"rng": rng()}),
    Error(init.sparse_k, ((5, 2),), "k must be at least 0; got -1", {"k": -1, "rng": rng()}),
    Error(init.fans, ((5,),), "shape must be at least (out, in); got (5,)"),
    Error(init.keep_k, (np.ones(3), np.ones(3)), "weight must be (out, in); got 1 axes"),
    Error(init.keep_k, (np.ones((2, 3)), np.ones((3, 2))), "scores must be the shape of weight"),
    Error(init.keep_k, (np.ones((2, 3)), np.ones((2, 3))), "k must be at least 0; got -1", {"k": -1}),
    Error(init.measured_gain, (np.sum, np.ones(3)), "f(z) must be the shape of z, (3,); got shape ()"),
    Error(init.preactivation_variance, (3, -1.0, 1.0), "var_w must be at least 0; got -1"),
    Error(init.preactivation_variance, (3, 1.0, -1.0), "var_x must be at least 0"),
    Error(init.preactivation_std, (-3, 1.0), "n_active must be at least 0"),
    Error(init.preactivation_std, (3, 1.0), "b_std must be at least 0", {"b_std": -1.0}),
)
