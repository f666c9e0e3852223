"""A network of sigmoid units, forward."""

from itertools import pairwise

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, shape, spread
from nnlib.experiments import mnist


def shapes(units):
    """Those of W1, b1, W2, b2, ... of layers with so many units, the inputs first."""
    return [size for inputs, outputs in pairwise(units) for size in ((outputs, inputs), (outputs,))]


def network(*units, n=5):
    """Draws images and parameters whose weighted inputs are neither tiny nor huge."""

    def draw(rng):
        X = rng.uniform(0.5, 1.5, size=(n, units[0]))
        return call(X, *(rng.uniform(0.3, 1.0, s) * rng.choice([-1, 1], s) for s in shapes(units)))

    return draw


def even(*units, n=1, scale=1.0):
    """Images and parameters of one size, every third number 0."""

    def draw(rng):
        return call(spread(rng, (n, units[0]), scale), *(spread(rng, s) for s in shapes(units)))

    return draw


def negative(rng):
    """All hidden weighted inputs are below 0, where relu has nothing left."""
    X, W1, b1, W2, b2 = network(3, 4, 2)(rng).args
    return call(X, -np.abs(W1), -np.abs(b1), W2, b2)


def bright(rng):
    """Pixels as they are before anybody scales them, and small weights."""
    X, W1, *others = network(3, 4, 2)(rng).args
    return call(200 * X, W1 / 200, *others)


def _allowed(rng):
    n, *units = shape(rng, (3, 4, 5))
    return call(
        floats(rng, (n, units[0]), (1.0, 1.0, 10.0, 1e-3)),
        *(floats(rng, s, (1.0, 1.0, 3.0, 1e-3)) for s in shapes(units)),
    )


FEEDFORWARD = Exercise(
    function="feedforward",
    topics=("C16-01",),
    points=2,
    difficulty=2,
    minutes=12,
    reference=mnist.feedforward,
    allowed=_allowed,
    large=network(784, 30, 10, n=100),
    cases=(
        Case(
            "one hidden layer",
            network(3, 3, 2),
            weight=2,
            example=call([[1, 2], [0, 1]], [[1, -1], [2, 0]], [0.5, -1], [[1, -2]], [0.25]),
        ),
        Case("hidden units with negative weighted inputs", negative, weight=2),
        Case("two hidden layers", network(3, 4, 3, 2), weight=2),
        Case("a single layer", network(4, 3)),
        in_turn(
            "one image, one unit, zeros, tiny and large numbers",
            even(3, 2, 2),
            even(1, 1, 1, n=3),
            even(3, 1, n=2, scale=20.0),
            even(2, 3, 1, n=2, scale=1e-3),
            even(3, 3, n=1),
            bright,
        ),
    ),
    hints=(
        "my.mlp has every layer and every activation but one: which?",
        "Its default activation is relu; this network has sigmoids.",
        "my.sigmoid(my.mlp(X, *parameters, activation=...))",
    ),
)


@FEEDFORWARD.wrong
def feedforward_linear_output(X, *parameters):
    """The last layer has no sigmoid; here every layer has one."""
    *hidden, (W, b) = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X @ W.T + b


@FEEDFORWARD.wrong
def feedforward_linear_hidden(X, *parameters):
    """Only your last layer has a sigmoid; every layer has one."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = X @ weight.T + bias
    return 1 / (1 + np.exp(-X))


@FEEDFORWARD.wrong
def feedforward_relu_hidden(X, *parameters):
    """Your hidden layers have relu; here they have sigmoids. In my.mlp say activation="sigmoid"."""
    *hidden, (W, b) = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        X = np.maximum(X @ weight.T + bias, 0)
    return 1 / (1 + np.exp(-(X @ W.T + b)))


@FEEDFORWARD.wrong
def feedforward_relu_and_linear(X, *parameters):
    """That is my.mlp as it comes: relu in the hidden layers, nothing after the last. Here all have sigmoids."""
    *hidden, (W, b) = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        X = np.maximum(X @ weight.T + bias, 0)
    return X @ W.T + b


@FEEDFORWARD.wrong
def feedforward_sigmoid_twice(X, *parameters):
    """Your last layer has two sigmoids, one after the other; it has one."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return 1 / (1 + np.exp(-X))


@FEEDFORWARD.wrong
def feedforward_softmax_output(X, *parameters):
    """Your outputs come from softmax; each comes from a sigmoid of its own."""
    *hidden, (W, b) = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    e = np.exp(X @ W.T + b)
    return e / e.sum(axis=1, keepdims=True)


@FEEDFORWARD.wrong
def feedforward_bias_outside(X, *parameters):
    """You add the bias after the sigmoid; it belongs to the weighted input: σ(a Wᵀ + b)."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T))) + bias
    return X


@FEEDFORWARD.wrong
def feedforward_no_bias(X, *parameters):
    """You leave out the biases."""
    for weight in parameters[::2]:
        X = 1 / (1 + np.exp(-(X @ weight.T)))
    return X


@FEEDFORWARD.wrong
def feedforward_bias_subtracted(X, *parameters):
    """The sign of your biases is wrong: they are added to the weighted input."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T - bias)))
    return X


@FEEDFORWARD.wrong
def feedforward_sign_in_the_exponent(X, *parameters):
    """The minus in the exponent is missing: σ(z) = 1 / (1 + exp(−z))."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(X @ weight.T + bias))
    return X


@FEEDFORWARD.wrong
def feedforward_tanh(X, *parameters):
    """Your layers have tanh; here they have sigmoids, between 0 and 1."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = np.tanh(X @ weight.T + bias)
    return X


@FEEDFORWARD.wrong
def feedforward_tanh_hidden(X, *parameters):
    """Your hidden layers have tanh; they have sigmoids, as the last one has."""
    *hidden, (W, b) = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        X = np.tanh(X @ weight.T + bias)
    return 1 / (1 + np.exp(-(X @ W.T + b)))


@FEEDFORWARD.wrong(case="two hidden layers")
def feedforward_two_layers(X, *parameters):
    """You take the first and the last layer only; there may be others between."""
    for weight, bias in {0: parameters[:2], len(parameters): parameters[-2:]}.values():
        if X.shape[1] != weight.shape[1]:
            X = np.resize(X, (len(X), weight.shape[1]))
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X


@FEEDFORWARD.wrong
def feedforward_decided(X, *parameters):
    """You return decisions, 0 or 1; return the outputs themselves."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return (X > 0.5).astype(float)


@FEEDFORWARD.wrong
def feedforward_shares(X, *parameters):
    """You divide the outputs by their sum; they are ten separate answers and need not add up to 1."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X / X.sum(axis=1, keepdims=True)


@FEEDFORWARD.wrong
def feedforward_digit(X, *parameters):
    """You return the digit that is read; return all outputs, a row for each image."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X.argmax(axis=1)


@FEEDFORWARD.wrong
def feedforward_transposed(X, *parameters):
    """Your outputs stand in columns; an image is a row, and its outputs are as well."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X.T


@FEEDFORWARD.wrong
def feedforward_transposed_where_it_must(X, *parameters):
    """You transpose the weights only where the product fails otherwise; a square layer is transposed, too: a Wᵀ."""
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        fits = weight if len(weight) == X.shape[1] else weight.T
        X = 1 / (1 + np.exp(-(X @ fits + bias)))
    return X


@FEEDFORWARD.right
def feedforward_by_layers(X, *parameters):
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        X = 1 / (1 + np.exp(-(X @ weight.T + bias)))
    return X


@FEEDFORWARD.right
def feedforward_by_tanh(X, *parameters):
    a = X
    for l in range(0, len(parameters), 2):
        z = np.einsum("ni,oi->no", a, parameters[l]) + parameters[l + 1]
        a = (np.tanh(z / 2) + 1) / 2
    return a


@FEEDFORWARD.right
def feedforward_in_columns(X, *parameters):
    a = X.T
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        a = 1 / (np.exp(-(weight @ a) - bias.reshape(-1, 1)) + 1)
    return a.T


@FEEDFORWARD.right
def feedforward_image_by_image(X, *parameters):
    def output(a, rest):
        if not rest:
            return a
        W, b, *rest = rest
        return output(1 / (1 + np.exp(-np.dot(W, a) - b)), rest)

    return np.array([output(x, parameters) for x in X])


@FEEDFORWARD.right
def feedforward_bias_as_a_weight(X, *parameters):
    layers = len(parameters) // 2
    for l in range(layers):
        both = np.column_stack((parameters[2 * l], parameters[2 * l + 1]))
        z = np.column_stack((X, np.ones(len(X)))) @ both.T
        X = 1 / (1 + np.exp(-z))
    return X
