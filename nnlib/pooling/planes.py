"""Pooling in the plane: the maximum or the mean of each window of an image.

Both go axis by axis: the maximum of a window is the largest of the maxima of its rows, and so are sums.
"""

import numpy as np

from nnlib._check import as_grad, need
from nnlib.pooling import _fast
from nnlib.pooling._along import largest, total, total_backward
from nnlib.pooling._windows import image, windows


def max_pool2d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Maximum of each window of an image.

    Parameters
    ----------
    x : array, shape (..., H, W), usually (N, C, H, W)
    kernel_size : int or (int, int), height and width of the window
    stride : int or (int, int), steps between windows; None for kernel_size
    padding : int or (int, int), default 0, at most half the window; what lies outside never wins
    dilation : int or (int, int), default 1, steps between the places of a window
    ceil_mode : bool, default False; keep a last window that the end of the image cuts off

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : a size is out of range, or a window is larger than the padded image

    Notes
    -----
    y_{ij} = max_{ab} x_{s i - p + d a, s j - p + d b}, H' = floor((H + 2 p - d (k - 1) - 1) / s) + 1, with ceil
    instead of floor in ceil_mode, less one where the last window would begin behind the image.  The gradient
    goes to the first largest input of the window, row by row.  No images give no maxima.
    Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies", section 2.

    Examples
    --------
    >>> max_pool2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 5.,  7.],
           [13., 15.]])
    """
    x = image("max_pool2d", x)
    rows, columns = windows("max_pool2d", x.shape, kernel_size, stride, padding, dilation, ceil_mode)
    of_columns = largest(x, -2, rows.out, rows.taps())
    return largest(of_columns, -1, columns.out, columns.taps())


def max_pool2d_backward(grad_output, x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Gradient of max_pool2d: each window's grad_output goes to the first of its largest inputs; shape of x."""
    x = image("max_pool2d_backward", x)
    rows, columns = windows("max_pool2d_backward", x.shape, kernel_size, stride, padding, dilation, ceil_mode)
    # along each row first: the first of equal maxima is then the first in the first row that has one
    of_rows = largest(x, -1, columns.out, columns.taps())
    y = largest(of_rows, -2, rows.out, rows.taps())
    g = np.broadcast_to(as_grad("max_pool2d_backward", grad_output, x, y.shape), y.shape)
    g = _fast.largest_backward(g, of_rows, y, -2, rows)
    return _fast.largest_backward(g, x, of_rows, -1, columns)


def avg_pool2d(
    x, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    """Mean of each window of an image.

    Parameters
    ----------
    x : array, shape (..., H, W), usually (N, C, H, W)
    kernel_size : int or (int, int), height and width of the window
    stride : int or (int, int), steps between windows; None for kernel_size
    padding : int or (int, int), default 0, at most half the window; zeros around the image
    ceil_mode : bool, default False; keep a last window that the end of the image cuts off
    count_include_pad : bool, default True; the zeros of the padding count in the mean
    divisor_override : int, not 0, to divide every sum by; None for the size of the window

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : a size is out of range, or a window is larger than the padded image

    Notes
    -----
    y_{ij} = sum_{ab} x_{s i - p + a, s j - p + b} / m_{ij}, H' as in max_pool2d.  m counts the places of the window
    within the padded image, or within the image without count_include_pad.  No images give no means.
    LeCun, Bottou, Bengio & Haffner (1998), "Gradient-based learning applied to document recognition", section II.B.

    Examples
    --------
    >>> avg_pool2d(np.arange(16.0).reshape(4, 4), 2)
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    >>> avg_pool2d(np.ones((2, 2)), 2, stride=1, padding=1)[0]
    array([0.25, 0.5 , 0.25])
    """
    x = image("avg_pool2d", x)
    rows, columns = windows("avg_pool2d", x.shape, kernel_size, stride, padding, ceil_mode=ceil_mode)
    m = _divisor("avg_pool2d", x, rows, columns, count_include_pad, divisor_override)
    return total(total(x, -2, rows.out, rows.taps()), -1, columns.out, columns.taps()) / m


def avg_pool2d_backward(
    grad_output,
    x,
    kernel_size,
    *,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    divisor_override=None,
):
    """Gradient of avg_pool2d: every input collects grad_output / m of the windows it lies in; shape of x."""
    op = "avg_pool2d_backward"
    x = image(op, x)
    rows, columns = windows(op, x.shape, kernel_size, stride, padding, ceil_mode=ceil_mode)
    m = _divisor(op, x, rows, columns, count_include_pad, divisor_override)
    shape = (*x.shape[:-2], rows.out, columns.out)
    g = np.broadcast_to(as_grad(op, grad_output, x, shape) / m, shape)
    return total_backward(total_backward(g, -1, columns.n, columns.taps()), -2, rows.n, rows.taps())


def _divisor(op, x, rows, columns, count_include_pad, divisor_override):
    """How many places each window has, as a number or an array (H', W')."""
    if divisor_override is not None:
        need(divisor_override != 0, op, "divisor_override", 0, "a number other than 0")
        return divisor_override
    counts = []
    for n, out, k, s, p, _ in (rows, columns):
        first = s * np.arange(out) - p
        low, high = (-p, n + p) if count_include_pad else (0, n)
        counts.append(np.minimum(first + k, high) - np.maximum(first, low))
    return np.multiply.outer(*counts).astype(x.dtype)
