"""A class's grades in one chapter as plain data: what the gradebook says, beside the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from grader.grading.verdict import Verdict

__all__ = ["Grade", "Grades"]


@dataclass(frozen=True)
class Grade:
    """One student. scores: by exercise and written question, manual marks included; None where a person has to
    mark first. total: their sum less the late penalty. to_mark: how many cells wait for a person."""

    student: str
    first: str
    last: str
    email: str
    scores: Mapping[str, float | None]
    penalty: float
    total: float
    to_mark: int
    timestamp: str
    verdict: Verdict | None

    @property
    def graded(self) -> bool:
        """Does the total mean anything yet?"""
        return self.verdict is not None or any(score is not None for score in self.scores.values())


@dataclass(frozen=True)
class Grades:
    """exercises, written: the points there are, by name, in the order of the chapter. rows: by student."""

    chapter: str
    exercises: Mapping[str, float]
    written: Mapping[str, float]
    rows: tuple[Grade, ...]

    @cached_property
    def by_student(self) -> Mapping[str, Grade]:
        return {row.student: row for row in self.rows}

    @property
    def most(self) -> float:
        return sum(self.exercises.values()) + sum(self.written.values())
