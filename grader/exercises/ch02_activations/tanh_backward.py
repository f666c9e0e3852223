"""The backward pass of tanh."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, shape
from nnlib import activations
from nnlib.activations import sigmoid


def _allowed(rng):
    size = shape(rng)
    return call(floats(rng, size), floats(rng, size))


TANH_BACKWARD = Exercise(
    function="tanh_backward",
    topics=("C02-09",),
    points=1,
    difficulty=2,
    minutes=5,
    reference=activations.tanh_backward,
    allowed=_allowed,
    torch="torch.nn.functional.tanh",
    gradient_of=activations.tanh,
    large=lambda rng: call(rng.normal(size=(1797, 64)), rng.normal(size=(1797, 64))),
    cases=(
        Case(
            "slopes at three points",
            lambda rng: call(np.ones(3), rng.uniform(-2, 2, size=3)),
            example=call([1, 1, 1], [0, 1, -1]),
        ),
        Case(
            "any upstream gradient",
            lambda rng: call(rng.normal(size=(3, 4)), rng.normal(size=(3, 4))),
            weight=2,
        ),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(1, 3, size=3), rng.uniform(800, 2000) * np.array([-1, 1, 0.001])),
            weight=2,
            example=call([2, 3, 4], [-800, 800, 1]),
            differentiable=False,
        ),
        Case("a curve", lambda rng: call(rng.uniform(0.5, 2, size=40), np.sort(rng.uniform(-3, 3, size=40)))),
        in_turn("odd shapes, tiny and large numbers", *odd(2), differentiable=False),
    ),
    hints=(
        "Use tanh(x) = 2σ(2x) − 1 and the slope of σ: what is 4σ(2x)(1 − σ(2x)) in terms of tanh(x)?",
        "With a = tanh(x) no x is left in the slope. At 0 it is 1; where a is near ±1 the curve is flat.",
        "tanh' = 1 − tanh²: grad_output * (1 - a**2) with a = np.tanh(x), computed once.",
    ),
)


@TANH_BACKWARD.wrong(case="any upstream gradient")
def tanh_backward_no_upstream(grad_output, x):
    """You return the slope alone; the chain rule multiplies it by grad_output."""
    return 1 - np.tanh(x) ** 2


@TANH_BACKWARD.wrong
def tanh_backward_derivative_of_output(grad_output, x):
    """You wrote 1 − a² with a = x; x is the input here, not the output.

    First a = tanh(x)."""
    return grad_output * (1 - x**2)


@TANH_BACKWARD.wrong
def tanh_backward_no_square(grad_output, x):
    """The square is missing, so left of zero your slope is above 1.

    The slope is tanh' = 1 − tanh²."""
    return grad_output * (1 - np.tanh(x))


@TANH_BACKWARD.wrong
def tanh_backward_sigmoid_rule(grad_output, x):
    """a(1 − a) is the rule of sigmoid, not of tanh.

    For tanh it is 1 − a²."""
    a = np.tanh(x)
    return grad_output * a * (1 - a)


@TANH_BACKWARD.wrong
def tanh_backward_square_inside(grad_output, x):
    """You square x inside tanh; the square belongs to the result.

    The square is that of the result: tanh(x)²."""
    return grad_output * (1 - np.tanh(x**2))


@TANH_BACKWARD.wrong(case="any upstream gradient")
def tanh_backward_brackets(grad_output, x):
    """`g * 1 - t**2` subtracts from the whole product.

    Write g * (1 - t**2)."""
    return grad_output * 1 - np.tanh(x) ** 2


@TANH_BACKWARD.wrong
def tanh_backward_square_outside(grad_output, x):
    """You square the bracket, (1 − tanh)²; only tanh is squared.

    The slope is 1 − tanh²."""
    return grad_output * (1 - np.tanh(x)) ** 2


@TANH_BACKWARD.wrong
def tanh_backward_one_cosh(grad_output, x):
    """You divide by cosh once, so your slope falls off too slowly.

    The slope is 1/cosh²."""
    return grad_output / np.cosh(x)


@TANH_BACKWARD.wrong
def tanh_backward_sign(grad_output, x):
    """Your slope is negative, but tanh rises everywhere.

    The slope is 1 − tanh², not tanh² − 1."""
    return grad_output * (np.tanh(x) ** 2 - 1)


@TANH_BACKWARD.wrong(case="far from zero stays finite")
def tanh_backward_literal(grad_output, x):
    """exp(800) is inf, and inf/inf is nan.

    Use np.tanh, which stays finite."""
    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return grad_output * (1 - t**2)


@TANH_BACKWARD.wrong
def tanh_backward_twice(grad_output, x):
    """You apply tanh twice, so your slope is that at tanh(x) and not at x.

    The slope at x is 1 − tanh(x)²."""
    a = np.tanh(x)
    return grad_output * (1 - np.tanh(a) ** 2)


@TANH_BACKWARD.wrong(case="any upstream gradient")
def tanh_backward_upstream_inside(grad_output, x):
    """grad_output multiplies the slope; you put it inside tanh."""
    return 1 - np.tanh(grad_output * x) ** 2


@TANH_BACKWARD.right
def tanh_backward_by_cosh(grad_output, x):
    return grad_output / np.cosh(x) ** 2


@TANH_BACKWARD.right
def tanh_backward_by_sigmoid(grad_output, x):
    s = sigmoid(2 * x)
    return grad_output * 4 * s * (1 - s)


@TANH_BACKWARD.right
def tanh_backward_entry_by_entry(grad_output, x):
    g = np.asarray(grad_output, dtype=float)
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(*x.shape):
        t = np.tanh(x[idx])
        grad[idx] = g[idx] * (1.0 - t) * (1.0 + t)
    return grad


@TANH_BACKWARD.right
def tanh_backward_factored_1_t(grad_output, x):
    t = np.tanh(x)
    slope = (1 - t) * (1 + t)
    grad_x = np.multiply(grad_output, slope)
    assert grad_x.shape == np.shape(x)
    return grad_x


@TANH_BACKWARD.right
def tanh_backward_scalar_helper_vectorized(grad_output, x):
    from math import tanh

    def f(g, v):
        return g * (1.0 - tanh(v) * tanh(v))

    vf = np.vectorize(f, otypes=[np.float64])
    return vf(grad_output, x)
