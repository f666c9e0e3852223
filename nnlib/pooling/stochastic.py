"""Stochastic pooling: one place of each window, drawn by its share of the window's sum."""

from itertools import product

import numpy as np

from nnlib._check import as_grad, fail, need
from nnlib.pooling._windows import image, windows


def stochastic_samples(shape, kernel_size, *, stride=None, rng):
    """The random numbers that stochastic pooling needs for images of a shape: one for each window.

    Parameters
    ----------
    shape : tuple of int, (..., H, W)
    kernel_size : int or (int, int), height and width of the window
    stride : int or (int, int), steps between windows; None for kernel_size
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (..., H', W'), float64, uniform in [0, 1)

    Raises
    ------
    ValueError : a size is out of range, or a window is larger than the image

    Notes
    -----
    Place l has the probability p_l if it is the first with u < p_1 + ... + p_l.
    Zeiler & Fergus (2013), "Stochastic pooling for regularization of deep convolutional neural networks", section 3.

    Examples
    --------
    >>> stochastic_samples((2, 4, 6), 2, rng=np.random.default_rng(0)).shape
    (2, 2, 3)
    """
    rows, columns = windows("stochastic_samples", shape, kernel_size, stride, 0)
    return rng.random((*shape[:-2], rows.out, columns.out))


def stochastic_pool2d(x, samples, kernel_size, *, stride=None):
    """One input of each window, drawn in proportion to its size; without samples, the mean so weighted.

    Parameters
    ----------
    x : array, shape (..., H, W), values >= 0, as after a rectifier
    samples : array, shape (..., H', W'), uniform in [0, 1), as stochastic_samples draws them for training; None for
        the expected value, with which one predicts
    kernel_size : int or (int, int), height and width of the window
    stride : int or (int, int), steps between windows; None for kernel_size

    Returns
    -------
    array, shape (..., H', W')

    Raises
    ------
    ValueError : a size is out of range, a value is negative, or samples do not fit the windows

    Notes
    -----
    p_l = a_l / sum_k a_k over the places of a window, row by row;  y = a_l for the first l with
    u < p_1 + ... + p_l in training, y = sum_l p_l a_l else.  A window of zeros gives 0.  In training the gradient
    goes to the place drawn, of a window of zeros to the first; in prediction a window of zeros gets none.
    Zeiler & Fergus (2013), "Stochastic pooling for regularization of deep convolutional neural networks", equations
    4 to 6.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0], [3.0, 0.0]])
    >>> stochastic_pool2d(x, [[0.2]], 2), stochastic_pool2d(x, [[0.3]], 2), stochastic_pool2d(x, None, 2)
    (array([[1.]]), array([[3.]]), array([[2.5]]))
    """
    a, samples, _ = _places("stochastic_pool2d", x, samples, kernel_size, stride)
    total = a.sum(axis=-1)
    if samples is None:
        return (_share(a, total) * a).sum(axis=-1)
    y = np.take_along_axis(a, _drawn(a, samples)[..., None], axis=-1)[..., 0]
    return np.where(np.isnan(total), total, y)  # a nan has no share, yet must not be lost


def stochastic_pool2d_backward(grad_output, x, samples, kernel_size, *, stride=None):
    """Gradient of stochastic_pool2d with respect to x: to the places drawn, or (2 a - y) / sum a of each window."""
    op = "stochastic_pool2d_backward"
    x = image(op, x)
    a, samples, taps = _places(op, x, samples, kernel_size, stride)
    g = np.broadcast_to(as_grad(op, grad_output, x, a.shape[:-1]), a.shape[:-1])[..., None]
    if samples is None:
        total = a.sum(axis=-1)
        y = (_share(a, total) * a).sum(axis=-1, keepdims=True)
        of_places = g * _share(2 * a - y, total)
    else:
        of_places = g * (np.arange(a.shape[-1]) == _drawn(a, samples)[..., None])
    grad = np.zeros_like(x)
    for place, ((_, i), (_, j)) in enumerate(taps):
        grad[..., i, j] += of_places[..., place]
    return grad


def _places(op, x, samples, kernel_size, stride):
    """The windows with their places along a last axis, the samples, and where the places lie."""
    x = image(op, x)
    need(not (x < 0).any(), op, "x", "a negative value", "at least 0")
    rows, columns = windows(op, x.shape, kernel_size, stride, 0)
    shape = (*x.shape[:-2], rows.out, columns.out)
    if samples is not None:
        samples = np.asarray(samples, dtype=np.float64)
        if samples.shape != shape:
            fail(op, "samples", f"shape {samples.shape}", f"of the shape of the output, {shape}")
    taps = list(product(rows.taps(), columns.taps()))
    return np.stack([x[..., i, j] for (_, i), (_, j) in taps], axis=-1), samples, taps


def _share(a, total):
    """a / total, or 0 for a window of zeros."""
    return a / np.where(total == 0, np.inf, total)[..., None]


def _drawn(a, samples):
    """The first place at which the sum so far exceeds its share of the whole."""
    so_far = a.cumsum(axis=-1)
    whole = so_far[..., -1:]
    # the second: a share that rounds up to the whole is reached nowhere
    return ((so_far <= samples[..., None] * whole) & (so_far < whole)).sum(axis=-1)
