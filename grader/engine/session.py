"""A student's notebook as the grader sees it: cells go in, calls come back, whatever the code does."""

from __future__ import annotations

import base64
import marshal
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from types import CodeType
from typing import Any

from grader.calls.plain import STOPS, Call, Reply, Returned, Stopped
from grader.calls.signature import Parameter
from grader.calls.wire import encode
from grader.engine.limits import EngineError, Limits
from grader.engine.process import StudentProcess, launch

__all__ = ["Description", "Session", "asking"]

WHOSE = {
    "answers": "the notebook has used up its",
    "own": "your own cells together took",
    "shown": "the demos together took",
    "changed": "the search for mistakes took",
}
TOGETHER = 1 << 16  # bytes of messages that travel together: less than a socket holds, so that nobody waits
LIMIT = {"answers": "notebook", "own": "own", "shown": "shown", "changed": "changed"}


@dataclass(frozen=True)
class Description:
    """kind: "missing", "function" or the name of another type. parameters: as `grader.calls.signature` has them.
    ready_made: the locked answer that it is, or reaches, as far as its own process says."""

    kind: str
    parameters: list[Parameter] | None
    ready_made: str = ""


def asking(
    function: str, call: Call, script: str | None = None, rebind: Mapping[str, str] | None = None
) -> bytes:
    """The message that calls a function of the notebook. rebind: {its name there: dotted name of what to use}."""
    return encode({"call": call, "function": function, "script": script, "rebind": dict(rebind or {})})


class Session:
    """Runs cells and calls functions in a student process; a context manager.

    `locked` maps the dotted names of ready-made answers to the exercise that each answers; they stay hidden
    until `unlock`. What breaks the process (a time limit, os._exit, a crash, noise on the pipe) is answered
    with `Stopped`; the next message finds a fresh process in which all that went well before is replayed.
    With `outputs`, a cell is answered with `Shown`.
    """

    def __init__(
        self,
        locked: Mapping[str, str],
        limits: Limits | None = None,
        isolation: str = "process",
        *,
        outputs: bool = False,
        launch: Callable[[Limits, str], StudentProcess] = launch,
    ) -> None:
        self.limits = limits or Limits()
        self._start = {"locked": dict(locked), "output_kb": self.limits.output_kb if outputs else 0}
        self._launch, self._isolation = launch, isolation
        self._process: StudentProcess | None = None
        self._done: list[tuple[bytes, str]] = []
        # What the student tries out, and the course's own demos, take no time from the answers.
        self._left = {purse: getattr(self.limits, limit) for purse, limit in LIMIT.items()}
        self._stops: Counter[tuple[str, object]] = Counter()
        self._started = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        if self._process:
            self._process.close()
        self._process = None

    def run(self, source: str, purse: str = "answers") -> Reply:
        """Run a cell: Returned(None) or Shown, Raised with the line in the cell, or Stopped. `purse` says which
        time it takes: "answers", "own" (the student's own cells) or "shown" (the course's demos)."""
        message = encode({"cell": source})
        seconds = self.limits.shown if purse == "shown" else self.limits.cell
        reply = self._exchange(message, seconds, purse)
        if not isinstance(reply, Stopped):
            self._done.append((message, purse))
        return reply

    def define(self, source: str, purse: str = "answers") -> Reply:
        """Of a cell that raised or was stopped, run what it defines."""
        message = encode({"definitions": source})
        reply = self._exchange(message, self.limits.cell, purse)
        if isinstance(reply, Returned):
            self._done.append((message, purse))
        return reply

    def unlock(self, names: Sequence[str]) -> None:
        """Let the student's code see these dotted names from now on."""
        message = encode({"unlock": list(names)})
        if self._process:
            self._timed(self._process, message, self.limits.cell, "answers")
        self._done.append((message, "answers"))

    def describe(self, function: str) -> Description | Stopped:
        """What the notebook has under this name."""
        reply = self._ask({"describe": function}, self.limits.cell)
        if isinstance(reply, Stopped):
            return reply
        found = reply.value if isinstance(reply, Returned) and isinstance(reply.value, dict) else {}
        kind, parameters, ready_made = found.get("kind"), found.get("parameters"), found.get("ready_made")
        known = isinstance(parameters, list) and all(map(_is_parameter, parameters))
        return Description(
            kind if isinstance(kind, str) else "missing",
            parameters if known else None,
            ready_made if isinstance(ready_made, str) else "",
        )

    def call(
        self,
        function: str,
        call: Call,
        script: str | None,
        seconds: float,
        rebind: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call a function of the notebook."""
        message = asking(function, call, script, rebind)
        return next(self.calls(function, [message], seconds, turn=bool(rebind)))

    def calls(
        self, function: str, messages: Sequence[bytes], seconds: float, *, turn: object = None
    ) -> Generator[Reply]:
        """The replies to calls of one function. The messages travel together, each call has its own time; after two
        that were stopped no more of a turn are run. Whoever does not want all of the replies closes the iterator."""
        key, sent, n = (function, turn), 0, 0
        try:
            for n, message in enumerate(messages):
                if self._stops[key] >= STOPS:
                    yield Stopped("not run, because two earlier calls were stopped")
                    continue
                first = 0.0 if key in self._stops else self.limits.first
                limit = self.limits.call or seconds + first
                self._stops[key] += 0
                reply = self._next(limit) if n < sent else None
                if reply is None:
                    batch = _together(message, messages[n + 1 :])
                    sent = n + len(batch)
                    reply = self._exchange(b"".join(batch), limit)
                if isinstance(reply, Stopped):
                    self._stops[key] += 1
                    sent = n + 1
                yield reply
        finally:
            for _ in range(n + 1, sent):
                self._next(seconds)

    def try_changed(
        self,
        codes: Sequence[tuple[CodeType, Mapping[str, int]]],
        function: str,
        call: Call,
        script: str | None,
        rebind: Mapping[str, str],
        seconds: float,
    ) -> list[Reply]:
        """Call changed versions of a function of the notebook; each code defines one where its names are bound.
        Nothing is replayed for it."""
        wrong: Reply = Returned(None)
        if self._process is None:
            return [wrong] * len(codes)
        different = list(dict.fromkeys(code for code, _ in codes))
        message = {
            "codes": [base64.b64encode(marshal.dumps(code)).decode() for code in different],
            "changed": [(different.index(code), dict(names)) for code, names in codes],
            "function": function,
            "call": call,
            "script": script,
            "rebind": dict(rebind),
            "seconds": seconds,
        }
        reply = self._ask(message, self.limits.changed, "changed")
        found = reply.value if isinstance(reply, Returned) else None
        if not isinstance(found, list) or len(found) != len(codes):
            return [wrong] * len(codes)
        return [Returned(f[0]) if isinstance(f, tuple) and len(f) == 1 else wrong for f in found]

    def _ask(self, message: dict[str, Any], seconds: float, purse: str = "answers") -> Reply:
        return self._exchange(encode(message), seconds, purse)

    def _exchange(
        self, messages: bytes, seconds: float, purse: str = "answers", again: bool = False
    ) -> Reply:
        """The reply to the first of these messages."""
        process = self._ready(purse)
        if process is None or self._left[purse] <= 0:
            return Stopped(f"not run, because {WHOSE[purse]} {getattr(self.limits, LIMIT[purse]):g} s")
        reply = self._timed(process, messages, seconds, purse)
        if isinstance(reply, Stopped) and reply.kind == "lost" and not again:  # not the student's fault
            return self._exchange(messages, seconds, purse, again=True)
        return reply

    def _next(self, seconds: float) -> Reply | None:
        """The reply to a message that was sent with an earlier one; None where it must be sent again."""
        if self._process is None:
            return None
        if self._left["answers"] <= 0:
            self.close()
            return None
        reply = self._timed(self._process, b"", seconds, "answers")
        return None if isinstance(reply, Stopped) and reply.kind == "lost" else reply

    def _ready(self, purse: str) -> StudentProcess | None:
        """A process in which everything so far has been replayed; None where no time is left for that."""
        while self._process is None and self._left[purse] > 0:
            before = monotonic()
            process = self._launched()
            if self._started:  # the first start is ours, every other one theirs
                self._left[purse] -= monotonic() - before
            self._started = True
            for message in self._done:
                if isinstance(self._timed(process, message[0], self.limits.cell, message[1]), Stopped):
                    self._done.remove(message)  # it went well once, but not in a replay
                    break
        return self._process

    def _launched(self) -> StudentProcess:
        self._process = process = self._launch(self.limits, self._isolation)
        reply = process.ask(self._start, self.limits.start)
        if not isinstance(reply, Returned):
            self._process = None
            process.close()
            why = reply.reason if isinstance(reply, Stopped) else getattr(reply, "message", "no reply")
            raise EngineError(f"the student process does not start: {why}")
        return process

    def _timed(self, process: StudentProcess, messages: bytes, seconds: float, purse: str) -> Reply:
        """One exchange, paid from a purse."""
        before = monotonic()
        reply = process.exchange(messages, min(seconds, max(self._left[purse], 0.001)))
        self._left[purse] -= monotonic() - before
        if isinstance(reply, Stopped):
            self._process = None
        return reply


def _together(first: bytes, others: Sequence[bytes]) -> list[bytes]:
    """The first message and those after it that find room beside it."""
    batch, room = [first], TOGETHER - len(first)
    for message in others:
        room -= len(message)
        if room < 0:
            break
        batch.append(message)
    return batch


def _is_parameter(value: Any) -> bool:
    return isinstance(value, tuple) and list(map(type, value)) == [str, str, bool]
