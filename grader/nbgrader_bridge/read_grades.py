"""The class's grades out of nbgrader's gradebook: points per exercise, manual marks and penalties included."""

from __future__ import annotations

from typing import Any

from nbgrader.api import MissingEntry

from grader.collect.submitted import require_release
from grader.course import Class
from grader.grading.asked import asked
from grader.grading.grades import Grade, Grades
from grader.grading.journal import Journal
from grader.nbgrader_bridge.database import gradebook
from grader.problem import Problem

__all__ = ["read_grades"]


def read_grades(course: Class, chapter: str) -> Grades:
    """Everybody who has a row in the gradebook, by name of student."""
    require_release(course, chapter)
    journal = Journal.of(course, chapter)
    with gradebook(course.db_url) as book:
        try:
            notebook = book.find_notebook(chapter, chapter)
        except MissingEntry:
            raise Problem(f"{chapter} is not in the gradebook; first: `grader release {chapter}`") from None
        names = {cell.id: cell.name.removesuffix("-check") for cell in notebook.grade_cells}
        points = {names[cell.id]: float(cell.max_score) for cell in notebook.grade_cells}
        exercises = [name for name in asked(course, chapter).exercises if name in points]
        written = sorted(name for name in points if name not in exercises)
        submissions = sorted(book.assignment_submissions(chapter), key=lambda s: str(s.student.id))
        rows = [_grade(s, names, [*exercises, *written], journal) for s in submissions]
    return Grades(chapter, {n: points[n] for n in exercises}, {n: points[n] for n in written}, tuple(rows))


def _grade(submission: Any, names: dict[str, str], order: list[str], journal: Journal) -> Grade:
    grades = {names[g.cell_id]: g for n in submission.notebooks for g in n.grades if g.cell_id in names}
    scores = {name: _score(grades.get(name)) for name in order}
    penalty = float(submission.late_submission_penalty or 0.0)
    student = submission.student
    return Grade(
        student=student.id,
        first=student.first_name or "",
        last=student.last_name or "",
        email=student.email or "",
        scores=scores,
        penalty=round(penalty, 2),
        total=round(max(0.0, submission.score - penalty), 2),  # as `nbgrader export` does
        to_mark=sum(bool(g.needs_manual_grade) for g in grades.values()),
        timestamp=submission.timestamp.isoformat() if submission.timestamp else "",
        verdict=journal.get(student.id),
    )


def _score(grade: Any) -> float | None:
    if grade is None or (grade.auto_score is None and grade.manual_score is None):
        return None
    return round(float(grade.score), 2)
