"""A reader's functions beside nnlib's and torch's: the same calls, one after another, in speed and accuracy."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.arrays import arrays
from grader.calls.plain import Call, Returned, float_arrays
from grader.home.speed import LIMIT, least
from grader.home.table import as_html, as_text
from grader.home.with_torch import torch_run
from grader.record.exercise import Exercise

__all__ = ["Comparison", "Run", "compare"]

Function = Callable[..., Any]
MICRO = 1e6
NOTHING = "–"
WORDS = (0, 1)  # the columns that hold no numbers
PATIENCE = 2.0  # seconds


@dataclass(frozen=True)
class Run:
    """One function at one call. seconds: inf where it was stopped, None where it does not run there. error: the
    largest one in float32, as a share of the largest number of the result; None where there is nothing to compare."""

    function: str
    whose: str
    size: str
    seconds: float | None
    error: float | None


@dataclass(frozen=True)
class Comparison:
    runs: tuple[Run, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """(function, size, then for each library its time and its error) as text."""
        libraries = list(dict.fromkeys(run.whose for run in self.runs))
        found: dict[tuple[str, str], dict[str, Run]] = {}
        for run in self.runs:
            found.setdefault((run.function, run.size), {})[run.whose] = run
        return [
            (*key, *(text for whose in libraries for text in _texts(runs.get(whose))))
            for key, runs in found.items()
        ]

    def head(self) -> tuple[str, ...]:
        libraries = dict.fromkeys(run.whose for run in self.runs)
        return ("function", "call", *(f"{w}, {what}" for w in libraries for what in ("µs", "error")))

    def __repr__(self) -> str:
        if not self.runs:
            return NONE
        return "\n".join([*as_text([self.head(), *self.rows()], WORDS), LEGEND])

    def _repr_html_(self) -> str:
        if not self.runs:
            return f"<p>{NONE}</p>"
        rows = (tuple(map(escape, row)) for row in self.rows())
        return f"{as_html(self.head(), rows, WORDS)}<p>{LEGEND}</p>"


NONE = "Nothing to compare yet: none of these functions is right."
LEGEND = (
    "µs: the least of some runs of one call, in float64. error: the largest one of the same call in float32, against "
    "nnlib's in float64, as a share of the largest number of the result. –: it has none."
)


def compare(functions: Sequence[tuple[Exercise, Function]]) -> Comparison:
    """Each of these functions, nnlib's and torch's at a call of the size of the later cells, where the record has
    one, else at the first of its cases."""
    return Comparison(tuple(run for exercise, own in functions for run in _runs(exercise, own)))


def _runs(exercise: Exercise, own: Function) -> Iterator[Run]:
    call = exercise.large(np.random.default_rng(0)) if exercise.large else exercise.cases[0].draw(1)
    single, double = _in(call, np.float32), _in(_in(call, np.float32), np.float64)
    size = " ".join("×".join(map(str, a.shape)) or "1" for a in arrays(call.args))
    exact = _ask(exercise.reference, double, exercise)
    for whose, function in (("yours", own), ("nnlib", exercise.reference)):
        error = _error(_ask(function, single, exercise), exact) if float_arrays(single) else None
        yield Run(exercise.function, whose, size, _seconds(function, double), error)
    fast, rough = torch_run(exercise, double, "float64"), torch_run(exercise, single, "float32")
    if fast and rough:
        error = _error(_ask(lambda: _arrays(rough()), Call()), exact)
        yield Run(exercise.function, "torch", size, _seconds(lambda: fast(), Call()), error)


def _in(call: Call, dtype: type) -> Call:
    return call.map_arrays(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a)


def _ask(function: Function, call: Call, exercise: Exercise | None = None) -> Any:
    """What it returns, None where it does not; turned as the exercise's cases turn it, where axes are free."""
    with contextlib.redirect_stdout(io.StringIO()):
        reply = local.ask(function, call, seconds=PATIENCE)
    if not isinstance(reply, Returned):
        return None
    measure = exercise and exercise.cases[0].measure
    return measure(reply.value, *call.realise()[0]) if measure else reply.value


def _seconds(function: Function, call: Call) -> float | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return least(function, call)
    except local.OverTime:
        return math.inf
    except Exception:  # its own affair: the check is about that
        return None


def _arrays(value: Any) -> Any:
    """torch's tensors as NumPy's arrays."""
    return tuple(map(_arrays, value)) if isinstance(value, tuple) else value.detach().numpy()


def _error(got: Any, exact: Any) -> float | None:
    pairs = list(zip(_floats(got), _floats(exact)))
    if not pairs or len(_floats(got)) != len(_floats(exact)) or any(g.shape != e.shape for g, e in pairs):
        return None
    errors = []
    for one, other in pairs:
        there = np.isfinite(one) & np.isfinite(other)
        largest = np.abs(other[there]).max(initial=0.0)
        errors.append(float(np.abs(one[there] - other[there]).max(initial=0.0) / (largest or 1.0)))
    return max(errors)


def _floats(value: Any) -> list[np.ndarray]:
    if isinstance(value, (tuple, list)):
        return [array for part in value for array in _floats(part)]
    array = np.asarray(value)
    return [array.astype(np.float64)] if array.dtype.kind == "f" else []


def _texts(run: Run | None) -> tuple[str, str]:
    """Its time in microseconds and its error, as a table shows them."""
    if run is None or run.seconds is None:
        time = NOTHING
    else:
        time = f"> {MICRO * LIMIT:.0f}" if math.isinf(run.seconds) else f"{MICRO * run.seconds:.3g}"
    return time, NOTHING if run is None or run.error is None else f"{run.error:.0e}"
