"""Capsules: vectors whose length says how sure they are, and the messages that pass between them."""

import numpy as np

from nnlib._check import as_float, as_grad, fail
from nnlib._norms import norm


def capsule_predictions(h, theta):
    """What each input capsule predicts of each output capsule.

    Parameters
    ----------
    h : array, shape (..., L, E), the input capsules
    theta : array, shape (M, D, E), a linear map for each output capsule

    Returns
    -------
    array, shape (..., L, M, D)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    u_{ij} = theta_j h_i.  No capsules give none.
    Gong, Qiu, Wang & Huang (2018), "Information aggregation via dynamic routing for sequence encoding", section 3.1.

    Examples
    --------
    >>> capsule_predictions(np.array([[1.0, 2.0]]), np.array([[[1.0, 1.0]], [[0.0, -1.0]]]))
    array([[[ 3.],
            [-2.]]])
    """
    h, theta = _maps("capsule_predictions", h, theta)
    return np.einsum("...le,mde->...lmd", h, theta)


def capsule_predictions_backward(grad_output, h, theta):
    """Gradients of capsule_predictions: (grad_h, grad_theta), shapes of the arguments."""
    op = "capsule_predictions_backward"
    h, theta = _maps(op, h, theta)
    shape = (*h.shape[:-1], *theta.shape[:2])
    g = np.broadcast_to(as_grad(op, grad_output, h, shape), shape)
    inputs = range(h.ndim - 1)
    return np.einsum("...lmd,mde->...le", g, theta), np.tensordot(g, h, axes=(inputs, inputs))


def capsule_messages(h, theta, c):
    """What each output capsule gathers: the predictions of all input capsules, in given shares.

    Parameters
    ----------
    h : array, shape (..., L, E), the input capsules
    theta : array, shape (M, D, E), a linear map for each output capsule
    c : array, shape (..., L, M), the share of its message that input i sends to output j

    Returns
    -------
    array, shape (..., M, D)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    m_{i -> j} = c_{ij} theta_j h_i and s_j = sum_i m_{i -> j}.  No input capsules give 0.
    Gong, Qiu, Wang & Huang (2018), "Information aggregation via dynamic routing for sequence encoding", equations 1
    and 2.

    Examples
    --------
    >>> h, theta = np.array([[1.0, 2.0], [4.0, 0.0]]), np.array([[[1.0, 1.0]], [[0.0, -1.0]]])
    >>> capsule_messages(h, theta, np.array([[0.5, 0.5], [1.0, 0.0]]))
    array([[ 5.5],
           [-1. ]])
    """
    h, theta, c = _shares("capsule_messages", h, theta, c)
    return np.einsum("...lm,...lmd->...md", c, capsule_predictions(h, theta))


def capsule_messages_backward(grad_output, h, theta, c):
    """Gradients of capsule_messages: (grad_h, grad_theta, grad_c), shapes of the arguments."""
    op = "capsule_messages_backward"
    h, theta, c = _shares(op, h, theta, c)
    shape = (*h.shape[:-2], *theta.shape[:2])
    g = np.broadcast_to(as_grad(op, grad_output, h, shape), shape)[..., None, :, :]
    grad_c = (g * capsule_predictions(h, theta)).sum(axis=-1)
    return *capsule_predictions_backward(c[..., None] * g, h, theta), grad_c


def squash(s, *, axis=-1):
    """Shorten each vector to a length below 1, its direction kept.

    Parameters
    ----------
    s : array, at least one axis
    axis : int, default -1, along which a vector lies

    Returns
    -------
    array, shape of s

    Raises
    ------
    ValueError : s has no such axis

    Notes
    -----
    v = |s|^2 / (1 + |s|^2) s / |s|: short vectors become nearly 0, long ones nearly of length 1.  At s = 0 value and
    gradient are 0.
    Sabour, Frosst & Hinton (2017), "Dynamic routing between capsules", equation 1.

    Examples
    --------
    >>> v = squash(np.array([3.0, 4.0]))
    >>> v, np.linalg.norm(v).round(6)
    (array([0.57692308, 0.76923077]), np.float64(0.961538))
    """
    _, shortened, direction = _polar("squash", as_float(s), axis)
    return shortened**2 * direction


def squash_backward(grad_output, s, *, axis=-1):
    """Gradient of squash: r / (1 + r^2) [g + (1 - r^2) / (1 + r^2) (g . n) n] with r = |s|, n = s / r; shape of s."""
    s = as_float(s)
    g = as_grad("squash_backward", grad_output, s)
    a, b, direction = _polar("squash_backward", s, axis)
    along = (g * direction).sum(axis=axis, keepdims=True)
    return a * b * (g + (a**2 - b**2) * along * direction)


def _polar(op, s, axis):
    """(1 / sqrt(1 + r^2), r / sqrt(1 + r^2), s / r) with the length r of s, which may be 0 or too large to square."""
    if not -s.ndim <= axis < s.ndim:
        fail(op, "axis", axis, f"an axis of s, shape {s.shape}")
    r = norm(s, axis=axis, keepdims=True)
    hypotenuse = np.hypot(1, r).astype(s.dtype)
    return 1 / hypotenuse, r / hypotenuse, s / np.where(r == 0, 1, r)


def _maps(op, h, theta):
    h = as_float(h)
    theta = np.asarray(theta, dtype=h.dtype)
    if h.ndim < 2:
        fail(op, "h", f"shape {h.shape}", "of shape (..., L, E)")
    if theta.ndim != 3 or theta.shape[2] != h.shape[-1]:
        fail(op, "theta", f"shape {theta.shape}", f"of shape (M, D, {h.shape[-1]})")
    return h, theta


def _shares(op, h, theta, c):
    h, theta = _maps(op, h, theta)
    c = np.asarray(c, dtype=h.dtype)
    shape = (*h.shape[:-1], len(theta))
    if c.shape != shape:
        fail(op, "c", f"shape {c.shape}", f"of shape {shape}")
    return h, theta, c
