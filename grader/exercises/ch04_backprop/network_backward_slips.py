"""Wrong answers to mlp_backward; the record is in network_backward."""

import numpy as np

from nnlib._pair import pair
from nnlib.nn import linear, linear_backward


def no_slope(grad_output, x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for weight, bias in layers[:-1]:
        inputs.append(f(linear(inputs[-1], weight, bias)))
    g, grads = grad_output, []
    for a, (weight, bias) in zip(inputs[::-1], layers[::-1]):
        g, *of_layer = linear_backward(g, a, weight, bias)
        grads = of_layer + grads
    return g, *grads


def slope_of_output(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        g, *of_layer = linear_backward(f_backward(g, zs[l]), inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def slope_at_a(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for weight, bias in layers[:-1]:
        inputs.append(f(linear(inputs[-1], weight, bias)))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, inputs[l + 1])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def last_first(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads += of_layer
    return g, *grads


def mean(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, grad_weight, grad_bias = linear_backward(g, inputs[l], *layers[l])
        grads = [grad_weight / len(x), grad_bias / len(x), *grads]
    return g, *grads


def no_grad_x(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return tuple(grads)


def inputs_are_z(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, zs = list(zip(parameters[::2], parameters[1::2])), [x]
    for l, (weight, bias) in enumerate(layers):
        zs.append(linear(f(zs[-1]) if l else x, weight, bias))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l + 1])
        g, *of_layer = linear_backward(g, zs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def always_relu(grad_output, x, *parameters, activation="relu"):
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for weight, bias in layers[:-1]:
        inputs.append(np.maximum(linear(inputs[-1], weight, bias), 0))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = g * (inputs[l + 1] > 0)
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def bias_before_weight(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer[::-1] + grads
    return g, *grads


def hidden_activation_lost(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(zs[-1] if zs else x, weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def single_layer_twice(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    *hidden, last = list(zip(parameters[::2], parameters[1::2]))
    inputs, zs = [x], []
    for weight, bias in hidden or [last]:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, *grads = linear_backward(grad_output, inputs[-1], *last)
    for l in reversed(range(len(zs))):
        g, *of_layer = linear_backward(f_backward(g, zs[l]), inputs[l], *(hidden or [last])[l])
        grads = of_layer + grads
    return g, *grads


def one_hidden_layer_only(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    W1, b1, W2, b2 = parameters
    z1 = linear(x, W1, b1)
    g, grad_W2, grad_b2 = linear_backward(grad_output, f(z1), W2, b2)
    return *linear_backward(f_backward(g, z1), x, W1, b1), grad_W2, grad_b2


def option_not_handed_on(grad_output, x, *parameters, activation="relu"):
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    pairs = [pair(activation)] + [pair("relu")] * (len(layers) - 1)
    for (f, _), (weight, bias) in zip(pairs, layers):
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = pairs[l][1](g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def slope_of_relu(grad_output, x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = g * (zs[l] > 0)
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def mean_at_the_top(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output / len(x), []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def slope_of_inputs(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return f_backward(g, x), *grads


def only_the_top_slope(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l == len(layers) - 2:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def biases_forgotten(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, _ in layers:
        zs.append(inputs[-1] @ weight.T)
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def mean_in_place(grad_output, x, *parameters, activation="relu"):
    grad_output /= len(x)
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def activation_for_slope(grad_output, x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = g * f(zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, *grads


def grad_x_last(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return *grads, g


def nested(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers, inputs, zs = list(zip(parameters[::2], parameters[1::2])), [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = f_backward(g, zs[l])
        g, *of_layer = linear_backward(g, inputs[l], *layers[l])
        grads = of_layer + grads
    return g, grads
