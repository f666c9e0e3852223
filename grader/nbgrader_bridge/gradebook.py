"""Write verdicts into nbgrader's gradebook: the rows that `nbgrader autograde` would make.

What a person entered (manual scores, comments, extra credit) is never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import determine_grade, is_grade, is_solution

from grader.course import Class
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from grader.verdict import Verdict

__all__ = ["Entry", "write", "written_answers"]

NO_RESPONSE = "No response."  # nbgrader's own words


@dataclass(frozen=True)
class Entry:
    """One submission as the gradebook needs it. written: is the question answered, by cell; unchanged: these
    scores were entered before, so a grader who has looked need not look again."""

    student: str
    verdict: Verdict
    written: Mapping[str, bool] = field(default_factory=dict)
    timestamp: datetime | None = None
    unchanged: bool = False


def written_answers(notebook: NotebookNode) -> dict[str, bool]:
    """{written question: is it answered}, by nbgrader's checksum of the empty answer."""
    cells = [cell for cell in notebook.cells if is_grade(cell) and is_solution(cell)]
    return {cell.metadata.nbgrader.grade_id: determine_grade(cell)[0] is None for cell in cells}


def write(course: Class, chapter: str, entries: Iterable[Entry]) -> None:
    """Enter a batch of submissions."""
    with Gradebook(course.db_url, COURSE_ID) as book:
        try:
            notebook = book.find_notebook(chapter, chapter)
        except MissingEntry:
            raise Problem(f"{chapter} is not in the gradebook; first: `grader release {chapter}`") from None
        names = {cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.solution_cells)}
        for entry in entries:
            _write_one(book, chapter, names, entry)
        book.db.commit()


def _write_one(book: Gradebook, chapter: str, names: Mapping[str, str], entry: Entry) -> None:
    book.update_or_create_student(entry.student)
    stamp = {"timestamp": entry.timestamp} if entry.timestamp else {}
    with book.db.no_autoflush:  # nbgrader links the new rows before it adds them
        submission = book.update_or_create_submission(chapter, entry.student, **stamp)
    (notebook,) = (n for n in submission.notebooks if n.name == chapter)
    scores = {f"{name}-check": _score(outcome) for name, outcome in entry.verdict.outcomes.items()}
    scores |= {name: None if answered else 0.0 for name, answered in entry.written.items()}
    for grade in notebook.grades:
        _enter_score(grade, scores.get(names[grade.cell_id], 0.0), entry.unchanged)
    comments: dict[str, str | None] = {
        name: outcome.message for name, outcome in entry.verdict.outcomes.items()
    }
    comments |= {name: None if answered else NO_RESPONSE for name, answered in entry.written.items()}
    for comment in notebook.comments:
        comment.auto_comment = comments.get(names[comment.cell_id])


def _score(outcome: Any) -> float | None:
    """None, which asks for a person, where our check broke."""
    return None if outcome.status == "error" else float(outcome.points)


def _enter_score(grade: Any, score: float | None, unchanged: bool) -> None:
    seen = grade.manual_score is not None and unchanged and grade.auto_score == score
    grade.auto_score = score
    if not seen:  # nbgrader's rule: look again where there is no automatic score or an older manual one
        grade.needs_manual_grade = score is None or grade.manual_score is not None
