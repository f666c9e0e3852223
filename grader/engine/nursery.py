"""The zygotes of this process, from the grader's side: one for each level, started when first needed."""

from __future__ import annotations

import atexit
import contextlib
import errno
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from grader.engine.cgroup import Group
from grader.engine.child import Lost
from grader.engine.environment import environment
from grader.engine.kind import ANSWERS, Kind
from grader.engine.limits import Limits, Missing
from grader.engine.root import HOME, make_folders
from grader.engine.zygote import MESSAGE

__all__ = ["Zygote", "nursery"]

USERS = 1_900_000_000  # above what systems and containers hand out
WARM_UP_SECONDS = 120.0
ATTEMPTS = 3


class Zygote:
    """A zygote process and the socket to it. A dead one is replaced when the next child is asked for."""

    def __init__(self, level: str, memory_mb: int, processes: int, kind: Kind = ANSWERS) -> None:
        self.level, self.memory_mb, self.processes, self.kind = level, memory_mb, processes, kind
        self.owner = _unprivileged_user() if os.geteuid() == 0 and level != "process" else None
        self.group: Group | None = None
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket
        self._ready = False
        self.retired = False  # whoever still waits for it gets no other one

    def begin(self) -> None:
        """Let it warm up while something else is done."""
        with self._lock:
            if self._process is None:
                with contextlib.suppress(OSError):  # `start` will try again, and say why
                    self._spawn()

    def start(self, theirs: socket.socket, limits: Limits) -> Child:
        """Fork a child that serves this socket."""
        folder = self._folder()
        confinement = limits.confinement(self.level, folder or HOME, self.owner)
        failure: Exception | None = None
        for _ in range(ATTEMPTS):  # somebody may kill it at any moment
            with self._lock:
                if self.retired:
                    break
                try:
                    if self._process is None:
                        self._spawn()
                    if not self._ready:
                        self._wait_until_ready()
                    answer = self._exchange({"start": confinement}, [theirs.fileno()])
                    return Child(self, self._process, answer["pid"], folder)
                except (OSError, EOFError) as error:
                    self.close()
                    failure = error
        raise Missing(f"the zygote does not start ({failure or 'it ended'})")

    def end(self, process: Any, pid: int, grace: float) -> int | None:
        with self._lock:
            if process is not self._process:  # that zygote is dead, and its children with it
                raise Lost
            try:
                status: int | None = self._exchange({"end": pid, "grace": grace})["status"]
                return status
            except (OSError, EOFError) as error:
                self.close()
                raise Lost from error

    def interrupt(self, process: Any, pid: int) -> None:
        """As Ctrl-C would; nothing where the child is gone."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            if process is self._process:
                self._exchange({"interrupt": pid})

    def close(self) -> None:
        if self._process is not None:
            self._control.close()  # it ends when it reads the end of this
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2.0)
            self._process.kill()
            self._process.wait()
        self._process = None
        if self.group is not None:
            self.group.remove()
        self.group = None

    def _folder(self) -> str | None:
        """A folder of the child's own, where it cannot have one in memory."""
        if self.level == "full":
            return None
        folder = tempfile.mkdtemp(prefix="grading-")
        make_folders(folder, self.owner)
        return folder

    def _spawn(self) -> None:
        self._ready = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(WARM_UP_SECONDS)
        limit = (self.memory_mb + ZYGOTE_MB) << 20
        command = [sys.executable, "-P", "-s", "-m", "grader.engine.zygote"]
        command += [str(theirs.fileno()), self.level, str(limit), json.dumps(self.kind)]
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={**environment(HOME), **_home()},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
            if self.level != "process":  # before it imports anything: that counts, too
                self.group = Group.around(self._process.pid, limit, self.processes + ZYGOTE_PROCESSES)

    def _wait_until_ready(self) -> None:
        answer = self._received()
        if "error" in answer:
            self.close()
            raise Missing(answer["error"])
        self._ready = True

    def _exchange(self, message: dict[str, Any], descriptors: list[int] | None = None) -> dict[str, Any]:
        socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
        return self._received()

    def _received(self) -> dict[str, Any]:
        data = self._control.recv(MESSAGE)
        if not data:
            raise EOFError
        answer: dict[str, Any] = json.loads(data)
        return answer


ZYGOTE_MB, ZYGOTE_PROCESSES = 512, 8


class Child:
    """One forked process."""

    def __init__(self, zygote: Zygote, process: Any, pid: int, folder: str | None) -> None:
        self._zygote, self._process, self._pid, self._folder = zygote, process, pid, folder

    def interrupt(self) -> None:
        self._zygote.interrupt(self._process, self._pid)

    def end(self, grace: float) -> int | None:
        try:
            return self._zygote.end(self._process, self._pid, grace)
        finally:
            if self._folder:
                remove(Path(self._folder))


def remove(folder: Path) -> None:
    """Delete a folder whatever rights its owner has put on what is in it."""
    for path, folders, _ in os.walk(folder):
        for name in folders:
            with contextlib.suppress(OSError):
                os.chmod(os.path.join(path, name), 0o700, follow_symlinks=False)
    shutil.rmtree(folder, ignore_errors=True)


_zygotes: dict[tuple[Any, ...], Zygote] = {}


def nursery(level: str, memory_mb: int, processes: int, kind: Kind = ANSWERS, slot: int = 0) -> Zygote:
    """slot: what runs at the same time in one process of ours has a zygote, a user and a limit each."""
    # with our own number: a forked worker must not speak for its parent
    key = os.getpid(), level, memory_mb, processes, kind, slot
    if key not in _zygotes:
        _zygotes[key] = Zygote(level, memory_mb, processes, kind)
    return _zygotes[key]


@atexit.register
def close_all() -> None:
    for (pid, *_), zygote in list(_zygotes.items()):
        if pid == os.getpid():
            zygote.retired = True
            zygote.close()
    _zygotes.clear()


def _home() -> dict[str, str]:
    """Where the zygote finds matplotlib's list of fonts; a student's process is given another home."""
    return {
        name: os.environ[name] for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME") if name in os.environ
    }


_slots = itertools.count()


def _unprivileged_user() -> int:
    """A user id that nobody has, one for each zygote; below the largest that a container maps."""
    try:
        last = max(
            int(first) + int(count) - 1
            for first, _, count in map(str.split, Path("/proc/self/uid_map").read_text().splitlines())
        )
    except (OSError, ValueError) as error:
        raise OSError(errno.EINVAL, "the users of this system are unknown (/proc/self/uid_map)") from error
    return min(USERS, last - 1000) + (os.getpid() * 7 + next(_slots)) % 1000
