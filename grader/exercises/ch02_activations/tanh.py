"""The backward pass of tanh."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations
from nnlib.activations import sigmoid

# ── tanh_backward ────────────────────────────────────────────────────────────────────────────────────────


def tanh_backward_no_upstream(grad_output, x):
    return 1 - np.tanh(x) ** 2


def tanh_backward_of_output(grad_output, x):
    return grad_output * (1 - x**2)


def tanh_backward_no_square(grad_output, x):
    return grad_output * (1 - np.tanh(x))


def tanh_backward_sigmoid_rule(grad_output, x):
    a = np.tanh(x)
    return grad_output * a * (1 - a)


def tanh_backward_square_outside(grad_output, x):
    return grad_output * (1 - np.tanh(x)) ** 2


def tanh_backward_of_square(grad_output, x):
    return grad_output * (1 - np.tanh(x**2))


def tanh_backward_brackets(grad_output, x):
    return grad_output * 1 - np.tanh(x) ** 2


def tanh_backward_one_cosh(grad_output, x):
    return grad_output / np.cosh(x)


def tanh_backward_sign(grad_output, x):
    return grad_output * (np.tanh(x) ** 2 - 1)


def tanh_backward_by_cosh(grad_output, x):
    return grad_output / np.cosh(x) ** 2


def tanh_backward_by_sigmoid(grad_output, x):
    s = sigmoid(2 * x)
    return grad_output * 4 * s * (1 - s)


TANH_BACKWARD = Exercise(
    function="tanh_backward",
    topics=("C02-09",),
    points=1,
    difficulty=2,
    minutes=5,
    reference=activations.tanh_backward,
    torch="torch.nn.functional.tanh",
    gradient_of=activations.tanh,
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
        Case("a curve", lambda rng: call(np.ones(40), np.sort(rng.uniform(-3, 3, size=40)))),
    ),
    misconceptions=(
        Misconception(
            "no-upstream",
            tanh_backward_no_upstream,
            "You return the slope alone; the chain rule multiplies it by grad_output.",
            case="any upstream gradient",
        ),
        Misconception(
            "derivative-of-output",
            tanh_backward_of_output,
            "You wrote 1 − a² with a = x; x is the input here, so first a = tanh(x).",
            case="slopes at three points",
        ),
        Misconception(
            "no-square",
            tanh_backward_no_square,
            "The square is missing: tanh' = 1 − tanh².",
            case="slopes at three points",
        ),
        Misconception(
            "sigmoid-rule",
            tanh_backward_sigmoid_rule,
            "a(1 − a) is the rule of sigmoid; for tanh it is 1 − a².",
            case="slopes at three points",
        ),
        Misconception(
            "square-inside",
            tanh_backward_of_square,
            "You square x inside tanh; the square belongs to the result: tanh(x)².",
            case="slopes at three points",
        ),
        Misconception(
            "brackets",
            tanh_backward_brackets,
            "`g * 1 - t**2` subtracts from the whole product; write g * (1 - t**2).",
            case="any upstream gradient",
        ),
        Misconception(
            "square-outside",
            tanh_backward_square_outside,
            "You square the bracket, (1 − tanh)²; only tanh is squared: 1 − tanh².",
            case="slopes at three points",
        ),
        Misconception(
            "one-cosh",
            tanh_backward_one_cosh,
            "The slope is 1/cosh², you divide by cosh once.",
            case="slopes at three points",
        ),
        Misconception(
            "sign",
            tanh_backward_sign,
            "Your slope is negative, but tanh rises everywhere: 1 − tanh², not tanh² − 1.",
            case="slopes at three points",
        ),
    ),
    alternatives=(tanh_backward_by_cosh, tanh_backward_by_sigmoid),
    hints=(
        "Use tanh(x) = 2σ(2x) − 1 and the slope of σ: what is 4σ(2x)(1 − σ(2x)) in terms of tanh(x)?",
        "tanh' = 1 − tanh². At 0 the slope is 1.",
        "Compute a = np.tanh(x) once, then grad_output times the slope.",
    ),
)
