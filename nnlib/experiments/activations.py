"""What one activation function does to values and gradients."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import sigmoid
from nnlib.experiments._pair import axes, pair


def gradient_chain(activation, *, depth=10, z=0.0):
    """Factor that a gradient keeps after passing 0, 1, ..., depth activations with pre-activation z.

    Parameters
    ----------
    activation : name, function of nnlib.activations, or (f, f_backward)
    depth : int, default 10
    z : float, default 0, the pre-activation in every layer

    Returns
    -------
    array, shape (depth + 1,), starting at 1

    Notes
    -----
    f'(z)^l for l = 0 ... depth: with unit weights the product of the derivatives along the chain.  For the
    sigmoid it is at most 0.25^l.  Nielsen (2015), "Neural networks and deep learning", chapter 5.

    Examples
    --------
    >>> gradient_chain("sigmoid", depth=3)
    array([1.      , 0.25    , 0.0625  , 0.015625])
    """
    _, f_backward = pair(activation)
    return f_backward(1.0, z) ** np.arange(depth + 1)


def plot_gradient_chain(activations, *, depth=10, z=0.0, ax=None):
    """Draw `gradient_chain` for several activations on a logarithmic axis; returns the axes."""
    ax = axes(ax)
    for activation, marker in zip(activations, "os^Dv*", strict=False):
        name = activation if isinstance(activation, str) else activation.__name__
        ax.semilogy(gradient_chain(activation, depth=depth, z=z), marker=marker, label=name)
    ax.set(xlabel="layers passed", ylabel="factor kept by the gradient", title=f"pre-activation z = {z:g}")
    ax.legend()
    return ax


def tanh_from_sigmoid(x):
    """tanh as a sigmoid stretched to (-1, 1) and squeezed in x: 2 sigmoid(2x) - 1.

    Parameters
    ----------
    x : array, any shape

    Returns
    -------
    array, shape of x

    Notes
    -----
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.4.  Empty in, empty out.

    Examples
    --------
    >>> bool(np.allclose(tanh_from_sigmoid(np.array([-1.0, 2.0])), np.tanh([-1.0, 2.0])))
    True
    """
    return 2 * sigmoid(2 * as_float(x)) - 1


def sparsity(h):
    """Share of exact zeros among activations: about one half for relu of zero-mean values.

    Parameters
    ----------
    h : array, any shape but empty

    Returns
    -------
    float, from 0 to 1

    Notes
    -----
    Glorot, Bordes & Bengio (2011), "Deep sparse rectifier neural networks", section 3.1.

    Examples
    --------
    >>> sparsity(np.array([0.0, 2.0, 0.0, 1.0]))
    0.5
    """
    return float(np.mean(np.asarray(h) == 0))


def dead_unit_fraction(H):
    """Share of units that are exactly zero for every sample, so that no gradient reaches their weights.

    Parameters
    ----------
    H : array, shape (n, units), outputs of a layer for n > 0 samples

    Returns
    -------
    float, from 0 to 1

    Raises
    ------
    ValueError : H has not two axes

    Notes
    -----
    Maas, Hannun & Ng (2013), "Rectifier nonlinearities improve neural network acoustic models", section 2.

    Examples
    --------
    >>> dead_unit_fraction(np.array([[0.0, 1.0], [0.0, 0.0]]))
    0.5
    """
    H = np.asarray(H)
    need(H.ndim == 2, "dead_unit_fraction", "H", f"shape {H.shape}", "of shape (n, units)")
    return float(np.mean((H == 0).all(axis=0)))


def gelu_sigma(x, *, mu=0.0, sigma=1.0):
    """GELU with a normal gate of mean mu and width sigma: relu in the limit of width 0.

    Parameters
    ----------
    x : array, any shape
    mu : float, default 0
    sigma : float > 0, default 1

    Returns
    -------
    array, shape of x

    Raises
    ------
    ValueError : sigma is not positive

    Notes
    -----
    x Phi((x - mu) / sigma).  Hendrycks & Gimpel (2016), "Gaussian error linear units", section 2.

    Examples
    --------
    >>> gelu_sigma(np.array([-1.0, 1.0]), sigma=1e-3)
    array([-0.,  1.])
    """
    from scipy.special import ndtr

    need(sigma > 0, "gelu_sigma", "sigma", sigma, "positive")
    x = as_float(x)
    return x * ndtr((x - mu) / sigma)


def plot_gelu_sigma(sigmas=(1.0, 0.5, 0.1), *, ax=None):
    """Draw `gelu_sigma` for several widths beside relu; returns the axes."""
    ax = axes(ax)
    x = np.linspace(-3, 3, 301)
    for sigma, style in zip(sigmas, ("-", "--", "-."), strict=False):
        ax.plot(x, gelu_sigma(x, sigma=sigma), style, label=f"sigma = {sigma:g}")
    ax.plot(x, np.maximum(x, 0), ":", color="black", label="relu")
    ax.set(xlabel="x", ylabel="x Phi(x / sigma)", title="GELU approaches relu as its gate narrows")
    ax.legend()
    return ax


def gelu_as_random_mask(x, *, n, rng):
    """Mean of n random masks of x, where each value survives with probability Phi(x): GELU, by drawing lots.

    Parameters
    ----------
    x : array, any shape
    n : int, number of masks
    rng : numpy.random.Generator

    Returns
    -------
    array, shape of x; its standard deviation is |x| sqrt(Phi(x) (1 - Phi(x)) / n)

    Notes
    -----
    E[x m] = x Phi(x) for m ~ Bernoulli(Phi(x)).
    Hendrycks & Gimpel (2016), "Gaussian error linear units", section 2.

    Examples
    --------
    >>> gelu_as_random_mask(np.array([0.0, 50.0]), n=10, rng=np.random.default_rng(0))
    array([ 0., 50.])
    """
    from scipy.special import ndtr

    x = as_float(x)
    return x * rng.binomial(n, ndtr(x)) / n


class Zigzag(NamedTuple):
    """One unit trained sample by sample, from weights 0 towards weights of both signs.

    path (steps + 1, d): the weights;  target (d,): where they should go;  same_sign: share of steps in which
    all components of the gradient had one sign;  detour: length of the path over the straight way covered.
    """

    path: np.ndarray
    target: np.ndarray
    same_sign: float
    detour: float

    def plot(self, ax=None):
        """Draw the path of the first two weights; returns the axes."""
        ax = axes(ax)
        ax.plot(*self.path[:, :2].T, ".-", linewidth=0.8, label="weights")
        ax.plot(*self.target[:2], "k*", markersize=12, label="target")
        ax.set(
            xlabel="weight 1",
            ylabel="weight 2",
            title=f"gradient of one sign in {self.same_sign:.0%} of steps",
        )
        ax.legend()
        return ax


def zigzag(activation, *, steps=200, lr=0.5, d=2, rng):
    """Train a linear unit on the outputs of an activation, towards weights of alternating sign.

    Where all inputs of the unit are positive, as after a sigmoid, one sample can only push all weights up or
    all down, so the way to weights of both signs is a zig-zag.  Inputs of both signs, as after tanh, allow
    every direction.

    Parameters
    ----------
    activation : name, function of nnlib.activations, or (f, f_backward)
    steps : int, default 200
    lr : float, default 0.5
    d : int, default 2, number of weights
    rng : numpy.random.Generator

    Returns
    -------
    Zigzag

    Notes
    -----
    h = f(z) with z ~ N(0, 1)^d, loss (w . h - target . h)^2 / 2, gradient (w . h - target . h) h.
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", section 4.3.

    Examples
    --------
    >>> zigzag("sigmoid", rng=np.random.default_rng(0)).same_sign
    1.0
    """
    f, _ = pair(activation)
    target = np.where(np.arange(d) % 2 == 0, 1.0, -1.0)
    path, same_sign = np.zeros((steps + 1, d)), 0
    for step in range(steps):
        h = f(rng.normal(size=d))
        gradient = (path[step] - target) @ h * h
        path[step + 1] = path[step] - lr * gradient
        same_sign += bool((gradient > 0).all() or (gradient < 0).all())
    length = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    return Zigzag(path, target, same_sign / steps, float(length / np.linalg.norm(path[-1] - path[0])))
