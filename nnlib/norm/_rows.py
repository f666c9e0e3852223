"""What batch, instance and group norm share: statistics of rows, and one affine map for each of them.

x is (n, c, l): row x[i, j] holds the l places of channel j of sample i. The three norms differ only in `pool`, which
averages numbers of rows, shape (n, c), over the rows that are normalised together. Then y = scale x + shift with one
scale and one shift a row, and so is the gradient, of x and grad_output. Fast because the sums are products with ones,
and because few samples at a time stay in the cache while they are mapped.
"""

import numpy as np

BLOCK = 2**16  # numbers in a block of samples


def row_means(x):
    """The mean of each row: (n, c)."""
    return x[..., 0] if x.shape[2] == 1 else x @ np.full(x.shape[2], 1 / max(x.shape[2], 1), x.dtype)


def row_dots(x, y):
    """The mean of x y over each row: (n, c)."""
    if x.shape[2] == 1:
        return x[..., 0] * y[..., 0]
    return np.einsum("ncl,ncl->nc", x, y) / max(x.shape[2], 1)


def moments(x, pool):
    """(x - shift, shift, mean, variance): float64 statistics of what is returned, shapes as pool gives them.

    E[x^2] - E[x]^2 loses every digit where the mean is large (float32 around 1000), so it is taken off first there;
    a rough one will do, since y does not depend on it.
    """
    shift, mean, square = 0.0, pool(row_means(x)), pool(row_dots(x, x))
    if np.any(mean * mean > 16 * (square - mean * mean)):
        x, shift = less(x, mean)
        mean, square = pool(row_means(x)), pool(row_dots(x, x))
    return x, shift, mean, np.maximum(square - mean * mean, 0)


def less(x, mean):
    """(x - shift, shift) with the shift the mean, rounded to a number of x's type."""
    shift = mean.astype(x.dtype)
    return x - shift[..., None], shift


def affine(shift, *terms):
    """The sum of scale x over the terms (x, scale), plus shift; scales and shift of shape (n, c) or (1, c)."""
    first = terms[0][0]
    n, c, l = first.shape
    step = max(1, BLOCK // max(1, c * l))
    terms = [(x, _along_rows(scale, x)) for x, scale in terms]
    shift = _along_rows(shift, first)
    y = np.empty((n, c, l), first.dtype)
    scratch = np.empty((min(step, n), c, l), first.dtype) if len(terms) > 1 else None
    for start in range(0, n, step):
        block = slice(start, start + step)
        out = y[block]
        for k, (x, scale) in enumerate(terms):
            scale = scale if len(scale) == 1 else scale[block]
            if k == 0:
                np.multiply(x[block], scale, out=out)
            else:
                out += np.multiply(x[block], scale, out=scratch[: len(out)])
        out += shift if len(shift) == 1 else shift[block]
    return y


def _along_rows(numbers, x):
    """One number a row as an array that multiplies x; written out where all samples share it, which is faster."""
    numbers = numbers.astype(x.dtype)
    if len(numbers) > 1:
        return numbers[..., None]
    return np.repeat(numbers, x.shape[2], axis=1).reshape(1, *x.shape[1:])


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
