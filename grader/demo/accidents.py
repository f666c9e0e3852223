"""What goes wrong in hand-ins: answers that do not run, and notebooks whose cells are not as handed out."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

__all__ = ["MANGLES", "SPOILS"]


def endless(name: str, solution: str) -> str:
    return f"def {name}(*args, **kwargs):\n    while True:\n        pass"


SPOILS: dict[str, Callable[[str, str], str]] = {
    "a syntax error": lambda name, solution: f"{solution}\n    return (",
    "an endless loop in the function": endless,
    "another name": lambda name, solution: solution.replace(f"def {name}", f"def my_{name}"),
    "returns nothing": lambda name, solution: f"def {name}(*args, **kwargs):\n    args",
}


def at(notebook: NotebookNode, id: str) -> int:
    return next(i for i, cell in enumerate(notebook.cells) if cell.id == id)


def delete(suffix: str) -> Callable[[NotebookNode, str], None]:
    def mangle(notebook: NotebookNode, name: str) -> None:
        del notebook.cells[at(notebook, name + suffix)]

    return mangle


def duplicate(notebook: NotebookNode, name: str) -> None:
    i = at(notebook, name)
    copy = deepcopy(notebook.cells[i])
    copy.source = f"# YOUR CODE HERE\nraise NotImplementedError()\n{copy.source}"
    notebook.cells.insert(i, copy)


def edit_check(notebook: NotebookNode, name: str) -> None:
    notebook.cells[at(notebook, f"{name}-check")].source = "print('full marks')"


def retype(notebook: NotebookNode, name: str) -> None:
    cell = notebook.cells[at(notebook, name)]
    notebook.cells[at(notebook, name)] = new_markdown_cell(cell.source, id=cell.id, metadata=cell.metadata)


MANGLES: dict[str, tuple[Callable[[NotebookNode, str], None], bool]] = {
    "an answer cell deleted": (delete(""), True),
    "a check cell deleted": (delete("-check"), False),
    "a check cell edited": (edit_check, False),
    "an answer cell duplicated": (duplicate, False),
    "an answer cell turned into text": (retype, False),
}
