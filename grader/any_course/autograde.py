"""`grader autograde hw1` in a course folder of nbgrader: the assignment as it is, the gradebook as nbgrader's."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from grader.alone import alone
from grader.any_course.course import AnyCourse
from grader.engine.doctor import require
from grader.problem import Problem
from grader.text import plain_line

__all__ = ["Graded", "Score", "autograde"]


@dataclass(frozen=True)
class Score:
    """One student's points as the gradebook has them. waits: a person has to mark something."""

    student: str
    score: float
    most: float
    penalty: float
    waits: bool


@dataclass(frozen=True)
class Graded:
    """What a run did. failed: {student: why there is no grade}. remarks: (student or "", what the log says)."""

    graded: list[str]
    unchanged: int
    failed: dict[str, str]
    scores: list[Score]
    remarks: list[tuple[str, str]] = field(default_factory=list)


def autograde(
    course: AnyCourse,
    assignment: str,
    *,
    isolation: str | None = None,
    workers: int | None = None,
    force: bool = False,
    begin: Callable[[int], None] = lambda count: None,
    advance: Callable[[], None] = lambda: None,
) -> Graded:
    """Grade every hand-in that has changed. begin: is told how many there are; advance: that one is done."""
    from nbgrader.converters.base import NbGraderException

    from grader.any_course.ahead import Ahead
    from grader.any_course.converter import WarmAutograde
    from grader.any_course.execute import WarmExecute
    from grader.any_course.imports import imports
    from grader.any_course.one_engine import one_engine

    _require_assignment(course, assignment)
    workers = workers or os.cpu_count() or 1
    converter = WarmAutograde(course.coursedir, course.app, workers, advance)
    converter.force = force or converter.force
    course.remarks.whose = lambda: converter.student
    execute = WarmExecute(parent=converter)
    execute.isolation = isolation or execute.isolation
    sources = _sources(course, assignment)
    setting = execute.setting(imports(sources.values()))
    require(setting.isolation)
    with alone(course.own), one_engine():
        converter.begin = begin
        converter.ahead = Ahead(setting, workers, course.app.log)
        try:
            if execute.reference:
                for name, nb in sources.items():
                    converter.ahead.add_source(name, nb, course.source(assignment))
            converter.start()
        except NbGraderException:
            said = [text for _, text in course.remarks.said]
            raise Problem(plain_line(said[0] if said else "nbgrader has failed")) from None
        finally:
            converter.ahead.close()
    scores = _scores(course, assignment)
    unchanged = len(converter.assignments) - len(converter.graded) - len(converter.failed)
    remarks = [(plain_line(who), plain_line(text)) for who, text in course.remarks.said]
    return Graded(converter.graded, unchanged, converter.failed, scores, remarks)


def _require_assignment(course: AnyCourse, assignment: str) -> None:
    """A Problem where it was not generated, or is for another kernel."""
    from nbformat.v4 import new_notebook

    from grader.any_course.cells import require_python

    notebooks = course.notebooks(assignment)
    if not notebooks:
        raise Problem(
            f"{assignment} is not in the gradebook of {course.root}; "
            f"first: `nbgrader generate_assignment {assignment}`"
        )
    for name, kernel in notebooks.items():
        require_python(new_notebook(metadata={"kernelspec": kernel}), f"{name}.ipynb")


def _sources(course: AnyCourse, assignment: str) -> dict[str, Any]:
    from grader.any_course.reference import source_notebook

    found = {
        name: source_notebook(course.coursedir, assignment, name) for name in course.notebooks(assignment)
    }
    return {name: nb for name, nb in found.items() if nb is not None}


def _scores(course: AnyCourse, assignment: str) -> list[Score]:
    with course.gradebook() as book:
        return [
            Score(
                s.student_id,
                s.score,
                s.max_score,
                s.late_submission_penalty or 0.0,
                bool(s.needs_manual_grade),
            )
            for s in sorted(book.find_assignment(assignment).submissions, key=lambda s: s.student_id)
        ]
