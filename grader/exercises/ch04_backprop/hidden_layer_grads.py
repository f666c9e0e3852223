"""The 2-2-2 network on the way back: its hidden layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats, spread
from nnlib import experiments
from nnlib.activations import sigmoid, sigmoid_backward


def _allowed(rng):
    return call(*(floats(rng, size) for size in (2, 2, (2, 2), 2)))


def by_size(*scales):
    """Draws x, z1, W2 and delta2, each of its own size."""
    return lambda rng: call(*(spread(rng, size, s) for size, s in zip((2, 2, (2, 2), 2), scales)))


HIDDEN_LAYER_GRADS = Exercise(
    function="hidden_layer_grads",
    topics=("C04-06",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.hidden_layer_grads,
    allowed=_allowed,
    returns=("delta1", "grad_W1"),
    cases=(
        Case(
            "both outputs send an error",
            lambda rng: call(
                rng.uniform(0.5, 2, 2),
                rng.normal(size=2),
                rng.uniform(0.2, 2, (2, 2)),
                rng.uniform(0.1, 0.5, 2),
            ),
            weight=2,
            example=call([1, 2], [0.75, 0.5], [[1, -1], [0.5, 2]], [0.125, -0.5]),
        ),
        Case(
            "numbers of both signs",
            lambda rng: call(*(rng.normal(size=s) for s in (2, 2, (2, 2), 2))),
            weight=2,
        ),
        Case(
            "only the second output is wrong",
            lambda rng: call(
                rng.normal(size=2),
                rng.normal(size=2),
                rng.normal(size=(2, 2)),
                np.array([0, rng.uniform(0.2, 1)]),
            ),
        ),
        Case(
            "both results, whatever their order",
            by_size(1, 1, 1, 1),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "zeros, tiny and large numbers",
            by_size(1e3, 1, 1, 1e-6),
            by_size(1e-6, 1, 1e3, 1),
            by_size(1, 1e-6, 1, 1e3),
            by_size(1, 1e3, 1, 1),
            by_size(1, 0, 1e-6, 1),
            by_size(0, 1, 1, 1),
        ),
    ),
    hints=(
        "Through which numbers does z1[k] reach the cost? First a1[k], then both entries of z2.",
        "The ways through both outputs add up, Σ_j delta2[j] W2[j, k]. Then comes the slope of the hidden "
        "unit.",
        "delta1 = (W2.T @ delta2) · a1(1 − a1). z1[k] = Σ_i W1[k, i] x[i] + b1[k], so ∂C/∂W1[k, i] = "
        "delta1[k] x[i]: np.outer.",
    ),
)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_not_transposed(x, z1, W2, delta2):
    """Hidden unit k sits in column k of W2; your sum runs along row k.

    Its sum runs over the rows, W2.T @ delta2."""
    delta1 = sigmoid_backward(W2 @ delta2, z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_first_output_only(x, z1, W2, delta2):
    """A hidden unit feeds both outputs, so both errors come back to it; you take the first alone.

    Sum over j."""
    delta1 = sigmoid_backward(W2[0] * delta2[0], z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_no_slope(x, z1, W2, delta2):
    """The slope of the hidden unit is missing.

    Multiply by sigmoid'(z1)."""
    delta1 = W2.T @ delta2
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_slope_of_z(x, z1, W2, delta2):
    """You wrote a(1 − a) with a = z1; z1 is the input of the sigmoid, not its output.

    First a1 = sigmoid(z1)."""
    delta1 = W2.T @ delta2 * z1 * (1 - z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_activation_for_slope(x, z1, W2, delta2):
    """You multiply by sigmoid(z1); the chain rule wants its slope.

    The slope is a1(1 − a1)."""
    delta1 = W2.T @ delta2 * sigmoid(z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_no_weights(x, z1, W2, delta2):
    """You take the errors of the outputs as they are; they come back through the weights.

    What comes back is Σ_j W2[j, k] delta2[j]."""
    delta1 = sigmoid_backward(delta2, z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_outer_transposed(x, z1, W2, delta2):
    """Your grad_W1 is transposed: like W1 it has a row for each hidden unit.

    Entry (k, i) is delta1[k] x[i]."""
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(x, delta1)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_own_activation(x, z1, W2, delta2):
    """You multiply delta1 by a1 for grad_W1; W1 multiplies the inputs x.

    Its gradient is delta1[k] x[i]."""
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(delta1, sigmoid(z1))


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_entry_by_entry(x, z1, W2, delta2):
    """You multiply entry by entry; grad_W1 has a number for every pair (k, i), shape (2, 2).

    Use np.outer(delta1, x)."""
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, delta1 * x


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_slope_at_a(x, z1, W2, delta2):
    """You take the slope at a1; sigmoid_backward applies the sigmoid itself.

    Hand it z1."""
    delta1 = sigmoid_backward(W2.T @ delta2, sigmoid(z1))
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_arguments_swapped(x, z1, W2, delta2):
    """The arguments of sigmoid_backward are swapped.

    First the gradient that arrives, then z1."""
    delta1 = sigmoid_backward(z1, W2.T @ delta2)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_slope_twice(x, z1, W2, delta2):
    """The slope is in your result twice: sigmoid_backward has multiplied by it already."""
    a1 = sigmoid(z1)
    delta1 = sigmoid_backward(W2.T @ delta2, z1) * a1 * (1 - a1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_slope_of_tanh(x, z1, W2, delta2):
    """1 − a² is the slope of tanh, not of the sigmoid.

    That of the sigmoid is a1(1 − a1)."""
    delta1 = W2.T @ delta2 * (1 - sigmoid(z1) ** 2)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_errors_of_the_outputs(x, z1, W2, delta2):
    """You take the errors of the outputs for grad_W1; W1 leads to the hidden units.

    Its gradient takes their errors, delta1: np.outer(delta1, x)."""
    return sigmoid_backward(W2.T @ delta2, z1), np.outer(delta2, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_own_output_only(x, z1, W2, delta2):
    """Your hidden unit hears only the output of its own number; it feeds both.

    Sum over both."""
    delta1 = sigmoid_backward(np.diag(W2) * delta2, z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.wrong
def hidden_layer_grads_ways_averaged(x, z1, W2, delta2):
    """You average the ways through the two outputs; the chain rule adds them."""
    delta1 = sigmoid_backward(W2.T @ delta2 / 2, z1)
    return delta1, np.outer(delta1, x)


@HIDDEN_LAYER_GRADS.right
def hidden_layer_grads_by_loop(x, z1, W2, delta2):
    a1 = 1 / (1 + np.exp(-z1))
    delta1, grad_W1 = np.zeros_like(z1), np.zeros_like(W2)
    for k in range(2):
        for j in range(2):
            delta1[k] += delta2[j] * W2[j, k] * a1[k] * (1 - a1[k])
        for i in range(2):
            grad_W1[k, i] = delta1[k] * x[i]
    return delta1, grad_W1


@HIDDEN_LAYER_GRADS.right
def hidden_layer_grads_by_broadcasting(x, z1, W2, delta2):
    ways = delta2[:, None] * W2 / (4 * np.cosh(z1 / 2) ** 2)
    delta1 = ways.sum(axis=0)
    return delta1, delta1[:, None] * x[None, :]


@HIDDEN_LAYER_GRADS.right
def hidden_layer_grads_written_out_by(x, z1, W2, delta2):
    s = sigmoid(z1)
    d1 = (delta2[0] * W2[0, 0] + delta2[1] * W2[1, 0]) * s[0] * (1 - s[0])
    d2 = (delta2[0] * W2[0, 1] + delta2[1] * W2[1, 1]) * s[1] * (1 - s[1])
    table = [[d1 * x[0], d1 * x[1]], [d2 * x[0], d2 * x[1]]]
    return np.array([d1, d2]), np.array(table)


@HIDDEN_LAYER_GRADS.right
def hidden_layer_grads_columns_as_2(x, z1, W2, delta2):
    column = delta2.reshape(2, 1)
    slope = sigmoid(z1) * sigmoid(-z1)
    delta = (W2.T @ column) * slope.reshape(2, 1)
    grad = delta @ x.reshape(1, 2)
    return delta.ravel(), grad


@HIDDEN_LAYER_GRADS.right
def hidden_layer_grads_diagonal_matrix_of(x, z1, W2, delta2):
    slopes = np.diag(sigmoid_backward(np.ones(2), z1))
    d = slopes @ W2.T @ delta2
    return d, d[:, None] @ x[None, :]
