"""A control group for a zygote and all it forks: memory and number of processes together, where we may set them.

Resource limits count per process; a group counts what many processes take at once. Where systemd runs it is asked for
one, which is right for an ordinary user, too; elsewhere we make it ourselves.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["Group"]

MOUNTED = Path("/sys/fs/cgroup")
RUN = Path("/run")
PROC = Path("/proc")
NAME = "nn-workbook-"
EMPTY = 2.0  # seconds that a killed process may take to leave its group
ANSWER = 10.0  # seconds that systemd may take to make a scope
_numbers = itertools.count()


class Group:
    """The groups (one, or with version 1 one for each controller) that we made for one zygote; none for systemd's."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = dict(folders)

    @classmethod
    def around(cls, pid: int, memory: int, processes: int) -> Group | None:
        """A group that holds this process; None where this machine lets us make none for both."""
        name = f"{NAME}{os.getpid()}-{next(_numbers)}"
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _scope(name, pid, memory, processes)
            return cls({})  # systemd removes it, once it is empty
        for found in _places():
            made: dict[str, Path] = {}
            try:
                for controller, parent in found.items():
                    _sweep(parent)
                    folder = parent / name
                    folder.mkdir()
                    made[controller] = folder
                _limit(made, memory, processes)
                for folder in set(made.values()):
                    (folder / "cgroup.procs").write_text(str(pid))
                return cls(made)
            except OSError:
                cls(made).remove()
        return None

    def remove(self) -> None:
        deadline = time.monotonic() + EMPTY
        for folder in set(self.folders.values()):
            while folder.exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                if time.monotonic() > deadline:
                    break
                time.sleep(0.005)


def _scope(name: str, pid: int, memory: int, processes: int) -> None:
    """systemd's group around this process: root asks the machine's, anybody else their own."""
    user = os.geteuid()
    bus = RUN / (f"user/{user}/bus" if user else "dbus/system_bus_socket")
    # in a container systemd would take the number for that of another process
    ours = (PROC / "1/comm").read_text() == "systemd\n"
    if not (ours and bus.exists() and (MOUNTED / "cgroup.controllers").exists()):
        raise FileNotFoundError(bus)
    properties = {
        "PIDs": ("au", 1, pid),
        "MemoryMax": ("t", memory),
        "MemorySwapMax": ("t", 0),
        "TasksMax": ("t", processes),
        "Delegate": ("b", "true"),  # else it ends all where one is killed for want of memory
        "CollectMode": ("s", "inactive-or-failed"),
    }
    command = ["busctl", f"--address=unix:path={bus}", "call", "org.freedesktop.systemd1"]
    command += ["/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit"]
    command += ["ssa(sv)a(sa(sv))", f"{name}.scope", "fail", str(len(properties))]
    command += [str(word) for key, value in properties.items() for word in (key, *value)]
    subprocess.run([*command, "0"], check=True, capture_output=True, timeout=ANSWER)
    deadline = time.monotonic() + ANSWER
    while (folder := _group_of(pid)).name != f"{name}.scope":  # it has answered before it does it
        if time.monotonic() > deadline:
            raise TimeoutError(folder)
        time.sleep(0.005)
    for file, value in {"memory.max": memory, "pids.max": processes}.items():
        if (folder / file).read_text().strip() != str(value):
            raise OSError(f"{folder / file} is not {value}")


def _group_of(pid: int | str) -> Path:
    """With version 2."""
    return MOUNTED / (PROC / str(pid) / "cgroup").read_text().rpartition("::")[2].strip().lstrip("/")


def _sweep(parent: Path) -> None:
    """Remove what a process that was killed has left: its group is empty now."""
    for folder in parent.glob(f"{NAME}*"):
        if not (PROC / folder.name.removeprefix(NAME).partition("-")[0]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _places() -> Iterator[dict[str, Path]]:
    """{controller: the folder to make ours in}: our own group first, then those above it."""
    with contextlib.suppress(OSError, ValueError):
        lines = [line.split(":", 2) for line in (PROC / "self/cgroup").read_text().splitlines()]
        own = {name: path for _, names, path in lines for name in names.split(",")}
        if "memory" in own and "pids" in own:  # version 1
            for top in (True, False):
                yield {
                    name: MOUNTED / name / ("" if top else own[name].lstrip("/"))
                    for name in ("memory", "pids")
                }
        elif "" in own:  # version 2
            group = folder = _group_of("self")
            while folder.is_relative_to(MOUNTED):
                yield {"": folder}
                folder = folder.parent
            _pass_on(group)
            yield {"": group}


def _pass_on(group: Path) -> None:
    """Version 2: only who holds no process passes limits on. So what is in this group moves into one below it, where
    all of that is ours."""
    below = group / f"{NAME}self"
    for _ in range(5):  # while others fork
        try:
            (group / "cgroup.subtree_control").write_text("+memory +pids")
            return
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
        members = (group / "cgroup.procs").read_text().split()
        if any((PROC / pid).stat().st_uid != os.geteuid() for pid in members):
            return
        below.mkdir(exist_ok=True)
        for pid in members:
            with contextlib.suppress(ProcessLookupError):
                (below / "cgroup.procs").write_text(pid)


def _limit(folders: Mapping[str, Path], memory: int, processes: int) -> None:
    if "" in folders:
        files = {"memory.max": memory, "pids.max": processes, "memory.swap.max": 0}
        where = dict.fromkeys(files, folders[""])
    else:
        files = {"memory.limit_in_bytes": memory, "pids.max": processes}
        where = {name: folders[name.partition(".")[0]] for name in files}
    for name, value in files.items():
        if name != "memory.swap.max" or (where[name] / name).exists():
            path = where[name] / name
            if not path.exists():  # the controller is not passed on to this group
                raise FileNotFoundError(path)
            path.write_text(str(value))
