"""A network of any depth, forward."""

from itertools import pairwise

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, options, shape, spread
from nnlib import nn
from nnlib._pair import pair
from nnlib.activations import softmax
from nnlib.nn import linear


def network(*sizes, n=6, **options):
    """Draws x, W1, b1, W2, b2, ... for layers of these sizes."""

    def draw(rng):
        parameters = []
        for inputs, outputs in pairwise(sizes):
            parameters += [rng.normal(size=(outputs, inputs)), rng.normal(size=outputs)]
        return call(rng.normal(size=(n, sizes[0])), *parameters, **options)

    return draw


def with_a_negative_output(rng):
    """One hidden layer of relu; the second output is below zero for every sample."""
    x, W1, b1 = rng.normal(size=(6, 3)), rng.normal(size=(4, 3)), rng.normal(size=4)
    sign = np.array([1.0, -1.0])
    return call(x, W1, b1, rng.uniform(0.5, 1.5, (2, 4)) * sign[:, None], rng.uniform(0.5, 1, 2) * sign)


def _allowed(rng):
    n, *units = shape(rng, (3, 4, 5))
    sizes = [size for d, k in pairwise(units) for size in ((k, d), k)]
    arrays = (floats(rng, size, (1.0, 1.0, 3.0, 1e-3)) for size in ((n, units[0]), *sizes))
    return call(*arrays, **options(rng, activation=("relu", "tanh", "sigmoid")))


def odd_network(*sizes, n, scale=1.0, **options):
    """Draws x, W1, b1, ... as `network` does, with zeros, of one size; a rectifier at the end would cut all off."""
    shapes = [size for inputs, outputs in pairwise(sizes) for size in ((outputs, inputs), outputs)]

    def draw(rng):
        drawn = [spread(rng, (n, sizes[0])), *(spread(rng, size, scale) for size in shapes)]
        if options.get("activation", "relu") == "relu":
            drawn[-1] = drawn[-1] - 300 * scale
        return call(*drawn, **options)

    return draw


MLP = Exercise(
    function="mlp",
    topics=("C04-03",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=nn.mlp,
    allowed=_allowed,
    uses=("linear",),
    large=network(784, 30, 10, n=10),
    cases=(
        Case(
            "one hidden layer, relu by default",
            with_a_negative_output,
            weight=2,
            example=call(
                [[1, 2], [-1, 1]], [[1, 0], [-1, 1]], [0.5, -0.5], [[1, -1], [-2, -1]], [0.25, -0.5]
            ),
        ),
        Case("two hidden layers, tanh", network(3, 4, 5, 2, activation="tanh"), weight=2),
        Case("three hidden layers, sigmoid", network(3, 3, 3, 3, 1, activation="sigmoid")),
        Case("a single layer: no activation", network(3, 2), weight=2),
        in_turn(
            "odd shapes, zeros",
            odd_network(3, 1, 2, n=1, scale=0.3),
            odd_network(1, 3, 1, n=3, activation="relu"),
            odd_network(3, 3, 1, n=2, scale=0.1, activation="tanh"),
            odd_network(1, 1, n=1, activation="sigmoid"),
            odd_network(3, 4, 4, 3, n=2),
        ),
    ),
    hints=(
        "Which entries of `parameters` are weights, and which are biases? Slices with a step take them "
        "apart.",
        "All layers but the last have an activation; with `*hidden, last = zip(...)` the last pair is set "
        "apart.",
        "zip(parameters[::2], parameters[1::2]). Hidden: a = f(linear(a, weight, bias)). The last: linear "
        "alone.",
    ),
)


@MLP.wrong
def mlp_activation_at_the_end(x, *parameters, activation="relu"):
    """You bend the last layer too; the output stays linear, softmax or sigmoid belong to the cost."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        x = f(x @ weight.T + bias)
    return x


@MLP.wrong
def mlp_no_activation(x, *parameters, activation="relu"):
    """There is no activation between your layers, so the network is one linear layer."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        x = x @ weight.T + bias
    return x


@MLP.wrong
def mlp_bias_outside(x, *parameters, activation="relu"):
    """You add the bias after the activation; it belongs to the weighted input.

    The bias is inside: a = f(a Wᵀ + b)."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T) + bias
    return x @ parameters[-2].T + parameters[-1]


@MLP.wrong(case="two hidden layers, tanh")
def mlp_always_relu(x, *parameters, activation="relu"):
    """You use relu whatever `activation` says.

    Write f, f_backward = pair(activation)."""
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = np.maximum(x @ weight.T + bias, 0)
    return x @ parameters[-2].T + parameters[-1]


@MLP.wrong(case="two hidden layers, tanh")
def mlp_two_layers_only(x, *parameters, activation="relu"):
    """You take two layers only; there are as many as `parameters` holds pairs.

    Loop over them."""
    f, _ = pair(activation)
    W1, b1, W2, b2 = parameters[:4]
    return f(x @ W1.T + b1) @ W2.T + b2


@MLP.wrong
def mlp_activation_on_the_inputs(x, *parameters, activation="relu"):
    """You bend the inputs before the first layer; the activation comes after a layer."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        x = f(x) @ weight.T + bias
    return x


@MLP.wrong
def mlp_last_bias_lost(x, *parameters, activation="relu"):
    """You leave out the bias of the last layer; it has one like the others."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T + bias)
    return x @ parameters[-2].T


@MLP.wrong
def mlp_weights_then_biases(x, *parameters, activation="relu"):
    """You take all weights first and then all biases; they come in turn: W1, b1, W2, b2, ..."""
    f, _ = pair(activation)
    half = len(parameters) // 2
    weights, biases = parameters[:half], parameters[half:]
    for l in range(half):
        x = x @ weights[l].T + biases[l]
        if l < half - 1:
            x = f(x)
    return x


@MLP.wrong
def mlp_last_layer_lost(x, *parameters, activation="relu"):
    """You stop one layer early, at the hidden activations; the last pair is a layer too, without activation."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T + bias)
    return x


@MLP.wrong(case="two hidden layers, tanh")
def mlp_four_parameters(x, *parameters, activation="relu"):
    """You unpack two layers; there are as many as `parameters` holds pairs, also one or four.

    Loop over them."""
    f, _ = pair(activation)
    W1, b1, W2, b2 = parameters
    return f(x @ W1.T + b1) @ W2.T + b2


@MLP.wrong(case="a single layer: no activation")
def mlp_always_a_hidden_layer(x, *parameters, activation="relu"):
    """A network of a single layer has no hidden one; yours uses its layer twice, as first and as last."""
    f, _ = pair(activation)
    a = f(x @ parameters[0].T + parameters[1])
    for weight, bias in zip(parameters[2:-2:2], parameters[3:-2:2]):
        a = f(a @ weight.T + bias)
    return a @ parameters[-2].T + parameters[-1]


@MLP.wrong(case="two hidden layers, tanh")
def mlp_only_the_first_bent(x, *parameters, activation="relu"):
    """Only your first layer has an activation; every layer but the last has one."""
    f, _ = pair(activation)
    for l in range(0, len(parameters), 2):
        x = x @ parameters[l].T + parameters[l + 1]
        if l == 0 and len(parameters) > 2:
            x = f(x)
    return x


@MLP.wrong(case="two hidden layers, tanh")
def mlp_option_not_handed_on(x, *parameters, activation="relu"):
    """From the second hidden layer on you fall back to relu.

    Hand `activation=activation` on."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T + bias)
        f = pair("relu")[0]
    return x @ parameters[-2].T + parameters[-1]


@MLP.wrong
def mlp_softmax_at_the_end(x, *parameters, activation="relu"):
    """You put softmax behind the last layer; it belongs to the cost, and the result is z of the last layer."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T + bias)
    return softmax(x @ parameters[-2].T + parameters[-1])


@MLP.wrong
def mlp_tanh_by_default(x, *parameters, activation="tanh"):
    """The default of `activation` is "relu"; you changed it.

    Leave the line with the `def` as it is."""
    f, _ = pair(activation)
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = f(x @ weight.T + bias)
    return x @ parameters[-2].T + parameters[-1]


@MLP.wrong(case="two hidden layers, tanh")
def mlp_z_unused(x, *parameters, activation="relu"):
    """You compute z and then bend the layer's input; z is not used.

    The activation is a = f(z)."""
    f, _ = pair(activation)
    a = x
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        linear(a, weight, bias)
        a = f(a)
    return linear(a, *parameters[-2:])


@MLP.right
def mlp_by_index(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    layers = len(parameters) // 2
    a = x
    for l in range(layers):
        z = linear(a, parameters[2 * l], parameters[2 * l + 1])
        a = z if l == layers - 1 else f(z)
    return a


@MLP.right
def mlp_by_recursion(x, *parameters, activation="relu"):
    def output(a, weight, bias, *rest):
        z = np.einsum("ni,oi->no", a, weight) + bias
        return output(pair(activation)[0](z), *rest) if rest else z

    return output(x, *parameters)


@MLP.right
def mlp_sample_by_sample(x, *parameters, activation="relu"):
    f, f_backward = pair(activation)
    outputs = []
    for sample in x:
        todo = list(parameters)
        a = sample
        while True:
            W, b = todo.pop(0), todo.pop(0)
            z = W @ a + b
            if len(todo) == 0:
                break
            a = f(z)
        outputs.append(z)
    return np.array(outputs)


@MLP.right
def mlp_samples_in_columns(x, *parameters, activation="relu"):
    f = pair(activation)[0]
    a = x.T
    first = True
    for W, b in zip(parameters[0::2], parameters[1::2]):
        if not first:
            a = f(a)
        a = W @ a + b.reshape(-1, 1)
        first = False
    return a.T


@MLP.right
def mlp_one_sample_after(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    number_of_layers = len(parameters) // 2
    outputs = []
    for sample in x:
        values = sample
        for l in range(1, number_of_layers + 1):
            values = linear(values, parameters[2 * l - 2], parameters[2 * l - 1])
            if l < number_of_layers:
                values = f(values)
        outputs.append(values)
    return np.array(outputs)
