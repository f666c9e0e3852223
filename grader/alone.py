"""One command at a time changes a class: a second one ends in a line that says so."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from grader.course import Class
from grader.problem import Problem

__all__ = ["alone"]

TAKEN = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
FAR = 1 << 20  # on Windows a byte that is locked cannot be read


@contextmanager
def alone(course: Class, command: str) -> Iterator[None]:
    """Nobody else inside, until the block or the process ends; Problem where somebody is."""
    course.private.mkdir(mode=0o700, parents=True, exist_ok=True)
    how = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(course.private / "at-work", how, 0o600), "r+") as file:
        if not _locked(file.fileno()):
            raise Problem(
                f"{file.read() or 'another command'} is at work in {course.root}; wait until it ends"
            )
        file.write(f"`grader {command}` (process {os.getpid()})")
        file.truncate()
        file.flush()
        yield


def _locked(descriptor: int) -> bool:
    """Is it ours now? Where the file system has no locks, it is."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in TAKEN
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)
    return True
