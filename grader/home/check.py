"""check(f), in a reader's notebook."""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import FIRST_CALL, STOPS, Call, Raised, Reply, Stopped
from grader.calls.signature import signature_problem
from grader.home import ownwork
from grader.home import progress as reader
from grader.judging.evaluate import evaluate, failed
from grader.judging.outcome import Outcome
from grader.judging.render import outcome_html
from grader.record.exercise import Exercise
from grader.record.registry import find_exercise

__all__ = ["Report", "check", "name_of"]

Answer = Callable[..., Any]


class Report(Outcome):
    """An Outcome as a notebook shows it."""

    def __repr__(self) -> str:
        # nbgrader reads points from the text/plain repr and counts anything but a float as full marks.
        if os.environ.get("NBGRADER_EXECUTION"):
            return repr(min(max(float(self.points), 0.0), float(self.max_points)))
        return self.message

    def _repr_html_(self) -> str:
        return outcome_html(self)


def check(f: Answer) -> Report:
    """Try every case of the exercise that `f` answers and say what is wrong.

    Returns a report: `status` ("passed", "failed", "not attempted" or "error", which is ours), `points`,
    `misconception` (its slug, or None), `message`, `cases`. Raises LookupError for a function that is no
    exercise, and TypeError for anything that is no function.
    """
    if isinstance(f, str):
        raise TypeError(f"give the function itself, without quotes: check({f})")
    exercise = find_exercise(name_of(f))
    outcome = _check(f, exercise)
    if f is not exercise.reference:
        reader.record(outcome)
    return Report(**{field.name: getattr(outcome, field.name) for field in fields(Outcome)})


def _check(f: Answer, exercise: Exercise) -> Outcome:
    twin = ownwork.twin_reached(f, exercise)
    if twin:
        return _not_own(exercise, twin)
    problem = signature_problem(f, exercise.reference)
    if problem:
        return failed(exercise, "signature", problem)
    seen: list[str] = []
    clock = [0.0]
    space = getattr(f, "__globals__", {})
    references = {name: find_exercise(name).reference for name in exercise.uses}

    def ask(call: Call, script: str | None) -> Reply:
        if len(seen) >= STOPS:
            return Stopped(f"not run, because {STOPS} earlier calls ran too long")
        limit = exercise.seconds + (0 if clock[0] else FIRST_CALL)
        begin = time.perf_counter()
        with _quiet(), ownwork.guarded(exercise):
            reply = local.ask(f, call, script, seconds=limit)
        clock[0] += time.perf_counter() - begin
        if isinstance(reply, Stopped):
            seen.append(reply.reason)
        if isinstance(reply, Raised) and reply.kind == ownwork.CalledTwin.__name__:
            raise _CalledTwin
        return reply

    def ask_rebound(call: Call, script: str | None) -> Reply:
        with local.bound(space, references):
            return ask(call, script)

    try:
        outcome = evaluate(exercise, ask, ask_rebound)
    except _CalledTwin:
        return _not_own(exercise, f"nnlib's {exercise.function}")
    if outcome.status == "passed" and clock[0] > 0.5:
        slow = f"Right, but slow: {clock[0]:.1f} s for all cases. Can a loop become an array operation?"
        outcome = replace(outcome, note=slow)
    foreign = ownwork.foreign_packages(f)
    if foreign:
        note = f"{outcome.note} Your answer uses {foreign}, which is not there when a class is graded: use NumPy."
        outcome = replace(outcome, note=note.strip())
    borrowed = _borrowed(f)
    if outcome.status == "failed" and borrowed:
        names = " and ".join(f"`{name}`" for name in borrowed)
        verb = "is not an argument" if len(borrowed) == 1 else "are not arguments"
        note = f"{outcome.note} {names} {verb} of your function: the value comes from another cell.".strip()
        outcome = replace(outcome, note=note)
    return outcome


def _borrowed(f: Answer) -> list[str]:
    """Names of arrays and numbers that the function reads from the notebook instead of from its arguments."""
    code, space = getattr(f, "__code__", None), getattr(f, "__globals__", {})
    names = code.co_names if code else ()
    return [name for name in names if isinstance(space.get(name), (np.ndarray, int, float))]


class _CalledTwin(Exception):
    pass


def _not_own(exercise: Exercise, twin: str) -> Outcome:
    return failed(
        exercise,
        "own work",
        f"the answer calls {twin}",
        "That is the ready-made answer: write the function yourself, and compare with it afterwards.",
    )


def name_of(f: Answer | str) -> str:
    """The exercise's name behind a function (or its name). Raises TypeError for anything else."""
    if isinstance(f, str):
        return f
    name = getattr(f, "__name__", None)
    if not callable(f) or not isinstance(name, str):
        raise TypeError(
            f"give the function itself, as in check(softmax), not its result (got {type(f).__name__})"
        )
    return name


@contextmanager
def _quiet() -> Iterator[None]:
    """Prints and stderr of a student's function never reach the report."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
