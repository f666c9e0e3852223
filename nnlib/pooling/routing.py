"""Routing by agreement: in which shares input capsules send their predictions to output capsules."""

from typing import NamedTuple

import numpy as np

from nnlib._check import as_float, as_grad, fail, need, on_behalf_of
from nnlib.activations import softmax, softmax_backward
from nnlib.losses import cross_entropy, cross_entropy_backward
from nnlib.pooling.capsules import squash, squash_backward


def routing_coefficients(u_hat, *, n_iters=3, reverse=False):
    """The shares that dynamic_routing settles on.

    Parameters
    ----------
    u_hat : array, shape (..., L, M, D), what input capsule i predicts of output capsule j
    n_iters : int, default 3, rounds, at least 1
    reverse : bool, default False

    Returns
    -------
    array, shape (..., L, M): each input sends 1 in all, sum over M; with reverse each output receives 1, sum over L

    Raises
    ------
    ValueError : a shape is not as above, or n_iters is below 1

    Notes
    -----
    As dynamic_routing says.  After one round nothing is known yet, and all shares are equal.
    Gong, Qiu, Wang & Huang (2018), "Information aggregation via dynamic routing for sequence encoding", section 3.

    Examples
    --------
    >>> u_hat = np.ones((2, 3, 1))
    >>> routing_coefficients(u_hat, reverse=True)
    array([[0.5, 0.5, 0.5],
           [0.5, 0.5, 0.5]])
    """
    return _rounds("routing_coefficients", u_hat, n_iters, reverse)[1][-1].c


def dynamic_routing(u_hat, *, n_iters=3, reverse=False):
    """Output capsules by agreement: an input sends more where its prediction fits what the others say.

    Parameters
    ----------
    u_hat : array, shape (..., L, M, D), what input capsule i predicts of output capsule j
    n_iters : int, default 3, rounds, at least 1
    reverse : bool, default False: inputs share out what they send; True: outputs share out what they receive

    Returns
    -------
    array, shape (..., M, D)

    Raises
    ------
    ValueError : a shape is not as above, or n_iters is below 1

    Notes
    -----
    From b = 0, in each round: c = softmax(b) over the outputs j, or over the inputs i with reverse;
    s_j = sum_i c_{ij} u_{ij};  v_j = squash(s_j);  b_{ij} <- b_{ij} + v_j . u_{ij}.  The gradient goes back through
    all rounds.  No input capsules give 0.
    Sabour, Frosst & Hinton (2017), "Dynamic routing between capsules", procedure 1;  Gong, Qiu, Wang & Huang (2018),
    "Information aggregation via dynamic routing for sequence encoding", section 3, for the reversed form.

    Examples
    --------
    >>> u_hat = np.array([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, -1.0]]])  # agreed on output 0 only
    >>> dynamic_routing(u_hat).round(3)
    array([[0.693, 0.   ],
           [0.   , 0.   ]])
    """
    return _rounds("dynamic_routing", u_hat, n_iters, reverse)[1][-1].v


def dynamic_routing_backward(grad_output, u_hat, *, n_iters=3, reverse=False):
    """Gradient of dynamic_routing, back through every round; shape of u_hat."""
    op = "dynamic_routing_backward"
    u, rounds = _rounds(op, u_hat, n_iters, reverse)
    shape = rounds[-1].v.shape
    g = np.broadcast_to(as_grad(op, grad_output, u, shape), shape)
    grad_u, grad_b = np.zeros_like(u), np.zeros(u.shape[:-1], u.dtype)
    for b, c, s, v in reversed(rounds):
        if v is not rounds[-1].v:  # this round ended with b + v . u
            g = np.einsum("...lm,...lmd->...md", grad_b, u)
            grad_u += grad_b[..., None] * v[..., None, :, :]
        of_s = squash_backward(g, s)[..., None, :, :]
        grad_u += c[..., None] * of_s
        grad_b = grad_b + softmax_backward((of_s * u).sum(axis=-1), b, axis=-2 if reverse else -1)
    return grad_u


class _Round(NamedTuple):
    b: np.ndarray
    c: np.ndarray
    s: np.ndarray
    v: np.ndarray


def _rounds(op, u_hat, n_iters, reverse):
    """u_hat as a float array, and what each round computes."""
    u = as_float(u_hat)
    if u.ndim < 3:
        fail(op, "u_hat", f"shape {u.shape}", "of shape (..., L, M, D)")
    need(n_iters >= 1, op, "n_iters", n_iters, "at least 1")
    b, rounds = np.zeros(u.shape[:-1], u.dtype), []
    for _ in range(n_iters):
        c = softmax(b, axis=-2 if reverse else -1)
        s = np.einsum("...lm,...lmd->...md", c, u)
        v = squash(s)
        rounds.append(_Round(b, c, s, v))
        b = b + np.einsum("...md,...lmd->...lm", v, u)
    return u, rounds


def dr_agg_loss(logits, target, *params, lam):
    """What training with dynamic routing minimises: mean negative log-likelihood plus squared parameters.

    Parameters
    ----------
    logits : array, shape (N, C), scores before softmax
    target : int array, shape (N,), the true classes
    params : arrays, any shapes
    lam : float, at least 0

    Returns
    -------
    number

    Raises
    ------
    ValueError : logits and target do not fit together, as in cross_entropy, or lam is negative

    Notes
    -----
    J = -(1/N) sum_n log p(t_n | x_n) + lam |theta|^2: without the half of `l2_penalty`, so that the gradient is
    2 lam theta.  No samples give nan, as cross_entropy does.
    Gong, Qiu, Wang & Huang (2018), "Information aggregation via dynamic routing for sequence encoding", section 4.

    Examples
    --------
    >>> dr_agg_loss(np.zeros((3, 2)), np.array([0, 1, 1]), np.array([1.0, 2.0]), lam=0.1).round(4)
    np.float64(1.1931)
    """
    op = "dr_agg_loss"
    need(lam >= 0, op, "lam", lam, "at least 0")
    return on_behalf_of(op, cross_entropy, logits, target) + sum(
        lam * np.sum(as_float(p) ** 2) for p in params
    )


def dr_agg_loss_backward(grad_output, logits, target, *params, lam):
    """Gradients of dr_agg_loss: (grad_logits, grad of each of params), shapes of the arguments."""
    op = "dr_agg_loss_backward"
    need(lam >= 0, op, "lam", lam, "at least 0")
    g = as_grad(op, grad_output, as_float(logits), ())
    return on_behalf_of(op, cross_entropy_backward, g, logits, target), *(
        2 * lam * g * as_float(p) for p in params
    )
