"""Boxes on feature maps, each pooled to one size: the largest value of each bin, or the mean of points read in it."""

from itertools import product

import numpy as np

from nnlib._check import as_grad
from nnlib.pooling._boxes import bins, on_images, read


def roi_pool(x, boxes, output_size, *, spatial_scale=1.0):
    """Largest value of each bin of each box, the box rounded to whole pixels.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    boxes : array, shape (K, 5): the index of the image, then x1, y1, x2, y2, usually in pixels of the input
    output_size : int or (int, int), H' and W', bins of a box
    spatial_scale : float, default 1, pixels of x per unit of the boxes, such as 1/16

    Returns
    -------
    array, shape (K, C, H', W')

    Raises
    ------
    ValueError : a shape is not as above, a box is not finite, or its image does not exist

    Notes
    -----
    The box goes from round(x1 scale) to round(x2 scale), both included and halves away from 0, at least one pixel.
    Bin i of its h rows goes from floor(i h / H') up to ceil((i + 1) h / H'), cut off where the image ends; an empty
    bin gives 0.  The gradient goes to the first largest input of the bin, row by row; boxes get none.
    Girshick (2015), "Fast R-CNN", section 2.1.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> roi_pool(x, [[0, 0, 0, 2, 2]], 2)
    array([[[[ 5.,  6.],
             [ 9., 10.]]]])
    """
    x, of, boxes = on_images("roi_pool", x, boxes)
    size = bins("roi_pool", output_size)
    y = np.zeros((len(boxes), x.shape[1], *size), x.dtype)
    for k, i, j, rows, columns in _whole_bins(x, boxes, size, spatial_scale):
        y[k, :, i, j] = x[of[k], :, rows, columns].max(axis=(1, 2))
    return y


def roi_pool_backward(grad_output, x, boxes, output_size, *, spatial_scale=1.0):
    """Gradient of roi_pool with respect to x: each bin's goes to the first of its largest inputs; shape of x."""
    op = "roi_pool_backward"
    x, of, boxes = on_images(op, x, boxes)
    size = bins(op, output_size)
    shape = (len(boxes), x.shape[1], *size)
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    grad, channels = np.zeros_like(x), np.arange(x.shape[1])
    for k, i, j, rows, columns in _whole_bins(x, boxes, size, spatial_scale):
        window = x[of[k], :, rows, columns]
        first = window.reshape(len(window), window[0].size).argmax(axis=1)
        row, column = np.divmod(first, window.shape[2])
        grad[of[k], channels, rows.start + row, columns.start + column] += g[k, :, i, j]
    return grad


def _whole_bins(x, boxes, size, spatial_scale):
    """(box, row and column of the bin, its rows, its columns) of all bins that are not empty."""
    corners = boxes * x.dtype.type(spatial_scale)
    corners = (np.sign(corners) * np.floor(np.abs(corners) + x.dtype.type(0.5))).astype(int)
    for k, (x1, y1, x2, y2) in enumerate(corners.tolist()) if x.shape[1] else ():
        rows = _edges(y1, y2, size[0], x.shape[2], x.dtype.type)
        columns = _edges(x1, x2, size[1], x.shape[3], x.dtype.type)
        for (i, r), (j, c) in product(enumerate(rows), enumerate(columns)):
            if r.start < r.stop and c.start < c.stop:
                yield k, i, j, r, c


def _edges(first, last, out, n, real):
    each = real(max(last - first + 1, 1)) / real(out)
    for i in range(out):
        start, end = first + int(np.floor(real(i) * each)), first + int(np.ceil(real(i + 1) * each))
        yield slice(min(max(start, 0), n), min(max(end, 0), n))


def roi_align(x, boxes, output_size, *, spatial_scale=1.0, sampling_ratio=-1, aligned=False):
    """Mean of points in each bin of each box, read between the pixels: nothing is rounded.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    boxes : array, shape (K, 5): the index of the image, then x1, y1, x2, y2, usually in pixels of the input
    output_size : int or (int, int), H' and W', bins of a box
    spatial_scale : float, default 1, pixels of x per unit of the boxes, such as 1/16
    sampling_ratio : int, default -1, points a side of each bin; below 1 for one a pixel, ceil(h / H') for h rows
    aligned : bool, default False; True shifts the box by half a pixel, as it should be if pixel 0 lies at 0.5, while
        False also makes every box at least 1 by 1

    Returns
    -------
    array, shape (K, C, H', W')

    Raises
    ------
    ValueError : a shape is not as above, a box is not finite, or its image does not exist

    Notes
    -----
    y_{ij} = A_i X B_j^T: bilinear interpolation reads rows and columns apart, so that the points of bin (i, j) are a
    product of points down, whose mean weights are the row A_i, and points across, with B_j.  A point up to one pixel
    outside reads the border, further out 0.  A box of no size gives 0 where aligned and sampling_ratio below 1.
    Boxes get no gradient.  A nan or inf may spread over the bins of a box.
    He, Gkioxari, Dollar & Girshick (2017), "Mask R-CNN", section 3.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> roi_align(x, [[0, 0, 0, 2, 2]], 2)
    array([[[[2.5, 3.5],
             [6.5, 7.5]]]])
    """
    x, of, boxes = on_images("roi_align", x, boxes)
    size = bins("roi_align", output_size)
    y = np.zeros((len(boxes), x.shape[1], *size), x.dtype)
    for k, down, across in _lines(x, boxes, size, spatial_scale, sampling_ratio, aligned):
        y[k] = down.weights @ x[of[k], :, down.touched, across.touched] @ across.weights.T
    return y


def roi_align_backward(
    grad_output, x, boxes, output_size, *, spatial_scale=1.0, sampling_ratio=-1, aligned=False
):
    """Gradient of roi_align with respect to x: A^T g B for each box; shape of x."""
    op = "roi_align_backward"
    x, of, boxes = on_images(op, x, boxes)
    size = bins(op, output_size)
    shape = (len(boxes), x.shape[1], *size)
    g, grad = np.broadcast_to(as_grad(op, grad_output, x, shape), shape), np.zeros_like(x)
    for k, down, across in _lines(x, boxes, size, spatial_scale, sampling_ratio, aligned):
        grad[of[k], :, down.touched, across.touched] += down.weights.T @ g[k] @ across.weights
    return grad


def _lines(x, boxes, size, spatial_scale, sampling_ratio, aligned):
    """(box, how its bins read rows, how they read columns)"""
    real = x.dtype.type
    for k, box in enumerate(boxes * real(spatial_scale) - real(0.5 if aligned else 0)):
        lines = []
        for first, end, out, n in zip(box[1::-1], box[3:1:-1], size, x.shape[2:]):
            length = end - first if aligned else max(end - first, real(1))
            step = length / real(out)
            grid = sampling_ratio if sampling_ratio > 0 else max(int(np.ceil(step)), 0)
            lines.append(read(first + np.arange(out, dtype=x.dtype) * step, step, grid, n))
        yield k, *lines
