"""A deep network that reads digits, with or without batch norm, tried out in use and in training."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

import nnlib
from nnlib import init, losses
from nnlib._check import need
from nnlib.data import iterate_minibatches
from nnlib.experiments._pair import axes
from nnlib.experiments.mnist import digits_split
from nnlib.modules import BatchNorm1d, Linear, ReLU, Sequential
from nnlib.optim import SGD


class NormRun(NamedTuple):
    """accuracy: for each way to try the network out, (epochs,), after each epoch;  model: the network at the end."""

    accuracy: dict
    model: Sequential

    def plot(self, ax=None):
        """Draw the accuracies over the epochs; returns the axes."""
        ax = axes(ax)
        for (name, values), mark in zip(self.accuracy.items(), "os^Dvx*P"):
            ax.plot(np.arange(1, len(values) + 1), values, f"{mark}-", markersize=5, label=name)
        ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1))
        ax.legend()
        return ax


def read_right(model, X, y, *, training=False, batch_size=None):
    """Share of images that a network reads right, so many at a time; its running statistics stay as they are.

    Parameters
    ----------
    model : Module
    X, y : arrays, shape (n, ...) and (n,), images and their classes
    training : bool, default False, the mode in which the images go through
    batch_size : int, or None for all at once

    Returns
    -------
    float

    Raises
    ------
    ValueError : batch_size is not positive

    Notes
    -----
    In training mode batch norm looks at the other images of a batch, so that size and order of the batches count.
    Ioffe & Szegedy (2015), "Batch normalization", section 3.1.

    Examples
    --------
    >>> model = Sequential(BatchNorm1d(2))
    >>> X, y = np.array([[9.0, 8.0], [9.0, 7.0]]), np.array([0, 0])
    >>> read_right(model, X, y), read_right(model, X, y, training=True)
    (1.0, 0.5)
    """
    batch_size = max(len(X), 1) if batch_size is None else batch_size
    need(batch_size > 0, "read_right", "batch_size", batch_size, "positive")
    kept = [buffer.copy() for buffer in model.buffers]
    right = [
        model.forward(X[start : start + batch_size], training=training).argmax(axis=1)
        == y[start : start + batch_size]
        for start in range(0, len(X), batch_size)
    ]
    for buffer, before in zip(model.buffers, kept):
        buffer[...] = before
    return float(np.concatenate(right).mean())


def norm_digits(
    norm=True,
    *,
    weights=init.kaiming_normal,
    bias=0.0,
    hidden=(30,) * 5,
    lr=0.1,
    epochs=5,
    batch_size=32,
    training=True,
    tries=None,
    data=None,
    ops=nnlib,
    rng,
):
    """Train a deep network of rectifiers on digits from any start.

    Parameters
    ----------
    norm : bool, default True, a batch norm between each hidden layer and its rectifier
    weights : function of (shape, *, rng) that draws the hidden layers' weights, default He's start
    bias : float, default 0, of every hidden unit at the start
    hidden : sequence of int, default five layers of 30 units
    lr : float, default 0.1
    epochs, batch_size : int, default 5 and 32; images that fill no batch are left out of an epoch
    training : bool, default True; False leaves batch norm in the mode of use while the network trains
    tries : dict of functions of a model that return a number, None for the accuracy on the validation images
    data : Dataset, or None for nnlib.data.load_mnist_small()
    ops : namespace of functions that the layers call, default nnlib
    rng : numpy.random.Generator, for the first weights and the order of the images

    Returns
    -------
    NormRun

    Raises
    ------
    ValueError : batch_size is below 2, or above the number of images

    Notes
    -----
    Softmax and cross-entropy, plain SGD; the output layer has He's start and no norm.
    Ioffe & Szegedy (2015), "Batch normalization", section 4.

    Examples
    --------
    >>> run = norm_digits(hidden=(20,), epochs=1, rng=np.random.default_rng(0))
    >>> bool(run.accuracy["validation"][0] > 0.75)
    True
    """
    (X, y), validation, _ = digits_split(data)
    need(1 < batch_size <= len(X), "norm_digits", "batch_size", batch_size, f"from 2 to {len(X)}")
    if tries is None:
        tries = {"validation": lambda model: read_right(model, *validation)}
    model = _network([X.shape[1], *hidden], norm, weights, bias, X.dtype, ops, rng)
    optimizer, found = SGD(model.params, lr=lr), {name: [] for name in tries}
    with np.errstate(over="ignore", invalid="ignore"):  # a start may be that bad
        for _ in range(epochs):
            for images, digits in iterate_minibatches(X, y, batch_size=batch_size, drop_last=True, rng=rng):
                output = model.forward(images, training=training)
                model.backward(losses.cross_entropy_backward(1.0, output, digits))
                optimizer.step(model.grads)
            for name, judge in tries.items():
                found[name].append(judge(model))
    return NormRun({name: np.array(values) for name, values in found.items()}, model)


def _network(sizes, norm, weights, bias, dtype, ops, rng):
    layers = []
    for inputs, outputs in pairwise(sizes):
        linear = Linear(inputs, outputs, init=weights, dtype=dtype, rng=rng, ops=ops)
        linear.params[1][...] = bias
        layers += [linear, *([BatchNorm1d(outputs, dtype=dtype, ops=ops)] if norm else []), ReLU(ops=ops)]
    return Sequential(*layers, Linear(sizes[-1], 10, init=init.kaiming_normal, dtype=dtype, rng=rng, ops=ops))
