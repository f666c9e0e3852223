"""Convolution: one small set of weights, applied at every place of a signal or an image."""

import numpy as np

from nnlib._check import as_grad
from nnlib.conv._dispatch import convolve, convolve_backward
from nnlib.conv._geometry import images, signals


def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Two-dimensional convolution: each output is a weighted sum of the window of the image below it.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    weight : array, shape (O, C / groups, kh, kw)
    bias : array, shape (O,), or None for no bias
    stride : int or (int, int), default 1; the step from window to window
    padding : int or (int, int), rows and columns of zeros on each side, or "valid" (the default: none), or
        "same": as many as keep the size, for stride 1; an odd one comes below or to the right
    dilation : int or (int, int), default 1; the distance between neighbouring weights
    groups : int, default 1; group g of the kernels sees group g of the channels only

    Returns
    -------
    array, shape (N, O, H', W'), H' = floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    y[n, o, r, q] = bias[o] + sum_{c, i, j} weight[o, c, i, j] x[n, c, r stride + i dilation, q stride + j dilation],
    x with its zeros around it: the kernel is not mirrored (mathematics calls this cross-correlation).
    The windows are written out as columns, so that one matrix product is all the sums.  In float32, for 3 x 3
    kernels of stride and dilation 1 without groups and at least 64 channels in and out, Winograd's products are
    faster: values and gradients are then up to 2e-5 of the largest off instead of 1e-6, and a nan spreads further.
    No images give none.
    LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II.A; Chellapilla,
    Puri & Simard (2006), "High performance convolutional neural networks for document processing", for the columns.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.array([[[[1.0, 0.0], [0.0, -1.0]]]]))
    array([[[[-4., -4.],
             [-4., -4.]]]])
    """
    x, weight, bias, place = images("conv2d", x, weight, bias, stride, padding, dilation, groups)
    return convolve(x, weight, bias, place)


def conv2d_backward(grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Gradients of conv2d: (grad_x, grad_weight, grad_bias), shapes of the arguments; no third without a bias.

    With g = grad_output and the columns of conv2d: grad_weight is g columns^T; grad_x adds each number of
    weight^T g to the pixel its column was read from; grad_bias is the sum of g over images and places.
    """
    op = "conv2d_backward"
    x, weight, bias, place = images(op, x, weight, bias, stride, padding, dilation, groups)
    shape = len(x), len(weight), *place.size
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    return convolve_backward(g, x, weight, bias, place)


def conv1d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """One-dimensional convolution, along a signal: conv2d for an image of one row.

    Parameters
    ----------
    x : array, shape (N, C, L)
    weight : array, shape (O, C / groups, k)
    bias : array, shape (O,), or None for no bias
    stride, padding, dilation, groups : as conv2d, one number each

    Returns
    -------
    array, shape (N, O, L'), L' = floor((L + 2 padding - dilation (k - 1) - 1) / stride) + 1

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is longer than the padded signal

    Notes
    -----
    y[n, o, t] = bias[o] + sum_{c, i} weight[o, c, i] x[n, c, t stride + i dilation], x with its zeros around it.
    No signals give none.
    Waibel et al. (1989), "Phoneme recognition using time-delay neural networks", section II.A.

    Examples
    --------
    >>> conv1d(np.array([[[0.0, 0.0, 1.0, 1.0, 0.0]]]), np.array([[[-1.0, 1.0]]]))  # where the signal jumps
    array([[[ 0.,  1.,  0., -1.]]])
    """
    x, weight, bias, place = signals("conv1d", x, weight, bias, stride, padding, dilation, groups)
    return convolve(x[:, :, None], weight[:, :, None], bias, place)[:, :, 0]


def conv1d_backward(grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Gradients of conv1d: (grad_x, grad_weight, grad_bias), shapes of the arguments; no third without a bias."""
    op = "conv1d_backward"
    x, weight, bias, place = signals(op, x, weight, bias, stride, padding, dilation, groups)
    shape = len(x), len(weight), place.size[1]
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    row, kernels = x[:, :, None], weight[:, :, None]
    grad_x, grad_weight, *grad_bias = convolve_backward(g[:, :, None], row, kernels, bias, place)
    return grad_x[:, :, 0], grad_weight[:, :, 0], *grad_bias
