"""The same epoch with fewer calls: plain SGD on fully connected layers with sigmoid, tanh or relu between them.

For a small network most of the time of a step goes into calls, not into arithmetic. Here the derivative of an
activation comes from its kept output, the learning rate is folded into the small error matrix, and weights are
updated in place; nothing else differs from the general loop.
"""

import numpy as np

import nnlib
from nnlib import losses, optim
from nnlib.modules import Activation, Linear, Sequential

# activation a = f(z) and its derivative as a function of a
CURVES = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
}


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
    `Linear` layers with sigmoid, tanh or relu between them, `SGD` without momentum on all their parameters alike,
    and binary_cross_entropy_with_logits, or cross_entropy of labels, all of nnlib

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
    if loss[0] is losses.cross_entropy and np.ndim(y) == 1:
        output = _cross_entropy
    else:
        output = _binary_cross_entropy if loss[0] is losses.binary_cross_entropy_with_logits else None
    simple = (
        len(layers) % 2 == 1
        and type(model) in (Sequential, Linear)
        and all(type(m) is Linear and len(m.params) == 2 and m.ops is nnlib for m in linear)
        and all(isinstance(m, Activation) and m.name in CURVES and m.ops is nnlib for m in between)
        and output is not None
        and type(optimizer) is optim.SGD
        and len(optimizer.param_groups) == 1
        and optimizer.param_groups[0]["momentum"] == 0
        and [id(p) for p in optimizer.params] == [id(p) for p in model.params]
    )
    if not simple:
        return None
    params = [m.params for m in linear]
    W, b = params[-1]
    loss[0](np.zeros((len(y), len(b)), W.dtype), y)  # refuses targets that do not fit, once for all steps
    curves = [CURVES[m.name] for m in between]

    def train(X, y, order, batch_size):
        options = optimizer.param_groups[0]
        lr, keep = float(options["lr"]), 1 - options["lr"] * options["weight_decay"]
        total = 0.0
        with np.errstate(over="ignore"):  # exp(1000) = inf, and 1 / inf = 0 is right
            for start in range(0, len(X), batch_size):
                batch = order[start : start + batch_size]
                loss = _step(params, curves, output, X[batch], y[batch], lr, keep)
                total += len(batch) * loss
        return total / len(X)

    return train


def _step(params, curves, output, x, y, lr, keep):
    """One step on one batch; returns the loss before it."""
    a = [x]
    for (W, b), (f, _) in zip(params, curves):
        z = a[-1] @ W.T
        z += b
        a.append(f(z))
    W, b = params[-1]
    loss, delta = output(a[-1] @ W.T + b, y)

    delta *= -lr  # on the small matrix, not on the weights' gradients
    for l in reversed(range(len(params))):
        W, b = params[l]
        dW, db = delta.T @ a[l], delta.sum(axis=0)
        if l > 0:
            delta = delta @ W
            delta *= curves[l - 1][1](a[l])
        if keep != 1:
            W *= keep
            b *= keep
        W += dW
        b += db
    return loss


def _binary_cross_entropy(z, y):
    """Mean of log(1 + e^z) - y z, and its gradient sigmoid(z) - y over the number of elements."""
    delta = 1 / (1 + np.exp(-z))
    delta -= y
    delta /= z.size
    return float((np.logaddexp(0, z).sum() - np.vdot(y, z)) / z.size), delta


def _cross_entropy(z, y):
    """Mean of log sum_k e^z_k - z_y, and its gradient softmax(z) - onehot(y) over the number of samples."""
    n = len(z)
    rows = np.arange(n)
    z = z - z.max(axis=1, keepdims=True)
    at_label = z[rows, y]
    delta = np.exp(z)
    sums = delta.sum(axis=1, keepdims=True)
    delta /= sums
    delta[rows, y] -= 1
    delta /= n
    return float((np.log(sums).sum() - at_label.sum()) / n), delta
