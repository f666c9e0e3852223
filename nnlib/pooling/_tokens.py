"""What every pooling over time asks of its arguments."""

import numpy as np

from nnlib._check import as_float, fail


def tokens(op, h, mask, name="h"):
    """h as a float array (..., L, D), and which tokens count, as a bool array (..., L, 1)."""
    h = as_float(h)
    if h.ndim < 2:
        fail(op, name, f"shape {h.shape}", "of shape (..., L, D)")
    if mask is None:
        return h, np.ones((*h.shape[:-1], 1), bool)
    mask = np.asarray(mask)
    if mask.shape != h.shape[:-1]:
        fail(op, "mask", f"shape {mask.shape}", f"of shape {h.shape[:-1]}, True for a token that counts")
    return h, mask.astype(bool)[..., None]


def total(h):
    """Sum over the tokens, as a product with ones; of many in float64, since each addition rounds a large sum."""
    L = h.shape[-2]
    return np.ones(L, h.dtype) @ h if L <= 1000 else h.sum(axis=-2, dtype=np.float64)
