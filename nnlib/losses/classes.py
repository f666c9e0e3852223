"""Losses of one class out of several that take probabilities or decisions; and labels as probabilities."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.losses._common import _reduce, labels, per_sample, refuse, same, spread, times


def categorical_cross_entropy(probs, target, *, reduction="mean", eps=0.0):
    """Cross-entropy of predicted probabilities and one-hot or other target probabilities.

    Parameters
    ----------
    probs : array, shape (n, ...), values from 0 to 1; the classes lie along the last axis
    target : array of the same shape, values from 0 to 1
    reduction : "mean" over samples (default), "sum" or "none"
    eps : float from 0 to 0.5, default 0; probabilities are first kept in [eps, 1 - eps]

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a value of probs is outside [0, 1], eps is outside [0, 0.5], or reduction
        is none of the three

    Notes
    -----
    L_i = -sum_c y_ic log p_ic, with 0 log 0 = 0.  inf where a wanted class has probability 0, unless eps
    prevents it.  The mean of nothing is nan.
    Bishop (2006), "Pattern recognition and machine learning", eq. (4.108).

    Examples
    --------
    >>> categorical_cross_entropy(np.array([[0.9625, 0.0009, 0.0366]]), np.array([[1, 0, 0]])).round(4)
    np.float64(0.0382)
    """
    op = "categorical_cross_entropy"
    probs, target = _distributions(op, probs, target, eps)
    with np.errstate(divide="ignore"):  # log(0) = -inf is the answer where that class is wanted
        log_p = np.log(np.clip(probs, eps, 1 - eps) if eps else probs)
    return _reduce(-per_sample(times(target, log_p)), reduction, op=op)


def categorical_cross_entropy_backward(grad_output, probs, target, *, reduction="mean", eps=0.0):
    """Gradient with respect to probs: -grad_output * target / probs; 0 where eps holds probs fixed."""
    op = "categorical_cross_entropy_backward"
    probs, target = _distributions(op, probs, target, eps)
    grad_output = spread(grad_output, probs, reduction, op, shape=probs.shape[:1])
    free = (target != 0) & (probs >= eps) & (probs <= 1 - eps)
    with np.errstate(divide="ignore"):
        return -grad_output * np.divide(target, probs, where=free, out=np.zeros_like(probs))


def log_likelihood_cost(a, y, *, reduction="mean"):
    """Log-likelihood cost: minus the logarithm of the probability given to the true class.

    Parameters
    ----------
    a : array, shape (n, K), probabilities
    y : array of int, shape (n,), classes from 0 to K - 1
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, a value of a is outside [0, 1], or
        reduction is none of the three

    Notes
    -----
    -ln a_y, averaged: minimising it maximises the likelihood of the labels.  inf where the true class has
    probability 0.  It takes probabilities, nll_loss their logarithms.  The mean of nothing is nan.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, eq. (80).

    Examples
    --------
    >>> log_likelihood_cost(np.array([[0.7, 0.2, 0.1]]), np.array([0])).round(4)
    np.float64(0.3567)
    """
    a, y = _labelled("log_likelihood_cost", a, y)
    with np.errstate(divide="ignore"):  # log(0) = -inf is the answer
        loss = -np.log(a[np.arange(len(a)), y])
    return _reduce(loss, reduction, op="log_likelihood_cost")


def log_likelihood_cost_backward(grad_output, a, y, *, reduction="mean"):
    """Gradient with respect to a: -grad_output / a_y at the true class, 0 elsewhere."""
    op = "log_likelihood_cost_backward"
    a, y = _labelled(op, a, y)
    gradient, samples = np.zeros_like(a), np.arange(len(a))
    with np.errstate(divide="ignore"):
        gradient[samples, y] = -1 / a[samples, y]
    return spread(grad_output, a, reduction, op, shape=a.shape[:1]) * gradient


def smooth_labels(y, num_classes, *, eps=0.1):
    """One-hot rows for class labels, with a share eps spread over all classes.

    Parameters
    ----------
    y : array of int, any shape, classes from 0 to num_classes - 1
    num_classes : int
    eps : float from 0 to 1, default 0.1

    Returns
    -------
    array, shape (..., num_classes), float64; each row sums to 1

    Raises
    ------
    ValueError : a label or eps is out of range

    Notes
    -----
    (1 - eps) onehot(y) + eps / K for K classes: the true class keeps 1 - eps + eps / K.  Empty in, empty out.
    Szegedy, Vanhoucke, Ioffe, Shlens & Wojna (2016), "Rethinking the Inception architecture", section 7.

    Examples
    --------
    >>> smooth_labels(np.array([0, 3]), 4, eps=0.2)
    array([[0.85, 0.05, 0.05, 0.05],
           [0.05, 0.05, 0.05, 0.85]])
    """
    need(0 <= eps <= 1, "smooth_labels", "eps", eps, "from 0 to 1")
    y = labels("smooth_labels", y, np.shape(y), num_classes, argument="y")
    return (1 - eps) * np.eye(num_classes)[y] + eps / num_classes


def zero_one_loss(y_true, y_pred, *, normalize=True, sample_weight=None):
    """Share of wrong predictions; its derivative is 0 or does not exist, so nothing is trained on it.

    Parameters
    ----------
    y_true : array, shape (n,), or (n, K) for several labels a sample, all of which must be right
    y_pred : array of the same shape
    normalize : bool, default True; False gives the number of wrong predictions
    sample_weight : array, shape (n,), or None

    Returns
    -------
    float

    Raises
    ------
    ValueError : the shapes differ

    Notes
    -----
    1/n sum_i 1{y_i != yhat_i}, weighted where there are weights.  nan where nothing counts.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 2.4.

    Examples
    --------
    >>> zero_one_loss(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0]))
    np.float64(0.25)
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    got, wanted = f"shape {y_pred.shape}", f"of shape {y_true.shape}"
    need(y_true.ndim in (1, 2), "zero_one_loss", "y_true", f"shape {y_true.shape}", "of shape (n,) or (n, K)")
    need(y_pred.shape == y_true.shape, "zero_one_loss", "y_pred", got, wanted)
    wrong = y_true != y_pred if y_true.ndim == 1 else (y_true != y_pred).any(axis=1)
    weight = np.ones(len(wrong)) if sample_weight is None else as_float(sample_weight)
    got, wanted = f"shape {weight.shape}", f"of shape {wrong.shape}"
    need(weight.shape == wrong.shape, "zero_one_loss", "sample_weight", got, wanted)
    if not normalize:
        return np.float64(weight @ wrong)
    total = weight.sum()
    return np.float64(weight @ wrong / total) if total else np.float64(np.nan)


def _distributions(op, probs, target, eps):
    need(0 <= eps <= 0.5, op, "eps", eps, "from 0 to 0.5")
    probs = as_float(probs)
    refuse((probs < 0) | (probs > 1), op, "probs", probs, "from 0 to 1")
    return probs, same(op, probs, target, "target")


def _labelled(op, a, y):
    a = as_float(a)
    need(a.ndim == 2, op, "a", f"shape {a.shape}", "of shape (n, K)")
    refuse((a < 0) | (a > 1), op, "a", a, "from 0 to 1")
    return a, labels(op, y, a.shape[:1], a.shape[1], argument="y")
