"""The student's side: `python -m grader.engine.shell` runs cells and calls functions, as asked over a pipe.

Every message gets one reply: Returned, or Raised. What is right or wrong is decided elsewhere: no expected
value ever enters this process.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np

import grader.fixtures  # noqa: F401  loaded before `grader` itself is put out of reach
from grader import local
from grader.calls import NotPlain, Raised, Reply, Returned
from grader.engine.facade import Guard
from grader.engine.wire import HEADER, MAX_FRAME, decode, encode, lengths
from grader.signature import parameters

# ── cells and calls ──────────────────────────────────────────────────────────────────────────────────────


class Shell:
    def __init__(self) -> None:
        self.ipython: Any = None
        self.guard: Guard

    def answer(self, message: Mapping[str, Any]) -> Reply:
        if "cell" in message:
            return self.run(message["cell"])
        if "call" in message:
            return self.call(**message)
        if "describe" in message:
            return Returned(self.describe(message["describe"]))
        if "unlock" in message:
            self.guard.unlock(message["unlock"])
        else:
            self.start(**message)
        return Returned(None)

    def start(self, locked: Mapping[str, str], limits: Mapping[str, int]) -> None:
        limit_resources(**limits)
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  unseeded code must not be graded by luck
        self.ipython = make_ipython()
        self.guard = Guard(locked)
        self.guard.install()
        sys.modules["grader"] = NotebookTools("grader")

    def run(self, source: str) -> Reply:
        result = self.ipython.run_cell(source, silent=True)
        error = result.error_before_exec or result.error_in_exec
        return describe_cell_error(error, self.ipython.user_ns) if error else Returned(None)

    def call(self, call: Any, function: str, script: str | None, rebind: Mapping[str, str]) -> Reply:
        with self.bound(rebind):
            answer = self.ipython.user_ns.get(function)
            if answer is None:
                return Raised("NameError", f"name {function!r} is not defined")
            return local.ask(answer, call, script)

    def describe(self, function: str) -> dict[str, Any]:
        if function not in self.ipython.user_ns:
            return {"kind": "missing", "parameters": None}
        value = self.ipython.user_ns[function]
        if not callable(value):
            return {"kind": type(value).__name__, "parameters": None}
        return {"kind": "function", "parameters": parameters(value)}

    @contextlib.contextmanager
    def bound(self, names: Mapping[str, str]) -> Iterator[None]:
        """Within this block the notebook's `names` are the library's own functions."""
        space = self.ipython.user_ns
        before = {name: space[name] for name in names if name in space}
        space.update({name: self.guard.original(dotted) for name, dotted in names.items()})
        try:
            yield
        finally:
            for name in names:
                space.pop(name, None)
            space.update(before)


def describe_cell_error(error: BaseException, namespace: dict[str, Any]) -> Raised:
    """The error of a cell, with the line in that cell."""
    if isinstance(error, SyntaxError):
        return Raised(type(error).__name__, str(error.msg), error.lineno, (error.text or "").strip())
    tb = error.__traceback__
    while tb is not None and tb.tb_frame.f_globals is not namespace:  # IPython's own frames
        tb = tb.tb_next
    if tb is None:
        return local.describe_error(error)
    cell = type("Cell", (), {"__code__": tb.tb_frame.f_code})
    return local.describe_error(error.with_traceback(tb), cell)


class NotebookTools(ModuleType):
    """What a notebook imports from `grader`, without effect: `check` and the like return None."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "my":
            import nnlib

            return nnlib
        return lambda *args, **kwargs: None


def make_ipython() -> Any:
    """An in-process IPython without history, colours, figures or tracebacks."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.cache_size = 0
    shell = InteractiveShell.instance(config=config)
    shell.showtraceback = shell.showsyntaxerror = shell.showindentationerror = lambda *args, **kwargs: None
    shell.enable_matplotlib = lambda *args, **kwargs: (None, "agg")
    silence_commands(shell)
    return shell


def silence_commands(shell: Any) -> None:
    """`!command`, %pip and %%bash do nothing: what a notebook installs or runs is not part of an answer."""
    shell.system = shell.system_raw = shell.system_piped = lambda *args, **kwargs: None
    shell.getoutput = lambda *args, **kwargs: []
    magics = shell.magics_manager.magics
    for name in ("pip", "conda", "mamba", "micromamba", "uv", "sx", "system", "sc"):
        if name in magics["line"]:
            magics["line"][name] = lambda *args, **kwargs: None
    for name in (
        "sx",
        "system",
        "!",
        "bash",
        "sh",
        "script",
        "perl",
        "ruby",
        "python",
        "python2",
        "python3",
        "pypy",
    ):
        if name in magics["cell"]:
            magics["cell"][name] = lambda *args, **kwargs: None


def limit_resources(seconds: int, memory: int, file: int, open_files: int) -> None:
    """Limits of this process and its children, as far as the system has them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_AS": memory,
        "RLIMIT_DATA": memory,
        "RLIMIT_FSIZE": file,
        "RLIMIT_NOFILE": open_files,
        "RLIMIT_CORE": 0,
    }
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError, AttributeError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(getattr(resource, name), (value, value))


# ── the pipe ─────────────────────────────────────────────────────────────────────────────────────────────


def private_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Take stdin and stdout for ourselves; the student's code reads from and prints to nowhere."""
    ours = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return ours


def read_message(pipe: BinaryIO) -> Any:
    """The next message; None at the end."""
    header = pipe.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    body, data = lengths(header)
    return decode(pipe.read(body), pipe.read(data))


def frame(reply: Reply) -> bytes:
    found = encode(reply)
    if len(found) > MAX_FRAME:
        raise NotPlain(f"{len(found) >> 20} MiB of results; return what was asked for")
    return found


def safely(work: Callable[[Any], Any], argument: Any) -> Any:
    """What `work` returns, or the error as a reply."""
    try:
        return work(argument)
    except NotPlain as error:
        return Raised("NotPlain", str(error))
    except BaseException as error:
        return local.describe_error(error)


def main() -> None:
    source, sink = private_pipe()
    shell = Shell()
    while (message := read_message(source)) is not None:
        reply = safely(shell.answer, message)
        found = safely(frame, reply)
        sink.write(found if isinstance(found, bytes) else encode(found))
        sink.flush()
    os._exit(0)  # nothing of the student's runs at exit


if __name__ == "__main__":
    main()
