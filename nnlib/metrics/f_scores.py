"""How much of what was found is right, how much of what is right was found, and both in one number."""

import numpy as np

from nnlib._check import need
from nnlib.metrics import _fast
from nnlib.metrics._boxes import two_masks
from nnlib.metrics._labels import alike, as_weights, chosen, indices, positions, two_of_labels

AVERAGES = ("binary", "micro", "macro", "weighted", None)


def precision_score(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """The share of the samples taken for a class that belong to it.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1: whole numbers, bools or strings
    labels : array of K distinct labels, or None for all that occur, sorted; for "binary" it does not matter
    pos_label : label, default 1, the class meant by "binary"
    average : "binary" (default) for that class of two; None for all classes; "macro" for their mean, "weighted" for
        that weighted by the true samples of each; "micro" for the TP, FP and FN of all classes together
    sample_weight : array, shape (n,), at least 0, or None
    zero_division : 0 (default), 1 or nan, the answer where nothing was taken for the class; nan is left out of means

    Returns
    -------
    number, or an array of shape (K,) for average None

    Raises
    ------
    ValueError : an argument is not as above; "binary" with three labels or with two that pos_label is none of

    Notes
    -----
    TP / (TP + FP).
    Van Rijsbergen (1979), "Information retrieval", chapter 7; for the averages Sokolova & Lapalme (2009), "A
    systematic analysis of performance measures for classification tasks", table 3.

    Examples
    --------
    >>> precision_score([0, 0, 1, 1, 1], [0, 1, 1, 1, 0]).round(4)
    np.float64(0.6667)
    >>> precision_score([0, 1, 2, 2], [0, 2, 2, 1], average=None)
    array([1. , 0. , 0.5])
    """
    tp, predicted, true = _counts(
        "precision_score", y_true, y_pred, labels, pos_label, average, sample_weight
    )
    return _averaged("precision_score", tp, predicted, true, average, zero_division)


def recall_score(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """The share of the samples of a class that are taken for it.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1
    labels, pos_label, average, sample_weight : as for precision_score
    zero_division : 0 (default), 1 or nan, the answer where the class has no samples; nan is left out of means

    Returns
    -------
    number, or an array of shape (K,) for average None

    Raises
    ------
    ValueError : as precision_score

    Notes
    -----
    TP / (TP + FN), also called sensitivity or true positive rate.
    Van Rijsbergen (1979), "Information retrieval", chapter 7.

    Examples
    --------
    >>> recall_score([0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 1, 0])
    np.float64(0.75)
    """
    tp, _, true = _counts("recall_score", y_true, y_pred, labels, pos_label, average, sample_weight)
    return _averaged("recall_score", tp, true, true, average, zero_division)


def fbeta_score(
    y_true, y_pred, *, beta, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """Precision and recall in one number, recall counting beta times as much.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1
    beta : float, at least 0; 0 gives the precision, inf the recall
    labels, pos_label, average, sample_weight : as for precision_score
    zero_division : 0 (default), 1 or nan, the answer where the class has no samples and none were taken for it; nan
        is left out of means

    Returns
    -------
    number, or an array of shape (K,) for average None

    Raises
    ------
    ValueError : as precision_score, or beta is negative or nan

    Notes
    -----
    (1 + beta^2) P R / (beta^2 P + R) = (1 + beta^2) TP / (beta^2 (TP + FN) + TP + FP), the weighted harmonic mean
    of precision P and recall R.
    Van Rijsbergen (1979), "Information retrieval", chapter 7.

    Examples
    --------
    >>> fbeta_score([1, 1, 1, 1, 0], [1, 0, 0, 0, 0], beta=2).round(4)
    np.float64(0.2941)
    >>> fbeta_score([1, 1, 1, 1, 0], [1, 0, 0, 0, 0], beta=0.5).round(4)
    np.float64(0.625)
    """
    return _fbeta(
        "fbeta_score", y_true, y_pred, beta, labels, pos_label, average, sample_weight, zero_division
    )


def f1_score(
    y_true, y_pred, *, labels=None, pos_label=1, average="binary", sample_weight=None, zero_division=0.0
):
    """The harmonic mean of precision and recall.

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1
    labels, pos_label, average, sample_weight : as for precision_score
    zero_division : as for fbeta_score

    Returns
    -------
    number, or an array of shape (K,) for average None

    Raises
    ------
    ValueError : as precision_score

    Notes
    -----
    2 P R / (P + R) = 2 TP / (2 TP + FP + FN), the Dice coefficient of what is true and what was found.  Near 0 if
    one of the two is, where their arithmetic mean would be 1/2.  "macro" is the mean of the classes' F1, not the F1
    of their mean precision and recall (f1_of_macro_averages); "micro" over all labels is the accuracy.
    Van Rijsbergen (1979), "Information retrieval", chapter 7.

    Examples
    --------
    >>> f1_score([0, 0, 1, 1, 1], [0, 1, 1, 1, 0]).round(4)
    np.float64(0.6667)
    >>> y_true, y_pred = [0] * 95 + [1] * 5, [0] * 100
    >>> f1_score(y_true, y_pred, average="micro"), f1_score(y_true, y_pred, average="macro").round(3)
    (np.float64(0.95), np.float64(0.487))
    """
    return _fbeta("f1_score", y_true, y_pred, 1, labels, pos_label, average, sample_weight, zero_division)


def f1_of_macro_averages(y_true, y_pred, *, labels=None, sample_weight=None, zero_division=0.0):
    """The harmonic mean of the macro precision and the macro recall: not what f1_score calls "macro".

    Parameters
    ----------
    y_true, y_pred : arrays of labels, shape (n,), n >= 1
    labels, sample_weight, zero_division : as for precision_score

    Returns
    -------
    number; 0 where both means are 0

    Raises
    ------
    ValueError : as precision_score

    Notes
    -----
    2 P R / (P + R), P and R the means over the classes.  Also in use under the name macro F1; never below the mean
    of the classes' F1.  Opitz & Burst (2019), "Macro F1 and macro F1".

    Examples
    --------
    >>> y_true, y_pred = [0, 0, 0, 1], [0, 1, 1, 1]
    >>> f1_of_macro_averages(y_true, y_pred).round(4), f1_score(y_true, y_pred, average="macro")
    (np.float64(0.6667), np.float64(0.5))
    """
    op = "f1_of_macro_averages"
    tp, predicted, true = _counts(op, y_true, y_pred, labels, None, "macro", sample_weight)
    P, R = (_averaged(op, tp, total, true, "macro", zero_division) for total in (predicted, true))
    return 2 * P * R / (P + R) if P + R else np.float64(0.0)


def dice_coefficient(a, b, *, zero_division=0.0):
    """Twice the intersection of two sets over the sum of their sizes: the F1 score of one against the other.

    Parameters
    ----------
    a, b : arrays of bool, or of 0 and 1, of one shape, such as masks of an image
    zero_division : number, default 0, the answer for two empty sets

    Returns
    -------
    number from 0 to 1

    Raises
    ------
    ValueError : the shapes differ, or another value than 0 and 1 is there

    Notes
    -----
    2 |A n B| / (|A| + |B|) = 2 IoU / (1 + IoU).
    Dice (1945), "Measures of the amount of ecologic association between species".

    Examples
    --------
    >>> dice_coefficient([1, 1, 0, 0], [0, 1, 1, 1])
    np.float64(0.4)
    """
    a, b = two_masks("dice_coefficient", a, b)
    both, total = np.count_nonzero(a & b), np.count_nonzero(a) + np.count_nonzero(b)
    return np.float64(2 * both / total if total else zero_division)


def _counts(op, y_true, y_pred, labels, pos_label, average, sample_weight):
    """(TP, TP + FP, TP + FN), each of shape (K,), of the classes that the average is over."""
    need(average in AVERAGES, op, "average", repr(average), f"one of {AVERAGES}")
    y_true, y_pred = two_of_labels(op, y_true, y_pred)
    w = as_weights(op, sample_weight, y_true.size)
    present, totals = _totals(y_true, y_pred, w)
    K = len(present)
    if average == "binary":
        need(K <= 2, op, "average", f"'binary' with {K} labels", "another")
        alike(op, "pos_label", np.asarray(pos_label), present)
        need(K < 2 or pos_label in present, op, "pos_label", repr(pos_label), f"one of {present}")
        labels = [pos_label]
    at, there = positions(chosen(op, labels, present), present)
    return np.where(there, totals[:, at], 0)


def _totals(y_true, y_pred, w):
    """(labels that occur, sorted; TP, TP + FP and TP + FN of each, a row each)."""
    if w is None and (found := _fast.table_of_integers(y_true, y_pred)):
        present, C = found
        return present, np.stack([np.diagonal(C), C.sum(axis=0), C.sum(axis=1)])
    present, t, p = indices(y_true, y_pred)
    right = t == p
    groups = ((t[right], None if w is None else w[right]), (p, w), (t, w))
    return present, np.stack([np.bincount(group, weight, len(present)) for group, weight in groups])


def _fbeta(op, y_true, y_pred, beta, labels, pos_label, average, sample_weight, zero_division):
    need(beta >= 0, op, "beta", beta, "at least 0")
    tp, predicted, true = _counts(op, y_true, y_pred, labels, pos_label, average, sample_weight)
    if beta == np.inf:
        return _averaged(op, tp, true, true, average, zero_division)
    return _averaged(op, (1 + beta**2) * tp, beta**2 * true + predicted, true, average, zero_division)


def _averaged(op, part, whole, true, average, zero_division):
    """part / whole of each class, averaged."""
    known = zero_division in (0, 1) or zero_division != zero_division  # nan
    need(known, op, "zero_division", repr(zero_division), "0, 1 or nan")
    if average == "micro":
        part, whole = part.sum(keepdims=True), whole.sum(keepdims=True)
    score = np.divide(part, whole, where=whole != 0, out=np.full(whole.shape, float(zero_division)))
    if average is None:
        return score
    weight = true if average == "weighted" else np.ones_like(score)
    defined = ~np.isnan(score)
    if not defined.any():
        return np.float64(np.nan)
    score, weight = score[defined], weight[defined]
    return np.average(score, weights=weight if weight.any() else None)
