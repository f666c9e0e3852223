"""Metrics in the small steps in which they are taught: counts, rates, averages, a curve, a matching, a mean over all.

Chapter 12 lends these to exercises that ask for less than nnlib.metrics has, so none calls its own twin there.
"""

import numpy as np

from nnlib._check import as_float, need
from nnlib.metrics import average_precision

AVERAGES = (None, "macro", "weighted", "micro")


def confusion_matrix(y_true, y_pred, *, num_classes):
    """How many samples of each class are taken for each class.

    Parameters
    ----------
    y_true, y_pred : arrays of int, shape (n,), labels from 0 to num_classes - 1
    num_classes : int

    Returns
    -------
    array of int, shape (num_classes, num_classes): rows are the truth, columns the prediction

    Raises
    ------
    ValueError : the shapes differ, or a label is out of range

    Notes
    -----
    What `nnlib.metrics.confusion_matrix` gives for labels=range(num_classes).
    Fawcett (2006), "An introduction to ROC analysis", figure 1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1], [0, 0, 1], num_classes=3)
    array([[1, 0, 0],
           [1, 1, 0],
           [0, 0, 0]])
    """
    op, K = "confusion_matrix", num_classes
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    need(y_pred.shape == y_true.shape, op, "y_pred", f"shape {y_pred.shape}", f"of shape {y_true.shape}")
    for name, y in (("y_true", y_true), ("y_pred", y_pred)):
        need(((y >= 0) & (y < K)).all(), op, name, y, f"labels from 0 to {K - 1}")
    return np.bincount(y_true * K + y_pred, minlength=K * K).reshape(K, K)


def binary_scores(y_true, y_pred):
    """Four shares of the same four counts.

    Parameters
    ----------
    y_true, y_pred : arrays of 0 and 1, shape (n,), n >= 1

    Returns
    -------
    (precision, recall, fpr, accuracy) : numbers from 0 to 1; 0 where a denominator is 0

    Raises
    ------
    ValueError : the shapes differ, or there are no samples

    Notes
    -----
    TP / (TP + FP), TP / (TP + FN), FP / (FP + TN), (TP + TN) / n.
    Fawcett (2006), "An introduction to ROC analysis", figure 1.

    Examples
    --------
    >>> binary_scores([1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0])
    (0.75, 0.75, 0.25, 0.75)
    """
    op = "binary_scores"
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    need(y_true.ndim == 1 and y_true.size > 0, op, "y_true", f"shape {y_true.shape}", "of shape (n,), n >= 1")
    need(y_pred.shape == y_true.shape, op, "y_pred", f"shape {y_pred.shape}", f"of shape {y_true.shape}")
    (tn, fp), (fn, tp) = confusion_matrix(y_true, y_pred, num_classes=2).tolist()
    shares = ((tp, tp + fp), (tp, tp + fn), (fp, fp + tn), (tp + tn, y_true.size))
    return tuple(part / whole if whole else 0.0 for part, whole in shares)


def top_k_accuracy_score(y_true, y_score, *, k=2):
    """The share of samples whose class is among the k with the highest scores.

    Parameters
    ----------
    y_true : array of int, shape (n,), n >= 1, classes from 0 to K - 1
    y_score : array, shape (n, K)
    k : int from 1, default 2

    Returns
    -------
    number

    Raises
    ------
    ValueError : a shape is not as above, a class is out of range, or k is below 1

    Notes
    -----
    A sample is a hit where fewer than k classes score above its own.
    Russakovsky et al. (2015), "ImageNet large scale visual recognition challenge", section 4.1.

    Examples
    --------
    >>> top_k_accuracy_score([0, 1], [[0.5, 0.3, 0.2], [0.5, 0.1, 0.4]])
    np.float64(0.5)
    """
    op, y_true, y_score = "top_k_accuracy_score", np.asarray(y_true), as_float(y_score)
    need(y_true.ndim == 1 and y_true.size > 0, op, "y_true", f"shape {y_true.shape}", "of shape (n,), n >= 1")
    fine = y_score.ndim == 2 and len(y_score) == len(y_true)
    need(fine, op, "y_score", f"shape {y_score.shape}", f"of shape ({len(y_true)}, K)")
    K = y_score.shape[1]
    need(((y_true >= 0) & (y_true < K)).all(), op, "y_true", y_true, f"classes from 0 to {K - 1}")
    need(k >= 1, op, "k", k, "at least 1")
    own = np.take_along_axis(y_score, y_true[:, None], axis=1)
    return np.mean((y_score > own).sum(axis=1) < k)


def fbeta(precision, recall, *, beta=1.0):
    """Precision and recall in one number, recall counting beta times as much.

    Parameters
    ----------
    precision, recall : arrays of one shape, from 0 to 1
    beta : float, default 1, above 0

    Returns
    -------
    array, shape of precision; 0 where both are 0

    Raises
    ------
    ValueError : the shapes differ, or beta is not above 0

    Notes
    -----
    (1 + beta^2) P R / (beta^2 P + R).
    Van Rijsbergen (1979), "Information retrieval", chapter 7.

    Examples
    --------
    >>> fbeta(np.array([0.5, 0.0]), np.array([1.0, 0.0])), fbeta(np.array([0.5]), np.array([1.0]), beta=2.0).round(4)
    (array([0.66666667, 0.        ]), array([0.8333]))
    """
    op, P, R = "fbeta", as_float(precision), as_float(recall)
    need(R.shape == P.shape, op, "recall", f"shape {R.shape}", f"of shape {P.shape}")
    need(beta > 0, op, "beta", beta, "above 0")
    below = beta**2 * P + R
    return (1 + beta**2) * P * R / np.where(below > 0, below, 1)


def f1_scores(confusion, *, average=None):
    """F1 of each class, or one of its averages, from a confusion matrix.

    Parameters
    ----------
    confusion : array of counts, shape (K, K), rows the truth, not all 0
    average : None (default) for each class; "macro" for their mean, "weighted" for that weighted by the true samples
        of each, "micro" for the TP, FP and FN of all classes together

    Returns
    -------
    array, shape (K,), or a number; 0 where a class neither occurs nor is predicted

    Raises
    ------
    ValueError : confusion is not square, or average is none of the four

    Notes
    -----
    2 TP / (2 TP + FP + FN).
    Sokolova & Lapalme (2009), "A systematic analysis of performance measures for classification tasks", table 3.

    Examples
    --------
    >>> C = np.array([[3, 1], [1, 1]])
    >>> f1_scores(C), f1_scores(C, average="macro"), f1_scores(C, average="micro").round(4)
    (array([0.75, 0.5 ]), np.float64(0.625), np.float64(0.6667))
    """
    op, C = "f1_scores", np.asarray(confusion)
    need(C.ndim == 2 and C.shape[0] == C.shape[1], op, "confusion", f"shape {C.shape}", "of shape (K, K)")
    need(average in AVERAGES, op, "average", repr(average), f"one of {AVERAGES}")
    tp, true = np.diagonal(C), C.sum(axis=1)
    if average == "micro":
        return tp.sum() / C.sum()
    both = C.sum(axis=0) + true
    each = 2 * tp / np.where(both > 0, both, 1)
    return each if average is None else np.average(each, weights=true if average == "weighted" else None)


def roc_curve(y_true, y_score):
    """True positive rate against false positive rate, at every threshold.

    Parameters
    ----------
    y_true : array of 0 and 1, shape (n,), at least one of each
    y_score : array, shape (n,)

    Returns
    -------
    (fpr, tpr, thresholds) : arrays of lengths m + 1, m + 1 and m; thresholds fall, and the curve begins with 0 and 0

    Raises
    ------
    ValueError : the shapes differ, or there is only one class

    Notes
    -----
    A sample is taken for positive where its score >= threshold.  What `nnlib.metrics.roc_curve` gives with
    drop_intermediate=False, but for the infinity before its thresholds.
    Fawcett (2006), "An introduction to ROC analysis", algorithm 1.

    Examples
    --------
    >>> roc_curve([0, 1, 1], [0.3, 0.3, 0.9])
    (array([0., 0., 1.]), array([0. , 0.5, 1. ]), array([0.9, 0.3]))
    """
    y_true, y_score = _scored("roc_curve", y_true, y_score)
    positive, negative = np.sort(y_score[y_true == 1]), np.sort(y_score[y_true == 0])
    need(negative.size > 0, "roc_curve", "y_true", y_true, "0 for one sample at least")
    thresholds = np.unique(y_score)[::-1]
    called = ((s.size - np.searchsorted(s, thresholds)) / s.size for s in (negative, positive))
    return *(np.append(0.0, rate) for rate in called), thresholds


def precision_recall_curve(y_true, y_score):
    """Precision against recall, at every threshold.

    Parameters
    ----------
    y_true : array of 0 and 1, shape (n,), at least one 1
    y_score : array, shape (n,)

    Returns
    -------
    (precision, recall, thresholds) : arrays of lengths m + 1, m + 1 and m; thresholds rise, and the curve ends with
    precision 1 and recall 0

    Raises
    ------
    ValueError : the shapes differ, or there is no positive

    Notes
    -----
    A sample is taken for positive where its score >= threshold.  What `nnlib.metrics.precision_recall_curve` gives.
    Davis & Goadrich (2006), "The relationship between precision-recall and ROC curves", section 2.

    Examples
    --------
    >>> precision_recall_curve([0, 1, 1], [0.3, 0.3, 0.9])
    (array([0.66666667, 1.        , 1.        ]), array([1. , 0.5, 0. ]), array([0.3, 0.9]))
    """
    y_true, y_score = _scored("precision_recall_curve", y_true, y_score)
    thresholds, positive = np.unique(y_score), np.sort(y_score[y_true == 1])
    tp = positive.size - np.searchsorted(positive, thresholds)
    called = y_score.size - np.searchsorted(np.sort(y_score), thresholds)
    return np.append(tp / called, 1.0), np.append(tp / positive.size, 0.0), thresholds


def _scored(op, y_true, y_score):
    y_true, y_score = np.asarray(y_true), as_float(y_score)
    need(y_score.shape == y_true.shape, op, "y_score", f"shape {y_score.shape}", f"of shape {y_true.shape}")
    need((y_true == 1).any(), op, "y_true", y_true, "1 for one sample at least")
    return y_true, y_score


def match_by_iou(iou, scores, *, iou_threshold=0.5):
    """Which object each detection of an image finds: one to one, the best scores first.

    Parameters
    ----------
    iou : array, shape (n, m), of each of n detections with each of m objects
    scores : array, shape (n,)
    iou_threshold : float, default 0.5

    Returns
    -------
    array of int, shape (n,): the object that each detection takes, -1 for none

    Raises
    ------
    ValueError : the shapes do not go together

    Notes
    -----
    From the highest score down a detection takes the object that it overlaps most of those that are left, if their
    IoU is at least the threshold.  Of equal scores, and of equal overlaps, the first comes first.
    Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge", section 4.2.

    Examples
    --------
    >>> match_by_iou([[0.8, 0.6], [0.9, 0.0]], [0.7, 0.9]), match_by_iou([[0.8], [0.4]], [0.7, 0.9])
    (array([1, 0]), array([ 0, -1]))
    """
    op, iou, scores = "match_by_iou", as_float(iou), as_float(scores)
    need(iou.ndim == 2, op, "iou", f"shape {iou.shape}", "of shape (n, m)")
    need(scores.shape == iou.shape[:1], op, "scores", f"shape {scores.shape}", f"of shape {iou.shape[:1]}")
    taken, left = np.full(len(iou), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = np.argmax(left[i])
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = -np.inf
    return taken


def mean_average_precision(hits, scores, labels, num_objects):
    """The average precision of a detector over classes and thresholds, once it is known which boxes are right.

    Parameters
    ----------
    hits : array of 0 and 1, shape (n, T): whether a detection has found an object, at each of T thresholds of IoU
    scores : array, shape (n,)
    labels : array of int, shape (n,), the detections' classes from 0 to K - 1
    num_objects : array of int, shape (K,), how many objects of each class there are, not all 0

    Returns
    -------
    number

    Raises
    ------
    ValueError : the shapes do not go together, or there are no objects

    Notes
    -----
    For each class with objects and each threshold the detections are ranked by score, of equal ones the first first;
    recall = TP / objects and precision = TP / rank give the area under the interpolated curve; the mean of these.
    Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge"; Lin et al. (2014), "Microsoft COCO".

    Examples
    --------
    >>> hits = np.array([[1, 1], [1, 0], [0, 0]])
    >>> mean_average_precision(hits, [0.9, 0.8, 0.7], np.array([0, 0, 1]), np.array([2, 1])).round(4)
    np.float64(0.375)
    """
    op = "mean_average_precision"
    hits, scores, labels, objects = (
        np.asarray(hits),
        as_float(scores),
        np.asarray(labels),
        np.asarray(num_objects),
    )
    need(hits.ndim == 2, op, "hits", f"shape {hits.shape}", "of shape (n, T)")
    for name, a in (("scores", scores), ("labels", labels)):
        need(a.shape == hits.shape[:1], op, name, f"shape {a.shape}", f"of shape {hits.shape[:1]}")
    need((objects > 0).any(), op, "num_objects", objects, "above 0 for one class")
    order = np.argsort(-scores, kind="stable")
    found = []
    for k in np.flatnonzero(objects):
        tp = np.cumsum(hits[order][labels[order] == k], axis=0)
        ranks = np.arange(1, len(tp) + 1)
        found += [average_precision(t / objects[k], t / ranks, method="all") for t in tp.T]
    return np.mean(found)
