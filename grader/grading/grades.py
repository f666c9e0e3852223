"""A class's grades in one chapter as plain data: what the gradebook says, beside the verdicts.

Every page, table and console line takes its numbers, and the words for them, from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader.grading.verdict import Verdict
from grader.text import counted

__all__ = ["Grade", "Grades", "Mark"]


@dataclass(frozen=True)
class Mark:
    """Of one exercise or question. points: by hand, else by the check; None where there are none yet. waits: for a
    person, who has to mark it or to look again. comment: a person's."""

    points: float | None
    extra: float = 0.0
    by_hand: bool = False
    waits: bool = False
    comment: str = ""

    @property
    def score(self) -> float | None:
        """Extra credit included; None where a person has to mark first."""
        if self.points is None and not self.extra:
            return None
        return round((self.points or 0.0) + self.extra, 2)

    def said(self, most: float) -> str:
        if self.score is None:
            return "not marked yet"
        notes = ["by hand"] * self.by_hand + [f"with {self.extra:g} extra credit"] * bool(self.extra)
        notes += ["not marked yet" if self.points is None else "to be looked at again"] * self.waits
        return f"{self.score:g} / {most:g}" + (f" ({', '.join(notes)})" if notes else "")


@dataclass(frozen=True)
class Grade:
    """One student. marks: by exercise and written question. late: in words, "" where it was in time. current: what
    lies there is what was graded."""

    student: str
    first: str = ""
    last: str = ""
    email: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    late: str = ""
    penalty: float = 0.0
    timestamp: str = ""
    verdict: Verdict | None = None
    handed_in: bool = True
    current: bool = True

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()

    def mark(self, name: str) -> Mark:
        """One without points where there is none."""
        return self.marks.get(name, Mark(None))

    @cached_property
    def scores(self) -> Mapping[str, float | None]:
        return {name: mark.score for name, mark in self.marks.items()}

    @cached_property
    def total(self) -> float:
        """As nbgrader exports it."""
        return round(max(0.0, sum(score or 0.0 for score in self.scores.values()) - self.penalty), 2)

    @property
    def extra(self) -> float:
        return round(sum(mark.extra for mark in self.marks.values()), 2)

    @cached_property
    def to_mark(self) -> int:
        """How many answers wait for a person."""
        return sum(mark.waits for mark in self.marks.values())

    @property
    def graded(self) -> bool:
        """Does the total mean anything yet?"""
        return self.verdict is not None or any(score is not None for score in self.scores.values())

    @property
    def status(self) -> str:
        if not self.graded:
            return "not graded yet" if self.handed_in else "nothing handed in"
        if not self.current:
            return "handed in again, not graded again yet"
        return self.verdict.status if self.verdict else "not graded by this grader"

    def standing(self, most: float) -> str:
        """The total in words."""
        if not self.graded:
            return self.status
        notes = [self.late] * bool(self.late)
        notes += [f"late penalty {self.penalty:g} taken off"] * bool(self.penalty)
        notes += [f"with {self.extra:g} extra credit"] * bool(self.extra)
        notes += [f"{counted(self.to_mark, 'answer')} not marked yet"] * bool(self.to_mark)
        notes += [self.status] * (not self.current)
        return f"{self.total:g} / {most:g}" + (f" ({'; '.join(notes)})" if notes else "")


@dataclass(frozen=True)
class Grades:
    """exercises, written: the points there are, by name, in the order of the chapter. rows: everybody of the class,
    by student."""

    chapter: str
    exercises: Mapping[str, float]
    written: Mapping[str, float]
    rows: tuple[Grade, ...]

    @cached_property
    def by_student(self) -> Mapping[str, Grade]:
        return {row.student: row for row in self.rows}

    @property
    def points(self) -> Mapping[str, float]:
        return {**self.exercises, **self.written}

    @property
    def most(self) -> float:
        return sum(self.points.values())
