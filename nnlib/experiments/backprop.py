"""A network small enough to work out by hand: forward, backward, and what one layer cannot learn."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, need
from nnlib.activations import relu, sigmoid, sigmoid_backward
from nnlib.experiments._pair import axes
from nnlib.nn import linear, mlp, mlp_backward, mlp_parameters

XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_Y = np.array([0.0, 1.0, 1.0, 0.0])


class Forward222(NamedTuple):
    """z1, a1: weighted inputs and activations of the hidden layer;  z2, a2: of the output layer; all (2,)."""

    z1: np.ndarray
    a1: np.ndarray
    z2: np.ndarray
    a2: np.ndarray


def forward_2_2_2(x, W1, b1, W2, b2):
    """Two inputs, two hidden units, two outputs, all sigmoid: every number of the forward pass.

    Parameters
    ----------
    x : array, shape (2,), the inputs
    W1, W2 : arrays, shape (2, 2); element (j, k) is the weight from unit k to unit j
    b1, b2 : arrays, shape (2,)

    Returns
    -------
    Forward222

    Notes
    -----
    z_j = sum_k w_jk a_k + b_j and a = sigmoid(z), layer by layer: z1_1 = w_11 x_1 + w_12 x_2 + b_1, and so on.
    Layers are counted without the inputs; Nielsen (2015), "Neural networks and deep learning", eq. (23), counts
    them too.

    Examples
    --------
    >>> W, b = np.array([[0.1, 0.2], [0.3, 0.4]]), np.zeros(2)
    >>> forward_2_2_2(np.array([1.0, 2.0]), W, b, W, b).z1
    array([0.5, 1.1])
    """
    z1 = linear(x, W1, b1)
    a1 = sigmoid(z1)
    z2 = linear(a1, W2, b2)
    return Forward222(z1, a1, z2, sigmoid(z2))


def output_layer_grads(a1, a2, y, z2):
    """Chain rule for the output layer of `forward_2_2_2` under the quadratic cost.

    Parameters
    ----------
    a1, a2, z2 : arrays, shape (2,), of the forward pass
    y : array, shape (2,), the targets

    Returns
    -------
    (delta2, grad_W2) : arrays, shape (2,) and (2, 2); delta2 is also the gradient of b2

    Notes
    -----
    C = 1/2 |a2 - y|^2: dC/dw_jk = (a2_j - y_j) sigmoid'(z2_j) a1_k.  Nielsen (2015), eqs. (BP1) and (BP4).

    Examples
    --------
    >>> delta2, _ = output_layer_grads(np.ones(2), np.array([0.5, 0.5]), np.array([1.0, 0.5]), np.zeros(2))
    >>> delta2
    array([-0.125,  0.   ])
    """
    delta2 = sigmoid_backward(as_float(a2) - y, z2)
    return delta2, np.outer(delta2, a1)


def hidden_layer_grads(x, z1, W2, delta2):
    """Chain rule for the hidden layer of `forward_2_2_2`: both outputs send their error back.

    Parameters
    ----------
    x, z1 : arrays, shape (2,), inputs and weighted inputs of the hidden layer
    W2 : array, shape (2, 2)
    delta2 : array, shape (2,), from `output_layer_grads`

    Returns
    -------
    (delta1, grad_W1) : arrays, shape (2,) and (2, 2); delta1 is also the gradient of b1

    Notes
    -----
    delta1_k = (sum_j w2_jk delta2_j) sigmoid'(z1_k), dC/dw1_ki = delta1_k x_i.
    Nielsen (2015), eqs. (BP2) and (BP4).

    Examples
    --------
    >>> W2 = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> hidden_layer_grads(np.ones(2), np.zeros(2), W2, np.array([1.0, 1.0]))[0]
    array([1. , 1.5])
    """
    delta1 = sigmoid_backward(as_float(W2).T @ delta2, z1)
    return delta1, np.outer(delta1, x)


class PerceptronRun(NamedTuple):
    """mistakes (epochs,): made in each epoch;  accuracy (epochs,): after each;  w (2,), b: the last."""

    mistakes: np.ndarray
    accuracy: np.ndarray
    w: np.ndarray
    b: float

    def plot(self, ax=None, label=None):
        """Draw the mistakes of each epoch; returns the axes."""
        ax = axes(ax)
        ax.plot(np.arange(1, len(self.mistakes) + 1), self.mistakes, "o-", label=label)
        ax.set(xlabel="epoch", ylabel="mistakes on four points", ylim=(-0.2, 4.2))
        if label is not None:
            ax.legend()
        return ax


def perceptron_xor(y=XOR_Y, *, max_epochs=1000):
    """Train one threshold unit on the four points of a logical function, until it makes no mistake.

    Parameters
    ----------
    y : array, shape (4,), targets 0 or 1 for (0, 0), (0, 1), (1, 0), (1, 1); exclusive or unless given
    max_epochs : int, default 1000

    Returns
    -------
    PerceptronRun

    Raises
    ------
    ValueError : y is not of shape (4,)

    Notes
    -----
    w <- w + (y - y^) x, b <- b + (y - y^) after each point.  It stops for "and" and "or"; no line separates
    exclusive or, of which a single unit gets at most three points right.
    Minsky & Papert (1969), "Perceptrons".

    Examples
    --------
    >>> len(perceptron_xor(np.array([0, 0, 0, 1])).mistakes) < 20  # and
    True
    >>> perceptron_xor(max_epochs=100).accuracy.max() <= 0.75
    np.True_
    """
    y = as_float(y)
    need(y.shape == (4,), "perceptron_xor", "y", f"shape {y.shape}", "of shape (4,)")
    w, b = np.zeros(2), 0.0
    mistakes, accuracy = [], []
    for _ in range(max_epochs):
        errors = 0
        for x, target in zip(XOR_X, y):
            error = target - (x @ w + b > 0)
            w, b = w + error * x, b + error
            errors += error != 0
        mistakes.append(errors)
        accuracy.append(np.mean((XOR_X @ w + b > 0) == y))
        if errors == 0:
            break
    return PerceptronRun(np.array(mistakes), np.array(accuracy), w, float(b))


def xor_closed_form(X):
    """Exclusive or by two rectifiers, with weights one can find by thinking.

    Parameters
    ----------
    X : array, shape (n, 2), of 0 and 1

    Returns
    -------
    array, shape (n,)

    Notes
    -----
    w . relu(W x + c) with W = [[1, 1], [1, 1]], c = (0, -1), w = (1, -2): the sum of the inputs, less twice what
    it exceeds 1 by.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.1.

    Examples
    --------
    >>> xor_closed_form(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]))
    array([0., 1., 1., 0.])
    """
    X = as_float(X)
    W, c, w = (np.array(a, dtype=X.dtype) for a in ([[1, 1], [1, 1]], [0, -1], [1, -2]))
    return relu(linear(X, W, c)) @ w


class XorRun(NamedTuple):
    """loss (epochs,): mean squared error after each epoch;  parameters: W, b, w, b;  prediction (4,)."""

    loss: np.ndarray
    parameters: tuple
    prediction: np.ndarray

    def plot(self, ax=None, label=None):
        """Draw the loss on a logarithmic axis; returns the axes."""
        ax = axes(ax)
        ax.semilogy(self.loss, label=label)
        ax.set(xlabel="epoch", ylabel="mean squared error")
        if label is not None:
            ax.legend()
        return ax


def xor_train(*, hidden=5, lr=0.05, epochs=400, rng):
    """Let a network with one layer of rectifiers and a linear output find exclusive or by itself.

    Parameters
    ----------
    hidden : int, default 5 units
    lr : float, default 0.05
    epochs : int, default 400, of four points, one step a point
    rng : numpy.random.Generator

    Returns
    -------
    XorRun

    Notes
    -----
    w <- w - lr d(y^ - y)^2/dw after each point, from He's start with hidden biases of 0.1, so that every unit is
    active somewhere.  With two units it often fails: that a solution exists does not mean that descent finds it.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.1.

    Examples
    --------
    >>> xor_train(rng=np.random.default_rng(0)).prediction.round(2) + 0.0
    array([0., 1., 1., 0.])
    """
    W1, b1, W2, b2 = mlp_parameters([2, hidden, 1], rng=rng)
    parameters = (W1, b1 + 0.1, W2, b2)
    loss = np.empty(epochs)
    for epoch in range(epochs):
        for i in rng.permutation(4):
            x, y = XOR_X[i : i + 1], XOR_Y[i]
            _, *grads = mlp_backward(2 * (mlp(x, *parameters) - y), x, *parameters)
            parameters = tuple(p - lr * g for p, g in zip(parameters, grads))
        loss[epoch] = np.mean((mlp(XOR_X, *parameters)[:, 0] - XOR_Y) ** 2)
    return XorRun(loss, parameters, mlp(XOR_X, *parameters)[:, 0])
