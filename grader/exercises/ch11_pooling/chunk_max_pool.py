"""The largest value of each feature in each part of a text."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import steady
from grader.record.exercise import Case, Exercise, call
from grader.record.inputs import floats, one_of, spread
from nnlib import pooling
from nnlib.pooling import max_pool_time


def parts(size, n_chunks, low=-3.0, high=3.0):
    """Features that rise and fall in turn over the text, so that both ends of each part show; a third one is
    mixed."""

    def draw(rng):
        *front, L, D = size
        step = (high - low) / L
        rising = low + step * (np.arange(L) + rng.uniform(0.1, 0.6, (*front, D, L)))
        h = np.swapaxes(rising, -1, -2)
        h[..., 1::3] = h[..., ::-1, 1::3]
        h[..., 2::3] = rng.permuted(h[..., 2::3], axis=-2)
        return call(h, n_chunks)

    return draw


def _allowed(rng):
    L = int(rng.integers(1, 7))
    h = floats(rng, (*one_of(rng, (), (1,), (2,), (3,)), L, int(rng.integers(1, 4))))
    return call(h, int(rng.integers(1, L + 1)))


def chunk_max_pool(h, n_chunks):
    """nnlib's, of texts without a mask."""
    return pooling.chunk_max_pool(h, n_chunks)


CHUNK_MAX_POOL = Exercise(
    function="chunk_max_pool",
    topics=("C11-05",),
    points=1,
    difficulty=2,
    minutes=15,
    reference=chunk_max_pool,
    forbid=("nnlib.pooling.chunk_max_pool", "nnlib.pooling.chunk_avg_pool"),
    uses=("max_pool_time",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 20, 8)), 4),
    cases=(
        Case(
            "one text, three parts of two",
            parts((6, 4), 3),
            example=call([[1, 9], [4, 8], [2, 7], [5, 6], [3, 5], [0, 4]], 3),
            weight=2,
        ),
        Case("parts of 3, 3, 2 and 2", parts((10, 3), 4), weight=3),
        Case("a batch", parts((3, 8, 4), 2), weight=2),
        Case("a batch, parts of 3, 3, 2 and 2", parts((2, 10, 3), 4), weight=2),
        steady(
            "one part, as many as tokens, one token, one feature, zeros, tiny and large numbers",
            parts((5, 3), 1),
            parts((5, 3), 5),
            parts((2, 5, 2), 1),
            parts((2, 3, 2), 3, 200.0, 900.0),
            parts((1, 1), 1, 1.0, 2.0),
            parts((1, 3), 1, -2.0, -1.0),
            parts((7, 1), 3, -9e-6, -1e-6),
            parts((1, 4, 2), 3, -900.0, -200.0),
            parts((2, 1, 2), 1),
            parts((1, 3, 1), 2, 1e-6, 9e-6),
            lambda rng: call(spread(rng, (5, 3)), 2),
            lambda rng: call(-np.abs(spread(rng, (2, 5, 3))), 4),
            lambda rng: call(np.zeros((2, 3, 2)), 2),
            edge=True,
        ),
    ),
    hints=(
        "np.array_split(h, n, axis=-2) makes n parts, the first ones longer if need be.",
        "np.stack([...], axis=-2) puts the parts' maxima side by side as tokens of a shorter text.",
    ),
)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_last_longer(h, n_chunks):
    """The last parts are the longer ones in your answer; it is the first ones."""
    L = h.shape[-2]
    short, more = divmod(L, n_chunks)
    sizes = [short + (o >= n_chunks - more) for o in range(n_chunks)]
    ends = np.cumsum(sizes)[:-1]
    return np.stack([p.max(axis=-2) for p in np.split(h, ends, axis=-2)], axis=-2)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_rest_to_the_last(h, n_chunks):
    """The last part takes all that is left over; the first L mod n parts have one token more each."""
    short = h.shape[-2] // n_chunks
    ends = [short * o for o in range(1, n_chunks)]
    return np.stack([p.max(axis=-2) for p in np.split(h, ends, axis=-2)], axis=-2)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_rest_dropped(h, n_chunks):
    """The tokens that are left over belong to no part in your answer; the first L mod n parts have one token more
    each."""
    short = h.shape[-2] // n_chunks
    return np.stack([h[..., o * short : (o + 1) * short, :].max(axis=-2) for o in range(n_chunks)], axis=-2)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_rounded_edges(h, n_chunks):
    """Your parts end at o L / n, rounded down, so that longer parts lie anywhere; the first L mod n parts are the
    longer ones."""
    L = h.shape[-2]
    ends = [o * L // n_chunks for o in range(n_chunks + 1)]
    return np.stack([h[..., ends[o] : ends[o + 1], :].max(axis=-2) for o in range(n_chunks)], axis=-2)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_overlapping(h, n_chunks):
    """Your parts share tokens, as in torch's adaptive pooling; each token belongs to one part."""
    L = h.shape[-2]
    ends = [(o * L // n_chunks, -(-(o + 1) * L // n_chunks)) for o in range(n_chunks)]
    return np.stack([h[..., a:b, :].max(axis=-2) for a, b in ends], axis=-2)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_size_for_number(h, n_chunks):
    """You take n_chunks for the length of a part; it is the number of parts."""
    starts = range(0, h.shape[-2], n_chunks)
    return np.stack([h[..., a : a + n_chunks, :].max(axis=-2) for a in starts], axis=-2)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_every_nth(h, n_chunks):
    """Your parts take every n-th token; a part is a piece of the text, of tokens that follow each other."""
    return np.stack([h[..., o::n_chunks, :].max(axis=-2) for o in range(n_chunks)], axis=-2)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_mean(h, n_chunks):
    """You take the mean of each part; take the largest value."""
    return np.stack([p.mean(axis=-2) for p in np.array_split(h, n_chunks, axis=-2)], axis=-2)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_k_largest(h, n_chunks):
    """You keep the n largest of the whole text; take the largest of each of n parts."""
    places = np.argsort(-h, axis=-2, kind="stable")[..., :n_chunks, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_one_vector(h, n_chunks):
    """You put the parts one behind the other in one vector; the parts are an axis, (..., n, D)."""
    return np.concatenate([p.max(axis=-2) for p in np.array_split(h, n_chunks, axis=-2)], axis=-1)


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_parts_last(h, n_chunks):
    """The parts are the last axis of your result; they stand before the features, (..., n, D)."""
    return np.stack([p.max(axis=-2) for p in np.array_split(h, n_chunks, axis=-2)], axis=-1)


@CHUNK_MAX_POOL.wrong(case="a batch")
def chunk_max_pool_parts_first(h, n_chunks):
    """In a batch the parts are the first axis of your result; they stand between the texts and the features."""
    return np.stack([p.max(axis=-2) for p in np.array_split(h, n_chunks, axis=-2)])


@CHUNK_MAX_POOL.wrong(case="a batch")
def chunk_max_pool_batch_cut(h, n_chunks):
    """You cut axis 0, which in a batch are the texts; the tokens are axis −2."""
    return np.stack([p.max(axis=0) for p in np.array_split(h, n_chunks)])


@CHUNK_MAX_POOL.wrong
def chunk_max_pool_largest_so_far(h, n_chunks):
    """Each part of yours begins at the start of the text; it begins where the one before has ended."""
    short, more = divmod(h.shape[-2], n_chunks)
    ends = np.cumsum([short + (o < more) for o in range(n_chunks)])
    return np.stack([h[..., :end, :].max(axis=-2) for end in ends], axis=-2)


@CHUNK_MAX_POOL.wrong(case="parts of 3, 3, 2 and 2")
def chunk_max_pool_rounded_up(h, n_chunks):
    """All your parts are ⌈L/n⌉ long, so that the last ones are short or empty; only the first L mod n parts have one
    more than ⌊L/n⌋."""
    size = -(-h.shape[-2] // n_chunks)
    return np.stack([h[..., o * size : (o + 1) * size, :].max(axis=-2) for o in range(n_chunks)], axis=-2)


@CHUNK_MAX_POOL.right
def chunk_max_pool_by_ends(h, n_chunks):
    short, more = divmod(h.shape[-2], n_chunks)
    y, start = [], 0
    for o in range(n_chunks):
        end = start + short + (1 if o < more else 0)
        y.append(max_pool_time(h[..., start:end, :]))
        start = end
    return np.stack(y, axis=-2)


@CHUNK_MAX_POOL.right
def chunk_max_pool_by_reduceat(h, n_chunks):
    L = h.shape[-2]
    sizes = np.full(n_chunks, L // n_chunks)
    sizes[: L % n_chunks] += 1
    return np.maximum.reduceat(h, np.cumsum(sizes) - sizes, axis=-2)


@CHUNK_MAX_POOL.right
def chunk_max_pool_token_by_token(h, n_chunks):
    L = h.shape[-2]
    longer = L // n_chunks + 1
    y = np.full((*h.shape[:-2], n_chunks, h.shape[-1]), -np.inf, h.dtype)
    for i in range(L):
        first = L % n_chunks * longer
        o = i // longer if i < first else L % n_chunks + (i - first) // (longer - 1)
        y[..., o, :] = np.maximum(y[..., o, :], h[..., i, :])
    return y


@CHUNK_MAX_POOL.right
def chunk_max_pool_by_masks(h, n_chunks):
    belongs = np.concatenate(
        [[o] * len(p) for o, p in enumerate(np.array_split(range(h.shape[-2]), n_chunks))]
    )
    masks = belongs == np.arange(n_chunks)[:, None]
    return np.max(np.where(masks[..., None], h[..., None, :, :], -np.inf), axis=-2)
