"""The 2-2-2 network on the way back: its hidden layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import experiments
from nnlib.activations import sigmoid, sigmoid_backward

# ── hidden_layer_grads ───────────────────────────────────────────────────────────────────────────────────


def hidden_layer_grads_not_transposed(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2 @ delta2, z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_first_output(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2[0] * delta2[0], z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_no_slope(x, z1, W2, delta2):
    delta1 = W2.T @ delta2
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_slope_of_z(x, z1, W2, delta2):
    delta1 = W2.T @ delta2 * z1 * (1 - z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_activation(x, z1, W2, delta2):
    delta1 = W2.T @ delta2 * sigmoid(z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_no_weights(x, z1, W2, delta2):
    delta1 = sigmoid_backward(delta2, z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_outer_transposed(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(x, delta1)


def hidden_layer_grads_own_activation(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, np.outer(delta1, sigmoid(z1))


def hidden_layer_grads_entry_by_entry(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2, z1)
    return delta1, delta1 * x


def hidden_layer_grads_slope_at_a(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2, sigmoid(z1))
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_swapped(x, z1, W2, delta2):
    delta1 = sigmoid_backward(z1, W2.T @ delta2)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_slope_twice(x, z1, W2, delta2):
    a1 = sigmoid(z1)
    delta1 = sigmoid_backward(W2.T @ delta2, z1) * a1 * (1 - a1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_slope_of_tanh(x, z1, W2, delta2):
    delta1 = W2.T @ delta2 * (1 - sigmoid(z1) ** 2)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_errors_of_outputs(x, z1, W2, delta2):
    return sigmoid_backward(W2.T @ delta2, z1), np.outer(delta2, x)


def hidden_layer_grads_own_output(x, z1, W2, delta2):
    delta1 = sigmoid_backward(np.diag(W2) * delta2, z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_ways_averaged(x, z1, W2, delta2):
    delta1 = sigmoid_backward(W2.T @ delta2 / 2, z1)
    return delta1, np.outer(delta1, x)


def hidden_layer_grads_by_loop(x, z1, W2, delta2):
    a1 = 1 / (1 + np.exp(-z1))
    delta1, grad_W1 = np.zeros_like(z1), np.zeros_like(W2)
    for k in range(2):
        for j in range(2):
            delta1[k] += delta2[j] * W2[j, k] * a1[k] * (1 - a1[k])
        for i in range(2):
            grad_W1[k, i] = delta1[k] * x[i]
    return delta1, grad_W1


def hidden_layer_grads_by_broadcasting(x, z1, W2, delta2):
    ways = delta2[:, None] * W2 / (4 * np.cosh(z1 / 2) ** 2)
    delta1 = ways.sum(axis=0)
    return delta1, delta1[:, None] * x[None, :]


HIDDEN_LAYER_GRADS = Exercise(
    function="hidden_layer_grads",
    topics=("C04-06",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.hidden_layer_grads,
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
    ),
    misconceptions=(
        Misconception(
            "not-transposed",
            hidden_layer_grads_not_transposed,
            "Hidden unit k sits in column k of W2: its sum runs over the rows, W2.T @ delta2.",
            case="both outputs send an error",
        ),
        Misconception(
            "first-output-only",
            hidden_layer_grads_first_output,
            "A hidden unit feeds both outputs, so both errors come back to it: sum over j.",
            case="both outputs send an error",
        ),
        Misconception(
            "no-slope",
            hidden_layer_grads_no_slope,
            "The slope of the hidden unit is missing: multiply by sigmoid'(z1).",
            case="both outputs send an error",
        ),
        Misconception(
            "slope-of-z",
            hidden_layer_grads_slope_of_z,
            "You wrote a(1 − a) with a = z1; first a1 = sigmoid(z1).",
            case="both outputs send an error",
        ),
        Misconception(
            "activation-for-slope",
            hidden_layer_grads_activation,
            "You multiply by sigmoid(z1); the chain rule wants its slope, a1(1 − a1).",
            case="both outputs send an error",
        ),
        Misconception(
            "no-weights",
            hidden_layer_grads_no_weights,
            "The errors of the outputs come back through the weights: Σ_j W2[j, k] delta2[j].",
            case="both outputs send an error",
        ),
        Misconception(
            "outer-transposed",
            hidden_layer_grads_outer_transposed,
            "Your grad_W1 is transposed: entry (k, i) is delta1[k] x[i].",
            case="both outputs send an error",
        ),
        Misconception(
            "own-activation",
            hidden_layer_grads_own_activation,
            "W1 multiplies the inputs x, so its gradient is delta1[k] x[i], with x and not with a1.",
            case="both outputs send an error",
        ),
        Misconception(
            "entry-by-entry",
            hidden_layer_grads_entry_by_entry,
            "grad_W1 has a number for every pair (k, i), shape (2, 2): np.outer(delta1, x).",
            case="both outputs send an error",
        ),
        Misconception(
            "slope-at-a",
            hidden_layer_grads_slope_at_a,
            "You take the slope at a1; sigmoid_backward applies the sigmoid itself, so hand it z1.",
            case="both outputs send an error",
        ),
        Misconception(
            "arguments-swapped",
            hidden_layer_grads_swapped,
            "The arguments of sigmoid_backward are swapped: first the gradient that arrives, then z1.",
            case="both outputs send an error",
        ),
        Misconception(
            "slope-twice",
            hidden_layer_grads_slope_twice,
            "The slope is in your result twice: sigmoid_backward has multiplied by it already.",
            case="both outputs send an error",
        ),
        Misconception(
            "slope-of-tanh",
            hidden_layer_grads_slope_of_tanh,
            "1 − a² is the slope of tanh; that of the sigmoid is a1(1 − a1).",
            case="both outputs send an error",
        ),
        Misconception(
            "errors-of-the-outputs",
            hidden_layer_grads_errors_of_outputs,
            "W1 leads to the hidden units, so its gradient takes their errors, delta1, and not those of the outputs.",
            case="both outputs send an error",
        ),
        Misconception(
            "own-output-only",
            hidden_layer_grads_own_output,
            "Your hidden unit hears only the output of its own number; it feeds both, so sum over both.",
            case="both outputs send an error",
        ),
        Misconception(
            "ways-averaged",
            hidden_layer_grads_ways_averaged,
            "You average the ways through the two outputs; the chain rule adds them.",
            case="both outputs send an error",
        ),
    ),
    alternatives=(hidden_layer_grads_by_loop, hidden_layer_grads_by_broadcasting),
    hints=(
        "Through which numbers does z1[k] reach the cost? First a1[k], then both entries of z2.",
        "delta1[k] = (delta2[0] W2[0, k] + delta2[1] W2[1, k]) · a1[k](1 − a1[k]).",
        "z1[k] = Σ_i W1[k, i] x[i] + b1[k], so ∂C/∂W1[k, i] = delta1[k] x[i]: np.outer.",
    ),
)
