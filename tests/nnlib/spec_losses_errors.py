"""Rows for nnlib.losses: calls that are refused, and the words they are refused with."""

import numpy as np

from nnlib import losses as L
from tests.nnlib.spec import Error

HALVES = np.log(np.full((2, 1, 2), 0.5))


def column(op, *, name="target"):
    """(3,) against (3, 1) would pair all with all."""
    return Error(op, (np.zeros(3), np.zeros((3, 1))), f"{name} must be")


def reduction(op, *args, **kwargs):
    return Error(
        op,
        args,
        "reduction must be 'none', 'mean' or 'sum'; got 'average'",
        {"reduction": "average", **kwargs},
    )


X23, Y2 = np.zeros((2, 3)), np.zeros(2, int)
NUMBERS = (
    L.mse_loss,
    L.l1_loss,
    L.smooth_l1_loss,
    L.huber_loss,
    L.binary_cross_entropy_with_logits,
    L.poisson_nll_loss,
)
ERRORS = (
    *(column(op) for op in NUMBERS),
    *(reduction(op, [0.0], [0.0]) for op in NUMBERS),
    Error(
        L.mse_loss,
        ([1.0, 2.0], [1.0, 2.0, 3.0]),
        "target must be one number or of shape (2,); got shape (3,)",
    ),
    Error(
        L.mse_loss_backward, (1.0, [1.0, 2.0], [1.0, 2.0, 3.0]), "target must be one number or of shape (2,)"
    ),
    reduction(L.mse_loss_backward, 1.0, [0.0], [0.0]),
    Error(L.smooth_l1_loss, ([0.0], [0.0]), "beta must be at least 0; got -1", {"beta": -1}),
    Error(L.smooth_l1_loss_backward, (1.0, [0.0], [0.0]), "beta must be at least 0; got -1", {"beta": -1}),
    Error(L.huber_loss, ([0.0], [0.0]), "delta must be positive; got 0", {"delta": 0}),
    Error(L.huber_loss_backward, (1.0, [0.0], [0.0]), "delta must be positive; got 0", {"delta": 0}),
    *(column(op, name="y") for op in (L.quadratic_cost, L.l2_regression_loss, L.l1_regression_loss)),
    column(L.sigmoid_cross_entropy_cost, name="y"),
    Error(L.binary_cross_entropy, ([0.5, 1.5], [0.0, 1.0]), "probs must be from 0 to 1; got the value 1.5"),
    Error(L.binary_cross_entropy, (-0.5, 0.0), "probs must be from 0 to 1; got the value -0.5"),
    Error(
        L.binary_cross_entropy,
        ([0.5], [0.0]),
        "weight must be broadcastable to (1,); got shape (2,)",
        {"weight": [1.0, 2.0]},
    ),
    # a column of weights would make a table of losses
    Error(
        L.binary_cross_entropy,
        ([0.5, 0.5], [0.0, 1.0]),
        "weight must be broadcastable to (2,)",
        {"weight": [[1.0], [1.0]]},
    ),
    Error(
        L.binary_cross_entropy_with_logits,
        ([0.5], [0.0]),
        "pos_weight must be broadcastable",
        {"pos_weight": [1.0, 2.0]},
    ),
    Error(L.sigmoid_cross_entropy_cost, ([2.0], [1.0]), "a must be from 0 to 1; got the value 2.0"),
    Error(L.soft_margin_loss, ([0.5, 0.5], [1, 0]), "target must be 1 or -1; got the value 0.0"),
    Error(L.soft_margin_loss, (np.zeros(3), np.ones((3, 1))), "target must be one number or of shape (3,)"),
    Error(
        L.multilabel_soft_margin_loss, (X23, np.zeros(3)), "target must be of shape (2, 3); got shape (3,)"
    ),
    Error(L.multilabel_soft_margin_loss, (0.0, 0.0), "logits must be of shape (..., K)"),
    Error(
        L.neuron_gradients,
        (X23, Y2, np.zeros(3), 0.0),
        "cost must be 'quadratic' or 'cross_entropy'; got 'mse'",
        {"cost": "mse"},
    ),
    Error(
        L.neuron_gradients, (np.zeros(3), Y2, np.zeros(3), 0.0), "x must be of shape (n, d); got shape (3,)"
    ),
    Error(L.neuron_gradients, (X23, np.zeros((2, 1)), np.zeros(3), 0.0), "y must be of shape (2,)"),
    Error(L.neuron_gradients, (X23, Y2, np.zeros(2), 0.0), "w must be of shape (3,)"),
    Error(L.neuron_gradients, (X23, Y2, np.zeros(3), [0.0, 0.0]), "b must be one number; got shape (2,)"),
    column(L.kl_div),
    Error(
        L.kl_div,
        ([0.0], [1.0]),
        "reduction must be 'none', 'mean', 'sum' or 'batchmean'; got 'average'",
        {"reduction": "average"},
    ),
    Error(
        L.gaussian_nll_loss,
        (X23, X23, np.ones(3)),
        "var must be one number or of shape (2, 3), (2, 1) or (2,); got shape (3,)",
    ),
    Error(L.gaussian_nll_loss, ([0.0], [0.0], [-1.0]), "var must be at least 0; got the value -1.0"),
    Error(L.gaussian_nll_loss, ([0.0], [0.0], [1.0]), "eps must be positive; got 0", {"eps": 0}),
    Error(L.nll_loss, (X23, np.zeros((2, 1), int)), "target must be of shape (2,); got shape (2, 1)"),
    # -1 would silently mean the last class
    Error(L.nll_loss, (X23, [0, -1]), "target must be at least 0 and below 3; got the value -1"),
    Error(L.nll_loss, (X23, [0, 3]), "target must be at least 0 and below 3; got the value 3"),
    Error(
        L.nll_loss, (X23, [0.0, 1.0]), "target must be whole numbers, one label a sample; got dtype float64"
    ),
    Error(L.nll_loss, (X23, Y2), "weight must be of shape (3,); got shape (2,)", {"weight": [1.0, 2.0]}),
    Error(L.nll_loss, (0.0, 0), "log_probs must be of shape (C,) or (N, C, ...)"),
    reduction(L.nll_loss, X23, Y2),
    Error(L.cross_entropy, (X23, np.zeros((2, 1), int)), "target must be of shape (2,); got shape (2, 1)"),
    Error(L.cross_entropy, (X23, [0, 3]), "target must be at least 0 and below 3; got the value 3"),
    Error(L.cross_entropy, (X23, [0, 3]), "target must be at least 0", {"label_smoothing": 0.1}),
    Error(L.cross_entropy, (X23, Y2), "label_smoothing must be from 0 to 1; got 2", {"label_smoothing": 2}),
    Error(L.cross_entropy, (np.zeros((2, 0)), Y2), "logits must be of shape (C,) or (N, C, ...), C > 0"),
    Error(L.cross_entropy_backward, (1.0, X23, [0, -1]), "target must be at least 0 and below 3"),
    reduction(L.cross_entropy, X23, Y2),
    reduction(L.cross_entropy_backward, 1.0, X23, Y2),
    Error(L.cross_entropy_with_gradient, (np.zeros(3), 0), "logits must be of shape (N, C); got shape (3,)"),
    Error(L.cross_entropy_with_gradient, (X23, [0, 3]), "target must be at least 0 and below 3"),
    Error(L.categorical_cross_entropy, (X23, Y2), "target must be of shape (2, 3); got shape (2,)"),
    Error(L.categorical_cross_entropy, (X23 + 2, X23), "probs must be from 0 to 1; got the value 2.0"),
    Error(L.categorical_cross_entropy, (X23, X23), "eps must be from 0 to 0.5; got 1", {"eps": 1}),
    Error(L.log_likelihood_cost, (X23, [0, 3]), "y must be at least 0 and below 3; got the value 3"),
    Error(L.log_likelihood_cost, (X23 - 1, Y2), "a must be from 0 to 1; got the value -1.0"),
    Error(L.log_likelihood_cost, (np.zeros(3), 0), "a must be of shape (n, K); got shape (3,)"),
    Error(L.smooth_labels, ([4], 4), "y must be at least 0 and below 4; got the value 4"),
    Error(L.smooth_labels, ([0], 4), "eps must be from 0 to 1; got 2", {"eps": 2}),
    Error(L.zero_one_loss, ([0, 1], [[0], [1]]), "y_pred must be of shape (2,); got shape (2, 1)"),
    Error(L.zero_one_loss, (0, 0), "y_true must be of shape (n,) or (n, K); got shape ()"),
    Error(L.zero_one_loss, ([0, 1], [0, 1]), "sample_weight must be of shape (2,)", {"sample_weight": [1.0]}),
    Error(
        L.margin_ranking_loss,
        ([0.0, 1.0], [[0.0], [1.0]], 1),
        "input2 must be of shape (2,); got shape (2, 1)",
    ),
    Error(L.margin_ranking_loss, ([0.0], [1.0], [0]), "target must be 1 or -1; got the value 0.0"),
    Error(L.hinge_embedding_loss, ([0.0], [0]), "target must be 1 or -1; got the value 0.0"),
    reduction(L.hinge_embedding_loss, [0.0], [1]),
    Error(L.multi_margin_loss, (X23, [0, 3]), "target must be at least 0 and below 3"),
    Error(L.multi_margin_loss, (X23, Y2), "p must be 1 or 2; got 3", {"p": 3}),
    Error(L.multi_margin_loss, (X23, Y2), "weight must be of shape (3,)", {"weight": [1.0]}),
    Error(L.multi_margin_loss, (0.0, 0), "x must be of shape (C,) or (N, C), C > 0"),
    Error(L.multilabel_margin_loss, (X23, Y2), "target must be of shape (2, 3); got shape (2,)"),
    Error(
        L.multilabel_margin_loss,
        (X23, np.full((2, 3), -2)),
        "target must be at least 0 and below 3; got the value -2",
    ),
    Error(L.pairwise_distance, (X23, np.zeros(3)), "x2 must be of shape (2, 3); got shape (3,)"),
    Error(L.pairwise_distance, (X23, X23), "p must be at least 1; got 0.5", {"p": 0.5}),
    Error(L.pairwise_distance, (0.0, 0.0), "x1 must be of shape (..., D)"),
    Error(L.cosine_embedding_loss, (X23, X23, np.ones((2, 1))), "target must be one number or of shape (2,)"),
    Error(L.cosine_embedding_loss, (X23, X23, [0, 1]), "target must be 1 or -1; got the value 0.0"),
    Error(L.cosine_embedding_loss, (0.0, 0.0, 1), "input1 must be of shape (N, D) or (D,)"),
    Error(L.triplet_margin_loss, (X23, X23[:1], X23), "positive must be of shape (2, 3); got shape (1, 3)"),
    Error(L.triplet_margin_loss, (X23, X23, X23[:1]), "negative must be of shape (2, 3)"),
    Error(L.triplet_margin_loss, (X23, X23, X23), "p must be at least 1; got 0", {"p": 0}),
    Error(L.triplet_margin_with_distance_loss, (X23, X23[:1], X23), "positive must be of shape (2, 3)"),
    Error(
        L.ctc_loss, (np.zeros(3), [1], 1, 1), "log_probs must be of shape (T, N, C) or (T, C); got shape (3,)"
    ),
    Error(L.ctc_loss, (HALVES, [[1]], [2], [1]), "blank must be at least 0 and below 2; got 2", {"blank": 2}),
    Error(L.ctc_loss, (HALVES, [[1], [1]], [2], [1]), "targets must be of shape (1, S)"),
    Error(L.ctc_loss, (HALVES, [[1]], [3], [1]), "input_lengths must be from 0 to 2; got the value 3"),
    Error(L.ctc_loss, (HALVES, [[1]], [2], [2]), "target_lengths must be from 0 to 1; got the value 2"),
    Error(L.ctc_loss, (HALVES, [[1]], [2, 2], [1]), "input_lengths must be of shape (1,); got shape (2,)"),
    Error(
        L.ctc_loss,
        (HALVES, [1, 1], [2], [1]),
        "targets must be 1 symbols, the sum of target_lengths; got 2 symbols",
    ),
    Error(L.ctc_loss, (HALVES, [[2]], [2], [1]), "targets must be at least 0 and below 2; got the value 2"),
    Error(L.ctc_loss, (HALVES, [[0]], [2], [1]), "targets must be different from blank; got the value 0"),
    reduction(L.ctc_loss, HALVES, [[1]], [2], [1]),
    reduction(L.ctc_loss_backward, 1.0, HALVES, [[1]], [2], [1]),
)
