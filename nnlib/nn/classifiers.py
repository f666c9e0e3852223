"""One linear layer and softmax, trained: the simplest classifier of several classes."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import softmax
from nnlib.losses import cross_entropy_with_gradient
from nnlib.nn.layers import linear


class SoftmaxRegression(NamedTuple):
    """A trained classifier: weight (K, d), bias (K,), and loss (epochs,), the objective before each step."""

    weight: np.ndarray
    bias: np.ndarray
    loss: np.ndarray

    def predict_proba(self, X):
        """Probabilities of the classes, shape (n, K), for samples X of shape (n, d)."""
        return softmax(linear(X, self.weight, self.bias))

    def predict(self, X):
        """The likeliest class of each sample, shape (n,); of two that tie the first."""
        return linear(X, self.weight, self.bias).argmax(axis=1)


def softmax_regression(X, y, *, n_classes=None, lam=0.0, lr=0.1, epochs=100):
    """Fit a linear layer followed by softmax, by gradient descent on all samples at once.

    Parameters
    ----------
    X : array, shape (n, d), n > 0
    y : array of int, shape (n,), classes from 0 to K - 1
    n_classes : int, K; by default the largest label and 1
    lam : float, default 0, how strongly large weights are held back
    lr : float, default 0.1, the step
    epochs : int, default 100, number of steps

    Returns
    -------
    SoftmaxRegression

    Raises
    ------
    ValueError : a shape is not as above, or a label is out of range

    Notes
    -----
    Minimises 1/n sum_i -log softmax(W x_i + b)_(y_i) + lam/2 ||W||^2 from W = 0 and b = 0.  The objective is
    convex: every start leads to the same loss, if lr is small enough.  The gradient is (a - y)^T X / n + lam W.
    Bishop (2006), "Pattern recognition and machine learning", section 4.3.4.

    Examples
    --------
    >>> X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    >>> softmax_regression(X, np.array([0, 0, 1, 1])).predict(np.array([[-3.0], [3.0]]))
    array([0, 1])
    """
    X, y = as_float(X), np.asarray(y)
    got, wanted = f"shape {X.shape}", "of shape (n, d), n > 0"
    need(X.ndim == 2 and len(X) > 0, "softmax_regression", "X", got, wanted)
    need(y.shape == X.shape[:1], "softmax_regression", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    n_classes = int(y.max()) + 1 if n_classes is None else n_classes
    weight, bias = np.zeros((n_classes, X.shape[1]), X.dtype), np.zeros(n_classes, X.dtype)
    losses = np.empty(epochs, X.dtype)
    for epoch in range(epochs):
        loss, grad_logits = cross_entropy_with_gradient(linear(X, weight, bias), y)
        losses[epoch] = loss + lam / 2 * (weight**2).sum()
        weight = weight - lr * (grad_logits.T @ X + lam * weight)
        bias = bias - lr * grad_logits.sum(axis=0)
    return SoftmaxRegression(weight, bias, losses)
