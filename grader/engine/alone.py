"""A student process started by itself, with limits only: for systems without the zygote (macOS, Windows)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import site
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING

from grader.engine.root import PACKAGES, make_folders

if TYPE_CHECKING:
    from grader.engine.process import Limits

__all__ = ["Alone", "environment"]


class Alone:
    """A Python process of its own that serves a socket."""

    def __init__(self, theirs: socket.socket, limits: Limits, command: list[str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True)
        folder = self._folder.name
        make_folders(folder, None)
        for path in _font_lists():
            with contextlib.suppress(OSError):
                copy(path, f"{folder}/home")
        start = limits.confinement("process", folder, None)
        posix = os.name == "posix"
        self._process = subprocess.Popen(
            [*(command or [sys.executable, "-P", "-s", "-m", "grader.engine.shell"]), json.dumps(start)],
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


def environment(folder: str) -> dict[str, str]:
    """Nothing of the grader's own environment but what an interpreter needs to start."""
    sites = (*site.getsitepackages(), site.getusersitepackages())
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    homes = ("HOME", "USERPROFILE", "IPYTHONDIR")
    return {
        **kept,
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([str(PACKAGES), *(p for p in sites if p in sys.path)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONIOENCODING": "utf-8",
        "LANG": "C.UTF-8",
        **dict.fromkeys(homes, f"{folder}/home"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), f"{folder}/tmp"),
        "MPLBACKEND": "Agg",
        "NN_WORKBOOK_QUICK": "1",  # where the demos are executed, with fewer repetitions
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }


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
