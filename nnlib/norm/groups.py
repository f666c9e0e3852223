"""Instance norm and group norm: each sample by itself, one channel or a group of channels at a time."""

import numpy as np

from nnlib._check import need
from nnlib.norm._arguments import as_given, channels_first, running, upstream, weight_and_bias
from nnlib.norm._rows import affine, moments, normalized_backward, over_nothing
from nnlib.norm.batch import batch_norm, batch_norm_backward


def instance_norm(
    x,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    *,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise each channel of each sample by its own mean and variance.

    Parameters
    ----------
    x : array, shape (N, C, L) or (N, C, ...)
    running_mean, running_var : arrays, shape (C,), or both None
    weight, bias : arrays, shape (C,), or None for 1 and 0
    use_input_stats : bool, default True; False normalises by the running statistics instead, as `batch_norm` does
    momentum : float, default 0.1, share of the new mean and variance in the running ones
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    y : array, shape of x
    running_mean, running_var : arrays, shape (C,), brought up to date with use_input_stats; None where None was given

    Raises
    ------
    ValueError : a channel has one place only, there are no statistics to use, or a shape is not as above

    Notes
    -----
    y = weight (x - mean) / sqrt(var + eps) + bias, mean and biased variance over the places of one channel of one
    sample.  The running statistics take the mean over the samples, of unbiased variances (divisor l - 1).
    A constant channel gives its bias.  An empty batch gives an empty one.
    Ulyanov, Vedaldi & Lempitsky (2016), "Instance normalization".

    Examples
    --------
    >>> y, _, _ = instance_norm(np.array([[[1.0, 3.0], [10.0, 50.0]]]))
    >>> y.round(3)
    array([[[-1.,  1.],
            [-1.,  1.]]])
    """
    x, rows, weight_, bias_, mean, var = _instance_arguments(
        "instance_norm", x, running_mean, running_var, weight, bias, use_input_stats
    )
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, eps=eps)
    y, of_mean, of_var = _normalized(rows, weight_, bias_, eps)
    if mean is not None and x.size > 0:
        l = rows.shape[2]
        of_mean, of_var = (s.mean(axis=0, dtype=np.float64) for s in (of_mean, of_var))
        mean = (1 - momentum) * mean + momentum * of_mean
        var = (1 - momentum) * var + momentum * of_var * l / (l - 1)
    return y.reshape(x.shape), *(None if s is None else s[0].astype(x.dtype) for s in (mean, var))


def instance_norm_backward(
    grad_output,
    x,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    *,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    """Gradients of instance_norm's y: (grad_x, grad_weight, grad_bias), without those of what was not given.

    As batch_norm_backward, with means over the places of one channel of one sample.
    """
    op = "instance_norm_backward"
    x, rows, weight_, *_ = _instance_arguments(
        op, x, running_mean, running_var, weight, bias, use_input_stats
    )
    g = upstream(op, grad_output, x)
    if not use_input_stats:
        return batch_norm_backward(grad_output, x, running_mean, running_var, weight, bias, eps=eps)
    grad_x, *grads = normalized_backward(g, rows, weight_, eps, over_nothing)
    return as_given(x, grad_x, weight, bias, *grads)


def _instance_arguments(op, x, running_mean, running_var, weight, bias, use_input_stats):
    x, rows = channels_first(op, x, least=3)
    mean, var = running(op, x, running_mean, running_var)
    if use_input_stats:
        need(rows.shape[2] != 1, op, "x", f"shape {x.shape}", "more than one place a channel")
    else:
        need(mean is not None, op, "running_mean", None, "given where use_input_stats is False")
    return x, rows, *weight_and_bias(op, x, weight, bias), mean, var


def _normalized(rows, weight, bias, eps, pool=over_nothing):
    """y, and the mean and variance of each row."""
    rows, shift, mean, var = moments(rows, over_nothing, pool)
    scale = weight / np.sqrt(var + eps)
    return affine(bias - scale * mean, (rows, scale)), shift + mean, var


def group_norm(x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Normalise the channels of each sample in groups.

    Parameters
    ----------
    x : array, shape (N, C, ...)
    num_groups : int, divides C
    weight, bias : arrays, shape (C,), or None for 1 and 0
    eps : float, default 1e-5, added to the variance

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : num_groups does not divide C, groups have one value each in the whole batch, or a shape is not as
        above

    Notes
    -----
    y = weight (x - mean) / sqrt(var + eps) + bias, mean and biased variance over the C / num_groups channels of a
    group and all places of one sample.  One group makes it `layer_norm` over (C, ...) but for the shape of weight,
    C groups make it `instance_norm`.  A constant group gives its biases.  An empty batch gives an empty one.
    Wu & He (2018), "Group normalization", eqs. (1)-(3) and (7).

    Examples
    --------
    >>> group_norm(np.array([[1.0, 3.0, 10.0, 50.0]]), 2).round(3)
    array([[-1.,  1., -1.,  1.]])
    """
    x, rows, weight, bias, pool = _group_arguments("group_norm", x, num_groups, weight, bias)
    return _normalized(rows, weight, bias, eps, pool)[0].reshape(x.shape)


def group_norm_backward(grad_output, x, num_groups, weight=None, bias=None, *, eps=1e-5):
    """Gradients of group_norm: (grad_x, grad_weight, grad_bias), without those of what was not given.

    With xhat the normalised x, g = grad_output and means over a group,
    grad_x = (weight g - mean(weight g) - xhat mean(weight g xhat)) / sqrt(var + eps).
    """
    op = "group_norm_backward"
    x, rows, weight_, _, pool = _group_arguments(op, x, num_groups, weight, bias)
    g = upstream(op, grad_output, x)
    grad_x, *grads = normalized_backward(g, rows, weight_, eps, over_nothing, pool)
    return as_given(x, grad_x, weight, bias, *grads)


def _group_arguments(op, x, num_groups, weight, bias):
    x, rows = channels_first(op, x)
    n, c, l = rows.shape
    need(
        num_groups >= 1 and c % num_groups == 0,
        op,
        "num_groups",
        num_groups,
        f"a divisor of the {c} channels",
    )
    each = c // num_groups
    need(n * each * l != 1, op, "x", f"shape {x.shape}", "more than one value a group")

    def pool(numbers):
        of_groups = numbers.reshape(*numbers.shape[:-1], num_groups, each).mean(axis=-1, dtype=np.float64)
        return np.repeat(of_groups, each, axis=-1)

    return x, rows, *weight_and_bias(op, x, weight, bias), pool
