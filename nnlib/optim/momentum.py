"""Gradient descent, plain and with momentum: one step for one array."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.optim._arrays import check_rate, param_and_grad, share, zeros_like


class SGDState(NamedTuple):
    """momentum_buffer: array of the parameter's shape, or None before the first step with momentum."""

    momentum_buffer: np.ndarray | None


def sgd_init(param):
    """State of `sgd_step` before the first step.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    SGDState

    Notes
    -----
    There is no buffer yet: the first gradient becomes it, undamped.  As in torch.optim.SGD.

    Examples
    --------
    >>> sgd_init(np.zeros(2))
    SGDState(momentum_buffer=None)
    """
    return SGDState(None)


def sgd_step(param, grad, state, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """One step of gradient descent, with or without momentum.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : SGDState
    lr : float, default 0.001
    momentum : float, default 0, share of the last direction that is kept
    dampening : float, default 0; the gradient enters the buffer times 1 - dampening
    weight_decay : float, default 0, factor of an L2 penalty
    nesterov : bool, default False, look ahead along the buffer

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ, an option is negative, or nesterov without momentum or with dampening

    Notes
    -----
    g <- g + weight_decay w;  v <- momentum v + (1 - dampening) g, at the first step v = g;
    w <- w - lr v, with nesterov w <- w - lr (g + momentum v).
    Sutskever, Martens, Dahl & Hinton (2013), "On the importance of initialization and momentum", in the form of
    torch.optim.SGD, where lr multiplies the sum of all gradients kept.

    Examples
    --------
    >>> w, state = np.array([1.0]), sgd_init(np.array([1.0]))
    >>> for _ in range(2):
    ...     w, state = sgd_step(w, 2 * w, state, lr=0.1, momentum=0.5)
    >>> w.round(3)
    array([0.54])
    """
    lr = check_rate("sgd_step", lr, momentum=momentum, weight_decay=weight_decay)
    allowed = not nesterov or (momentum > 0 and dampening == 0)
    need(allowed, "sgd_step", "nesterov", nesterov, "False unless momentum is positive and dampening 0")
    param, grad = param_and_grad("sgd_step", param, grad, weight_decay=weight_decay)
    if momentum == 0:
        return param - lr * grad, state

    (v,) = state
    v = grad.copy() if v is None else momentum * v + (1 - dampening) * grad
    direction = grad + momentum * v if nesterov else v
    return param - lr * direction, SGDState(v)


class MomentumState(NamedTuple):
    """velocity: array of the parameter's shape, the running mean of the gradients."""

    velocity: np.ndarray


def momentum_init(param):
    """State of `momentum_step` before the first step: velocity 0.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    MomentumState

    Notes
    -----
    The mean starts at 0 and is not corrected for it.

    Examples
    --------
    >>> momentum_init(np.ones(2))
    MomentumState(velocity=array([0., 0.]))
    """
    return MomentumState(zeros_like(param))


def momentum_step(param, grad, state, *, lr, beta=0.9):
    """One step along the exponentially weighted mean of the gradients.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : MomentumState
    lr : float
    beta : float in [0, 1), default 0.9, share of the old mean that is kept

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ, lr is negative, or beta is out of range

    Notes
    -----
    v <- beta v + (1 - beta) g;  w <- w - lr v.  A mean, not a sum: the same path as `sgd_step` with lr (1 - beta)
    and momentum beta.  beta = 0 is plain gradient descent.
    Polyak (1964), "Some methods of speeding up the convergence of iteration methods".

    Examples
    --------
    >>> w, state = np.array([0.0]), momentum_init(np.array([0.0]))
    >>> for _ in range(4):
    ...     w, state = momentum_step(w, np.array([1.0]), state, lr=0.1)
    >>> w.round(4)
    array([-0.0905])
    """
    lr = check_rate("momentum_step", lr)
    share("momentum_step", beta=beta)
    param, grad = param_and_grad("momentum_step", param, grad)
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v, MomentumState(v)
