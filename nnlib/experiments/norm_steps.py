"""Batch norm in the small steps in which it is taught: what is normalised, what is kept, and the way back."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.norm import batch_norm


def normalize(x, axes, *, eps=1e-5):
    """Mean 0 and variance 1 over some axes: what batch, layer, instance and group norm have in common.

    Parameters
    ----------
    x : array, any shape
    axes : tuple of int, that share a mean and a variance
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : axes is empty

    Notes
    -----
    (x - mean) / sqrt(var + eps), mean and biased variance over the axes.
    Ioffe & Szegedy (2015), "Batch normalization", algorithm 1.

    Examples
    --------
    >>> x = np.array([[1.0, 3.0], [10.0, 50.0]])
    >>> normalize(x, (1,)).round(3), normalize(x, (0,), eps=20.25).round(3)
    (array([[-1.,  1.],
           [-1.,  1.]]), array([[-0.707, -0.982],
           [ 0.707,  0.982]]))
    """
    x = as_float(x)
    need(len(axes) > 0, "normalize", "axes", axes, "at least one axis")
    exact = x.astype(np.float64)
    centred = exact - exact.mean(axis=axes, keepdims=True)
    var = np.square(centred).mean(axis=axes, keepdims=True)
    return (centred / np.sqrt(var + eps)).astype(x.dtype)


def batch_norm_train(x, weight, bias, *, eps=1e-5):
    """Batch norm in training, nothing but its output.

    Parameters
    ----------
    x : array, shape (N, C) or (N, C, ...)
    weight, bias : arrays, shape (C,), the papers' gamma and beta
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : x has one value a channel, or a shape is not as above

    Notes
    -----
    As `nnlib.norm.batch_norm` with training=True.
    Ioffe & Szegedy (2015), "Batch normalization", algorithm 1.

    Examples
    --------
    >>> batch_norm_train(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([2.0, 2.0]), np.array([0.0, 7.0])).round(3)
    array([[-2.,  7.],
           [ 2.,  7.]])
    """
    return batch_norm(x, None, None, weight, bias, training=True, eps=eps)[0]


def update_running(running_mean, running_var, x, *, momentum=0.1):
    """The running statistics after one more batch.

    Parameters
    ----------
    running_mean, running_var : arrays, shape (C,)
    x : array, shape (N, C) or (N, C, ...)
    momentum : float, default 0.1, share of the batch

    Returns
    -------
    running_mean, running_var : arrays, shape (C,)

    Raises
    ------
    ValueError : x has one value a channel, or a shape is not as above

    Notes
    -----
    running <- (1 - momentum) running + momentum (mean, unbiased variance), as torch.nn.BatchNorm1d does.
    Ioffe & Szegedy (2015), "Batch normalization", algorithm 2.

    Examples
    --------
    >>> update_running(np.zeros(1), np.ones(1), np.array([[1.0], [3.0]]), momentum=0.5)
    (array([1.]), array([1.5]))
    """
    return batch_norm(x, running_mean, running_var, training=True, momentum=momentum)[1:]


def batch_norm_backward_steps(grad_output, x, weight, *, eps=1e-5):
    """The way back through batch norm in training, node after node.

    Parameters
    ----------
    grad_output, x : arrays, shape (N, C)
    weight : array, shape (C,)
    eps : float, default 1e-5

    Returns
    -------
    grad_xhat : array, shape (N, C), of the normalised x
    grad_var, grad_mean : arrays, shape (C,), of the batch's variance and mean
    grad_x : array, shape (N, C)

    Raises
    ------
    ValueError : the shapes do not go together, or there is one sample only

    Notes
    -----
    With s = sqrt(var + eps) and sums over the samples,
    grad_xhat = weight g,  grad_var = -1/2 sum(grad_xhat (x - mean)) / s^3,  grad_mean = -sum(grad_xhat) / s,
    grad_x = grad_xhat / s + grad_var 2 (x - mean) / N + grad_mean / N.
    Ioffe & Szegedy (2015), "Batch normalization", section 3.

    Examples
    --------
    >>> g, x = np.array([[1.0], [0.0], [0.0]]), np.array([[-1.0], [0.0], [1.0]])
    >>> _, var, mean, grad_x = batch_norm_backward_steps(g, x, np.array([3.0]), eps=1 / 3)
    >>> var, mean, grad_x.ravel()
    (array([1.5]), array([-3.]), array([ 1., -1.,  0.]))
    """
    g, x, weight = as_float(grad_output), as_float(x), as_float(weight)
    op = "batch_norm_backward_steps"
    need(x.ndim == 2 and len(x) > 1, op, "x", f"shape {x.shape}", "of shape (N, C) with N at least 2")
    need(g.shape == x.shape, op, "grad_output", f"shape {g.shape}", f"of shape {x.shape}")
    need(weight.shape == x.shape[1:], op, "weight", f"shape {weight.shape}", f"of shape {x.shape[1:]}")
    n, dtype = len(x), x.dtype
    g, x, weight = (a.astype(np.float64) for a in (g, x, weight))
    centred = x - x.mean(axis=0)
    s = np.sqrt(np.square(centred).mean(axis=0) + eps)
    grad_xhat = weight * g
    grad_var = -0.5 * (grad_xhat * centred).sum(axis=0) / s**3
    grad_mean = -grad_xhat.sum(axis=0) / s
    grad_x = grad_xhat / s + grad_var * 2 * centred / n + grad_mean / n
    return tuple(part.astype(dtype) for part in (grad_xhat, grad_var, grad_mean, grad_x))
