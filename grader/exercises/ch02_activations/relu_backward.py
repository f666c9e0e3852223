"""The backward pass of ReLU, and its kink."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, shape
from nnlib import activations


def _signs(rng):
    sizes = rng.uniform(0.5, 2, size=(2, 4))
    return call(sizes[0] * np.array([1, -2, 3, -4]), sizes[1] * np.array([-2, -0.5, 0.25, 20]))


def _allowed(rng):
    size = shape(rng)
    return call(floats(rng, size), floats(rng, size))


RELU_BACKWARD = Exercise(
    function="relu_backward",
    topics=("C02-11",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.relu_backward,
    allowed=_allowed,
    torch="torch.nn.functional.relu",
    gradient_of=activations.relu,
    large=lambda rng: call(rng.normal(size=(1797, 64)), rng.normal(size=(1797, 64))),
    cases=(
        Case("both sides of zero", _signs, example=call([1, -2, 3, -4], [-2, -0.5, 0.5, 2])),
        Case(
            "a matrix",
            lambda rng: call(rng.normal(size=(4, 5)), rng.normal(scale=9, size=(4, 5))),
            weight=2,
        ),
        Case(
            "at the kink x = 0 the slope is 0",
            lambda rng: call(rng.uniform(0.5, 2, size=3) * np.array([5, -3, 2]), [0, 0, rng.uniform(1, 4)]),
            weight=2,
            edge=True,
            example=call([5, -3, 2], [0, 0, 3]),
            differentiable=False,
        ),
        Case("a curve", lambda rng: call(np.ones(40), np.sort(rng.uniform(-9, 9, size=40))), edge=True),
        in_turn("odd shapes, tiny and large numbers", *odd(2), differentiable=False),
    ),
    hints=(
        "Draw relu. What is its slope left of zero, and what right of it?",
        "x > 0 is an array of True and False; times a number they count as 1 and 0.",
        "np.where(x > 0, grad_output, 0) makes a new array and settles the kink.",
    ),
)


@RELU_BACKWARD.wrong(case="at the kink x = 0 the slope is 0")
def relu_backward_kink_one(grad_output, x):
    """You let the gradient through at x = 0; the convention (torch's too) is slope 0 there.

    The gradient passes where x > 0."""
    return grad_output * (x >= 0)


@RELU_BACKWARD.wrong
def relu_backward_masks_the_gradient(grad_output, x):
    """You cut off negative gradients; what decides is the sign of x, and grad_output may be negative."""
    return np.maximum(grad_output, 0)


@RELU_BACKWARD.wrong
def relu_backward_no_upstream(grad_output, x):
    """You return the slope, 0 or 1; the chain rule multiplies it by grad_output."""
    return np.where(x > 0, np.ones_like(x), 0)


@RELU_BACKWARD.wrong
def relu_backward_times_relu(grad_output, x):
    """You multiply by relu(x); the slope of relu is 0 or 1, not x."""
    return grad_output * np.maximum(x, 0)


@RELU_BACKWARD.wrong
def relu_backward_sign(grad_output, x):
    """On the left of zero you pass −grad_output; relu is flat there, so nothing passes."""
    return grad_output * np.sign(x)


@RELU_BACKWARD.wrong(case="arguments unchanged")
def relu_backward_in_place(grad_output, x):
    """You wrote zeros into grad_output itself; the caller's array must stay as it was.

    Copy it first."""
    grad_output[x <= 0] = 0
    return grad_output


@RELU_BACKWARD.right
def relu_backward_by_where(grad_output, x):
    return np.where(x > 0, grad_output, 0)


@RELU_BACKWARD.right
def relu_backward_by_copy(grad_output, x):
    grad_x = grad_output.copy()
    grad_x[x <= 0] = 0
    return grad_x


@RELU_BACKWARD.right
def relu_backward_flat_zip_with(grad_output, x):
    values = [g if v > 0 else 0.0 for g, v in zip(grad_output.flatten(), x.flatten())]
    return np.array(values, dtype=float).reshape(x.shape)


@RELU_BACKWARD.right
def relu_backward_heaviside_step_with(grad_output, x):
    step = np.heaviside(np.asarray(x, dtype=float), 0.0)
    return grad_output * step


@RELU_BACKWARD.right
def relu_backward_copy_then_zero(grad_output, x):
    grad = np.array(grad_output, copy=True)
    inactive = np.logical_not(np.asarray(x) > 0)
    grad[inactive] = 0
    return grad
