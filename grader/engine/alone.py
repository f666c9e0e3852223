"""A student process started by itself, with limits only: for systems without the zygote (macOS, Windows)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from shutil import copy

from grader.engine.environment import environment
from grader.engine.kind import ANSWERS, Kind
from grader.engine.limits import Limits
from grader.engine.root import make_folders

__all__ = ["Alone"]


class Alone:
    """A Python process of its own that serves a socket."""

    def __init__(
        self, theirs: socket.socket, limits: Limits, command: list[str] | None = None, kind: Kind = ANSWERS
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        folder = self._folder.name
        make_folders(folder, None)
        for path in _font_lists():
            with contextlib.suppress(OSError):
                copy(path, f"{folder}/home")
        start = limits.confinement("process", folder, None)
        posix = os.name == "posix"
        self._process = subprocess.Popen(
            [*(command or [sys.executable, "-P", "-s", "-m", kind.module]), json.dumps(start)],
            stdin=theirs.fileno() if posix else subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=f"{folder}/work",  # so that no numpy.py beside a notebook is imported
            env={**environment(folder), "MPLCONFIGDIR": f"{folder}/home"},
            start_new_session=True,
        )
        if not posix:
            assert self._process.stdin is not None
            self._process.stdin.write(theirs.share(self._process.pid))  # type: ignore[attr-defined,unused-ignore]
            self._process.stdin.close()

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self, grace: float) -> int | None:
        code: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(grace)
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()
        return code


@cache
def _font_lists() -> tuple[Path, ...]:
    """Matplotlib's list of fonts, to spare it a search that takes seconds in every fresh home."""
    try:
        import matplotlib
    except ImportError:
        return ()
    folder = Path(matplotlib.get_cachedir())
    if not list(folder.glob("fontlist-*.json")):
        import matplotlib.font_manager  # writes the list
    return tuple(folder.glob("fontlist-*.json"))
