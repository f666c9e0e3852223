"""The file tree that a sandboxed process sees: the interpreter, the environment, nnlib, all read-only.

No home, no course, no gradebook, no /proc, no /sys, no other student's work: what is not bound is not there.
Each submission gets an empty folder in memory, at HOME.
"""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from pathlib import Path

from grader.course import PACKAGES
from grader.engine import kernel

__all__ = ["HOME", "enter", "make_folders", "private_folder", "readable"]

STAGE = "/tmp"  # mounted over in this process's own view only
DEVICES = (
    "null",
    "full",
    "random",
    "urandom",
)  # not zero: shared, it is memory that no process is charged for
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/nix/store")
PARTS = ("bin", "lib", "lib64", "share", "pyvenv.cfg")
HOME = "/student"
PASSWD = f"student:x:65534:65534:student:{HOME}/home:/bin/sh\n"


def readable() -> list[Path]:
    """What the student's code may read: no more than an interpreter and its packages need."""
    prefixes = (sys.base_prefix, sys.base_exec_prefix, sys.prefix, sys.exec_prefix)
    env = [f"{prefix}/{part}" for prefix in prefixes for part in PARTS]  # a checkout may lie beside them
    env += [sysconfig.get_path("stdlib")]
    env += [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    paths = [Path(p) for p in (*SYSTEM, *env, *map(os.path.realpath, env)) if os.path.exists(p)]
    grader = PACKAGES / "grader"  # among those packages where it is installed; it holds the answers
    return [p for path in _outermost([*paths, PACKAGES / "nnlib"]) for p in _without(path, grader)]


def _without(path: Path, hidden: Path) -> list[Path]:
    """A folder, or all that is in it but what is hidden."""
    if path.is_symlink() or not hidden.is_relative_to(path):
        return [path]
    return [] if path == hidden else [p for child in sorted(path.iterdir()) for p in _without(child, hidden)]


def _outermost(paths: list[Path]) -> list[Path]:
    """Without what lies beneath another one; symlinks stay for themselves."""
    chosen: list[Path] = []
    for path in sorted(set(paths), key=lambda p: (len(p.parts), p)):
        if path.is_symlink() or not any(path.is_relative_to(c) and not c.is_symlink() for c in chosen):
            chosen.append(path)
    return chosen


def enter() -> None:
    """Build the tree in memory and make it the root. Needs the right to mount in a mount namespace of its own."""
    kernel.mount("none", "/", None, "private rec")
    paths = readable()
    homes = {path: os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC) for path in paths}
    devices = {name: os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC) for name in DEVICES}
    kernel.mount("tmpfs", STAGE, "tmpfs", "nosuid nodev", "mode=0755,size=1m")
    for path, descriptor in homes.items():
        _place(descriptor, path)
        os.close(descriptor)
    for folder in ("dev", "etc", HOME.strip("/")):
        os.makedirs(f"{STAGE}/{folder}", exist_ok=True)
    if not os.path.exists(f"{STAGE}/tmp"):  # the environment itself may lie in /tmp
        os.symlink(f"{HOME}/tmp", f"{STAGE}/tmp")
    for name, descriptor in devices.items():
        target = f"{STAGE}/dev/{name}"
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
        kernel.mount(f"/proc/self/fd/{descriptor}", target, None, "bind")
        os.close(descriptor)
    os.symlink(f"{HOME}/shm", f"{STAGE}/dev/shm")
    Path(f"{STAGE}/etc/passwd").write_text(PASSWD)
    kernel.mount("none", STAGE, None, "remount bind ro nosuid nodev")
    os.chdir(STAGE)
    kernel.pivot_root(".", ".")
    kernel.umount(".")  # the old root, which pivot_root has put over the new one
    os.chdir("/")


def _place(descriptor: int, path: Path) -> None:
    """Show what the descriptor stands for under its old path. (The path itself may be hidden by now.)"""
    target = Path(STAGE) / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    if kind == stat.S_IFLNK:
        target.symlink_to(os.readlink("", dir_fd=descriptor))
        return
    if kind == stat.S_IFDIR:
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    kernel.mount(f"/proc/self/fd/{descriptor}", str(target), None, "bind rec")
    _make_read_only(str(target))


def _make_read_only(target: str) -> None:
    """Keep the flags that the mount had: a user namespace may add to them but not take away."""
    flags = os.statvfs(target).f_flag
    kept = [name for name, bit in (("noexec", os.ST_NOEXEC), ("nodev", os.ST_NODEV)) if flags & bit]
    kernel.mount("none", target, None, " ".join(["remount bind ro nosuid", *kept]))


def private_folder(megabytes: int, owner: int | None) -> None:
    """Mount an empty HOME of this process's own."""
    kernel.mount("tmpfs", HOME, "tmpfs", "nosuid nodev", f"mode=0755,size={megabytes}m,nr_inodes=4096")
    make_folders(HOME, owner)


def make_folders(base: str, owner: int | None) -> None:
    """The folders that programs look for; the student's code starts in `work`."""
    for name in ("work", "home", "tmp", "shm"):
        os.mkdir(f"{base}/{name}", 0o700)
    if owner is not None:
        for path in (base, *(f"{base}/{name}" for name in ("work", "home", "tmp", "shm"))):
            os.chown(path, owner, owner)
