"""Losses of numbers: squared, absolute, and the two that are squared near zero and absolute further out."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.losses._common import _reduce, matched, per_sample, same, spread


def mse_loss(pred, target, *, reduction="mean"):
    """Mean squared error: one outlier of size s counts s^2.

    Parameters
    ----------
    pred : array, any shape
    target : array of the same shape, or one number
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    1/n sum_i (pred_i - target_i)^2, least for the mean of the targets.  The mean of nothing is nan.
    Bishop (2006), "Pattern recognition and machine learning", section 3.1.1.

    Examples
    --------
    >>> mse_loss(np.array([0.01, 0.03, 0.02, 0.01]), 0)
    np.float64(0.000375)
    >>> mse_loss(np.array([0.01, 0.03, 0.02, 10]), 0)
    np.float64(25.00035)
    """
    pred, target = matched("mse_loss", pred, target)
    return _reduce((pred - target) ** 2, reduction, op="mse_loss")


def mse_loss_backward(grad_output, pred, target, *, reduction="mean"):
    """Gradient of mse_loss with respect to pred: grad_output * 2 (pred - target), divided by n for the mean."""
    pred, target = matched("mse_loss_backward", pred, target)
    return spread(grad_output, pred, reduction, "mse_loss_backward") * 2 * (pred - target)


def l1_loss(pred, target, *, reduction="mean"):
    """Mean absolute error: one outlier of size s counts s.

    Parameters
    ----------
    pred : array, any shape
    target : array of the same shape, or one number
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    1/n sum_i |pred_i - target_i|, least for the median of the targets.  The derivative at the kink 0 is 0;
    the mean of nothing is nan.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 10.6.

    Examples
    --------
    >>> l1_loss(np.array([0.01, 0.03, 0.02, 10]), 0)
    np.float64(2.515)
    >>> l1_loss(np.array([1.0, 5.0]), np.array([3.0, 2.0]), reduction="none")
    array([2., 3.])
    """
    pred, target = matched("l1_loss", pred, target)
    return _reduce(np.abs(pred - target), reduction, op="l1_loss")


def l1_loss_backward(grad_output, pred, target, *, reduction="mean"):
    """Gradient of l1_loss with respect to pred: grad_output * sign(pred - target), divided by n for the mean."""
    pred, target = matched("l1_loss_backward", pred, target)
    return spread(grad_output, pred, reduction, "l1_loss_backward") * np.sign(pred - target)


def smooth_l1_loss(pred, target, *, reduction="mean", beta=1.0):
    """Absolute error whose tip is replaced by a parabola of width beta.

    Parameters
    ----------
    pred : array, any shape
    target : array of the same shape, or one number
    reduction : "mean" over all elements (default), "sum" or "none"
    beta : float >= 0, default 1; 0 is l1_loss

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, reduction is none of the three, or beta is negative

    Notes
    -----
    With d = |pred - target|: d^2 / (2 beta) where d < beta, else d - beta / 2.  Value and derivative are
    continuous at d = beta.  It is huber_loss divided by beta.  The mean of nothing is nan.
    Girshick (2015), "Fast R-CNN", eq. (3).

    Examples
    --------
    >>> smooth_l1_loss(np.array([0.1, 0.4, 3.0]), 0, reduction="none", beta=0.5)
    array([0.01, 0.16, 2.75])
    """
    need(beta >= 0, "smooth_l1_loss", "beta", beta, "at least 0")
    pred, target = matched("smooth_l1_loss", pred, target)
    d = np.abs(pred - target)
    tip = d**2 / (2 * beta) if beta else d
    return _reduce(np.where(d < beta, tip, d - beta / 2), reduction, op="smooth_l1_loss")


def smooth_l1_loss_backward(grad_output, pred, target, *, reduction="mean", beta=1.0):
    """Gradient of smooth_l1_loss with respect to pred: grad_output * (pred - target) / beta, kept in [-1, 1]."""
    need(beta >= 0, "smooth_l1_loss_backward", "beta", beta, "at least 0")
    pred, target = matched("smooth_l1_loss_backward", pred, target)
    grad_output = spread(grad_output, pred, reduction, "smooth_l1_loss_backward")
    difference = pred - target
    return grad_output * (np.clip(difference / beta, -1, 1) if beta else np.sign(difference))


def huber_loss(pred, target, *, reduction="mean", delta=1.0):
    """Half the squared error up to delta, then a straight line: an outlier pulls with a bounded force.

    Parameters
    ----------
    pred : array, any shape
    target : array of the same shape, or one number
    reduction : "mean" over all elements (default), "sum" or "none"
    delta : float > 0, default 1

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, reduction is none of the three, or delta is not positive

    Notes
    -----
    With d = |pred - target|: d^2 / 2 where d <= delta, else delta (d - delta / 2).  Value and derivative are
    continuous at d = delta.  The mean of nothing is nan.
    Huber (1964), "Robust estimation of a location parameter".

    Examples
    --------
    >>> huber_loss(np.array([0.1, 0.4, 3.0]), 0, reduction="none", delta=0.5)
    array([0.005, 0.08 , 1.375])
    """
    need(delta > 0, "huber_loss", "delta", delta, "positive")
    pred, target = matched("huber_loss", pred, target)
    d = np.abs(pred - target)
    return _reduce(np.where(d <= delta, d**2 / 2, delta * (d - delta / 2)), reduction, op="huber_loss")


def huber_loss_backward(grad_output, pred, target, *, reduction="mean", delta=1.0):
    """Gradient of huber_loss with respect to pred: grad_output * (pred - target), clipped to [-delta, delta]."""
    need(delta > 0, "huber_loss_backward", "delta", delta, "positive")
    pred, target = matched("huber_loss_backward", pred, target)
    return spread(grad_output, pred, reduction, "huber_loss_backward") * np.clip(pred - target, -delta, delta)


def quadratic_cost(a, y, *, reduction="mean"):
    """Half the squared distance between outputs and targets, averaged over the samples.

    Parameters
    ----------
    a : array, shape (n, ...), the outputs for n samples
    y : array of the same shape
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    C = 1/(2n) sum_x ||a(x) - y(x)||^2.  It sums over the outputs of a sample where mse_loss averages, and has
    a factor 1/2 that mse_loss has not.  The mean of nothing is nan.
    Nielsen (2015), "Neural networks and deep learning", chapter 1, eq. (6).

    Examples
    --------
    >>> quadratic_cost(np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 1.0]]))
    np.float64(1.5)
    """
    a = as_float(a)
    y = same("quadratic_cost", a, y, "y")
    return _reduce(per_sample((a - y) ** 2 / 2), reduction, op="quadratic_cost")


def quadratic_cost_backward(grad_output, a, y, *, reduction="mean"):
    """Gradient of quadratic_cost with respect to a: grad_output * (a - y), divided by n for the mean."""
    a = as_float(a)
    y = same("quadratic_cost_backward", a, y, "y")
    return spread(grad_output, a, reduction, "quadratic_cost_backward", shape=a.shape[:1]) * (a - y)


def l2_regression_loss(f, y, *, reduction="mean"):
    """Squared distance between the vector predicted for a sample and its target, averaged over the samples.

    Parameters
    ----------
    f : array, shape (n, ...), the predictions for n samples
    y : array of the same shape
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    L_i = ||f_i - y_i||^2 with gradient 2 (f_i - y_i).  Over a data set the square matters: the sum of squared
    distances is least at the mean, the sum of distances at the median.  The mean of nothing is nan.
    Bishop (2006), "Pattern recognition and machine learning", section 3.1.5.

    Examples
    --------
    >>> l2_regression_loss(np.array([[1.0, 2.0], [0.0, 0.0]]), np.zeros((2, 2)), reduction="none")
    array([5., 0.])
    """
    f = as_float(f)
    y = same("l2_regression_loss", f, y, "y")
    return _reduce(per_sample((f - y) ** 2), reduction, op="l2_regression_loss")


def l2_regression_loss_backward(grad_output, f, y, *, reduction="mean"):
    """Gradient of l2_regression_loss with respect to f: grad_output * 2 (f - y), divided by n for the mean."""
    f = as_float(f)
    y = same("l2_regression_loss_backward", f, y, "y")
    return spread(grad_output, f, reduction, "l2_regression_loss_backward", shape=f.shape[:1]) * 2 * (f - y)


def l1_regression_loss(f, y, *, reduction="mean"):
    """Sum of the absolute errors of a sample's components, averaged over the samples.

    Parameters
    ----------
    f : array, shape (n, ...), the predictions for n samples
    y : array of the same shape
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    L_i = sum_j |f_ij - y_ij|, least over a data set at the median of each component.  The derivative at the
    kink 0 is 0; the mean of nothing is nan.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 10.6.

    Examples
    --------
    >>> l1_regression_loss(np.array([[1.0, -2.0], [0.0, 0.0]]), np.zeros((2, 2)), reduction="none")
    array([3., 0.])
    """
    f = as_float(f)
    y = same("l1_regression_loss", f, y, "y")
    return _reduce(per_sample(np.abs(f - y)), reduction, op="l1_regression_loss")


def l1_regression_loss_backward(grad_output, f, y, *, reduction="mean"):
    """Gradient of l1_regression_loss with respect to f: grad_output * sign(f - y), divided by n for the mean."""
    f = as_float(f)
    y = same("l1_regression_loss_backward", f, y, "y")
    grad_output = spread(grad_output, f, reduction, "l1_regression_loss_backward", shape=f.shape[:1])
    return grad_output * np.sign(f - y)
