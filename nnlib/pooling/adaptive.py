"""Pooling to a size that is given: the windows follow from it."""

import numpy as np

from nnlib._check import as_grad, need
from nnlib.pooling import _fast
from nnlib.pooling._along import at, largest, resized, total, total_backward
from nnlib.pooling._windows import Windows, image


def adaptive_avg_pool2d(x, output_size):
    """Mean of each window of an image, in as many windows as asked for.

    Parameters
    ----------
    x : array, shape (..., H, W), usually (N, C, H, W)
    output_size : int or (int, int), H' and W'; None for the size of the image

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : the image is empty, or a size is below 1

    Notes
    -----
    Window o of the rows goes from floor(o H / H') up to ceil((o + 1) H / H'), and so for the columns; neighbours
    share rows where H' does not divide H.  With output_size=1 it is global average pooling.
    Lin, Chen & Yan (2014), "Network in network", section 3.2, for the latter.

    Examples
    --------
    >>> adaptive_avg_pool2d(np.arange(15.0).reshape(3, 5), (1, 2))
    array([[6., 8.]])
    """
    op = "adaptive_avg_pool2d"
    x = image(op, x)
    rows, columns = _sizes(op, x, output_size)
    return _pooled(total, _pooled(total, x, -1, columns), -2, rows) / _counts(x, rows, columns)


def adaptive_avg_pool2d_backward(grad_output, x, output_size):
    """Gradient of adaptive_avg_pool2d: every input collects its share of the windows it lies in; shape of x."""
    op = "adaptive_avg_pool2d_backward"
    x = image(op, x)
    rows, columns = _sizes(op, x, output_size)
    shape = (*x.shape[:-2], rows, columns)
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape) / _counts(x, rows, columns)
    for axis, n in ((-2, x.shape[-2]), (-1, x.shape[-1])):
        grad = np.zeros(resized(g, axis, n), x.dtype)
        for o, i, w in _groups(n, g.shape[axis]):
            grad[at(axis, i)] += total_backward(g[at(axis, o)], axis, w.n, w.taps())
        g = grad
    return g


def adaptive_max_pool2d(x, output_size):
    """Maximum of each window of an image, in as many windows as asked for.

    Parameters
    ----------
    x : array, shape (..., H, W), usually (N, C, H, W)
    output_size : int or (int, int), H' and W'; None for the size of the image

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : the image is empty, or a size is below 1

    Notes
    -----
    The windows are those of adaptive_avg_pool2d.  The gradient goes to the first largest input of the window, row
    by row.  He, Zhang, Ren & Sun (2014), "Spatial pyramid pooling in deep convolutional networks", section 2.2.

    Examples
    --------
    >>> adaptive_max_pool2d(np.arange(15.0).reshape(3, 5), (1, 2))
    array([[12., 14.]])
    """
    op = "adaptive_max_pool2d"
    x = image(op, x)
    rows, columns = _sizes(op, x, output_size)
    return _pooled(largest, _pooled(largest, x, -2, rows), -1, columns)


def adaptive_max_pool2d_backward(grad_output, x, output_size):
    """Gradient of adaptive_max_pool2d: each window's goes to the first of its largest inputs; shape of x."""
    op = "adaptive_max_pool2d_backward"
    x = image(op, x)
    rows, columns = _sizes(op, x, output_size)
    # along each row first: the first of equal maxima is then the first in the first row that has one
    of_rows = _pooled(largest, x, -1, columns)
    y = _pooled(largest, of_rows, -2, rows)
    g = np.broadcast_to(as_grad(op, grad_output, x, y.shape), y.shape)
    for axis, below, above in ((-2, of_rows, y), (-1, x, of_rows)):
        grad = np.zeros_like(below)
        for o, i, w in _groups(below.shape[axis], above.shape[axis]):
            o, i = at(axis, o), at(axis, i)
            grad[i] += _fast.largest_backward(g[o], below[i], above[o], axis, w)
        g = grad
    return g


def _sizes(op, x, output_size):
    both = tuple(output_size) if isinstance(output_size, tuple | list) else (output_size, output_size)
    need(len(both) == 2, op, "output_size", both, "one size or two")
    sizes = [n if size is None else size for n, size in zip(x.shape[-2:], both)]
    need(min(sizes) >= 1, op, "output_size", both, "at least 1")
    return sizes


def _groups(n, out):
    """Equal windows that do not overlap, together; others one by one: (outputs, inputs, windows in them)."""
    if n % out == 0:
        return [(slice(0, out), slice(0, n), Windows(n, out, n // out, n // out))]
    edges = [(o * n // out, -(-(o + 1) * n // out)) for o in range(out)]
    return [
        (slice(o, o + 1), slice(first, end), Windows(end - first, 1, end - first, 1))
        for o, (first, end) in enumerate(edges)
    ]


def _pooled(f, x, axis, out):
    parts = [f(x[at(axis, i)], axis, w.out, w.taps()) for _, i, w in _groups(x.shape[axis], out)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=axis)


def _counts(x, rows, columns):
    """How many inputs each window has, shape (H', W')."""
    counts = [
        np.concatenate([np.full(w.out, w.k) for _, _, w in _groups(n, out)])
        for n, out in zip(x.shape[-2:], (rows, columns))
    ]
    return np.multiply.outer(*counts).astype(x.dtype)
