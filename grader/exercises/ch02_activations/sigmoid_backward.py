"""The backward pass of sigmoid."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, shape
from nnlib import activations
from nnlib.activations import sigmoid


def _allowed(rng):
    size = shape(rng)
    return call(floats(rng, size), floats(rng, size))


SIGMOID_BACKWARD = Exercise(
    function="sigmoid_backward",
    topics=("C02-07", "C02-08"),
    points=2,
    difficulty=2,
    minutes=10,
    reference=activations.sigmoid_backward,
    allowed=_allowed,
    torch="torch.nn.functional.sigmoid",
    gradient_of=activations.sigmoid,
    uses=("sigmoid",),
    large=lambda rng: call(rng.normal(size=(1797, 64)), rng.normal(size=(1797, 64))),
    cases=(
        Case(
            "slopes at three points",
            lambda rng: call(np.ones(3), rng.uniform(-3, 3, size=3)),
            example=call([1, 1, 1], [0, 2, -2]),
        ),
        Case(
            "any upstream gradient",
            lambda rng: call(rng.normal(size=(3, 4)), rng.normal(scale=2, size=(3, 4))),
            weight=3,
        ),
        Case(
            "saturated units stay finite",
            lambda rng: call(rng.uniform(1, 3, size=2), rng.uniform(800, 2000) * np.array([-1, 1])),
            weight=2,
            edge=True,
            differentiable=False,
        ),
        in_turn("odd shapes, tiny and large numbers", *odd(2), differentiable=False),
    ),
    hints=(
        "What is σ' in terms of σ? Differentiate 1/(1 + exp(−x)) and tidy up.",
        "exp(−x)/(1 + exp(−x))² is σ times another factor: what is that in terms of σ? At 0 the slope is "
        "1/4.",
        "σ' = σ(1 − σ): grad_output * s * (1 - s) with s = sigmoid(x), entry by entry.",
    ),
)


@SIGMOID_BACKWARD.wrong(case="any upstream gradient")
def sigmoid_backward_no_upstream(grad_output, x):
    """You return σ'(x) alone; the chain rule multiplies it by grad_output."""
    s = sigmoid(x)
    return s * (1 - s)


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_derivative_of_output(grad_output, x):
    """You wrote a(1 − a) with a = x; x is the input here, not the output.

    First a = sigmoid(x)."""
    return grad_output * x * (1 - x)


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_sign(grad_output, x):
    """Your slope is negative, but sigmoid rises everywhere.

    The slope is σ' = σ(1 − σ)."""
    s = sigmoid(x)
    return grad_output * s * (s - 1)


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_half_the_product(grad_output, x):
    """You have 1 − σ only, which is near 1 far left, where sigmoid is flat.

    The slope is σ' = σ(1 − σ), at most 1/4."""
    return grad_output * (1 - sigmoid(x))


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_tanh_rule(grad_output, x):
    """1 − a² is the rule of tanh, not of sigmoid.

    For sigmoid it is a(1 − a)."""
    return grad_output * (1 - sigmoid(x) ** 2)


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_sigmoid_of_one_minus(grad_output, x):
    """You take σ(1 − x), the sigmoid at another place; the 1 is outside of σ.

    The factor is 1 − σ(x)."""
    return grad_output * sigmoid(x) * sigmoid(1 - x)


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_brackets(grad_output, x):
    """`g * s * 1 - s` subtracts s from the whole product.

    Write g * s * (1 - s)."""
    s = sigmoid(x)
    return grad_output * s * 1 - s


@SIGMOID_BACKWARD.wrong(case="saturated units stay finite")
def sigmoid_backward_overflow(grad_output, x):
    """exp(1000) is inf and inf/inf is nan.

    Compute σ first, then σ(1 − σ)."""
    e = np.exp(-x)
    return grad_output * e / (1 + e) ** 2


@SIGMOID_BACKWARD.wrong
def sigmoid_backward_twice(grad_output, x):
    """You apply σ twice, so your slope is that at σ(x) and not at x.

    The slope at x is σ(x)(1 − σ(x))."""
    s = sigmoid(sigmoid(x))
    return grad_output * s * (1 - s)


@SIGMOID_BACKWARD.right
def sigmoid_backward_by_exp(grad_output, x):
    e = np.exp(-np.abs(x))
    return grad_output * e / (1 + e) ** 2


@SIGMOID_BACKWARD.right
def sigmoid_backward_by_cosh(grad_output, x):
    return grad_output / (4 * np.cosh(x / 2) ** 2)


@SIGMOID_BACKWARD.right
def sigmoid_backward_flat_loop_building(grad_output, x):
    s = np.asarray(sigmoid(x)).ravel()
    g = np.asarray(grad_output).ravel()
    res = []
    for i in range(len(s)):
        res.append(g[i] * (s[i] - s[i] ** 2))
    return np.array(res, dtype=float).reshape(np.shape(x))


@SIGMOID_BACKWARD.right
def sigmoid_backward_s_x_s(grad_output, x):
    assert grad_output.shape == x.shape
    return sigmoid(x) * sigmoid(-x) * grad_output


@SIGMOID_BACKWARD.right
def sigmoid_backward_exp_x_1(grad_output, x):
    e = np.exp(-np.abs(x))
    slope = e / np.square(1.0 + e)
    return np.multiply(grad_output, slope)
