"""The 2-2-2 network, every number of it."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import experiments
from nnlib.activations import sigmoid

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


def forward_2_2_2_z_before_a(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, z2, a1, sigmoid(z2)


def forward_2_2_2_printed_matrix_below(x, W1, b1, W2, b2):
    z1 = np.array([W1[0], [W1[0, 1], W1[1, 1]]]) @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_transposed_below(x, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_W1_twice(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W1 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def forward_2_2_2_a_before_z(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return a1, z1, sigmoid(z2), z2


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
        Case("biases in the hundreds", two_layers(-1, 1, bias=500.0)),
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
        Misconception(
            "z-before-a",
            forward_2_2_2_z_before_a,
            "The numbers are right, their order is not: layer by layer, (z1, a1, z2, a2).",
            case="positive weights",
        ),
        Misconception(
            "w12-for-w21-in-W1",
            forward_2_2_2_printed_matrix_below,
            "In the hidden layer you use w12 twice; to unit 2 leads w21 from input 1: W1[1, 0].",
            case="positive weights",
        ),
        Misconception(
            "transposed-below",
            forward_2_2_2_transposed_below,
            "In the hidden layer you use the transposed weights; it is W1 @ x, or x @ W1.T.",
            case="positive weights",
        ),
        Misconception(
            "W1-twice",
            forward_2_2_2_W1_twice,
            "You use W1 in both layers; the second has its own weights, W2.",
            case="positive weights",
        ),
        Misconception(
            "a-before-z",
            forward_2_2_2_a_before_z,
            "The numbers are right, their order is not: (z1, a1, z2, a2), each z before its a.",
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
