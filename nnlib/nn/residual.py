"""A block that adds what it computes to what it was given."""

import numpy as np

from nnlib._check import as_float, as_grad, fail
from nnlib._pair import pair


def residual_block(x, *, fn):
    """Add a function of x to x, so that doing nothing is easy to learn and gradients have a way around.

    Parameters
    ----------
    x : array, any shape
    fn : (f, f_backward), both keeping the shape of x, or a function of nnlib.activations or its name

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : f changes the shape

    Notes
    -----
    y = x + F(x), with derivative 1 + F'(x).  Empty in, empty out if F keeps it so.
    He, Zhang, Ren & Sun (2016), "Deep residual learning for image recognition", eq. (1).

    Examples
    --------
    >>> residual_block(np.array([-1.0, 2.0]), fn="relu")
    array([-1.,  4.])
    """
    f, _ = pair(fn)
    x = as_float(x)
    change = np.asarray(f(x))
    if change.shape != x.shape:  # would broadcast silently
        fail("residual_block", "the result of fn", f"shape {change.shape}", f"of shape {x.shape}")
    return x + change


def residual_block_backward(grad_output, x, *, fn):
    """Gradient of residual_block: grad_output + f_backward(grad_output, x); shape of x."""
    _, f_backward = pair(fn)
    x = as_float(x)
    grad_output = as_grad("residual_block_backward", grad_output, x)
    return grad_output + f_backward(grad_output, x)
