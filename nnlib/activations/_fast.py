"""The normal distribution function for float32, by NumPy's vectorised exp: SciPy's erf takes one number at a time."""

import math

import numpy as np

# q(x) = log(Phi(x) / Phi(-x)) = x P(x^2): the weighted least error of Phi up to |x| = 6, 3e-8; beyond, q only grows
P = (
    3.51236762e-09,
    -2.64527535e-07,
    7.92949855e-06,
    -1.10612435e-04,
    -6.51898515e-05,
    7.26661691e-02,
    1.59576988,
)
BLOCK = 16384  # numbers that stay in the cache from one pass to the next


def gelu(x):
    """x Phi(x) of a float32 array."""

    def values(z, y, s):
        _inverse_cdf(z, y, s)
        np.divide(z, y, out=y)

    return _by_blocks(values, x)


def gelu_slope(x):
    """Phi(x) + x phi(x) of a float32 array."""

    def values(z, y, s):
        _inverse_cdf(z, y, s)
        np.reciprocal(y, out=y)
        s *= -0.5
        np.exp(s, out=s)
        s *= 1 / math.sqrt(2 * math.pi)
        s *= z
        y += s

    return _by_blocks(values, x)


def _inverse_cdf(z, y, s):
    """Write 1 / Phi(z) = 1 + exp(-q(z)) into y, Phi to 1.3e-7, and z^2 into s."""
    np.multiply(z, z, out=s)
    np.multiply(s, -P[0], out=y)
    for p in P[1:-1]:
        y -= p
        y *= s
    y -= P[-1]
    y *= z
    np.exp(y, out=y)
    y += 1


def _by_blocks(values, x):
    y, scratch = np.empty(x.shape, np.float32), np.empty(min(BLOCK, x.size), np.float32)
    flat, out = x.reshape(-1), y.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):  # exp(1000) = inf, and 1 / inf = 0 is right
        for start in range(0, x.size, BLOCK):
            z = flat[start : start + BLOCK]
            values(z, out[start : start + BLOCK], scratch[: len(z)])
    return y[()]
