"""Fully connected layers: one, and a stack of them with an activation in between."""

import math
from itertools import pairwise

import numpy as np

from nnlib import init
from nnlib._check import as_float, as_grad, fail, shaped
from nnlib._pair import pair


def linear(x, weight, bias=None):
    """Fully connected layer: every output is a weighted sum of all inputs, plus a bias.

    Parameters
    ----------
    x : array, shape (..., in)
    weight : array, shape (out, in)
    bias : array, shape (out,), or None for no bias

    Returns
    -------
    array, shape (..., out)

    Raises
    ------
    ValueError : a shape is not as above

    Notes
    -----
    y = x W^T + b.  No samples give no rows; in = 0 gives the bias.
    Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.3.

    Examples
    --------
    >>> linear(np.array([[1.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 3.0], [2.0, 0.0]]), np.array([0.0, 0.5, 0.0]))
    array([[3. , 6.5, 2. ]])
    """
    x, weight, bias = _layer("linear", x, weight, bias)
    y = x @ weight.T
    return y if bias is None else y + bias


def linear_backward(grad_output, x, weight, bias=None):
    """Gradients of linear: (grad_x, grad_weight, grad_bias), shapes of the arguments; no third without a bias.

    g W, g^T x and the sum of g over all samples, for g = grad_output.
    """
    x, weight, bias = _layer("linear_backward", x, weight, bias)
    shape = (*x.shape[:-1], len(weight))
    g = np.broadcast_to(as_grad("linear_backward", grad_output, x, shape), shape)
    n = math.prod(x.shape[:-1])
    samples, gs = x.reshape(n, x.shape[-1]), g.reshape(n, len(weight))
    grads = g @ weight, gs.T @ samples
    return grads if bias is None else (*grads, gs.sum(axis=0))


def _layer(op, x, weight, bias):
    """The arguments as arrays of x's dtype, their shapes checked."""
    x = as_float(x)
    weight = np.asarray(weight, dtype=x.dtype)
    if weight.ndim != 2 or x.ndim == 0 or weight.shape[1] != x.shape[-1]:
        fail(op, "weight", f"shape {weight.shape}", f"of shape (out, {x.shape[-1] if x.ndim else 'in'})")
    return x, weight, None if bias is None else shaped(op, "bias", bias, x.dtype, weight.shape[:1])


def mlp(x, *parameters, activation="relu"):
    """Multilayer perceptron: fully connected layers with an activation after each but the last.

    Parameters
    ----------
    x : array, shape (..., d)
    parameters : arrays, W1, b1, W2, b2, ...: weights (out, in) and biases (out,) in turn
    activation : name, function of nnlib.activations, or (f, f_backward), default "relu"

    Returns
    -------
    array, shape (..., outputs of the last layer)

    Raises
    ------
    ValueError : the parameters are not pairs, or a layer does not fit the one before

    Notes
    -----
    a_0 = x, z_l = a_{l-1} W_l^T + b_l, a_l = f(z_l); the result is z of the last layer.  The output stays
    linear because softmax or sigmoid belong to the loss: after them a second softmax could hardly be sure of
    anything.  Goodfellow, Bengio & Courville (2016), "Deep learning", section 6.5.1.

    Examples
    --------
    >>> W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0])
    >>> W2, b2 = np.array([[1.0, -2.0]]), np.zeros(1)
    >>> mlp(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), W1, b1, W2, b2).ravel()  # exclusive or
    array([0., 1., 1., 0.])
    """
    f, _ = pair(activation)
    *hidden, last = _in_pairs("mlp", parameters)
    a = as_float(x)
    for weight, bias in hidden:
        a = f(linear(a, weight, bias))
    return linear(a, *last)


def mlp_backward(grad_output, x, *parameters, activation="relu"):
    """Gradients of mlp: (grad_x, grad_W1, grad_b1, grad_W2, grad_b2, ...), shapes of the arguments.

    The whole batch goes back at once: through a layer by linear_backward, through an activation by its own
    backward function, from the last to the first.
    """
    f, f_backward = pair(activation)
    layers = _in_pairs("mlp_backward", parameters)
    inputs, zs = [as_float(x)], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))

    g = as_grad("mlp_backward", grad_output, inputs[0], zs[-1].shape)
    grads = ()
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = (*of_layer, *grads)
    return g, *grads


def _in_pairs(op, parameters):
    """[(W1, b1), (W2, b2), ...]"""
    if not parameters or len(parameters) % 2:
        fail(op, "parameters", f"{len(parameters)} arrays", "a weight and a bias for each layer")
    return list(zip(parameters[::2], parameters[1::2]))


def mlp_parameters(sizes, *, init=init.kaiming_normal, rng):
    """Starting values for `mlp`: random weights, biases 0.

    Parameters
    ----------
    sizes : sequence of int, inputs, hidden units of each layer, outputs
    init : function of (shape, *, rng), default nnlib.init.kaiming_normal
    rng : numpy.random.Generator

    Returns
    -------
    tuple of arrays, W1, b1, W2, b2, ... of shapes (sizes[1], sizes[0]), (sizes[1],), ...

    Raises
    ------
    ValueError : fewer than two sizes

    Notes
    -----
    He, Zhang, Ren & Sun (2015), "Delving deep into rectifiers", section 2.2, for the default.

    Examples
    --------
    >>> [p.shape for p in mlp_parameters([784, 30, 10], rng=np.random.default_rng(0))]
    [(30, 784), (30,), (10, 30), (10,)]
    """
    if len(sizes) < 2:
        fail("mlp_parameters", "sizes", f"{len(sizes)} of them", "at least inputs and outputs")
    layers = pairwise(sizes)
    return tuple(
        p for inputs, outputs in layers for p in (init((outputs, inputs), rng=rng), np.zeros(outputs))
    )
