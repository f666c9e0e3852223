"""What crosses between the grader and a student's function: plain data out, plain data back.

A `Call` holds the arguments of one call, a reply is what came of it: `Returned`, `Raised` or `Stopped`. Both
hold plain data only, so they look the same in the notebook's own process and across a pipe.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.calls.states import STATES, state_of

__all__ = [
    "FIRST_CALL",
    "STOPS",
    "Call",
    "Fixture",
    "NotPlain",
    "Raised",
    "Reply",
    "Returned",
    "Rng",
    "Shown",
    "Stopped",
    "as_list",
    "call",
    "float_arrays",
    "plain",
    "snapshot",
]


@dataclass(frozen=True)
class Rng:
    """A numpy.random.Generator argument; it travels as its seed."""

    seed: int


@dataclass(frozen=True)
class Fixture:
    """A function or model argument; it travels as the name of an entry of `grader.calls.fixtures`."""

    name: str


@dataclass(frozen=True)
class as_list:
    """A list argument that must arrive as a list, not as an array."""

    values: list[Any]


@dataclass(frozen=True)
class Call:
    """Arguments of one call of the student's function."""

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)

    def realise(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Fresh, writable arguments: arrays are copied, seeds become generators, names become fixtures."""
        return tuple(map(_realise, self.args)), {k: _realise(v) for k, v in self.kwargs.items()}

    def map_arrays(self, change: Callable[[np.ndarray], np.ndarray]) -> Call:
        """The same call with every array argument replaced by change(array)."""
        return Call(
            tuple(_map(a, change) for a in self.args), {k: _map(v, change) for k, v in self.kwargs.items()}
        )


def call(*args: Any, **kwargs: Any) -> Call:
    """A Call; nested lists of numbers become float64 arrays (`as_list` keeps a list)."""
    return Call(tuple(map(plain, args)), {k: plain(v) for k, v in kwargs.items()})


def plain(value: Any) -> Any:
    """Plain data for an argument written in a record."""
    if isinstance(value, as_list):
        return list(value.values)
    if isinstance(value, list):
        array = np.asarray(value)
        return array if array.dtype.kind in "bU" else array.astype(np.float64)
    return value


def _realise(value: Any) -> Any:
    if isinstance(value, Rng):
        return np.random.default_rng(value.seed)
    if isinstance(value, Fixture):
        from grader.calls.fixtures import FIXTURES

        return FIXTURES[value.name]
    return value.copy() if isinstance(value, np.ndarray) else copy.deepcopy(value)


def _map(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value)
    if state := state_of(value):
        return STATES[state](*(_map(v, change) for v in value))
    if type(value) in (tuple, list):
        return type(value)(_map(v, change) for v in value)
    return value


def float_arrays(value: Any) -> list[np.ndarray]:
    """Every float array inside an argument, a result or a Call."""
    if isinstance(value, Call):
        return float_arrays((*value.args, *value.kwargs.values()))
    if isinstance(value, np.ndarray):
        return [value] if value.dtype.kind == "f" else []
    if isinstance(value, float):
        return [np.asarray(value)]
    if isinstance(value, (tuple, list)):
        return [a for v in value for a in float_arrays(v)]
    if isinstance(value, dict):
        return [a for v in value.values() for a in float_arrays(v)]
    return []


# ── replies ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Returned:
    """The function returned `value` (plain data, a snapshot taken at return)."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The function raised. `line` is the line number within the student's cell, `source` its text."""

    kind: str
    message: str
    line: int | None = None
    source: str = ""
    traceback: str = ""
    unattempted: bool = False  # NotImplementedError raised by the stub's own line


@dataclass(frozen=True)
class Stopped:
    """The call was stopped from outside, or its process died; `reason` is for the student to read.

    kind: "time", "memory", "exit", "crash", "pipe" (what came back was no reply) or "budget" (not run at all).
    """

    reason: str
    kind: str = field(default="budget", compare=False)


@dataclass(frozen=True)
class Shown:
    """A cell ran with its outputs caught, as a notebook holds them, and perhaps raised."""

    outputs: list[dict[str, Any]]
    error: Raised | None = None


Reply = Returned | Raised | Stopped | Shown


class NotPlain(TypeError):
    """A result that is not plain data; the message says what it was and what to return instead."""


STOPS = 2  # after so many stopped calls of one function the rest of its calls are not run
FIRST_CALL = 3.0  # more seconds for the first call of a function, which may import something large
MAX_BYTES = 64 << 20
MAX_ITEMS = 10_000
MAX_DEPTH = 6


def snapshot(value: Any, depth: int = 0) -> Any:
    """A copy of a student's result as plain data. Raises NotPlain with advice for anything else."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return value if value is None else bool(value)
    if isinstance(value, (int, np.integer)):
        number = int(value)
        if not -(2**63) <= number < 2**63:
            raise NotPlain("an integer beyond 64 bits; return a float")
        return number if isinstance(value, int) else np.asarray(value)[()]
    if isinstance(value, (float, np.floating)):
        return np.asarray(value)[()] if isinstance(value, np.floating) else float(value)
    if isinstance(value, str):
        if len(value) > MAX_ITEMS:
            raise NotPlain(f"a string of {len(value)} characters")
        return str(value)
    if isinstance(value, np.ma.MaskedArray):
        raise NotPlain("a masked array; return a plain array, for example with .filled(0)")
    if isinstance(value, np.ndarray):
        return _snapshot_array(np.asarray(value))
    if depth >= MAX_DEPTH:
        raise NotPlain(f"a result nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, (tuple, list, dict)):
        if len(value) > MAX_ITEMS:
            raise NotPlain(f"a {type(value).__name__} of {len(value)} items")
        if isinstance(value, dict):
            if not all(isinstance(k, str) for k in value):
                raise NotPlain("a dict whose keys are not all strings")
            return {str(k): snapshot(v, depth + 1) for k, v in value.items()}
        items = [snapshot(v, depth + 1) for v in value]
        if state := state_of(value):
            return STATES[state](*items)
        return items if isinstance(value, list) else tuple(items)
    raise NotPlain(_advice(value))


def _snapshot_array(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "biufU":
        raise NotPlain(f"an array of dtype {array.dtype}; return an array of floats")
    if array.nbytes > MAX_BYTES:
        raise NotPlain(f"an array of shape {array.shape}, more than {MAX_BYTES >> 20} MiB")
    return array.astype(array.dtype.newbyteorder("="), copy=True)


def _advice(value: Any) -> str:
    name = type(value).__name__
    advice = {
        "Tensor": "a torch tensor; write the answer in NumPy",
        "function": "a function; did you forget to call it?",
        "builtin_function_or_method": "a function; did you forget the parentheses?",
        "generator": "a generator; return what it gives, as an array or a tuple",
        "set": "a set; return an array",
        "matrix": "a matrix; return an array",
        "complex": "a complex number; return a float",
        "ellipsis": "... (the placeholder); return your result",
    }
    return advice.get(name, f"a {name}; return a NumPy array or a number")
