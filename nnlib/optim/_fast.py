"""The steps of SGD, Adam and RMSprop once more, in place and with few passes over memory: what the classes run on.

`sgd_step`, `adam_step` and `rmsprop_step` say what is computed. These write into the parameter and the state, need
one scratch array, and fold the constants of the formula together.
"""

import numpy as np

from nnlib.optim.adaptive import RMSpropState
from nnlib.optim.moments import AdamState
from nnlib.optim.momentum import SGDState


def sgd_step_in_place(
    param, grad, state, scratch, *, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
):
    """`sgd_step`, writing into param and the state.

    Parameters
    ----------
    param, grad : float arrays of one shape and dtype; param is overwritten
    state : SGDState, overwritten
    scratch : array like param, overwritten with nothing of use
    lr, momentum, dampening, weight_decay, nesterov : as `sgd_step`; not checked

    Returns
    -------
    SGDState, the next one

    Notes
    -----
    The formula of `sgd_step`, up to rounding.

    Examples
    --------
    >>> w = np.array([1.0, 2.0])
    >>> _ = sgd_step_in_place(w, np.array([1.0, -1.0]), SGDState(None), np.empty(2), lr=0.5)
    >>> w
    array([0.5, 2.5])
    """
    if weight_decay:
        grad = grad + weight_decay * param
    if momentum == 0:
        param -= np.multiply(grad, lr, out=scratch)
        return state

    (v,) = state
    if v is None:
        v = grad.copy()
    else:
        v *= momentum
        v += np.multiply(grad, 1 - dampening, out=scratch)
    if nesterov:
        param -= np.multiply(grad, lr, out=scratch)
        param -= np.multiply(v, lr * momentum, out=scratch)
    else:
        param -= np.multiply(v, lr, out=scratch)
    return SGDState(v)


def adam_step_in_place(
    param,
    grad,
    state,
    scratch,
    *,
    lr=1e-3,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    decoupled=False,
):
    """`adam_step`, or with decoupled `adamw_step`, writing into param and the state.

    Parameters
    ----------
    param, grad : float arrays of one shape and dtype; param is overwritten
    state : AdamState, its arrays are overwritten
    scratch : array like param, overwritten with nothing of use
    lr, betas, eps, weight_decay, amsgrad : as `adam_step`; not checked
    decoupled : bool, default False, weight decay as in `adamw_step`

    Returns
    -------
    AdamState, the next one

    Notes
    -----
    lr m^ / (sqrt(v^) + eps) = c m / (sqrt(v) + r eps) with r = sqrt(1 - b2^t) and c = lr r / (1 - b1^t).

    Examples
    --------
    >>> w, state = np.zeros(1), AdamState(0, np.zeros(1), np.zeros(1), np.zeros(1))
    >>> state = adam_step_in_place(w, np.array([5.0]), state, np.empty(1))
    >>> w.round(6), state.step
    (array([-0.001]), 1)
    """
    b1, b2 = betas
    t, m, v, v_max = state
    t = t + 1
    if weight_decay and decoupled:
        param *= 1 - lr * weight_decay
    elif weight_decay:
        grad = grad + weight_decay * param

    m *= b1
    m += np.multiply(grad, 1 - b1, out=scratch)
    v *= b2
    np.multiply(grad, grad, out=scratch)
    scratch *= 1 - b2
    v += scratch
    if amsgrad:
        np.maximum(v_max, v, out=v_max)

    r = (1 - b2**t) ** 0.5
    np.sqrt(v_max if amsgrad else v, out=scratch)
    scratch += r * eps
    np.divide(m, scratch, out=scratch)
    scratch *= lr * r / (1 - b1**t)
    param -= scratch
    return AdamState(t, m, v, v_max)


def rmsprop_step_in_place(
    param,
    grad,
    state,
    scratch,
    *,
    lr=1e-2,
    alpha=0.99,
    eps=1e-8,
    weight_decay=0.0,
    momentum=0.0,
    centered=False,
):
    """`rmsprop_step`, writing into param and the state.

    Parameters
    ----------
    param, grad : float arrays of one shape and dtype; param is overwritten
    state : RMSpropState, its arrays are overwritten
    scratch : array like param, overwritten with nothing of use
    lr, alpha, eps, weight_decay, momentum, centered : as `rmsprop_step`; not checked

    Returns
    -------
    RMSpropState, the next one

    Notes
    -----
    The formula of `rmsprop_step`, up to rounding.

    Examples
    --------
    >>> w, state = np.zeros(1), RMSpropState(np.zeros(1), np.zeros(1), np.zeros(1))
    >>> _ = rmsprop_step_in_place(w, np.array([7.0]), state, np.empty(1), alpha=0.75, lr=1.0)
    >>> w.round(6)
    array([-2.])
    """
    if weight_decay:
        grad = grad + weight_decay * param
    v, m, b = state
    v *= alpha
    np.multiply(grad, grad, out=scratch)
    scratch *= 1 - alpha
    v += scratch
    if centered:
        m *= alpha
        m += np.multiply(grad, 1 - alpha, out=scratch)
        np.multiply(m, m, out=scratch)
        np.subtract(v, scratch, out=scratch)
        np.maximum(scratch, 0, out=scratch)  # of equal gradients rounding may leave -1e-17
        np.sqrt(scratch, out=scratch)
    else:
        np.sqrt(v, out=scratch)
    scratch += eps
    np.divide(grad, scratch, out=scratch)
    if momentum:
        b *= momentum
        b += scratch
        np.multiply(b, lr, out=scratch)
    else:
        scratch *= lr
    param -= scratch
    return RMSpropState(v, m, b)
