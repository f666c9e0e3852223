"""Exact GELU of float32 by NumPy's vectorised exp: NumPy has no erf, and SciPy's takes one number at a time.

It has a fifth to a third of torch's speed. Its exp, its last division and the way to memory alone take twice torch's
time; the rational function before them, eight cheap passes through the cache, three times. Where numba is installed,
the same formulas are one loop over a large array, at about torch's speed.
"""

import math

import numpy as np

from nnlib._compiled import Loop, pays

# q(x) = log(Phi(x) / Phi(-x)) = x A (s + B - C / (s - D + E / (s + F))) with s = x^2: the least error of Phi up to
# |x| = 6, 5e-8; beyond, q only grows
A, B, C, D, E, F = map(np.float32, (0.036276384, 65.238289, 147.01814, 23.5951997, 1382.68739, 45.3131998))
# exp(r) = 1 + r + r^2 p(r) up to |r| = log(2) / 2, to 1e-7: the coefficients of p as Cephes has them
P = tuple(map(np.float32, (1.9875691e-4, 1.3981999e-3, 8.3334519e-3, 4.1665796e-2, 1.6666665e-1, 0.5)))
ONE, HALF, LOG_2, PER_LOG_2 = map(np.float32, (1, 0.5, math.log(2), 1 / math.log(2)))
PHI_0 = np.float32(1 / math.sqrt(2 * math.pi))
LEAST, MOST = np.float32(-88), np.float32(89)  # the exponential of the first is 0, of the second inf
BLOCK = 2**15  # numbers that stay in the cache from one pass to the next


def gelu(x):
    """x Phi(x) of a float32 array."""
    if pays(x.dtype, x.size):
        y = np.empty(x.shape, np.float32)
        _gelu(x.reshape(-1), y.reshape(-1))
        return y[()]

    def write(y, s, z):
        _inverse_cdf(y, s, z)
        np.divide(z, y, out=y)

    return _by_blocks(write, x)


def gelu_backward(grad_output, x):
    """grad_output (Phi(x) + x phi(x)) of float32 arrays."""
    if pays(x.dtype, x.size):
        y = np.empty(x.shape, np.float32)
        _gelu_backward(np.broadcast_to(grad_output, x.shape).reshape(-1), x.reshape(-1), y.reshape(-1))
        return y[()]

    def write(y, s, z, g):
        _inverse_cdf(y, s, z)
        np.reciprocal(y, out=y)
        s *= -0.5
        np.exp(s, out=s)
        s *= 1 / math.sqrt(2 * math.pi)
        s *= z
        y += s
        y *= g

    return _by_blocks(write, x, np.broadcast_to(grad_output, x.shape))


def _inverse_cdf(y, s, z):
    """Write 1 / Phi(z) = 1 + exp(-q(z)) into y, Phi to 1.5e-7, and z^2 into s."""
    np.multiply(z, z, out=s)
    np.add(s, F, out=y)
    np.divide(E, y, out=y)
    y += s
    y -= D
    np.divide(C, y, out=y)
    y -= s
    y -= B
    y *= A
    y *= z
    np.exp(y, out=y)
    y += 1


def _by_blocks(write, *arrays):
    """What write puts into its first argument, given a scratch array and the same few numbers of each array."""
    shape = arrays[0].shape
    y, scratch = np.empty(shape, np.float32), np.empty(min(BLOCK, math.prod(shape)), np.float32)
    out, *flat = (a.reshape(-1) for a in (y, *arrays))
    with np.errstate(over="ignore", invalid="ignore"):  # exp(1000) = inf, and 1 / inf = 0 is right
        for start in range(0, len(out), BLOCK):
            few = slice(start, start + BLOCK)
            of_out = out[few]
            write(of_out, scratch[: len(of_out)], *(a[few] for a in flat))
    return y[()]


@Loop
def _gelu(x, y):
    for i in range(x.size):
        y[i] = x[i] * _cdf(x[i])


@Loop
def _gelu_backward(g, x, y):
    for i in range(x.size):
        y[i] = g[i] * (_cdf(x[i]) + x[i] * PHI_0 * _exp(-HALF * x[i] * x[i]))


@Loop
def _cdf(z):
    """Phi(z) = 1 / (1 + exp(-q(z))), to 1.5e-7."""
    s = z * z
    return ONE / (ONE + _exp(z * A * (C / (s - D + E / (s + F)) - s - B)))


@Loop
def _exp(z):
    """2^k exp(r), z = k log(2) + r: k is put into the exponent of a float32 number bit by bit."""
    z = min(max(z, LEAST), MOST)
    k = np.floor(z * PER_LOG_2 + HALF)
    r = z - k * LOG_2
    p = P[0]
    for c in P[1:]:
        p = p * r + c
    return (ONE + r + r * r * p) * np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)
