"""The pages that students get back: nbgrader's, with our report under each check and nothing that acts."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.alone import alone
from grader.beneath import clear
from grader.course import Class
from grader.grading.journal import Journal
from grader.grading.sanitise import safe_outputs
from grader.grading.shown import is_graded
from grader.judging.render import outcome_html, summary_html
from grader.nbgrader_bridge.config import class_config, course_directory, quiet
from grader.nbgrader_bridge.database import gradebook
from grader.problem import Problem

__all__ = ["PageExporter", "SafePage", "feedback_path", "generate_feedback"]

CHUNK = 12  # pages a worker writes at a time
INSTALLED = re.compile(r"(?<=[/\\])(?:python3\.\d+|(?:site|dist)-packages)[/\\]")
ENDS = re.compile(r"[\s\"'<>;&]")  # what stands before a path
QUOTES = ('File "', "File &quot;")  # what stands before one that may hold blanks
END_OF_QUOTED = re.compile(r"[\"&\n]")


def without_folders(text: str) -> str:
    """The same traceback or warning without where Python is installed on the machine that graded."""
    kept: list[str] = []
    done = 0
    # From there back, so that long text without blanks takes no longer.
    for found in INSTALLED.finditer(text):
        before = text[done : found.start()]
        quote = max(before.rfind(mark) + len(mark) if mark in before else -1 for mark in QUOTES)
        if quote < 0 or END_OF_QUOTED.search(before, quote):
            quote = max((end.end() for end in ENDS.finditer(before)), default=0)
        kept.append(before[:quote])
        done = found.end()
    return "".join([*kept, text[done:]])


class SafePage(NbGraderPreprocessor):  # type: ignore[misc]
    """Outputs made safe, whoever wrote the notebook; reports come from the verdict, not from the file."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        folder = resources.get("metadata", {}).get("path", "")
        verdict = None
        if folder:  # <class>/autograded/<student>/<chapter>
            course = Class(Path(folder).resolve().parents[2])
            verdict = Journal.of(course, names["assignment"]).get(names["student"])
        outcomes = dict(verdict.outcomes) if verdict else {}
        for cell in nb.cells:
            ours = cell.metadata.get("nbgrader", {})
            name = str(ours.get("grade_id", ""))
            outcome = outcomes.get(name.removesuffix("-check"))
            if outcome and cell.cell_type == "code" and name.endswith("-check") and ours.get("grade"):
                html = without_folders(outcome_html(outcome))
                data = {"text/html": html, "text/plain": without_folders(outcome.message)}
                cell.outputs = [new_output("display_data", data=data)]
                continue
            if cell.cell_type == "code":
                cell.outputs = safe_outputs(cell.get("outputs", []))
                for output in cell.outputs:
                    if output.output_type == "stream":
                        output.text = without_folders(output.text)
                    if output.output_type == "error":
                        output.traceback = [without_folders(line) for line in output.traceback]
            if outcome and ours.get("comment") == outcome.message:
                ours["comment"] = None  # the report directly below says the same
        if outcomes:
            nb.cells.insert(0, new_markdown_cell(without_folders(summary_html(list(outcomes.values())))))
        nb.metadata.pop("widgets", None)
        return nb, resources


class PageExporter(HTMLExporter):  # type: ignore[misc]
    """nbconvert's page without its second pass over the finished HTML, which takes two thirds of the time; what
    that adds, alternative texts, our outputs bring along."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        resources = self._init_resources(resources)
        types = WidgetsDataTypeFilter(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python", parent=self))
        self.register_filter("filter_data_type", types)
        page: tuple[str, Any] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return page


class Feedback(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's converter for a list of students. It takes no file along but the notebook: no link is followed."""

    def __init__(self, course: Class, chapter: str, students: Sequence[str]) -> None:
        super().__init__(
            coursedir=course_directory(course, chapter), config=class_config(course.root), force=True
        )
        self.students = students

    def init_notebooks(self) -> None:
        chapter = self.coursedir.assignment_id
        folders = [self._format_source(chapter, student) for student in self.students]
        self.assignments = {folder: [str(Path(folder) / f"{chapter}.ipynb")] for folder in folders}
        self.notebooks: list[str] = []

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        clear(
            Path(self.coursedir.root) / "feedback", student_id, assignment_id
        )  # nbgrader would follow links
        return bool(super().init_destination(assignment_id, student_id))

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        Path(self._format_dest(assignment_id, student_id)).mkdir(parents=True, exist_ok=True)


def generate_feedback(
    course: Class, chapter: str, student: str | None = None, *, workers: int | None = None
) -> list[Path]:
    """Write the pages of everybody who was graded, or of one student; their paths."""
    with alone(course):
        there = sorted(
            p.parents[1].name for p in (course.root / "autograded").glob(f"*/{chapter}/{chapter}.ipynb")
        )
        students = [name for name in there if student in (None, name) and is_graded(course, name, chapter)]
        if not students:
            who = f" for {student}" if student else ""
            raise Problem(f"nothing is graded yet{who}; run `grader autograde {chapter}` first")
        with gradebook(course.db_url):  # nbgrader would not say plainly why it cannot open it
            pass
        workers = min(workers or os.cpu_count() or 1, len(students) // CHUNK + 1)
        if workers == 1:
            write_pages(course.root, chapter, students)
        else:
            chunks = [students[i : i + CHUNK] for i in range(0, len(students), CHUNK)]
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                list(pool.map(write_pages, repeat(course.root), repeat(chapter), chunks))
        return [feedback_path(course, name, chapter) for name in students]


def write_pages(root: Path, chapter: str, students: Sequence[str]) -> None:
    try:
        quiet(Feedback(Class(root), chapter, students)).start()
    except NbGraderException as error:
        raise Problem(f"nbgrader could not write every feedback page: {error}") from None


def feedback_path(course: Class, student: str, chapter: str) -> Path:
    return course.root / "feedback" / student / chapter / f"{chapter}.html"
