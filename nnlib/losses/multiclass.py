"""Softmax cross-entropy: one class out of several, from log-probabilities or from scores."""

import numpy as np

from nnlib._check import need
from nnlib.activations import log_softmax, softmax
from nnlib.losses._common import times
from nnlib.losses._fast import counted, minus_log_softmax, softmax_minus_one_hot
from nnlib.losses._rows import as_rows, class_weights, classes, distributions, over_rows, upstream


def nll_loss(log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood: minus the log-probability of the true class.

    Parameters
    ----------
    log_probs : array, shape (C,), (N, C) or (N, C, ...), logarithms of probabilities
    target : array of int, shape (), (N,) or (N, ...), the true classes from 0 to C - 1
    weight : array, shape (C,), how much each class counts, or None
    ignore_index : int, default -100, the label of samples that do not count
    reduction : "mean" (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of target for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, or reduction is none of the three

    Notes
    -----
    l_i = -w_c log p_ic for the true class c.  The mean divides by the sum of the weights w_c that occur, so
    that it is a weighted mean; nan where nothing counts.
    Bishop (2006), "Pattern recognition and machine learning", eq. (4.108).

    Examples
    --------
    >>> nll_loss(np.log([[0.7, 0.2, 0.1]]), np.array([0])).round(4)
    np.float64(0.3567)
    """
    log_p, shape, _ = as_rows("nll_loss", log_probs, "log_probs")
    c, w = classes("nll_loss", log_p, shape, target, weight, ignore_index)
    loss = times(w, -log_p[np.arange(len(c)), c])
    return over_rows("nll_loss", loss, w, shape, reduction)


def nll_loss_backward(grad_output, log_probs, target, *, weight=None, ignore_index=-100, reduction="mean"):
    """Gradient with respect to log_probs: -grad_output * w_c at the true class c, 0 elsewhere."""
    log_p, shape, back = as_rows("nll_loss_backward", log_probs, "log_probs")
    c, w = classes("nll_loss_backward", log_p, shape, target, weight, ignore_index)
    gradient = np.zeros_like(log_p)
    gradient[np.arange(len(c)), c] = -w * upstream("nll_loss_backward", grad_output, w, shape, reduction)
    return back(gradient)


def cross_entropy(logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Softmax cross-entropy: minus the log-probability that softmax(logits) gives the true class.

    Parameters
    ----------
    logits : array, shape (C,), (N, C) or (N, C, ...), unnormalised scores; never their softmax
    target : array of int, shape (), (N,) or (N, ...), classes from 0 to C - 1; or an array of the shape of
        logits, probabilities of the classes
    weight : array, shape (C,), how much each class counts, or None
    ignore_index : int, default -100, the label of samples that do not count; for class labels only
    reduction : "mean" (default), "sum" or "none"
    label_smoothing : float from 0 to 1, default 0, see smooth_labels

    Returns
    -------
    one number, or an array of shape (), (N,) or (N, ...) for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label or label_smoothing is out of range, or reduction is none of
        the three

    Notes
    -----
    l_i = -sum_c w_c q_ic log softmax(z_i)_c, with q_i the target distribution: one-hot for a label, mixed with
    1/C by label_smoothing.  For labels the mean divides by the sum of the weights that occur, for
    probabilities by the number of samples; nan where nothing counts.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.2.2.3; Szegedy et al. (2016),
    "Rethinking the Inception architecture", section 7.

    Examples
    --------
    >>> cross_entropy(np.array([[1.0, 2.0, 0.5]]), np.array([1])).round(4)
    np.float64(0.4644)
    >>> cross_entropy(np.array([[0.0, 1000.0]]), np.array([[1.0, 0.0]]))
    np.float64(1000.0)
    """
    op = "cross_entropy"
    need(0 <= label_smoothing <= 1, op, "label_smoothing", label_smoothing, "from 0 to 1")
    z, shape, _ = as_rows(op, logits, "logits")
    if label_smoothing or np.shape(target) != shape:
        q, counts = distributions(op, logits, z, shape, target, weight, ignore_index, label_smoothing)
        w = class_weights(op, z, weight)
        log_a = log_softmax(z)
        loss = -times(w * q, log_a).sum(axis=1)
    else:  # the same for labels, without the table
        c, counts = classes(op, z, shape, target, weight, ignore_index)
        loss = times(counts, minus_log_softmax(z, c))
    return over_rows(op, loss, counts, shape, reduction)


def cross_entropy_backward(
    grad_output, logits, target, *, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Gradient with respect to logits: grad_output * (a - y) for one-hot y, where a = softmax(logits).

    In general grad_output * (a sum_c w_c q_c - w q).  The other classes get a gradient too: it lowers their scores.
    """
    op = "cross_entropy_backward"
    need(0 <= label_smoothing <= 1, op, "label_smoothing", label_smoothing, "from 0 to 1")
    z, shape, back = as_rows(op, logits, "logits")
    if label_smoothing or np.shape(target) != shape:
        q, counts = distributions(op, logits, z, shape, target, weight, ignore_index, label_smoothing)
        wq = class_weights(op, z, weight) * q
        a = softmax(z)
        grad_z = times(wq.sum(axis=1, keepdims=True), a) - wq
    else:  # the same for labels, without the table
        c, counts = classes(op, z, shape, target, weight, ignore_index)
        grad_z = counted(softmax_minus_one_hot(z, c), counts)
    grad_z *= upstream(op, grad_output, counts, shape, reduction)[:, None]
    return back(grad_z)
