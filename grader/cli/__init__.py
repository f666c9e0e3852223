"""The command line: `grader COMMAND`. Nothing but typer is imported before a command runs."""

from __future__ import annotations

import io
import os
import sys

import typer

from grader.cli.beforehand import build, demo, doctor, mylib, update
from grader.cli.grading import autograde, mark
from grader.cli.intake import collect, extend, release
from grader.cli.keeping import archive, forget, restore
from grader.cli.results import export, feedback, report

__all__ = ["app", "main"]

app = typer.Typer(
    help="Build the course; run a class: release, collect, autograde, feedback, report, export."
    " See `grader COMMAND --help`.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    build,
    update,
    mylib,
    release,
    collect,
    extend,
    doctor,
    autograde,
    mark,
    feedback,
    report,
    export,
    restore,
    archive,
    forget,
    demo,
):
    app.command()(command)


def main() -> None:
    """The console script. A Problem is one line and exit code 2, and so is what belongs to somebody else; anything
    else is a bug and shows itself."""
    from grader.problem import Problem

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show stops nothing
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Problem as problem:
        typer.echo(f"grader: {problem}", err=True)
        sys.exit(2)
    except PermissionError as error:
        shared = "; a class of several teachers: its owner types `grader release ... --groupshared`"
        private = f"{os.sep}.grader{os.sep}" in f"{error.filename}{os.sep}"
        typer.echo(f"grader: {error.filename}: {error.strerror}{shared if private else ''}", err=True)
        sys.exit(2)
