"""Before there is a class: make and update notebooks, look at the machine, see a demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.arguments import Chapters, resolve, short

__all__ = ["build", "demo", "doctor", "update"]


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
        typer.echo(f"{len(names)} chapter{'s' if len(names) != 1 else ''} up to date")
        return
    changed = builder.build(names)
    for path in changed:
        typer.echo(f"written: {short(path)}")
    typer.echo(f"{len(changed)} of {len(names)} notebooks changed")


def update(
    chapters: Chapters = None,
    work: Annotated[
        Path | None,
        typer.Option(
            "--work",
            metavar="DIR",
            help="Your working copy; default: the one around this folder, else ./work.",
        ),
    ] = None,
) -> None:
    """Make or update your working copy; your answers and own cells stay as they are.

    Without a checkout the course comes from the installed package: update that first.

    Example: grader update ch02
    """
    from grader.build import build as builder
    from grader.home.update import RELOAD
    from grader.home.update import update as update_one
    from grader.home.working_copy import working_copy

    folder = work or Path(short(working_copy(Path.cwd())))
    names = [resolve(c, builder.sources()) for c in chapters] if chapters else builder.sources()
    reports = [update_one(name, folder) for name in names]
    for report in reports:
        typer.echo(str(report))
    if any(report.backup for report in reports):
        typer.echo(RELOAD)


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
