"""The pages that students get back, in nbgrader's feedback folder; `nbgrader generate_feedback` writes the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from grader.alone import alone
from grader.beneath import clear
from grader.collect.submitted import read_file
from grader.course import Class
from grader.files import write_whole
from grader.grading.grades import Grade, Grades
from grader.grading.journal import grader_version
from grader.grading.shown import autograded_path, beside, is_graded
from grader.nbgrader_bridge.page import page
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem

__all__ = ["PageExporter", "feedback_path", "generate_feedback"]

HEAD = 400  # bytes of a page, with its key


class PageExporter(Exporter):  # type: ignore[misc]
    """What nbgrader's converter makes pages with."""

    file_extension = ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        names = resources["nbgrader"]
        course = Class(Path(self.parent.coursedir.root))
        grades = _grades_once(self.parent, course, names["assignment"])
        row = grades.by_student[names["student"]]
        path = autograded_path(course, names["student"], names["assignment"])
        return page(nb, grades, row, _key(path.read_bytes(), grades, row)), resources


def _grades_once(converter: Any, course: Class, chapter: str) -> Grades:
    """nbgrader makes an exporter for every student."""
    if getattr(converter, "class_grades", None) is None:
        converter.class_grades = read_grades(course, chapter)
    found: Grades = converter.class_grades
    return found


def generate_feedback(course: Class, chapter: str, student: str | None = None) -> Mapping[Path, bool]:
    """Write the pages of everybody who was graded, or of one student; {path: has it changed}."""
    with alone(course):
        there = sorted(
            p.parents[1].name for p in (course.root / "autograded").glob(f"*/{chapter}/{chapter}.ipynb")
        )
        students = [name for name in there if student in (None, name) and is_graded(course, name, chapter)]
        if not students:
            who = f" for {student}" if student else ""
            raise Problem(f"nothing is graded yet{who}; run `grader autograde {chapter}` first")
        grades = read_grades(course, chapter)
        return {
            feedback_path(course, name, chapter): _write(course, grades, grades.by_student[name])
            for name in students
            if name in grades.by_student
        }


def _write(course: Class, grades: Grades, row: Grade) -> bool:
    """Write one student's page where it is not the one that lies there."""
    chapter, root = grades.chapter, course.root / "feedback"
    notebook = autograded_path(course, row.student, chapter)
    path = feedback_path(course, row.student, chapter)
    content = read_file(course.root / "autograded", row.student, chapter, notebook.name)
    if isinstance(content, str):
        raise Problem(f"{row.student}: {content}; grade again")
    key = _key(content, grades, row)
    files = beside(notebook.parent)
    before = read_file(root, row.student, chapter, path.name)
    if isinstance(before, bytes) and key.encode() in before[:HEAD] and beside(path.parent) == files:
        return False
    html = page(nbformat.v4.reads(content.decode()), grades, row, key)
    clear(root, row.student, chapter)
    write_whole(path, html, beneath=root)
    for name, text in files.items():
        write_whole(path.with_name(name), text, beneath=root)
    return True


def _key(notebook: bytes, grades: Grades, row: Grade) -> str:
    """All that a page depends on, in one hash."""
    told = (grader_version(), grades.chapter, dict(grades.points), row)
    return hashlib.sha256(notebook + repr(told).encode()).hexdigest()


def feedback_path(course: Class, student: str, chapter: str) -> Path:
    return course.root / "feedback" / student / chapter / f"{chapter}.html"
