"""The input times a gate between 0 and 1: gelu, silu, mish, hardswish, glu."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.activations import _fast
from nnlib.activations.exponential import softplus
from nnlib.activations.sigmoidal import sigmoid

_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def gelu(x, *, approximate="none"):
    """Gaussian error linear unit: x times the probability that a standard normal is below x.

    Parameters
    ----------
    x : array, any shape
    approximate : "none" for the exact function, "tanh" for the approximation (off by at most 4.8e-4)

    Returns
    -------
    array, shape of x, values >= -0.17

    Raises
    ------
    ValueError : approximate is neither "none" nor "tanh"

    Notes
    -----
    gelu(x) = x Phi(x) = x/2 (1 + erf(x / sqrt(2))), approximately
    x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).  Smooth; it falls until x = -0.7518 and rises after.  Empty
    in, empty out.  Hendrycks & Gimpel (2016), "Gaussian error linear units", section 2.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    x = as_float(x)
    if _is_tanh("gelu", approximate):
        return 0.5 * x * (1 + np.tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)))
    if x.dtype == np.float32:
        return _fast.gelu(x)
    return x * _normal_cdf(x)


def gelu_backward(grad_output, x, *, approximate="none"):
    """Gradient of gelu: grad_output * (Phi(x) + x phi(x)), or the derivative of the tanh form; shape of x."""
    x = as_float(x)
    grad_output = as_grad("gelu_backward", grad_output, x)
    if _is_tanh("gelu_backward", approximate):
        t = np.tanh(_SQRT_2_OVER_PI * (x + 0.044715 * x * x * x))
        slope = _SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x**2)
        return grad_output * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * slope)
    if x.dtype == np.float32:
        return _fast.gelu_backward(grad_output, x)
    phi = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return grad_output * (_normal_cdf(x) + x * phi)


def _normal_cdf(x):
    from scipy.special import erfc

    # erfc(-u) = 1 + erf(u); the sum leaves no correct digit at x = -9, where Phi is 1e-19
    return 0.5 * erfc(-x / math.sqrt(2))


def _is_tanh(op, approximate):
    need(approximate in ("none", "tanh"), op, "approximate", repr(approximate), "'none' or 'tanh'")
    return approximate == "tanh"


def silu(x):
    """Sigmoid linear unit, also called swish: x times its own sigmoid.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values >= -0.2785

    Notes
    -----
    silu(x) = x sigmoid(x).  Smooth; it falls until x = -1.2785 and rises after; empty in, empty out.
    Elfwing, Uchibe & Doya (2018), "Sigmoid-weighted linear units for neural network function approximation in
    reinforcement learning".

    Examples
    --------
    >>> silu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.2689,  0.    ,  0.7311])
    """
    x = as_float(x)
    return x * sigmoid(x)


def silu_backward(grad_output, x):
    """Gradient of silu: grad_output * s * (1 + x (1 - s)) with s = sigmoid(x); shape of x."""
    x = as_float(x)
    grad_output = as_grad("silu_backward", grad_output, x)
    s = sigmoid(x)
    return grad_output * s * (1 + x * (1 - s))


def mish(x):
    """x times the hyperbolic tangent of its softplus.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values >= -0.3089

    Notes
    -----
    mish(x) = x tanh(log(1 + exp(x))).  Smooth; it falls until x = -1.1924 and rises after.  Empty in, empty
    out.  Misra (2019), "Mish: a self regularized non-monotonic activation function".

    Examples
    --------
    >>> mish(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.3034,  0.    ,  0.8651])
    """
    x = as_float(x)
    return x * np.tanh(softplus(x))


def mish_backward(grad_output, x):
    """Gradient of mish: grad_output * (t + x (1 - t^2) sigmoid(x)) with t = tanh(softplus(x)); shape of x."""
    x = as_float(x)
    grad_output = as_grad("mish_backward", grad_output, x)
    t = np.tanh(softplus(x))
    return grad_output * (t + x * (1 - t**2) * sigmoid(x))


def hardswish(x):
    """silu with a straight-line gate: x times its hardsigmoid.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values >= -0.375

    Notes
    -----
    hardswish(x) = x min(max(x + 3, 0), 6) / 6.  At the kinks the derivative is 0 (x = -3) and 1 (x = 3).
    Empty in, empty out.  Howard et al. (2019), "Searching for MobileNetV3", section 5.2.

    Examples
    --------
    >>> hardswish(np.array([-3.0, -1.5, 1.0, 4.0])).round(4)
    array([-0.    , -0.375 ,  0.6667,  4.    ])
    """
    x = as_float(x)
    return x * np.clip(x + 3, 0, 6) / 6


def hardswish_backward(grad_output, x):
    """Gradient of hardswish: grad_output times 0 up to -3, (2x + 3) / 6 between, 1 from 3 on; shape of x."""
    x = as_float(x)
    grad_output = as_grad("hardswish_backward", grad_output, x)
    inside = (x > -3) & (x < 3)
    return np.where(inside, grad_output * (2 * x + 3) / 6, grad_output * (x >= 3))


def glu(x, *, axis=-1):
    """Gated linear unit: the first half of the features times the sigmoid of the second half.

    Parameters
    ----------
    x : array, even in length along axis
    axis : int, default -1

    Returns
    -------
    array, shape of x with half the length along axis

    Raises
    ------
    ValueError : the length along axis is odd

    Notes
    -----
    glu(x) = a * sigmoid(b) with x = [a, b].  Smooth everywhere; empty in, empty out.
    Dauphin, Fan, Auli & Grangier (2017), "Language modeling with gated convolutional networks", eq. (1).

    Examples
    --------
    >>> glu(np.array([4.0, 3.0, 0.0, 1000.0]))
    array([2., 3.])
    """
    a, b = _halves("glu", as_float(x), axis)
    return a * sigmoid(b)


def glu_backward(grad_output, x, *, axis=-1):
    """Gradient of glu: [grad_output * s, grad_output * a s (1 - s)] with s = sigmoid(b); shape of x."""
    x = as_float(x)
    a, b = _halves("glu_backward", x, axis)
    grad_output = as_grad("glu_backward", grad_output, x, a.shape)
    s = sigmoid(b)
    return np.concatenate([grad_output * s, grad_output * a * s * (1 - s)], axis=axis)


def _halves(op, x, axis):
    length = x.shape[axis]
    need(length % 2 == 0, op, "x", f"length {length}", f"even in length along axis {axis}")
    return np.split(x, 2, axis=axis)
