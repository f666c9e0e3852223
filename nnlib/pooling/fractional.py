"""Fractional max pooling: windows at random distances, so that an image shrinks by less than 2 at a time."""

from math import prod

import numpy as np

from nnlib._check import as_grad, fail, need
from nnlib.pooling._windows import image, two


def fractional_samples(shape, *, rng):
    """The random numbers that fractional pooling needs for images of a shape: two for each plane.

    Parameters
    ----------
    shape : tuple of int, (..., H, W)
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (..., 2), float64, uniform in [0, 1)

    Notes
    -----
    They shift where the windows of the columns and of the rows begin.
    Graham (2014), "Fractional max-pooling", section 3.

    Examples
    --------
    >>> fractional_samples((5, 3, 8, 8), rng=np.random.default_rng(0)).shape
    (5, 3, 2)
    """
    return rng.random((*shape[:-2], 2))


def fractional_max_pool2d(x, samples, kernel_size, *, output_size=None, output_ratio=None):
    """Maximum of windows whose distances are random, 1 or 2 apart where the image shrinks to more than half.

    Parameters
    ----------
    x : array, shape (..., H, W), usually (N, C, H, W)
    samples : array, shape (..., 2), in [0, 1), as fractional_samples draws them: for the columns and the rows of
        each plane
    kernel_size : int or (int, int), height and width of the window
    output_size : int or (int, int), H' and W'
    output_ratio : float or (float, float), in (0, 1): H' = floor(ratio H) and so for W'; in place of output_size

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : not one of output_size and output_ratio, a size or ratio out of range, windows that do not fit,
        or samples of another shape

    Notes
    -----
    Window o begins at floor((o + u) alpha) - floor(u alpha) with alpha = (n - k) / (n' - 1), the last at n - k.
    The gradient goes to the first largest input of the window, row by row.  No images give no maxima.
    Graham (2014), "Fractional max-pooling", section 3: pseudorandom, overlapping.

    Examples
    --------
    >>> fractional_max_pool2d(np.arange(25.0).reshape(5, 5), [0.0, 0.9], 2, output_size=3)
    array([[ 6.,  7.,  9.],
           [11., 12., 14.],
           [21., 22., 24.]])
    """
    op = "fractional_max_pool2d"
    x = image(op, x)
    columns, rows = _starts(op, x, samples, kernel_size, output_size, output_ratio)
    return _largest(_largest(x, -1, columns), -2, rows)


def fractional_max_pool2d_backward(
    grad_output, x, samples, kernel_size, *, output_size=None, output_ratio=None
):
    """Gradient of fractional_max_pool2d with respect to x: to the first largest input of each window."""
    op = "fractional_max_pool2d_backward"
    x = image(op, x)
    columns, rows = _starts(op, x, samples, kernel_size, output_size, output_ratio)
    # along each row first: the first of equal maxima is then the first in the first row that has one
    of_rows = _largest(x, -1, columns)
    y = _largest(of_rows, -2, rows)
    g = np.broadcast_to(as_grad(op, grad_output, x, y.shape), y.shape)
    return _largest_backward(_largest_backward(g, of_rows, y, -2, rows), x, of_rows, -1, columns)


def _starts(op, x, samples, kernel_size, output_size, output_ratio):
    """For columns and rows: where each window begins, (..., 1, W') and (..., H', 1), and the places in it."""
    samples = np.asarray(samples, dtype=x.dtype)
    if samples.shape != (*x.shape[:-2], 2):
        fail(op, "samples", f"shape {samples.shape}", f"of shape {(*x.shape[:-2], 2)}")
    need(((samples >= 0) & (samples <= 1)).all(), op, "samples", "others, or nan", "from 0 to 1")
    kernel = two(op, "kernel_size", kernel_size, 1)
    sizes = _sizes(op, x, output_size, output_ratio)
    starts = []
    for n, k, out, u in zip(x.shape[-2:], kernel, sizes, (samples[..., 1:], samples[..., :1])):
        need(out + k - 1 <= n, op, "output_size", f"{out} windows of {k}", f"at most {n - k + 1}")
        alpha = x.dtype.type((n - k) / max(out - 1, 1))
        begin = np.floor((np.arange(out).astype(x.dtype) + u) * alpha) - np.floor(u * alpha)
        begin[..., -1] = n - k
        starts.append((begin.astype(int), k))
    (down, height), (across, width) = starts
    return (across[..., None, :], width), (down[..., :, None], height)


def _sizes(op, x, output_size, output_ratio):
    one = (output_size is None) != (output_ratio is None)
    need(one, op, "output_size", "both or neither", "given, or else output_ratio")
    if output_size is not None:
        return two(op, "output_size", output_size, 1)
    ratios = tuple(output_ratio) if isinstance(output_ratio, tuple | list) else (output_ratio, output_ratio)
    need(all(0 < r < 1 for r in ratios), op, "output_ratio", output_ratio, "between 0 and 1")
    sizes = tuple(int(n * r) for n, r in zip(x.shape[-2:], ratios))
    need(
        prod(sizes) > 0, op, "output_ratio", f"{output_ratio}, for no windows", "large enough for one window"
    )
    return sizes


def _largest(x, axis, windows):
    begin, k = windows
    y = np.take_along_axis(x, begin, axis=axis)
    for a in range(1, k):
        np.maximum(y, np.take_along_axis(x, begin + a, axis=axis), out=y)
    return y


def _largest_backward(g, x, y, axis, windows):
    """The gradient g of y goes to the first place whose x is y."""
    begin, k = windows
    grad, left = np.zeros_like(x), np.array(g)
    for a in range(k):
        given = left * (np.take_along_axis(x, begin + a, axis=axis) == y)
        left -= given
        # no two windows begin at the same place, so nothing is written twice
        given += np.take_along_axis(grad, begin + a, axis=axis)
        np.put_along_axis(grad, begin + a, given, axis=axis)
    return grad
