"""What a hidden layer can draw: exclusive or, and any staircase."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import experiments
from nnlib.activations import sigmoid

# ── xor_closed_form ──────────────────────────────────────────────────────────────────────────────────────


def xor_closed_form_no_relu(X):
    h = X @ np.ones((2, 2)).T + np.array([0.0, -1.0])
    return h @ np.array([1.0, -2.0])


def xor_closed_form_relu_outside(X):
    h = X @ np.ones((2, 2)).T + np.array([0.0, -1.0])
    return np.maximum(h @ np.array([1.0, -2.0]), 0)


def xor_closed_form_no_biases(X):
    h = np.maximum(X @ np.ones((2, 2)).T, 0)
    return h @ np.array([1.0, -2.0])


def xor_closed_form_bias_outside(X):
    h = np.maximum(X @ np.ones((2, 2)).T, 0) + np.array([0.0, -1.0])
    return h @ np.array([1.0, -2.0])


def xor_closed_form_biases_swapped(X):
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([-1.0, 0.0]), 0)
    return h @ np.array([1.0, -2.0])


def xor_closed_form_truth_table(X):
    return (X[:, 0] != X[:, 1]).astype(float)


def xor_closed_form_steps(X):
    h = (X @ np.ones((2, 2)).T + np.array([0.0, -1.0]) > 0).astype(float)
    return h @ np.array([1.0, -2.0])


def xor_closed_form_minus_one(X):
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return h @ np.array([1.0, -1.0])


def xor_closed_form_column(X):
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return h @ np.array([[1.0], [-2.0]])


def xor_closed_form_by_sum(X):
    s = X.sum(axis=1)
    return np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)


def xor_closed_form_by_loop(X):
    y = np.zeros(len(X), X.dtype)
    for i, (first, second) in enumerate(X):
        for bias, weight in ((0.0, 1.0), (-1.0, -2.0)):
            z = first + second + bias
            y[i] += weight * z if z > 0 else 0.0
    return y


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

XOR_CLOSED_FORM = Exercise(
    function="xor_closed_form",
    topics=("C04-14",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=experiments.xor_closed_form,
    cases=(
        Case(
            "corners of the square",
            lambda rng: call(np.concatenate([rng.permutation(CORNERS), rng.integers(0, 2, size=(4, 2))])),
            example=call([[0, 0], [0, 1], [1, 0], [1, 1]]),
        ),
        Case("points between and beyond them", lambda rng: call(rng.uniform(-1, 2, size=(40, 2))), weight=3),
    ),
    misconceptions=(
        Misconception(
            "no-relu",
            xor_closed_form_no_relu,
            "Without the relu the two layers are one linear layer: h = max(0, X Wᵀ + c).",
            case="corners of the square",
        ),
        Misconception(
            "relu-outside",
            xor_closed_form_relu_outside,
            "The relu belongs to the hidden units, before w; the output is linear.",
            case="corners of the square",
        ),
        Misconception(
            "no-biases",
            xor_closed_form_no_biases,
            "The biases c are missing: the second hidden unit switches on only above 1.",
            case="corners of the square",
        ),
        Misconception(
            "bias-outside",
            xor_closed_form_bias_outside,
            "You add c after the relu; it belongs inside: max(0, X Wᵀ + c).",
            case="corners of the square",
        ),
        Misconception(
            "biases-swapped",
            xor_closed_form_biases_swapped,
            "c = (0, −1): it is the second unit, with weight −2, that needs the −1.",
            case="corners of the square",
        ),
        Misconception(
            "truth-table",
            xor_closed_form_truth_table,
            "Right at the four corners, but no network: between them its output changes gradually. Compute "
            "w · relu(W x + c).",
            case="points between and beyond them",
        ),
        Misconception(
            "steps",
            xor_closed_form_steps,
            "Your hidden units jump from 0 to 1; relu is max(0, z) and grows with z.",
            case="corners of the square",
        ),
        Misconception(
            "minus-one",
            xor_closed_form_minus_one,
            "w = (1, −2): the second unit must take away both what it and what the first unit added.",
            case="corners of the square",
        ),
        Misconception(
            "a-column",
            xor_closed_form_column,
            "You return a column, shape (n, 1); a number for each sample is wanted, shape (n,).",
            case="corners of the square",
        ),
    ),
    alternatives=(xor_closed_form_by_sum, xor_closed_form_by_loop),
    hints=(
        "W = np.ones((2, 2)), c = np.array([0, -1]), w = np.array([1, -2]).",
        "Samples are rows: the weighted inputs of the hidden layer are X @ W.T + c, shape (n, 2).",
        "np.maximum(0, ...) of it, then @ w.",
    ),
)


# ── staircase ────────────────────────────────────────────────────────────────────────────────────────────


def staircase_heights_for_jumps(x, edges, heights, *, steepness=100.0):
    return sigmoid(steepness * (x[:, None] - edges)) @ heights


def staircase_first_jump_lost(x, edges, heights, *, steepness=100.0):
    return sigmoid(steepness * (x[:, None] - edges[1:])) @ np.diff(heights)


def staircase_edge_not_scaled(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * x[:, None] - edges) @ jumps


def staircase_edge_sign(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (x[:, None] + edges)) @ jumps


def staircase_own_steepness(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(100.0 * (x[:, None] - edges)) @ jumps


def staircase_downwards(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return sigmoid(steepness * (edges - x[:, None])) @ jumps


def staircase_sharp(x, edges, heights, *, steepness=100.0):
    jumps = np.diff(np.concatenate([[0.0], heights]))
    return (x[:, None] > edges) @ jumps


def staircase_jumps_reversed(x, edges, heights, *, steepness=100.0):
    before = np.concatenate([[0.0], heights[:-1]])
    return sigmoid(steepness * (x[:, None] - edges)) @ (before - heights)


def staircase_by_loop(x, edges, heights, *, steepness=100.0):
    y, before = np.zeros_like(x), 0.0
    for edge, height in zip(edges, heights):
        y = y + (height - before) * sigmoid(steepness * (x - edge))
        before = height
    return y


def staircase_by_parts(x, edges, heights, *, steepness=100.0):
    s = (1 + np.tanh(steepness * np.subtract.outer(x, edges) / 2)) / 2
    after = np.concatenate([s[:, 1:], np.zeros_like(s[:, :1])], axis=1)
    return ((s - after) * heights).sum(axis=1)


def stairs(n, K, **options):
    """Draws x over [0, 1], K rising edges and their heights."""

    def draw(rng):
        edges = (np.arange(K) + rng.uniform(0.3, 0.7, size=K)) / K
        return call(rng.uniform(0, 1, size=n), edges, rng.normal(0, 2, size=K), **options)

    return draw


STAIRCASE = Exercise(
    function="staircase",
    topics=("C04-16",),
    points=2,
    difficulty=3,
    minutes=15,
    reference=experiments.staircase,
    cases=(
        Case(
            "two soft steps",
            stairs(4, 2, steepness=5.0),
            weight=2,
            example=call([0, 0.5, 1], [0.25, 0.75], [2, 1], steepness=5.0),
        ),
        Case("many soft steps", stairs(20, 6, steepness=20.0), weight=2),
        Case("steep by default", stairs(30, 4)),
    ),
    misconceptions=(
        Misconception(
            "heights-for-jumps",
            staircase_heights_for_jumps,
            "Steps add up: the weight of a unit is the jump at its edge, the height after it minus the one before.",
            case="two soft steps",
        ),
        Misconception(
            "first-jump-lost",
            staircase_first_jump_lost,
            "The first edge is a jump too, from 0 to heights[0]: np.diff(heights, prepend=0).",
            case="two soft steps",
        ),
        Misconception(
            "edge-not-scaled",
            staircase_edge_not_scaled,
            "σ(s x − e) steps at x = e/s; for a step at e the bias is −s e: σ(s (x − e)).",
            case="two soft steps",
        ),
        Misconception(
            "edge-sign",
            staircase_edge_sign,
            "σ(s (x + e)) steps at −e; the bias is −s e.",
            case="two soft steps",
        ),
        Misconception(
            "own-steepness",
            staircase_own_steepness,
            "You fix the steepness at 100; use the option.",
            case="two soft steps",
        ),
        Misconception(
            "downwards",
            staircase_downwards,
            "Your units are on to the left of their edges; they should switch on to the right: σ(s (x − e)).",
            case="two soft steps",
        ),
        Misconception(
            "sharp",
            staircase_sharp,
            "You use sharp steps; the units are sigmoids: σ(s (x − e)).",
            case="two soft steps",
        ),
        Misconception(
            "jumps-reversed",
            staircase_jumps_reversed,
            "Your jumps have the wrong sign: the height after the edge minus the height before it.",
            case="two soft steps",
        ),
    ),
    alternatives=(staircase_by_loop, staircase_by_parts),
    hints=(
        "One unit, σ(s (x − e)), is 0 left of e and 1 right of it. What must it be multiplied by?",
        "By the jump at its edge: heights[k] − heights[k − 1], and heights[0] at the first.",
        "x[:, None] - edges has shape (n, K): all samples against all edges. Then @ jumps.",
    ),
)
