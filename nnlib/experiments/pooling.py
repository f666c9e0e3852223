"""What pooling keeps and what it forgets: where a digit stands, and in which order words come."""

from typing import NamedTuple

import numpy as np

import nnlib
from nnlib import init, losses
from nnlib._check import need
from nnlib.data import iterate_minibatches
from nnlib.experiments._move import move
from nnlib.experiments._pair import axes
from nnlib.experiments.mnist import digits_split
from nnlib.modules import AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from nnlib.optim import SGD, Adam

SIDE = 28
DIRECTIONS = ((0, 1), (0, -1), (1, 0), (-1, 0))
WAYS = ("neither", "stride", "average", "max", "plane")


class PooledRun(NamedTuple):
    """accuracy (S,): on test images moved by each of S numbers of pixels;  change (S,): of the numbers that the last
    layer gets, as a share of their length;  parameters: how many the network has.
    """

    accuracy: np.ndarray
    change: np.ndarray
    parameters: int

    def plot(self, ax=None, label=None, mark="o"):
        """Draw the accuracy over the pixels; returns the axes."""
        ax = axes(ax)
        ax.plot(np.arange(len(self.accuracy)), self.accuracy, f"{mark}-", markersize=5, label=label)
        ax.set(xlabel="pixels", ylabel="accuracy", ylim=(0, 1))
        ax.legend()
        return ax


def pooled_digits(
    down, *, pixels=6, epochs=3, lr=0.05, batch_size=32, n_train=None, data=None, ops=nnlib, rng
):
    """Train a small convolutional network on digits, and try it on digits that have moved.

    Parameters
    ----------
    down : what makes the planes smaller, twice by a factor of 2: "max" or "average" pooling, "stride" 2 in the
        convolutions, "neither"; or "plane", "max" with a third convolution and the maximum over all of the plane
    pixels : int, default 6; the images are moved by 0, ..., pixels - 1
    epochs, batch_size : int, default 3 and 32; images that fill no batch are left out of an epoch
    lr : float, default 0.05
    n_train : int, the first so many images, or None for all 3334
    data : Dataset, or None for nnlib.data.load_mnist_small()
    ops : namespace of functions that the layers call, default nnlib
    rng : numpy.random.Generator, for the first weights and the order of the images

    Returns
    -------
    PooledRun

    Raises
    ------
    ValueError : down is none of these

    Notes
    -----
    Convolutions of 8 and 16 kernels, 3 by 3, with rectifiers; a linear layer reads the planes. No image is moved in
    training. Each number of pixels is the mean over four directions; what leaves the image is lost.
    Zhang (2019), "Making convolutional networks shift-invariant again", section 3.

    Examples
    --------
    >>> run = pooled_digits("stride", pixels=2, epochs=1, n_train=320, rng=np.random.default_rng(0))
    >>> run.parameters, bool(run.accuracy[0] > run.accuracy[1])
    (9098, True)
    """
    need(down in WAYS, "pooled_digits", "down", repr(down), f"one of {', '.join(WAYS)}")
    (X, y), _, (X_test, y_test) = digits_split(data, n_train)
    X, X_test = (a.reshape(-1, 1, SIDE, SIDE) for a in (X, X_test))
    model = _network(down, X.dtype, ops, rng)
    optimizer = SGD(model.params, lr=lr)
    for _ in range(epochs):
        for images, digits in iterate_minibatches(X, y, batch_size=batch_size, drop_last=True, rng=rng):
            output = model.forward(images)
            model.backward(losses.cross_entropy_backward(1.0, output, digits))
            optimizer.step(model.grads)
    planes, last = Sequential(*model.modules[:-1]), model.modules[-1]
    before, accuracy, change = planes.forward(X_test), [], []
    for n in range(pixels):
        seen = [planes.forward(move(X_test, n * down, n * right)) for down, right in DIRECTIONS]
        accuracy.append(np.mean([last.forward(a).argmax(axis=1) == y_test for a in seen]))
        length = np.linalg.norm(before, axis=1)
        change.append(np.mean([np.linalg.norm(a - before, axis=1) / length for a in seen]))
    return PooledRun(np.array(accuracy), np.array(change), sum(p.size for p in model.params))


def _network(down, dtype, ops, rng):
    options = {"init": init.kaiming_normal, "dtype": dtype, "rng": rng, "ops": ops}
    stride = 2 if down == "stride" else 1
    pool = {"average": AvgPool2d, "max": MaxPool2d, "plane": MaxPool2d}.get(down)
    layers, channels = [], 1
    for kernels in (8, 16):
        layers += [Conv2d(channels, kernels, 3, padding=1, stride=stride, **options), ReLU(ops=ops)]
        layers += [pool(2, ops=ops)] if pool else []
        channels = kernels
    side = SIDE if down == "neither" else SIDE // 4
    if down == "plane":
        layers += [Conv2d(16, 32, 3, padding=1, **options), ReLU(ops=ops), MaxPool2d(side, ops=ops)]
        channels, side = 32, 1
    return Sequential(*layers, Flatten(), Linear(channels * side * side, 10, **options))


def order_of_words(pool, pool_backward, *options, learn=False, epochs=40, rng):
    """Train a classifier to say which of two words comes first, from what a pooling over time leaves of the text.

    Parameters
    ----------
    pool, pool_backward : functions of (h, *options) and (grad_output, h, *options), with h of shape (N, L, D)
    options : further arguments of both
    learn : bool, default False: the encodings are given, one number a word, 3 and 2 for the two words that matter and
        0 to 1 for others; True: they are vectors of 8, and learnt
    epochs : int, default 40
    rng : numpy.random.Generator

    Returns
    -------
    float, share of 1000 further texts that are told right; 0.5 is guessing

    Notes
    -----
    Texts of 20 words out of 12: words 0 and 1 stand at two random places, the others anywhere. A network with 16
    hidden rectifiers reads what is pooled; Adam, 1000 texts, mini-batches of 50.
    Kalchbrenner, Grefenstette & Blunsom (2014), "A convolutional neural network for modelling sentences",
    section 3.2.

    Examples
    --------
    >>> from nnlib.pooling import max_pool_time, max_pool_time_backward
    >>> bool(order_of_words(max_pool_time, max_pool_time_backward, rng=np.random.default_rng(0)) < 0.6)
    True
    """
    (words, first), (new_words, new_first) = (_texts(1000, rng) for _ in range(2))
    given = np.array([[3.0], [2.0], *np.linspace(0, 1, 10)[:, None]])
    encodings = 0.5 * rng.normal(size=(12, 8)) if learn else given
    width = pool(encodings[words[:1]], *options).size
    layer = {"init": init.kaiming_normal, "rng": rng}
    head = Sequential(Linear(width, 16, **layer), ReLU(), Linear(16, 2, **layer))
    optimizer = Adam([encodings, *head.params] if learn else head.params, lr=0.02)
    for _ in range(epochs):
        for batch in rng.permutation(1000).reshape(-1, 50):
            h = encodings[words[batch]]
            pooled = pool(h, *options)
            logits = head.forward(pooled.reshape(len(batch), -1))
            grad = head.backward(losses.cross_entropy_backward(1.0, logits, first[batch]))
            of_encodings = np.zeros_like(encodings)
            if learn:
                np.add.at(of_encodings, words[batch], pool_backward(grad.reshape(pooled.shape), h, *options))
            optimizer.step([of_encodings, *head.grads] if learn else head.grads)
    said = head.forward(pool(encodings[new_words], *options).reshape(len(new_words), -1)).argmax(axis=1)
    return float(np.mean(said == new_first))


def _texts(n, rng):
    """Words (n, 20), and which of the words 0 and 1 comes first."""
    words, first = rng.integers(2, 12, size=(n, 20)), rng.integers(2, size=n)
    places = np.sort(rng.permuted(np.tile(np.arange(20), (n, 1)), axis=1)[:, :2], axis=1)
    words[np.arange(n), places[:, 0]] = first
    words[np.arange(n), places[:, 1]] = 1 - first
    return words, first
