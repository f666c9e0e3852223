"""One neuron."""

import numpy as np

from grader.record.exercise import Case, Exercise, Fixture, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import nn


def _allowed(rng):
    n, d = shape(rng, (2,))
    x = floats(rng, one_of(rng, (n, d), (d,)), (1.0, 10.0, 1e-3))
    f = Fixture(one_of(rng, "identity", "square", "tanh"))
    return call(x, floats(rng, d), float(floats(rng, 1)[0]), activation=f)


def odd_neuron(size, scale, weights, b):
    """Draws x and weights, each of its own size, and a bias that is negative, tiny, 0 or large."""
    return lambda rng: call(
        spread(rng, size, scale), spread(rng, size[-1], weights), b, activation=Fixture("identity")
    )


NEURON = Exercise(
    function="neuron",
    topics=("C02-03",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=nn.neuron,
    allowed=_allowed,
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
        in_turn(
            "odd shapes, tiny and large numbers",
            *map(
                odd_neuron,
                ((1, 3), (3, 1), (1, 1), (1,)),
                (1e3, 1, 1e-6, 1),
                (1, 1e-6, 1, 300),
                (-1.5, 1e-6, 0.0, 800.0),
            ),
        ),
    ),
    hints=(
        "First the weighted sum z of one sample: which of the inputs does b shift?",
        "x @ w sums over the last axis of x, for one sample and for a batch alike.",
        "z = x @ w + b, then hand z to `activation`.",
    ),
)


@NEURON.wrong(case="a batch, f is tanh")
def neuron_bias_outside(x, w, b, *, activation):
    """You add b after the activation; the bias shifts the weighted sum, before it.

    The output is f(x·w + b)."""
    return activation(x @ w) + b


@NEURON.wrong
def neuron_no_bias(x, w, b, *, activation):
    """You leave the bias out; it shifts the weighted sum.

    The weighted sum is z = x·w + b."""
    return activation(x @ w)


@NEURON.wrong
def neuron_bias_as_threshold(x, w, b, *, activation):
    """You subtract b, as if it were a threshold; a bias is added.

    The weighted sum is z = x·w + b (a threshold would be −b)."""
    return activation(x @ w - b)


@NEURON.wrong(case="a batch, f is tanh")
def neuron_activation_first(x, w, b, *, activation):
    """You apply f to the inputs; it belongs to the weighted sum.

    First z = x·w + b, then f(z)."""
    return activation(x) @ w + b


@NEURON.wrong(case="a batch, f is tanh")
def neuron_no_activation(x, w, b, *, activation):
    """You return the weighted sum; the activation is missing.

    With z = x·w + b the neuron's output is f(z)."""
    return x @ w + b


@NEURON.wrong
def neuron_bias_in_every_product(x, w, b, *, activation):
    """You add b to every product, so it counts d times.

    Add it once, after the sum."""
    return activation((x * w + b).sum(axis=-1))


@NEURON.wrong
def neuron_sum_of_all(x, w, b, *, activation):
    """You sum over the whole batch; every sample has its own sum, over the last axis."""
    return activation(np.sum(x * w) + b)


@NEURON.wrong(case="one sample of shape (d,)")
def neuron_never_a_number(x, w, b, *, activation):
    """For a single sample of shape (d,) you return an array with one entry; a number is wanted."""
    return activation(np.atleast_2d(x) @ w + b)


@NEURON.wrong
def neuron_no_sum(x, w, b, *, activation):
    """You multiply x and w entry by entry but do not add up over the d inputs.

    Use x @ w."""
    return activation(x * w + b)


@NEURON.right
def neuron_by_einsum(x, w, b, *, activation):
    return activation(np.einsum("...d,d->...", x, w) + b)


@NEURON.right
def neuron_by_loop(x, w, b, *, activation):
    z = b
    for j in range(len(w)):
        z = z + x[..., j] * w[j]
    return activation(z)


@NEURON.right
def neuron_sum_over_last(x, w, b=0.0, *, activation, verbose=False):
    assert w.ndim == 1
    assert x.shape[-1] == w.shape[0], "x and w do not fit"
    pre = np.sum(np.multiply(x, w), axis=-1) + b
    if verbose:
        print("pre-activation:", pre)
    return activation(pre)


@NEURON.right
def neuron_naive_loops_building(x, w, b, *, activation):
    if x.ndim == 1:
        z = 0.0
        for i in range(len(w)):
            z = z + x[i] * w[i]
        return activation(z + b)
    zs = []
    for sample in x:
        z = 0.0
        for i in range(len(w)):
            z = z + sample[i] * w[i]
        zs.append(z + b)
    return activation(np.array(zs))


@NEURON.right
def neuron_explicit_loops_over(x, w, b, *, activation):
    x = np.asarray(x)
    if x.ndim == 1:
        z = b
        for j in range(len(w)):
            z = z + x[j] * w[j]
        return activation(z)
    zs = []
    for row in x:
        z = b
        for j in range(len(w)):
            z = z + row[j] * w[j]
        zs.append(z)
    return activation(np.array(zs))
