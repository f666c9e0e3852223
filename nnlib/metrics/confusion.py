"""Which classes are taken for which, and how often the answer is right."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.metrics import _fast
from nnlib.metrics._labels import alike, as_labels, as_weights, chosen, indices, positions, two_of_labels


def confusion_matrix(y_true, y_pred, *, labels=None, sample_weight=None, normalize=None):
    """How many samples of each class are taken for each class.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1: whole numbers, bools or strings
    labels : array of K distinct labels in the order wanted, or None for all that occur, sorted; samples with
        another label, true or predicted, do not count
    sample_weight : array, shape (n,), at least 0, or None
    normalize : None (default), "true" to divide by the sums of the rows, "pred" of the columns, "all" of everything

    Returns
    -------
    array, shape (K, K): rows are the truth, columns the prediction; ints, or floats where the weights are floats or
    normalize is set

    Raises
    ------
    ValueError : an argument is not as above, or none of the labels is in y_true

    Notes
    -----
    C_ij = sum over samples with truth i and prediction j.  For the labels 0 and 1: [[TN, FP], [FN, TP]].
    Where normalize would divide by 0 there is 0.
    Fawcett (2006), "An introduction to ROC analysis", figure 1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 2, 2], [0, 2, 2, 1])
    array([[1, 0, 0],
           [0, 0, 1],
           [0, 1, 1]])
    >>> confusion_matrix(["cat", "dog"], ["dog", "dog"], labels=["dog", "cat"])
    array([[1, 0],
           [1, 0]])
    """
    op = "confusion_matrix"
    known = (None, "true", "pred", "all")
    need(normalize in known, op, "normalize", repr(normalize), "None, 'true', 'pred' or 'all'")
    y_true, y_pred = two_of_labels(op, y_true, y_pred)
    w = as_weights(op, sample_weight, y_true.size)
    present, C = _table(y_true, y_pred, w)
    if labels is not None:
        at, there = positions(chosen(op, labels, present), present)
        need(np.isin(labels, y_true).any(), op, "labels", labels, "such that one is in y_true")
        C = np.where(there[:, None] & there, C[np.ix_(at, at)], 0)
    if normalize is None:
        return C
    total = C.sum(axis={"true": 1, "pred": 0, "all": None}[normalize], keepdims=True)
    return C / np.where(total == 0, 1, total)


def _table(y_true, y_pred, w):
    """(labels that occur, sorted; the sum of weights of each pair of them)."""
    if w is None and (found := _fast.table_of_integers(y_true, y_pred)):
        return found
    present, t, p = indices(y_true, y_pred)
    K = len(present)
    C = np.bincount(t * K + p, w, K * K).reshape(K, K)
    return present, C.astype(np.int64) if w is None or w.dtype.kind in "iub" else C


def accuracy_score(y_true, y_pred, *, normalize=True, sample_weight=None):
    """The share of samples whose label is predicted.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1: whole numbers, bools or strings
    normalize : bool, default True; False for their number, or the sum of their weights
    sample_weight : array, shape (n,), at least 0, or None

    Returns
    -------
    number

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    (TP + TN) / (TP + TN + FP + FN) for two classes: sum_i w_i [y_i = prediction_i] / sum_i w_i.
    Fawcett (2006), "An introduction to ROC analysis", figure 1.

    Examples
    --------
    >>> accuracy_score([0, 1, 2, 2], [0, 2, 2, 1])
    np.float64(0.5)
    """
    op = "accuracy_score"
    y_true, y_pred = two_of_labels(op, y_true, y_pred)
    return _share(y_true == y_pred, normalize, as_weights(op, sample_weight, y_true.size))


def _share(hits, normalize, w):
    counted = np.float64(np.count_nonzero(hits) if w is None else w @ hits)
    return counted / (hits.size if w is None else w.sum()) if normalize else counted


def top_k_accuracy_score(y_true, y_score, *, k=2, normalize=True, sample_weight=None, labels=None):
    """The share of samples whose label is among the k with the highest scores.

    Parameters
    ----------
    y_true : array of labels, shape (n,), n >= 1
    y_score : array, shape (n, K), a column for each label, sorted; or (n,) for two labels, the score of the larger
    k : int from 1, default 2
    normalize : bool, default True; False for their number, or the sum of their weights
    sample_weight : array, shape (n,), at least 0, or None
    labels : array of the K labels, sorted and distinct; None where all of them occur in y_true

    Returns
    -------
    number; 1 where k is K or more

    Raises
    ------
    ValueError : an argument is not as above, a score is not finite, or a label of y_true has no column

    Notes
    -----
    Of equal scores the label that comes later wins.  With two labels and k = 1 a sample is taken for the larger
    where its score is above 0.5, if all scores lie in [0, 1], and above 0 if not.
    Russakovsky et al. (2015), "ImageNet large scale visual recognition challenge", section 4.1.

    Examples
    --------
    >>> scores = [[0.5, 0.2, 0.3], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]]
    >>> top_k_accuracy_score([0, 1, 2, 2], scores, k=2)
    np.float64(0.75)
    """
    op = "top_k_accuracy_score"
    need(k >= 1, op, "k", k, "at least 1")
    y_true, scores = as_labels(op, "y_true", y_true), as_float(y_score)
    classes = np.unique(y_true)
    if labels is not None:
        given = chosen(op, labels, classes)
        need((given[1:] > given[:-1]).all(), op, "labels", given, "sorted")
        need(np.isin(classes, given).all(), op, "labels", given, f"those of y_true, {classes}, at least")
        classes = given
    n, K = y_true.size, len(classes)
    shape = (n,) if K <= 2 else (n, K)
    need(
        scores.shape == shape, op, "y_score", f"shape {scores.shape}", f"{shape} for {n} samples, {K} labels"
    )
    need(np.isfinite(scores).all(), op, "y_score", "nan or inf", "finite")

    t = np.searchsorted(classes, y_true)
    if k >= K:
        hits = np.ones(n, dtype=bool)
    elif K == 2:
        middle = 0.5 if scores.min() >= 0 and scores.max() <= 1 else 0.0
        hits = (scores > middle) == t
    else:
        own = scores[np.arange(n), t][:, None]
        later = np.arange(K) > t[:, None]
        hits = ((scores > own) | ((scores == own) & later)).sum(axis=1) < k
    return _share(hits, normalize, as_weights(op, sample_weight, n))


def false_positive_rate(y_true, y_pred, *, pos_label=1, sample_weight=None, zero_division=0.0):
    """The share of negative samples that are taken for positive: one point of the ROC curve.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1
    pos_label : label, default 1; all others are negative
    sample_weight : array, shape (n,), at least 0, or None
    zero_division : number, default 0, the answer where nothing is negative

    Returns
    -------
    number

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    FP / (FP + TN).  Its partner, TP / (TP + FN), is the recall.
    Fawcett (2006), "An introduction to ROC analysis", figure 1.

    Examples
    --------
    >>> false_positive_rate([0, 0, 0, 0, 1], [0, 0, 0, 1, 1])
    np.float64(0.25)
    """
    op = "false_positive_rate"
    y_true, y_pred = two_of_labels(op, y_true, y_pred)
    w = as_weights(op, sample_weight, y_true.size)
    w = np.ones(y_true.size, dtype=np.int64) if w is None else w
    alike(op, "pos_label", np.asarray(pos_label), y_true)
    negative = y_true != pos_label
    fp, n = w @ (negative & (y_pred == pos_label)), w @ negative
    return np.float64(fp / n if n else zero_division)
