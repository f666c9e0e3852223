"""What every metric of scores asks of its arguments, and the counts at every threshold."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.metrics._labels import alike, as_labels


def two_classes(y):
    """The labels that occur, sorted; of more than two only that they are more."""
    if y.dtype.kind == "U" or y.dtype.kind == "S":
        return np.unique(y)
    low, high = y.min(), y.max()
    if ((y == low) | (y == high)).all():
        return np.array([low]) if low == high else np.array([low, high])
    return np.unique(y)


def binary(op, y_true, y_score, pos_label=None, *, guess):
    """(which samples are positive, their scores). Without pos_label guess says which label is meant."""
    y_true, scores = as_labels(op, "y_true", y_true), as_float(y_score)
    need(scores.shape == y_true.shape, op, "y_score", f"shape {scores.shape}", f"of shape {y_true.shape}")
    need(np.isfinite(scores).all(), op, "y_score", "nan or inf", "finite")
    if pos_label is None:
        pos_label = guess(op, two_classes(y_true))
    alike(op, "pos_label", np.asarray(pos_label), y_true)
    return y_true == pos_label, scores


def zeros_and_ones(op, classes):
    """1 is positive; labels that do not say which is are refused."""
    fine = classes.dtype.kind not in "US" and classes.tolist() in ([0, 1], [-1, 1], [0], [-1], [1])
    need(fine, op, "pos_label", f"None for the labels {classes[:4]}", "given unless they are 0, 1 or -1, 1")
    return 1


def larger(op, classes):
    """The label that comes last is positive."""
    need(len(classes) <= 2, op, "y_true", f"{len(classes)} labels", "of two labels")
    return classes[-1]


def counts_by_threshold(positive, scores, w):
    """(FP, TP, threshold) for each distinct score as the threshold, from the highest down: score >= threshold."""
    if w is not None:
        positive, scores, w = (a[w != 0] for a in (positive, scores, w.astype(np.float64)))
    order = np.argsort(scores)[::-1]
    positive, scores = positive[order], scores[order]
    last = np.append(np.flatnonzero(np.diff(scores)), scores.size - 1)  # of each run of equal scores
    if w is None:
        tp = np.cumsum(positive)[last]
        return (last + 1.0) - tp, tp.astype(np.float64), scores[last]
    w = w[order]
    return np.cumsum(w * ~positive)[last], np.cumsum(w * positive)[last], scores[last]
