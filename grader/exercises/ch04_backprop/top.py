"""The error at the top of a network, BP1, for the usual pairs of output and cost."""

import numpy as np

from grader.exercise import Case, Exercise, Misconception, call
from nnlib import nn
from nnlib.activations import sigmoid, sigmoid_backward, softmax

# ── cost_delta ───────────────────────────────────────────────────────────────────────────────────────────


def cost_delta_slope_kept(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "linear":
        return z - y
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z)
    return (a - y) * a * (1 - a)


def cost_delta_slope_lost(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return a - y


def cost_delta_sign(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = y - a
    return delta * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else delta


def cost_delta_of_z(z, y, *, output="sigmoid", cost="quadratic"):
    delta = z - y
    return delta * z * (1 - z) if (output, cost) == ("sigmoid", "quadratic") else delta


def cost_delta_slope_at_a(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return sigmoid_backward(a - y, a) if (output, cost) == ("sigmoid", "quadratic") else a - y


def cost_delta_softmax_of_all(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        e = np.exp(z - z.max())
        return e / e.sum() - y
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


def cost_delta_always_sigmoid(z, y, *, output="sigmoid", cost="quadratic"):
    a = sigmoid(z)
    return (a - y) * a * (1 - a) if cost == "quadratic" else a - y


def cost_delta_mean(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return delta / len(z)


def cost_delta_half_forgotten(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return 2 * delta if cost == "quadratic" else delta


def cost_delta_slope_divided(z, y, *, output="sigmoid", cost="quadratic"):
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    if output == "sigmoid":
        return (a - y) / (a * (1 - a)) if cost == "cross_entropy" else (a - y) * a * (1 - a)
    return a - y


def cost_delta_by_the_chain_rule(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        differences = z[..., None, :] - z[..., :, None]
        return 1 / np.exp(differences).sum(axis=-1) - y
    a = z if output == "linear" else (1 + np.tanh(z / 2)) / 2
    dC_da = a - y if cost == "quadratic" else (a - y) / (a * (1 - a))
    return dC_da if output == "linear" else dC_da * a * (1 - a)


def cost_delta_by_table(z, y, *, output="sigmoid", cost="quadratic"):
    f = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output]
    slope = sigmoid(z) * sigmoid(-z) if output == "sigmoid" and cost == "quadratic" else 1
    return (f(z) - y) * slope


def scores_and_targets(*shape, **options):
    """Targets are probabilities that sum to 1, so that they suit every cost."""

    def draw(rng):
        return call(
            rng.normal(0, 2, size=shape), rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]), **options
        )

    return draw


COST_DELTA = Exercise(
    function="cost_delta",
    topics=("C04-07", "C04-12"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=nn.cost_delta,
    cases=(
        Case(
            "sigmoid, quadratic, one sample",
            scores_and_targets(3),
            example=call([0, 2, -1], [0, 1, 1]),
        ),
        Case("sigmoid, quadratic, a batch", scores_and_targets(4, 3)),
        Case(
            "sigmoid, cross-entropy",
            scores_and_targets(4, 3, output="sigmoid", cost="cross_entropy"),
            weight=2,
        ),
        Case("linear, quadratic", scores_and_targets(4, 3, output="linear"), weight=2),
        Case(
            "softmax, log-likelihood",
            scores_and_targets(4, 3, output="softmax", cost="log_likelihood"),
            weight=2,
        ),
    ),
    misconceptions=(
        Misconception(
            "slope-kept",
            cost_delta_slope_kept,
            "With cross-entropy the slope a(1 − a) cancels: what is left is a − y.",
            case="sigmoid, cross-entropy",
        ),
        Misconception(
            "slope-lost",
            cost_delta_slope_lost,
            "With the quadratic cost the slope of the sigmoid stays: (a − y) a(1 − a).",
            case="sigmoid, quadratic, one sample",
        ),
        Misconception(
            "sign",
            cost_delta_sign,
            "Your sign is reversed: the error is a − y, positive where the output is too large.",
            case="sigmoid, quadratic, one sample",
        ),
        Misconception(
            "z-for-a",
            cost_delta_of_z,
            "You compare z with the target; the output is a = f(z).",
            case="sigmoid, quadratic, one sample",
        ),
        Misconception(
            "slope-at-a",
            cost_delta_slope_at_a,
            "You take the slope of the sigmoid at a; its argument is z. In terms of a it is a(1 − a).",
            case="sigmoid, quadratic, one sample",
        ),
        Misconception(
            "softmax-of-all",
            cost_delta_softmax_of_all,
            "Your softmax divides by a sum over the whole batch; every row has its own, over the last axis.",
            case="softmax, log-likelihood",
        ),
        Misconception(
            "always-sigmoid",
            cost_delta_always_sigmoid,
            "You apply the sigmoid whatever `output` says; linear means a = z, softmax has its own function.",
            case="linear, quadratic",
        ),
        Misconception(
            "mean",
            cost_delta_mean,
            "You divide by the number of samples; here each sample keeps its own error.",
            case="sigmoid, quadratic, a batch",
        ),
        Misconception(
            "half-forgotten",
            cost_delta_half_forgotten,
            "The quadratic cost is ½(a − y)², whose slope is a − y, without a 2.",
            case="linear, quadratic",
        ),
        Misconception(
            "only-the-cost",
            cost_delta_slope_divided,
            "(a − y) / (a(1 − a)) is ∂C/∂a of cross-entropy; times the slope of the sigmoid it becomes a − y.",
            case="sigmoid, cross-entropy",
        ),
    ),
    alternatives=(cost_delta_by_the_chain_rule, cost_delta_by_table),
    hints=(
        "First the output a: z itself, sigmoid(z) or softmax(z), as `output` says.",
        "Three of the four combinations give a − y. Which one keeps a slope?",
        "Only sigmoid with the quadratic cost: (a − y) · a(1 − a).",
    ),
)
