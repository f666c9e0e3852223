"""Late penalties, as nbgrader's AssignLatePenalties gives them and by the same configuration; extensions.

nbgrader goes by a moment. Where there is none and Canvas or Moodle says "late", a penalty is entered only if it is
the same however late the hand-in was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from grader.collect.late import Said, said_late
from grader.course import Class
from grader.problem import Problem

__all__ = ["LatePolicy", "extend", "late_policy", "naive", "put"]

FOREVER = 100 * 365 * 86_400.0
FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class LatePolicy:
    """plugin: what nbgrader calls a LateSubmissionPlugin. said: by an LMS, of hand-ins without a moment."""

    plugin: Any
    said: Mapping[str, Said]

    def apply(self, book: Any, notebook: Any) -> None:
        """Enter the penalty of one submitted notebook: none where it is in time, never more than its score. A
        new one has been flushed: which assignment it is comes from the database."""
        put(notebook, "late_submission_penalty", None)
        least, most = self._seconds(notebook.assignment)
        if least <= 0:
            return
        book.db.flush()
        book.db.expire(notebook, ["score"])
        found = {self._penalty(notebook, seconds) for seconds in (least, most)}
        if len(found) == 1:
            (notebook.late_submission_penalty,) = found

    def _seconds(self, submission: Any) -> tuple[float, float]:
        """By how much it is late, at least and at most."""
        known: float = submission.total_seconds_late
        said, due = self.said.get(submission.student_id), submission.duedate
        if (submission.timestamp and due) or submission.extension or not (said and said.late):
            return known, known
        longest = (said.taken - due.replace(tzinfo=UTC)).total_seconds() if due else FOREVER
        return 1.0, max(1.0, longest)

    def _penalty(self, notebook: Any, seconds: float) -> float | None:
        score = notebook.score
        student = notebook.assignment.student_id
        try:
            penalty = self.plugin.late_submission_penalty(student, score, seconds)
            return None if penalty is None else max(0.0, min(float(penalty), score))
        except Exception as error:
            name = type(self.plugin).__name__
            raise Problem(f"the late policy {name} failed for {student}: {error!r}") from error


def extend(submission: Any, due: datetime | None, until: datetime | None) -> None:
    """Give one submission this much time; what was entered by other means stays where we know of no extension."""
    if until and due:
        put(submission, "extension", max(naive(until) - due, timedelta(0)) or None)


def put(row: Any, name: str, value: Any) -> None:
    """Set what is not so already: a row that is set to what it says costs as much as one that changes."""
    if getattr(row, name) != value:
        setattr(row, name, value)


def naive(moment: datetime) -> datetime:
    """As nbgrader keeps moments: in UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def late_policy(course: Class, chapter: str) -> LatePolicy:
    """The policy that nbgrader_config.py sets, in the working folder or, which counts more, the class folder."""
    config = Config()
    for folder in (Path.cwd(), course.root):
        try:
            config.merge(PyFileConfigLoader(FILE, str(folder)).load_config())
        except ConfigFileNotFound:
            continue
        except Exception as error:
            raise Problem(f"{folder / FILE} does not run: {error!r}") from error
    try:
        late = AssignLatePenalties(config=config)
        late.init_plugin()
    except Exception as error:
        raise Problem(f"the late policy that {FILE} names cannot be used: {error}") from error
    return LatePolicy(late.plugin_inst, said_late(course, chapter))
