"""NumPy where memory is counted with 32 bits, as in a browser: there some functions refuse indices of 64 bits, which
they take everywhere else, and so would refuse right answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

__all__ = ["begin", "narrowing"]

INDICES = {
    "bincount": (0, "x"),
    "choose": (0, "a"),
    "put": (1, "ind"),
    "repeat": (1, "repeats"),
    "take": (1, "indices"),
}


def begin() -> None:
    """From here on, they take them here, too."""
    if np.dtype(np.intp).itemsize < 8:
        for name, (position, keyword) in INDICES.items():
            setattr(np, name, narrowing(getattr(np, name), position, keyword))


def narrowing(function: Callable[..., Any], position: int, keyword: str) -> Callable[..., Any]:
    """The function, which takes its indices, the argument at this position or with this name, in 64 bits, too."""

    @wraps(function)
    def narrowed(*args: Any, **kwargs: Any) -> Any:
        if keyword in kwargs:
            kwargs[keyword] = _as_indices(kwargs[keyword])
        elif len(args) > position:
            args = (*args[:position], _as_indices(args[position]), *args[position + 1 :])
        return function(*args, **kwargs)

    return narrowed


def _as_indices(value: Any) -> Any:
    array = np.asarray(value)
    return array.astype(np.intp) if array.dtype == np.int64 else value
