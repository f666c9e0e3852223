"""Random weights whose variance follows from the number of inputs and outputs of a layer."""

import math

import numpy as np

from nnlib._check import fail, need


def lecun_normal(shape, *, rng):
    """Normal draws of variance 1 / fan_in, which keep the variance of a signal through linear or tanh units.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel)
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : shape has fewer than two axes

    Notes
    -----
    w ~ N(0, 1 / fan_in).  Sometimes called after Xavier Glorot, whose rule has both fans (`xavier_normal`).
    LeCun, Bottou, Orr & Müller (1998), "Efficient BackProp", eq. (16).

    Examples
    --------
    >>> lecun_normal((100, 400), rng=np.random.default_rng(0)).std().round(3)
    np.float64(0.05)
    """
    fan_in, _ = _fans("lecun_normal", shape)
    return 1 / np.sqrt(fan_in) * rng.standard_normal(shape)


def xavier_normal(shape, *, gain=1.0, rng):
    """Normal draws of variance gain^2 * 2 / (fan_in + fan_out), between what signal and gradient would like.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel)
    gain : float, default 1; see `calculate_gain`
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : shape has fewer than two axes

    Notes
    -----
    The signal keeps its variance for n_in Var(w) = 1, the gradient for n_out Var(w) = 1.
    Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", eq. (12).

    Examples
    --------
    >>> xavier_normal((100, 400), rng=np.random.default_rng(0)).std().round(3)  # sqrt(2 / 500)
    np.float64(0.063)
    """
    return gain * np.sqrt(2 / sum(_fans("xavier_normal", shape))) * rng.standard_normal(shape)


def xavier_uniform(shape, *, gain=1.0, rng):
    """Uniform draws with the variance of `xavier_normal`.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel)
    gain : float, default 1; see `calculate_gain`
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape, values between -r and r

    Raises
    ------
    ValueError : shape has fewer than two axes

    Notes
    -----
    r = gain sqrt(6 / (fan_in + fan_out)): the variance of U(-r, r) is r^2 / 3.
    Glorot & Bengio (2010), eq. (16).

    Examples
    --------
    >>> w = xavier_uniform((100, 500), rng=np.random.default_rng(0))
    >>> bool(np.abs(w).max() <= 0.1)
    True
    """
    r = gain * np.sqrt(6 / sum(_fans("xavier_uniform", shape)))
    return rng.uniform(-r, r, size=shape)


def kaiming_normal(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """Normal draws of variance gain^2 / fan, which make up for the half of the signal that a rectifier drops.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel)
    a : float, default 0, the negative slope of the rectifier after this layer
    mode : "fan_in" (default) to keep the variance of the signal, "fan_out" that of the gradient
    nonlinearity : str, default "leaky_relu"; see `calculate_gain`
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError : shape has fewer than two axes, mode or nonlinearity is unknown

    Notes
    -----
    Var(w) = gain^2 / fan with gain^2 = 2 / (1 + a^2), so 2 / fan_in for relu.  It is the weights that have this
    variance; the weighted inputs keep theirs.
    He, Zhang, Ren & Sun (2015), "Delving deep into rectifiers", eqs. (10) and (14).

    Examples
    --------
    >>> kaiming_normal((100, 800), rng=np.random.default_rng(0)).std().round(3)
    np.float64(0.05)
    """
    fan = _fan("kaiming_normal", shape, mode)
    return calculate_gain(nonlinearity, a) / np.sqrt(fan) * rng.standard_normal(shape)


def kaiming_uniform(shape, *, a=0.0, mode="fan_in", nonlinearity="leaky_relu", rng):
    """Uniform draws with the variance of `kaiming_normal`.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel)
    a : float, default 0, the negative slope of the rectifier after this layer
    mode : "fan_in" (default) or "fan_out"
    nonlinearity : str, default "leaky_relu"; see `calculate_gain`
    rng : numpy.random.Generator

    Returns
    -------
    array of that shape, values between -r and r

    Raises
    ------
    ValueError : shape has fewer than two axes, mode or nonlinearity is unknown

    Notes
    -----
    r = gain sqrt(3 / fan).  With a = sqrt(5) this is r = 1 / sqrt(fan_in), torch's default for linear layers.
    He, Zhang, Ren & Sun (2015), eqs. (10) and (14).

    Examples
    --------
    >>> w = kaiming_uniform((100, 600), rng=np.random.default_rng(0))
    >>> bool(np.abs(w).max() <= 0.1)
    True
    """
    r = calculate_gain(nonlinearity, a) * np.sqrt(3 / _fan("kaiming_uniform", shape, mode))
    return rng.uniform(-r, r, size=shape)


_GAINS = {"relu": 2**0.5, "tanh": 5 / 3, "selu": 3 / 4, "sigmoid": 1.0, "linear": 1.0}


def calculate_gain(nonlinearity, param=None):
    """Factor on the standard deviation that makes up for what a nonlinearity takes from the signal.

    Parameters
    ----------
    nonlinearity : "linear", "sigmoid", "tanh", "relu", "leaky_relu" or "selu"
    param : float, the negative slope of leaky_relu, or None for 0.01

    Returns
    -------
    float

    Raises
    ------
    ValueError : nonlinearity is unknown

    Notes
    -----
    1 for linear and sigmoid, 5/3 for tanh, sqrt(2) for relu, sqrt(2 / (1 + param^2)) for leaky_relu, 3/4 for
    selu: torch's table.  Only relu and leaky_relu follow from a derivation, He et al. (2015), section 2.2.

    Examples
    --------
    >>> round(calculate_gain("leaky_relu", 1.0), 6), round(calculate_gain("tanh"), 6)
    (1.0, 1.666667)
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    known = ", ".join(["leaky_relu", *_GAINS])
    need(nonlinearity in _GAINS, "calculate_gain", "nonlinearity", repr(nonlinearity), f"one of {known}")
    return _GAINS[nonlinearity]


def fans(shape):
    """How many inputs an output of a layer sees, and how many outputs an input reaches.

    Parameters
    ----------
    shape : tuple of int, (out, in) or (out, in, *kernel), of the layer's weights

    Returns
    -------
    (fan_in, fan_out) : two int, at least 1

    Raises
    ------
    ValueError : shape has fewer than two axes

    Notes
    -----
    in and out, times the entries of the kernel.  Glorot & Bengio (2010), section 4.2.1, where they are n_i, n_{i+1}.

    Examples
    --------
    >>> fans((30, 784)), fans((16, 3, 5, 5))
    ((784, 30), (75, 400))
    """
    return _fans("fans", shape)


def _fans(op, shape):
    """(fan_in, fan_out): connections into a unit and out of an input, at least 1."""
    if len(shape) < 2:
        fail(op, "shape", tuple(shape), "at least (out, in)")
    kernel = math.prod(shape[2:])
    # A layer without inputs has no weights, but the formulas divide by its fan.
    return max(1, shape[1] * kernel), max(1, shape[0] * kernel)


def _fan(op, shape, mode):
    need(mode in ("fan_in", "fan_out"), op, "mode", repr(mode), '"fan_in" or "fan_out"')
    return _fans(op, shape)[mode == "fan_out"]
