"""What does a loss do with an outlier? Its best constant, and numbers predicted as classes."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.experiments._pair import axes
from nnlib.nn import softmax_regression


def best_constant(y, loss, **options):
    """The one number that predicts all targets with the least loss: their mean, their median, or in between.

    Parameters
    ----------
    y : array, shape (n,), n > 0
    loss : function (pred, target, **options) -> number, such as nnlib.losses.mse_loss
    options : keyword arguments of the loss

    Returns
    -------
    float, to about 1e-6

    Raises
    ------
    ValueError : y is not of shape (n,)

    Notes
    -----
    argmin_c loss(c, y).  For a loss with one valley.  Squared errors give the mean, absolute ones the median.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 10.6.

    Examples
    --------
    >>> from nnlib.losses import l1_loss, mse_loss
    >>> y = np.array([0.0, 0.0, 10.0])
    >>> round(best_constant(y, mse_loss), 3), round(best_constant(y, l1_loss), 3)
    (3.333, 0.0)
    """
    from scipy.optimize import minimize_scalar

    y = as_float(y)
    need(y.ndim == 1 and len(y) > 0, "best_constant", "y", f"shape {y.shape}", "of shape (n,), n > 0")
    low, high = y.min() - 1, y.max() + 1
    found = minimize_scalar(
        lambda c: loss(np.full_like(y, c), y, **options),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(found.x)


def star_ratings(n, *, slips=0.0, rng):
    """Ratings of 1 to 5 stars that follow from two features, some of them mistyped.

    Parameters
    ----------
    n : int
    slips : float, default 0, share of ratings typed with two zeros too many
    rng : numpy.random.Generator

    Returns
    -------
    (X, typed, stars) : arrays of shape (n, 2), (n,) and (n,); what was typed, and what was meant

    Notes
    -----
    stars = round(3 + 1.5 x_1) kept in 1 ... 5, with x ~ N(0, 1): a made-up example.

    Examples
    --------
    >>> X, typed, stars = star_ratings(100, slips=0.05, rng=np.random.default_rng(0))
    >>> float(stars.max()), float(typed.max())
    (5.0, 400.0)
    """
    X = rng.normal(size=(n, 2))
    stars = np.clip(np.round(3 + 1.5 * X[:, 0]), 1, 5)
    return X, np.where(rng.random(n) < slips, 100 * stars, stars), stars


class BinnedRegression(NamedTuple):
    """Numbers predicted as classes, beside a straight line.

    centres (k,): the value each bin stands for;  probs (n, k): how likely each is for a sample;  binned (n,):
    the likeliest value;  linear (n,): the prediction of least squares.
    """

    centres: np.ndarray
    probs: np.ndarray
    binned: np.ndarray
    linear: np.ndarray

    def plot(self, ax=None, sample=0):
        """Draw the distribution predicted for one sample; returns the axes."""
        ax = axes(ax)
        ax.bar(self.centres, self.probs[sample], width=0.6 * np.diff(self.centres).min(initial=np.inf))
        ax.axvline(self.linear[sample], color="black", linestyle="--", label="least squares")
        ax.set(xlabel="value", ylabel="probability", title=f"sample {sample}")
        ax.legend()
        return ax


def binned_regression(X, y, *, bins, lr=0.5, epochs=500):
    """Predict a number as the class of the nearest of a few values, and by least squares for comparison.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array, shape (n,)
    bins : array, shape (k,), k > 1, the values that stand for the classes, such as 1 to 5 stars
    lr, epochs : of softmax_regression, default 0.5 and 500

    Returns
    -------
    BinnedRegression

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    A softmax over bins answers with a distribution, and no sample pulls with more than a bounded force; a squared
    error pulls in proportion to its size, so that a few wild targets carry the line away.

    Examples
    --------
    >>> X, typed, stars = star_ratings(300, slips=0.02, rng=np.random.default_rng(0))
    >>> fit = binned_regression(X, typed, bins=[1, 2, 3, 4, 5])
    >>> errors = [np.abs(prediction - stars).mean() for prediction in (fit.binned, fit.linear)]
    >>> bool(errors[0] < 0.5 < 2 < errors[1])
    True
    """
    X, y, centres = as_float(X), np.asarray(y, dtype=float), np.asarray(bins, dtype=float)
    need(X.ndim == 2, "binned_regression", "X", f"shape {X.shape}", "of shape (n, d)")
    need(y.shape == X.shape[:1], "binned_regression", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    need(centres.ndim == 1 and len(centres) > 1, "binned_regression", "bins", bins, "two values or more")
    labels = np.abs(y[:, None] - centres).argmin(axis=1)
    model = softmax_regression(X, labels, n_classes=len(centres), lr=lr, epochs=epochs)
    probs = model.predict_proba(X)
    design = np.column_stack([X, np.ones(len(X))])
    line, *_ = np.linalg.lstsq(design, y, rcond=None)
    return BinnedRegression(centres, probs, centres[probs.argmax(axis=1)], design @ line)
