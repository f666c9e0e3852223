"""Layer norm: the features of each sample made to have mean 0 and variance 1."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, fail, need
from nnlib.norm._arguments import as_given

BLOCK = 2**15  # numbers in a block of samples, so that all passes over them find them in the cache


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
    y = np.empty_like(rows)
    for block in _blocks(rows):
        out = y[block]
        inverse = _standardize(rows[block], eps, out)
        out *= inverse[:, None]
        if weight is not None:
            out *= weight
        if bias is not None:
            out += bias
    return y.reshape(x.shape)


def layer_norm_backward(grad_output, x, normalized_shape, weight=None, bias=None, *, eps=1e-5):
    """Gradients of layer_norm: (grad_x, grad_weight, grad_bias), without those of what was not given.

    With xhat the normalised x, g = grad_output and means over a sample,
    grad_x = (weight g - mean(weight g) - xhat mean(weight g xhat)) / sqrt(var + eps).
    """
    op = "layer_norm_backward"
    given = weight, bias
    x, rows, weight, bias = _arguments(op, x, normalized_shape, weight, bias)
    g = np.broadcast_to(as_grad(op, grad_output, x), x.shape).reshape(rows.shape)
    d = rows.shape[1]
    mean_of = (np.ones(d, x.dtype) if weight is None else weight) / x.dtype.type(max(d, 1))
    grad_x, grad_weight, grad_bias = np.empty_like(rows), np.zeros(d), np.zeros(d)
    for block in _blocks(rows):
        out, of = grad_x[block], g[block]
        inverse = _standardize(rows[block], eps, out)
        g_x = of * out  # g xhat, but for the division
        grad_weight += inverse @ g_x
        grad_bias += np.ones(len(of), x.dtype) @ of
        bend, shift = -(inverse**3) * (g_x @ mean_of), -inverse * (of @ mean_of)
        out *= bend[:, None]
        out += shift[:, None]
        g_x = np.multiply(of, inverse[:, None], out=g_x)
        if weight is not None:
            g_x *= weight
        out += g_x
    shape = x.shape[x.ndim - len(_shape(normalized_shape)) :]
    return as_given(x, grad_x, *given, grad_weight.reshape(shape), grad_bias.reshape(shape))


def _blocks(rows):
    """Slices of a few samples at a time."""
    step = max(1, BLOCK // max(1, rows.shape[1]))
    return [slice(start, start + step) for start in range(0, len(rows), step)]


def _standardize(rows, eps, out):
    """Write each row less its mean to out, and return 1 / sqrt(var + eps)."""
    mean_of = np.full(rows.shape[1], 1 / max(rows.shape[1], 1), rows.dtype)
    np.subtract(rows, (rows @ mean_of)[:, None], out=out)
    # what the sum's rounding left of a large mean (float32 around 1000)
    out -= (out @ mean_of)[:, None]
    var = np.einsum("nd,nd->n", out, out) / max(rows.shape[1], 1)
    return 1 / np.sqrt(var + rows.dtype.type(eps))


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
    for name, array in (("weight", weight), ("bias", bias)):
        if array is not None:
            array = np.asarray(array, dtype=x.dtype)
            if array.shape != shape:
                fail(op, name, f"shape {array.shape}", f"of shape {shape}")
            array = array.ravel()
        flat.append(array)
    samples = math.prod(x.shape[: x.ndim - len(shape)])
    return x, x.reshape(samples, math.prod(shape)), *flat
