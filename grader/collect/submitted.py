"""What was handed out and what was handed in: a class's `release` and `submitted` folders."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.beneath import open_file
from grader.collect.stamp import STAMP
from grader.course import Class
from grader.problem import Problem

__all__ = [
    "MAX_BYTES",
    "MAX_FILE",
    "HandIn",
    "find_hand_ins",
    "read_file",
    "released",
    "require_release",
]

COPY = re.compile(
    r"^(?:copy|kopie|copie|copia) (?:of|von|de|di) |[ _-]*\(\d{1,3}\)$|-\d{1,2}$"
    r"|[ _-]+(?:copy|kopie|copie|copia)[ _-]*\d{0,3}$",
    re.IGNORECASE,
)
MAX_BYTES = 20 << 20  # of a notebook without its outputs
MAX_FILE = 100 << 20  # with them; larger files are not read
NOT_THEIRS = (errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE)
# Not UTF-8, or what turns or moves other text, or nbgrader's pages would read it as HTML.
NO_NAME = re.compile(
    '[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff<>"]'
)


def released(course: Class, chapter: str) -> Path:
    """The notebook that students get."""
    return course.root / "release" / chapter / f"{chapter}.ipynb"


def require_release(course: Class, chapter: str) -> None:
    if not released(course, chapter).exists():
        raise Problem(f"{chapter} is not released in {course.root}; run `grader release {chapter}` first")


@dataclass(frozen=True)
class HandIn:
    """One student's hand-in. problem: why there is no notebook to read. extra: files that were ignored. remark: what
    was strange, and is no reason not to grade it."""

    student: str
    path: Path
    problem: str = ""
    extra: tuple[str, ...] = ()
    remark: str = ""
    error: str = ""  # why the grader cannot look: not the student's doing

    def read(self) -> bytes | str:
        """The notebook's bytes, or in words why there are none."""
        if self.error:
            raise OSError(self.error)
        return self.problem or read_file(self.path.parents[2], *self.path.parts[-3:])


def read_file(root: Path, *names: str) -> bytes | str:
    """The bytes of the file root/names..., or in words why there are none. No link is followed beneath `root`.
    OSError where the grader may not read it, or the disk cannot be read: that is not the student's doing."""
    name = names[-1]
    try:
        with open_file(root, *names) as descriptor:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return f"{name} is not a regular file"
            if status.st_size > MAX_FILE:
                return f"{name} has {status.st_size >> 20} MB; the limit is {MAX_FILE >> 20} MB"
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read()
    except OSError as error:
        if error.errno in NOT_THEIRS:
            raise
        return f"{name} cannot be opened ({error.strerror})"


def find_hand_ins(course: Class, chapter: str, student: str | None = None) -> list[HandIn]:
    """Everybody with a folder, by name; who handed in nothing for this chapter has a reason, too."""
    submitted = course.root / "submitted"
    if not submitted.is_dir():
        return []
    names = sorted(p.name for p in submitted.iterdir() if not p.name.startswith("."))
    return [
        _seen(course, name, chapter)
        for name in names
        if student in (None, name) and (submitted / name).is_dir()
    ]


def _seen(course: Class, student: str, chapter: str) -> HandIn:
    try:
        return _inspect(course, student, chapter)
    except OSError as error:
        path = course.submission(student, chapter)
        return HandIn(
            plain(student), path, error=f"{plain(student)}'s folder cannot be read ({error.strerror})"
        )


def _inspect(course: Class, student: str, chapter: str) -> HandIn:
    path = course.submission(student, chapter)
    if NO_NAME.search(student):
        return HandIn(plain(student), path, "the name of the folder is no plain text in one line")
    folder = path.parent
    if not os.path.lexists(folder):
        return HandIn(student, path, f"nothing was handed in for {chapter}")
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return HandIn(student, path, f"{student}/{chapter} is not a folder of its own")
    files = sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))
    extra = tuple(name for name in files if name not in (path.name, STAMP))
    if path.name in files:
        problem = f"{path.name} is a link, not a file" if path.is_symlink() else ""
        return HandIn(student, path, problem, extra)
    if not extra:
        return HandIn(student, path, "the folder of the hand-in is empty")
    copies = [name for name in extra if name.lower().endswith(".ipynb") and is_copy(name[:-6], chapter)]
    if len(copies) == 1 and not (folder / copies[0]).is_symlink():
        others = tuple(name for name in extra if name != copies[0])
        remark = f"The file was called {plain(copies[0])}; it was taken for {path.name}."
        return HandIn(student, folder / copies[0], "", others, remark)
    names = ", ".join(map(plain, extra[:3])) + (", ..." if len(extra) > 3 else "")
    return HandIn(student, path, f"there is no {path.name}, only {names}; rename the notebook", extra)


def is_copy(name: str, chapter: str) -> bool:
    """Is this what a browser, Drive or Jupyter calls another copy of the chapter?"""
    before = ""
    while name != before:
        before, name = name, COPY.sub("", name)
    return name.casefold() == chapter


def plain(name: str) -> str:
    """A file's name as it can be shown and kept anywhere."""
    return NO_NAME.sub(lambda found: f"%{ord(found[0]):02x}", name)
