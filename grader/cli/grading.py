"""From hand-ins to points."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from grader.cli.arguments import (
    COURSE,
    Assignment,
    Chapter,
    CourseFolder,
    Student,
    class_in,
    known,
    roster_of,
    to_change,
)
from grader.problem import Problem
from grader.text import counted

__all__ = ["autograde", "mark"]


def autograde(
    chapter: Assignment,
    course: CourseFolder = COURSE,
    isolation: Annotated[
        str | None,
        typer.Option(metavar="LEVEL", help="full, landlock or process; default: the strongest. See doctor."),
    ] = None,
    execute: Annotated[
        str, typer.Option(metavar="WHAT", help="points: what points depend on. all: the demos too.")
    ] = "points",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what did not change.")] = False,
    student: Student = None,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler, for example tcp://10.0.0.1:8786."),
    ] = None,
) -> None:
    """Grade a class. A run that was stopped goes on where it was; unchanged hand-ins keep their verdicts.

    In a course folder of nbgrader: any assignment, all of its cells, into its gradebook.

    Example: grader autograde ch02 --workers 4
    """
    from rich.console import Console

    from grader.cli.any_course import grade_any, other_course

    console, before = Console(), signal.signal(signal.SIGINT, _interrupt_once)
    try:
        if theirs := other_course(chapter, course, student):
            if scheduler:
                raise Problem("--scheduler is for the chapters of this course")
            grade_any(theirs, chapter, console, isolation=isolation, workers=workers, force=force)
            return
        from grader.autograde.autograde import autograde as grade_class
        from grader.autograde.summary import print_summary

        name, into = known(chapter), to_change(course)
        results = grade_class(
            into,
            name,
            isolation=isolation,
            execute=execute,
            workers=workers,
            force=force,
            student=student,
            console=console,
            scheduler=scheduler,
        )
    except KeyboardInterrupt:
        typer.echo("grader: stopped; nothing is lost, run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    signal.signal(signal.SIGINT, before)
    from grader.nbgrader_bridge.read_grades import read_grades  # nbgrader takes a second to import

    if people := roster_of(course, None):
        from grader.nbgrader_bridge.gradebook import set_names

        set_names(into, people)  # formgrader shows them
    print_summary(console, read_grades(into, name, results=results), results)
    broken = [(r.student, text) for r in results for text in r.broken]
    for who, text in broken:
        typer.echo(f"our error, {who}: {text}", err=True)
    if broken:
        typer.echo("Nothing was entered as a zero for these; please report the errors.", err=True)
        raise typer.Exit(1)


def mark(
    chapter: Chapter,
    question: Annotated[
        str | None, typer.Argument(help="Its name; default: which questions wait.", show_default=False)
    ] = None,
    course: CourseFolder = COURSE,
    everybody: Annotated[bool, typer.Option("--all", help="Also what is marked already.")] = False,
) -> None:
    """Mark the answers to one question in a row, without names: the guide, then each answer, then you type.

    1.5 Say why. enters points and a comment; Enter leaves it for later, b goes back, q stops.

    Example: grader mark ch02 why-nonlinear
    """
    from grader.nbgrader_bridge import mark as marking
    from grader.nbgrader_bridge.read_grades import read_grades

    into, name = to_change(course) if question else class_in(course), known(chapter)
    if question:

        def ask(prompt: str) -> str:
            try:
                return input(prompt)
            except EOFError:
                return "q"

        count = marking.mark(into, name, question, ask, typer.echo, everybody=everybody)
        typer.echo(f"{count} marked; `grader feedback {chapter}` writes the pages that this changes")
        return
    for waits, count in marking.waiting(read_grades(into, name)).items():
        typer.echo(f"{waits}: {counted(count, 'answer')} to mark")


def _interrupt_once(number: int, frame: object) -> None:
    """Ctrl-C: people press it twice, and the second would break the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
