"""Results that are right but for one thing, the same in all of them: what a teacher gives half of the points for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.calls.arrays import arrays
from grader.calls.plain import Call

__all__ = ["NEARLY"]

Agrees = Callable[[Any, Any], bool]
ROUNDED = 1e-3  # the largest error, as a share of the number
PLACES = 1e-4  # ... and that of one rounded to four places


def _scaled(factors: Callable[[Call], Iterable[float]]) -> Callable[[Any, Any, Call, Agrees], bool]:
    """Right once it is multiplied by one of the factors."""

    def right(got: Any, want: Any, call: Call, agrees: Agrees) -> bool:
        return any(agrees(_times(got, factor), want) for factor in factors(call))

    return right


def _rounded(got: Any, want: Any, call: Call, agrees: Agrees) -> bool:
    if isinstance(want, (tuple, list)) and isinstance(got, (tuple, list)) and len(got) == len(want):
        return all(_rounded(g, w, call, agrees) for g, w in zip(got, want))
    a, b = _numbers(got), _numbers(want)
    if a is None or b is None or not _close(a, b):
        return False
    given = (_numbers(array) for array in arrays((*call.args, *call.kwargs.values())))
    return not any(array is not None and _close(array, b) for array in given)  # as near without any change


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    places = PLACES * min(1.0, np.abs(b).max(initial=0.0))
    with np.errstate(over="ignore"):
        return bool((np.abs(a - b) <= ROUNDED * np.abs(b) + places).all())


def _in_another_form(got: Any, want: Any, call: Call, agrees: Agrees) -> bool:
    """In another order, another shape or packed otherwise."""
    return _are(list(_leaves(got)), list(_leaves(want)), agrees)


def _without_one(got: Any, want: Any, call: Call, agrees: Agrees) -> bool:
    """One of several results is missing."""
    if not isinstance(want, (tuple, list)) or len(want) < 2:
        return False
    found, parts = list(_leaves(got)), [list(_leaves(part)) for part in want]
    others = ([leaf for part in (*parts[:i], *parts[i + 1 :]) for leaf in part] for i in range(len(parts)))
    return any(_are(found, wanted, agrees) for wanted in others)


def _are(found: list[Any], wanted: list[Any], agrees: Agrees) -> bool:
    """The same results in any order, each in any shape."""
    if len(found) != len(wanted):
        return False
    for value in found:
        place = next((i for i, w in enumerate(wanted) if _reshaped(value, w, agrees)), None)
        if place is None:
            return False
        del wanted[place]
    return True


# What may be wrong, as the second half of "Your numbers are right but for ..."
NEARLY: dict[str, Callable[[Any, Any, Call, Agrees], bool]] = {
    "their sign": _scaled(lambda call: [-1.0]),
    "a factor 2": _scaled(lambda call: [0.5]),
    "a factor ½": _scaled(lambda call: [2.0]),
    "a division by a number of entries": _scaled(lambda call: _lengths(call)),
    "a factor that is a number of entries": _scaled(lambda call: [1 / n for n in _lengths(call)]),
    "their rounding, or an eps": _rounded,
    "their order or their shape": _in_another_form,
    "a result that is missing": _without_one,
}


def _numbers(value: Any) -> np.ndarray | None:
    if isinstance(value, (bool, str, dict)) or value is None:
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return None
    return array.astype(np.float64) if array.dtype.kind in "iuf" else None


def _times(value: Any, factor: float) -> Any:
    """None where it is no number: that agrees with nothing."""
    if isinstance(value, (tuple, list)):
        return [_times(part, factor) for part in value]
    array = _numbers(value)
    with np.errstate(over="ignore"):  # an answer may be as large as it likes
        return None if array is None else array * factor


def _lengths(call: Call) -> set[int]:
    """How many entries, rows and columns the arguments have."""
    found = arrays((*call.args, *call.kwargs.values()))
    return {n for a in found for n in (a.size, *a.shape)} - {0, 1}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (tuple, list)) and not (value and all(isinstance(v, (int, float)) for v in value)):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _reshaped(got: Any, want: Any, agrees: Agrees) -> bool:
    a, b = _numbers(got), _numbers(want)
    if a is None or b is None or a.size != b.size:
        return False
    ways: Sequence[np.ndarray] = (a.reshape(b.shape), a.T.reshape(b.shape))
    return any(agrees(way, want) for way in ways)
