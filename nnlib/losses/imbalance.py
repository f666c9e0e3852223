"""Losses for classes of unequal size and for labels that are not hard: focal, dice, softened softmax."""

import numpy as np

from nnlib._check import as_float, need, on_behalf_of
from nnlib.activations import sigmoid
from nnlib.losses._common import _reduce, labels, matched, per_sample, refuse, same, spread, times
from nnlib.losses._rows import as_rows, class_weights
from nnlib.losses.binary import binary_cross_entropy_with_logits
from nnlib.losses.multiclass import cross_entropy, cross_entropy_backward


def focal_loss(logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Cross-entropy that counts a sample less the better it is classified already.

    Parameters
    ----------
    logits : array, shape (C,), (N, C) or (N, C, ...), unnormalised scores
    target : array of int, shape (), (N,) or (N, ...), the true classes from 0 to C - 1
    gamma : float, default 2, at least 0: how strongly easy samples are held down; 0 gives cross-entropy
    alpha : array, shape (C,), how much each class counts, or None
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of target for reduction "none"

    Raises
    ------
    ValueError : a shape is not as above, a label is out of range, gamma is negative, or reduction is none of
        the three

    Notes
    -----
    -alpha_c (1 - p)^gamma log p for the true class c with p = softmax(z)_c.  The factor is close to 0 for an easy
    sample and close to 1 for a hard one, so the loss is never above the cross-entropy where alpha <= 1.  The mean
    divides by the number of samples, whatever alpha says; `cross_entropy` divides by the sum of its weights.
    The mean of nothing is nan.
    Lin et al. (2017), "Focal loss for dense object detection", eq. (5), with softmax in place of sigmoid.

    Examples
    --------
    >>> easy_and_hard = np.log([[0.8, 0.2], [0.2, 0.8]])
    >>> focal_loss(easy_and_hard, np.array([0, 0]), gamma=0.0, reduction="none").round(4)
    array([0.2231, 1.6094])
    >>> focal_loss(easy_and_hard, np.array([0, 0]), reduction="none").round(4)
    array([0.0089, 1.03  ])
    """
    _, log_p, _, q, _, alpha, shape, _ = _true_class("focal_loss", logits, target, gamma, alpha)
    return _reduce(times(alpha * q**gamma, 0 - log_p).reshape(shape), reduction, op="focal_loss")


def focal_loss_backward(grad_output, logits, target, *, gamma=2.0, alpha=None, reduction="mean"):
    """Gradient with respect to logits: alpha_c q^gamma (1 - gamma p log p / q) (a - y), where a = softmax(z)."""
    op = "focal_loss_backward"
    a, log_p, p, q, c, alpha, shape, back = _true_class(op, logits, target, gamma, alpha)
    grad_output = spread(grad_output, p.reshape(shape), reduction, op).reshape(-1)
    # p log p / q; where q = 0, its power is 0, or gamma is
    slope = np.divide(times(p, log_p), q, where=q != 0, out=np.zeros_like(p))
    a[np.arange(len(c)), c] = -q
    return back((grad_output * alpha * q**gamma * (1 - gamma * slope))[:, None] * a)


def sigmoid_focal_loss(logits, target, *, alpha=0.25, gamma=2.0, reduction="none"):
    """Focal loss of yes-or-no answers.

    Parameters
    ----------
    logits : array, any shape
    target : array of the same shape, or one number; 1 for yes and 0 for no
    alpha : float from 0 to 1, default 0.25, how much a yes counts; a no counts 1 - alpha; -1 counts both 1
    gamma : float, default 2, at least 0
    reduction : "none" (default), "mean" over all elements or "sum"

    Returns
    -------
    an array of the shape of logits, or one number for reduction "mean" and "sum"

    Raises
    ------
    ValueError : shapes do not match, gamma is negative, alpha is out of range, or reduction is none of the three

    Notes
    -----
    -alpha_t (1 - p_t)^gamma log p_t with p_t = sigmoid(x) for a yes and 1 - sigmoid(x) for a no.  The mean of
    nothing is nan.
    Lin et al. (2017), "Focal loss for dense object detection", eq. (5); defaults of torchvision.ops.

    Examples
    --------
    >>> sigmoid_focal_loss(np.array([0.0, 4.0]), np.array([1.0, 1.0])).round(6)
    array([4.3322e-02, 1.0000e-06])
    """
    logits, target, _, q, alpha = _yes_or_no("sigmoid_focal_loss", logits, target, alpha, gamma)
    loss = binary_cross_entropy_with_logits(logits, target, reduction="none")
    return _reduce(times(alpha * q**gamma, loss), reduction, op="sigmoid_focal_loss")


def sigmoid_focal_loss_backward(grad_output, logits, target, *, alpha=0.25, gamma=2.0, reduction="none"):
    """Gradient with respect to logits: alpha_t [q^gamma (p - y) + gamma q^(gamma - 1) q' l], q = 1 - p_t, l the
    cross-entropy."""
    op = "sigmoid_focal_loss_backward"
    logits, target, p, q, alpha = _yes_or_no(op, logits, target, alpha, gamma)
    loss = binary_cross_entropy_with_logits(logits, target, reduction="none")
    dq = (1 - 2 * target) * p * (1 - p)
    relative = np.divide(times(dq, loss), q, where=q > 0, out=np.zeros_like(p))
    return spread(grad_output, logits, reduction, op) * alpha * q**gamma * (p - target + gamma * relative)


def dice_loss(probs, target, *, eps=1.0, reduction="mean"):
    """One minus the overlap of predicted and true positives; the many true negatives do not enter.

    Parameters
    ----------
    probs : array, shape (n, ...), probabilities from 0 to 1 for each element of each sample
    target : array of the same shape, 1 where the element is positive and 0 elsewhere
    eps : float, default 1, at least 0: keeps samples without positives from deciding everything
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (n,) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, a value of probs is outside [0, 1], eps is negative, or reduction is none of
        the three

    Notes
    -----
    1 - (2 sum p y + eps) / (sum p + sum y + eps), sums over all elements of a sample.  For decisions p = 0 or 1 and
    eps = 0 it is 1 - F1.  Where p, y and eps are all 0, the loss is 0 and so is the gradient.  The mean of
    nothing is nan.
    Milletari, Navab & Ahmadi (2016), "V-Net", section 3, with the sums of p and y in place of their squares.

    Examples
    --------
    >>> dice_loss(np.array([[0.5, 0.0, 0.0, 1.0]]), np.array([[1, 0, 0, 1]]), eps=0.0).round(4)
    np.float64(0.1429)
    """
    probs, target, overlap, total = _overlap("dice_loss", probs, target, eps)
    loss = 1 - np.divide(overlap, total, where=total != 0, out=np.ones_like(total))
    return _reduce(loss, reduction, op="dice_loss")


def dice_loss_backward(grad_output, probs, target, *, eps=1.0, reduction="mean"):
    """Gradient with respect to probs: -(2 y - (1 - loss)) / (sum p + sum y + eps)."""
    op = "dice_loss_backward"
    probs, target, overlap, total = _overlap(op, probs, target, eps)
    grad_output = spread(grad_output, probs, reduction, op, shape=probs.shape[:1])
    overlap, total = (s.reshape(-1, *(1,) * (probs.ndim - 1)) for s in (overlap, total))
    return grad_output * np.divide(
        overlap - 2 * target * total, total**2, where=total != 0, out=np.zeros_like(probs)
    )


def soft_cross_entropy(logits, target, *, temperature=1.0, reduction="mean"):
    """Cross-entropy of a softmax that a temperature above 1 makes softer, so that small probabilities count.

    Parameters
    ----------
    logits : array, shape (C,), (N, C) or (N, C, ...), unnormalised scores
    target : array of int, shape (), (N,) or (N, ...), classes; or an array of the shape of logits, probabilities
    temperature : float, default 1, positive
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (), (N,) or (N, ...) for reduction "none"

    Raises
    ------
    ValueError : as `cross_entropy`, or temperature is not positive

    Notes
    -----
    -sum_c q_c log softmax(z / T)_c.  The gradient is (softmax(z / T) - q) / T: a large T makes it small.  Where q
    is the softened output of another network its differences shrink with 1 / T, too; so distillation
    multiplies by T^2.  The mean of nothing is nan.
    Hinton, Vinyals & Dean (2015), "Distilling the knowledge in a neural network", eqs. (1) and (2).

    Examples
    --------
    >>> soft_cross_entropy(np.array([[2.0, 0.0]]), np.array([0]), temperature=2.0).round(4)
    np.float64(0.3133)
    """
    op = "soft_cross_entropy"
    z = _tempered(op, logits, temperature)
    return on_behalf_of(op, cross_entropy, z, target, reduction=reduction)


def soft_cross_entropy_backward(grad_output, logits, target, *, temperature=1.0, reduction="mean"):
    """Gradient with respect to logits: grad_output * (softmax(z / T) - q) / T."""
    op = "soft_cross_entropy_backward"
    z = _tempered(op, logits, temperature)
    grad_z = on_behalf_of(op, cross_entropy_backward, grad_output, z, target, reduction=reduction)
    return grad_z / temperature


def _true_class(op, logits, target, gamma, alpha):
    """softmax a of each row; of the true class c log p, p and q = 1 - p; its weight; shape of target; way back."""
    need(gamma >= 0, op, "gamma", gamma, "at least 0")
    rows, shape, back = as_rows(op, logits, "logits")
    c = labels(op, target, shape, rows.shape[1]).reshape(-1)
    z = rows - rows.max(axis=1, keepdims=True)  # exp(1000) would overflow
    a = np.exp(z)
    total = a.sum(axis=1)
    log_p = z[np.arange(len(c)), c] - np.log(total)
    a /= total[:, None]
    return a, log_p, np.exp(log_p), -np.expm1(log_p), c, class_weights(op, rows, alpha)[c], shape, back


def _yes_or_no(op, logits, target, alpha, gamma):
    """p = sigmoid(x), and q = 1 - p_t without cancellation where p_t is close to 1; the weight of each element."""
    need(gamma >= 0, op, "gamma", gamma, "at least 0")
    need(0 <= alpha <= 1 or alpha == -1, op, "alpha", alpha, "from 0 to 1, or -1")
    logits, target = matched(op, logits, target)
    p = sigmoid(logits)
    q = p * (1 - target) + sigmoid(-logits) * target
    return logits, target, p, q, 1 if alpha == -1 else alpha * target + (1 - alpha) * (1 - target)


def _overlap(op, probs, target, eps):
    need(eps >= 0, op, "eps", eps, "at least 0")
    probs = as_float(probs)
    need(probs.ndim > 0, op, "probs", "one number", "of shape (n, ...)")
    refuse((probs < 0) | (probs > 1), op, "probs", probs, "from 0 to 1")
    target = same(op, probs, target, "target")
    return probs, target, per_sample(2 * probs * target) + eps, per_sample(probs + target) + eps


def _tempered(op, logits, temperature):
    need(temperature > 0, op, "temperature", temperature, "positive")
    return as_float(logits) / temperature
