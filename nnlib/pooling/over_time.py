"""One vector for a sequence: that of its first token, the largest or the mean of all."""

import numpy as np

from nnlib._check import as_float, as_grad, fail, on_behalf_of
from nnlib.activations import tanh, tanh_backward
from nnlib.nn import linear, linear_backward
from nnlib.pooling import _fast
from nnlib.pooling._tokens import tokens, total


def cls_pool(h, weight=None, bias=None):
    """Vector of the first token; given a weight, through a fully connected layer and tanh.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens, L at least 1
    weight : array, shape (E, D), or None for the vector as it is
    bias : array, shape (E,), or None for no bias

    Returns
    -------
    array, shape (..., D), or (..., E) with a weight

    Raises
    ------
    ValueError : there is no token, a shape is not as above, or a bias without a weight

    Notes
    -----
    y = h_1, or y = tanh(W h_1 + b).  The first token is [CLS], which stands for the whole sequence because training
    made it so; the layer with tanh belongs to BERT's pooler.
    Devlin, Chang, Lee & Toutanova (2019), "BERT: Pre-training of deep bidirectional transformers", section 3.

    Examples
    --------
    >>> h = np.array([[0.5, -1.0], [7.0, 7.0]])
    >>> cls_pool(h)
    array([ 0.5, -1. ])
    >>> cls_pool(h, np.eye(2)).round(4)
    array([ 0.4621, -0.7616])
    """
    first = _first("cls_pool", h, weight, bias)
    return first.copy() if weight is None else tanh(on_behalf_of("cls_pool", linear, first, weight, bias))


def cls_pool_backward(grad_output, h, weight=None, bias=None):
    """Gradients of cls_pool: grad_h, or (grad_h, grad_weight[, grad_bias]); shapes of the arguments."""
    op = "cls_pool_backward"
    first = _first(op, h, weight, bias)
    grad_h = np.zeros(np.shape(h), first.dtype)
    if weight is None:
        grad_h[..., 0, :] = as_grad(op, grad_output, first)
        return grad_h
    z = on_behalf_of(op, linear, first, weight, bias)
    g = tanh_backward(as_grad(op, grad_output, first, z.shape), z)
    grad_h[..., 0, :], *of_layer = linear_backward(g, first, weight, bias)
    return grad_h, *of_layer


def _first(op, h, weight, bias):
    h = as_float(h)
    if h.ndim < 2 or h.shape[-2] == 0:
        fail(op, "h", f"shape {h.shape}", "of shape (..., L, D), L at least 1")
    if weight is None and bias is not None:
        fail(op, "bias", "one", "None without a weight")
    return h[..., 0, :]


def max_pool_time(h, mask=None):
    """Largest value of each feature over the tokens of a sequence.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., D)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y_d = max_i h_{id} over the tokens that count.  The gradient goes to the first token that has the largest value.
    A sequence without any such token gives 0, and gets no gradient.
    Collobert et al. (2011), "Natural language processing (almost) from scratch", section 3.2.2.

    Examples
    --------
    >>> max_pool_time(np.array([[1.0, -5.0], [3.0, -2.0], [9.0, 9.0]]), [True, True, False])
    array([ 3., -2.])
    """
    h, counts = tokens("max_pool_time", h, mask)
    largest = _or(h, counts, -np.inf).max(axis=-2, initial=-np.inf)
    return np.where(counts.any(axis=-2), largest, 0)


def max_pool_time_backward(grad_output, h, mask=None):
    """Gradient of max_pool_time: grad_output, at the first token with the largest value; shape of h."""
    h, counts = tokens("max_pool_time_backward", h, mask)
    g = _for_each_feature("max_pool_time_backward", grad_output, h)
    if h.shape[-2] == 0:
        return np.zeros_like(h)
    grad = _fast.max_pool_time_backward(g, h) if counts.all() else None
    if grad is None:
        grad, first = np.zeros_like(h), _or(h, counts, -np.inf).argmax(axis=-2, keepdims=True)
        np.put_along_axis(grad, first, g * counts.any(axis=-2, keepdims=True), axis=-2)
    return grad


def avg_pool_time(h, mask=None):
    """Mean of each feature over the tokens of a sequence.

    Parameters
    ----------
    h : array, shape (..., L, D), the encodings of L tokens
    mask : bool array, shape (..., L), True for a token that counts; None for all

    Returns
    -------
    array, shape (..., D)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y = (1/n) sum_i h_i over the n tokens that count: padding changes neither the sum nor n.  A sequence without any
    such token gives 0, and gets no gradient.
    Iyyer, Manjunatha, Boyd-Graber & Daume (2015), "Deep unordered composition rivals syntactic methods for text
    classification", section 2.

    Examples
    --------
    >>> avg_pool_time(np.array([[1.0, -5.0], [3.0, -2.0], [9.0, 9.0]]), [True, True, False])
    array([ 2. , -3.5])
    """
    h, counts = tokens("avg_pool_time", h, mask)
    n = counts.sum(axis=-2, dtype=h.dtype)
    return (total(_or(h, counts, 0)) / np.maximum(n, 1)).astype(h.dtype, copy=False)


def avg_pool_time_backward(grad_output, h, mask=None):
    """Gradient of avg_pool_time: grad_output / n for every token that counts; shape of h."""
    h, counts = tokens("avg_pool_time_backward", h, mask)
    g = _for_each_feature("avg_pool_time_backward", grad_output, h)
    n = counts.sum(axis=-2, keepdims=True, dtype=h.dtype)
    share = g / np.maximum(n, 1)
    return np.broadcast_to(share, h.shape).copy() if counts.all() else counts * share


def _or(h, counts, other):
    """h where a token counts, else the other value."""
    return h if counts.all() else np.where(counts, h, h.dtype.type(other))


def _for_each_feature(op, grad_output, h):
    """The upstream gradient, shape (..., 1, D)."""
    shape = (*h.shape[:-2], h.shape[-1])
    return np.broadcast_to(as_grad(op, grad_output, h, shape), shape)[..., None, :]
