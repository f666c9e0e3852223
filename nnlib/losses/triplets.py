"""Triplet losses: an anchor, something like it, and something else."""

from functools import partial

import numpy as np

from nnlib._check import as_float, need
from nnlib.losses._common import _reduce, same, spread
from nnlib.losses.distances import pairwise_distance, pairwise_distance_backward


def triplet_margin_loss(
    anchor, positive, negative, *, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"
):
    """An anchor should lie closer to a positive than to a negative example, by margin.

    Parameters
    ----------
    anchor, positive, negative : arrays of one shape (..., D)
    margin : float, default 1
    p : float >= 1, default 2, the norm
    eps : float, default 1e-6, added to each difference
    swap : bool, default False; use the distance of positive and negative where it is smaller
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of shape (...) for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, p is below 1, or reduction is none of the three

    Notes
    -----
    max(0, d(a, p) - d(a, n) + margin) with d = pairwise_distance.  At the kink the gradient is that of the
    line; distances that tie under swap share it.  The mean of nothing is nan.
    Balntas, Riba, Ponsa & Mikolajczyk (2016), "Learning local feature descriptors with triplets and shallow
    convolutional neural networks", section 2; Schroff, Kalenichenko & Philbin (2015), "FaceNet", eq. (3).

    Examples
    --------
    >>> triplet_margin_loss(np.array([[0.0]]), np.array([[1.0]]), np.array([[1.5]])).round(4)
    np.float64(0.5)
    """
    op = "triplet_margin_loss"
    need(p >= 1, op, "p", p, "at least 1")
    distance = _lengths(p, eps)
    _, z, _ = _excess(op, anchor, positive, negative, distance, margin, swap)
    return _reduce(np.maximum(z, 0), reduction, op=op)


def triplet_margin_loss_backward(
    grad_output, anchor, positive, negative, *, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"
):
    """Gradients with respect to anchor, positive and negative: those of the distances where the loss is not flat."""
    op = "triplet_margin_loss_backward"
    need(p >= 1, op, "p", p, "at least 1")
    triplet, z, share = _excess(op, anchor, positive, negative, _lengths(p, eps), margin, swap)
    grad_output = spread(grad_output, z, reduction, op) * (z >= 0)
    return _pull(grad_output, *triplet, _lengths(p, eps), share)


def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"
):
    """triplet_margin_loss with a distance of your own.

    Parameters
    ----------
    anchor, positive, negative : arrays of one shape (N, ...)
    distance_function : pair (d, d_backward), or None for pairwise_distance; d(x1, x2) has shape (N,), and
        d_backward(grad_output, x1, x2) returns the gradients with respect to x1 and x2
    margin : float, default 1
    swap : bool, default False; use the distance of positive and negative where it is smaller
    reduction : "mean" over samples (default), "sum" or "none"

    Returns
    -------
    one number, or an array of the shape of the distances for reduction "none"

    Raises
    ------
    ValueError : the shapes differ, or reduction is none of the three

    Notes
    -----
    max(0, d(a, p) - d(a, n) + margin).  At the kink the gradient is that of the line; distances that tie under
    swap share it.  The mean of nothing is nan.
    Balntas, Riba, Ponsa & Mikolajczyk (2016), "Learning local feature descriptors with triplets and shallow
    convolutional neural networks", section 2.

    Examples
    --------
    >>> def squared(x1, x2):
    ...     return ((x1 - x2) ** 2).sum(axis=-1)
    >>> def squared_backward(grad_output, x1, x2):
    ...     return 2 * grad_output[..., None] * (x1 - x2), 2 * grad_output[..., None] * (x2 - x1)
    >>> a, p, n = np.array([[0.0]]), np.array([[1.0]]), np.array([[1.5]])
    >>> triplet_margin_with_distance_loss(a, p, n, distance_function=(squared, squared_backward), margin=2.0)
    np.float64(0.75)
    """
    op = "triplet_margin_with_distance_loss"
    distance = distance_function or _lengths(2.0, 1e-6)
    _, z, _ = _excess(op, anchor, positive, negative, distance, margin, swap)
    return _reduce(np.maximum(z, 0), reduction, op=op)


def triplet_margin_with_distance_loss_backward(
    grad_output,
    anchor,
    positive,
    negative,
    *,
    distance_function=None,
    margin=1.0,
    swap=False,
    reduction="mean",
):
    """Gradients with respect to anchor, positive and negative, by the distance's own backward function."""
    op = "triplet_margin_with_distance_loss_backward"
    distance = distance_function or _lengths(2.0, 1e-6)
    triplet, z, share = _excess(op, anchor, positive, negative, distance, margin, swap)
    grad_output = spread(grad_output, z, reduction, op) * (z >= 0)
    return _pull(grad_output, *triplet, distance, share)


def _lengths(p, eps):
    return partial(pairwise_distance, p=p, eps=eps), partial(pairwise_distance_backward, p=p, eps=eps)


def _excess(op, anchor, positive, negative, distance, margin, swap):
    """The three arrays; margin + d(a, p) - d(a, n); which share d(a, n) has in the distance of the negative."""
    a = as_float(anchor)
    p, n = same(op, a, positive, "positive"), same(op, a, negative, "negative")
    d, _ = distance
    far, share = np.asarray(d(a, n)), 1
    if swap:
        other = np.asarray(d(p, n))
        share = np.where(far < other, 1, np.where(far == other, 0.5, 0)).astype(a.dtype)
        far = np.minimum(far, other)
    return (a, p, n), np.asarray(margin + d(a, p) - far), share


def _pull(grad_output, a, p, n, distance, share):
    """Gradients of grad_output * (d(a, p) - share d(a, n) - (1 - share) d(p, n))."""
    _, d_backward = distance
    to_positive = d_backward(grad_output, a, p)
    from_anchor, from_positive = (
        d_backward(-grad_output * share, a, n),
        d_backward(-grad_output * (1 - share), p, n),
    )
    return (
        to_positive[0] + from_anchor[0],
        to_positive[1] + from_positive[0],
        from_anchor[1] + from_positive[1],
    )
