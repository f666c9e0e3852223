"""Rows for nnlib.activations: kinks, ties, limits, empty arrays; and calls that are refused."""

import numpy as np

from nnlib import activations as A
from tests.nnlib.spec import Edge, Error

NAN, INF = np.nan, np.inf
E4 = np.array([-1e4, 1e4])
LN2 = 0.6931471805599453
SELU_TOP, SELU_BOTTOM = 1.0507009873554805, 1.7580993408473766  # scale, scale * alpha


def at(op, x, want, **kwargs):
    """f at the numbers x."""
    return Edge(op, (np.array(x, dtype=float),), want, kwargs)


def slope(op, x, want, *others, **kwargs):
    """f' at the numbers x: the gradient for grad_output 1."""
    return Edge(op, (1.0, np.array(x, dtype=float), *others), want, kwargs)


KINKS = (
    slope(A.relu_backward, [0, -1, 1], [0, 0, 1]),
    slope(A.leaky_relu_backward, [0, -2, 1], [0.01, 0.01, 1]),
    slope(A.relu6_backward, [0, 6, 3, 7], [0, 0, 1, 0]),
    slope(A.hardtanh_backward, [-1, 1, 0], [0, 0, 1]),
    slope(A.hardtanh_backward, [-2, 0.5, 0], [0, 0, 1], min_val=-2.0, max_val=0.5),
    slope(A.hardsigmoid_backward, [-3, 3, 0], [0, 0, 1 / 6]),
    slope(A.hardswish_backward, [-3, 3, 0], [0, 1, 0.5]),
    slope(A.hardshrink_backward, [-0.5, 0.5, 0.51], [0, 0, 1]),
    slope(A.softshrink_backward, [-0.5, 0.5, 0.51], [0, 0, 1]),
    slope(A.elu_backward, [0, 1], [0.3, 1], alpha=0.3),
    slope(A.celu_backward, [0, 1], [1, 1], alpha=0.3),
    slope(A.selu_backward, [0, 1], [SELU_BOTTOM, SELU_TOP]),
    slope(A.threshold_backward, [1, 2], [0, 1], 1.0, 5.0),
    slope(A.rrelu_backward, [0, -1, 1], [0.2, 0.2, 1], 0.2),
    slope(A.softplus_backward, [1.0, 1.5], [0.8807970779778824, 1.0], beta=2.0, threshold=2.0),
    slope(A.softsign_backward, [0], [1]),
    slope(A.gelu_backward, [0, -0.7517915246935644], [0.5, 0]),
    slope(A.gelu_backward, [0], [0.5], approximate="tanh"),
    slope(A.silu_backward, [0], [0.5]),
    slope(A.mish_backward, [0], [0.6]),
    slope(A.sigmoid_backward, [0], [0.25]),
    slope(A.tanh_backward, [0], [1]),
    slope(A.logsigmoid_backward, [0], [0.5]),
    slope(A.tanhshrink_backward, [0], [0]),
    Edge(A.prelu_backward, (1.0, np.array([0.0, -2.0, 3.0]), np.array([0.25])), ([0.25, 0.25, 1], [-2])),
    # both lines give 0: the first takes the gradient
    Edge(
        A.maxout_backward,
        (1.0, np.array([[0.0]]), np.array([[[1.0]], [[-1.0]]]), np.zeros((2, 1))),
        ([[1.0]], [[[0.0]], [[0.0]]], [[1.0], [0.0]]),
    ),
    Edge(A.glu_backward, (1.0, np.array([2.0, 0.0])), [0.5, 0.5]),
)

VALUES = (
    Edge(A.heaviside, ([-1, 0, 2],), [0, 0, 1]),
    Edge(A.heaviside, ([-1, 0, 2], 0.5), [0, 0.5, 1]),
    at(A.sigmoid, [-40, 0, -INF, INF], [4.248354255291589e-18, 0.5, 0, 1]),
    at(A.tanh, [-400, 0, INF], [-1, 0, 1]),
    at(A.logsigmoid, [-1000, 0, 1000], [-1000, -LN2, 0]),
    at(A.softsign, [-1, 0, 3], [-0.5, 0, 0.75]),
    at(A.hardsigmoid, [-3, 0, 3], [0, 0.5, 1]),
    at(A.hardtanh, [-1, 1, -INF, INF], [-1, 1, -1, 1]),
    at(A.hardswish, [-3, 3, 0], [0, 3, 0]),
    at(A.relu, [0, -INF, INF], [0, 0, INF]),
    at(A.relu6, [0, 6, INF], [0, 6, 6]),
    at(A.leaky_relu, [0, -100, -INF], [0, -1, -INF]),
    Edge(A.prelu, ([-4.0, 0.0, 2.0], 0.25), [-1, 0, 2]),
    Edge(A.prelu, (np.zeros((0, 3)), [0.1, 0.2, 0.3]), np.zeros((0, 3))),
    Edge(A.prelu_backward, (1.0, np.zeros((0, 3)), [0.1, 0.2, 0.3]), (np.zeros((0, 3)), [0, 0, 0])),
    Edge(A.rrelu, ([-1.0, 0.0, 2.0], [0.2, 0.2, 0.2]), [-0.2, 0, 2]),
    Edge(A.rrelu_slope, ((2,),), [11 / 48, 11 / 48]),
    Edge(A.rrelu_slope, ((0, 2),), np.zeros((0, 2))),
    Edge(A.threshold, ([0.0, 1.0, 2.0], 1.0, 5.0), [5, 5, 2]),
    Edge(A.maxout, (np.zeros((0, 3)), np.zeros((2, 4, 3)), np.zeros((2, 4))), np.zeros((0, 4))),
    at(A.softplus, [-20, 0, 20, 20.5, 1000], [2.061153620314381e-09, LN2, 20.000000002061153, 20.5, 1000]),
    at(A.elu, [0, -INF, 1000], [0, -1, 1000]),
    at(A.selu, [0, -INF], [0, -SELU_BOTTOM]),
    at(A.celu, [0, -INF, 1000], [0, -2, 1000], alpha=2.0),
    at(A.gelu, [0, 1, -10], [0, 0.8413447460685429, -7.619853024160527e-23]),
    at(A.gelu, [0, 1], [0, 0.8411919906082768], approximate="tanh"),
    at(A.silu, [0, -1], [0, -0.2689414213699951]),
    at(A.mish, [0, 1], [0, 0.8650983882673103]),
    at(A.hardshrink, [-0.5, 0.5, 0, 2], [0, 0, 0, 2]),
    at(A.softshrink, [-0.5, 0.5, 0, 2], [0, 0, 0, 1.5]),
    at(A.tanhshrink, [0, 1000], [0, 999]),
    at(A.glu, [3, -4, 0, 1e4], [1.5, -4]),
)

SCORES = (
    at(A.softmax, [1000, 1000], [0.5, 0.5]),
    at(A.softmax, [2000, 2000, 1000], [0.5, 0.5, 0]),
    at(A.softmax, [[1e4, 0, -1e4]], [[1, 0, 0]]),
    at(A.softmax, [-INF, 0], [0, 1]),
    at(A.softmax, [7], [1]),
    at(A.softmax, np.zeros((0, 3)), np.zeros((0, 3))),
    at(A.softmax, np.zeros((3, 0)), np.zeros((3, 0))),
    at(A.log_softmax, [1000, 0], [0, -1000]),
    at(A.log_softmax, np.zeros((3, 0)), np.zeros((3, 0))),
    at(A.log_softmax, [7], [0]),
    at(A.logsumexp, [1000, 1000], 1000.6931471805599),
    at(A.logsumexp, [-INF, -INF], -INF),
    at(A.logsumexp, [INF, 0], INF),
    at(A.logsumexp, [-INF, 3], 3),
    at(A.logsumexp, np.zeros((2, 0)), [-INF, -INF]),
    Edge(A.softmax_backward, (1.0, np.array([1.0, 2.0, 3.0])), [0, 0, 0]),
    Edge(A.softmax_backward, ([1.0, 0.0], np.array([1e4, 1e4])), [0.25, -0.25]),
    Edge(A.softmax_backward, ([1.0, 0.0], np.array([1e4, 0])), [0, 0]),
    Edge(A.log_softmax_backward, ([1.0, 0.0], np.array([0.0, 1e4])), [1, -1]),
    Edge(A.log_softmax_backward, (1.0, np.array([5.0, 5.0])), [0, 0]),
    Edge(A.logsumexp_backward, (3.0, np.array([1e4, 1e4, 0])), [1.5, 1.5, 0]),
    Edge(A.softmax_jacobian, ([0.0, 0.0],), [[0.25, -0.25], [-0.25, 0.25]]),
    Edge(A.softmax_jacobian, ([1e4, 0.0],), [[0, 0], [0, 0]]),
    Edge(A.softmax_jacobian, (np.zeros((0, 2)),), np.zeros((0, 2, 2))),
    Edge(A.softmax_inverse, ([0.0, 1.0],), [-INF, 0]),
    Edge(A.softmax_inverse, ([1.0],), [7.0], {"c": 7.0}),
    Edge(A.softmax_inverse, (np.zeros(0),), np.zeros(0)),
    Edge(A.heaviside, ([],), []),
)

EDGES = KINKS + VALUES + SCORES

ERRORS = (
    Error(A.hardtanh, ([0.0],), "min_val must be at most max_val, 1.0; got 2.0", {"min_val": 2.0}),
    Error(A.hardtanh_backward, (1.0, [0.0]), "min_val must be at most max_val", {"min_val": 2.0}),
    Error(A.softshrink, ([0.0],), "lambd must be at least 0; got -0.5", {"lambd": -0.5}),
    Error(A.softshrink_backward, (1.0, [0.0]), "lambd must be at least 0", {"lambd": -0.5}),
    Error(A.celu, ([0.0],), "alpha must be different from 0; got 0", {"alpha": 0}),
    Error(A.celu_backward, (1.0, [0.0]), "alpha must be different from 0", {"alpha": 0.0}),
    Error(A.gelu, ([0.0],), "approximate must be 'none' or 'tanh'; got 'erf'", {"approximate": "erf"}),
    Error(A.gelu_backward, (1.0, [0.0]), "approximate must be 'none' or 'tanh'", {"approximate": True}),
    Error(A.glu, (np.zeros((2, 3)),), "x must be even in length along axis -1; got length 3"),
    Error(A.glu_backward, (1.0, np.zeros((3, 2))), "x must be even in length along axis 0", {"axis": 0}),
    Error(A.glu_backward, (np.zeros(4), np.zeros(4)), "grad_output must be the shape of the output, (2,)"),
    Error(
        A.prelu,
        (np.zeros((2, 3)), np.zeros(2)),
        "weight must be one value or 3, one a channel; got shape (2,)",
    ),
    Error(A.prelu, (np.zeros(3), np.zeros(3)), "weight must be one value or 1"),
    Error(A.prelu, (np.zeros((2, 3)), np.zeros((3, 1))), "weight must be one value or 3"),
    Error(A.prelu_backward, (1.0, np.zeros((2, 3)), np.zeros(2)), "weight must be one value or 3"),
    Error(A.rrelu, (np.zeros((3, 3)), np.zeros(3)), "slope must be one number or of x's shape (3, 3)"),
    Error(A.rrelu_backward, (1.0, np.zeros((3, 3)), np.zeros(3)), "slope must be one number"),
    Error(A.rrelu_slope, ((2,),), "lower must be at most upper, 0.1; got 0.125", {"upper": 0.1}),
    Error(
        A.rrelu_slope,
        ((2,),),
        "rng must be a numpy.random.Generator in training; got None",
        {"training": True},
    ),
    Error(A.maxout, (np.zeros(3), np.zeros((2, 4, 3)), np.zeros((2, 4))), "x must be of shape (N, D)"),
    Error(
        A.maxout,
        (np.zeros((1, 3)), np.zeros((2, 4, 1)), np.zeros((2, 4))),
        "weight must be of shape (K, H, 3)",
    ),
    Error(A.maxout, (np.zeros((1, 3)), np.zeros((0, 4, 3)), np.zeros((0, 4))), "with K > 0"),
    Error(A.maxout, (np.zeros((1, 3)), np.zeros((2, 4, 3)), np.zeros(4)), "bias must be of shape (2, 4)"),
    Error(
        A.maxout_backward,
        (1.0, np.zeros(3), np.zeros((2, 4, 3)), np.zeros((2, 4))),
        "x must be of shape (N, D)",
    ),
    Error(A.softmax_inverse, ([0.5, -0.5],), "a must be at least 0; got the value -0.5"),
)
