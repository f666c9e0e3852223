"""How fast is a bad mistake unlearnt? The quadratic cost and the cross-entropy behind sigmoid outputs."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.activations import sigmoid, sigmoid_backward
from nnlib.experiments._pair import axes
from nnlib.losses import neuron_gradients


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


def learning_slowdown(cost, *, w=2.0, b=2.0, lr=0.15, steps=300, neuron_gradients=neuron_gradients):
    """Train a sigmoid neuron that starts out wrong, with the quadratic cost or the cross-entropy.

    Parameters
    ----------
    cost : "quadratic" or "cross_entropy"
    w, b : float, default 2 and 2, the first weight and bias: an output of 0.98 where 0 is wanted
    lr : float, default 0.15
    steps : int, default 300
    neuron_gradients : function, default nnlib.losses.neuron_gradients

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
