"""Boxes on images, and how bilinear interpolation reads a line."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, fail, need
from nnlib.pooling._windows import two


def on_images(op, x, boxes):
    """x as a float array (N, C, H, W), the image of each box, and the boxes (K, 4) in the dtype of x."""
    x = as_float(x)
    if x.ndim != 4 or 0 in x.shape[-2:]:
        fail(op, "x", f"shape {x.shape}", "of shape (N, C, H, W), H and W at least 1")
    boxes = np.asarray(boxes, dtype=x.dtype)
    if boxes.ndim != 2 or boxes.shape[1] != 5:
        fail(op, "boxes", f"shape {boxes.shape}", "of shape (K, 5): image, x1, y1, x2, y2")
    need(np.isfinite(boxes).all(), op, "boxes", "nan or inf", "finite")
    of = boxes[:, 0].astype(int)
    wanted = f"from 0 to {len(x) - 1}"
    need(((of >= 0) & (of < len(x))).all(), op, "boxes", f"the images {sorted({*of.tolist()})}", wanted)
    return x, of, boxes[:, 1:]


def bins(op, output_size):
    return two(op, "output_size", output_size, 1)


class Line(NamedTuple):
    """Means of what bilinear interpolation reads along a line, at some points each."""

    weights: np.ndarray  # (means, n)
    slopes: np.ndarray  # their derivatives by a shift of the points
    touched: slice  # outside of it all weights are 0


def read(start, step, grid, n):
    """Means over grid points from start on, step long, of a line of n values at 0, ..., n - 1; start (means,).

    A point at p reads max(0, 1 - |p - i|) of value i. Up to 1 beyond an end it reads the last value, further out 0.
    """
    p = start[:, None] + (np.arange(grid, dtype=start.dtype) + start.dtype.type(0.5)) * (step / max(grid, 1))
    inside = ((p >= -1) & (p <= n))[..., None]
    within = ((p >= 0) & (p < n - 1))[..., None]
    p = np.clip(p, 0, n - 1)[..., None]
    i = np.arange(n, dtype=start.dtype)
    hats = np.where(inside, np.maximum(1 - np.abs(p - i), 0), 0)
    low = np.floor(p)
    rises = np.where(within, (i == low + 1).astype(start.dtype) - (i == low), 0)
    weights, slopes = (w.sum(axis=1) / max(grid, 1) for w in (hats, rises))
    columns = np.flatnonzero((weights != 0).any(axis=0) | (slopes != 0).any(axis=0))
    touched = slice(columns[0], columns[-1] + 1) if columns.size else slice(0, 0)
    return Line(weights[:, touched], slopes[:, touched], touched)
