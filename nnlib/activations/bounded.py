"""Steps and straight lines that are cut off: heaviside, hardsigmoid, hardtanh, relu6, threshold."""

import numpy as np

from nnlib._check import as_float, as_grad, need


def heaviside(x, values=0.0):
    """Step function: 0 below zero, 1 above it, and ``values`` at zero.

    Parameters
    ----------
    x : array, any shape
    values : number or array that broadcasts with x, default 0; the result where x is exactly 0

    Returns
    -------
    array, shape of x

    Notes
    -----
    heaviside(x) = 1 if x > 0 else 0.  The derivative is 0 wherever it exists, so there is nothing to train
    through and no backward function.  nan stays nan; empty in, empty out.
    McCulloch & Pitts (1943), "A logical calculus of the ideas immanent in nervous activity".

    Examples
    --------
    >>> heaviside(np.array([-2.0, 0.0, 3.0]), 0.5)
    array([0. , 0.5, 1. ])
    """
    x = as_float(x)
    return np.heaviside(x, np.asarray(values, dtype=x.dtype))


def hardsigmoid(x):
    """Straight-line sketch of the sigmoid: 0 up to -3, 1 from 3 on.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values from 0 to 1

    Notes
    -----
    hardsigmoid(x) = min(max(x / 6 + 1/2, 0), 1).  The derivative is 0 at the kinks -3 and 3; empty in, empty
    out.  Howard et al. (2019), "Searching for MobileNetV3", section 5.2.

    Examples
    --------
    >>> hardsigmoid(np.array([-4.0, 0.0, 1.5, 4.0]))
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    return np.clip(as_float(x) / 6 + 0.5, 0, 1)


def hardsigmoid_backward(grad_output, x):
    """Gradient of hardsigmoid: grad_output / 6 where -3 < x < 3, else 0; shape of x."""
    x = as_float(x)
    grad_output = as_grad("hardsigmoid_backward", grad_output, x)
    return grad_output / 6 * ((x > -3) & (x < 3))


def hardtanh(x, *, min_val=-1.0, max_val=1.0):
    """The identity, cut off at two values.

    Parameters
    ----------
    x : array, any shape
    min_val, max_val : float, default -1 and 1

    Returns
    -------
    array, shape of x, values from min_val to max_val

    Raises
    ------
    ValueError : min_val is greater than max_val

    Notes
    -----
    hardtanh(x) = min(max(x, min_val), max_val).  The derivative is 0 at both kinks; empty in, empty out.
    Collobert (2004), "Large scale machine learning", PhD thesis; ``torch.nn.Hardtanh``.

    Examples
    --------
    >>> hardtanh(np.array([-2.0, 0.5, 2.0]))
    array([-1. ,  0.5,  1. ])
    """
    need(min_val <= max_val, "hardtanh", "min_val", min_val, f"at most max_val, {max_val}")
    return np.clip(as_float(x), min_val, max_val)


def hardtanh_backward(grad_output, x, *, min_val=-1.0, max_val=1.0):
    """Gradient of hardtanh: grad_output where min_val < x < max_val, else 0; shape of x."""
    need(min_val <= max_val, "hardtanh_backward", "min_val", min_val, f"at most max_val, {max_val}")
    x = as_float(x)
    grad_output = as_grad("hardtanh_backward", grad_output, x)
    return grad_output * ((x > min_val) & (x < max_val))


def relu6(x):
    """Rectifier that stops at 6.

    It bounds the activation, not the gradient: an upstream gradient passes unchanged, however large, wherever
    0 < x < 6.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x, values from 0 to 6

    Notes
    -----
    relu6(x) = min(max(x, 0), 6).  The derivative is 0 at the kinks 0 and 6; empty in, empty out.
    Krizhevsky (2010), "Convolutional deep belief networks on CIFAR-10".

    Examples
    --------
    >>> relu6(np.array([-1.0, 3.0, 9.0]))
    array([0., 3., 6.])
    """
    return np.clip(as_float(x), 0, 6)


def relu6_backward(grad_output, x):
    """Gradient of relu6: grad_output where 0 < x < 6, else 0; shape of x."""
    x = as_float(x)
    grad_output = as_grad("relu6_backward", grad_output, x)
    return grad_output * ((x > 0) & (x < 6))


def threshold(x, threshold, value):
    """Keep what exceeds a threshold and put a constant in place of the rest.

    Parameters
    ----------
    x : array, any shape
    threshold : float
    value : float

    Returns
    -------
    array, shape of x

    Notes
    -----
    threshold(x) = x if x > threshold else value.  At the threshold there is a jump unless value equals it;
    the derivative there is taken as 0.  Empty in, empty out.  ``torch.nn.Threshold``.

    Examples
    --------
    >>> threshold(np.array([0.0, 1.0, 2.0]), 1.0, -5.0)
    array([-5., -5.,  2.])
    """
    x = as_float(x)
    return np.where(x <= threshold, x.dtype.type(value), x)


def threshold_backward(grad_output, x, threshold, value):
    """Gradient of threshold: grad_output where x > threshold, else 0; shape of x."""
    x = as_float(x)
    grad_output = as_grad("threshold_backward", grad_output, x)
    return grad_output * (x > threshold)
