"""A network of any depth, backward."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from grader.exercises.ch04_backprop.network import network, with_a_negative_output
from nnlib import nn
from nnlib._pair import pair
from nnlib.nn import linear, linear_backward

# ── mlp_backward ─────────────────────────────────────────────────────────────────────────────────────────


def mlp_backward_no_slope(grad_output, x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for weight, bias in layers[:-1]:
        inputs.append(f(linear(inputs[-1], weight, bias)))
    g, grads = grad_output, []
    for a, (weight, bias) in zip(inputs[::-1], layers[::-1]):
        g, *of_layer = linear_backward(g, a, weight, bias)
        grads = of_layer + grads
    return g, *grads


def mlp_backward_slope_of_output(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_slope_at_a(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_last_first(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_mean(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_no_grad_x(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_inputs_are_z(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_always_relu(grad_output, x, *parameters, activation="relu"):
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


def mlp_backward_by_recursion(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)

    def back(a, weight, bias, *rest):
        if not rest:
            g = grad_output
            return g @ weight, g.T @ a, g.sum(axis=0)
        z = a @ weight.T + bias
        g_next, *grads = back(f(z), *rest)
        g = f_backward(g_next, z)
        return g @ weight, g.T @ a, g.sum(axis=0), *grads

    return back(x, *parameters)


def mlp_backward_sample_by_sample(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    grad_x, totals = np.zeros_like(x), [np.zeros_like(p) for p in parameters]
    for s in range(len(x)):
        a, zs = [x[s]], []
        for weight, bias in layers:
            zs.append(weight @ a[-1] + bias)
            a.append(f(zs[-1]))
        delta = grad_output[s]
        for l in reversed(range(len(layers))):
            totals[2 * l] += np.outer(delta, a[l])
            totals[2 * l + 1] += delta
            delta = layers[l][0].T @ delta
            if l:
                delta = f_backward(delta, zs[l - 1])
        grad_x[s] = delta
    return grad_x, *totals


def with_gradient(forward):
    """Draws the arguments of mlp_backward for a draw of those of mlp."""

    def draw(rng):
        args = forward(rng)
        return call(rng.normal(size=(len(args.args[0]), len(args.args[-1]))), *args.args, **args.kwargs)

    return draw


MLP_BACKWARD = Exercise(
    function="mlp_backward",
    topics=("C04-11",),
    points=4,
    difficulty=5,
    minutes=30,
    reference=nn.mlp_backward,
    gradient_of=nn.mlp,
    wrt=(0, 1, 2, 3, 4),
    returns=("grad_x", "grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    uses=("linear", "linear_backward"),
    cases=(
        Case(
            "one hidden layer, relu by default",
            with_gradient(with_a_negative_output),
            weight=2,
            example=call(
                [[1, -1], [0.5, 2]],
                [[1, 2], [-1, 1]],
                [[1, 0.25], [-1, 1]],
                [0, -0.5],
                [[1, -1], [-2, -1]],
                [0.25, -0.5],
            ),
        ),
        Case("one hidden layer, sigmoid", with_gradient(network(3, 4, 2, activation="sigmoid")), weight=2),
        # seven gradients, and `wrt` speaks of five
        Case(
            "two hidden layers, tanh",
            with_gradient(network(3, 4, 5, 2, activation="tanh")),
            weight=3,
            differentiable=False,
        ),
    ),
    misconceptions=(
        Misconception(
            "no-slope",
            mlp_backward_no_slope,
            "The slope of the hidden layers is missing: g = f_backward(g, z) after each layer but the last.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "slope-of-output",
            mlp_backward_slope_of_output,
            "The last layer is linear, so no slope stands between grad_output and z of the last layer.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "slope-at-a",
            mlp_backward_slope_at_a,
            "You take the slope at the activation; f_backward wants z, the input of f.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "last-first",
            mlp_backward_last_first,
            "Your gradients come from the last layer to the first; return them in the order of the parameters.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "mean",
            mlp_backward_mean,
            "You divide by the number of samples; the contributions of the samples add up.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "no-grad-x",
            mlp_backward_no_grad_x,
            "grad_x is missing: return it first, then the gradients of the parameters.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "z-for-inputs",
            mlp_backward_inputs_are_z,
            "The gradient of a weight is the error times the layer's input, which is a = f(z), not z.",
            case="one hidden layer, sigmoid",
        ),
        Misconception(
            "always-relu",
            mlp_backward_always_relu,
            "You use relu whatever `activation` says: f, f_backward = pair(activation).",
            case="one hidden layer, sigmoid",
        ),
    ),
    alternatives=(mlp_backward_by_recursion, mlp_backward_sample_by_sample),
    hints=(
        "Forward first, and keep what the way back needs: the input a and the z of every layer.",
        "Then from the last layer to the first: linear_backward gives three gradients; the first goes on down.",
        "Before you enter a hidden layer from above, pass g through its activation: g = f_backward(g, z).",
        "grads = [grad_weight, grad_bias, *grads] puts the newest pair in front.",
    ),
)
