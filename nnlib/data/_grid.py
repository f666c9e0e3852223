"""Read an image between its pixels."""

import numpy as np

from nnlib._check import need


def sample(op, x, rows, cols, order, fill):
    """The values of x (..., H, W) at fractional rows and columns; outside the image lies fill."""
    need(order in (0, 1), op, "order", order, "0 (nearest) or 1 (bilinear)")
    height, width = x.shape[-2:]
    frame = [(0, 0)] * (x.ndim - 2) + [(1, 1), (1, 1)]
    padded = np.pad(x, frame, constant_values=fill)
    padded = padded.reshape(*x.shape[:-2], (height + 2) * (width + 2))
    rows = np.clip(rows, -1, height) + 1
    cols = np.clip(cols, -1, width) + 1

    def at(r, c):
        return np.take(padded, r.astype(int) * (width + 2) + c.astype(int), axis=-1)

    if order == 0:
        return at(np.floor(rows + 0.5), np.floor(cols + 0.5))
    top, bottom, left, right = np.floor(rows), np.ceil(rows), np.floor(cols), np.ceil(cols)
    down, along = (rows - top).astype(x.dtype), (cols - left).astype(x.dtype)
    upper = (1 - along) * at(top, left) + along * at(top, right)
    lower = (1 - along) * at(bottom, left) + along * at(bottom, right)
    return (1 - down) * upper + down * lower


def centred(x):
    """Rows (H, 1) and columns (1, W) of an image counted from its centre, and the centre."""
    height, width = x.shape[-2:]
    middle, centre = (height - 1) / 2, (width - 1) / 2
    return np.arange(height)[:, None] - middle, np.arange(width)[None, :] - centre, middle, centre
