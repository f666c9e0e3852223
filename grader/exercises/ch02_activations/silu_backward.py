"""The backward pass of SiLU."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, shape
from nnlib import activations
from nnlib.activations import sigmoid


def _allowed(rng):
    size = shape(rng)
    return call(floats(rng, size), floats(rng, size))


SILU_BACKWARD = Exercise(
    function="silu_backward",
    topics=("C02-31",),
    points=2,
    difficulty=3,
    minutes=10,
    reference=activations.silu_backward,
    allowed=_allowed,
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
            edge=True,
            example=call([2, 3], [-800, 800]),
            differentiable=False,
        ),
        Case("a curve", lambda rng: call(rng.uniform(0.5, 2, size=40), np.sort(rng.uniform(-6, 6, size=40)))),
        in_turn("odd shapes, tiny and large numbers", *odd(2), differentiable=False),
    ),
    hints=(
        "silu(x) = x · σ(x) is a product of two functions of x. Which rule differentiates it?",
        "Product rule: 1·σ(x) + x·σ'(x), with σ' = σ(1 − σ).",
        "grad_output * (s + x * s * (1 - s)) with s = sigmoid(x)",
    ),
)


@SILU_BACKWARD.wrong
def silu_backward_first_factor_only(grad_output, x):
    """You differentiate x and keep σ(x); the product rule has a second term, with the slope of σ.

    It is x·σ'(x)."""
    return grad_output * sigmoid(x)


@SILU_BACKWARD.wrong
def silu_backward_second_factor_only(grad_output, x):
    """You differentiate σ and keep x; the product rule has a first term too, with the slope of x.

    It is 1·σ(x)."""
    s = sigmoid(x)
    return grad_output * x * s * (1 - s)


@SILU_BACKWARD.wrong(case="any upstream gradient")
def silu_backward_no_upstream(grad_output, x):
    """You return the slope alone; the chain rule multiplies it by grad_output."""
    s = sigmoid(x)
    return s + x * s * (1 - s)


@SILU_BACKWARD.wrong
def silu_backward_minus(grad_output, x):
    """You subtract the second term; the product rule adds its two terms.

    The slope is σ + x·σ', not σ − x·σ'."""
    s = sigmoid(x)
    return grad_output * (s - x * s * (1 - s))


@SILU_BACKWARD.wrong
def silu_backward_tanh_slope(grad_output, x):
    """1 − σ² is tanh's rule, not that of σ.

    The slope is σ' = σ(1 − σ)."""
    s = sigmoid(x)
    return grad_output * (s + x * (1 - s**2))


@SILU_BACKWARD.wrong
def silu_backward_x_lost(grad_output, x):
    """Your second term is the slope of σ alone; the first factor of the product is missing.

    The second term is x·σ'(x)."""
    s = sigmoid(x)
    return grad_output * (s + s * (1 - s))


@SILU_BACKWARD.wrong
def silu_backward_factor_lost(grad_output, x):
    """You take 1 − σ for the slope of σ in the second term; a factor is missing.

    The second term is x·σ'(x) = x·σ(1 − σ)."""
    s = sigmoid(x)
    return grad_output * (s + x * (1 - s))


@SILU_BACKWARD.wrong(case="any upstream gradient")
def silu_backward_upstream_on_one_term(grad_output, x):
    """You multiply only the first term by grad_output; it multiplies both terms of the product rule.

    Put brackets around the sum."""
    s = sigmoid(x)
    return grad_output * s + x * s * (1 - s)


@SILU_BACKWARD.wrong(case="far from zero stays finite")
def silu_backward_overflow(grad_output, x):
    """exp(800) is inf and inf/inf is nan.

    Compute σ first and write the slope with σ."""
    e = np.exp(-x)
    return grad_output * (1 + e + x * e) / (1 + e) ** 2


@SILU_BACKWARD.wrong
def silu_backward_rule_of_sigmoid(grad_output, x):
    """y(1 − y) is the rule of σ alone; y = x σ(x) is a product, and its slope has two terms."""
    y = x * sigmoid(x)
    return grad_output * y * (1 - y)


@SILU_BACKWARD.right
def silu_backward_by_value(grad_output, x):
    y = x * sigmoid(x)
    return grad_output * (y + sigmoid(x) * (1 - y))


@SILU_BACKWARD.right
def silu_backward_by_tanh(grad_output, x):
    t = np.tanh(x / 2)
    return grad_output * ((1 + t) / 2 + x * (1 - t) * (1 + t) / 4)


@SILU_BACKWARD.right
def silu_backward_element_loop_with(grad_output, x):
    from math import exp

    def slope(v):
        e = exp(-abs(v))
        s = 1 / (1 + e) if v >= 0 else e / (1 + e)
        return s * (1 + v * (1 - s))

    flat = []
    for g, v in zip(np.ravel(grad_output), np.ravel(x)):
        flat.append(g * slope(v))
    return np.array(flat, dtype=float).reshape(np.shape(x))


@SILU_BACKWARD.right
def silu_backward_without_sigmoid_exp(grad_output, x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1.0, e) / (1.0 + e)
    ds = e / (1.0 + e) ** 2
    return grad_output * (s + x * ds)


@SILU_BACKWARD.right
def silu_backward_from_the_output(grad_output, x):
    s = sigmoid(x)
    y = x * s
    return (y + s * (1 - y)) * grad_output
