"""Rows for nnlib.norm: edges, and what is refused."""

import numpy as np

from nnlib import norm as N
from tests.nnlib.spec import Edge, Error

ZERO, ONE = np.zeros(2), np.ones(2)
NOTHING = np.zeros((0, 2, 3))

EDGES = (
    # a constant channel becomes its bias, and sends nothing back
    Edge(
        N.batch_norm,
        ([[5.0, 1.0], [5.0, 3.0]], None, None, [2.0, 2.0], [7.0, 0.0]),
        ([[7.0, -2.0], [7.0, 2.0]],),
        {"training": True, "eps": 1e-30},
    ),
    Edge(
        N.batch_norm_backward,
        ([[1.0], [2.0]], [[5.0], [5.0]], None, None, [2.0], [7.0]),
        ([[-10.0], [10.0]], [0.0], [3.0]),
        {"training": True, "eps": 0.01},
    ),
    # one sample with several places is a batch; the running variance divides by n - 1
    Edge(
        N.batch_norm,
        ([[[1.0, 3.0]]], [0.0], [1.0]),
        ([[[-1.0, 1.0]]], [0.2], [1.1]),
        {"training": True, "eps": 0.0},
    ),
    Edge(N.batch_norm, ([[1.0]], [0.0], [4.0]), ([[0.5]], [0.0], [4.0]), {"eps": 0.0}),
    # an empty batch leaves the running statistics alone
    Edge(N.batch_norm, (NOTHING, ZERO, ONE), (NOTHING, ZERO, ONE), {"training": True}),
    Edge(N.batch_norm, (NOTHING, ZERO, ONE), (NOTHING, ZERO, ONE)),
    Edge(N.batch_norm, (NOTHING, None, None), (NOTHING,), {"training": True}),
    Edge(
        N.batch_norm_backward, (1.0, NOTHING, None, None, ONE, ONE), (NOTHING, ZERO, ZERO), {"training": True}
    ),
    Edge(N.batch_norm_backward, (1.0, NOTHING, ZERO, ONE, ONE), (NOTHING, ZERO)),
    Edge(N.instance_norm, ([[[4.0, 4.0]]], None, None, [2.0], [7.0]), ([[[7.0, 7.0]]],)),
    Edge(N.instance_norm, (NOTHING, ZERO, ONE), (NOTHING, ZERO, ONE)),
    Edge(N.instance_norm_backward, (1.0, NOTHING, None, None, ONE, ONE), (NOTHING, ZERO, ZERO)),
    Edge(N.instance_norm_backward, (1.0, [[[4.0, 4.0]]]), [[[0.0, 0.0]]]),
    Edge(N.group_norm, ([[4.0, 4.0, 1.0, 3.0]], 2), [[0.0, 0.0, -1.0, 1.0]], {"eps": 1e-30}),
    # one value a group is fine where there are several groups of samples, and becomes 0
    Edge(N.group_norm, ([[4.0, 1.0], [2.0, 3.0]], 2), np.zeros((2, 2))),
    Edge(N.group_norm, (NOTHING, 1), NOTHING),
    Edge(N.group_norm_backward, (1.0, NOTHING, 2, ONE, ONE), (NOTHING, ZERO, ZERO)),
    Edge(
        N.layer_norm,
        ([[4.0, 4.0], [1.0, 3.0]], 2, [2.0, 2.0], [7.0, 0.0]),
        [[7.0, 0.0], [5.0, 2.0]],
        {"eps": 1e-30},
    ),
    Edge(N.layer_norm, ([[4.0], [1.0]], 1, [2.0], [7.0]), [[7.0], [7.0]]),
    Edge(N.layer_norm, (NOTHING, (2, 3)), NOTHING),
    Edge(N.layer_norm, (np.zeros((2, 0)), 0), np.zeros((2, 0))),
    Edge(
        N.layer_norm_backward, (1.0, NOTHING, 3, np.ones(3), np.ones(3)), (NOTHING, np.zeros(3), np.zeros(3))
    ),
    Edge(N.layer_norm_backward, (1.0, np.zeros((2, 0)), (0,)), np.zeros((2, 0))),
    Edge(N.layer_norm_backward, ([[1.0, 3.0]], [[4.0, 4.0]], 2), [[-10.0, 10.0]], {"eps": 0.01}),
    Edge(N.population_stats, ([[1.0, 2.0]], [[0.0, 3.0]]), ([1.0, 2.0], [0.0, 4.0]), {"m": 4}),
    Edge(
        N.fuse_bn_weights,
        (np.zeros((2, 0)), [1.0, 1.0], [1.0, 0.0], [4.0, 4.0], None, [5.0, 5.0]),
        (np.zeros((2, 0)), [5.0, 5.5]),
        {"eps": 0.0},
    ),
)

FOUR = np.ones((2, 4, 3))
TRAIN = {"training": True}

ERRORS = (
    Error(N.batch_norm, (np.ones(4), None, None), "x must be of shape (N, C, ...); got shape (4,)", TRAIN),
    Error(
        N.batch_norm,
        (np.ones((1, 4)), None, None),
        "x must be more than one value a channel while training; got shape (1, 4)",
        TRAIN,
    ),
    Error(N.batch_norm, (np.ones((1, 4, 1, 1)), None, None), "more than one value a channel", TRAIN),
    Error(N.batch_norm_backward, (1.0, np.ones((1, 4)), None, None), "more than one value a channel", TRAIN),
    Error(N.batch_norm, (FOUR, None, None), "running_mean must be given where training is False; got None"),
    Error(
        N.batch_norm_backward, (1.0, FOUR, None, None), "running_mean must be given where training is False"
    ),
    Error(
        N.batch_norm,
        (FOUR, np.ones(4), None),
        "running_var must be given where running_mean is, and only there",
    ),
    Error(
        N.batch_norm,
        (FOUR, None, np.ones(4)),
        "running_var must be given where running_mean is, and only there",
        TRAIN,
    ),
    Error(
        N.batch_norm,
        (FOUR, np.ones(3), np.ones(4)),
        "running_mean must be of shape (4,), a number for each channel; got shape (3,)",
    ),
    Error(N.batch_norm, (FOUR, np.ones(4), np.ones((1, 4))), "running_var must be of shape (4,)"),
    Error(
        N.batch_norm,
        (FOUR, None, None, np.ones(1)),
        "weight must be of shape (4,), a number for each channel; got shape (1,)",
        TRAIN,
    ),
    Error(N.batch_norm, (FOUR, None, None, None, np.ones(3)), "bias must be of shape (4,)", TRAIN),
    Error(N.batch_norm_backward, (1.0, FOUR, None, None, np.ones(3)), "weight must be of shape (4,)", TRAIN),
    Error(N.instance_norm, (np.ones((2, 4)),), "x must be of shape (N, C, L, ...); got shape (2, 4)"),
    Error(
        N.instance_norm, (np.ones((2, 4, 1)),), "x must be more than one place a channel; got shape (2, 4, 1)"
    ),
    Error(N.instance_norm, (FOUR, np.ones(4)), "running_var must be given"),
    Error(N.instance_norm, (FOUR, None, None, np.ones(3)), "weight must be of shape (4,)"),
    Error(
        N.instance_norm,
        (FOUR,),
        "running_mean must be given where use_input_stats is False",
        {"use_input_stats": False},
    ),
    Error(
        N.instance_norm,
        (FOUR, np.ones(3), np.ones(3)),
        "running_mean must be of shape (4,)",
        {"use_input_stats": False},
    ),
    Error(N.instance_norm_backward, (1.0, FOUR, None, None, None, np.ones(3)), "bias must be of shape (4,)"),
    Error(N.group_norm, (FOUR, 3), "num_groups must be a divisor of the 4 channels; got 3"),
    Error(N.group_norm, (FOUR, 0), "num_groups must be a divisor of the 4 channels; got 0"),
    Error(N.group_norm, (np.ones((1, 4)), 4), "x must be more than one value a group; got shape (1, 4)"),
    Error(N.group_norm, (FOUR, 2, np.ones(2)), "weight must be of shape (4,)"),
    Error(N.group_norm_backward, (1.0, FOUR, 2, np.ones(4), np.ones((4, 1))), "bias must be of shape (4,)"),
    Error(N.group_norm, (np.ones(4), 2), "x must be of shape (N, C, ...)"),
    Error(N.layer_norm, (FOUR, 4), "x must be of a shape that ends in (4,); got shape (2, 4, 3)"),
    Error(N.layer_norm, (np.ones(3), (4, 3)), "x must be of a shape that ends in (4, 3); got shape (3,)"),
    Error(N.layer_norm, (FOUR, ()), "normalized_shape must be at least one axis; got ()"),
    Error(N.layer_norm, (FOUR, 3, np.ones(4)), "weight must be of shape (3,); got shape (4,)"),
    Error(N.layer_norm, (FOUR, (4, 3), None, np.ones(3)), "bias must be of shape (4, 3); got shape (3,)"),
    Error(N.layer_norm_backward, (1.0, FOUR, 4), "x must be of a shape that ends in (4,)"),
    Error(
        N.population_stats,
        (np.ones((2, 3)), np.ones(3)),
        "batch_vars must be the shape of batch_means, (2, 3); got shape (3,)",
        {"m": 2},
    ),
    Error(
        N.population_stats,
        (np.ones((0, 3)), np.ones((0, 3))),
        "batch_means must be statistics of at least one batch",
        {"m": 2},
    ),
    Error(N.population_stats, (np.ones(2), np.ones(2)), "m must be at least 2; got 1", {"m": 1}),
    Error(
        N.fuse_bn_weights,
        (np.ones(3), None, np.ones(3), np.ones(3)),
        "weight must be of shape (out, in, ...)",
    ),
    Error(
        N.fuse_bn_weights,
        (np.ones((3, 2)), np.ones(2), np.ones(3), np.ones(3)),
        "bias must be of shape (3,); got shape (2,)",
    ),
    Error(
        N.fuse_bn_weights,
        (np.ones((3, 2)), None, np.ones(1), np.ones(3)),
        "running_mean must be of shape (3,)",
    ),
    Error(
        N.fuse_bn_weights,
        (np.ones((3, 2)), None, np.ones(3), np.ones(2)),
        "running_var must be of shape (3,)",
    ),
    Error(N.norm_axes, ("batched", 4), "kind must be one of batch, layer, instance, group; got 'batched'"),
    Error(N.norm_axes, ("instance", 2), "ndim must be at least 3; got 2"),
)
