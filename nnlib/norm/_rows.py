"""What batch, instance and group norm share: statistics of rows, and one affine map for each of them.

x is (n, c, l): row x[i, j] holds the l places of channel j of sample i. The three norms differ only in `pool`, which
averages numbers of rows, shape (n, c), over the rows that are normalised together. Then y = scale x + shift with one
scale and one shift a row, and so is the gradient, of x and grad_output. Fast because the sums are products with ones,
and because few samples at a time stay in the cache while they are mapped.
"""

from functools import lru_cache

import numpy as np

BLOCK = 2**16  # numbers in a block of samples


@lru_cache(maxsize=64)
def shares(n, dtype=np.float64):
    """1 / n, n times: the mean of n numbers is their product with these."""
    return np.full(n, 1 / max(n, 1), dtype)


def row_means(x):
    """The mean of each row: (n, c)."""
    return x[..., 0] if x.shape[2] == 1 else x @ shares(x.shape[2], x.dtype)


def row_dots(x, y):
    """The mean of x y over each row: (n, c)."""
    return x[..., 0] * y[..., 0] if x.shape[2] == 1 else np.vecdot(x, y) / max(x.shape[2], 1)


def far_from_zero(mean, var):
    """Is any mean more than two deviations off?  Far off (float32 around 1000) E[x^2] - E[x]^2 loses every digit."""
    return (mean * mean > 4 * var).any()


def moments(x, pool):
    """(x - shift, shift, mean, variance): float64 statistics of what is returned, shapes as pool gives them.

    A large mean is taken off first; a rough one will do, since y does not depend on it.
    """
    shift, mean, var = 0.0, *_mean_and_var(x, pool)
    if far_from_zero(mean, var):
        x, shift = less(x, mean)
        mean, var = _mean_and_var(x, pool)
    return x, shift, mean, np.maximum(var, 0)


def _mean_and_var(x, pool):
    mean = pool(row_means(x))
    return mean, pool(row_dots(x, x)) - mean * mean


def less(x, mean):
    """(x - shift, shift) with the shift the mean, rounded to a number of x's type."""
    shift = mean.astype(x.dtype)
    return x - shift[..., None], shift


def affine(shift, *terms):
    """The sum of scale x over the terms (x, scale), plus shift; scales and shift of shape (n, c) or (1, c)."""
    (x, scale), *others = [(x, _along_rows(scale, x)) for x, scale in terms]
    shift = _along_rows(shift, x)
    n, c, l = x.shape
    step = max(1, BLOCK // max(1, c * l))
    y, scratch = np.empty(x.shape, x.dtype), np.empty((min(step, n), c, l), x.dtype)
    for start in range(0, n, step):
        block = slice(start, start + step)
        out, part = y[block], scratch[: len(x[block])]
        _multiply(x, scale, block, out)
        for other, its_scale in others:
            _multiply(other, its_scale, block, part)
            out += part
        if len(shift) == 1:
            out += shift
        else:
            np.copyto(part, shift[block])
            out += part
    return y


def _along_rows(numbers, x):
    """One number a row in a shape that goes with x; where all samples share them, written out for one sample."""
    numbers = numbers.astype(x.dtype)
    return numbers.repeat(x.shape[2]).reshape(1, *x.shape[1:]) if len(numbers) == 1 else numbers[..., None]


def _multiply(x, scale, block, out):
    """out = scale x in a block; a number a row is copied to every place first: NumPy is fastest on whole arrays."""
    if len(scale) == 1:
        np.multiply(x[block], scale, out=out)
    else:
        np.copyto(out, scale[block])
        out *= x[block]


def normalized_backward(g, x, weight, eps, pool):
    """(grad_x, grad_weight, grad_bias) of y = weight xhat + bias, xhat = (x - mean) / sqrt(var + eps).

    With <.> the mean over what is normalised together,
    grad_x = (weight g - <weight g> - xhat <weight g xhat>) / sqrt(var + eps).
    """
    x, _, mean, var = moments(x, pool)
    inverse = 1 / np.sqrt(var + eps)
    of_g = row_means(g)
    of_g_xhat = (row_dots(g, x) - mean * of_g) * inverse
    bend = inverse * inverse * pool(weight * of_g_xhat)
    shift = bend * mean - inverse * pool(weight * of_g)
    grad_x = affine(shift, (g, weight * inverse), (x, -bend))
    return grad_x, x.shape[2] * of_g_xhat.sum(axis=0), x.shape[2] * of_g.sum(axis=0, dtype=np.float64)
