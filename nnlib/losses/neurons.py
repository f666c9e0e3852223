"""The two costs of a single sigmoid neuron, by their gradients: one learns slowly from bad mistakes."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import sigmoid, sigmoid_backward


def neuron_gradients(x, y, w, b, *, cost="quadratic"):
    """Gradients of the cost of a sigmoid neuron with respect to its weights and bias, over n samples.

    Parameters
    ----------
    x : array, shape (n, d)
    y : array, shape (n,), the wanted outputs
    w : array, shape (d,), the weights
    b : float, the bias
    cost : "quadratic" (default) or "cross_entropy"

    Returns
    -------
    (dw, db) : array of shape (d,), and a number

    Raises
    ------
    ValueError : a shape is not as above, or cost is neither of the two

    Notes
    -----
    With z = w . x + b and a = sigmoid(z): 1/n sum (a - y) sigmoid'(z) x for the quadratic cost (a - y)^2 / 2,
    and 1/n sum (a - y) x for the cross-entropy, without the factor that is small where a is near 0 or 1.
    n = 0 gives nan.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, eqs. (55), (61) and (62).

    Examples
    --------
    >>> dw, db = neuron_gradients(np.array([[1.0]]), np.array([0.0]), np.array([2.0]), 2.0)
    >>> db.round(4)
    np.float64(0.0173)
    >>> dw, db = neuron_gradients(np.array([[1.0]]), np.array([0.0]), np.array([2.0]), 2.0, cost="cross_entropy")
    >>> db.round(4)
    np.float64(0.982)
    """
    op = "neuron_gradients"
    need(cost in ("quadratic", "cross_entropy"), op, "cost", repr(cost), "'quadratic' or 'cross_entropy'")
    x = as_float(x)
    need(x.ndim == 2, op, "x", f"shape {x.shape}", "of shape (n, d)")
    y, w, b = (np.asarray(v, dtype=x.dtype) for v in (y, w, b))
    need(y.shape == x.shape[:1], op, "y", f"shape {y.shape}", f"of shape {x.shape[:1]}")
    need(w.shape == x.shape[1:], op, "w", f"shape {w.shape}", f"of shape {x.shape[1:]}")
    need(b.ndim == 0, op, "b", f"shape {b.shape}", "one number")
    z = x @ w + b
    error = sigmoid(z) - y
    if cost == "quadratic":
        error = sigmoid_backward(error, z)
    n = x.dtype.type(len(x))
    with np.errstate(invalid="ignore"):  # 0 / 0 for n = 0
        return error @ x / n, error.sum() / n
