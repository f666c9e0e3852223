"""Precision, recall, false positive rate and accuracy."""

import numpy as np

from grader.exercises.ch12_metrics.confusion_matrix import samples
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments


def of(called, positive, negative, hits):
    """So many called positive, so many positives and negatives; `hits` are the ways to choose the true positives."""

    def draw(rng):
        tp = one_of(rng, *hits)
        fp, fn = called - tp, positive - tp
        return call(*samples(rng, [[negative - fp, fp], [fn, tp]]))

    return draw


def counted(tp, fp, fn, tn):
    return lambda rng: call(*samples(rng, [[tn, fp], [fn, tp]]))


def _allowed(rng):
    n, often = int(rng.integers(1, 30)), one_of(rng, 0.0, 0.1, 0.5, 1.0)
    guess = one_of(rng, 0.0, 0.1, 0.5, 1.0)
    return call((rng.random(n) < often).astype(int), (rng.random(n) < guess).astype(int))


BINARY_SCORES = Exercise(
    function="binary_scores",
    topics=("C12-04", "C12-05", "C12-06", "C12-07"),
    points=2,
    difficulty=2,
    minutes=15,
    reference=experiments.binary_scores,
    allowed=_allowed,
    large=lambda rng: call(*rng.integers(2, size=(2, 10_000))),
    uses=("confusion_matrix",),
    returns=("precision", "recall", "fpr", "accuracy"),
    cases=(
        Case(
            "many positives",
            of(23, 17, 37, (11, 12, 13, 14, 15)),
            example=call(
                np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0])
            ),
            weight=3,
        ),
        Case("few positives", of(19, 7, 103, (3, 4, 5)), weight=2),
        in_turn(
            "nobody called positive, no positives, no negatives, all right, all wrong, one sample",
            counted(0, 0, 3, 4),
            counted(0, 2, 0, 5),
            counted(4, 0, 3, 0),
            counted(3, 0, 0, 4),
            counted(0, 4, 3, 0),
            counted(1, 0, 0, 0),
            counted(0, 0, 0, 1),
            counted(0, 1, 0, 0),
            counted(2, 3, 0, 0),
            counted(0, 0, 5, 0),
            counted(2, 3, 5, 4),
            edge=True,
            weight=3,
        ),
    ),
    hints=(
        "Four counts first: TP is np.sum((y_true == 1) & (y_pred == 1)), and the others in the same way.",
        "Precision is a share of those called positive, TP + FP; recall of the positives, fpr of the negatives.",
        "Before you divide, ask whether the denominator is 0: part / whole if whole > 0 else 0.0",
    ),
)


@BINARY_SCORES.wrong
def binary_scores_exchanged(y_true, y_pred):
    """Precision and recall are exchanged: precision is the share of those *called* positive."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(positive, 1), tp / max(called, 1), fp / max(negative, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_truth_for_prediction(y_true, y_pred):
    """FP and FN are exchanged, or truth and prediction: FP are negatives that were called positive.

    They stand in row 0, column 1 of the confusion matrix."""
    y_true, y_pred = y_pred, y_true
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(negative, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_zero_is_positive(y_true, y_pred):
    """You count class 0 as the positive one; 1 is positive.

    The confusion matrix is [[TN, FP], [FN, TP]]."""
    tp, fp = np.sum((y_true == 0) & (y_pred == 0)), np.sum((y_true == 1) & (y_pred == 0))
    positive, called, negative = np.sum(y_true == 0), np.sum(y_pred == 0), np.sum(y_true == 1)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(negative, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_false_discoveries(y_true, y_pred):
    """Your fpr is the share of the *called* that are wrong; it is a share of the negatives, FP / (FP + TN)."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called = np.sum(y_true == 1), np.sum(y_pred == 1)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(called, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_false_of_all(y_true, y_pred):
    """Your fpr divides by all samples; it is a share of the negatives, FP / (FP + TN)."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called = np.sum(y_true == 1), np.sum(y_pred == 1)
    return tp / max(called, 1), tp / max(positive, 1), fp / len(y_true), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_specificity(y_true, y_pred):
    """Your fpr is the share of the negatives that are right, TN / (FP + TN); asked is that of the wrong ones."""
    tp, tn = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 0))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(called, 1), tp / max(positive, 1), tn / max(negative, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_missed(y_true, y_pred):
    """Your fpr is the share of the positives that were missed, FN / (TP + FN); it is FP / (FP + TN)."""
    tp, fn = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 1) & (y_pred == 0))
    positive, called = np.sum(y_true == 1), np.sum(y_pred == 1)
    return tp / max(called, 1), tp / max(positive, 1), fn / max(positive, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_accuracy_of_positives(y_true, y_pred):
    """Your accuracy counts the true positives only; true negatives are right as well."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(negative, 1), tp / len(y_true)


@BINARY_SCORES.wrong
def binary_scores_balanced_accuracy(y_true, y_pred):
    """Your accuracy is the mean of the shares of both classes; it is one share of all samples."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    recall, fpr = tp / max(positive, 1), fp / max(negative, 1)
    return tp / max(called, 1), recall, fpr, (recall + 1 - fpr) / 2


@BINARY_SCORES.wrong
def binary_scores_error_rate(y_true, y_pred):
    """Your accuracy is the share of mistakes; it is the share of right ones."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(negative, 1), np.mean(y_true != y_pred)


@BINARY_SCORES.wrong
def binary_scores_recall_first(y_true, y_pred):
    """Your recall comes first; the order is precision, recall, fpr, accuracy."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    accuracy = np.mean(y_true == y_pred)
    return tp / max(positive, 1), fp / max(negative, 1), tp / max(called, 1), accuracy


@BINARY_SCORES.wrong
def binary_scores_recall_of_all(y_true, y_pred):
    """Your recall divides by all samples; it is a share of the positives, TP / (TP + FN)."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    called, negative = np.sum(y_pred == 1), np.sum(y_true == 0)
    return tp / max(called, 1), tp / len(y_true), fp / max(negative, 1), np.mean(y_true == y_pred)


@BINARY_SCORES.wrong(
    case="nobody called positive, no positives, no negatives, all right, all wrong, one sample"
)
def binary_scores_nan(y_true, y_pred):
    """You divide 0 by 0, which is nan; where a denominator is 0 the share is 0."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    with np.errstate(invalid="ignore"):
        return tp / called, tp / positive, fp / negative, np.mean(y_true == y_pred)


@BINARY_SCORES.wrong(
    case="nobody called positive, no positives, no negatives, all right, all wrong, one sample"
)
def binary_scores_division_error(y_true, y_pred):
    """You divide by a Python 0, which is an error; where a denominator is 0 the share is 0."""
    tp, fp = int(np.sum(y_true * y_pred)), int(np.sum((1 - y_true) * y_pred))
    positive, called = int(np.sum(y_true)), int(np.sum(y_pred))
    return tp / called, tp / positive, fp / (len(y_true) - positive), float(np.mean(y_true == y_pred))


@BINARY_SCORES.wrong(
    case="nobody called positive, no positives, no negatives, all right, all wrong, one sample"
)
def binary_scores_one_for_nothing(y_true, y_pred):
    """Where a denominator is 0 you return 1; the share is 0 then."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    precision = tp / called if called else 1.0
    recall = tp / positive if positive else 1.0
    return precision, recall, fp / negative if negative else 1.0, np.mean(y_true == y_pred)


@BINARY_SCORES.wrong
def binary_scores_added_in_the_denominator(y_true, y_pred):
    """You add a small number to the denominators, which changes every share; ask whether they are 0 instead."""
    tp, fp = np.sum((y_true == 1) & (y_pred == 1)), np.sum((y_true == 0) & (y_pred == 1))
    positive, called, negative = np.sum(y_true == 1), np.sum(y_pred == 1), np.sum(y_true == 0)
    accuracy = np.sum(y_true == y_pred) / (len(y_true) + 1e-4)
    return tp / (called + 1e-4), tp / (positive + 1e-4), fp / (negative + 1e-4), accuracy


@BINARY_SCORES.right
def binary_scores_by_counts(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    tn = np.sum((y_true == 0) & (y_pred == 0))
    precision = tp / (tp + fp) if tp + fp > 0 else 0.0
    recall = tp / (tp + fn) if tp + fn > 0 else 0.0
    fpr = fp / (fp + tn) if fp + tn > 0 else 0.0
    return precision, recall, fpr, (tp + tn) / len(y_true)


@BINARY_SCORES.right
def binary_scores_by_means(y_true, y_pred):
    def mean(values):
        return values.mean() if values.size else 0.0

    called = y_pred == 1
    positive = y_true == 1
    return mean(y_true[called]), mean(y_pred[positive]), mean(y_pred[~positive]), mean(y_true == y_pred)


@BINARY_SCORES.right
def binary_scores_by_products(y_true, y_pred):
    tp = y_true @ y_pred
    positive, called, n = y_true.sum(), y_pred.sum(), len(y_true)
    fp, negative = called - tp, n - positive
    right = n - fp - (positive - tp)
    return tp / max(called, 1), tp / max(positive, 1), fp / max(negative, 1), right / n


@BINARY_SCORES.right
def binary_scores_by_loop(y_true, y_pred):
    counts = [[0, 0], [0, 0]]
    for truth, guess in zip(y_true, y_pred):
        counts[truth][guess] += 1
    shares = []
    for part, other in (
        (counts[1][1], counts[0][1]),
        (counts[1][1], counts[1][0]),
        (counts[0][1], counts[0][0]),
    ):
        shares.append(0.0 if part == 0 else part / (part + other))
    return (*shares, (counts[0][0] + counts[1][1]) / len(y_true))
