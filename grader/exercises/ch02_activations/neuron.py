"""One neuron, and why stacking linear layers gains nothing."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, Misconception, call
from nnlib import nn

# ── neuron ───────────────────────────────────────────────────────────────────────────────────────────────


def neuron_bias_outside(x, w, b, *, activation):
    return activation(x @ w) + b


def neuron_no_bias(x, w, b, *, activation):
    return activation(x @ w)


def neuron_bias_as_threshold(x, w, b, *, activation):
    return activation(x @ w - b)


def neuron_activation_first(x, w, b, *, activation):
    return activation(x) @ w + b


def neuron_no_activation(x, w, b, *, activation):
    return x @ w + b


def neuron_no_sum(x, w, b, *, activation):
    return activation(x * w + b)


def neuron_bias_in_every_product(x, w, b, *, activation):
    return activation((x * w + b).sum(axis=-1))


def neuron_sum_of_all(x, w, b, *, activation):
    return activation(np.sum(x * w) + b)


def neuron_never_a_number(x, w, b, *, activation):
    return activation(np.atleast_2d(x) @ w + b)


def neuron_by_einsum(x, w, b, *, activation):
    return activation(np.einsum("...d,d->...", x, w) + b)


def neuron_by_loop(x, w, b, *, activation):
    z = b
    for j in range(len(w)):
        z = z + x[..., j] * w[j]
    return activation(z)


NEURON = Exercise(
    function="neuron",
    topics=("C02-03",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=nn.neuron,
    cases=(
        Case(
            "two samples, f is the identity",
            lambda rng: call(
                rng.normal(size=(2, 2)),
                rng.normal(size=2),
                rng.uniform(0.5, 1),
                activation=Fixture("identity"),
            ),
            example=call([[1, 2], [0, 1]], [0.5, -1], 0.25, activation=Fixture("identity")),
        ),
        Case(
            "a batch, f is tanh",
            lambda rng: call(
                rng.normal(size=(5, 3)), rng.normal(size=3), rng.uniform(0.5, 1), activation=Fixture("tanh")
            ),
            weight=2,
        ),
        Case(
            "one sample of shape (d,)",
            lambda rng: call(
                rng.normal(size=4), rng.normal(size=4), -rng.uniform(0.5, 1), activation=Fixture("tanh")
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "bias-outside",
            neuron_bias_outside,
            "You add b after the activation; the bias shifts the weighted sum: f(x·w + b).",
            case="a batch, f is tanh",
        ),
        Misconception(
            "no-bias",
            neuron_no_bias,
            "You leave the bias out: z = x·w + b.",
            case="two samples, f is the identity",
        ),
        Misconception(
            "bias-as-threshold",
            neuron_bias_as_threshold,
            "You subtract b; a bias is added, z = x·w + b (a threshold would be −b).",
            case="two samples, f is the identity",
        ),
        Misconception(
            "activation-first",
            neuron_activation_first,
            "You apply f to the inputs; it belongs to the weighted sum: first z = x·w + b, then f(z).",
            case="a batch, f is tanh",
        ),
        Misconception(
            "no-activation",
            neuron_no_activation,
            "You return z = x·w + b; the neuron's output is f(z).",
            case="a batch, f is tanh",
        ),
        Misconception(
            "bias-in-every-product",
            neuron_bias_in_every_product,
            "You add b to every product, so it counts d times: add it once, after the sum.",
            case="two samples, f is the identity",
        ),
        Misconception(
            "sum-of-all",
            neuron_sum_of_all,
            "You sum over the whole batch; every sample has its own sum, over the last axis.",
            case="two samples, f is the identity",
        ),
        Misconception(
            "never-a-number",
            neuron_never_a_number,
            "For a single sample of shape (d,) you return an array with one entry; a number is wanted.",
            case="one sample of shape (d,)",
        ),
        Misconception(
            "no-sum",
            neuron_no_sum,
            "You multiply x and w entry by entry but do not add up over the d inputs: use x @ w.",
            case="two samples, f is the identity",
        ),
    ),
    alternatives=(neuron_by_einsum, neuron_by_loop),
    hints=(
        "First the weighted sum z of one sample: which of the inputs does b shift?",
        "x @ w sums over the last axis of x, for one sample and for a batch alike.",
        "z = x @ w + b, then hand z to `activation`.",
    ),
)

# ── collapse_linear ──────────────────────────────────────────────────────────────────────────────────────


def collapse_linear_wrong_order(W1, b1, W2, b2):
    return W1 @ W2, W2 @ b1 + b2


def collapse_linear_entry_by_entry(W1, b1, W2, b2):
    return W2 * W1, W2 @ b1 + b2


def collapse_linear_same_bias_twice(W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1 + b1


def collapse_linear_first_bias_lost(W1, b1, W2, b2):
    return W2 @ W1, b2


def collapse_linear_second_bias_lost(W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1


def collapse_linear_bias_not_carried(W1, b1, W2, b2):
    return W2 @ W1, b1 + b2


def collapse_linear_bias_summed(W1, b1, W2, b2):
    return W2 @ W1, b1.sum() + b2


def collapse_linear_transposed(W1, b1, W2, b2):
    return (W2 @ W1).T, W2 @ b1 + b2


def collapse_linear_by_basis(W1, b1, W2, b2):
    def network(x):
        return W2 @ (W1 @ x + b1) + b2

    b = network(np.zeros(W1.shape[1], W1.dtype))
    columns = [network(e) - b for e in np.eye(W1.shape[1], dtype=W1.dtype)]
    return np.stack(columns, axis=1), b


def collapse_linear_by_blocks(W1, b1, W2, b2):
    def affine(W, b):
        top = np.concatenate([W, b[:, None]], axis=1)
        last = np.zeros((1, top.shape[1]), W.dtype)
        last[0, -1] = 1
        return np.concatenate([top, last])

    both = affine(W2, b2) @ affine(W1, b1)
    return both[:-1, :-1], both[:-1, -1]


COLLAPSE_LINEAR = Exercise(
    function="collapse_linear",
    topics=("C02-06",),
    points=2,
    difficulty=2,
    minutes=10,
    reference=nn.collapse_linear,
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
    ),
    misconceptions=(
        Misconception(
            "wrong-order",
            collapse_linear_wrong_order,
            "You multiply W1 @ W2; x meets W1 first, so W1 stands on the right: W2 @ W1.",
            case="square layers, 3 → 3 → 3",
        ),
        Misconception(
            "entry-by-entry",
            collapse_linear_entry_by_entry,
            "`*` multiplies entry by entry; the product of two matrices is `@`.",
            case="square layers, 3 → 3 → 3",
        ),
        Misconception(
            "same-bias-twice",
            collapse_linear_same_bias_twice,
            "You add b1 twice; the second layer adds its own bias: W2 b1 + b2.",
            case="square layers, 3 → 3 → 3",
        ),
        Misconception(
            "first-bias-lost",
            collapse_linear_first_bias_lost,
            "You drop b1; it passes through the second layer as W2 b1.",
            case="2 → 3 → 1",
        ),
        Misconception(
            "second-bias-lost",
            collapse_linear_second_bias_lost,
            "You drop b2, the bias of the second layer.",
            case="2 → 3 → 1",
        ),
        Misconception(
            "bias-not-carried",
            collapse_linear_bias_not_carried,
            "You add b1 and b2 as they are; b1 must first pass through the second layer: W2 b1 + b2.",
            case="square layers, 3 → 3 → 3",
        ),
        Misconception(
            "bias-summed",
            collapse_linear_bias_summed,
            "You add up the entries of b1; it passes through the second layer, which weighs them: W2 b1.",
            case="2 → 3 → 1",
        ),
        Misconception(
            "transposed",
            collapse_linear_transposed,
            "Your W is transposed; like W1 and W2 it has shape (outputs, inputs).",
            case="2 → 3 → 1",
        ),
    ),
    alternatives=(collapse_linear_by_basis, collapse_linear_by_blocks),
    hints=(
        "Write y = W2 (W1 x + b1) + b2 and multiply out the bracket.",
        "The factor in front of x is W. Everything without an x is b.",
        "The order of the product matters: W2 @ W1 has shape (k, d).",
    ),
)
