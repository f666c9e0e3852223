"""What goes out to a class, and what comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from grader.cli.arguments import (
    COURSE,
    Chapter,
    CourseFolder,
    RosterFile,
    class_in,
    known,
    roster_of,
    short,
    to_change,
)

__all__ = ["collect", "extend", "release"]


def release(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    gradebook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="postgresql://user:password@host/database; default: as it was."),
    ] = None,
    solutions: Annotated[
        bool, typer.Option("--solutions", help="solution() works in the notebook that is handed out.")
    ] = False,
    points: Annotated[
        list[str] | None,
        typer.Option("--points", metavar="NAME=N", help="A question's points in this class."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="NAME", help="A question that does not count.")
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="NAME", help="A question that all who handed in get in full."),
    ] = None,
    undo: Annotated[
        list[str] | None,
        typer.Option("--undo", metavar="NAME", help="A question as the course has it, again."),
    ] = None,
    package: Annotated[
        bool, typer.Option("--package", help="Also the course for students to install, without solutions.")
    ] = False,
    groupshared: Annotated[
        bool,
        typer.Option("--groupshared", help="Your group may write in the class folder, nobody else read it."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would change.")] = False,
) -> None:
    """Make a chapter's assignment for a class: source, release, gradebook, secret seed.

    Again in mid-term: it says whose points change, and changes them. A class is
    graded by what was released to it, whatever the course has now. Corrections
    (--points, --drop, --free) are kept until --undo. Marks by hand stay; those of
    a dropped question come back with it.

    --package writes a wheel: the whole course without solutions/ and without the
    right answers of its banks. `pip install` takes it.

    Example: grader release ch02 --course spring

    Example: grader release ch02 --free softmax --points sigmoid=3 --dry-run
    """
    from grader.grading.asked import Corrections
    from grader.nbgrader_bridge.database import shown
    from grader.nbgrader_bridge.release import release as release_one
    from grader.problem import Problem

    into, name = class_in(course) if dry_run else to_change(course), known(chapter)
    if package and solutions:
        raise Problem("--package comes without solutions, so leave out --solutions or --package")
    corrections = Corrections.of(into, name).changed(points or (), drop or (), free or (), undo or ())
    said: list[str] = []
    how: dict[str, Any] = {"solutions": solutions, "corrections": corrections, "dry_run": dry_run}
    path = release_one(into, name, gradebook, **how, say=said.append)
    for text in said:
        typer.echo(text)
    if dry_run:
        typer.echo("A dry run: nothing was written.")
        return
    if said:
        typer.echo(f"then: `grader feedback {chapter}` writes the pages that this changes")
    if groupshared:
        into.share()
    if gradebook:
        typer.echo(f"gradebook: {shown(gradebook)}")
    typer.echo(f"hand out: {short(path)}")
    if package:
        from grader.build.package import package as write_package

        typer.echo(f"to install: {short(write_package(into.root / 'package'))}")
    typer.echo(f"hand-ins: {short(course / 'submitted' / '<student>' / path.stem / path.name)}")


def collect(
    source: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, or the zip that an LMS makes.")],
    chapter: Chapter,
    course: CourseFolder = COURSE,
    roster: RosterFile = None,
    pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Finds the student in a path: a group (?P<student>...)."),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help='"2026-03-01 23:59"; later is late, in the gradebook too.'),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would happen.")] = False,
) -> None:
    """Take hand-ins from a folder or a zip into the class folder. Running it again does no harm.

    Whose a file is, its name says: as Canvas, Moodle, Blackboard, Gradescope,
    Google Classroom and nbgrader write it, or ada.ipynb, or ada/work.ipynb. The
    outermost name that identifies somebody counts. With a roster every name must
    be in it.

    A newer hand-in is never overwritten by an older one; what is replaced is
    kept in .grader/replaced. Exit code 1: some files need a decision,
    or must be asked for again.

    Example: grader collect submissions.zip ch02 --roster gradebook.csv
    """
    from rich.console import Console

    from grader.collect import collect as collecting
    from grader.collect.filenames import compiled

    name, moment = known(chapter), collecting.parse_due(due)
    into = class_in(course) if dry_run else to_change(course)
    who = roster_of(course, roster)
    rows = collecting.collect(
        into,
        name,
        source,
        roster=who,
        pattern=compiled(pattern),
        due=moment,
        dry_run=dry_run,
    )
    collecting.print_rows(Console(), rows, dry_run)
    if not dry_run:
        from grader.collect.downloaded import keep_names
        from grader.collect.late import keep_said
        from grader.nbgrader_bridge.gradebook import set_due, set_names

        taken = [row for row in rows if row.what in collecting.TAKEN]
        keep_names(into, name, ((row.student, row.file) for row in taken))
        keep_said(into, name, {row.student: row.said for row in taken})
        if who:
            set_names(into, who)  # formgrader shows them
        if moment:
            set_due(into, name, moment)  # late policies go by it
    if any(collecting.asks_somebody(row) for row in rows):
        raise typer.Exit(1)


def extend(
    chapter: Chapter,
    student: Annotated[str, typer.Argument(help="The student's id.", show_default=False)],
    course: CourseFolder = COURSE,
    until: Annotated[
        str | None, typer.Option(metavar="MOMENT", help='"2026-03-05 23:59"; until then it is in time.')
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="As everybody again.")] = False,
    roster: RosterFile = None,
) -> None:
    """Give one student more time; also before anything is handed in.

    Example: grader extend ch02 ada --until "2026-03-05 23:59"
    """
    from grader.collect.collect import parse_due
    from grader.nbgrader_bridge.extend import extend as extend_one
    from grader.problem import Problem

    if (until is None) != undo:
        raise Problem('either --until "2026-03-05 23:59" or --undo')
    moment = parse_due(until, "--until")
    said = extend_one(to_change(course), known(chapter), student, moment, roster_of(course, roster))
    typer.echo(
        f"{student}: until {moment.astimezone():%Y-%m-%d %H:%M}" if moment else f"{student}: no extension"
    )
    for text in said:
        typer.echo(text)
