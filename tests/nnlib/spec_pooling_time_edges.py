"""Rows for nnlib.pooling over time and for capsules: ties, masks, nothing to pool, and what is refused."""

import numpy as np

from nnlib import pooling as P
from tests.nnlib.spec import Edge, Error

H = np.array([[1.0, -5.0], [3.0, -2.0], [3.0, -9.0], [0.0, -1.0]])
NO_BATCH, NO_TOKENS = np.zeros((0, 3, 2)), np.zeros((2, 0, 3))
NOBODY = [False] * 4
THREE = [True, True, True, False]
TIES = np.array([[2.0], [5.0], [5.0], [2.0], [2.0], [1.0]])
ONE = np.ones((1, 2))
LONG = np.full((1, 4), 1e4)

EDGES = (
    Edge(P.cls_pool, (H,), [1, -5]),
    Edge(P.cls_pool, (NO_BATCH,), np.zeros((0, 2))),
    Edge(P.cls_pool, (H, np.zeros((3, 2))), [0, 0, 0]),
    Edge(P.cls_pool, (H, [[1e4, 0.0]], [0.0]), [1.0]),
    Edge(P.cls_pool_backward, (2.0, H), [[2, 2], [0, 0], [0, 0], [0, 0]]),
    Edge(P.cls_pool_backward, (2.0, H, np.zeros((1, 2))), ([[0, 0]] * 4, [[2, -10]])),
    Edge(P.max_pool_time, (H,), [3, -1]),
    Edge(P.max_pool_time, (H, THREE), [3, -2]),
    Edge(P.max_pool_time, (H, NOBODY), [0, 0]),
    Edge(P.max_pool_time, (NO_TOKENS,), np.zeros((2, 3))),
    Edge(P.max_pool_time, (NO_BATCH,), np.zeros((0, 2))),
    Edge(P.max_pool_time, ([[np.nan], [1.0]], [False, True]), [1]),
    Edge(P.max_pool_time, ([[-np.inf], [-np.inf]],), [-np.inf]),
    # the first of equal values
    Edge(P.max_pool_time_backward, ([2.0, 3.0], H), [[0, 0], [2, 0], [0, 0], [0, 3]]),
    Edge(P.max_pool_time_backward, (1.0, H, NOBODY), np.zeros((4, 2))),
    Edge(P.max_pool_time_backward, (1.0, NO_TOKENS), NO_TOKENS),
    Edge(P.avg_pool_time, (H,), [7 / 4, -17 / 4]),
    Edge(P.avg_pool_time, (H, THREE), [7 / 3, -16 / 3]),
    Edge(P.avg_pool_time, (H, NOBODY), [0, 0]),
    Edge(P.avg_pool_time, (NO_TOKENS,), np.zeros((2, 3))),
    Edge(P.avg_pool_time, (NO_BATCH,), np.zeros((0, 2))),
    Edge(P.avg_pool_time, ([[np.nan], [1.0]], [False, True]), [1]),
    Edge(P.avg_pool_time_backward, (6.0, H, THREE), [[2, 2], [2, 2], [2, 2], [0, 0]]),
    Edge(P.avg_pool_time_backward, (1.0, H, NOBODY), np.zeros((4, 2))),
    Edge(P.avg_pool_time_backward, (1.0, NO_TOKENS), NO_TOKENS),
    # more parts than tokens: the last have none
    Edge(P.chunk_max_pool, (H, 6), [*H, [0, 0], [0, 0]]),
    Edge(P.chunk_max_pool, (H, 3), [[3, -2], [3, -9], [0, -1]]),  # the first part is the longer one
    Edge(P.chunk_max_pool, (H, 1), [[3, -1]]),
    Edge(P.chunk_max_pool, (H, 2, [False, False, True, True]), [[0, 0], [3, -1]]),
    Edge(P.chunk_max_pool, (NO_BATCH, 2), np.zeros((0, 2, 2))),
    Edge(P.chunk_max_pool, (NO_TOKENS, 2), np.zeros((2, 2, 3))),
    Edge(P.chunk_max_pool_backward, (1.0, H, 2), [[0, 0], [1, 1], [1, 0], [0, 1]]),
    Edge(P.chunk_max_pool_backward, (1.0, H[:1], 3), [[1, 1]]),
    Edge(P.chunk_avg_pool, (H, 6), [*H, [0, 0], [0, 0]]),
    Edge(P.chunk_avg_pool, (H, 2), [[2, -3.5], [1.5, -5]]),
    Edge(P.chunk_avg_pool, (NO_TOKENS, 1), np.zeros((2, 1, 3))),
    Edge(P.chunk_avg_pool_backward, (1.0, H, 2, THREE), [[0.5, 0.5], [0.5, 0.5], [1, 1], [0, 0]]),
    Edge(P.kmax_pool, (TIES, 3), [[2], [5], [5]]),
    Edge(P.kmax_pool, (TIES, 6), TIES),
    Edge(P.kmax_pool, (TIES[:2], 4), [[2], [5], [0], [0]]),
    Edge(P.kmax_pool, (H, 2, [True, False, False, False]), [[1, -5], [0, 0]]),
    Edge(P.kmax_pool, (H, 2, NOBODY), [[0, 0], [0, 0]]),
    Edge(P.kmax_pool, (NO_TOKENS, 2), np.zeros((2, 2, 3))),
    Edge(P.kmax_pool, (NO_BATCH, 2), np.zeros((0, 2, 2))),
    Edge(P.kmax_pool, (NO_BATCH, 5), np.zeros((0, 5, 2))),
    Edge(P.kmax_pool, ([[np.nan], [1.0], [7.0], [2.0]], 2), [[np.nan], [7]]),
    Edge(P.kmax_pool, ([[np.nan], [1.0], [7.0], [np.nan], [np.nan]], 2), [[np.nan], [np.nan]]),
    # of the three twos the first
    Edge(P.kmax_pool_backward, ([[3.0], [4.0], [5.0]], TIES, 3), [[3], [4], [5], [0], [0], [0]]),
    Edge(
        P.kmax_pool_backward,
        ([[3.0], [4.0], [5.0]], TIES, 3, [False] + [True] * 5),
        [[0], [3], [4], [5], [0], [0]],
    ),
    Edge(P.kmax_pool_backward, (1.0, TIES[:2], 4), [[1], [1]]),
    Edge(P.kmax_pool_backward, (1.0, H, 2, NOBODY), np.zeros((4, 2))),
    Edge(P.kmax_pool_backward, (1.0, NO_BATCH, 2), NO_BATCH),
    Edge(P.kavg_pool, (TIES, 3), [4]),
    Edge(P.kavg_pool, (TIES[:2], 4), [3.5]),
    Edge(P.kavg_pool, (H, 2, NOBODY), [0, 0]),
    Edge(P.kavg_pool, (NO_TOKENS, 2), np.zeros((2, 3))),
    Edge(P.kavg_pool_backward, (6.0, TIES, 3), [[2], [2], [2], [0], [0], [0]]),
    Edge(P.kavg_pool_backward, (6.0, TIES[:2], 4), [[3], [3]]),
    Edge(P.self_attention_weights, (H, np.zeros((1, 2))), [[0.25, 0.25, 0.25, 0.25]]),
    Edge(P.self_attention_weights, (H, np.zeros((2, 2)), NOBODY), np.zeros((2, 4))),
    Edge(P.self_attention_weights, (1e4 * H, ONE), [[0, 1, 0, 0]]),
    Edge(P.self_attention_pool, (H, np.zeros((1, 2))), [[7 / 4, -17 / 4]]),
    Edge(P.self_attention_pool, (H, np.zeros((1, 2)), NOBODY), [[0, 0]]),
    Edge(P.self_attention_pool, (NO_TOKENS, np.zeros((4, 3))), np.zeros((2, 4, 3))),
    Edge(P.self_attention_pool, (NO_BATCH, ONE), np.zeros((0, 1, 2))),
    Edge(P.self_attention_pool, (H, np.zeros((0, 2))), np.zeros((0, 2))),
    Edge(P.self_attention_pool_backward, (1.0, H, ONE, NOBODY), (np.zeros((4, 2)), [[0, 0]])),
    Edge(P.self_attention_pool_backward, (1.0, NO_BATCH, ONE), (NO_BATCH, [[0, 0]])),
    Edge(P.self_attention_pool_backward, (4.0, ONE, np.zeros((1, 2))), ([[4, 4]], [[0, 0]])),
    # 2 sentences of equal weight, not 4 words of equal weight
    Edge(P.hierarchical_pool, (H, [3, 1], [0.0, 0.0], [0.0, 0.0]), [7 / 6, -19 / 6]),
    Edge(P.hierarchical_pool, (H, [3, 0, 1], [0.0, 0.0], [0.0, 0.0]), [7 / 6, -19 / 6]),
    Edge(P.hierarchical_pool, (H[:0], [0, 0], [1.0, 1.0], [1.0, 1.0]), [0, 0]),
    Edge(P.hierarchical_pool, (H[:0], [], [1.0, 1.0], [1.0, 1.0]), [0, 0]),
    Edge(
        P.hierarchical_pool_backward,
        (6.0, np.ones((4, 2)), [3, 1], [0.0, 0.0], [0.0, 0.0]),
        ([[1, 1], [1, 1], [1, 1], [3, 3]], [0, 0], [0, 0]),
    ),
    Edge(P.hierarchical_pool_backward, (1.0, H[:0], [], [1.0, 1.0], [1.0, 1.0]), (H[:0], [0, 0], [0, 0])),
    Edge(P.capsule_predictions, (np.zeros((0, 2)), np.ones((3, 4, 2))), np.zeros((0, 3, 4))),
    Edge(P.capsule_predictions, (np.zeros((5, 0)), np.ones((1, 2, 0))), np.zeros((5, 1, 2))),
    Edge(P.capsule_predictions_backward, (1.0, ONE, np.ones((3, 4, 2))), ([[12, 12]], np.ones((3, 4, 2)))),
    Edge(
        P.capsule_predictions_backward,
        (1.0, np.zeros((0, 2)), np.ones((3, 4, 2))),
        (np.zeros((0, 2)), np.zeros((3, 4, 2))),
    ),
    Edge(P.capsule_messages, (np.zeros((0, 2)), np.ones((3, 4, 2)), np.zeros((0, 3))), np.zeros((3, 4))),
    Edge(P.capsule_messages, (ONE, np.ones((2, 1, 2)), [[0.0, 1.0]]), [[0], [2]]),  # all of it to the second
    Edge(
        P.capsule_messages_backward,
        (1.0, ONE, np.ones((2, 1, 2)), [[0.0, 1.0]]),
        ([[1, 1]], [[[0, 0]], [[1, 1]]], [[2, 2]]),
    ),
    Edge(P.squash, ([3.0, 4.0],), [15 / 26, 20 / 26]),  # length 25/26
    Edge(P.squash, ([0.0, 0.0],), [0, 0]),
    Edge(P.squash, ([1e4],), [1e8 / (1e8 + 1)]),
    Edge(P.squash, ([0.0, 1.0],), [0, 0.5]),
    Edge(P.squash_backward, (1.0, [0.0, 0.0]), [0, 0]),
    Edge(
        P.squash_backward, ([0.0, 1.0], [0.0, 1.0]), [0, 0.5]
    ),  # along the vector: the slope 2 r / (1 + r^2)^2
    Edge(P.squash_backward, ([1.0, 0.0], [0.0, 1.0]), [0.5, 0]),  # across it: v / r
    Edge(P.routing_coefficients, (np.zeros((4, 2, 3)),), np.full((4, 2), 0.5)),
    Edge(P.routing_coefficients, (np.zeros((4, 2, 3)),), np.full((4, 2), 0.25), {"reverse": True}),
    Edge(P.routing_coefficients, (np.zeros((0, 2, 3)),), np.zeros((0, 2)), {"reverse": True}),
    # one input and one output: all of it, squashed
    Edge(P.dynamic_routing, (LONG[:, None, :],), [4e8 / (4e8 + 1) * LONG[0] / 2e4]),
    Edge(P.dynamic_routing, (np.zeros((0, 2, 3)),), np.zeros((2, 3))),
    Edge(P.dynamic_routing, (np.zeros((5, 0, 2, 3)),), np.zeros((5, 2, 3)), {"reverse": True}),
    Edge(P.dynamic_routing, (np.zeros((4, 2, 3)),), np.zeros((2, 3))),
    Edge(P.dynamic_routing_backward, (1.0, np.zeros((4, 2, 3))), np.zeros((4, 2, 3))),
    Edge(P.dynamic_routing_backward, (1.0, np.zeros((0, 2, 3))), np.zeros((0, 2, 3))),
    Edge(P.dr_agg_loss, (np.zeros((3, 2)), [0, 1, 1], [3.0, -4.0]), np.log(2) + 5.0, {"lam": 0.2}),
    Edge(P.dr_agg_loss, (np.zeros((3, 4)), [0, 1, 1]), np.log(4), {"lam": 1.0}),
    Edge(
        P.dr_agg_loss_backward,
        (1.0, [[0.0, 0.0]], [1], [3.0, -4.0]),
        ([[0.5, -0.5]], [1.2, -1.6]),
        {"lam": 0.2},
    ),
)

ERRORS = (
    Error(P.squash, (3.0,), "axis must be an axis of s, shape (); got -1"),
    Error(P.squash_backward, (1.0, ONE), "axis must be an axis of s, shape (1, 2); got 2", {"axis": 2}),
    Error(P.cls_pool, (H, np.ones((2, 3))), "weight must be of shape (out, 2); got shape (2, 3)"),
    Error(P.cls_pool_backward, (1.0, H, np.ones((3, 2)), [0.0]), "bias must be of shape (3,)"),
    Error(P.dr_agg_loss, (ONE, [2]), "target must be at least 0 and below 2; got the value 2", {"lam": 0.1}),
    Error(P.dr_agg_loss_backward, (1.0, ONE, [0, 1]), "target must be of shape (1,)", {"lam": 0.1}),
    Error(P.cls_pool, (NO_TOKENS,), "h must be of shape (..., L, D), L at least 1; got shape (2, 0, 3)"),
    Error(P.cls_pool, (H, None, [1.0, 1.0]), "bias must be None without a weight"),
    Error(P.cls_pool_backward, (1.0, np.zeros(3)), "h must be of shape (..., L, D), L at least 1"),
    Error(P.max_pool_time, (np.zeros(3),), "h must be of shape (..., L, D); got shape (3,)"),
    Error(P.max_pool_time, (H, [True, False]), "mask must be of shape (4,), True for a token that counts"),
    Error(P.max_pool_time_backward, (1.0, H, np.ones((4, 2), bool)), "mask must be of shape (4,)"),
    Error(P.avg_pool_time, (np.zeros((2, 4, 3)), np.ones(4, bool)), "mask must be of shape (2, 4)"),
    Error(P.avg_pool_time_backward, (1.0, np.zeros(3)), "h must be of shape (..., L, D)"),
    Error(P.chunk_max_pool, (H, 0), "n_chunks must be at least 1; got 0"),
    Error(P.chunk_max_pool_backward, (1.0, H, 0), "n_chunks must be at least 1"),
    Error(P.chunk_avg_pool, (H, 2, [True]), "mask must be of shape (4,)"),
    Error(P.chunk_avg_pool_backward, (1.0, np.zeros(3), 2), "h must be of shape (..., L, D)"),
    Error(P.kmax_pool, (H, 0), "k must be at least 1; got 0"),
    Error(P.kmax_pool_backward, (1.0, H, 0), "k must be at least 1; got 0"),
    Error(P.kmax_pool, (H, 2, [True]), "mask must be of shape (4,)"),
    Error(P.kavg_pool, (H, 0), "k must be at least 1; got 0"),
    Error(P.kavg_pool_backward, (1.0, H, -1), "k must be at least 1; got -1"),
    Error(P.self_attention_weights, (H, np.zeros(2)), "query must be of shape (M, 2); got shape (2,)"),
    Error(P.self_attention_pool, (H, np.zeros((1, 3))), "query must be of shape (M, 2); got shape (1, 3)"),
    Error(P.self_attention_pool, (np.zeros(2), ONE), "x must be of shape (..., L, D)"),
    Error(P.self_attention_pool_backward, (1.0, H, ONE, [True]), "mask must be of shape (4,)"),
    Error(
        P.hierarchical_pool,
        (H, [1, 2], ONE[0], ONE[0]),
        "sent_lengths must be numbers of words that add up to 4; got [1, 2]",
    ),
    Error(P.hierarchical_pool, (H, [5, -1], ONE[0], ONE[0]), "sent_lengths must be numbers of words"),
    Error(P.hierarchical_pool, (H, [4], ONE, ONE[0]), "word_query must be of shape (2,); got shape (1, 2)"),
    Error(P.hierarchical_pool, (H[None], [1], ONE[0], ONE[0]), "x must be of shape (L, D)"),
    Error(P.hierarchical_pool_backward, (1.0, H, [4], ONE[0], [1.0]), "sent_query must be of shape (2,)"),
    Error(P.capsule_predictions, (np.zeros(2), np.zeros((1, 1, 2))), "h must be of shape (..., L, E)"),
    Error(P.capsule_predictions, (H, np.zeros((3, 2))), "theta must be of shape (M, D, 2); got shape (3, 2)"),
    Error(P.capsule_predictions_backward, (1.0, H, np.zeros((3, 2, 3))), "theta must be of shape (M, D, 2)"),
    Error(P.capsule_messages, (H, np.zeros((3, 1, 2)), np.zeros((3, 4))), "c must be of shape (4, 3)"),
    Error(
        P.capsule_messages_backward, (1.0, H, np.zeros((3, 1, 2)), np.zeros(3)), "c must be of shape (4, 3)"
    ),
    Error(P.routing_coefficients, (H,), "u_hat must be of shape (..., L, M, D); got shape (4, 2)"),
    Error(P.dynamic_routing, (H,), "u_hat must be of shape (..., L, M, D)"),
    Error(P.dynamic_routing, (H[None],), "n_iters must be at least 1; got 0", {"n_iters": 0}),
    Error(P.dynamic_routing_backward, (1.0, H), "u_hat must be of shape (..., L, M, D)"),
    Error(P.dr_agg_loss, (ONE, [0], H), "lam must be at least 0; got -1", {"lam": -1}),
    Error(P.dr_agg_loss_backward, (1.0, ONE, [0], H), "lam must be at least 0", {"lam": -1}),
)
