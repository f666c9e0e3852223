"""What may be typed after a command, and what is meant by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from grader.collect.roster import Roster
    from grader.course import Class

__all__ = [
    "COURSE",
    "Assignment",
    "Chapter",
    "Chapters",
    "CourseFolder",
    "Output",
    "RosterFile",
    "Student",
    "class_in",
    "known",
    "resolve",
    "roster_of",
    "short",
    "to_change",
]

Chapter = Annotated[str, typer.Argument(help="ch02, 02, 2 or the full name.", show_default=False)]
Assignment = Annotated[
    str, typer.Argument(help="A chapter, or an assignment of the nbgrader course here.", show_default=False)
]
Chapters = Annotated[
    list[str] | None,
    typer.Argument(help="ch02, 02, 2 or the full name; default: all.", show_default=False),
]
COURSE = Path("course")
CourseFolder = Annotated[Path, typer.Option("--course", metavar="DIR", help="The class folder.")]
Student = Annotated[str | None, typer.Option("--student", metavar="ID", help="This student only.")]
RosterFile = Annotated[
    Path | None,
    typer.Option(
        "--roster", metavar="FILE", help="The class list, CSV or .xlsx; default: roster.csv in the class."
    ),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to; default: in the class folder."),
]


def resolve(text: str, names: list[str]) -> str:
    """The chapter meant by ch02, 02, 2 or its full name."""
    from grader.problem import Problem

    number = text.removeprefix("ch")
    key = f"ch{int(number):02d}" if number.isascii() and number.isdigit() else text
    found = [name for name in names if name == text or name.split("_")[0] == key]
    if len(found) != 1:
        raise Problem(f"there is no chapter {text!r}; there are: {', '.join(names) or 'none yet'}")
    return found[0]


def known(chapter: str) -> str:
    from grader.record.registry import chapters

    return resolve(chapter, list(chapters()))


def class_in(folder: Path) -> Class:
    from grader.course import Class

    course = Class(folder.resolve())
    course.write_as_group()
    return course


def to_change(folder: Path) -> Class:
    """A class whose gradebook may be changed now: it is copied first."""
    from grader.keeping.backup import back_up

    course = class_in(folder)
    back_up(course)
    return course


def roster_of(course: Path, roster: Path | None) -> Roster | None:
    """The roster that was named, else the class's own, else none."""
    from grader.collect.roster import read_roster

    own = course / "roster.csv"
    path = roster or (own if own.exists() else None)
    return read_roster(path) if path else None


def short(path: Path) -> str:
    """A path as one would type it here."""
    path, here = path.resolve(), Path.cwd().resolve()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
