"""Batch norm of samples (n, c), a number a channel. Of a few, the calls of NumPy take longer than what they do: the
fewest of them. Of more, where numba is installed, loops."""

import numpy as np

from nnlib._compiled import pays
from nnlib.norm import _fast
from nnlib.norm._rows import shares

FEW = 2**15  # numbers


def fits(rows):
    """Are rows, (n, c, l), such samples, and few or for loops?"""
    return rows.shape[2] == 1 and (rows.size <= FEW or pays(rows.dtype, rows.size))


def moments(x):
    """(x - mean, mean, what rounding left of it, variance, share), share @ the mean over the samples."""
    share = shares(len(x), x.dtype)
    mean = share @ x
    x = x - mean
    rest = share @ x
    return x, mean, rest, np.maximum(share @ (x * x) - rest * rest, 0), share


def normalized(rows, weight, bias, eps):
    """(y, mean, var) of y = weight (x - mean) / sqrt(var + eps) + bias."""
    if pays(rows.dtype, rows.size):
        return _fast.of_samples(rows[:, :, 0], weight[0], bias[0], eps)
    x, mean, rest, var, _ = moments(rows[:, :, 0])
    scale = (weight[0] / np.sqrt(var + eps)).astype(x.dtype)
    x *= scale
    x += bias[0].astype(x.dtype) - scale * rest
    return x, mean + rest, var


def normalized_backward(g, rows, weight, eps):
    """`nnlib.norm._rows.normalized_backward` over the samples."""
    if pays(rows.dtype, rows.size):
        return _fast.of_samples_backward(g[:, :, 0], rows[:, :, 0], weight[0], eps)
    x, _, rest, var, share = moments(rows[:, :, 0])
    g, inverse = g[:, :, 0], 1 / np.sqrt(var + eps)
    x -= rest
    x *= inverse
    of_g, of_g_xhat = share @ g, share @ (g * x)
    grad_x = g - of_g
    x *= of_g_xhat
    grad_x -= x
    grad_x *= (weight[0] * inverse).astype(x.dtype)
    return grad_x, len(x) * of_g_xhat, len(x) * of_g
