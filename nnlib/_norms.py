"""Lengths of vectors of any size."""

import numpy as np


def norm(x, p=2, *, axis=-1, keepdims=False):
    """The p-norm along an axis (for p = 2 several, or all: None), also where powers of entries overflow or vanish.

    Each vector is divided by the power of 2 at its largest entry, which rounds nothing.
    """
    x = np.asarray(x)
    largest = np.abs(x).max(axis=axis, keepdims=True, initial=0)
    _, exponent = np.frexp(np.where(np.isfinite(largest), largest, 1))
    unit = np.ldexp(x.dtype.type(1), exponent - 1)
    if p == 2:
        length = unit * np.sqrt(np.sum((x / unit) ** 2, axis=axis, keepdims=True))
    else:
        length = unit * np.linalg.norm(x / unit, p, axis=axis, keepdims=True)
    return length if keepdims else np.squeeze(length, axis=axis)[()]
