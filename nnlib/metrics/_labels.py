"""What every metric of labels asks of its arguments, and labels as indices."""

import numpy as np

from nnlib._check import need
from nnlib.metrics import _fast

KINDS = {"b": "numbers", "i": "numbers", "u": "numbers", "f": "numbers", "U": "strings", "S": "bytes"}


def as_labels(op, argument, y):
    """A row of labels: whole numbers or strings."""
    y = np.asarray(y)
    if y.dtype == object:  # strings, as pandas keeps them, or a mixture
        y = np.array(y.tolist())
    need(y.ndim == 1 and y.size > 0, op, argument, f"shape {y.shape}", "of shape (n,), n >= 1")
    need(y.dtype.kind in KINDS, op, argument, y.dtype, "labels: ints, bools or strings")
    if y.dtype.kind == "f":
        need((np.isfinite(y) & (y == np.floor(y))).all(), op, argument, "fractions or nan", "whole numbers")
    return y


def alike(op, argument, y, other):
    """Refuse to compare numbers with strings."""
    kind = KINDS[other.dtype.kind]
    need(KINDS.get(y.dtype.kind) == kind, op, argument, y.dtype, f"{kind}, as the other labels are")


def two_of_labels(op, y_true, y_pred):
    """The truth and the prediction for the same n samples."""
    y_true, y_pred = as_labels(op, "y_true", y_true), as_labels(op, "y_pred", y_pred)
    need(y_pred.shape == y_true.shape, op, "y_pred", f"shape {y_pred.shape}", f"of shape {y_true.shape}")
    alike(op, "y_pred", y_pred, y_true)
    return y_true, y_pred


def as_weights(op, sample_weight, n):
    """Weights of n samples, or None: not negative, not all 0. Whole numbers stay whole."""
    if sample_weight is None:
        return None
    w = np.asarray(sample_weight)
    w = w if w.dtype.kind in "iub" else w.astype(np.float64)
    need(w.shape == (n,), op, "sample_weight", f"shape {w.shape}", f"of shape ({n},)")
    fine = np.isfinite(w).all() and w.min() >= 0 and w.max() > 0
    need(fine, op, "sample_weight", w, "finite, at least 0, and not all 0")
    return w


def chosen(op, labels, present):
    """The labels that were asked for, in that order; those that occur where none were."""
    if labels is None:
        return present
    labels = as_labels(op, "labels", labels)
    need(np.unique(labels).size == labels.size, op, "labels", labels, "distinct")
    alike(op, "labels", labels, present)
    return labels


def indices(y_true, y_pred):
    """(labels that occur, sorted; truth and prediction as indices of them)."""
    found = _fast.small_integers(y_true, y_pred)
    if found is not None:
        return found
    present = np.union1d(y_true, y_pred)
    return present, np.searchsorted(present, y_true), np.searchsorted(present, y_pred)


def positions(labels, present):
    """Where each of the labels stands among those present, and which of them do."""
    at = np.minimum(np.searchsorted(present, labels), len(present) - 1)
    return at, present[at] == labels
