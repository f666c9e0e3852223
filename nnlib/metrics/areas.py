"""A curve in one number: the areas under ROC and precision-recall curves, and what they mean."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.metrics import _fast
from nnlib.metrics._labels import as_labels, as_weights
from nnlib.metrics._scores import binary, larger, two_classes
from nnlib.metrics.curves import precision_recall_curve, roc_curve

METHODS = ("11point", "all", "101point")


def auc(x, y):
    """The area under a curve of straight lines between points.

    Parameters
    ----------
    x : array, shape (n,), n >= 2, never falling or never rising
    y : array, shape (n,)

    Returns
    -------
    number

    Raises
    ------
    ValueError : the shapes differ, there are fewer than two points, or x goes up and down (or is nan)

    Notes
    -----
    sum_i |x_(i+1) - x_i| (y_i + y_(i+1)) / 2, the trapezoidal rule.
    Fawcett (2006), "An introduction to ROC analysis", algorithm 2.

    Examples
    --------
    >>> auc([0.0, 0.5, 1.0], [0.0, 0.8, 1.0])
    np.float64(0.65)
    """
    x = as_float(x)
    y = np.asarray(y, dtype=x.dtype)
    need(x.ndim == 1 and x.size >= 2, "auc", "x", f"shape {x.shape}", "of shape (n,), n >= 2")
    need(y.shape == x.shape, "auc", "y", f"shape {y.shape}", f"of shape {x.shape}")
    dx = np.diff(x.astype(np.float64))
    up, down = (dx >= 0).all(), (dx <= 0).all()
    need(up or down, "auc", "x", "nan" if np.isnan(dx).any() else "both", "never falling or never rising")
    return x.dtype.type(abs(dx) @ (y[1:] + y[:-1]) / 2)


def roc_auc_score(y_true, y_score, *, sample_weight=None, max_fpr=None):
    """The area under the ROC curve: how often a random positive scores above a random negative.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1, of two kinds; the larger is positive
    y_score : array, shape (n,), finite
    sample_weight : array, shape (n,), at least 0, or None
    max_fpr : float in (0, 1], or None; the area up to that false positive rate alone, scaled so that chance is 1/2
        and the best is 1

    Returns
    -------
    number; nan where all labels are the same

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    P(s+ > s-) + P(s+ = s-) / 2 = area under (fpr, tpr).  1/2 is chance, 0 is perfect with the sign reversed.  With
    max_fpr = f and A the area there: (1 + (A - f^2 / 2) / (f - f^2 / 2)) / 2.
    Hanley & McNeil (1982), "The meaning and use of the area under a ROC curve"; McClish (1989), "Analyzing a
    portion of the ROC curve".

    Examples
    --------
    >>> roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    np.float64(0.75)
    """
    op = "roc_auc_score"
    need(max_fpr is None or 0 < max_fpr <= 1, op, "max_fpr", max_fpr, "above 0 and at most 1")
    positive, scores = binary(op, y_true, y_score, guess=larger)
    if positive.all():
        return np.float64(np.nan)
    if sample_weight is None and max_fpr in (None, 1):
        return _fast.area_under_roc(scores[positive], scores[~positive])
    fpr, tpr, _ = roc_curve(positive, scores, sample_weight=as_weights(op, sample_weight, scores.size))
    if max_fpr in (None, 1):
        return auc(fpr, tpr)
    stop = np.searchsorted(fpr, max_fpr, side="right")
    at_stop = np.interp(max_fpr, fpr[stop - 1 : stop + 1], tpr[stop - 1 : stop + 1])
    area, chance = auc(np.append(fpr[:stop], max_fpr), np.append(tpr[:stop], at_stop)), max_fpr**2 / 2
    return (1 + (area - chance) / (max_fpr - chance)) / 2


def auc_by_pairs(y_true, y_score):
    """How often a positive scores above a negative, by comparing all pairs: what roc_auc_score means.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1, of two kinds; the larger is positive
    y_score : array, shape (n,), finite

    Returns
    -------
    number; nan where all labels are the same

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    (P(s+ > s-) + P(s+ >= s-)) / 2: a pair that ties counts half.  Takes P N comparisons, roc_auc_score n log n.
    Hanley & McNeil (1982), "The meaning and use of the area under a ROC curve".

    Examples
    --------
    >>> auc_by_pairs([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.4])
    np.float64(0.625)
    """
    positive, scores = binary("auc_by_pairs", y_true, y_score, guess=larger)
    if positive.all():
        return np.float64(np.nan)
    above, below = scores[positive][:, None], scores[~positive]
    return (np.mean(above > below) + np.mean(above >= below)) / 2


def average_precision_score(y_true, y_score, *, pos_label=1, sample_weight=None):
    """The mean precision over the positives, as steps under the precision-recall curve.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1, of at most two kinds
    y_score : array, shape (n,), finite
    pos_label : label, default 1
    sample_weight : array, shape (n,), at least 0, or None

    Returns
    -------
    number; 0 without positives

    Raises
    ------
    ValueError : an argument is not as above, or pos_label is none of two labels

    Notes
    -----
    sum_k (R_k - R_(k-1)) P_k over the thresholds, from the highest down: nothing is interpolated, as it is in
    average_precision.  Chance is the share of positives.
    Manning, Raghavan & Schuetze (2008), "Introduction to information retrieval", section 8.4.

    Examples
    --------
    >>> average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).round(4)
    np.float64(0.8333)
    """
    op = "average_precision_score"
    positive, scores = binary(op, y_true, y_score, pos_label, guess=None)
    classes = two_classes(as_labels(op, "y_true", y_true))
    need(len(classes) <= 2, op, "y_true", f"{len(classes)} labels", "of two labels")
    need(len(classes) < 2 or pos_label in classes, op, "pos_label", repr(pos_label), f"one of {classes}")
    if not positive.any():
        return np.float64(0.0)
    if sample_weight is None:
        return _fast.average_precision(scores[positive], scores[~positive])
    precision, recall, _ = precision_recall_curve(
        positive, scores, sample_weight=as_weights(op, sample_weight, scores.size)
    )
    return max(-np.diff(recall) @ precision[:-1], np.float64(0.0))


def average_precision(recall, precision, *, method="11point"):
    """The mean of the interpolated precision over levels of recall, as detectors are judged.

    Parameters
    ----------
    recall : array, shape (n,), from 0 to 1, never falling: after the first, second, ... detection
    precision : array, shape (n,), beside it
    method : "11point" (default): the levels 0, 0.1, ..., 1 (VOC 2007); "101point": 0, 0.01, ..., 1 (COCO); "all": the
        area under all of the interpolated curve (VOC from 2010 on)

    Returns
    -------
    number; 0 for n = 0, where nothing was detected

    Raises
    ------
    ValueError : the shapes differ, recall falls (or is nan), or method is none of the three

    Notes
    -----
    p_interp(r) = max of the precision where recall >= r, 0 where there is none; AP is its mean over the levels, or
    its integral over r from 0 to 1.  The levels are of recall, not of rank.
    Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge", section 4.2; Lin et al. (2014),
    "Microsoft COCO", and its evaluation code.

    Examples
    --------
    >>> hit = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 1])
    >>> tp = np.cumsum(hit)
    >>> recall, precision = tp / tp[-1], tp / np.arange(1, 11)
    >>> [float(average_precision(recall, precision, method=m).round(4)) for m in ("11point", "all", "101point")]
    [0.7403, 0.7143, 0.7171]
    """
    op = "average_precision"
    recall = as_float(recall)
    precision = np.asarray(precision, dtype=recall.dtype)
    need(method in METHODS, op, "method", repr(method), f"one of {METHODS}")
    need(recall.ndim == 1, op, "recall", f"shape {recall.shape}", "of shape (n,)")
    need(
        precision.shape == recall.shape,
        op,
        "precision",
        f"shape {precision.shape}",
        f"of shape {recall.shape}",
    )
    rising = (np.diff(recall, prepend=0) >= 0).all()
    need(rising, op, "recall", "nan" if np.isnan(recall).any() else "falling", "never falling from 0 on")

    best = np.append(
        np.maximum.accumulate(precision[::-1])[::-1], recall.dtype.type(0)
    )  # max where recall >= r
    if method == "all":
        return recall.dtype.type(np.diff(recall.astype(np.float64), prepend=0) @ best[:-1])
    # tenths as they are; COCO's code steps by linspace, and 0.29 is then a little more than 29 / 100
    levels = np.arange(11) / 10 if method == "11point" else np.linspace(0, 1, 101)
    at_levels = best[np.searchsorted(recall, levels.astype(recall.dtype))]
    return recall.dtype.type(at_levels.mean(dtype=np.float64))
