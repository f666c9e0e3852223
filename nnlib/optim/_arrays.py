"""What every step asks of its arguments."""

import numpy as np

from nnlib._check import as_float, fail


def param_and_grad(op, param, grad, *, weight_decay=0.0):
    """Parameter and gradient in the dtype of the parameter, the gradient with the L2 penalty's added."""
    param = as_float(param)
    grad = np.asarray(grad, dtype=param.dtype)
    if grad.shape != param.shape:
        fail(op, "grad", f"shape {grad.shape}", f"the shape of param, {param.shape}")
    return param, grad + weight_decay * param if weight_decay else grad


def check_rate(op, lr, **values):
    """The learning rate as a Python number, which leaves float32 alone; none of the values may be negative."""
    for name, value in {"lr": lr, **values}.items():
        if value < 0:
            fail(op, name, value, "at least 0")
    return float(lr)


def share(op, **values):
    """Refuse a decay rate that is not in [0, 1)."""
    for name, value in values.items():
        if not 0 <= value < 1:
            fail(op, name, value, "at least 0 and below 1")


def zeros_like(param):
    """Zeros of the shape and the dtype of a parameter."""
    return np.zeros_like(as_float(param))
