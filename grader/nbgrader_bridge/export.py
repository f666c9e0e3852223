"""The class's grades as a table: points per exercise, manual changes included, and why points are missing."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from grader.course import Class
from grader.journal import Journal, write_atomically
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from grader.submitted import require_release

__all__ = ["export_csv", "grade_rows"]


def grade_rows(course: Class, chapter: str) -> list[dict[str, Any]]:
    """One row a student who handed in, by name of student; the exercises in the order of the chapter."""
    journal = Journal.of(course, chapter)
    require_release(course, chapter)
    with Gradebook(course.db_url, COURSE_ID) as book:
        try:
            notebook = book.find_notebook(chapter, chapter)
        except MissingEntry:
            raise Problem(f"{chapter} is not in the gradebook; first: `grader release {chapter}`") from None
        names = {cell.id: cell.name for cell in notebook.grade_cells}
        columns = _in_order(list(names.values()), journal)
        rows = []
        for submission in sorted(book.assignment_submissions(chapter), key=lambda s: str(s.student.id)):
            scores = {names[g.cell_id]: g.score for n in submission.notebooks for g in n.grades}
            verdict = journal.get(submission.student.id)
            row = {
                "student": submission.student.id,
                "last_name": submission.student.last_name or "",
                "first_name": submission.student.first_name or "",
                **{name.removesuffix("-check"): round(scores.get(name) or 0.0, 2) for name in columns},
                "total": round(submission.score, 2),
                "max": submission.max_score,
                "late_penalty": submission.late_submission_penalty or 0.0,
                "needs_manual_grade": "yes" if submission.needs_manual_grade else "no",
                "timestamp": submission.timestamp.isoformat() if submission.timestamp else "",
                "status": verdict.status if verdict else "not graded by this grader",
                "reason": verdict.reason if verdict else "",
                "repairs": "; ".join(verdict.repairs) if verdict else "",
                "own_cells": "; ".join(verdict.log) if verdict else "",
            }
            rows.append(row)
        return rows


def _in_order(names: list[str], journal: Journal) -> list[str]:
    """Check cells in the order of the chapter, then the written questions."""
    from grader.exercise import chapters, registry

    chapter = journal.folder.name
    order = [f"{name}-check" for name in registry(chapter)] if chapter in chapters() else []
    return [n for n in order if n in names] + sorted(n for n in names if n not in order)


def export_csv(course: Class, chapter: str, to: Path | None = None) -> Path:
    """Write the table; without `to` it goes to grades/<chapter>.csv in the class folder."""
    rows = grade_rows(course, chapter)
    if not rows:
        raise Problem(f"nothing is graded yet; run `grader autograde {chapter}` first")
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _inert(value) for key, value in row.items()} for row in rows)
    path = to or course.root / "grades" / f"{chapter}.csv"
    write_atomically(path, text.getvalue())
    return path


def _inert(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, quoted."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
