"""The gradients of one sigmoid neuron under two costs: where the slope of the sigmoid stays, and where it goes."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import losses
from nnlib.activations import sigmoid

# ── neuron_gradients ─────────────────────────────────────────────────────────────────────────────────────


def neuron_gradients_no_slope(x, y, w, b, *, cost="quadratic"):
    delta = sigmoid(x @ w + b) - y
    return delta @ x / len(x), delta.mean()


def neuron_gradients_slope_kept(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = (a - y) * a * (1 - a)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_costs_swapped(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "cross_entropy":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_sum(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x, delta.sum()


def neuron_gradients_sign(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = y - a
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_twice(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = 2 * delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_slope_of_activation(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * sigmoid(a) * (1 - sigmoid(a))
    return delta @ x / len(x), delta.mean()


def neuron_gradients_slope_of_z(x, y, w, b, *, cost="quadratic"):
    z = x @ w + b
    delta = sigmoid(z) - y
    if cost == "quadratic":
        delta = delta * z * (1 - z)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_no_bias(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.mean()


def neuron_gradients_means_apart(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta.mean() * x.mean(axis=0), delta.mean()


def neuron_gradients_bias_not_summed(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta


def neuron_gradients_x_missing(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return np.full_like(w, delta.mean()), delta.mean()


def neuron_gradients_divided_slope(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    delta = delta * a * (1 - a) if cost == "quadratic" else delta / (a * (1 - a))
    return delta @ x / len(x), delta.mean()


def neuron_gradients_pair_reversed(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta.mean(), delta @ x / len(x)


def neuron_gradients_slope_missing_in_db(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    slope = a * (1 - a) if cost == "quadratic" else 1
    return ((a - y) * slope) @ x / len(x), (a - y).mean()


def neuron_gradients_by_inputs(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(w), delta.sum() / len(w)


def neuron_gradients_bias_sum(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    delta = a - y
    if cost == "quadratic":
        delta = delta * a * (1 - a)
    return delta @ x / len(x), delta.sum()


def neuron_gradients_by_einsum(x, y, w, b, *, cost="quadratic"):
    a = 1 / (1 + np.exp(-(np.einsum("nd,d->n", x, w) + b)))
    slope = a - a**2 if cost == "quadratic" else 1.0
    delta = (a - y) * slope
    return np.einsum("n,nd->d", delta, x) / x.shape[0], np.average(delta)


def neuron_gradients_by_loop(x, y, w, b, *, cost="quadratic"):
    dw, db = np.zeros_like(w), 0.0
    for x_i, y_i in zip(x, y):
        a = sigmoid(np.dot(w, x_i) + b)
        delta = (a - y_i) * (a * (1 - a) if cost == "quadratic" else 1)
        dw += delta * x_i / len(y)
        db += delta / len(y)
    return dw, db


def neuron_gradients_by_chain(x, y, w, b, *, cost="quadratic"):
    a = sigmoid(x @ w + b)
    dc_da = a - y if cost == "quadratic" else (a - y) / (a * (1 - a))
    dc_dz = (dc_da * a * (1 - a))[:, None]
    return (dc_dz * x).mean(axis=0), dc_dz.mean()


def _batch(rng, n, d):
    x = rng.uniform(0.5, 1.5, size=(n, d)) * np.where(np.arange(d) % 2, -1, 1)
    y = (np.arange(n) % 2).astype(float)
    return x, y, rng.normal(size=d) * 0.5, rng.uniform(0.5, 1)


NEURON_GRADIENTS = Exercise(
    function="neuron_gradients",
    topics=("C03-14", "C03-25"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=losses.neuron_gradients,
    returns=("dw", "db"),
    cases=(
        Case(
            "two samples, quadratic cost",
            lambda rng: call(*_batch(rng, 2, 2)),
            example=call([[1, 0], [2, -1]], [0, 1], [1, 0.5], 0.5),
        ),
        Case("a batch, quadratic cost", lambda rng: call(*_batch(rng, 5, 3)), weight=2),
        Case(
            "a batch, cross-entropy",
            lambda rng: call(*_batch(rng, 5, 3), cost="cross_entropy"),
            weight=2,
        ),
    ),
    misconceptions=(
        Misconception(
            "no-slope",
            neuron_gradients_no_slope,
            "For the quadratic cost the slope σ'(z) = a (1 − a) stays: (a − y) a (1 − a).",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "slope-kept",
            neuron_gradients_slope_kept,
            "For the cross-entropy the slope σ'(z) cancels: what is left is a − y.",
            case="a batch, cross-entropy",
        ),
        Misconception(
            "costs-swapped",
            neuron_gradients_costs_swapped,
            "You have the two costs the wrong way round: the slope σ'(z) belongs to the quadratic one.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "sum-for-mean",
            neuron_gradients_sum,
            "You add up over the samples; the cost is a mean, so divide by their number.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "sign",
            neuron_gradients_sign,
            "Your sign is reversed: where the output is too large the gradient is positive, a − y.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "twice",
            neuron_gradients_twice,
            "The quadratic cost has a factor ½, which cancels the 2 of the derivative.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "slope-at-the-activation",
            neuron_gradients_slope_of_activation,
            "You take the slope of sigmoid at a; it is taken at z: σ'(z) = a (1 − a).",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "z-for-a",
            neuron_gradients_slope_of_z,
            "σ'(z) = a (1 − a) with the activation a = σ(z), not z (1 − z).",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "no-bias",
            neuron_gradients_no_bias,
            "You leave the bias out of z = x·w + b.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "means-apart",
            neuron_gradients_means_apart,
            "You average the errors and the inputs apart; each sample's error multiplies its own inputs first.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "bias-not-summed",
            neuron_gradients_bias_not_summed,
            "db has one entry per sample; the one bias serves all samples: take the mean.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "inputs-missing",
            neuron_gradients_x_missing,
            "dw lacks the inputs: ∂z/∂w_j = x_j.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "slope-divided",
            neuron_gradients_divided_slope,
            "For the cross-entropy you stop at ∂L/∂a = (a − y) / (a (1 − a)); ∂a/∂z = a (1 − a) comes next.",
            case="a batch, cross-entropy",
        ),
        Misconception(
            "pair-reversed",
            neuron_gradients_pair_reversed,
            "You return (db, dw); the gradient of the weights comes first.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "slope-missing-in-db",
            neuron_gradients_slope_missing_in_db,
            "The slope σ'(z) is missing in db; for the quadratic cost it belongs to both gradients.",
            case="two samples, quadratic cost",
        ),
        Misconception(
            "divided-by-inputs",
            neuron_gradients_by_inputs,
            "You divide by the number of inputs d; the mean is over the n samples.",
            case="a batch, quadratic cost",
        ),
        Misconception(
            "bias-sum",
            neuron_gradients_bias_sum,
            "You average dw over the samples but add db up: both belong to the mean cost.",
            case="two samples, quadratic cost",
        ),
    ),
    alternatives=(neuron_gradients_by_einsum, neuron_gradients_by_loop, neuron_gradients_by_chain),
    hints=(
        "One number a sample first: ∂L/∂z. It serves both dw and db.",
        "It is (a − y) a (1 − a) for the quadratic cost, and a − y for the cross-entropy.",
        "With that array called slope: dw = slope @ x / len(x), db = slope.mean().",
    ),
)
