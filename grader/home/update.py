"""A reader's working copy of a chapter: made once, then merged with each new version of the course.

What is the course's (text, demos, checks) comes from the new notebook. What is the reader's (answers, own
cells) stays, source and outputs, byte for byte.
"""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.course import notebook_path
from grader.files import write_whole
from grader.home.progress import FOLDER
from grader.problem import Problem

__all__ = ["RELOAD", "Report", "update"]

OURS = ("nbgrader", "nn_workbook", "deletable", "editable")  # metadata that the course sets
MOST_NAMED = 6  # cells in a line of the report
RELOAD = "If a notebook is open now: File ▸ Reload Notebook from Disk, then Kernel ▸ Restart Kernel."
KEPT = (
    "These answers belong to exercises that are no longer part of this chapter. Nothing checks them any more."
)


@dataclass(frozen=True)
class Report:
    """What an update did. Every entry names a cell in words."""

    path: Path
    created: bool = False
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # answers to exercises that are gone
    backup: Path | None = None

    def __str__(self) -> str:
        if self.created:
            return f"{self.path}: new"
        if self.backup is None:
            return f"{self.path}: up to date"
        again = [cell for cell in self.added if cell in self.removed]  # a rewritten text has a new id
        words = {
            "new": [cell for cell in self.added if cell not in again],
            "updated": [*self.changed, *again],
            "gone": [cell for cell in self.removed if cell not in again],
            "kept at the end": list(self.kept),
        }
        parts = [f"{word}: {_some(cells)}" for word, cells in words.items() if cells]
        return f"{self.path}: {'; '.join(parts) or 'metadata updated'} (before: {self.backup.name})"


def _some(cells: list[str]) -> str:
    more = len(cells) - MOST_NAMED
    return ", ".join(cells[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def update(chapter: str, work: Path, released: Path | None = None) -> Report:
    """Make or merge `work/<chapter>/<chapter>.ipynb` from `released`, by default the committed notebook."""
    released = notebook_path(chapter) if released is None else released
    if not released.exists():
        raise Problem(f"there is no notebook {released}; run `grader build {chapter}` first")
    path = work / chapter / f"{chapter}.ipynb"
    (work / FOLDER).mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        write_whole(path, released.read_text(encoding="utf-8"))
        return Report(path, created=True)
    new, old = _read(released), _read(path)
    merged, report = _merge(new, old, path)
    if merged == old:
        return report
    backup = _free_name(path)
    shutil.copy2(path, backup)
    write_whole(path, nbformat.writes(merged) + "\n")
    return replace(report, backup=backup)


# ── the merge ────────────────────────────────────────────────────────────────────────────────────────────


def _merge(new: NotebookNode, old: NotebookNode, path: Path) -> tuple[NotebookNode, Report]:
    ids = [cell.id for cell in new.cells]
    found = _match(set(ids), old.cells)
    position = {id(cell): name for name, cell in found.items()}
    gone = [c for c in old.cells if id(c) not in position and _grade_id(c) not in ("", *ids)]
    own_after = _own_cells(old.cells, ids, position, {id(c) for c in gone})

    taken = set(ids)
    cells = [_own(cell, taken) for cell in own_after.pop("", [])]
    changed = []
    for cell in new.cells:
        before = found.get(cell.id)
        now = _renewed(cell, before)
        if before is not None and now.source != before.source:
            changed.append(_label(cell))
        cells += [now, *(_own(c, taken) for c in own_after.pop(cell.id, []))]
    kept = [cell for cell in gone if _solution(cell) and not _untouched(cell)]
    if kept:
        cells.append(new_markdown_cell(KEPT, id=_unique("kept", taken)))
        cells += [_own(cell, taken) for cell in kept]

    merged = deepcopy(old)
    merged.cells = cells
    merged.metadata["nn_workbook"] = new.metadata.get("nn_workbook", {})
    merged.nbformat, merged.nbformat_minor = new.nbformat, max(old.nbformat_minor, new.nbformat_minor)
    return merged, Report(
        path,
        added=tuple(_label(cell) for cell in new.cells if cell.id not in found),
        changed=tuple(changed),
        removed=tuple(_label(cell) for cell in gone if cell not in kept),
        kept=tuple(_label(cell) for cell in kept),
    )


def _match(ids: set[str], cells: list[NotebookNode]) -> dict[str, NotebookNode]:
    """The reader's cell for each cell of the course: by cell id, then by nbgrader's, as some tools drop one.

    A copy of a cell has nbgrader's id too; it does not take the place of the original.
    """
    found: dict[str, NotebookNode] = {}
    for name in (_cell_id, _grade_id):
        used = {id(cell) for cell in found.values()}
        for cell in cells:
            if id(cell) not in used and name(cell) in ids:
                found.setdefault(name(cell), cell)
    return found


def _own_cells(
    cells: list[NotebookNode], ids: list[str], position: dict[int, str], gone: set[int]
) -> dict[str, list[NotebookNode]]:
    """The reader's own cells by the course's cell that they follow ("" for the top of the notebook).

    Where that cell is gone, they follow the one that came in its place.
    """
    before = [position.get(id(c)) or _grade_id(c) for c in cells if id(c) in position or id(c) in gone]
    successor = {}
    for _, i1, i2, j1, j2 in SequenceMatcher(None, before, ids, autojunk=False).get_opcodes():
        for i in range(i1, i2):
            j = min(j1 + i - i1, j2 - 1)  # of a block that is only deleted, the cell before it
            successor[before[i]] = ids[j] if j >= 0 else ""
    own: dict[str, list[NotebookNode]] = {}
    last = ""
    for cell in cells:
        if id(cell) in position:
            last = position[id(cell)]
        elif id(cell) in gone:
            last = successor[_grade_id(cell)]
        else:
            own.setdefault(last, []).append(cell)
    return own


def _renewed(cell: NotebookNode, before: NotebookNode | None) -> NotebookNode:
    """The course's cell as it goes into the working copy, with what the reader has of it."""
    if before is None:
        return cell
    keep = before.source != cell.source and _solution(cell) and not _untouched(before)
    if before.source != cell.source and not keep:
        return cell
    if before.cell_type != cell.cell_type:
        return NotebookNode(cell | {"source": before.source})
    return NotebookNode(before | {"id": cell.id, "metadata": NotebookNode(_foreign(before) | cell.metadata)})


def _own(cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """A reader's cell without the course's metadata, under an id of its own."""
    id = _unique(_cell_id(cell) or "own", taken)
    return NotebookNode(cell | {"id": id, "metadata": NotebookNode(_foreign(cell))})


def _unique(name: str, taken: set[str]) -> str:
    candidate, n = name, 1
    while candidate in taken:
        n += 1
        candidate = f"{name[:58]}-{n}"
    taken.add(candidate)
    return candidate


# ── what a cell is ───────────────────────────────────────────────────────────────────────────────────────


def _cell_id(cell: NotebookNode) -> str:
    return str(cell.get("id", ""))


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _solution(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _untouched(cell: NotebookNode) -> bool:
    """Is the answer still the stub as it was released?"""
    from nbgrader.utils import compute_checksum

    try:
        return bool(cell.metadata.nbgrader.checksum == compute_checksum(cell))
    except (AttributeError, KeyError):  # without intact metadata, it may be the reader's work
        return False


def _foreign(cell: NotebookNode) -> dict[str, Any]:
    return {key: value for key, value in cell.metadata.items() if key not in OURS}


def _label(cell: NotebookNode) -> str:
    ours, name = cell.metadata.get("nn_workbook", {}), _grade_id(cell).removesuffix("-check")
    words = {"answer": f"exercise `{name}`", "check": f"check of `{name}`", "written": f"question `{name}`"}
    first = cell.source.strip().partition("\n")[0].lstrip("# ")
    return words.get(ours.get("role"), f'"{first[:40]}"')


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def _read(path: Path) -> NotebookNode:
    try:
        notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
        if notebook.nbformat != 4 or not all(isinstance(cell.source, str) for cell in notebook.cells):
            raise ValueError("no notebook of format 4")
    except Exception as error:  # nbformat raises whatever the broken file leads it to
        raise Problem(
            f"{path} cannot be read as a notebook ({error}); nothing was changed. "
            "Repair it, or move it away to start the chapter afresh."
        ) from error
    return notebook


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.bak{n if n > 1 else ''}.ipynb") for n in range(1, 10_000))
    return next(name for name in names if not name.exists())
