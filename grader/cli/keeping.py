"""A class over the years."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.arguments import COURSE, CourseFolder, class_in, short

__all__ = ["archive", "forget", "restore"]


def restore(
    copy: Annotated[
        str | None, typer.Argument(help="How its name begins; default: which there are.", show_default=False)
    ] = None,
    course: CourseFolder = COURSE,
) -> None:
    """Make the gradebook what it was before a command.

    Before a command changes the gradebook, it is copied. What is there now is
    copied as well, so this can be taken back. Next, `grader autograde` enters the
    points of hand-ins that have come since.

    Example: grader restore 2026-11-28T16
    """
    from grader.keeping.backup import backups, released_since, restore
    from grader.problem import Problem

    into = class_in(course)
    if copy is None:
        kept = backups(into)
        if not kept:
            raise Problem(f"there is no copy of a gradebook in {into.root}")
        for backup in kept:
            typer.echo(str(backup))
        return
    back, there = restore(into, copy)
    typer.echo(f"the gradebook is that of {back}")
    for chapter in released_since(into, back):
        again = f"`grader release {chapter}{into.option}` enters its questions and points"
        typer.echo(f"{chapter} has been released since: {again}")
    if there:
        typer.echo(f"what was there is kept: grader restore {there.name}{into.option}")


def forget(
    student: Annotated[str, typer.Argument(help="The student's id.", show_default=False)],
    course: CourseFolder = COURSE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Remove nothing; say what would be.")] = False,
) -> None:
    """Remove a student from everything here: hand-ins, verdicts, pages, the gradebook and its copies.

    It cannot be taken back. Then it says which files still have the name; the
    exchange, the LMS, archives and what you have sent are yours to clear.

    Example: grader forget ada --dry-run
    """
    from grader.keeping.forget import forget as forget_one

    into = class_in(course)
    if not (dry_run or yes):
        for text in forget_one(into, student, dry_run=True):
            typer.echo(text)
        typer.confirm(f"Remove all of this? It is all that is here of {student}", abort=True)
    for text in forget_one(into, student, dry_run=dry_run):
        typer.echo(text if dry_run or text.startswith("still") else f"removed: {text}")
    if dry_run:
        typer.echo("A dry run: nothing was removed.")


def archive(
    course: CourseFolder = COURSE,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; default: beside the class folder."),
    ] = None,
) -> None:
    """Write a class as one zip for the shelf: hand-ins, verdicts, pages, gradebook, secret seeds.

    Unpacked it is the class again. Keep it as you keep exams: it has everybody's
    answers and grades.

    Example: grader archive --output spring.zip
    """
    from grader.keeping.archive import archive as write_archive
    from grader.problem import Problem

    into = class_in(course)
    if not into.private.is_dir():
        raise Problem(f"{into.root} is no class folder")
    path = output or into.root.parent / f"{into.root.name}-{date.today()}.zip"
    typer.echo(f"archive: {short(path)}, {write_archive(into, path)} files, each read back")
    if into.gradebook_file is None:
        typer.echo("The gradebook is on a server, and not in it: keep it from there, too.")
