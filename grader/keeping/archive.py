"""A class as one file, for the shelf: unpacked, it is the class again."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.alone import alone
from grader.course import Class
from grader.keeping.backup import copy
from grader.problem import Problem

__all__ = ["archive"]


def archive(course: Class, to: Path) -> int:
    """Write the class as a zip that its owner only can read; how many files are in it."""
    if to.exists():
        raise Problem(f"{to} is there already")
    if to.resolve().is_relative_to(course.root.resolve()):
        raise Problem(f"{to} would lie in the class folder, and in itself")
    if not os.access(to.parent, os.W_OK):
        raise Problem(f"{to.parent} is no folder that you can write in; --output says where to")
    with alone(course), TemporaryDirectory(dir=to.parent) as scratch:
        draft = Path(scratch) / to.name
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600))
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as zipped:
            for path in _files(course):
                zipped.write(path, Path(course.root.name, path.relative_to(course.root)))
            book = course.gradebook_file
            if book and book.exists():  # a whole one, also while somebody marks in formgrader
                copy(book, Path(scratch) / "gradebook.db")
                zipped.write(Path(scratch) / "gradebook.db", Path(course.root.name, "gradebook.db"))
        with zipfile.ZipFile(draft) as zipped:
            if broken := zipped.testzip():
                raise Problem(f"{broken} could not be read back; try again")
            count = len(zipped.namelist())
        os.replace(draft, to)
    return count


def _files(course: Class) -> Iterator[Path]:
    """What makes the class, but for its gradebook and the copies of it; no link is followed."""
    left_out = {course.private / "backups", course.private / "verdicts" / "lock", course.gradebook_file}
    for folder, folders, files in os.walk(course.root):
        here = Path(folder)
        folders[:] = sorted(n for n in folders if here / n not in left_out and n != ".ipynb_checkpoints")
        for path in (here / name for name in sorted(files)):
            if path not in left_out and path.is_file() and not path.is_symlink():
                yield path
