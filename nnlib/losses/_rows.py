"""What the losses of one class out of several share: one row a sample, and how much each sample counts."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.losses._common import _reduce, known, labels


def as_rows(op, x, name):
    """Scores of shape (C,) or (N, C, ...) as one row a sample; the shape of the labels; the way back.

    Rows of few classes are laid out class after class: NumPy then works on all samples of a class at once.
    """
    x = as_float(x)
    axis = min(1, x.ndim - 1)
    need(
        x.ndim > 0 and x.shape[axis] > 0, op, name, f"shape {x.shape}", "of shape (C,) or (N, C, ...), C > 0"
    )
    last = np.moveaxis(x, axis, -1) if x.ndim > 2 else x
    rows = last.reshape(-1, x.shape[axis])
    if rows.shape[1] <= 64:
        rows = np.asfortranarray(rows)

    def back(gradient):
        gradient = gradient.reshape(last.shape)
        return np.moveaxis(gradient, -1, axis) if x.ndim > 2 else gradient

    return rows, last.shape[:-1], back


def classes(op, rows, shape, target, weight, ignore_index):
    """Of each row the true class, and how much it counts: the weight of the class, 0 if ignored."""
    c = labels(op, target, shape, rows.shape[1], ignore=ignore_index).reshape(-1)
    counts = c != ignore_index
    c = np.where(counts, c, 0)
    return c, counts.astype(rows.dtype) if weight is None else counts * class_weights(op, rows, weight)[c]


def class_weights(op, rows, weight):
    n_classes = rows.shape[1]
    weight = np.ones(n_classes, rows.dtype) if weight is None else np.asarray(weight, rows.dtype)
    need(weight.shape == (n_classes,), op, "weight", f"shape {weight.shape}", f"of shape {(n_classes,)}")
    return weight


def distributions(op, logits, rows, shape, target, weight, ignore_index, label_smoothing):
    """Of each row the target distribution q, smoothed, all 0 if ignored; and how much the row counts."""
    n_classes = rows.shape[1]
    if np.shape(target) == np.shape(logits):
        q, _, _ = as_rows(op, np.asarray(target, rows.dtype), "target")
        counts, ignored = np.ones(len(rows), rows.dtype), False
    else:
        c, counts = classes(op, rows, shape, target, weight, ignore_index)
        q, ignored = np.eye(n_classes, dtype=rows.dtype)[c], np.reshape(target, (-1, 1)) == ignore_index
    return np.where(ignored, 0, (1 - label_smoothing) * q + label_smoothing / n_classes), counts


def over_rows(op, loss, w, shape, reduction):
    """Reduce the losses of rows that count w: their mean is a weighted one, nan where nothing counts."""
    if reduction == "mean":
        return loss.sum() / w.sum() if w.any() else w.dtype.type(np.nan)
    return _reduce(loss.reshape(shape), reduction, op=op)


def upstream(op, grad_output, w, shape, reduction):
    """Transpose of over_rows: the upstream gradient of each row's loss; 0 where nothing counts."""
    known(op, reduction)
    grad_output = as_grad(op, grad_output, w, shape if reduction == "none" else ()).reshape(-1)
    return grad_output / (w.sum() or 1) if reduction == "mean" else grad_output
