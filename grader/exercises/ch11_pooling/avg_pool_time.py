"""The mean over the tokens of a text."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool_time import ODD, any_texts, padded, texts, with_gaps
from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import spread
from nnlib import pooling


def _allowed(rng):
    h, mask = any_texts(rng)
    return call(h) if mask is None and rng.random() < 0.5 else call(h, mask)


AVG_POOL_TIME = Exercise(
    function="avg_pool_time",
    topics=("C11-06",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=pooling.avg_pool_time,
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 20, 8))),
    cases=(
        Case("one text", texts((6, 4)), example=call([[1, -5], [3, -2], [2, -8]]), weight=2, edge=True),
        Case("a batch", texts((3, 5, 4)), weight=2),
        Case("a batch of texts, padded", padded((2, 5, 3), 5, 4), weight=3),
        Case("one text, some tokens do not count", with_gaps((7,), 3, 1.0, 9.0), weight=4),
        Case("a text in which no token counts", padded((3, 0), 4, 3, 1.0, 9.0), weight=4),
        in_turn(
            "one token, one feature, one text, zeros, tiny and large numbers",
            *ODD,
            lambda rng: call(spread(rng, (2, 4, 2)), np.array([[1, 1, 1, 0], [1, 1, 0, 0]], bool)),
            edge=True,
        ),
        keeps_arguments(padded((2, 5, 3), 5, 4), weight=4),
    ),
    hints=(
        "The sum over the tokens that count, divided by how many count: mask.sum(axis=-1), with one axis more"
        " to line up.",
        "Where none counts this is 0 / 0; dividing by np.maximum(n, 1) leaves it at 0.",
    ),
)


@AVG_POOL_TIME.wrong(case="a batch of texts, padded")
def avg_pool_time_divided_by_length(h, mask=None):
    """You divide by L, the padding included; divide by the number of tokens that count."""
    return h.mean(axis=-2) if mask is None else np.where(mask[..., None], h, 0).mean(axis=-2)


@AVG_POOL_TIME.wrong(case="a batch of texts, padded")
def avg_pool_time_mask_ignored(h, mask=None):
    """You do not use the mask: tokens that do not count are in your mean as well."""
    return h.mean(axis=-2)


@AVG_POOL_TIME.wrong(case="a batch of texts, padded")
def avg_pool_time_padding_summed(h, mask=None):
    """You divide by the number of tokens that count, but sum over all of them; take the others out of the sum,
    too."""
    if mask is None:
        return h.mean(axis=-2)
    return h.sum(axis=-2) / np.maximum(mask.sum(axis=-1), 1)[..., None]


@AVG_POOL_TIME.wrong(case="a text in which no token counts")
def avg_pool_time_nan(h, mask=None):
    """A text in which no token counts gives 0 / 0 = nan in your answer; it gives 0."""
    if mask is None:
        return h.mean(axis=-2)
    with np.errstate(invalid="ignore"):
        return np.where(mask[..., None], h, 0).sum(axis=-2) / mask.sum(axis=-1)[..., None]


@AVG_POOL_TIME.wrong(case="a batch of texts, padded")
def avg_pool_time_one_count(h, mask=None):
    """You divide every text by the tokens of the whole batch; each text has its own number."""
    if mask is None:
        return h.mean(axis=-2)
    total = np.where(mask[..., None], h, 0).sum(axis=-2)
    return total / max(mask.sum(), 1)


@AVG_POOL_TIME.wrong(case="a batch of texts, padded")
def avg_pool_time_inverted(h, mask=None):
    """You take the tokens that do not count; True in the mask means that a token counts."""
    if mask is None:
        return h.mean(axis=-2)
    return np.where(mask[..., None], 0, h).sum(axis=-2) / np.maximum((~mask).sum(axis=-1), 1)[..., None]


@AVG_POOL_TIME.wrong(case="a text in which no token counts")
def avg_pool_time_one_more(h, mask=None):
    """You add 1 to every count, or something small, against 0 / 0, and all means with a mask become too small.

    np.maximum(n, 1) changes a count of 0 only."""
    if mask is None:
        return h.mean(axis=-2)
    return np.where(mask[..., None], h, 0).sum(axis=-2) / (mask.sum(axis=-1) + 1)[..., None]


@AVG_POOL_TIME.wrong
def avg_pool_time_over_features(h, mask=None):
    """You average over the features; each feature has a mean over the tokens, axis −2."""
    y = h.mean(axis=-1)
    return y if mask is None else np.where(mask, y, 0)


@AVG_POOL_TIME.wrong(case="a batch")
def avg_pool_time_over_the_batch(h, mask=None):
    """You average over axis 0, which in a batch are the texts; the tokens are axis −2."""
    if mask is None:
        return h.mean(axis=0)
    return np.where(mask[..., None], h, 0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)[..., None]


@AVG_POOL_TIME.wrong
def avg_pool_time_sum(h, mask=None):
    """You take the sum; divide by the number of tokens that count."""
    return h.sum(axis=-2) if mask is None else np.where(mask[..., None], h, 0).sum(axis=-2)


@AVG_POOL_TIME.wrong
def avg_pool_time_largest(h, mask=None):
    """You take the largest value of each feature; take the mean."""
    if mask is None:
        return h.max(axis=-2)
    y = np.where(mask[..., None], h, -np.inf).max(axis=-2)
    return np.where(mask.any(axis=-1)[..., None], y, 0)


@AVG_POOL_TIME.wrong
def avg_pool_time_axis_kept(h, mask=None):
    """Your result still has the axis of the tokens, with length 1; leave it out: shape (D,) or (N, D)."""
    if mask is None:
        return h.mean(axis=-2, keepdims=True)
    n = np.maximum(mask.sum(axis=-1), 1)[..., None, None]
    return np.where(mask[..., None], h, 0).sum(axis=-2, keepdims=True) / n


@AVG_POOL_TIME.wrong
def avg_pool_time_mask_needed(h, mask=None):
    """The mask may be None, which has no shape to line up with; then all tokens count."""
    return np.where(mask[..., None], h, 0).sum(axis=-2) / np.maximum(mask.sum(axis=-1), 1)[..., None]


@AVG_POOL_TIME.wrong(case="arguments unchanged")
def avg_pool_time_in_place(h, mask=None):
    """You write zeros into h itself, which belongs to who called; np.where makes a new array."""
    if mask is None:
        return h.mean(axis=-2)
    h[~mask] = 0
    return h.sum(axis=-2) / np.maximum(mask.sum(axis=-1), 1)[..., None]


@AVG_POOL_TIME.wrong
def avg_pool_time_with_epsilon(h, mask=None):
    """You add 1e-6 to the number of tokens against 0 / 0, which makes every mean a little too small;
    np.maximum(n, 1) changes 0 alone."""
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    total = np.where(counts[..., None], h, 0).sum(axis=-2)
    return total / (counts.sum(axis=-1)[..., None] + 1e-6)


@AVG_POOL_TIME.wrong(case="one text, some tokens do not count")
def avg_pool_time_first_tokens(h, mask=None):
    """You take the first n tokens, n the number of those that count; which ones count the mask says."""
    if mask is None:
        return h.mean(axis=-2)
    n = mask.sum(axis=-1)[..., None]
    first = np.arange(h.shape[-2]) < n
    return np.where(first[..., None], h, 0).sum(axis=-2) / np.maximum(n, 1)


@AVG_POOL_TIME.right
def avg_pool_time_by_weights(h, mask=None):
    weights = (np.ones(h.shape[:-1]) if mask is None else mask).astype(h.dtype)
    total = weights.sum(axis=-1, keepdims=True)
    weights = weights / np.where(total == 0, 1, total)
    return (weights[..., None, :] @ h)[..., 0, :]


@AVG_POOL_TIME.right
def avg_pool_time_token_by_token(h, mask=None):
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    total, n = np.zeros((*h.shape[:-2], h.shape[-1]), h.dtype), np.zeros((*h.shape[:-2], 1), h.dtype)
    for i in range(h.shape[-2]):
        total = total + np.where(counts[..., i, None], h[..., i, :], 0)
        n = n + counts[..., i, None]
    n[n == 0] = 1
    return total / n


@AVG_POOL_TIME.right
def avg_pool_time_text_by_text(h, mask=None):
    if h.ndim == 3:
        masks = [None] * len(h) if mask is None else mask
        return np.stack([avg_pool_time_text_by_text(text, m) for text, m in zip(h, masks)])
    left = h if mask is None else h[mask]
    return left.mean(axis=0) if len(left) else np.zeros(h.shape[1], h.dtype)


@AVG_POOL_TIME.right
def avg_pool_time_by_where(h, mask=None):
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    total = np.sum(h, axis=-2, where=counts[..., None])
    n = np.broadcast_to(counts.sum(axis=-1)[..., None], total.shape)
    return np.divide(total, n, out=np.zeros_like(total), where=n > 0)
