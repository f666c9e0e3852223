"""What a notebook calls: check, hint, solution, reset, progress."""

from __future__ import annotations

import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import FIRST_CALL, STOPS, Call, Raised, Reply, Stopped
from grader.calls.signature import signature_problem
from grader.course import notebook_path, solution_path
from grader.home import ownwork
from grader.home import progress as reader
from grader.judging.outcome import Outcome, evaluate, failed
from grader.record.exercise import Exercise, find_chapter, find_exercise, registry

__all__ = ["check", "hint", "progress", "reset", "solution"]

Answer = Callable[..., Any]


def check(f: Answer) -> Outcome:
    """Try every case of the exercise that `f` answers and say what is wrong.

    Returns an Outcome: `status` ("passed", "failed", "not attempted" or "error", which is ours), `points`,
    `misconception` (its slug, or None), `message`, `cases`. Raises LookupError for a function that is no
    exercise, and TypeError for anything that is no function.
    """
    if isinstance(f, str):
        raise TypeError(f"give the function itself, without quotes: check({f})")
    exercise = find_exercise(name_of(f))
    outcome = _check(f, exercise)
    if f is not exercise.reference:
        reader.record(outcome)
    return outcome


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
        if isinstance(reply, Raised) and ownwork.CALLED_TWIN in reply.message:
            raise _CalledTwin
        return reply

    def ask_rebound(call: Call, script: str | None) -> Reply:
        with _rebound(space, references):
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


@contextmanager
def _rebound(space: dict[str, Any], references: Mapping[str, Answer]) -> Iterator[None]:
    """Within this block the notebook's names in `references` are bound to the reference."""
    before = {name: space[name] for name in references if name in space}
    space.update(references)
    try:
        yield
    finally:
        for name in references:
            space.pop(name, None)
        space.update(before)


# ── help for the reader ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Note:
    """A short text, with code where it has some."""

    text: str
    code: str = ""

    def __repr__(self) -> str:
        return self.text + (f"\n\n{self.code}" if self.code else "")

    def _repr_html_(self) -> str:
        lines = escape(self.text).replace("\n", "<br>")
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        return f"<div>{lines}{code}</div>"


def hint(f: Answer | str) -> Note:
    """The next hint; each call shows one more."""
    exercise = find_exercise(name_of(f))
    count = reader.next_hint(exercise)
    total = len(exercise.hints)
    lines = [f"Hint {i + 1} of {total}: {exercise.hints[i]}" for i in range(count)]
    if count == total:
        lines.append(
            f"That was the last hint. After an attempt, solution({exercise.function}) shows one way."
        )
    return Note("\n".join(lines))


def solution(f: Answer | str) -> Note:
    """One way to write the answer, once it has been attempted. A course's copy may come without solutions."""
    function = name_of(f)
    chapter = find_chapter(function)
    if not reader.attempts(function):
        return Note(
            f"Try it first: write an answer to {function}, run check({function}) once, and then ask again. "
            f"hint({function}) gives a hint."
        )
    file = solution_path(chapter)
    if not file.exists():
        return Note("This copy of the course comes without solutions.")
    return Note(f"One way to write {function}:", _solution_cell(file.read_text(encoding="utf-8"), function))


def _solution_cell(text: str, function: str) -> str:
    """The answer cell of a py:percent file, without nbgrader's markers."""
    cells = text.split("\n# %%")
    cell = next(c for c in cells if f'exercise="{function}"' in c.splitlines()[0])
    lines = [line for line in cell.splitlines()[1:] if "### BEGIN" not in line and "### END" not in line]
    return "\n".join(lines).strip()


def reset(f: Answer | str) -> Note:
    """The untouched cell again, put below as a new cell; your own answer stays where it is."""
    function = name_of(f)
    file = notebook_path(find_chapter(function))
    stub = _cell_source(file, function)
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None and hasattr(shell, "kernel"):
            shell.set_next_input(stub)
            return Note(
                f"The untouched cell of {function} stands below. Copy it over your answer, then delete it: of two "
                "definitions the last one counts."
            )
    return Note(f"The untouched cell of {function}:", stub)


def _cell_source(notebook: Path, cell_id: str) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = next(c["source"] for c in cells if c.get("id") == cell_id)
    return source if isinstance(source, str) else "".join(source)


def progress() -> reader.Progress:
    """How far you are: every exercise of the chapters that you have begun (all of them, if none)."""
    state = reader.read()
    begun = {find_chapter(name) for name in state if name in registry()}
    shown = [registry(chapter) for chapter in sorted(begun)] or [registry()]
    exercises = {name: e for records in shown for name, e in records.items()}
    return reader.Progress(exercises, state)
