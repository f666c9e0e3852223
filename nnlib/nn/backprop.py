"""The four equations of back-propagation, one function each, for a batch of samples or a single one.

C is the cost of one sample, z the weighted input of a layer and delta = dC/dz its error. Samples come first:
delta and z are (n, units), or (units,) for one sample.
"""

import numpy as np

from nnlib._check import as_float, fail, need, shaped
from nnlib._pair import pair
from nnlib.activations import sigmoid, softmax


def delta_output(dC_da, z, *, activation):
    """Error of the output layer (first equation): slope of the cost times slope of the activation.

    Parameters
    ----------
    dC_da : array, shape (n, units) or (units,), derivative of the cost by the activations
    z : array, shape of dC_da, weighted inputs
    activation : name, function of nnlib.activations, or (f, f_backward)

    Returns
    -------
    array, shape of z

    Raises
    ------
    ValueError : the shapes differ

    Notes
    -----
    delta_L = dC/da * f'(z_L).  For softmax, where each output depends on all z, the same backward function
    gives the product with the Jacobian.  Nielsen (2015), "Neural networks and deep learning", eq. (BP1).

    Examples
    --------
    >>> delta_output(np.array([0.5, -1.0]), np.array([0.0, 0.0]), activation="sigmoid")
    array([ 0.125, -0.25 ])
    """
    _, f_backward = pair(activation)
    dC_da = as_float(dC_da)
    z = np.asarray(z, dtype=dC_da.dtype)
    need(
        z.shape == dC_da.shape, "delta_output", "z", f"shape {z.shape}", f"the shape of dC_da, {dC_da.shape}"
    )
    return f_backward(dC_da, z)


def delta_hidden(W_next, delta_next, z, *, activation):
    """Error of a hidden layer (second equation): the next layer's error, sent back through its weights.

    Parameters
    ----------
    W_next : array, shape (k, h), weights of the next layer
    delta_next : array, shape (n, k) or (k,), its error
    z : array, shape (n, h) or (h,), weighted inputs of this layer
    activation : name, function of nnlib.activations, or (f, f_backward)

    Returns
    -------
    array, shape of z

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    delta_l = (W_{l+1}^T delta_{l+1}) * f'(z_l), for samples in rows delta_{l+1} W_{l+1}.  The slope f' of a
    hidden layer stays whatever the cost is.  Nielsen (2015), eq. (BP2).

    Examples
    --------
    >>> W = np.array([[1.0, 2.0], [3.0, -4.0]])
    >>> delta_hidden(W, np.array([1.0, 1.0]), np.array([0.0, 0.0]), activation="sigmoid")
    array([ 1. , -0.5])
    """
    _, f_backward = pair(activation)
    W_next, delta_next, z = _two_layers("delta_hidden", W_next, delta_next, z)
    return f_backward(delta_next @ W_next, z)


def _two_layers(op, W_next, delta_next, z):
    """The arguments as arrays of one dtype, their shapes checked."""
    W_next = as_float(W_next)
    delta_next = np.asarray(delta_next, dtype=W_next.dtype)
    if W_next.ndim != 2 or delta_next.shape[-1:] != W_next.shape[:1]:
        fail(op, "W_next", f"shape {W_next.shape}", f"of shape {(*delta_next.shape[-1:], 'h')}")
    wanted = (*delta_next.shape[:-1], W_next.shape[1])
    return W_next, delta_next, shaped(op, "z", z, W_next.dtype, wanted)


def grad_bias(delta):
    """Gradient of the biases of a layer (third equation): its error, summed over the samples.

    Parameters
    ----------
    delta : array, shape (n, units) or (units,)

    Returns
    -------
    array, shape (units,)

    Raises
    ------
    ValueError : delta has neither one nor two axes

    Notes
    -----
    dC/db_j = delta_j.  The sum belongs to the cost summed over samples; divide by n for the mean.  No samples
    give zeros.  Nielsen (2015), eq. (BP3).

    Examples
    --------
    >>> grad_bias(np.array([[1.0, 2.0], [10.0, 20.0]]))
    array([11., 22.])
    """
    delta = as_float(delta)
    need(
        delta.ndim in (1, 2), "grad_bias", "delta", f"shape {delta.shape}", "of shape (n, units) or (units,)"
    )
    return np.atleast_2d(delta).sum(axis=0)


def grad_weight(delta, a_prev):
    """Gradient of the weights of a layer (fourth equation): its error times its inputs, over the samples.

    Parameters
    ----------
    delta : array, shape (n, out) or (out,)
    a_prev : array, shape (n, in) or (in,), activations of the layer before

    Returns
    -------
    array, shape (out, in)

    Raises
    ------
    ValueError : the numbers of samples differ

    Notes
    -----
    dC/dw_jk = delta_j a_k, summed over samples: one matrix product delta^T a.  No samples give zeros.
    Nielsen (2015), eq. (BP4).

    Examples
    --------
    >>> grad_weight(np.array([1.0, 10.0]), np.array([1.0, 2.0, 3.0]))
    array([[ 1.,  2.,  3.],
           [10., 20., 30.]])
    """
    delta = as_float(delta)
    a_prev = np.asarray(a_prev, dtype=delta.dtype)
    if delta.ndim not in (1, 2) or a_prev.shape[:-1] != delta.shape[:-1]:
        fail("grad_weight", "a_prev", f"shape {a_prev.shape}", f"of shape {(*delta.shape[:-1], 'in')}")
    return np.atleast_2d(delta).T @ np.atleast_2d(a_prev)


# dC/dz for the usual pairs of output and cost, where a = f(z).
_COST_DELTAS = {
    ("linear", "quadratic"): lambda z, y: z - y,
    ("sigmoid", "quadratic"): lambda z, y: (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z),
    ("sigmoid", "cross_entropy"): lambda z, y: sigmoid(z) - y,
    ("softmax", "log_likelihood"): lambda z, y: softmax(z) - y,
}


def cost_delta(z, y, *, output="sigmoid", cost="quadratic"):
    """Error of the output layer for a cost by name: all that changes when the cost is swapped.

    Parameters
    ----------
    z : array, shape (n, units) or (units,), weighted inputs of the output layer
    y : array, shape of z, the targets
    output : "sigmoid" (default), "linear" or "softmax"
    cost : "quadratic" (default) for sigmoid or linear outputs, "cross_entropy" for sigmoid, "log_likelihood"
        for softmax

    Returns
    -------
    array, shape of z

    Raises
    ------
    ValueError : the shapes differ, or output and cost do not belong together

    Notes
    -----
    a = f(z).  Quadratic 1/2 |a - y|^2: (a - y) f'(z), and plain a - y for a linear output, which therefore needs
    no other cost.  Cross-entropy after sigmoid, log-likelihood after softmax: a - y, the factor f'(z) cancels
    (in this layer only).  Nielsen (2015), "Neural networks and deep learning", chapter 3, eqs. (66) and (84).

    Examples
    --------
    >>> z, y = np.array([5.0]), np.array([0.0])
    >>> cost_delta(z, y).round(4), cost_delta(z, y, cost="cross_entropy").round(4)
    (array([0.0066]), array([0.9933]))
    """
    z = as_float(z)
    y = np.asarray(y, dtype=z.dtype)
    need(y.shape == z.shape, "cost_delta", "y", f"shape {y.shape}", f"the shape of z, {z.shape}")
    known = ", ".join(f"{cost} for {output}" for output, cost in _COST_DELTAS)
    need((output, cost) in _COST_DELTAS, "cost_delta", "cost", f"{cost} for {output}", f"one of {known}")
    return _COST_DELTAS[output, cost](z, y)
