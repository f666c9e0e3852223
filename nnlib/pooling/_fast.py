"""What the formulas elsewhere say, once more with fewer or longer passes over memory."""

import numpy as np

from nnlib.pooling import _along
from nnlib.pooling._along import at


def largest_backward(g, x, y, axis, w):
    """`nnlib.pooling._along.largest_backward` for the windows w, where there is a shorter way."""
    taps = w.taps()
    if not taps or x.size == 0:
        return np.zeros_like(x)
    if w.s > w.d * (w.k - 1):
        return _apart(g, x, y, axis, w, taps)
    if w.n == w.s * w.out:
        return _end_to_end(g, x, y, axis, w, taps)
    return _along.largest_backward(g, x, y, axis, taps)


def _apart(g, x, y, axis, w, taps):
    """Windows that share no input: every input is written once."""
    all_written = w.n == w.k * w.out and w.s == w.k and w.p == 0
    grad, free = np.empty_like(x) if all_written else np.zeros_like(x), np.ones(y.shape, bool)
    for o, i in taps[:-1]:
        o = at(axis, o)
        first = x[at(axis, i)] == y[o]
        first &= free[o]
        free[o] ^= first
        np.multiply(first, g[o], out=grad[at(axis, i)])
    for o, i in taps[-1:]:
        o = at(axis, o)
        np.multiply(free[o], g[o], out=grad[at(axis, i)])
    return grad


def _end_to_end(g, x, y, axis, w, taps):
    """All windows of the whole array at once, where every s inputs have an output.

    The first of every s inputs lie together in `phases[0]`, the second in `phases[1]` and so on: those of a tap are
    then a slice as long as y, shifted. Windows that would see a neighbouring row are taken out.
    """
    wide = 1 if axis == -1 else x.shape[-1]
    phases = x.reshape(-1, w.s, wide).swapaxes(0, 1).reshape(w.s, y.size)
    grad, y, left = np.zeros_like(phases), np.ravel(y), np.array(g).reshape(-1)
    is_largest = np.empty(y.size, bool)
    for within, inputs in taps:
        shift, phase = divmod(inputs.start - w.s * within.start, w.s)
        begin, end = max(0, -shift * wide), y.size - max(0, shift * wide)
        o, i = slice(begin, end), slice(begin + shift * wide, end + shift * wide)
        last = (within, inputs) == taps[-1]  # takes what is left
        if not last:
            np.equal(phases[phase, i], y[o], out=is_largest[o])
        rows = (left if last else is_largest).reshape(-1, w.out, wide)
        rows[:, : within.start] = rows[:, within.stop :] = 0
        given = left[o] if last else is_largest[o] * left[o]
        grad[phase, i] += given
        left[o] -= given
    return grad.reshape(w.s, -1, wide).swapaxes(0, 1).reshape(x.shape)


def max_pool_time_backward(g, h):
    """`max_pool_time_backward` where all tokens count, or None if values are tied or nan."""
    largest = h.max(axis=-2, keepdims=True)
    is_largest = h == largest
    if np.isnan(largest).any() or np.count_nonzero(is_largest) != largest.size:
        return None
    return is_largest * g


def kmax_pool(h, k):
    """`kmax_pool` where all tokens count and there are more than k, by a partition instead of a sort."""
    rows, places = _largest(h, k)
    kept = np.take(rows, places).reshape(*rows.shape[:-1], k)
    return np.ascontiguousarray(np.swapaxes(kept, -2, -1))


def kmax_pool_backward(g, h, k):
    """`kmax_pool_backward` in the same case."""
    rows, places = _largest(h, k)
    grad = np.zeros_like(rows)
    grad.reshape(-1)[places] = np.swapaxes(g, -2, -1).reshape(-1)
    return np.ascontiguousarray(np.swapaxes(grad, -2, -1))


def _largest(h, k):
    """h with time last and contiguous, and the k places of each row in it, counted through."""
    rows = np.ascontiguousarray(np.swapaxes(h, -2, -1))
    L = rows.shape[-1]
    kth = np.partition(rows, L - k, axis=-1)[..., L - k, None]
    keep = ~(rows < kth)  # not rows >= kth, which would lose a nan
    odd = np.count_nonzero(keep, axis=-1) != k  # ties with the k-th, or nan
    if odd.any():
        keep[odd] = _first_of_equals(rows[odd], kth[odd], k)
    return rows, np.flatnonzero(keep)


def _first_of_equals(rows, kth, k):
    sure = (rows > kth) | np.isnan(rows)
    equal = rows == kth
    wanted = k - np.count_nonzero(sure, axis=-1, keepdims=True)
    keep = sure | (equal & (np.cumsum(equal, axis=-1) <= wanted))
    # more than k nans: the first of them
    return keep & (np.cumsum(keep, axis=-1) <= k)
