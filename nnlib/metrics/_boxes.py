"""What every metric of boxes and masks asks of its arguments."""

import numpy as np

from nnlib._check import as_float, fail, need


def as_boxes(op, argument, boxes):
    """Boxes (x1, y1, x2, y2), none of them inside out."""
    boxes = as_float(boxes)
    boxes = boxes.reshape(0, 4) if boxes.shape == (0,) else boxes  # [] is no boxes
    need(boxes.ndim == 2 and boxes.shape[1] == 4, op, argument, f"shape {boxes.shape}", "of shape (n, 4)")
    if not (boxes[:, 2:] >= boxes[:, :2]).all():
        got = "nan" if np.isnan(boxes).any() else "a box with x1 > x2 or y1 > y2"
        fail(op, argument, got, "corners (x1, y1, x2, y2), x1 <= x2, y1 <= y2")
    return boxes


def as_scores(op, scores, n):
    """Scores of n boxes, none of them nan."""
    scores = as_float(scores)
    need(scores.shape == (n,), op, "scores", f"shape {scores.shape}", f"of shape ({n},)")
    need(not np.isnan(scores).any(), op, "scores", "nan", "numbers")
    return scores


def by_score(scores):
    """Indices from the highest score down; of equal ones the first comes first."""
    return np.argsort(-scores, kind="stable")


def two_masks(op, a, b):
    """Two arrays of one shape as bools."""
    a, b = np.asarray(a), np.asarray(b)
    need(b.shape == a.shape, op, "b", f"shape {b.shape}", f"of shape {a.shape}")
    for name, mask in (("a", a), ("b", b)):
        need(((mask == 0) | (mask == 1)).all(), op, name, "other values", "of 0 and 1")
    return a.astype(bool), b.astype(bool)
