"""The slope in a direction."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, spread
from nnlib import optim


def of(d, length=None, scale=1.0):
    """Draws a gradient and a direction at an acute angle, the direction of a length, or of any."""

    def draw(rng):
        grad, direction = scale * rng.uniform(1, 2, size=d), rng.uniform(1, 2, size=d)
        sign = np.where(np.arange(d) % 2, -1.0, 1.0)
        direction = direction if length is None else length * direction / np.linalg.norm(direction)
        return call(sign * grad, sign * direction)

    return draw


def uphill(rng):
    grad = rng.normal(size=4)
    return call(grad, -rng.uniform(2, 3) * grad)


def at_right_angles(rng):
    level = np.arange(4) % 2
    return call(rng.uniform(1, 2, size=4) * level, rng.uniform(1, 2, size=4) * (1 - level))


def odd(d, grad, direction):
    return lambda rng: call(np.roll(spread(rng, d, grad), 1), spread(rng, d, direction))


def _allowed(rng):
    d = int(rng.integers(1, 7))
    direction = floats(rng, d, (1.0, 10.0, 1e3))  # tiny ones, rounded, are no direction
    direction[int(rng.integers(d))] += 2 * np.abs(direction).max() or 1.0  # of some length
    return call(floats(rng, d), direction)


DIRECTIONAL_DERIVATIVE = Exercise(
    function="directional_derivative",
    topics=("C06-01",),
    points=1,
    difficulty=1,
    minutes=8,
    reference=optim.directional_derivative,
    allowed=_allowed,
    cases=(
        Case("a direction of length 1", of(3, length=1.0), weight=2, example=call([3.0, 4.0], [0.8, 0.6])),
        Case("a longer direction", of(5, length=3.0), weight=2),
        Case("a shorter direction", of(2, length=0.8), weight=2),
        Case("against the gradient", uphill),
        in_turn(
            "odd lengths, right angles, zeros, tiny and large numbers",
            odd(3, 1e3, 1.0),
            odd(1, -2.0, -3.0),
            odd(6, 1.0, 1e3),
            odd(4, 1e-5, 1.0),
            at_right_angles,
        ),
    ),
    hints=(
        "grad @ direction is the slope for each step along `direction`. How long is such a step?",
        "Divide the direction by its length, np.linalg.norm(direction), so that only where it points to counts.",
    ),
)


@DIRECTIONAL_DERIVATIVE.wrong(case="a longer direction")
def directional_derivative_not_normalised(grad, direction):
    """You do not divide by the length of `direction`: only where it points to counts, not how far."""
    return grad @ direction


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_gradient_normalised(grad, direction):
    """You divide by the length of the gradient; it is the direction that is to have length 1."""
    return grad @ direction / np.linalg.norm(grad)


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_cosine(grad, direction):
    """That is the cosine of the angle, between −1 and 1; the length of the gradient belongs to the slope."""
    return grad @ direction / np.linalg.norm(grad) / np.linalg.norm(direction)


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_descent(grad, direction):
    """Your sign is turned round: uphill the slope is positive."""
    return -grad @ direction / np.linalg.norm(direction)


@DIRECTIONAL_DERIVATIVE.wrong(case="against the gradient")
def directional_derivative_steepness(grad, direction):
    """You return how steep it is; a slope has a sign, negative where it goes down."""
    return abs(grad @ direction) / np.linalg.norm(direction)


@DIRECTIONAL_DERIVATIVE.wrong(case="a longer direction")
def directional_derivative_squared_length(grad, direction):
    """You divide by the squared length of `direction`; divide by its length, the root of that."""
    return grad @ direction / (direction @ direction)


@DIRECTIONAL_DERIVATIVE.wrong(case="a longer direction")
def directional_derivative_sum_of_entries(grad, direction):
    """You divide by the sum of the entries' sizes; the length is the root of the sum of their squares."""
    return grad @ direction / np.abs(direction).sum()


@DIRECTIONAL_DERIVATIVE.wrong(case="a longer direction")
def directional_derivative_largest_entry(grad, direction):
    """You divide by the largest entry; the length is the root of the sum of the squares."""
    return grad @ direction / np.abs(direction).max()


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_not_summed(grad, direction):
    """You return a product for each axis; their sum is the slope."""
    return grad * direction / np.linalg.norm(direction)


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_mean(grad, direction):
    """You take the mean of the products; the slope is their sum."""
    return np.mean(grad * direction) / np.linalg.norm(direction)


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_projection(grad, direction):
    """You return the part of the gradient along the direction, a vector; the slope is a number."""
    unit = direction / np.linalg.norm(direction)
    return (grad @ unit) * unit


@DIRECTIONAL_DERIVATIVE.wrong
def directional_derivative_length_of_the_gradient(grad, direction):
    """That is the slope along the gradient, the largest there is; the direction is a given one."""
    return np.linalg.norm(grad)


@DIRECTIONAL_DERIVATIVE.wrong(case="a shorter direction")
def directional_derivative_short_ones_kept(grad, direction):
    """You divide only directions longer than 1 by their length; a shorter one is divided by its own, too."""
    return grad @ direction / max(np.linalg.norm(direction), 1.0)


@DIRECTIONAL_DERIVATIVE.right
def directional_derivative_unit_first(grad, direction):
    unit = direction / np.linalg.norm(direction)
    return np.sum(grad * unit)


@DIRECTIONAL_DERIVATIVE.right
def directional_derivative_by_loop(grad, direction):
    length = sum(u**2 for u in direction) ** 0.5
    return sum(g * u for g, u in zip(grad, direction)) / length


@DIRECTIONAL_DERIVATIVE.right
def directional_derivative_by_einsum(grad, direction):
    return np.einsum("i,i", grad, direction) / np.sqrt(np.einsum("i,i", direction, direction))


@DIRECTIONAL_DERIVATIVE.right
def directional_derivative_by_vdot(grad, direction):
    return float(np.vdot(grad, direction)) / np.hypot.reduce(direction)
