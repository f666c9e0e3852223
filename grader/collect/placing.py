"""Put a hand-in where grading finds it, with its moment; what lay there before is kept.

course/submitted/<student>/<chapter>/<chapter>.ipynb      and timestamp.txt, as nbgrader writes it
course/.grader/replaced/<chapter>/<student>/<moment>.ipynb
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from grader.collect.stamp import STAMP, parse_stamp, read_stamp
from grader.course import Class
from grader.files import write_whole

__all__ = ["handed_in", "place"]


def place(course: Class, chapter: str, student: str, content: bytes, moment: datetime, timed: bool) -> None:
    """`timed`: the moment is that of handing in, not of downloading, and goes into timestamp.txt."""
    path = course.submission(student, chapter)
    if os.path.lexists(path):
        path.replace(_free(course.private / "replaced" / chapter / student, handed_in(path)))
    _write(path, content, moment)
    stamp = path.with_name(STAMP)
    stamp.unlink(missing_ok=True)  # of the hand-in before
    if timed:
        _write(stamp, f"{moment:%Y-%m-%d %H:%M:%S} UTC\n".encode(), moment)


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


def _write(path: Path, content: bytes, moment: datetime) -> None:
    write_whole(path, content, changed=moment.timestamp())
