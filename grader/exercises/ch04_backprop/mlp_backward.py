"""A network of any depth, backward. The wrong answers are in network_backward_slips."""

from functools import partial
from itertools import pairwise

import numpy as np

from grader.exercises.ch04_backprop.mlp import network, odd_network, with_a_negative_output
from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn, keeps_arguments
from grader.record.inputs import floats, options, shape, spread
from nnlib import nn
from nnlib._pair import pair
from nnlib.nn import linear, linear_backward


def with_gradient(forward, gradient=lambda rng, size: rng.normal(size=size)):
    """Draws the arguments of mlp_backward for a draw of those of mlp."""

    def draw(rng):
        args = forward(rng)
        return call(gradient(rng, (len(args.args[0]), len(args.args[-1]))), *args.args, **args.kwargs)

    return draw


def _allowed(rng):
    n, *units = shape(rng, (3, 4, 5))
    sizes = [size for d, k in pairwise(units) for size in ((k, d), k)]
    arrays = (floats(rng, size, (1.0, 1.0, 3.0, 1e-3)) for size in ((n, units[-1]), (n, units[0]), *sizes))
    return call(*arrays, **options(rng, activation=("relu", "tanh", "sigmoid")))


def all_of_them(result, *args):
    """Right as a whole or not at all: what lies above the hidden layer says nothing about its slope."""
    return list(result)


def of_parameters(result, grad_output, x, *parameters):
    """Right even where grad_x is forgotten."""
    return list(result[-len(parameters) :])


def at_the_kink(rng):
    """One hidden layer of relu, two units of which have weighted inputs of exactly 0."""
    W1, b1 = np.array([[1.0, 1.0], [0, 0], [1, -1]]), np.array([-2.0, 0, 0])
    return call(
        np.array([[1.0, 1.0], [2, 0], [3, 4]]),
        W1,
        b1,
        rng.uniform(0.5, 1.5, (2, 3)),
        rng.uniform(-110, -100, 2),
    )


MLP_BACKWARD = Exercise(
    function="mlp_backward",
    topics=("C04-11",),
    points=4,
    difficulty=5,
    minutes=50,
    reference=nn.mlp_backward,
    allowed=_allowed,
    gradient_of=nn.mlp,
    wrt=(0, 1, 2, 3, 4),
    returns=("grad_x", "grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    uses=("linear", "linear_backward"),
    large=with_gradient(network(784, 30, 10, n=10)),
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
        # three and seven gradients, and `wrt` speaks of five
        Case(
            "a single layer", with_gradient(network(3, 2, activation="tanh")), weight=5, differentiable=False
        ),
        in_turn(
            "two hidden layers, tanh",
            with_gradient(network(3, 4, 5, 2, activation="tanh")),
            with_gradient(network(3, 4, 5, 2, n=1, activation="tanh")),
            weight=5,
            differentiable=False,
        ),
        Case(
            "relu at the kink z = 0 has slope 0",
            with_gradient(at_the_kink),
            weight=5,
            measure=all_of_them,
            differentiable=False,
        ),
        keeps_arguments(with_gradient(network(3, 4, 2)), weight=1),
        Case(
            "gradients of the parameters alone",
            with_gradient(network(3, 4, 2, activation="tanh")),
            weight=2,
            measure=of_parameters,
            differentiable=False,
        ),
        Case(
            "all five results, whatever their order",
            with_gradient(network(3, 4, 2, activation="tanh")),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "odd shapes, zeros, tiny and large numbers",
            *(
                with_gradient(odd_network(*sizes, n=n, scale=scale, **options), spread)
                for sizes, n, scale, options in (
                    ((3, 1, 2), 1, 1e-5, {}),
                    ((3, 1, 1), 3, 1.0, {"activation": "relu"}),
                    ((3, 3, 1), 2, 0.1, {"activation": "tanh"}),
                    ((1, 1, 1), 1, 1.0, {"activation": "sigmoid"}),
                )
            ),
            with_gradient(
                odd_network(3, 4, 2, n=2, scale=0.1, activation="tanh"), partial(spread, scale=1e5)
            ),
            differentiable=False,
        ),
    ),
    hints=(
        "Forward first. What does the way back need of it? The input a and the z of every layer: keep them.",
        "Then from the last layer to the first: linear_backward gives three gradients; the first goes on "
        "down.",
        "Before you enter a hidden layer from above, pass g through its activation: g = f_backward(g, z).",
        "grads = [grad_weight, grad_bias, *grads] puts the newest pair in front.",
    ),
)


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_no_slope(grad_output, x, *parameters, activation="relu"):
    """The slope of the hidden layers is missing.

    Write g = f_backward(g, z) before you enter a hidden layer from above."""
    f, _ = pair(activation)
    layers, inputs = list(zip(parameters[::2], parameters[1::2])), [x]
    for weight, bias in layers[:-1]:
        inputs.append(f(linear(inputs[-1], weight, bias)))
    g, grads = grad_output, []
    for a, (weight, bias) in zip(inputs[::-1], layers[::-1]):
        g, *of_layer = linear_backward(g, a, weight, bias)
        grads = of_layer + grads
    return g, *grads


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_slope_of_output(grad_output, x, *parameters, activation="relu"):
    """The last layer is linear, so no slope stands between grad_output and z of the last layer."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_slope_at_a(grad_output, x, *parameters, activation="relu"):
    """You take the slope at the activation; f_backward wants z, the input of f."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_last_first(grad_output, x, *parameters, activation="relu"):
    """Your gradients come from the last layer to the first, against the order of the parameters.

    Put the newest pair in front."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_mean(grad_output, x, *parameters, activation="relu"):
    """You divide by the number of samples; the contributions of the samples add up."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_no_grad_x(grad_output, x, *parameters, activation="relu"):
    """grad_x is missing.

    Return it first, then the gradients of the parameters."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_z_for_inputs(grad_output, x, *parameters, activation="relu"):
    """The gradient of a weight is the error times the layer's input, which is a = f(z), not z."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_always_relu(grad_output, x, *parameters, activation="relu"):
    """You use relu whatever `activation` says.

    Write f, f_backward = pair(activation)."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_bias_before_weight(grad_output, x, *parameters, activation="relu"):
    """In each layer your bias comes before the weight; the order is W1, b1, W2, b2, ..."""
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


@MLP_BACKWARD.wrong(case="two hidden layers, tanh")
def mlp_backward_hidden_activation_lost(grad_output, x, *parameters, activation="relu"):
    """In your forward pass a layer sees z of the one before; it sees a = f(z)."""
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


@MLP_BACKWARD.wrong(case="a single layer")
def mlp_backward_single_layer_twice(grad_output, x, *parameters, activation="relu"):
    """A network of a single layer has no hidden one; yours goes back through its layer twice."""
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


@MLP_BACKWARD.wrong(case="two hidden layers, tanh")
def mlp_backward_one_hidden_layer_only(grad_output, x, *parameters, activation="relu"):
    """You go back through two layers; there are as many as `parameters` holds pairs, also one or three.

    Loop over them."""
    f, f_backward = pair(activation)
    W1, b1, W2, b2 = parameters
    z1 = linear(x, W1, b1)
    g, grad_W2, grad_b2 = linear_backward(grad_output, f(z1), W2, b2)
    return *linear_backward(f_backward(g, z1), x, W1, b1), grad_W2, grad_b2


@MLP_BACKWARD.wrong(case="two hidden layers, tanh")
def mlp_backward_option_not_handed_on(grad_output, x, *parameters, activation="relu"):
    """From the second hidden layer on you fall back to relu.

    Hand `activation=activation` on."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_slope_of_relu(grad_output, x, *parameters, activation="relu"):
    """z > 0 is the slope of relu; other activations have their own.

    Write g = f_backward(g, z)."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_mean_at_the_top(grad_output, x, *parameters, activation="relu"):
    """You divide grad_output by the number of samples; for a mean that is done before it arrives."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_slope_of_inputs(grad_output, x, *parameters, activation="relu"):
    """You pass grad_x through an activation; the inputs x have none before them."""
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


@MLP_BACKWARD.wrong(case="two hidden layers, tanh")
def mlp_backward_only_the_top_slope(grad_output, x, *parameters, activation="relu"):
    """Only the uppermost hidden layer has a slope; each hidden layer needs its own."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_biases_forgotten(grad_output, x, *parameters, activation="relu"):
    """Your forward pass leaves the biases out, so the slopes are taken at the wrong z."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_mean_in_place(grad_output, x, *parameters, activation="relu"):
    """You divide grad_output by the number of samples, and in place, so that the caller's array changes."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_activation_for_slope(grad_output, x, *parameters, activation="relu"):
    """You multiply by f(z); the chain rule wants the slope f'(z).

    Write g = f_backward(g, z)."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_grad_x_last(grad_output, x, *parameters, activation="relu"):
    """grad_x comes last in your tuple; it comes first, as x does in the arguments."""
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


@MLP_BACKWARD.wrong(case="one hidden layer, sigmoid")
def mlp_backward_nested(grad_output, x, *parameters, activation="relu"):
    """You return a list inside of a tuple; one flat tuple is wanted.

    Write `return g, *grads`."""
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


@MLP_BACKWARD.wrong(case="relu at the kink z = 0 has slope 0")
def mlp_backward_kink_one(grad_output, x, *parameters, activation="relu"):
    """At z = 0 the slope of ReLU is 0; yours is 1.

    `pair` gives the slopes as they are wanted."""
    f, f_backward = pair(activation)
    layers = list(zip(parameters[::2], parameters[1::2]))
    inputs, zs = [x], []
    for weight, bias in layers:
        zs.append(linear(inputs[-1], weight, bias))
        inputs.append(f(zs[-1]))
    g, grads = grad_output, []
    for l in reversed(range(len(layers))):
        if l < len(layers) - 1:
            g = g * (zs[l] >= 0) if activation == "relu" else f_backward(g, zs[l])
        g, grad_W, grad_b = linear_backward(g, inputs[l], *layers[l])
        grads = [grad_W, grad_b, *grads]
    return g, *grads


@MLP_BACKWARD.right
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


@MLP_BACKWARD.right
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


@MLP_BACKWARD.right
def mlp_backward_the_four_equations(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    L = len(parameters) // 2
    W = {l: parameters[2 * l - 2] for l in range(1, L + 1)}
    b = {l: parameters[2 * l - 1] for l in range(1, L + 1)}
    a, z = {0: x}, {}
    for l in range(1, L):
        z[l] = np.einsum("ni,oi->no", a[l - 1], W[l]) + b[l]
        a[l] = f(z[l])
    delta = {L: grad_output}
    for l in range(L - 1, 0, -1):
        slope = f_backward(np.ones(z[l].shape), z[l])
        delta[l] = (delta[l + 1] @ W[l + 1]) * slope
    out = [delta[1] @ W[1]]
    for l in range(1, L + 1):
        out.append(np.einsum("no,ni->oi", delta[l], a[l - 1]))
        out.append(np.einsum("no->o", delta[l]))
    return tuple(out)


@MLP_BACKWARD.right
def mlp_backward_sample_by_sample_gradients(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    Ws, bs = parameters[::2], parameters[1::2]
    sums = [np.zeros(np.shape(p)) for p in parameters]
    rows = []
    for sample, g in zip(x, grad_output):
        stack = []
        a = sample
        for W, b in zip(Ws, bs):
            z = W @ a + b
            stack.append((a, z))
            a = f(z)
        delta = g
        for l in range(len(Ws) - 1, -1, -1):
            a, z = stack[l]
            if l < len(Ws) - 1:
                delta = f_backward(delta, z)
            sums[2 * l] += np.outer(delta, a)
            sums[2 * l + 1] += delta
            delta = Ws[l].T @ delta
        rows.append(delta)
    return (np.array(rows), *sums)


@MLP_BACKWARD.right
def mlp_backward_the_four_equations_with(grad_output, x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    weights, biases = parameters[0::2], parameters[1::2]
    L = len(weights)
    a = {0: x}
    slope = {}
    for l in range(1, L):
        z = a[l - 1] @ weights[l - 1].T + biases[l - 1]
        a[l] = f(z)
        slope[l] = f_backward(np.ones(z.shape), z)
    result = [None] * (2 * L + 1)
    delta = grad_output
    for l in range(L, 0, -1):
        result[2 * l - 1] = np.einsum("nj,nk->jk", delta, a[l - 1])
        result[2 * l] = np.sum(delta, axis=0)
        delta = delta @ weights[l - 1]
        if l > 1:
            delta = delta * slope[l - 1]
    result[0] = delta
    return tuple(result)
