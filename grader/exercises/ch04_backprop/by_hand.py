"""The 2-2-2 network, every number of it."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import experiments
from nnlib.activations import sigmoid, sigmoid_backward

# ── forward_2_2_2 ────────────────────────────────────────────────────────────────────────────────────────


def forward_2_2_2_printed_matrix(x, W1, b1, W2, b2):
    P1 = np.array([W1[0], [W1[0, 1], W1[1, 1]]])
    P2 = np.array([W2[0], [W2[0, 1], W2[1, 1]]])
    z1 = P1 @ x + b1
    a1 = sigmoid(z1)
    z2 = P2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_transposed(x, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_linear_output(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, z2


def forward_2_2_2_same_bias(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b1
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_z_handed_on(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    z2 = W2 @ z1 + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


def forward_2_2_2_no_biases(x, W1, b1, W2, b2):
    z1 = W1 @ x
    a1 = sigmoid(z1)
    z2 = W2 @ a1
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_input_again(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    z2 = W2 @ x + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


def forward_2_2_2_bias_outside(x, W1, b1, W2, b2):
    z1 = W1 @ x
    a1 = sigmoid(z1) + b1
    z2 = W2 @ a1
    return z1, a1, z2, sigmoid(z2) + b2


def forward_2_2_2_entry_by_entry(x, W1, b1, W2, b2):
    z11 = W1[0, 0] * x[0] + W1[0, 1] * x[1] + b1[0]
    z12 = W1[1, 0] * x[0] + W1[1, 1] * x[1] + b1[1]
    a11, a12 = sigmoid(z11), sigmoid(z12)
    z21 = W2[0, 0] * a11 + W2[0, 1] * a12 + b2[0]
    z22 = W2[1, 0] * a11 + W2[1, 1] * a12 + b2[1]
    z1, a1, z2 = np.array([z11, z12]), np.array([a11, a12]), np.array([z21, z22])
    return z1, a1, z2, np.array([sigmoid(z21), sigmoid(z22)])


def forward_2_2_2_by_sums(x, W1, b1, W2, b2):
    z1 = (W1 * x).sum(axis=1) + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = (W2 * a1).sum(axis=1) + b2
    return z1, a1, z2, 1 / (1 + np.exp(-z2))


def two_layers(low, high, bias=1.0):
    """Draws x, W1, b1, W2, b2."""

    def draw(rng):
        x, b1, b2 = rng.uniform(0.5, 2, size=2), bias * rng.uniform(0.3, 1, 2), -bias * rng.uniform(0.3, 1, 2)
        return call(x, rng.uniform(low, high, (2, 2)), b1, rng.uniform(low, high, (2, 2)), b2)

    return draw


FORWARD_2_2_2 = Exercise(
    function="forward_2_2_2",
    topics=("C04-04",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=experiments.forward_2_2_2,
    returns=("z1", "a1", "z2", "a2"),
    cases=(
        Case(
            "positive weights",
            two_layers(0.1, 1),
            example=call([1, 2], [[0.1, 0.2], [0.3, 0.4]], [0.25, -0.5], [[1, -1], [0.5, 2]], [0, 0.75]),
        ),
        Case("weights of both signs", two_layers(-2, 2), weight=2),
        Case("large biases", two_layers(-1, 1, bias=3.0)),
    ),
    misconceptions=(
        Misconception(
            "w12-for-w21",
            forward_2_2_2_printed_matrix,
            "The second row of the weights begins with w21 (from input 1 to unit 2), not with w12.",
            case="positive weights",
        ),
        Misconception(
            "transposed",
            forward_2_2_2_transposed,
            "You use the transposed weights: the weight from unit k to unit j stands in row j, column k.",
            case="positive weights",
        ),
        Misconception(
            "linear-output",
            forward_2_2_2_linear_output,
            "The output units are sigmoid too: a2 = sigmoid(z2).",
            case="positive weights",
        ),
        Misconception(
            "same-bias",
            forward_2_2_2_same_bias,
            "You add b1 in both layers; the second has its own, b2.",
            case="positive weights",
        ),
        Misconception(
            "z-handed-on",
            forward_2_2_2_z_handed_on,
            "The second layer sees the activations a1 of the first, not its weighted inputs z1.",
            case="positive weights",
        ),
        Misconception(
            "no-biases",
            forward_2_2_2_no_biases,
            "You leave the biases out: z = W a + b in both layers.",
            case="positive weights",
        ),
        Misconception(
            "input-again",
            forward_2_2_2_input_again,
            "You feed x into the second layer; its input is a1.",
            case="positive weights",
        ),
        Misconception(
            "bias-outside",
            forward_2_2_2_bias_outside,
            "You add the bias after the sigmoid; it belongs to the weighted input: a = sigmoid(W x + b).",
            case="positive weights",
        ),
    ),
    alternatives=(forward_2_2_2_entry_by_entry, forward_2_2_2_by_sums),
    hints=(
        "z1 has two entries. Entry j is W1[j, 0] x[0] + W1[j, 1] x[1] + b1[j].",
        "As a matrix product that is W1 @ x + b1.",
        "The second layer does the same with a1 in place of x, and its own W2, b2.",
    ),
)

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
            example=call([1, 2], [0.75, 0.5], [[1, -1], [0.5, 2]], [0.125, -0.25]),
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
    ),
    alternatives=(hidden_layer_grads_by_loop, hidden_layer_grads_by_broadcasting),
    hints=(
        "Through which numbers does z1[k] reach the cost? First a1[k], then both entries of z2.",
        "delta1[k] = (delta2[0] W2[0, k] + delta2[1] W2[1, k]) · a1[k](1 − a1[k]).",
        "z1[k] = Σ_i W1[k, i] x[i] + b1[k], so ∂C/∂W1[k, i] = delta1[k] x[i]: np.outer.",
    ),
)
