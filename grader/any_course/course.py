"""A course folder of nbgrader: its own configuration, its own assignments."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import Class
from grader.problem import Problem

__all__ = ["AnyCourse", "Remarks", "find", "load", "may_hold", "source_folder"]

OURS = "grader.nbgrader_bridge."  # what a class of ours has in nbgrader's places


def may_hold(folder: Path, assignment: str) -> bool:
    """Is this an nbgrader course that may have this assignment? A cheap look: nbgrader takes seconds to import."""
    signs = (folder / "nbgrader_config.py", folder / "gradebook.db", folder / "source" / assignment)
    return any(sign.exists() for sign in signs)


class Remarks(logging.Handler):
    """Warnings and errors, with the student whose turn it was."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[tuple[str, str]] = []
        self.whose: Callable[[], str] = str

    def emit(self, record: logging.LogRecord) -> None:
        line = " ".join(record.getMessage().split())
        if changed := CHANGED.match(line):
            what = WORDS.get(changed["what"], changed["what"])
            line = f"Cell {changed['cell']!r}: its {what} was changed, and is put back"
        if not line.startswith(EXPECTED) and (self.whose(), line) not in self.said:
            self.said.append((self.whose(), line))


CHANGED = re.compile(r"Attribute '(?P<what>\w+)' for cell (?P<cell>.+) has changed!")
WORDS = {"checksum": "text", "cell_type": "type"}
EXPECTED = ("Removing existing assignment", "Updating existing assignment")


@dataclass(frozen=True)
class AnyCourse:
    """app: nbgrader's, with the course's configuration. coursedir: its directories."""

    app: Any
    coursedir: Any
    remarks: Remarks

    @property
    def root(self) -> Path:
        return Path(self.coursedir.root)

    @property
    def own(self) -> Class:
        """The folder, for the lock and the copies of its gradebook."""
        return Class(self.root)

    def source(self, assignment: str) -> Path:
        return source_folder(self.coursedir, assignment)

    @contextmanager
    def gradebook(self) -> Iterator[Any]:
        from nbgrader.api import Gradebook

        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            yield book

    def assignments(self) -> list[str]:
        """Of the source folder and of the gradebook."""
        folder = self.source("x").parent
        found = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
        if self.has_gradebook():
            with self.gradebook() as book:
                found |= {assignment.name for assignment in book.assignments}
        return sorted(found)

    def has_gradebook(self) -> bool:
        scheme, _, path = self.coursedir.db_url.partition(":///")
        return scheme != "sqlite" or Path(path).exists()

    def notebooks(self, assignment: str) -> dict[str, Any]:
        """{notebook: its kernel, as the gradebook has it}; none where it does not know the assignment."""
        import json

        from nbgrader.api import MissingEntry

        if not self.has_gradebook():
            return {}
        with self.gradebook() as book:
            try:
                found = book.find_assignment(assignment).notebooks
            except MissingEntry:
                return {}
            return {n.name: json.loads(n.kernelspec) if n.kernelspec else {} for n in found}


def source_folder(coursedir: Any, assignment: str) -> Path:
    return Path(coursedir.format_path(coursedir.source_directory, ".", assignment))


def find(folder: Path, assignment: str, **options: Any) -> AnyCourse | None:
    """The course at `folder`, as `nbgrader` would find it there, if it has this assignment. options: of nbgrader's
    CourseDirectory."""
    course = load(folder.resolve(), assignment, options)
    return course if assignment in course.assignments() else None


def load(folder: Path, assignment: str, options: dict[str, Any]) -> AnyCourse:
    from nbgrader.apps import AutogradeApp
    from traitlets.config import Config

    before = Path.cwd()
    os.chdir(folder)  # nbgrader looks where it is
    try:
        AutogradeApp.clear_instance()
        app = AutogradeApp.instance()
        app.log_level = logging.WARNING
        app.initialize([])
        if not (folder / "nbgrader_config.py").exists() and (folder / ".grader").is_dir():
            from grader.nbgrader_bridge.config import class_config

            app.update_config(class_config(folder))
    finally:
        os.chdir(before)
    _without_ours(app.config)
    settings = {"assignment_id": assignment, **options}
    app.update_config(Config(CourseDirectory=settings))
    if not app.coursedir.root or not Path(app.coursedir.root).is_dir():
        raise Problem(
            f"nbgrader's course folder {app.coursedir.root!r} is not there (c.CourseDirectory.root)"
        )
    remarks = Remarks()
    app.log.handlers[:] = [remarks]
    app.log.propagate = False
    return AnyCourse(app, app.coursedir, remarks)


def _without_ours(config: Any) -> None:
    """In a class of ours an assignment that is not ours is nbgrader's alone."""
    for name in ("Autograde", "GenerateFeedback"):
        section = config[name]
        for option in list(section):
            value = section[option]
            entries = value if isinstance(value, list) else [value]
            if any(str(entry).startswith(OURS) for entry in entries) or value == []:
                del section[option]
