"""Clipping by value: every entry for itself."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape
from nnlib import optim


def of(*shapes, scale=1.0, zero=False):
    """Draws gradients with entries above, below and within the limits, of both signs, and perhaps zeros."""

    def draw(rng):
        grads = []
        for size in shapes:
            g = scale * rng.uniform(1.5, 3, size=size)
            kind = np.arange(g.size).reshape(g.shape) % 5
            g = np.where(kind % 2, -g, g) * np.where(kind < 2, 1, 0.25)
            grads.append(np.where(zero & (kind == 4), 0, g))
        return call(tuple(grads), float(scale * rng.uniform(1, 1.4)))

    return draw


def _allowed(rng):
    grads = tuple(floats(rng, shape(rng)) for _ in range(int(rng.integers(1, 4))))
    return call(grads, float(one_of(rng, 1.0, 0.1, 3.0, 300.0, 1e-5)))


CLIP_GRAD_VALUE = Exercise(
    function="clip_grad_value",
    topics=("C05-03",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=optim.clip_grad_value,
    allowed=_allowed,
    cases=(
        Case(
            "two gradients of the same shape",
            of((4,), (4,)),
            weight=2,
            example=call((np.array([-3.0, 0.5]), np.array([2.0, -0.25])), 1.0),
        ),
        Case("a weight and a bias", of((5, 4), (5,)), weight=2),
        in_turn(
            "odd shapes, one gradient, zeros, tiny and large numbers",
            of((7,), scale=1e3, zero=True),
            of((1, 3), (3, 1)),
            of((2, 1, 3), (1,), (5,), scale=1e-5, zero=True),
            of((1, 3, 1), (2, 2, 1), (1, 2, 2), scale=200),
        ),
    ),
    hints=(
        "An entry above clip_value becomes clip_value, one below −clip_value becomes −clip_value.",
        "np.clip(g, low, high), for each g of grads; tuple(... for g in grads) collects them.",
    ),
)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_upper_only(grads, clip_value):
    """You limit from above only; a gradient of −1000 is as bad as one of 1000."""
    return tuple(np.minimum(g, clip_value) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_negative_lost(grads, clip_value):
    """Your lower limit is 0, so negative entries are lost; it is −clip_value."""
    return tuple(np.clip(g, 0, clip_value) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_set_to_zero(grads, clip_value):
    """You set large entries to 0; clipped means set to the limit, with their sign."""
    return tuple(np.where(np.abs(g) > clip_value, 0, g) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_scaled(grads, clip_value):
    """You scale a whole gradient by its largest entry; by value each entry is limited for itself."""
    return tuple(g * np.minimum(1, clip_value / np.abs(g).max()) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_sign_lost(grads, clip_value):
    """Your clipped entries have lost their sign: below −clip_value the limit is −clip_value."""
    return tuple(np.where(np.abs(g) > clip_value, clip_value, g) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_by_norm(grads, clip_value):
    """You clip by norm; by value each entry is limited for itself."""
    total = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    return tuple(g * np.minimum(1, clip_value / (total + 1e-6)) for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_first_only(grads, clip_value):
    """You clip the first gradient only; all of them are clipped."""
    return (np.clip(grads[0], -clip_value, clip_value), *grads[1:])


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_all_to_the_limit(grads, clip_value):
    """You send every entry to the limit; the small ones stay as they are."""
    return tuple(np.sign(g) * clip_value for g in grads)


@CLIP_GRAD_VALUE.wrong
def clip_grad_value_one_vector(grads, clip_value):
    """You return one long vector; asked for is a tuple of arrays in the shapes of the given ones."""
    return np.clip(np.concatenate([g.ravel() for g in grads]), -clip_value, clip_value)


@CLIP_GRAD_VALUE.right
def clip_grad_value_two_steps(grads, clip_value):
    return [np.maximum(np.minimum(g, clip_value), -clip_value) for g in grads]


@CLIP_GRAD_VALUE.right
def clip_grad_value_by_where(grads, clip_value):
    clipped = []
    for g in grads:
        g = np.where(g > clip_value, clip_value, g)
        clipped.append(np.where(g < -clip_value, -clip_value, g))
    return tuple(clipped)


@CLIP_GRAD_VALUE.right
def clip_grad_value_by_sign(grads, clip_value):
    return tuple(np.sign(g) * np.minimum(np.abs(g), clip_value) for g in grads)


@CLIP_GRAD_VALUE.right
def clip_grad_value_in_a_copy(grads, clip_value):
    clipped = tuple(g.copy() for g in grads)
    for g in clipped:
        g[g > clip_value] = clip_value
        g[g < -clip_value] = -clip_value
    return clipped
