"""A student's notebook as the grader sees it: cells go in, calls come back, whatever the code does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from grader.calls import STOPS, Call, Reply, Returned, Stopped
from grader.engine.process import EngineError, Limits, StudentProcess
from grader.signature import Parameter

__all__ = ["Description", "Session"]


@dataclass(frozen=True)
class Description:
    """kind: "missing", "function" or the name of another type. parameters: as `grader.signature` has them."""

    kind: str
    parameters: list[Parameter] | None


class Session:
    """Runs cells and calls functions in a student process; a context manager.

    `locked` maps the dotted names of ready-made answers to the exercise that each answers; they stay hidden
    until `unlock`. What breaks the process (a time limit, os._exit, a crash, noise on the pipe) is answered
    with `Stopped`; the next message finds a fresh process in which all that went well before is replayed.
    """

    def __init__(
        self,
        locked: Mapping[str, str],
        limits: Limits | None = None,
        launch: Callable[[Limits], StudentProcess] = StudentProcess,
    ) -> None:
        self.limits = limits or Limits()
        self._start = {"locked": dict(locked), "limits": _for_the_child(self.limits)}
        self._launch = launch
        self._process: StudentProcess | None = None
        self._done: list[dict[str, Any]] = []
        self._left = self.limits.notebook
        self._own_left = self.limits.own
        self._stops: Counter[tuple[str, bool]] = Counter()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process:
            self._process.close()
        self._process = None

    def run(self, source: str, *, own: bool = False) -> Reply:
        """Run a cell: Returned(None), Raised with the line in the cell, or Stopped. The student's own cells have
        a time of their own, so that what they try out takes nothing from the answers."""
        if own and self._own_left <= 0:
            return Stopped(f"not run, because your own cells together took {self.limits.own:g} s")
        message, before, left = {"cell": source}, monotonic(), self._left
        reply = self._ask(message, min(self.limits.cell, self._own_left) if own else self.limits.cell)
        if own:
            self._own_left -= monotonic() - before
            self._left = left
        if not isinstance(reply, Stopped):
            self._done.append(message)
        return reply

    def unlock(self, names: Sequence[str]) -> None:
        """Let the student's code see these dotted names from now on."""
        message = {"unlock": list(names)}
        if self._process:
            self._timed(self._process, message, self.limits.cell)
        self._done.append(message)

    def describe(self, function: str) -> Description | Stopped:
        """What the notebook has under this name."""
        reply = self._ask({"describe": function}, self.limits.cell)
        if isinstance(reply, Stopped):
            return reply
        found = reply.value if isinstance(reply, Returned) and isinstance(reply.value, dict) else {}
        kind, parameters = found.get("kind"), found.get("parameters")
        known = isinstance(parameters, list) and all(map(_is_parameter, parameters))
        return Description(kind if isinstance(kind, str) else "missing", parameters if known else None)

    def call(
        self,
        function: str,
        call: Call,
        script: str | None,
        seconds: float,
        rebind: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call a function of the notebook. rebind: {its name there: dotted name of what to put there}."""
        key = function, bool(rebind)
        if self._stops[key] >= STOPS:
            return Stopped("not run, because two earlier calls were stopped")
        message = {"call": call, "function": function, "script": script, "rebind": dict(rebind or {})}
        if key not in self._stops:
            seconds += self.limits.first
            self._stops[key] = 0
        reply = self._ask(message, self.limits.call or seconds)
        self._stops[key] += isinstance(reply, Stopped)
        return reply

    def _ask(self, message: dict[str, Any], seconds: float) -> Reply:
        process = self._ready()
        if process is None or self._left <= 0:
            return Stopped(f"not run, because the notebook has used up its {self.limits.notebook:g} s")
        return self._timed(process, message, seconds)

    def _ready(self) -> StudentProcess | None:
        """A process in which everything so far has been replayed; None where no time is left for that."""
        while self._process is None and self._left > 0:
            process = self._launched()
            for message in self._done:
                if isinstance(self._timed(process, message, self.limits.cell), Stopped):
                    self._done.remove(message)  # it went well once, but not in a replay
                    break
        return self._process

    def _launched(self) -> StudentProcess:
        self._process = process = self._launch(self.limits)
        reply = process.ask(self._start, self.limits.start)
        if not isinstance(reply, Returned):
            self._process = None
            process.close()
            why = (
                reply.reason
                if isinstance(reply, Stopped)
                else f"{reply.kind}: {reply.message}\n{reply.traceback}"
            )
            raise EngineError(f"the student process does not start: {why}")
        return process

    def _timed(self, process: StudentProcess, message: dict[str, Any], seconds: float) -> Reply:
        """One exchange, paid from the notebook's time."""
        before = monotonic()
        reply = process.ask(message, min(seconds, max(self._left, 0.001)))
        self._left -= monotonic() - before
        if isinstance(reply, Stopped):
            self._process = None
        return reply


def _is_parameter(value: Any) -> bool:
    return isinstance(value, tuple) and list(map(type, value)) == [str, str, bool]


def _for_the_child(limits: Limits) -> dict[str, int]:
    seconds = int(limits.notebook + limits.start) + 1
    return {
        "seconds": seconds,
        "memory": limits.memory_mb << 20,
        "file": limits.file_mb << 20,
        "open_files": limits.open_files,
    }
