"""`grader extend`: more time for one student, in nbgrader's gradebook and for hand-ins that are still to come."""

from __future__ import annotations

from datetime import datetime

from nbgrader.api import MissingEntry

from grader.alone import alone
from grader.collect.late import extensions, keep_extension
from grader.collect.roster import Roster
from grader.collect.submitted import find_hand_ins, require_release
from grader.course import Class
from grader.nbgrader_bridge.database import gradebook
from grader.nbgrader_bridge.late import extend as extend_one
from grader.nbgrader_bridge.late import late_policy
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem

__all__ = ["extend"]


def extend(
    course: Class, chapter: str, student: str, until: datetime | None, roster: Roster | None = None
) -> list[str]:
    """Until None, as everybody again. What that changes, in words."""
    require_release(course, chapter)
    with alone(course):
        grades = read_grades(course, chapter, roster)
        known = {*grades.by_student, *(h.student for h in find_hand_ins(course, chapter))}
        if student not in known:
            raise Problem(f"nobody is called {student}; there are: {', '.join(sorted(known)) or 'none yet'}")
        if until is None and student not in extensions(course, chapter):
            raise Problem(f"{student} has no extension for {chapter}")
        keep_extension(course, chapter, student, until)
        with gradebook(course.db_url) as book:
            due = book.find_assignment(chapter).duedate
            try:
                submission = book.find_submission(chapter, student)
            except MissingEntry:
                submission = None
            if submission:
                submission.extension = None
                extend_one(submission, due, until)
                for notebook in submission.notebooks:
                    late_policy(course, chapter).apply(book, notebook)
                book.db.commit()
        after = read_grades(course, chapter, roster)
    if due is None:
        return [
            f"{chapter} has no due date yet; the extension counts as soon as `grader collect --due` sets one"
        ]
    if submission is None:
        return []
    was, now = (found.by_student[student].standing(found.most) for found in (grades, after))
    return [f"before: {was}", f"now: {now}"] if was != now else []
