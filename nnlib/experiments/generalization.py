"""A network that reads digits, trained on few images for long, and what keeps it from learning them by heart."""

from typing import NamedTuple

import numpy as np

from nnlib import regularization
from nnlib.activations import log_softmax, relu, relu_backward, softmax
from nnlib.data import translate
from nnlib.experiments.mnist import digits_split
from nnlib.nn import linear, linear_backward, mlp, mlp_parameters


class FewDigits(NamedTuple):
    """Measured after each epoch, (epochs,), without noise and penalty;  parameters: W1, b1, W2, b2 at the end."""

    training_loss: np.ndarray
    training_accuracy: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray
    test_accuracy: np.ndarray
    parameters: tuple


def few_digits(
    *,
    data=None,
    n_train=1000,
    epochs=200,
    width=50,
    lr=0.25,
    batch_size=50,
    lam=0.0,
    l1=0.0,
    p=0.0,
    shift=0,
    dropout=regularization.dropout,
    dropout_backward=regularization.dropout_backward,
    minibatch_l2_step=regularization.minibatch_l2_step,
    soft_threshold=regularization.soft_threshold,
    rng,
):
    """Train one hidden layer of relu units on few images, plainly or regularised.

    Parameters
    ----------
    data : Dataset, or None for nnlib.data.load_mnist_small(); the last sixth of its training images validates
    n_train, epochs, width, batch_size : int, default the first 1000 images, 200 epochs, 50 units, batches of 50
    lr : float, default 0.25
    lam : float, default 0, the penalty lam / (2 n) sum w^2 with n = n_train; biases are spared
    l1 : float, default 0, the penalty l1 / n sum |w|, by a soft threshold after each step
    p : float, default 0, the probability to drop a hidden unit
    shift : int, default 0; each time it comes, an image is moved by up to so many pixels along both axes
    dropout, dropout_backward, minibatch_l2_step, soft_threshold : functions, default those of nnlib.regularization
    rng : numpy.random.Generator, for the first weights, the order of the images and the noise

    Returns
    -------
    FewDigits

    Raises
    ------
    ValueError : there are not n_train images

    Notes
    -----
    Softmax and cross-entropy, from He's start.  Losses are measured without noise and without the penalty, so that
    they can be compared.  Nielsen (2015), "Neural networks and deep learning", chapter 3.

    Examples
    --------
    >>> run = few_digits(n_train=100, epochs=30, rng=np.random.default_rng(0))
    >>> run.training_accuracy[-1], bool(run.validation_accuracy[-1] < 0.85)
    (np.float64(1.0), True)
    """
    (X, y), *others = digits_split(data, n_train)
    onehot = np.eye(10, dtype=X.dtype)[y]
    W1, b1, W2, b2 = (q.astype(X.dtype) for q in mlp_parameters([X.shape[1], width, 10], rng=rng))
    moved = _moved(X, shift)
    measured = []
    for _ in range(epochs):
        order, which = rng.permutation(n_train), rng.integers(len(moved), size=n_train)
        for start in range(0, n_train, batch_size):
            batch = order[start : start + batch_size]
            m, x = len(batch), moved[which[batch], batch]
            z = linear(x, W1, b1)
            h = relu(z)
            mask = regularization.dropout_mask(h.shape, p=p, rng=rng).astype(h.dtype) if p else None
            dropped = dropout(h, mask, p=p) if p else h
            delta = softmax(linear(dropped, W2, b2)) - onehot[batch]
            grad, *second = linear_backward(delta, dropped, W2, b2)
            grad = dropout_backward(grad, h, mask, p=p) if p else grad
            _, *first = linear_backward(relu_backward(grad, z), x, W1, b1)
            W1, b1 = minibatch_l2_step(W1, b1, *first, lr=lr, lam=lam, n=n_train, m=m)
            W2, b2 = minibatch_l2_step(W2, b2, *second, lr=lr, lam=lam, n=n_train, m=m)
            if l1:
                W1, W2 = (soft_threshold(W, t=lr * l1 / n_train) for W in (W1, W2))
        scores = [(mlp(images, W1, b1, W2, b2), labels) for images, labels in ((X, y), *others)]
        found = [
            (-log_softmax(s)[np.arange(len(t)), t].mean(), np.mean(s.argmax(axis=1) == t)) for s, t in scores
        ]
        measured.append([*found[0], *found[1], found[2][1]])
    return FewDigits(*np.array(measured, dtype=np.float64).reshape(epochs, 5).T, (W1, b1, W2, b2))


def _moved(X, shift):
    """The images moved by every whole number of pixels up to shift along both axes, shape ((2 shift + 1)^2, n, d)."""
    side, steps = int(np.sqrt(X.shape[1])), range(-shift, shift + 1)
    images = X.reshape(-1, side, side)
    copies = [translate(images, dx, dy) if shift else images for dx in steps for dy in steps]
    return np.stack(copies).reshape(len(copies), *X.shape).astype(X.dtype)
