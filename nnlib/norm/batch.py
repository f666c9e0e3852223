"""Batch norm: every channel made to have mean 0 and variance 1 over the batch."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.norm import _samples
from nnlib.norm._arguments import as_given, channels_first, running, upstream, weight_and_bias
from nnlib.norm._rows import (
    affine,
    far_from_zero,
    less,
    moments,
    normalized_backward,
    over_samples,
    row_means,
)


def batch_norm(
    x, running_mean, running_var, weight=None, bias=None, *, training=False, momentum=0.1, eps=1e-5
):
    """Normalise each channel: by the batch's own mean and variance while training, by the running ones in use.

    Parameters
    ----------
    x : array, shape (N, C) or (N, C, ...)
    running_mean, running_var : arrays, shape (C,), or both None, which training only allows
    weight, bias : arrays, shape (C,), or None for 1 and 0; the papers' gamma and beta
    training : bool, default False
    momentum : float, default 0.1, share of the batch in the new running statistics
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    y : array, shape of x
    running_mean, running_var : arrays, shape (C,), brought up to date while training; None where None was given

    Raises
    ------
    ValueError : x has one value a channel while training, there are no running statistics in use, or a shape is
        not as above

    Notes
    -----
    y = weight (x - mean) / sqrt(var + eps) + bias, per channel, with the biased variance (divisor m, the number
    of values of a channel).  running <- (1 - momentum) running + momentum (mean, var m / (m - 1)).
    A constant channel gives its bias.  An empty batch gives an empty one and leaves the running statistics alone.
    Ioffe & Szegedy (2015), "Batch normalization", algorithms 1 and 2.

    Examples
    --------
    >>> x = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> y, mean, var = batch_norm(x, np.zeros(2), np.ones(2), training=True, eps=0.01)
    >>> y.round(3), mean, var
    (array([[-0.995,  0.   ],
           [ 0.995,  0.   ]]), array([0.2, 0.5]), array([1.1, 0.9]))
    >>> batch_norm(x, mean, var)[0].round(3)
    array([[0.763, 4.743],
           [2.67 , 4.743]])
    """
    x, rows, weight, bias, mean, var = _arguments(
        "batch_norm", x, running_mean, running_var, weight, bias, training
    )
    if training and x.size > 0:
        m = x.size // x.shape[1]
        y, of_mean, of_var = _normalized(rows, weight, bias, eps)
        if mean is not None:
            mean = (1 - momentum) * mean + momentum * of_mean
            var = (1 - momentum) * var + momentum * m / (m - 1) * of_var
    elif x.size > 0:
        rows, near = _near_zero(rows, mean, var)
        scale = weight / np.sqrt(var + eps)
        y = affine(bias - scale * near, (rows, scale))
    else:
        y = np.empty_like(x)
    return y.reshape(x.shape), *(None if s is None else s[0].astype(x.dtype) for s in (mean, var))


def _normalized(rows, weight, bias, eps):
    """y, and the mean and variance of each channel."""
    if _samples.fits(rows):
        return _samples.normalized(rows, weight, bias, eps)
    rows, shift, mean, var = moments(rows, over_samples)
    scale = weight / np.sqrt(var + eps)
    return affine(bias - scale * mean, (rows, scale)), shift + mean, var


def batch_norm_backward(
    grad_output,
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Gradients of batch_norm's y: (grad_x, grad_weight, grad_bias), without those of what was not given.

    While training mean and variance depend on x as well: with xhat the normalised x and g = grad_output,
    grad_x = weight / sqrt(var + eps) (g - mean(g) - xhat mean(g xhat)); in use it is weight / sqrt(var + eps) g.
    grad_weight is the sum of g xhat over a channel, grad_bias the sum of g.
    """
    op = "batch_norm_backward"
    given = weight, bias
    x, rows, weight, bias, mean, var = _arguments(op, x, running_mean, running_var, weight, bias, training)
    g = upstream(op, grad_output, x)
    if training and x.size > 0:
        if _samples.fits(rows):
            grads = _samples.normalized_backward(g, rows, weight, eps)
        else:
            grads = normalized_backward(g, rows, weight, eps, over_samples)
    elif x.size > 0:
        rows, mean = _near_zero(rows, mean, var)
        inverse = 1 / np.sqrt(var + eps)
        of_g, of_g_x = over_samples(row_means(g, rows))
        of_g_xhat = (of_g_x - mean * of_g) * inverse
        grad_x = affine(np.zeros_like(weight), (g, weight * inverse))
        m = x.size // x.shape[1]
        grads = grad_x, m * of_g_xhat[0], m * of_g[0]
    else:
        grads = np.zeros_like(x), np.zeros(x.shape[1]), np.zeros(x.shape[1])
    return as_given(x, grads[0], *given, *grads[1:])


def _near_zero(rows, mean, var):
    """rows and mean, both less the mean where it is large: x scale - mean scale would cancel in float32."""
    if far_from_zero(mean, var):
        rows, shift = less(rows, mean)
        mean = mean - shift
    return rows, mean


def _arguments(op, x, running_mean, running_var, weight, bias, training):
    x, rows = channels_first(op, x)
    mean, var = running(op, x, running_mean, running_var)
    if training:
        values = x.size // max(x.shape[1], 1)
        need(values != 1, op, "x", f"shape {x.shape}", "more than one value a channel while training")
    else:
        need(mean is not None, op, "running_mean", None, "given where training is False")
    return x, rows, *weight_and_bias(op, x, weight, bias), mean, var


def population_stats(batch_means, batch_vars, *, m):
    """Mean and variance of the data, estimated from those of many batches: the other way to test-time statistics.

    Parameters
    ----------
    batch_means, batch_vars : arrays, shape (batches, ...), biased variances
    m : int >= 2, values that each batch's statistics were taken over

    Returns
    -------
    mean, var : arrays, shape (...)

    Raises
    ------
    ValueError : the shapes differ, there are no batches, or m is below 2

    Notes
    -----
    mean = E[mean_B],  var = m / (m - 1) E[var_B].  The variance is then unbiased; its root, the standard
    deviation, is not, and the mean of the batches' standard deviations less so.
    Ioffe & Szegedy (2015), "Batch normalization", algorithm 2, line 10.

    Examples
    --------
    >>> population_stats(np.array([1.0, 3.0]), np.array([2.0, 4.0]), m=4)
    (np.float64(2.0), np.float64(4.0))
    """
    means, variances = as_float(batch_means), as_float(batch_vars)
    op = "population_stats"
    wanted = f"the shape of batch_means, {means.shape}"
    need(means.shape == variances.shape, op, "batch_vars", f"shape {variances.shape}", wanted)
    need(
        means.ndim > 0 and len(means) > 0,
        op,
        "batch_means",
        f"shape {means.shape}",
        "statistics of at least one batch",
    )
    need(m >= 2, op, "m", m, "at least 2")
    mean = means.mean(axis=0, dtype=np.float64)
    var = m / (m - 1) * variances.mean(axis=0, dtype=np.float64)
    return mean.astype(means.dtype), var.astype(variances.dtype)
