"""Convolution as a matrix product: the windows of a few images at a time, written out as columns.

A reused buffer of a megabyte holds the columns, because all of them together would be kh kw times the images.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

BUFFER = 2**20  # bytes of columns at a time: they stay in the cache between writing and reading


def forward(x, weight, place):
    """y = weight columns, for each group of channels."""
    y = np.empty((len(x), len(weight), *place.size), x.dtype)
    kernels = of_kernels(weight, place.groups)
    padded, buffer, image_blocks, row_blocks = blocks(x, place)
    for images in image_blocks:
        ring = padded[: images.stop - images.start]
        ring[place.inside(x.shape[2:])] = x[images]
        for rows in row_blocks:
            columns = written(buffer, windows(ring, place, rows))
            product = by_group(y[images, :, rows], place.groups)
            np.matmul(kernels, by_group(columns, place.groups), out=product)
    return y


def backward(g, x, weight, place):
    """grad_weight = g columns^T; grad_x adds each number of weight^T g to the pixel its column was read from."""
    grad_x, grad_weight = np.empty_like(x), np.zeros(weight.shape, x.dtype)
    kernels, grad_kernels = (of_kernels(w, place.groups) for w in (weight, grad_weight))
    padded, buffer, image_blocks, row_blocks = blocks(x, place)
    grad_padded = np.empty_like(padded)
    for images in image_blocks:
        ring, grad_ring = (p[: images.stop - images.start] for p in (padded, grad_padded))
        ring[place.inside(x.shape[2:])] = x[images]
        grad_ring[...] = 0
        for rows in row_blocks:
            columns = written(buffer, windows(ring, place, rows))
            of_group = by_group(columns, place.groups)
            g_block = by_group(g[images, :, rows], place.groups)
            grad_kernels += (g_block @ of_group.swapaxes(-1, -2)).sum(axis=0)
            np.matmul(kernels.swapaxes(-1, -2), g_block, out=of_group)
            add_windows(grad_ring, columns, place, rows)
        grad_x[images] = grad_ring[place.inside(x.shape[2:])]
    return grad_x, grad_weight


def windows(padded, place, rows):
    """What the kernel sees at each of its places in these rows of the output: a view (N, C, kh, kw, rows, W')."""
    span = [d * (k - 1) + 1 for k, d in zip(place.kernel, place.dilation)]
    (sh, sw), (dh, dw) = place.stride, place.dilation
    seen = sliding_window_view(padded, span, axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]
    return seen[:, :, rows].transpose(0, 1, 4, 5, 2, 3)


def add_windows(padded, columns, place, rows):
    """The way back, in place: columns (N, C, kh, kw, rows, W') are added to the pixels that windows shows."""
    (kh, kw), (sh, sw), (dh, dw) = place.kernel, place.stride, place.dilation
    height, width = place.size
    for i in range(kh):
        for j in range(kw):
            seen = padded[:, :, i * dh :: sh, j * dw :: sw][:, :, :height, :width]
            seen[:, :, rows] += columns[:, :, i, j]


def blocks(x, place):
    """(zeros for some padded images, a buffer for their columns, slices of images, slices of output rows)."""
    n, channels = x.shape[:2]
    height, width = place.size
    of_row = channels * place.kernel[0] * place.kernel[1] * width
    rows = max(1, min(height, BUFFER // (of_row * x.itemsize)))
    images = max(1, min(n, BUFFER // (of_row * x.itemsize * height)))
    padded = np.zeros((images, channels, *place.padded(x.shape[2:])), x.dtype)
    buffer = np.empty(images * of_row * rows, x.dtype)
    return padded, buffer, list(slices(n, images)), list(slices(height, rows))


def slices(n, size):
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def written(buffer, seen):
    """A copy of the windows in the buffer."""
    columns = buffer[: seen.size].reshape(seen.shape)
    columns[...] = seen
    return columns


def by_group(a, groups):
    """(N, C, ..., rows, W') as matrices (N, groups, C / groups ..., rows W'), not copied."""
    return a.reshape(len(a), groups, -1, a.shape[-2] * a.shape[-1])


def of_kernels(weight, groups):
    """(O, C / groups, kh, kw) as matrices (groups, O / groups, C / groups kh kw), not copied."""
    return weight.reshape(groups, len(weight) // groups, -1)
