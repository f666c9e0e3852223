"""The same epoch with fewer calls: plain SGD on fully connected layers with sigmoid, tanh or relu between them.

For a small network most of the time of a step goes into calls, not into arithmetic. Here the derivative of an
activation comes from its kept output, the learning rate is folded into the small error matrix, weights are updated
in place, and the losses of an epoch are computed at its end, all at once; nothing else differs from the general loop.
"""

import numpy as np

import nnlib
from nnlib import losses, optim
from nnlib.modules import Activation, Linear, Sequential


def _sigmoid(z):
    """1 / (1 + exp(-z)), written over z."""
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    return np.reciprocal(z, out=z)


# activation a = f(z), which may overwrite z, and its derivative as a function of a
CURVES = {
    "sigmoid": (_sigmoid, lambda a: a * (1 - a)),
    "tanh": (lambda z: np.tanh(z, out=z), lambda a: 1 - a * a),
    "relu": (lambda z: np.maximum(z, 0, out=z), lambda a: a > 0),
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
    `Linear` layers with sigmoid, tanh or relu between them, `SGD` without momentum and with one rate on all their
    parameters, and binary_cross_entropy_with_logits, cross_entropy of labels, or quadratic_cost of a last sigmoid,
    all of nnlib

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
    output = {
        losses.binary_cross_entropy_with_logits: _sigmoid_minus,
        losses.cross_entropy: _softmax_minus if np.ndim(y) == 1 else None,
        losses.quadratic_cost: _quadratic_minus,
    }.get(loss[0])
    squashed = output is _quadratic_minus
    groups = {id(p): group for group in optimizer.param_groups for p in group["params"]}
    simple = (
        len(layers) % 2 == (0 if squashed else 1)
        and (not squashed or getattr(layers[-1], "name", None) == "sigmoid")
        and type(model) in (Sequential, Linear)
        and all(type(m) is Linear and len(m.params) == 2 and m.ops is nnlib for m in linear)
        and all(isinstance(m, Activation) and m.name in CURVES and m.ops is nnlib for m in between)
        and output is not None
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
    curves = [CURVES[m.name] for m in between[: len(linear) - 1]]

    def train(X, y, order, batch_size):
        lr = float(optimizer.param_groups[0]["lr"])
        keep = [[1 - lr * groups[id(p)]["weight_decay"] for p in layer] for layer in params]
        x = np.empty((batch_size, X.shape[1]), X.dtype)  # one buffer: a fresh one each step costs page faults
        Z = np.empty((len(X), len(b)), W.dtype)
        steps = [np.empty_like(W) for W, _ in params]
        with np.errstate(over="ignore"):  # exp(1000) = inf, and 1 / inf = 0 is right
            for start in range(0, len(X), batch_size):
                batch = order[start : start + batch_size]
                n = len(batch)
                X.take(batch, axis=0, out=x[:n], mode="clip")  # other modes do not write to `out` directly
                Z[start : start + n] = _step(
                    params, steps, curves, output, x[:n], y.take(batch, axis=0), lr, keep
                )
        return float(loss[0](_sigmoid(Z) if squashed else Z, y[order]))

    return train


def _step(params, steps, curves, output, x, y, lr, keep):
    """One step on one batch; returns the scores before it."""
    a = [x]
    for (W, b), (f, _) in zip(params, curves):
        z = a[-1] @ W.T
        z += b
        a.append(f(z))
    W, b = params[-1]
    scores = a[-1] @ W.T
    scores += b

    delta = output(scores, y)
    delta *= -lr / (delta.size if output is _sigmoid_minus else len(delta))  # on the small matrix, not on dW
    for l in range(len(params) - 1, -1, -1):
        W, b = params[l]
        dW, db = np.matmul(delta.T, a[l], out=steps[l]), np.add.reduce(delta)
        if l > 0:
            delta = delta @ W
            delta *= curves[l - 1][1](a[l])
        for param, change, share in ((W, dW, keep[l][0]), (b, db, keep[l][1])):
            if share != 1:
                param *= share
            param += change
    return scores


def _sigmoid_minus(z, y):
    """Gradient of sum(log(1 + e^z) - y z): sigmoid(z) - y."""
    delta = _sigmoid(z.copy())
    delta -= y
    return delta


def _quadratic_minus(z, y):
    """Gradient of sum((sigmoid(z) - y)^2 / 2): (a - y) a (1 - a)."""
    a = _sigmoid(z.copy())
    return (a - y) * a * (1 - a)


def _softmax_minus(z, y):
    """Gradient of sum_i (log sum_k e^z_ik - z_iy): softmax(z) - onehot(y)."""
    delta = np.exp(z - z.max(axis=1, keepdims=True))
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(z)), y] -= 1
    return delta
