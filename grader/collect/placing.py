"""Put a hand-in where grading finds it, with its moment; what lay there before is kept.

course/submitted/<student>/<chapter>/<chapter>.ipynb      and timestamp.txt, as nbgrader writes it
course/.grader/replaced/<chapter>/<student>/<moment>.ipynb
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from grader.beneath import folder
from grader.collect.stamp import STAMP, parse_stamp, read_stamp
from grader.course import Class
from grader.files import write_whole

__all__ = ["handed_in", "place", "stamp"]


def place(course: Class, chapter: str, student: str, content: bytes, moment: datetime, timed: bool) -> None:
    """`timed`: the moment is that of handing in, not of downloading, and goes into timestamp.txt."""
    root, path = course.root / "submitted", course.submission(student, chapter)
    with folder(root, student, chapter, make=True) as here:
        if os.path.lexists(path):
            kept = _free(course.private / "replaced" / chapter / student, handed_in(path))
            os.replace(here.at(path.name), kept, src_dir_fd=here.descriptor)
        _write(root, path, content, moment)
        with suppress(FileNotFoundError):  # of the hand-in before
            os.unlink(here.at(STAMP), dir_fd=here.descriptor)
    if timed:
        stamp(course, chapter, student, moment)


def stamp(course: Class, chapter: str, student: str, moment: datetime) -> None:
    path = course.submission(student, chapter).with_name(STAMP)
    _write(course.root / "submitted", path, f"{moment:%Y-%m-%d %H:%M:%S} UTC\n".encode(), moment)


def handed_in(path: Path) -> datetime:
    """When the hand-in that lies there was made: by its timestamp.txt, else by the file."""
    moment = parse_stamp(read_stamp(path.parent))
    return moment or datetime.fromtimestamp(path.lstat().st_mtime, UTC)


def _free(folder: Path, moment: datetime) -> Path:
    """A name that is not taken."""
    folder.mkdir(parents=True, exist_ok=True)
    name, number = f"{moment:%Y-%m-%dT%H%M%SZ}", 1
    path = folder / f"{name}.ipynb"
    while os.path.lexists(path):
        number += 1
        path = folder / f"{name}-{number}.ipynb"
    return path


def _write(root: Path, path: Path, content: bytes, moment: datetime) -> None:
    write_whole(path, content, changed=moment.timestamp(), beneath=root)
