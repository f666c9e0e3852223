"""kmax_pool once more, where all tokens count and there are more than k: by a partition instead of a sort.

`_places_of_largest` in nnlib.pooling.ranked says what is computed.
"""

import numpy as np


def kmax_pool(h, k):
    rows, places = _largest(h, k)
    kept = np.take(rows, places).reshape(*rows.shape[:-1], k)
    return np.ascontiguousarray(np.swapaxes(kept, -2, -1))


def kmax_pool_backward(g, h, k):
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
