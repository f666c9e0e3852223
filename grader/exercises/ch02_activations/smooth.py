"""Smooth relatives of ReLU: softplus, and the backward pass of SiLU."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations
from nnlib.activations import sigmoid

# ── softplus ─────────────────────────────────────────────────────────────────────────────────────────────


def softplus_literal(x, *, beta=1.0, threshold=20.0):
    return np.log(1 + np.exp(beta * x)) / beta


def softplus_no_threshold(x, *, beta=1.0, threshold=20.0):
    return np.logaddexp(0, beta * x) / beta


def softplus_not_divided(x, *, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.logaddexp(0, beta * x))


def softplus_beta_outside(x, *, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.logaddexp(0, x) / beta)


def softplus_threshold_on_x(x, *, beta=1.0, threshold=20.0):
    return np.where(x > threshold, x, np.logaddexp(0, beta * x) / beta)


def softplus_any(x, *, beta=1.0, threshold=20.0):
    if np.any(beta * x > threshold):
        return x
    return np.logaddexp(0, beta * x) / beta


def softplus_base_two(x, *, beta=1.0, threshold=20.0):
    return np.where(beta * x > threshold, x, np.logaddexp2(0, beta * x) / beta)


def softplus_masks(x, *, beta=1.0, threshold=20.0):
    far = beta * x > threshold
    return far * x + (1 - far) * np.log(1 + np.exp(beta * x)) / beta


def softplus_by_log1p(x, *, beta=1.0, threshold=20.0):
    z = beta * x
    soft = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
    return np.where(z > threshold, x, soft)


def softplus_by_parts(x, *, beta=1.0, threshold=20.0):
    y = x.copy()
    curved = beta * x <= threshold
    y[curved] = np.logaddexp(0, beta * x[curved]) / beta
    return y


SOFTPLUS = Exercise(
    function="softplus",
    topics=("C02-18", "C02-19"),
    points=2,
    difficulty=2,
    minutes=10,
    reference=activations.softplus,
    torch="torch.nn.functional.softplus",
    cases=(
        Case("around zero", lambda rng: call(rng.uniform(-3, 3, size=3)), example=call([-2, 0, 2])),
        Case(
            "another beta",
            lambda rng: call(rng.normal(scale=2, size=(3, 4)), beta=rng.uniform(2, 3)),
            weight=2,
        ),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(750, 1e4) * np.array([-10, -1, 1, 10])),
            weight=2,
            example=call([-1e4, -800, 800, 1e4]),
        ),
        Case(
            "a straight line beyond the threshold",
            lambda rng: call(rng.uniform(0.9, 1.1) * np.array([0.25, 0.75, 3]), beta=2.0, threshold=1.0),
            weight=2,
            example=call([0.25, 0.75, 3], beta=2.0, threshold=1.0),
        ),
    ),
    misconceptions=(
        Misconception(
            "literal",
            softplus_literal,
            "exp(800) is inf, and log(1 + inf) too. Where beta·x > threshold return x itself; np.where computes both "
            "sides, so an inf on the side not taken does no harm.",
            case="far from zero stays finite",
        ),
        Misconception(
            "no-threshold",
            softplus_no_threshold,
            "You never switch to the straight line: where beta·x > threshold the result is x itself.",
            case="a straight line beyond the threshold",
        ),
        Misconception(
            "not-divided",
            softplus_not_divided,
            "The division by beta is missing: softplus(x) = log(1 + exp(beta·x)) / beta.",
            case="another beta",
        ),
        Misconception(
            "beta-outside",
            softplus_beta_outside,
            "beta belongs inside the exponential as well: log(1 + exp(beta·x)) / beta.",
            case="another beta",
        ),
        Misconception(
            "threshold-on-x",
            softplus_threshold_on_x,
            "You compare x with the threshold; it is beta·x that is compared.",
            case="a straight line beyond the threshold",
        ),
        Misconception(
            "masks-multiplied",
            softplus_masks,
            "You multiply each branch by a mask; where exp overflows that is 0 · inf = nan. np.where chooses without "
            "multiplying.",
            case="far from zero stays finite",
        ),
        Misconception(
            "one-decision-for-all",
            softplus_any,
            "You decide once for the whole array; each entry is compared with the threshold on its own: np.where.",
            case="far from zero stays finite",
        ),
        Misconception(
            "base-two",
            softplus_base_two,
            "You use powers and logarithms of 2 (logaddexp2); softplus is natural: softplus(0) = ln 2 = 0.693.",
            case="around zero",
        ),
    ),
    alternatives=(softplus_by_log1p, softplus_by_parts),
    hints=(
        "softplus(0) = ln 2 with beta = 1. What does it tend to far left, and far right?",
        "np.logaddexp(a, b) is log(exp a + exp b) without overflow: which a and b are wanted?",
        "Use np.where to take x itself where beta * x > threshold.",
    ),
)

# ── silu_backward ────────────────────────────────────────────────────────────────────────────────────────


def silu_backward_first_factor(grad_output, x):
    return grad_output * sigmoid(x)


def silu_backward_second_factor(grad_output, x):
    s = sigmoid(x)
    return grad_output * x * s * (1 - s)


def silu_backward_no_upstream(grad_output, x):
    s = sigmoid(x)
    return s + x * s * (1 - s)


def silu_backward_minus(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s - x * s * (1 - s))


def silu_backward_tanh_slope(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s + x * (1 - s**2))


def silu_backward_x_lost(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s + s * (1 - s))


def silu_backward_factor_lost(grad_output, x):
    s = sigmoid(x)
    return grad_output * (s + x * (1 - s))


def silu_backward_upstream_once(grad_output, x):
    s = sigmoid(x)
    return grad_output * s + x * s * (1 - s)


def silu_backward_overflow(grad_output, x):
    e = np.exp(-x)
    return grad_output * (1 + e + x * e) / (1 + e) ** 2


def silu_backward_by_value(grad_output, x):
    y = x * sigmoid(x)
    return grad_output * (y + sigmoid(x) * (1 - y))


def silu_backward_by_tanh(grad_output, x):
    t = np.tanh(x / 2)
    return grad_output * ((1 + t) / 2 + x * (1 - t) * (1 + t) / 4)


SILU_BACKWARD = Exercise(
    function="silu_backward",
    topics=("C02-31",),
    points=2,
    difficulty=3,
    minutes=10,
    reference=activations.silu_backward,
    torch="torch.nn.functional.silu",
    gradient_of=activations.silu,
    uses=("sigmoid",),
    cases=(
        Case(
            "slopes at three points",
            lambda rng: call(np.ones(3), rng.uniform(0.7, 1.2) * np.array([0.5, 2, -2])),
            example=call([1, 1, 1], [0, 2, -2]),
        ),
        Case(
            "any upstream gradient",
            lambda rng: call(rng.normal(size=(3, 4)), rng.normal(scale=2, size=(3, 4))),
            weight=2,
        ),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(1, 3, size=2), rng.uniform(750, 2000) * np.array([-1, 1])),
            weight=2,
            example=call([2, 3], [-800, 800]),
            differentiable=False,
        ),
        Case("a curve", lambda rng: call(np.ones(40), np.sort(rng.uniform(-6, 6, size=40)))),
    ),
    misconceptions=(
        Misconception(
            "first-factor-only",
            silu_backward_first_factor,
            "You differentiate x and keep σ(x); the product rule has a second term, x·σ'(x).",
            case="slopes at three points",
        ),
        Misconception(
            "second-factor-only",
            silu_backward_second_factor,
            "You differentiate σ and keep x; the product rule has a first term too, 1·σ(x).",
            case="slopes at three points",
        ),
        Misconception(
            "no-upstream",
            silu_backward_no_upstream,
            "You return the slope alone; the chain rule multiplies it by grad_output.",
            case="any upstream gradient",
        ),
        Misconception(
            "minus",
            silu_backward_minus,
            "The product rule adds its two terms: σ + x·σ', not σ − x·σ'.",
            case="slopes at three points",
        ),
        Misconception(
            "tanh-slope",
            silu_backward_tanh_slope,
            "1 − σ² is tanh's rule; σ' = σ(1 − σ).",
            case="slopes at three points",
        ),
        Misconception(
            "x-lost",
            silu_backward_x_lost,
            "The second term is x·σ'(x); yours lacks the x.",
            case="slopes at three points",
        ),
        Misconception(
            "factor-lost",
            silu_backward_factor_lost,
            "The second term is x·σ'(x) = x·σ(1 − σ); yours lacks the factor σ.",
            case="slopes at three points",
        ),
        Misconception(
            "upstream-on-one-term",
            silu_backward_upstream_once,
            "grad_output multiplies both terms of the product rule: put brackets around the sum.",
            case="any upstream gradient",
        ),
        Misconception(
            "overflow",
            silu_backward_overflow,
            "exp(800) is inf and inf/inf is nan: compute σ first and write the slope with σ.",
            case="far from zero stays finite",
        ),
    ),
    alternatives=(silu_backward_by_value, silu_backward_by_tanh),
    hints=(
        "silu(x) = x · σ(x) is a product of two functions of x.",
        "Product rule: 1·σ(x) + x·σ'(x), with σ' = σ(1 − σ).",
        "grad_output * (s + x * s * (1 - s)) with s = sigmoid(x)",
    ),
)
