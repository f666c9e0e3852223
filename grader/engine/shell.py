"""The student's side: runs cells and calls functions, as asked over a socket.

Every message gets one reply: Returned, Raised or Shown. What is right or wrong is decided elsewhere: no
expected value ever enters this process. A zygote forks it, or `python -m grader.engine.shell LIMITS` starts it.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import json
import marshal
import os
import random
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

import grader.calls.fixtures  # noqa: F401  loaded before `grader` itself is put out of reach
from grader.calls import local
from grader.calls.plain import NotPlain, Raised, Reply, Returned, Shown
from grader.calls.signature import parameters
from grader.calls.wire import HEADER, MAX_FRAME, decode, encode, lengths
from grader.engine.facade import Guard
from grader.engine.outputs import Catcher
from grader.engine.standin import imported_without_care

# ── cells and calls ──────────────────────────────────────────────────────────────────────────────────────


class Shell:
    def __init__(self) -> None:
        self.ipython: Any = None
        self.catcher: Catcher | None = None
        self.guard: Guard

    def prepare(self) -> None:
        """What can be done before anything is known of the notebook."""
        self.ipython = make_ipython()
        self.ipython.run_cell("pass", silent=True, store_history=False)  # what the first cell of all costs

    def answer(self, message: Mapping[str, Any]) -> Reply:
        if "cell" in message:
            return self.show(message["cell"]) if self.catcher else self.run(message["cell"])
        if "definitions" in message:
            return self.define(message["definitions"])
        if "changed" in message:
            return self.call_changed(**message)
        if "call" in message:
            return self.call(**message)
        if "describe" in message:
            return Returned(self.describe(message["describe"]))
        if "unlock" in message:
            self.guard.unlock(message["unlock"])
        else:
            self.start(**message)
        return Returned(None)

    def start(self, locked: Mapping[str, str], output_kb: int) -> None:
        """output_kb: how much of a cell's outputs is kept; 0 catches none."""
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002  unseeded code must not be graded by luck
        if output_kb:
            self.catcher = Catcher(self.ipython, output_kb << 10)
            let_commands_run(self.ipython)
        self.guard = Guard(locked)
        self.guard.install()
        sys.modules["grader"] = NotebookTools("grader")

    def run(self, source: str, silent: bool = True) -> Reply:
        self.forgive(source)
        result = self.ipython.run_cell(source, silent=silent, store_history=False)
        self.guard.forget()
        error = result.error_before_exec or result.error_in_exec
        return describe_cell_error(error, self.ipython.user_ns) if error else Returned(None)

    def forgive(self, source: str) -> None:
        """Let this cell import what is not here, as long as it does not use it."""
        if "import" not in source:
            return
        with contextlib.suppress(Exception):  # no Python: the cell itself will say so
            self.guard.forgiven |= imported_without_care(self.ipython.transform_cell(source))

    def define(self, source: str) -> Reply:
        """Of a cell that did not end well, what it defines: each by itself, so that none stops the others."""
        text = self.ipython.transform_cell(source)
        name = self.ipython.compile.cache(text, raw_code=source)
        self.forgive(source)
        for node in ast.parse(text, name).body:
            if _defines(node):
                with contextlib.suppress(Exception):
                    exec(compile(ast.Module([node], []), name, "exec"), self.ipython.user_ns)
        return Returned(None)

    def show(self, source: str) -> Shown:
        assert self.catcher is not None
        with self.catcher.catching(source) as outputs:
            reply = self.run(source, silent=False)
        return Shown(outputs, reply if isinstance(reply, Raised) else None)

    def call(self, call: Any, function: str, script: str | None, rebind: Mapping[str, str]) -> Reply:
        originals = {name: self.guard.original(dotted) for name, dotted in rebind.items()}
        with local.bound(self.ipython.user_ns, originals):
            answer = self.ipython.user_ns.get(function)
            if answer is None:
                return Raised("NameError", f"name {function!r} is not defined")
            return local.ask(answer, call, script)

    def call_changed(
        self,
        codes: list[str],
        changed: list[tuple[int, dict[str, int]]],
        function: str,
        call: Any,
        script: str | None,
        rebind: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        """A tuple of one for each that returned, an empty one for the others. The notebook's names stay."""
        compiled = [marshal.loads(base64.b64decode(text)) for text in codes]
        originals = {name: self.guard.original(dotted) for name, dotted in rebind.items()}
        found: list[tuple[Any, ...]] = []
        for number, names in changed:
            space = {**self.ipython.user_ns, **originals, **names}
            try:
                exec(compiled[number], space)
                reply = local.returned(space[function], call, script, seconds=seconds)
            except Exception:
                reply = None
            found.append((reply.value,) if reply else ())
        return Returned(found)

    def describe(self, function: str) -> dict[str, Any]:
        if function not in self.ipython.user_ns:
            return {"kind": "missing"}
        value = self.ipython.user_ns[function]
        if not callable(value):
            return {"kind": type(value).__name__}
        found = {"kind": "function", "parameters": parameters(value)}
        with contextlib.suppress(Exception):  # objects of the student's own may refuse to be looked at
            found["ready_made"] = self.guard.ready_made(value)
        return found


def _defines(node: ast.stmt) -> bool:
    """A function, a class, an import or a constant; nothing that does something."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return not any(isinstance(part, (ast.Call, ast.comprehension, ast.Await)) for part in ast.walk(node))
    return isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom))


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
            return Ours()
        return lambda *args, **kwargs: None


class Ours:
    """`my` where a notebook is graded: nnlib's functions by their names alone, for everybody."""

    def __getattr__(self, name: str) -> Any:
        import nnlib

        if not name.startswith("_"):
            for module in (*(m for m in nnlib.__all__ if m not in LATE), *LATE):
                found = getattr(getattr(nnlib, module), name, None)
                if callable(found):
                    return found
        raise AttributeError(f"there is no exercise called {name!r}")

    def __repr__(self) -> str:
        return "nnlib's functions, as for everybody"

    def compare(self, *functions: Any) -> None:
        """That is for readers to see."""


# Slow to import, and no homes of the operations. Of some metrics and votes `experiments` has what the course writes.
LATE = ("experiments", "ensemble", "metrics", "modules", "plotting", "training")


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


def let_commands_run(shell: Any) -> None:
    """Where outputs are caught, `!command` runs, inside the sandbox, and what it prints is an output."""

    def system(command: str) -> None:
        sys.stdout.flush()
        done = subprocess.run(shell.var_expand(command, depth=1), shell=True, check=False)
        shell.user_ns["_exit_code"] = done.returncode

    shell.system = shell.system_raw = shell.system_piped = system


# ── the socket ───────────────────────────────────────────────────────────────────────────────────────────


def sole_descriptor(descriptor: int) -> int:
    """Close every other descriptor; the student's code reads from and prints to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    ours = os.dup(descriptor)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.set_inheritable(ours, False)
    os.closerange(3, ours)
    os.closerange(ours + 1, 4096)
    return ours


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


def serve(shell: Any, stream: socket.socket, confine: Callable[[], None]) -> None:
    """Give up every right that is not needed, then answer until the socket closes."""
    with stream.makefile("rb") as source:
        refused: Raised | None = None
        try:
            confine()
        except Exception as error:
            refused = Raised("Isolation", f"{type(error).__name__}: {error}")
        while (header := source.read(HEADER.size)) and len(header) == HEADER.size:
            body, data = lengths(header)
            message = decode(source.read(body), source.read(data))
            if refused:
                stream.sendall(encode(refused))
                return
            found = safely(frame, safely(shell.answer, message))
            stream.sendall(found if isinstance(found, bytes) else encode(found))


def main(shell: Any) -> None:
    """A process by itself: the socket is its standard input (on Windows, comes through it)."""
    from grader.engine.sandbox import Confinement, confine

    if os.name == "posix":
        stream = socket.socket(fileno=sole_descriptor(0))
    else:
        stream = socket.fromshare(sys.stdin.buffer.read())  # type: ignore[attr-defined,unused-ignore]
    shell.prepare()
    serve(shell, stream, lambda: confine(Confinement(**json.loads(sys.argv[1]))))
    os._exit(0)  # nothing of the student's runs at exit


if __name__ == "__main__":
    main(Shell())
