"""Which known mistake is this? Compare the student's whole profile with each misconception's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.calls import local
from grader.calls.plain import Raised, Reply, Returned
from grader.judging.compare import agree
from grader.judging.judge import CaseResult, measured, scale_in
from grader.record.exercise import UNCHANGED, Exercise, Misconception

__all__ = ["Diagnosis", "diagnose", "replies_alike"]

IN_PLACE = Misconception(
    "in-place",
    lambda *args, **kwargs: None,
    "The values are right, but you changed an array that you were given; work on a copy: `x = x - m` makes a new "
    "array, `x -= m` and `x[mask] = 0` do not.",
    case=UNCHANGED,
)


@dataclass(frozen=True)
class Diagnosis:
    """`sure`: the misconception reproduces every result, the passing ones too; else it "looks like" it, or gives
    the results of one case only, whose title `case` is."""

    misconception: Misconception
    sure: bool
    case: str = ""


def diagnose(exercise: Exercise, results: Sequence[CaseResult]) -> Diagnosis | None:
    """The misconception that explains the results; None where nothing can honestly be claimed."""
    results = [r for r in results if r.trial.case.weight]
    if all(r.ok for r in results):
        return None
    titles = [r.trial.case.title for r in results]
    wrong = {r.trial.case.title for r in results if not r.ok}  # whose own case is right cannot be it
    exact = [m for m in exercise.misconceptions if m.case in wrong and all(_same(m, r) for r in results)]
    if exact and any(isinstance(r.reply, Returned) for r in results):  # exceptions alone are no evidence
        return Diagnosis(exact[0], True) if len(exact) == 1 else None
    if all(r.ok or r.stage == UNCHANGED for r in results):
        return Diagnosis(IN_PLACE, True)
    # neither a case about one property (dtype, arguments) nor an error of the same kind resembles anything
    cases = [[r for r in results if r.trial.case.title == title] for title in dict.fromkeys(titles)]
    failing = [any(not r.ok and r.trial.case.stage == "values" for r in case) for case in cases]
    profiles = [
        (m, [all(isinstance(r.reply, Returned) and _same(m, r) for r in case) for case in cases])
        for m in exercise.misconceptions
    ]
    scored = [(sum(s for s, f in zip(same, failing) if f), sum(same), m) for m, same in profiles]
    best = max(scored, key=lambda row: row[:2], default=None)
    most = best is not None and best[0] > 0 and 2 * best[0] >= sum(failing) + (sum(failing) > 1)
    if best and most and sum(row[:2] == best[:2] for row in scored) == 1:
        return Diagnosis(best[2], False)
    first = next((i for i, fails in enumerate(failing) if fails), None)
    alone = [m for m, same in profiles if first is not None and same[first]]
    return Diagnosis(alone[0], False, list(dict.fromkeys(titles))[first or 0]) if len(alone) == 1 else None


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
