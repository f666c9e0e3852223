"""The error at the top of a network, BP1, for the usual pairs of output and cost."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn, keeps_arguments
from grader.record.inputs import floats, one_of, probabilities, shape, spread
from nnlib import nn
from nnlib.activations import sigmoid, sigmoid_backward, softmax


def scores_and_targets(*shape, **options):
    """Targets are probabilities that sum to 1, so that they suit every cost."""

    def draw(rng):
        return call(
            rng.normal(0, 2, size=shape), rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]), **options
        )

    return draw


def saturated(rng):
    """Weighted inputs so large, of both signs, that the sigmoid is 0 or 1."""
    z = rng.uniform(800, 1000, size=3) * np.array([-1, 1, 1])
    return call(z, rng.uniform(0.1, 0.9, size=3), output="sigmoid", cost="cross_entropy")


PAIRS = (
    ("sigmoid", "quadratic"),
    ("sigmoid", "cross_entropy"),
    ("linear", "quadratic"),
    ("softmax", "log_likelihood"),
)


def _allowed(rng):
    size = one_of(rng, shape(rng, (1,)), shape(rng, (2,)))
    z = floats(rng, size, (1.0, 1.0, 10.0, 1e-3))
    output, cost = one_of(rng, *PAIRS)
    if output == "linear":
        y = floats(rng, size)
    elif output == "softmax":
        y = probabilities(rng, size)
    else:
        y = rng.random(size) if rng.random() < 0.5 else rng.integers(0, 2, size=size).astype(float)
    if cost == "cross_entropy":
        z = z * one_of(rng, 1, 300)
    named = {"output": output, "cost": cost}
    default = {"output": "sigmoid", "cost": "quadratic"}
    return call(z, y, **{k: v for k, v in named.items() if v != default[k] or rng.random() < 0.5})


def odd_scores(size, scale, target, **options):
    """Scores and targets: one-hot for softmax, of another size for a linear output, else between 0 and 1."""

    def draw(rng):
        z = spread(rng, size, scale)
        if options.get("output") == "softmax":
            return call(z, np.eye(size[-1])[rng.integers(0, size[-1], size=size[:-1])], **options)
        return call(z, spread(rng, size, target) if target != 1 else rng.uniform(0.1, 0.9, size), **options)

    return draw


COST_DELTA = Exercise(
    function="cost_delta",
    topics=("C04-07", "C04-12"),
    points=2,
    difficulty=3,
    minutes=15,
    reference=nn.cost_delta,
    large=scores_and_targets(10, 10, output="softmax", cost="log_likelihood"),
    allowed=_allowed,
    cases=(
        Case(
            "sigmoid, quadratic, one sample",
            scores_and_targets(3),
            example=call([0, 2, -1], [0, 1, 1]),
        ),
        Case("sigmoid, quadratic, a batch", scores_and_targets(4, 3), weight=2),
        Case(
            "sigmoid, cross_entropy",
            scores_and_targets(4, 3, output="sigmoid", cost="cross_entropy"),
            weight=2,
        ),
        Case(
            "cross_entropy, z up to ±1000",
            saturated,
            weight=3,
            example=call([-1000, 900, 1000], [0.25, 0.5, 0.75], output="sigmoid", cost="cross_entropy"),
        ),
        Case("linear, quadratic", scores_and_targets(4, 3, output="linear"), weight=3),
        Case(
            "softmax, log_likelihood",
            scores_and_targets(4, 3, output="softmax", cost="log_likelihood"),
            weight=3,
        ),
        # here a is z itself: `a -= y` changes the argument
        keeps_arguments(scores_and_targets(4, 3, output="linear"), weight=1),
        in_turn(
            "odd shapes, defaults given and left out",
            odd_scores((1,), 1, 1, output="sigmoid", cost="quadratic"),
            odd_scores((1, 3), 1, 1, cost="quadratic"),
            odd_scores((3, 1), 1, 1, output="sigmoid"),
            odd_scores((3, 1), 600, 600, output="linear", cost="quadratic"),
            odd_scores((1, 3), 1, 1e-6, output="linear"),
            odd_scores((3,), 3, 1, output="softmax", cost="log_likelihood"),
            odd_scores((1, 3), 3, 1, output="softmax", cost="log_likelihood"),
            odd_scores((3, 1), 3, 1, cost="cross_entropy"),
            odd_scores((2, 2), 3, 1, output="softmax", cost="log_likelihood"),
            odd_scores((1, 3), 800, 1, cost="cross_entropy"),
            lambda rng: call(rng.uniform(800, 900) * np.array([-1, 1]), [0, 1], cost="cross_entropy"),
        ),
    ),
    hints=(
        "What is the output a: z itself, sigmoid(z) or softmax(z)? `output` says it.",
        "In three of the four combinations the slope of the output cancels, or is 1. In which one does it "
        "stay?",
        "Three combinations give a − y; sigmoid with the quadratic cost gives (a − y) · a(1 − a).",
    ),
)


@COST_DELTA.wrong(case="sigmoid, cross_entropy")
def cost_delta_slope_kept(z, y, *, output="sigmoid", cost="quadratic"):
    """With cross-entropy the slope a(1 − a) cancels; you keep it.

    What is left is a − y."""
    if output == "linear":
        return z - y
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z)
    return (a - y) * a * (1 - a)


@COST_DELTA.wrong
def cost_delta_slope_lost(z, y, *, output="sigmoid", cost="quadratic"):
    """You leave out the slope of the sigmoid; with the quadratic cost it stays.

    The error is (a − y) a(1 − a)."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return a - y


@COST_DELTA.wrong
def cost_delta_sign(z, y, *, output="sigmoid", cost="quadratic"):
    """Your sign is reversed: the error is positive where the output is too large.

    The error is a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = y - a
    return delta * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else delta


@COST_DELTA.wrong
def cost_delta_z_for_a(z, y, *, output="sigmoid", cost="quadratic"):
    """You compare z with the target; the output is a = f(z)."""
    delta = z - y
    return delta * z * (1 - z) if (output, cost) == ("sigmoid", "quadratic") else delta


@COST_DELTA.wrong
def cost_delta_slope_at_a(z, y, *, output="sigmoid", cost="quadratic"):
    """You take the slope of the sigmoid at a; its argument is z.

    In terms of a it is a(1 − a)."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return sigmoid_backward(a - y, a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_softmax_of_all(z, y, *, output="sigmoid", cost="quadratic"):
    """Your softmax divides by a sum over the whole batch; every row has its own, over the last axis."""
    if output == "softmax":
        e = np.exp(z - z.max())
        return e / e.sum() - y
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="linear, quadratic")
def cost_delta_always_sigmoid(z, y, *, output="sigmoid", cost="quadratic"):
    """You apply the sigmoid whatever `output` says; linear means a = z, softmax has its own function."""
    a = sigmoid(z)
    return (a - y) * a * (1 - a) if cost == "quadratic" else a - y


@COST_DELTA.wrong(case="sigmoid, quadratic, a batch")
def cost_delta_mean(z, y, *, output="sigmoid", cost="quadratic"):
    """You divide by the number of samples; here each sample keeps its own error."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return delta / len(z)


@COST_DELTA.wrong(case="linear, quadratic")
def cost_delta_half_forgotten(z, y, *, output="sigmoid", cost="quadratic"):
    """Your result has a factor 2; the ½ of the quadratic cost cancels it.

    The slope of ½(a − y)² is a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return 2 * delta if cost == "quadratic" else delta


@COST_DELTA.wrong(case="sigmoid, cross_entropy")
def cost_delta_only_the_cost(z, y, *, output="sigmoid", cost="quadratic"):
    """(a − y) / (a(1 − a)) is ∂C/∂a of cross-entropy; the step from a back to z is missing.

    Times the slope of the sigmoid it becomes a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    if output == "sigmoid":
        return (a - y) / (a * (1 - a)) if cost == "cross_entropy" else (a - y) * a * (1 - a)
    return a - y


@COST_DELTA.wrong(case="sigmoid, quadratic, a batch")
def cost_delta_mean_of_samples(z, y, *, output="sigmoid", cost="quadratic"):
    """You divide a batch by its number of samples; here each sample keeps its own error."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return delta / len(z) if z.ndim == 2 else delta


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_softmax_down_columns(z, y, *, output="sigmoid", cost="quadratic"):
    """Your softmax sums over the samples (axis 0); the units of one sample share a sum, the last axis."""
    if output == "softmax":
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0) - y
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="linear, quadratic")
def cost_delta_linear_as_sigmoid(z, y, *, output="sigmoid", cost="quadratic"):
    """You look at the cost alone, so a linear output goes through the sigmoid too.

    A linear output with the quadratic cost has a = z and no slope."""
    if output == "softmax":
        return softmax(z) - y
    a = sigmoid(z)
    return (a - y) * a * (1 - a) if cost == "quadratic" else a - y


@COST_DELTA.wrong(case="linear, quadratic")
def cost_delta_slope_for_linear(z, y, *, output="sigmoid", cost="quadratic"):
    """a(1 − a) is the slope of the sigmoid; you multiply a linear output by it too.

    A linear output has slope 1, so z − y is left."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return (a - y) * a * (1 - a) if cost == "quadratic" else a - y


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_softmax_slope(z, y, *, output="sigmoid", cost="quadratic"):
    """With the log-likelihood cost the slope of softmax cancels too; you multiply by a(1 − a).

    What is left is a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    if output == "linear" or cost == "cross_entropy":
        return a - y
    return (a - y) * a * (1 - a)


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_log_likelihood_by_a(z, y, *, output="sigmoid", cost="quadratic"):
    """−y/a is ∂C/∂a; it still has to go back through softmax, where each output depends on all z.

    What is left is a − y."""
    if output == "softmax":
        return -y / softmax(z)
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="sigmoid, cross_entropy")
def cost_delta_only_y_one(z, y, *, output="sigmoid", cost="quadratic"):
    """Cross-entropy has a second part, (1 − y) ln(1 − a); yours has the first alone.

    The second part adds (1 − y) a; together a − y."""
    if output != "sigmoid":
        return (z if output == "linear" else softmax(z)) - y
    a = sigmoid(z)
    return (a - y) * a * (1 - a) if cost == "quadratic" else -y * (1 - a)


@COST_DELTA.wrong
def cost_delta_z_in_the_slope(z, y, *, output="sigmoid", cost="quadratic"):
    """You take z(1 − z) for the slope of the sigmoid; it is written with the output and not with z.

    The slope is a(1 − a)."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return (a - y) * z * (1 - z) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="cross_entropy, z up to ±1000")
def cost_delta_not_cancelled(z, y, *, output="sigmoid", cost="quadratic"):
    """Where a is 0 or 1 you divide by 0.

    Cancel a(1 − a) on paper first: a − y is left."""
    if output != "sigmoid":
        return (z if output == "linear" else softmax(z)) - y
    a = sigmoid(z)
    dC_da = a - y if cost == "quadratic" else (a - y) / (a * (1 - a))
    return dC_da * a * (1 - a)


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_softmax_entry_by_entry(z, y, *, output="sigmoid", cost="quadratic"):
    """You took a(1 − a) for the slope of softmax; there each output depends on all z.

    The sum over all outputs is a − y."""
    if output == "softmax":
        return -y * (1 - softmax(z))
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="softmax, log_likelihood")
def cost_delta_softmax_as_sigmoid(z, y, *, output="sigmoid", cost="quadratic"):
    """For `output='softmax'` the outputs are softmax(z); you apply the sigmoid."""
    a = z if output == "linear" else sigmoid(z)
    return (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y


@COST_DELTA.wrong(case="linear, quadratic")
def cost_delta_half_kept(z, y, *, output="sigmoid", cost="quadratic"):
    """You keep the ½ of the quadratic cost; it cancels the 2 of its derivative.

    ∂C/∂a = a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    delta = (a - y) * a * (1 - a) if (output, cost) == ("sigmoid", "quadratic") else a - y
    return delta / 2 if cost == "quadratic" else delta


@COST_DELTA.wrong(case="sigmoid, cross_entropy")
def cost_delta_slope_everywhere(z, y, *, output="sigmoid", cost="quadratic"):
    """You keep the slope a(1 − a) always; in three of the four combinations it cancels, or is 1.

    Only the sigmoid with the quadratic cost keeps a(1 − a); the other three give a − y."""
    a = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output](z)
    return (a - y) * a * (1 - a)


@COST_DELTA.right
def cost_delta_by_the_chain_rule(z, y, *, output="sigmoid", cost="quadratic"):
    if output == "softmax":
        differences = z[..., None, :] - z[..., :, None]
        return 1 / np.exp(differences).sum(axis=-1) - y
    if output == "linear":
        return z - y
    a = (1 + np.tanh(z / 2)) / 2
    on, off = -y * (1 - a), (1 - y) * a  # of y ln(a) and (1 - y) ln(1 - a), slope included
    return on + off if cost == "cross_entropy" else (a - y) / (4 * np.cosh(z / 2) ** 2)


@COST_DELTA.right
def cost_delta_by_table(z, y, *, output="sigmoid", cost="quadratic"):
    f = {"linear": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}[output]
    slope = sigmoid(z) * sigmoid(-z) if output == "sigmoid" and cost == "quadratic" else 1
    return (f(z) - y) * slope


@COST_DELTA.right
def cost_delta_a_table_of(z, y, *, output="sigmoid", cost="quadratic"):
    table = {
        ("sigmoid", "quadratic"): lambda: sigmoid_backward(sigmoid(z) - y, z),
        ("sigmoid", "cross_entropy"): lambda: sigmoid(z) - y,
        ("linear", "quadratic"): lambda: z - y,
        ("softmax", "log_likelihood"): lambda: softmax(z) - y,
    }
    return table[output, cost]()


@COST_DELTA.right
def cost_delta_slope_by_sigmoid(z, y, *, output="sigmoid", cost="quadratic"):
    outputs = {"sigmoid": sigmoid, "linear": lambda v: v, "softmax": softmax}
    error = outputs[output](z) - y
    if cost == "quadratic" and output == "sigmoid":
        return sigmoid_backward(error, z)
    return error
