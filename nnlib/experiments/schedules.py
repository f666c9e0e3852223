"""Learning rates and penalties on a small classifier: what a schedule does, and how to choose lambda."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import log_softmax, softmax
from nnlib.experiments._pair import axes
from nnlib.nn import mlp, mlp_backward, mlp_parameters
from nnlib.optim import SGD


class ScheduledRun(NamedTuple):
    """lr, loss (steps,): the rate of each step, and the loss of its batch before it;  accuracy: on all samples.

    parameters: W1, b1, W2, b2, ... at the end.
    """

    lr: np.ndarray
    loss: np.ndarray
    accuracy: float
    parameters: tuple

    def plot(self, ax=None, label=None):
        """Draw the loss, averaged over 10 steps; returns the axes."""
        ax = axes(ax)
        ax.plot(np.convolve(self.loss, np.full(10, 0.1), mode="valid"), label=label)
        ax.set(xlabel="step", ylabel="loss")
        if label is not None:
            ax.legend()
        return ax


def train_with_schedule(
    X,
    y,
    schedule,
    *,
    steps=300,
    width=32,
    batch_size=64,
    weight_decay=0.0,
    momentum=0.0,
    optimizer=None,
    rng,
):
    """Train a classifier, by SGD unless told otherwise, at the rate that a schedule gives for each step.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array of int, shape (n,), labels 0 ... K - 1
    schedule : function of the step, 0 first, that returns a learning rate
    steps, batch_size : int, default 300 and 64
    width : int, default 32 hidden units, or a sequence of int, one for each hidden layer
    weight_decay, momentum : float, default 0, of SGD
    optimizer : function of a list of parameters that returns an optimizer, or None for SGD
    rng : numpy.random.Generator

    Returns
    -------
    ScheduledRun

    Raises
    ------
    ValueError : y is not (n,)

    Notes
    -----
    Softmax and cross-entropy over relu units, from He's start.  A rate that is too large makes nan or a loss that
    no longer falls, without an error.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.3.1.

    Examples
    --------
    >>> from nnlib.experiments import digits
    >>> from nnlib.lr_scheduler import one_cycle_lr
    >>> schedule = lambda t: one_cycle_lr(t, max_lr=0.5, total_steps=300)
    >>> run = train_with_schedule(*digits(), schedule, rng=np.random.default_rng(0))
    >>> run.accuracy > 0.9, float(run.lr.max().round(2))
    (True, 0.5)
    """
    X, y = as_float(X), np.asarray(y)
    need(y.shape == X.shape[:1], "train_with_schedule", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    onehot = np.eye(int(y.max()) + 1, dtype=X.dtype)
    sizes = [X.shape[1], *np.atleast_1d(width), len(onehot)]
    parameters = tuple(p.astype(X.dtype) for p in mlp_parameters(sizes, rng=rng))
    if optimizer is None:
        held = SGD(parameters, lr=0.0, momentum=momentum, weight_decay=weight_decay)
    else:
        held = optimizer(parameters)
    lr, loss = np.empty(steps), np.empty(steps)
    with np.errstate(over="ignore", invalid="ignore"):  # a run may diverge
        for step in range(steps):
            batch = rng.integers(len(X), size=batch_size)
            x, target = X[batch], onehot[y[batch]]
            lr[step] = held.param_groups[0]["lr"] = float(schedule(step))
            scores = mlp(x, *parameters)
            loss[step] = -np.mean(np.sum(target * log_softmax(scores), axis=1))
            _, *grads = mlp_backward((softmax(scores) - target) / batch_size, x, *parameters)
            held.step(grads)
        accuracy = float(np.mean(mlp(X, *parameters).argmax(axis=1) == y))
    return ScheduledRun(lr, loss, accuracy, parameters)


class LambdaChoice(NamedTuple):
    """best: the lambda with the highest score;  lambdas, scores (k,): all that were tried."""

    best: float
    lambdas: np.ndarray
    scores: np.ndarray

    def plot(self, ax=None):
        """Draw the scores over lambda, the best one marked; returns the axes."""
        ax = axes(ax)
        ax.plot(self.lambdas, self.scores, "o-")
        ax.axvline(self.best, color="0.6", linestyle="--")
        smallest = self.lambdas[self.lambdas > 0].min()
        ax.set_xscale("symlog", linthresh=float(smallest))
        ax.set(xlabel="lambda", ylabel="score on validation data", title=f"best lambda {self.best:g}")
        return ax


def choose_lambda(train_fn, lambdas=(0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)):
    """Try penalties by their order of magnitude, the learning rate being settled with none.

    Parameters
    ----------
    train_fn : function of lambda that trains and returns the score on validation data, higher is better
    lambdas : sequence of float, 0 and powers of ten unless given

    Returns
    -------
    LambdaChoice

    Raises
    ------
    ValueError : there is no lambda

    Notes
    -----
    First find a learning rate with lambda = 0; then try lambda = 1 and go up or down by factors of ten; then refine.
    Of equal scores the first wins; a nan never does.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, how to choose hyper-parameters.

    Examples
    --------
    >>> choose_lambda(lambda penalty: -abs(penalty - 0.01)).best
    0.01
    """
    lambdas = np.array(lambdas, dtype=np.float64)
    need(lambdas.size, "choose_lambda", "lambdas", "none", "at least one")
    scores = np.array([train_fn(float(penalty)) for penalty in lambdas])
    return LambdaChoice(float(lambdas[np.nanargmax(scores)]), lambdas, scores)
