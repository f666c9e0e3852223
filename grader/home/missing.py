"""A name that is not there, as after a restart: which cell to run, in a sentence before the traceback."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from grader.course import notebook_path
from grader.home.cells import Cell, run_cells, the_shell, why_not
from grader.home.chapter_files import cell_source, notebook_cells
from grader.record.registry import chapters, find_chapter

__all__ = ["begin", "where_from"]


def begin() -> None:
    """From here on, IPython tells a NameError in a sentence, too."""
    shell = the_shell()
    if shell is not None:
        shell.set_custom_exc((NameError,), _show)


def _show(
    shell: Any,
    kind: type[NameError],
    error: NameError,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    sentence = where_from(str(error.name or ""))
    if sentence:
        print(sentence)
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)


def where_from(name: str) -> str:
    """Which cell of the course gives this name its value; "" where none does."""
    if not name.isidentifier():
        return ""
    try:
        find_chapter(name)
    except LookupError:
        pass
    else:
        missing = f"`{name}` is not defined in this kernel"
        if why := why_not(name):
            return f"{missing}. {why}: mend it and run it, then this one."
        return f"{missing}: run the cell that defines `{name}`, then this one."
    for chapter in sorted(chapters(), key=lambda chapter: chapter != _chapter()):
        released = notebook_cells(notebook_path(chapter))
        code = (cell_source(cell) for cell in released if cell["cell_type"] == "code")
        for number, source in enumerate(code):
            if name in Cell(source).names:
                first = source.strip().partition("\n")[0]
                which = (
                    "the first code cell of the chapter" if not number else f"the cell that begins `{first}`"
                )
                return (
                    f"`{name}` is not defined in this kernel: {which} makes it. After a restart, "
                    "“Run All Above Selected Cell” brings everything back."
                )
    return ""


def _chapter() -> str:
    """The chapter that is open, by the last of its exercises that was run."""
    names = (name for cell in reversed(run_cells) for name in cell.names)
    for name in names:
        try:
            return find_chapter(name)
        except LookupError:
            continue
    return ""
