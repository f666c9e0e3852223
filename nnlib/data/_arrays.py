"""What the functions of nnlib.data ask of their arrays."""

import numpy as np

from nnlib._check import as_float, need


def same_length(op, arrays):
    """The arrays as arrays, and their common length."""
    need(len(arrays) > 0, op, "arrays", "none", "at least one array")
    arrays = [np.asarray(a) for a in arrays]
    lengths = [len(a) if a.ndim else 0 for a in arrays]
    need(len(set(lengths)) == 1, op, "arrays", f"lengths {lengths}", "of one length")
    return arrays, lengths[0]


def matrix(op, X):
    """X as float samples by features, at least one sample."""
    X = as_float(X)
    need(X.ndim == 2 and len(X) > 0, op, "X", f"shape {X.shape}", "of shape (n, d) with n > 0")
    return X


def finite_matrix(op, X):
    """The same, without nan and inf, which an eigenvalue decomposition cannot take."""
    X = matrix(op, X)
    need(np.isfinite(X).all(), op, "X", "nan or inf", "finite")
    return X


def features(op, X, learnt):
    """X as floats, with one column for each number that fit has learnt."""
    X = as_float(X)
    need(learnt is not None, op, "the scaler", "one that was not", "fitted first")
    need(X.shape[1:] == learnt.shape, op, "X", f"shape {X.shape}", f"of shape (n, {len(learnt)})")
    return X


def image(op, x):
    """x as floats with rows and columns along its last two axes, at least one of each."""
    x = as_float(x)
    pixels = x.ndim >= 2 and min(x.shape[-2:]) > 0
    need(pixels, op, "x", f"shape {x.shape}", "of shape (..., H, W), H and W > 0")
    return x
