"""Convolution over the pixels only, over the channels only, one after the other, and over everything at once."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.conv._dispatch import convolve, convolve_backward
from nnlib.conv._geometry import bias_of, images
from nnlib.conv.convolution import conv2d, conv2d_backward


def depthwise_conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    """Depthwise convolution: every channel has kernels of its own and is mixed with no other.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    weight : array, shape (m C, 1, kh, kw); kernels m c to m c + m - 1 belong to channel c
    bias : array, shape (m C,), or None for no bias
    stride, padding, dilation : as conv2d

    Returns
    -------
    array, shape (N, m C, H', W'), H' as conv2d

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    conv2d with groups = C.  m, the depth multiplier, is most often 1.  No images give none.
    Sifre (2014), "Rigid-motion scattering for image classification", section 6.2.

    Examples
    --------
    >>> x = np.stack([np.ones((2, 2)), np.eye(2)])[None]
    >>> depthwise_conv2d(x, np.array([[[[1.0, 1.0]]], [[[1.0, -1.0]]]])).squeeze(-1)
    array([[[ 2.,  2.],
            [ 1., -1.]]])
    """
    return convolve(*_depthwise("depthwise_conv2d", x, weight, bias, stride, padding, dilation))


def depthwise_conv2d_backward(grad_output, x, weight, bias=None, *, stride=1, padding=0, dilation=1):
    """Gradients of depthwise_conv2d: (grad_x, grad_weight, grad_bias); no third without a bias."""
    op = "depthwise_conv2d_backward"
    x, weight, bias, place = _depthwise(op, x, weight, bias, stride, padding, dilation)
    shape = len(x), len(weight), *place.size
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape)
    return convolve_backward(g, x, weight, bias, place)


def _depthwise(op, x, weight, bias, stride, padding, dilation, name="weight"):
    x = as_float(x)
    groups = x.shape[1] if x.ndim == 4 else 1
    return images(op, x, weight, bias, stride, padding, dilation, groups, name)


def pointwise_conv2d(x, weight, bias=None):
    """Pointwise convolution, kernels of one pixel: a fully connected layer over the channels of each pixel.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    weight : array, shape (O, C, 1, 1)
    bias : array, shape (O,), or None for no bias

    Returns
    -------
    array, shape (N, O, H, W)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y[n, o, r, q] = bias[o] + sum_c weight[o, c] x[n, c, r, q].  No images give none.
    Lin, Chen & Yan (2014), "Network in network", section 3.1.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0]], [[10.0, 20.0]]]])  # two channels, two pixels
    >>> pointwise_conv2d(x, np.ones((1, 2, 1, 1)))
    array([[[[11., 22.]]]])
    """
    x, weight, bias = _pointwise("pointwise_conv2d", x, weight, bias)
    pixels = x.reshape(*x.shape[:2], x.shape[2] * x.shape[3])
    y = weight[:, :, 0, 0] @ pixels
    if bias is not None:
        y += bias[:, None]
    return y.reshape(len(x), len(weight), *x.shape[2:])


def pointwise_conv2d_backward(grad_output, x, weight, bias=None):
    """Gradients of pointwise_conv2d: (grad_x, grad_weight, grad_bias); no third without a bias.

    As a fully connected layer: W^T g, g x^T and g, the last two summed over images and pixels.
    """
    op = "pointwise_conv2d_backward"
    x, weight, bias = _pointwise(op, x, weight, bias)
    shape = len(x), len(weight), *x.shape[2:]
    pixels = x.reshape(*x.shape[:2], x.shape[2] * x.shape[3])
    g = np.broadcast_to(as_grad(op, grad_output, x, shape), shape).reshape(*shape[:2], pixels.shape[2])
    grad_x = (weight[:, :, 0, 0].T @ g).reshape(x.shape)
    grad_weight = (g @ pixels.swapaxes(1, 2)).sum(axis=0).reshape(weight.shape)
    return (grad_x, grad_weight) if bias is None else (grad_x, grad_weight, g.sum(axis=(0, 2)))


def _pointwise(op, x, weight, bias, name="weight"):
    x = as_float(x)
    need(x.ndim == 4, op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    weight = np.asarray(weight, dtype=x.dtype)
    fits = weight.ndim == 4 and weight.shape[1:] == (x.shape[1], 1, 1)
    need(fits, op, name, f"shape {weight.shape}", f"of shape (out, {x.shape[1]}, 1, 1)")
    return x, weight, bias_of(op, bias, len(weight), x.dtype)


def separable_conv2d(x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1):
    """Depthwise-separable convolution: first each channel by itself, then each pixel by itself.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    dw_weight : array, shape (m C, 1, kh, kw), of the depthwise convolution
    pw_weight : array, shape (O, m C, 1, 1), of the pointwise convolution
    bias : array, shape (O,), or None for no bias
    stride, padding, dilation : as conv2d, of the depthwise convolution

    Returns
    -------
    array, shape (N, O, H', W'), H' as conv2d

    Raises
    ------
    ValueError : a shape or option is not as above, or the kernel is larger than the padded image

    Notes
    -----
    pointwise_conv2d(depthwise_conv2d(x, dw_weight), pw_weight, bias): for m = 1 a conv2d whose kernels are products,
    weight[o, c, i, j] = pw_weight[o, c] dw_weight[c, i, j].  No images give none.
    Sifre (2014), "Rigid-motion scattering for image classification", section 6.2; Chollet (2017), "Xception: deep
    learning with depthwise separable convolutions", section 2.

    Examples
    --------
    >>> separable_conv2d(np.ones((1, 2, 3, 3)), np.ones((2, 1, 3, 3)), np.array([1.0, 10.0]).reshape(1, 2, 1, 1))
    array([[[[99.]]]])
    """
    seen, pw_weight, bias, _ = _separable(
        "separable_conv2d", x, dw_weight, pw_weight, bias, stride, padding, dilation
    )
    return pointwise_conv2d(seen, pw_weight, bias)


def separable_conv2d_backward(
    grad_output, x, dw_weight, pw_weight, bias=None, *, stride=1, padding=0, dilation=1
):
    """Gradients of separable_conv2d: (grad_x, grad_dw_weight, grad_pw_weight, grad_bias); no last without a bias.

    Back through the pointwise convolution, then through the depthwise one.
    """
    op = "separable_conv2d_backward"
    seen, pw_weight, bias, depthwise = _separable(
        op, x, dw_weight, pw_weight, bias, stride, padding, dilation
    )
    shape = len(seen), len(pw_weight), *seen.shape[2:]
    g, *of_pointwise = pointwise_conv2d_backward(as_grad(op, grad_output, seen, shape), seen, pw_weight, bias)
    return *convolve_backward(g, *depthwise), *of_pointwise


def _separable(op, x, dw_weight, pw_weight, bias, stride, padding, dilation):
    """The result of the depthwise convolution, the arguments of the pointwise one, those of the depthwise one."""
    depthwise = _depthwise(op, x, dw_weight, None, stride, padding, dilation, "dw_weight")
    seen, pw_weight, bias = _pointwise(op, convolve(*depthwise), pw_weight, bias, "pw_weight")
    return seen, pw_weight, bias, depthwise


def fc_as_conv(x, weight, bias=None):
    """A fully connected layer on an image, computed as a convolution whose kernels are as large as the image.

    Parameters
    ----------
    x : array, shape (N, C, H, W)
    weight : array, shape (out, C H W), of the fully connected layer
    bias : array, shape (out,), or None for no bias

    Returns
    -------
    array, shape (N, out)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    Each row of the weight is a kernel (C, H, W), and only one window holds it: linear(x.reshape(N, C H W), weight,
    bias).  On a larger image the same kernels give the layer's answer for every window.  No images give none.
    Long, Shelhamer & Darrell (2015), "Fully convolutional networks for semantic segmentation", section 3.1.

    Examples
    --------
    >>> fc_as_conv(np.ones((1, 5, 3, 3)), np.ones((4096, 45))).shape
    (1, 4096)
    """
    x, kernels, bias = _kernels("fc_as_conv", x, weight, bias)
    return conv2d(x, kernels, bias)[:, :, 0, 0]


def fc_as_conv_backward(grad_output, x, weight, bias=None):
    """Gradients of fc_as_conv: (grad_x, grad_weight, grad_bias), shapes of the arguments; no third without a bias."""
    op = "fc_as_conv_backward"
    x, kernels, bias = _kernels(op, x, weight, bias)
    g = as_grad(op, grad_output, x, (len(x), len(kernels)))
    grads = conv2d_backward(g[:, :, None, None] if g.ndim else g, x, kernels, bias)
    return grads[0], grads[1].reshape(len(kernels), -1), *grads[2:]


def _kernels(op, x, weight, bias):
    x = as_float(x)
    need(x.ndim == 4, op, "x", f"shape {x.shape}", "of shape (N, C, H, W)")
    weight = np.asarray(weight, dtype=x.dtype)
    inputs = math.prod(x.shape[1:])
    fits = weight.ndim == 2 and weight.shape[1] == inputs
    need(fits, op, "weight", f"shape {weight.shape}", f"of shape (out, {inputs})")
    return x, weight.reshape(len(weight), *x.shape[1:]), bias_of(op, bias, len(weight), x.dtype)
