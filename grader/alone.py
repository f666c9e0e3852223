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


@contextmanager
def alone(course: Class) -> Iterator[None]:
    """Nobody else inside, until the block or the process ends; Problem where somebody is."""
    path = course.private / "verdicts" / "lock"  # a file: folders cannot be locked over NFS
    course.make_private(path.parent)
    how = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, how, 0o660 if course.groupshared else 0o600)
    try:
        if not _locked(descriptor):
            raise Problem(f"another grader command is at work in {course.root}; wait until it ends")
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Is it ours now? Where the file system has no locks, it is."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in TAKEN
    return True
