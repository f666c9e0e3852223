"""Release a chapter to a class: the folders, the rows and the kept skeleton that grading starts from."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from grader.alone import alone
from grader.build import build
from grader.collect.submitted import released
from grader.course import Class
from grader.files import write_whole
from grader.nbgrader_bridge.config import class_config, course_directory, quiet
from grader.nbgrader_bridge.database import gradebook, normalised
from grader.problem import Problem

__all__ = ["release"]

NBGRADER_CONFIG = '''"""Written by `grader release`: plain `nbgrader` commands work in this folder."""

from pathlib import Path

from grader.nbgrader_bridge.config import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821
'''


def release(
    course: Class, chapter: str, gradebook_url: str | None = None, *, solutions: bool = False
) -> Path:
    """Make the chapter's assignment and return the notebook to hand out.

    The class's seed is drawn here, and the notebook is kept as the skeleton of its release id. gradebook_url:
    where the class's grades are to be from now on; by default, where they are. solutions: whether `solution()` in
    the notebook gives any.
    """
    source = build.source_notebook(chapter)
    student = build.student_notebook(source)
    with alone(course):
        url = normalised(gradebook_url) if gradebook_url else course.db_url
        _refuse_changed_cells(url, chapter, student)
        if gradebook_url:
            course.keep_gradebook(url)
        course.seed(chapter)
        if not (course.root / "nbgrader_config.py").exists():  # what the teacher has added to it stays
            write_whole(course.root / "nbgrader_config.py", NBGRADER_CONFIG)
        write_whole(course.root / "source" / chapter / f"{chapter}.ipynb", build.to_text(source))

        converter = GenerateAssignment(
            coursedir=course_directory(course, chapter), config=class_config(course.root), force=True
        )
        try:
            quiet(converter).start()
        except NbGraderException as error:
            raise Problem(f"nbgrader could not generate {chapter}: {error}") from None

        student.metadata.nn_workbook["solutions"] = solutions
        text = build.to_text(student)
        write_whole(course.skeleton(student.metadata.nn_workbook.release), text)
        write_whole(released(course, chapter), text)
        return released(course, chapter)


def _refuse_changed_cells(url: str, chapter: str, student: NotebookNode) -> None:
    """nbgrader cannot change the cells of an assignment with submissions: say so before writing anything but an
    empty gradebook."""
    with gradebook(url) as book:
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
