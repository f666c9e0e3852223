"""The checks that the norms share, so that their own lines are the formulas."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, fail, need


def channels_first(op, x, least=2):
    """x as a float array of shape (N, C, ...), and as rows (N, C, places)."""
    x = as_float(x)
    if x.ndim < least:
        fail(op, "x", f"shape {x.shape}", "of shape (N, C, ...)" if least == 2 else "of shape (N, C, L, ...)")
    return x, as_rows(x)


def as_rows(x):
    n, c, *places = x.shape
    return x.reshape(n, c, math.prod(places))


def of_channels(op, x, **arrays):
    """Each array as float64 of shape (1, C), or None where it is None."""
    shape, found = x.shape[1:2], []
    for name, array in arrays.items():
        if array is not None:
            array = np.asarray(array, dtype=np.float64)
            if array.shape != shape:
                fail(op, name, f"shape {array.shape}", f"of shape {shape}, a number for each channel")
            array = array[None]
        found.append(array)
    return found


def weight_and_bias(op, x, weight, bias):
    """Both as float64 of shape (1, C), 1 and 0 where they are None."""
    weight, bias = of_channels(op, x, weight=weight, bias=bias)
    one = (1, x.shape[1])
    return np.ones(one) if weight is None else weight, np.zeros(one) if bias is None else bias


def running(op, x, running_mean, running_var):
    """Both as (1, C), or both None."""
    need(
        (running_mean is None) == (running_var is None),
        op,
        "running_var",
        "one of two",
        "given where running_mean is, and only there",
    )
    return of_channels(op, x, running_mean=running_mean, running_var=running_var)


def upstream(op, grad_output, x):
    """grad_output in full, as rows (N, C, places)."""
    g = as_grad(op, grad_output, x)
    return as_rows(g if g.shape == x.shape else np.full(x.shape, g))


def as_given(x, grad_x, weight, bias, grad_weight, grad_bias):
    """The gradients of what was given, in the dtype of x: one array, or a tuple of two or three."""
    pairs = ((weight, grad_weight), (bias, grad_bias))
    others = [np.asarray(g).astype(x.dtype) for given, g in pairs if given is not None]
    grad_x = grad_x.reshape(x.shape)
    return (grad_x, *others) if others else grad_x
