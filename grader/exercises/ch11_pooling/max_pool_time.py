"""Max pooling over the tokens of a text."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import apart, scaled_only, steady
from grader.record.exercise import Case, Exercise, call, keeps_arguments
from grader.record.inputs import floats, one_of, spread
from nnlib import pooling

FAR = 50.0  # what stands in tokens that do not count: on either side of all that does


def texts(size, low=-3.0, high=3.0):
    return scaled_only(lambda rng: call(apart(rng, size, low, high)))


def padded(lengths, L, D, low=-3.0, high=3.0):
    """Texts of these lengths, the rest of L not counted: the first of it far above what counts, the others far
    below."""

    def draw(rng):
        mask = np.arange(L) < np.array(lengths)[..., None]
        h = apart(rng, (*mask.shape, D), low, high)
        far = FAR * max(abs(low), abs(high)) * np.where(np.arange(L) == np.array(lengths)[..., None], 1, -1)
        return call(np.where(mask[..., None], h, far[..., None]), mask)

    return scaled_only(draw)


def with_gaps(size, D, low=-3.0, high=3.0):
    """A mask whose every second token counts."""

    def draw(rng):
        mask = np.arange(int(np.prod(size))).reshape(size) % 2 == 0
        h = apart(rng, (*size, D), low, high)
        return call(np.where(mask[..., None], h, FAR * high), mask)

    return scaled_only(draw)


def any_texts(rng):
    size = one_of(rng, (), (1,), (2,), (3,)) + (int(rng.integers(1, 6)), int(rng.integers(1, 4)))
    mask = one_of(rng, None, rng.random(size[:-1]) < 0.6, np.ones(size[:-1], bool))
    return floats(rng, size), mask


def _allowed(rng):
    h, mask = any_texts(rng)
    return call(h) if mask is None and rng.random() < 0.5 else call(h, mask)


ODD = (
    texts((1, 1), 1.0, 2.0),
    texts((1, 3), -2.0, -1.0),
    texts((3, 1), 200.0, 900.0),
    texts((1, 2, 3)),
    texts((2, 1, 1), -9e-6, -1e-6),
    texts((2, 3, 1), 1e-6, 9e-6),
    padded((1,), 3, 1, -3e5, -2e5),
    padded(1, 1, 2, 1e-6, 2e-6),
    padded((1, 1), 1, 2),
    padded((3, 3), 3, 2, -9e-6, -1e-6),
    padded(2, 4, 3, -9.0, -1.0),
    with_gaps((2, 3), 1, 1.0, 9.0),
    lambda rng: call(spread(rng, (4, 3)), None),
    lambda rng: call(-np.abs(spread(rng, (2, 3, 3))), np.ones((2, 3), bool)),
    lambda rng: call(np.zeros((2, 3, 2)), np.zeros((2, 3), bool)),
    lambda rng: call(spread(rng, (3, 2)), np.zeros(3, bool)),
)

MAX_POOL_TIME = Exercise(
    function="max_pool_time",
    topics=("C11-02",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=pooling.max_pool_time,
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 20, 8))),
    cases=(
        Case("one text", texts((6, 4)), example=call([[1, -5], [3, -8], [0, -2]]), weight=2),
        Case("a batch", texts((3, 5, 4)), weight=2),
        Case("a batch of texts, padded", padded((2, 5, 3), 5, 4), weight=2),
        Case("padded, all features negative", padded((2, 4, 3), 5, 4, -9.0, -1.0), weight=2),
        Case("one text, some tokens do not count", with_gaps((7,), 3, -9.0, -1.0)),
        Case("a text in which no token counts", padded((3, 0), 4, 3, -9.0, -1.0), weight=3),
        steady("one token, one feature, one text, zeros, tiny and large numbers", *ODD, edge=True),
        keeps_arguments(padded((2, 5, 3), 5, 4), weight=4),
    ),
    hints=(
        "The tokens are axis −2, both in (L, D) and in (N, L, D).",
        "mask[..., None] has shape (..., L, 1) and lines up with h. np.where(mask[..., None], h, -np.inf) "
        "takes the others out.",
        "A sequence in which nothing counts is −inf then; put 0 there.",
    ),
)


@MAX_POOL_TIME.wrong
def max_pool_time_over_features(h, mask=None):
    """You take the maximum over the features; each feature has one over the tokens, axis −2."""
    if mask is None:
        return h.max(axis=-1)
    y = np.where(mask[..., None], h, -np.inf).max(axis=-1)
    return np.where(mask, y, 0)


@MAX_POOL_TIME.wrong(case="a batch")
def max_pool_time_over_the_batch(h, mask=None):
    """You take the maximum over axis 0, which in a batch are the texts; the tokens are axis −2."""
    if mask is None:
        return h.max(axis=0)
    y = np.where(mask[..., None], h, -np.inf).max(axis=0)
    return np.where(mask.any(axis=0)[..., None], y, 0)


@MAX_POOL_TIME.wrong(case="a batch")
def max_pool_time_one_for_all_texts(h, mask=None):
    """You take one maximum for all texts of the batch; each has its own."""
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    y = np.where(counts[..., None], h, -np.inf).max(axis=tuple(range(h.ndim - 1)))
    return np.where(counts.any(axis=-1)[..., None], np.broadcast_to(y, (*h.shape[:-2], h.shape[-1])), 0)


@MAX_POOL_TIME.wrong(case="a batch of texts, padded")
def max_pool_time_mask_ignored(h, mask=None):
    """You do not use the mask: tokens that do not count win as well."""
    return h.max(axis=-2)


@MAX_POOL_TIME.wrong(case="padded, all features negative")
def max_pool_time_zeros_for_padding(h, mask=None):
    """You put zeros where a token does not count, and they win where all features are negative; put −inf."""
    if mask is None:
        return h.max(axis=-2)
    return np.where(mask[..., None], h, 0).max(axis=-2)


@MAX_POOL_TIME.wrong(case="a batch of texts, padded")
def max_pool_time_inverted(h, mask=None):
    """You take the tokens that do not count; True in the mask means that a token counts."""
    if mask is None:
        return h.max(axis=-2)
    y = np.where(mask[..., None], -np.inf, h).max(axis=-2)
    return np.where(mask.all(axis=-1)[..., None], 0, y)


@MAX_POOL_TIME.wrong(case="a text in which no token counts")
def max_pool_time_minus_infinity(h, mask=None):
    """A text in which no token counts gives −inf in your answer; it gives 0."""
    return h.max(axis=-2) if mask is None else np.where(mask[..., None], h, -np.inf).max(axis=-2)


@MAX_POOL_TIME.wrong
def max_pool_time_mean(h, mask=None):
    """You take the mean; take the largest value of each feature."""
    if mask is None:
        return h.mean(axis=-2)
    return np.where(mask[..., None], h, 0).sum(axis=-2) / np.maximum(mask.sum(axis=-1), 1)[..., None]


@MAX_POOL_TIME.wrong
def max_pool_time_axis_kept(h, mask=None):
    """Your result still has the axis of the tokens, with length 1; leave it out: shape (D,) or (N, D)."""
    if mask is None:
        return h.max(axis=-2, keepdims=True)
    y = np.where(mask[..., None], h, -np.inf).max(axis=-2, keepdims=True)
    return np.where(mask.any(axis=-1)[..., None, None], y, 0)


@MAX_POOL_TIME.wrong
def max_pool_time_longest_token(h, mask=None):
    """You return one token whole, the one with the largest sum; each feature has a maximum of its own."""
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    best = np.where(counts, h.sum(axis=-1), -np.inf).argmax(axis=-1)
    y = np.take_along_axis(h, best[..., None, None], axis=-2)[..., 0, :]
    return np.where(counts.any(axis=-1)[..., None], y, 0)


@MAX_POOL_TIME.wrong
def max_pool_time_of_absolute_values(h, mask=None):
    """You take the largest absolute value; −5 is smaller than 1."""
    if mask is None:
        return np.abs(h).max(axis=-2)
    return np.where(mask[..., None], np.abs(h), 0).max(axis=-2)


@MAX_POOL_TIME.wrong
def max_pool_time_mask_needed(h, mask=None):
    """The mask may be None, which has no shape to line up with; then all tokens count."""
    y = np.where(mask[..., None], h, -np.inf).max(axis=-2)
    return np.where(mask.any(axis=-1)[..., None], y, 0)


@MAX_POOL_TIME.wrong(case="a batch")
def max_pool_time_one_text_only(h, mask=None):
    """You unpack two axes; a batch has three, (N, L, D)."""
    L, D = h.shape
    counts = np.ones(L, bool) if mask is None else mask
    return np.array([max((h[i, d] for i in range(L) if counts[i]), default=0.0) for d in range(D)], h.dtype)


@MAX_POOL_TIME.wrong(case="arguments unchanged")
def max_pool_time_in_place(h, mask=None):
    """You write −inf into h itself, which belongs to who called; np.where makes a new array."""
    if mask is None:
        return h.max(axis=-2)
    h[~mask] = -np.inf
    return np.where(mask.any(axis=-1)[..., None], h.max(axis=-2), 0)


@MAX_POOL_TIME.right
def max_pool_time_by_initial(h, mask=None):
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    y = np.max(h, axis=-2, where=counts[..., None], initial=-np.inf)
    return np.where(np.isneginf(y), 0, y)


@MAX_POOL_TIME.right
def max_pool_time_token_by_token(h, mask=None):
    counts = np.ones(h.shape[:-1], bool) if mask is None else mask
    y = np.full((*h.shape[:-2], h.shape[-1]), -np.inf, h.dtype)
    for i in range(h.shape[-2]):
        y = np.where(counts[..., i, None], np.maximum(y, h[..., i, :]), y)
    y[~counts.any(axis=-1)] = 0
    return y


@MAX_POOL_TIME.right
def max_pool_time_text_by_text(h, mask=None):
    if h.ndim == 3:
        masks = [None] * len(h) if mask is None else mask
        return np.stack([max_pool_time_text_by_text(text, m) for text, m in zip(h, masks)])
    left = h if mask is None else h[mask]
    return left.max(axis=0) if len(left) else np.zeros(h.shape[1], h.dtype)


@MAX_POOL_TIME.right
def max_pool_time_by_sorting(h, mask=None):
    if mask is None:
        return np.sort(h, axis=-2)[..., -1, :]
    taken = np.sort(np.where(mask[..., None], h, -np.inf), axis=-2)[..., -1, :]
    return np.where(mask.any(axis=-1)[..., None], taken, 0)
