"""Before there is a class: make and update notebooks, look at the machine, see a demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.arguments import Chapters, resolve, short
from grader.text import counted

__all__ = ["build", "demo", "doctor", "mylib", "update"]


def build(
    chapters: Chapters = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say what differs.")] = False,
) -> None:
    """Write the student notebooks from solutions/, after checking the sources.

    Example: grader build 02
    """
    from grader.build import build as builder

    names = [resolve(c, builder.sources()) for c in chapters] if chapters else builder.sources()
    problems = [problem for name in names for problem in builder.lint(name)]
    if check:
        problems += builder.check(names)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    if check:
        typer.echo(f"{counted(len(names), 'chapter')} up to date")
        return
    changed = builder.build(names)
    for path in changed:
        typer.echo(f"written: {short(path)}")
    typer.echo(f"{len(changed)} of {counted(len(names), 'notebook')} changed")


Work = Annotated[
    Path | None,
    typer.Option(
        "--work", metavar="DIR", help="Your working copy; default: the one around this folder, else ./work."
    ),
]


def update(chapters: Chapters = None, work: Work = None) -> None:
    """Make or update your working copy; your answers and own cells stay as they are.

    Without a checkout the course comes from the installed package: update that first.

    Example: grader update ch02
    """
    from grader.home.update import RELOAD
    from grader.home.update import update as update_one
    from grader.home.working_copy import working_copy
    from grader.record.registry import chapters as known_chapters

    folder, there = work or Path(short(working_copy(Path.cwd()))), list(known_chapters())
    names = [resolve(c, there) for c in chapters] if chapters else there
    reports = [update_one(name, folder) for name in names]
    for report in reports:
        typer.echo(str(report))
    if any(report.backup for report in reports):
        typer.echo(RELOAD)


def mylib(work: Work = None) -> None:
    """Write the functions that you have right as a package of your own: work/mylib.

    Again: it is renewed; files that you have changed or added stay as they are.
    A function that rests on one that you have not written takes the course's,
    which the package then brings along, marked as such. Your answers are run
    for it, as in the notebook.

    Example: grader mylib
    """
    from grader.home.working_copy import working_copy
    from grader.mylib.write import write

    report = write(work or Path(short(working_copy(Path.cwd()))))
    for name in report.kept:
        typer.echo(f"kept, since you have changed or made it: {short(report.folder / name)}")
    typer.echo(f"{counted(len(report.written), 'file')} written, {len(report.removed)} removed")
    where = short(report.folder)
    where = where if Path(where).is_absolute() else f"./{where}"  # without ./ pip would look for it elsewhere
    typer.echo(
        f"{report.own} of {report.all} functions are yours; README.md says which. "
        f"To install them: pip install {where}"
    )


def doctor() -> None:
    """Say how well this machine can fence in student code, and what to do about what is missing.

    Example: grader doctor
    """
    from rich.console import Console

    from grader.engine.doctor import examine

    if not examine(Console()):
        raise typer.Exit(1)


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on with the last demo: keep what it graded.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
) -> None:
    """Make a small class of right, wrong and broken hand-ins, grade it, and compare with what was expected.

    Example: grader demo
    """
    from grader.demo.demo import run_demo

    raise typer.Exit(run_demo(keep=keep, workers=workers))
