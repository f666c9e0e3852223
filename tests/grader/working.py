"""A working copy with answers in it, as a reader saves them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.home.chapter_files import solution_cell
from grader.home.update import update
from grader.record.registry import chapters, find_chapter, registry

__all__ = ["save", "solved"]


def save(work: Path, answers: Mapping[str, str], own: Mapping[str, str] | None = None) -> None:
    """Write these answers into their cells; own: cells of the reader's {behind which exercise: source}."""
    for chapter in sorted({find_chapter(name) for name in answers}):
        path = work / chapter / f"{chapter}.ipynb"
        if not path.exists():
            update(chapter, work)
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = []
        for cell in notebook["cells"]:
            if cell["id"] in answers:
                cell["source"] = answers[cell["id"]]
            cells.append(cell)
            if own and cell["id"] in own:
                source = own[cell["id"]]
                cells.append(
                    {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": []}
                )
        path.write_text(json.dumps(notebook | {"cells": cells}), encoding="utf-8")


def solved(work: Path, but: Mapping[str, str], change: Callable[[str], str] = str) -> None:
    """All of the course's solutions, but for these answers."""
    answers = {
        name: change(solution_cell(chapter, f'exercise="{name}"') or "")
        for chapter in chapters()
        for name in registry(chapter)
    }
    save(work, answers | but)
