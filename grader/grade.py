"""The pure function of grading: grade(notebook, chapter, seed) -> Verdict.

Everything here is trusted; the student's code runs in the process of a `Session` and can only send plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from grader.calls import Call, Raised, Reply, Returned, Stopped
from grader.course import notebook_path
from grader.engine.process import ISOLATION, EngineError, Limits
from grader.engine.session import Session
from grader.exercise import Exercise, find_exercise, registry
from grader.outcome import Outcome, evaluate, failed, not_attempted, our_error
from grader.signature import parameters, problem
from grader.submission import Step, Submission, Unreadable, read, rebuild
from grader.verdict import Verdict, seed_hash

__all__ = ["ISOLATION", "EngineError", "Limits", "grade"]

MAX_SOURCE = 500_000  # characters of one cell


def grade(
    notebook: str | bytes | Mapping[str, Any] | Path,
    chapter: str,
    seed: int,
    *,
    isolation: str = "process",
    skeleton: str | bytes | Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    draws: int = 3,
) -> Verdict:
    """Grade a notebook: the text of its file, its path, or what nbformat reads from it.

    seed draws the arguments of the cases, `draws` times more than `check` shows. skeleton is the notebook that
    was released; without it, the course's own. No file is written outside a temporary folder, and the same
    arguments give the same verdict, but for its seconds.
    """
    if isolation not in ISOLATION:
        raise ValueError(f"isolation {isolation!r}; there is: {', '.join(ISOLATION)}")
    before = monotonic()
    released = read(notebook_path(chapter).read_bytes() if skeleton is None else skeleton)
    if isinstance(released, Unreadable):
        raise ValueError(f"the released notebook of {chapter}: {released.reason}")
    handed_in = read(notebook.read_bytes() if isinstance(notebook, Path) else notebook)
    if isinstance(handed_in, Unreadable):
        return Verdict(chapter, "", "unreadable", isolation, seed_hash(seed), reason=handed_in.reason)
    submission = rebuild(handed_in, released, chapter)
    outcomes, log = run(submission, registry(chapter), seed, limits, draws)
    return Verdict(
        chapter,
        submission.release,
        "graded",
        isolation,
        seed_hash(seed),
        outcomes=outcomes,
        repairs=submission.repairs,
        log=tuple(log),
        seconds=round(monotonic() - before, 3),
    )


def run(
    submission: Submission, exercises: Mapping[str, Exercise], seed: int, limits: Limits | None, draws: int
) -> tuple[dict[str, Outcome], list[str]]:
    """Run the cells in notebook order; an exercise is called where its check cell stands, so that no later cell
    helps it, and only then are its ready-made answers let in."""
    outcomes: dict[str, Outcome] = {}
    log: list[str] = []
    replies: dict[str, Reply] = {}
    untouched = {step.name for step in submission.steps if step.kind == "answer" and step.untouched}
    locked = {dotted: name for name, exercise in exercises.items() for dotted in exercise.twins}
    with Session(locked, limits) as session:
        for step in submission.steps:
            if step.kind == "check":
                exercise = exercises[step.name]
                if step.name in untouched:
                    outcomes[step.name] = not_attempted(exercise)
                else:
                    outcomes[step.name] = judge_answer(session, exercise, replies[step.name], seed, draws)
                session.unlock(exercise.twins)
            elif not step.untouched:
                replies[step.name] = reply = run_cell(session, step)
                if step.kind != "answer" and not isinstance(reply, Returned):
                    what = "Your own cell" if step.kind == "own" else "The setup cell"
                    log.append(f"{what} “{step.name}”: {in_words(reply)}")
    return outcomes, log


def run_cell(session: Session, step: Step) -> Reply:
    if len(step.source) > MAX_SOURCE:
        return Stopped(f"not run, because it is longer than {MAX_SOURCE} characters")
    return session.run(step.source, own=step.kind == "own")


def judge_answer(session: Session, exercise: Exercise, cell: Reply, seed: int, draws: int) -> Outcome:
    """Judge a function of the notebook. Its cell may have failed after the definition; that costs nothing."""
    name = exercise.function
    found = session.describe(name)
    if isinstance(found, Stopped):
        return failed(exercise, "runs", in_words(found))
    if found.kind != "function":
        return not_callable(exercise, cell, found.kind)
    wrong = problem(found.parameters, parameters(exercise.reference) or [])
    if wrong:
        return failed(exercise, "signature", wrong)
    originals = {used: dotted_name(find_exercise(used).reference) for used in exercise.uses}

    def ask(call: Call, script: str | None) -> Reply:
        return session.call(name, call, script, exercise.seconds)

    def ask_rebound(call: Call, script: str | None) -> Reply:
        return session.call(name, call, script, exercise.seconds, originals)

    try:
        return evaluate(exercise, ask, ask_rebound, seed=seed, draws=draws)
    except EngineError:
        raise
    except Exception as error:  # a flaw of the judge must not cost the other exercises
        return our_error(exercise, f"{type(error).__name__}: {error}")


def not_callable(exercise: Exercise, cell: Reply, kind: str) -> Outcome:
    """The notebook has no function of this name: say what became of the cell, or what is there instead."""
    name = exercise.function
    if isinstance(cell, Raised):
        advice = "The cell stops before the function is defined. Run it by itself and mend this first."
        return failed(exercise, "runs", f"the cell stops with {in_words(cell)}", advice, cell.traceback)
    if isinstance(cell, Stopped):
        advice = "Is there a loop outside the function, or a line that ends the program?"
        return failed(exercise, "runs", f"the cell was stopped: {cell.reason}", advice)
    if kind == "missing":
        return failed(
            exercise, "attempted", f"no function `{name}` is defined", f"Its cell must begin `def {name}(`."
        )
    return failed(exercise, "type", f"`{name}` is no function but of type {kind}")


def in_words(reply: Reply) -> str:
    """What became of a cell."""
    if isinstance(reply, Raised):
        line = f" · line {reply.line}: {reply.source}" if reply.line else ""
        return f"{reply.kind}: {reply.message}{line}"
    return f"stopped: {reply.reason}" if isinstance(reply, Stopped) else ""


def dotted_name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"
