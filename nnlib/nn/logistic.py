"""Logistic regression: one linear unit and a sigmoid, for two classes."""

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import sigmoid
from nnlib.losses import binary_cross_entropy_with_logits


class LogisticRegression:
    """A linear unit whose sigmoid is the probability of class 1, trained by gradient descent on all samples at once.

    Minimises 1/n sum_i -[y_i log p_i + (1 - y_i) log(1 - p_i)] + lam/2 ||w||^2 with p_i = sigmoid(w . x_i + b), from
    w = 0 and b = 0.  The gradient is (p - y)^T X / n + lam w.  It is convex: every start leads to the same loss.
    Bishop (2006), "Pattern recognition and machine learning", section 4.3.2.

    After `fit`: weight (d,), bias, and loss (epochs,), the objective before each step.

    >>> X, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    >>> LogisticRegression(epochs=10).fit(X, y).predict(np.array([[-3.0], [3.0]]))
    array([0, 1])
    """

    def __init__(self, *, lam=0.0, lr=0.1, epochs=100):
        self.lam, self.lr, self.epochs = lam, lr, epochs
        self.weight = self.bias = self.loss = None

    def fit(self, X, y):
        """Learn from samples X (n, d) and labels y (n,), 0 or 1; returns the model."""
        op, X, y = "LogisticRegression.fit", as_float(X), np.asarray(y)
        need(X.ndim == 2 and len(X) > 0, op, "X", f"shape {X.shape}", "of shape (n, d), n > 0")
        need(y.shape == X.shape[:1], op, "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
        need(np.isin(y, (0, 1)).all(), op, "y", f"the labels {np.unique(y)[:5].tolist()}", "0 or 1")
        y, lam = y.astype(X.dtype), X.dtype.type(self.lam)
        self.weight, self.bias = np.zeros(X.shape[1], X.dtype), X.dtype.type(0)
        self.loss = np.empty(self.epochs, X.dtype)
        for epoch in range(self.epochs):
            z = self.decision_function(X)
            self.loss[epoch] = binary_cross_entropy_with_logits(z, y) + lam / 2 * (self.weight**2).sum()
            delta = (sigmoid(z) - y) / len(X)
            self.weight = self.weight - self.lr * (delta @ X + lam * self.weight)
            self.bias = self.bias - self.lr * delta.sum()
        return self

    def decision_function(self, X):
        """Scores w . x + b, shape (n,): above 0 where class 1 is the likelier one."""
        X, name = as_float(X), type(self).__name__
        need(self.weight is not None, name, "the model", "one that was not", "fitted first")
        need(
            X.shape[1:] == self.weight.shape,
            name,
            "X",
            f"shape {X.shape}",
            f"of shape (n, {len(self.weight)})",
        )
        return X @ self.weight + self.bias

    def predict_proba(self, X):
        """Probabilities of the classes 0 and 1, shape (n, 2)."""
        z = self.decision_function(X)
        return np.stack([sigmoid(-z), sigmoid(z)], axis=1)

    def predict(self, X, *, threshold=0.5):
        """1 where the probability of class 1 is above the threshold, else 0: for 0.5, where the score is above 0."""
        return (self.predict_proba(X)[:, 1] > threshold).astype(int)
