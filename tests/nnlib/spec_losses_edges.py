"""Rows for nnlib.losses: worked numbers, kinks, ties, limits, empty arrays."""

import numpy as np

from nnlib import losses as L
from tests.nnlib.spec import Edge
from tests.nnlib.spec_losses_classes import CityBlock

NAN, INF = np.nan, np.inf
LN2 = 0.6931471805599453
A4 = 1 / (1 + np.exp(-4.0))  # a sigmoid output that should be 0
NONE, SUM = {"reduction": "none"}, {"reduction": "sum"}


def empty(op, *args, **kwargs):
    """The mean of nothing is nan, the sum 0."""
    return Edge(op, args, NAN, kwargs), Edge(op, args, 0.0, {"reduction": "sum", **kwargs})


NOBODY = np.zeros((0, 3))
NO_LABELS = np.zeros(0, int)

REGRESSION = (
    Edge(L.mse_loss, ([0.01, 0.03, 0.02, 0.01], 0), 0.000375),
    Edge(L.mse_loss, ([0.01, 0.03, 0.02, 10], 0), 25.00035),
    Edge(L.mse_loss, (2.0, 5.0), 9.0),
    Edge(L.mse_loss, ([1.0, NAN], [1.0, 1.0]), [0, NAN], NONE),
    Edge(L.mse_loss, ([INF, 1.0], [1.0, 1.0]), INF),
    Edge(L.mse_loss_backward, (1.0, [1.0, 2.0], [1.0, 0.0]), [0, 2]),
    Edge(L.l1_loss, ([0.01, 0.03, 0.02, 0.01], 0), 0.0175),
    Edge(L.l1_loss, ([0.01, 0.03, 0.02, 10], 0), 2.515),
    Edge(L.l1_loss, ([1, 5], [3, 2]), [2, 3], NONE),
    Edge(L.l1_loss_backward, (1.0, [1.0, 0.0, -1e4], [1.0, 1.0, 0.0]), [0, -1, -1], SUM),
    Edge(L.smooth_l1_loss, ([0.1, 0.4, 3.0], 0), [0.01, 0.16, 2.75], {"beta": 0.5, **NONE}),
    Edge(L.smooth_l1_loss, ([1.0, -1.0, 0.0, 1e4], 0), [0.5, 0.5, 0, 9999.5], NONE),
    Edge(L.smooth_l1_loss, ([0.0, -3.0], 0), [0, 3], {"beta": 0, **NONE}),
    Edge(L.smooth_l1_loss_backward, (1.0, [1.0, -1.0, 0.0, 1e4], np.zeros(4)), [1, -1, 0, 1], SUM),
    Edge(L.smooth_l1_loss_backward, (1.0, [1.0, 0.0], np.zeros(2)), [1, 0], {"beta": 0, **SUM}),
    Edge(L.huber_loss, ([0.1, 0.4, 3.0], 0), [0.005, 0.08, 1.375], {"delta": 0.5, **NONE}),
    Edge(L.huber_loss, ([2.0, -2.0, 1e4], 0), [2, 2, 19998], {"delta": 2.0, **NONE}),
    Edge(L.huber_loss_backward, (1.0, [2.0, -5.0, 0.0], np.zeros(3)), [2, -2, 0], {"delta": 2.0, **SUM}),
    Edge(L.quadratic_cost, ([[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]), 1.5),
    Edge(L.quadratic_cost, (3.0, 1.0), 2.0),
    Edge(L.quadratic_cost_backward, (1.0, [[1.0, 2.0], [0.0, 0.0]], np.zeros((2, 2))), [[0.5, 1], [0, 0]]),
    Edge(L.l2_regression_loss, ([[1.0, 2.0], [0.0, 0.0]], np.zeros((2, 2))), [5, 0], NONE),
    Edge(L.l2_regression_loss_backward, (1.0, [2.0], [0.0]), [4]),
    Edge(L.l1_regression_loss, ([[1.0, -2.0], [0.0, 0.0]], np.zeros((2, 2))), [3, 0], NONE),
    Edge(
        L.l1_regression_loss_backward,
        (1.0, [[1.0, -2.0], [0.0, 0.0]], np.zeros((2, 2))),
        [[1, -1], [0, 0]],
        SUM,
    ),
    *empty(L.mse_loss, [], []),
    *empty(L.l1_loss, NOBODY, NOBODY),
    *empty(L.smooth_l1_loss, [], []),
    *empty(L.huber_loss, [], []),
    *empty(L.quadratic_cost, NOBODY, NOBODY),
    *empty(L.l2_regression_loss, NOBODY, NOBODY),
    *empty(L.l1_regression_loss, NOBODY, NOBODY),
    Edge(L.quadratic_cost_backward, (1.0, NOBODY, NOBODY), NOBODY),
    Edge(L.mse_loss_backward, (1.0, [], []), []),
)

YES_OR_NO = (
    Edge(L.binary_cross_entropy, ([0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]), [0, 0, 100, 100], NONE),
    Edge(L.binary_cross_entropy, ([0.7], [1.0]), 0.35667494393873245),
    Edge(L.binary_cross_entropy, ([0.5], [0.5]), LN2),
    Edge(L.binary_cross_entropy_backward, (1.0, [0.5, 0.0, 1.0], [1.0, 1.0, 1.0]), [-2, -1e12, 0], SUM),
    Edge(L.binary_cross_entropy_with_logits, ([-1e4, 1e4, 0.0], [1.0, 0.0, 1.0]), [1e4, 1e4, LN2], NONE),
    Edge(L.binary_cross_entropy_with_logits, ([-1e4, 1e4], [0.0, 1.0]), [0, 0], NONE),
    Edge(
        L.binary_cross_entropy_with_logits,
        ([1.2, -0.7], [1.0, 0.0]),
        np.log1p(np.exp(-1.2)) + np.log1p(np.exp(-0.7)),
        SUM,
    ),
    Edge(
        L.binary_cross_entropy_with_logits_backward,
        (1.0, [-1e4, 1e4, 0.0], [1.0, 0.0, 1.0]),
        [-1, 1, -0.5],
        SUM,
    ),
    Edge(L.sigmoid_cross_entropy_cost, ([[0.5, 0.5]], [[1.0, 0.0]]), 2 * LN2),
    Edge(L.sigmoid_cross_entropy_cost, ([[0.0, 1.0]], [[1.0, 1.0]]), 100.0),
    Edge(L.sigmoid_cross_entropy_cost_backward, (1.0, [[0.5, 0.5]], [[1.0, 0.0]]), [[-2, 2]]),
    Edge(L.soft_margin_loss, ([0.0, 1e4, -1e4], [1, 1, 1]), [LN2, 0, 1e4], NONE),
    Edge(L.soft_margin_loss_backward, (1.0, [0.0, 1e4, -1e4], [1, 1, 1]), [-0.5, 0, -1], SUM),
    Edge(L.multilabel_soft_margin_loss, ([[0.0, 1e4]], [[1, 0]]), 5000 + LN2 / 2),
    Edge(L.multilabel_soft_margin_loss, ([0.0, 1e4], [1, 0]), 5000 + LN2 / 2),
    Edge(L.multilabel_soft_margin_loss_backward, (1.0, [[0.0, 1e4]], [[1, 0]]), [[-0.25, 0.5]]),
    *empty(L.binary_cross_entropy, [], []),
    *empty(L.binary_cross_entropy_with_logits, [], []),
    *empty(L.sigmoid_cross_entropy_cost, NOBODY, NOBODY),
    *empty(L.soft_margin_loss, [], []),
    *empty(L.multilabel_soft_margin_loss, NOBODY, NOBODY),
    # output 0.98 where 0 is wanted
    Edge(L.neuron_gradients, ([[1.0]], [0.0], [2.0], 2.0), ([A4**2 * (1 - A4)], A4**2 * (1 - A4))),
    Edge(
        L.neuron_gradients,
        ([[1.0]], [0.0], [2.0], 2.0),
        ([A4], A4),
        {"cost": "cross_entropy"},
    ),
    Edge(L.neuron_gradients, ([[1e4]], [0.0], [1.0], 0.0), ([0.0], 0.0)),
    Edge(L.neuron_gradients, (NOBODY, [], [1.0, 1.0, 1.0], 0.0), ([NAN, NAN, NAN], NAN)),
)

STIRLING_2 = 2 * LN2 - 2 + np.log(4 * np.pi) / 2  # about log(2!)
LIKELIHOODS = (
    Edge(L.kl_div, (np.log([[0.25, 0.75]]), [[0.0, 1.0]]), -np.log(0.75), {"reduction": "batchmean"}),
    Edge(L.kl_div, (np.log([[0.25, 0.75]]), [[0.0, 1.0]]), [[0, -np.log(0.75)]], NONE),
    Edge(L.kl_div, ([-INF, 0.0], [0.0, 1.0]), [0, 0], NONE),
    Edge(L.kl_div, ([-INF, 0.0], [0.5, 0.5]), INF, SUM),
    Edge(L.kl_div, (NOBODY, NOBODY), NAN, {"reduction": "batchmean"}),
    Edge(L.kl_div, (0.0, 1.0), 0.0, {"reduction": "batchmean"}),
    Edge(
        L.kl_div_backward,
        (1.0, np.zeros((2, 2)), [[0.0, 1.0], [0.5, 0.5]]),
        [[0, -0.5], [-0.25, -0.25]],
        {"reduction": "batchmean"},
    ),
    Edge(L.kl_div_backward, (1.0, NOBODY, NOBODY), NOBODY, {"reduction": "batchmean"}),
    # Stirling's term is there above 1 only
    Edge(
        L.poisson_nll_loss,
        ([1.0, 1.0, 1.0], [0.0, 1.0, 2.0]),
        np.e - np.array([0, 1, 2 - STIRLING_2]),
        {"full": True, **NONE},
    ),
    Edge(L.poisson_nll_loss, ([0.0], [1.0]), 18.420680743952367, {"log_input": False}),
    Edge(L.poisson_nll_loss_backward, (1.0, [0.0, -1e4], [2.0, 2.0]), [-1, -2], SUM),
    Edge(L.poisson_nll_loss_backward, (1.0, [2.0], [2.0]), [0], {"log_input": False, "eps": 0.0}),
    # one variance below eps: it counts as eps, in the gradient too
    Edge(L.gaussian_nll_loss, ([1.0], [0.0], [1e-9]), 499993.0922447210, {}),
    Edge(L.gaussian_nll_loss, ([1.0], [1.0], [0.0]), np.log(1e-6) / 2),
    Edge(L.gaussian_nll_loss_backward, (1.0, [1.0], [0.0], [0.0]), ([1e6], [(1e6 - 1e12) / 2])),
    Edge(L.gaussian_nll_loss_backward, (1.0, [1.0, 3.0], [0.0, 0.0], 1.0), ([1, 3], -4.0), SUM),
    *empty(L.kl_div, NOBODY, NOBODY),
    *empty(L.poisson_nll_loss, [], []),
    *empty(L.gaussian_nll_loss, [], [], []),
)

ONE = np.array([0])
CLASSES = (
    Edge(L.nll_loss, (np.log([[0.7, 0.2, 0.1]]), ONE), -np.log(0.7)),
    Edge(L.nll_loss, ([[-INF, 0.0]], ONE), INF),
    Edge(L.nll_loss, ([[-INF, -1.0], [-1.0, -2.0]], [5, 1]), 2.0, {"ignore_index": 5}),
    Edge(L.nll_loss, ([[-INF, -1.0], [-1.0, -2.0]], [-100, 1]), [0, 2], NONE),
    Edge(L.nll_loss, ([[-1.0, -2.0]], [-100]), NAN),
    Edge(L.nll_loss_backward, (1.0, [[-1.0, -2.0]], [-100]), [[0, 0]]),
    Edge(L.nll_loss_backward, (1.0, [[-1.0, -2.0], [-1.0, -2.0]], [1, 0]), [[0, -0.5], [-0.5, 0]]),
    Edge(L.cross_entropy, ([[1e4, 0.0]], [1]), 1e4),
    Edge(L.cross_entropy, ([[1e4, 0.0]], [0]), 0.0),
    Edge(L.cross_entropy, ([1.0, 1.0, 1.0, 1.0], 2), 2 * LN2),
    Edge(L.cross_entropy, ([[7.0]], [0]), 0.0),
    Edge(L.cross_entropy, ([[0.0, -INF]], [0]), 0.0),
    Edge(L.cross_entropy, ([[0.0, -INF]], [[1.0, 0.0]]), 0.0),
    Edge(L.cross_entropy, ([[0.0, -INF]], [0]), INF, {"label_smoothing": 0.1}),
    Edge(L.cross_entropy, ([[0.0, 0.0], [9.0, 0.0]], [0, -100]), LN2),
    Edge(L.cross_entropy, ([[0.0, 0.0], [9.0, 0.0]], [0, -100]), LN2, {"label_smoothing": 0.5}),
    Edge(L.cross_entropy, ([[9.0, 0.0]], [-100]), NAN),
    Edge(L.cross_entropy, ([[0.0, 0.0]], [0]), LN2, {"label_smoothing": 1.0}),
    Edge(L.cross_entropy_backward, (1.0, [[9.0, 0.0]], [-100]), [[0, 0]]),
    Edge(L.cross_entropy_backward, (1.0, [[1e4, 0.0]], [1]), [[1, -1]]),
    Edge(L.cross_entropy_backward, (1.0, [[0.0, 0.0]], [[0.25, 0.75]]), [[0.25, -0.25]]),
    Edge(L.cross_entropy_backward, (1.0, NOBODY, NO_LABELS), NOBODY),
    Edge(L.cross_entropy_with_gradient, ([[1e4, 0.0]], [1]), (1e4, [[1, -1]])),
    Edge(L.cross_entropy_with_gradient, (NOBODY, NO_LABELS), (NAN, NOBODY)),
    Edge(L.categorical_cross_entropy, ([[1.0, 0.0], [0.7, 0.3]], [[1, 0], [1, 0]]), [0, -np.log(0.7)], NONE),
    Edge(L.categorical_cross_entropy, ([[0.9625, 0.0009, 0.0366]], [[1, 0, 0]]), -np.log(0.9625)),
    Edge(L.categorical_cross_entropy, ([[0.0, 1.0]], [[1, 0]]), INF),
    Edge(L.categorical_cross_entropy, ([[0.0, 1.0]], [[1, 0]]), -np.log(1e-3), {"eps": 1e-3}),
    Edge(L.categorical_cross_entropy_backward, (1.0, [[0.5, 0.5]], [[1, 0]]), [[-2, 0]]),
    Edge(L.categorical_cross_entropy_backward, (1.0, [[0.0, 1.0]], [[1, 0]]), [[0, 0]], {"eps": 1e-3}),
    Edge(L.categorical_cross_entropy_backward, (1.0, [[0.0, 1.0]], [[1, 0]]), [[-INF, 0]]),
    Edge(L.categorical_cross_entropy_backward, (1.0, [[1.0, 0.0]], [[1, 0]]), [[0, 0]], {"eps": 1e-3}),
    Edge(L.log_likelihood_cost, ([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]], [0, 0]), [-np.log(0.7), INF], NONE),
    Edge(L.log_likelihood_cost_backward, (1.0, [[0.5, 0.5]], [1]), [[0, -2]]),
    Edge(L.smooth_labels, ([0, 3], 4), [[0.85, 0.05, 0.05, 0.05], [0.05, 0.05, 0.05, 0.85]], {"eps": 0.2}),
    Edge(L.smooth_labels, (1, 2), [0, 1], {"eps": 0}),
    Edge(L.smooth_labels, (NO_LABELS, 3), NOBODY),
    Edge(L.zero_one_loss, ([0, 1, 2, 2], [0, 1, 2, 0]), 0.25),
    Edge(L.zero_one_loss, (["cat", "dog"], ["cat", "cat"]), 1.0, {"normalize": False}),
    Edge(L.zero_one_loss, ([], []), NAN),
    *empty(L.nll_loss, NOBODY, NO_LABELS),
    *empty(L.cross_entropy, NOBODY, NO_LABELS),
    *empty(L.cross_entropy, NOBODY, NOBODY),
    *empty(L.categorical_cross_entropy, NOBODY, NOBODY),
    *empty(L.log_likelihood_cost, NOBODY, NO_LABELS),
)

MARGINS = (
    Edge(L.margin_ranking_loss, ([2.0, 2.0, 1.0], [0.5, 0.5, 1.0], [1, -1, 1]), [0, 1.5, 0], NONE),
    # at the kink, and equal scores are one for margin 0, the line's slope counts
    Edge(L.margin_ranking_loss_backward, (1.0, [1.0, 0.0], [1.0, 1.0], [1, -1]), ([-1, 0], [1, 0]), SUM),
    Edge(L.hinge_embedding_loss, ([0.3, 0.3, 5.0, 1.0], [1, -1, -1, -1]), [0.3, 0.7, 0, 0], NONE),
    Edge(L.hinge_embedding_loss_backward, (1.0, [0.3, 0.3, 5.0, 1.0], [1, -1, -1, -1]), [1, -1, 0, -1], SUM),
    Edge(L.multi_margin_loss, ([[1.0, 2.5, 0.3]], ONE), 2.8 / 3),
    Edge(L.multi_margin_loss, ([[1.0, 2.5, 0.3]], ONE), (2.5**2 + 0.3**2) / 3, {"p": 2}),
    Edge(L.multi_margin_loss, ([[7.0]], ONE), 0.0),
    Edge(L.multi_margin_loss, ([[0.0, INF]], ONE), INF),
    # a violation of exactly 0 pulls at nothing
    Edge(L.multi_margin_loss_backward, (1.0, [[1.0, 0.0]], ONE), [[0, 0]]),
    Edge(L.multi_margin_loss_backward, (1.0, [[1.0, 0.5]], ONE), [[-0.5, 0.5]]),
    Edge(L.multilabel_margin_loss, ([[0.1, 0.2, 0.4, 0.8]], [[3, 0, -1, 1]]), 0.85),
    Edge(L.multilabel_margin_loss, ([[0.1, 0.2, 0.3]], [[0, 0, -1]]), 4.6 / 3),
    Edge(L.multilabel_margin_loss, ([[0.1, 0.2, 0.3]], [[-1, 0, 1]]), 0.0),
    Edge(L.multilabel_margin_loss, ([[0.1, 0.2]], [[0, 1]]), 0.0),
    Edge(L.multilabel_margin_loss_backward, (1.0, [[1.0, 0.0]], [[0, -1]]), [[0, 0]]),
    Edge(L.multilabel_margin_loss_backward, (1.0, [[0.1, 0.2, 0.3]], [[0, 0, -1]]), [[-4 / 3, 2 / 3, 2 / 3]]),
    *empty(L.margin_ranking_loss, [], [], []),
    *empty(L.hinge_embedding_loss, [], []),
    *empty(L.multi_margin_loss, NOBODY, NO_LABELS),
    *empty(L.multilabel_margin_loss, NOBODY, np.zeros((0, 3), int)),
)

ORIGIN, EAST, NORTH, WEST = ([x] for x in ([0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]))
EXACT = {"eps": 0.0}
DISTANCES = (
    Edge(L.pairwise_distance, ([[3.0, 4.0]], ORIGIN), [5], EXACT),
    Edge(L.pairwise_distance, ([[3.0, -4.0]], ORIGIN), [7], {"p": 1, **EXACT}),
    Edge(L.pairwise_distance, ([[3.0, -4.0]], ORIGIN), [4], {"p": INF, **EXACT}),
    Edge(L.pairwise_distance, (ORIGIN, ORIGIN), [np.sqrt(2) * 1e-6]),
    Edge(L.pairwise_distance, (np.zeros((2, 0)), np.zeros((2, 0))), [0, 0]),
    Edge(L.pairwise_distance_backward, (1.0, EAST, EAST), ([[0, 0]], [[0, 0]]), EXACT),
    Edge(L.pairwise_distance_backward, (1.0, EAST, EAST), ([[0, 0]], [[0, 0]]), {"p": 1, **EXACT}),
    Edge(
        L.pairwise_distance_backward,
        (1.0, [[1.0, -1.0]], ORIGIN),
        ([[0.5, -0.5]], [[-0.5, 0.5]]),
        {"p": INF, **EXACT},
    ),
    Edge(L.cosine_embedding_loss, (EAST * 3, [[0.0, 2.0], [-3.0, 0.0], [0.0, 0.0]], 1), [1, 2, 1], NONE),
    Edge(L.cosine_embedding_loss, (EAST * 3, [[0.0, 2.0], [3.0, 0.0], [-3.0, 0.0]], -1), [0, 1, 0], NONE),
    # a right angle is the kink of margin 0
    Edge(L.cosine_embedding_loss_backward, (1.0, EAST, NORTH, [-1]), ([[0, 1]], [[1, 0]])),
    Edge(L.triplet_margin_loss, ([[0.0]], [[1.0]], [[1.5]]), 0.5, EXACT),
    Edge(L.triplet_margin_loss, (ORIGIN, ORIGIN, [[1e4, 0.0]]), 0.0),
    Edge(L.triplet_margin_loss, (WEST, WEST, EAST), 3.0, {"margin": 5.0, **EXACT}),
    # d(a, p) = 0 and d(a, n) = margin: the kink
    Edge(L.triplet_margin_loss_backward, (1.0, ORIGIN, ORIGIN, EAST), ([[1, 0]], [[0, 0]], [[-1, 0]]), EXACT),
    # anchor and positive are equally far from the negative
    Edge(
        L.triplet_margin_loss_backward,
        (1.0, EAST, WEST, ORIGIN),
        ([[0.5, 0]], [[-0.5, 0]], [[0, 0]]),
        {"swap": True, **EXACT},
    ),
    Edge(
        L.triplet_margin_with_distance_loss,
        (ORIGIN, [[1.0, 1.0]], EAST),
        2.0,
        {"distance_function": CityBlock()},
    ),
    Edge(
        L.triplet_margin_with_distance_loss,
        (ORIGIN, ORIGIN, EAST),
        [1.5 + np.sqrt(2) * 1e-6 - np.hypot(1 - 1e-6, 1e-6)],
        {"margin": 1.5, **NONE},
    ),
    Edge(
        L.triplet_margin_with_distance_loss_backward,
        (1.0, ORIGIN, [[1.0, 1.0]], EAST),
        ([[0, -1]], [[1, 1]], [[-1, 0]]),
        {"distance_function": CityBlock()},
    ),
    *empty(L.cosine_embedding_loss, NOBODY, NOBODY, NO_LABELS),
    *empty(L.triplet_margin_loss, NOBODY, NOBODY, NOBODY),
    *empty(L.triplet_margin_with_distance_loss, NOBODY, NOBODY, NOBODY),
)

HALVES = np.log(np.full((2, 1, 2), 0.5))
SEQUENCES = (
    # 11, 01 and 10 spell "1"; of no frame nothing but the empty target is spelt
    Edge(L.ctc_loss, (HALVES, [[1]], [2], [1]), -np.log(0.75)),
    Edge(L.ctc_loss, (HALVES, [[1]], [1], [1]), LN2),
    Edge(L.ctc_loss, (HALVES, np.zeros((1, 0), int), [2], [0]), 2 * LN2),
    Edge(L.ctc_loss, (HALVES, np.zeros((1, 0), int), [0], [0]), 0.0),
    Edge(L.ctc_loss, (HALVES, [[1]], [0], [1]), INF),
    Edge(L.ctc_loss, (HALVES[:0], np.zeros((1, 0), int), [0], [0]), 0.0),
    # "1 1" needs a blank between, so three frames
    Edge(L.ctc_loss, (HALVES, [[1, 1]], [2], [2]), INF),
    Edge(L.ctc_loss, (HALVES, [[1, 1]], [2], [2]), 0.0, {"zero_infinity": True}),
    Edge(L.ctc_loss, (np.log(np.full((3, 2), 0.5)), [1, 1], 3, 2), 3 * LN2, SUM),
    Edge(L.ctc_loss, (np.log(np.full((3, 2), 0.5)), [1, 1], 3, 2), 1.5 * LN2),
    Edge(L.ctc_loss, (np.full((2, 1, 2), -1e4), [[1]], [2], [1]), 2e4 - np.log(3)),
    Edge(L.ctc_loss, (np.log(np.array([[[1.0, 1e-300]]])) * [1, INF], [[1]], [1], [1]), INF),
    # each frame shows the symbol in two of the three alignments; a frame beyond the sequence counts for nothing
    Edge(L.ctc_loss_backward, (1.0, HALVES, [[1]], [2], [1]), [[[-1 / 3, -2 / 3]], [[-1 / 3, -2 / 3]]]),
    Edge(L.ctc_loss_backward, (1.0, HALVES, [[1]], [1], [1]), [[[0, -1]], [[0, 0]]]),
    Edge(L.ctc_loss_backward, (1.0, HALVES, [[1, 1]], [2], [2]), np.full((2, 1, 2), NAN) * [1, 1]),
    Edge(
        L.ctc_loss_backward, (1.0, HALVES, [[1, 1]], [2], [2]), np.zeros((2, 1, 2)), {"zero_infinity": True}
    ),
    Edge(L.ctc_loss_backward, (1.0, HALVES, [[1, 1]], [1], [2]), [[[NAN, NAN]], [[0, 0]]]),
    *empty(L.ctc_loss, np.zeros((2, 0, 3)), np.zeros((0, 1), int), NO_LABELS, NO_LABELS),
)

EDGES = REGRESSION + YES_OR_NO + LIKELIHOODS + CLASSES + MARGINS + DISTANCES + SEQUENCES
