"""True against false positives, for every threshold."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments


def ranked(*patterns, scale=1.0, shift=0.0):
    """Labels from the highest score down, in one of the patterns, such as "1 10 0": a group has one score, at
    least 1.5 from the next; samples are shuffled."""

    def draw(rng):
        groups = one_of(rng, *patterns).split()
        levels = np.repeat(
            -2.0 * np.arange(len(groups)) + rng.uniform(0, 0.4, len(groups)), [len(g) for g in groups]
        )
        order = rng.permutation(len(levels))
        y = np.array([int(label) for label in "".join(groups)])
        return call(y[order], scale * (levels + shift)[order])

    return draw


def scored(rng, least=1):
    """Labels, with both classes where there are `least` two, and scores, often with ties."""
    n = int(rng.integers(least, 20))
    y = (rng.random(n) < one_of(rng, 0.2, 0.5, 0.8)).astype(int)
    y[:least] = [1, 0][:least]
    s = one_of(rng, 1.0, 1.0, 1e3, 1e-9) * np.round(rng.normal(size=n), one_of(rng, 0, 1, 15))
    order = rng.permutation(n)
    return call(y[order], s[order])


APART = (
    "1 1 0 1 0 0 1 0 1 1 0 0 0 1 0 0 0",
    "1 1 0 1 1 0 0 1 0 0 1 1 0 0 0 0 0",
    "1 0 1 1 0 0 1 1 0 1 0 0 0 0 1 0 0",
)
TIES = ("1 1 10 1 0 1100 0 10 1 000 1 0", "1 1 100 1 0 110 00 0 1 010 0", "1 110 0 1 100 0 1 1000 0 0")
LARGE = "1 0 1 1 0 0 1 0 0"
ORDERS = "tiny, large and negative scores, perfect and reversed order, two samples, all alike"

ROC_CURVE = Exercise(
    function="roc_curve",
    topics=("C12-19",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=experiments.roc_curve,
    forbid=("nnlib.metrics.roc_curve", "sklearn.metrics.roc_curve"),
    allowed=lambda rng: scored(rng, 2),
    large=lambda rng: call((np.arange(1000) % 10 == 0).astype(int), rng.normal(size=1000)),
    returns=("fpr", "tpr", "thresholds"),
    edge_returns=("thresholds",),
    cases=(
        Case(
            "scores that are all different",
            ranked(*APART),
            example=call(np.array([0, 1, 0, 1, 1]), [0.25, 1.0, 0.75, 0.5, 2.0]),
            weight=2,
        ),
        Case("equal scores share one point", ranked(*TIES), weight=2),
        in_turn(
            ORDERS,
            ranked(LARGE, scale=1e-9),
            ranked("1 1 1 0 0 0 0"),
            ranked("0 0 0 1 1 1 1"),
            ranked("1 0"),
            ranked("0 1"),
            ranked("11000"),
            ranked("10", shift=7.0),
            ranked(LARGE, scale=1e3, shift=100.0),
            ranked(LARGE, scale=300.0, shift=-9.0),
            lambda rng: call(np.array([1, 0, 0, 1]), np.array([0.0, 0.0, -1.0, 1.0]) * rng.uniform(1, 2)),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        "The thresholds first: the distinct scores, falling: np.unique(y_score)[::-1].",
        "At a threshold t, tpr is the share of the positives with y_score >= t, and fpr that of the negatives.",
        "All at once: y_score[y_true == 1] >= thresholds[:, None] has a row for each threshold; its mean is the tpr. "
        "A 0 goes before them.",
    ),
)


@ROC_CURVE.wrong
def roc_curve_above(y_true, y_score):
    """You count scores above the threshold; a score equal to it is positive as well."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score > t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_no_start(y_true, y_score):
    """The first point is missing: the curve begins at (0, 0), where nobody is called positive."""
    t = np.unique(y_score)[::-1]
    called = y_score >= t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t


@ROC_CURVE.wrong
def roc_curve_rising_thresholds(y_true, y_score):
    """Your thresholds rise, and your curve begins at (1, 1); they fall, from the highest score to the lowest."""
    t = np.append(np.unique(y_score), np.inf)
    called = y_score >= t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t[:-1]


@ROC_CURVE.wrong(case="equal scores share one point")
def roc_curve_ties_apart(y_true, y_score):
    """Samples with equal scores make points of their own; they share a threshold, and one point."""
    order = np.argsort(-y_score, kind="stable")
    y, t = y_true[order], np.append(np.inf, y_score[order])
    fp, tp = np.cumsum(1 - y), np.cumsum(y)
    return np.append(0, fp) / fp[-1], np.append(0, tp) / tp[-1], t[1:]


@ROC_CURVE.wrong
def roc_curve_tpr_first(y_true, y_score):
    """You return the true positive rate first; the order is fpr, tpr, thresholds."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    return called[:, y_true == 1].mean(axis=1), called[:, y_true == 0].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_counts(y_true, y_score):
    """You return counts; each rate is a share of its own class."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    return called[:, y_true == 0].sum(axis=1), called[:, y_true == 1].sum(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_of_all(y_true, y_score):
    """You divide by the number of all samples; each rate is a share of its own class."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    n = len(y_true)
    return called[:, y_true == 0].sum(axis=1) / n, called[:, y_true == 1].sum(axis=1) / n, t[1:]


@ROC_CURVE.wrong
def roc_curve_of_the_called(y_true, y_score):
    """Your fpr is the share of the *called* that are wrong; it is a share of the negatives."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    wrong = called[:, y_true == 0].sum(axis=1) / np.maximum(called.sum(axis=1), 1)
    return wrong, called[:, y_true == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_precision(y_true, y_score):
    """Your tpr is the precision, a share of the called; it is a share of the positives."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    precision = called[:, y_true == 1].sum(axis=1) / np.maximum(called.sum(axis=1), 1)
    return called[:, y_true == 0].mean(axis=1), precision, t[1:]


@ROC_CURVE.wrong
def roc_curve_specificity(y_true, y_score):
    """Your fpr is the share of the negatives that are right; asked is that of the wrong ones."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    return 1 - called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_infinity_too(y_true, y_score):
    """You put infinity before the thresholds, as scikit-learn does; here they are the distinct scores and no more."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t


@ROC_CURVE.wrong
def roc_curve_highest_plus_one(y_true, y_score):
    """You put the highest score plus 1 before the thresholds, as old scikit-learn did; they are only scores."""
    s = np.unique(y_score)[::-1]
    t = np.append(s[0] + 1, s)
    called = y_score >= t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t


@ROC_CURVE.wrong
def roc_curve_corners_only(y_true, y_score):
    """You leave out the points between two others on a straight line; all are asked."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:, None]
    fp, tp = called[:, y_true == 0].sum(axis=1), called[:, y_true == 1].sum(axis=1)
    bend = np.ones(len(t), bool)
    bend[1:-1] = (np.diff(fp, 2) != 0) | (np.diff(tp, 2) != 0)
    return fp[bend] / fp[-1], tp[bend] / tp[-1], t[bend][1:]


@ROC_CURVE.wrong
def roc_curve_low_is_positive(y_true, y_score):
    """You call the low scores positive; positive is a score at or above the threshold."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score <= t[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_classes_exchanged(y_true, y_score):
    """You take class 0 for the positive one; 1 is positive."""
    s = np.unique(-y_score)[::-1]
    t = np.append(np.inf, s)
    called = -y_score >= t[:, None]
    return called[:, y_true == 1].mean(axis=1), called[:, y_true == 0].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_labels_not_sorted(y_true, y_score):
    """You sort the scores and not the labels: each label must go with its score.

    order = np.argsort(-y_score), then y_true[order] and y_score[order]."""
    s = np.sort(y_score)[::-1]
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = s >= t[:, None]
    y = np.sort(y_true)
    return called[:, y == 0].mean(axis=1), called[:, y == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong
def roc_curve_no_end(y_true, y_score):
    """The last point is missing: at the lowest score everybody is called positive, (1, 1)."""
    t = np.append(np.inf, np.unique(y_score)[::-1])
    called = y_score >= t[:-1, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), t[1:]


@ROC_CURVE.wrong(case="arguments unchanged")
def roc_curve_sorts_the_argument(y_true, y_score):
    """You sort the argument in place; np.sort makes a sorted copy."""
    called = np.sort(y_score[y_true == 1]), np.sort(y_score[y_true == 0])
    y_score.sort()
    t = np.append(np.inf, np.unique(y_score)[::-1])
    tpr, fpr = (np.mean(s >= t[:, None], axis=1) for s in called)
    return fpr, tpr, t[1:]


@ROC_CURVE.wrong(case="equal scores share one point")
def roc_curve_first_of_equal(y_true, y_score):
    """Of equal scores you count up to the first sample; all of them are called at this threshold."""
    order = np.argsort(-y_score, kind="stable")
    y, s = y_true[order], y_score[order]
    first = np.append(True, s[1:] != s[:-1])
    fp, tp = np.cumsum(1 - y), np.cumsum(y)
    return np.append(0, fp[first]) / fp[-1], np.append(0, tp[first]) / tp[-1], s[first]


@ROC_CURVE.wrong(case=ORDERS)
def roc_curve_close_scores_merged(y_true, y_score):
    """You count scores as equal that are only close; equal is ==."""
    order = np.argsort(-y_score, kind="stable")
    y, s = y_true[order], y_score[order]
    last = np.append(~np.isclose(s[1:], s[:-1]), True)
    fp, tp = np.cumsum(1 - y)[last], np.cumsum(y)[last]
    return np.append(0, fp) / fp[-1], np.append(0, tp) / tp[-1], s[last]


@ROC_CURVE.right
def roc_curve_by_broadcasting(y_true, y_score):
    thresholds = np.unique(y_score)[::-1]
    called = y_score >= np.append(np.inf, thresholds)[:, None]
    return called[:, y_true == 0].mean(axis=1), called[:, y_true == 1].mean(axis=1), thresholds


@ROC_CURVE.right
def roc_curve_by_loop(y_true, y_score):
    thresholds = sorted(set(y_score.tolist()), reverse=True)
    positives, negatives = y_true.sum(), (1 - y_true).sum()
    fpr, tpr = [0.0], [0.0]
    for threshold in thresholds:
        called = y_score >= threshold
        tpr.append(np.sum(called & (y_true == 1)) / positives)
        fpr.append(np.sum(called & (y_true == 0)) / negatives)
    return np.array(fpr), np.array(tpr), np.array(thresholds)


@ROC_CURVE.right
def roc_curve_by_searching(y_true, y_score):
    thresholds = np.unique(y_score)[::-1]
    rates = []
    for label in (0, 1):
        s = np.sort(y_score[y_true == label])
        rates.append(np.append(0, s.size - np.searchsorted(s, thresholds)) / s.size)
    return rates[0], rates[1], thresholds


@ROC_CURVE.right
def roc_curve_by_groups(y_true, y_score):
    levels, group = np.unique(y_score, return_inverse=True)
    tp = np.bincount(group, y_true)[::-1].cumsum()
    fp = np.bincount(group, 1 - y_true)[::-1].cumsum()
    return np.concatenate([[0], fp / fp[-1]]), np.concatenate([[0], tp / tp[-1]]), levels[::-1]
