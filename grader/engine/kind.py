"""The kinds of student processes: what they serve, and what is imported for them ahead of time."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ANSWERS", "Kind", "notebooks"]


class Kind(NamedTuple):
    """module and class of what serves; the modules that are imported before a process is forked. tried: more of
    them, of which those are left out that cannot be imported without harm."""

    module: str
    shell: str
    warm: tuple[str, ...]
    tried: tuple[str, ...] = ()


ANSWERS = Kind(
    "grader.engine.shell",
    "Shell",
    (
        *("numpy.random", "numpy.testing", "scipy.special", "matplotlib.pyplot", "unittest.mock"),
        *("matplotlib_inline.backend_inline", "IPython.core.completer"),
        *("nnlib", "nnlib.experiments", "nnlib.plotting"),
    ),
)


def notebooks(tried: tuple[str, ...] = ()) -> Kind:
    """Whole notebooks, in which nothing of the environment is hidden."""
    usual = ("numpy.random", "numpy.testing", "unittest.mock", "matplotlib.pyplot", "IPython.core.completer")
    return Kind("grader.engine.notebook", "NotebookShell", usual, tried)
