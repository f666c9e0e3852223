"""What regularisation does to weights, and to the error on new data."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.experiments._pair import axes
from nnlib.metrics import bias_variance_decomposition
from nnlib.regularization import soft_threshold


def diagnose_fit(train_err, dev_err, *, target_err=0.0, tol=0.02):
    """Name what is wrong with a model from its two error rates.

    Parameters
    ----------
    train_err, dev_err : floats, error rates on training and validation data
    target_err : float, default 0, what a good solution reaches, a person for example
    tol : float, default 0.02; differences up to this are small

    Returns
    -------
    str : "good fit", "high bias", "high variance" or "high bias and high variance"

    Notes
    -----
    Bias is what training error there is above the target, variance what validation error there is above the
    training error.  Ng (2018), "Machine learning yearning", chapters 20-22.

    Examples
    --------
    >>> diagnose_fit(0.01, 0.11), diagnose_fit(0.15, 0.16)
    ('high variance', 'high bias')
    """
    wrong = []
    if train_err - target_err > tol:
        wrong.append("high bias")
    if dev_err - train_err > tol:
        wrong.append("high variance")
    return " and ".join(wrong) or "good fit"


def rescale_lambda(lam, *, n_old, n_new):
    """Strength of a penalty lam / n that keeps its effect when the size n of the training set changes.

    Parameters
    ----------
    lam : float, the strength for n_old samples
    n_old, n_new : int

    Returns
    -------
    float

    Notes
    -----
    lam_new / n_new = lam_old / n_old.  Nielsen (2015), "Neural networks and deep learning", chapter 3.

    Examples
    --------
    >>> rescale_lambda(0.1, n_old=1000, n_new=50_000)
    5.0
    """
    return lam * n_new / n_old


class BiasVariance(NamedTuple):
    """Means over the test points, one number for each degree.

    degrees (d,): of the polynomials;  bias2, variance (d,): the parts of the error;  error (d,): measured
    directly, against the true curve.
    """

    degrees: np.ndarray
    bias2: np.ndarray
    variance: np.ndarray
    error: np.ndarray

    def plot(self, ax=None):
        """Draw both parts and their sum over the degree, on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        for values, marker, label in ((self.bias2, "o", "bias²"), (self.variance, "s", "variance")):
            ax.semilogy(self.degrees, values, marker=marker, label=label)
        ax.semilogy(self.degrees, self.error, "k^--", label="error")
        ax.set(
            xlabel="degree of the polynomial", ylabel="mean squared error", title="a simple model is biased"
        )
        ax.legend()
        return ax


def bias_variance_of_polynomials(degrees=(0, 1, 2, 3, 4, 5, 6, 7), *, sets=200, n=20, noise=0.3, rng):
    """Fit polynomials to many noisy samples of a sine, and split their error into bias and variance.

    Parameters
    ----------
    degrees : sequence of int
    sets, n : int, default 200 training sets of 20 points
    noise : float, default 0.3, standard deviation of the labels
    rng : numpy.random.Generator

    Returns
    -------
    BiasVariance

    Notes
    -----
    y = sin(pi x) + noise at n equally spaced x in [-1, 1]; see `bias_variance_decomposition`.
    Geman, Bienenstock & Doursat (1992), "Neural networks and the bias/variance dilemma".

    Examples
    --------
    >>> result = bias_variance_of_polynomials((1, 3), rng=np.random.default_rng(0))
    >>> result.bias2.round(3)
    array([0.207, 0.005])
    """
    x, x_test = np.linspace(-1, 1, n), np.linspace(-1, 1, 101)
    truth = np.sin(np.pi * x_test)
    labels = np.sin(np.pi * x) + noise * rng.standard_normal((sets, n))
    bias2, variance, error = [], [], []
    for degree in degrees:
        coefficients = np.polynomial.polynomial.polyfit(x, labels.T, degree)
        fits = np.polynomial.polynomial.polyval(x_test, coefficients)
        b, v, _ = bias_variance_decomposition(truth, fits)
        bias2.append(b)
        variance.append(v)
        error.append(np.mean((fits - truth) ** 2))
    return BiasVariance(np.asarray(degrees), np.array(bias2), np.array(variance), np.array(error))


class Shrinkage(NamedTuple):
    """Weights of a linear model for each strength, under either penalty.

    lams (k,): the strengths;  l1, l2 (k, d): the weights.
    """

    lams: np.ndarray
    l1: np.ndarray
    l2: np.ndarray

    def plot(self, ax=None):
        """Draw the share of weights that are exactly zero over the strength; returns the axes."""
        ax = axes(ax)
        for weights, marker, label in ((self.l1, "o", "L1"), (self.l2, "s", "L2")):
            ax.semilogx(self.lams, np.mean(weights == 0, axis=1), marker=marker, label=label)
        ax.set(xlabel="strength", ylabel="share of weights that are 0", title="L1 selects, L2 shrinks")
        ax.legend()
        return ax


def l1_vs_l2(X, y, *, lams, steps=2000):
    """Fit a linear model under an L1 and under an L2 penalty of the same strengths.

    Parameters
    ----------
    X : array, shape (n, d)
    y : array, shape (n,)
    lams : sequence of floats, the strengths
    steps : int, default 2000, steps of proximal gradient descent for L1

    Returns
    -------
    Shrinkage

    Raises
    ------
    ValueError : X is not (n, d) or y is not (n,)

    Notes
    -----
    |y - X w|^2 / (2 n) + lam |w|_1 by w <- soft_threshold(w - lr grad, lr lam) with lr = n / s_1^2, s_1 the
    largest singular value of X; and + lam / 2 |w|^2, solved directly.  No intercept.
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 3.4.

    Examples
    --------
    >>> result = l1_vs_l2(np.eye(2), [1.0, 0.1], lams=[0.2])
    >>> result.l1.round(3), result.l2.round(3)
    (array([[0.6, 0. ]]), array([[0.714, 0.071]]))
    """
    X, y = as_float(X), as_float(y)
    need(X.ndim == 2, "l1_vs_l2", "X", f"shape {X.shape}", "of shape (n, d)")
    need(y.shape == X.shape[:1], "l1_vs_l2", "y", f"shape {y.shape}", f"of shape {X.shape[:1]}")
    n, d = X.shape
    gram, moment = X.T @ X / n, X.T @ y / n
    lr = 1 / np.linalg.eigvalsh(gram)[-1]
    l1 = np.zeros((len(lams), d))
    for w, lam in zip(l1, lams):
        for _ in range(steps):
            w[:] = soft_threshold(w - lr * (gram @ w - moment), t=lr * lam)
    l2 = np.array([np.linalg.solve(gram + lam * np.eye(d), moment) for lam in lams])
    return Shrinkage(np.asarray(lams), l1, l2)


def tanh_linear_regime(scale, *, points=201):
    """How far tanh is from a straight line for pre-activations of a given size.

    Parameters
    ----------
    scale : float > 0; pre-activations run from -scale to scale
    points : int, default 201

    Returns
    -------
    float : largest distance from the best line through 0, relative to the largest value

    Raises
    ------
    ValueError : scale is not positive

    Notes
    -----
    tanh z = z - z^3 / 3 + ...: for small weights a layer of tanh units is nearly linear.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.3.2.

    Examples
    --------
    >>> round(tanh_linear_regime(0.1), 4), round(tanh_linear_regime(3.0), 2)
    (0.0013, 0.37)
    """
    need(scale > 0, "tanh_linear_regime", "scale", scale, "positive")
    z = np.linspace(-scale, scale, points)
    a = np.tanh(z)
    slope = a @ z / (z @ z)
    return float(np.abs(a - slope * z).max() / a.max())
