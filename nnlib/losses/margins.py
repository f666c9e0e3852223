"""Hinge losses: a score counts until it is right by a margin, and not at all beyond."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.losses._common import _reduce, labels, same, signs, spread


def margin_ranking_loss(input1, input2, target, *, margin=0.0, reduction="mean"):
    """Hinge loss of a ranking: the first score should exceed the second for target 1, fall short for -1.

    Parameters
    ----------
    input1, input2 : arrays of one shape, the scores
    target : array of that shape, or one number; values 1 and -1
    margin : float, default 0
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of input1 for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a target is neither 1 nor -1, or reduction is none of the three

    Notes
    -----
    max(0, -y (x1 - x2) + margin).  At the kink the gradient is that of the line, -y and y.  The mean of nothing
    is nan.
    Herbrich, Graepel & Obermayer (2000), "Large margin rank boundaries for ordinal regression", section 4.

    Examples
    --------
    >>> margin_ranking_loss(np.array([2.0, 2.0]), np.array([0.5, 0.5]), np.array([1, -1]), reduction="none")
    array([0. , 1.5])
    """
    op = "margin_ranking_loss"
    z, _ = _ranking(op, input1, input2, target, margin)
    return _reduce(np.maximum(z, 0), reduction, op=op)


def margin_ranking_loss_backward(grad_output, input1, input2, target, *, margin=0.0, reduction="mean"):
    """Gradients with respect to input1 and input2: -y and y times grad_output where the loss is not flat."""
    op = "margin_ranking_loss_backward"
    z, y = _ranking(op, input1, input2, target, margin)
    gradient = spread(grad_output, z, reduction, op) * y * (z >= 0)
    return -gradient, gradient


def hinge_embedding_loss(x, target, *, margin=1.0, reduction="mean"):
    """Loss of a distance that should be small for target 1 and at least margin for target -1.

    Parameters
    ----------
    x : array, any shape, the distances
    target : array of the same shape, or one number; values 1 and -1
    margin : float, default 1
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of x for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a target is neither 1 nor -1, or reduction is none of the three

    Notes
    -----
    x for target 1, max(0, margin - x) for target -1.  At the kink x = margin the gradient is that of the line,
    -1.  The mean of nothing is nan.
    Hadsell, Chopra & LeCun (2006), "Dimensionality reduction by learning an invariant mapping", section 2.

    Examples
    --------
    >>> hinge_embedding_loss(np.array([0.3, 0.3, 5.0]), np.array([1, -1, -1]), reduction="none")
    array([0.3, 0.7, 0. ])
    """
    x = as_float(x)
    y = signs("hinge_embedding_loss", x, target)
    loss = np.where(y == 1, x, np.maximum(margin - x, 0))
    return _reduce(loss, reduction, op="hinge_embedding_loss")


def hinge_embedding_loss_backward(grad_output, x, target, *, margin=1.0, reduction="mean"):
    """Gradient with respect to x: grad_output for target 1, -grad_output where x <= margin for target -1."""
    x = as_float(x)
    y = signs("hinge_embedding_loss_backward", x, target)
    slope = np.where(y == 1, x.dtype.type(1), -(margin - x >= 0).astype(x.dtype))
    return spread(grad_output, x, reduction, "hinge_embedding_loss_backward") * slope


def multi_margin_loss(x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """Multi-class hinge loss: the score of the true class should exceed every other by margin.

    Parameters
    ----------
    x : array, shape (N, C) or (C,), the scores
    target : array of int, shape (N,) or (), the true classes from 0 to C - 1
    p : 1 (default) or 2, the power of a violation
    margin : float, default 1
    weight : array, shape (C,), how much a sample of each class counts, or None
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of target for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, p is neither 1 nor 2, or reduction is none
        of the three

    Notes
    -----
    w_c / C sum_{j != c} max(0, margin - x_c + x_j)^p for the true class c: the sum of Weston & Watkins divided
    by the number of classes.  The mean divides by the number of samples, weighted or not.  The derivative at
    the kink is 0; the mean of nothing is nan.
    Weston & Watkins (1999), "Support vector machines for multi-class pattern recognition".

    Examples
    --------
    >>> multi_margin_loss(np.array([[1.0, 2.5, 0.3]]), np.array([0])).round(4)
    np.float64(0.9333)
    """
    op = "multi_margin_loss"
    z, _, w = _violations(op, x, target, p, margin, weight)
    loss = w * (z**p).sum(axis=1) / z.shape[1]
    return _reduce(loss.reshape(np.shape(target)), reduction, op=op)


def multi_margin_loss_backward(grad_output, x, target, *, p=1, margin=1.0, weight=None, reduction="mean"):
    """Gradient with respect to x: w p z^(p-1) / C where a score violates the margin by z, minus their sum at c."""
    op = "multi_margin_loss_backward"
    z, c, w = _violations(op, x, target, p, margin, weight)
    grad_output = spread(grad_output, w, reduction, op, shape=np.shape(target)).reshape(-1, 1)
    gradient = w[:, None] * (z > 0) * (1 if p == 1 else 2 * z) / z.shape[1]
    gradient[np.arange(len(c)), c] = -gradient.sum(axis=1)
    return (grad_output * gradient).reshape(np.shape(x))


def multilabel_margin_loss(x, target, *, reduction="mean"):
    """Hinge loss for several true classes: each of their scores should exceed every other one by 1.

    Parameters
    ----------
    x : array, shape (N, C) or (C,), the scores
    target : array of int of the same shape; each row lists the true classes and ends at the first -1
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (N,) or () for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a label is below -1 or above C - 1, or reduction is none of the three

    Notes
    -----
    1/C sum_{c true} sum_{j not true} max(0, 1 - x_c + x_j).  A class named twice counts twice.  The derivative
    at the kink is 0; the mean of nothing is nan.
    Crammer & Singer (2003), "A family of additive online algorithms for category ranking".

    Examples
    --------
    >>> multilabel_margin_loss(np.array([[0.1, 0.2, 0.4, 0.8]]), np.array([[3, 0, -1, 1]])).round(4)
    np.float64(0.85)
    """
    op = "multilabel_margin_loss"
    z, named = _pairs(op, x, target)
    loss = (named[:, :, None] * z).sum(axis=(1, 2)) / z.shape[1]
    return _reduce(loss.reshape(np.shape(x)[:-1]), reduction, op=op)


def multilabel_margin_loss_backward(grad_output, x, target, *, reduction="mean"):
    """Gradient with respect to x: each violated pair pulls the true score up and pushes the other down by 1/C."""
    op = "multilabel_margin_loss_backward"
    z, named = _pairs(op, x, target)
    grad_output = spread(grad_output, named[:, 0], reduction, op, shape=np.shape(x)[:-1]).reshape(-1, 1)
    pairs = named[:, :, None] * (z > 0)
    return (grad_output * (pairs.sum(axis=1) - pairs.sum(axis=2)) / z.shape[1]).reshape(np.shape(x))


def _ranking(op, input1, input2, target, margin):
    input1 = as_float(input1)
    input2 = same(op, input1, input2, "input2")
    y = signs(op, input1, target)
    return margin - y * (input1 - input2), y


def _violations(op, x, target, p, margin, weight):
    """By how much each score of each row comes too close to that of the true class c; c; the weights of rows."""
    need(p in (1, 2), op, "p", p, "1 or 2")
    x = _scores(op, x)
    rows = x.reshape(-1, x.shape[-1])
    c = labels(op, target, x.shape[:-1], x.shape[-1]).reshape(-1)
    samples = np.arange(len(c))
    z = np.maximum(margin - rows[samples, c][:, None] + rows, 0)
    z[samples, c] = 0
    weight = np.ones(x.shape[-1], x.dtype) if weight is None else np.asarray(weight, x.dtype)
    need(weight.shape == x.shape[-1:], op, "weight", f"shape {weight.shape}", f"of shape {x.shape[-1:]}")
    return z, c, weight[c]


def _pairs(op, x, target):
    """max(0, 1 - x_c + x_j) for true c and other j, else 0, shape (N, C, C); how often each row names a class."""
    x = _scores(op, x)
    rows, n_classes = x.reshape(-1, x.shape[-1]), x.shape[-1]
    target = labels(op, target, x.shape, n_classes, ignore=-1).reshape(rows.shape)
    valid = np.logical_and.accumulate(target >= 0, axis=1)  # up to the first -1
    named = (valid[:, :, None] & (target[:, :, None] == np.arange(n_classes))).sum(axis=1, dtype=rows.dtype)
    z = np.maximum(1 - rows[:, :, None] + rows[:, None, :], 0)
    return np.where((named[:, :, None] > 0) & (named[:, None, :] == 0), z, 0), named


def _scores(op, x):
    x = as_float(x)
    got, wanted = f"shape {x.shape}", "of shape (C,) or (N, C), C > 0"
    need(x.ndim in (1, 2) and x.shape[-1] > 0, op, "x", got, wanted)
    return x
