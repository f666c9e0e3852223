"""Optimizers at work: on data in batches of several sizes, on a narrow bowl, at a saddle, on a noisy series."""

import time
from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import softmax
from nnlib.experiments._pair import axes
from nnlib.experiments.mnist import digits_split
from nnlib.nn import mlp, mlp_backward, mlp_parameters
from nnlib.optim import SGD, Adam, Momentum, RMSprop, ewma, minibatch_gradient_descent


class GDRun(NamedTuple):
    """batch_size, lr: as given;  cost (epochs + 1,): of all samples, after each epoch;

    path (steps + 1, d): of the weights;  seconds: an epoch took.
    """

    batch_size: int
    lr: float
    cost: np.ndarray
    path: np.ndarray
    seconds: float

    def plot(self, ax=None, label=None):
        """Draw the cost after each epoch on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        ax.semilogy(self.cost, label=label or f"batches of {self.batch_size}")
        ax.set(xlabel="epoch", ylabel="cost of all samples")
        ax.legend()
        return ax


def compare_gd(X, y, lrs, batch_sizes, *, epochs=20, rng):
    """Least squares by gradient descent, with batches of several sizes.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array, shape (n,)
    lrs : sequence of float, the rate for each batch size
    batch_sizes : sequence of int; n is batch gradient descent, 1 is stochastic
    epochs : int, default 20
    rng : numpy.random.Generator

    Returns
    -------
    list of GDRun

    Raises
    ------
    ValueError : not one rate for each batch size

    Notes
    -----
    J = mean (x . w - y)^2 / 2.  Small batches take many cheap, noisy steps an epoch and soon come near the
    minimum, around which they keep wandering; the full batch takes one exact step.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.1.3.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(64, 2))
    >>> full, single = compare_gd(X, X @ [1.0, 2.0], [0.1, 0.1], [64, 1], epochs=3, rng=np.random.default_rng(1))
    >>> len(full.path), len(single.path), bool(single.cost[1] < full.cost[1])
    (4, 193, True)
    """
    X, y = as_float(X), as_float(y)
    need(
        len(lrs) == len(batch_sizes), "compare_gd", "lrs", f"{len(lrs)} rates", f"{len(batch_sizes)} of them"
    )

    def slope(w, X, y):
        return X.T @ (X @ w - y) / len(X)

    runs = []
    for lr, batch_size in zip(lrs, batch_sizes):
        options = {"lr": lr, "batch_size": batch_size, "epochs": epochs, "rng": rng}
        start = time.perf_counter()
        path = minibatch_gradient_descent(slope, np.zeros(X.shape[1]), X, y, **options)
        seconds = (time.perf_counter() - start) / epochs
        ends = path[:: (len(path) - 1) // epochs]
        runs.append(GDRun(batch_size, lr, np.mean((X @ ends.T - y[:, None]) ** 2, axis=0) / 2, path, seconds))
    return runs


class OptimizerPaths(NamedTuple):
    """f: function of (..., 2) that is minimized;  paths: {name: array (steps + 1, 2)}."""

    f: object
    paths: dict

    def plot(self, ax=None, levels=20):
        """Draw the paths on contours of f; returns the axes."""
        ax = axes(ax)
        points = np.concatenate(list(self.paths.values()))
        margin = 0.1 * np.ptp(points, axis=0) + 0.1
        low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
        x, y = np.meshgrid(np.linspace(low[0], high[0], 120), np.linspace(low[1], high[1], 120))
        ax.contour(x, y, self.f(np.stack([x, y], axis=-1)), levels=levels, colors="0.75", linewidths=0.8)
        for (name, path), marker in zip(self.paths.items(), "os^Dv*Px", strict=False):
            ax.plot(*path.T, marker=marker, markersize=3, label=name)
        ax.set(xlabel="first weight", ylabel="second weight")
        ax.legend()
        return ax


def optimizer_paths(f, grad, x0, optimizers, *, steps):
    """Where several optimizers go from the same point.

    Parameters
    ----------
    f : function of an array (..., 2), used for the plot
    grad : function of an array (2,) that returns the gradient
    x0 : array, shape (2,)
    optimizers : dict {name: function of a list of parameters that returns an optimizer}
    steps : int

    Returns
    -------
    OptimizerPaths

    Notes
    -----
    On a bowl that is much steeper one way than the other, plain descent swings across the steep way and creeps
    along the flat one; momentum averages the swings out and adds up the creeping.
    Sutskever, Martens, Dahl & Hinton (2013), "On the importance of initialization and momentum", section 2.

    Examples
    --------
    >>> bowl = lambda w: (w[..., 0] ** 2 + 20 * w[..., 1] ** 2) / 2
    >>> slope = lambda w: w * np.array([1.0, 20.0])
    >>> run = optimizer_paths(bowl, slope, np.array([5.0, 1.0]), {"SGD": lambda p: SGD(p, lr=0.05)}, steps=3)
    >>> run.paths["SGD"][-1].round(3)
    array([4.287, 0.   ])
    """
    paths = {}
    for name, make in optimizers.items():
        w = np.array(x0, dtype=np.float64)
        optimizer, path = make([w]), [w.copy()]
        for _ in range(steps):
            optimizer.step([np.asarray(grad(w))])
            path.append(w.copy())
        paths[name] = np.array(path)
    return OptimizerPaths(f, paths)


def saddle_escape(optimizers=None, *, x0=(1.0, 1e-3), steps=500):
    """How many steps it takes to leave the saddle of x^2 - y^2.

    Parameters
    ----------
    optimizers : dict {name: function of a list of parameters that returns an optimizer}, or None for SGD, momentum,
        RMSprop and Adam at a rate of 0.01
    x0 : (float, float), default (1, 0.001): almost on the ridge
    steps : int, default 500, at most

    Returns
    -------
    dict {name: int, the first step with |y| > 1, or steps + 1 if there is none}

    Notes
    -----
    Gradient (2x, -2y).  Near the saddle gradients are small in all directions: plain descent takes long, rules
    that divide by the size of the gradient do not notice.  From y = 0 exactly nobody escapes.
    Dauphin et al. (2014), "Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization".

    Examples
    --------
    >>> escape = saddle_escape()
    >>> escape["Adam"] < escape["SGD"]
    True
    """
    if optimizers is None:
        optimizers = {
            "SGD": lambda p: SGD(p, lr=0.01),
            "momentum": lambda p: Momentum(p, lr=0.01),
            "RMSprop": lambda p: RMSprop(p, lr=0.01),
            "Adam": lambda p: Adam(p, lr=0.01),
        }

    def escaped(make):
        w = np.array(x0, dtype=np.float64)
        optimizer = make([w])
        for step in range(1, steps + 1):
            optimizer.step([np.array([2.0, -2.0]) * w])
            if abs(w[1]) > 1:
                return step
        return steps + 1

    return {name: escaped(make) for name, make in optimizers.items()}


def newton_step(w, grad, hess):
    """One step that uses the curvature: straight to the stationary point of the parabola that fits here.

    Parameters
    ----------
    w, grad : arrays, shape (d,)
    hess : array, shape (d, d), the second derivatives, not singular

    Returns
    -------
    array, shape (d,)

    Notes
    -----
    w - H^-1 g, exact for a quadratic function.  It goes to saddles and maxima as willingly as to minima, and H has
    d^2 entries.  Nielsen (2015), "Neural networks and deep learning", chapter 3, eq. (105).

    Examples
    --------
    >>> H = np.array([[1.0, 0.0], [0.0, 20.0]])
    >>> newton_step(np.array([5.0, 1.0]), H @ [5.0, 1.0], H)
    array([0., 0.])
    """
    return as_float(w) - np.linalg.solve(hess, grad)


class EwmaSmoothing(NamedTuple):
    """beta (k,): as given;  lag (k,): steps that the average is behind a ramp;

    variance (k,): of the average of noise, as a share of the noise's;  averages (k, n): of the noisy ramp.
    """

    beta: np.ndarray
    lag: np.ndarray
    variance: np.ndarray
    averages: np.ndarray

    def plot(self, ax=None):
        """Draw the averages of the noisy ramp; returns the axes."""
        ax = axes(ax)
        for beta, lag, average in zip(self.beta, self.lag, self.averages):
            ax.plot(average, label=f"beta = {beta:g}, lag {lag:.0f}")
        ax.set(xlabel="step", ylabel="average")
        ax.legend()
        return ax


def ewma_smoothing(betas=(0.5, 0.9, 0.98), *, n=20_000, rng):
    """Measure what exponentially weighted averages cost and bring: lag on a ramp, variance on noise.

    Parameters
    ----------
    betas : sequence of float in [0, 1)
    n : int, default 20000 steps
    rng : numpy.random.Generator

    Returns
    -------
    EwmaSmoothing

    Notes
    -----
    In the long run the lag is beta / (1 - beta) steps, and the variance (1 - beta) / (1 + beta) of the noise's.
    Brown (1963), "Smoothing, forecasting and prediction of discrete time series".

    Examples
    --------
    >>> smooth = ewma_smoothing(rng=np.random.default_rng(0))
    >>> smooth.lag.round(2)
    array([ 1.,  9., 49.])
    """
    betas, ramp, noise = np.array(betas), np.arange(float(n)), rng.normal(size=n)
    settled = slice(n // 10, None)
    lag = [np.mean((ramp - ewma(ramp, beta=b))[settled]) for b in betas]
    variance = [np.var(ewma(noise, beta=b)[settled]) / np.var(noise[settled]) for b in betas]
    shown = slice(0, 200)
    averages = [ewma(ramp[shown] + 20 * noise[shown], beta=b) for b in betas]
    return EwmaSmoothing(betas, np.array(lag), np.array(variance), np.array(averages))


class OptimizerRun(NamedTuple):
    """validation, test (epochs,): share of these images that is read right after each epoch."""

    validation: np.ndarray
    test: np.ndarray


def optimizer_digits(make, *, data=None, width=30, epochs=5, batch_size=20, rng):
    """Train the network that reads digits with any optimizer.

    Parameters
    ----------
    make : function of a list of parameters that returns an optimizer
    data : Dataset, or None for nnlib.data.load_mnist_small(); the last sixth of its training images validates
    width : int, default 30 relu units
    epochs, batch_size : int, default 5 and 20
    rng : numpy.random.Generator, for the first weights and the order of the images

    Returns
    -------
    OptimizerRun

    Notes
    -----
    Softmax and cross-entropy, from He's start.  Optimizers are compared fairly where each has the rate that is best
    for it on the validation images, and the comparison is made on the test images.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.5.4.

    Examples
    --------
    >>> run = optimizer_digits(lambda params: Adam(params), epochs=1, rng=np.random.default_rng(0))
    >>> bool(run.test[0] > 0.75)
    True
    """
    (X, y), *others = digits_split(data)
    onehot = np.eye(10, dtype=X.dtype)[y]
    parameters = [p.astype(X.dtype) for p in mlp_parameters([X.shape[1], width, 10], rng=rng)]
    optimizer, accuracy = make(parameters), []
    with np.errstate(over="ignore", invalid="ignore"):  # a rate may be too large
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                batch = order[start : start + batch_size]
                delta = (softmax(mlp(X[batch], *parameters)) - onehot[batch]) / len(batch)
                _, *grads = mlp_backward(delta, X[batch], *parameters)
                optimizer.step(grads)
            accuracy.append([np.mean(mlp(x, *parameters).argmax(axis=1) == labels) for x, labels in others])
    return OptimizerRun(*np.array(accuracy).T)
