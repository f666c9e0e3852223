"""What a class was asked, and for how many points: the list that was released to it, not the course's of today.

course/release/<chapter>/<chapter>.ipynb      the questions and their points
course/.grader/corrections/<chapter>.json     what the teacher has changed: points, and what is given to all
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.collect.submitted import released
from grader.course import Class
from grader.grading.incoming import as_dict
from grader.grading.verdict import Verdict
from grader.judging.outcome import MARKS, Outcome, paid
from grader.problem import Problem

__all__ = ["Asked", "Corrections", "asked", "of_notebook", "priced"]


@dataclass(frozen=True)
class Corrections:
    """points: of exercises and written questions, where they are not the course's; 0 where one is dropped.
    free: what everybody gets in full."""

    points: Mapping[str, int] = field(default_factory=dict)
    free: tuple[str, ...] = ()

    @classmethod
    def of(cls, course: Class, chapter: str) -> Corrections:
        kept = course.kept("corrections", chapter)
        return cls(kept.get("points", {}), tuple(kept.get("free", ())))

    def changed(
        self, points: Sequence[str], drop: Sequence[str], free: Sequence[str], undo: Sequence[str]
    ) -> Corrections:
        """With what a person typed: points as "name=3"."""
        typed = dict(map(_points, points))
        if both := ({*typed, *free} & {*drop, *undo}) | ({*drop} & {*undo}):
            raise Problem(f"{', '.join(sorted(both))}: --drop and --undo each go alone")
        if unchanged := {*undo} - {*self.points, *self.free}:
            now = ", ".join(sorted({*self.points, *self.free})) or "nothing"
            raise Problem(f"nothing to undo for {', '.join(sorted(unchanged))}; corrected are: {now}")
        back = {*undo, *(name for name in free if self.points.get(name) == 0)}
        kept = {name: number for name, number in self.points.items() if name not in back}
        given = {*self.free, *free} - {*undo, *drop}
        return Corrections(kept | typed | dict.fromkeys(drop, 0), tuple(sorted(given)))

    def keep(self, course: Class, chapter: str) -> None:
        if self != Corrections.of(course, chapter):
            course.keep("corrections", chapter, {"points": dict(self.points), "free": list(self.free)})


def _points(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not (number.isascii() and number.isdigit() and int(number)):
        raise Problem(f"--points {text!r}: write it like softmax=3; --drop {name} takes a question out")
    return name, int(number)


@dataclass(frozen=True)
class Asked:
    """exercises, written: the points of each, in the order of the chapter."""

    exercises: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, int] = field(default_factory=dict)
    free: tuple[str, ...] = ()

    @property
    def points(self) -> dict[str, int]:
        return {**self.exercises, **self.written}


def asked(course: Class, chapter: str) -> Asked:
    path = released(course, chapter)
    found = _read(path, path.stat().st_mtime_ns)
    return replace(found, free=Corrections.of(course, chapter).free)


@lru_cache(8)
def _read(path: Path, changed: int) -> Asked:
    return of_notebook(json.loads(path.read_bytes()))


def of_notebook(notebook: Mapping[str, Any], free: tuple[str, ...] = ()) -> Asked:
    """The questions of a notebook that count."""
    exercises, written = {}, {}
    for cell in notebook.get("cells", ()):
        metadata = as_dict(cell["metadata"])
        ours, theirs = as_dict(metadata.get("nn_workbook")), as_dict(metadata.get("nbgrader"))
        if not theirs.get("grade"):
            continue
        if ours.get("role") == "check":
            exercises[ours["function"]] = int(theirs["points"])
        elif ours.get("role") == "written":
            written[theirs["grade_id"]] = int(theirs["points"])
    return Asked(exercises, written, free)


def priced(verdict: Verdict, asked: Asked) -> Verdict:
    """The verdict by the class's list: its exercises, for its points. What is judged stays as it is."""
    unreadable = verdict.status == "unreadable"
    outcomes = {
        name: _priced(verdict.outcomes.get(name), name, points, name in asked.free, unreadable)
        for name, points in asked.exercises.items()
    }
    return replace(verdict, outcomes=outcomes)


def _priced(found: Outcome | None, name: str, most: int, free: bool, unreadable: bool) -> Outcome:
    if found is None:
        why = "nothing could be graded" if unreadable else "to be marked by hand"
        status = "failed" if unreadable else "by hand"
        headline = f"{MARKS[status]} {name}: {why} ({paid(0, most)})"
        note = "" if unreadable else "There is no check of this exercise for your notebook."
        found = Outcome(name, status, 0.0, most, headline, note=note)  # type: ignore[arg-type]
    if found.max_points == most and not free:
        return found
    if free:
        points, note = float(most), "Given to all: full points."
        if found.status in ("error", "by hand"):
            return Outcome(
                name, "passed", points, most, f"{MARKS['passed']} {name}: given to all ({paid(points, most)})"
            )
    else:
        points, note = _share(found, most), found.note
    headline = found.headline.replace(paid(found.points, found.max_points), paid(points, most))
    return replace(found, points=points, max_points=most, headline=headline, note=note)


def _share(found: Outcome, most: int) -> float:
    """The same share of other points."""
    if found.max_points == most:
        return found.points
    share = Fraction(found.share or found.points / found.max_points).limit_denominator(10_000)
    return min(round(float(share * most), 2), float(most))
