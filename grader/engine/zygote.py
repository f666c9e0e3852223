"""The zygote: imports once what notebooks need, then forks a confined process for each submission.

`python -m grader.engine.zygote DESCRIPTOR LEVEL BYTES KIND` talks to the grader over a socket of packets. It holds no
secret: no seed, no expected value, no other submission; with `full` it lives inside the same file tree as its
children. What they hold together, at most BYTES, is watched by its parent, which stays outside.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from grader.engine import kernel, sandbox
from grader.engine.kind import Kind
from grader.engine.sandbox import Confinement
from grader.engine.watchdog import watch

__all__ = ["MESSAGE"]

MESSAGE = 1 << 16
POLL = 0.002
TRIED_SECONDS = 30


def main(descriptor: int, level: str, limit: int, kind: Kind) -> None:
    control = socket.socket(fileno=descriptor)
    try:
        if pid := sandbox.split(level):
            control.close()
            watch(pid, limit)
            return
        kernel.prctl(1, signal.SIGKILL, what="PR_SET_PDEATHSIG")
        shell = _warm_up(kind)
        own = sandbox.prepare(level)
    except Exception as error:
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        return
    control.send(b"{}")
    alive: set[int] = set()
    while packet := _receive(control):
        message, descriptors = packet
        if "start" in message:
            pid = _fork(own)
            if pid == 0:
                control.close()
                _serve(shell, descriptors[0], message["start"])
            alive.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        elif "interrupt" in message:
            with contextlib.suppress(ProcessLookupError):
                os.kill(message["interrupt"], signal.SIGINT)
            answer = {}
        else:
            alive.discard(message["end"])
            answer = {"status": _end(message["end"], message["grace"], level)}
            if level != "full":
                _kill_orphans(alive)
        for received in descriptors:
            os.close(received)
        control.send(json.dumps(answer).encode())


def _warm_up(kind: Kind) -> Any:
    """Import what costs time, without starting a thread: a thread does not survive a fork."""
    shell = getattr(importlib.import_module(kind.module), kind.shell)()
    for name in kind.warm:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in kind.tried:
        if _is_harmless(name):
            importlib.import_module(name)
    shell.prepare()
    if (threads := _threads()) > 1:
        raise RuntimeError(f"the zygote has {threads} threads; it must have one to be forked safely")
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page of ours
    return shell


def _is_harmless(name: str) -> bool:
    """Tried in another process: it may start threads, end Python or never return."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            signal.alarm(TRIED_SECONDS)
            importlib.import_module(name)
            os._exit(_threads() > 1)
        os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _receive(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    data, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 4)
    return (json.loads(data), descriptors) if data else None


def _fork(own: int | None) -> int:
    if own is None:
        return os.fork()
    kernel.unshare("pid")  # the next child is the first process of a new namespace
    pid = os.fork()
    if pid:
        kernel.setns(own, "pid")
    return pid


def _serve(shell: Any, descriptor: int, start: dict[str, Any]) -> None:
    """In the child: never returns."""
    from grader.engine.shell import serve, sole_descriptor

    stream = socket.socket(fileno=sole_descriptor(descriptor))
    with contextlib.suppress(BaseException):
        serve(shell, stream, lambda: sandbox.confine(Confinement(**start)))
    os._exit(0)  # nothing of the student's runs at exit


def _end(pid: int, grace: float, level: str) -> int | None:
    """Kill a child and all that it started. Its exit status if it had ended by itself, else None."""
    deadline = time.monotonic() + grace
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found or time.monotonic() >= deadline:
            break
        time.sleep(POLL)
    if level != "full":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    if not found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)  # with `full` this returns when the whole namespace is empty
    return os.waitstatus_to_exitcode(status) if found else None


def _kill_orphans(alive: set[int]) -> None:
    """What left its group comes to us when its parent has died, generation by generation."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            orphans = [int(pid) for pid in children.read_text().split() if int(pid) not in alive]
        except OSError:  # a kernel without this file
            orphans = []
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


if __name__ == "__main__":
    module, name, warm, tried = json.loads(sys.argv[4])
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Kind(module, name, tuple(warm), tuple(tried)))
