"""Several models, one answer: by averaging probabilities, by averaging ranks, or by a vote."""

import numpy as np

from nnlib._check import as_float, fail, need


def average_probs(probs, *, weights=None):
    """Weighted mean of the probabilities that several models give.

    Parameters
    ----------
    probs : array, shape (M, ...), of M models, such as (M, n, K)
    weights : array, shape (M,), at least 0, how much each model counts, or None for equal weights

    Returns
    -------
    array, shape (...)

    Raises
    ------
    ValueError : there is no model, or weights are not (M,), negative or all 0

    Notes
    -----
    sum_i w_i h_i / sum_i w_i.  The weights are brought to a sum of 1, so that probabilities still add to 1; divided
    by M once more they would not.
    Zhou (2012), "Ensemble methods", eq. (4.3).

    Examples
    --------
    >>> average_probs(np.array([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]]), weights=[5, 3, 2])
    array([0.64, 0.36])
    """
    probs = as_float(probs)
    models, op = len(probs) if probs.ndim else 0, "average_probs"
    need(models > 0, op, "probs", f"shape {probs.shape}", "of shape (M, ...), M > 0")
    weights = np.ones(models, probs.dtype) if weights is None else np.asarray(weights, probs.dtype)
    need(weights.shape == (models,), op, "weights", f"shape {weights.shape}", f"of shape {(models,)}")
    usable = (weights >= 0).all() and weights.any()
    need(usable, op, "weights", weights.tolist(), "at least 0 and not all 0")
    return np.tensordot(weights / weights.sum(), probs, axes=1)


def rank_average(scores, *, axis=-1):
    """Mean over several models of the rank that each gives: models whose scores differ in scale count alike.

    Parameters
    ----------
    scores : array, shape (M, ...), of M models
    axis : int, default -1, the axis along which is ranked, not the first; the classes of (M, n, K), or the samples of
        (M, n)

    Returns
    -------
    array, shape (...): mean ranks, 1 for the lowest score

    Raises
    ------
    ValueError : scores has fewer than two axes or no model, or axis is the first

    Notes
    -----
    Equal scores share the mean of their ranks; where there is a nan, all ranks along the axis are nan.
    Zhou (2012), "Ensemble methods", section 4.3.4, Borda count.

    Examples
    --------
    >>> rank_average(np.array([[0.1, 0.9, 0.2], [30.0, 20.0, 20.0]]))
    array([2.  , 2.25, 1.75])
    """
    scores = as_float(scores)
    got = f"shape {scores.shape}"
    need(scores.ndim > 1 and len(scores) > 0, "rank_average", "scores", got, "of shape (M, ...), M > 0")
    need(axis % scores.ndim != 0, "rank_average", "axis", axis, "another axis than that of the models")
    if not scores.size:
        return scores.sum(axis=0)
    ranks = np.apply_along_axis(_ranks, axis, scores)
    return ranks.mean(axis=0, dtype=np.float64).astype(scores.dtype)


def majority_vote(labels, *, num_classes=None, tie_break="first", probs=None):
    """The class that most models vote for.

    Parameters
    ----------
    labels : array of int, shape (M, n), the votes of M models, classes from 0 to K - 1
    num_classes : int, K; by default that of probs, or the largest label and 1
    tie_break : "first" (default), the lowest of the classes with most votes; "probs", the one of them with the
        highest mean probability; "rank", the one with the highest mean rank
    probs : array, shape (M, n, K), needed by the last two

    Returns
    -------
    array of int, shape (n,)

    Raises
    ------
    ValueError : labels are not (M, n), not whole or out of range, tie_break is unknown, or probs is missing or not
        of shape (M, n, K)

    Notes
    -----
    argmax_c sum_i 1{y_i = c}.  What is still tied after the tie-break goes to the lowest class.
    Zhou (2012), "Ensemble methods", eq. (4.13).

    Examples
    --------
    >>> majority_vote(np.array([[0, 2], [1, 2], [1, 0]]))
    array([1, 2])
    >>> majority_vote(np.array([[0], [1]]), tie_break="probs", probs=[[[0.6, 0.4]], [[0.1, 0.9]]])
    array([1])
    """
    op, labels = "majority_vote", np.asarray(labels)
    whole = labels.ndim == 2 and len(labels) > 0 and labels.dtype.kind in "iu"
    need(whole, op, "labels", f"shape {labels.shape}, {labels.dtype}", "whole numbers of shape (M, n), M > 0")
    known = tie_break in ("first", "probs", "rank")
    need(known, op, "tie_break", repr(tie_break), "'first', 'probs' or 'rank'")
    if num_classes is None:
        num_classes = np.shape(probs)[-1] if np.ndim(probs) else int(labels.max(initial=-1)) + 1
    if labels.size and not (labels.min() >= 0 and labels.max() < num_classes):
        fail(op, "labels", f"values from {labels.min()} to {labels.max()}", f"from 0 to {num_classes - 1}")

    votes = (labels[:, :, None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1) if num_classes else np.zeros(0, int)
    shape = (*labels.shape, num_classes)
    need(np.shape(probs) == shape, op, "probs", f"shape {np.shape(probs)}", f"of shape {shape}")
    preference = average_probs(probs) if tie_break == "probs" else rank_average(probs)
    return np.where(votes == votes.max(axis=1, keepdims=True), preference, -np.inf).argmax(axis=1)


def _ranks(row):
    """Ranks from 1, equal values sharing the mean of theirs."""
    ordered = np.sort(row)
    if np.isnan(ordered[-1]):
        return np.full(row.shape, np.nan)
    first, last = (np.searchsorted(ordered, row, side=side) for side in ("left", "right"))
    return (first + last + 1) / 2
