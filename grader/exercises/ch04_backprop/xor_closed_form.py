"""Exclusive or, drawn by two rectifiers."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, shape
from nnlib import experiments

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _allowed(rng):
    return call(floats(rng, (shape(rng, (1,))[0], 2)))


def near(scale, *points):
    return lambda rng: call(scale * rng.uniform(1, 1.1) * np.array(points))


XOR_CLOSED_FORM = Exercise(
    function="xor_closed_form",
    topics=("C04-14",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=experiments.xor_closed_form,
    allowed=_allowed,
    cases=(
        Case(
            "corners of the square",
            lambda rng: call(np.concatenate([rng.permutation(CORNERS), rng.integers(0, 2, size=(4, 2))])),
            example=call([[0, 0], [0, 1], [1, 0], [1, 1]]),
        ),
        Case("points between and beyond them", lambda rng: call(rng.uniform(-1, 2, size=(40, 2))), weight=3),
        # a column, shape (n, 1), earns this case alone
        Case(
            "the right numbers in any shape",
            near(1, (0.2, 0.4), (0.5, 1), (2, 2.5), (-1, -0.5)),
            measure=lambda result, X: np.ravel(result),
        ),
        in_turn(
            "a single sample, tiny and large numbers",
            near(1e3, (1.0, 2)),
            near(1e3, (-1.0, -2)),
            near(1e-6, (1.0, 2), (-1, -2), (3, -1), (-3, 1), (0, 0)),
            near(1, (0.2, 0.2), (0, 0.5), (2, -1.5), (3, 4), (-1, -1)),
        ),
    ),
    hints=(
        "What are the weighted inputs of the two hidden units for one sample (x1, x2)?",
        "Samples are rows: the weighted inputs of the hidden layer are X @ W.T + c, shape (n, 2).",
        "np.maximum(0, X @ W.T + c) @ w with W = np.ones((2, 2)), c = np.array([0, -1]) and "
        "w = np.array([1, -2]).",
    ),
)


@XOR_CLOSED_FORM.wrong
def xor_closed_form_no_relu(X):
    """Without the relu the two layers are one linear layer.

    The hidden layer is h = max(0, X Wᵀ + c)."""
    h = X @ np.ones((2, 2)).T + np.array([0.0, -1.0])
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_relu_outside(X):
    """The relu belongs to the hidden units, before w; the output is linear."""
    h = X @ np.ones((2, 2)).T + np.array([0.0, -1.0])
    return np.maximum(h @ np.array([1.0, -2.0]), 0)


@XOR_CLOSED_FORM.wrong
def xor_closed_form_no_biases(X):
    """The biases c are missing: the second hidden unit switches on only above 1."""
    h = np.maximum(X @ np.ones((2, 2)).T, 0)
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_bias_outside(X):
    """You add c after the relu; it belongs inside.

    The hidden layer is max(0, X Wᵀ + c)."""
    h = np.maximum(X @ np.ones((2, 2)).T, 0) + np.array([0.0, -1.0])
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_biases_swapped(X):
    """Your biases are swapped: it is the second unit, with weight −2, that needs the −1.

    The biases are c = (0, −1)."""
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([-1.0, 0.0]), 0)
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_truth_table(X):
    """Right at the four corners, but no network: between them its output changes gradually.

    Compute w · relu(W x + c)."""
    return (X[:, 0] != X[:, 1]).astype(float)


@XOR_CLOSED_FORM.wrong
def xor_closed_form_steps(X):
    """Your hidden units jump from 0 to 1; relu is max(0, z) and grows with z."""
    h = (X @ np.ones((2, 2)).T + np.array([0.0, -1.0]) > 0).astype(float)
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_minus_one(X):
    """Your second unit takes away too little: at (1, 1) the first gives 2, the second 1, and 0 is wanted.

    The output weights are w = (1, −2)."""
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return h @ np.array([1.0, -1.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_a_column(X):
    """You return a column, shape (n, 1); a number for each sample is wanted, shape (n,)."""
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return h @ np.array([[1.0], [-2.0]])


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_threshold(X):
    """Right at the four corners, but no network: between them its output changes gradually.

    Compute w · relu(W x + c)."""
    return ((X[:, 0] > 0.5) != (X[:, 1] > 0.5)).astype(float)


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_first_relu_lost(X):
    """Your first hidden unit has no relu; it matters where x1 + x2 is below 0."""
    s = X.sum(axis=1)
    return s - 2 * np.maximum(s - 1, 0)


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_difference(X):
    """|x1 − x2| agrees at the corners only; the network that is asked for has W, c and w as above."""
    return np.abs(X[:, 0] - X[:, 1])


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_product(X):
    """x1 + x2 − 2 x1 x2 agrees at the corners only; the network that is asked for has W, c and w as above."""
    return X[:, 0] + X[:, 1] - 2 * X[:, 0] * X[:, 1]


@XOR_CLOSED_FORM.wrong
def xor_closed_form_minus_one_twice(X):
    """Both your hidden units have the bias −1; the first has none.

    The biases are c = (0, −1)."""
    h = np.maximum(X @ np.ones((2, 2)).T - 1, 0)
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong
def xor_closed_form_bias_sign(X):
    """You subtract c, so your second unit switches on above −1, and not above 1.

    The weighted inputs are z = W x + c."""
    h = np.maximum(X @ np.ones((2, 2)).T - np.array([0.0, -1.0]), 0)
    return h @ np.array([1.0, -2.0])


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_relu_twice(X):
    """You bend the output too; it is linear, and below 0 where x1 + x2 is above 2."""
    h = np.maximum(X @ np.ones((2, 2)).T + np.array([0.0, -1.0]), 0)
    return np.maximum(h @ np.array([1.0, -2.0]), 0)


@XOR_CLOSED_FORM.wrong(case="points between and beyond them")
def xor_closed_form_logical_xor(X):
    """np.logical_xor knows 0 and all else, and is no network.

    Compute w · relu(W x + c)."""
    return np.logical_xor(X[:, 0], X[:, 1]).astype(float)


@XOR_CLOSED_FORM.right
def xor_closed_form_by_sum(X):
    s = X.sum(axis=1)
    return np.maximum(s, 0) - 2 * np.maximum(s - 1, 0)


@XOR_CLOSED_FORM.right
def xor_closed_form_by_loop(X):
    y = np.zeros(len(X), X.dtype)
    for i, (first, second) in enumerate(X):
        for bias, weight in ((0.0, 1.0), (-1.0, -2.0)):
            z = first + second + bias
            y[i] += weight * z if z > 0 else 0.0
    return y


@XOR_CLOSED_FORM.right
def xor_closed_form_python_loop_over(X):
    out = []
    for x1, x2 in X:
        h1 = max(0.0, x1 + x2)
        h2 = max(0.0, x1 + x2 - 1)
        out.append(h1 - 2 * h2)
    return np.array(out)


@XOR_CLOSED_FORM.right
def xor_closed_form_relu_by_the(X):
    W = np.array([[1.0, 1.0], [1.0, 1.0]])
    c = np.array([[0.0], [-1.0]])
    z = W @ X.T + c
    h = (z + np.abs(z)) / 2
    return np.array([1.0, -2.0]) @ h


@XOR_CLOSED_FORM.right
def xor_closed_form_three_straight_pieces(X):
    s = X[:, 0] + X[:, 1]
    return np.where(s <= 0, 0.0, np.where(s <= 1, s, 2.0 - s))
