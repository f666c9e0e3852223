"""Deformable RoI pooling: every bin of a box may move, by learnt offsets in proportion to the box."""

from math import prod

import numpy as np

from nnlib._check import as_grad, fail
from nnlib.pooling._boxes import on_images, read


def deform_roi_pool(x, boxes, offset, *, spatial_scale=1.0, sampling_ratio=0, gamma=0.1):
    """Mean of points in each bin of each box, every bin moved by an offset of its own.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    boxes : array, shape (K, 5): the index of the image, then x1, y1, x2, y2, usually in pixels of the input
    offset : array, shape (K, 2, H', W'), any real numbers: how far each bin moves, to the right and down, normalised
    spatial_scale : float, default 1, pixels of x per unit of the boxes, such as 1/16
    sampling_ratio : int, default 0, points a side of each bin; below 1 for one a pixel, ceil(h / H') for h rows
    gamma : float, default 0.1, the part of the box that an offset of 1 is

    Returns
    -------
    array, shape (K, C, H', W')

    Raises
    ------
    ValueError : a shape is not as above, a box is not finite, or its image does not exist

    Notes
    -----
    Bin (i, j) of a box of width w and height h moves by gamma (offset_x w, offset_y h), so that the same offsets suit
    boxes of all sizes, and is then read as roi_align does with aligned=True: offsets of 0 give just that.  A fully
    connected layer without any squashing yields the 2 k^2 offsets of a box, from what roi_align makes of it; it
    begins at 0 and moves to either side.  At a kink, a point on a pixel, the gradient of an offset is that to the
    right or down.  A nan or inf may spread over the bins of a box.
    Dai et al. (2017), "Deformable convolutional networks", section 2.2.

    Examples
    --------
    >>> x = np.arange(25.0).reshape(1, 1, 5, 5)
    >>> still, right = np.zeros((1, 2, 1, 1)), np.array([1.0, 0.0]).reshape(1, 2, 1, 1)
    >>> box = [[0, 1.0, 1.0, 3.0, 3.0]]
    >>> deform_roi_pool(x, box, still).item(), deform_roi_pool(x, box, right).round(6).item()
    (9.0, 9.2)
    """
    x, of, boxes, offset = _arguments("deform_roi_pool", x, boxes, offset)
    y = np.zeros((len(boxes), x.shape[1], prod(offset.shape[2:])), x.dtype)
    for k, down, across, _, _ in _lines(x, boxes, offset, spatial_scale, sampling_ratio, gamma):
        y[k] = _read(x[of[k], :, down.touched, across.touched], down.weights, across.weights)
    return y.reshape(len(boxes), x.shape[1], *offset.shape[2:])


def deform_roi_pool_backward(
    grad_output, x, boxes, offset, *, spatial_scale=1.0, sampling_ratio=0, gamma=0.1
):
    """Gradients of deform_roi_pool: (grad_x, grad_offset), shapes of the arguments."""
    op = "deform_roi_pool_backward"
    x, of, boxes, offset = _arguments(op, x, boxes, offset)
    shape = (len(boxes), x.shape[1], *offset.shape[2:])
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    grad_x, grad_offset = np.zeros_like(x), np.zeros_like(offset)
    for k, down, across, width, height in _lines(x, boxes, offset, spatial_scale, sampling_ratio, gamma):
        seen, gk = x[of[k], :, down.touched, across.touched], g[k].reshape(x.shape[1], -1)
        by_rows = down.weights.T * gk[:, None, :]  # (C, rows, bins)
        grad_x[of[k], :, down.touched, across.touched] += by_rows @ across.weights
        to_right = (gk * _read(seen, down.weights, across.slopes)).sum(axis=0)
        downwards = (gk * _read(seen, down.slopes, across.weights)).sum(axis=0)
        moved = gamma * np.stack([width * to_right, height * downwards])
        grad_offset[k] = moved.reshape(offset.shape[1:])
    return grad_x, grad_offset


def _read(x, down, across):
    """For each bin p: sum over rows and columns of down_p x across_p; (C, rows, columns) gives (C, bins)."""
    return ((x @ across.T) * down.T).sum(axis=-2)


def _arguments(op, x, boxes, offset):
    x, of, boxes = on_images(op, x, boxes)
    offset = np.asarray(offset, dtype=x.dtype)
    if offset.ndim != 4 or offset.shape[:2] != (len(boxes), 2) or 0 in offset.shape[2:]:
        fail(op, "offset", f"shape {offset.shape}", f"of shape ({len(boxes)}, 2, H', W')")
    return x, of, boxes, offset


def _lines(x, boxes, offset, spatial_scale, sampling_ratio, gamma):
    """(box, how its bins read rows, how they read columns, its width, its height)"""
    real = x.dtype.type
    for k, box in enumerate(boxes * real(spatial_scale) - real(0.5)):
        lines, sides = [], (box[3] - box[1], box[2] - box[0])
        for axis, (first, side, n) in enumerate(zip(box[1::-1], sides, x.shape[2:])):
            out = offset.shape[2 + axis]
            step = side / real(out)
            grid = sampling_ratio if sampling_ratio > 0 else max(int(np.ceil(step)), 0)
            begin = np.arange(out, dtype=x.dtype)[:, None] if axis == 0 else np.arange(out, dtype=x.dtype)
            start = first + begin * step + real(gamma) * side * offset[k, 1 - axis]
            lines.append(read(start.ravel(), step, grid, n))
        yield k, *lines, sides[1], sides[0]
