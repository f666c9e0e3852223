"""What all losses share: reductions with their transposes, and the checks of targets, labels and weights."""

import math

import numpy as np

from nnlib._check import as_float, as_grad, fail, need


def _reduce(loss, reduction="mean", *, op="reduce"):
    """The losses themselves ("none"), their mean over all elements ("mean", nan of nothing), or their sum."""
    known(op, reduction)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    return loss.sum() / loss.size if loss.size else loss.dtype.type(np.nan)


def known(op, reduction):
    need(reduction in ("none", "mean", "sum"), op, "reduction", repr(reduction), "'none', 'mean' or 'sum'")


def spread(grad_output, x, reduction, op, *, shape=None):
    """Transpose of _reduce: the upstream gradient of every single loss, with axes added to multiply x.

    shape is that of the unreduced losses: x's, or the leading part of it where a loss belongs to a sample.
    """
    known(op, reduction)
    shape = x.shape if shape is None else shape
    grad_output = as_grad(op, grad_output, x, shape if reduction == "none" else ())
    if grad_output.ndim:
        return grad_output.reshape(shape + (1,) * (x.ndim - len(shape)))
    return grad_output / max(math.prod(shape), 1) if reduction == "mean" else grad_output


def per_sample(loss):
    """The sum over all axes but the first, which counts samples; a single number is one sample of itself."""
    return loss.sum(axis=tuple(range(1, loss.ndim)))


def times(w, x):
    """w x, and 0 where w is 0: what does not count does not, even if it is infinite."""
    if (w.ndim == 0 and w != 0) or np.isfinite(x).all():
        return w * x
    w, x = np.broadcast_arrays(w, x)
    return np.multiply(w, x, where=w != 0, out=np.zeros_like(x))


def matched(op, x, target, *, argument="target"):
    """x as floats, and target in its dtype: of the same shape, or one number for all elements."""
    x = as_float(x)
    return x, like(op, x, target, argument)


def like(op, x, other, argument, *, shape=None):
    """Another array in the dtype of x: of the given shape (x's by default), or one number."""
    shape = x.shape if shape is None else shape
    other = np.asarray(other, dtype=x.dtype)
    need(other.shape in ((), shape), op, argument, f"shape {other.shape}", f"one number or of shape {shape}")
    return other


def same(op, x, other, argument):
    """Another array in the dtype and of the very shape of x."""
    other = np.asarray(other, dtype=x.dtype)
    need(other.shape == x.shape, op, argument, f"shape {other.shape}", f"of shape {x.shape}")
    return other


def signs(op, x, target, *, shape=None):
    """Targets that say +1 or -1; 0 and 1 would pass silently and mean something else."""
    target = like(op, x, target, "target", shape=shape)
    refuse((target != 1) & (target != -1), op, "target", target, "1 or -1")
    return target


def weights(op, x, weight, argument="weight"):
    """Weights in the dtype of x that broadcast to its shape and do not enlarge it; 1 for None."""
    if weight is None:
        return x.dtype.type(1)
    weight = np.asarray(weight, dtype=x.dtype)
    fits = weight.ndim <= x.ndim and all(n in (1, m) for n, m in zip(weight.shape[::-1], x.shape[::-1]))
    need(fits, op, argument, f"shape {weight.shape}", f"broadcastable to {x.shape}")
    return weight


def labels(op, target, shape, n_classes, *, argument="target", ignore=None):
    """Class numbers from 0 to n_classes - 1 (or the number to ignore) in an array of the given shape.

    A label of -1 would silently mean the last class, and a column of labels would pair all with all.
    """
    target = np.asarray(target)
    need(target.shape == shape, op, argument, f"shape {target.shape}", f"of shape {shape}")
    if not target.size:
        return target.astype(int)
    if target.dtype.kind not in "iu":
        fail(op, argument, f"dtype {target.dtype}", "whole numbers, one label a sample")
    wrong = (target < 0) | (target >= n_classes)
    if ignore is not None:
        wrong &= target != ignore
    refuse(wrong, op, argument, target, f"at least 0 and below {n_classes}")
    return target


def refuse(wrong, op, argument, values, wanted):
    """Raise for the first value that is marked as wrong."""
    if wrong.any():
        fail(op, argument, f"the value {values[wrong][0]}", wanted)
