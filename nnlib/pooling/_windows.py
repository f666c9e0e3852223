"""Where the windows of a pooling lie: how many fit, and which inputs each place in them sees."""

from functools import lru_cache
from numbers import Integral
from typing import NamedTuple

from nnlib._check import as_float, fail


class Windows(NamedTuple):
    """The windows along one axis of length n: output o sees inputs s o - p + d a for a = 0, ..., k - 1."""

    n: int
    out: int
    k: int
    s: int
    p: int = 0
    d: int = 1

    def taps(self):
        """For each place a: the outputs for which it lies in the input, and the inputs that it then sees."""
        return _taps(*self)


@lru_cache(maxsize=256)
def _taps(n, out, k, s, p, d):
    found = []
    for a in range(k):
        shift = d * a - p
        first, last = max(0, -(shift // s)), min(out - 1, (n - 1 - shift) // s)
        if first <= last:
            found.append((slice(first, last + 1), slice(s * first + shift, s * last + shift + 1, s)))
    return tuple(found)


def image(op, x):
    """x as a float array with at least the two axes of an image, which must not be empty."""
    x = as_float(x)
    if x.ndim < 2 or 0 in x.shape[-2:]:
        fail(op, "x", f"shape {x.shape}", "of shape (..., H, W), H and W at least 1")
    return x


def two(op, argument, value, least):
    """One int for both axes, or one for each."""
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(isinstance(v, Integral) and v >= least for v in both):
        fail(op, argument, value, f"an int or two, at least {least}")
    return both


def windows(op, shape, kernel_size, stride, padding, dilation=1, ceil_mode=False):
    """The windows along each of the last two axes."""
    kernel = two(op, "kernel_size", kernel_size, 1)
    stride = kernel if stride is None else two(op, "stride", stride, 1)
    padding, dilation = two(op, "padding", padding, 0), two(op, "dilation", dilation, 1)
    found = []
    for n, k, s, p, d in zip(shape[-2:], kernel, stride, padding, dilation):
        reach = d * (k - 1) + 1
        if 2 * p > reach:
            fail(op, "padding", p, f"at most half the window, {reach // 2}")
        out = (n + 2 * p - reach + (s - 1 if ceil_mode else 0)) // s + 1
        out -= ceil_mode and (out - 1) * s >= n + p  # the last window must begin before the padding behind
        if out <= 0:
            fail(op, "kernel_size", f"a window of {reach}", f"at most the padded input, {n + 2 * p}")
        found.append(Windows(n, out, k, s, p, d))
    return found
