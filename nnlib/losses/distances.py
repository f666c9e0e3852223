"""Losses of vectors that should lie close together or far apart, and the distance they use."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib._norms import norm
from nnlib.losses._common import _reduce, same, signs, spread

COSINE_EPS = 1e-12  # added to squared lengths, so that the cosine with a zero vector is 0 and not nan


def pairwise_distance(x1, x2, *, p=2.0, eps=1e-6, keepdims=False):
    """Length of the difference of two vectors, row by row.

    Parameters
    ----------
    x1, x2 : arrays of one shape (..., D)
    p : float >= 1, default 2, the norm; inf for the largest component
    eps : float, default 1e-6, added to each difference
    keepdims : bool, default False; keep the last axis with length 1

    Returns
    -------
    array, shape (...)

    Raises
    ------
    ValueError : the shapes differ, or p is below 1

    Notes
    -----
    (sum_j |x1_j - x2_j + eps|^p)^(1/p).  The derivative at distance 0 is 0, at a kink of p = 1 too; largest
    components that tie share it.  D = 0 gives 0.
    Balntas, Riba, Ponsa & Mikolajczyk (2016), "Learning local feature descriptors with triplets and shallow
    convolutional neural networks", section 2.

    Examples
    --------
    >>> pairwise_distance(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]]), eps=0.0)
    array([5.])
    """
    d = _difference("pairwise_distance", x1, x2, p, eps)
    return norm(d, p, keepdims=keepdims)


def pairwise_distance_backward(grad_output, x1, x2, *, p=2.0, eps=1e-6, keepdims=False):
    """Gradients with respect to x1 and x2: grad_output * d / |d| for p = 2, and its negative."""
    op = "pairwise_distance_backward"
    d = _difference(op, x1, x2, p, eps)
    grad_output = as_grad(op, grad_output, d, (*d.shape[:-1], 1) if keepdims else d.shape[:-1])
    if grad_output.ndim and not keepdims:
        grad_output = grad_output[..., None]
    gradient = grad_output * _norm_gradient(d, p)
    return gradient, -gradient


def cosine_embedding_loss(input1, input2, target, *, margin=0.0, reduction="mean"):
    """Loss of the angle between two vectors: small for target 1, wide for target -1.

    Parameters
    ----------
    input1, input2 : arrays of one shape, (N, D) or (D,)
    target : array, shape (N,) or (), or one number; values 1 and -1
    margin : float, default 0, from -1 to 1
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (N,) or () for reduction "none"

    Raises
    ------
    ValueError : shapes do not match, a target is neither 1 nor -1, or reduction is none of the three

    Notes
    -----
    1 - cos(x1, x2) for target 1, max(0, cos(x1, x2) - margin) for target -1, where 1e-12 is added to the
    squared lengths: the cosine with a zero vector is 0.  At the kink cos = margin the gradient is that of the
    cosine.  The mean of nothing is nan.
    Hadsell, Chopra & LeCun (2006), "Dimensionality reduction by learning an invariant mapping", section 2, with
    the cosine in place of the distance.

    Examples
    --------
    >>> x1, x2 = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 0.0]])
    >>> cosine_embedding_loss(x1, x2, np.array([1, -1]), reduction="none")
    array([1., 1.])
    """
    op = "cosine_embedding_loss"
    input1, input2, y = _embeddings(op, input1, input2, target)
    cos, *_ = _cosine(input1, input2)
    return _reduce(np.where(y == 1, 1 - cos, np.maximum(cos - margin, 0)), reduction, op=op)


def cosine_embedding_loss_backward(grad_output, input1, input2, target, *, margin=0.0, reduction="mean"):
    """Gradients with respect to input1 and input2: those of the cosine, times -1 for target 1 and 1 for -1."""
    op = "cosine_embedding_loss_backward"
    input1, input2, y = _embeddings(op, input1, input2, target)
    cos, unit1, unit2, length1, length2 = _cosine(input1, input2)
    slope = np.where(y == 1, input1.dtype.type(-1), (cos - margin >= 0).astype(input1.dtype))
    grad_output = spread(grad_output, input1, reduction, op, shape=cos.shape) * slope[..., None]
    cos = cos[..., None]
    return grad_output * (unit2 - cos * unit1) / length1, grad_output * (unit1 - cos * unit2) / length2


def _difference(op, x1, x2, p, eps):
    need(p >= 1, op, "p", p, "at least 1")
    x1 = as_float(x1)
    need(x1.ndim > 0, op, "x1", "one number", "of shape (..., D)")
    return x1 - same(op, x1, x2, "x2") + eps


def _norm_gradient(d, p):
    """Derivatives of the norm of d by its components: sign(d) (|d| / norm)^(p - 1), 0 for d = 0."""
    size, length = np.abs(d), norm(d, p, keepdims=True)
    if p == np.inf:
        largest = size == length
        return np.sign(d) * largest / largest.sum(axis=-1, keepdims=True, dtype=d.dtype)
    return np.sign(d) * (size / np.where(length == 0, 1, length)) ** (p - 1)


def _embeddings(op, input1, input2, target):
    input1 = as_float(input1)
    need(input1.ndim in (1, 2), op, "input1", f"shape {input1.shape}", "of shape (N, D) or (D,)")
    return input1, same(op, input1, input2, "input2"), signs(op, input1, target, shape=input1.shape[:-1])


def _cosine(x1, x2):
    """The cosine of each row, the rows divided by their lengths, and these, shape (..., 1)."""
    length1, length2 = (np.hypot(norm(x, keepdims=True), x.dtype.type(COSINE_EPS**0.5)) for x in (x1, x2))
    unit1, unit2 = x1 / length1, x2 / length2
    return (unit1 * unit2).sum(axis=-1), unit1, unit2, length1, length2
