"""How weights at the start decide what reaches the last layer, and what comes back to the first."""

from typing import NamedTuple

import numpy as np

from nnlib import init
from nnlib._check import as_float, need
from nnlib._norms import norm
from nnlib.experiments._pair import axes, pair
from nnlib.nn import linear, linear_backward, mlp, mlp_backward, mlp_parameters


def linear_chain_gain(weights):
    """How much a chain of linear layers can stretch a signal, after each layer.

    Parameters
    ----------
    weights : sequence of L arrays, W_1 first, shapes (out, in) that fit each other

    Returns
    -------
    array, shape (L,): largest singular value of W_l ... W_1

    Notes
    -----
    For W = c I it is c^l: 1.5 explodes, 0.5 vanishes.  What decides is the spectrum of the product, not the size
    of the entries: weights between 0 and 1 can explode, and large ones can vanish.
    Pascanu, Mikolov & Bengio (2013), "On the difficulty of training recurrent neural networks", section 2.1.

    Examples
    --------
    >>> linear_chain_gain([1.5 * np.eye(2)] * 3)
    array([1.5  , 2.25 , 3.375])
    """
    product, gains = None, []
    for W in weights:
        product = as_float(W) if product is None else W @ product
        gains.append(np.linalg.norm(product, 2))
    return np.array(gains)


def gradient_norms(parameters, x, *, activation="relu"):
    """Size of the gradient that arrives at the input of each layer of an `mlp`.

    Parameters
    ----------
    parameters : sequence of arrays, W1, b1, W2, b2, ...
    x : array, shape (n, d)
    activation : name, function of nnlib.activations, or (f, f_backward), default "relu"

    Returns
    -------
    array, shape (layers,): norms of the gradients of the summed outputs, the first layer's first

    Notes
    -----
    delta_l = f'(z_l) (W_{l+1}^T delta_{l+1}): a product of Jacobians, so that it too grows or shrinks
    geometrically.  Rectifiers make it shrink less than sigmoids; small weights make it shrink all the same.
    Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".

    Examples
    --------
    >>> layers = [0.5 * np.eye(2), np.zeros(2)] * 3
    >>> gradient_norms(layers, np.ones((1, 2))).round(3)
    array([0.177, 0.354, 0.707])
    """
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    inputs, zs = [as_float(x)], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, norms = np.ones_like(zs[-1]), []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *_ = linear_backward(g, inputs[l], *layers[l])
        norms.append(norm(g, axis=None))  # of a deep stack it may be 1e-200
    return np.array(norms[::-1])


class ActivationStats(NamedTuple):
    """mean, std (layers,): of all activations of a layer;  saturated (layers,): share of them beyond 0.99."""

    mean: np.ndarray
    std: np.ndarray
    saturated: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the standard deviation of each layer on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        ax.semilogy(np.arange(1, len(self.std) + 1), self.std, "o-", label=label)
        ax.set(xlabel="layer", ylabel="standard deviation of activations")
        if label is not None:
            ax.legend()
        return ax


def activation_stats(parameters, x, *, activation="tanh"):
    """Mean and spread of the activations of each layer of an untrained network.

    Parameters
    ----------
    parameters : sequence of arrays, W1, b1, W2, b2, ...
    x : array, shape (n, d)
    activation : name, function of nnlib.activations, or (f, f_backward), default "tanh", after every layer

    Returns
    -------
    ActivationStats

    Notes
    -----
    a_l = f(a_{l-1} W_l^T + b_l).  Saturated counts |a| > 0.99, which says something for tanh only.
    He, Zhang, Ren & Sun (2015), "Delving deep into rectifiers", section 2.2, for the expected spread.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> parameters = mlp_parameters([50] * 6, init=init.lecun_normal, rng=rng)
    >>> stats = activation_stats(parameters, rng.normal(size=(100, 50)))
    >>> stats.std.shape, bool(stats.std[-1] > 0.2)
    ((5,), True)
    """
    f, _ = pair(activation)
    a, layers = as_float(x), []
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        a = f(linear(a, weight, bias))
        layers.append(a)
    wide = {"dtype": np.float64}
    numbers = [(a.mean(**wide), a.std(**wide), np.mean(np.abs(a) > 0.99)) for a in layers]
    mean, std, saturated = (np.array(column) for column in zip(*numbers))
    return ActivationStats(mean.astype(a.dtype), std.astype(a.dtype), saturated)


def compare_inits(x, *, depth=20, width=100, rng):
    """`activation_stats` for good and bad starts of a deep stack.

    Parameters
    ----------
    x : array, shape (n, d)
    depth, width : int, default 20 layers of 100 units
    rng : numpy.random.Generator

    Returns
    -------
    dict {label: ActivationStats}

    Raises
    ------
    ValueError : x is not (n, d)

    Notes
    -----
    Standard deviation 0.01 lets the signal die, 1 saturates tanh; variance 1/n keeps it alive for tanh, 2/n for
    relu, where 1/n halves its square at every layer.  Glorot & Bengio (2010); He et al. (2015).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> stats = compare_inits(rng.normal(size=(50, 100)), depth=10, rng=rng)
    >>> bool(stats["tanh, std 0.01"].std[-1] < 1e-6), bool(stats["relu, variance 2/n"].std[-1] > 0.1)
    (True, True)
    """
    x = as_float(x)
    need(x.ndim == 2, "compare_inits", "x", f"shape {x.shape}", "of shape (n, d)")
    starts = {
        "tanh, std 0.01": ("tanh", lambda shape, *, rng: init.normal(shape, std=0.01, rng=rng)),
        "tanh, std 1": ("tanh", init.normal),
        "tanh, variance 1/n": ("tanh", init.lecun_normal),
        "relu, variance 1/n": ("relu", init.lecun_normal),
        "relu, variance 2/n": ("relu", init.kaiming_normal),
    }
    sizes = [x.shape[1], *[width] * depth]
    return {
        label: activation_stats(mlp_parameters(sizes, init=start, rng=rng), x, activation=activation)
        for label, (activation, start) in starts.items()
    }


def one_hidden_layer_grads(X, y, W1, b1, W2, b2):
    """Gradient of half the mean squared error of a network with one hidden layer of tanh units.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array, shape (n, outputs)
    W1, b1 : arrays, shapes (hidden, d) and (hidden,)
    W2, b2 : arrays, shapes (outputs, hidden) and (outputs,)

    Returns
    -------
    (grad_W1, grad_b1, grad_W2, grad_b2) : arrays in the shapes of the parameters

    Notes
    -----
    C = 1 / (2 n) sum |W2 tanh(W1 x + b1) + b2 - y|^2.  Units that are alike, in W1, b1 and W2, get
    gradients that are alike.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.4.

    Examples
    --------
    >>> X, y, half = np.array([[1.0, 2.0]]), np.array([[1.0]]), 0.5 * np.ones((2, 2))
    >>> one_hidden_layer_grads(X, y, half, np.zeros(2), half[:1], np.zeros(1))[0].round(4)
    array([[-0.0086, -0.0171],
           [-0.0086, -0.0171]])
    """
    X = as_float(X)
    error = mlp(X, W1, b1, W2, b2, activation="tanh") - y
    return mlp_backward(error / len(X), X, W1, b1, W2, b2, activation="tanh")[1:]


class ConstantStart(NamedTuple):
    """units: different hidden units at the end;  hidden_gradient (steps,): its norm;  loss (steps,)."""

    units: int
    hidden_gradient: np.ndarray
    loss: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the loss; returns the axes."""
        ax = axes(ax)
        ax.plot(self.loss, label=label)
        ax.set(xlabel="step", ylabel="mean squared error")
        if label is not None:
            ax.legend()
        return ax


def constant_start(X, y, *, value=0.0, width=8, steps=200, lr=0.1):
    """Train a network whose weights all start from one value.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array, shape (n,)
    value : float, default 0, of every weight; biases start from 0
    width : int, default 8 tanh units
    steps : int, default 200, on all samples
    lr : float, default 0.1

    Returns
    -------
    ConstantStart

    Notes
    -----
    Equal units get equal gradients and stay equal: the layer is as good as one unit.  From 0 the hidden weights
    get no gradient at all, for it comes through output weights that are 0 as well, and only the output bias
    learns.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.4.

    Examples
    --------
    >>> X, y = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 2.0, 4.0])
    >>> constant_start(X, y, value=0.5).units, constant_start(X, y).hidden_gradient.max()
    (1, np.float64(0.0))
    """
    X, y = as_float(X), as_float(y)[:, None]
    full = lambda shape, *, rng: init.constant(shape, value)  # noqa: E731
    parameters = mlp_parameters([X.shape[1], width, 1], init=full, rng=None)
    loss, norms = np.empty(steps), np.empty(steps)
    for step in range(steps):
        error = mlp(X, *parameters, activation="tanh") - y
        loss[step] = np.mean(error**2)
        _, *grads = mlp_backward(2 * error / len(X), X, *parameters, activation="tanh")
        norms[step] = np.linalg.norm(grads[0])
        parameters = tuple(p - lr * g for p, g in zip(parameters, grads))
    return ConstantStart(len(np.unique(parameters[0].round(12), axis=0)), norms, loss)
