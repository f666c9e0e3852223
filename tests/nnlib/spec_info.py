"""Rows for nnlib.info. The identities between its functions are in test_info.py."""

import numpy as np
from scipy import special, stats

from nnlib import info
from tests.nnlib.spec import Case, Edge, Error

NO_GRADIENT = tuple(getattr(info, name) for name in info.__all__)
EMPTY_IN_EDGES = (info.conditional_entropy, info.entropy, info.joint_entropy, info.mutual_information)

NAN, INF = np.nan, np.inf
LN2 = np.log(2)
TABLE = np.array([[0.3, 0.1], [0.2, 0.4]])  # p(x, y), a row for each x
NOTHING = np.zeros((0, 3))


def distributions(rng):
    """Three distributions over five values, some of them impossible."""
    p = rng.dirichlet(np.ones(5), size=3)
    p[1, 2:4] = 0
    return (p / p.sum(axis=1, keepdims=True),)


def columns(rng):
    return (rng.dirichlet(np.ones(4), size=(2, 3)).transpose(0, 2, 1),)


def two(rng):
    p, *_ = distributions(rng)
    return p, rng.dirichlet(np.ones(5), size=3)


def coins(rng):
    return (rng.uniform(size=(3, 4)),)


def tables(rng):
    p = rng.dirichlet(np.ones(12)).reshape(3, 4)
    p[1, 2] = 0
    return (p / p.sum(),)


def row_by_row(p_xy, base=None):
    """H(Y|X) as the mean entropy of the rows."""
    p_x = p_xy.sum(axis=1)
    return p_x @ [stats.entropy(row, base=base) for row in p_xy]


def from_independence(p_xy, base=None):
    expected = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    return stats.entropy(p_xy.ravel(), expected.ravel(), base=base)


def case(op, args, want, **kwargs):
    return Case(op, args, kwargs, wrt=(), want=want)


CASES = (
    case(info.self_information, coins, lambda p: special.entr(p) / p),
    case(info.self_information, coins, lambda p, base: np.log2(1 / p), base=2),
    case(info.entropy, distributions, lambda p: stats.entropy(p, axis=-1)),
    case(info.entropy, columns, lambda p, axis: special.entr(p).sum(axis=axis), axis=1),
    case(info.entropy, distributions, lambda p, base: stats.entropy(p, axis=-1, base=base), base=10),
    case(info.binary_entropy, coins, lambda p: stats.entropy(np.stack([p, 1 - p]))),
    case(info.binary_entropy, coins, lambda p, base: stats.entropy(np.stack([p, 1 - p]), base=2), base=2),
    case(info.cross_entropy_of_distributions, two, lambda p, q: -special.xlogy(p, q).sum(axis=-1)),
    case(
        info.cross_entropy_of_distributions,
        two,
        lambda p, q, axis, base: -(p * np.log2(q)).sum(axis=axis),
        axis=0,
        base=2,
    ),
    case(info.kl_divergence, two, lambda p, q: special.rel_entr(p, q).sum(axis=-1)),
    case(info.kl_divergence, two, lambda p, q, base: stats.entropy(p, q, axis=-1, base=base), base=2),
    case(info.kl_divergence, two, lambda p, q, axis: special.rel_entr(p, q).sum(axis=axis), axis=0),
    case(info.joint_entropy, tables, lambda p: stats.entropy(p.ravel())),
    case(info.joint_entropy, tables, lambda p, base: stats.entropy(p.ravel(), base=base), base=2),
    case(info.conditional_entropy, tables, row_by_row),
    case(info.conditional_entropy, tables, row_by_row, base=2),
    case(info.mutual_information, tables, from_independence),
    case(info.mutual_information, tables, from_independence, base=2),
)

EDGES = (
    Edge(info.self_information, ([0.5, 0.125, 1.0, 0.0],), [1, 3, 0, INF], {"base": 2}),
    Edge(info.self_information, ([],), []),
    Edge(info.entropy, ([[0.5, 0.5], [1.0, 0.0]],), [LN2, 0]),
    Edge(info.entropy, ([1.0],), 0.0),
    Edge(info.entropy, (np.full(1024, 1 / 1024),), 10.0, {"base": 2}),
    Edge(info.entropy, ([],), 0.0),
    Edge(info.entropy, (np.zeros((2, 0)),), [0, 0]),
    Edge(info.entropy, (NOTHING,), []),
    Edge(info.binary_entropy, ([0.0, 0.5, 1.0, 0.25],), [0, LN2, 0, 2 * LN2 - 0.75 * np.log(3)]),
    Edge(info.binary_entropy, ([],), []),
    Edge(info.cross_entropy_of_distributions, ([0.0, 1.0], [0.5, 0.5]), LN2),
    Edge(info.cross_entropy_of_distributions, ([0.5, 0.5], [0.0, 1.0]), INF),
    Edge(info.cross_entropy_of_distributions, ([0.0, 1.0], [0.0, 1.0]), 0.0),
    Edge(info.cross_entropy_of_distributions, (NOTHING, NOTHING), []),
    Edge(info.kl_divergence, ([0.0, 1.0], [0.5, 0.5]), LN2),
    Edge(info.kl_divergence, ([0.5, 0.5], [0.0, 1.0]), INF),
    Edge(info.kl_divergence, ([0.5, 0.5, 0.0], [0.5, 0.5, 0.0]), 0.0),
    Edge(info.kl_divergence, (NOTHING, NOTHING), []),
    Edge(info.joint_entropy, (np.full((2, 4), 0.125),), 3.0, {"base": 2}),
    Edge(info.joint_entropy, (NOTHING,), 0.0),
    # Y is known once X is; X says nothing of Y
    Edge(info.conditional_entropy, (np.eye(2) / 2,), 0.0),
    Edge(info.conditional_entropy, (np.full((2, 2), 0.25),), LN2),
    Edge(info.conditional_entropy, ([[0.0, 0.0], [0.5, 0.5]],), LN2),
    Edge(info.conditional_entropy, (NOTHING,), 0.0),
    Edge(info.mutual_information, (np.eye(2) / 2,), LN2),
    Edge(info.mutual_information, (np.full((2, 2), 0.25),), 0.0),
    Edge(info.mutual_information, ([[0.0, 0.0], [0.5, 0.5]],), 0.0),
    Edge(info.mutual_information, (NOTHING,), 0.0),
)

ERRORS = (
    Error(info.self_information, ([-0.5],), "p must be at least 0; got the value -0.5"),
    Error(info.entropy, ([0.5, -0.5],), "p must be at least 0; got the value -0.5"),
    Error(info.entropy, ([0.5, 0.5],), "base must be positive and not 1; got 1", {"base": 1}),
    Error(info.self_information, ([0.5],), "base must be positive and not 1; got -2", {"base": -2}),
    Error(info.binary_entropy, ([0.5, 1.5],), "p must be at most 1; got the value 1.5"),
    Error(info.binary_entropy, ([-0.5],), "p must be at least 0; got the value -0.5"),
    Error(
        info.cross_entropy_of_distributions,
        ([0.5, 0.5], [[0.5], [0.5]]),
        "q must be of shape (2,); got shape (2, 1)",
    ),
    Error(
        info.cross_entropy_of_distributions,
        ([0.5, 0.5], [1.5, -0.5]),
        "q must be at least 0; got the value -0.5",
    ),
    Error(info.kl_divergence, ([0.5, 0.5], [1.0]), "q must be of shape (2,); got shape (1,)"),
    Error(info.kl_divergence, ([1.5, -0.5], [0.5, 0.5]), "p must be at least 0; got the value -0.5"),
    Error(info.joint_entropy, ([0.5, 0.5],), "p_xy must be of shape (n_x, n_y); got shape (2,)"),
    Error(info.conditional_entropy, ([0.5, 0.5],), "p_xy must be of shape (n_x, n_y); got shape (2,)"),
    Error(info.mutual_information, ([0.5, 0.5],), "p_xy must be of shape (n_x, n_y); got shape (2,)"),
    Error(info.mutual_information, (-TABLE,), "p_xy must be at least 0; got the value -0.4"),
)
