"""The k largest values of each feature over a sequence, in the order of the sequence, and their mean."""

import numpy as np

from nnlib._check import as_grad, need
from nnlib.pooling import _fast
from nnlib.pooling._tokens import tokens, total


def kmax_pool(h, k, mask=None):
    """The k largest values of each feature, in the order in which they occur.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    k : int, at least 1
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., k, D)

    Raises
    ------
    ValueError : a shape is not as above, or k is below 1

    Notes
    -----
    y_d = (h_{i_1 d}, ..., h_{i_k d}) with i_1 < ... < i_k, the places of the k largest.  Of equal values the first
    are taken.  Where fewer than k tokens count, zeros follow, and no gradient comes back from them.  A nan counts
    as the largest.
    Kalchbrenner, Grefenstette & Blunsom (2014), "A convolutional neural network for modelling sentences",
    section 3.2.

    Examples
    --------
    >>> kmax_pool(np.array([[1.0], [4.0], [2.0], [5.0], [3.0]]), 3).ravel()
    array([4., 5., 3.])
    """
    h, counts = tokens("kmax_pool", h, mask)
    need(k >= 1, "kmax_pool", "k", k, "at least 1")
    if mask is None and k < h.shape[-2]:
        return _fast.kmax_pool(h, k)
    return np.take_along_axis(_with_zeros(h), _places_of_largest(h, k, counts), axis=-2)


def kmax_pool_backward(grad_output, h, k, mask=None):
    """Gradient of kmax_pool: grad_output, back at the places of the k largest; shape of h."""
    op = "kmax_pool_backward"
    h, counts = tokens(op, h, mask)
    need(k >= 1, op, "k", k, "at least 1")
    shape = (*h.shape[:-2], k, h.shape[-1])
    g = np.broadcast_to(as_grad(op, grad_output, h, shape), shape)
    if mask is None and k < h.shape[-2]:
        return _fast.kmax_pool_backward(g, h, k)
    grad = _with_zeros(np.zeros_like(h))
    np.put_along_axis(grad, _places_of_largest(h, k, counts), g, axis=-2)
    return grad[..., :-1, :]


def _places_of_largest(h, k, counts):
    """Places of the k largest in order, L for what is missing: h (..., L, D), counts (..., L, 1) give (..., k, D)."""
    L = h.shape[-2]
    key = np.where(np.isnan(h), -np.inf, -h)
    ranked = np.argsort(np.where(counts, key, np.nan), axis=-2, kind="stable")[..., :k, :]
    ranked = np.where(np.take_along_axis(counts, ranked, axis=-2), ranked, L)
    missing = np.full((*h.shape[:-2], k - ranked.shape[-2], h.shape[-1]), L)
    return np.sort(np.concatenate([ranked, missing], axis=-2), axis=-2)


def _with_zeros(h):
    """h with a last token of zeros, the place L."""
    return np.concatenate([h, np.zeros((*h.shape[:-2], 1, h.shape[-1]), h.dtype)], axis=-2)


def kavg_pool(h, k, mask=None):
    """Mean of the k largest values of each feature.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    k : int, at least 1
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., D)

    Raises
    ------
    ValueError : a shape is not as above, or k is below 1

    Notes
    -----
    y = (1/m) sum of kmax_pool, m = k or the number of tokens that count, if that is less: k = 1 is the maximum over
    time, k >= L the mean.  No tokens give 0.
    Kalchbrenner, Grefenstette & Blunsom (2014), "A convolutional neural network for modelling sentences",
    section 3.2, for the k largest.

    Examples
    --------
    >>> kavg_pool(np.array([[1.0], [4.0], [2.0], [5.0], [3.0]]), 3)
    array([4.])
    """
    h, counts = tokens("kavg_pool", h, mask)
    need(k >= 1, "kavg_pool", "k", k, "at least 1")
    return (total(kmax_pool(h, k, mask)) / _kept(h, k, counts)).astype(h.dtype, copy=False)


def kavg_pool_backward(grad_output, h, k, mask=None):
    """Gradient of kavg_pool: grad_output / m for each of the k largest; shape of h."""
    op = "kavg_pool_backward"
    h, counts = tokens(op, h, mask)
    need(k >= 1, op, "k", k, "at least 1")
    shape = (*h.shape[:-2], h.shape[-1])
    share = np.broadcast_to(as_grad(op, grad_output, h, shape), shape) / _kept(h, k, counts)
    return kmax_pool_backward(np.repeat(share[..., None, :], k, axis=-2), h, k, mask)


def _kept(h, k, counts):
    return np.clip(counts.sum(axis=-2, dtype=h.dtype), 1, k)
