"""What is inside an argument: its arrays, and what a function could change in it."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["arrays", "changeable"]


def arrays(value: Any) -> list[np.ndarray]:
    """The array itself, or those of a tuple or list, however deep."""
    if isinstance(value, (tuple, list)):
        return [a for v in value for a in arrays(v)]
    return [value] if isinstance(value, np.ndarray) else []


def changeable(value: Any) -> list[np.ndarray]:
    """The arrays and the lists of numbers in it, however deep."""
    if isinstance(value, list) and all(isinstance(v, (int, float)) for v in value):
        return [np.asarray(value)]
    if isinstance(value, (tuple, list)):
        return [a for v in value for a in changeable(v)]
    return arrays(value)
