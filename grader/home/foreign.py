"""What an answer needs and a class's process has not."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from typing import Any

from grader.calls.readymade import own_functions, reachable
from grader.home.cells import Cell, binding, imported

__all__ = ["foreign_packages"]

# What a class's process can import beside the standard library. IPython is there, too, but nothing to answer with.
GIVEN = {"numpy", "scipy", "matplotlib", "nnlib", "grader", "IPython", "ipywidgets", "__future__"}
FRAMEWORKS = {"torch", "sklearn", "tensorflow", "jax", "keras", "pandas"}


def foreign_packages(function: Callable[..., Any]) -> list[str]:
    """What the answer needs and a class's process has not: by what its code and its helpers reach, and by what is
    imported in their cells and in those that give them their names."""
    found: dict[str, None] = {}
    for own in own_functions(function):
        reached = [getattr(v, "__module__", None) or getattr(v, "__name__", "") for v in reachable(own)]
        used = {str(name).partition(".")[0] for name in reached} & FRAMEWORKS
        sources = {"".join(linecache.getlines(own.__code__.co_filename))}
        sources |= {cell.source for name in own.__code__.co_names if (cell := binding(name))}
        needed = {top for source in sources for top in imported(Cell(source).tree)}
        absent = {top for top in needed if top not in GIVEN and top not in sys.stdlib_module_names}
        found |= dict.fromkeys(sorted(used | absent))
    return list(found)
