"""Small made-up problems, each with one difficulty: X (n, d) and the answers y, drawn from a generator.

Classes take turns, sample by sample, so that every run of samples is balanced.
"""

import numpy as np

from nnlib._check import need


def make_xor(n, *, noise=0.1, rng):
    """The four corners of a square, of which opposite ones belong together: no straight line parts them.

    Parameters
    ----------
    n : int
    noise : float, default 0.1, standard deviation around the corners
    rng : numpy.random.Generator

    Returns
    -------
    (X, y) : arrays of shape (n, 2) and (n,), y = 0 or 1

    Notes
    -----
    y = a xor b at the corner (a, b) = (0, 0), (0, 1), (1, 0), (1, 1), (0, 0), ...; n = 4 without noise is the
    truth table.  Minsky & Papert (1969), "Perceptrons".

    Examples
    --------
    >>> X, y = make_xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    a, b = np.arange(n) // 2 % 2, np.arange(n) % 2
    return np.stack([a, b], axis=1) + noise * rng.normal(size=(n, 2)), a ^ b


def make_spirals(n, *, classes=2, turns=1.0, noise=0.02, rng):
    """Arms of a spiral wound into each other.

    Parameters
    ----------
    n : int
    classes : int, default 2, number of arms
    turns : float, default 1, how often an arm goes round
    noise : float, default 0.02, standard deviation in both directions
    rng : numpy.random.Generator

    Returns
    -------
    (X, y) : arrays of shape (n, 2) and (n,), y = 0 ... classes - 1; without noise |X| < 1

    Notes
    -----
    t (cos a, sin a), a = 2 pi (turns t + y / classes), t uniform in [0, 1).
    Lang & Witbrock (1988), "Learning to tell two spirals apart".

    Examples
    --------
    >>> X, y = make_spirals(6, classes=3, rng=np.random.default_rng(0))
    >>> X.shape, y.tolist()
    ((6, 2), [0, 1, 2, 0, 1, 2])
    """
    y, t = np.arange(n) % classes, rng.random(n)
    angle = 2 * np.pi * (turns * t + y / classes)
    X = t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X + noise * rng.normal(size=(n, 2)), y


def make_moons(n, *, noise=0.1, rng):
    """Two half circles that reach into each other.

    Parameters
    ----------
    n : int
    noise : float, default 0.1, standard deviation in both directions
    rng : numpy.random.Generator

    Returns
    -------
    (X, y) : arrays of shape (n, 2) and (n,), y = 0 (upper moon) or 1

    Notes
    -----
    (cos t, sin t) and (1 - cos t, 1/2 - sin t), t evenly from 0 to pi.  ``sklearn.datasets.make_moons``.

    Examples
    --------
    >>> X, y = make_moons(4, noise=0.0, rng=np.random.default_rng(0))
    >>> X.round(6).tolist(), y.tolist()
    ([[1.0, 0.0], [0.0, 0.5], [-1.0, 0.0], [2.0, 0.5]], [0, 1, 0, 1])
    """
    y, X = np.arange(n) % 2, np.empty((n, 2))
    for moon in (0, 1):
        t = np.linspace(0, np.pi, np.count_nonzero(y == moon))
        upper = np.stack([np.cos(t), np.sin(t)], axis=1)
        X[y == moon] = upper if moon == 0 else [1.0, 0.5] - upper
    return X + noise * rng.normal(size=(n, 2)), y


def make_blobs(n, *, centers=3, n_features=2, cluster_std=1.0, rng):
    """Round clouds of points.

    Parameters
    ----------
    n : int
    centers : int, default 3: that many centres, uniform in the cube from -10 to 10; or array (classes, d)
    n_features : int, default 2, used where centers is an int
    cluster_std : float, default 1
    rng : numpy.random.Generator

    Returns
    -------
    (X, y) : arrays of shape (n, d) and (n,), y = 0 ... classes - 1

    Raises
    ------
    ValueError : centers has neither no axis nor two

    Notes
    -----
    X ~ N(center of class y, cluster_std^2 I).  ``sklearn.datasets.make_blobs``.

    Examples
    --------
    >>> X, y = make_blobs(3, centers=[[0.0, 0.0], [9.0, 9.0]], cluster_std=0.0, rng=np.random.default_rng(0))
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [9.0, 9.0], [0.0, 0.0]], [0, 1, 0])
    """
    if np.ndim(centers) == 0:
        centers = rng.uniform(-10, 10, size=(centers, n_features))
    centers = np.asarray(centers, dtype=np.float64)
    need(centers.ndim == 2, "make_blobs", "centers", f"shape {centers.shape}", "a number or (classes, d)")
    y = np.arange(n) % len(centers)
    return centers[y] + cluster_std * rng.normal(size=(n, centers.shape[1])), y


def make_multilabel(n, *, n_features=10, classes=5, noise=0.1, rng):
    """Samples that belong to several classes at once, or to none.

    Parameters
    ----------
    n : int
    n_features : int, default 10
    classes : int, default 5
    noise : float, default 0.1, standard deviation added to each class's score
    rng : numpy.random.Generator

    Returns
    -------
    (X, Y) : arrays of shape (n, n_features) and (n, classes), Y of 0.0 and 1.0

    Notes
    -----
    Y = 1 where X W + noise > 0, X ~ N(0, 1), W ~ N(0, 1 / n_features): each class holds about half of the
    samples, and a linear model can learn all of them.

    Examples
    --------
    >>> X, Y = make_multilabel(4, rng=np.random.default_rng(0))
    >>> X.shape, Y.shape, sorted(set(Y.ravel().tolist()))
    ((4, 10), (4, 5), [0.0, 1.0])
    """
    X = rng.normal(size=(n, n_features))
    W = rng.normal(size=(n_features, classes)) / np.sqrt(n_features)
    scores = X @ W + noise * rng.normal(size=(n, classes))
    return X, (scores > 0).astype(np.float64)


def make_sine(n, *, noise=0.1, rng):
    """One period of a sine, with noise: a curve to fit.

    Parameters
    ----------
    n : int
    noise : float, default 0.1, standard deviation of y
    rng : numpy.random.Generator

    Returns
    -------
    (X, y) : arrays of shape (n, 1) and (n,)

    Notes
    -----
    y = sin(2 pi x) + noise, x uniform in [0, 1).
    Bishop (2006), "Pattern recognition and machine learning", appendix A.

    Examples
    --------
    >>> X, y = make_sine(3, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.allclose(y, np.sin(2 * np.pi * X[:, 0])))
    True
    """
    X = rng.random((n, 1))
    return X, np.sin(2 * np.pi * X[:, 0]) + noise * rng.normal(size=n)
