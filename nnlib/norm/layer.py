"""Layer norm: the features of each sample made to have mean 0 and variance 1."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, fail, need
from nnlib._compiled import pays
from nnlib.norm import _fast
from nnlib.norm._arguments import as_given
from nnlib.norm._features import blocks, moments, outer


def layer_norm(x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Normalise each sample over its last axes.

    Parameters
    ----------
    x : array, shape (..., *normalized_shape)
    normalized_shape : tuple of int, or an int for one axis
    weight, bias : arrays, shape normalized_shape, or None for 1 and 0
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : x does not end in normalized_shape, or weight or bias is not of that shape

    Notes
    -----
    y = weight (x - mean) / sqrt(var + eps) + bias, mean and biased variance over the normalised axes of one sample:
    the same in training and in use, and for any size of batch.  Equal features give the bias.  Empty in, empty out.
    Ba, Kiros & Hinton (2016), "Layer normalization", eqs. (3) and (4).

    Examples
    --------
    >>> layer_norm(np.array([[2.0, 5.0, 3.0]]), 3).round(3)
    array([[-1.069,  1.336, -0.267]])
    """
    x, rows, weight, bias = _arguments("layer_norm", x, normalized_shape, weight, bias)
    if pays(x.dtype, x.size):
        return _fast.layer_norm(rows, weight, bias, eps).reshape(x.shape)
    y = np.empty_like(rows)
    for block in blocks(rows):
        centred, mean, var = moments(rows[block])
        inverse = 1 / np.sqrt(var + x.dtype.type(eps))
        # (x / std) weight + (-mean / std) weight + bias
        out = outer(inverse, weight, out=y[block])
        out *= centred
        out += outer(-mean * inverse, weight, bias)
    return y.reshape(x.shape)


def layer_norm_backward(grad_output, x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Gradients of layer_norm: (grad_x, grad_weight, grad_bias), without those of what was not given.

    With xhat the normalised x, g = grad_output and means over a sample,
    grad_x = (weight g - mean(weight g) - xhat mean(weight g xhat)) / sqrt(var + eps).
    """
    op = "layer_norm_backward"
    given = weight, bias
    x, rows, weight, bias = _arguments(op, x, normalized_shape, weight, bias)
    g = as_grad(op, grad_output, x)
    g = (g if g.shape == x.shape else np.full(x.shape, g)).reshape(rows.shape)
    if pays(x.dtype, x.size):
        grads = _fast.layer_norm_backward(g, rows, weight, eps)
    else:
        grads = _backward(g, rows, weight, x.dtype.type(eps))
    shape = x.shape[x.ndim - len(_shape(normalized_shape)) :]
    return as_given(x, grads[0], *given, *(grad.reshape(shape) for grad in grads[1:]))


def _backward(g, rows, weight, eps):
    d = rows.shape[1]
    grad_x, grad_weight, grad_bias = np.empty_like(rows), np.zeros(d), np.zeros(d)
    mean_of = weight / rows.dtype.type(max(d, 1))
    for block in blocks(rows):
        (centred, mean, var), of_g = moments(rows[block]), g[block]
        inverse = 1 / np.sqrt(var + eps)
        g_x = of_g * centred
        of_g_mean, of_g_sum = np.array([mean * inverse, np.ones_like(mean)]) @ of_g
        grad_weight += inverse @ g_x - of_g_mean
        grad_bias += of_g_sum
        # grad_x = (1 / std) weight g + bend x + shift
        g_mean = of_g @ mean_of
        bend = -(inverse**3) * (g_x @ mean_of - mean * g_mean)
        shift = -mean * bend - inverse * g_mean
        out = outer(inverse, weight, out=grad_x[block])
        out *= of_g
        part = g_x  # which is not needed any more
        np.copyto(part, bend[:, None])
        part *= centred
        out += part
        np.copyto(part, shift[:, None])
        out += part
    return grad_x, grad_weight, grad_bias


def _shape(normalized_shape):
    return (
        (int(normalized_shape),)
        if np.ndim(normalized_shape) == 0
        else tuple(int(d) for d in normalized_shape)
    )


def _arguments(op, x, normalized_shape, weight, bias):
    """x as a float array and as rows (samples, features), weight and bias flat and of its dtype."""
    x, shape = as_float(x), _shape(normalized_shape)
    need(len(shape) > 0, op, "normalized_shape", shape, "at least one axis")
    if x.shape[max(x.ndim - len(shape), 0) :] != shape:
        fail(op, "x", f"shape {x.shape}", f"of a shape that ends in {shape}")
    flat = []
    for name, array, otherwise in (("weight", weight, np.ones), ("bias", bias, np.zeros)):
        array = otherwise(shape, x.dtype) if array is None else np.asarray(array, dtype=x.dtype)
        if array.shape != shape:
            fail(op, name, f"shape {array.shape}", f"of shape {shape}")
        flat.append(array.ravel())
    samples = math.prod(x.shape[: x.ndim - len(shape)])
    return x, x.reshape(samples, math.prod(shape)), *flat
