"""Train a small network on digits with nothing but a forward pass, a backward pass and the error at the top."""

from typing import NamedTuple

import numpy as np

from nnlib import nn
from nnlib._check import need
from nnlib.experiments._pair import axes


class MlpRun(NamedTuple):
    """accuracy (epochs,): on the test images after each epoch;  parameters: W1, b1, W2, b2, ..."""

    accuracy: np.ndarray
    parameters: tuple

    def plot(self, ax=None, label=None):
        """Draw the accuracy over the epochs; returns the axes."""
        ax = axes(ax)
        ax.plot(np.arange(1, len(self.accuracy) + 1), self.accuracy, marker="o", label=label)
        ax.set(xlabel="epoch", ylabel="accuracy on the test images")
        if label is not None:
            ax.legend()
        return ax


def mlp_digits(
    data,
    *,
    hidden=(30,),
    activation="relu",
    lr=0.1,
    epochs=10,
    batch_size=10,
    mlp=nn.mlp,
    mlp_backward=nn.mlp_backward,
    cost_delta=nn.cost_delta,
    rng,
):
    """Train a classifier by plain SGD, with the functions that are handed in.

    Parameters
    ----------
    data : X_train (n, d), y_train (n,), X_test, y_test, such as `nnlib.data.load_mnist_small` gives
    hidden : sequence of int, default (30,), units of each hidden layer
    activation : str, default "relu"
    lr : float, default 0.1
    epochs, batch_size : int, default 10 and 10
    mlp, mlp_backward, cost_delta : functions, default those of nnlib.nn
    rng : numpy.random.Generator, for the start and the order of the images

    Returns
    -------
    MlpRun

    Raises
    ------
    ValueError : batch_size is not positive

    Notes
    -----
    delta_L = softmax(z_L) - y over the images of a batch, divided by their number; from there `mlp_backward`.
    Nielsen (2015), "Neural networks and deep learning", chapters 1 to 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, y = np.eye(4), np.array([0, 1, 0, 1])
    >>> mlp_digits((X, y, X, y), hidden=(5,), lr=1.0, batch_size=4, epochs=30, rng=rng).accuracy[-1]
    np.float64(1.0)
    """
    need(batch_size > 0, "mlp_digits", "batch_size", batch_size, "positive")
    X, y, X_test, y_test = data
    targets = np.eye(int(y.max()) + 1, dtype=X.dtype)[y]
    parameters = nn.mlp_parameters([X.shape[1], *hidden, targets.shape[1]], rng=rng)
    parameters = tuple(p.astype(X.dtype) for p in parameters)
    accuracy = np.empty(epochs)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            z = mlp(X[batch], *parameters, activation=activation)
            delta = cost_delta(z, targets[batch], output="softmax", cost="log_likelihood") / len(batch)
            _, *grads = mlp_backward(delta, X[batch], *parameters, activation=activation)
            parameters = tuple(p - lr * g for p, g in zip(parameters, grads))
        accuracy[epoch] = np.mean(mlp(X_test, *parameters, activation=activation).argmax(axis=1) == y_test)
    return MlpRun(accuracy, parameters)
