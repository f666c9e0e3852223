"""Pieces of `allowed`, which draws what an exercise's text allows: odd shapes, huge and tiny numbers, zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

__all__ = ["floats", "one_of", "probabilities", "shape"]

T = TypeVar("T")
SCALES = (1.0, 1.0, 1.0, 10.0, 1e3, 1e-3, 1e-9)


def one_of(rng: np.random.Generator, *choices: T) -> T:
    return choices[int(rng.integers(len(choices)))]


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
