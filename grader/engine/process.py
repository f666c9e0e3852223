"""One student process: launched, asked and killed here, and nowhere else."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import site
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copy
from typing import Any

from grader.calls import FIRST_CALL, NotPlain, Raised, Reply, Returned, Stopped, snapshot
from grader.engine.wire import HEADER, BadFrame, decode, encode, lengths

__all__ = ["ISOLATION", "EngineError", "Limits", "StudentProcess"]


class EngineError(RuntimeError):
    """The engine itself is at fault: the process does not start although no student's code has run in it."""


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time. `call` None means the exercise's own `seconds`. What is printed goes nowhere, so
    that output needs no limit of its own."""

    call: float | None = None
    first: float = FIRST_CALL  # more for a function's first call
    cell: float = 10.0
    own: float = 20.0  # all of a student's own cells together; what is left out costs nothing by itself
    notebook: float = 60.0  # everything else
    start: float = 60.0
    memory_mb: int = 2048
    file_mb: int = 64
    open_files: int = 256


ISOLATION = ("process",)  # the levels there are
COMMAND = (sys.executable, "-P", "-s", "-m", "grader.engine.shell")
PACKAGES = Path(__file__).resolve().parents[2]  # where grader and nnlib lie
CHUNK = 1 << 20
TEXT = 4000  # characters of a message or a traceback that are kept


class StudentProcess:
    """A process with a private pipe, an empty working folder and nothing of ours in its environment.

    Every message has one deadline, from its first byte to the last byte of the reply. Whatever breaks it (too
    late, dead, not the protocol) kills the process group and comes back as `Stopped`.
    """

    def __init__(self, limits: Limits, command: Sequence[str] = COMMAND) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        for name in ("empty", "home"):
            (folder / name).mkdir()
        self._process = subprocess.Popen(
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder / "empty",  # so that no numpy.py beside a notebook is imported
            env=_environment(folder / "home", limits),
            start_new_session=True,
        )
        # Pipes have no time-outs that work on every system, so a thread does the blocking.
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def ask(self, message: dict[str, Any], seconds: float) -> Reply:
        self._frames.put(encode(message))
        try:
            answer = self._replies.get(timeout=seconds)
        except queue.Empty:
            reason = f"it ran longer than {seconds:.3g} s"
        else:
            if isinstance(answer, (Returned, Raised)):
                return answer
            reason = (
                self._ending()
                if isinstance(answer, (OSError, EOFError))
                else "it broke into the grader's pipe"
            )
        self.close()
        return Stopped(reason)

    def close(self) -> None:
        """Kill the process and all its children, delete its folder."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._frames.put(None)
        self._thread.join(timeout=1.0)
        if not self._thread.is_alive():  # alive: a child that left the group still holds the pipe
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
        self._folder.cleanup()

    def _ending(self) -> str:
        try:
            code = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "it closed the grader's pipe"
        if code >= 0:
            return "it ended the whole Python process"
        names = {signal.SIGSEGV: "a crash (segmentation fault)", signal.SIGABRT: "a crash (abort)"}
        return names.get(-code, "it was killed, perhaps for want of memory")  # type: ignore[call-overload, no-any-return]

    # ── in the thread ────────────────────────────────────────────────────────────────────────────────────

    def _talk(self) -> None:
        for frame in iter(self._frames.get, None):
            try:
                self._send(frame)
                self._replies.put(_checked(self._receive()))
            except Exception as error:  # the other side may send anything
                self._replies.put(error)
                return

    def _send(self, frame: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(frame)
        while rest:
            rest = rest[self._process.stdin.write(rest) :]

    def _receive(self) -> Any:
        body, data = lengths(self._read(HEADER.size))
        return decode(self._read(body), self._read(data))

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        found = bytearray()
        while len(found) < size:
            chunk = self._process.stdout.read(min(CHUNK, size - len(found)))
            if not chunk:
                raise EOFError
            found += chunk
        return bytes(found)


def _checked(reply: Any) -> Reply:
    """A reply as the protocol has it, whatever its sender wrote into the fields."""
    if isinstance(reply, Returned):
        try:
            return Returned(snapshot(reply.value))
        except NotPlain as error:
            return Raised("NotPlain", str(error))
    if not isinstance(reply, Raised) or not (reply.line is None or type(reply.line) is int):
        raise BadFrame("no reply")
    texts = (reply.kind, reply.message, reply.source, reply.traceback)
    if not all(isinstance(text, str) for text in texts):
        raise BadFrame("a reply whose texts are no text")
    kind, message, source, traceback = (text[:TEXT] for text in texts)
    return Raised(kind, message, reply.line, source, traceback, unattempted=reply.unattempted is True)


def _environment(home: Path, limits: Limits) -> dict[str, str]:
    """Nothing of the grader's own environment but what an interpreter needs to start."""
    _copy_font_list(home)
    paths = [
        str(PACKAGES),
        *(p for p in (*site.getsitepackages(), site.getusersitepackages()) if p in sys.path),
    ]
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {
        **kept,
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "LANG": "C.UTF-8",
        **dict.fromkeys(
            ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), str(home)
        ),
        "MPLBACKEND": "Agg",
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }


def _copy_font_list(home: Path) -> None:
    """Spare matplotlib its search for fonts, which takes seconds in every fresh home."""
    for path in _font_lists():
        with contextlib.suppress(OSError):
            copy(path, home)


@cache
def _font_lists() -> tuple[Path, ...]:
    try:
        import matplotlib
    except ImportError:
        return ()
    folder = Path(matplotlib.get_cachedir())
    if not list(folder.glob("fontlist-*.json")):
        import matplotlib.font_manager  # writes the list
    return tuple(folder.glob("fontlist-*.json"))
