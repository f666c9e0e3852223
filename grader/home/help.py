"""What helps a reader in a notebook: hint, solution, reset, progress."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from grader.calls.fixtures import SCRIPTS
from grader.course import notebook_path
from grader.home import cells, written
from grader.home import progress as reader
from grader.home.chapter_files import cell_source, notebook_cells, solution_cell
from grader.home.check import LAST, SHOWN, name_of
from grader.record.registry import chapters, find_chapter, find_exercise, registry

__all__ = ["again", "hint", "progress", "reset", "solution"]

Answer = Callable[..., Any]


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
    last = LAST.get(exercise.function)
    if last and last.place and last.place.more and last.line:
        lines.append(f"About your last answer, {last.line}: {last.place.more}")
    if count == total:
        more = f" After an attempt, solution({exercise.function}) shows one way."
        given = written.may_have_solutions(find_chapter(exercise.function))
        lines.append("That was the last hint." + (more if given else ""))
    return Note("\n".join(lines))


def solution(f: Answer | str) -> Note:
    """One way to write the answer, once it has been attempted; of a written question, by name, what a good answer
    says. A class's copy of the course, or its notebook, may come without solutions."""
    function = name_of(f)
    question = written.find(function) if isinstance(f, str) else None
    chapter = question.chapter if question else find_chapter(function)
    if not written.may_have_solutions(chapter):
        return Note("Your course gives out solutions by itself: your copy comes without them.")
    if question:
        return _guide(question)
    if not reader.attempts(function):
        return Note(
            f"Try it first: write an answer to {function}, run check({function}) once, and then ask again. "
            f"hint({function}) gives a hint."
        )
    return Note(f"One way to write {function}:", solution_cell(chapter, f'exercise="{function}"') or "")


def _guide(question: written.Question) -> Note:
    if not written.answered(question):
        return Note(
            "Write your own answer first, in a sentence or two, and save the notebook (Ctrl+S): then ask again."
        )
    guide = written.guide(question).replace("*", "")
    return Note(f"What a good answer says. Compare it with yours, and be strict.\n\n{guide}")


def again(f: Answer) -> dict[str, Any] | Note:
    """Run the case that the last report showed as Python would: prints, warnings, the whole traceback. Returns its
    arguments by name."""
    function = name_of(f)
    trial = SHOWN.get(function)
    if trial is None:
        return Note(f"There is no failing case of {function} to run again; check({function}) shows one.")
    args, kwargs = trial.call.realise()
    run: Answer = f if trial.case.script is None else partial(SCRIPTS[trial.case.script], f)
    try:
        print(f"{function} returns", run(*args, **kwargs))
    except Exception as error:
        below = error.__traceback__ and error.__traceback__.tb_next  # without this line
        traceback.print_exception(error.with_traceback(below), file=sys.stdout)
    args, kwargs = trial.call.realise()  # as they were before the call
    bound = inspect.signature(find_exercise(function).reference).bind(*args, **kwargs)
    return dict(bound.arguments)


def reset(f: Answer | str) -> Note:
    """The untouched cell again, put below as a new cell; your own answer stays where it is."""
    function = name_of(f)
    released = notebook_cells(notebook_path(find_chapter(function)))
    stub = next(cell_source(cell) for cell in released if cell.get("id") == function)
    shell = cells.the_shell()
    if shell is not None and hasattr(shell, "kernel"):
        if cells.in_a_batch():
            return Note(f"reset({function}) does nothing while many cells are run; run this cell by itself.")
        if function not in _inserted:
            _inserted.add(function)
            shell.set_next_input(stub)
        return Note(
            f"The untouched cell of {function} stands below. Copy it over your answer, then delete it: of two "
            "definitions the last one counts."
        )
    return Note(f"The untouched cell of {function}:", stub)


_inserted: set[str] = set()  # functions whose untouched cell stands in the notebook already


def progress() -> reader.Progress:
    """How far you are: every exercise of the chapters that you have begun (all of them, if none)."""
    state = reader.read()
    begun = {find_chapter(name) for name in state if name in registry()}
    shown = [registry(chapter) for chapter in sorted(begun)] or [registry()]
    exercises = {name: e for records in shown for name, e in records.items()}
    questions = [q for chapter in sorted(begun) or chapters() for q in written.questions(chapter).values()]
    answered = {q.name: written.answered(q) for q in questions}
    return reader.Progress(exercises, state, answered, registry())
