"""Losses of yes-or-no answers: cross-entropy of probabilities and of logits, one label or many."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import logsigmoid, sigmoid
from nnlib.losses._common import _reduce, matched, per_sample, refuse, same, signs, spread, times, weights


def binary_cross_entropy(probs, target, *, weight=None, reduction="mean"):
    """Cross-entropy of the probability given to "yes" and the label 1 or 0, or a probability as label.

    Parameters
    ----------
    probs : array, any shape, values from 0 to 1
    target : array of the same shape, or one number
    weight : array that broadcasts to the shape of probs, or None
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of probs for reduction "none"

    Raises
    ------
    ValueError : a value of probs is outside [0, 1], shapes do not match, or reduction is none of the three

    Notes
    -----
    -[y log p + (1 - y) log(1 - p)], with each logarithm cut off at -100.  Least at p = y, where it is the
    entropy of y: 0 only for labels 0 and 1.  The mean is over all elements, weighted or not.  The mean of
    nothing is nan.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.2.

    Examples
    --------
    >>> binary_cross_entropy(np.array([0.99]), np.array([0.0])).round(3)
    np.float64(4.605)
    >>> binary_cross_entropy(np.array([0.5]), np.array([0.5])).round(4)
    np.float64(0.6931)
    """
    probs, target = _probabilities("binary_cross_entropy", probs, target)
    weight = weights("binary_cross_entropy", probs, weight)
    with np.errstate(divide="ignore"):  # log(0) = -inf, cut off at -100
        log_yes, log_no = np.maximum(np.log(probs), -100), np.maximum(np.log1p(-probs), -100)
    loss = 0 - (target * log_yes + (1 - target) * log_no)  # not -(...): that of 0 would be -0.0
    return _reduce(weight * loss, reduction, op="binary_cross_entropy")


def binary_cross_entropy_backward(grad_output, probs, target, *, weight=None, reduction="mean"):
    """Gradient with respect to probs: grad_output * weight * (p - y) / (p (1 - p)), p (1 - p) at least 1e-12."""
    probs, target = _probabilities("binary_cross_entropy_backward", probs, target)
    weight = weights("binary_cross_entropy_backward", probs, weight)
    grad_output = spread(grad_output, probs, reduction, "binary_cross_entropy_backward")
    return grad_output * weight * (probs - target) / np.maximum(probs * (1 - probs), 1e-12)


def binary_cross_entropy_with_logits(logits, target, *, weight=None, reduction="mean", pos_weight=None):
    """Cross-entropy of sigmoid(logits) and the labels, exact also where the sigmoid saturates.

    Parameters
    ----------
    logits : array, any shape
    target : array of the same shape, or one number
    weight : array that broadcasts to the shape of logits, or None
    reduction : "mean" over all elements (default), "sum" or "none"
    pos_weight : array that broadcasts to the shape of logits, or None; how much a "yes" counts

    Returns
    -------
    one number, or an array of the shape of logits for reduction "none"

    Raises
    ------
    ValueError : shapes do not match, or reduction is none of the three

    Notes
    -----
    -[c y log sigmoid(x) + (1 - y) log sigmoid(-x)] with c = pos_weight; for c = 1 this is
    max(x, 0) - x y + log(1 + exp(-|x|)).  A weight of 0, and the 0 of a label, make 0 of an infinite loss.  The mean
    of nothing is nan.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.2.

    Examples
    --------
    >>> binary_cross_entropy_with_logits(np.array([1.2, -0.7]), np.array([1, 0]), reduction="sum").round(4)
    np.float64(0.6665)
    >>> binary_cross_entropy_with_logits(np.array([-1000.0]), np.array([1]))
    np.float64(1000.0)
    """
    op = "binary_cross_entropy_with_logits"
    logits, target = matched(op, logits, target)
    weight, c = weights(op, logits, weight), weights(op, logits, pos_weight, "pos_weight")
    # log(1 + exp(x)) as max(x, 0) + log(1 + exp(-|x|)): exp(1000) would overflow
    tail = np.log1p(np.exp(-np.abs(logits)))
    yes, no = np.maximum(-logits, 0) + tail, np.maximum(logits, 0) + tail
    loss = times(c * target, yes) + times(1 - target, no)
    return _reduce(times(weight, loss), reduction, op=op)


def binary_cross_entropy_with_logits_backward(
    grad_output, logits, target, *, weight=None, reduction="mean", pos_weight=None
):
    """Gradient with respect to logits: grad_output * weight * ((1 - y) a - c y (1 - a)) with a = sigmoid(x).

    Without pos_weight this is a - y.
    """
    op = "binary_cross_entropy_with_logits_backward"
    logits, target = matched(op, logits, target)
    weight, c = weights(op, logits, weight), weights(op, logits, pos_weight, "pos_weight")
    a = sigmoid(logits)
    return spread(grad_output, logits, reduction, op) * weight * ((1 - target) * a - c * target * (1 - a))


def sigmoid_cross_entropy_cost(a, y, *, reduction="mean"):
    """Cross-entropy summed over the sigmoid outputs of a sample, averaged over the samples.

    Parameters
    ----------
    a : array, shape (n, ...), outputs from 0 to 1 for n samples
    y : array of the same shape
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a value of a is outside [0, 1], or reduction is none of the three

    Notes
    -----
    C = -1/n sum_x sum_j [y_j ln a_j + (1 - y_j) ln(1 - a_j)], logarithms cut off at -100.  For K outputs it
    is K times binary_cross_entropy, which averages over them.  The mean of nothing is nan.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, eq. (63).

    Examples
    --------
    >>> sigmoid_cross_entropy_cost(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])).round(4)
    np.float64(1.3863)
    """
    a = as_float(a)
    y = same("sigmoid_cross_entropy_cost", a, y, "y")
    a, y = _probabilities("sigmoid_cross_entropy_cost", a, y, "a")
    loss = per_sample(binary_cross_entropy(a, y, reduction="none"))
    return _reduce(loss, reduction, op="sigmoid_cross_entropy_cost")


def sigmoid_cross_entropy_cost_backward(grad_output, a, y, *, reduction="mean"):
    """Gradient with respect to a: grad_output * (a - y) / (a (1 - a)), divided by n for the mean."""
    op = "sigmoid_cross_entropy_cost_backward"
    a = as_float(a)
    y = same(op, a, y, "y")
    grad_output = spread(grad_output, a, reduction, op, shape=a.shape[:1])
    return grad_output * binary_cross_entropy_backward(1.0, a, y, reduction="sum")


def soft_margin_loss(x, target, *, reduction="mean"):
    """Logistic loss for labels +1 and -1: small where score and label have the same sign.

    Parameters
    ----------
    x : array, any shape, the scores
    target : array of the same shape, or one number; values 1 and -1
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of x for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a target is neither 1 nor -1, or reduction is none of the three

    Notes
    -----
    log(1 + exp(-y x)), which is binary_cross_entropy_with_logits for labels written as +-1.  The mean of
    nothing is nan.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", eq. (10.18).

    Examples
    --------
    >>> soft_margin_loss(np.array([0.0, 1000.0, -1000.0]), np.array([1, 1, 1]), reduction="none").round(4)
    array([6.931e-01, 0.000e+00, 1.000e+03])
    """
    x = as_float(x)
    target = signs("soft_margin_loss", x, target)
    return _reduce(0 - logsigmoid(target * x), reduction, op="soft_margin_loss")


def soft_margin_loss_backward(grad_output, x, target, *, reduction="mean"):
    """Gradient of soft_margin_loss with respect to x: grad_output * -y sigmoid(-y x)."""
    x = as_float(x)
    target = signs("soft_margin_loss_backward", x, target)
    return spread(grad_output, x, reduction, "soft_margin_loss_backward") * -target * sigmoid(-target * x)


def multilabel_soft_margin_loss(logits, target, *, weight=None, reduction="mean"):
    """Cross-entropy of K independent yes-or-no labels, averaged over the labels of a sample.

    Parameters
    ----------
    logits : array, shape (..., K)
    target : array of the same shape, values 0 and 1
    weight : array that broadcasts to the shape of logits, such as (K,), or None
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (...) for reduction "none"

    Raises
    ------
    ValueError : shapes do not match, or reduction is none of the three

    Notes
    -----
    -1/K sum_k w_k [y_k log sigmoid(x_k) + (1 - y_k) log sigmoid(-x_k)].  The mean of nothing is nan.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.2, one Bernoulli output a label.

    Examples
    --------
    >>> multilabel_soft_margin_loss(np.array([[0.0, 1000.0]]), np.array([[1, 0]])).round(4)
    np.float64(500.3466)
    """
    op = "multilabel_soft_margin_loss"
    logits = _vectors(op, logits)
    target = same(op, logits, target, "target")
    weight = weights(op, logits, weight)
    loss = binary_cross_entropy_with_logits(logits, target, weight=weight, reduction="none")
    return _reduce(loss.sum(axis=-1) / logits.shape[-1], reduction, op=op)


def multilabel_soft_margin_loss_backward(grad_output, logits, target, *, weight=None, reduction="mean"):
    """Gradient with respect to logits: grad_output * weight * (sigmoid(logits) - target) / K."""
    op = "multilabel_soft_margin_loss_backward"
    logits = _vectors(op, logits)
    target = same(op, logits, target, "target")
    weight = weights(op, logits, weight)
    grad_output = spread(grad_output, logits, reduction, op, shape=logits.shape[:-1])
    return grad_output * weight * (sigmoid(logits) - target) / logits.shape[-1]


def _probabilities(op, probs, target, name="probs"):
    probs, target = matched(op, probs, target)
    refuse((probs < 0) | (probs > 1), op, name, probs, "from 0 to 1")
    return probs, target


def _vectors(op, logits):
    logits = as_float(logits)
    need(logits.ndim > 0 and logits.shape[-1] > 0, op, "logits", f"shape {logits.shape}", "of shape (..., K)")
    return logits
