"""Gradients of a batch, from the cost down to the first layer."""

import numpy as np

from grader.exercises.ch16_mnist.feedforward import shapes
from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats, options, shape, spread
from nnlib.experiments import mnist


def labels(rng, n, classes):
    """Every digit in turn, in a random order."""
    return rng.permutation(np.arange(n) % classes)


def batch(*units, n=6, **given):
    """Draws images, labels, and parameters that saturate no unit."""

    def draw(rng):
        X = rng.uniform(0.5, 1.5, size=(n, units[0]))
        drawn = (rng.uniform(0.3, 1.0, s) * rng.choice([-1, 1], s) for s in shapes(units))
        return call(X, labels(rng, n, units[-1]), *drawn, **given)

    return draw


def even(*units, n=1, scale=1.0, weights=0.5, **given):
    """Of one size, every third number 0."""

    def draw(rng):
        X = spread(rng, (n, units[0]), scale)
        return call(X, labels(rng, n, units[-1]), *(spread(rng, s, weights) for s in shapes(units)), **given)

    return draw


def tiny_weights(rng):
    """All but 0, so that every unit says a half; those of the last layer do not cancel."""
    X, y, W1, b1, W2, b2 = batch(3, 2, 2)(rng).args
    return call(X, y, 4e-5 * W1, 4e-5 * b1, 4e-5 * np.abs(W2), 4e-5 * b2, cost="quadratic")


def one_digit(*units, digit, **given):
    """All images show the same digit, one in the middle: neither the largest label nor a rank says which."""

    def draw(rng):
        X, y, *parameters = batch(*units)(rng).args
        return call(X, 0 * y + digit, *parameters, **given)

    return draw


def _allowed(rng):
    n, *units = shape(rng, (3, 4, 5))
    X = floats(rng, (n, units[0]), (1.0, 1.0, 3.0, 1e-3))
    drawn = (floats(rng, s, (1.0, 1.0, 1e-3)) for s in shapes(units))
    y = rng.integers(units[-1], size=n)
    return call(X, y, *drawn, **options(rng, cost=("cross_entropy", "quadratic")))


def all_together(result, *args):
    """Right as a whole or not at all: the last layer says nothing about the others, and draws differ in depth."""
    return list(result) if isinstance(result, (list, tuple)) else ["no tuple"]


BATCH_GRADIENTS = Exercise(
    function="batch_gradients",
    topics=("C16-01",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=mnist.batch_gradients,
    allowed=_allowed,
    large=batch(784, 30, 10, n=10),
    returns=("grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    cases=(
        Case(
            "one hidden layer, cross-entropy by default",
            batch(3, 4, 3),
            weight=4,
            example=call(
                [[1, 2], [0, 1]],
                np.array([1, 0]),
                [[1, -1], [0.5, 0]],
                [0.5, -1],
                [[1, -2], [0, 1]],
                [0.25, 0],
            ),
        ),
        Case("quadratic cost", batch(3, 4, 3, cost="quadratic"), weight=6),
        Case("all images of one digit", one_digit(3, 4, 3, digit=1), weight=6),
        Case(
            "two hidden layers, all gradients",
            batch(3, 4, 2, 3, cost="cross_entropy"),
            weight=6,
            measure=all_together,
        ),
        Case("a single layer", batch(4, 3)),
        Case("all four results, whatever their order", batch(3, 4, 2), measure=in_any_order),
        in_turn(
            "one image, one unit, one output, zeros, tiny and large numbers",
            even(3, 2, 2, cost="quadratic"),
            even(1, 1, 1, n=3),
            even(3, 2, n=2, scale=3.0, weights=0.2),
            even(2, 3, 2, n=2, scale=1e-3, cost="cross_entropy"),
            tiny_weights,
            even(2, 2, 3, 2, n=4, cost="quadratic"),
            one_digit(2, 3, 4, digit=2, cost="quadratic"),
            measure=all_together,
        ),
    ),
    hints=(
        "Forward with my.mlp first: it gives z of the last layer, the sigmoid of which is a.",
        "What arrives at this z is the error δ: my.cost_delta(z, target, cost=cost), target from my.one_hot.",
        "my.mlp_backward sends δ down and adds up over the images. Its first result belongs to X: leave it out.",
    ),
)


@BATCH_GRADIENTS.wrong
def batch_gradients_mean(X, y, *parameters, cost="cross_entropy"):
    """Your gradients are means over the images; they are sums."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a / len(X), g.mean(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_bias_mean(X, y, *parameters, cost="cross_entropy"):
    """Your gradients of the biases are means over the images; they are sums, as those of the weights."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.mean(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_mean_of_outputs(X, y, *parameters, cost="cross_entropy"):
    """You divide by the number of outputs; the costs are sums over the outputs."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = (a - np.eye(a.shape[1])[y]) / a.shape[1]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="quadratic cost")
def batch_gradients_always_cross_entropy(X, y, *parameters, cost="cross_entropy"):
    """You take the cross-entropy whatever `cost` says; with the quadratic cost δ has the factor a (1 − a)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_always_quadratic(X, y, *parameters, cost="cross_entropy"):
    """You take the quadratic cost whatever `cost` says; with the cross-entropy, the default, δ is a − t."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = (a - np.eye(a.shape[1])[y]) * a * (1 - a)
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_costs_exchanged(X, y, *parameters, cost="cross_entropy"):
    """You have the two costs exchanged: the factor a (1 − a) in δ belongs to the quadratic one."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost != "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="quadratic cost")
def batch_gradients_quadratic_without_half(X, y, *parameters, cost="cross_entropy"):
    """Your quadratic gradients are twice as large: the ½ of the cost and the 2 of its derivative cancel."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = 2 * g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_no_hidden_slopes(X, y, *parameters, cost="cross_entropy"):
    """The slopes of the hidden units are missing; it is in the last layer only that the cross-entropy cancels one."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        grads = [g.T @ inputs.pop(), g.sum(axis=0), *grads]
        g = g @ weight
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_hidden_slopes_by_cost(X, y, *parameters, cost="cross_entropy"):
    """With the cross-entropy you leave the slopes out of the hidden layers, too; there they stay."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * (a * (1 - a) if cost == "quadratic" else 1)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_uphill(X, y, *parameters, cost="cross_entropy"):
    """Your signs are the other way round: δ is a − t, not t − a."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = np.eye(a.shape[1])[y] - a
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_error_of_z(X, y, *parameters, cost="cross_entropy"):
    """You take z − t for the error of the last layer; the output is a = σ(z)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        z = inputs[-1] @ weight.T + bias
        inputs.append(1 / (1 + np.exp(-z)))
    a, grads = inputs.pop(), []
    g = z - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_softmax(X, y, *parameters, cost="cross_entropy"):
    """Your outputs come from softmax; each comes from a sigmoid of its own."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        z = inputs[-1] @ weight.T + bias
        inputs.append(1 / (1 + np.exp(-z)))
    a, grads = inputs.pop(), []
    g = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - np.eye(a.shape[1])[y]
    g = (a - np.eye(a.shape[1])[y]) * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_relu_hidden(X, y, *parameters, cost="cross_entropy"):
    """Your hidden layers have relu; they have sigmoids. Say activation="sigmoid" forward and backward."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        z = inputs[-1] @ weight.T + bias
        inputs.append(np.maximum(z, 0))
    inputs.pop()
    a, grads = 1 / (1 + np.exp(-z)), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * (a > 0)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_relu_backward(X, y, *parameters, cost="cross_entropy"):
    """You go back with another activation than forward: the slope of the hidden units is a (1 − a)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for l in range(len(inputs) - 1, -1, -1):
        grads = [g.T @ inputs[l], g.sum(axis=0), *grads]
        before = inputs[l - 1] @ parameters[2 * l - 2].T + parameters[2 * l - 1] if l else 0
        g = g @ parameters[2 * l] * (before > 0)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_slope_of_z(X, y, *parameters, cost="cross_entropy"):
    """You put z into a (1 − a), the slope of the hidden units; it wants their outputs a = σ(z)."""
    inputs, zs = [X], [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        zs.append(inputs[-1] @ weight.T + bias)
        inputs.append(1 / (1 + np.exp(-zs[-1])))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for l in range(len(inputs) - 1, -1, -1):
        grads = [g.T @ inputs[l], g.sum(axis=0), *grads]
        g = g @ parameters[2 * l] * zs[l] * (1 - zs[l])
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="two hidden layers, all gradients")
def batch_gradients_slope_of_the_wrong_layer(X, y, *parameters, cost="cross_entropy"):
    """Below the last hidden layer you take the slope of that one again; each layer has its own."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    slope = (inputs[-1] * (1 - inputs[-1])).mean(axis=1, keepdims=True)
    for l in range(len(inputs) - 1, -1, -1):
        grads = [g.T @ inputs[l], g.sum(axis=0), *grads]
        own = l == len(inputs) - 1
        g = g @ parameters[2 * l] * (inputs[l] * (1 - inputs[l]) if own else slope)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_last_layer_first(X, y, *parameters, cost="cross_entropy"):
    """Your gradients begin with the last layer; they stand in the order of the parameters."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads += [g.T @ a, g.sum(axis=0)]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_biases_first(X, y, *parameters, cost="cross_entropy"):
    """You put the gradient of the biases before that of the weights; the order is W1, b1, W2, b2."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.sum(axis=0), g.T @ a, *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_all_weights_first(X, y, *parameters, cost="cross_entropy"):
    """You return the gradients of all weights, then those of all biases; the order is W1, b1, W2, b2."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, weights, biases = inputs.pop(), [], []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        weights, biases = [g.T @ a, *weights], [g.sum(axis=0), *biases]
        g = g @ weight * a * (1 - a)
    return (*weights, *biases)


@BATCH_GRADIENTS.wrong
def batch_gradients_with_that_of_x(X, y, *parameters, cost="cross_entropy"):
    """You return the gradient of X as well; drop the first result of my.mlp_backward."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs[-1], []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for l in range(len(parameters) // 2 - 1, -1, -1):
        grads = [g.T @ inputs[l], g.sum(axis=0), *grads]
        g = g @ parameters[2 * l] * (inputs[l] * (1 - inputs[l]) if l else 1)
    return (g, *grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_weights_transposed(X, y, *parameters, cost="cross_entropy"):
    """Your gradients of the weights are transposed; they have the shapes of the weights, (units, inputs)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [a.T @ g, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_first_image(X, y, *parameters, cost="cross_entropy"):
    """Your gradients are those of the first image; add up over all of them."""
    inputs = [X[:1]]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y[:1]]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="all images of one digit")
def batch_gradients_as_many_outputs_as_labels(X, y, *parameters, cost="cross_entropy"):
    """Where the last digit is missing in y your targets are too short: num_classes is the number of outputs."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(y.max() + 1)[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_weights_mean(X, y, *parameters, cost="cross_entropy"):
    """Your gradients of the weights are means over the images; they are sums, as those of the biases."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a / len(X), g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="quadratic cost")
def batch_gradients_outputs_overwritten(X, y, *parameters, cost="cross_entropy"):
    """You subtract the targets from the outputs in place, so that a (1 − a) is taken of a − t; make a new array."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    a[np.arange(len(y)), y] -= 1
    g = a * a * (1 - a) if cost == "quadratic" else a
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_eps(X, y, *parameters, cost="cross_entropy"):
    """You divide by a (1 − a) plus a small number, and the gradients are off by that; a − t needs no division."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = (g if cost == "quadratic" else g / (a * (1 - a) + 1e-6)) * a * (1 - a)
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_relu_in_the_way_back(X, y, *parameters, cost="cross_entropy"):
    """Your way back has relu, which is the default of my.mlp_backward; say activation="sigmoid" there, too."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    h, inputs = X, [X]
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        h = np.maximum(h @ weight.T + bias, 0)
        inputs.append(h)
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * (a > 0)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_relu_in_the_way_forward(X, y, *parameters, cost="cross_entropy"):
    """Your way forward has relu, which is the default of my.mlp; say activation="sigmoid" there, too."""
    h, inputs = X, [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        z = h @ weight.T + bias
        h = np.maximum(z, 0)
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    inputs.pop()
    a, grads = 1 / (1 + np.exp(-z)), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_complement_for_the_slope(X, y, *parameters, cost="cross_entropy"):
    """Your hidden slope is 1 − a; it is a (1 − a)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.wrong
def batch_gradients_sigmoid_of_the_outputs(X, y, *parameters, cost="cross_entropy"):
    """You take the sigmoid of the hidden outputs again in their slope; the outputs are a already: a (1 − a)."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * np.exp(-a) / (1 + np.exp(-a)) ** 2
    return tuple(grads)


@BATCH_GRADIENTS.wrong(case="all images of one digit")
def batch_gradients_labels_by_rank(X, y, *parameters, cost="cross_entropy"):
    """You number the labels by their rank among those in the batch; where one is missing, the targets are off. The
    label itself is the place of the 1."""
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[np.searchsorted(np.unique(y), y)]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.right
def batch_gradients_by_hand(X, y, *parameters, cost="cross_entropy"):
    inputs = [X]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        inputs.append(1 / (1 + np.exp(-(inputs[-1] @ weight.T + bias))))
    a, grads = inputs.pop(), []
    g = a - np.eye(a.shape[1])[y]
    g = g * a * (1 - a) if cost == "quadratic" else g
    for weight in parameters[::-1][1::2]:
        a = inputs.pop()
        grads = [g.T @ a, g.sum(axis=0), *grads]
        g = g @ weight * a * (1 - a)
    return tuple(grads)


@BATCH_GRADIENTS.right
def batch_gradients_image_by_image(X, y, *parameters, cost="cross_entropy"):
    sums = [np.zeros_like(p) for p in parameters]
    for x, label in zip(X, y):
        a = [x]
        for l in range(0, len(parameters), 2):
            a.append(1 / (1 + np.exp(-parameters[l] @ a[-1] - parameters[l + 1])))
        delta = a[-1].copy()
        delta[label] -= 1
        if cost == "quadratic":
            delta *= a[-1] * (1 - a[-1])
        for l in range(len(parameters) - 2, -1, -2):
            sums[l] += np.outer(delta, a[l // 2])
            sums[l + 1] += delta
            delta = (delta @ parameters[l]) * a[l // 2] * (1 - a[l // 2])
    return sums


@BATCH_GRADIENTS.right
def batch_gradients_in_columns(X, y, *parameters, cost="cross_entropy"):
    weights, biases = parameters[::2], parameters[1::2]
    a = [X.T]
    for W, b in zip(weights, biases):
        a.append(1 / (np.exp(-(W @ a[-1]) - b[:, None]) + 1))
    target = (np.arange(len(a[-1]))[:, None] == y).astype(float)
    error, grads = a[-1] - target, ()
    if cost == "quadratic":
        error = error * a[-1] * (1 - a[-1])
    for l in reversed(range(len(weights))):
        grads = (np.einsum("on,in->oi", error, a[l]), np.einsum("on->o", error), *grads)
        error = np.einsum("oi,on->in", weights[l], error) * (a[l] - a[l] ** 2)
    return grads


@BATCH_GRADIENTS.right
def batch_gradients_recursive(X, y, *parameters, cost="cross_entropy"):
    def down(a, rest):
        """The gradients of these layers, and what goes on down from the first of them."""
        W, b, *rest = rest
        out = (np.tanh((a @ W.T + b) / 2) + 1) / 2
        if rest:
            above, grads = down(out, rest)
            g = above * out * (1 - out)
        else:
            g, grads = out - (y[:, None] == np.arange(len(b))), ()
            if cost == "quadratic":
                g = g * out * (1 - out)
        return g @ W, (np.tensordot(g, a, (0, 0)), np.ones(len(g)) @ g, *grads)

    return down(X, parameters)[1]
