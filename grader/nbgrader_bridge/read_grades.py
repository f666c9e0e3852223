"""The class's grades out of nbgrader's gradebook: points per exercise, manual marks and penalties included."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from grader.collect.late import Said, lateness, said_late
from grader.collect.roster import Person, Roster
from grader.collect.submitted import HandIn, find_hand_ins, require_release
from grader.course import Class
from grader.grading.asked import asked
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.journal import Journal, Kept, content_hash
from grader.grading.settle import Result
from grader.nbgrader_bridge.database import Entered, entered, gradebook
from grader.problem import Problem

__all__ = ["read_grades"]


def read_grades(
    course: Class, chapter: str, roster: Roster | None = None, results: Sequence[Result] = ()
) -> Grades:
    """Everybody of the gradebook, of the roster and of those who handed in, by name of student. results: of a run
    that has just ended, whose verdicts need not be read again."""
    require_release(course, chapter)
    journal, order = Journal.of(course, chapter), asked(course, chapter).exercises
    people = roster.by_id() if roster else {}
    there = {h.student: h for h in find_hand_ins(course, chapter) if os.path.lexists(h.path.parent)}
    said = said_late(course, chapter)
    with gradebook(course.db_url) as book:
        exercises, written, names, commented = _cells(book, chapter, order)
        handed_in = entered(book, book.find_assignment(chapter))
        known = {student.id: student for student in book.students}
        rows = [
            replace(
                _grade(
                    student, known.get(student), people.get(student), handed_in.get(student), names, commented
                ),
                late=_late(handed_in.get(student), said.get(student)),
            )
            for student in sorted({*known, *people, *there, *handed_in})
        ]
    verdicts = {r.student: r.verdict for r in results if r.verdict}
    rows = [
        replace(row, verdict=verdicts[row.student], handed_in=row.student in there)
        if row.student in verdicts
        else _with_verdict(row, there.get(row.student), journal)
        for row in rows
    ]
    return Grades(chapter, exercises, written, tuple(rows))


def _cells(
    book: Gradebook, chapter: str, order: Iterable[str]
) -> tuple[dict[str, float], dict[str, float], dict[str, str], dict[str, str]]:
    """The points of the exercises and of the written questions; {cell: name} of all in their order, and of those that
    are commented."""
    try:
        notebook = book.find_notebook(chapter, chapter)
    except MissingEntry:
        raise Problem(f"{chapter} is not in the gradebook; first: `grader release {chapter}`") from None
    cells = {cell.name.removesuffix("-check"): cell for cell in notebook.grade_cells}
    points = {name: float(cell.max_score) for name, cell in cells.items()}
    exercises = {name: points[name] for name in order if name in points}
    written = {name: points[name] for name in sorted(points.keys() - exercises.keys())}
    commented = {cell.id: cell.name.removesuffix("-check") for cell in notebook.solution_cells}
    return exercises, written, {cells[name].id: name for name in (*exercises, *written)}, commented


def _grade(
    student: str,
    known: Any,
    person: Person | None,
    found: Entered | None,
    names: Mapping[str, str],
    commented: Mapping[str, str],
) -> Grade:
    def of(ours: str, theirs: str) -> str:
        return getattr(known, theirs, "") or getattr(person, ours, "")

    marks: dict[str, Mark] = {}
    if found:
        comments = {commented.get(id): row.manual_comment or "" for id, row in found.comments.items()}
        for id, name in names.items():
            if id in found.grades:
                marks[name] = _mark(found.grades[id], comments.get(name, ""))
    return Grade(
        student,
        of("first", "first_name"),
        of("last", "last_name"),
        of("email", "email"),
        marks,
        penalty=round(found.penalty, 2) if found else 0.0,
        timestamp=found.timestamp.isoformat() if found and found.timestamp else "",
    )


def _late(found: Entered | None, said: Said | None) -> str:
    if found is None:
        return ""
    moment, due = (time.replace(tzinfo=UTC) if time else None for time in (found.timestamp, found.due))
    return lateness(moment, due, said, bool(found.extension))


def _mark(grade: Any, comment: str) -> Mark:
    by_hand = grade.manual_score is not None
    points = grade.manual_score if by_hand else grade.auto_score
    return Mark(
        None if points is None else round(float(points), 2),
        round(float(grade.extra_credit or 0.0), 2),
        by_hand,
        bool(grade.needs_manual_grade),
        comment,
    )


def _with_verdict(row: Grade, hand_in: HandIn | None, journal: Journal) -> Grade:
    kept = journal.kept(row.student)
    return replace(
        row,
        verdict=journal.by_list(kept.verdict) if kept else None,
        handed_in=hand_in is not None,
        current=kept is None or hand_in is None or _is_of(kept, hand_in),
    )


def _is_of(kept: Kept, hand_in: HandIn) -> bool:
    """Is what was graded what lies there now?"""
    try:
        return kept.content in ("", content_hash(hand_in.read()))
    except OSError:
        return True
