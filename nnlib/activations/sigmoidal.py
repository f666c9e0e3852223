"""Smooth S-shaped curves, and the logarithm of the first of them."""

import numpy as np

from nnlib._check import as_float, as_grad


def sigmoid(x):
    """Logistic function: a smooth step from 0 to 1.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values from 0 to 1

    Notes
    -----
    sigmoid(x) = 1 / (1 + exp(-x)).  Smooth everywhere; empty in, empty out.
    Rumelhart, Hinton & Williams (1986), Nature 323, eq. (2).

    Examples
    --------
    >>> sigmoid(np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.2689, 0.5   , 0.7311])
    """
    x = as_float(x)
    # exp(-x) overflows to inf below -709, and 1 / inf = 0 is then the right answer. The overflow-free form
    # (1 + tanh(x / 2)) / 2 would cancel instead: at x = -40 it gives 0, where the value is 4.2e-18.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def sigmoid_backward(grad_output, x):
    """Gradient of sigmoid: grad_output * s * (1 - s) with s = sigmoid(x), at most 1/4; shape of x."""
    x = as_float(x)
    grad_output = as_grad("sigmoid_backward", grad_output, x)
    s = sigmoid(x)
    return grad_output * s * (1 - s)


def tanh(x):
    """Hyperbolic tangent: a smooth step from -1 to 1, zero at zero.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values from -1 to 1

    Notes
    -----
    tanh(x) = (1 - exp(-2x)) / (1 + exp(-2x)) = 2 sigmoid(2x) - 1; the fraction taken literally is inf / inf
    at x = -400.  Smooth everywhere; empty in, empty out.
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.4.

    Examples
    --------
    >>> tanh(np.array([-400.0, 0.0, 1.0])).round(4)
    array([-1.    ,  0.    ,  0.7616])
    """
    return np.tanh(as_float(x))


def tanh_backward(grad_output, x):
    """Gradient of tanh: grad_output * (1 - tanh(x)^2), at most 1; shape of x."""
    x = as_float(x)
    grad_output = as_grad("tanh_backward", grad_output, x)
    return grad_output * (1 - np.tanh(x) ** 2)


def logsigmoid(x):
    """Logarithm of the logistic function.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values <= 0

    Notes
    -----
    logsigmoid(x) = log(1 / (1 + exp(-x))) = -softplus(-x).  Smooth everywhere; empty in, empty out.
    ``torch.nn.LogSigmoid``.

    Examples
    --------
    >>> logsigmoid(np.array([-1000.0, 0.0])).round(4)
    array([-1.000e+03, -6.931e-01])
    """
    x = as_float(x)
    # log(sigmoid(-1000)) would be log(0)
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def logsigmoid_backward(grad_output, x):
    """Gradient of logsigmoid: grad_output * sigmoid(-x); shape of x."""
    x = as_float(x)
    grad_output = as_grad("logsigmoid_backward", grad_output, x)
    return grad_output * sigmoid(-x)


def softsign(x):
    """An S-curve from -1 to 1 without exponentials; its tails are polynomial.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values from -1 to 1

    Notes
    -----
    softsign(x) = x / (1 + |x|).  At 0 the derivative is 1, from both sides; empty in, empty out.
    Turian, Bergstra & Bengio (2009), "Quadratic features and deep architectures for chunking".

    Examples
    --------
    >>> softsign(np.array([-3.0, 0.0, 1.0]))
    array([-0.75,  0.  ,  0.5 ])
    """
    x = as_float(x)
    return x / (1 + np.abs(x))


def softsign_backward(grad_output, x):
    """Gradient of softsign: grad_output / (1 + |x|)^2; shape of x."""
    x = as_float(x)
    grad_output = as_grad("softsign_backward", grad_output, x)
    return grad_output / (1 + np.abs(x)) ** 2
