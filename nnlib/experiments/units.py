"""What becomes of the units of a network: saturated in a deep stack, or dead after large steps."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib._norms import norm
from nnlib.activations import log_softmax, softmax
from nnlib.experiments._pair import axes, pair
from nnlib.experiments.activations import dead_unit_fraction


def digits():
    """The 1797 handwritten 8x8 digits of scikit-learn: X (1797, 64) float64 in [0, 1], y (1797,) int.

    Examples
    --------
    >>> X, y = digits()
    >>> X.shape, float(X.max()), y[:5]
    ((1797, 64), 1.0, array([0, 1, 2, 3, 4]))
    """
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16, data.target


class Saturation(NamedTuple):
    """Layer by layer, from the first to the last.

    gradient_norm (depth,): rms gradient of the pre-activations over that of the last layer;  saturated
    (depth,): share of units and samples whose derivative is small.
    """

    gradient_norm: np.ndarray
    saturated: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the gradient of each layer on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        layers = np.arange(1, len(self.gradient_norm) + 1)
        ax.semilogy(layers, self.gradient_norm, "o-", label=label)
        ax.set(xlabel="layer", ylabel="gradient relative to the last layer")
        if label is not None:
            ax.legend()
        return ax


def saturation(X, activation, *, depth=10, width=64, scale=1.0, below=0.05, rng):
    """Send samples up an untrained stack of layers and a random gradient down again.

    Parameters
    ----------
    X : array, shape (n, d)
    activation : name, function of nnlib.activations, or (f, f_backward)
    depth, width : int, default 10 layers of 64 units
    scale : float, default 1; weights are drawn from N(0, scale^2 / fan_in)
    below : float, default 0.05; a unit counts as saturated for a sample where |f'(z)| is below it
    rng : numpy.random.Generator

    Returns
    -------
    Saturation

    Raises
    ------
    ValueError : X has not two axes

    Notes
    -----
    z_l = a_{l-1} W_l, a_l = f(z_l); delta_{l-1} = (delta_l W_l^T) f'(z_{l-1}).
    Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(100, 64))
    >>> bool(saturation(X, "sigmoid", rng=np.random.default_rng(1)).gradient_norm[0] < 1e-4)
    True
    """
    f, f_backward = pair(activation)
    a = as_float(X)
    need(a.ndim == 2, "saturation", "X", f"shape {a.shape}", "of shape (n, d)")
    weights, zs = [], []
    for _ in range(depth):
        weights.append(rng.normal(0, scale / np.sqrt(a.shape[1]), size=(a.shape[1], width)))
        zs.append(a @ weights[-1])
        a = f(zs[-1])

    delta = f_backward(rng.normal(size=a.shape), zs[-1])
    norms = [norm(delta, axis=None) / np.sqrt(delta.size)]
    for weight, z in zip(weights[:0:-1], zs[-2::-1]):
        delta = f_backward(delta @ weight.T, z)
        norms.append(norm(delta, axis=None) / np.sqrt(delta.size))
    saturated = np.array([np.mean(np.abs(f_backward(np.ones_like(z), z)) < below) for z in zs])
    return Saturation(np.array(norms[::-1]) / norms[0], saturated)


class DyingUnits(NamedTuple):
    """A training run, step by step.

    loss (steps,): of the batch, before the step;  off (steps,): share of hidden units whose pre-activation is
    not positive for any sample, after the step;  dead (steps,): share of those that are exactly zero for every
    sample, so that no gradient reaches them;  accuracy: on all samples at the end.
    """

    loss: np.ndarray
    off: np.ndarray
    dead: np.ndarray
    accuracy: float

    def plot(self, ax=None, label=None):
        """Draw the share of units that are off over the steps; returns the axes."""
        ax = axes(ax)
        ax.plot(self.off, label=label)
        ax.set(xlabel="step", ylabel="share of units off for every sample", ylim=(-0.02, 1.02))
        if label is not None:
            ax.legend()
        return ax


def dying_units(X, y, *, activation="relu", lr, steps=150, width=64, batch_size=64, rng):
    """Train a classifier with one hidden layer by plain SGD, and count the units that die on the way.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array of int, shape (n,), labels 0 ... K - 1
    activation : name, function of nnlib.activations, or (f, f_backward), default "relu"
    lr : float, the learning rate
    steps, width, batch_size : int, default 150, 64, 64
    rng : numpy.random.Generator

    Returns
    -------
    DyingUnits

    Raises
    ------
    ValueError : X is not (n, d) or y is not (n,)

    Notes
    -----
    A large step can carry a unit's bias so far down that relu gives 0 for every sample; its gradient is
    then 0 as well, and it stays there.  Weights start from N(0, 2 / fan_in), biases from 0.
    Maas, Hannun & Ng (2013), "Rectifier nonlinearities improve neural network acoustic models", section 2.

    Examples
    --------
    >>> X, y = digits()
    >>> run = dying_units(X, y, lr=2.0, rng=np.random.default_rng(0))
    >>> run.loss.shape, bool(run.dead[-1] > 0.8)
    ((150,), True)
    """
    f, f_backward = pair(activation)
    X, y = as_float(X), np.asarray(y)
    need(X.ndim == 2, "dying_units", "X", f"shape {X.shape}", "of shape (n, d)")
    need(y.shape == X.shape[:1], "dying_units", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    classes = int(y.max()) + 1
    W1, b1 = rng.normal(0, np.sqrt(2 / X.shape[1]), size=(X.shape[1], width)), np.zeros(width)
    W2, b2 = rng.normal(0, np.sqrt(2 / width), size=(width, classes)), np.zeros(classes)

    loss, off, dead = np.empty(steps), np.empty(steps), np.empty(steps)
    for step in range(steps):
        batch = rng.integers(len(X), size=batch_size)
        x, target = X[batch], y[batch]
        z = x @ W1 + b1
        h = f(z)
        scores = h @ W2 + b2
        loss[step] = -log_softmax(scores)[np.arange(batch_size), target].mean()

        grad_scores = (softmax(scores) - np.eye(classes)[target]) / batch_size
        grad_z = f_backward(grad_scores @ W2.T, z)
        W2, b2 = W2 - lr * h.T @ grad_scores, b2 - lr * grad_scores.sum(axis=0)
        W1, b1 = W1 - lr * x.T @ grad_z, b1 - lr * grad_z.sum(axis=0)
        z = X @ W1 + b1
        off[step], dead[step] = np.mean((z <= 0).all(axis=0)), dead_unit_fraction(f(z))

    accuracy = np.mean((f(X @ W1 + b1) @ W2 + b2).argmax(axis=1) == y)
    return DyingUnits(loss, off, dead, float(accuracy))
