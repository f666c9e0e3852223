"""The loops of convolution that numba compiles: what NumPy does row by row of an image, at a cost for each."""

import numpy as np

from nnlib._compiled import Loop, pays


def fits(x, weight, place):
    """Whether the loops over the planes of a depthwise convolution are right and faster."""
    depthwise = place.groups == x.shape[1] == len(weight) and place.stride == (1, 1)
    return depthwise and pays(x.dtype, len(x) * weight.size * place.size[0] * place.size[1])


def forward(x, weight, place):
    """y = sum over the weights of each plane, times the plane shifted."""
    y = np.empty((*x.shape[:2], *place.size), x.dtype)
    _forward(np.ascontiguousarray(x), np.ascontiguousarray(weight), *_places(x, place), y)
    return y


@Loop
def _forward(x, weight, dilation, top, left, padded, y):
    """All of a padded plane is one long row, so that each weight needs one loop; what is between rows is left out."""
    n, channels, height, width = y.shape
    across = padded.shape[1]
    long_row, total = padded.reshape(-1), np.empty((height, across), x.dtype).reshape(-1)
    reach = (height - 1) * across + width
    for m in range(n):
        for c in range(channels):
            _write_inside(padded, top, left, x[m, c])
            total[:] = 0
            for i in range(weight.shape[2]):
                for j in range(weight.shape[3]):
                    w, seen = weight[c, 0, i, j], long_row[i * dilation[0] * across + j * dilation[1] :]
                    for q in range(reach):
                        total[q] += w * seen[q]
            for r in range(height):
                row = total[r * across :]
                for q in range(width):
                    y[m, c, r, q] = row[q]


def grad_weight(g, x, weight, place):
    """Each weight's gradient: g times the plane shifted, summed."""
    grad = np.zeros(weight.shape, x.dtype)
    _grad_weight(np.ascontiguousarray(g), np.ascontiguousarray(x), *_places(x, place), grad)
    return grad


@Loop
def _grad_weight(g, x, dilation, top, left, padded, grad):
    n, channels, height, width = g.shape
    across = padded.shape[1]
    long_row, spread = padded.reshape(-1), np.zeros((height, across), x.dtype)
    long_g = spread.reshape(-1)
    reach = (height - 1) * across + width
    for m in range(n):
        for c in range(channels):
            _write_inside(padded, top, left, x[m, c])
            _write_inside(spread, 0, 0, g[m, c])
            for i in range(grad.shape[2]):
                for j in range(grad.shape[3]):
                    seen = long_row[i * dilation[0] * across + j * dilation[1] :]
                    total = _dot(long_g[:reach], seen)
                    if not np.isfinite(total):  # 0 between rows of g, times inf or nan: only what they see
                        total = ZERO
                        for r in range(height):
                            total += _dot(g[m, c, r], seen[r * across :])
                    grad[c, 0, i, j] += total


@Loop
def _dot(a, b):
    total = ZERO
    for q in range(a.size):
        total += a[q] * b[q]
    return total


@Loop
def _write_inside(padded, top, left, plane):
    for r in range(plane.shape[0]):
        row = padded[top + r, left:]
        for q in range(plane.shape[1]):
            row[q] = plane[r, q]


def _places(x, place):
    """Dilation, where in its zeros a plane begins, and the zeros."""
    (top, _), (left, _) = place.padding
    return place.dilation, top, left, np.zeros(place.padded(x.shape[2:]), x.dtype)


ZERO = np.float32(0)


def add_windows(padded, columns, place, first_row):
    """`nnlib.conv._columns.add_windows` for the rows of the output from this one on."""
    _add_windows(padded, np.ascontiguousarray(columns), place.stride, place.dilation, first_row)


@Loop
def _add_windows(padded, columns, stride, dilation, first_row):
    n, channels, kh, kw, rows, width = columns.shape
    for m in range(n):
        for c in range(channels):
            for i in range(kh):
                for j in range(kw):
                    for r in range(rows):
                        seen = padded[m, c, (first_row + r) * stride[0] + i * dilation[0], j * dilation[1] :]
                        if stride[1] == 1:  # compiled as sums of many numbers at a time
                            for q in range(width):
                                seen[q] += columns[m, c, i, j, r, q]
                        else:
                            for q in range(width):
                                seen[q * stride[1]] += columns[m, c, i, j, r, q]
