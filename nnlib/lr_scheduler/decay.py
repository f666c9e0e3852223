"""Rates that only fall: smoothly, or in steps."""

import numpy as np

from nnlib._check import need
from nnlib.lr_scheduler._steps import as_rate, as_step, need_positive


def inverse_time_decay(step, *, lr, decay_rate):
    """Rate that falls like one over time.

    Parameters
    ----------
    step : int or array, epochs done
    lr : float, the rate at the start
    decay_rate : float, after 1 / decay_rate epochs the rate is half

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step or decay_rate is negative

    Notes
    -----
    lr / (1 + decay_rate t).  Rates that fall like 1/t sum to infinity while their squares do not, the condition
    of Robbins & Monro (1951), "A stochastic approximation method", for reaching the minimum in spite of noise.

    Examples
    --------
    >>> inverse_time_decay(np.arange(4), lr=0.2, decay_rate=1.0).round(3)
    array([0.2  , 0.1  , 0.067, 0.05 ])
    """
    t = as_step("inverse_time_decay", step)
    need(decay_rate >= 0, "inverse_time_decay", "decay_rate", decay_rate, "at least 0")
    return as_rate(lr / (1 + decay_rate * t))


def exponential_lr(step, *, lr, gamma):
    """Rate that loses the same share in every epoch.

    Parameters
    ----------
    step : int or array, epochs done
    lr : float, the rate at the start
    gamma : float, what is kept each epoch

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative or gamma is not positive

    Notes
    -----
    lr gamma^t.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 8.3.1, on decaying rates.

    Examples
    --------
    >>> exponential_lr(2, lr=0.1, gamma=0.5)
    0.025
    """
    t = as_step("exponential_lr", step)
    need_positive("exponential_lr", gamma=gamma)
    return as_rate(lr * gamma**t)


def step_lr(step, *, lr, step_size, gamma=0.1):
    """Rate that falls by a factor every step_size epochs and is constant in between.

    Parameters
    ----------
    step : int or array, epochs done
    lr : float, the rate at the start
    step_size : int, epochs between two falls
    gamma : float, default 0.1

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative, or step_size or gamma is not positive

    Notes
    -----
    lr gamma^floor(t / step_size).  He, Zhang, Ren & Sun (2016), "Deep residual learning", section 3.4, divide by
    10 in this way.

    Examples
    --------
    >>> step_lr(np.array([0, 29, 30, 60]), lr=0.5, step_size=30).round(4)
    array([0.5  , 0.5  , 0.05 , 0.005])
    """
    t = as_step("step_lr", step)
    need_positive("step_lr", step_size=step_size, gamma=gamma)
    return as_rate(lr * gamma ** np.floor(t / step_size))
