"""Unequal classes and two-class decisions in the small steps in which chapter 13 teaches them."""

import numpy as np

from nnlib._check import need
from nnlib.losses import cross_entropy_backward
from nnlib.nn import LogisticRegression


def weighted_cross_entropy_backward(grad_output, logits, target, weight, *, reduction="mean"):
    """Gradient of the cross-entropy of labels with class weights.

    Parameters
    ----------
    grad_output : one number, or an array of shape (n,) for reduction "none"
    logits : array, shape (n, K)
    target : array of int, shape (n,), the true classes from 0 to K - 1
    weight : array, shape (K,), how much each class counts
    reduction : "mean", weighted (default), "sum" or "none"

    Returns
    -------
    array, shape (n, K)

    Raises
    ------
    ValueError : as `nnlib.losses.cross_entropy_backward`

    Notes
    -----
    w_c (a - y), divided by the sum of the weights w_c of all samples for "mean", as torch does.
    Bishop (2006), "Pattern recognition and machine learning", eq. (4.109), each sample with its weight.

    Examples
    --------
    >>> weighted_cross_entropy_backward(1.0, np.zeros((2, 2)), np.array([0, 1]), np.array([1.0, 3.0]))
    array([[-0.125,  0.125],
           [ 0.375, -0.375]])
    """
    return cross_entropy_backward(grad_output, logits, target, weight=weight, reduction=reduction)


def logistic_regression(X, y, *, lam=0.0, lr=0.1, epochs=100):
    """Weights and bias of a linear unit that tells two classes apart, by gradient descent from 0.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array of int, shape (n,), 0 or 1
    lam : float, default 0, of the penalty lam / 2 ||w||^2; the bias has none
    lr : float, default 0.1
    epochs : int, default 100 steps, each with all samples

    Returns
    -------
    (weight, bias) : array of shape (d,), and one number

    Raises
    ------
    ValueError : as `nnlib.nn.LogisticRegression`

    Notes
    -----
    The gradients are (p - y)^T X / n + lam w and the mean of p - y, with p = sigmoid(X w + b).
    Bishop (2006), "Pattern recognition and machine learning", section 4.3.2.

    Examples
    --------
    >>> logistic_regression(np.array([[-1.0], [1.0]]), np.array([0, 1]), lr=1.0, epochs=1)
    (array([0.5]), np.float64(0.0))
    """
    model = LogisticRegression(lam=lam, lr=lr, epochs=epochs).fit(X, y)
    return model.weight, model.bias


def decide(z, *, threshold=0.5):
    """The class of each score: 1 where its sigmoid is above the threshold, else 0.

    Parameters
    ----------
    z : array, any shape, scores
    threshold : float between 0 and 1, default 0.5

    Returns
    -------
    array of int, shape of z

    Raises
    ------
    ValueError : threshold is not between 0 and 1

    Notes
    -----
    sigmoid(z) > t where z > log(t / (1 - t)), which is 0 for t = 1/2.
    Bishop (2006), "Pattern recognition and machine learning", section 4.2.

    Examples
    --------
    >>> decide(np.array([-1.0, 0.0, 1.0, 3.0])), decide(np.array([-1.0, 0.0, 1.0, 3.0]), threshold=0.9)
    (array([0, 0, 1, 1]), array([0, 0, 0, 1]))
    """
    need(0 < threshold < 1, "decide", "threshold", threshold, "between 0 and 1")
    return (np.asarray(z) > np.log(threshold / (1 - threshold))).astype(int)
