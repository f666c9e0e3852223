"""The tests of the reader's library: what `check` asks of each function, the numbers of the reference written out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from grader.calls import fixtures
from grader.calls.plain import Fixture, Rng, float_arrays
from grader.calls.states import state_of
from grader.judging.compare import scale_of
from grader.judging.judge import Trial, trials, wanted
from grader.mylib.taken import Wanted, file_of, taken
from grader.record.exercise import Exercise
from grader.record.registry import find_chapter, registry

__all__ = ["tests"]

SNAPSHOT, COMPARE = ("grader.calls.plain", "snapshot"), ("grader.judging.compare", "compare")
SCRIPTS, FIXTURES = (fixtures.__name__, "SCRIPTS"), (fixtures.__name__, "FIXTURES")
TEXT = '''\
"""What the checks of {chapter} ask of your functions: the numbers are those of the course's own, at fixed seeds."""

from copy import deepcopy

import numpy as np
import pytest
{imports}
from numpy import array, inf, nan

import mylib

ROWS = [  # function, case, arguments, options, what comes back, how that is compared
{rows}
]


@pytest.mark.parametrize(("function", "case", "args", "options", "want", "how"), ROWS)
def test_it_gives_the_numbers_of_the_course(function, case, args, options, want, how):
    run = getattr(mylib, function)
    given = deepcopy(args)
    with np.errstate(all="ignore"):
        got = how["script"](run, *args, **options) if "script" in how else run(*args, **options)
    got = calls_plain.snapshot(got)
    if "measure" in how:
        got = how["measure"](got, *given)
    found = judging_compare.compare(got, want, scale=how["scale"], tol=how.get("tol"))
    assert found.ok, found.difference
'''


def tests(own: Iterable[str]) -> dict[str, str]:
    """{file name: text} for the functions of these names, in the order of the course."""
    names, all_needed, files = set(own), set[Wanted](), dict[str, str]()
    for chapter in sorted({find_chapter(name) for name in names}):
        needed = {SNAPSHOT, COMPARE}
        exercises = [e for name, e in registry(chapter).items() if name in names]
        rows = "\n".join(f"    {row}," for e in exercises for row in _rows(e, needed))
        imports = "\n".join(sorted({f"import {file_of(module)}" for module, _ in needed}))
        files[f"test_{chapter}.py"] = TEXT.format(chapter=chapter, imports=imports, rows=rows)
        all_needed |= needed
    return taken(all_needed, at="") | files


def _rows(exercise: Exercise, needed: set[Wanted]) -> Iterator[str]:
    """A row for each call that `check` makes and that costs points. needed: gets the names that the rows use."""
    for trial in trials(exercise):
        case = trial.case
        if not case.weight or (
            case.measure and case.measure.__name__ == "<lambda>"
        ):  # that has no name to import
            continue
        parts = [exercise.function, case.title, trial.call.args, trial.call.kwargs, wanted(exercise, trial)]
        yield f"({', '.join([*(_literal(part, needed) for part in parts), _how(trial, needed)])})"


def _how(trial: Trial, needed: set[Wanted]) -> str:
    case = trial.case
    how = {"scale": repr(scale_of(float_arrays(trial.call)))}
    if case.script:
        how["script"] = f"{_named(*SCRIPTS, needed)}[{case.script!r}]"
    if case.measure:
        how["measure"] = _named(case.measure.__module__, case.measure.__name__, needed)
    if case.tol:
        how["tol"] = repr(case.tol)
    return "{" + ", ".join(f'"{key}": {value}' for key, value in how.items()) + "}"


def _named(module: str, name: str, needed: set[Wanted]) -> str:
    needed.add((module, name))
    return f"{file_of(module)}.{name}"


def _literal(value: Any, needed: set[Wanted]) -> str:
    """Plain data as Python source."""

    def all_of(values: Iterable[Any]) -> str:
        return ", ".join(_literal(v, needed) for v in values)

    if isinstance(value, np.ndarray):
        dtype = "" if value.dtype == np.float64 else f", dtype={value.dtype.name!r}"
        shape = "" if value.size else f".reshape({value.shape})"
        return f"array({value.tolist()!r}{dtype}){shape}"
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({value.item()!r})"
    if isinstance(value, Rng):
        return f"np.random.default_rng({value.seed!r})"
    if isinstance(value, Fixture):
        return f"{_named(*FIXTURES, needed)}[{value.name!r}]"
    if state_of(value):
        return f"{_named(type(value).__module__, type(value).__name__, needed)}({all_of(value)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {_literal(v, needed)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{all_of(value)}]"
    if isinstance(value, tuple):
        return f"({all_of(value)}{',' * (len(value) == 1)})"
    return repr(value)
