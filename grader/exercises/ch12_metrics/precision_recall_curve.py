"""Precision against recall, for every threshold."""

import numpy as np

from grader.exercises.ch12_metrics.roc_curve import APART, LARGE, TIES, ranked, scored
from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import experiments

PRECISION_RECALL_CURVE = Exercise(
    function="precision_recall_curve",
    topics=("C12-14",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.precision_recall_curve,
    forbid=("nnlib.metrics.precision_recall_curve", "sklearn.metrics.precision_recall_curve"),
    allowed=scored,
    large=lambda rng: call((np.arange(1000) % 10 == 0).astype(int), rng.normal(size=1000)),
    returns=("precision", "recall", "thresholds"),
    edge_returns=("thresholds",),
    cases=(
        Case(
            "scores that are all different",
            ranked(*APART),
            example=call(np.array([0, 1, 0, 1, 1, 0]), [0.25, 1.0, 0.75, 0.5, 2.0, 0.125]),
            weight=2,
        ),
        Case("equal scores share one point", ranked(*TIES), weight=2),
        in_turn(
            "perfect and reversed order, one and two samples, all alike, tiny, large and negative scores",
            ranked("1 1 1 0 0 0 0"),
            ranked("0 0 0 1 1 1 1"),
            ranked("1 0"),
            ranked("0 1"),
            ranked("11000"),
            ranked("1 1 1"),
            ranked("1"),
            ranked("1", shift=5.0),
            ranked(LARGE, scale=1e-9),
            ranked(LARGE, scale=1e3, shift=100.0),
            ranked(LARGE, scale=300.0, shift=-9.0),
            lambda rng: call(np.array([1, 0, 0, 1]), np.array([0.0, 0.0, -1.0, 1.0]) * rng.uniform(1, 2)),
            lambda rng: call(np.array([1]), np.array([1e-9]) * rng.uniform(1, 2)),
            lambda rng: call(np.array([1]), np.zeros(1)),
            lambda rng: call(np.array([1]), np.array([1e3]) * rng.uniform(1, 2)),
            edge=True,
        ),
    ),
    hints=(
        "The thresholds are np.unique(y_score), rising. At each, called = y_score >= threshold.",
        "precision is the share of the called that are positive, recall the share of the positives that are called.",
        "Last of all np.append(precision, 1.0) and np.append(recall, 0.0); the thresholds stay as they are.",
    ),
)


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_falling(y_true, y_score):
    """Your thresholds fall; they rise, from the lowest score on, and recall falls."""
    t = np.unique(y_score)[::-1]
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(1.0, tp / called.sum(axis=1)), np.append(0.0, tp / np.sum(y_true)), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_no_end(y_true, y_score):
    """The last point is missing: precision 1 and recall 0 stand at the end, one more than thresholds."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return tp / called.sum(axis=1), tp / np.sum(y_true), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_end_at_the_front(y_true, y_score):
    """Your point with precision 1 and recall 0 stands in front; it belongs at the end."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(1.0, tp / called.sum(axis=1)), np.append(0.0, tp / np.sum(y_true)), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_end_with_zero(y_true, y_score):
    """At the end your precision is 0; by convention it is 1 there, where nobody is called."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / called.sum(axis=1), 0.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_infinity_too(y_true, y_score):
    """You append infinity to the thresholds; the last point belongs to none, so there is one threshold fewer."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    precision, recall = tp / called.sum(axis=1), tp / np.sum(y_true)
    return np.append(precision, 1.0), np.append(recall, 0.0), np.append(t, np.inf)


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_above(y_true, y_score):
    """You count scores above the threshold; a score equal to it is positive as well."""
    t = np.unique(y_score)
    called = y_score > t[:, None]
    tp, n = called[:, y_true == 1].sum(axis=1), called.sum(axis=1)
    precision = np.where(n > 0, tp / np.maximum(n, 1), 1.0)
    return np.append(precision, 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong(case="equal scores share one point")
def precision_recall_curve_ties_apart(y_true, y_score):
    """Samples with equal scores make points of their own; they share a threshold, and one point."""
    order = np.argsort(-y_score, kind="stable")
    tp = np.cumsum(y_true[order])
    precision, recall = tp / np.arange(1, len(tp) + 1), tp / tp[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), y_score[order][::-1]


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_recall_first(y_true, y_score):
    """You return the recall first; the order is precision, recall, thresholds."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / np.sum(y_true), 0.0), np.append(tp / called.sum(axis=1), 1.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_of_all(y_true, y_score):
    """Your recall divides by all samples; it is a share of the positives."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / called.sum(axis=1), 1.0), np.append(tp / len(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_precision_of_all(y_true, y_score):
    """Your precision divides by all samples; it is a share of those that are called."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / len(y_true), 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_interpolated(y_true, y_score):
    """You smooth the precision to the best at that recall or a higher one; here the curve keeps its zigzag."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    precision = np.maximum.accumulate(tp / called.sum(axis=1))
    return np.append(precision, 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_stops_at_full_recall(y_true, y_score):
    """You leave out the thresholds below the one where recall reaches 1; all distinct scores are asked."""
    t = np.unique(y_score)
    t = t[t >= y_score[y_true == 1].min()]
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / called.sum(axis=1), 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_false_positive_rate(y_true, y_score):
    """Your second result is the false positive rate, as for the ROC curve; recall is a share of the positives."""
    t = np.unique(y_score)
    called = y_score >= t[:, None]
    tp, fp = called[:, y_true == 1].sum(axis=1), called[:, y_true == 0].sum(axis=1)
    rate = fp / max(np.sum(1 - y_true), 1)
    return np.append(tp / called.sum(axis=1), 1.0), np.append(rate, 0.0), t


@PRECISION_RECALL_CURVE.wrong
def precision_recall_curve_low_is_positive(y_true, y_score):
    """You call the low scores positive; positive is a score at or above the threshold."""
    t = np.unique(y_score)
    called = y_score <= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / called.sum(axis=1), 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.wrong(case="equal scores share one point")
def precision_recall_curve_threshold_of_each(y_true, y_score):
    """You have a threshold for each sample; equal scores are one threshold: np.unique."""
    t = np.sort(y_score)
    called = y_score >= t[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    return np.append(tp / called.sum(axis=1), 1.0), np.append(tp / np.sum(y_true), 0.0), t


@PRECISION_RECALL_CURVE.right
def precision_recall_curve_by_broadcasting(y_true, y_score):
    thresholds = np.unique(y_score)
    called = y_score >= thresholds[:, None]
    tp = called[:, y_true == 1].sum(axis=1)
    precision, recall = tp / called.sum(axis=1), tp / np.sum(y_true == 1)
    return np.append(precision, 1.0), np.append(recall, 0.0), thresholds


@PRECISION_RECALL_CURVE.right
def precision_recall_curve_by_loop(y_true, y_score):
    thresholds = sorted(set(y_score.tolist()))
    precision, recall = [], []
    for threshold in thresholds:
        called = y_true[y_score >= threshold]
        precision.append(called.sum() / len(called))
        recall.append(called.sum() / y_true.sum())
    return np.array([*precision, 1.0]), np.array([*recall, 0.0]), np.array(thresholds)


@PRECISION_RECALL_CURVE.right
def precision_recall_curve_by_cumulating(y_true, y_score):
    order = np.argsort(-y_score)
    y, s = y_true[order], y_score[order]
    last = np.append(s[1:] != s[:-1], True)
    tp, called = np.cumsum(y)[last][::-1], (np.flatnonzero(last) + 1)[::-1]
    return np.append(tp / called, 1), np.append(tp / y.sum(), 0), s[last][::-1]


@PRECISION_RECALL_CURVE.right
def precision_recall_curve_by_groups(y_true, y_score):
    thresholds, group = np.unique(y_score, return_inverse=True)
    tp = np.bincount(group, y_true)[::-1].cumsum()[::-1]
    called = np.bincount(group)[::-1].cumsum()[::-1]
    return np.concatenate([tp / called, [1.0]]), np.concatenate([tp / tp[0], [0.0]]), thresholds
