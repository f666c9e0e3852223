"""A reader's answers, out of the notebooks of the working copy as they were saved, without running the rest of them.

What is run of a notebook for one answer is what it needs: its own function, the imports, helpers and earlier answers
that this reads, and nothing that is only shown. So a broken cell costs the answers that need it.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.calls.local import unattended
from grader.home.chapter_files import cell_source, notebook_cells
from grader.home.slices import Code, Statement, in_python
from grader.home.working_copy import own_notebook
from grader.record.registry import find_chapter, registry

__all__ = ["NoAnswer", "Written", "function_of", "read"]

SETUP, ANSWER = 1, 2  # ranks of cells, where two give a name its value


class NoAnswer(Exception):
    """There is none to run; the message says why."""


@dataclass(frozen=True)
class Written:
    """An answer as it stands in the notebook: what it needs, in order, itself included."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def source(self) -> str:
        return "\n\n\n".join(statement.text for statement in self.statements) + "\n"


@dataclass(frozen=True)
class Notebook:
    code: Code
    cells: tuple[str, ...]
    answers: Mapping[str, int]  # which cell is whose
    found: dict[tuple[str, frozenset[str]], Written] = field(default_factory=dict)


def read(name: str, without: frozenset[str] = frozenset()) -> Written:
    """The answer to an exercise. Raises NoAnswer. without: exercises that are not taken along."""
    chapter = find_chapter(name)
    path = own_notebook(chapter)
    try:
        saved = path.stat()
    except OSError:
        raise NoAnswer(f"there is no {path.name} in your working copy") from None
    notebook = _notebook(path, saved.st_mtime_ns, saved.st_size, chapter)
    if (name, without) not in notebook.found:
        mine = notebook.answers.get(name)
        statements = notebook.code.slice(name, first=mine, without=without)
        if not any(name in statement.binds for statement in statements):
            raise NoAnswer(_why(name, "" if mine is None else notebook.cells[mine]))
        notebook.found[name, without] = Written(name, tuple(statements))
    return notebook.found[name, without]


def function_of(written: Written) -> Callable[..., Any]:
    """The function, made in a namespace of its own. Raises NoAnswer."""
    label = f"<your {written.name}>"
    linecache.cache[label] = (len(written.source), None, written.source.splitlines(True), label)
    space: dict[str, Any] = {"__name__": "__main__"}
    screen = io.StringIO()
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(screen),
            unattended(),
        ):
            exec(compile(written.source, label, "exec"), space)
    except Exception as error:
        raise NoAnswer(f"its cell fails, or one that it needs: {type(error).__name__}: {error}") from error
    function: Callable[..., Any] = space[written.name]
    if not callable(function):
        raise NoAnswer("it is no function")
    return function


_notebooks: dict[Path, tuple[tuple[int, int], Notebook]] = {}


def _notebook(path: Path, changed: int, size: int, chapter: str) -> Notebook:
    """Read once for each time that it was saved."""
    known = _notebooks.get(path)
    if known is None or known[0] != (changed, size):
        try:
            known = _notebooks[path] = (changed, size), _parse(path, chapter)
        except (AttributeError, TypeError, ValueError):  # whatever stands in the place of cells
            raise NoAnswer(f"{path.name} cannot be read as a notebook") from None
    return known[1]


def _parse(path: Path, chapter: str) -> Notebook:
    sources: list[str] = []
    ranks: list[int] = []
    answers: dict[str, int] = {}
    found = notebook_cells(path)
    if not found:
        raise ValueError("no cells")
    for cell in found:
        if cell.get("cell_type") != "code":
            continue
        metadata = cell.get("metadata", {})
        names = [cell.get("id"), metadata.get("nbgrader", {}).get("grade_id")]
        mine = next((name for name in names if name in registry(chapter)), None)
        if mine:
            answers.setdefault(str(mine), len(sources))
        setup = metadata.get("nn_workbook", {}).get("role") == "setup"
        ranks.append(ANSWER if mine else SETUP if setup else 0)
        sources.append(cell_source(cell))
    return Notebook(Code(sources, ranks), tuple(sources), answers)


def _why(name: str, source: str) -> str:
    try:
        compile(in_python(source), "cell", "exec")
    except (SyntaxError, ValueError) as error:
        return f"its cell is no Python: {error}"
    return f"no cell of the notebook defines `{name}`"
