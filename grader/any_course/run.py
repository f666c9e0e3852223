"""Run all cells of one notebook in a student process: one fork, restarted where a cell breaks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import numpy as np

from grader.calls.plain import Raised, Reply, Returned, Shown, Stopped
from grader.engine.kind import Kind, notebooks
from grader.engine.limits import EngineError, Limits
from grader.engine.process import StudentProcess, launch

__all__ = ["Cell", "Ran", "Setting", "run_cells"]

PATIENCE = 2.0  # seconds that a cell has to end once it is interrupted
CHUNK = 16 << 20  # bytes of a file in one message
OUTPUTS = 20 << 20  # characters of all outputs of a notebook that are kept
CUT = {"output_type": "stream", "name": "stdout", "text": "… (cut: more than is kept of a notebook)\n"}
UNTIL_READY = 60.0


@dataclass(frozen=True)
class Cell:
    """A code cell. locked: its text is the course's, not the student's."""

    source: str
    locked: bool = False


@dataclass(frozen=True)
class Ran:
    """What became of a cell. status: ok, error, time, died or not run. value: of its last line, as far as it is a
    number or nothing, else the name of its type."""

    status: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    error: Raised | None = None
    value: object = None
    count: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Setting:
    """How notebooks are run. Seconds: of a cell, of a notebook."""

    isolation: str
    cell: float | None = 30.0
    notebook: float = 600.0
    memory_mb: int = 2048
    folder_mb: int = 64
    processes: int = 64
    warm: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        return notebooks(self.warm)

    def limits(self, files_mb: int = 0) -> Limits:
        return Limits(
            notebook=self.notebook,
            memory_mb=self.memory_mb,
            folder_mb=self.folder_mb + files_mb,
            file_mb=self.folder_mb + files_mb,
            processes=self.processes,
        )


def run_cells(
    cells: Sequence[Cell],
    files: Mapping[str, bytes],
    setting: Setting,
    slot: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> list[Ran]:
    """Every cell in its turn, until somebody wants to `stop`. EngineError where no process starts."""
    running = _Running(files, setting, slot, stop)
    try:
        return [running.run(cell) for cell in cells]
    finally:
        running.close()


class _Running:
    def __init__(
        self, files: Mapping[str, bytes], setting: Setting, slot: int, stop: Callable[[], bool]
    ) -> None:
        self.files, self.setting, self.slot, self.stop = files, setting, slot, stop
        self.until = monotonic() + setting.notebook
        self.room = OUTPUTS
        self.done: list[Cell] = []
        self.process: StudentProcess | None = None

    def close(self) -> None:
        if self.process:
            self.process.close()
        self.process = None

    def run(self, cell: Cell, again: bool = False) -> Ran:
        before = monotonic()
        if self.process is None:
            self._restart()
        if self.until - monotonic() <= 0 or self.process is None or self.stop():
            return Ran(
                "not run", reason=f"not run, because the notebook has used up its {self.setting.notebook:g} s"
            )
        self.until += 0.0 if self.done else monotonic() - before  # the first start is ours
        seconds = min(self.setting.cell or self.setting.notebook, self.until - monotonic())
        reply = self.process.ask({"cell": cell.source, "locked": cell.locked}, seconds, PATIENCE)
        late = self.process.interrupted
        more = Stopped("") if isinstance(reply, Stopped) else self.process.ask({"value": True}, PATIENCE)
        if isinstance(reply, Stopped) or isinstance(more, Stopped):
            self.process = None
        outputs = self._kept(reply)
        if isinstance(reply, Stopped) and reply.kind == "lost" and not again:  # not the student's fault
            return self.run(cell, again=True)
        if late:
            return Ran("time", outputs, reason=f"it ran longer than {seconds:.3g} s")
        if isinstance(reply, Stopped):
            return Ran("died", reason=reply.reason)
        if not isinstance(reply, Shown) or not isinstance(more, Returned) or not isinstance(more.value, dict):
            return Ran("died", outputs, reason="it broke the process that runs it")
        self.done.append(cell)
        value, count = more.value.get("value"), more.value.get("count")
        status = "error" if reply.error else "ok"
        reason = f"{reply.error.kind}: {reply.error.message}" if reply.error else ""
        return Ran(status, outputs, reply.error, value, count if type(count) is int else None, reason)

    def _kept(self, reply: Reply) -> list[dict[str, Any]]:
        outputs = reply.outputs if isinstance(reply, Shown) else []
        self.room -= len(str(outputs))
        return outputs if self.room > 0 else [CUT]

    def _restart(self) -> None:
        """A process in which the cells that ended have been run again; None where no time is left for that."""
        while self.process is None and self.until > monotonic() and not self.stop():
            size = sum(map(len, self.files.values()))
            process = launch(
                self.setting.limits(-(-size >> 20)), self.setting.isolation, self.setting.kind, self.slot
            )
            self.process = process
            self._begin(process)
            for cell in list(self.done):
                seconds = min(
                    self.setting.cell or self.setting.notebook, max(self.until - monotonic(), 0.001)
                )
                message = {"cell": cell.source, "locked": cell.locked}
                if isinstance(process.ask(message, seconds, PATIENCE), Stopped):
                    self.done.remove(cell)  # it ended once, but not in a replay
                    self.process = None
                    break

    def _begin(self, process: StudentProcess) -> None:
        variables = {"NBGRADER_EXECUTION": "autograde"}
        messages: list[dict[str, Any]] = [
            {"output_kb": self.setting.limits().output_kb, "variables": variables}
        ]
        for name, content in self.files.items():
            data = np.frombuffer(content, np.uint8)
            messages += [
                {"file": name, "data": data[i : i + CHUNK]} for i in range(0, max(len(data), 1), CHUNK)
            ]
        for message in messages:
            reply = process.ask(message, UNTIL_READY)
            if not isinstance(reply, Returned):
                process.close()
                why = reply.reason if isinstance(reply, Stopped) else getattr(reply, "message", "no reply")
                raise EngineError(f"the student process does not start: {why}")
