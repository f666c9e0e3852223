"""Regularisation as part of the update: weights that decay, shrink to exact zeros, or keep within a ball."""

import numpy as np

from nnlib._check import as_float, need
from nnlib._norms import norm


def weight_decay_step(w, grad, *, lr, lam, n=1):
    """Gradient descent on the loss and its L2 penalty, written as a decay of the weights.

    Parameters
    ----------
    w : array, any shape
    grad : array, shape of w, the gradient of the loss on the data
    lr : float, the learning rate
    lam : float >= 0, the strength
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    array, shape of w

    Raises
    ------
    ValueError : grad is not of the shape of w

    Notes
    -----
    w <- (1 - lr lam / n) w - lr grad.  Without a gradient the weights decay geometrically, by the factor
    1 - lr lam / n each step.  For plain gradient descent this is the L2 penalty; with momentum or Adam it is
    not.  Krogh & Hertz (1992), "A simple weight decay can improve generalization";
    Loshchilov & Hutter (2019), "Decoupled weight decay regularization", proposition 1.

    Examples
    --------
    >>> weight_decay_step(np.array([1.0, -2.0]), np.array([0.5, 0.0]), lr=0.1, lam=1.0)
    array([ 0.85, -1.8 ])
    """
    w = as_float(w)
    grad = _grad("weight_decay_step", grad, w)
    return (1 - lr * lam / n) * w - lr * grad


def minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, *, lr, lam, n, m):
    """One step of stochastic gradient descent with an L2 penalty, from the gradients summed over a batch.

    Parameters
    ----------
    w : array, any shape, the weights
    b : array, any shape, the biases, which do not decay
    grad_w_sum, grad_b_sum : arrays, shapes of w and b, gradients of the loss summed over the batch
    lr : float, the learning rate
    lam : float >= 0, the strength
    n : int, the number of training samples
    m : int, the number of samples in the batch

    Returns
    -------
    (w, b) : arrays, shapes of w and b

    Raises
    ------
    ValueError : a gradient is not of the shape of its parameter

    Notes
    -----
    w <- (1 - lr lam / n) w - lr / m sum_x dC_x/dw  and  b <- b - lr / m sum_x dC_x/db: the decay is divided by
    the size of the training set, the gradient by that of the batch.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, eqs. (93) and (94).

    Examples
    --------
    >>> w, b = minibatch_l2_step([1.0], [1.0], [2.0], [2.0], lr=0.5, lam=10.0, n=100, m=10)
    >>> w.round(4), b
    (array([0.85]), array([0.9]))
    """
    w = as_float(w)
    b = np.asarray(b, dtype=w.dtype)
    grad_w_sum = _grad("minibatch_l2_step", grad_w_sum, w, "grad_w_sum")
    grad_b_sum = _grad("minibatch_l2_step", grad_b_sum, b, "grad_b_sum")
    return (1 - lr * lam / n) * w - lr / m * grad_w_sum, b - lr / m * grad_b_sum


def l1_step(w, grad, *, lr, lam, n=1):
    """Gradient descent on the loss and its L1 penalty: each weight moves towards zero by the same amount.

    Parameters
    ----------
    w : array, any shape
    grad : array, shape of w, the gradient of the loss on the data
    lr : float, the learning rate
    lam : float >= 0, the strength
    n : int, default 1, the number of samples that share the strength

    Returns
    -------
    array, shape of w

    Raises
    ------
    ValueError : grad is not of the shape of w

    Notes
    -----
    w <- w - lr lam / n sign(w) - lr grad.  A weight smaller than lr lam / n steps over zero and back again:
    for weights that become exactly zero use `soft_threshold` on w - lr grad.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, eq. (97).

    Examples
    --------
    >>> l1_step(np.array([1.0, -2.0, 0.0]), np.zeros(3), lr=0.1, lam=1.0)
    array([ 0.9, -1.9,  0. ])
    """
    w = as_float(w)
    grad = _grad("l1_step", grad, w)
    return w - lr * lam / n * np.sign(w) - lr * grad


def soft_threshold(w, *, t):
    """Move each weight towards zero by t, and stop there.

    Parameters
    ----------
    w : array, any shape
    t : float >= 0

    Returns
    -------
    array, shape of w

    Raises
    ------
    ValueError : t is negative

    Notes
    -----
    sign(w) max(|w| - t, 0): the minimiser of (v - w)^2 / 2 + t |v| over v, so with t = lr lam / n the exact
    step for an L1 penalty.  The same function as `softshrink`.  Values with |w| <= t become 0.
    Beck & Teboulle (2009), "A fast iterative shrinkage-thresholding algorithm", section 1.

    Examples
    --------
    >>> soft_threshold(np.array([-1.0, 0.2, 2.0]), t=0.5)
    array([-0.5,  0. ,  1.5])
    """
    need(t >= 0, "soft_threshold", "t", t, "at least 0")
    w = as_float(w)
    return w - np.clip(w, -t, t)


def max_norm(weight, *, c=3.0, axis=1, eps=0.0):
    """Shorten the weight vectors that are longer than c, and leave the others alone.

    Parameters
    ----------
    weight : array, shape (out, in) for the default axis
    c : float >= 0, default 3, the largest length
    axis : int or tuple of int, default 1, along which a unit's weights lie; (1, 2, 3) for filters
    eps : float, default 0, added to a length before dividing; torch.renorm has 1e-7

    Returns
    -------
    array, shape of weight

    Raises
    ------
    ValueError : c is negative

    Notes
    -----
    w <- w min(1, c / ||w||_2) for each unit: the nearest point of the ball of radius c, taken after each
    update.  A vector of length c stays as it is; one that holds a nan is left alone.
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 5.1.

    Examples
    --------
    >>> max_norm(np.array([[3.0, 4.0], [0.3, 0.4]]), c=1.0)
    array([[0.6, 0.8],
           [0.3, 0.4]])
    """
    need(c >= 0, "max_norm", "c", c, "at least 0")
    weight = as_float(weight)
    length = norm(weight, axis=axis, keepdims=True)
    long = length > c
    return weight * np.where(long, c / np.where(long, length + eps, 1), 1).astype(weight.dtype)


def _grad(op, grad, w, name="grad"):
    grad = np.asarray(grad, dtype=w.dtype)
    need(grad.shape == w.shape, op, name, f"shape {grad.shape}", f"of shape {w.shape}")
    return grad
