"""What random masks do to predictions: ensembles of sub-networks, sampled means, bounds, and a penalty."""

from itertools import product
from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import logsumexp
from nnlib.experiments._pair import axes


class DropoutEnsemble(NamedTuple):
    """One prediction, four ways to average over sub-networks.

    sampled (n_masks, k): running mean over 1, 2, ... sampled masks;  arithmetic (k,): mean over all masks;
    geometric (k,): their geometric mean, made to sum to 1;  scaled (k,): one pass with all units, scaled.
    """

    sampled: np.ndarray
    arithmetic: np.ndarray
    geometric: np.ndarray
    scaled: np.ndarray

    def plot(self, ax=None):
        """Draw the distance of the running mean to the mean over all masks; returns the axes."""
        ax = axes(ax)
        counts = np.arange(1, len(self.sampled) + 1)
        distance = np.abs(self.sampled - self.arithmetic).max(axis=1)
        ax.loglog(counts, distance, label="sampled masks")
        ax.axhline(
            np.abs(self.scaled - self.arithmetic).max(), color="black", ls="--", label="one scaled pass"
        )
        ax.set(xlabel="masks", ylabel="largest error of a probability", title="a mean over sub-networks")
        ax.legend()
        return ax


def dropout_ensemble(model, x, *, units, p=0.5, n_masks=1000, rng):
    """Average a network over its sub-networks: some of them, all of them, and by the usual short cut.

    Parameters
    ----------
    model : function of (x, mask) that returns probabilities, shape (k,); mask, shape (units,), multiplies the
        hidden units
    x : whatever model takes
    units : int, hidden units, at most 16 for all 2^units masks are visited
    p : float, default 0.5, the probability to drop a unit
    n_masks : int, default 1000, masks to sample
    rng : numpy.random.Generator

    Returns
    -------
    DropoutEnsemble

    Raises
    ------
    ValueError : units is not from 1 to 16

    Notes
    -----
    scaled = model(x, 1 - p).  For one hidden layer under a softmax it *is* the geometric mean; the arithmetic
    mean is another thing, and close.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 7.12.

    Examples
    --------
    >>> def model(x, mask):
    ...     odds = np.exp(mask @ x)
    ...     return np.array([odds, 1.0]) / (1 + odds)
    >>> result = dropout_ensemble(model, np.array([1.0, 2.0]), units=2, rng=np.random.default_rng(0))
    >>> result.arithmetic.round(3), result.geometric.round(3), result.scaled.round(3)
    (array([0.766, 0.234]), array([0.818, 0.182]), array([0.818, 0.182]))
    """
    need(1 <= units <= 16, "dropout_ensemble", "units", units, "from 1 to 16")
    masks = np.array(list(product((0.0, 1.0), repeat=units)))
    share = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
    outputs = np.array([model(x, mask) for mask in masks])
    geometric = np.exp(share @ np.log(outputs))
    drawn = outputs[rng.choice(len(masks), size=n_masks, p=share)]
    running = np.cumsum(drawn, axis=0) / np.arange(1, n_masks + 1)[:, None]
    return DropoutEnsemble(
        running, share @ outputs, geometric / geometric.sum(), np.asarray(model(x, np.full(units, 1 - p)))
    )


def mask_entropy(units, *, p):
    """Entropy in bits of a dropout mask: how various the sub-networks are.

    Parameters
    ----------
    units : int
    p : float from 0 to 1, the probability to drop a unit

    Returns
    -------
    float, at most units

    Notes
    -----
    -units (p log2 p + (1 - p) log2(1 - p)).  There are 2^units masks for every 0 < p < 1; p = 1/2 makes them
    equally likely.  0 for p = 0 and p = 1.
    Shannon (1948), "A mathematical theory of communication", section 6.

    Examples
    --------
    >>> mask_entropy(10, p=0.5), round(mask_entropy(10, p=0.1), 2)
    (10.0, 4.69)
    """
    return float(-units * sum(q * np.log2(q) for q in (p, 1 - p) if q > 0))


class Sampled(NamedTuple):
    """mean, std: over the samples, shape of one output;  n_samples: how many."""

    mean: np.ndarray
    std: np.ndarray
    n_samples: int


def mc_predict(model, x, *, n_samples=100, rng):
    """Predict with the noise left on: many passes, their mean, and how much they differ.

    Parameters
    ----------
    model : function of (x, rng) that returns an array
    x : whatever model takes
    n_samples : int, default 100
    rng : numpy.random.Generator

    Returns
    -------
    Sampled

    Notes
    -----
    mean = (1 / T) sum_t f(x; noise_t); its own error is about std / sqrt(T).
    Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting", section 7.5;
    Gal & Ghahramani (2016), "Dropout as a Bayesian approximation", eq. (6).

    Examples
    --------
    >>> coin = mc_predict(lambda x, rng: x * rng.integers(2), 4.0, n_samples=1000, rng=np.random.default_rng(0))
    >>> coin.mean.round(1), coin.std.round(1)
    (np.float64(2.1), np.float64(2.0))
    """
    outputs = as_float([model(x, rng) for _ in range(n_samples)])
    moments = (f(axis=0, dtype=np.float64).astype(outputs.dtype)[()] for f in (outputs.mean, outputs.std))
    return Sampled(*moments, n_samples)


def iw_log_likelihood(log_p, *, axis=-1):
    """Logarithm of the mean likelihood over samples of the noise: a bound that tightens with more samples.

    Parameters
    ----------
    log_p : array, log-likelihoods, the samples along axis
    axis : int, default -1

    Returns
    -------
    array, shape of log_p without axis

    Notes
    -----
    ln (1 / m) sum_k p_k.  Its expectation grows with m towards ln E[p]; that of the mean of ln p_k, which
    averaging m losses gives, does not depend on m.
    Noh et al. (2017), "Regularizing deep neural networks by noise: its interpretation and optimization".

    Examples
    --------
    >>> iw_log_likelihood(np.log([0.2, 0.4])).round(4) == np.log(0.3).round(4)
    np.True_
    """
    log_p = as_float(log_p)
    return logsumexp(log_p, axis=axis) - np.log(log_p.dtype.type(log_p.shape[axis]))


def dropout_squared_error(h, w, y, *, p=0.5):
    """Expected squared error of a linear output right after dropout: the plain one, and a penalty.

    Parameters
    ----------
    h : array, shape (d,), the units that are dropped
    w : array, shape (d,), the weights of the output
    y : float, the target
    p : float below 1, default 0.5, the probability to drop a unit

    Returns
    -------
    (plain, penalty) : floats; their sum is the expectation

    Raises
    ------
    ValueError : w is not of the shape of h

    Notes
    -----
    E (w . m h / (1 - p) - y)^2 = (w . h - y)^2 + p / (1 - p) sum_i (w_i h_i)^2: while training no prediction can be
    exact, and the penalty grows with the size of the answer.
    Wager, Wang & Liang (2013), "Dropout training as adaptive regularization", section 2.

    Examples
    --------
    >>> dropout_squared_error(np.array([1.0, 1.0]), np.array([5.0, 5.0]), 10.0)
    (0.0, 50.0)
    """
    h, w = as_float(h), as_float(w)
    need(w.shape == h.shape, "dropout_squared_error", "w", f"shape {w.shape}", f"of shape {h.shape}")
    return float((w @ h - y) ** 2), float(p / (1 - p) * np.sum((w * h) ** 2))
