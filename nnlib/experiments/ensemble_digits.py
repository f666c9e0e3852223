"""Digits for ensembles: a small network whose steps one takes oneself, and one with several exits."""

from typing import NamedTuple

import numpy as np

from nnlib import init, losses, nn
from nnlib._check import need
from nnlib.experiments.mnist import digits_split
from nnlib.modules import Linear, ReLU, Sequential
from nnlib.optim import SGD


def digit_mlp(rng, *, hidden=32):
    """Parameters of a network of one hidden layer for `nnlib.nn.mlp`, before training.

    Parameters
    ----------
    rng : numpy.random.Generator
    hidden : int, default 32 units

    Returns
    -------
    list of arrays, shapes (hidden, 784), (hidden,), (10, hidden), (10,), float32

    Raises
    ------
    ValueError : hidden is not positive

    Notes
    -----
    Weights by He's rule, biases 0.
    He et al. (2015), "Delving deep into rectifiers", section 2.2.

    Examples
    --------
    >>> [p.shape for p in digit_mlp(np.random.default_rng(0), hidden=8)]
    [(8, 784), (8,), (10, 8), (10,)]
    """
    need(hidden > 0, "digit_mlp", "hidden", hidden, "positive")
    weights = [init.kaiming_normal(shape, rng=rng) for shape in ((hidden, 784), (10, hidden))]
    return [p.astype(np.float32) for w in weights for p in (w, np.zeros(len(w)))]


def digit_steps(X, y, rng, *, batch_size=50):
    """Steps of gradient descent on mini-batches, one a call.

    Parameters
    ----------
    X, y : arrays, shape (n, 784) and (n,)
    rng : numpy.random.Generator that draws the batches, with replacement
    batch_size : int, default 50

    Returns
    -------
    function (params, lr), which changes the arrays of params in place

    Raises
    ------
    ValueError : batch_size is not positive

    Notes
    -----
    Each step follows the gradient of the mean cross-entropy of its batch.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> params = digit_mlp(rng, hidden=8)
    >>> digit_steps(np.zeros((5, 784)), np.arange(5), rng)(params, 1.0)
    >>> bool(params[3][:5].min() > 0 > params[3][5:].max())
    True
    """
    need(batch_size > 0, "digit_steps", "batch_size", batch_size, "positive")

    def train_step(params, lr):
        some = rng.integers(len(X), size=batch_size)
        scores = nn.mlp(X[some], *params)
        _, *grads = nn.mlp_backward(losses.cross_entropy_backward(1.0, scores, y[some]), X[some], *params)
        for p, grad in zip(params, grads):
            p -= np.asarray(lr * grad, p.dtype)

    return train_step


class ExitDigits(NamedTuple):
    """logits (E, n, 10): scores of each exit for the test images;  y (n,): their labels."""

    logits: np.ndarray
    y: np.ndarray


def exit_digits(shares=None, *, exits=6, width=24, lr=0.1, epochs=6, data=None, rng):
    """Train a deep network with a classifier after each hidden layer to read digits.

    Parameters
    ----------
    shares : array, shape (exits,), what each exit's loss counts; by default j / sum j, as in multi_exit_loss
    exits, width : int, hidden layers of so many units, each with an exit
    lr, epochs : rate of gradient descent on batches of 50 and passes through the training images
    data : Dataset, or None for nnlib.data.load_mnist_small()
    rng : numpy.random.Generator

    Returns
    -------
    ExitDigits

    Raises
    ------
    ValueError : shares are not (exits,)

    Notes
    -----
    At each hidden layer the gradient of its exit and that of what lies above are added.
    Zhou et al. (2020), "BERT loses patience", section 3.3.

    Examples
    --------
    >>> exit_digits(exits=2, epochs=0, rng=np.random.default_rng(0)).logits.shape
    (2, 1000, 10)
    """
    j = np.arange(1, exits + 1)
    shares = j / j.sum() if shares is None else np.asarray(shares)
    need(shares.shape == (exits,), "exit_digits", "shares", f"shape {shares.shape}", f"of shape {(exits,)}")
    (X, y), _, (X_test, y_test) = digits_split(data)
    start = {"init": init.kaiming_normal, "dtype": X.dtype, "rng": rng}
    parts = [Sequential(Linear(size, width, **start), ReLU()) for size in [784, *[width] * (exits - 1)]]
    heads = [Linear(width, 10, **start) for _ in parts]

    def forward(X):
        scores = []
        for part, head in zip(parts, heads):
            X = part.forward(X)
            scores.append(head.forward(X))
        return np.stack(scores)

    optimizer = SGD([p for layer in (*parts, *heads) for p in layer.params], lr=lr)
    for _ in range(epochs):
        for some in np.array_split(rng.permutation(len(X)), max(len(X) // 50, 1)):
            scores, grad = forward(X[some]), X.dtype.type(0)
            for share, z, part, head in list(zip(shares, scores, parts, heads))[::-1]:
                from_exit = losses.cross_entropy_backward(X.dtype.type(share), z, y[some])
                grad = part.backward(grad + head.backward(from_exit))
            optimizer.step([g for layer in (*parts, *heads) for g in layer.grads])
    return ExitDigits(forward(X_test), y_test)
