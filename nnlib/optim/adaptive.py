"""A step size of its own for every parameter: AdaGrad, AdaDelta and RMSprop, one step for one array."""

from typing import NamedTuple

import numpy as np

from nnlib._check import need
from nnlib.optim._arrays import check_rate, param_and_grad, share, zeros_like


class AdagradState(NamedTuple):
    """step: int, steps taken;  sum: array, sum of the squared gradients."""

    step: int
    sum: np.ndarray


def adagrad_init(param, *, initial_accumulator_value=0.0):
    """State of `adagrad_step` before the first step.

    Parameters
    ----------
    param : array, any shape
    initial_accumulator_value : float, default 0

    Returns
    -------
    AdagradState

    Raises
    ------
    ValueError : initial_accumulator_value is negative

    Notes
    -----
    A positive start damps the first steps, which else have length lr whatever the gradient is.

    Examples
    --------
    >>> adagrad_init(np.ones(2), initial_accumulator_value=0.1)
    AdagradState(step=0, sum=array([0.1, 0.1]))
    """
    start = initial_accumulator_value
    need(start >= 0, "adagrad_init", "initial_accumulator_value", start, "at least 0")
    return AdagradState(0, zeros_like(param) + start)


def adagrad_step(param, grad, state, *, lr=1e-2, lr_decay=0.0, weight_decay=0.0, eps=1e-10):
    """One step of AdaGrad: parameters that had large gradients take small steps.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : AdagradState
    lr : float, default 0.01
    lr_decay : float, default 0; lr is divided by 1 + (steps taken) lr_decay
    weight_decay : float, default 0, factor of an L2 penalty
    eps : float, default 1e-10

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ or an option is negative

    Notes
    -----
    s <- s + g^2;  w <- w - lr g / (sqrt(s) + eps).  The root belongs there, and eps outside it.
    Duchi, Hazan & Singer (2011), "Adaptive subgradient methods", in the form of torch.optim.Adagrad.

    Examples
    --------
    >>> w, state = adagrad_step(np.zeros(2), np.array([1.0, 100.0]), adagrad_init(np.zeros(2)))
    >>> w
    array([-0.01, -0.01])
    """
    lr = check_rate("adagrad_step", lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)
    param, grad = param_and_grad("adagrad_step", param, grad, weight_decay=weight_decay)
    s = state.sum + grad**2
    lr = lr / (1 + state.step * lr_decay)
    return param - lr * grad / (np.sqrt(s) + eps), AdagradState(state.step + 1, s)


class AdadeltaState(NamedTuple):
    """square_avg, acc_delta: arrays, running means of the squared gradients and of the squared steps."""

    square_avg: np.ndarray
    acc_delta: np.ndarray


def adadelta_init(param):
    """State of `adadelta_step` before the first step: both means 0.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    AdadeltaState

    Notes
    -----
    With a mean step of 0 the first step is about sqrt(eps) long: AdaDelta starts slowly.

    Examples
    --------
    >>> adadelta_init(np.ones(1))
    AdadeltaState(square_avg=array([0.]), acc_delta=array([0.]))
    """
    return AdadeltaState(zeros_like(param), zeros_like(param))


def adadelta_step(param, grad, state, *, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    """One step of AdaDelta: gradients in units of their own size, times the size of recent steps.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : AdadeltaState
    lr : float, default 1; the method itself has none
    rho : float in [0, 1), default 0.9, share of the old means that is kept
    eps : float, default 1e-6
    weight_decay : float, default 0, factor of an L2 penalty

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ or an option is out of range

    Notes
    -----
    v <- rho v + (1 - rho) g^2;  d = sqrt(u + eps) / sqrt(v + eps) g;  u <- rho u + (1 - rho) d^2;  w <- w - lr d.
    Zeiler (2012), "ADADELTA: an adaptive learning rate method", algorithm 1.

    Examples
    --------
    >>> w, state = np.zeros(1), adadelta_init(np.zeros(1))
    >>> for g in (1.0, 0.5, -0.3, 0.2, 0.8):
    ...     w, state = adadelta_step(w, np.array([g]), state)
    >>> w.round(5)
    array([-0.00791])
    """
    lr = check_rate("adadelta_step", lr, eps=eps, weight_decay=weight_decay)
    share("adadelta_step", rho=rho)
    param, grad = param_and_grad("adadelta_step", param, grad, weight_decay=weight_decay)
    v = rho * state.square_avg + (1 - rho) * grad**2
    d = np.sqrt(state.acc_delta + eps) / np.sqrt(v + eps) * grad
    u = rho * state.acc_delta + (1 - rho) * d**2
    return param - lr * d, AdadeltaState(v, u)


class RMSpropState(NamedTuple):
    """square_avg, grad_avg, momentum_buffer: arrays of the parameter's shape; the last two used on demand."""

    square_avg: np.ndarray
    grad_avg: np.ndarray
    momentum_buffer: np.ndarray


def rmsprop_init(param):
    """State of `rmsprop_step` before the first step: all 0.

    Parameters
    ----------
    param : array, any shape

    Returns
    -------
    RMSpropState

    Notes
    -----
    The mean of the squares starts at 0 and is not corrected for it: the first steps are long.

    Examples
    --------
    >>> rmsprop_init(np.ones(1)).square_avg
    array([0.])
    """
    return RMSpropState(zeros_like(param), zeros_like(param), zeros_like(param))


def rmsprop_step(
    param, grad, state, *, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False
):
    """One step of RMSprop: gradients in units of their own recent size.

    Parameters
    ----------
    param, grad : arrays of one shape
    state : RMSpropState
    lr : float, default 0.01
    alpha : float in [0, 1), default 0.99, share of the old mean that is kept
    eps : float, default 1e-8
    weight_decay : float, default 0, factor of an L2 penalty
    momentum : float, default 0, share of the last direction that is kept
    centered : bool, default False, divide by the standard deviation instead of the root mean square

    Returns
    -------
    (param, state), the next ones

    Raises
    ------
    ValueError : shapes differ or an option is out of range

    Notes
    -----
    v <- alpha v + (1 - alpha) g^2;  w <- w - lr g / (sqrt(v) + eps).  Centered: v - m^2 under the root, with
    m <- alpha m + (1 - alpha) g.  With momentum b <- momentum b + g / (sqrt(v) + eps), w <- w - lr b.
    Hinton, Srivastava & Swersky (2012), "Neural networks for machine learning", lecture 6e; eps outside the root
    as in torch.optim.RMSprop.

    Examples
    --------
    >>> w, state = rmsprop_step(np.zeros(1), np.array([7.0]), rmsprop_init(np.zeros(1)), alpha=0.75, lr=1.0)
    >>> w.round(6)
    array([-2.])
    """
    lr = check_rate("rmsprop_step", lr, eps=eps, weight_decay=weight_decay, momentum=momentum)
    share("rmsprop_step", alpha=alpha)
    param, grad = param_and_grad("rmsprop_step", param, grad, weight_decay=weight_decay)
    v, m, b = state
    v = alpha * v + (1 - alpha) * grad**2
    if centered:
        m = alpha * m + (1 - alpha) * grad
    # Equal gradients leave a variance of 0, which rounding may turn into -1e-17.
    square = np.maximum(v - m**2, 0) if centered else v
    direction = grad / (np.sqrt(square) + eps)
    if momentum:
        b = direction = momentum * b + direction
    return param - lr * direction, RMSpropState(v, m, b)
