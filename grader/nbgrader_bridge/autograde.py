"""`nbgrader autograde` and formgrader's button, through this engine: what config.py names for nbgrader's converter.

nbgrader goes over the hand-ins twice. The first time `Judge` puts the rebuilt and graded notebook in place,
from the journal where `grader autograde` was there before. The second time `EnterVerdict` enters the points.
No cell is executed in nbgrader's process.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Unicode

from grader.beneath import cut_links
from grader.collect.late import said_late
from grader.collect.stamp import parse_stamp, read_stamp
from grader.collect.submitted import HandIn, find_hand_ins, require_release
from grader.course import Class
from grader.engine.doctor import require
from grader.engine.process import default_level
from grader.grading.journal import grader_version
from grader.grading.settle import Job, Result, settle
from grader.grading.shown import autograded_path, beside
from grader.nbgrader_bridge.database import gradebook
from grader.nbgrader_bridge.gradebook import write
from grader.nbgrader_bridge.late import late_policy, naive
from grader.problem import Problem
from grader.record.registry import chapters

__all__ = ["EnterVerdict", "HandInExporter", "Judge", "LateByWord"]


class Intake(CourseDirectory):  # type: ignore[misc]
    """The class folder with orderly hand-ins: nbgrader copies and opens what it finds, links and pipes too, and
    passes over who has no notebook. So it gets a folder of ours, with an empty notebook for everybody."""

    def __init__(self, directory: CourseDirectory, hand_ins: list[HandIn]) -> None:
        course, chapter = Class(Path(directory.root)), directory.assignment_id
        folder = Path(tempfile.mkdtemp(prefix="intake-", dir=course.private))
        options = directory.trait_values(config=True)
        super().__init__(**options | {"submitted_directory": str(folder.relative_to(course.root))})
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.assignments: dict[str, list[str]] = {}
        for hand_in in hand_ins:
            place = folder / hand_in.student / chapter
            place.mkdir(parents=True)
            notebook = place / f"{chapter}.ipynb"
            nbformat.write(new_notebook(), notebook)
            for name, text in beside(hand_in.path.parent).items():
                (place / name).write_text(text, encoding="utf-8")
            self.assignments[str(place)] = [str(notebook)]

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """None, not an error, where there is no timestamp in it."""
        moment = parse_stamp(read_stamp(Path(dest_path)))
        return naive(moment) if moment else None


class HandInExporter(NotebookExporter):  # type: ignore[misc]
    """nbgrader makes one for each run, when it knows which hand-ins it wants and has touched none of them."""

    isolation = Unicode("", help="full, landlock or process; empty: the strongest.").tag(config=True)
    execute = Enum(("points", "all"), "points", help="As `grader autograde --execute`.").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jobs: dict[str, Job] = {}
        self.results: dict[str, Result] = {}
        try:
            self._begin(self.parent)
        except Problem as problem:
            self.log.error(str(problem))
            raise NbGraderException(str(problem)) from None

    def _begin(self, converter: Any) -> None:
        """Refuse what cannot be graded; put before nbgrader the hand-ins that `grader autograde` finds."""
        directory = converter.coursedir
        course, chapter, wanted = Class(Path(directory.root)), directory.assignment_id, directory.student_id
        if chapter not in chapters():
            raise Problem(f"there are no checks for {chapter!r}; there are: {', '.join(chapters())}")
        if directory.db_url != course.db_url:
            raise Problem(
                "nbgrader is set to another gradebook; take c.CourseDirectory.db_url out of its configuration"
            )
        level = self.isolation or default_level()
        require(level)
        require_release(course, chapter)
        found = [(hand_in.path.parents[1].name, hand_in) for hand_in in find_hand_ins(course, chapter)]
        hand_ins = [hand_in for folder, hand_in in found if folder == wanted or fnmatchcase(folder, wanted)]
        seed, version = course.seed(chapter), grader_version()
        for hand_in in hand_ins:
            job = Job(course.root, chapter, hand_in, seed, level, version, execute=self.execute)
            self.jobs[hand_in.student] = job
            cut_links(course.root / "autograded", hand_in.student, chapter)  # nbgrader would follow them
        converter.coursedir = Intake(directory, hand_ins)
        converter.assignments = converter.coursedir.assignments

    def settled(self, student: str) -> Result:
        if student not in self.results:
            self.results[student] = settle(self.jobs[student])
        return self.results[student]


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """First pass: the notebook as it was graded, in place of the empty one."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        student = resources["nbgrader"]["student"]
        job, result = self.parent.jobs[student], self.parent.settled(student)
        if result.verdict is None:
            raise NbGraderException(f"our error, nothing is entered for {student}: {result.error}")
        for text in result.broken:
            self.log.error("our error, %s: %s", student, text)
        if result.verdict.reason:
            self.log.warning("%s: nothing could be graded: %s", student, result.verdict.reason)
        return nbformat.read(autograded_path(Class(job.root), student, job.chapter), 4), resources


class EnterVerdict(NbGraderPreprocessor):  # type: ignore[misc]
    """Second pass: points and comments into the gradebook. nbgrader's AssignLatePenalties comes after it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        student = resources["nbgrader"]["student"]
        job, result = self.parent.jobs[student], self.parent.settled(student)
        assert result.verdict is not None
        for why in write(Class(job.root), job.chapter, [result], late=False).values():
            raise NbGraderException(f"nothing is entered for {student}: {why}")
        return nb, resources


class LateByWord(NbGraderPreprocessor):  # type: ignore[misc]
    """After nbgrader's AssignLatePenalties, which needs a moment: what Canvas or Moodle says without one."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        student = resources["nbgrader"]["student"]
        job = self.parent.jobs[student]
        course, chapter = Class(job.root), job.chapter
        if student in said_late(course, chapter):
            with gradebook(course.db_url) as book:
                notebook = book.find_submission_notebook(chapter, chapter, student)
                late_policy(course, chapter).apply(book, notebook)
                book.db.commit()
        return nb, resources
