"""The layers of isolation, one probe each: does this machine give it, and what to do if not."""

from __future__ import annotations

import mmap
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.engine import kernel, landlock, root, sandbox, seccomp
from grader.engine.cgroup import Group
from grader.engine.watchdog import watch

__all__ = ["LAYERS", "Layer", "missing", "probe"]


@dataclass(frozen=True)
class Layer:
    """try_it raises OSError where the layer is missing; it runs in a process of its own."""

    name: str
    what: str
    levels: tuple[str, ...]
    try_it: Callable[[], None]
    remedy: str


def _namespaces() -> None:
    """As the zygote does it: the last step needs rights inside the namespaces, which some systems take away."""
    sandbox.gain_rights()
    kernel.unshare("pid", "mnt", "net", "ipc", "uts")


def _root() -> None:
    _namespaces()
    root.enter()
    if os.path.exists("/proc") or os.access("/", os.W_OK):
        raise OSError("more than Python and its packages can be seen")


def _user() -> None:
    if os.geteuid() == 0:
        os.setresuid(*[65534] * 3)
    kernel.unshare("user")
    kernel.bounding_set_off()
    kernel.drop_capabilities()
    said = [line.split() for line in Path("/proc/self/status").read_text().splitlines()]
    if left := [
        name for name, *value in said if name in ("CapPrm:", "CapEff:", "CapBnd:") if int(value[0], 16)
    ]:
        raise OSError(f"capabilities are left ({', '.join(left)})")


def _packages() -> None:
    if os.geteuid() == 0:
        os.setresuid(*[65534] * 3)
    sandbox.check_packages()


def _landlock() -> None:
    kernel.prctl(38, 1, what="PR_SET_NO_NEW_PRIVS")
    landlock.restrict(["/usr"], [])
    _refused("a file elsewhere", lambda: os.listdir("/"))


def _seccomp() -> None:
    kernel.prctl(38, 1, what="PR_SET_NO_NEW_PRIVS")
    seccomp.install()
    at = seccomp.MACHINES.index(platform.machine())
    _refused(
        "io_uring", lambda: kernel.syscall(seccomp.DENIED["io_uring_setup"][at], 1, 0, what="io_uring_setup")
    )
    _refused("shared memory", lambda: mmap.mmap(-1, 1))


def _refused(what: str, do: Callable[[], object]) -> None:
    try:
        do()
    except PermissionError:
        return
    raise OSError(f"{what} is not refused")


TOGETHER = 160 << 20  # bytes: more than what one of the following holds, less than both


def _ended_for_what_two_hold() -> bool:
    """A process of 100 MiB and another one that it has started: is one of them killed?"""
    student = os.fork()
    if student == 0:
        other = os.fork()
        if other == 0:
            kernel.prctl(1, signal.SIGKILL, what="PR_SET_PDEATHSIG")
        held = bytearray(b"x") * (100 << 20)
        if other == 0:
            time.sleep(3)
            os._exit(not held)
        os._exit(os.waitpid(other, 0)[1] & 0x7F)
    return abs(os.waitstatus_to_exitcode(os.waitpid(student, 0)[1])) == signal.SIGKILL


def _watchdog() -> None:
    zygote = os.fork()
    if zygote == 0:
        os._exit(not _ended_for_what_two_hold())
    if watch(zygote, TOGETHER):
        raise OSError("processes that hold too much together are not found")


def _cgroup() -> None:
    """In a group of its own a process may not start too many others, nor hold too much with those that it may."""
    read, write = os.pipe()
    inside = os.fork()
    if inside == 0:
        os.read(read, 1)
        within = _ended_for_what_two_hold()
        try:
            for _ in range(8):
                if os.fork() == 0:
                    time.sleep(1)
                    os._exit(0)
        except OSError:
            os._exit(not within)
        os._exit(1)
    group = Group.around(inside, TOGETHER, 6)
    try:
        os.write(write, b"." if group else b"")
        os.close(read)
        os.close(write)
        if group is None:
            os.kill(inside, signal.SIGKILL)
            os.waitpid(inside, 0)
            raise OSError("no group can be made for both memory and processes")
        if os.waitpid(inside, 0)[1]:
            raise OSError("a group can be made, but its limits do not hold")
    finally:
        if group is not None:
            group.remove()


USER_NAMESPACES = (
    "Allow user namespaces: `sysctl user.max_user_namespaces=10000`, on older Debian also"
    " `kernel.unprivileged_userns_clone=1`, on Ubuntu 24.04 `kernel.apparmor_restrict_unprivileged_userns=0`;"
    " in Docker `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --cap-add SYS_ADMIN`."
)
LAYERS = (
    Layer(
        "namespaces",
        "mounts, processes, network, IPC and host name of its own",
        ("full",),
        _namespaces,
        USER_NAMESPACES,
    ),
    Layer("root", "a read-only file tree of Python and its packages only", ("full",), _root, USER_NAMESPACES),
    Layer("user", "a user of its own without capabilities", ("full",), _user, USER_NAMESPACES),
    Layer(
        "packages",
        "Python can be read without rights",
        ("landlock",),
        _packages,
        "Install Python and the environment where every user can read them, or run as an ordinary user.",
    ),
    Layer(
        "Landlock",
        "no file beyond the student's own folder",
        ("full", "landlock"),
        _landlock,
        "Linux 5.13 or newer with landlock in /sys/kernel/security/lsm (boot option `lsm=landlock,...`).",
    ),
    Layer(
        "seccomp",
        "the dangerous system calls are refused",
        ("full", "landlock"),
        _seccomp,
        f"A kernel with seccomp filters, on {' or '.join(seccomp.MACHINES)}.",
    ),
    Layer(
        "watchdog",
        "memory of all processes together, added up twenty times a second",
        ("full", "landlock"),
        _watchdog,
        "A /proc that shows the user's own processes and their children (/proc/PID/task/TID/children).",
    ),
    Layer(
        "control group",
        "memory and processes together, counted by the kernel",
        (),  # used where it is there; the watchdog is enough
        _cgroup,
        "As root; with systemd of one's own, which comes with a login, in a service by `loginctl enable-linger USER`"
        " (Debian: with the package dbus-user-session); or in a service with `Delegate=yes`. The watchdog is enough.",
    ),
)


def probe(layer: Layer) -> str:
    """Why this machine does not give the layer; empty if it does."""
    if sys.platform != "linux":
        return f"needs Linux; this is {platform.system()}"
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            layer.try_it()
        except Exception as error:
            os.write(write, str(error).encode()[:1000] or b"it fails")
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        reason = pipe.read().decode(errors="replace")
    os.waitpid(pid, 0)
    return reason


def missing(level: str) -> Iterator[tuple[Layer, str]]:
    """The layers that a level needs and this machine does not give, with the reason."""
    if level not in sandbox.LEVELS:
        raise ValueError(f"isolation {level!r}; there is: {', '.join(sandbox.LEVELS)}")
    for layer in LAYERS:
        if level in layer.levels and (reason := probe(layer)):
            yield layer, reason
