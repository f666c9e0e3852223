"""Rows for nnlib.regularization and the rest of chapter 08: edges and errors."""

import numpy as np

from nnlib import metrics as M
from nnlib import nn
from nnlib import regularization as R
from tests.nnlib.spec import Edge, Error

NAN = np.nan
E1, E2 = np.zeros(0), np.zeros((0, 3))
ONE = np.array([[1.0, 2.0]])

EDGES = (
    Edge(R.l2_penalty, (E1,), 0.0, {"lam": 1.0}),
    Edge(R.l2_penalty, ([1e4, -1e4],), 1e8, {"lam": 1.0}),
    Edge(R.l2_penalty_backward, (1.0, [0.0, 2.0]), [0.0, 0.2], {"lam": 5.0, "n": 50}),
    Edge(R.l1_penalty, (E1,), 0.0, {"lam": 1.0}),
    Edge(R.l1_penalty, ([1e4, -1e4],), 2e4, {"lam": 1.0}),
    Edge(R.l1_penalty_backward, (1.0, [-1e4, 0.0, -0.0, 1e-9]), [-1.0, 0.0, 0.0, 1.0], {"lam": 1.0}),
    Edge(R.l1_penalty_backward, (2.0, E2), E2, {"lam": 1.0}),
    Edge(R.elastic_net_penalty, (E1,), 0.0, {"l1": 1.0, "l2": 1.0}),
    Edge(R.elastic_net_penalty_backward, (1.0, [-1.0, 0.0]), [-0.5, 0.0], {"l1": 0.3, "l2": 0.1}),
    Edge(R.frobenius_penalty, (np.eye(3),), 1.5, {"lam": 1.0}),
    Edge(R.frobenius_penalty, (E2,), 0.0, {"lam": 1.0}),
    Edge(R.frobenius_penalty_backward, (1.0, np.eye(2)), np.eye(2), {"lam": 1.0}),
    Edge(R.regularized_loss, (0.5, []), 0.5, {"lam": 1.0}),
    Edge(R.regularized_loss, (0.0, [[-3.0], [[4.0]]]), 7.0, {"lam": 1.0, "kind": "l1"}),
    Edge(R.laplace_neg_log_prior, (E1,), 0.0, {"b": 3.0}),
    Edge(R.laplace_neg_log_prior, ([0.0],), 0.0, {"b": 0.5}),
    Edge(R.laplace_neg_log_prior_backward, (1.0, [0.0, -1e4]), [0.0, -2.0], {"b": 0.5}),
    Edge(R.gaussian_neg_log_prior, (E1,), 0.0, {"sigma": 3.0}),
    Edge(R.gaussian_neg_log_prior, ([0.0],), 0.0, {"sigma": 0.3989422804014327}),
    Edge(R.gaussian_neg_log_prior_backward, (1.0, [0.0, -1e4]), [0.0, -2500.0], {"sigma": 2.0}),
    Edge(R.soft_weight_sharing, (E1, [1.0], [0.0], [1.0]), 0.0),
    # one component at 0 is the normal prior; 100 widths away the density is exp(-5000), not 0
    Edge(R.soft_weight_sharing, ([100.0], [1.0], [0.0], [1.0]), 5000.9189385332046),
    # a component of proportion 0 changes nothing, however near it is
    Edge(R.soft_weight_sharing, ([100.0], [1.0, 0.0], [0.0, 100.0], [1.0, 1.0]), 5000.9189385332046),
    # halfway between two equal components the pulls cancel
    Edge(
        R.soft_weight_sharing_backward,
        (1.0, np.array([0.0]), [0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]),
        ([0.0], [-1.0, -1.0], [-0.5, 0.5], [0.0, 0.0]),
    ),
    Edge(R.weight_decay_step, (E1, E1), E1, {"lr": 1.0, "lam": 1.0}),
    Edge(R.weight_decay_step, ([1e4, 0.0], [0.0, 0.0]), [9e3, 0.0], {"lr": 0.1, "lam": 1.0}),
    Edge(
        R.minibatch_l2_step,
        ([1.0], [1.0], [0.0], [0.0]),
        ([0.95], [1.0]),
        {"lr": 0.5, "lam": 10.0, "n": 100, "m": 1},
    ),
    Edge(R.l1_step, ([0.01, 0.0], [0.0, 0.0]), [-0.09, 0.0], {"lr": 0.1, "lam": 1.0}),
    Edge(R.soft_threshold, ([0.5, -0.5, 0.0, 1e4],), [0.0, 0.0, 0.0, 9999.5], {"t": 0.5}),
    Edge(R.soft_threshold, ([1.0, -2.0],), [1.0, -2.0], {"t": 0.0}),
    Edge(R.max_norm, ([[3.0, 4.0]],), [[3.0, 4.0]], {"c": 5.0}),
    Edge(R.max_norm, ([[3.0, 4.0], [0.0, 0.0]],), [[0.0, 0.0], [0.0, 0.0]], {"c": 0.0}),
    Edge(R.max_norm, ([[1e4, 0.0], [0.0, 0.0]],), [[3.0, 0.0], [0.0, 0.0]]),
    Edge(R.max_norm, (E2,), E2),
    Edge(R.max_norm, (np.zeros((2, 0)),), np.zeros((2, 0))),
    Edge(R.max_norm, ([[NAN, 4.0]],), [[NAN, 4.0]], {"c": 1.0}),
    Edge(R.max_norm, ([[3.0], [4.0]],), [[0.6], [0.8]], {"c": 1.0, "axis": 0}),
    Edge(R.dropout, ([1.0, 2.0], [1, 1]), [0.0, 0.0], {"p": 1.0}),
    Edge(R.dropout, ([1.0, -2.0], [1, 1]), [1.0, -2.0], {"p": 0.0}),
    Edge(R.dropout, ([1.0, 2.0], None), [1.0, 2.0], {"p": 0.9, "training": False}),
    Edge(R.dropout, (E2, E2), E2),
    Edge(R.dropout_backward, (1.0, [5.0, 5.0], [0, 1]), [0.0, 5.0], {"p": 0.8}),
    Edge(R.dropout_backward, (1.0, [5.0, 5.0], [1, 1]), [0.0, 0.0], {"p": 1.0}),
    Edge(R.dropout_mask, ((0, 2),), np.zeros((0, 2)), {"rng": np.random.default_rng(0)}),
    Edge(R.dropout_mask, ((2,),), [0.0, 0.0], {"p": 1.0, "rng": np.random.default_rng(0)}),
    Edge(R.dropout_mask, ((2,),), [1.0, 1.0], {"p": 0.0, "rng": np.random.default_rng(0)}),
    Edge(R.dropout_vanilla, ([1.0, 2.0], [0, 1]), [0.0, 2.0], {"p": 0.9}),
    Edge(R.dropout_vanilla, ([1.0, 2.0], None), [0.0, 0.0], {"p": 1.0, "training": False}),
    Edge(R.dropout_vanilla, (E2, E2), E2),
    Edge(R.dropout_vanilla_backward, (1.0, [5.0], None), [0.75], {"p": 0.25, "training": False}),
    Edge(R.gaussian_noise, (E2, E2), E2),
    Edge(R.gaussian_noise, ([1e4], [1.0]), [1e4], {"std": 0.0}),
    Edge(R.gaussian_noise, ([1.0], None), [1.0], {"training": False}),
    Edge(R.gaussian_noise_backward, (3.0, [1.0, 2.0], None), [3.0, 3.0]),
    Edge(R.standard_noise, ((0, 2),), np.zeros((0, 2)), {"rng": np.random.default_rng(0)}),
    Edge(R.dropconnect, (np.zeros((0, 2)), np.ones((3, 2)), np.ones(3), np.ones((3, 2))), np.zeros((0, 3))),
    Edge(R.dropconnect, (ONE, ONE, [7.0], 0 * ONE), [[7.0]]),
    Edge(R.dropconnect_backward, (1.0, ONE, 10 * ONE, [7.0], [[1, 0]]), ([[10.0, 0.0]], [[1.0, 0.0]], [1.0])),
    Edge(R.dropconnect_backward, (1.0, ONE, ONE, [7.0], [[[0, 1]]]), ([[0.0, 2.0]], [[0.0, 2.0]], [1.0])),
    Edge(R.dropconnect_moments, (ONE, ONE, [7.0]), ([[12.0]], [[0.0]]), {"p": 0.0}),
    Edge(R.dropconnect_moments, (ONE, ONE, [7.0]), ([[7.0]], [[0.0]]), {"p": 1.0}),
    Edge(
        R.dropconnect_inference, (ONE, ONE, [7.0], [[[9.0]]]), [[-7.0]], {"p": 1.0, "activation": np.negative}
    ),
    Edge(nn.residual_block, ([-1.0, 0.0, 1e4],), [-1.0, 0.0, 2e4], {"fn": "relu"}),
    # with the branch closed the gradient goes around it
    Edge(nn.residual_block_backward, (3.0, [-1.0, 0.0, 2.0]), [3.0, 3.0, 6.0], {"fn": "relu"}),
    Edge(M.bias_variance_decomposition, ([2.0], [[5.0]]), (9.0, 0.0, 0.0)),
    Edge(M.bias_variance_decomposition, ([0.0, 0.0], [[1.0, 1e4], [-1.0, 1e4]]), (5e7, 0.5, 0.0)),
)

ERRORS = (
    Error(R.regularized_loss, (0.0, []), "kind must be 'l1' or 'l2'; got 'L2'", {"lam": 1.0, "kind": "L2"}),
    Error(R.laplace_neg_log_prior, ([1.0],), "b must be positive; got 0", {"b": 0}),
    Error(R.gaussian_neg_log_prior, ([1.0],), "sigma must be positive; got -1.0", {"sigma": -1.0}),
    Error(
        R.soft_weight_sharing,
        ([1.0], [1.0], [0.0, 1.0], [1.0]),
        "mu must be of shape (K,), as pi is; got shape (2,)",
    ),
    Error(R.soft_weight_sharing, ([1.0], [1.0], [0.0], [[1.0]]), "sigma must be of shape (K,)"),
    Error(R.soft_weight_sharing, ([1.0], [1.0], [0.0], [0.0]), "sigma must be positive"),
    Error(R.soft_weight_sharing_backward, (1.0, [1.0], [-1.0], [0.0], [1.0]), "pi must be at least 0"),
    Error(
        R.weight_decay_step,
        (np.zeros(3), np.zeros((3, 1))),
        "grad must be of shape (3,); got shape (3, 1)",
        {"lr": 1.0, "lam": 1.0},
    ),
    Error(R.l1_step, (np.zeros(3), np.zeros(1)), "grad must be of shape (3,)", {"lr": 1.0, "lam": 1.0}),
    Error(
        R.minibatch_l2_step,
        (np.zeros(3), np.zeros(2), np.zeros(3), 0.0),
        "grad_b_sum must be of shape (2,); got shape ()",
        {"lr": 1.0, "lam": 1.0, "n": 1, "m": 1},
    ),
    Error(R.soft_threshold, ([1.0],), "t must be at least 0; got -1", {"t": -1}),
    Error(R.max_norm, ([[1.0]],), "c must be at least 0; got -1", {"c": -1}),
    Error(R.dropout_mask, ((2,),), "p must be from 0 to 1; got 1.5", {"p": 1.5, "rng": None}),
    Error(R.dropout, ([1.0], [1.0]), "p must be from 0 to 1; got -0.1", {"p": -0.1}),
    Error(R.dropout, (np.zeros((2, 3)), np.zeros(3)), "mask must be of shape (2, 3); got shape (3,)"),
    Error(R.dropout_backward, (1.0, np.zeros((2, 1)), np.zeros(2)), "mask must be of shape (2, 1)"),
    Error(R.dropout_vanilla, (np.zeros(3), None), "mask must be of shape (3,); got shape ()"),
    Error(R.dropout_vanilla, ([1.0], [1.0]), "p must be from 0 to 1", {"p": 2}),
    Error(R.gaussian_noise, (np.zeros((2, 3)), np.zeros(3)), "noise must be of shape (2, 3)"),
    Error(
        R.multi_sample_dropout_loss,
        (np.zeros(3), np.zeros(3)),
        "masks must be of shape (m, *(3,)) with m >= 1",
        {"head": np.sum, "loss": np.sum},
    ),
    Error(
        R.multi_sample_dropout_loss,
        (np.zeros(3), np.zeros((0, 3))),
        "masks must be",
        {"head": np.sum, "loss": np.sum},
    ),
    Error(R.dropconnect, ([1.0], ONE, [0.0], ONE), "x must be of shape (n, in); got shape (1,)"),
    Error(R.dropconnect, (ONE, ONE[:, :1], [0.0], ONE), "weight must be of shape (out, 2); got shape (1, 1)"),
    Error(R.dropconnect, (ONE, ONE, [0.0, 0.0], ONE), "bias must be of shape (1,); got shape (2,)"),
    Error(R.dropconnect, (ONE, ONE, [0.0], ONE[0]), "mask must be of shape (1, 2) or (1, 1, 2)"),
    Error(R.dropconnect_moments, (ONE, ONE, [0.0]), "p must be from 0 to 1", {"p": -1}),
    Error(
        R.dropconnect_inference,
        (ONE, ONE, [0.0], [[1.0]]),
        "noise must be of shape (s, *(1, 1)) with s >= 1",
        {"activation": np.abs},
    ),
    Error(
        nn.residual_block,
        (np.zeros(3),),
        "the result of fn must be of shape (3,); got shape ()",
        {"fn": (np.sum, None)},
    ),
    Error(M.bias_variance_decomposition, ([], np.zeros((2, 0))), "y_true must be of shape (n,), n >= 1"),
    Error(M.bias_variance_decomposition, ([1.0, 2.0], [1.0, 2.0]), "y_preds must be of shape (r, 2), r >= 1"),
    Error(M.bias_variance_decomposition, ([1.0], np.zeros((0, 1))), "y_preds must be of shape (r, 1)"),
)
