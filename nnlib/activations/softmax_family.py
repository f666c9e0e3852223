"""softmax, its logarithm, its Jacobian and its inverse."""

import numpy as np

from nnlib._check import as_float, as_grad, need


def softmax(x, *, axis=-1):
    """Turn scores into probabilities: positive, and summing to 1 along axis.

    Parameters
    ----------
    x : array, at least one axis
    axis : int, default -1; for scores of shape (N, K), the default makes each row sum to 1

    Returns
    -------
    array, shape of x

    Notes
    -----
    softmax(x)_j = exp(x_j) / sum_k exp(x_k).  Adding a constant to all scores changes nothing.  It saturates
    where scores differ much, not where they are large: k tied largest scores then have 1/k each.  Empty in,
    empty out; scores that are all -inf give nan.
    Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs".

    Examples
    --------
    >>> softmax(np.array([1.0, 2.0, 5.0, 2.0])).round(4)
    array([0.0164, 0.0445, 0.8945, 0.0445])
    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    e = np.exp(_shifted(as_float(x), axis))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_backward(grad_output, x, *, axis=-1):
    """Gradient of softmax: a * (grad_output - sum(grad_output * a)) with a = softmax(x); shape of x."""
    x = as_float(x)
    grad_output = as_grad("softmax_backward", grad_output, x)
    a = softmax(x, axis=axis)
    return a * (grad_output - (grad_output * a).sum(axis=axis, keepdims=True))


def log_softmax(x, *, axis=-1):
    """Logarithm of softmax, exact also where the probability itself underflows.

    Parameters
    ----------
    x : array, at least one axis
    axis : int, default -1

    Returns
    -------
    array, shape of x, values <= 0

    Notes
    -----
    log_softmax(x)_j = x_j - log(sum_k exp(x_k)).  Empty in, empty out.
    Blanchard, Higham & Higham (2021), "Accurately computing the log-sum-exp and softmax functions".

    Examples
    --------
    >>> log_softmax(np.array([1000.0, 0.0]))
    array([    0., -1000.])
    """
    shifted = _shifted(as_float(x), axis)
    with np.errstate(divide="ignore"):  # log(0), for an empty axis
        return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def log_softmax_backward(grad_output, x, *, axis=-1):
    """Gradient of log_softmax: grad_output - softmax(x) * sum(grad_output); shape of x."""
    x = as_float(x)
    grad_output = np.broadcast_to(as_grad("log_softmax_backward", grad_output, x), x.shape)
    return grad_output - softmax(x, axis=axis) * grad_output.sum(axis=axis, keepdims=True)


def logsumexp(x, *, axis=-1, keepdims=False):
    """Logarithm of the sum of exponentials: a smooth maximum.

    Parameters
    ----------
    x : array, at least one axis
    axis : int, default -1
    keepdims : bool, default False; keep the summed axis with length 1

    Returns
    -------
    array, shape of x without axis

    Notes
    -----
    logsumexp(x) = log(sum_k exp(x_k)), between max(x) and max(x) + log(K).  An empty axis, or nothing but
    -inf, gives -inf.
    Blanchard, Higham & Higham (2021), "Accurately computing the log-sum-exp and softmax functions".

    Examples
    --------
    >>> logsumexp(np.array([1000.0, 1000.0])).round(4)
    np.float64(1000.6931)
    """
    x = as_float(x)
    largest = x.max(axis=axis, keepdims=True, initial=-np.inf)
    # exp(1000) overflows, exp(1000 - largest) does not; an infinite largest would make inf - inf
    shift = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):  # log(0) = -inf is the answer for an empty axis
        y = shift + np.log(np.exp(x - shift).sum(axis=axis, keepdims=True))
    return y if keepdims else np.squeeze(y, axis=axis)


def logsumexp_backward(grad_output, x, *, axis=-1, keepdims=False):
    """Gradient of logsumexp: grad_output * softmax(x), grad_output shaped as the result; shape of x."""
    x = as_float(x)
    kept = list(x.shape)
    kept[axis] = 1
    shape = tuple(kept) if keepdims else tuple(np.delete(x.shape, axis).tolist())
    grad_output = as_grad("logsumexp_backward", grad_output, x, shape)
    if grad_output.ndim:
        grad_output = grad_output.reshape(kept)
    return grad_output * softmax(x, axis=axis)


def softmax_jacobian(x):
    """All partial derivatives of softmax: entry (j, i) is how probability j answers to score i.

    Parameters
    ----------
    x : array, shape (..., K)

    Returns
    -------
    array, shape (..., K, K)

    Notes
    -----
    d a_j / d x_i = a_j (1{i = j} - a_i) with a = softmax(x), that is diag(a) - a a^T: positive on the
    diagonal, negative off it, rows and columns summing to 0.  Empty in, empty out.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.3.

    Examples
    --------
    >>> softmax_jacobian(np.array([0.0, 0.0]))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    a = softmax(x)
    identity = np.eye(a.shape[-1], dtype=a.dtype)
    return a[..., :, None] * (identity - a[..., None, :])


def softmax_inverse(a, *, c=0.0):
    """Scores whose softmax is a: its logarithm, up to a constant that softmax cannot see.

    Parameters
    ----------
    a : array, any shape, values >= 0; probabilities that sum to 1 along the axis of the softmax
    c : float, default 0, the free constant

    Returns
    -------
    array, shape of a

    Raises
    ------
    ValueError : a value is negative

    Notes
    -----
    x_j = log(a_j) + c.  A probability of 0 gives -inf; empty in, empty out.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, exercise "Inverting the softmax layer".

    Examples
    --------
    >>> softmax(softmax_inverse(np.array([0.2, 0.3, 0.5]), c=7.0))
    array([0.2, 0.3, 0.5])
    """
    a = as_float(a)
    need(not (a < 0).any(), "softmax_inverse", "a", f"the value {a.min(initial=np.inf)}", "at least 0")
    with np.errstate(divide="ignore"):  # log(0) = -inf is the answer
        return np.log(a) + c


def _shifted(x, axis):
    # exp(1000) overflows; with the largest score at 0 nothing does (initial: an empty axis has no largest)
    return x - x.max(axis=axis, keepdims=True, initial=-np.inf)
