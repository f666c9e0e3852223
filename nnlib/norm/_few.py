"""Batch norm of a few samples (n, c), where the calls of NumPy take longer than what they do: the fewest of them."""

import numpy as np

from nnlib.norm._rows import shares

MOST = 2**15  # numbers


def fits(rows):
    """Are rows, (n, c, l), samples of one number a channel, and few?"""
    return rows.shape[2] == 1 and rows.size <= MOST


def moments(x):
    """(x - mean, mean, what rounding left of it, variance, share), share @ the mean over the samples."""
    share = shares(len(x), x.dtype)
    mean = share @ x
    x = x - mean
    rest = share @ x
    return x, mean, rest, np.maximum(share @ (x * x) - rest * rest, 0), share


def normalized(rows, weight, bias, eps):
    """(y, mean, var) of y = weight (x - mean) / sqrt(var + eps) + bias."""
    x, mean, rest, var, _ = moments(rows[:, :, 0])
    scale = (weight[0] / np.sqrt(var + eps)).astype(x.dtype)
    x *= scale
    x += bias[0].astype(x.dtype) - scale * rest
    return x, mean + rest, var


def normalized_backward(g, rows, weight, eps):
    """`nnlib.norm._rows.normalized_backward` over the samples."""
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
