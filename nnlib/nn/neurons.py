"""One neuron, and why layers of neurons need something nonlinear between them."""

import numpy as np

from nnlib._check import as_float, need, shaped

__all__ = ["collapse_linear", "neuron"]


def neuron(x, w, b, *, activation):
    """Artificial neuron: weigh the inputs, add a bias, bend the sum.

    Parameters
    ----------
    x : array, shape (d,) for one sample or (n, d) for n
    w : array, shape (d,), the weights
    b : float, the bias
    activation : function of an array

    Returns
    -------
    number for one sample, array of shape (n,) for n

    Raises
    ------
    ValueError : w is not of shape (d,) or b is not one number

    Notes
    -----
    a = f(z) with z = w . x + b.  n = 0 gives an empty array.
    Nielsen (2015), "Neural networks and deep learning", chapter 1, eq. (4).

    Examples
    --------
    >>> neuron(np.array([1.0, 2.0]), np.array([0.5, -0.25]), 0.0, activation=np.cos)
    np.float64(1.0)
    """
    x = as_float(x)
    w, b = np.asarray(w, dtype=x.dtype), np.asarray(b, dtype=x.dtype)
    need(w.shape == x.shape[-1:], "neuron", "w", f"shape {w.shape}", f"of shape {x.shape[-1:]}")
    need(b.ndim == 0, "neuron", "b", f"shape {b.shape}", "one number")
    return activation(x @ w + b)


def collapse_linear(W1, b1, W2, b2):
    """The one linear layer that computes what two in a row compute.

    Parameters
    ----------
    W1 : array, shape (h, d)
    b1 : array, shape (h,)
    W2 : array, shape (k, h)
    b2 : array, shape (k,)

    Returns
    -------
    (W, b) : arrays of shape (k, d) and (k,)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2).  The rank of W is at most h: a narrow middle layer
    limits what the pair can compute, but depth adds nothing.  h = 0 gives W = 0 and b = b2.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.1.

    Examples
    --------
    >>> W, b = collapse_linear(np.array([[1.0, 2.0]]), np.array([3.0]), np.array([[10.0]]), np.array([4.0]))
    >>> W, b
    (array([[10., 20.]]), array([34.]))
    """
    W1, b1, W2, b2 = _two_layers("collapse_linear", W1, b1, W2, b2)
    return W2 @ W1, W2 @ b1 + b2


def _two_layers(op, W1, b1, W2, b2):
    """The arguments as arrays of one dtype, their shapes checked."""
    W1 = as_float(W1)
    need(W1.ndim == 2, op, "W1", f"shape {W1.shape}", "of shape (h, d)")
    b1 = shaped(op, "b1", b1, W1.dtype, W1.shape[:1])
    W2 = np.asarray(W2, dtype=W1.dtype)
    need(W2.shape[1:] == b1.shape, op, "W2", f"shape {W2.shape}", f"of shape (k, {len(b1)})")
    return W1, b1, W2, shaped(op, "b2", b2, W1.dtype, W2.shape[:1])
