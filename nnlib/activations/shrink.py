"""Shrinkage: small inputs are set to zero, large ones kept or pulled towards it."""

import numpy as np

from nnlib._check import as_float, as_grad, need


def hardshrink(x, *, lambd=0.5):
    """Keep what is larger than lambd in magnitude, set the rest to zero.

    Parameters
    ----------
    x : array, any shape
    lambd : float, default 0.5

    Returns
    -------
    array, shape of x

    Notes
    -----
    hardshrink(x) = x if |x| > lambd else 0.  At the jumps x = -lambd and x = lambd value and derivative are
    0; empty in, empty out.
    Donoho & Johnstone (1994), "Ideal spatial adaptation by wavelet shrinkage" (hard thresholding).

    Examples
    --------
    >>> hardshrink(np.array([-2.0, 0.5, 0.6]))
    array([-2. ,  0. ,  0.6])
    """
    x = as_float(x)
    return x * (np.abs(x) > lambd)


def hardshrink_backward(grad_output, x, *, lambd=0.5):
    """Gradient of hardshrink: grad_output where |x| > lambd, else 0; shape of x."""
    x = as_float(x)
    grad_output = as_grad("hardshrink_backward", grad_output, x)
    return grad_output * (np.abs(x) > lambd)


def softshrink(x, *, lambd=0.5):
    """Pull every value towards zero by lambd, and stop there.

    Parameters
    ----------
    x : array, any shape
    lambd : float >= 0, default 0.5

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : lambd is negative

    Notes
    -----
    softshrink(x) = sign(x) max(|x| - lambd, 0).  At the kinks x = -lambd and x = lambd the derivative is 0;
    empty in, empty out.  It is the proximal map of lambd |x|.
    Donoho (1995), "De-noising by soft-thresholding".

    Examples
    --------
    >>> softshrink(np.array([-2.0, 0.3, 1.0]))
    array([-1.5,  0. ,  0.5])
    """
    need(lambd >= 0, "softshrink", "lambd", lambd, "at least 0")
    x = as_float(x)
    return np.sign(x) * np.maximum(np.abs(x) - lambd, 0)


def softshrink_backward(grad_output, x, *, lambd=0.5):
    """Gradient of softshrink: grad_output where |x| > lambd, else 0; shape of x."""
    need(lambd >= 0, "softshrink_backward", "lambd", lambd, "at least 0")
    x = as_float(x)
    grad_output = as_grad("softshrink_backward", grad_output, x)
    return grad_output * (np.abs(x) > lambd)


def tanhshrink(x):
    """What tanh leaves of x: nearly nothing around zero, all but 1 far away.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x

    Notes
    -----
    tanhshrink(x) = x - tanh(x).  Smooth everywhere; empty in, empty out.  ``torch.nn.Tanhshrink``.

    Examples
    --------
    >>> tanhshrink(np.array([-1.0, 0.0, 3.0])).round(4)
    array([-0.2384,  0.    ,  2.0049])
    """
    x = as_float(x)
    return x - np.tanh(x)


def tanhshrink_backward(grad_output, x):
    """Gradient of tanhshrink: grad_output * tanh(x)^2; shape of x."""
    x = as_float(x)
    grad_output = as_grad("tanhshrink_backward", grad_output, x)
    return grad_output * np.tanh(x) ** 2
