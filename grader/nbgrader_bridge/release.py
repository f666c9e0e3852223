"""Release a chapter to a class: the folders, the rows and the kept skeleton that grading starts from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from grader import build
from grader.course import Class
from grader.journal import write_atomically
from grader.nbgrader_bridge.config import COURSE_ID, class_config, course_directory, quiet
from grader.problem import Problem
from grader.submitted import released

__all__ = ["release"]

NBGRADER_CONFIG = '''"""Written by `grader release`: plain `nbgrader` commands work in this folder."""

from pathlib import Path

from grader.nbgrader_bridge.config import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821
'''


def release(course: Class, chapter: str) -> Path:
    """Make the chapter's assignment and return the notebook to hand out.

    The class's seed is drawn here, and the notebook is kept as the skeleton of its release id.
    """
    source = build.source_notebook(chapter)
    student = build.student_notebook(source)
    _refuse_changed_cells(course, chapter, student)
    course.root.mkdir(parents=True, exist_ok=True)
    course.seed(chapter)
    write_atomically(course.root / "nbgrader_config.py", NBGRADER_CONFIG)
    write_atomically(course.root / "source" / chapter / f"{chapter}.ipynb", build.to_text(source))

    _create_gradebook(course)
    converter = GenerateAssignment(
        coursedir=course_directory(course, chapter), config=class_config(course.root), force=True
    )
    try:
        quiet(converter).start()
    except NbGraderException as error:
        raise Problem(f"nbgrader could not generate {chapter}: {error}") from None

    text = build.to_text(student)
    write_atomically(course.skeleton(student.metadata.nn_workbook.release), text)
    write_atomically(released(course, chapter), text)
    return released(course, chapter)


def _create_gradebook(course: Class) -> None:
    """nbgrader runs `alembic` from the PATH to make its database; without an active environment it is not there."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{before}{os.pathsep}{Path(sys.executable).parent}"
    try:
        Gradebook(course.db_url, COURSE_ID).close()
    finally:
        os.environ["PATH"] = before


def _refuse_changed_cells(course: Class, chapter: str, student: NotebookNode) -> None:
    """nbgrader cannot change the cells of an assignment with submissions: say so before writing anything."""
    if not (course.root / "gradebook.db").exists():
        return
    with Gradebook(course.db_url, COURSE_ID) as book:
        found = [a for a in book.assignments if a.name == chapter and a.submissions]
        if not found:
            return
        old = {cell.name for notebook in found[0].notebooks for cell in notebook.source_cells}
    new = {cell.metadata.nbgrader.grade_id for cell in student.cells}
    if old != new:
        raise Problem(
            f"{chapter} has graded submissions and its cells changed since the release; use a new class"
            f" folder (--course), or drop the grades with `nbgrader db assignment remove {chapter} --force`"
        )
