"""What a network can draw: any curve if it is wide enough, and more corners the deeper it is."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import relu, sigmoid
from nnlib.experiments._pair import axes
from nnlib.nn import mlp, mlp_backward, mlp_parameters
from nnlib.optim import Adam


def staircase(x, edges, heights, *, steepness=100.0):
    """A layer of sigmoids whose weights are placed by hand: one step up or down at each edge.

    Parameters
    ----------
    x : array, shape (n,)
    edges : array, shape (K,), where the steps are, rising
    heights : array, shape (K,), the height from each edge on; left of the first it is 0
    steepness : float, default 100, the weight from x to every unit

    Returns
    -------
    array, shape (n,)

    Raises
    ------
    ValueError : edges and heights are not of one shape (K,)

    Notes
    -----
    sum_k (h_k - h_{k-1}) sigmoid(s (x - e_k)) with h_0 = 0: weights s, biases -s e_k, and jumps as the weights of
    a linear output.  Nielsen (2015), "Neural networks and deep learning", chapter 4.

    Examples
    --------
    >>> staircase(np.array([-1.0, 0.5, 2.0]), np.array([0.0, 1.0]), np.array([3.0, 2.0])).round(6)
    array([0., 3., 2.])
    """
    x = as_float(x)
    edges, heights = (np.asarray(a, dtype=x.dtype) for a in (edges, heights))
    need(edges.ndim == 1, "staircase", "edges", f"shape {edges.shape}", "of shape (K,)")
    need(
        heights.shape == edges.shape,
        "staircase",
        "heights",
        f"shape {heights.shape}",
        f"of shape {edges.shape}",
    )
    jumps = np.diff(heights, prepend=heights.dtype.type(0))
    return sigmoid(steepness * (x[:, None] - edges)) @ jumps


class Fit1d(NamedTuple):
    """x, target, fit (n,): the points, the curve and the network;  error: root mean square of the difference;

    slope, target_slope (n,): derivatives of both;  slope_error: root mean square of their difference.
    """

    x: np.ndarray
    target: np.ndarray
    fit: np.ndarray
    error: float
    target_slope: np.ndarray
    slope: np.ndarray
    slope_error: float

    def plot(self, ax=None, label="network"):
        """Draw the curve and the network; returns the axes."""
        ax = axes(ax)
        ax.plot(self.x, self.target, color="black", linestyle=":", label="target")
        ax.plot(self.x, self.fit, label=label)
        ax.set(xlabel="x", ylabel="y", title=f"rms error {self.error:.3f}")
        ax.legend()
        return ax


def fit_1d(f, *, width, activation="tanh", epochs=2000, lr=0.01, n=200, rng):
    """Fit a curve on [-1, 1] with one hidden layer.

    Parameters
    ----------
    f : function of an array
    width : int, hidden units
    activation : name, function of nnlib.activations, or (f, f_backward), default "tanh"
    epochs : int, default 2000 steps of Adam on all points
    lr : float, default 0.01
    n : int, default 200 points
    rng : numpy.random.Generator

    Returns
    -------
    Fit1d

    Raises
    ------
    ValueError : width is not positive

    Notes
    -----
    A wide enough layer comes as close as one likes to any continuous curve on a bounded interval, and to its
    derivative; it need not ever equal it, and training need not find it.  The first layer starts from
    N(0, 3^2) with biases in [-3, 3], so that the units bend in different places.
    Hornik, Stinchcombe & White (1989), "Multilayer feedforward networks are universal approximators".

    Examples
    --------
    >>> fit = fit_1d(np.sin, width=5, epochs=200, rng=np.random.default_rng(0))
    >>> fit.error < 0.1
    True
    """
    need(width > 0, "fit_1d", "width", width, "positive")
    x = np.linspace(-1, 1, n)[:, None]
    target = f(x)
    W1, b1, W2, b2 = mlp_parameters([1, width, 1], rng=rng)
    parameters = [rng.normal(0, 3, size=W1.shape), rng.uniform(-3, 3, size=b1.shape), W2, b2]
    optimizer = Adam(parameters, lr=lr)
    for _ in range(epochs):
        error = mlp(x, *parameters, activation=activation) - target
        _, *grads = mlp_backward(2 * error / n, x, *parameters, activation=activation)
        optimizer.step(grads)

    fit = mlp(x, *parameters, activation=activation)
    slope, *_ = mlp_backward(1.0, x, *parameters, activation=activation)
    target_slope = (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    rms, slope_rms = (float(np.sqrt(np.mean(d**2))) for d in (fit - target, slope - target_slope))
    return Fit1d(x[:, 0], target[:, 0], fit[:, 0], rms, target_slope[:, 0], slope[:, 0], slope_rms)


class Sawtooth(NamedTuple):
    """x, y (n,): the curve;  pieces: straight pieces of it;  deep, shallow: hidden units that draw it."""

    x: np.ndarray
    y: np.ndarray
    pieces: int
    deep: int
    shallow: int

    def plot(self, ax=None):
        """Draw the curve; returns the axes."""
        ax = axes(ax)
        ax.plot(self.x, self.y)
        title = f"{self.pieces} pieces: {self.deep} units in layers of 2, or {self.shallow} in one layer"
        ax.set(xlabel="x", ylabel="y", title=title)
        return ax


def sawtooth_depth(k):
    """Fold [0, 1] k times with two rectifiers a layer: the corners double with every layer.

    Parameters
    ----------
    k : int, number of hidden layers, 1 to 16

    Returns
    -------
    Sawtooth

    Raises
    ------
    ValueError : k is out of range

    Notes
    -----
    t(x) = 2 relu(x) - 4 relu(x - 1/2), k times in a row, has 2^k straight pieces.  In one layer every rectifier
    draws one corner: it takes one for each of the 2^k - 1 corners, and one more for the slope at 0.
    Telgarsky (2016), "Benefits of depth in neural networks".  Such functions exist; not every one is like this.

    Examples
    --------
    >>> saw = sawtooth_depth(10)
    >>> saw.pieces, saw.deep, saw.shallow
    (1024, 20, 1024)
    """
    need(1 <= k <= 16, "sawtooth_depth", "k", k, "between 1 and 16")
    x = np.linspace(0, 1, 2 ** (k + 2) + 1)
    y = x
    for _ in range(k):
        y = 2 * relu(y) - 4 * relu(y - 0.5)
    # The grid holds every corner and all numbers on it are exact, so slopes differ or are equal.
    pieces = 1 + int(np.sum(np.diff(y, n=2) != 0))
    return Sawtooth(x, y, pieces, 2 * k, pieces)
