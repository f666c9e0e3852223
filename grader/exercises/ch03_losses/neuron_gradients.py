"""The gradients of one sigmoid neuron under two costs: where the slope of the sigmoid stays, and where it goes."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_any_order, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib import losses
from nnlib.activations import sigmoid


def _batch(rng, n, d, *, sign=1):
    x = rng.uniform(0.5, 1.5, size=(n, d)) * np.where(np.arange(d) % 2, -1, 1)
    y = (np.arange(n) % 2).astype(float)
    return x, y, rng.normal(size=d) * 0.5, sign * rng.uniform(0.5, 1)


def _soft(rng, cost):
    """Labels between 0 and 1, a negative bias."""
    x, _, w, b = _batch(rng, 4, 3, sign=-1)
    return call(x, rng.uniform(0.1, 0.4, size=4) + np.array([0, 0.5, 0, 0.5]), w, b, cost=cost)


def _ones(rng, n, d):
    """Only labels 1, so that db is negative."""
    x, y, w, b = _batch(rng, n, d, sign=-1)
    return x, np.ones_like(y), w, b


def _allowed(rng):
    n, d = shape(rng, axes=(2,))
    y = one_of(rng, rng.integers(0, 2, size=n).astype(float), rng.random(n))
    x, w = one_of(rng, 1, 1, 3) * rng.normal(size=(n, d)), one_of(rng, 1, 0.01) * rng.normal(size=d)
    return call(x, y, w, one_of(rng, 0.0, 0.5, -1.5, 2), **options(rng, cost=("quadratic", "cross_entropy")))


NEURON_GRADIENTS = Exercise(
    function="neuron_gradients",
    topics=("C03-14", "C03-25"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.neuron_gradients,
    returns=("dw", "db"),
    allowed=_allowed,
    cases=(
        Case(
            "two samples, quadratic cost",
            lambda rng: call(*_batch(rng, 2, 2)),
            example=call([[1, 0], [2, -1]], [0, 1], [1, 0.5], 0.5),
        ),
        Case(
            "a batch, quadratic cost",
            lambda rng: call(*_batch(rng, 5, 3, sign=-1), cost="quadratic"),
            weight=2,
        ),
        Case(
            "a batch, cross-entropy",
            lambda rng: call(*_batch(rng, 5, 3), cost="cross_entropy"),
            weight=2,
        ),
        Case("soft labels, quadratic cost", lambda rng: _soft(rng, "quadratic")),
        Case("soft labels, cross-entropy", lambda rng: _soft(rng, "cross_entropy")),
        Case(
            "an array and a number, whatever their order",
            lambda rng: call(*_batch(rng, 3, 2)),
            measure=in_any_order,
        ),
        in_turn(
            "odd shapes, labels of one kind",
            lambda rng: call(*_batch(rng, 1, 1), cost="cross_entropy"),
            lambda rng: call(*_ones(rng, 1, 3)),
            lambda rng: call(*_ones(rng, 3, 1), cost="quadratic"),
            lambda rng: call(*_ones(rng, 3, 1), cost="cross_entropy"),
            lambda rng: call(*_batch(rng, 2, 3)[:3], 0.0),
        ),
    ),
    hints=(
        "What is ∂L/∂z, one number a sample? It serves both dw and db.",
        "It is the error a − y, for one of the two costs times the slope σ'(z) of the sigmoid: for which? Then "
        "∂z/∂w_j = x_j and ∂z/∂b = 1, and the mean over the samples.",
        "slope = (a − y) a (1 − a) for the quadratic cost, a − y for the cross-entropy. With that array dw = "
        "slope @ x / len(x), db = slope.mean().",
    ),
)


@NEURON_GRADIENTS.wrong
def neuron_gradients_no_slope(x, y, w, b, *, cost="quadratic"):
    """For the quadratic cost you leave out the slope σ'(z), which does not cancel there.

    It is a (1 − a): (a − y) a (1 − a)."""
    delta = sigmoid(x @ w + b) - y
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong(case="a batch, cross-entropy")
def neuron_gradients_slope_kept(x, y, w, b, *, cost="quadratic"):
    """For the cross-entropy you keep the slope σ'(z), which cancels there.

    What is left is a − y."""
    a = sigmoid(x @ w + b)
    delta = (a - y) * a * (1 - a)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_costs_swapped(x, y, w, b, *, cost="quadratic"):
    """You have the two costs the wrong way round: the slope σ'(z) belongs to the quadratic one."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "cross_entropy":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_sum_for_mean(x, y, w, b, *, cost="quadratic"):
    """You add up over the samples, but the cost is a mean.

    Divide by their number, len(x)."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x, delta.sum()


@NEURON_GRADIENTS.wrong
def neuron_gradients_sign(x, y, w, b, *, cost="quadratic"):
    """Your sign is reversed: where the output is too large, your gradient by z is negative.

    There it must be positive: a − y."""
    a = sigmoid(x @ w + b)
    delta = y - a
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_twice(x, y, w, b, *, cost="quadratic"):
    """Your gradient of the quadratic cost is twice as large as it should be: that cost has a factor ½.

    The ½ cancels the 2 of the derivative: (a − y) a (1 − a)."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = 2 * delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_slope_at_the_activation(x, y, w, b, *, cost="quadratic"):
    """You take the slope of sigmoid at a; it is taken at z.

    σ'(z) = a (1 − a)."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * sigmoid(a) * (1 - sigmoid(a))
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_z_for_a(x, y, w, b, *, cost="quadratic"):
    """You write the slope as z (1 − z), but it is the activation that stands in this formula.

    σ'(z) = a (1 − a) with a = σ(z)."""
    z = x @ w + b
    delta = sigmoid(z) - y
    if cost == "quadratic":
        delta = delta * z * (1 - z)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_no_bias(x, y, w, b, *, cost="quadratic"):
    """You leave the bias out of z = x·w + b."""
    a = sigmoid(x @ w)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_means_apart(x, y, w, b, *, cost="quadratic"):
    """You average the errors and the inputs apart, so that no error meets its own inputs.

    Each sample's error multiplies its own inputs first: slope @ x / len(x)."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta.mean() * x.mean(axis=0), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_bias_not_summed(x, y, w, b, *, cost="quadratic"):
    """db has one entry per sample, but the one bias serves all samples.

    Take the mean."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta


@NEURON_GRADIENTS.wrong
def neuron_gradients_inputs_missing(x, y, w, b, *, cost="quadratic"):
    """dw lacks the inputs: an input of 0 would leave its weight without a gradient, and yours does not.

    ∂z/∂w_j = x_j, so each sample's ∂L/∂z multiplies its inputs."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return np.full_like(w, delta.mean()), delta.mean()


@NEURON_GRADIENTS.wrong(case="a batch, cross-entropy")
def neuron_gradients_slope_divided(x, y, w, b, *, cost="quadratic"):
    """For the cross-entropy you stop at ∂L/∂a; the last step, from a to z, is missing.

    ∂L/∂a = (a − y) / (a (1 − a)) times ∂a/∂z = a (1 − a): that is a − y."""
    a = sigmoid(x @ w + b)
    delta = a - y
    delta = delta * a * (1 - a) if cost == "quadratic" else delta / (a * (1 - a))
    return delta @ x / len(x), delta.mean()


@NEURON_GRADIENTS.wrong
def neuron_gradients_pair_reversed(x, y, w, b, *, cost="quadratic"):
    """You return (db, dw); the gradient of the weights comes first."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta.mean(), delta @ x / len(x)


@NEURON_GRADIENTS.wrong
def neuron_gradients_slope_missing_in_db(x, y, w, b, *, cost="quadratic"):
    """The slope σ'(z) is missing in db; for the quadratic cost it belongs to both gradients."""
    a = sigmoid(x @ w + b)
    slope = a * (1 - a) if cost == "quadratic" else 1
    return ((a - y) * slope) @ x / len(x), (a - y).mean()


@NEURON_GRADIENTS.wrong(case="a batch, quadratic cost")
def neuron_gradients_divided_by_inputs(x, y, w, b, *, cost="quadratic"):
    """You divide by the number of inputs d; the mean is over the n samples."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(w), delta.sum() / len(w)


@NEURON_GRADIENTS.wrong
def neuron_gradients_bias_sum(x, y, w, b, *, cost="quadratic"):
    """You average dw over the samples but add db up.

    Both belong to the mean cost: take the mean for db, too."""
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.sum()


@NEURON_GRADIENTS.right
def neuron_gradients_by_einsum(x, y, w, b, *, cost="quadratic"):
    a = 1 / (1 + np.exp(-(np.einsum("nd,d->n", x, w) + b)))
    slope = a - a**2 if cost == "quadratic" else 1.0
    delta = (a - y) * slope
    return np.einsum("n,nd->d", delta, x) / x.shape[0], np.average(delta)


@NEURON_GRADIENTS.right
def neuron_gradients_by_loop(x, y, w, b, *, cost="quadratic"):
    dw, db = np.zeros_like(w), 0.0
    for x_i, y_i in zip(x, y):
        a = sigmoid(np.dot(w, x_i) + b)
        delta = (a - y_i) * (a * (1 - a) if cost == "quadratic" else 1)
        dw += delta * x_i / len(y)
        db += delta / len(y)
    return dw, db


@NEURON_GRADIENTS.right
def neuron_gradients_by_chain(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    dc_da = a - y if cost == "quadratic" else (a - y) / (a * (1 - a))
    dc_dz = (dc_da * a * (1 - a))[:, None]
    return (dc_dz * x).mean(axis=0), dc_dz.mean()


@NEURON_GRADIENTS.right
def neuron_gradients_einsum_slope_as(x, y, w, b, *, cost="quadratic"):
    z = np.einsum("nd,d->n", x, w) + b
    err = (sigmoid(z) - y) / len(x)
    if cost == "cross_entropy":
        return np.einsum("n,nd->d", err, x), np.sum(err)
    err = err * sigmoid(z) * sigmoid(-z)
    return np.einsum("n,nd->d", err, x), np.sum(err)


@NEURON_GRADIENTS.right
def neuron_gradients_bias_as_one(x, y, w, b, *, cost="quadratic"):
    n, d = x.shape
    ones = np.hstack([x, np.ones((n, 1))])
    z = ones @ np.append(w, b)
    a = sigmoid(z)
    slope = {"quadratic": a - a**2, "cross_entropy": np.ones(n)}[cost]
    grad = np.einsum("n,n,nd->d", a - y, slope, ones) / n
    return grad[:d], grad[d]
