"""The command line: `grader COMMAND`. Nothing but typer is imported before a command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from grader.course import Class

__all__ = ["app", "main"]

app = typer.Typer(
    help="Build the course; run a class: release, autograde, feedback, export. See `grader COMMAND --help`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Chapter = Annotated[str, typer.Argument(help="ch02, 02, 2 or the full name.", show_default=False)]
Chapters = Annotated[
    list[str] | None,
    typer.Argument(help="ch02, 02, 2 or the full name; default: all.", show_default=False),
]
CourseFolder = Annotated[Path, typer.Option("--course", metavar="DIR", help="The class folder.")]
Student = Annotated[str | None, typer.Option("--student", metavar="ID", help="This student only.")]
COURSE = Path("course")


@app.command()
def build(
    chapters: Chapters = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say what differs.")] = False,
) -> None:
    """Write the student notebooks from solutions/, after checking the sources.

    Example: grader build 02
    """
    from grader import build as builder

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
        typer.echo(f"written: {_short(path)}")
    typer.echo(f"{len(changed)} of {len(names)} notebooks changed")


@app.command()
def update(
    chapters: Chapters = None,
    work: Annotated[Path, typer.Option("--work", metavar="DIR", help="Your working copy.")] = Path("work"),
) -> None:
    """Make or update your working copy; your answers and own cells stay as they are.

    Example: grader update ch02
    """
    from grader import build as builder
    from grader.update import update as update_one

    for name in [resolve(c, builder.sources()) for c in chapters] if chapters else builder.sources():
        typer.echo(str(update_one(name, work)))


@app.command()
def release(chapter: Chapter, course: CourseFolder = COURSE) -> None:
    """Make a chapter's assignment for a class: source, release, gradebook, secret seed.

    Example: grader release ch02 --course spring
    """
    from grader.nbgrader_bridge.release import release as release_one

    path = release_one(_class(course), _known(chapter))
    typer.echo(f"hand out: {_short(path)}")
    typer.echo(f"hand-ins: {_short(course / 'submitted' / '<student>' / path.stem / path.name)}")


@app.command()
def autograde(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    isolation: Annotated[
        str, typer.Option(metavar="LEVEL", help="How student code is fenced in.")
    ] = "process",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what did not change.")] = False,
    student: Student = None,
) -> None:
    """Grade a class. A run that was stopped goes on where it was; unchanged hand-ins keep their verdicts.

    Example: grader autograde ch02 --workers 4
    """
    from rich.console import Console

    from grader.autograde import autograde as grade_class
    from grader.summary import print_summary

    console, name = Console(), _known(chapter)
    results = grade_class(
        _class(course),
        name,
        isolation=isolation,
        workers=workers,
        force=force,
        student=student,
        console=console,
    )
    print_summary(console, name, results)
    broken = [(r.student, text) for r in results for text in r.broken]
    for who, text in broken:
        typer.echo(f"our error, {who}: {text}", err=True)
    if broken:
        typer.echo("Nothing was entered as a zero for these; please report the errors.", err=True)
        raise typer.Exit(1)


@app.command()
def feedback(chapter: Chapter, course: CourseFolder = COURSE, student: Student = None) -> None:
    """Write the pages that students get back.

    Example: grader feedback ch02 --student ada
    """
    from grader.nbgrader_bridge.feedback import generate_feedback

    pages = generate_feedback(_class(course), _known(chapter), student)
    typer.echo(f"{len(pages)} page{'s' if len(pages) != 1 else ''}, for example {_short(pages[0])}")


@app.command()
def export(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="A .csv file.")] = None,
) -> None:
    """Write the grades as CSV: one row a student, points per exercise, total, reason, repairs.

    Example: grader export ch02 --to grades.csv
    """
    from grader.nbgrader_bridge.export import export_csv
    from grader.problem import Problem

    if to is not None and to.suffix != ".csv":
        raise Problem(f"--to {to}: the name must end in .csv, the one format there is")
    typer.echo(f"grades: {_short(export_csv(_class(course), _known(chapter), to))}")


@app.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Go on with the last demo: keep what it graded.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one a CPU.")] = None,
) -> None:
    """Make a small class of right, wrong and broken hand-ins, grade it, and compare with what was expected.

    Example: grader demo
    """
    from grader.demo import run_demo

    raise typer.Exit(run_demo(keep=keep, workers=workers))


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────


def resolve(text: str, names: list[str]) -> str:
    """The chapter meant by ch02, 02, 2 or its full name."""
    from grader.problem import Problem

    number = text.removeprefix("ch")
    key = f"ch{int(number):02d}" if number.isascii() and number.isdigit() else text
    found = [name for name in names if name == text or name.split("_")[0] == key]
    if len(found) != 1:
        raise Problem(f"there is no chapter {text!r}; there are: {', '.join(names) or 'none yet'}")
    return found[0]


def _known(chapter: str) -> str:
    from grader.exercise import chapters

    return resolve(chapter, list(chapters()))


def _class(folder: Path) -> Class:
    from grader.course import Class

    return Class(folder.resolve())


def _short(path: Path) -> str:
    """A path as one would type it here."""
    path, here = path.resolve(), Path.cwd().resolve()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def main() -> None:
    """The console script. A Problem is one line and exit code 2; anything else is a bug and shows itself."""
    from grader.problem import Problem

    try:
        app()
    except Problem as problem:
        typer.echo(f"grader: {problem}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
