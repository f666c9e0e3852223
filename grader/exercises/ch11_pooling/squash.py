"""Vectors with lengths below 1."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, spread
from nnlib import pooling


def vectors(size, length=15.0, **given):
    """Vectors of either sign, far longer than 1 or far shorter."""

    def draw(rng):
        x = length * rng.uniform(0.3, 1.5, size)
        return call(np.where(np.arange(x.size).reshape(size) % 3 == 1, -x, x), **given)

    return draw


def with_zeros(size, **given):
    """Every second vector along the last axis is all zeros."""

    def draw(rng):
        s = rng.uniform(5, 20, size)
        s.reshape(-1, size[-1])[1::2] = 0
        return call(s, **given)

    return draw


def _allowed(rng):
    size = tuple(int(n) for n in rng.integers(1, 5, size=one_of(rng, 1, 2, 3)))
    s = one_of(rng, 1.0, 1.0, 10.0, 300.0, 1e-3, 1e-6) * rng.normal(size=size)
    s = np.where(rng.random(size) < one_of(rng, 0.0, 0.0, 0.5, 1.0), 0, s)
    given = {"axis": int(rng.integers(-len(size), len(size)))} if rng.random() < 0.6 else {}
    return call(s, **given)


SQUASH = Exercise(
    function="squash",
    topics=("C11-11",),
    points=1,
    difficulty=2,
    minutes=10,
    reference=pooling.squash,
    allowed=_allowed,
    cases=(
        Case("three vectors", vectors((3, 4)), example=call([[3, 4], [6, -8]]), weight=2),
        Case("along axis 0", vectors((4, 3), axis=0), weight=2),
        Case("three axes, along the second", vectors((2, 3, 4), axis=1), weight=2),
        Case("short vectors", vectors((3, 4), 0.01), weight=3),
        Case("vectors of zeros", with_zeros((4, 3)), weight=4),
        in_turn(
            "one vector, of one number, other axes, zeros, tiny and large numbers",
            vectors((3,)),
            vectors((1,), 0.01, axis=0),
            vectors((3,), 1000.0, axis=-1),
            vectors((1, 3), 1e-6),
            vectors((3, 1), 300.0, axis=-2),
            vectors((2, 3, 1), 0.01, axis=-3),
            vectors((1, 3, 2), axis=2),
            vectors((3, 1, 2), axis=1),
            vectors((2, 1, 2), axis=-1),
            vectors((2, 3), axis=1),
            vectors((2, 3, 2), axis=0),
            with_zeros((4, 2), axis=0),
            lambda rng: call(spread(rng, (3, 3, 2), 20.0), axis=-2),
            lambda rng: call(np.zeros(3)),
            lambda rng: call(np.zeros((2, 2)), axis=0),
            lambda rng: call(np.abs(spread(rng, (2, 3), 200.0))),
            edge=True,
            differentiable=False,
        ),
    ),
    hints=(
        "keepdims=True keeps the lengths in a shape that lines up with s, whatever the axis.",
        "‖s‖² / (1 + ‖s‖²) · s / ‖s‖ is ‖s‖ / (1 + ‖s‖²) · s: then nothing is divided by 0.",
    ),
)


@SQUASH.wrong
def squash_normalized(s, *, axis=-1):
    """You make every vector 1 long; the length r becomes r² / (1 + r²)."""
    r = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    return s / np.where(r == 0, 1, r)


@SQUASH.wrong
def squash_without_squares(s, *, axis=-1):
    """Your lengths are r / (1 + r); they are r² / (1 + r²)."""
    r = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    return s / (1 + r)


@SQUASH.wrong
def squash_not_divided_by_the_length(s, *, axis=-1):
    """You multiply s by r² / (1 + r²); the direction s / r has to be multiplied by it."""
    square = (s * s).sum(axis=axis, keepdims=True)
    return square / (1 + square) * s


@SQUASH.wrong
def squash_divided_by_the_square(s, *, axis=-1):
    """You divide s by r², so that the factor is 1 / (1 + r²); the direction is s / r."""
    return s / (1 + (s * s).sum(axis=axis, keepdims=True))


@SQUASH.wrong
def squash_square_of_the_sum(s, *, axis=-1):
    """You have (1 + r)² below the line; it is 1 + r²."""
    r = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    return r / (1 + r) ** 2 * s


@SQUASH.wrong
def squash_root_forgotten(s, *, axis=-1):
    """You take the sum of squares for the length; the length is its root."""
    r = (s * s).sum(axis=axis, keepdims=True)
    return r / (1 + r * r) * s


@SQUASH.wrong
def squash_by_absolute_values(s, *, axis=-1):
    """Your length is the sum of the absolute values; it is the root of the sum of squares."""
    r = np.abs(s).sum(axis=axis, keepdims=True)
    return r / (1 + r * r) * s


@SQUASH.wrong
def squash_mean_of_squares(s, *, axis=-1):
    """You average the squares; the length is the root of their sum."""
    square = (s * s).mean(axis=axis, keepdims=True)
    return np.sqrt(square) / (1 + square) * s


@SQUASH.wrong
def squash_one_length_for_all(s, *, axis=-1):
    """You take one length for the whole array; each vector has its own."""
    square = (s * s).sum()
    return np.sqrt(square) / (1 + square) * s


@SQUASH.wrong(case="along axis 0")
def squash_axis_ignored(s, *, axis=-1):
    """You do not use `axis`: your vectors always lie along the last one."""
    square = (s * s).sum(axis=-1, keepdims=True)
    return np.sqrt(square) / (1 + square) * s


@SQUASH.wrong
def squash_number_by_number(s, *, axis=-1):
    """You squash every number by itself; it is the vector that is shortened, all its numbers by the same factor."""
    return np.abs(s) / (1 + s * s) * s


@SQUASH.wrong(case="vectors of zeros")
def squash_nan(s, *, axis=-1):
    """A vector of zeros gives 0 / 0 = nan in your answer; it stays 0."""
    r = np.sqrt((s * s).sum(axis=axis, keepdims=True))
    with np.errstate(invalid="ignore"):
        return r * r / (1 + r * r) * (s / r)


@SQUASH.wrong(case="short vectors")
def squash_with_epsilon(s, *, axis=-1):
    """You add 1e-7 to the squared length against 0 / 0, which short vectors notice; written r / (1 + r²) · s it
    needs nothing."""
    square = (s * s).sum(axis=axis, keepdims=True)
    return square / (1 + square) * s / np.sqrt(square + 1e-7)


@SQUASH.wrong(case="short vectors")
def squash_with_small_epsilon(s, *, axis=-1):
    """You add 1e-8 to the length against 0 / 0, which short vectors notice; written r / (1 + r²) · s it needs
    nothing."""
    square = (s * s).sum(axis=axis, keepdims=True)
    return square / (1 + square) * s / (np.sqrt(square) + 1e-8)


@SQUASH.wrong
def squash_lengths(s, *, axis=-1):
    """You return the lengths; return the vectors, in the shape of s."""
    square = (s * s).sum(axis=axis)
    return square / (1 + square)


@SQUASH.wrong(case="arguments unchanged")
def squash_in_place(s, *, axis=-1):
    """You change s in place; it belongs to who called. s * factor makes a new array."""
    square = (s * s).sum(axis=axis, keepdims=True)
    s *= np.sqrt(square) / (1 + square)
    return s


@SQUASH.wrong(case="short vectors")
def squash_with_epsilon_under_the_root(s, *, axis=-1):
    """You add 1e-8 under the root against 0 / 0, which short vectors notice; written r / (1 + r²) · s it needs
    nothing."""
    square = (s * s).sum(axis=axis, keepdims=True)
    return square / (1 + square) * s / np.sqrt(square + 1e-8)


@SQUASH.wrong(case="vectors of zeros")
def squash_all_zeros_for_one(s, *, axis=-1):
    """If one vector is all zeros, you return zeros for all of them; the others have lengths of their own."""
    square = (s * s).sum(axis=axis, keepdims=True)
    return np.zeros_like(s) if (square == 0).any() else np.sqrt(square) / (1 + square) * s


@SQUASH.wrong(case="along axis 0")
def squash_lengths_at_the_end(s, *, axis=-1):
    """You put the axis of the lengths back at the end, and the vectors may lie along another; keepdims=True leaves it
    where it was."""
    square = (s * s).sum(axis=axis)[..., None]
    return np.sqrt(square) / (1 + square) * s


@SQUASH.right
def squash_by_norm(s, *, axis=-1):
    r = np.linalg.norm(s, axis=axis, keepdims=True)
    return s * (r / (1 + r**2))


@SQUASH.right
def squash_as_printed(s, *, axis=-1):
    r = np.sqrt(np.sum(s**2, axis=axis, keepdims=True))
    direction = np.divide(s, r, out=np.zeros_like(s), where=r > 0)
    return r**2 / (1 + r**2) * direction


@SQUASH.right
def squash_by_safe_length(s, *, axis=-1):
    r = np.sqrt(np.sum(s**2, axis=axis, keepdims=True))
    return r**2 / (1 + r**2) * s / np.where(r == 0, 1, r)


@SQUASH.right
def squash_vector_by_vector(s, *, axis=-1):
    moved = np.moveaxis(s, axis, -1)
    v = np.zeros_like(moved)
    for place in np.ndindex(moved.shape[:-1]):
        square = moved[place] @ moved[place]
        v[place] = moved[place] * square**0.5 / (1 + square)
    return np.moveaxis(v, -1, axis)
