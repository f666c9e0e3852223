"""Hinge losses of a support vector machine, and its rivals: classes, attributes, whole structures."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.losses._common import _reduce, labels, refuse, same, signs, spread
from nnlib.losses.binary import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_backward
from nnlib.losses.margins import _violations


def multiclass_hinge_loss(scores, y, *, margin=1.0, p=1, reduction="mean"):
    """Sum over the wrong classes of how far each comes closer to the true class than margin allows.

    Parameters
    ----------
    scores : array, shape (N, C) or (C,)
    y : array of int, shape (N,) or (), the true classes from 0 to C - 1
    margin : float, default 1
    p : 1 (default) or 2, the power of a violation
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of y for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, p is neither 1 nor 2, or reduction is none
        of the three

    Notes
    -----
    sum_{j != c} max(0, s_j - s_c + margin)^p for the true class c: C times `multi_margin_loss`, torch's form of it.
    The derivative at the kink is 0; the mean of nothing is nan.
    Weston & Watkins (1999), "Support vector machines for multi-class pattern recognition", eq. (3); p = 2: Tang
    (2013), "Deep learning using linear support vector machines", section 2.

    Examples
    --------
    >>> multiclass_hinge_loss(np.array([[1.0, 2.5, 0.3]]), np.array([0])).round(4)
    np.float64(2.8)
    """
    z, *_ = _violations("multiclass_hinge_loss", scores, y, p, margin, None)
    return _reduce((z**p).sum(axis=1).reshape(np.shape(y)), reduction, op="multiclass_hinge_loss")


def multiclass_hinge_loss_backward(grad_output, scores, y, *, margin=1.0, p=1, reduction="mean"):
    """Gradient with respect to scores: p z^(p-1) where a score violates the margin by z, minus their sum at c."""
    op = "multiclass_hinge_loss_backward"
    z, c, w = _violations(op, scores, y, p, margin, None)
    grad_output = spread(grad_output, w, reduction, op, shape=np.shape(y)).reshape(-1, 1)
    gradient = (z > 0).astype(z.dtype) if p == 1 else 2 * z
    gradient[np.arange(len(c)), c] = -gradient.sum(axis=1)
    return (grad_output * gradient).reshape(np.shape(scores))


def attribute_hinge_loss(f, y, *, reduction="mean"):
    """Hinge loss of independent yes-or-no attributes, summed over the attributes of a sample.

    Parameters
    ----------
    f : array, shape (..., K), a score for each attribute, positive for yes
    y : array of the same shape, 1 for yes and -1 for no
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (...) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a label is neither 1 nor -1, or reduction is none of the three

    Notes
    -----
    sum_j max(0, 1 - y_j f_j).  The derivative at the kink is 0; the mean of nothing is nan.
    Crammer & Singer (2001), "On the algorithmic implementation of multiclass kernel-based vector machines",
    eq. (1), once for each attribute.

    Examples
    --------
    >>> attribute_hinge_loss(np.array([[2.0, 0.5, 0.5]]), np.array([[1, 1, -1]]))
    np.float64(2.0)
    """
    f, y = _attributes("attribute_hinge_loss", f, y)
    loss = np.maximum(0, 1 - signs("attribute_hinge_loss", f, y) * f).sum(axis=-1)
    return _reduce(loss, reduction, op="attribute_hinge_loss")


def attribute_hinge_loss_backward(grad_output, f, y, *, reduction="mean"):
    """Gradient with respect to f: -y where y f < 1, else 0."""
    op = "attribute_hinge_loss_backward"
    f, y = _attributes(op, f, y)
    y = signs(op, f, y)
    return spread(grad_output, f, reduction, op, shape=f.shape[:-1]) * -y * (y * f < 1)


def attribute_logistic_loss(f, y, *, reduction="mean"):
    """Cross-entropy of independent yes-or-no attributes, summed over the attributes of a sample.

    Parameters
    ----------
    f : array, shape (..., K), a score for each attribute; sigmoid(f) is the probability of a yes
    y : array of the same shape, 1 for yes and 0 for no
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (...) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    -sum_j [y_j log sigmoid(f_j) + (1 - y_j) log(1 - sigmoid(f_j))]: minus the log-likelihood, so that less is
    better.  The mean of nothing is nan.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.2, once for each attribute.

    Examples
    --------
    >>> attribute_logistic_loss(np.array([[1.2, -0.7]]), np.array([[1, 0]])).round(4)
    np.float64(0.6665)
    """
    f, y = _attributes("attribute_logistic_loss", f, y)
    loss = binary_cross_entropy_with_logits(f, y, reduction="none").sum(axis=-1)
    return _reduce(loss, reduction, op="attribute_logistic_loss")


def attribute_logistic_loss_backward(grad_output, f, y, *, reduction="mean"):
    """Gradient with respect to f: grad_output * (sigmoid(f) - y)."""
    op = "attribute_logistic_loss_backward"
    f, y = _attributes(op, f, y)
    grad_output = spread(grad_output, f, reduction, op, shape=f.shape[:-1])
    return grad_output * binary_cross_entropy_with_logits_backward(1.0, f, y, reduction="sum")


def structured_hinge_loss(scores, y_index, delta, *, reduction="mean"):
    """Hinge loss whose margin grows with how wrong an answer is: one error may come closer than five.

    Parameters
    ----------
    scores : array, shape (n, S), a score for each of S structures, all that there are
    y_index : array of int, shape (n,), the true structures from 0 to S - 1
    delta : array, shape (S, S), at least 0 and 0 on the diagonal; delta[i, j] is the cost of answering j for i
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, delta is negative or costs for the truth, or
        reduction is none of the three

    Notes
    -----
    max_y [delta(y*, y) + s(y)] - s(y*), at least 0, and at least the cost of the answer with the highest score.
    Where the maximum is reached twice the gradient is that of the first; none where the truth is one of them.
    The mean of nothing is nan.
    Tsochantaridis et al. (2005), "Large margin methods for structured and interdependent output variables",
    section 2.2.2.

    Examples
    --------
    >>> hamming = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]])
    >>> structured_hinge_loss(np.array([[3.0, 1.5, 2.0]]), np.array([0]), hamming)
    np.float64(1.0)
    """
    excess, _ = _excess("structured_hinge_loss", scores, y_index, delta)
    return _reduce(excess.max(axis=1), reduction, op="structured_hinge_loss")


def structured_hinge_loss_backward(grad_output, scores, y_index, delta, *, reduction="mean"):
    """Gradient with respect to scores: 1 at the worst violation, -1 at the true structure; 0 where none violates."""
    op = "structured_hinge_loss_backward"
    excess, y_index = _excess(op, scores, y_index, delta)
    samples, worst = np.arange(len(y_index)), excess.argmax(axis=1)
    gradient = np.zeros_like(excess)
    violated = excess[samples, worst] > 0
    gradient[samples, worst] += violated
    gradient[samples, y_index] -= violated
    return spread(grad_output, excess, reduction, op, shape=excess.shape[:1]) * gradient


def _attributes(op, f, y):
    f = as_float(f)
    need(f.ndim > 0, op, "f", "one number", "of shape (..., K)")
    return f, same(op, f, y, "y")


def _excess(op, scores, y_index, delta):
    """delta(y*, y) + s(y) - s(y*) for every structure y, shape (n, S): 0 for the true one."""
    scores = as_float(scores)
    got = f"shape {scores.shape}"
    need(scores.ndim == 2 and scores.shape[1] > 0, op, "scores", got, "of shape (n, S), S > 0")
    n, size = scores.shape
    y_index = labels(op, y_index, (n,), size, argument="y_index")
    delta = np.asarray(delta, scores.dtype)
    need(delta.shape == (size, size), op, "delta", f"shape {delta.shape}", f"of shape {(size, size)}")
    refuse(delta < 0, op, "delta", delta, "at least 0")
    refuse(np.diag(delta) != 0, op, "delta", np.diag(delta), "0 on its diagonal")
    return delta[y_index] + scores - scores[np.arange(n), y_index][:, None], y_index
