"""The student's side of a whole notebook: its cells run in an IPython of their own, as in a kernel, one by one.

Every message gets one reply. What a cell is worth is decided elsewhere; but the hidden tests run here, in the same
process as the student's code, which can therefore disturb them. `Untouched` takes back the easy ways to do so.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import os
import random
import signal
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from grader.calls.plain import Raised, Reply, Returned, Shown
from grader.engine.equal import NAME, AskTwice, equal
from grader.engine.outputs import Catcher
from grader.engine.shell import let_commands_run, main
from grader.engine.untouched import Untouched

__all__ = ["NotebookShell"]


class IPython(InteractiveShell):  # type: ignore[misc]
    """As in a kernel without a screen: errors are kept, nothing is asked, no window opens."""

    tracebacks: tuple[str, ...] = ()

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.tracebacks = tuple(str(line) for line in stb)

    def enable_gui(self, gui: Any = None) -> None:
        pass

    def init_virtualenv(self) -> None:
        pass


class Outputs(Catcher):
    """Keeps the value of the last line, too."""

    result: object = None

    def value(self, result: object = None) -> None:
        self.result = None if self.quiet else result
        super().value(result)
        if result is not None:
            self.shell.displayhook.update_user_ns(result)

    def clear(self, wait: bool = False) -> None:
        self.printed()
        self.outputs.clear()


class NotebookShell:
    def __init__(self) -> None:
        self.ipython: Any = None
        self.outputs: Outputs
        self.untouched: Untouched
        self.loop: asyncio.AbstractEventLoop
        self.last: dict[str, object] = {}
        self.ask_twice = AskTwice()

    def prepare(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "NoColor"
        self.ipython = IPython.instance(config=config)
        self.ipython.run_cell("raise ValueError", silent=True)  # what makes the first traceback slow
        with contextlib.suppress(ImportError):
            _draw()

    def answer(self, message: Mapping[str, Any]) -> Reply:
        if "cell" in message:
            return self.run(**message)
        if "value" in message:
            return Returned(self.last)
        if "file" in message:
            self.write(**message)
        else:
            self.start(**message)
        return Returned(None)

    def start(self, output_kb: int, variables: Mapping[str, str]) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.update(variables)
        os.environ.pop("NN_WORKBOOK_QUICK", None)
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  unseeded code must not be graded by luck
        builtins.input = _no_input
        for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
            del sys.modules[name]  # a course may have a grader.py of its own
        sys.path.insert(0, "")  # what lies beside the notebook can be imported
        self.outputs = Outputs(self.ipython, output_kb << 10)
        self.ipython.display_pub.clear_output = self.outputs.clear
        let_commands_run(self.ipython)
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.untouched = Untouched(self.ipython)

    def write(self, file: str, data: np.ndarray) -> None:
        """Add to a file of the notebook's folder."""
        if folder := os.path.dirname(file):
            os.makedirs(folder, exist_ok=True)
        with open(file, "ab") as opened:
            opened.write(data.tobytes())

    def run(self, cell: str, locked: bool) -> Shown:
        """locked: the course's own cell, which finds IPython and what tests rest on as they were at the start."""
        outputs, shell = self.outputs, self.ipython
        if locked:
            self.untouched.restore()
            shell.ast_transformers.append(self.ask_twice)
            shell.user_ns[NAME] = equal
        outputs.result, shell.tracebacks = None, ()
        with outputs.catching(cell) as caught:
            result = self.loop.run_until_complete(_run(shell, cell, not locked))
        if locked:
            self.untouched.restore()
        self.last = {"value": number(outputs.result), "count": result.execution_count}
        error = result.error_before_exec or result.error_in_exec
        if error is None:
            return Shown(caught, None)
        traceback = "\n".join(shell.tracebacks)
        return Shown(caught, Raised(type(error).__name__, _message(error), traceback=traceback))


async def _run(shell: Any, cell: str, history: bool) -> Any:
    """As ipykernel does: inside a running loop, so that `await` and tasks work."""
    problem = None
    try:
        code = shell.transform_cell(cell)
    except Exception:
        code, problem = cell, sys.exc_info()
    result = await shell.run_cell_async(
        cell, store_history=history, transformed_cell=code, preprocessing_exc_tuple=problem
    )
    shell.events.trigger("post_execute")
    shell.events.trigger("post_run_cell", result)
    return result


def number(value: object) -> object:
    """The value of a last line, if it is a plain number or nothing; else the name of its type."""
    if value is None or type(value) in (bool, int, float):
        return value
    if isinstance(value, (np.bool_, np.integer, np.floating)) and type(value).__module__ == "numpy":
        return value.item()
    return type(value).__name__[:200]


def _draw() -> None:
    """The first figure takes long."""
    import io

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1])
    figure.savefig(io.BytesIO())
    plt.close(figure)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _no_input(prompt: object = "", /) -> str:
    raise StdinNotImplementedError("input was called, but nobody is there to answer")


if __name__ == "__main__":
    main(NotebookShell())
