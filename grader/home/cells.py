"""What a reader has run in this notebook: which cell gave a name its value, and whether its last run went well."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from time import monotonic
from typing import Any

__all__ = [
    "Cell",
    "begin",
    "binding",
    "imported",
    "in_a_batch",
    "last_of",
    "run_cells",
    "the_shell",
    "why_not",
]

MOST = 2000  # cells that are remembered


@dataclass(frozen=True)
class Cell:
    """One run of a cell. error: what stopped it, "" where nothing did."""

    source: str
    id: str = ""
    error: str = ""

    @cached_property
    def tree(self) -> ast.Module:
        try:
            return ast.parse(self.source)
        except (SyntaxError, ValueError):
            return ast.Module([], [])

    @cached_property
    def names(self) -> set[str]:
        """What the cell binds outside of functions and classes."""
        return set(_bound(self.tree))


run_cells: list[Cell] = []
_clock = {"end": 0.0, "pause": 1.0}
ALIKE = 0.8
A_CLICK = 0.1  # seconds that a person needs at least between two cells


def the_shell() -> Any:
    """IPython's shell, where this runs in one; it is there before us."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def begin() -> None:
    """From here on, remember what is run. Without IPython there is nothing to remember."""
    shell = the_shell()
    if shell is not None and _remember not in shell.events.callbacks.get("post_run_cell", []):
        shell.events.register("post_run_cell", _remember)
        shell.events.register("pre_run_cell", _begun)


def in_a_batch() -> bool:
    """Did the cell that runs now follow the one before faster than a person clicks, as in Run All?"""
    return _clock["pause"] < A_CLICK


def _begun(*ignored: Any) -> None:
    _clock["pause"] = monotonic() - _clock["end"]


def _remember(result: Any) -> None:
    error = result.error_before_exec or result.error_in_exec
    words = f"{type(error).__name__}: {str(error).partition(chr(10))[0][:200]}" if error else ""
    run_cells.append(
        Cell(str(result.info.raw_cell or ""), str(getattr(result.info, "cell_id", "") or ""), words)
    )
    del run_cells[:-MOST]
    _clock["end"] = monotonic()


def last_of(function: str, source: str) -> Cell | None:
    """The cell in which the function is, or was, to be defined: by its id, by its text, or by being much like the
    source of the version that is known."""
    define = re.compile(rf"^\s*def\s+{re.escape(function)}\b", re.MULTILINE)

    def renamed(cell: Cell) -> bool:
        return "def " in cell.source and SequenceMatcher(None, cell.source, source).ratio() > ALIKE

    for cell in reversed(run_cells):
        if cell.id == function or define.search(cell.source) or renamed(cell):
            return cell
    return None


def why_not(function: str, source: str = "") -> str:
    """Why the last run of its cell did not define the function; "" where it did, or nothing is known of it. source:
    the version that is known."""
    last = last_of(function, source)
    if last is None or last.source.strip() == source.strip():
        return ""
    if last.error:
        return f"The last run of its cell failed ({last.error})"
    if function not in last.names:
        others = [node.name for node in last.tree.body if isinstance(node, ast.FunctionDef)]
        return f"Its cell does not define `{function}`" + (
            f" but {' and '.join(f'`{name}`' for name in others)}" if others else ""
        )
    return ""


def binding(name: str) -> Cell | None:
    """The last cell that gave the name its value."""
    return next((cell for cell in reversed(run_cells) if name in cell.names), None)


def imported(tree: ast.AST) -> Iterator[str]:
    """The packages that a piece of code imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _bound(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child.name
        elif isinstance(child, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda):
            yield from _bound(child)
