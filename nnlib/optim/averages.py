"""Exponentially weighted averages, the ingredient of momentum, RMSprop and Adam."""

import numpy as np

from nnlib._check import as_float, need


def ewma(y, *, beta=0.9, init="first", bias_correction=False):
    """Exponentially weighted moving average: a running mean that forgets.

    Parameters
    ----------
    y : array, shape (n, ...), averaged along the first axis
    beta : float in [0, 1), default 0.9, share of the old mean that is kept
    init : "first" (default) to start from the first value, "zero" to start from 0
    bias_correction : bool, default False; only for a start from 0, divide by the sum of the weights so far

    Returns
    -------
    array, shape of y

    Raises
    ------
    ValueError : y has no axis, beta is out of range, init is unknown, or bias_correction with init "first"

    Notes
    -----
    S_t = beta S_{t-1} + (1 - beta) y_t, with S_0 = y_1 (so that S_1 = y_1) or S_0 = 0; corrected
    S^_t = S_t / (1 - beta^t), which the recursion never sees.  It averages over about 1 / (1 - beta) values.
    beta = 0 gives y, a nan stays for good, empty in, empty out.
    Kingma & Ba (2015), "Adam: a method for stochastic optimization", section 3, for the correction.

    Examples
    --------
    >>> y = np.array([1.0, 1.0, 4.0])
    >>> ewma(y, beta=0.5), ewma(y, beta=0.5, init="zero")
    (array([1. , 1. , 2.5]), array([0.5  , 0.75 , 2.375]))
    >>> ewma(y, beta=0.5, init="zero", bias_correction=True).round(3)
    array([1.   , 1.   , 2.714])
    """
    y = as_float(y)
    need(y.ndim > 0, "ewma", "y", "one number", "of shape (n, ...)")
    need(0 <= beta < 1, "ewma", "beta", beta, "at least 0 and below 1")
    need(init in ("first", "zero"), "ewma", "init", repr(init), '"first" or "zero"')
    allowed = init == "zero" or not bias_correction
    need(allowed, "ewma", "bias_correction", bias_correction, 'False for init "first", which has no bias')

    averages = np.empty_like(y)
    mean = y[0] if init == "first" and len(y) else np.zeros_like(y[:1]).sum(axis=0)
    for t, value in enumerate(y, start=1):
        mean = beta * mean + (1 - beta) * value
        averages[t - 1] = mean / (1 - beta**t) if bias_correction else mean
    return averages


def ewma_weights(t, beta):
    """Weights that the average after t values, started from 0, gives to the values 1 ... t.

    Parameters
    ----------
    t : int, number of values
    beta : float in [0, 1)

    Returns
    -------
    array, shape (t,), rising towards the newest value

    Raises
    ------
    ValueError : t is negative or beta out of range

    Notes
    -----
    (1 - beta) beta^(t - k) for k = 1 ... t.  They sum to 1 - beta^t, not to 1.  A value 1 / (1 - beta) steps old
    weighs about 1/e of the newest.  Kingma & Ba (2015), section 3, eq. (1).

    Examples
    --------
    >>> ewma_weights(3, 0.5)
    array([0.125, 0.25 , 0.5  ])
    """
    need(t >= 0, "ewma_weights", "t", t, "at least 0")
    need(0 <= beta < 1, "ewma_weights", "beta", beta, "at least 0 and below 1")
    k = np.arange(1, t + 1)
    return (1 - beta) * beta ** (t - k.astype(float))
