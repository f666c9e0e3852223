"""A control group for a zygote and all it forks: memory and number of processes together, where we may set them.

Resource limits count per process; a group counts what many processes take at once.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

__all__ = ["Group"]

MOUNTED = Path("/sys/fs/cgroup")
NAME = "nn-workbook-"
EMPTY = 2.0  # seconds that a killed process may take to leave its group
_numbers = itertools.count()


class Group:
    """The groups (one, or with version 1 one for each controller) that were made for one zygote."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = dict(folders)

    @classmethod
    def around(cls, pid: int, memory: int, processes: int) -> Group | None:
        """A group that holds this process; None where this machine lets us make none for both."""
        name = f"{NAME}{os.getpid()}-{next(_numbers)}"
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


def _sweep(parent: Path) -> None:
    """Remove what a process that was killed has left: its group is empty now."""
    for folder in parent.glob(f"{NAME}*"):
        if not Path("/proc", folder.name.removeprefix(NAME).partition("-")[0]).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()


def _places() -> Iterator[dict[str, Path]]:
    """{controller: the folder to make ours in}: our own group first, then those above it."""
    with contextlib.suppress(OSError, ValueError):
        lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        own = {name: path for _, names, path in lines for name in names.split(",")}
        if "memory" in own and "pids" in own:  # version 1
            for top in (True, False):
                yield {
                    name: MOUNTED / name / ("" if top else own[name].lstrip("/"))
                    for name in ("memory", "pids")
                }
        elif "" in own:  # version 2
            folder = MOUNTED / own[""].lstrip("/")
            while folder.is_relative_to(MOUNTED):
                yield {"": folder}
                folder = folder.parent


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
