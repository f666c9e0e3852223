"""What every operation asks of its arguments: floats, and no shape that would broadcast silently wrong."""

import numpy as np


def as_float(x):
    """The argument as a float array: float32 stays float32, everything else becomes float64."""
    x = np.asarray(x)
    if x.dtype == np.float32 or x.dtype == np.float64:
        return x
    return x.astype(np.float64)


def as_grad(op, grad_output, x, shape=None):
    """The upstream gradient in the dtype of x: of the output's shape, or one number for all of it."""
    shape = x.shape if shape is None else shape
    grad_output = np.asarray(grad_output, dtype=x.dtype)
    if grad_output.shape not in ((), shape):
        fail(op, "grad_output", f"shape {grad_output.shape}", f"the shape of the output, {shape}")
    return grad_output


def shaped(op, argument, x, dtype, shape):
    """The argument as an array of that dtype and of that very shape."""
    x = np.asarray(x, dtype=dtype)
    if x.shape != shape:
        fail(op, argument, f"shape {x.shape}", f"of shape {shape}")
    return x


def need(condition, op, argument, got, wanted):
    """Raise the library's one kind of error unless the condition holds."""
    if not condition:
        fail(op, argument, got, wanted)


def on_behalf_of(op, f, *args, **options):
    """f of these arguments; what it refuses, it refuses in the name of op."""
    try:
        return f(*args, **options)
    except ValueError as error:
        raise ValueError(str(error).replace(f.__name__, op, 1)) from None


def fail(op, argument, got, wanted):
    raise ValueError(f"{op}: {argument} must be {wanted}; got {got}")
