"""Convolution as a matrix product: the windows of a few images at a time, written out as columns.

A reused buffer of a megabyte holds the columns, because all of them together would be kh kw times the images.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnlib._compiled import pays
from nnlib.conv import _fast

BUFFER = 2**20  # bytes of columns at a time: they stay in the cache between writing and reading


def forward(x, weight, place):
    """y = weight columns, for each group of channels."""
    y = np.empty((len(x), len(weight), *place.size), x.dtype)
    kernels = of_kernels(weight, place.groups)
    for images, rows, columns in blocks(x, place):
        product = by_group(y[images, :, rows], place.groups)
        np.matmul(kernels, by_group(columns, place.groups), out=product)
    return y


def grad_weight(g, x, weight, place):
    """g columns^T, computed as (columns g^T)^T, which the matrix product does faster."""
    grad = np.zeros(weight.shape, x.dtype)
    grad_kernels = of_kernels(grad, place.groups).swapaxes(-1, -2)
    for images, rows, columns in blocks(x, place):
        g_block = by_group(g[images, :, rows], place.groups)
        grad_kernels += (by_group(columns, place.groups) @ g_block.swapaxes(-1, -2)).sum(axis=0)
    return grad


def grad_x(g, size, weight, place):
    """Each number of weight^T g is added to the pixel that its column was read from."""
    channels = weight.shape[1] * place.groups
    grad = np.zeros((len(g), channels, *place.padded(size)), g.dtype)
    kernels = of_kernels(weight, place.groups).swapaxes(-1, -2)
    images_at_once, rows_at_once, buffer = block_sizes(len(g), channels, g.dtype, place)
    for images in slices(len(g), images_at_once):
        for rows in slices(place.size[0], rows_at_once):
            g_block = g[images, :, rows]
            columns = first(buffer, (len(g_block), channels, *place.kernel, *g_block.shape[2:]))
            np.matmul(kernels, by_group(g_block, place.groups), out=by_group(columns, place.groups))
            add_windows(grad[images], columns, place, rows)
    return grad[place.inside(size)].copy()


def windows(padded, place):
    """What the kernel sees at each of its places: a view (N, C, kh, kw, H', W')."""
    span = [d * (k - 1) + 1 for k, d in zip(place.kernel, place.dilation)]
    (sh, sw), (dh, dw) = place.stride, place.dilation
    seen = sliding_window_view(padded, span, axis=(2, 3))
    height, width = place.size
    return seen[:, :, ::sh, ::sw, ::dh, ::dw][:, :, :height, :width].transpose(0, 1, 4, 5, 2, 3)


def add_windows(padded, columns, place, rows):
    """The way back, in place: columns (N, C, kh, kw, rows, W') are added to the pixels that windows shows."""
    if pays(columns.dtype, columns.size):
        return _fast.add_windows(padded, columns, place, rows.start or 0)
    (kh, kw), (sh, sw), (dh, dw) = place.kernel, place.stride, place.dilation
    height, width = place.size
    for i in range(kh):
        for j in range(kw):
            seen = padded[:, :, i * dh :: sh, j * dw :: sw][:, :, :height, :width]
            seen[:, :, rows] += columns[:, :, i, j]


def blocks(x, place):
    """(images, rows of the output, their columns (N, C, kh, kw, rows, W')) in turn, the columns in one buffer."""
    if place.is_pointwise and x.shape[2:] == place.size:  # the columns are the image itself
        yield slice(None), slice(None), x[:, :, None, None]
        return
    images_at_once, rows_at_once, buffer = block_sizes(*x.shape[:2], x.dtype, place)
    padded = np.zeros((images_at_once, x.shape[1], *place.padded(x.shape[2:])), x.dtype)
    image, seen = padded[place.inside(x.shape[2:])], windows(padded, place)
    for images in slices(len(x), images_at_once):
        n = images.stop - images.start
        image[:n] = x[images]
        for rows in slices(place.size[0], rows_at_once):
            block = seen[:n, ..., rows, :]
            columns = first(buffer, block.shape)
            columns[...] = block
            yield images, rows, columns


def block_sizes(n, channels, dtype, place):
    """(images at a time, rows of the output at a time, a buffer for their columns)."""
    height, width = place.size
    of_row = channels * place.kernel[0] * place.kernel[1] * width
    fits = BUFFER // (of_row * dtype.itemsize)
    rows, images = max(1, min(height, fits)), max(1, min(n, fits // height))
    return images, rows, np.empty(images * of_row * rows, dtype)


def first(buffer, shape):
    """The beginning of the buffer as an array of this shape."""
    return buffer[: math.prod(shape)].reshape(shape)


def slices(n, size):
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def by_group(a, groups):
    """(N, C, ..., rows, W') as matrices (N, groups, C / groups ..., rows W'), not copied."""
    *rest, height, width = a.shape[1:]
    return a.reshape(len(a), groups, math.prod(rest) // groups, height * width)


def of_kernels(weight, groups):
    """(O, C / groups, kh, kw) as matrices (groups, O / groups, C / groups kh kw), not copied."""
    return weight.reshape(groups, len(weight) // groups, -1)
