"""Where batch norm stands, what noise it brings, and what it makes of a bad start."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nnlib import init, losses
from nnlib._check import need
from nnlib.activations import relu, relu_backward
from nnlib.data import make_moons
from nnlib.experiments._pair import axes
from nnlib.modules import BatchNorm1d, Linear, ReLU, Sequential
from nnlib.nn import linear, linear_backward
from nnlib.norm import batch_norm, batch_norm_backward
from nnlib.optim import SGD


class Placement(NamedTuple):
    """weight_gradient, bias_gradient: largest entries for the layer before;  mean, std: of what comes after.

    active: share of positive values that leave the rectifier.
    """

    weight_gradient: float
    bias_gradient: float
    mean: float
    std: float
    active: float


def bn_placement(order="pre", *, n=64, width=32, bias=1.0, rng):
    """A fully connected layer, a rectifier and a batch norm, before or after the rectifier.

    Parameters
    ----------
    order : "pre" for linear, norm, rectifier, or "post" for linear, rectifier, norm
    n, width : int, default 64 samples of 32 features, mapped to 32 units
    bias : float, default 1, of every unit of the layer
    rng : numpy.random.Generator, for the samples, the weights and the upstream gradient

    Returns
    -------
    Placement

    Raises
    ------
    ValueError : order is neither "pre" nor "post"

    Notes
    -----
    relu(BN(W x + b)) or BN(relu(W x + b)).  Before the rectifier b has no effect, for the mean takes it away: its
    gradient is 0 and beta does its work, so that the layer needs no bias.  After the rectifier the next layer gets
    mean 0 and variance 1, but the rectifier itself saw whatever the start made of W and b.
    Ioffe & Szegedy (2015), "Batch normalization", section 3.2, put it immediately before the nonlinearity.

    Examples
    --------
    >>> pre, post = (bn_placement(order, rng=np.random.default_rng(0)) for order in ("pre", "post"))
    >>> pre.bias_gradient < 1e-12 < 0.1 < post.bias_gradient
    True
    """
    need(order in ("pre", "post"), "bn_placement", "order", repr(order), "'pre' or 'post'")
    x, W = rng.normal(size=(n, width)), init.kaiming_normal((width, width), rng=rng)
    g, b = rng.normal(size=(n, width)), np.full(width, bias)
    norm = {"running_mean": None, "running_var": None, "training": True}
    z = linear(x, W, b)
    if order == "pre":
        normed, *_ = batch_norm(z, **norm)
        rectified = output = relu(normed)
        grad_z = batch_norm_backward(relu_backward(g, normed), z, **norm)
    else:
        rectified = relu(z)
        output, *_ = batch_norm(rectified, **norm)
        grad_z = relu_backward(batch_norm_backward(g, rectified, **norm), z)
    _, grad_W, grad_b = linear_backward(grad_z, x, W, b)
    return Placement(
        float(np.abs(grad_W).max()),
        float(np.abs(grad_b).max()),
        float(output.mean()),
        float(output.std()),
        float(np.mean(rectified > 0)),
    )


class BatchNoise(NamedTuple):
    """batch_sizes (k,);  noise (k,): standard deviation of one sample's normalised value over random batches."""

    batch_sizes: np.ndarray
    noise: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the noise over the batch size, both logarithmic; returns the axes."""
        ax = axes(ax)
        ax.loglog(self.batch_sizes, self.noise, "o-", label=label)
        ax.set(xlabel="batch size", ylabel="noise of a normalised value")
        if label is not None:
            ax.legend()
        return ax


def bn_noise(batch_sizes, *, value=1.0, trials=2000, rng):
    """How much the normalised value of one sample depends on who else is in its batch.

    Parameters
    ----------
    batch_sizes : sequence of int, each at least 2
    value : float, default 1, of the sample that is in every batch; the others are standard normal
    trials : int, default 2000 batches of each size
    rng : numpy.random.Generator

    Returns
    -------
    BatchNoise

    Raises
    ------
    ValueError : a batch has fewer than two samples

    Notes
    -----
    Mean and variance of m samples are off by about 1 / sqrt(m) and sqrt(2 / m), so that the value x becomes
    x - e1 - x e2 / 2 and the noise sqrt((1 + x^2 / 2) / m) for large m.  Like dropout it disturbs the training a
    little; larger batches take it away, which makes it a poor regulariser to rely on.
    Ioffe & Szegedy (2015), "Batch normalization", section 3.4.

    Examples
    --------
    >>> bn_noise([8, 800], rng=np.random.default_rng(0)).noise.round(2)
    array([0.41, 0.04])
    """
    sizes = np.asarray(batch_sizes)
    need(sizes.size and sizes.min() >= 2, "bn_noise", "batch_sizes", batch_sizes, "at least 2 each")
    noise = []
    for m in sizes:
        others = rng.normal(size=(m - 1, trials))
        batches = np.concatenate([np.full((1, trials), value), others])  # one batch a column
        y, _, _ = batch_norm(batches, None, None, training=True)
        noise.append(y[0].std())
    return BatchNoise(sizes, np.array(noise))


class StartRobustness(NamedTuple):
    """stds (k,): of the weights at the start;  plain, normed (k,): loss after training, without and with batch norm.

    plain_spread, normed_spread (k,): standard deviation of the last hidden layer at the start.
    """

    stds: np.ndarray
    plain: np.ndarray
    normed: np.ndarray
    plain_spread: np.ndarray
    normed_spread: np.ndarray

    def plot(self, ax=None):
        """Draw both losses over the standard deviation of the weights; returns the axes."""
        ax = axes(ax)
        ax.semilogx(self.stds, np.minimum(self.plain, 2), "o-", label="without batch norm")
        ax.semilogx(self.stds, self.normed, "s--", label="with batch norm")
        ax.set(xlabel="standard deviation of the weights", ylabel="loss after training (cut at 2)")
        ax.legend()
        return ax


def bn_vs_init(stds, depth=10, *, width=20, steps=100, lr=0.1, n=128, rng):
    """Train deep networks from weights of several sizes, with and without batch norm.

    Parameters
    ----------
    stds : sequence of float, standard deviations of the weights at the start
    depth : int, default 10 hidden layers of rectifiers
    width : int, default 20 units each
    steps : int, default 100, on all n samples
    lr : float, default 0.1
    n : int, default 128 samples of two moons
    rng : numpy.random.Generator

    Returns
    -------
    StartRobustness; a loss of inf where training blew up

    Notes
    -----
    BN(c W x) = BN(W x) for every c > 0: whatever the scale of the weights, the next layer sees variance 1, and the
    gradient of c W is 1 / c of that of W, so that large weights move less.  Without it ten layers take the
    signal to 0, or to numbers that overflow.
    Ioffe & Szegedy (2015), "Batch normalization", section 3.3.

    Examples
    --------
    >>> small = bn_vs_init([0.01], rng=np.random.default_rng(0))
    >>> bool(small.plain[0] > 0.69 > 0.3 > small.normed[0])
    True
    """
    X, y = make_moons(n, rng=rng)
    stds, columns = np.asarray(stds, dtype=np.float64), []
    for std in stds:
        seed = rng.integers(2**32)
        runs = [_train(X, y, std, depth, width, steps, lr, norm, seed) for norm in (False, True)]
        columns.append([loss for loss, _ in runs] + [spread for _, spread in runs])
    return StartRobustness(stds, *np.array(columns).T)


def _train(X, y, std, depth, width, steps, lr, norm, seed):
    """(loss after the last step, spread of the last hidden layer before the first)."""
    rng = np.random.default_rng(seed)

    def layer(inputs, outputs):
        return Linear(
            inputs, outputs, init=lambda shape, *, rng: init.normal(shape, std=std, rng=rng), rng=rng
        )

    sizes, layers = [X.shape[1], *[width] * depth], []
    for inputs, outputs in pairwise(sizes):
        layers += [layer(inputs, outputs), *([BatchNorm1d(outputs)] if norm else []), ReLU()]
    hidden = Sequential(*layers)
    model = Sequential(hidden, layer(width, 2))
    optimizer = SGD(model.params, lr=lr)
    spread = hidden.forward(X, training=True).std()
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            output = model.forward(X, training=True)
            model.backward(losses.cross_entropy_backward(1.0, output, y))
            optimizer.step(model.grads)
        loss = float(losses.cross_entropy(model.forward(X, training=True), y))
    return (loss if np.isfinite(loss) else np.inf), spread
