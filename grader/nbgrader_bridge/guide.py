"""The marking guides of a class's written questions: from its source notebook, which students never get."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.course import Class
from grader.grading.incoming import as_dict

__all__ = ["GuideBesideAnswer", "guides", "statements"]

MARKERS = re.compile(r"(?m)^### (?:BEGIN|END) SOLUTION\n?")


def guides(course: Class, chapter: str) -> dict[str, str]:
    """{written question: its guide, in Markdown}."""
    return {cell.id: MARKERS.sub("", cell.source).strip() for cell in _source(course, chapter) if _asks(cell)}


def statements(course: Class, chapter: str) -> dict[str, str]:
    """{written question: what is asked}: the cell before it."""
    cells = _source(course, chapter)
    return {cell.id: before.source for before, cell in pairwise(cells) if _asks(cell)}


def _source(course: Class, chapter: str) -> list[NotebookNode]:
    path = course.root / "source" / chapter / f"{chapter}.ipynb"
    return list(nbformat.v4.reads(path.read_text(encoding="utf-8")).cells) if path.exists() else []


def _asks(cell: NotebookNode) -> bool:
    return as_dict(cell.metadata.get("nn_workbook")).get("role") == "written"


class GuideBesideAnswer(Preprocessor):  # type: ignore[misc]
    """In formgrader, and nowhere else, a guide stands above each answer."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        root = self.config.CourseDirectory.get("root")
        if not root or "submission_id" not in resources:  # a page of formgrader's has one
            return nb, resources
        found = guides(Class(Path(root)), resources["assignment_id"])
        cells = []
        for cell in nb.cells:
            guide = found.get(str(as_dict(cell.metadata.get("nbgrader")).get("grade_id", "")))
            cells += [new_markdown_cell(f"<blockquote>\n\n{guide}\n\n</blockquote>")] if guide else []
            cells.append(cell)
        return NotebookNode(nb, cells=cells), resources
