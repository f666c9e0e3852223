"""A sparse start: each unit keeps some of its connections."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import init


def in_order(order, rng, size):
    """Numbers above 0 in an order that `order` draws; no two alike, also when rounded."""
    return 3.0 * order.permutation(size[0] * size[1]).reshape(size) + rng.uniform(0.6, 1.4, size=size)


def scores_for(rng, size):
    return in_order(rng, rng, size)


def layer(out, inputs, scale=1.0, **options):
    def draw(rng):
        return call(scale * rng.normal(size=(out, inputs)), scores_for(rng, (out, inputs)), **options)

    return draw


def odd_layer(out, inputs, scale=1.0, score=1.0, shift=0.0, **options):
    """The order is the same at every draw: in a small matrix a wrong choice may else be right by chance."""
    size = out, inputs

    def draw(rng):
        order = np.random.default_rng(size)
        scores = score * (in_order(order, rng, size) - shift)
        weight = scale * in_order(order, rng, size) * np.sign(spread(order, size))
        return call(weight, scores, **options)

    return draw


def _allowed(rng):
    size = shape(rng, (2,), 14)
    score = one_of(rng, 1.0, -1.0) * (scores_for(rng, size) - one_of(rng, 0.0, 20.0))
    return call(floats(rng, size), score, **options(rng, k=(1, 2, 3, 10, 20)))


ODD = "odd shapes, zeros, tiny and large weights, negative and large scores, k given as 10"

KEEP_K = Exercise(
    function="keep_k",
    topics=("C05-12",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=init.keep_k,
    large=layer(50, 1000),
    allowed=_allowed,
    cases=(
        Case(
            "two of each row",
            layer(12, 8, k=2),
            weight=2,
            example=call(
                [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]],
                [[2, 15, 17, 20, 5], [18, 3, 8, 1, 12]],
                k=2,
            ),
        ),
        Case("ten by default", layer(8, 25), weight=2),
        Case("more units than inputs", layer(40, 3, k=1), weight=2),
        Case("scores below zero, too", odd_layer(5, 9, k=3, shift=60.0), weight=2),
        Case("fewer inputs than k: all stay", layer(5, 3, k=8), weight=2, edge=True),
        in_turn(
            ODD,
            odd_layer(1, 5, k=1, scale=1000),
            odd_layer(4, 1, k=3),
            odd_layer(2, 12, k=10, scale=1e-6),
            odd_layer(3, 13, k=3, shift=20.0, scale=1e3),
            odd_layer(3, 4, k=2, score=-1.0, shift=5.0),
            odd_layer(1, 1, k=1),
            odd_layer(12, 12, k=20),
            odd_layer(3, 5, k=2, shift=-600.0),
        ),
    ),
    hints=(
        "np.argsort(scores, axis=1) gives, row by row, the *places* of the entries from the smallest score to the "
        "largest.",
        "The last k places of each row: [:, -k:]. For one row i: result[i, places] = weight[i, places].",
        "For all rows at once: np.put_along_axis and np.take_along_axis; or a loop over the rows.",
    ),
)


@KEEP_K.wrong
def keep_k_smallest(weight, scores, *, k=10):
    """You keep the entries with the smallest scores; the largest were asked for.

    np.argsort begins with the smallest: take the last k."""
    kept = np.zeros_like(weight)
    for row, places in enumerate(np.argsort(scores, axis=1)):
        kept[row, places[:k]] = weight[row, places[:k]]
    return kept


@KEEP_K.wrong
def keep_k_by_weight(weight, scores, *, k=10):
    """You keep the largest weights; which connections stay is for the scores to say."""
    kept = np.zeros_like(weight)
    for row, places in enumerate(np.argsort(np.abs(weight), axis=1)):
        kept[row, places[-k:]] = weight[row, places[-k:]]
    return kept


@KEEP_K.wrong
def keep_k_places_for_ranks(weight, scores, *, k=10):
    """np.argsort gives places, not ranks: its entry j says *where* the j-th smallest score stands.

    Use the places as indices, or sort twice: np.argsort(np.argsort(scores))."""
    return np.where(np.argsort(-scores, axis=1) < k, weight, 0)


@KEEP_K.wrong
def keep_k_per_column(weight, scores, *, k=10):
    """You keep k entries of each column; a unit is a row."""
    rank = np.argsort(np.argsort(-scores, axis=0), axis=0)
    return np.where(rank < k, weight, 0)


@KEEP_K.wrong
def keep_k_of_the_whole_matrix(weight, scores, *, k=10):
    """You keep k entries of the whole matrix; each unit, each row, keeps k."""
    limit = np.sort(scores, axis=None)[-min(k, scores.size)]
    return np.where(scores >= limit, weight, 0)


@KEEP_K.wrong
def keep_k_one_less(weight, scores, *, k=10):
    """You keep one too few: the entry with the k-th largest score belongs to them.

    Compare with >=."""
    limit = np.sort(scores, axis=1)[:, [-min(k, scores.shape[1])]]
    return np.where(scores > limit, weight, 0)


@KEEP_K.wrong
def keep_k_one_more(weight, scores, *, k=10):
    """You keep one too many: of ranks that count from 0, those below k are k."""
    rank = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return np.where(rank <= k, weight, 0)


@KEEP_K.wrong
def keep_k_zeroes_the_kept(weight, scores, *, k=10):
    """You have it the wrong way round: those with the largest scores stay, the others become 0."""
    rank = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return np.where(rank < k, 0, weight)


@KEEP_K.wrong
def keep_k_returns_scores(weight, scores, *, k=10):
    """You return scores; what stays are the *weights* at those places."""
    rank = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return np.where(rank < k, scores, 0)


@KEEP_K.wrong
def keep_k_one_mask_for_all(weight, scores, *, k=10):
    """You choose the same inputs for all units; each row has its own scores."""
    rank = np.argsort(np.argsort(-scores[0]))
    return np.where(rank < k, weight, 0)


@KEEP_K.wrong(case="two of each row")
def keep_k_always_ten(weight, scores, *, k=10):
    """You keep 10 whatever `k` says."""
    rank = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return np.where(rank < 10, weight, 0)


@KEEP_K.wrong(case="ten by default")
def keep_k_zeroes_the_smallest(weight, scores, *, k=10):
    """You set the k smallest to 0; the k largest stay, and *all* others become 0."""
    rank = np.argsort(np.argsort(scores, axis=1), axis=1)
    return np.where((rank < k) & (scores.shape[1] > k), 0, weight)


@KEEP_K.wrong(case="ten by default")
def keep_k_across_rows(weight, scores, *, k=10):
    """You compare scores of different rows; each row keeps its own k."""
    limit = np.sort(scores, axis=None)[-min(k * len(scores), scores.size)]
    return np.where(scores >= limit, weight, 0)


@KEEP_K.wrong(case="scores below zero, too")
def keep_k_by_size(weight, scores, *, k=10):
    """A large negative score is small: compare the scores with their sign."""
    rank = np.argsort(np.argsort(-np.abs(scores), axis=1), axis=1)
    return np.where(rank < k, weight, 0)


@KEEP_K.wrong(case="fewer inputs than k: all stay")
def keep_k_short_rows(weight, scores, *, k=10):
    """A row with fewer than k entries has no k-th largest: all of it stays."""
    limit = np.sort(scores, axis=1)[:, -k]
    return np.where(scores >= limit[:, None], weight, 0)


@KEEP_K.right
def keep_k_by_ranks(weight, scores, *, k=10):
    rank = np.argsort(np.argsort(-scores, axis=1), axis=1)
    return np.where(rank < k, weight, 0)


@KEEP_K.right
def keep_k_by_rows(weight, scores, *, k=10):
    result = np.zeros_like(weight)
    for i in range(len(weight)):
        order = np.argsort(scores[i])
        for j in order[::-1][:k]:
            result[i, j] = weight[i, j]
    return result


@KEEP_K.right
def keep_k_by_limit(weight, scores, *, k=10):
    k = min(k, scores.shape[1])
    limit = np.sort(scores, axis=1)[:, -k]
    return weight * (scores >= limit[:, np.newaxis])


@KEEP_K.right
def keep_k_by_counting(weight, scores, *, k=10):
    larger = (scores[:, None, :] > scores[:, :, None]).sum(axis=2)  # how many of the row are ahead of each
    kept = weight.copy()
    kept[larger >= k] = 0
    return kept
