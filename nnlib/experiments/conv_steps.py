"""Convolution in the small steps in which it is taught: by loops, the windows as columns, and the way back.

Chapter 10 lends these to exercises whose answer is nnlib.conv's own, so none of them calls conv2d.
"""

import numpy as np

from nnlib._check import as_float, need
from nnlib.conv._columns import add_windows, windows
from nnlib.conv._geometry import geometry


def cross_correlate(x, weight):
    """Slide kernels over one image: each output is the sum of the products with the window below it.

    Parameters
    ----------
    x : array, shape (C, H, W)
    weight : array, shape (O, C, kh, kw)

    Returns
    -------
    array, shape (O, H - kh + 1, W - kw + 1)

    Raises
    ------
    ValueError : a shape is not as above, or the kernel is larger than the image

    Notes
    -----
    y[o, r, q] = sum_{c, i, j} weight[o, c, i, j] x[c, r + i, q + j], computed as many weights at a time as there are
    kernels and channels: the loops are over i and j only.
    LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II.A.

    Examples
    --------
    >>> cross_correlate(np.arange(9.0).reshape(1, 3, 3), np.array([[[[1.0, 0.0], [0.0, -1.0]]]]))
    array([[[-4., -4.],
            [-4., -4.]]])
    """
    op = "cross_correlate"
    x = as_float(x)
    need(x.ndim == 3, op, "x", f"shape {x.shape}", "of shape (C, H, W)")
    weight = np.asarray(weight, dtype=x.dtype)
    fits = weight.ndim == 4 and weight.shape[1] == len(x) and min(weight.shape[2:]) > 0
    need(fits, op, "weight", f"shape {weight.shape}", f"of shape (out, {len(x)}, kh, kw)")
    place = geometry(op, x.shape[1:], weight.shape[2:], 1, 0, 1, 1)
    height, width = place.size
    y = np.zeros((len(weight), height, width), x.dtype)
    for i, j in np.ndindex(place.kernel):
        y += np.tensordot(weight[:, :, i, j], x[:, i : i + height, j : j + width], axes=1)
    return y


def unfold(x, kernel_size, *, stride=1, padding=0, dilation=1):
    """Write out what a kernel sees at each of its places, one column a place.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    kernel_size : (int, int), kh and kw
    stride, padding, dilation : as conv2d

    Returns
    -------
    array, shape (N, C kh kw, H' W'), H' as conv2d; rows in the order of the axes (C, kh, kw), columns of (H', W')

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    conv2d without groups is weight.reshape(O, C kh kw) @ unfold(x, (kh, kw)).  No images give none.
    Chellapilla, Puri & Simard (2006), "High performance convolutional neural networks for document processing",
    section 3.

    Examples
    --------
    >>> unfold(np.arange(6.0).reshape(1, 1, 2, 3), (2, 2))
    array([[[0., 1.],
            [1., 2.],
            [3., 4.],
            [4., 5.]]])
    """
    op = "unfold"
    x = as_float(x)
    need(x.ndim == 4, op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    place = geometry(op, x.shape[2:], _kernel(op, kernel_size), stride, padding, dilation, 1)
    padded = np.pad(x, ((0, 0), (0, 0), *place.padding))
    return windows(padded, place).reshape(len(x), x.shape[1] * np.prod(place.kernel), np.prod(place.size))


def fold(columns, output_size, kernel_size, *, stride=1, padding=0, dilation=1):
    """The way back from unfold: each number of the columns is added to the pixel that it was read from.

    Parameters
    ----------
    columns : array, shape (N, C kh kw, H' W'), as unfold returns them
    output_size : (int, int), H and W of the image
    kernel_size : (int, int), kh and kw
    stride, padding, dilation : as conv2d

    Returns
    -------
    array, shape (N, C, H, W)

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    unfold is linear, and this is its transpose: sum(unfold(x) c) = sum(x fold(c)).  It is not its inverse: a pixel in
    k windows comes back k times.  What was read from the padding is dropped.  No images give none.
    Dumoulin & Visin (2016), "A guide to convolution arithmetic for deep learning", section 4.1.

    Examples
    --------
    >>> fold(np.ones((1, 4, 2)), (2, 3), (2, 2))
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    op = "fold"
    columns = as_float(columns)
    kernel = _kernel(op, kernel_size)
    need(len(output_size) == 2 and min(output_size) > 0, op, "output_size", output_size, "two positive ints")
    place = geometry(op, tuple(output_size), kernel, stride, padding, dilation, 1)
    taps, places = kernel[0] * kernel[1], place.size[0] * place.size[1]
    fits = columns.ndim == 3 and columns.shape[1] % taps == 0 and columns.shape[2] == places
    need(fits, op, "columns", f"shape {columns.shape}", f"of shape (N, C {taps}, {places})")
    n, channels = len(columns), columns.shape[1] // taps
    padded = np.zeros((n, channels, *place.padded(output_size)), columns.dtype)
    add_windows(padded, columns.reshape(n, channels, *kernel, *place.size), place, slice(None))
    return padded[place.inside(output_size)].copy()


def _kernel(op, kernel_size):
    fits = np.shape(kernel_size) == (2,) and min(kernel_size) > 0
    need(fits, op, "kernel_size", kernel_size, "two positive ints")
    return tuple(kernel_size)
