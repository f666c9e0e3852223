"""What every schedule asks of its step, and what it returns."""

import numpy as np

from nnlib._check import as_float, fail


def as_step(op, step, last=None):
    """The step as a float array; none may be negative, or past the last one."""
    step = as_float(step)
    if np.any(step < 0):
        fail(op, "step", step.min(), "at least 0")
    if last is not None and np.any(step > last):
        fail(op, "step", step.max(), f"at most {last}")
    return step


def as_rate(rate):
    """An array for an array of steps; a Python number for one, for it leaves float32 parameters float32."""
    return rate.item() if rate.ndim == 0 else rate


def need_positive(op, **values):
    """Refuse a number of steps that is not positive."""
    for name, value in values.items():
        if not value > 0:
            fail(op, name, value, "positive")
