"""Write verdicts into nbgrader's gradebook: the rows that `nbgrader autograde` would make.

What a person entered (manual scores, comments, extra credit) is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy.exc import InterfaceError, OperationalError

from grader.collect.late import Said, extensions
from grader.collect.roster import Roster
from grader.collect.stamp import parse_stamp
from grader.collect.submitted import require_release
from grader.course import Class
from grader.grading.asked import asked
from grader.grading.settle import Result
from grader.grading.verdict import Verdict
from grader.judging.outcome import Outcome
from grader.nbgrader_bridge.database import Entered, entered, gradebook, submissions
from grader.nbgrader_bridge.late import extend, late_policy, naive, put
from grader.problem import Problem
from grader.text import plain_line

__all__ = ["enter_result", "set_due", "set_names", "write"]

NO_RESPONSE = "No response."  # nbgrader's own words


def set_due(course: Class, chapter: str, moment: datetime) -> None:
    """Enter the due date of a chapter, by which nbgrader's late policies go; an extension's moment stays."""
    until = extensions(course, chapter)
    with gradebook(course.db_url) as book:
        assignment = book.update_or_create_assignment(chapter, duedate=naive(moment))
        for submission in assignment.submissions:
            extend(submission, assignment.duedate, until.get(submission.student_id))
        book.db.commit()


def set_names(course: Class, roster: Roster) -> None:
    """Enter who everybody of the roster is; what stands there already, and the roster does not say, stays."""
    with gradebook(course.db_url) as book:
        for person in roster.people:
            known = {"first_name": person.first, "last_name": person.last, "email": person.email}
            if not (person.first or person.last):
                known["last_name"] = person.name
            student = book.db.get(Student, person.id) or Student(id=person.id)
            for field, value in known.items():
                if value:
                    setattr(student, field, plain_line(value))
            book.db.add(student)
        book.db.commit()


def write(course: Class, chapter: str, results: Sequence[Result], *, late: bool = True) -> dict[str, str]:
    """Enter whatever has a verdict; `late`: with the penalties for what came late. {student: why it failed}.

    A batch is one transaction. Where that fails, each student is one, so that nobody stops the others.
    """
    require_release(course, chapter)
    policy = late_policy(course, chapter) if late else None
    with gradebook(course.db_url) as book:
        try:
            assignment = book.find_assignment(chapter)
            notebook = book.find_notebook(chapter, chapter)
        except MissingEntry:
            raise Problem(f"{chapter} is not in the gradebook; first: `grader release {chapter}`") from None
        free, until = asked(course, chapter).free, extensions(course, chapter)

        def enter(some: Sequence[Result]) -> None:
            there = submissions(book, assignment, [result.student for result in some])
            with book.db.no_autoflush:  # all of them are written at once
                rows = [_submission(book, assignment, result, there)[chapter] for result in some]
            for result, submitted in zip(some, rows):
                extend(submitted.assignment, assignment.duedate, until.get(result.student))
                enter_result(result, submitted, notebook, free)
            book.db.flush()
            if policy:
                for submitted in rows:
                    policy.apply(book, submitted)
            book.db.commit()

        new = [r for r in results if r.verdict is not None]  # our error is nobody's zero
        same = [r for r in new if r.unchanged and not until.get(r.student)]
        standing = entered(book, assignment, [r.student for r in same]) if same else {}
        cells = _cells(notebook)
        stands = {
            r.student
            for r in same
            if r.student in standing
            and not (policy and _is_late(standing[r.student], policy.said.get(r.student)))
            and _stands(r, standing[r.student], cells, free)
        }
        return _each(book, enter, [r for r in new if r.student not in stands])


def _each(
    book: Gradebook, enter: Callable[[Sequence[Result]], None], results: Sequence[Result]
) -> dict[str, str]:
    """Enter all at once or, where that fails, each alone; who failed, and why."""
    try:
        enter(results)
        return {}
    except (OperationalError, InterfaceError):  # the database, not what is entered
        raise
    except Exception:
        book.db.rollback()
    failed: dict[str, str] = {}
    for result in results:
        try:
            enter([result])
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            book.db.rollback()
            why = str(error) if isinstance(error, Problem) else repr(error)
            failed[result.student] = plain_line(why)[:500]
    return failed


def _stands(result: Result, found: Entered, cells: Mapping[str, Any], free: Collection[str]) -> bool:
    """Would `enter` change nothing?"""
    assert result.verdict is not None
    moment = parse_stamp(result.timestamp)
    if (moment and found.timestamp != naive(moment)) or not found.grades:
        return False
    scores, comments = _scores(result.verdict, result.written), _comments(result.verdict, result.written)
    return all(
        row.auto_score == (score := _score(cells[id], scores, free))
        and (row.manual_score is not None or row.needs_manual_grade == (score is None))
        for id, row in found.grades.items()
    ) and all(row.auto_comment == comments.get(cells[id].name) for id, row in found.comments.items())


def _is_late(found: Entered, said: Said | None) -> bool:
    """May there be a penalty, or one to take back?"""
    late = found.due and found.timestamp and found.timestamp > found.due
    return bool(found.penalty or late or (said and said.late))


def _cells(notebook: Notebook) -> dict[str, Any]:
    return {cell.id: cell for cell in (*notebook.grade_cells, *notebook.solution_cells)}


def _score(cell: Any, scores: Mapping[str, float | None], free: Collection[str]) -> float | None:
    return float(cell.max_score) if cell.name in free else scores.get(cell.name)


def enter_result(
    result: Result, submitted: SubmittedNotebook, notebook: Notebook, free: Collection[str]
) -> None:
    """Points and comments of one student; `free`: what everybody gets in full."""
    assert result.verdict is not None
    scores = _scores(result.verdict, result.written)
    comments = _comments(result.verdict, result.written)
    cells = _cells(notebook)
    for grade in submitted.grades:
        cell = cells[grade.cell_id]
        _enter_score(grade, _score(cell, scores, free), result.unchanged)
    for comment in submitted.comments:
        put(comment, "auto_comment", comments.get(cells[comment.cell_id].name))


def _submission(
    book: Gradebook, assignment: Assignment, result: Result, there: Mapping[str, SubmittedAssignment]
) -> dict[str, SubmittedNotebook]:
    """{notebook: its rows} of a student's submission, made as nbgrader's add_submission makes them."""
    found = there.get(result.student)
    if found is None:
        if book.db.get(Student, result.student) is None:
            book.db.add(Student(id=result.student))
        found = SubmittedAssignment(id=new_uuid(), assignment_id=assignment.id, student_id=result.student)
        for notebook in assignment.notebooks:
            mine = SubmittedNotebook(id=new_uuid(), notebook_id=notebook.id, assignment=found)
            for cell in (*notebook.grade_cells, *notebook.task_cells):
                Grade(cell_id=cell.id, notebook=mine)
            for cell in (*notebook.solution_cells, *notebook.task_cells):
                Comment(cell_id=cell.id, notebook=mine)
        book.db.add(found)
    moment = parse_stamp(result.timestamp)
    if moment:
        put(found, "timestamp", naive(moment))
    titles = {notebook.id: notebook.name for notebook in assignment.notebooks}
    return {titles[notebook.notebook_id]: notebook for notebook in found.notebooks}


def _scores(verdict: Verdict, written: Mapping[str, bool]) -> dict[str, float | None]:
    """{grade cell: points}; None, which asks for a person, for a written answer and where our check broke."""
    checks = {f"{name}-check": _points(outcome) for name, outcome in verdict.outcomes.items()}
    return checks | {name: None if answered else 0.0 for name, answered in written.items()}


def _points(outcome: Outcome) -> float | None:
    return None if outcome.status in ("error", "by hand") else float(outcome.points)


def _comments(verdict: Verdict, written: Mapping[str, bool]) -> dict[str, str | None]:
    messages: dict[str, str | None] = {name: o.message for name, o in verdict.outcomes.items()}
    return messages | {name: None if answered else NO_RESPONSE for name, answered in written.items()}


def _enter_score(grade: Any, score: float | None, unchanged: bool) -> None:
    seen = grade.manual_score is not None and unchanged and grade.auto_score == score
    put(grade, "auto_score", score)
    if not seen:  # nbgrader's rule: look again where there is no automatic score or an older manual one
        put(grade, "needs_manual_grade", score is None or grade.manual_score is not None)
