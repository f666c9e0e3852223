"""Rates that rise before they fall: the schedules of the Transformer and of BERT."""

import numpy as np

from nnlib._check import need
from nnlib.lr_scheduler._steps import as_rate, as_step, need_positive


def transformer_lr(step, *, lr, warmup_steps):
    """Rate that rises linearly and then falls like one over the square root of time.

    Parameters
    ----------
    step : int or array, steps done
    lr : float, the peak, reached after warmup_steps
    warmup_steps : int

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative or warmup_steps not positive

    Notes
    -----
    lr t / w for t < w, lr sqrt(w / t) after that.  With lr = (d w)^(-1/2) it is
    d^(-1/2) min(t^(-1/2), t w^(-3/2)) for a model of width d.
    Vaswani et al. (2017), "Attention is all you need", eq. (3).

    Examples
    --------
    >>> transformer_lr(np.array([0, 50, 100, 400]), lr=1.0, warmup_steps=100)
    array([0. , 0.5, 1. , 0.5])
    """
    t = as_step("transformer_lr", step)
    w = warmup_steps
    need_positive("transformer_lr", warmup_steps=w)
    return as_rate(lr * np.minimum(t / w, 1) * np.sqrt(w / np.maximum(t, w)))


def linear_warmup_decay(step, *, lr, warmup_steps, total_steps):
    """Rate that rises linearly and then falls linearly to 0 at the last step.

    Parameters
    ----------
    step : int or array, steps done; past total_steps the rate stays 0
    lr : float, the peak, reached after warmup_steps
    warmup_steps : int, 0 for no warm-up
    total_steps : int

    Returns
    -------
    float or array, shape of step

    Raises
    ------
    ValueError : step is negative, or not 0 <= warmup_steps < total_steps

    Notes
    -----
    lr t / w for t < w, lr max(0, (T - t) / (T - w)) after that: get_linear_schedule_with_warmup of Hugging Face.
    The optimization.py of Devlin et al. (2019), "BERT", instead decays over the whole run, lr (1 - t / T) from
    t = w on, so that the rate jumps down there.

    Examples
    --------
    >>> linear_warmup_decay(np.array([0, 50, 100, 550, 1000]), lr=1.0, warmup_steps=100, total_steps=1000)
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    t = as_step("linear_warmup_decay", step)
    w, T = warmup_steps, total_steps
    need(0 <= w < T, "linear_warmup_decay", "warmup_steps", w, f"at least 0 and below total_steps, {T}")
    rise = t / max(w, 1)
    fall = (T - np.minimum(t, T)) / (T - w)
    return as_rate(lr * np.where(t < w, rise, fall))
