"""How wide the weighted inputs of a layer spread: the sums behind the rules of this package."""

import numpy as np

from nnlib._check import as_float, need


def preactivation_variance(n, var_w, var_x, *, mean_w=0.0, mean_x=0.0):
    """Variance of a weighted sum of n independent inputs with independent weights.

    Parameters
    ----------
    n : int, number of inputs
    var_w, var_x : float or array, variances of a weight and of an input
    mean_w, mean_x : float or array, default 0, their means

    Returns
    -------
    number or array

    Raises
    ------
    ValueError : a variance is negative

    Notes
    -----
    Var(sum w_i x_i) = n (E[w]^2 Var(x) + E[x]^2 Var(w) + Var(x) Var(w)); for zero means n Var(w) Var(x).
    Glorot & Bengio (2010), section 4.2.1, for zero means.

    Examples
    --------
    >>> preactivation_variance(100, 0.01, 4.0)
    np.float64(4.0)
    """
    n = as_float(n)
    var_w, var_x = (np.asarray(var, dtype=n.dtype) for var in (var_w, var_x))
    for name, var in (("var_w", var_w), ("var_x", var_x)):
        need(not np.any(var < 0), "preactivation_variance", name, var, "at least 0")
    return n * (mean_w**2 * var_x + mean_x**2 * var_w + var_w * var_x)


def preactivation_std(n_active, w_std, *, b_std=1.0):
    """Standard deviation of a weighted sum in which n_active inputs are 1 and the others 0.

    Parameters
    ----------
    n_active : int or array, number of inputs that are 1
    w_std : float or array, standard deviation of the weights
    b_std : float, default 1, that of the bias

    Returns
    -------
    number or array

    Raises
    ------
    ValueError : n_active or a standard deviation is negative

    Notes
    -----
    sqrt(n_active w_std^2 + b_std^2).  Of 1000 inputs half are 1: with weights from N(0, 1) it is
    sqrt(501) = 22.4, far into saturation; with N(0, 1/1000) it is sqrt(1.5) = 1.22.
    Nielsen (2015), "Neural networks and deep learning", chapter 3, weight initialization.

    Examples
    --------
    >>> preactivation_std(500, 1.0).round(3), preactivation_std(500, 1000**-0.5).round(4)
    (np.float64(22.383), np.float64(1.2247))
    """
    n_active = as_float(n_active)
    w_std = np.asarray(w_std, dtype=n_active.dtype)
    for name, value in (("n_active", n_active), ("w_std", w_std), ("b_std", b_std)):
        need(not np.any(value < 0), "preactivation_std", name, value, "at least 0")
    return np.hypot(np.sqrt(n_active) * w_std, b_std)


def measured_gain(f, z):
    """The factor on the weights that makes up for what an activation takes from these weighted inputs.

    Parameters
    ----------
    f : function of an array that returns an array of its shape
    z : array, any shape, such as draws from N(0, 1)

    Returns
    -------
    number

    Raises
    ------
    ValueError : f returns another shape

    Notes
    -----
    sqrt(mean z^2 / mean f(z)^2): weights of variance gain^2 / n pass on what came in.  sqrt(2) for relu, whatever the
    size of z; for tanh it depends on that.  Where f(z) is 0 everywhere it is inf.
    He, Zhang, Ren & Sun (2015), "Delving deep into rectifiers", eqs. (8) to (10).

    Examples
    --------
    >>> measured_gain(lambda z: np.maximum(z, 0), np.array([-1.0, 1.0])).round(3)
    np.float64(1.414)
    """
    z = as_float(z)
    a = np.asarray(f(z), dtype=z.dtype)
    need(a.shape == z.shape, "measured_gain", "f(z)", f"shape {a.shape}", f"the shape of z, {z.shape}")
    with np.errstate(divide="ignore"):
        return np.sqrt(np.mean(z**2) / np.mean(a**2))
