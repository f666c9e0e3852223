"""The levels of isolation, and the steps by which a process gives up what it may do.

    full      namespaces, a root of its own, no network, Landlock, seccomp, limits
    landlock  Landlock, seccomp, limits: no namespaces, so that processes see each other
    process   limits only

A step that fails raises: there is no weaker level behind it. `prepare` is for the zygote, once; `confine` for
each process it forks. What all of a student's processes hold together, a watchdog and a control group count.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grader.engine import kernel, landlock, root, seccomp

__all__ = [
    "LEVELS",
    "Confinement",
    "check_packages",
    "confine",
    "default_level",
    "gain_rights",
    "prepare",
    "split",
]

LEVELS = ("full", "landlock", "process") if sys.platform == "linux" else ("process",)
OWN = ("mnt", "net", "ipc", "uts")  # namespaces of each submission; pid and user ones are made beside them


@dataclass(frozen=True)
class Confinement:
    """What one student's process may use. folder: where it may write (with `full`, a folder in memory is made)."""

    level: str
    folder: str
    owner: int | None  # the user to become, where the grader runs as root
    folder_mb: int
    memory: int
    file: int
    open_files: int
    processes: int
    cpu_seconds: int


def default_level() -> str:
    return LEVELS[0]


# ── the zygote, once ─────────────────────────────────────────────────────────────────────────────────────


def split(level: str) -> int:
    """Fork, with `full` into a process namespace of our own: when that child dies, the kernel ends everything that
    it has forked. The child's pid, 0 in the child."""
    if level == "full":
        gain_rights()
        kernel.unshare("pid")
    return os.fork()


def gain_rights() -> None:
    """An ordinary user may make namespaces inside a user namespace of their own; root may anyway."""
    user, group = os.geteuid(), os.getegid()
    if user != 0:
        kernel.unshare("user")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def prepare(level: str) -> int | None:
    """Bring the zygote where it will fork. Returns the descriptor of its process namespace, with `full`."""
    if level != "process":
        # asyncio's; seccomp refuses epoll
        selectors.DefaultSelector = selectors.PollSelector  # type: ignore[misc, assignment]
    if level != "full":
        kernel.prctl(
            36, 1, what="PR_SET_CHILD_SUBREAPER"
        )  # what a student's process leaves behind comes to us
        return None
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    kernel.unshare("mnt", "net", "ipc", "uts")
    root.enter()
    return own


# ── each student's process ───────────────────────────────────────────────────────────────────────────────


def confine(to: Confinement) -> None:
    """Give up everything that a student's code must not have. For good."""
    if hasattr(os, "setsid") and os.getsid(0) != os.getpid():
        os.setsid()
    if to.level == "full":
        kernel.unshare(*OWN)
        root.private_folder(to.folder_mb, to.owner)
    _move_into(to.folder)
    if to.owner is not None:
        os.setgroups([])
        os.setresgid(to.owner, to.owner, to.owner)
        os.setresuid(to.owner, to.owner, to.owner)
        check_packages()
    limit_resources(to)
    if to.level == "process":
        return
    if to.level == "full":
        kernel.unshare("user")
        kernel.bounding_set_off()
    kernel.drop_capabilities()
    kernel.prctl(38, 1, what="PR_SET_NO_NEW_PRIVS")
    kernel.prctl(1, signal.SIGKILL, what="PR_SET_PDEATHSIG")  # setuid has cleared it
    if to.level == "full":
        landlock.restrict(["/"], [root.HOME, *_devices()])
    else:
        landlock.restrict(root.readable(), [to.folder, *_devices()])
    seccomp.install()


def _devices() -> list[str]:
    return [f"/dev/{name}" for name in root.DEVICES]


def _move_into(folder: str) -> None:
    os.chdir(f"{folder}/work")
    for name in ("HOME", "USERPROFILE", "IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[name] = f"{folder}/home"
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = f"{folder}/tmp"
    tempfile.tempdir = None  # the zygote may have looked it up


def check_packages() -> None:
    """Raise where the user that this process has become cannot read Python."""
    for path in (sys.base_prefix, sys.prefix):
        if not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(
                f"the student's user cannot read {path}; install Python where all users can"
            )


def limit_resources(to: Confinement) -> None:
    """Limits of this process and of each of its children, as far as the system has them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        "RLIMIT_CPU": to.cpu_seconds,
        "RLIMIT_AS": to.memory,
        "RLIMIT_DATA": to.memory,
        "RLIMIT_FSIZE": to.file,
        "RLIMIT_NOFILE": to.open_files,
        "RLIMIT_CORE": 1,  # 0 would still start a program that the machine has for crashes
    }
    if to.level != "process":
        others = 0 if to.level == "full" or to.owner is not None else _tasks_of(os.geteuid())
        limits |= {"RLIMIT_NPROC": to.processes + others, "RLIMIT_SIGPENDING": to.processes}
        limits |= dict.fromkeys(("RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO"), 0)
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError, AttributeError):  # macOS knows no RLIMIT_AS
            resource.setrlimit(getattr(resource, name), (value, value))


def _tasks_of(user: int) -> int:
    """How many processes and threads a user has: the limit counts them all, outside a user namespace."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found += len(os.listdir(process / "task")) if process.stat().st_uid == user else 0
    return found
