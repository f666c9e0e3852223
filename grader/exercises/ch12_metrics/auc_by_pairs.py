"""How often a positive scores above a negative."""

import numpy as np

from grader.exercises.ch12_metrics.roc_curve import LARGE, ranked, scored
from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import metrics

APART = (
    "1 1 0 1 0 0 1 1 0 0 1 0 0",
    "1 0 1 1 0 1 0 0 0 1 0 1 0",
    "1 1 0 0 1 1 0 0 1 0 1 0 0",
)
# An odd number of pairs tie: no order of the samples makes whole wins and losses of them.
TIES = ("1 10 1 0 110 0 1 00 0", "1 1 10 0 1 0 110 000", "1 110 0 1 10 0 0 1 00")
SIZES = "tiny, large and negative scores"
BELOW = ("0 0 1 0 0 1 0 1 1 0 1 0 1", "0 1 0 0 0 1 0 1 0 1 1 0 1", "0 0 0 1 0 1 0 0 1 1 0 1 1")

AUC_BY_PAIRS = Exercise(
    function="auc_by_pairs",
    topics=("C12-20", "C12-23"),
    points=2,
    difficulty=2,
    minutes=15,
    reference=metrics.auc_by_pairs,
    forbid=("nnlib.metrics.roc_auc_score", "sklearn.metrics.roc_auc_score"),
    allowed=lambda rng: scored(rng, 2),
    large=lambda rng: call((np.arange(1000) % 10 == 0).astype(int), rng.normal(size=1000)),
    cases=(
        Case(
            "scores that are all different",
            ranked(*APART),
            example=call(np.array([0, 1, 0, 1, 1, 0]), [0.25, 1.0, 0.75, 0.5, 2.0, 0.125]),
            weight=2,
        ),
        Case("equal scores", ranked(*TIES), weight=2),
        Case("worse than a coin", ranked(*BELOW), weight=2),
        in_turn(
            "perfect and reversed order, two samples, all alike, tiny and large scores",
            ranked("1 1 1 0 0 0 0"),
            ranked("0 0 0 1 1 1 1"),
            ranked("1 0"),
            ranked("0 1"),
            lambda rng: call(np.array([0, 1, 1, 0, 0]), np.full(5, rng.uniform(1, 2))),
            ranked("10", shift=7.0),
            lambda rng: call(np.array([1, 0, 0, 1]), np.array([0.0, 0.0, -1.0, 1.0]) * rng.uniform(1, 2)),
            edge=True,
        ),
        in_turn(
            SIZES,
            ranked(LARGE, scale=1e-9),
            ranked(LARGE, scale=1e3, shift=100.0),
            ranked(LARGE, scale=300.0, shift=-9.0),
            weight=3,
        ),
    ),
    hints=(
        "positive = y_score[y_true == 1], negative in the same way; positive[:, None] against negative is all pairs.",
        "(positive[:, None] > negative) is 1 for a pair in order; (positive[:, None] == negative) is worth a half.",
        "The mean of a table is its sum over P · N.",
    ),
)


@AUC_BY_PAIRS.wrong(case="equal scores")
def auc_by_pairs_ties_won(y_true, y_score):
    """You count a tie as won; it counts one half."""
    return np.mean(y_score[y_true == 1][:, None] >= y_score[y_true == 0])


@AUC_BY_PAIRS.wrong(case="equal scores")
def auc_by_pairs_ties_lost(y_true, y_score):
    """You count a tie as lost; it counts one half."""
    return np.mean(y_score[y_true == 1][:, None] > y_score[y_true == 0])


@AUC_BY_PAIRS.wrong(case="equal scores")
def auc_by_pairs_ties_left_out(y_true, y_score):
    """You leave out the pairs that tie; they count one half, and among the P · N pairs."""
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    different = np.sum(above != below)
    return np.sum(above > below) / different if different else 0.5


@AUC_BY_PAIRS.wrong
def auc_by_pairs_reversed(y_true, y_score):
    """You count the pairs in which the negative scores higher; the positive should."""
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    return np.mean((above < below) + 0.5 * (above == below))


@AUC_BY_PAIRS.wrong
def auc_by_pairs_count(y_true, y_score):
    """You return the number of pairs in order; divide by P · N."""
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    return np.sum((above > below) + 0.5 * (above == below))


@AUC_BY_PAIRS.wrong
def auc_by_pairs_all_pairs(y_true, y_score):
    """You divide by the pairs of all samples; only a positive with a negative is a pair."""
    above, below, n = y_score[y_true == 1][:, None], y_score[y_true == 0], len(y_true)
    return np.sum((above > below) + 0.5 * (above == below)) / (n * (n - 1) / 2)


@AUC_BY_PAIRS.wrong
def auc_by_pairs_by_samples(y_true, y_score):
    """You divide by n²; there are P · N pairs."""
    above, below, n = y_score[y_true == 1][:, None], y_score[y_true == 0], len(y_true)
    return np.sum((above > below) + 0.5 * (above == below)) / n**2


@AUC_BY_PAIRS.wrong
def auc_by_pairs_gini(y_true, y_score):
    """You take lost pairs off, which gives 2 AUC − 1: a coin has 0 there; lost pairs count 0."""
    return np.mean(np.sign(y_score[y_true == 1][:, None] - y_score[y_true == 0]))


@AUC_BY_PAIRS.wrong(case="worse than a coin")
def auc_by_pairs_turned(y_true, y_score):
    """You turn values below a half around; a classifier that is reliably wrong has an AUC near 0."""
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    area = np.mean((above > below) + 0.5 * (above == below))
    return max(area, 1 - area)


@AUC_BY_PAIRS.wrong
def auc_by_pairs_difference(y_true, y_score):
    """You average how far the positives are above; it only counts which is higher."""
    return np.mean(y_score[y_true == 1][:, None] - y_score[y_true == 0])


@AUC_BY_PAIRS.wrong
def auc_by_pairs_one_to_one(y_true, y_score):
    """You compare the first positive with the first negative, and so on; every positive meets every negative."""
    above, below = np.sort(y_score[y_true == 1]), np.sort(y_score[y_true == 0])
    m = min(len(above), len(below))
    return np.mean((above[:m] > below[:m]) + 0.5 * (above[:m] == below[:m]))


@AUC_BY_PAIRS.wrong
def auc_by_pairs_positives_among_all(y_true, y_score):
    """You compare the positives with all samples; only with the negatives."""
    above = y_score[y_true == 1][:, None]
    return np.mean((above > y_score) + 0.5 * (above == y_score))


@AUC_BY_PAIRS.wrong(case=SIZES)
def auc_by_pairs_close_is_a_tie(y_true, y_score):
    """You count scores as equal that are only close; a tie is ==."""
    above, below = y_score[y_true == 1][:, None], y_score[y_true == 0]
    return np.mean((above > below) + 0.5 * np.isclose(above, below))


@AUC_BY_PAIRS.wrong(case="equal scores")
def auc_by_pairs_ranks_of_ties_apart(y_true, y_score):
    """Equal scores have different ranks in your order, so a tie is won or lost by its place; it counts one half."""
    ranks = np.argsort(np.argsort(y_score, kind="stable"), kind="stable") + 1
    P, N = np.sum(y_true == 1), np.sum(y_true == 0)
    return (ranks[y_true == 1].sum() - P * (P + 1) / 2) / (P * N)


@AUC_BY_PAIRS.right
def auc_by_pairs_by_loops(y_true, y_score):
    won, pairs = 0.0, 0
    for truth, score in zip(y_true, y_score):
        for other, theirs in zip(y_true, y_score):
            if truth == 1 and other == 0:
                pairs += 1
                won += 1.0 if score > theirs else 0.5 if score == theirs else 0.0
    return won / pairs


@AUC_BY_PAIRS.right
def auc_by_pairs_by_sign(y_true, y_score):
    s = y_score.astype(np.float64)
    signs = np.sign(s[y_true == 1][:, None] - s[y_true == 0][None, :])
    return (signs.mean() + 1) / 2


@AUC_BY_PAIRS.right
def auc_by_pairs_by_ranks(y_true, y_score):
    positive, negative = y_score[y_true == 1], np.sort(y_score[y_true == 0])
    below = np.searchsorted(negative, positive, side="left")
    upto = np.searchsorted(negative, positive, side="right")
    return (below + upto).sum() / 2 / (len(positive) * len(negative))


@AUC_BY_PAIRS.right
def auc_by_pairs_by_two_means(y_true, y_score):
    above, below = y_score[y_true == 1].reshape(-1, 1), y_score[y_true == 0].reshape(1, -1)
    return (np.mean(above > below) + np.mean(above >= below)) / 2
