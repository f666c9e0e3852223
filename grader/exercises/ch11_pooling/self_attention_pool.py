"""Weighted means of a text, one for each query."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, spread
from nnlib import pooling
from nnlib.activations import softmax


def asked(size, M, mask=None, scale_of_x=1.0, **given):
    """Texts of one shape and M queries; with a mask whose lengths are given, what does not count is large."""

    def draw(rng):
        x = scale_of_x * uneven(rng, size)
        query = uneven(rng, (M, size[-1]))
        if mask is None:
            return call(x, query, **given)
        counts = np.arange(size[-2]) < np.array(mask)[..., None]
        return call(np.where(counts[..., None], x, 3 * x), query, counts, **given)

    return draw


def uneven(rng, size):
    """Numbers of both signs from 0.3 to 1.5, no row like another."""
    x = rng.uniform(0.3, 1.5, size)
    return np.where(np.arange(x.size).reshape(size) % 3 == 1, -x, x)


def huge(rng):
    """Scores of some thousands, each text's largest far above the others."""
    x = uneven(rng, (2, 3, 2)) + np.array([0, 4.0, 8.0])[:, None]
    return call(1000 * x, np.array([[1.0, 2.0], [-1.0, -2.0]]))


def huge_and_masked(rng):
    """Scores of some tens of thousands; below 0 that of a token that does not count is the largest."""
    x = 1000 * (rng.uniform(5, 6, (2, 3, 2)) + np.array([4.0, 2.0, 0.0])[:, None])
    return call(
        x, np.array([[1.0, 2.0], [-1.0, -2.0]]), np.array([[True, True, False], [True, False, False]])
    )


def _allowed(rng):
    size = (*one_of(rng, (), (1,), (2,)), int(rng.integers(1, 5)), int(rng.integers(1, 4)))
    x, query = (
        floats(rng, size, (1.0, 1.0, 3.0, 1e-9, 300.0)),
        floats(rng, (int(rng.integers(1, 4)), size[-1])),
    )
    mask = rng.random(size[:-1]) < 0.6
    mask[..., rng.integers(size[-2])] = True
    given = options(rng, scale=(None, 1.0, 0.3, 0.0, 2.0))
    return (
        call(x, query, **given)
        if rng.random() < 0.4
        else call(x, query, one_of(rng, None, mask, mask), **given)
    )


SELF_ATTENTION_POOL = Exercise(
    function="self_attention_pool",
    topics=("C11-08",),
    points=2,
    difficulty=3,
    minutes=25,
    reference=pooling.self_attention_pool,
    torch="torch.nn.functional.scaled_dot_product_attention",
    forbid=("nnlib.pooling.self_attention_weights",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 20, 8)), rng.normal(size=(2, 8))),
    cases=(
        Case(
            "one text, one query",
            asked((5, 3), 1),
            example=call([[1, 0], [0, 2], [3, 1]], [[1, -1]]),
            weight=1,
        ),
        Case("a batch, two queries", asked((3, 5, 4), 2), weight=1),
        Case("scale given", asked((2, 4, 3), 2, scale=1.5), weight=4),
        Case("a scale of 0", asked((2, 4, 3), 2, scale=0), weight=4),
        Case("a mask", asked((3, 5, 4), 2, mask=(3, 5, 2)), weight=2),
        Case("scores of thousands", huge_and_masked, differentiable=False, weight=5),
        in_turn(
            "one token, one feature, one text, a mask of one, zeros, tiny and large numbers",
            asked((1, 1), 1),
            asked((1, 3), 2, scale=None),
            asked((3, 1), 1, scale=0.3),
            asked((1, 2, 3), 3),
            asked((2, 1, 1), 2, mask=(1, 1)),
            asked((1, 3, 2), 2, mask=(2,)),
            asked((4, 2), 2, mask=2),
            asked((2, 3, 1), 3, mask=(3, 1), scale=2.0),
            asked((2, 3, 2), 1, scale_of_x=1e-9),
            asked((1, 1), 1, mask=1, scale=0.0),
            asked((3, 2), 2, scale=0.0),
            huge,
            asked((3, 2), 2, mask=3, scale_of_x=300.0, scale=1e-3),
            lambda rng: call(spread(rng, (4, 3)), spread(rng, (2, 3)), None, scale=1.0),
            lambda rng: call(spread(rng, (2, 4, 3)), 1e-12 * uneven(rng, (2, 3)), scale=1.0),
            lambda rng: call(uneven(rng, (3, 2)) / 2000, 3000 * uneven(rng, (1, 2)), scale=0.3),
            lambda rng: call(np.zeros((2, 2, 3)), np.zeros((2, 3)), np.ones((2, 2), bool), scale=None),
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "The scores are query @ x transposed: (M, D) by (..., D, L) gives (..., M, L). np.swapaxes(x, -1, -2)"
        " transposes the last two.",
        "Softmax goes over the tokens, the last axis of the scores. Then weights @ x.",
        "With a mask, the scores of other tokens are −inf before the softmax: np.where(mask[..., None, :], "
        "scores, -np.inf).",
    ),
)


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_over_queries(x, query, mask=None, *, scale=None):
    """Your softmax goes over the queries; it goes over the tokens, so that the weights of each query sum to 1."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    weights = softmax(scale * (query @ np.swapaxes(x, -1, -2)), axis=-2)
    return (weights if mask is None else np.where(mask[..., None, :], weights, 0)) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_no_scale(x, query, mask=None, *, scale=None):
    """Without a given scale you do not scale; None stands for 1 / √D."""
    scores = (1 if scale is None else scale) * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_divided_by_d(x, query, mask=None, *, scale=None):
    """Without a given scale you divide by D; by its root: 1 / √D."""
    scale = 1 / x.shape[-1] if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_times_root(x, query, mask=None, *, scale=None):
    """Without a given scale you multiply by √D; divide by it."""
    scale = x.shape[-1] ** 0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_by_length(x, query, mask=None, *, scale=None):
    """Without a given scale you take 1 / √L, the number of tokens; it is 1 / √D, the number of features."""
    scale = x.shape[-2] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="scale given")
def self_attention_pool_scale_ignored(x, query, mask=None, *, scale=None):
    """You do not use `scale`; 1 / √D holds only where it is None."""
    scores = x.shape[-1] ** -0.5 * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="scale given")
def self_attention_pool_scale_twice(x, query, mask=None, *, scale=None):
    """You divide by √D even where a scale is given; 1 / √D is for scale=None only."""
    scores = (1 if scale is None else scale) * x.shape[-1] ** -0.5 * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="a scale of 0")
def self_attention_pool_zero_for_none(x, query, mask=None, *, scale=None):
    """A scale of 0 counts as None in your answer, as in `scale or ...`; it is a number: all weights are equal."""
    scale = scale or x.shape[-1] ** -0.5
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="a mask")
def self_attention_pool_mask_ignored(x, query, mask=None, *, scale=None):
    """You do not use the mask: tokens that do not count get weight as well."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    return softmax(scale * (query @ np.swapaxes(x, -1, -2)), axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="a mask")
def self_attention_pool_scores_of_zero(x, query, mask=None, *, scale=None):
    """You give tokens that do not count the score 0, and exp(0) = 1; the score is −inf, so that the weight is 0."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, 0)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="a mask")
def self_attention_pool_masked_after(x, query, mask=None, *, scale=None):
    """You take the other tokens' weights away after the softmax, and those that are left no longer sum to 1."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    weights = softmax(scale * (query @ np.swapaxes(x, -1, -2)), axis=-1)
    return (weights if mask is None else np.where(mask[..., None, :], weights, 0)) @ x


@SELF_ATTENTION_POOL.wrong(case="a mask")
def self_attention_pool_inverted(x, query, mask=None, *, scale=None):
    """You take the tokens that do not count; True in the mask means that a token counts."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], -1e30, scores)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_not_normalized(x, query, mask=None, *, scale=None):
    """Your weights are the exponentials; divide by their sum, so that they sum to 1."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return np.exp(np.minimum(scores, 300)) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_scores_as_weights(x, query, mask=None, *, scale=None):
    """Your weights are the scores themselves; a softmax makes weights of them that are positive and sum to 1."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    return (scores if mask is None else np.where(mask[..., None, :], scores, 0)) @ x


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_weights(x, query, mask=None, *, scale=None):
    """You return the weights; return the weighted means, weights @ x."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1)


@SELF_ATTENTION_POOL.wrong
def self_attention_pool_winner(x, query, mask=None, *, scale=None):
    """You take the token with the largest score whole; each token counts with its weight."""
    scores = query @ np.swapaxes(x, -1, -2)
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    best = scores.argmax(axis=-1)
    return np.take_along_axis(x, best[..., None], axis=-2)


@SELF_ATTENTION_POOL.wrong(case="scores of thousands")
def self_attention_pool_overflow(x, query, mask=None, *, scale=None):
    """exp of a score in the thousands is inf, and inf / inf is nan; use the softmax that is at hand, or subtract
    the maximum."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        weights = np.exp(scores)
        return weights / weights.sum(axis=-1, keepdims=True) @ x


@SELF_ATTENTION_POOL.wrong(case="a batch, two queries")
def self_attention_pool_transposed_whole(x, query, mask=None, *, scale=None):
    """x.T turns all axes of a batch around; exchange the last two only, np.swapaxes(x, -1, -2)."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ x.T)
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="scores of thousands")
def self_attention_pool_not_low_enough(x, query, mask=None, *, scale=None):
    """You give tokens that do not count a score of −10 000, and others can be lower still; −inf is below all."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -1e4)
    return softmax(scores, axis=-1) @ x


@SELF_ATTENTION_POOL.wrong(case="scores of thousands")
def self_attention_pool_one_maximum(x, query, mask=None, *, scale=None):
    """You subtract one maximum for all queries before exp, and a query whose scores are far below it gives 0 / 0;
    each query has its own."""
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = scale * (query @ np.swapaxes(x, -1, -2))
    if mask is not None:
        scores = np.where(mask[..., None, :], scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=(-2, -1), keepdims=True))
    with np.errstate(invalid="ignore"):
        return weights / weights.sum(axis=-1, keepdims=True) @ x


@SELF_ATTENTION_POOL.right
def self_attention_pool_by_einsum(x, query, mask=None, *, scale=None):
    scale = 1 / float(np.sqrt(query.shape[1])) if scale is None else scale
    scores = scale * np.einsum("...ld,md->...lm", x, query)
    if mask is not None:
        scores = np.where(mask[..., None], scores, -np.inf)
    return np.einsum("...lm,...ld->...md", softmax(scores, axis=-2), x)


@SELF_ATTENTION_POOL.right
def self_attention_pool_query_by_query(x, query, mask=None, *, scale=None):
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    means = []
    for q in query:
        scores = (x * q).sum(axis=-1) * scale
        if mask is not None:
            scores = np.where(mask, scores, -np.inf)
        weights = softmax(scores, axis=-1)
        means.append((weights[..., None] * x).sum(axis=-2))
    return np.stack(means, axis=-2)


@SELF_ATTENTION_POOL.right
def self_attention_pool_own_softmax(x, query, mask=None, *, scale=None):
    scale = x.shape[-1] ** -0.5 if scale is None else scale
    scores = np.swapaxes(x @ query.T, -1, -2) * scale
    counts = np.ones(x.shape[:-1], bool) if mask is None else mask
    scores = np.where(counts[..., None, :], scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights @ x / weights.sum(axis=-1, keepdims=True)


@SELF_ATTENTION_POOL.right
def self_attention_pool_text_by_text(x, query, mask=None, *, scale=None):
    if x.ndim == 3:
        masks = [None] * len(x) if mask is None else mask
        return np.stack(
            [self_attention_pool_text_by_text(t, query, m, scale=scale) for t, m in zip(x, masks)]
        )
    x = x if mask is None else x[mask]
    scale = x.shape[1] ** -0.5 if scale is None else scale
    return softmax(scale * query @ x.T, axis=1) @ x
