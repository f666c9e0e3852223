"""What a choice of loss decides: how fast a bad mistake is unlearnt, what an outlier does, what a sequence spells."""

from itertools import product
from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import sigmoid, sigmoid_backward
from nnlib.experiments._pair import axes
from nnlib.losses import neuron_gradients
from nnlib.nn import softmax_regression


class LearningCurve(NamedTuple):
    """One sigmoid neuron learning to answer 0 to the input 1.

    output (steps + 1,): what it answers;  gradient (steps,): |dC/dw| of each step.
    """

    output: np.ndarray
    gradient: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the output over the steps; returns the axes."""
        ax = axes(ax)
        ax.plot(self.output, label=label)
        ax.set(xlabel="step", ylabel="output (should become 0)", ylim=(0, 1))
        if label is not None:
            ax.legend()
        return ax


def learning_slowdown(cost, *, w=2.0, b=2.0, lr=0.15, steps=300):
    """Train a sigmoid neuron that starts out wrong, with the quadratic cost or the cross-entropy.

    Parameters
    ----------
    cost : "quadratic" or "cross_entropy"
    w, b : float, default 2 and 2, the first weight and bias: an output of 0.98 where 0 is wanted
    lr : float, default 0.15
    steps : int, default 300

    Returns
    -------
    LearningCurve

    Notes
    -----
    Input 1, target 0.  The gradient is a sigmoid'(z) for the quadratic cost: at a = 0.98 it is 0.017, so the
    worst mistake teaches least.  For the cross-entropy it is a.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, section "The cross-entropy cost function".

    Examples
    --------
    >>> learning_slowdown("quadratic").output[[0, 150, 300]].round(2)
    array([0.98, 0.93, 0.2 ])
    """
    x, y, w, b = np.ones((1, 1)), np.zeros(1), np.array([w], dtype=float), float(b)
    output, gradient = np.empty(steps + 1), np.empty(steps)
    for step in range(steps):
        output[step] = sigmoid(w + b)[0]
        dw, db = neuron_gradients(x, y, w, b, cost=cost)
        gradient[step] = abs(dw[0])
        w, b = w - lr * dw, b - lr * db
    output[steps] = sigmoid(w + b)[0]
    return LearningCurve(output, gradient)


class LayerCurve(NamedTuple):
    """A layer of ten sigmoid outputs learning to read digits.

    step (k,) and accuracy (k,): share of new digits read after so many steps;  error (steps,): mean |a - y| of each
    batch;  gradient (steps,): mean |dC/dz| of each batch.
    """

    step: np.ndarray
    accuracy: np.ndarray
    error: np.ndarray
    gradient: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the share of new digits read over the steps; returns the axes."""
        ax = axes(ax)
        ax.plot(self.step, self.accuracy, label=label)
        ax.set(xlabel="step", ylabel="new digits read", ylim=(0, 1))
        if label is not None:
            ax.legend()
        return ax


def layer_slowdown(digits, cost, *, spread=1.0, lr=0.5, steps=300, batch=100, rng):
    """Train a layer of ten sigmoid outputs, one a digit, with the quadratic cost or the cross-entropy.

    Parameters
    ----------
    digits : Dataset with rows of pixels, such as nnlib.data.load_mnist_small()
    cost : "quadratic" or "cross_entropy"
    spread : float, default 1, standard deviation of the first weights and biases: 0.01 gives outputs near 1/2, 1
        saturated ones
    lr : float, default 0.5
    steps, batch : int, default 300 steps with 100 digits each
    rng : numpy.random.Generator, of the weights and of the batches

    Returns
    -------
    LayerCurve, its accuracy every tenth of the steps

    Raises
    ------
    ValueError : cost is neither of the two

    Notes
    -----
    dC/dz is a - y for the cross-entropy, and (a - y) sigmoid'(z) for the quadratic cost; costs are summed over the
    outputs and averaged over the batch.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, section "The cross-entropy cost function".

    Examples
    --------
    >>> from nnlib.data import load_mnist_small
    >>> costs = "quadratic", "cross_entropy"
    >>> runs = [layer_slowdown(load_mnist_small(), cost, rng=np.random.default_rng(0)) for cost in costs]
    >>> [bool(run.accuracy[-1] > 0.6) for run in runs]
    [False, True]
    """
    need(
        cost in ("quadratic", "cross_entropy"),
        "layer_slowdown",
        "cost",
        repr(cost),
        "'quadratic' or 'cross_entropy'",
    )
    X, y = digits.X_train, np.eye(10, dtype=digits.X_train.dtype)[digits.y_train]
    weight = spread * rng.normal(size=(10, X.shape[1])).astype(X.dtype)
    bias = spread * rng.normal(size=10).astype(X.dtype)

    def accuracy():
        return np.mean((digits.X_test @ weight.T + bias).argmax(axis=1) == digits.y_test)

    shown = np.unique(np.linspace(0, steps, 11).astype(int))
    read, error, gradient = [accuracy()], np.empty(steps), np.empty(steps)
    for step in range(steps):
        chosen = rng.integers(len(X), size=batch)
        z = X[chosen] @ weight.T + bias
        delta = sigmoid(z) - y[chosen]
        error[step] = np.abs(delta).mean()
        if cost == "quadratic":
            delta = sigmoid_backward(delta, z)
        gradient[step] = np.abs(delta).mean()
        weight -= lr / batch * (delta.T @ X[chosen])
        bias -= lr / batch * delta.sum(axis=0)
        if step + 1 in shown:
            read.append(accuracy())
    return LayerCurve(shown, np.array(read), error, gradient)


def cost_from_gradient(a, y):
    """The cost whose gradient at a sigmoid output is a - y: found by integrating, it is the cross-entropy.

    Parameters
    ----------
    a : array, any shape, outputs in (0, 1)
    y : array of the same shape, or one number, labels from 0 to 1

    Returns
    -------
    array, shape of a, float64; the cost, 0 at a = y

    Raises
    ------
    ValueError : an output is not in (0, 1), or the shapes differ

    Notes
    -----
    A neuron's weight gradient is dC/da sigmoid'(z) x with sigmoid'(z) = a (1 - a).  For it to be (a - y) x,
    dC/da must be (a - y) / (a (1 - a)).  The integral from y to a is -y ln a - (1 - y) ln(1 - a), less the same
    at a = y, which is 0 for labels 0 and 1.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, section "What does the cross-entropy mean?".

    Examples
    --------
    >>> cost_from_gradient(np.array([0.5, 0.9]), np.array([0.0, 1.0])).round(4)
    array([0.6931, 0.1054])
    """
    from scipy.integrate import quad

    a, y = np.asarray(a, dtype=float), np.asarray(y, dtype=float)
    inside = (a > 0) & (a < 1)
    need(inside.all(), "cost_from_gradient", "a", f"the values {a[~inside]}", "in (0, 1)")
    need(y.shape in ((), a.shape), "cost_from_gradient", "y", f"shape {y.shape}", f"of shape {a.shape}")

    def cost(a, y):
        return quad(lambda s: (s - y) / (s * (1 - s)), y, a, epsabs=1e-12, epsrel=1e-12)[0]

    return np.vectorize(cost, otypes=[float])(a, y)


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


def ctc_alignments(target, frames, *, n_symbols, blank=0):
    """All ways to write a target over some frames: merging repeats, then dropping blanks, gives it back.

    Parameters
    ----------
    target : sequence of int
    frames : int
    n_symbols : int, the blank included
    blank : int, default 0

    Returns
    -------
    list of tuples of int, each of length frames

    Notes
    -----
    n_symbols^frames paths are tried: for small examples, and for checking ctc_loss, which sums their
    probabilities without listing them.
    Graves, Fernández, Gomez & Schmidhuber (2006), "Connectionist temporal classification", section 3.1.

    Examples
    --------
    >>> ctc_alignments([1], 2, n_symbols=2)
    [(0, 1), (1, 0), (1, 1)]
    >>> ctc_alignments([1, 1], 3, n_symbols=2)
    [(1, 0, 1)]
    """

    def spelt(path):
        merged = [s for s, before in zip(path, (None, *path[:-1])) if s != before]
        return [s for s in merged if s != blank]

    return [path for path in product(range(n_symbols), repeat=frames) if spelt(path) == list(target)]
