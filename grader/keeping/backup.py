"""Copies of the gradebook, made before every command that changes it; `grader restore` puts one back.

course/.grader/backups/<moment>.db      as the gradebook was before the command of that moment
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.alone import alone
from grader.collect.submitted import released
from grader.course import Class
from grader.problem import Problem
from grader.record.registry import chapters
from grader.text import counted

__all__ = ["Backup", "back_up", "backups", "copy", "released_since", "restore"]

RECENT, DAYS = 20, 30  # the newest copies are kept, and of earlier days the last of each
FORM = "%Y-%m-%dT%H-%M-%S.%f"


@dataclass(frozen=True)
class Backup:
    """A copy of the gradebook, and what is in it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def moment(self) -> datetime:
        return datetime.strptime(self.name, FORM).replace(tzinfo=UTC)

    def __str__(self) -> str:
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as book:
            (hand_ins,) = book.execute("SELECT count(*) FROM submitted_assignment").fetchone()
            (marks,) = book.execute("SELECT count(*) FROM grade WHERE manual_score IS NOT NULL").fetchone()
        when = self.moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return f"{self.name}  {when}: {counted(hand_ins, 'hand-in')}, {counted(marks, 'mark')} by hand"


def backups(course: Class) -> list[Backup]:
    """The oldest first."""
    return [Backup(path) for path in sorted((course.private / "backups").glob("*.db"))]


def back_up(course: Class) -> Backup | None:
    """Copy the gradebook if it has changed since the last copy. None: nothing to copy, or it is on a server."""
    book, kept = course.gradebook_file, backups(course)
    if book is None or not book.exists():
        return None
    if kept and kept[-1].path.stat().st_mtime_ns >= book.stat().st_mtime_ns:
        return kept[-1]
    path = course.private / "backups" / f"{datetime.now(UTC).strftime(FORM)}.db"
    course.make_private(path.parent)
    copy(book, path)
    for spare in _spare([*kept, Backup(path)]):
        spare.path.unlink()
    return Backup(path)


def _spare(kept: list[Backup]) -> list[Backup]:
    last_of_day = {backup.name[:10]: backup for backup in kept}
    needed = {*kept[-RECENT:], *list(last_of_day.values())[-DAYS:]}
    return [backup for backup in kept if backup not in needed]


def restore(course: Class, name: str) -> tuple[Backup, Backup | None]:
    """Make the gradebook what it was; what it was before that is kept too. (what was put back, what was there)."""
    book = course.gradebook_file
    if book is None:
        raise Problem("the gradebook is on a server: take it back there, from the server's own backup")
    found = [backup for backup in backups(course) if backup.name.startswith(name)]
    if len(found) != 1:
        several = "several copies begin" if found else "no copy begins"
        raise Problem(f"{several} with {name!r}; `grader restore{course.option}` lists them")
    with alone(course):
        there = back_up(course)
        copy(found[0].path, book)
    return found[0], there


def released_since(course: Class, backup: Backup) -> list[str]:
    """Chapters that may have other questions and points than this copy of the gradebook."""
    moment = backup.moment.timestamp()
    there = {chapter: released(course, chapter) for chapter in chapters()}
    return [name for name, path in there.items() if path.exists() and path.stat().st_mtime > moment]


def copy(source: Path, to: Path) -> None:
    """As one transaction: a program that has the gradebook open sees the old content or the new."""
    os.close(os.open(to, os.O_RDWR | os.O_CREAT, 0o660 if to.parent.stat().st_mode & 0o020 else 0o600))
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise Problem(f"{source.name} could not be copied to {to.name}: {error}") from None
    os.utime(to)
