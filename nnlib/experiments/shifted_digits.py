"""Networks that read digits in the middle of the image, and then digits that have moved."""

from typing import NamedTuple

import numpy as np

from nnlib import losses
from nnlib._check import as_float, need
from nnlib.data import iterate_minibatches
from nnlib.experiments._move import move
from nnlib.experiments._pair import axes
from nnlib.experiments.mnist import digits_split
from nnlib.experiments.norm_digits import read_right
from nnlib.optim import SGD

AROUND = np.array([(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)])


class ShiftRun(NamedTuple):
    """Shares of images read right: validation, where they are;  accuracy (len(shifts),), test images moved by shifts.

    shifts : array, in pixels
    """

    validation: float
    accuracy: np.ndarray
    shifts: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the accuracy over the shift; returns the axes."""
        ax = axes(ax)
        ax.plot(self.shifts, self.accuracy, marker="o", label=label)
        ax.set(
            xticks=self.shifts, xlabel="test images moved by so many pixels", ylabel="read right", ylim=(0, 1)
        )
        if label is not None:
            ax.legend()
        return ax


def shift_images(images, pixels, *, rng):
    """Move each image, in one of the eight directions of its own.

    Parameters
    ----------
    images : array, shape (N, C, H, W)
    pixels : int, how far along each axis that is moved along, less than H and W
    rng : numpy.random.Generator, for the directions

    Returns
    -------
    array, shape of images; what moves out is lost, zeros come in

    Raises
    ------
    ValueError : an argument is not as above

    Notes
    -----
    Up, down, left, right, and the four diagonals, all as likely.
    LeCun et al. (1998), "Gradient-based learning applied to document recognition", section III.C, for the question.

    Examples
    --------
    >>> moved = shift_images(np.ones((1, 1, 3, 4)), 2, rng=np.random.default_rng(0))
    >>> moved[0, 0]
    array([[0., 0., 0., 0.],
           [0., 0., 0., 0.],
           [1., 1., 1., 1.]])
    """
    op = "shift_images"
    images = as_float(images)
    need(images.ndim == 4, op, "images", f"shape {images.shape}", "of shape (N, C, H, W)")
    most = min(images.shape[2:])
    need(0 <= pixels < most, op, "pixels", pixels, f"from 0 to {most - 1}")
    moved = np.zeros_like(images)
    for new, old, (down, right) in zip(moved, images, pixels * rng.choice(AROUND, size=len(images))):
        new[:] = move(old, down, right)
    return moved


def shifted_digits(model, *, lr, epochs=5, batch_size=32, shifts=range(5), data=None, rng):
    """Train a network on digits that lie in the middle, and try it on test images that have moved.

    Parameters
    ----------
    model : Module, from (N, 1, 28, 28) to (N, 10); trained in place
    lr : float, the rate of the first step; it falls to 0 along a straight line
    epochs, batch_size : int, default 5 and 32; images that fill no batch are left out of an epoch
    shifts : sequence of int, default 0 to 4 pixels
    data : Dataset, or None for nnlib.data.load_mnist_small()
    rng : numpy.random.Generator, for the order of the images

    Returns
    -------
    ShiftRun

    Raises
    ------
    ValueError : batch_size is not positive, or above the number of images

    Notes
    -----
    Softmax and cross-entropy, plain SGD.  The images move in the same directions for every network.
    LeCun et al. (1998), "Gradient-based learning applied to document recognition", section III.

    Examples
    --------
    >>> from nnlib.modules import Flatten, Linear, Sequential
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Flatten(), Linear(784, 10, dtype=np.float32, rng=rng))
    >>> run = shifted_digits(model, lr=0.1, epochs=2, shifts=(0, 4), rng=rng)
    >>> bool(run.accuracy[0] > 0.8), bool(run.accuracy[1] < 0.3)
    (True, True)
    """
    (X, y), (X_val, y_val), (X_test, y_test) = (
        (of.reshape(-1, 1, 28, 28), digit) for of, digit in digits_split(data)
    )
    need(0 < batch_size <= len(X), "shifted_digits", "batch_size", batch_size, f"from 1 to {len(X)}")
    optimizer = SGD(model.params, lr=lr)
    steps = len(X) // batch_size
    for epoch in range(epochs):
        batches = iterate_minibatches(X, y, batch_size=batch_size, drop_last=True, rng=rng)
        for step, (images, digits) in enumerate(batches):
            output = model.forward(images, training=True)
            model.backward(losses.cross_entropy_backward(1.0, output, digits))
            optimizer.param_groups[0]["lr"] = lr * (1 - (epoch * steps + step) / (epochs * steps))
            optimizer.step(model.grads)
    moved = [shift_images(X_test, pixels, rng=np.random.default_rng(0)) for pixels in shifts]
    found = [read_right(model, images, y_test) for images in moved]
    return ShiftRun(read_right(model, X_val, y_val), np.array(found), np.array(shifts))
