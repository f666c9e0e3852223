"""`grader mark`: the answers to one question in a row, without names, marked by keyboard."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

import nbformat
from nbgrader.api import Gradebook

from grader.course import Class
from grader.grading.grades import Grades
from grader.grading.shown import autograded_path, is_graded
from grader.nbgrader_bridge.database import gradebook
from grader.nbgrader_bridge.guide import guides, statements
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem
from grader.text import plain

__all__ = ["mark", "waiting"]

LINE = re.compile(r"(?P<points>\d+(?:[.,]\d+)?)(?:\s+(?P<comment>\S.*))?")
HELP = "points, and a comment if you like; Enter: later; b: one back; q: stop"


def waiting(grades: Grades) -> dict[str, int]:
    """{exercise or question: how many answers wait for a person}."""
    found = {name: sum(row.mark(name).waits for row in grades.rows) for name in grades.points}
    return {name: count for name, count in found.items() if count}


def mark(
    course: Class,
    chapter: str,
    question: str,
    ask: Callable[[str], str],
    say: Callable[[str], None],
    *,
    everybody: bool = False,
) -> int:
    """Show what waits (`everybody`: all answers), enter what is typed; how many were marked."""
    grades = read_grades(course, chapter)
    if question not in grades.points:
        raise Problem(f"{chapter} has no {question!r}; it has: {', '.join(grades.points)}")
    students = [
        row.student
        for row in grades.rows
        if question in row.marks and (everybody or row.marks[question].waits)
        if is_graded(course, row.student, chapter)
    ]
    for text in (statements(course, chapter).get(question), guides(course, chapter).get(question)):
        if text:
            say(f"{plain(text)}\n")
    with gradebook(course.db_url) as book:
        return _in_a_row(
            _Desk(course, grades, question, book), _shuffled(course, chapter, students), ask, say
        )


def _shuffled(course: Class, chapter: str, students: Sequence[str]) -> list[str]:
    """An order that tells nothing, and is the same the next day."""
    seed = course.seed(chapter)
    return sorted(students, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


class _Desk:
    """Where one question is marked."""

    def __init__(self, course: Class, grades: Grades, question: str, book: Gradebook) -> None:
        self.course, self.chapter, self.question, self.book = course, grades.chapter, question, book
        self.most = grades.points[question]
        self.cell = f"{question}-check" if question in grades.exercises else question

    def answer(self, student: str) -> str:
        path = autograded_path(self.course, student, self.chapter)
        cells = nbformat.v4.reads(path.read_text(encoding="utf-8")).cells
        ours = (cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == self.question)
        return plain(next(ours).source)

    def grade(self, student: str) -> Any:
        return self.book.find_grade(self.cell, self.chapter, self.chapter, student)

    def enter(self, student: str, points: float, comment: str | None) -> None:
        grade = self.grade(student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            found = self.book.find_comment(self.question, self.chapter, self.chapter, student)
            found.manual_comment = comment
        self.book.db.commit()


def _in_a_row(
    desk: _Desk, students: Sequence[str], ask: Callable[[str], str], say: Callable[[str], None]
) -> int:
    place, done = 0, set[str]()
    while 0 <= place < len(students):
        student = students[place]
        manual = desk.grade(student).manual_score
        say(f"── answer {place + 1} of {len(students)} " + "─" * 40)
        say(desk.answer(student))
        given = "" if manual is None else f" (now {manual:g})"
        line = ask(f"0 to {desk.most:g}{given} > ").strip()
        found = LINE.fullmatch(line)
        if line == "q":
            break
        if line == "b":
            place = max(place - 1, 0)
        elif not line:
            place += 1
        elif found and (points := float(found["points"].replace(",", "."))) <= desk.most:
            desk.enter(student, points, found["comment"])
            done.add(student)
            place += 1
        else:
            say(f"not understood: {HELP}; at most {desk.most:g} points")
    return len(done)
