"""Leaky ReLU, and its slope on the left."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, options, shape
from nnlib import activations


def _allowed(rng):
    return call(floats(rng, shape(rng)), **options(rng, negative_slope=(0.01, 0.0, 0.2, 1.0, 2.5, -0.5)))


SLOPES = [{}, *({"negative_slope": s} for s in (-0.5, 0.01, 0.0, 1.0))]

LEAKY_RELU = Exercise(
    function="leaky_relu",
    topics=("C02-14",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.leaky_relu,
    allowed=_allowed,
    torch="torch.nn.functional.leaky_relu",
    large=lambda rng: call(rng.normal(size=(1797, 64))),
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
        in_turn("odd shapes, tiny and large numbers", *odd(options=SLOPES)),
    ),
    hints=(
        "Two straight lines that meet at zero: which slopes do they have?",
        "np.where(condition, a, b) takes a where the condition holds, b elsewhere.",
        "np.where(x > 0, x, negative_slope * x)",
    ),
)


@LEAKY_RELU.wrong(case="a slope above one")
def leaky_relu_max_trick(x, *, negative_slope=0.01):
    """max(x, slope·x) works only for slopes below 1: above, it takes the wrong one of the two lines.

    Choose by the sign of x instead."""
    return np.maximum(x, negative_slope * x)


@LEAKY_RELU.wrong
def leaky_relu_wrong_sign(x, *, negative_slope=0.01):
    """Left of zero your output is positive; with the slope that is asked for it is negative there.

    The slope there is +negative_slope."""
    return np.where(x > 0, x, -negative_slope * x)


@LEAKY_RELU.wrong
def leaky_relu_constant(x, *, negative_slope=0.01):
    """Left of zero you return the slope itself, one number for every x; a line of that slope is wanted.

    The output there is slope · x."""
    return np.where(x > 0, x, np.full_like(x, negative_slope))


@LEAKY_RELU.wrong
def leaky_relu_slope_everywhere(x, *, negative_slope=0.01):
    """You add slope · x on the right of zero too; it belongs to negative x only."""
    return np.maximum(x, 0) + negative_slope * x


@LEAKY_RELU.wrong(case="another slope")
def leaky_relu_fixed_slope(x, *, negative_slope=0.01):
    """You use 0.01 whatever `negative_slope` is."""
    return np.where(x > 0, x, 0.01 * x)


@LEAKY_RELU.wrong
def leaky_relu_plain_relu(x, *, negative_slope=0.01):
    """This is relu: left of zero the leaky one keeps a small slope."""
    return np.maximum(x, 0)


@LEAKY_RELU.right
def leaky_relu_by_parts(x, *, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


@LEAKY_RELU.right
def leaky_relu_by_index(x, *, negative_slope=0.01):
    y = x.copy()
    y[x < 0] *= negative_slope
    return y


@LEAKY_RELU.right
def leaky_relu_loop_over_the(x, *, negative_slope=0.01):
    x = np.asarray(x, dtype=float)
    values = []
    for v in x.ravel():
        if v > 0:
            values.append(v)
        else:
            values.append(negative_slope * v)
    return np.array(values, dtype=float).reshape(x.shape)


@LEAKY_RELU.right
def leaky_relu_absolute_value_algebra(x, *, negative_slope=0.01):
    a = (1 + negative_slope) / 2
    c = (1 - negative_slope) / 2
    return a * x + c * abs(x)


@LEAKY_RELU.right
def leaky_relu_np_where(x, *, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)
