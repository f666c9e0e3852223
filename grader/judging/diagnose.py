"""Which known mistake is this? Compare the student's whole profile with each misconception's."""

from __future__ import annotations

from collections.abc import Sequence

from grader.calls import local
from grader.calls.plain import Raised, Reply, Returned
from grader.judging.compare import agree
from grader.judging.judge import CaseResult, measured, scale_in
from grader.record.exercise import UNCHANGED, Exercise, Misconception

__all__ = ["diagnose", "replies_alike"]

IN_PLACE = Misconception(
    "in-place",
    lambda *args, **kwargs: None,
    "The values are right, but you changed an argument; work on a copy: `x = x - m` makes a new array, `x -= m` and "
    "`x[mask] = 0` do not.",
    case=UNCHANGED,
)


def diagnose(exercise: Exercise, results: Sequence[CaseResult]) -> Misconception | None:
    """The misconception that reproduces every result, the passing ones too; None where there is none, or two."""
    results = [r for r in results if r.trial.case.weight]
    if all(r.ok for r in results):
        return None
    wrong = {r.trial.case.title for r in results if not r.ok}  # whose own case is right cannot be it
    exact = [m for m in exercise.misconceptions if m.case in wrong and all(_same(m, r) for r in results)]
    if exact and any(isinstance(r.reply, Returned) for r in results):  # exceptions alone are no evidence
        return exact[0] if len(exact) == 1 else None
    return IN_PLACE if all(r.ok or r.stage == UNCHANGED for r in results) else None


def _same(misconception: Misconception, result: CaseResult) -> bool:
    """Does the misconception do in this trial what the student did?"""
    trial = result.trial
    reply = trial.once(
        f"{id(misconception)} replies", lambda: local.ask(misconception.fn, trial.call, trial.case.script)
    )
    return replies_alike(result, reply, f"{id(misconception)} measured")


def replies_alike(result: CaseResult, reply: Reply, name: str) -> bool:
    """Is this reply what the student's answer gave? An exception counts with its message: of one class there are
    many mistakes. name: under which the measured value of the reply is remembered."""
    trial = result.trial
    if isinstance(result.reply, Raised) and isinstance(reply, Raised):
        return (result.reply.kind, result.reply.message) == (reply.kind, reply.message)
    if not (isinstance(result.reply, Returned) and isinstance(reply, Returned)) or result.unmeasured:
        return False
    try:
        value = trial.once(name, lambda: measured(trial, reply.value))
    except Exception:
        return False
    return agree(result.got, value, scale=scale_in(trial), tol=trial.case.tol)
