"""What batch, instance and group norm share: statistics of rows, and one affine map for each of them.

x is (n, c, l): row x[i, j] holds the l places of channel j of sample i. The three norms differ only in what they
normalise together: `over` makes numbers of rows, shape (n, c), float64 and averages them over the samples or not,
`pool` then averages them over the channels of a group or not. So y = scale x + shift with one scale and one shift a
row, and so is the gradient, of x and grad_output. Fast because the sums are products with ones, and because few
samples at a time stay in the cache while they are read or mapped.
"""

from functools import lru_cache

import numpy as np

from nnlib._compiled import pays
from nnlib.norm import _fast

BLOCK = 2**16  # numbers in a block of samples


@lru_cache(maxsize=64)
def shares(n, dtype=np.float64):
    """1 / n, n times: the mean of n numbers is their product with these."""
    return np.full(n, 1 / max(n, 1), dtype)


def over_samples(numbers):
    return shares(numbers.shape[1])[None] @ numbers


def over_nothing(numbers):
    return numbers.astype(np.float64, copy=False)


def row_means(x, y):
    """The means of x and of x y over each row: (2, n, c)."""
    n, c, l = x.shape
    if l > 1 and pays(x.dtype, x.size):
        return _fast.row_means(x, y)
    mean, dot = both = np.empty((2, n, c), x.dtype)
    if l == 1:
        mean[...] = x[..., 0]
        np.multiply(mean, y[..., 0], out=dot)
        return both
    ones = shares(l, x.dtype)
    for block in blocks(x):
        np.matmul(x[block], ones, out=mean[block])
        np.vecdot(x[block], y[block], out=dot[block])
    dot /= max(l, 1)
    return both


def far_from_zero(mean, var):
    """Is any mean more than two deviations off?  Far off (float32 around 1000) E[x^2] - E[x]^2 loses every digit."""
    return (mean * mean > 4 * var).any()


def moments(x, over, pool=over_nothing):
    """(x - shift, shift, mean, variance): float64 statistics of what is returned, shapes as over and pool give them.

    A large mean is taken off first; a rough one will do, since y does not depend on it.
    """
    shift, mean, var = 0.0, *_mean_and_var(x, over, pool)
    if far_from_zero(mean, var):
        x, shift = less(x, mean)
        mean, var = _mean_and_var(x, over, pool)
    return x, shift, mean, np.maximum(var, 0)


def _mean_and_var(x, over, pool):
    mean, square = pool(over(row_means(x, x)))
    return mean, square - mean * mean


def less(x, mean):
    """(x - shift, shift) with the shift the mean, rounded to a number of x's type."""
    shift = mean.astype(x.dtype)
    return x - shift[..., None], shift


def affine(shift, *terms):
    """The sum of scale x over the terms (x, scale), plus shift; scales and shift of shape (n, c) or (1, c)."""
    x = terms[0][0]
    if x.shape[2] > 1 and pays(x.dtype, x.size):
        return _fast.affine(shift, *terms)
    terms = [(x, _along_rows(scale, x)) for x, scale in terms]
    shift, y, part = _along_rows(shift, x), np.empty(x.shape, x.dtype), None
    for block in blocks(x):
        out = y[block]
        _multiply(*terms[0], block, out)
        part = np.empty_like(out) if part is None else part[: len(out)]
        for term in terms[1:]:
            _multiply(*term, block, part)
            out += part
        if len(shift) == 1:
            out += shift
        else:
            np.copyto(part, shift[block])
            out += part
    return y


def blocks(x):
    """Slices of a few samples at a time."""
    if x.size <= BLOCK:
        return (...,)
    n, c, l = x.shape
    step = max(1, BLOCK // max(1, c * l))
    return [slice(start, start + step) for start in range(0, n, step)]


def _along_rows(numbers, x):
    """One number a row in a shape that goes with x; where all samples share them, written out for one sample."""
    numbers = numbers.astype(x.dtype)
    return numbers[0].repeat(x.shape[2]).reshape(1, *x.shape[1:]) if len(numbers) == 1 else numbers[..., None]


def _multiply(x, scale, block, out):
    """out = scale x in a block; a number a row is copied to every place first: NumPy is fastest on whole arrays."""
    if len(scale) == 1:
        np.multiply(x[block], scale, out=out)
    else:
        np.copyto(out, scale[block])
        out *= x[block]


def normalized_backward(g, x, weight, eps, over, pool=over_nothing):
    """(grad_x, grad_weight, grad_bias) of y = weight xhat + bias, xhat = (x - mean) / sqrt(var + eps).

    With <.> the mean over what is normalised together,
    grad_x = (weight g - <weight g> - xhat <weight g xhat>) / sqrt(var + eps).
    """
    x, _, mean, var = moments(x, over, pool)
    inverse = 1 / np.sqrt(var + eps)
    of_g, of_g_x = over(row_means(g, x))
    of_g_xhat = (of_g_x - mean * of_g) * inverse
    bend = inverse * inverse * pool(weight * of_g_xhat)
    shift = bend * mean - inverse * pool(weight * of_g)
    grad_x = affine(shift, (g, weight * inverse), (x, -bend))
    each = x.size // max(of_g.size, 1)
    return grad_x, each * of_g_xhat.sum(axis=0), each * of_g.sum(axis=0)
