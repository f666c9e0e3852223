"""Judge an answer and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.calls.plain import Raised, Returned, Stopped
from grader.judging.diagnose import diagnose
from grader.judging.explain import CLOSE, describe
from grader.judging.formula import find_formula
from grader.judging.judge import (
    HOME_SEED,
    Ask,
    CaseResult,
    OurError,
    Trial,
    check_oracles,
    credit,
    first_failure,
    judge,
    passes,
    share,
    trials,
)
from grader.judging.options import misspelt
from grader.judging.outcome import MARKS, CaseLine, Outcome, paid
from grader.judging.picture import picture_of
from grader.judging.place import Place, Tried
from grader.record.exercise import NO_DTYPE, Case, Exercise, Misconception

__all__ = ["evaluate", "failed", "not_attempted", "not_own", "our_error"]

WAITS = "waits"  # the stage of an edge case that is right, while nothing else is


Look = Callable[[Tried], "Place | None"]  # where is the mistake? None where nobody knows, or not yet
# Of an earlier function that the answer uses: "right", "wrong", "not written" or "not run".
State = Callable[[str], str]


def evaluate(
    exercise: Exercise,
    ask: Ask,
    ask_rebound: Ask | None = None,
    *,
    seed: int = HOME_SEED,
    draws: int = 0,
    plan: Sequence[Trial] | None = None,
    look: Look | None = None,
    state: State | None = None,
    printed: Callable[[Trial], str] | None = None,
    source: str = "",
) -> Outcome:
    """Judge an answer and say what was found. plan: what is asked for, instead of `draws` from `seed`.

    Where the answer `uses` earlier functions and fails, it is judged again through `ask_rebound`, with those
    names bound to the reference; the better counts, and where both earn the same, what is explained is the step
    that the answer itself takes. Where it passes on an earlier function that is wrong, it must be right on ours, too:
    two mistakes that cancel are two mistakes.
    """
    plan = trials(exercise, seed, draws) if plan is None else plan
    try:
        plan[0].once("oracles agree", lambda: check_oracles(exercise, [t for t in plan if t.home]))
        results = judge(exercise, plan, ask)
        note, rebound = "", False
        right = passes(exercise, results)
        if exercise.uses and ask_rebound and right and "wrong" in map(state or _unknown, exercise.uses):
            again = judge(exercise, plan, ask_rebound)
            if not passes(exercise, again) and all(isinstance(r.reply, Returned) for r in again):
                results, note, rebound = again, _cancel(exercise, state), True
        elif exercise.uses and ask_rebound and not right:
            again = judge(exercise, plan, ask_rebound)
            yours, ours = share(exercise, results), share(exercise, again)
            if ours > yours:
                note = _in_place_of_yours(exercise, state)
            if ours >= yours:
                results, rebound = again, True
    except OurError as error:
        return our_error(exercise, str(error))
    return report(exercise, results, note, rebound=rebound, look=look, printed=printed, source=source)


def _unknown(name: str) -> str:
    return ""


def _cancel(exercise: Exercise, state: State | None) -> str:
    wrong = " and ".join(f"`{name}`" for name in exercise.uses if state and state(name) == "wrong")
    return f"With your {wrong}, which is not right yet, two mistakes cancel: judged with ours."


def _in_place_of_yours(exercise: Exercise, state: State | None) -> str:
    """Which earlier functions were ours, and what is the matter with the reader's."""
    found: dict[str, list[str]] = {}
    for name in exercise.uses:
        found.setdefault(state(name) if state else "wrong", []).append(f"`{name}`")
    why = {"wrong": "not right yet", "not written": "not written yet", "not run": "not run in this notebook"}
    parts = [f"our {' and '.join(found[k])} in place of yours ({w})" for k, w in why.items() if k in found]
    return f"Judged with {', '.join(parts)}." if parts else ""


def report(
    exercise: Exercise,
    results: Sequence[CaseResult],
    note: str = "",
    *,
    rebound: bool = False,
    look: Look | None = None,
    printed: Callable[[Trial], str] | None = None,
    source: str = "",
) -> Outcome:
    """Results in words."""
    if all(r.stage == "attempted" for r in results):
        return not_attempted(exercise)
    earned, lack = credit(exercise, results)
    points = score(exercise, earned)
    lines = tuple(_case_line(case, results, earned > 0) for case in exercise.cases)
    counted = [line for line in lines if line.weight]
    right = sum(line.right for line in counted)
    counts = paid(points, exercise.points)
    if right == len(counted):
        headline = f"{MARKS['passed']} {exercise.function}: all {right} cases right ({counts})"
        remarks = [r for r in results if not r.ok and r.trial.home and r.got != NO_DTYPE]
        if remarks:
            _, found, advice = describe(exercise, remarks[0])
            title = remarks[0].trial.case.title
            note = f"{note} A remark that costs nothing: “{title}” does not hold, {found}. {advice}".strip()
        return Outcome(
            exercise.function, "passed", points, exercise.points, headline, note=note, cases=lines, share=1.0
        )

    if lack:
        note = f"{note} {lack}: that is worth up to half of the points.".strip()
    results = [r for r in results if r.trial.case.weight]
    named = diagnose(exercise, results)
    place = look(Tried.of(results, rebound, named is not None)) if look else None
    formula = "" if named or (place and place.whole) else find_formula(exercise, results)
    shown = _shown(results, named)
    call, found, advice = describe(exercise, shown)
    if named:
        advice, found = named.hint, found.removesuffix(CLOSE)
    outcome = Outcome(
        exercise.function,
        "failed",
        points,
        exercise.points,
        f"{MARKS['failed']} {exercise.function}: {right} of {len(counted)} cases right ({counts})",
        misconception=named.slug if named else None,
        place=place,
        formula=formula,
        stage=shown.stage,
        case=shown.trial.case.title,
        call=call,
        found=found,
        stopped=isinstance(shown.reply, Stopped),
        advice=advice,
        repair=named.repair if named else "",
        note=f"{note} {misspelt(exercise, source)}".strip(),
        printed=printed(shown.trial) if printed and shown.trial.home else "",
        traceback=shown.reply.traceback if isinstance(shown.reply, Raised) and shown.trial.home else "",
        cases=lines,
        picture=picture_of(shown),
        share=float(earned),
    )
    return replace(outcome, found=found.removesuffix(f" · {outcome.line}"))  # the line is said once


def not_attempted(exercise: Exercise) -> Outcome:
    return Outcome(
        exercise.function,
        "not attempted",
        0.0,
        exercise.points,
        f"{MARKS['not attempted']} {exercise.function}: not attempted yet ({paid(0, exercise.points)})",
        stage="attempted",
        advice="Write your answer in the cell above in place of `raise NotImplementedError()`, run that cell, "
        f"then this one. `hint({exercise.function})` helps.",
    )


def failed(
    exercise: Exercise,
    stage: str,
    found: str,
    advice: str = "",
    traceback: str = "",
    *,
    stopped: bool = False,
) -> Outcome:
    """A failure that needs no cases: the cell does not run, the function is missing, the work is not one's own."""
    return Outcome(
        exercise.function,
        "failed",
        0.0,
        exercise.points,
        f"{MARKS['failed']} {exercise.function}: {paid(0, exercise.points)}",
        stage=stage,
        found=found,
        stopped=stopped,
        advice=advice,
        traceback=traceback,
    )


def not_own(exercise: Exercise, found: str) -> Outcome:
    """The answer is, or calls, a ready-made one."""
    advice = "That is the ready-made answer: write the function yourself, and compare with it afterwards."
    return failed(exercise, "own work", found, advice)


def our_error(exercise: Exercise, found: str) -> Outcome:
    return Outcome(
        exercise.function,
        "error",
        0.0,
        exercise.points,
        f"{MARKS['error']} {exercise.function}: this check is broken, not your answer",
        found=found,
        advice="Please report this; no point is lost because of it.",
    )


def score(exercise: Exercise, earned: Fraction) -> float:
    """Points as a plain float of two decimals, never above the maximum."""
    return min(round(float(earned * exercise.points), 2), float(exercise.points))


def _case_line(case: Case, results: Sequence[CaseResult], paid: bool) -> CaseLine:
    """An edge case that is right counts only where a core case is."""
    wrong = next((r for r in results if r.trial.case.title == case.title and not r.ok), None)
    if wrong is None and case.edge and case.weight and not paid:
        return CaseLine(case.title, False, WAITS, case.weight)
    return CaseLine(case.title, wrong is None, wrong.stage if wrong else None, case.weight)


def _shown(results: Sequence[CaseResult], named: Misconception | None) -> CaseResult:
    """The result to show: the misconception's own case, else the first stage that broke."""
    if named:
        for r in results:
            if r.trial.case.title == named.case and r.trial.home and not r.ok:
                return r
    found = first_failure(results)
    assert found is not None
    return found
