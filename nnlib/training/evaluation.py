"""How good a network is on given data, and how that changed while it was trained."""

from dataclasses import dataclass, field

import numpy as np

import nnlib
from nnlib import losses
from nnlib._check import need
from nnlib.modules import find

IGNORED = -100  # the default ignore_index of the losses of labels


@dataclass
class History:
    """What was measured, epoch by epoch; history["val_loss"] is an array over the epochs.

    Attributes
    ----------
    epochs : list of dicts: "loss" (mean over the samples, each before its own step), "lr", and with validation data
        "val_loss" and "val_<metric>"
    stopped : bool, early stopping ended the run
    """

    epochs: list = field(default_factory=list)
    stopped: bool = False

    def __getitem__(self, name):
        return np.array([epoch[name] for epoch in self.epochs])

    def __len__(self):
        return len(self.epochs)

    def plot(self, ax=None):
        """Draw the losses over the epochs; returns the axes."""
        from nnlib.plotting import loss_curves

        return loss_curves(
            {name: self[name] for name in ("loss", "val_loss") if name in self.epochs[0]}, ax=ax
        )


def accuracy(output, target):
    """Share of samples whose label is the one with the largest output.

    Parameters
    ----------
    output : array, shape (n, k), scores of any kind
    target : array of int, shape (n,), or of shape (n, k) with the largest value at the label

    Returns
    -------
    float

    Raises
    ------
    ValueError : the shapes are not as above

    Notes
    -----
    Of equal outputs the first counts.  No samples give nan.

    Examples
    --------
    >>> accuracy(np.array([[0.1, 2.0], [3.0, 1.0]]), np.array([1, 1]))
    0.5
    """
    output, target = np.asarray(output), np.asarray(target)
    need(output.ndim == 2, "accuracy", "output", f"shape {output.shape}", "of shape (n, k)")
    label = target.argmax(axis=1) if target.ndim == 2 else target
    fits = target.shape in (output.shape, output.shape[:1])
    need(
        fits, "accuracy", "target", f"shape {target.shape}", f"of shape {output.shape[:1]} or {output.shape}"
    )
    return float(np.mean(output.argmax(axis=1) == label)) if len(output) else float("nan")


def evaluate(model, X, y, *, loss, metrics=None, batch_size=1000, ops=nnlib):
    """Loss and metrics of a network on data, without noise.

    Parameters
    ----------
    model : Module
    X, y : arrays, n samples along the first axis
    loss : name of a loss of nnlib.losses, or (f, f_backward)
    metrics : dict {name: function of (output, target)}, or None
    batch_size : int, default 1000, samples at a time
    ops : namespace of the losses, default nnlib

    Returns
    -------
    dict {"loss": float, name: float, ...}

    Raises
    ------
    ValueError : X and y differ in length, batch_size is not positive, or the loss is not one number

    Notes
    -----
    Loss and metrics see all outputs at once: the loss is what it is of all samples together, ignored labels and
    weights included, whatever batch_size is.

    Examples
    --------
    >>> from nnlib.modules import Activation
    >>> evaluate(Activation("relu"), np.array([[1.0], [3.0]]), np.array([[1.0], [1.0]]), loss="mse_loss")
    {'loss': 2.0}
    """
    X, y = np.asarray(X), np.asarray(y)
    need(len(X) == len(y), "evaluate", "y", f"{len(y)} samples", f"{len(X)} samples, as X")
    need(batch_size > 0, "evaluate", "batch_size", batch_size, "positive")
    f, _ = _loss_pair(loss, ops)
    starts = range(0, max(len(X), 1), batch_size)
    output = np.concatenate([model.forward(X[start : start + batch_size]) for start in starts])
    return {
        "loss": _number(f(output, y), "evaluate"),
        **{name: float(metric(output, y)) for name, metric in (metrics or {}).items()},
    }


class _MeanLoss:
    """The loss of an epoch, as if its batches were one: the mean over the samples that count.

    The mean of a loss of nnlib leaves out samples whose label says so; of a loss of your own nobody knows how its
    mean is taken, so it is asked once more, about all outputs together.
    """

    def __init__(self, loss, f):
        name = loss if isinstance(loss, str) else getattr(f, "__name__", "")
        self.f, self.known = f, isinstance(loss, str) or f is getattr(losses, name, None)
        self.ignores = name in ("cross_entropy", "nll_loss")
        self.total, self.count, self.seen = 0.0, 0, []

    def add(self, output, target):
        if not self.known:
            self.seen.append((output, target))
            return
        loss = _number(self.f(output, target), "fit")
        labelled = self.ignores and np.shape(target) != np.shape(output)
        n = np.count_nonzero(target != IGNORED) if labelled else len(target)
        if n:
            self.total, self.count = self.total + n * loss, self.count + n

    def value(self):
        if not self.known:
            return _number(self.f(*(np.concatenate(arrays) for arrays in zip(*self.seen))), "fit")
        return self.total / self.count if self.count else float("nan")


def _number(loss, op):
    """The loss as a float; `sigmoid_focal_loss` gives one for each element unless it is told to reduce."""
    need(np.ndim(loss) == 0, op, "loss", f"an array of shape {np.shape(loss)}", "one number: bind reduction")
    return float(loss)


def _loss_pair(loss, ops):
    if isinstance(loss, tuple):
        return loss
    return find(ops, f"losses.{loss}"), find(ops, f"losses.{loss}_backward")
