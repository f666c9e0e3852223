"""What the formulas elsewhere say, once more with fewer or longer passes over memory."""

import numpy as np

from nnlib.pooling._along import largest_backward


def largest_backward_of_rows(g, x, y, w):
    """`largest_backward` along the last axis for the windows w, on all rows laid end to end.

    Where every s inputs have an output, the input of a tap lies as far from its output in the whole array as in a
    row, so that one slice serves all rows; windows that would then see a neighbouring row are taken out.
    """
    taps = w.taps()
    if w.n != w.s * w.out or not taps or x.size == 0:
        return largest_backward(g, x, y, -1, taps)
    x_flat, y_flat = np.ravel(x), np.ravel(y)
    left, grad = np.array(g).reshape(-1), np.zeros_like(x_flat)
    is_largest = np.empty(y_flat.shape, bool)
    for within, inputs in taps[:-1]:
        o, i = _end_to_end(within, inputs, w, y_flat.size, x_flat.size)
        np.equal(x_flat[i], y_flat[o], out=is_largest[o])
        _only(within, is_largest, w.out)
        given = is_largest[o] * left[o]
        left[o] -= given
        grad[i] += given
    for within, inputs in taps[-1:]:
        o, i = _end_to_end(within, inputs, w, y_flat.size, x_flat.size)
        _only(within, left, w.out)
        grad[i] += left[o]
    return grad.reshape(x.shape)


def _only(within, flat, out):
    rows = flat.reshape(-1, out)
    rows[:, : within.start] = rows[:, within.stop :] = 0


def _end_to_end(outputs, inputs, w, n_outputs, n_inputs):
    shift = inputs.start - w.s * outputs.start
    first, last = max(0, -(shift // w.s)), min(n_outputs - 1, (n_inputs - 1 - shift) // w.s)
    return slice(first, last + 1), slice(w.s * first + shift, w.s * last + shift + 1, w.s)


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
