"""Smooth relatives of the rectifier: an exponential below zero, a straight line above."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.activations.sigmoidal import sigmoid

# With these two, mean 0 and variance 1 is a fixed point from layer to layer (Klambauer et al. 2017).
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def softplus(x, *, beta=1.0, threshold=20.0):
    """Smooth rectifier: log(1 + e^x).

    Parameters
    ----------
    x : array, any shape
    beta : float, default 1; the larger, the closer to relu
    threshold : float, default 20; x itself is returned where beta * x > threshold

    Returns
    -------
    array, shape of x, values >= 0

    Notes
    -----
    softplus(x) = log(1 + exp(beta x)) / beta, a smooth function with derivative sigmoid(beta x).  At
    beta * x = threshold the formula still applies; empty in, empty out.
    Dugas, Bengio, Bélisle, Nadeau & Garcia (2001), "Incorporating second-order functional knowledge for
    better option pricing".

    Examples
    --------
    >>> softplus(np.array([-1.0, 0.0, 1000.0])).round(4)
    array([3.133e-01, 6.931e-01, 1.000e+03])
    """
    x = as_float(x)
    z = beta * x
    # max(z, 0) + log(1 + exp(-|z|)) is log(1 + exp(z)), which overflows at z = 1000
    return np.where(z > threshold, x, (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta)


def softplus_backward(grad_output, x, *, beta=1.0, threshold=20.0):
    """Gradient of softplus: grad_output * sigmoid(beta x), without the factor where beta x > threshold."""
    x = as_float(x)
    grad_output = as_grad("softplus_backward", grad_output, x)
    z = beta * x
    return np.where(z > threshold, grad_output, grad_output * sigmoid(z))


def elu(x, *, alpha=1.0):
    """Exponential linear unit: x above zero, a curve down to -alpha below.

    Parameters
    ----------
    x : array, any shape
    alpha : float, default 1

    Returns
    -------
    array, shape of x, values above -alpha (for alpha > 0)

    Notes
    -----
    elu(x) = max(x, 0) + alpha (exp(min(x, 0)) - 1).  The derivative at 0 is alpha, its limit from below; 0 is
    a kink unless alpha = 1.  Empty in, empty out.
    Clevert, Unterthiner & Hochreiter (2016), "Fast and accurate deep network learning by ELUs", section 3.

    Examples
    --------
    >>> elu(np.array([-1000.0, -1.0, 2.0])).round(4)
    array([-1.    , -0.6321,  2.    ])
    """
    x = as_float(x)
    # min(x, 0) first: exp(1000) would overflow, even where it is not used
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def elu_backward(grad_output, x, *, alpha=1.0):
    """Gradient of elu: grad_output where x > 0, else grad_output * alpha exp(x); shape of x."""
    x = as_float(x)
    grad_output = as_grad("elu_backward", grad_output, x)
    return np.where(x > 0, grad_output, grad_output * alpha * np.exp(np.minimum(x, 0)))


def selu(x):
    """Scaled ELU, whose two constants keep the activations of a deep stack near mean 0 and variance 1.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values above -1.7581

    Notes
    -----
    selu(x) = scale * elu(x, alpha) with alpha = 1.6733 and scale = 1.0507.  At the kink 0 the derivative is
    scale * alpha = 1.7581, its limit from below; empty in, empty out.
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), "Self-normalizing neural networks", eq. (2).

    Examples
    --------
    >>> selu(np.array([-1.0, 0.0, 2.0])).round(4)
    array([-1.1113,  0.    ,  2.1014])
    """
    return SELU_SCALE * elu(x, alpha=SELU_ALPHA)


def selu_backward(grad_output, x):
    """Gradient of selu: scale times that of elu at alpha = 1.6733; shape of x."""
    x = as_float(x)
    grad_output = as_grad("selu_backward", grad_output, x)
    return SELU_SCALE * elu_backward(grad_output, x, alpha=SELU_ALPHA)


def celu(x, *, alpha=1.0):
    """An ELU without a kink for every alpha: the slope at zero is 1 from both sides.

    Parameters
    ----------
    x : array, any shape
    alpha : float, default 1, not 0

    Returns
    -------
    array, shape of x, values above -alpha (for alpha > 0)

    Raises
    ------
    ValueError : alpha is 0

    Notes
    -----
    celu(x) = max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1).  Empty in, empty out.
    Barron (2017), "Continuously differentiable exponential linear units".

    Examples
    --------
    >>> celu(np.array([-1000.0, -1.0, 2.0]), alpha=2.0).round(4)
    array([-2.    , -0.7869,  2.    ])
    """
    need(alpha != 0, "celu", "alpha", alpha, "different from 0")
    x = as_float(x)
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


def celu_backward(grad_output, x, *, alpha=1.0):
    """Gradient of celu: grad_output where x > 0, else grad_output * exp(x / alpha); shape of x."""
    need(alpha != 0, "celu_backward", "alpha", alpha, "different from 0")
    x = as_float(x)
    grad_output = as_grad("celu_backward", grad_output, x)
    return np.where(x > 0, grad_output, grad_output * np.exp(np.minimum(x, 0) / alpha))
