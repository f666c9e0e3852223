"""Right if the class is among the k with the highest scores."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import experiments

DECISIONS = "k of as many as there are classes, and more"


def ranked(ranks, K, scale=1.0, shift=0.0, classes=None, more=0, **given):
    """Samples whose class is on these ranks, 0 for the best, and up to `more` on the first. A sample's scores lie 1.5
    apart or more. What would be right by chance is not: places for ranks, ranks down the columns, the first or the
    last classes."""
    k = given.get("k", 2)

    def draw(rng):
        of = np.array([*ranks, *[0] * int(rng.integers(more + 1))])
        n, right = len(of), np.sum(of < k)
        while True:
            y_true = (rng.permutation(n) + rng.integers(K)) % (classes or K)
            order = np.array([rng.permutation(np.delete(np.arange(K), own)) for own in y_true])
            order = np.array([np.insert(row, rank, own) for row, rank, own in zip(order, of, y_true)])
            scores = np.empty((n, K))
            np.put_along_axis(scores, order, -2.0 * np.arange(K) + rng.uniform(0, 0.4, (n, K)), axis=1)
            columns = np.argsort(np.argsort(-scores, axis=0), axis=0)
            slips = [columns[np.arange(n), y_true] < k] if K > 2 and k < n else []
            slips += [order[np.arange(n), y_true] < k] if K > 2 and k < K else []
            slips += [y_true < k, y_true >= K - k] if K > 2 and k < K and n > 2 else []
            if not any(slip.sum() == right for slip in slips):
                return call(y_true, scale * (scores + shift), **given)

    return draw


def _allowed(rng):
    n, K = int(rng.integers(1, 9)), one_of(rng, 1, 2, 3, 5)
    scores = one_of(rng, 1.0, 1.0, 1e3, 1e-9) * (rng.normal(size=(n, K)) + one_of(rng, 0.0, 0.0, 5.0))
    return call(rng.integers(K, size=n), scores, **options(rng, k=(1, 2, 3, 5, 9)))


TOP_K_ACCURACY_SCORE = Exercise(
    function="top_k_accuracy_score",
    topics=("C12-08",),
    points=1,
    difficulty=2,
    minutes=15,
    reference=experiments.top_k_accuracy_score,
    forbid=("nnlib.metrics.top_k_accuracy_score", "sklearn.metrics.top_k_accuracy_score"),
    allowed=_allowed,
    large=lambda rng: call(rng.integers(10, size=1000), rng.normal(size=(1000, 10)), k=3),
    cases=(
        Case(
            "two by default",
            ranked((0, 1, 2, 4, 1, 3, 0), 5, shift=3.0, more=2),
            example=call(
                np.array([1, 1, 3, 2, 2]),
                [[1, 8, 6, 5], [8, 2, 1, 4], [2, 5, 1, 3], [1, 5, 6, 3], [8, 2, 1, 5]],
            ),
            weight=2,
        ),
        Case("the best only", ranked((0, 1, 2, 4, 1, 3, 0), 5, shift=3.0, more=2, k=1)),
        Case("the best three", ranked((0, 1, 2, 4, 1, 3, 0), 5, shift=3.0, more=2, k=3), weight=2),
        in_turn(
            DECISIONS,
            ranked((0, 2, 3, 1, 3, 2, 0), 4, k=9),
            ranked((0, 2, 3, 1, 3, 2, 0), 4, k=4),
            ranked((0, 0, 0), 1, k=2),
            edge=True,
        ),
        in_turn(
            "one sample, two classes, classes that do not occur, tiny and large scores, k given as 2",
            ranked((2, 0, 2, 1, 0, 2, 2), 3, k=2, shift=9.0),
            ranked((0, 0, 1, 0, 1, 1, 0), 2, k=1),
            ranked((0, 3, 1, 4, 1, 5, 4), 6, shift=6.0, classes=2),
            ranked((0, 3, 1, 4, 1, 5, 3), 6, shift=6.0, classes=2, k=5),
            ranked((0, 1, 2, 3, 4, 2, 1), 5, 1e-9, -9.0, k=5),
            ranked((0, 1, 2, 3, 4, 2, 1), 5, 0.8, 2.775),
            ranked((0,) * 9, 3, 0.4, 2.0, k=1),
            ranked((0, 1, 2, 3, 4, 2, 1), 5, 1e3, -9.0, k=3),
            ranked((3,), 5),
            ranked((1,), 4, k=2),
            ranked((0, 0), 1),
            ranked((1, 0, 1, 1, 0), 2),
            ranked((1,), 4, k=1),
            ranked((0,), 1, k=1),
            ranked((2,), 4, k=5),
            edge=True,
        ),
    ),
    hints=(
        "The class's own score: y_score[np.arange(n), y_true]. How many scores of the row are above it?",
        "Fewer than k above it: then it is among the best k. This needs no sorting, and no care for a large k.",
        "np.mean((y_score > own[:, None]).sum(axis=1) < k)",
    ),
)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_lowest(y_true, y_score, *, k=2):
    """You take the k lowest scores, with which np.argsort begins; the highest are the likely classes."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score < own[:, None]).sum(axis=1) < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_one_more(y_true, y_score, *, k=2):
    """You let one class too many pass: fewer than k scores may be above the class's own."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) <= k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_one_fewer(y_true, y_score, *, k=2):
    """You let one class too few pass: the class's own score counts among the k."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score >= own[:, None]).sum(axis=1) < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_best_only(y_true, y_score, *, k=2):
    """You look at the best class only, whatever `k` says."""
    return np.mean(y_score.argmax(axis=1) == y_true)


@TOP_K_ACCURACY_SCORE.wrong(case="the best three")
def top_k_accuracy_score_always_two(y_true, y_score, *, k=2):
    """You take two classes, whatever `k` says."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) < 2)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_exactly_the_kth(y_true, y_score, *, k=2):
    """You count only the class in place k; the better places count as well."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score >= own[:, None]).sum(axis=1) == min(k, y_score.shape[1]))


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_down_the_columns(y_true, y_score, *, k=2):
    """You rank down the columns, sample against sample; the classes of one sample, a row, are ranked."""
    rank = np.argsort(np.argsort(-y_score, axis=0), axis=0)
    return np.mean(rank[np.arange(len(y_true)), y_true] < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_order_for_rank(y_true, y_score, *, k=2):
    """argsort says which class is in each place; you read it as the place of each class."""
    order = np.argsort(-y_score, axis=1)
    return np.mean(order[np.arange(len(y_true)), y_true] < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_count(y_true, y_score, *, k=2):
    """You return how many are right; asked is their share."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.sum((y_score > own[:, None]).sum(axis=1) < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_by_k(y_true, y_score, *, k=2):
    """You divide by k as well; a sample is right or not, however many classes may try."""
    k = min(k, y_score.shape[1])
    best = np.argsort(-y_score, axis=1)[:, :k]
    return np.mean(best == y_true[:, None])


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_by_classes(y_true, y_score, *, k=2):
    """You divide by the number of classes as well; the share is of the samples."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.sum((y_score > own[:, None]).sum(axis=1) < k) / y_score.size


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_error(y_true, y_score, *, k=2):
    """You return the share of mistakes; asked is the share of right ones."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) >= k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_one_by_default(y_true, y_score, *, k=1):
    """Your default for `k` is 1; it is 2."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) < k)


@TOP_K_ACCURACY_SCORE.wrong
def top_k_accuracy_score_five_by_default(y_true, y_score, *, k=5):
    """Your default for `k` is 5; it is 2."""
    own = y_score[np.arange(len(y_true)), y_true]
    return np.mean((y_score > own[:, None]).sum(axis=1) < k)


@TOP_K_ACCURACY_SCORE.wrong(case=DECISIONS)
def top_k_accuracy_score_partition(y_true, y_score, *, k=2):
    """np.argpartition fails where k is the number of classes or more; every sample is right then."""
    best = np.argpartition(-y_score, k, axis=1)[:, :k]
    return np.mean((best == y_true[:, None]).any(axis=1))


@TOP_K_ACCURACY_SCORE.wrong(case=DECISIONS)
def top_k_accuracy_score_partition_from_behind(y_true, y_score, *, k=2):
    """np.argpartition fails where k is more than the number of classes; every sample is right then."""
    best = np.argpartition(y_score, -k, axis=1)[:, -k:]
    return np.mean((best == y_true[:, None]).any(axis=1))


@TOP_K_ACCURACY_SCORE.right
def top_k_accuracy_score_by_argsort(y_true, y_score, *, k=2):
    best = np.argsort(y_score, axis=1)[:, -k:]
    return (best == y_true[:, None]).any(axis=1).mean()


@TOP_K_ACCURACY_SCORE.right
def top_k_accuracy_score_by_partition(y_true, y_score, *, k=2):
    n, K = y_score.shape
    if k >= K:
        return 1.0
    best = np.argpartition(-y_score, k, axis=1)[:, :k]
    return np.sum(best == y_true[:, None]) / n


@TOP_K_ACCURACY_SCORE.right
def top_k_accuracy_score_by_loop(y_true, y_score, *, k=2):
    right = 0
    for truth, row in zip(y_true, y_score):
        right += sum(row > row[truth]) < k
    return right / len(y_true)


@TOP_K_ACCURACY_SCORE.right
def top_k_accuracy_score_by_bar(y_true, y_score, *, k=2):
    ordered = np.sort(y_score, axis=1)
    bar = ordered[:, max(ordered.shape[1] - k, 0)]
    return np.mean(np.take_along_axis(y_score, y_true[:, None], axis=1)[:, 0] >= bar)
