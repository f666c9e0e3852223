"""Information theory: how much a message tells, how far two distributions are apart, what two variables share.

Probabilities are taken as they are: they are not scaled to sum to 1. 0 log 0 counts as 0. Results are in nats, or in
units of ``base``: 2 for bits. A float32 argument gives float32 results, any other float64.
"""

import numpy as np

from nnlib._check import as_float, need

__all__ = [
    "binary_entropy",
    "conditional_entropy",
    "cross_entropy_of_distributions",
    "entropy",
    "joint_entropy",
    "kl_divergence",
    "mutual_information",
    "self_information",
]


def self_information(p, *, base=None):
    """Information in an event of probability p: the rarer, the more.

    Parameters
    ----------
    p : array, any shape, values >= 0
    base : float, base of the logarithm; None for e

    Returns
    -------
    array, shape of p

    Raises
    ------
    ValueError : a value is negative, or base is not a base of logarithms

    Notes
    -----
    I(x) = -log p(x).  p = 0 gives inf; empty in, empty out.
    Shannon (1948), "A mathematical theory of communication", section 6.

    Examples
    --------
    >>> self_information(np.array([0.5, 0.125]), base=2)
    array([1., 3.])
    """
    p = _probabilities("self_information", p)
    with np.errstate(divide="ignore"):  # -log(0) = inf is the answer
        return (0 - np.log(p)) / _unit("self_information", base)


def entropy(p, *, axis=-1, base=None):
    """Mean information of a distribution: how uncertain its outcome is.

    Parameters
    ----------
    p : array, values >= 0, each distribution along axis
    axis : int, default -1
    base : float, base of the logarithm; None for e

    Returns
    -------
    array, shape of p without axis

    Raises
    ------
    ValueError : a value is negative, or base is not a base of logarithms

    Notes
    -----
    H(p) = -sum_i p_i log p_i, from 0 for a certain outcome to log n for n equally likely ones.  More outcomes
    raise this bound, not the entropy itself.  Nothing gives 0.
    Shannon (1948), "A mathematical theory of communication", section 6.

    Examples
    --------
    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]]), base=2)
    array([1., 0.])
    """
    p = _probabilities("entropy", p)
    return _length(p, p).sum(axis=axis) / _unit("entropy", base)


def binary_entropy(p, *, base=None):
    """Entropy of a coin that shows heads with probability p.

    Parameters
    ----------
    p : array, any shape, values from 0 to 1
    base : float, base of the logarithm; None for e

    Returns
    -------
    array, shape of p, at most log 2

    Raises
    ------
    ValueError : a value is outside [0, 1], or base is not a base of logarithms

    Notes
    -----
    -p log p - (1 - p) log(1 - p), largest at p = 1/2.  Empty in, empty out.
    Cover & Thomas (2006), "Elements of information theory", eq. (2.5).

    Examples
    --------
    >>> binary_entropy(np.array([0.0, 0.5, 1.0]), base=2)
    array([0., 1., 0.])
    """
    p = _probabilities("binary_entropy", p)
    need(not (p > 1).any(), "binary_entropy", "p", f"the value {p.max(initial=0)}", "at most 1")
    return (_length(p, p) + _length(1 - p, 1 - p)) / _unit("binary_entropy", base)


def cross_entropy_of_distributions(p, q, *, axis=-1, base=None):
    """Mean length of messages drawn from p in a code made for q.

    Parameters
    ----------
    p, q : arrays of one shape, values >= 0, each distribution along axis
    axis : int, default -1
    base : float, base of the logarithm; None for e

    Returns
    -------
    array, shape of p without axis

    Raises
    ------
    ValueError : the shapes differ, a value is negative, or base is not a base of logarithms

    Notes
    -----
    H(p, q) = -sum_i p_i log q_i = H(p) + KL(p || q).  inf where q rules out what p allows; nothing gives 0.
    Cover & Thomas (2006), "Elements of information theory", section 5.4.

    Examples
    --------
    >>> cross_entropy_of_distributions(np.array([0.5, 0.5]), np.array([0.25, 0.75]), base=2).round(4)
    np.float64(1.2075)
    """
    p, q = _two("cross_entropy_of_distributions", p, q)
    return _length(p, q).sum(axis=axis) / _unit("cross_entropy_of_distributions", base)


def kl_divergence(p, q, *, axis=-1, base=None):
    """Relative entropy: what it costs, in mean message length, to take p for q.

    Parameters
    ----------
    p, q : arrays of one shape, values >= 0, each distribution along axis
    axis : int, default -1
    base : float, base of the logarithm; None for e

    Returns
    -------
    array, shape of p without axis

    Raises
    ------
    ValueError : the shapes differ, a value is negative, or base is not a base of logarithms

    Notes
    -----
    KL(p || q) = sum_i p_i log(p_i / q_i) >= 0, and 0 only for p = q.  In general not symmetric.  inf where q
    rules out what p allows; nothing gives 0.
    Kullback & Leibler (1951), "On information and sufficiency", section 2.

    Examples
    --------
    >>> kl_divergence(np.array([0.5, 0.5]), np.array([0.25, 0.75]), base=2).round(4)
    np.float64(0.2075)
    """
    p, q = _two("kl_divergence", p, q)
    return (_length(p, q) - _length(p, p)).sum(axis=axis) / _unit("kl_divergence", base)


def joint_entropy(p_xy, *, base=None):
    """Entropy of two variables taken together.

    Parameters
    ----------
    p_xy : array, shape (n_x, n_y), the probability of each pair of values
    base : float, base of the logarithm; None for e

    Returns
    -------
    number

    Raises
    ------
    ValueError : p_xy has not two axes, a value is negative, or base is not a base of logarithms

    Notes
    -----
    H(X, Y) = -sum_xy p(x, y) log p(x, y) = H(X) + H(Y|X).  Nothing gives 0.
    Cover & Thomas (2006), "Elements of information theory", section 2.2.

    Examples
    --------
    >>> joint_entropy(np.full((2, 4), 0.125), base=2)
    np.float64(3.0)
    """
    p_xy = _joint("joint_entropy", p_xy)
    return _length(p_xy, p_xy).sum() / _unit("joint_entropy", base)


def conditional_entropy(p_xy, *, base=None):
    """What is left to learn of Y once X is known.

    Parameters
    ----------
    p_xy : array, shape (n_x, n_y), the probability of each pair of values
    base : float, base of the logarithm; None for e

    Returns
    -------
    number, from 0 to the entropy of Y

    Raises
    ------
    ValueError : p_xy has not two axes, a value is negative, or base is not a base of logarithms

    Notes
    -----
    H(Y|X) = sum_x p(x) H(Y|X = x) = -sum_xy p(x, y) log(p(x, y) / p(x)).  Transpose p_xy for H(X|Y).  Nothing
    gives 0.
    Cover & Thomas (2006), "Elements of information theory", section 2.2.

    Examples
    --------
    >>> conditional_entropy(np.array([[0.3, 0.1], [0.2, 0.4]])).round(4)
    np.float64(0.6068)
    """
    p_xy = _joint("conditional_entropy", p_xy)
    p_x = p_xy.sum(axis=1, keepdims=True)
    return (_length(p_xy, p_xy) - _length(p_xy, p_x)).sum() / _unit("conditional_entropy", base)


def mutual_information(p_xy, *, base=None):
    """What two variables tell of each other: how far their joint distribution is from independence.

    Parameters
    ----------
    p_xy : array, shape (n_x, n_y), the probability of each pair of values
    base : float, base of the logarithm; None for e

    Returns
    -------
    number, at least 0; 0 for independent variables

    Raises
    ------
    ValueError : p_xy has not two axes, a value is negative, or base is not a base of logarithms

    Notes
    -----
    I(X; Y) = sum_xy p(x, y) log(p(x, y) / (p(x) p(y))), which is H(Y) - H(Y|X), H(X) - H(X|Y) and
    H(X) + H(Y) - H(X, Y).  Nothing gives 0.
    Cover & Thomas (2006), "Elements of information theory", section 2.3.

    Examples
    --------
    >>> mutual_information(np.array([[0.3, 0.1], [0.2, 0.4]])).round(4)
    np.float64(0.0863)
    """
    p_xy = _joint("mutual_information", p_xy)
    p_x, p_y = p_xy.sum(axis=1, keepdims=True), p_xy.sum(axis=0, keepdims=True)
    lengths = (
        _length(p_xy, p_x) + _length(p_xy, p_y) - _length(p_xy, p_xy)
    )  # p_x p_y may be too small for a float
    return lengths.sum() / _unit("mutual_information", base)


def _length(p, q):
    """-p log q: how often a message comes, times its length in a code for q. 0 where p is 0, whatever q is."""
    q = np.broadcast_to(q, p.shape)
    with np.errstate(divide="ignore"):  # log(0) = -inf, where p is not 0
        return p * (0 - np.log(q, where=p != 0, out=np.zeros_like(p)))  # not -log: that of 1 would be -0.0


def _unit(op, base):
    """One unit of information, in nats: a Python number, so that float32 stays float32."""
    if base is None:
        return 1.0
    need(base > 0 and base != 1, op, "base", base, "positive and not 1")
    return float(np.log(base))


def _probabilities(op, p, name="p"):
    p = as_float(p)
    need(not (p < 0).any(), op, name, f"the value {p.min(initial=np.inf)}", "at least 0")
    return p


def _two(op, p, q):
    p = _probabilities(op, p)
    q = _probabilities(op, np.asarray(q, dtype=p.dtype), "q")
    need(q.shape == p.shape, op, "q", f"shape {q.shape}", f"of shape {p.shape}")
    return p, q


def _joint(op, p_xy):
    p_xy = _probabilities(op, p_xy, "p_xy")
    need(p_xy.ndim == 2, op, "p_xy", f"shape {p_xy.shape}", "of shape (n_x, n_y)")
    return p_xy
