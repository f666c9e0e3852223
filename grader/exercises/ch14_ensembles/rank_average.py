"""The mean of the ranks that several models give."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import steady
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats
from nnlib import experiments

TIES = "equal scores share the mean of their ranks"
SMALL = "one class, one sample, all equal, large, tiny and negative scores, zeros"


def scores(models, n, classes, scale=1.0):
    """No two models order the classes of a sample alike, and their scales differ."""

    def draw(rng):
        z = np.empty((models, n, classes))
        for i in range(n):
            first = rng.permutation(classes)
            for m in range(models):
                z[m, i] = np.sort(rng.normal(size=classes) * 10**m)[np.roll(first, m)]
        return call(scale * z)

    return draw


def ordered(*rows):
    """Scores in the order of these whole numbers, equal where they are equal: (M, n, K)."""
    levels = np.array(rows)

    def draw(rng):
        values = np.cumsum(rng.uniform(0.5, 1.5, size=(len(levels), levels.max() + 1)), axis=1) - 3
        return call(np.stack([v[row] for v, row in zip(values, levels)]))

    return draw


def _allowed(rng):
    return call(floats(rng, tuple(int(a) for a in rng.integers(1, 6, size=3))))


RANK_AVERAGE = Exercise(
    function="rank_average",
    topics=("C14-02",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.rank_average,
    forbid=("scipy.stats.rankdata", "nnlib.ensemble.rank_average"),
    allowed=_allowed,
    cases=(
        Case(
            "one model",
            lambda rng: call(rng.permuted(np.arange(5) * np.ones((1, 4, 1)), axis=2) + rng.random((1, 4, 1))),
            weight=2,
            example=call([[[0.25, 0.75, 0.5, 0.0]]]),
        ),
        Case("models of different scales", scores(3, 4, 5), weight=3),
        Case(
            TIES,
            ordered(
                [[0, 1, 1, 2, 0], [3, 1, 1, 1, 0]],
                [[2, 0, 1, 2, 2], [0, 1, 2, 1, 3]],
                [[1, 0, 2, 2, 3], [0, 2, 0, 1, 0]],
            ),
            weight=4,
            example=call([[[0.25, 0.5, 0.5, 0.75]], [[0.0, 8.0, 8.0, 8.0]]]),
        ),
        in_turn(
            SMALL,
            steady(scores(2, 2, 3, 1e-10)),
            steady(scores(2, 3, 1)),
            steady(scores(3, 1, 4, 1e3)),
            lambda rng: call(np.full((2, 3, 4), rng.uniform(-9, 9))),
            steady(lambda rng: call(-np.abs(scores(2, 3, 4)(rng).args[0]))),
            lambda rng: call(np.round(rng.normal(size=(3, 4, 5)))),
            steady(scores(1, 2, 6)),
            edge=True,
            weight=3,
        ),
    ),
    hints=(
        "The rank of a score is 1 and the number of scores of its row that are lower, where no two are equal.",
        "scores[..., None, :] < scores[..., :, None] compares all pairs of a row; sum over the last axis.",
        "Equal scores (itself included) share ranks: lower + (equal + 1) / 2. Then the mean over the models.",
    ),
)


@RANK_AVERAGE.wrong
def rank_average_highest_first(scores):
    """Your rank 1 is that of the highest score; it is that of the lowest, so that the highest mean wins."""
    own, other = scores[..., :, None], scores[..., None, :]
    higher, equal = (other > own).sum(axis=-1), (other == own).sum(axis=-1)
    return (higher + (equal + 1) / 2).mean(axis=0)


@RANK_AVERAGE.wrong
def rank_average_from_zero(scores):
    """Your ranks begin at 0; the lowest score has rank 1."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal - 1) / 2).mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_order_of_ties(scores):
    """You give equal scores different ranks, by their order in the row; they share the mean of their ranks."""
    order = np.argsort(scores, axis=-1, kind="stable")
    return (np.argsort(order, axis=-1, kind="stable") + 1).mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_lowest_of_ties(scores):
    """You give equal scores the lowest of their ranks; they share the mean of them."""
    own, other = scores[..., :, None], scores[..., None, :]
    return ((other < own).sum(axis=-1) + 1).mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_highest_of_ties(scores):
    """You give equal scores the highest of their ranks; they share the mean of them."""
    own, other = scores[..., :, None], scores[..., None, :]
    return (other <= own).sum(axis=-1).mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_dense(scores):
    """You count the different values below; each *score* below counts, equal ones too, so that K is the
    highest rank where no two are equal."""
    found = np.empty(scores.shape)
    for m, i in np.ndindex(scores.shape[:2]):
        found[m, i] = np.unique(scores[m, i], return_inverse=True)[1] + 1
    return found.mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_half_for_ties(scores):
    """You add half a rank for each equal score, the score itself included; from the lowest rank, 1 + lower, it
    is half of the *other* equal ones."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + 1 + np.where(equal > 1, equal / 2, 0)).mean(axis=0)


@RANK_AVERAGE.wrong
def rank_average_only_lower(scores):
    """You count the lower scores, no more: that rank begins at 0, and is too low where scores are equal, which share
    the mean of their ranks."""
    own, other = scores[..., :, None], scores[..., None, :]
    return (other < own).sum(axis=-1).mean(axis=0)


@RANK_AVERAGE.wrong(case=TIES)
def rank_average_whole_numbers(scores):
    """You write the ranks into an array of whole numbers, which makes 2 of 2.5; use one of floats."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    ranks = np.zeros(scores.shape, dtype=int)
    ranks[:] = lower + (equal + 1) / 2
    return ranks.mean(axis=0)


@RANK_AVERAGE.wrong(case=SMALL)
def rank_average_isclose(scores):
    """You take scores for equal that differ by little, with np.isclose; only those that are == share their
    ranks."""
    own, other = scores[..., :, None], scores[..., None, :]
    equal = np.isclose(other, own)
    lower = (other < own) & ~equal
    return (lower.sum(axis=-1) + (equal.sum(axis=-1) + 1) / 2).mean(axis=0)


@RANK_AVERAGE.wrong
def rank_average_argsort_once(scores):
    """argsort says which class has each rank; you need which rank each class has: argsort of the argsort, or
    counting."""
    return (np.argsort(scores, axis=-1, kind="stable") + 1).mean(axis=0)


@RANK_AVERAGE.wrong
def rank_average_over_samples(scores):
    """You rank the samples of a class; rank the K classes of each sample, the last axis."""
    own, other = scores[:, :, None], scores[:, None, :]
    lower, equal = (other < own).sum(axis=2), (other == own).sum(axis=2)
    return (lower + (equal + 1) / 2).mean(axis=0)


@RANK_AVERAGE.wrong
def rank_average_over_models(scores):
    """You rank the models against each other; rank the K classes within each model, the last axis."""
    own, other = scores[:, None], scores[None]
    lower, equal = (other < own).sum(axis=1), (other == own).sum(axis=1)
    return (lower + (equal + 1) / 2).mean(axis=0)


@RANK_AVERAGE.wrong(case="models of different scales")
def rank_average_of_the_mean(scores):
    """You rank the mean of the scores, which the loudest model decides; rank each model's scores, then take the
    mean of the ranks."""
    mean = scores.mean(axis=0)
    own, other = mean[..., :, None], mean[..., None, :]
    return (other < own).sum(axis=-1) + ((other == own).sum(axis=-1) + 1) / 2


@RANK_AVERAGE.wrong(case="models of different scales")
def rank_average_sum(scores):
    """You add the ranks up; asked for is their mean over the models."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).sum(axis=0)


@RANK_AVERAGE.wrong
def rank_average_share(scores):
    """You divide the ranks by K; they go from 1 to K."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).mean(axis=0) / scores.shape[-1]


@RANK_AVERAGE.wrong
def rank_average_no_mean(scores):
    """You return the ranks of all models, (M, n, K); asked for is their mean over the models, (n, K)."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return lower + (equal + 1) / 2


@RANK_AVERAGE.wrong
def rank_average_mean_over_classes(scores):
    """You take the mean over the classes, which is (K + 1) / 2 everywhere; it is over the models, axis 0."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).mean(axis=-1)


@RANK_AVERAGE.wrong
def rank_average_winner(scores):
    """You return the class that wins; asked for are the mean ranks of all classes, (n, K)."""
    own, other = scores[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).mean(axis=0).argmax(axis=-1)


@RANK_AVERAGE.wrong(case="models of different scales")
def rank_average_first_model(scores):
    """You return the ranks of one model only; take the mean over all of them."""
    own, other = scores[0, :, :, None], scores[0, :, None, :]
    return (other < own).sum(axis=-1) + ((other == own).sum(axis=-1) + 1) / 2


@RANK_AVERAGE.wrong(case="arguments unchanged")
def rank_average_sorted_in_place(scores):
    """You sort the caller's scores: .sort() changes the array; np.sort makes a new one."""
    kept = scores.copy()
    scores.sort(axis=-1)
    own, other = kept[..., :, None], scores[..., None, :]
    lower, equal = (other < own).sum(axis=-1), (other == own).sum(axis=-1)
    return (lower + (equal + 1) / 2).mean(axis=0)


@RANK_AVERAGE.right
def rank_average_by_loops(scores):
    models, n, classes = scores.shape
    total = np.zeros((n, classes))
    for m in range(models):
        for i in range(n):
            for c in range(classes):
                row, s = scores[m, i], scores[m, i, c]
                total[i, c] += np.sum(row < s) + (np.sum(row == s) + 1) / 2
    return total / models


@RANK_AVERAGE.right
def rank_average_two_sides(scores):
    own, other = scores[..., :, None], scores[..., None, :]
    return ((other < own).sum(axis=-1) + (other <= own).sum(axis=-1) + 1).mean(axis=0) / 2


@RANK_AVERAGE.right
def rank_average_by_search(scores):
    def of_row(row):
        ordered = np.sort(row)
        left, right = np.searchsorted(ordered, row, "left"), np.searchsorted(ordered, row, "right")
        return (left + right + 1) / 2

    return np.apply_along_axis(of_row, -1, scores).mean(axis=0)


@RANK_AVERAGE.right
def rank_average_by_counts(scores):
    found = np.empty(scores.shape)
    for m in range(len(scores)):
        for i in range(scores.shape[1]):
            _, which, counts = np.unique(scores[m, i], return_inverse=True, return_counts=True)
            above = np.cumsum(counts)
            found[m, i] = (above - (counts - 1) / 2)[which]
    return found.mean(axis=0)
