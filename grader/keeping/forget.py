"""`grader forget`: remove a student from everything that a class has, and say what is left elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry

from grader.alone import alone
from grader.collect.names import is_safe
from grader.course import Class
from grader.keeping.backup import backups
from grader.nbgrader_bridge.database import gradebook, shown
from grader.problem import Problem

__all__ = ["forget"]

ROOMS = ("submitted", "autograded", "feedback")  # nbgrader's, a folder for each student
ABOUT_STUDENTS = ("downloaded", "extensions", "late", "set_aside")  # what is kept about a chapter
MADE_AGAIN = ("feedback/*.zip", "reports/*", "grades/*")  # by a command, without the student


def forget(course: Class, student: str, *, dry_run: bool = False) -> Iterator[str]:
    """What was removed, then where the name still stands: a line each. dry_run: what would be."""
    if not is_safe(student):
        raise Problem(f"{student!r} can be nobody's id here")
    with alone(course):
        found = [*_folders(course, student), *_entries(course, student), *_rows(course, student)]
        if not found:
            raise Problem(f"nothing here is about {student!r}; give the id, as it stands in submitted/")
        found += [
            (f"{p.relative_to(course.root)}, to be written again", p.unlink) for p in _pages(course, student)
        ]
        for words, remove in found:
            if not dry_run:
                remove()
            yield words
        if not dry_run:
            yield from (f"still named in {path.relative_to(course.root)}" for path in _named(course, student))


Removal = tuple[str, Callable[[], Any]]


def _folders(course: Class, student: str) -> Iterator[Removal]:
    private = course.private
    paths = [course.root / room / student for room in ROOMS]
    paths += sorted(private.glob(f"replaced/*/{student}"))
    paths += sorted(private.glob(f"verdicts/*/{student}.json"))
    for path in paths:
        if path.is_symlink() or path.is_file():
            yield str(path.relative_to(course.root)), path.unlink
        elif path.is_dir():
            yield f"{path.relative_to(course.root)}/", partial(shutil.rmtree, path)


def _entries(course: Class, student: str) -> Iterator[Removal]:
    for kind in ABOUT_STUDENTS:
        for path in sorted((course.private / kind).glob("*.json")):
            kept = course.kept(kind, path.stem)
            left = _without(kept, student)
            if left != kept:
                words = f"an entry of {path.relative_to(course.root)}"
                yield words, partial(course.keep, kind, path.stem, left)


def _without(entries: Any, student: str) -> Any:
    if not isinstance(entries, dict):
        return entries
    return {key: _without(value, student) for key, value in entries.items() if key != student}


def _rows(course: Class, student: str) -> Iterator[Removal]:
    """In the gradebook and in every copy of it."""
    book = course.gradebook_file
    copies = [f"sqlite:///{backup.path}" for backup in backups(course)]
    for url in [course.db_url, *copies] if book is None or book.exists() else copies:
        with gradebook(url) as opened:
            try:
                opened.find_student(student)
            except MissingEntry:
                continue
        name = url.rpartition("/")[2] if url.startswith("sqlite") else shown(url)
        yield f"rows of {name}", partial(_remove_rows, url, student)


def _remove_rows(url: str, student: str) -> None:
    with gradebook(url) as book:
        book.remove_student(student)
    if url.startswith("sqlite:///"):  # else what was removed stays in the file's free pages
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute("VACUUM")


def _pages(course: Class, student: str) -> list[Path]:
    """What a command has written about the whole class."""
    paths = [path for pattern in MADE_AGAIN for path in sorted(course.root.glob(pattern)) if path.is_file()]
    return [path for path in paths if path.suffix == ".zip" or _names(path, student)]


def _named(course: Class, student: str) -> Iterator[Path]:
    for folder, folders, files in os.walk(course.root):
        folders.sort()
        for path in (Path(folder, name) for name in sorted(files)):
            if path.is_file() and not path.is_symlink() and _names(path, student):
                yield path


def _names(path: Path, student: str) -> bool:
    """Does the name stand in this file as a word?"""
    if not path.stat().st_size:
        return False
    word = rb"(?<![\w.+-])" + re.escape(student.encode()) + rb"(?![\w+-])"
    with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        return re.search(word, text) is not None
