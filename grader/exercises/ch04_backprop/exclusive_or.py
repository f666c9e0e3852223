"""Exclusive or, drawn by two rectifiers."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import experiments

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


def xor_closed_form_threshold(X):
    return ((X[:, 0] > 0.5) != (X[:, 1] > 0.5)).astype(float)


def xor_closed_form_first_relu_lost(X):
    s = X.sum(axis=1)
    return s - 2 * np.maximum(s - 1, 0)


def xor_closed_form_difference(X):
    return np.abs(X[:, 0] - X[:, 1])


def xor_closed_form_product(X):
    return X[:, 0] + X[:, 1] - 2 * X[:, 0] * X[:, 1]


def xor_closed_form_minus_one_twice(X):
    h = np.maximum(X @ np.ones((2, 2)).T - 1, 0)
    return h @ np.array([1.0, -2.0])


def xor_closed_form_bias_sign(X):
    h = np.maximum(X @ np.ones((2, 2)).T - np.array([0.0, -1.0]), 0)
    return h @ np.array([1.0, -2.0])


def xor_closed_form_relu_twice(X):
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return np.maximum(h @ np.array([1.0, -2.0]), 0)


def xor_closed_form_logical_xor(X):
    return np.logical_xor(X[:, 0], X[:, 1]).astype(float)


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
        Misconception(
            "threshold",
            xor_closed_form_threshold,
            "Right at the four corners, but no network: between them its output changes gradually. Compute "
            "w · relu(W x + c).",
            case="points between and beyond them",
        ),
        Misconception(
            "first-relu-lost",
            xor_closed_form_first_relu_lost,
            "Your first hidden unit has no relu; it matters where x1 + x2 is below 0.",
            case="points between and beyond them",
        ),
        Misconception(
            "difference",
            xor_closed_form_difference,
            "|x1 − x2| agrees at the corners only; the network that is asked for has W, c and w as above.",
            case="points between and beyond them",
        ),
        Misconception(
            "product",
            xor_closed_form_product,
            "x1 + x2 − 2 x1 x2 agrees at the corners only; the network that is asked for has W, c and w as above.",
            case="points between and beyond them",
        ),
        Misconception(
            "minus-one-twice",
            xor_closed_form_minus_one_twice,
            "Both your hidden units have the bias −1; c = (0, −1), the first has none.",
            case="corners of the square",
        ),
        Misconception(
            "bias-sign",
            xor_closed_form_bias_sign,
            "You subtract c; z = W x + c, so the second unit switches on above 1.",
            case="corners of the square",
        ),
        Misconception(
            "relu-twice",
            xor_closed_form_relu_twice,
            "You bend the output too; it is linear, and below 0 where x1 + x2 is above 2.",
            case="points between and beyond them",
        ),
        Misconception(
            "logical-xor",
            xor_closed_form_logical_xor,
            "np.logical_xor knows 0 and all else, and is no network: compute w · relu(W x + c).",
            case="points between and beyond them",
        ),
    ),
    alternatives=(xor_closed_form_by_sum, xor_closed_form_by_loop),
    hints=(
        "W = np.ones((2, 2)), c = np.array([0, -1]), w = np.array([1, -2]).",
        "Samples are rows: the weighted inputs of the hidden layer are X @ W.T + c, shape (n, 2).",
        "np.maximum(0, ...) of it, then @ w.",
    ),
)
