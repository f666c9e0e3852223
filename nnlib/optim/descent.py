"""Gradient descent as a loop over data: all of it, a sample or a few at a time; and why it goes downhill."""

import numpy as np

from nnlib._check import as_float, need
from nnlib._norms import norm


def directional_derivative(grad, direction):
    """Slope of a function when one moves in a direction.

    Parameters
    ----------
    grad : array, shape (d,), gradient of the function
    direction : array, shape (d,), of any length but 0

    Returns
    -------
    number

    Raises
    ------
    ValueError : the shapes differ or the direction is 0

    Notes
    -----
    grad . l / |l| = |grad| cos(angle): most negative for l = -grad, for any differentiable function.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 4.3.

    Examples
    --------
    >>> g = np.array([3.0, 4.0])
    >>> directional_derivative(g, -g), directional_derivative(g, np.array([1.0, 0.0]))
    (np.float64(-5.0), np.float64(3.0))
    """
    grad = as_float(grad)
    l = np.asarray(direction, dtype=grad.dtype)
    op, one = "directional_derivative", grad.ndim == 1 and l.shape == grad.shape
    need(
        one, op, "direction", f"shape {l.shape}", f"of the shape of grad, {grad.shape}, and that of one axis"
    )
    length = norm(l)
    need(length != 0, op, "direction", "0", "of some length")
    return grad @ (l / length)


def batch_gradient_descent(grad_fn, params, X, y, *, lr, epochs):
    """Gradient descent on all samples at once: one step an epoch.

    Parameters
    ----------
    grad_fn : function of (params, X, y) that returns the gradient, an array like params
    params : array, any shape, where to start
    X, y : arrays with n samples along the first axis
    lr : float
    epochs : int

    Returns
    -------
    array, shape (1 + epochs, *shape of params): the path from start to end

    Raises
    ------
    ValueError : X and y have different numbers of samples

    Notes
    -----
    w <- w - lr dJ/dw.  For a small enough lr the cost falls at every step; on a parabola of curvature c that
    means lr < 2 / c.  It stops where the gradient is 0, be it a minimum or a saddle.
    Cauchy (1847), "Méthode générale pour la résolution des systèmes d'équations simultanées".

    Examples
    --------
    >>> slope = lambda w, X, y: 2 * np.mean((w * X - y) * X)
    >>> batch_gradient_descent(slope, 0.0, np.array([1.0, 1.0]), np.array([4.0, 8.0]), lr=0.25, epochs=3)
    array([0.  , 3.  , 4.5 , 5.25])
    """
    X, y = _samples("batch_gradient_descent", X, y)
    path = [as_float(params)]
    for _ in range(epochs):
        path.append(path[-1] - lr * grad_fn(path[-1], X, y))
    return np.stack(path)


def stochastic_gradient_descent(grad_fn, params, X, y, order, *, lr):
    """Gradient descent on one sample at a time.

    Parameters
    ----------
    grad_fn : function of (params, X, y) that returns the gradient, an array like params
    params : array, any shape, where to start
    X, y : arrays with n samples along the first axis
    order : array of int, shape (steps,), the sample of each step; a sample may come often or never
    lr : float

    Returns
    -------
    array, shape (1 + steps, *shape of params): the path from start to end

    Raises
    ------
    ValueError : X and y have different numbers of samples

    Notes
    -----
    w <- w - lr dJ_i/dw, where J_i is the cost of sample i, a batch of one: grad_fn gets arrays of one sample, not
    bare samples.
    Robbins & Monro (1951), "A stochastic approximation method".

    Examples
    --------
    >>> slope = lambda w, X, y: 2 * np.mean((w * X - y) * X)
    >>> X, y, order = np.ones(2), np.array([4.0, 8.0]), np.array([0, 1, 1])
    >>> stochastic_gradient_descent(slope, 0.0, X, y, order, lr=0.25)
    array([0. , 2. , 5. , 6.5])
    """
    X, y = _samples("stochastic_gradient_descent", X, y)
    path = [as_float(params)]
    for i in order:
        path.append(path[-1] - lr * grad_fn(path[-1], X[i : i + 1], y[i : i + 1]))
    return np.stack(path)


def minibatch_gradient_descent(grad_fn, params, X, y, *, lr, batch_size, epochs, rng):
    """Gradient descent on a few samples at a time, in another order each epoch.

    Parameters
    ----------
    grad_fn : function of (params, X, y) that returns the gradient, an array like params
    params : array, any shape, where to start
    X, y : arrays with n samples along the first axis
    lr : float
    batch_size : int; 1 is stochastic gradient descent, n or more is batch gradient descent
    epochs : int
    rng : numpy.random.Generator

    Returns
    -------
    array, shape (1 + steps, *shape of params): the path; ceil(n / batch_size) steps an epoch, the last batch of
        an epoch may be smaller

    Raises
    ------
    ValueError : X and y have different numbers of samples, or batch_size is not positive

    Notes
    -----
    w <- w - lr dJ_B/dw, where J_B is the mean cost of the batch.  Every sample is used once an epoch.
    Robbins & Monro (1951), "A stochastic approximation method".

    Examples
    --------
    >>> slope = lambda w, X, y: 2 * np.mean((w * X - y) * X)
    >>> X, y = np.ones(5), np.full(5, 8.0)
    >>> rng = np.random.default_rng(0)
    >>> minibatch_gradient_descent(slope, 0.0, X, y, lr=0.25, batch_size=2, epochs=1, rng=rng)
    array([0., 4., 6., 7.])
    """
    X, y = _samples("minibatch_gradient_descent", X, y)
    need(batch_size > 0, "minibatch_gradient_descent", "batch_size", batch_size, "positive")
    path = [as_float(params)]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            path.append(path[-1] - lr * grad_fn(path[-1], X[batch], y[batch]))
    return np.stack(path)


def _samples(op, X, y):
    X, y = np.asarray(X), np.asarray(y)
    need(len(X) == len(y), op, "y", f"{len(y)} samples", f"of as many samples as X, {len(X)}")
    return X, y
