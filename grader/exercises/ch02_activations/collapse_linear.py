"""Stacked linear layers are one linear layer."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import floats, shape, spread
from nnlib import nn


def _allowed(rng):
    d, h, k = shape(rng, (3,))
    return call(*(floats(rng, size) for size in ((h, d), h, (k, h), k)))


def layers(d, h, k, below, above):
    """Draws two layers, d → h → k, with numbers of the sizes `below` and `above`."""
    return lambda rng: call(
        spread(rng, (h, d), below), spread(rng, h, below), spread(rng, (k, h), above), spread(rng, k, above)
    )


COLLAPSE_LINEAR = Exercise(
    function="collapse_linear",
    topics=("C02-06",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=nn.collapse_linear,
    allowed=_allowed,
    returns=("W", "b"),
    cases=(
        Case(
            "2 → 3 → 1",
            lambda rng: call(
                rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=(1, 3)), rng.normal(size=1)
            ),
            example=call([[1, 2], [0, 1], [-1, 3]], [1, 0, 2], [[2, 0.5, 1]], [1.25]),
        ),
        Case(
            "5 → 7 → 3",
            lambda rng: call(
                rng.normal(size=(7, 5)), rng.normal(size=7), rng.normal(size=(3, 7)), rng.normal(size=3)
            ),
            weight=2,
        ),
        Case(
            "square layers, 3 → 3 → 3",
            lambda rng: call(
                rng.normal(size=(3, 3)), rng.normal(size=3), rng.normal(size=(3, 3)), rng.normal(size=3)
            ),
        ),
        Case(
            "both results, whatever their order",
            layers(3, 4, 2, 1.0, 1.0),
            measure=in_any_order,
            differentiable=False,
        ),
        in_turn(
            "odd shapes, tiny and large numbers",
            *map(layers, (1, 1, 3, 1), (1, 3, 1, 3), (1, 3, 2, 1), (1e3, 1e-6, 1, 1), (1, 1, 1e3, 1e-6)),
        ),
    ),
    hints=(
        "What is y = W2 (W1 x + b1) + b2 with the bracket multiplied out?",
        "The factor in front of x is W. Everything without an x is b.",
        "W = W2 @ W1, in this order, has shape (k, d), and b = W2 @ b1 + b2.",
    ),
)


@COLLAPSE_LINEAR.wrong(case="square layers, 3 → 3 → 3")
def collapse_linear_wrong_order(W1, b1, W2, b2):
    """You multiply W1 @ W2, as if x met the second layer first.

    x meets W1 first, so W1 stands on the right: W2 @ W1."""
    return W1 @ W2, W2 @ b1 + b2


@COLLAPSE_LINEAR.wrong(case="square layers, 3 → 3 → 3")
def collapse_linear_entry_by_entry(W1, b1, W2, b2):
    """`*` multiplies entry by entry; one layer after the other is the product of their matrices.

    The product of two matrices is `@`: W2 @ W1."""
    return W2 * W1, W2 @ b1 + b2


@COLLAPSE_LINEAR.wrong(case="square layers, 3 → 3 → 3")
def collapse_linear_same_bias_twice(W1, b1, W2, b2):
    """You add b1 twice; the second layer adds a bias of its own.

    The bias is W2 b1 + b2."""
    return W2 @ W1, W2 @ b1 + b1


@COLLAPSE_LINEAR.wrong
def collapse_linear_first_bias_lost(W1, b1, W2, b2):
    """You drop b1, the bias of the first layer; it reaches the output through the second.

    It passes through the second layer as W2 b1."""
    return W2 @ W1, b2


@COLLAPSE_LINEAR.wrong
def collapse_linear_second_bias_lost(W1, b1, W2, b2):
    """You drop b2, the bias of the second layer."""
    return W2 @ W1, W2 @ b1


@COLLAPSE_LINEAR.wrong(case="square layers, 3 → 3 → 3")
def collapse_linear_bias_not_carried(W1, b1, W2, b2):
    """You add b1 and b2 as they are; b1 must first pass through the second layer.

    The bias is W2 b1 + b2."""
    return W2 @ W1, b1 + b2


@COLLAPSE_LINEAR.wrong
def collapse_linear_bias_summed(W1, b1, W2, b2):
    """You add up the entries of b1; it passes through the second layer, which weighs them.

    The entries are weighed by W2 b1."""
    return W2 @ W1, b1.sum() + b2


@COLLAPSE_LINEAR.wrong
def collapse_linear_transposed(W1, b1, W2, b2):
    """Your W is transposed; like W1 and W2 it has shape (outputs, inputs)."""
    return (W2 @ W1).T, W2 @ b1 + b2


@COLLAPSE_LINEAR.right
def collapse_linear_by_basis(W1, b1, W2, b2):
    def network(x):
        return W2 @ (W1 @ x + b1) + b2

    b = network(np.zeros(W1.shape[1], W1.dtype))
    columns = [network(e) - b for e in np.eye(W1.shape[1], dtype=W1.dtype)]
    return np.stack(columns, axis=1), b


@COLLAPSE_LINEAR.right
def collapse_linear_by_blocks(W1, b1, W2, b2):
    def affine(W, b):
        top = np.concatenate([W, b[:, None]], axis=1)
        last = np.zeros((1, top.shape[1]), W.dtype)
        last[0, -1] = 1
        return np.concatenate([top, last])

    both = affine(W2, b2) @ affine(W1, b1)
    return both[:-1, :-1], both[:-1, -1]


@COLLAPSE_LINEAR.right
def collapse_linear_triple_loop_with(W1, b1, W2, b2):
    k = len(W2)
    h = len(W1)
    d = len(W1[0])
    W = []
    b = []
    for i in range(k):
        row = []
        for j in range(d):
            s = 0.0
            for m in range(h):
                s += W2[i][m] * W1[m][j]
            row.append(s)
        W.append(row)
        t = b2[i]
        for m in range(h):
            t = t + W2[i][m] * b1[m]
        b.append(t)
    return np.array(W), np.array(b)


@COLLAPSE_LINEAR.right
def collapse_linear_explicit_triple_loop(W1, b1, W2, b2):
    h, d = W1.shape
    k = W2.shape[0]
    W = np.zeros((k, d))
    b = np.zeros(k)
    for i in range(k):
        for j in range(d):
            for m in range(h):
                W[i, j] += W2[i, m] * W1[m, j]
        b[i] = b2[i]
        for m in range(h):
            b[i] += W2[i, m] * b1[m]
    return W, b


@COLLAPSE_LINEAR.right
def collapse_linear_textbook(W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1 + b2
