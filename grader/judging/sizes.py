"""No timer stops NumPy while it fills the machine's memory: what asks for so much by a change is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from grader.calls import local

__all__ = ["small_arrays"]

MOST = 1 << 22  # numbers in an array

# How many numbers a call makes; the names are NumPy's, since a call may give them.


def _shape(shape: Any, *_: Any, **__: Any) -> float:
    return math.prod(map(float, shape)) if np.iterable(shape) else float(shape)


def _span(start: float = 0, stop: float | None = None, step: float = 1, **_: Any) -> float:
    return abs((start if stop is None else stop - start) / step)


def _eye(N: float, M: float | None = None, *_: Any, **__: Any) -> float:
    return float(N) * float(N if M is None else M)


def _square(n: float, *_: Any, **__: Any) -> float:
    return float(n) ** 2


def _repeated(a: Any, repeats: Any, *_: Any, **__: Any) -> float:
    return float(np.size(a) * np.max(repeats))


def _tiled(A: Any, reps: Any) -> float:
    return np.size(A) * _shape(reps)


NUMBERS: Mapping[str, Callable[..., float]] = {
    **dict.fromkeys(("zeros", "ones", "empty", "full"), _shape),
    "arange": _span,
    "eye": _eye,
    "identity": _square,
    "repeat": _repeated,
    "tile": _tiled,
}


def _refusing(make: Callable[..., Any], numbers: Callable[..., float]) -> Callable[..., Any]:
    def made(*args: Any, **kwargs: Any) -> Any:
        try:
            too_many = numbers(*args, **kwargs) > MOST
        except Exception:  # NumPy says what is wrong with them
            too_many = False
        if too_many:
            raise MemoryError(f"{make.__name__}: more than {MOST} numbers")
        return make(*args, **kwargs)

    return made


REFUSING = {name: _refusing(getattr(np, name), numbers) for name, numbers in NUMBERS.items()}


def small_arrays() -> AbstractContextManager[None]:
    """Within this block NumPy makes no array of more than MOST numbers out of nothing."""
    return local.bound(vars(np), REFUSING)
