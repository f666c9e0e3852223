"""Gradient clipping: a bound on the size of a step, whatever the loss does."""

import numpy as np

from nnlib._check import as_float, need
from nnlib._norms import norm


def clip_grad_norm(grads, max_norm, *, norm_type=2.0):
    """Shorten all gradients of a network together so that their joint norm is at most max_norm.

    Parameters
    ----------
    grads : sequence of arrays
    max_norm : float
    norm_type : float, default 2; np.inf for the largest absolute value

    Returns
    -------
    (grads, total_norm) : tuple of arrays like the given ones; the norm before clipping

    Raises
    ------
    ValueError : max_norm is negative or norm_type is not positive

    Notes
    -----
    g <- g min(1, max_norm / (|g| + 1e-6)): the direction stays, also where squares would overflow.  A nan in one
    gradient is in the norm and then in all; an inf makes the norm inf, itself nan and all others 0.  No gradients
    have norm 0.
    Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks", algorithm 1; the
    1e-6 is torch's.

    Examples
    --------
    >>> clipped, norm = clip_grad_norm([np.array([3e6]), np.array([4e6])], 1.0)
    >>> [float(g[0].round(6)) for g in clipped], float(norm)
    ([0.6, 0.8], 5000000.0)
    """
    need(not max_norm < 0, "clip_grad_norm", "max_norm", max_norm, "at least 0")
    need(norm_type > 0, "clip_grad_norm", "norm_type", norm_type, "positive")
    grads = tuple(as_float(g) for g in grads)
    total_norm = _norm(np.array([_norm(g.ravel(), norm_type) for g in grads]), norm_type)
    return tuple(_shortened(g, total_norm + 1e-6, max_norm) for g in grads), total_norm


def _norm(x, p):
    """The norm of a vector, which for float32 need not be a float32."""
    if p == 2:
        with np.errstate(over="ignore", invalid="ignore"):
            length = float(np.sqrt(x @ x))  # several times faster than the general way
        if 1e-12 < length < 1e12:  # squares that float32 can hold, too
            return length
    return float(norm(x.astype(np.float64), p)) if x.size else 0.0


def _shortened(g, length, max_norm):
    scale = np.minimum(1, max_norm / length)
    with np.errstate(invalid="ignore"):  # inf / inf is nan, as in torch
        if scale > 1e-30:
            return g * float(scale)
        return (g.astype(np.float64) / length * max_norm).astype(g.dtype)  # the scale alone may be too small


def clip_grad_value(grads, clip_value):
    """Limit every element of every gradient to [-clip_value, clip_value].

    Parameters
    ----------
    grads : sequence of arrays
    clip_value : float

    Returns
    -------
    tuple of arrays like the given ones

    Raises
    ------
    ValueError : clip_value is negative

    Notes
    -----
    g <- max(-c, min(c, g)), element by element: the direction may turn.  nan stays nan.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 10.11.1.

    Examples
    --------
    >>> clip_grad_value([np.array([-3.0, 0.5])], 1.0)
    (array([-1. ,  0.5]),)
    """
    need(not clip_value < 0, "clip_grad_value", "clip_value", clip_value, "at least 0")
    return tuple(np.clip(as_float(g), -clip_value, clip_value) for g in grads)
