"""Pieces of `allowed`, which draws what an exercise's text allows, and of the cases that ask for it: odd shapes,
large and tiny numbers, zeros, ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from grader.calls.plain import Call, call

__all__ = ["axis_of", "floats", "odd", "one_of", "options", "probabilities", "shape", "spread"]

T = TypeVar("T")
SCALES = (1.0, 1.0, 1.0, 10.0, 1e3, 1e-3, 1e-9)


def one_of(rng: np.random.Generator, *choices: T) -> T:
    return choices[int(rng.integers(len(choices)))]


def options(rng: np.random.Generator, **choices: Sequence[Any]) -> dict[str, Any]:
    """Options, each left out or one of its choices."""
    return {name: one_of(rng, *values) for name, values in choices.items() if rng.random() < 0.6}


def axis_of(rng: np.random.Generator, x: np.ndarray) -> dict[str, int]:
    """An axis of x counted from the front or the back, or none."""
    return options(rng, axis=range(-x.ndim, x.ndim))


def shape(rng: np.random.Generator, axes: Sequence[int] = (1, 2, 3), longest: int = 5) -> tuple[int, ...]:
    """A shape with as many axes as one of `axes` says; axes of length 1 are common."""
    lengths = rng.integers(1, longest + 1, size=one_of(rng, *axes))
    return tuple(int(n) for n in np.where(rng.random(lengths.size) < 0.2, 1, lengths))


def floats(rng: np.random.Generator, size: Any, scales: Sequence[float] = SCALES) -> np.ndarray:
    """Numbers of one of the scales; one array in five has zeros, one in five ties and whole numbers."""
    x: np.ndarray = one_of(rng, *scales) * rng.normal(size=size)
    kind = rng.integers(5)
    if kind == 0:
        return np.asarray(np.where(rng.random(size) < 0.5, 0.0, x))
    return np.asarray(np.round(x) if kind == 1 else x)


def probabilities(rng: np.random.Generator, size: Any, axis: int = -1) -> np.ndarray:
    """Distributions along an axis; some have zeros, some are certain."""
    p: np.ndarray = rng.random(size) * (rng.random(size) < one_of(rng, 1.0, 1.0, 0.6, 0.3))
    total = p.sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(p, total, out=np.full_like(p, 1 / p.shape[axis]), where=total > 0))


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────────

ODD_SHAPES = ((1,), (1, 3), (3, 1), (1, 3, 1), (2, 1, 3))
EXTREMES = ((1.0, 1e3), (1e-5, 1.0), (1e3, 1.0), (1.0, 4.9e-5), (1.0, 1.0))


def spread(rng: np.random.Generator, size: Any, scale: float = 1.0) -> np.ndarray:
    """Numbers of one size and of both signs in turn, every third one 0."""
    x: np.ndarray = scale * rng.uniform(1, 2, size=size)
    i = np.arange(x.size).reshape(x.shape)
    return np.asarray(np.where(i % 3 == 2, 0.0, np.where(i % 2, -x, x)))


def odd(
    arrays: int = 1,
    *,
    shapes: Sequence[tuple[int, ...]] = ODD_SHAPES,
    scales: Sequence[Sequence[float]] = EXTREMES,
    options: Sequence[dict[str, Any]] = ({},),
) -> list[Callable[[np.random.Generator], Call]]:
    """Makers of calls with `arrays` arrays of one shape, whose zeros lie apart: shapes, scales and options are gone
    through in turn."""

    def maker(i: int) -> Callable[[np.random.Generator], Call]:
        size, scale = shapes[i % len(shapes)], scales[i % len(scales)]
        given = options[i % len(options)]

        def make(rng: np.random.Generator) -> Call:
            drawn = [spread(rng, size, s) for s in scale[-arrays:]]
            return call(*(np.roll(x, 1) if j else x for j, x in enumerate(drawn)), **given)

        return make

    return [maker(i) for i in range(max(len(shapes), len(scales), len(options)))]
