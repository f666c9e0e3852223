"""Which cells of a notebook are run, and whose they are."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader import utils

from grader.any_course.run import Cell
from grader.problem import Problem

__all__ = ["cells_of", "require_python"]

SKIP = "skip-execution"


def cells_of(nb: NotebookNode) -> list[tuple[int, Cell]]:
    """The cells that are run, with their places. A tag keeps only cells from running that are worth no points."""
    found = []
    for i, cell in enumerate(nb.cells):
        graded = utils.is_grade(cell)
        skipped = SKIP in cell.metadata.get("tags", []) or not cell.source.strip()
        if cell.cell_type == "code" and (graded or not skipped):
            found.append((i, Cell(cell.source, utils.is_locked(cell))))
    return found


def require_python(nb: NotebookNode, name: str = "the notebook") -> None:
    """Problem where it is written for another kernel."""
    spec = nb.metadata.get("kernelspec") or {}
    language = spec.get("language") or nb.metadata.get("language_info", {}).get("name") or "python"
    if str(language).lower() not in ("python", "ipython", "python3"):
        kernel = spec.get("display_name") or spec.get("name") or language
        raise Problem(
            f"{name} is written for {kernel} ({language}); only Python runs here. "
            "Grade this assignment with `nbgrader autograde`"
        )
