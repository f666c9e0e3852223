"""The loops of the norms that numba compiles, each for what NumPy does in several passes."""

import numpy as np

from nnlib._compiled import Loop


def row_means(x, y):
    """`nnlib.norm._rows.row_means` of float32 arrays."""
    both = np.empty((2, *x.shape[:2]), x.dtype)
    _row_means(np.ascontiguousarray(x), np.ascontiguousarray(y), both)
    return both


@Loop
def _row_means(x, y, both):
    n, c, l = x.shape
    for i in range(n):
        for j in range(c):
            total, dot = ZERO, ZERO
            for k in range(l):
                total += x[i, j, k]
                dot += x[i, j, k] * y[i, j, k]
            both[0, i, j] = total / l
            both[1, i, j] = dot / l


def affine(shift, *terms):
    """`nnlib.norm._rows.affine` of float32 arrays."""
    x = terms[0][0]
    y = np.empty(x.shape, x.dtype)

    def of_rows(numbers):
        return np.ascontiguousarray(np.broadcast_to(numbers.astype(x.dtype), x.shape[:2]))

    given = [a for x, scale in terms for a in (np.ascontiguousarray(x), of_rows(scale))]
    (_affine if len(terms) == 1 else _affine_of_two)(*given, of_rows(shift), y)
    return y


@Loop
def _affine(x, scale, shift, y):
    n, c, l = x.shape
    for i in range(n):
        for j in range(c):
            a, b = scale[i, j], shift[i, j]
            for k in range(l):
                y[i, j, k] = a * x[i, j, k] + b


@Loop
def _affine_of_two(x, scale, z, scale_z, shift, y):
    n, c, l = x.shape
    for i in range(n):
        for j in range(c):
            a, a_z, b = scale[i, j], scale_z[i, j], shift[i, j]
            for k in range(l):
                y[i, j, k] = a * x[i, j, k] + a_z * z[i, j, k] + b


def of_samples(x, weight, bias, eps):
    """(y, mean, var) of batch norm for samples (n, c); all but y in float64."""
    y, (mean, var) = np.empty(x.shape, x.dtype), np.zeros((2, x.shape[1]))
    _of_samples(np.ascontiguousarray(x), weight, bias, eps, y, mean, var)
    return y, mean, var


@Loop
def _of_samples(x, weight, bias, eps, y, mean, var):
    n, c = x.shape
    _moments_of_samples(x, mean, var)
    scale = weight / np.sqrt(var + eps)
    for i in range(n):
        for j in range(c):
            y[i, j] = scale[j] * (x[i, j] - mean[j]) + bias[j]


@Loop
def _moments_of_samples(x, mean, var):
    n, c = x.shape
    for i in range(n):
        for j in range(c):
            mean[j] += x[i, j] / n
    for i in range(n):
        for j in range(c):
            var[j] += (x[i, j] - mean[j]) ** 2 / n


def of_samples_backward(g, x, weight, eps):
    """(grad_x, grad_weight, grad_bias) of batch norm for samples (n, c)."""
    grad_x, (grad_weight, grad_bias) = np.empty(x.shape, x.dtype), np.zeros((2, x.shape[1]))
    g, x = np.ascontiguousarray(g), np.ascontiguousarray(x)
    _of_samples_backward(g, x, weight, eps, grad_x, grad_weight, grad_bias)
    return grad_x, grad_weight, grad_bias


@Loop
def _of_samples_backward(g, x, weight, eps, grad_x, grad_weight, grad_bias):
    n, c = x.shape
    mean, var = np.zeros(c), np.zeros(c)
    _moments_of_samples(x, mean, var)
    inverse = 1 / np.sqrt(var + eps)
    for i in range(n):
        for j in range(c):
            grad_weight[j] += g[i, j] * (x[i, j] - mean[j]) * inverse[j]
            grad_bias[j] += g[i, j]
    for i in range(n):
        for j in range(c):
            xhat = (x[i, j] - mean[j]) * inverse[j]
            part = g[i, j] - grad_bias[j] / n - xhat * grad_weight[j] / n
            grad_x[i, j] = weight[j] * inverse[j] * part


def layer_norm(x, weight, bias, eps):
    """y = weight xhat + bias for the rows x."""
    y = np.empty(x.shape, x.dtype)
    _layer_norm(np.ascontiguousarray(x), weight, bias, np.float32(eps), y)
    return y


@Loop
def _layer_norm(x, weight, bias, eps, y):
    n, d = x.shape
    for i in range(n):
        mean, inverse, rest = _moments(x[i], eps)
        for k in range(d):
            y[i, k] = ((x[i, k] - mean) * inverse - rest) * weight[k] + bias[k]


@Loop
def _moments(x, eps):
    """(mean, 1 / std, rest) of a row, xhat = (x - mean) / std - rest: what rounding left of the mean counts."""
    d = np.float32(x.size)
    total, rest, square = ZERO, ZERO, ZERO
    for k in range(x.size):
        total += x[k]
    mean = total / d
    for k in range(x.size):
        rest += x[k] - mean
        square += (x[k] - mean) * (x[k] - mean)
    rest /= d
    inverse = ONE / np.sqrt(max(square / d - rest * rest, ZERO) + eps)
    return mean, inverse, rest * inverse


def layer_norm_backward(g, x, weight, eps):
    """(grad_x, grad_weight, grad_bias) for the rows x, the last two in float64."""
    grad_x, (grad_weight, grad_bias) = np.empty(x.shape, x.dtype), np.zeros((2, x.shape[1]))
    g, x = np.ascontiguousarray(g), np.ascontiguousarray(x)
    _layer_norm_backward(g, x, weight, np.float32(eps), grad_x, grad_weight, grad_bias)
    return grad_x, grad_weight, grad_bias


@Loop
def _layer_norm_backward(g, x, weight, eps, grad_x, grad_weight, grad_bias):
    n, d = x.shape
    for i in range(n):
        mean, inverse, rest = _moments(x[i], eps)
        of_g, of_g_xhat = ZERO, ZERO
        for k in range(d):
            xhat = (x[i, k] - mean) * inverse - rest
            of_g += weight[k] * g[i, k]
            of_g_xhat += weight[k] * g[i, k] * xhat
            grad_weight[k] += g[i, k] * xhat
            grad_bias[k] += g[i, k]
        of_g, of_g_xhat = of_g / np.float32(d), of_g_xhat / np.float32(d)
        for k in range(d):
            xhat = (x[i, k] - mean) * inverse - rest
            grad_x[i, k] = (weight[k] * g[i, k] - of_g - xhat * of_g_xhat) * inverse


ZERO, ONE = np.float32(0), np.float32(1)
