"""Open the class's gradebook: a file, or a database on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from alembic.script import ScriptDirectory
from nbgrader import api
from nbgrader.api import Assignment, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import selectinload

from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem

__all__ = ["Entered", "entered", "gradebook", "normalised", "shown", "submissions"]

FORM = "postgresql://user:password@host/database"


@contextmanager
def gradebook(url: str) -> Iterator[Gradebook]:
    """nbgrader's gradebook, made where it is not there. Problem, without the password, where it cannot be used."""
    try:
        book = Gradebook(url, COURSE_ID)
    except (SQLAlchemyError, ImportError) as error:
        raise Problem(f"the gradebook {shown(url)} cannot be opened: {_reason(url, error)}") from None
    with book:
        try:
            yield book
        except (OperationalError, InterfaceError) as error:
            raise Problem(f"the gradebook {shown(url)} failed: {_reason(url, error)}") from None


def submissions(
    book: Gradebook, assignment: Assignment, students: Sequence[str] | None = None
) -> dict[str, SubmittedAssignment]:
    """{student: the rows of a submission, with their grades and comments}, of a class in a few questions."""
    notebooks = selectinload(SubmittedAssignment.notebooks)
    found = book.db.query(SubmittedAssignment).filter_by(assignment_id=assignment.id)
    if students is not None:
        found = found.filter(SubmittedAssignment.student_id.in_(students))
    found = found.options(
        notebooks.selectinload(SubmittedNotebook.grades), notebooks.selectinload(SubmittedNotebook.comments)
    )
    return {row.student_id: row for row in found}


@dataclass
class Entered:
    """What stands in the gradebook of one hand-in, as plain values. due: with its extension. grades, comments:
    rows by cell."""

    timestamp: datetime | None
    extension: timedelta | None
    due: datetime | None
    penalty: float = 0.0
    grades: dict[str, Any] = field(default_factory=dict)
    comments: dict[str, Any] = field(default_factory=dict)


def entered(
    book: Gradebook, assignment: Assignment, students: Sequence[str] | None = None
) -> dict[str, Entered]:
    """{student: what stands there}: for reading, in three questions, many times faster than `submissions`."""
    mine = (
        select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.id.label("notebook"),
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            SubmittedNotebook.late_submission_penalty,
        )
        .outerjoin(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    if students is not None:
        mine = mine.where(SubmittedAssignment.student_id.in_(students))
    found: dict[str, Entered] = {}
    of_notebook: dict[str, Entered] = {}
    for student, notebook, timestamp, extension, penalty in book.db.execute(mine):
        due = assignment.duedate and assignment.duedate + (extension or timedelta())
        there = of_notebook[notebook] = found.setdefault(student, Entered(timestamp, extension, due))
        there.penalty += float(penalty or 0.0)
    for kind, rows in ((Grade, "grades"), (Comment, "comments")):
        columns = kind.__table__.columns
        notebooks = mine.with_only_columns(SubmittedNotebook.id)
        for row in book.db.execute(select(*columns).where(columns.notebook_id.in_(notebooks))):
            getattr(of_notebook[row.notebook_id], rows)[row.cell_id] = row
    return found


def normalised(text: str) -> str:
    """The URL as it is kept. SQLAlchemy's own choice of a driver for PostgreSQL varies with its version."""
    url = _parsed(text)
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg2")
    return str(url.render_as_string(hide_password=False))


def shown(text: str) -> str:
    """The URL without its secrets."""
    return str(_parsed(text).difference_update_query(_SECRETS).render_as_string(hide_password=True))


_SECRETS = ("password", "sslpassword", "passfile")


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError):  # its words may quote the password
        raise Problem(f"this is not the URL of a gradebook; it has the form {FORM}") from None


def _reason(text: str, error: Exception) -> str:
    """What is wrong, in one line, without the password."""
    url = _parsed(text)
    if isinstance(error, ImportError):
        extra = "nn-workbook[postgres]" if url.drivername == "postgresql+psycopg2" else error.name
        return f"its driver is missing; `pip install '{extra}'`"
    if isinstance(error, NoSuchModuleError):
        return f"{url.drivername!r} is no database that is known here; the form is {FORM}"
    words = " ".join(str(getattr(error, "orig", None) or error).split())
    for secret in (url.password, *(url.query.get(name) for name in _SECRETS)):
        if isinstance(secret, str) and secret:
            words = words.replace(secret, "***")
    return words


@cache
def _newest_tables() -> str:
    """The version of nbgrader's tables. nbgrader asks a process of its own, `alembic` on the PATH: three seconds."""
    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


api.get_alembic_version = _newest_tables
