"""Release a chapter to a class: the folders, the rows and the kept skeleton that grading starts from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from grader.alone import alone
from grader.build import build
from grader.collect.submitted import released
from grader.course import Class
from grader.files import write_whole
from grader.grading.asked import Corrections, of_notebook
from grader.grading.journal import Journal
from grader.grading.settle import newest_release
from grader.grading.shown import autograded_path, is_graded, relist, write_autograded
from grader.nbgrader_bridge.config import class_config, course_directory, quiet
from grader.nbgrader_bridge.correct import correct, keep_aside
from grader.nbgrader_bridge.database import gradebook, normalised
from grader.nbgrader_bridge.late import late_policy
from grader.problem import Problem

__all__ = ["release"]

NBGRADER_CONFIG = '''"""Written by `grader release`: plain `nbgrader` commands work in this folder."""

from pathlib import Path

from grader.nbgrader_bridge.config import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821
'''


def release(
    course: Class,
    chapter: str,
    gradebook_url: str | None = None,
    *,
    solutions: bool = False,
    corrections: Corrections | None = None,
    dry_run: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Make the chapter's assignment and return the notebook to hand out.

    The class's seed is drawn here, and the notebook is kept as the skeleton of its release id. gradebook_url:
    where the class's grades are to be from now on; by default, where they are. solutions: whether `solution()` in
    the notebook gives any. corrections: by default, those that the class has. Before anything is written, `say`
    gets what changes for whom; dry_run: that only.
    """
    kept = Corrections.of(course, chapter)
    corrections = corrections or kept
    source = build.source_notebook(chapter, points=corrections.points)
    student = build.student_notebook(source)
    _refuse_unknown(chapter, corrections, kept, student)
    with nullcontext() if dry_run else alone(course):
        url = normalised(gradebook_url) if gradebook_url else course.db_url
        _correct(course, url, chapter, student, corrections, dry_run, say)
        if dry_run:
            return released(course, chapter)
        corrections.keep(course, chapter)
        if gradebook_url:
            course.keep_gradebook(url)
        course.draw_seed(chapter)
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
        _relist_graded(course, chapter)
        return released(course, chapter)


def _relist_graded(course: Class, chapter: str) -> None:
    """The notebooks of who is graded, for nbgrader's pages; nothing is executed."""
    journal, newest = Journal.of(course, chapter), newest_release(course, chapter)
    for path in sorted((course.root / "autograded").glob(f"*/{chapter}")):
        student = path.parent.name
        verdict = journal.get(student)
        if verdict and is_graded(course, student, chapter):
            notebook = nbformat.read(autograded_path(course, student, chapter), 4)
            relist(notebook, newest, verdict)
            write_autograded(course, student, chapter, notebook)


def _refuse_unknown(chapter: str, corrections: Corrections, kept: Corrections, student: NotebookNode) -> None:
    """What is corrected now must be there; what was corrected before may be gone from the course meanwhile."""
    roles = [(cell.metadata.nn_workbook, cell.id) for cell in student.cells]
    there = [
        ours.function if ours.role == "check" else id
        for ours, id in roles
        if ours.role in ("check", "written")
    ]
    typed = {*corrections.points, *corrections.free} - {*kept.points, *kept.free}
    if unknown := sorted(typed - {*there}):
        raise Problem(f"{chapter} has no question {', '.join(unknown)}; there are: {', '.join(there)}")
    if not of_notebook(student).exercises:
        raise Problem(f"{chapter} would have no exercise left")


def _correct(
    course: Class,
    url: str,
    chapter: str,
    student: NotebookNode,
    corrections: Corrections,
    dry_run: bool,
    say: Callable[[str], None],
) -> None:
    """Where hand-ins are in the gradebook: say what changes for them, then change it."""
    new = of_notebook(student, corrections.free)
    with gradebook(url) as book:
        found = [a for a in book.assignments if a.name == chapter and a.submissions]
        if not found or not released(course, chapter).exists():
            return
        change = correct(book, course, chapter, student, new, late_policy(course, chapter))
        if str(change):
            say(str(change))
        if dry_run:
            book.db.rollback()
        else:
            keep_aside(course, chapter, change)
            book.db.commit()
