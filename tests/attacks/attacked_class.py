"""A class with hostile hand-ins between two honest ones, and around it what nobody may touch."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.course import Class
from grader.engine import nursery
from grader.grading import grade as grading
from grader.grading.grade import Limits
from grader.grading.settle import Result
from tests.attacks.attack import CHAPTER, Attack, Kit
from tests.grader.made_up_class import workshop

__all__ = ["FIRST", "LAST", "Room", "room", "run"]

FIRST, LAST = "aaa-honest", "zzz-honest"
SECRET = "what only the canary knows"
SHORT = Limits(cell=1.5, call=0.8, own=6.0, notebook=20.0)


class Canaries:
    """Files, servers and a process outside the sandbox. `unhurt` says what has happened to them: nothing."""

    def __init__(self, folder: Path) -> None:
        home = Path.home() / f".canary-{os.getpid()}"
        temporary = Path(tempfile.gettempdir()) / f"canary-{os.getpid()}"
        self.files = [folder / "canary", home, temporary]
        for path in self.files:
            path.write_text(SECRET)
        self.process = subprocess.Popen(["sleep", "600"])
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix, self.abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "server"))
        self.abstract.bind(f"\0canary-{os.getpid()}")
        for server in (self.unix, self.abstract):
            server.listen()
        self.servers = [self.tcp, self.udp, self.unix, self.abstract]
        self.mark = f"6{os.getpid()}.125"  # seconds to sleep, which nobody else sleeps
        self.goals = {
            "canary": str(self.files[0]),
            "pid": str(self.process.pid),
            "tcp": str(self.tcp.getsockname()[1]),
            "udp": str(self.udp.getsockname()[1]),
            "unix": str(folder / "server"),
            "abstract": f"canary-{os.getpid()}",
            "mark": self.mark,
        }

    def unhurt(self) -> list[str]:
        found = [str(path) for path in self.files if path.read_text() != SECRET]
        found += ["a process was killed"] if self.process.poll() is not None else []
        found += [f"{s.getsockname()} was reached" for s in select.select(self.servers, [], [], 0)[0]]
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                found += [str(path)] if self.mark.encode() in path.read_bytes().split(b"\0") else []
        return found + left_processes()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for server in self.servers:
            server.close()
        for path in self.files[1:]:
            path.unlink()


def left_processes() -> list[str]:
    """What runs beneath our zygotes, beside each zygote's own second process."""
    found = []
    for zygote in nursery._zygotes.values():
        beneath = descendants(zygote._process.pid) if zygote._process else []
        found += [f"process {pid} is left" for pid in beneath[1:]]
    return found


def descendants(pid: int) -> list[int]:
    try:
        children = [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [p for child in children for p in descendants(child)]


class Room:
    def __init__(self, released_class: Class, folder: Path) -> None:
        shutil.copytree(released_class.root, folder / "course")
        self.course = Class(folder / "course")
        self.shop = workshop(self.course)
        self.canaries = Canaries(folder)
        released = json.loads((self.course.root / "release" / CHAPTER / f"{CHAPTER}.ipynb").read_text())
        goals = {
            "course": str(self.course.root),
            "seed": str(self.course.private / "seeds" / CHAPTER),
            "source": str(self.course.root / "source" / CHAPTER / f"{CHAPTER}.ipynb"),
        }
        self.course.seed(CHAPTER)
        self.kit = Kit(released, self.shop.solutions, self.canaries.goals | goals)
        for student in (FIRST, LAST):
            self.lay(student, json.dumps(self.kit.hand_in(**self.shop.solutions)).encode())

    def lay(self, student: str, file: object) -> None:
        path = self.course.submission(student, CHAPTER)
        path.parent.mkdir(parents=True)
        if callable(file):
            file(path)
        else:
            path.write_bytes(file if isinstance(file, bytes) else json.dumps(file).encode())

    def untouched(self) -> dict[str, str]:
        """{file: hash of it} of all that grading does not write."""
        found = {}
        for path in sorted(self.course.root.rglob("*")):
            ours = path.relative_to(self.course.root).parts
            if path.is_file() and ours[0] not in ("autograded", "gradebook.db") and "verdicts" not in ours:
                sparse = path.stat().st_size > 1 << 30
                found["/".join(ours)] = "" if sparse else hashlib.sha256(path.read_bytes()).hexdigest()
        return found


@pytest.fixture
def room(released_class: Class, tmp_path: Path) -> Iterator[Room]:
    made = Room(released_class, tmp_path)
    yield made
    made.canaries.close()


def run(
    room: Room, attacks: Sequence[Attack], workers: int = 1, limits: Limits = SHORT, **options: str
) -> dict[str, Result]:
    """Hand in the attacks, then grade everybody, with the strongest isolation and short limits."""
    for attack in attacks:
        room.lay(attack.name, attack.make(room.kit))

    honest = grading.grade

    def short(*args, **how):
        return honest(*args, limits=limits, **how)

    with pytest.MonkeyPatch.context() as patch:
        if workers == 1:
            patch.setattr(grading, "grade", short)
        quiet = Console(quiet=True)
        results = autograde(room.course, CHAPTER, isolation="full", workers=workers, console=quiet, **options)
    return {result.student: result for result in results}
