"""All gradients of a network with one hidden layer, on which equal starts are tried."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, shape, spread
from nnlib import experiments


def sizes_of(n, d, hidden, outputs):
    return (n, d), (n, outputs), (hidden, d), hidden, (outputs, hidden), outputs


def network(*sizes):
    return lambda rng: call(*(rng.normal(size=size) for size in sizes_of(*sizes)))


def _allowed(rng):
    X, y, *parameters = sizes_of(*shape(rng, (4,)))
    small = (1.0, 0.3, 1e-3)
    return call(
        floats(rng, X, small),
        floats(rng, y, (1.0, 200.0, 1e-6)),
        *(floats(rng, p, small) for p in parameters),
    )


def alike(rng):
    """All hidden units equal, as after np.full: what the section is about."""
    value = rng.uniform(0.3, 0.7)
    return call(
        rng.normal(size=(5, 3)),
        rng.normal(size=(5, 1)),
        np.full((4, 3), value),
        np.full(4, 0.1),
        np.full((1, 4), value),
        np.full(1, 0.2),
    )


def odd_network(*sizes, x=1.0, y=1.0, scale=0.5):
    scales = (x, y, scale, scale, scale, scale)
    return lambda rng: call(*(spread(rng, size, s) for size, s in zip(sizes_of(*sizes), scales)))


ONE_HIDDEN_LAYER_GRADS = Exercise(
    function="one_hidden_layer_grads",
    topics=("C05-04",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=experiments.one_hidden_layer_grads,
    forbid=("nnlib.nn.mlp_backward",),
    returns=("grad_W1", "grad_b1", "grad_W2", "grad_b2"),
    allowed=_allowed,
    cases=(
        Case(
            "two samples, two hidden units",
            network(2, 2, 2, 1),
            weight=2,
            example=call(
                [[1, 2], [0, -1]], [[1], [0]], [[0.5, -0.5], [1, 0.25]], [0, 0.5], [[1, -2]], [0.25]
            ),
        ),
        Case("several outputs", network(5, 3, 4, 2), weight=2),
        Case("as many units as inputs and outputs", network(4, 3, 3, 3), weight=2),
        Case("all units alike", alike),
        in_turn(
            "odd shapes, zeros, tiny and large numbers",
            odd_network(1, 3, 2, 1),
            odd_network(1, 2, 3, 2),
            odd_network(4, 1, 1, 1, y=600),
            odd_network(3, 2, 1, 3, x=1e-6, scale=0.3),
            odd_network(2, 1, 4, 2, y=1e-6),
            odd_network(3, 4, 3, 1, scale=1e-5),
        ),
    ),
    hints=(
        "Forward first: a1 = tanh(X W1ᵀ + b1), then the outputs a1 W2ᵀ + b2. Then the four equations of chapter 04.",
        "The error at the top is (output − y)/n. The output is linear, so there is no slope there.",
        "One layer down: delta1 = (delta2 @ W2) * (1 - a1**2), since tanh′ = 1 − tanh².",
        "grad_W = delta.T @ (what came into the layer), grad_b = delta.sum(axis=0).",
    ),
)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_no_mean(X, y, W1, b1, W2, b2):
    """The cost is a mean over the samples; your gradients are n times too large.

    Divide the error at the top by n, once."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = a1 @ W2.T + b2 - y
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_twice(X, y, W1, b1, W2, b2):
    """Your gradients are twice too large: the ½ of the cost cancels the 2 of the square."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = 2 * (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_no_slope(X, y, W1, b1, W2, b2):
    """You leave out the slope of tanh on the way to the hidden layer: times 1 − a1²."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = delta2 @ W2
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_slope_of_z(X, y, W1, b1, W2, b2):
    """tanh′ is 1 − tanh(z)², one less the square of the activation; you square z."""
    z1 = X @ W1.T + b1
    a1 = np.tanh(z1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - z1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_sigmoid_slope(X, y, W1, b1, W2, b2):
    """a (1 − a) is the slope of a sigmoid; that of tanh is 1 − a²."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * a1 * (1 - a1)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_sign(X, y, W1, b1, W2, b2):
    """Your gradients have the wrong sign: the error is output − y, not y − output."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (y - a1 @ W2.T - b2) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_output_bent(X, y, W1, b1, W2, b2):
    """You put a tanh on the output; only the hidden layer has one."""
    a1 = np.tanh(X @ W1.T + b1)
    a2 = np.tanh(a1 @ W2.T + b2)
    delta2 = (a2 - y) / len(X) * (1 - a2**2)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong(case="as many units as inputs and outputs")
def one_hidden_layer_grads_weight_transposed(X, y, W1, b1, W2, b2):
    """On the way down the error is multiplied by W2, not by its transpose; where W2 is square no error shows it."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2.T) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_bias_mean(X, y, W1, b1, W2, b2):
    """The gradients of the biases are sums over the samples; the division by n was done at the top already."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.mean(axis=0), delta2.T @ a1, delta2.mean(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong(case="several outputs")
def one_hidden_layer_grads_mean_of_entries(X, y, W1, b1, W2, b2):
    """You divide by the number of all outputs; the cost is a mean over the samples only, a sum over the outputs."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / y.size
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong(case="as many units as inputs and outputs")
def one_hidden_layer_grads_transposed(X, y, W1, b1, W2, b2):
    """Your gradients of the weights are transposed; they have the shapes of W1 and W2: delta.T @ input."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return X.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_no_output_bias(X, y, W1, b1, W2, b2):
    """You leave b2 out of the outputs, so the error at the top is wrong."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_top_first(X, y, W1, b1, W2, b2):
    """You return the gradients of the second layer first; the order is that of the arguments: W1, b1, W2, b2."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta2.T @ a1, delta2.sum(axis=0), delta1.T @ X, delta1.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_output_in_tanh(X, y, W1, b1, W2, b2):
    """The outputs are linear: no tanh there."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (np.tanh(a1 @ W2.T + b2) - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1**2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_tanh_twice(X, y, W1, b1, W2, b2):
    """You take tanh of a1, which is tanh(z1) already: the slope is 1 − a1²."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - np.tanh(a1) ** 2)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.wrong
def one_hidden_layer_grads_slope_not_squared(X, y, W1, b1, W2, b2):
    """The slope of tanh is 1 − a1²; the square is missing."""
    a1 = np.tanh(X @ W1.T + b1)
    delta2 = (a1 @ W2.T + b2 - y) / len(X)
    delta1 = (delta2 @ W2) * (1 - a1)
    return delta1.T @ X, delta1.sum(axis=0), delta2.T @ a1, delta2.sum(axis=0)


@ONE_HIDDEN_LAYER_GRADS.right
def one_hidden_layer_grads_by_sample(X, y, W1, b1, W2, b2):
    grad_W1, grad_b1, grad_W2, grad_b2 = (np.zeros_like(p) for p in (W1, b1, W2, b2))
    for x, target in zip(X, y):
        a = np.tanh(W1 @ x + b1)
        delta2 = W2 @ a + b2 - target
        delta1 = W2.T @ delta2 * (1 - a * a)
        grad_W1 += np.outer(delta1, x) / len(X)
        grad_b1 += delta1 / len(X)
        grad_W2 += np.outer(delta2, a) / len(X)
        grad_b2 += delta2 / len(X)
    return grad_W1, grad_b1, grad_W2, grad_b2


@ONE_HIDDEN_LAYER_GRADS.right
def one_hidden_layer_grads_einsum(X, y, W1, b1, W2, b2):
    z1 = np.einsum("nd,hd->nh", X, W1) + b1
    a1 = np.tanh(z1)
    error = np.einsum("nh,oh->no", a1, W2) + b2 - y
    back = np.einsum("no,oh->nh", error, W2) / np.cosh(z1) ** 2
    return (
        np.einsum("nh,nd->hd", back, X) / len(X),
        np.mean(back, axis=0),
        np.einsum("no,nh->oh", error, a1) / len(X),
        np.mean(error, axis=0),
    )


@ONE_HIDDEN_LAYER_GRADS.right
def one_hidden_layer_grads_in_columns(X, y, W1, b1, W2, b2):
    n = X.shape[0]
    A = np.tanh(W1 @ X.T + b1[:, None])
    D2 = (W2 @ A + b2[:, None] - y.T) / n
    D1 = (W2.T @ D2) * (1 - A**2)
    return D1 @ X, D1.sum(axis=1), D2 @ A.T, D2.sum(axis=1)


@ONE_HIDDEN_LAYER_GRADS.right
def one_hidden_layer_grads_bias_as_weight(X, y, W1, b1, W2, b2):
    one = np.ones((len(X), 1), X.dtype)
    first = np.hstack([X, one])
    a1 = np.tanh(first @ np.hstack([W1, b1[:, None]]).T)
    second = np.hstack([a1, one])
    delta2 = (second @ np.hstack([W2, b2[:, None]]).T - y) / len(X)
    grad2 = delta2.T @ second
    grad1 = (delta2 @ W2 * (1 + a1) * (1 - a1)).T @ first
    return grad1[:, :-1], grad1[:, -1], grad2[:, :-1], grad2[:, -1]
