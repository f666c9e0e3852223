"""The runs of this folder in the small steps in which chapter 16 teaches them."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.activations import sigmoid
from nnlib.data import one_hot
from nnlib.nn import cost_delta, mlp, mlp_backward
from nnlib.regularization import minibatch_l2_step


def feedforward(X, *parameters):
    """Outputs of layers of sigmoid units, the last one included.

    Parameters
    ----------
    X : array, shape (n, d)
    parameters : arrays, W1, b1, W2, b2, ...: weights (out, in) and biases (out,) in turn

    Returns
    -------
    array, shape (n, outputs of the last layer), between 0 and 1

    Raises
    ------
    ValueError : the parameters are not pairs, or a layer does not fit the one before

    Notes
    -----
    a_0 = x, a_l = sigmoid(a_{l-1} W_l^T + b_l).
    Nielsen (2015), "Neural networks and deep learning", chapter 1.

    Examples
    --------
    >>> feedforward(np.array([[1.0, 2.0]]), np.array([[2.0, -1.0]]), np.zeros(1))
    array([[0.5]])
    """
    return sigmoid(mlp(X, *parameters, activation="sigmoid"))


def batch_gradients(X, y, *parameters, cost="cross_entropy"):
    """Gradients of the costs of some images, added up over the images: (grad_W1, grad_b1, grad_W2, ...).

    Parameters
    ----------
    X : array, shape (n, d)
    y : array of int, shape (n,), labels from 0
    parameters : as `feedforward`
    cost : "cross_entropy" (default) or "quadratic", each summed over the outputs

    Returns
    -------
    tuple of arrays in the shapes of the parameters

    Raises
    ------
    ValueError : as `feedforward`; or the labels or the cost are not as above

    Notes
    -----
    In the last layer delta = a - y, and (a - y) a (1 - a) for the quadratic cost.
    Nielsen (2015), "Neural networks and deep learning", chapters 2 and 3.

    Examples
    --------
    >>> batch_gradients(np.array([[1.0, 2.0]]), np.array([0]), np.array([[2.0, -1.0]]), np.zeros(1))
    (array([[-0.5, -1. ]]), array([-0.5]))
    """
    z = mlp(X, *parameters, activation="sigmoid")
    delta = cost_delta(z, one_hot(y, num_classes=z.shape[1]), cost=cost)
    return mlp_backward(delta, X, *parameters, activation="sigmoid")[1:]


def l2_step(w, b, grad_w_sum, grad_b_sum, *, eta, lmbda, n, m, tuned_on=None):
    """A step on a mini-batch with weight decay whose strength was found on another number of images.

    Parameters
    ----------
    w, b : arrays, weights and biases of a layer
    grad_w_sum, grad_b_sum : arrays of their shapes, gradients added up over the images of the batch
    eta : float, the learning rate
    lmbda : float, strength of the penalty lmbda / (2 n) sum w^2
    n, m : int, images trained on, and in the batch
    tuned_on : int, for how many images lmbda is meant, or None (default) for the n

    Returns
    -------
    (w, b), new arrays

    Notes
    -----
    lmbda' = lmbda n / tuned_on;  w <- (1 - eta lmbda' / n) w - eta / m sum, and for b without the decay.
    Nielsen (2015), "Neural networks and deep learning", chapter 3.

    Examples
    --------
    >>> zero = np.zeros(1)
    >>> for options in ({"lmbda": 5.0}, {"lmbda": 0.1, "tuned_on": 1000}):
    ...     w, _ = l2_step(np.array([2.0]), zero, zero, zero, eta=0.5, n=50_000, m=10, **options)
    ...     print(w)
    [1.9999]
    [1.9999]
    """
    lam = lmbda if tuned_on is None else lmbda * n / tuned_on
    return minibatch_l2_step(w, b, grad_w_sum, grad_b_sum, lr=eta, lam=lam, n=n, m=m)


def sgd_epoch(X, y, *parameters, eta, mini_batch_size, cost="cross_entropy", lmbda=0.0, rng):
    """Go once through all images in random order, with a step after each mini-batch.

    Parameters
    ----------
    X, y, parameters, cost : as `batch_gradients`
    eta : float, the learning rate
    mini_batch_size : int; the last batch may be smaller, and is averaged over its own size
    lmbda : float, default 0.0, strength of the penalty lmbda / (2 n) sum w^2, with n = len(X)
    rng : numpy.random.Generator, which draws the order by permutation(n)

    Returns
    -------
    tuple of arrays, the new parameters

    Raises
    ------
    ValueError : as `batch_gradients`

    Notes
    -----
    Nielsen (2015), "Neural networks and deep learning", chapters 1 and 3, ``update_mini_batch``.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> parameters, rng = (np.zeros((2, 1)), np.zeros(2)), np.random.default_rng(0)
    >>> for _ in range(100):
    ...     parameters = sgd_epoch(X, y, *parameters, eta=1.0, mini_batch_size=1, rng=rng)
    >>> feedforward(X, *parameters).argmax(axis=1)
    array([0, 1])
    """
    n, order = len(X), rng.permutation(len(X))
    for start in range(0, n, mini_batch_size):
        batch = order[start : start + mini_batch_size]
        sums = batch_gradients(X[batch], y[batch], *parameters, cost=cost)
        layers = zip(parameters[::2], parameters[1::2], sums[::2], sums[1::2])
        steps = (l2_step(*layer, eta=eta, lmbda=lmbda, n=n, m=len(batch)) for layer in layers)
        parameters = tuple(p for step in steps for p in step)
    return parameters


class Chosen(NamedTuple):
    """best: which network reads most validation images right;  accuracy: share of test images that it reads right."""

    best: int
    accuracy: float


def choose_and_test(validation, test, *networks):
    """Choose a network by the validation images; measure this one on the test images.

    Parameters
    ----------
    validation, test : pairs (X, y), images (n, d) and labels (n,)
    networks : tuples of parameters, each as for `feedforward`

    Returns
    -------
    Chosen (best, accuracy); of equally good networks the first

    Raises
    ------
    ValueError : there is no network, or its parameters are not as for `feedforward`

    Notes
    -----
    Hastie, Tibshirani & Friedman (2009), "The elements of statistical learning", section 7.2.

    Examples
    --------
    >>> validation, test = (np.eye(2), np.array([0, 1])), (np.eye(2)[:1], np.array([1]))
    >>> right, swapped = (np.eye(2), np.zeros(2)), (np.eye(2)[::-1], np.zeros(2))
    >>> choose_and_test(validation, test, swapped, right)
    Chosen(best=1, accuracy=0.0)
    """
    need(len(networks) > 0, "choose_and_test", "networks", "none", "at least one")

    def read_right(images, network):
        X, y = images
        return float(np.mean(feedforward(X, *network).argmax(axis=1) == y))

    best = int(np.argmax([read_right(validation, network) for network in networks]))
    return Chosen(best, read_right(test, networks[best]))
