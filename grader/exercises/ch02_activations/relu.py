"""The ReLU family: its kink, and its slope on the left."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations

# ── relu_backward ────────────────────────────────────────────────────────────────────────────────────────


def relu_backward_kink_one(grad_output, x):
    return grad_output * (x >= 0)


def relu_backward_masks_gradient(grad_output, x):
    return np.maximum(grad_output, 0)


def relu_backward_no_upstream(grad_output, x):
    return np.where(x > 0, np.ones_like(x), 0)


def relu_backward_times_relu(grad_output, x):
    return grad_output * np.maximum(x, 0)


def relu_backward_sign(grad_output, x):
    return grad_output * np.sign(x)


def relu_backward_in_place(grad_output, x):
    grad_output[x <= 0] = 0
    return grad_output


def relu_backward_by_where(grad_output, x):
    return np.where(x > 0, grad_output, 0)


def relu_backward_by_copy(grad_output, x):
    grad_x = grad_output.copy()
    grad_x[x <= 0] = 0
    return grad_x


def _signs(rng):
    sizes = rng.uniform(0.5, 2, size=(2, 4))
    return call(sizes[0] * np.array([1, -2, 3, -4]), sizes[1] * np.array([-2, -0.5, 0.5, 2]))


RELU_BACKWARD = Exercise(
    function="relu_backward",
    topics=("C02-11",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.relu_backward,
    torch="torch.nn.functional.relu",
    gradient_of=activations.relu,
    cases=(
        Case("both sides of zero", _signs, example=call([1, -2, 3, -4], [-2, -0.5, 0.5, 2])),
        Case(
            "a matrix",
            lambda rng: call(rng.normal(size=(4, 5)), rng.normal(size=(4, 5))),
            weight=2,
        ),
        Case(
            "at the kink x = 0 the slope is 0",
            lambda rng: call(rng.uniform(0.5, 2, size=3) * np.array([5, -3, 2]), [0, 0, rng.uniform(1, 4)]),
            weight=2,
            example=call([5, -3, 2], [0, 0, 3]),
            differentiable=False,
        ),
    ),
    misconceptions=(
        Misconception(
            "kink-one",
            relu_backward_kink_one,
            "You let the gradient through at x = 0; the convention (torch's too) is slope 0 there: x > 0.",
            case="at the kink x = 0 the slope is 0",
        ),
        Misconception(
            "masks-the-gradient",
            relu_backward_masks_gradient,
            "You cut off negative gradients; what decides is the sign of x, and grad_output may be negative.",
            case="both sides of zero",
        ),
        Misconception(
            "no-upstream",
            relu_backward_no_upstream,
            "You return the slope, 0 or 1; the chain rule multiplies it by grad_output.",
            case="both sides of zero",
        ),
        Misconception(
            "times-relu",
            relu_backward_times_relu,
            "You multiply by relu(x); the slope of relu is 0 or 1, not x.",
            case="both sides of zero",
        ),
        Misconception(
            "sign",
            relu_backward_sign,
            "On the left of zero you pass −grad_output; relu is flat there, so nothing passes.",
            case="both sides of zero",
        ),
        Misconception(
            "in-place",
            relu_backward_in_place,
            "You wrote zeros into grad_output itself; the caller's array must stay as it was: copy it first.",
            case="arguments unchanged",
        ),
    ),
    alternatives=(relu_backward_by_where, relu_backward_by_copy),
    hints=(
        "Draw relu. What is its slope left of zero, and what right of it?",
        "x > 0 is an array of True and False; times a number they count as 1 and 0.",
        "np.where(x > 0, grad_output, 0) makes a new array and settles the kink.",
    ),
)

# ── leaky_relu ───────────────────────────────────────────────────────────────────────────────────────────


def leaky_relu_max_trick(x, *, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)


def leaky_relu_wrong_sign(x, *, negative_slope=0.01):
    return np.where(x > 0, x, -negative_slope * x)


def leaky_relu_constant(x, *, negative_slope=0.01):
    return np.where(x > 0, x, np.full_like(x, negative_slope))


def leaky_relu_slope_everywhere(x, *, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * x


def leaky_relu_fixed_slope(x, *, negative_slope=0.01):
    return np.where(x > 0, x, 0.01 * x)


def leaky_relu_plain(x, *, negative_slope=0.01):
    return np.maximum(x, 0)


def leaky_relu_by_parts(x, *, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_relu_by_index(x, *, negative_slope=0.01):
    y = x.copy()
    y[x < 0] *= negative_slope
    return y


LEAKY_RELU = Exercise(
    function="leaky_relu",
    topics=("C02-14",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.leaky_relu,
    torch="torch.nn.functional.leaky_relu",
    cases=(
        Case(
            "the default slope 0.01",
            lambda rng: call(rng.uniform(0.5, 2) * np.array([-100, -1, 0, 1, 100])),
            example=call([-100, -1, 0, 1, 100]),
        ),
        Case(
            "another slope",
            lambda rng: call(rng.normal(size=(3, 4)), negative_slope=rng.uniform(0.1, 0.4)),
            weight=2,
        ),
        Case(
            "a slope above one",
            lambda rng: call(
                rng.uniform(0.5, 2) * np.array([-2, -1, 1, 2]), negative_slope=rng.uniform(1.2, 2)
            ),
            weight=2,
            example=call([-2, -1, 1, 2], negative_slope=1.5),
        ),
        Case(
            "a curve",
            lambda rng: call(np.sort(rng.uniform(-3, 3, size=40)), negative_slope=0.25),
        ),
    ),
    misconceptions=(
        Misconception(
            "max-trick",
            leaky_relu_max_trick,
            "max(x, slope·x) works only for slopes below 1: choose by the sign of x instead.",
            case="a slope above one",
        ),
        Misconception(
            "wrong-sign",
            leaky_relu_wrong_sign,
            "Left of zero your output is positive; the slope there is +negative_slope, so the output is "
            "negative.",
            case="the default slope 0.01",
        ),
        Misconception(
            "constant",
            leaky_relu_constant,
            "Left of zero you return the slope itself; the output there is slope · x.",
            case="the default slope 0.01",
        ),
        Misconception(
            "slope-everywhere",
            leaky_relu_slope_everywhere,
            "You add slope · x on the right of zero too; it belongs to negative x only.",
            case="the default slope 0.01",
        ),
        Misconception(
            "fixed-slope",
            leaky_relu_fixed_slope,
            "You use 0.01 whatever `negative_slope` is.",
            case="another slope",
        ),
        Misconception(
            "plain-relu",
            leaky_relu_plain,
            "This is relu: left of zero the leaky one keeps a small slope.",
            case="the default slope 0.01",
        ),
    ),
    alternatives=(leaky_relu_by_parts, leaky_relu_by_index),
    hints=(
        "Two straight lines that meet at zero: which slopes do they have?",
        "np.where(condition, a, b) takes a where the condition holds, b elsewhere.",
        "np.where(x > 0, x, negative_slope * x)",
    ),
)
