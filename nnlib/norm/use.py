"""Which axes each norm goes over, and the one layer that a layer and the batch norm after it are in use."""

import numpy as np

from nnlib._check import as_float, fail, need


def norm_axes(kind, ndim):
    """The axes that a norm takes its mean and variance over.

    Parameters
    ----------
    kind : "batch", "layer", "instance" or "group"
    ndim : int, axes of x, shape (N, C, ...)

    Returns
    -------
    tuple of int; for "group" of x seen as (N, groups, C / groups, ...)

    Raises
    ------
    ValueError : kind is none of these, or x has too few axes

    Notes
    -----
    Of an image (N, C, H, W): batch (N, H, W), layer (C, H, W), instance (H, W), group (C / groups, H, W).
    Wu & He (2018), "Group normalization", figure 2.

    Examples
    --------
    >>> norm_axes("batch", 4), norm_axes("layer", 4), norm_axes("instance", 4), norm_axes("group", 4)
    ((0, 2, 3), (1, 2, 3), (2, 3), (2, 3, 4))
    """
    kinds = {
        "batch": (0, *range(2, ndim)),
        "layer": tuple(range(1, ndim)),
        "instance": tuple(range(2, ndim)),
        "group": tuple(range(2, ndim + 1)),
    }
    need(kind in kinds, "norm_axes", "kind", repr(kind), f"one of {', '.join(kinds)}")
    least = 3 if kind == "instance" else 2
    need(ndim >= least, "norm_axes", "ndim", ndim, f"at least {least}")
    return kinds[kind]


def fuse_bn_weights(weight, bias, running_mean, running_var, bn_weight=None, bn_bias=None, *, eps=1e-5):
    """Weights of one layer that computes what a linear or convolutional layer and the batch norm after it do in use.

    Parameters
    ----------
    weight : array, shape (out, ...), of `linear` (out, in) or of `conv2d` (out, in, kernel height, kernel width)
    bias : array, shape (out,), or None
    running_mean, running_var : arrays, shape (out,), of the batch norm
    bn_weight, bn_bias : arrays, shape (out,), of the batch norm, or None for 1 and 0
    eps : float, default 1e-5, of the batch norm

    Returns
    -------
    weight : array, shape of weight
    bias : array, shape (out,)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    s (W x + b - mean) + bn_bias = (s W) x + (s (b - mean) + bn_bias) with s = bn_weight / sqrt(var + eps).
    Ioffe & Szegedy (2015), "Batch normalization", algorithm 2, line 11.

    Examples
    --------
    >>> weight, bias = fuse_bn_weights(np.eye(2), None, np.array([1.0, 0.0]), np.array([4.0, 0.25]), eps=0.0)
    >>> weight, bias
    (array([[0.5, 0. ],
           [0. , 2. ]]), array([-0.5,  0. ]))
    """
    weight = as_float(weight)
    need(weight.ndim >= 2, "fuse_bn_weights", "weight", f"shape {weight.shape}", "of shape (out, in, ...)")
    out = weight.shape[:1]
    arrays = {"bias": (bias, 0), "running_mean": (running_mean, 0), "running_var": (running_var, 1)}
    arrays |= {"bn_weight": (bn_weight, 1), "bn_bias": (bn_bias, 0)}
    numbers = {}
    for name, (array, otherwise) in arrays.items():
        number = np.full(out, otherwise, weight.dtype) if array is None else np.asarray(array, weight.dtype)
        if number.shape != out:
            fail("fuse_bn_weights", name, f"shape {number.shape}", f"of shape {out}")
        numbers[name] = number
    scale = numbers["bn_weight"] / np.sqrt(numbers["running_var"] + weight.dtype.type(eps))
    shift = scale * (numbers["bias"] - numbers["running_mean"]) + numbers["bn_bias"]
    return weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), shift
