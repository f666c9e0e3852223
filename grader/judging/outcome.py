"""What a check found, in words and numbers: plain data that prints, travels as JSON and renders as HTML."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

from grader.calls.plain import Raised
from grader.judging.diagnose import Diagnosis, diagnose
from grader.judging.explain import CLOSE, describe
from grader.judging.judge import (
    HOME_SEED,
    Ask,
    CaseResult,
    OurError,
    check_oracles,
    first_failure,
    judge,
    share,
    trials,
)
from grader.judging.picture import Picture, picture_of
from grader.record.exercise import NO_DTYPE, Case, Exercise

__all__ = ["CaseLine", "Outcome", "Picture", "evaluate", "failed", "not_attempted", "our_error"]

WAITS = "waits"  # the stage of an edge case that is right, while nothing else is

Status = Literal["passed", "failed", "not attempted", "error"]


@dataclass(frozen=True)
class CaseLine:
    """One case in the report: its title, whether it is right, and the stage that broke."""

    title: str
    right: bool
    stage: str | None
    weight: int


@dataclass(frozen=True)
class Outcome:
    """The result of `check(f)`.

    status: "passed", "failed", "not attempted", or "error" (ours, never the student's zero). misconception: the
    slug of the mistake where it is named for certain, looks_like where it only resembles one. message: the
    report as text.
    """

    function: str
    status: Status
    points: float
    max_points: int
    headline: str
    misconception: str | None = None
    looks_like: str | None = None
    stage: str | None = None
    where: str = ""  # the case and the call
    found: str = ""  # what differed, or what was raised
    advice: str = ""  # the diagnosis, or the next thing to try
    note: str = ""
    traceback: str = ""
    cases: tuple[CaseLine, ...] = ()
    picture: Picture | None = None

    @property
    def message(self) -> str:
        lines = (self.headline, self.where, self.found, self.advice and f"→ {self.advice}", self.note)
        return "\n".join(line for line in lines if line)

    def __repr__(self) -> str:
        # nbgrader reads points from the text/plain repr and counts anything but a float as full marks.
        if os.environ.get("NBGRADER_EXECUTION"):
            return repr(min(max(float(self.points), 0.0), float(self.max_points)))
        return self.message

    def _repr_html_(self) -> str:
        from grader.judging.render import outcome_html

        return outcome_html(self)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        values = dict(data)
        values["cases"] = tuple(CaseLine(**c) for c in data["cases"])
        if data["picture"]:
            picture = dict(data["picture"])
            picture["corner"], picture["shape"] = tuple(picture["corner"]), tuple(picture["shape"])
            values["picture"] = Picture(**picture)
        return cls(**values)


def evaluate(
    exercise: Exercise,
    ask: Ask,
    ask_rebound: Ask | None = None,
    *,
    seed: int = HOME_SEED,
    draws: int = 0,
) -> Outcome:
    """Judge an answer and say what was found.

    Where the answer `uses` earlier functions and fails, it is judged again through `ask_rebound`, with those
    names bound to the reference; the better counts.
    """
    plan = trials(exercise, seed, draws)
    try:
        plan[0].once("oracles agree", lambda: check_oracles(exercise, [t for t in plan if t.home]))
        results = judge(exercise, plan, ask)
        note = ""
        if exercise.uses and ask_rebound and share(exercise, results) < 1:
            again = judge(exercise, plan, ask_rebound)
            if share(exercise, again) > share(exercise, results):
                names = " and ".join(f"`{name}`" for name in exercise.uses)
                note = f"Judged with our {names} in place of yours, which is not right yet."
                results = again
    except OurError as error:
        return our_error(exercise, str(error))
    return report(exercise, results, note)


def report(exercise: Exercise, results: Sequence[CaseResult], note: str = "") -> Outcome:
    """Results in words."""
    if all(r.stage == "attempted" for r in results):
        return not_attempted(exercise)
    earned = share(exercise, results)
    points = score(exercise, earned)
    lines = tuple(_case_line(case, results, earned > 0) for case in exercise.cases)
    counted = [line for line in lines if line.weight]
    right = sum(line.right for line in counted)
    if right == len(counted):
        headline = f"✓ {exercise.function}: all {right} cases right ({_points(points, exercise)})"
        remarks = [r for r in results if not r.ok and r.trial.home and r.got != NO_DTYPE]
        if remarks:
            _, found, advice = describe(exercise, remarks[0])
            title = remarks[0].trial.case.title
            note = f"{note} A remark that costs nothing: “{title}” does not hold, {found}. {advice}".strip()
        return Outcome(exercise.function, "passed", points, exercise.points, headline, note=note, cases=lines)

    results = [r for r in results if r.trial.case.weight]
    diagnosis = diagnose(exercise, results)
    shown = _shown(results, diagnosis)
    where, found, advice = describe(exercise, shown)
    if diagnosis:
        advice = diagnosis.misconception.hint
        found = found.removesuffix(CLOSE)
        if not diagnosis.sure:
            advice = f"This looks like a known slip: {advice}"
    return Outcome(
        exercise.function,
        "failed",
        points,
        exercise.points,
        f"✗ {exercise.function}: {right} of {len(counted)} cases right ({_points(points, exercise)})",
        misconception=diagnosis.misconception.slug if diagnosis and diagnosis.sure else None,
        looks_like=diagnosis.misconception.slug if diagnosis and not diagnosis.sure else None,
        stage=shown.stage,
        where=where,
        found=found,
        advice=advice,
        note=note,
        traceback=shown.reply.traceback if isinstance(shown.reply, Raised) and shown.trial.home else "",
        cases=lines,
        picture=picture_of(shown),
    )


def not_attempted(exercise: Exercise) -> Outcome:
    return Outcome(
        exercise.function,
        "not attempted",
        0.0,
        exercise.points,
        f"○ {exercise.function}: not attempted yet (0 of {exercise.points} points)",
        stage="attempted",
        advice="Write your answer in the cell above in place of `raise NotImplementedError()`, run that cell, "
        f"then this one. `hint({exercise.function})` helps.",
    )


def failed(exercise: Exercise, stage: str, found: str, advice: str = "", traceback: str = "") -> Outcome:
    """A failure that needs no cases: the cell does not run, the function is missing, the work is not one's own."""
    return Outcome(
        exercise.function,
        "failed",
        0.0,
        exercise.points,
        f"✗ {exercise.function}: 0 of {exercise.points} points",
        stage=stage,
        found=found,
        advice=advice,
        traceback=traceback,
    )


def our_error(exercise: Exercise, found: str) -> Outcome:
    return Outcome(
        exercise.function,
        "error",
        0.0,
        exercise.points,
        f"! {exercise.function}: this check is broken, not your answer",
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


def _shown(results: Sequence[CaseResult], diagnosis: Diagnosis | None) -> CaseResult:
    """The result to show: the misconception's own case, else the first stage that broke."""
    if diagnosis:
        for r in results:
            if r.trial.case.title == diagnosis.misconception.case and r.trial.home and not r.ok:
                return r
    found = first_failure(results)
    assert found is not None
    return found


def _points(points: float, exercise: Exercise) -> str:
    return f"{points:g} of {exercise.points} point{'s' if exercise.points != 1 else ''}"
