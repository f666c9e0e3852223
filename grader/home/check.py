"""check(f), in a reader's notebook."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from grader.calls.readymade import CalledReadyMade, ReadyMade, loaded
from grader.calls.signature import signature_problem
from grader.home import cells, missing
from grader.home import progress as reader
from grader.home.answer import Answer
from grader.home.foreign import foreign_packages
from grader.home.speed import pace
from grader.judging.evaluate import evaluate, failed, not_own
from grader.judging.judge import Trial
from grader.judging.outcome import Outcome
from grader.judging.render import outcome_html
from grader.record.registry import find_exercise, ready_made

__all__ = ["LAST", "SHOWN", "Report", "check", "judged", "name_of"]

Function = Callable[..., Any]
SHOWN: dict[str, Trial] = {}  # the trial that its report shows

cells.begin()
missing.begin()
LAST: dict[str, Outcome] = {}  # what the last check of each function found


class Report(Outcome):
    """An Outcome as a notebook shows it.

    nbgrader reads points from the text/plain repr, and counts anything but a float, and nothing, as full marks.
    `nbgrader validate` ends at more points than the notebook says, and it may be of an older release with fewer:
    there what is right shows nothing, and what is not has 0.
    """

    def __repr__(self) -> str:
        mode = os.environ.get("NBGRADER_EXECUTION")
        if mode == "validate" and self.status != "passed":
            return "0.0"
        return repr(min(max(float(self.points), 0.0), float(self.max_points))) if mode else self.message

    def _ipython_display_(self) -> None:
        if os.environ.get("NBGRADER_EXECUTION") != "validate" or self.status != "passed":
            raise NotImplementedError  # then IPython shows it as ever

    def _repr_html_(self) -> str:
        return outcome_html(self)


def check(f: Function) -> Report:
    """Try every case of the exercise that `f` answers and say what is wrong.

    Returns a report: `status` ("passed", "failed", "not attempted" or "error", which is ours), `points`,
    `misconception` (its slug, or None), `message`, `cases`. Raises LookupError for a function that is no
    exercise, and TypeError for anything that is no function.
    """
    if isinstance(f, str):
        raise TypeError(f"give the function itself, without quotes: check({f})")
    exercise = find_exercise(name_of(f))
    answer = Answer(f, exercise)
    outcome = _check(answer)
    lost = missing.where_from(answer.missing)
    if f is not exercise.reference and not lost:
        reader.record(outcome, answer.source)
    before = LAST.get(outcome.function)
    if not (before and before.status == "failed"):
        outcome = replace(outcome, repair="")  # the first time, what is wrong is enough
    if stale := _of_an_older_cell(answer):  # of an older version nothing else is worth reading
        outcome = replace(outcome, advice=stale, place=None, formula="", repair="")
    outcome = _noted(outcome, outcome.note, lost)
    LAST[outcome.function] = outcome
    return Report(**{field.name: getattr(outcome, field.name) for field in fields(Outcome)})


def judged(answer: Answer) -> Outcome:
    """What the cases say of an answer. Nothing of it is noted anywhere."""
    f, exercise = answer.function, answer.exercise
    functions = {dotted: found for dotted in ready_made(exercise) if (found := loaded(dotted)) is not None}
    if twin := ReadyMade(functions).found_in(f):
        return not_own(exercise, f"the answer calls {twin}")
    problem = signature_problem(f, exercise.reference)
    if problem:
        return failed(exercise, "signature", problem)
    try:
        return evaluate(
            exercise,
            answer.ask,
            answer.ask_rebound,
            look=answer.look,
            state=answer.state,
            printed=answer.printed,
            source=answer.source,
        )
    except CalledReadyMade as error:
        return not_own(exercise, str(error))


def _check(answer: Answer) -> Outcome:
    f, exercise = answer.function, answer.exercise
    SHOWN.pop(exercise.function, None)
    outcome = judged(answer)
    if outcome.stage in ("signature", "own work"):
        return outcome
    if answer.shown is not None:
        SHOWN[exercise.function] = answer.shown
    return _noted(
        outcome,
        outcome.note,
        _slow(answer) if outcome.status == "passed" else "",
        _foreign(f),
        _borrowed(f) if outcome.status == "failed" else "",
    )


def _noted(outcome: Outcome, *notes: str) -> Outcome:
    """The outcome with these sentences as its note."""
    return replace(outcome, note=" ".join(note for note in notes if note))


def _slow(answer: Answer) -> str:
    """What a right answer costs, where that is much."""
    found = pace(answer.function, answer.exercise)
    if found is not None and found.slow:
        how = f"at the size of the later cells {found}."
        if found.because:
            return f"Right, but slow: {how}"
    elif answer.seconds > 0.5:
        how = f"{answer.seconds:.1f} s for all cases."
    else:
        return ""
    return f"Right, but slow: {how} Can a loop become an array operation?"


def _of_an_older_cell(answer: Answer) -> str:
    """Where the cell has been run again and the function is still the one from before: why."""
    why = cells.why_not(answer.exercise.function, answer.source) if answer.source else ""
    return f"{why}: what is checked is the version before." if why else ""


def _foreign(f: Function) -> str:
    """Packages that the function needs and a class's process has not."""
    names = foreign_packages(f)
    verb = "is" if len(names) == 1 else "are"
    there = (
        f"Your answer needs {' and '.join(names)}, which {verb} not there when a class is graded: use NumPy."
    )
    return there if names else ""


def _borrowed(f: Function) -> str:
    """Arrays and numbers that the function reads from the notebook instead of from its arguments."""
    code, space = getattr(f, "__code__", None), getattr(f, "__globals__", {})
    found = [n for n in (code.co_names if code else ()) if isinstance(space.get(n), (np.ndarray, int, float))]
    verb = "is not an argument" if len(found) == 1 else "are not arguments"
    names = " and ".join(f"`{name}`" for name in found)
    return f"{names} {verb} of your function: the value comes from another cell." if found else ""


def name_of(f: Function | str) -> str:
    """The exercise's name behind a function (or its name). Raises TypeError for anything else."""
    if isinstance(f, str):
        return f
    name = getattr(f, "__name__", None)
    if not callable(f) or not isinstance(name, str):
        raise TypeError(
            f"give the function itself, as in check(softmax), not its result (got {type(f).__name__})"
        )
    return name
