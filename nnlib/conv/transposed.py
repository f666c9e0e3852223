"""Transposed convolution: the way a convolution's gradient takes, used to make images larger."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.conv import _dispatch
from nnlib.conv._geometry import bias_of, need_groups, transposed


def conv_transpose2d(x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Transposed convolution: every pixel writes its number times the kernel into a larger image.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    weight : array, shape (C, O / groups, kh, kw): inputs first
    bias : array, shape (O,), or None for no bias
    stride : int or (int, int), default 1; how far apart neighbouring pixels write
    padding : int or (int, int), default 0; rows and columns cut from each side of the result
    output_padding : int or (int, int), default 0; rows below and columns to the right that are cut less, or
        added; smaller than stride or dilation
    groups : int, default 1; group g of the channels writes into group g of the outputs only
    dilation : int or (int, int), default 1; the distance between neighbouring weights

    Returns
    -------
    array, shape (N, O, H', W'), H' = (H - 1) stride - 2 padding + dilation (kh - 1) + output_padding + 1

    Raises
    ------
    ValueError : a shape or option is not as above, or nothing is left of the result

    Notes
    -----
    y[n, o, r stride + i dilation, q stride + j dilation] += weight[c, o, i, j] x[n, c, r, q] for all c, i, j, then
    the padding is cut and the bias added.  This is conv2d_backward's gradient of the image for grad_output = x:
    the transpose of conv2d as a matrix, not its inverse.  Several sizes H' lead to the same H; output_padding
    chooses.  No images give none.
    Zeiler et al. (2010), "Deconvolutional networks"; Dumoulin & Visin (2016), "A guide to convolution arithmetic
    for deep learning", chapter 4.

    Examples
    --------
    >>> conv_transpose2d(np.array([[[[1.0, 2.0]]]]), np.ones((1, 1, 2, 2)), stride=2)
    array([[[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]]])
    """
    op = "conv_transpose2d"
    x, weight, bias, place, size = _arguments(
        op, x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    y = _dispatch.grad_x(x, size, weight, place)
    if bias is not None:
        y += bias[:, None, None]
    return y


def conv_transpose2d_backward(
    grad_output, x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Gradients of conv_transpose2d: (grad_x, grad_weight, grad_bias); no third without a bias.

    Transposed once more it is the convolution itself: grad_x = conv2d(grad_output, weight).  grad_weight is that
    of conv2d with the two images in each other's places.
    """
    op = "conv_transpose2d_backward"
    x, weight, bias, place, size = _arguments(
        op, x, weight, bias, stride, padding, output_padding, groups, dilation
    )
    shape = len(x), weight.shape[1] * groups, *size
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    grads = _dispatch.convolve(g, weight, None, place), _dispatch.grad_weight(x, g, weight, place)
    return grads if bias is None else (*grads, g.sum(axis=(0, 2, 3)))


def _arguments(op, x, weight, bias, stride, padding, output_padding, groups, dilation):
    """The arguments, checked; the convolution that leads back to x; the size of the result."""
    x = as_float(x)
    need(x.ndim == 4 and x.shape[2] * x.shape[3], op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    weight = np.asarray(weight, dtype=x.dtype)
    channels = x.shape[1]
    fits = weight.ndim == 4 and len(weight) == channels and min(weight.shape[1:]) > 0
    need(fits, op, "weight", f"shape {weight.shape}", f"of shape ({channels}, out / groups, kh, kw)")
    need_groups(op, groups, channels)
    bias = bias_of(op, bias, weight.shape[1] * groups, x.dtype)
    place, size = transposed(
        op, x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation, groups
    )
    return x, weight, bias, place, size
