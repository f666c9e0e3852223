"""Losses that are negative log-likelihoods or divergences: Kullback-Leibler, Poisson, Gaussian."""

import numpy as np

from nnlib._check import as_float, as_grad, need
from nnlib.losses._common import _reduce, matched, refuse, same, spread, times


def kl_div(log_probs, target, *, reduction="mean", log_target=False):
    """Kullback-Leibler divergence of predicted log-probabilities from target probabilities, term by term.

    Parameters
    ----------
    log_probs : array, shape (n, ...), logarithms of the predicted probabilities
    target : array of the same shape, probabilities; their logarithms if log_target
    reduction : "mean" over all elements (default), "batchmean", "sum" or "none"
    log_target : bool, default False

    Returns
    -------
    one number, or an array of the shape of log_probs for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the four

    Notes
    -----
    Terms t (log t - log p), with 0 log 0 = 0.  The divergence of a batch is "batchmean": the sum of all terms
    over the number n of samples; "mean" divides by the number of elements instead.  The gradient is that of
    the cross-entropy.  The mean of nothing is nan.
    Kullback & Leibler (1951), "On information and sufficiency", section 2.

    Examples
    --------
    >>> kl_div(np.log([[0.25, 0.75]]), np.array([[0.0, 1.0]]), reduction="batchmean").round(4)
    np.float64(0.2877)
    """
    log_probs = as_float(log_probs)
    target = same("kl_div", log_probs, target, "target")
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 = -inf, and -inf - -inf, count 0 times
        t, log_t = (np.exp(target), target) if log_target else (target, np.log(target))
        terms = times(t, log_t - log_probs)
    return _divergence("kl_div", terms, reduction)


def kl_div_backward(grad_output, log_probs, target, *, reduction="mean", log_target=False):
    """Gradient with respect to log_probs: -grad_output * target, divided by n for the mean over n."""
    op = "kl_div_backward"
    log_probs = as_float(log_probs)
    target = same(op, log_probs, target, "target")
    if reduction == "batchmean":
        grad_output = as_grad(op, grad_output, log_probs, ()) / max(_samples(log_probs), 1)
    else:
        grad_output = spread(grad_output, log_probs, reduction, op)
    return -grad_output * (np.exp(target) if log_target else target)


def poisson_nll_loss(pred, target, *, log_input=True, full=False, eps=1e-8, reduction="mean"):
    """Negative log-likelihood of counts under a Poisson distribution of predicted rate.

    Parameters
    ----------
    pred : array, any shape, the logarithm of the rate; the rate itself if not log_input
    target : array of the same shape, or one number, the counts
    log_input : bool, default True
    full : bool, default False; add Stirling's approximation of log(target!) for targets above 1
    eps : float, default 1e-8, added to the rate before its logarithm is taken
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    exp(x) - t x, or r - t log(r + eps) for a rate r, with 0 log 0 = 0; log(t!) ~ t log t - t + log(2 pi t) / 2.
    inf where exp(x) is too large for a float.  The mean of nothing is nan.
    Cameron & Trivedi (2013), "Regression analysis of count data", section 3.2.

    Examples
    --------
    >>> poisson_nll_loss(np.log([2.0, 3.0]), np.array([2, 3]), reduction="none").round(4)
    array([ 0.6137, -0.2958])
    """
    pred, target = matched("poisson_nll_loss", pred, target)
    if log_input:
        loss = np.exp(pred) - times(target, pred)
    else:
        with np.errstate(divide="ignore"):  # log(0) = -inf, for eps = 0
            loss = pred - times(target, np.log(pred + eps))
    if full:
        t = np.where(target > 1, target, 1)
        loss = loss + np.where(target > 1, t * np.log(t) - t + np.log(2 * np.pi * t) / 2, 0)
    return _reduce(loss, reduction, op="poisson_nll_loss")


def poisson_nll_loss_backward(
    grad_output, pred, target, *, log_input=True, full=False, eps=1e-8, reduction="mean"
):
    """Gradient with respect to pred: grad_output * (exp(x) - t), or grad_output * (1 - t / (r + eps))."""
    pred, target = matched("poisson_nll_loss_backward", pred, target)
    grad_output = spread(grad_output, pred, reduction, "poisson_nll_loss_backward")
    if log_input:
        return grad_output * (np.exp(pred) - target)
    with np.errstate(divide="ignore"):
        return grad_output * (1 - times(target, 1 / (pred + eps)))


def gaussian_nll_loss(pred, target, var, *, full=False, eps=1e-6, reduction="mean"):
    """Negative log-likelihood of numbers under a normal distribution of predicted mean and variance.

    Parameters
    ----------
    pred : array, any shape, the means
    target : array of the same shape, or one number
    var : array of the same shape, or with a last axis of length 1 or none: one variance for all that lies
        along the last axis; or one number
    full : bool, default False; add the constant log(2 pi) / 2
    eps : float, default 1e-6; smaller variances count as eps
    reduction : "mean" over all elements (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of pred for reduction "none"

    Raises
    ------
    ValueError : shapes do not match, a variance is negative, eps is not positive, or reduction is none of the
        three

    Notes
    -----
    (log v + (x - t)^2 / v) / 2 with v = max(var, eps).  The mean of nothing is nan.
    Nix & Weigend (1994), "Estimating the mean and variance of the target probability distribution", eq. (3).

    Examples
    --------
    >>> gaussian_nll_loss(np.array([1.0, 1.0]), np.array([0.0, 3.0]), np.array([1.0, 4.0]), reduction="none")
    array([0.5       , 1.19314718])
    """
    pred, target, v = _normal("gaussian_nll_loss", pred, target, var, eps)
    loss = (np.log(v) + (pred - target) ** 2 / v) / 2
    if full:
        loss = loss + np.log(2 * np.pi).astype(loss.dtype) / 2
    return _reduce(loss, reduction, op="gaussian_nll_loss")


def gaussian_nll_loss_backward(grad_output, pred, target, var, *, full=False, eps=1e-6, reduction="mean"):
    """Gradients with respect to pred and var: (x - t) / v and (1 - (x - t)^2 / v) / (2 v), times grad_output.

    A var below eps gets the gradient at eps, so that it can grow again.
    """
    op = "gaussian_nll_loss_backward"
    pred, target, v = _normal(op, pred, target, var, eps)
    grad_output = spread(grad_output, pred, reduction, op)
    error = pred - target
    by_element = grad_output * (1 - error**2 / v) / (2 * v)
    if v.shape != pred.shape:  # one variance for several elements
        by_element = by_element.sum(axis=-1) if v.ndim else by_element.sum()
    return grad_output * error / v, by_element.reshape(np.shape(var))


def _samples(x):
    return len(x) if x.ndim else 1


def _divergence(op, terms, reduction):
    """As _reduce, and "batchmean"."""
    if reduction == "batchmean":
        n = _samples(terms)
        return terms.sum() / n if n else terms.dtype.type(np.nan)
    wanted = "'none', 'mean', 'sum' or 'batchmean'"
    need(reduction in ("none", "mean", "sum"), op, "reduction", repr(reduction), wanted)
    return _reduce(terms, reduction, op=op)


def _normal(op, pred, target, var, eps):
    """pred, target, and the variance, at least eps, with as many axes as pred or none."""
    need(eps > 0, op, "eps", eps, "positive")
    pred, target = matched(op, pred, target)
    var = np.asarray(var, dtype=pred.dtype)
    rows = pred.shape[:-1]
    shapes = pred.shape, (*rows, 1), rows
    got, wanted = f"shape {var.shape}", "one number or of shape {}, {} or {}".format(*shapes)
    need(var.shape in ((), *shapes), op, "var", got, wanted)
    refuse(var < 0, op, "var", var, "at least 0")
    if var.ndim and var.shape == rows:
        var = var[..., None]
    return pred, target, np.maximum(var, pred.dtype.type(eps))
