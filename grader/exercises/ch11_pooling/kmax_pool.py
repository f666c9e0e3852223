"""The k largest values of each feature, in the order of the text."""

import numpy as np

from grader.exercises.ch11_pooling.max_pool2d import apart, steady
from grader.record.exercise import Case, Exercise, call
from grader.record.inputs import floats, one_of, spread
from nnlib import pooling


def texts(size, k, low=-3.0, high=3.0):
    return lambda rng: call(apart(rng, size, low, high), k)


def out_of_order(size, k, low=-3.0, high=3.0):
    """As texts; in the first feature the second largest value comes first, in the second the largest."""

    def draw(rng):
        h = apart(rng, size, low, high)
        rising = np.sort(h, axis=-2)
        h[..., 0], h[..., 1] = np.roll(rising[..., 0], 2, axis=-1), rising[..., ::-1, 1]
        return call(h, k)

    return draw


def with_equals(rng):
    """The first or the last of equal values: another order."""
    a, b, c = rng.uniform(-9, 0) + np.cumsum(rng.uniform(1, 3, 3))
    pattern = np.array([[a, b, b], [c, b, a], [a, c, b], [b, a, b]])
    return call(np.stack([pattern, pattern[::-1]]), 3)


def many_equals(rng):
    return call(rng.integers(0, 3, (4, 40, 4)).astype(float), 12)


def _allowed(rng):
    L = int(rng.integers(1, 6))
    h = floats(rng, (*one_of(rng, (), (1,), (2,), (3,)), L, int(rng.integers(1, 4))))
    return call(h, int(rng.integers(1, L + 1)))


def kmax_pool(h, k):
    """nnlib's, of texts without a mask."""
    return pooling.kmax_pool(h, k)


KMAX_POOL = Exercise(
    function="kmax_pool",
    topics=("C11-04",),
    points=2,
    difficulty=3,
    minutes=20,
    reference=kmax_pool,
    forbid=("nnlib.pooling.kmax_pool",),
    allowed=_allowed,
    large=lambda rng: call(rng.normal(size=(50, 20, 8)), 2),
    cases=(
        Case(
            "one text",
            out_of_order((7, 4), 3),
            example=call([[1, -9], [4, 0], [2, 3], [5, 1], [3, 7]], 3),
            weight=2,
        ),
        Case("a batch", out_of_order((3, 6, 4), 2), weight=2),
        steady("equal values: the first are kept", many_equals, with_equals, weight=3),
        Case("all of them", out_of_order((2, 4, 3), 4), edge=True),
        steady(
            "the largest alone, one token, one feature, one text, zeros, tiny and large numbers",
            texts((4, 3), 1),
            texts((2, 5, 1), 1, 200.0, 900.0),
            texts((1, 1), 1, 1.0, 2.0),
            texts((1, 3), 1, -2.0, -1.0),
            texts((6, 1), 2, -9e-6, -1e-6),
            texts((1, 4, 2), 2, 200.0, 900.0),
            texts((2, 1, 2), 1),
            texts((1, 2, 1), 2, 1e-6, 9e-6),
            texts((2, 1, 1), 1, -900.0, -200.0),
            with_equals,
            lambda rng: call(spread(rng, (4, 3)), 2),
            lambda rng: call(np.zeros((2, 3, 2)), 2),
            lambda rng: call(np.abs(spread(rng, (2, 5, 3))), 4),
            edge=True,
        ),
    ),
    hints=(
        "np.argsort gives places. Those of the k largest of each feature, put back into ascending order, are "
        "the order of the text.",
        "np.argsort(-h, axis=-2, kind='stable') has the largest first and, of equal ones, the first first.",
        "np.take_along_axis(h, places, axis=-2) picks, for each feature, its own places.",
    ),
)


@KMAX_POOL.wrong
def kmax_pool_by_size(h, k):
    """You return the k largest in order of size, the largest first; they stay in the order of the text."""
    return -np.sort(-h, axis=-2)[..., :k, :]


@KMAX_POOL.wrong
def kmax_pool_rising(h, k):
    """You return the k largest in rising order; they stay in the order of the text."""
    return np.sort(h, axis=-2)[..., h.shape[-2] - k :, :]


@KMAX_POOL.wrong(case="equal values: the first are kept")
def kmax_pool_last_of_equals(h, k):
    """Of equal values you keep the last ones; keep the first.

    A stable argsort of −h, not of h from the end."""
    places = np.argsort(h, axis=-2, kind="stable")[..., h.shape[-2] - k :, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)


@KMAX_POOL.wrong(case="equal values: the first are kept")
def kmax_pool_all_equals(h, k):
    """You keep every value that is not below the k-th largest, and cut after k; of equal ones that can push a
    larger one out."""
    kth = -np.sort(-h, axis=-2)[..., k - 1 : k, :]
    places = np.argsort(h < kth, axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, places, axis=-2)


@KMAX_POOL.wrong
def kmax_pool_whole_tokens(h, k):
    """You keep whole tokens, those with the largest sum; each feature has its own k places."""
    places = np.sort(np.argsort(-h.sum(axis=-1), axis=-1, kind="stable")[..., :k], axis=-1)
    return np.take_along_axis(h, places[..., None], axis=-2)


@KMAX_POOL.wrong
def kmax_pool_places_of_the_first_feature(h, k):
    """You take the places of the first feature for all; each feature has its own k places."""
    places = np.sort(np.argsort(-h[..., :1], axis=-2, kind="stable")[..., :k, :], axis=-2)
    return np.take_along_axis(h, places, axis=-2)


@KMAX_POOL.wrong
def kmax_pool_places(h, k):
    """You return the places; return the values that stand there."""
    return np.sort(np.argsort(-h, axis=-2, kind="stable")[..., :k, :], axis=-2)


@KMAX_POOL.wrong
def kmax_pool_smallest(h, k):
    """You keep the k smallest; np.argsort has the smallest first."""
    places = np.argsort(h, axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)


@KMAX_POOL.wrong
def kmax_pool_backwards(h, k):
    """Your values stand in the reversed order of the text; sort the places in ascending order."""
    places = np.argsort(-h, axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, np.sort(places, axis=-2)[..., ::-1, :], axis=-2)


@KMAX_POOL.wrong
def kmax_pool_first_tokens(h, k):
    """You keep the first k tokens; keep the k largest values."""
    return h[..., :k, :].copy()


@KMAX_POOL.wrong
def kmax_pool_over_features(h, k):
    """You look for the k largest features of each token; look along the tokens, axis −2."""
    places = np.argsort(-h, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(h, np.sort(places, axis=-1), axis=-1)


@KMAX_POOL.wrong(case="a batch")
def kmax_pool_over_the_batch(h, k):
    """You sort along axis 0, which in a batch are the texts; the tokens are axis −2."""
    places = np.argsort(-h, axis=0, kind="stable")[:k]
    return np.take_along_axis(h, np.sort(places, axis=0), axis=0)


@KMAX_POOL.wrong
def kmax_pool_of_absolute_values(h, k):
    """You keep those farthest from 0; −5 is smaller than 1."""
    places = np.argsort(-np.abs(h), axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)


@KMAX_POOL.wrong
def kmax_pool_of_chunks(h, k):
    """You cut the text into k parts and take the largest of each, which is chunk-max; keep the k largest of the
    whole text."""
    return np.stack([part.max(axis=-2) for part in np.array_split(h, k, axis=-2)], axis=-2)


@KMAX_POOL.wrong(case="a batch")
def kmax_pool_one_text_only(h, k):
    """You unpack two axes; a batch has three, (N, L, D)."""
    L, D = h.shape
    y = np.empty((k, D), h.dtype)
    for d in range(D):
        places = sorted(sorted(range(L), key=lambda i: -h[i, d])[:k])
        y[:, d] = h[places, d]
    return y


@KMAX_POOL.wrong(case="arguments unchanged")
def kmax_pool_in_place(h, k):
    """You sort h itself, which belongs to who called; np.sort(h) makes a new array."""
    places = np.argsort(-h, axis=-2, kind="stable")[..., :k, :]
    y = np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)
    h.sort(axis=-2)
    return y


@KMAX_POOL.wrong(case="equal values: the first are kept")
def kmax_pool_by_argpartition(h, k):
    """np.argpartition does not keep equal values in order, and of equal ones the first are kept: take a stable
    argsort."""
    places = np.argpartition(-h, k - 1, axis=-2)[..., :k, :]
    return np.take_along_axis(h, np.sort(places, axis=-2), axis=-2)


@KMAX_POOL.right
def kmax_pool_feature_by_feature(h, k):
    rows = h.reshape(-1, *h.shape[-2:])
    y = np.empty((len(rows), k, h.shape[-1]), h.dtype)
    for n, text in enumerate(rows):
        for d in range(text.shape[1]):
            ranked = sorted(range(len(text)), key=lambda i: (-text[i, d], i))
            y[n, :, d] = [text[i, d] for i in sorted(ranked[:k])]
    return y.reshape(*h.shape[:-2], k, h.shape[-1])


@KMAX_POOL.right
def kmax_pool_by_rank(h, k):
    before = np.tril(np.ones((h.shape[-2], h.shape[-2]), bool), -1)[..., None]
    mine, other = h[..., :, None, :], h[..., None, :, :]
    rank = np.sum((other > mine) | ((other == mine) & before), axis=-2)
    kept = np.swapaxes(h, -1, -2)[np.swapaxes(rank < k, -1, -2)]
    return np.swapaxes(kept.reshape(*h.shape[:-2], h.shape[-1], k), -1, -2)


@KMAX_POOL.right
def kmax_pool_drop_the_smallest(h, k):
    rest = np.swapaxes(h, -1, -2)
    while rest.shape[-1] > k:
        last = rest.shape[-1] - 1 - rest[..., ::-1].argmin(axis=-1)
        stays = np.arange(rest.shape[-1]) != last[..., None]
        rest = rest[stays].reshape(*rest.shape[:-1], rest.shape[-1] - 1)
    return np.swapaxes(rest, -1, -2).copy()


@KMAX_POOL.right
def kmax_pool_take_the_largest(h, k):
    left, taken = h.astype(float), np.zeros(h.shape, bool)
    for _ in range(k):
        largest = left.argmax(axis=-2)[..., None, :]
        np.put_along_axis(taken, largest, True, axis=-2)
        np.put_along_axis(left, largest, -np.inf, axis=-2)
    places = np.argsort(~taken, axis=-2, kind="stable")[..., :k, :]
    return np.take_along_axis(h, places, axis=-2)
