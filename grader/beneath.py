"""Reach what lies beneath a folder, and never through a link: not even through one that is put there meanwhile."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

__all__ = ["HARD_LINK", "Folder", "clear", "cut_links", "folder", "is_own_file", "open_file"]

BY_DESCRIPTOR = os.open in os.supports_dir_fd  # not on Windows: there the way is looked at, then used
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
HARD_LINK = "it is a hard link to a file that is somebody else's; put a copy in its place"
FILE = os.O_RDONLY | NO_LINK | getattr(os, "O_NONBLOCK", 0)  # a pipe is not waited for


class Folder(NamedTuple):
    """A folder that is open. What is in it goes to `os` as at(name), dir_fd=descriptor."""

    prefix: str
    descriptor: int | None

    def at(self, name: str) -> str:
        return os.path.join(self.prefix, name)

    def names(self) -> list[str]:
        return sorted(os.listdir(self.prefix if self.descriptor is None else self.descriptor))

    def status(self, name: str) -> os.stat_result:
        """Of the link itself where it is one."""
        return os.stat(self.at(name), dir_fd=self.descriptor, follow_symlinks=False)

    def planted(self, status: os.stat_result) -> bool:
        """Is it a file that had a name elsewhere before it got this one? A hard link changes the file's status and,
        at the same time, the folder where it is made; whoever had the file has an older folder."""
        if self.descriptor is None or not stat.S_ISREG(status.st_mode) or status.st_nlink == 1:
            return False
        return os.fstat(self.descriptor).st_mtime_ns >= status.st_ctime_ns


@contextmanager
def folder(root: Path, *names: str, make: bool = False) -> Iterator[Folder]:
    """The folder root/names..., OSError where one of the names is a link; `root` may be reached through one. make:
    what is missing is made."""
    if make:
        root.mkdir(parents=True, exist_ok=True)
    if not BY_DESCRIPTOR:
        yield Folder(_looked_at(root, names, make), None)
        return
    here = os.open(root, FOLDER)
    try:
        for name in names:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=here)
            outer, here = here, os.open(name, FOLDER | NO_LINK, dir_fd=here)
            os.close(outer)
        yield Folder("", here)
    finally:
        os.close(here)


def _looked_at(root: Path, names: tuple[str, ...], make: bool) -> str:
    for name in names:
        root /= name
        if make:
            root.mkdir(exist_ok=True)
        if root.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(root))
    return str(root)


@contextmanager
def open_file(root: Path, *names: str) -> Iterator[int]:
    """A descriptor of the file root/names..., for reading; OSError where one of the names is a link."""
    *folders, name = names
    with folder(root, *folders) as here:
        descriptor = os.open(here.at(name), FILE, dir_fd=here.descriptor)
        try:
            if here.planted(os.fstat(descriptor)):
                raise OSError(errno.EMLINK, HARD_LINK, name)
            yield descriptor
        finally:
            os.close(descriptor)


def is_own_file(root: Path, *names: str) -> bool:
    """Is root/names... a file that no link leads to, soft or hard?"""
    *folders, name = names
    try:
        with folder(root, *folders) as here:
            status = here.status(name)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def cut_links(root: Path, *names: str) -> None:
    """Take away the link on the way to root/names..., if one is there, and never what it leads to."""
    for depth, name in enumerate(names):
        try:
            with folder(root, *names[:depth]) as here:
                if stat.S_ISLNK(here.status(name).st_mode):
                    os.unlink(here.at(name), dir_fd=here.descriptor)
                    return
        except FileNotFoundError:
            return


def clear(root: Path, *names: str) -> None:
    """Remove the folder root/names... with all that is in it; of a link on the way, and in it, the link only."""
    cut_links(root, *names)
    *folders, name = names
    with suppress(FileNotFoundError), folder(root, *folders) as here:
        shutil.rmtree(here.at(name), dir_fd=here.descriptor)
