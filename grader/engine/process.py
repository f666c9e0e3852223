"""One student process, from the grader's side: started, asked and killed here, and nowhere else."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

from grader.calls.plain import NotPlain, Raised, Reply, Returned, Shown, Stopped, snapshot
from grader.calls.wire import HEADER, BadFrame, decode, encode, lengths
from grader.engine.child import Child, Lost
from grader.engine.kind import ANSWERS, Kind
from grader.engine.limits import EngineError, Limits, Missing
from grader.engine.outputs import accepted
from grader.engine.sandbox import LEVELS, default_level
from grader.text import plain

__all__ = ["LEVELS", "StudentProcess", "default_level", "end_all", "launch", "warm_up"]


CHUNK, MOST = 1 << 16, 1 << 20  # bytes read at once
TEXT = 4000  # characters of a message or a traceback that are kept


class StudentProcess:
    """A process with a private socket, an empty working folder and nothing of ours in its environment.

    Every message has one deadline, from its first byte to the last byte of the reply. Whatever breaks it (too
    late, dead, not the protocol) kills the process with all it started and comes back as `Stopped`.
    """

    def __init__(self, start: Callable[[socket.socket], Child], output_kb: int = 0) -> None:
        self._output_kb, self.interrupted = output_kb, False
        self._unread = bytearray()
        self._socket, theirs = socket.socketpair()
        with theirs:
            try:
                self._child: Child | None = start(theirs)
            except BaseException:
                self._socket.close()
                raise

    def ask(self, message: dict[str, Any], seconds: float, patience: float = 0.0) -> Reply:
        """With `patience` the process is interrupted, as by Ctrl-C, when the time is over, and has so many seconds
        more to reply; `interrupted` says whether that was so."""
        return self.exchange(encode(message), seconds, patience)

    def exchange(self, messages: bytes, seconds: float, patience: float = 0.0) -> Reply:
        """Send one message or several that it will answer one after the other, and receive the first reply. Without
        messages, the next reply."""
        self._deadline = monotonic() + seconds
        self.interrupted = False
        try:
            if messages:
                self._socket.settimeout(seconds)
                self._socket.sendall(messages)
            if patience and not self._unread:
                self._wait_or_interrupt(patience)
            return _checked(self._receive(), self._output_kb)
        except TimeoutError:
            stopped = Stopped(f"it ran longer than {seconds:.3g} s", "time")
            self.close()
        except (OSError, EOFError):
            stopped = self._ending()
        except Exception:  # the other side may send anything
            stopped = Stopped("it broke into the grader's pipe", "pipe")
            self.close()
        return stopped

    def _wait_or_interrupt(self, patience: float) -> None:
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            assert self._child is not None
            self._child.interrupt()
            self.interrupted = True
            self._deadline = monotonic() + patience

    def close(self, grace: float = 0.0) -> int | None:
        """Kill the process and all it started; nothing of it is left. Its exit status if it had ended before."""
        self._socket.close()
        child, self._child = self._child, None
        try:
            return child.end(grace) if child else None
        except Lost:
            if grace:
                raise
            return None

    def _ending(self) -> Stopped:
        try:
            code = self.close(grace=1.0)
        except Lost:
            return Stopped("its process was lost with the engine's, perhaps for want of memory", "lost")
        if code is None:
            return Stopped("it closed the grader's pipe", "pipe")
        if code >= 0:
            return Stopped("it ended the whole Python process", "exit")
        crashes = {signal.SIGSEGV: "segmentation fault", signal.SIGABRT: "abort", signal.SIGBUS: "bus error"}
        if -code in crashes:
            return Stopped(f"a crash ({crashes[signal.Signals(-code)]})", "crash")
        return Stopped("it was killed, perhaps for want of memory", "memory")

    def _receive(self) -> Any:
        body, data = lengths(self._read(HEADER.size))
        return decode(self._read(body), self._read(data), plain)  # all that a student's process says is clean

    def _read(self, size: int) -> bytes:
        while len(self._unread) < size:
            self._socket.settimeout(max(self._deadline - monotonic(), 1e-6))
            chunk = self._socket.recv(min(MOST, max(CHUNK, size - len(self._unread))))
            if not chunk:
                raise EOFError
            self._unread += chunk
        found = bytes(self._unread[:size])
        del self._unread[:size]
        return found


def warm_up(limits: Limits, isolation: str, kind: Kind = ANSWERS, slot: int = 0) -> None:
    """Begin what takes time before the first process can be launched."""
    if "full" in LEVELS and isolation in LEVELS:
        from grader.engine.nursery import nursery

        nursery(isolation, limits.memory_mb, limits.processes, kind, slot).begin()


def end_all() -> None:
    """End every student process, and what has been warmed up for others."""
    if "full" in LEVELS:
        from grader.engine.nursery import close_all

        close_all()


def launch(limits: Limits, isolation: str, kind: Kind = ANSWERS, slot: int = 0) -> StudentProcess:
    """Start a student process at a level of isolation; EngineError where this system does not give it. `slot` tells
    apart what runs at the same time."""
    if isolation not in LEVELS:
        raise EngineError(f"no isolation {isolation!r} on this system; there is: {', '.join(LEVELS)}")
    if "full" in LEVELS:
        from grader.engine.nursery import nursery

        zygote = nursery(isolation, limits.memory_mb, limits.processes, kind, slot)
        try:
            return StudentProcess(lambda theirs: zygote.start(theirs, limits), limits.output_kb)
        except Missing as error:
            raise EngineError(f"isolation {isolation!r}: {error}; see `grader doctor`") from error
    from grader.engine.alone import Alone

    return StudentProcess(lambda theirs: Alone(theirs, limits, kind=kind), limits.output_kb)


def _checked(reply: Any, output_kb: int = 0) -> Reply:
    """A reply as the protocol has it, whatever its sender wrote into the fields."""
    if isinstance(reply, Returned):
        try:
            return Returned(snapshot(reply.value))
        except NotPlain as error:
            return Raised("NotPlain", str(error))
    if isinstance(reply, Shown):
        raised = None if reply.error is None else _checked(reply.error)
        if raised is not None and not isinstance(raised, Raised):
            raise BadFrame("an error that is none")
        return Shown(accepted(reply.outputs, 2 * output_kb << 10), raised)
    if not isinstance(reply, Raised) or not (reply.line is None or type(reply.line) is int):
        raise BadFrame("no reply")
    texts = (reply.kind, reply.message, reply.source, reply.traceback)
    if not all(isinstance(text, str) for text in texts):
        raise BadFrame("a reply whose texts are no text")
    kind, message, source, traceback = (text[:TEXT] for text in texts)
    return Raised(kind, message, reply.line, source, traceback, unattempted=reply.unattempted is True)
