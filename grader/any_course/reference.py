"""What the tests of an assignment end in where the course's own solution runs: a number, nothing, something else."""

from __future__ import annotations

from collections.abc import Sequence
from logging import Logger
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook

from grader.any_course.cells import cells_of
from grader.any_course.course import source_folder
from grader.any_course.files import files_in
from grader.any_course.points import kind_of, points
from grader.any_course.run import Ran, Setting, run_cells

__all__ = ["kinds", "reference", "source_notebook"]

_known: dict[tuple[str, float, Setting], dict[str, str]] = {}


def source_notebook(coursedir: Any, assignment: str, notebook: str) -> NotebookNode | None:
    """The source with the tests as they were released; None where it is not there."""
    path = source_folder(coursedir, assignment) / f"{notebook}.ipynb"
    try:
        found = nbformat.read(path, 4)
    except (OSError, ValueError):
        return None
    with Gradebook(coursedir.db_url, coursedir.course_id) as book:
        released = {cell.name: cell for cell in book.find_notebook(notebook, assignment).source_cells}
    for cell in found.cells:
        known = released.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if known is not None and known.locked:
            cell.source = known.source
    return found


def kinds(nb: NotebookNode, ran: Sequence[Ran], log: Logger) -> dict[str, str]:
    """{test cell: the kind of its last line}, of those that the solution passes; a warning for each other."""
    found = {}
    for (i, _), one in zip(cells_of(nb), ran):
        cell = nb.cells[i]
        if not utils.is_grade(cell) or utils.is_solution(cell):
            continue
        name, most = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
        score, why = points(one, one.outputs, most, kind_of(one.value))
        if score < most:
            log.warning("the source's own solution gets %g of %g points in %r: %s", score, most, name, why)
        if one.status == "ok":
            found[name] = kind_of(one.value)
    return found


def reference(
    coursedir: Any, assignment: str, notebook: str, setting: Setting, log: Logger
) -> dict[str, str]:
    """`kinds` of a notebook, run once; nothing where there is no source."""
    path = source_folder(coursedir, assignment) / f"{notebook}.ipynb"
    key = str(path.resolve()), path.stat().st_mtime if path.exists() else 0.0, setting
    if key not in _known:
        nb = source_notebook(coursedir, assignment, notebook)
        _known[key] = {}
        if nb is not None:
            ran = run_cells([cell for _, cell in cells_of(nb)], files_in(path.parent), setting)
            _known[key] = kinds(nb, ran, log)
    return _known[key]
