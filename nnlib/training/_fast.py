"""The same epoch with fewer calls: plain SGD on fully connected layers with sigmoid, tanh or relu between them.

For a small network most of the time of a step goes into calls, not into arithmetic. Here a step is a fixed list of
calls on arrays that are allocated once; the derivative of an activation comes from its kept output, the learning rate
is folded into the small error matrix, the gradient of a weight matrix is added to it as it is computed, and the
losses of an epoch are computed at its end, all at once. Nothing else differs from the general loop.
"""

from functools import partial

import numpy as np

import nnlib
from nnlib import activations, losses, nn, optim
from nnlib.modules import Activation, Linear, Sequential
from nnlib.training.evaluation import IGNORED

# Each of these lists calls, (function, arguments), on arrays that stay. Constants are arrays, too: an array meets an
# array in half the time that a number takes.


def _sigmoid(z):
    """1 / (1 + exp(-z)), written over z."""
    one = np.ones_like(z)
    return [(np.negative, (z, z)), (np.exp, (z, z)), (np.add, (z, one, z)), (np.reciprocal, (z, z))]


def _sigmoid_slope(a, out):
    return [(np.subtract, (np.ones_like(a), a, out)), (np.multiply, (out, a, out))]


def _tanh(z):
    return [(np.tanh, (z, z))]


def _tanh_slope(a, out):
    return [(np.multiply, (a, a, out)), (np.subtract, (np.ones_like(a), out, out))]


def _relu(z):
    return [(partial(np.maximum, out=z), (z, np.zeros_like(z)))]


def _relu_slope(a, out):
    return [(np.greater, (a, np.zeros_like(a), out))]


# an activation a = f(z), written over z, and its derivative as a function of a
CURVES = {
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (_tanh, _tanh_slope),
    "relu": (_relu, _relu_slope),
}


def _sigmoid_minus(z):
    """A function of y that writes the gradient of sum(log(1 + e^z) - y z) over z: sigmoid(z) - y."""
    calls = _sigmoid(z)

    def error(y):
        _run(calls)
        np.subtract(z, y, z)

    return error


def _softmax_minus(z):
    """A function of y that writes the gradient of sum_i (log sum_k e^z_ik - z_iy) over z: softmax(z) - onehot(y)."""
    rows = np.arange(len(z))

    def error(y):
        np.subtract(z, z.max(axis=1, keepdims=True), out=z)
        np.exp(z, out=z)
        np.divide(z, z.sum(axis=1, keepdims=True), out=z)
        z[rows, y] -= 1

    return error


def _quadratic_minus(a):
    """A function of y that writes the gradient of sum((a - y)^2 / 2), a = sigmoid(z), over a: (a - y) a (1 - a)."""
    slope = np.empty_like(a)
    calls = [*_sigmoid_slope(a, slope), (np.multiply, (a, slope, a))]

    def error(y):
        _run(calls[:2])
        np.subtract(a, y, a)
        _run(calls[2:])

    return error


def _run(calls):
    for f, arguments in calls:
        f(*arguments)


def fast_epoch(model, optimizer, loss, y):
    """A function that trains for one epoch, if the network and the optimizer are of the simple kind.

    Parameters
    ----------
    model : Module
    optimizer : of nnlib.optim
    loss : (f, f_backward) of nnlib.losses
    y : array, the targets of all samples

    Returns
    -------
    function of (X, y, order, batch_size) that returns the mean loss, or None where it does not apply: anything but
    `Linear` layers with sigmoid, tanh or relu between them, `SGD` without momentum and with one rate on all their
    parameters, and binary_cross_entropy_with_logits, cross_entropy of labels of which none is to be ignored, or
    quadratic_cost of a last sigmoid, all of nnlib

    Notes
    -----
    delta_L = (p - y) / size,  delta_l = (delta_{l+1} W_{l+1}) f'(z_l),  W_l += -lr delta_l^T a_{l-1}.
    Nielsen (2015), "Neural networks and deep learning", chapter 2, eqs. (BP1)-(BP4), for a whole batch at once.

    Examples
    --------
    >>> model = Linear(3, 2, rng=np.random.default_rng(0))
    >>> pair = losses.cross_entropy, losses.cross_entropy_backward
    >>> X, y = np.eye(3), np.array([0, 1, 1])
    >>> fast_epoch(model, optim.Adam(model.params), pair, y) is None
    True
    >>> train = fast_epoch(model, optim.SGD(model.params, lr=1.0), pair, y)
    >>> bool(train(X, y, np.arange(3), 1) > train(X, y, np.arange(3), 1))
    True
    """
    layers = model.modules if isinstance(model, Sequential) else [model]
    linear, between = layers[::2], layers[1::2]
    error = _error(loss, y)
    squashed = error is _quadratic_minus  # a sigmoid comes last
    groups = {id(p): group for group in optimizer.param_groups for p in group["params"]}
    simple = (
        error is not None
        and len(layers) % 2 == (0 if squashed else 1)
        and (not squashed or getattr(layers[-1], "name", None) == "sigmoid")
        and type(model) in (Sequential, Linear)
        and all(_is_plain_layer(m) for m in linear)
        and all(_is_plain_curve(m) for m in between)
        and len({p.dtype for p in model.params}) == 1
        and len({id(p) for p in model.params}) == len(model.params)
        and type(optimizer) is optim.SGD
        and all(group["momentum"] == 0 for group in optimizer.param_groups)
        and len({float(group["lr"]) for group in optimizer.param_groups}) == 1
        and [id(p) for p in optimizer.params] == [id(p) for p in model.params]
    )
    if not simple:
        return None
    params = [m.params for m in linear]
    W, b = params[-1]
    loss[0](np.zeros((len(y), len(b)), W.dtype), y)  # refuses targets that do not fit, once for all steps
    curves = [CURVES[m.name] for m in between]

    def train(X, y, order, batch_size):
        nn.linear(X[:0], *params[0])  # refuses samples that do not fit
        lr = float(optimizer.param_groups[0]["lr"])
        keep = [[1 - lr * groups[id(p)]["weight_decay"] for p in layer] for layer in params]
        n, size = len(X), min(batch_size, len(X))
        targets, scores = y[order], np.empty((n, len(b)), W.dtype)
        with np.errstate(over="ignore"):  # exp(1000) = inf, and 1 / inf = 0 is right
            step = _step(params, curves, error, size, lr, keep)
            for start in range(0, n, size):
                end = min(start + size, n)
                if end - start < size:
                    step = _step(params, curves, error, end - start, lr, keep)
                step(X, order[start:end], targets[start:end], scores[start:end])
        return float(loss[0](scores, targets))

    return train


def _error(loss, y):
    """How the error of the output layer follows from scores and targets, if the loss is of the simple kind."""
    if loss == (losses.cross_entropy, losses.cross_entropy_backward):
        return _softmax_minus if np.ndim(y) == 1 and not (y == IGNORED).any() else None
    bce = losses.binary_cross_entropy_with_logits, losses.binary_cross_entropy_with_logits_backward
    quadratic = losses.quadratic_cost, losses.quadratic_cost_backward
    return _sigmoid_minus if loss == bce else _quadratic_minus if loss == quadratic else None


def _is_plain_layer(m):
    return (
        type(m) is Linear
        and (m.call, m.call_backward) == (nn.linear, nn.linear_backward)
        and m.ops is nnlib
        and len(m.params) == 2
        and m.params[0].size > 0
        and m.params[0].flags.c_contiguous
    )


def _is_plain_curve(m):
    return (
        isinstance(m, Activation)
        and (type(m).forward, type(m).backward) == (Activation.forward, Activation.backward)
        and m.name in CURVES
        and m.call is getattr(activations, m.name)
        and m.call_backward is getattr(activations, f"{m.name}_backward")
        and m.ops is nnlib
    )


def _step(params, curves, error, n, lr, keep):
    """A function that takes one step on n samples of X and leaves the scores before it in an array."""
    from scipy.linalg import blas

    dtype = params[0][0].dtype
    gemm = blas.sgemm if dtype == np.float32 else blas.dgemm  # c <- alpha a b + beta c, for columns
    a = [np.empty((n, W.shape[1]), dtype) for W, _ in params]  # what goes into each layer
    x, z = a[0], np.empty((n, len(params[-1][1])), dtype)
    size = z.size if error is _sigmoid_minus else n

    forward = []
    for l, ((W, b), out) in enumerate(zip(params, [*a[1:], z])):
        forward += [(np.dot, (a[l], W.T, out)), (np.add, (out, b, out))]
        forward += curves[l][0](out) if l < len(curves) else []

    delta, ones = z, np.ones(n, dtype)
    backward = [(np.multiply, (delta, np.full_like(z, -lr / size), delta))]  # on the small matrix, not on dW
    for l in range(len(params) - 1, -1, -1):
        W, b = params[l]
        grad_b, below, slope = np.empty_like(b), np.empty_like(a[l]), np.empty_like(a[l])
        if l > 0:
            backward += [(np.dot, (delta, W, below)), *curves[l - 1][1](a[l], slope)]
            backward += [(np.multiply, (below, slope, below))]
        keep_W, keep_b = keep[l]
        backward += [(gemm, (1, a[l].T, delta.T, keep_W, W.T, 0, 1, 1))]  # W <- keep W + delta^T a
        backward += [(np.multiply, (b, keep_b, b))] if keep_b != 1 else []
        backward += [(np.dot, (ones, delta, grad_b)), (np.add, (b, grad_b, b))]
        delta = below

    set_error = error(z)

    def step(X, batch, y, scores):
        X.take(batch, axis=0, out=x, mode="clip")  # other modes do not write to `out` directly
        _run(forward)
        np.copyto(scores, z)
        set_error(y)
        _run(backward)

    return step
