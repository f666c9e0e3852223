"""How much a student's process may use, and what goes wrong with the engine itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.calls.plain import FIRST_CALL

__all__ = ["EngineError", "Limits", "Missing"]


class EngineError(RuntimeError):
    """The engine itself is at fault: the process does not start although no student's code has run in it."""


class Missing(RuntimeError):
    """This machine does not give a layer of the isolation that was asked for."""


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time, and sizes. `call` None means the exercise's own `seconds`."""

    call: float | None = None
    first: float = FIRST_CALL  # more for a function's first call
    cell: float = 10.0
    own: float = 20.0  # all of a student's own cells together; what is left out costs nothing by itself
    changed: float = 5.0  # to look for the places of mistakes, all answers together
    shown: float = 120.0  # the course's own demos and plots, where they are executed
    notebook: float = 60.0  # everything else
    start: float = 60.0
    memory_mb: int = 2048
    file_mb: int = 64
    folder_mb: int = 64  # all files together
    open_files: int = 256
    processes: int = 64
    output_kb: int = 1024  # what is kept of a cell's outputs, where they are captured

    def confinement(self, level: str, folder: str, owner: int | None) -> dict[str, Any]:
        """What the process is told of its limits: the fields of sandbox.Confinement."""
        return {
            "level": level,
            "folder": folder,
            "owner": owner,
            "folder_mb": self.folder_mb,
            "memory": self.memory_mb << 20,
            "file": self.file_mb << 20,
            "open_files": self.open_files,
            "processes": self.processes,
            "cpu_seconds": int(self.notebook + self.own + self.shown + self.start) + 1,
        }
