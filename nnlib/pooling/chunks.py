"""A sequence in a fixed number of parts, one vector for each: rough order is kept, length is not."""

import numpy as np

from nnlib._check import as_grad, need
from nnlib.pooling._tokens import tokens
from nnlib.pooling.over_time import (
    avg_pool_time,
    avg_pool_time_backward,
    max_pool_time,
    max_pool_time_backward,
)


def chunk_max_pool(h, n_chunks, mask=None):
    """Largest value of each feature in each of n_chunks parts of a sequence.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    n_chunks : int, at least 1
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., n_chunks, D)

    Raises
    ------
    ValueError : a shape is not as above, or n_chunks is below 1

    Notes
    -----
    The parts follow each other, L // n_chunks tokens long, the first L % n_chunks of them one longer; in each,
    max_pool_time.  A part without a token that counts gives 0, such as the last ones where n_chunks exceeds L.
    Chen, Xu, Liu, Zeng & Zhao (2015), "Event extraction via dynamic multi-pooling convolutional neural networks",
    section 3.3.

    Examples
    --------
    >>> chunk_max_pool(np.array([[1.0], [4.0], [2.0], [3.0], [0.0]]), 2)
    array([[4.],
           [3.]])
    """
    return _by_chunk(max_pool_time, "chunk_max_pool", h, n_chunks, mask)


def chunk_max_pool_backward(grad_output, h, n_chunks, mask=None):
    """Gradient of chunk_max_pool: for each part, to the first token with the largest value; shape of h."""
    return _by_chunk_backward(
        max_pool_time_backward, "chunk_max_pool_backward", grad_output, h, n_chunks, mask
    )


def chunk_avg_pool(h, n_chunks, mask=None):
    """Mean of each feature in each of n_chunks parts of a sequence.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    n_chunks : int, at least 1
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., n_chunks, D)

    Raises
    ------
    ValueError : a shape is not as above, or n_chunks is below 1

    Notes
    -----
    The parts are those of chunk_max_pool; in each, avg_pool_time.  A part without a token that counts gives 0.
    Chen, Xu, Liu, Zeng & Zhao (2015), "Event extraction via dynamic multi-pooling convolutional neural networks",
    section 3.3, with the mean in place of the maximum.

    Examples
    --------
    >>> chunk_avg_pool(np.array([[1.0], [4.0], [4.0], [3.0], [0.0]]), 2)
    array([[3. ],
           [1.5]])
    """
    return _by_chunk(avg_pool_time, "chunk_avg_pool", h, n_chunks, mask)


def chunk_avg_pool_backward(grad_output, h, n_chunks, mask=None):
    """Gradient of chunk_avg_pool: for each part, an equal share to every token that counts; shape of h."""
    return _by_chunk_backward(
        avg_pool_time_backward, "chunk_avg_pool_backward", grad_output, h, n_chunks, mask
    )


def _by_chunk(pool, op, h, n_chunks, mask):
    h, counts, parts = _parts(op, h, n_chunks, mask)
    return np.stack([pool(h[..., part, :], counts[..., part]) for part in parts], axis=-2)


def _by_chunk_backward(pool_backward, op, grad_output, h, n_chunks, mask):
    h, counts, parts = _parts(op, h, n_chunks, mask)
    shape = (*h.shape[:-2], n_chunks, h.shape[-1])
    g = np.broadcast_to(as_grad(op, grad_output, h, shape), shape)
    grads = [pool_backward(g[..., o, :], h[..., part, :], counts[..., part]) for o, part in enumerate(parts)]
    return np.concatenate(grads, axis=-2)


def _parts(op, h, n_chunks, mask):
    h, counts = tokens(op, h, mask)
    need(n_chunks >= 1, op, "n_chunks", n_chunks, "at least 1")
    short, longer = divmod(h.shape[-2], n_chunks)
    ends = np.cumsum([short + (o < longer) for o in range(n_chunks)]).tolist()
    return h, counts[..., 0], [slice(first, end) for first, end in zip([0, *ends], ends)]
