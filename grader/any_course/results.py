"""What a class got in each test cell of an assignment, and what went wrong there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.any_course.course import AnyCourse
from grader.problem import Problem
from grader.text import plain_line

__all__ = ["Result", "TestCell", "results"]

LONGEST = 120  # characters of an error


@dataclass(frozen=True)
class TestCell:
    """shares: {student: points over those there are}. errors: {error: who has it}, the commonest first."""

    name: str
    most: float
    by_hand: bool
    shares: Mapping[str, float]
    errors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Result:
    """totals: {student: (points, whether a person has to mark something)}; handed_in: how many folders there are."""

    assignment: str
    most: float
    totals: Mapping[str, tuple[float, bool]]
    handed_in: int
    cells: tuple[TestCell, ...]


def results(course: AnyCourse, assignment: str) -> Result:
    """Problem where nothing is graded."""
    shares: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    errors: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    totals = {}
    with course.gradebook() as book:
        found = book.find_assignment(assignment)
        most, cells = found.max_score, [cell for notebook in found.notebooks for cell in _cells(notebook)]
        for submission in sorted(found.submissions, key=lambda s: s.student_id):
            who = submission.student_id
            folder = _autograded(course, who, assignment)
            if not folder.is_dir():
                continue
            totals[who] = submission.score, bool(submission.needs_manual_grade)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.max_score and not grade.needs_manual_grade:
                        shares[notebook.name, grade.name][who] = grade.score / grade.max_score
                for name, error in _errors(folder / f"{notebook.name}.ipynb"):
                    errors[notebook.name, name][error].append(who)
    if not totals:
        raise Problem(f"nothing of {assignment} is graded; first: `grader autograde {assignment}`")
    several = len({notebook for notebook, *_ in cells}) > 1
    made = []
    for notebook, name, points, by_hand in cells:
        key = notebook, name
        title = f"{notebook}/{name}" if several else name
        made.append(TestCell(title, points, by_hand, shares[key], _commonest(errors[key])))
    return Result(assignment, most, totals, len(_handed_in(course, assignment)), tuple(made))


def _cells(notebook: Any) -> list[tuple[str, str, float, bool]]:
    """(notebook, cell, points, whether a person marks it), in the order of the notebook."""
    places = {cell.name: i for i, cell in enumerate(notebook.source_cells)}
    answers = {cell.name for cell in notebook.solution_cells}
    found = [
        (notebook.name, c.name, c.max_score, c.name in answers or c.cell_type == "markdown")
        for c in (*notebook.grade_cells, *notebook.task_cells)
    ]
    return sorted(found, key=lambda cell: places.get(cell[1], len(places)))


def _autograded(course: AnyCourse, student: str, assignment: str) -> Path:
    return Path(course.coursedir.format_path(course.coursedir.autograded_directory, student, assignment))


def _handed_in(course: AnyCourse, assignment: str) -> list[Path]:
    pattern = course.coursedir.format_path(course.coursedir.submitted_directory, "*", assignment)
    return list(Path("/").glob(str(Path(pattern).relative_to("/"))))


def _errors(path: Path) -> list[tuple[str, str]]:
    """(test cell, the error that it ended with)."""
    try:
        cells = nbformat.read(path, 4).cells
    except (OSError, ValueError):
        return []
    found = []
    for cell in cells:
        about: Any = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and about.get("grade"):
            ended = [o for o in cell.outputs if o.output_type == "error"]
            found += [(about["grade_id"], _said(ended[0]))] if ended else []
    return found


def _said(error: Any) -> str:
    text = plain_line(f"{error.ename}: {error.evalue}" if error.evalue else error.ename)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _commonest(errors: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    ranked = sorted(errors.items(), key=lambda item: (-len(item[1]), item[0]))
    return {error: tuple(who) for error, who in ranked}
