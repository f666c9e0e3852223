"""The layers of isolation, one probe each: does this machine give it, and what to do if not."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grader.engine import cgroup, kernel, landlock, sandbox, seccomp

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
    kernel.mount("none", "/", None, "private rec")
    kernel.mount("tmpfs", "/tmp", "tmpfs", "nosuid nodev")


def _user() -> None:
    if os.geteuid() == 0:
        os.setresuid(*[65534] * 3)
    kernel.unshare("user")
    kernel.bounding_set_off()


def _packages() -> None:
    if os.geteuid() == 0:
        os.setresuid(*[65534] * 3)
    sandbox.check_packages()


def _landlock() -> None:
    if not landlock.version():
        raise OSError("the kernel does not have it, or it is switched off")


def _seccomp() -> None:
    kernel.prctl(38, 1, what="PR_SET_NO_NEW_PRIVS")
    seccomp.install()


def _cgroup() -> None:
    if not cgroup.available():
        raise OSError("no group can be made for both memory and processes")


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
        "control group",
        "memory and processes counted together",
        (),  # used where it is there; limits for each process hold everywhere
        _cgroup,
        "As root, or under systemd with delegation: `systemd-run --user --scope -p Delegate=yes grader ...`.",
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
