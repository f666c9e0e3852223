"""The written questions: which there are, and whether the reader's saved notebook holds an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import notebook_path, solution_path
from grader.home.working_copy import working_copy
from grader.record.registry import chapters

__all__ = ["Question", "answered", "find", "guide", "may_have_solutions", "questions"]


@dataclass(frozen=True)
class Question:
    """name: its cell's id. stub: what stands in the cell as long as nothing is written."""

    name: str
    chapter: str
    points: float
    stub: str


def questions(chapter: str) -> dict[str, Question]:
    """The written questions of a chapter, by name, in order."""
    cells = _read(notebook_path(chapter)).get("cells", [])
    return {
        cell["id"]: Question(cell["id"], chapter, cell["metadata"]["nbgrader"]["points"], _source(cell))
        for cell in cells
        if cell["metadata"].get("nn_workbook", {}).get("role") == "written"
    }


def find(name: str) -> Question | None:
    """The written question of this name, in whichever chapter."""
    return next((found[name] for chapter in chapters() if name in (found := questions(chapter))), None)


def answered(question: Question) -> bool:
    """Does the notebook, as it was saved last, say something in the question's cell?"""
    for cell in _read(_own(question.chapter)).get("cells", []):
        ours = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        if question.name in (cell.get("id"), ours):
            return _source(cell).strip() not in ("", question.stub.strip())
    return False


def guide(question: Question) -> str:
    """The marking guide, from the chapter's source; "" where the course came without."""
    path = solution_path(question.chapter)
    if not path.exists():
        return ""
    cells = path.read_text(encoding="utf-8").split("\n# %%")
    cell = next(c for c in cells if f'written="{question.name}"' in c.partition("\n")[0])
    lines = (re.sub(r"^# ?", "", line) for line in cell.splitlines()[1:])
    return "\n".join(line for line in lines if not line.startswith("### ")).strip()


def may_have_solutions(chapter: str) -> bool:
    """False in the notebook of a class whose teacher gives out solutions otherwise (`grader release`)."""
    ours = _read(_own(chapter)).get("metadata", {}).get("nn_workbook", {})
    return bool(ours.get("solutions", True))


def _own(chapter: str) -> Path:
    """The reader's notebook of a chapter: beside the kernel, else in the working copy."""
    here = Path.cwd() / f"{chapter}.ipynb"
    return here if here.exists() else working_copy(Path.cwd()) / chapter / here.name


def _read(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)
