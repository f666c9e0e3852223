"""Starting values that take no notice of the size of a layer, and those that cut connections."""

import math

import numpy as np

from nnlib._check import as_float, need


def zeros(shape):
    """All zeros: right for biases, wrong for weights, whose units would all stay alike.

    Parameters
    ----------
    shape : tuple of int

    Returns
    -------
    array of that shape

    Notes
    -----
    Units that start equal get equal gradients; with zero weights a hidden layer gets none at all.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.4.

    Examples
    --------
    >>> zeros((2,))
    array([0., 0.])
    """
    return np.zeros(shape)


def constant(shape, val):
    """One value everywhere, such as 0.01 or 0.1 for the biases of rectifiers.

    Parameters
    ----------
    shape : tuple of int
    val : float

    Returns
    -------
    array of that shape

    Notes
    -----
    A small positive bias lets every rectifier start active; 0 is as common, and the default of this library.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.3.

    Examples
    --------
    >>> constant((2,), 0.1)
    array([0.1, 0.1])
    """
    return np.full(shape, float(val))


def normal(shape, *, mean=0.0, std=1.0, rng):
    """Independent draws from a normal distribution.

    Parameters
    ----------
    shape : tuple of int
    mean, std : float, default 0 and 1
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : std is negative

    Notes
    -----
    w ~ N(mean, std^2).  With std = 0.01 the signal of a deep network fades, with std = 1 sigmoids saturate.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.4.

    Examples
    --------
    >>> normal((2, 3), std=0.01, rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    need(std >= 0, "normal", "std", std, "at least 0")
    return rng.normal(mean, std, size=shape)


def uniform(shape, *, a=0.0, b=1.0, rng):
    """Independent draws from a uniform distribution.

    Parameters
    ----------
    shape : tuple of int
    a, b : float, default 0 and 1, the limits
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : a is larger than b

    Notes
    -----
    w ~ U(a, b), with variance (b - a)^2 / 12.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.4.

    Examples
    --------
    >>> bool(np.abs(uniform((100,), a=-0.1, b=0.1, rng=np.random.default_rng(0))).max() <= 0.1)
    True
    """
    need(a <= b, "uniform", "a", a, f"at most b, {b}")
    return rng.uniform(a, b, size=shape)


def sparse(shape, sparsity, *, std=0.01, rng):
    """Normal draws of which the same share of every column is set to zero.

    Parameters
    ----------
    shape : tuple of two int, (out, in)
    sparsity : float in [0, 1], share of zeros in each column, rounded up to whole elements
    std : float, default 0.01, of the others
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : shape has not two axes, or sparsity is out of range

    Notes
    -----
    Each input reaches out - ceil(sparsity * out) units.
    Martens (2010), "Deep learning via Hessian-free optimization", section 5, in torch's form.

    Examples
    --------
    >>> (sparse((10, 4), 0.75, rng=np.random.default_rng(0)) == 0).sum(axis=0)
    array([8, 8, 8, 8])
    """
    need(len(shape) == 2, "sparse", "shape", f"{len(shape)} axes", "(out, in)")
    need(0 <= sparsity <= 1, "sparse", "sparsity", sparsity, "between 0 and 1")
    rank = rng.permuted(np.indices(shape)[0], axis=0)  # 0 ... out - 1 in another order in each column
    return np.where(rank < math.ceil(sparsity * shape[0]), 0, rng.normal(0, std, size=shape))


def sparse_k(shape, *, k=10, std=0.01, rng):
    """Normal draws of which every unit keeps k, so that its input does not grow with the layer before.

    Parameters
    ----------
    shape : tuple of two int, (out, in)
    k : int, default 10, connections of each unit; all if there are fewer inputs
    std : float, default 0.01
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape, k non-zeros in each row

    Raises
    ------
    ValueError : shape has not two axes, or k is negative

    Notes
    -----
    Martens (2010), "Deep learning via Hessian-free optimization", section 5: 15 connections a unit there.

    Examples
    --------
    >>> (sparse_k((3, 50), rng=np.random.default_rng(0)) != 0).sum(axis=1)
    array([10, 10, 10])
    """
    need(len(shape) == 2, "sparse_k", "shape", f"{len(shape)} axes", "(out, in)")
    need(k >= 0, "sparse_k", "k", k, "at least 0")
    return keep_k(rng.normal(0, std, size=shape), rng.random(shape), k=k)


def keep_k(weight, scores, *, k=10):
    """Of each row the k entries with the largest scores; all others become 0.

    Parameters
    ----------
    weight : array, shape (out, in)
    scores : array, shape (out, in); random ones choose k connections of each unit at random
    k : int, default 10; all stay if there are fewer inputs

    Returns
    -------
    array, shape (out, in)

    Raises
    ------
    ValueError : the shapes differ or are not (out, in), or k is negative

    Notes
    -----
    Of equal scores the earlier comes first.
    Martens (2010), "Deep learning via Hessian-free optimization", section 5.

    Examples
    --------
    >>> keep_k(np.array([[1.0, 2.0, 3.0]]), np.array([[0.9, 0.1, 0.5]]), k=2)
    array([[1., 0., 3.]])
    """
    weight, scores = as_float(weight), np.asarray(scores)
    need(weight.ndim == 2, "keep_k", "weight", f"{weight.ndim} axes", "(out, in)")
    need(scores.shape == weight.shape, "keep_k", "scores", f"shape {scores.shape}", "the shape of weight")
    need(k >= 0, "keep_k", "k", k, "at least 0")
    first = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    kept = np.zeros_like(weight)
    np.put_along_axis(kept, first, np.take_along_axis(weight, first, axis=1), axis=1)
    return kept
