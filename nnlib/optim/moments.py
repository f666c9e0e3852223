"""Adam and AdamW: means of gradient and squared gradient, corrected for their start; one step for one array."""

from typing import NamedTuple

import numpy as np

from nnlib.optim._arrays import check_rate, param_and_grad, share, zeros_like


class AdamState(NamedTuple):
    """step: int, steps taken;  exp_avg, exp_avg_sq, max_exp_avg_sq: arrays of the parameter's shape.

    The running means of the gradients and of their squares, not corrected for their start at 0; and the largest
    mean of squares so far, which only amsgrad uses.
    """

    step: int
    exp_avg: np.ndarray
    exp_avg_sq: np.ndarray
    max_exp_avg_sq: np.ndarray


def adam_init(param):
    """State of `adam_step` before the first step: no steps, all means 0.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    AdamState

    Notes
    -----
    Kingma & Ba (2015), "Adam: a method for stochastic optimization", algorithm 1.

    Examples
    --------
    >>> adam_init(np.ones(1)).exp_avg
    array([0.])
    """
    return AdamState(0, zeros_like(param), zeros_like(param), zeros_like(param))


def adam_step(param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False):
    """One step of Adam: along the mean of the gradients, in units of their root mean square.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : AdamState
    lr : float, default 0.001
    betas : (float, float) in [0, 1), default (0.9, 0.999), shares of the old means that are kept
    eps : float, default 1e-8; it matters where gradients are as small
    weight_decay : float, default 0, factor of an L2 penalty, whose gradient enters both means
    amsgrad : bool, default False, divide by the largest mean of squares so far

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ or an option is out of range

    Notes
    -----
    m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2;  m^ = m / (1 - b1^t);  v^ = v / (1 - b2^t);
    w <- w - lr m^ / (sqrt(v^) + eps).  The state keeps m and v, not m^ and v^.
    Kingma & Ba (2015), algorithm 1; Reddi, Kale & Kumar (2018) for amsgrad.

    Examples
    --------
    >>> w, state = adam_step(np.zeros(2), np.array([3.0, -0.001]), adam_init(np.zeros(2)))
    >>> w.round(6), state.step
    (array([-0.001,  0.001]), 1)
    """
    lr = check_rate("adam_step", lr, eps=eps, weight_decay=weight_decay)
    share("adam_step", beta1=betas[0], beta2=betas[1])
    param, grad = param_and_grad("adam_step", param, grad, weight_decay=weight_decay)
    return _adam(param, grad, state, lr, betas, eps, amsgrad)


def adamw_init(param):
    """State of `adamw_step` before the first step; see `adam_init`.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    AdamState

    Notes
    -----
    The two rules keep the same means.

    Examples
    --------
    >>> adamw_init(np.ones(1)).step
    0
    """
    return adam_init(param)


def adamw_step(
    param, grad, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False
):
    """One step of AdamW: Adam, with the parameters shrunk directly and not through the gradient.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : AdamState
    lr, betas, eps, amsgrad : as `adam_step`
    weight_decay : float, default 0.01; the parameters lose the share lr * weight_decay at every step

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ or an option is out of range

    Notes
    -----
    w <- w - lr weight_decay w, then the step of Adam with the gradient alone.  In Adam an L2 penalty is divided by
    sqrt(v^) like any gradient, so that it shrinks least where gradients are large; here all shrink alike.
    Loshchilov & Hutter (2019), "Decoupled weight decay regularization", algorithm 2.

    Examples
    --------
    >>> w, state = adamw_step(np.ones(1), np.zeros(1), adamw_init(np.ones(1)), lr=0.1)
    >>> w
    array([0.999])
    """
    lr = check_rate("adamw_step", lr, eps=eps, weight_decay=weight_decay)
    share("adamw_step", beta1=betas[0], beta2=betas[1])
    param, grad = param_and_grad("adamw_step", param, grad)
    return _adam(param - lr * weight_decay * param, grad, state, lr, betas, eps, amsgrad)


def _adam(param, grad, state, lr, betas, eps, amsgrad):
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    if amsgrad:
        v_max = np.maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v_max if amsgrad else v) / (1 - b2**t)
    return param - lr * m_hat / (np.sqrt(v_hat) + eps), AdamState(t, m, v, v_max)
