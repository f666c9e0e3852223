"""The cells of a chapter's files: of a notebook, and of the source, without what only building them needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.build.source import BEGIN, END
from grader.course import solution_path

__all__ = ["cell_source", "notebook_cells", "read_notebook", "solution_cell"]


def notebook_cells(path: Path) -> list[Mapping[str, Any]]:
    """None where the file is missing or broken."""
    found = read_notebook(path).get("cells")
    return found if isinstance(found, list) else []


def read_notebook(path: Path) -> Mapping[str, Any]:
    """The notebook as it lies there, empty where it is missing or broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def cell_source(cell: Mapping[str, Any]) -> str:
    """A cell's text, which nbformat keeps as a list of lines or as one string."""
    return "".join(cell.get("source", ""))


def solution_cell(chapter: str, mark: str) -> str | None:
    """The lines below the `# %%` line with this mark, without nbgrader's markers; None where the course came without
    solutions. Not read with jupytext, which takes seconds to import."""
    path = solution_path(chapter)
    if not path.exists():
        return None
    cells = path.read_text(encoding="utf-8").split("\n# %%")
    lines = next(lines for cell in cells if mark in (lines := cell.splitlines())[0])
    return "\n".join(line for line in lines[1:] if BEGIN not in line and END not in line).strip()
