"""The packages that a course's own notebooks import: they are imported once, not by every hand-in."""

from __future__ import annotations

import ast
import importlib.util
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from nbformat import NotebookNode

__all__ = ["imports"]


def imports(notebooks: Iterable[NotebookNode]) -> tuple[str, ...]:
    """Of what is installed in this environment; a file beside a notebook is none of it."""
    found: dict[str, None] = {}
    for nb in notebooks:
        for cell in nb.cells:
            if cell.cell_type == "code":
                found |= dict.fromkeys(_named(cell.source))
    return tuple(name for name in found if _is_installed(name.partition(".")[0]))


def _named(source: str) -> list[str]:
    try:
        tree = ast.parse("\n".join(line for line in source.splitlines() if line[:1] not in ("%", "!", "?")))
    except SyntaxError:
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
    return found


def _is_installed(top: str) -> bool:
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return False
    origin = getattr(spec, "origin", None)
    places = [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
    return bool(origin) and any(Path(str(origin)).is_relative_to(place) for place in places)
