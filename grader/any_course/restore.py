"""Before nbgrader looks at a hand-in: what its cells are is what the gradebook says, whatever the file says."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearOutput, NbGraderPreprocessor

__all__ = ["RestoreCells"]

FLAGS = ("grade", "solution", "task")
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Of a cell that the assignment knows, nbgrader's metadata is written anew; of any other cell it is dropped. So
    no flag, no number of points, no form of the metadata and no second copy of a cell can do harm."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as book:
            known = _known(book.find_notebook(about["notebook"], about["assignment"]))
        _give_ids(nb)
        if ClearOutput(parent=self.parent).enabled:  # what is no output would stop it
            for cell in nb.cells:
                cell.update({"outputs": []} if cell.cell_type == "code" else {})
        seen: set[str] = set()
        for cell in reversed(nb.cells):  # nbgrader takes the last of several
            said = cell.metadata.pop("nbgrader", None)
            name = said.get("grade_id") if isinstance(said, dict) else None
            if not isinstance(name, str):
                continue
            if name not in known:
                self.log.warning("Cell %r is not of this assignment", name)
            elif name in seen:
                self.log.warning("Cell %r is there more than once; the last one counts", name)
            else:
                seen.add(name)
                if changed := [f for f in FLAGS if bool(said.get(f)) != bool(known[name].get(f))]:
                    self.log.warning("Cell %r: %s was changed, and is put back", name, ", ".join(changed))
                cell.metadata["nbgrader"] = NotebookNode(known[name])
                if cell.cell_type != known[name]["cell_type"]:
                    self.log.warning("Cell %r: its type was changed, and is put back", name)
                    _retype(cell, known[name]["cell_type"])
                if known[name]["grade"] and "skip-execution" in cell.metadata.get("tags", []):
                    self.log.warning("Cell %r was tagged not to be run; it is run", name)
                    cell.metadata["tags"] = []
        for name in sorted({n for n, cell in known.items() if cell["grade"]} - seen):
            self.log.warning("Cell %r is missing", name)
        return nb, resources


def _give_ids(nb: NotebookNode) -> None:
    """To cells without one, with one that is none, or with another cell's: such a notebook cannot be written."""
    if (nb.nbformat, nb.nbformat_minor) < (4, 5):
        return
    seen: set[str] = set()
    for cell in nb.cells:
        id = cell.get("id")
        if not isinstance(id, str) or not ID.fullmatch(id) or id in seen:
            cell["id"] = token_hex(4)
        seen.add(cell["id"])


def _retype(cell: NotebookNode, kind: str) -> None:
    """nbgrader's own way refuses notebooks whose cells have no ids."""
    cell["cell_type"] = kind
    for field in ("outputs", "execution_count"):
        cell.pop(field, None)
    if kind == "code":
        cell.update(outputs=[], execution_count=None)
        cell.pop("attachments", None)


def _known(notebook: Any) -> dict[str, dict[str, Any]]:
    """{id: nbgrader's metadata of the cell}."""
    graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    found: dict[str, dict[str, Any]] = {}
    for cell in notebook.source_cells:
        found[cell.name] = {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.name in graded,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in graded or cell.name in tasks:
            found[cell.name]["points"] = float({**tasks, **graded}[cell.name])
    return found
