"""What a classifier gains and what it pays as its threshold falls: the ROC and the precision-recall curve."""

import numpy as np

from nnlib.metrics._labels import as_weights
from nnlib.metrics._scores import binary, counts_by_threshold, zeros_and_ones


def roc_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=True):
    """True positive rate against false positive rate, for every threshold.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1
    y_score : array, shape (n,), finite; a sample is taken for positive where its score >= threshold
    pos_label : label; None (default) means 1 and needs labels 0 and 1, or -1 and 1; all others are negative
    sample_weight : array, shape (n,), at least 0, or None
    drop_intermediate : bool, default True, to leave out points on the straight line between their neighbours

    Returns
    -------
    (fpr, tpr, thresholds) : arrays of one length, fpr and tpr rising from 0 to 1, thresholds falling from inf

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    fpr = FP / (FP + TN), tpr = TP / (TP + FN).  Equal scores share a threshold, so their points are one.  Without
    negatives fpr is nan, without positives tpr is.  Rates are float64; thresholds keep the dtype of the scores.
    The upper left is good; a curve below the diagonal is worse than chance.
    Fawcett (2006), "An introduction to ROC analysis", algorithm 1.

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> fpr, tpr, thresholds
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]), array([ inf, 0.8 , 0.4 , 0.35, 0.1 ]))
    """
    op = "roc_curve"
    positive, scores = binary(op, y_true, y_score, pos_label, guess=zeros_and_ones)
    fp, tp, thresholds = counts_by_threshold(positive, scores, as_weights(op, sample_weight, scores.size))
    if drop_intermediate and len(fp) > 2:
        corner = np.concatenate([[True], (np.diff(fp, 2) != 0) | (np.diff(tp, 2) != 0), [True]])
        fp, tp, thresholds = fp[corner], tp[corner], thresholds[corner]
    fp, tp, thresholds = (
        np.concatenate([[first], a], dtype=a.dtype) for first, a in ((0, fp), (0, tp), (np.inf, thresholds))
    )
    return _rate(fp, np.nan), _rate(tp, np.nan), thresholds


def precision_recall_curve(y_true, y_score, *, pos_label=None, sample_weight=None, drop_intermediate=False):
    """Precision against recall, for every threshold.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1
    y_score : array, shape (n,), finite; a sample is taken for positive where its score >= threshold
    pos_label : label; None (default) means 1 and needs labels 0 and 1, or -1 and 1; all others are negative
    sample_weight : array, shape (n,), at least 0, or None
    drop_intermediate : bool, default False; True to keep only the ends of each run of equal recall

    Returns
    -------
    (precision, recall, thresholds) : arrays of lengths m + 1, m + 1 and m; thresholds rise, recall falls to 0, where
    by convention precision is 1

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    precision = TP / (TP + FP), recall = TP / (TP + FN).  Equal scores share a threshold.  Without positives recall
    is 1 throughout.  Rates are float64; thresholds keep the dtype of the scores.
    Davis & Goadrich (2006), "The relationship between precision-recall and ROC curves", section 2.

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> precision.round(2), recall, thresholds
    (array([0.5 , 0.67, 0.5 , 1.  , 1.  ]), array([1. , 1. , 0.5, 0.5, 0. ]), array([0.1 , 0.35, 0.4 , 0.8 ]))
    """
    op = "precision_recall_curve"
    positive, scores = binary(op, y_true, y_score, pos_label, guess=zeros_and_ones)
    fp, tp, thresholds = counts_by_threshold(positive, scores, as_weights(op, sample_weight, scores.size))
    if drop_intermediate and len(fp) > 2:
        end = np.concatenate([[True], (np.diff(tp[:-1]) != 0) | (np.diff(tp[1:]) != 0), [True]])
        fp, tp, thresholds = fp[end], tp[end], thresholds[end]
    precision, recall = tp / (tp + fp), _rate(tp, 1.0)
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), thresholds[::-1].copy()


def _rate(count, otherwise):
    """Cumulative counts as shares of their total; the same number throughout where that is 0."""
    return count / count[-1] if count[-1] > 0 else np.full(count.shape, otherwise)
