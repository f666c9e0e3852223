"""What is typed for an assignment that is not ours, in a course folder of nbgrader."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from grader.cli.arguments import COURSE
from grader.text import counted, plain_line

if TYPE_CHECKING:
    from rich.console import Console

    from grader.any_course.course import AnyCourse

__all__ = ["grade_any", "other_course", "report_any"]


def other_course(assignment: str, course: Path, student: str | None = None) -> AnyCourse | None:
    """The nbgrader course that is meant, if it has an assignment of this name that is none of our chapters."""
    from grader.any_course.course import load, may_hold
    from grader.problem import Problem
    from grader.record.registry import chapters

    folder = course if course != COURSE or not Path("nbgrader_config.py").exists() else Path()
    if assignment in chapters() or not may_hold(folder, assignment):
        return None
    if (short_name := _chapter(assignment)) and not (folder / "source" / assignment).is_dir():
        return None
    for own in (
        "Object of type <Submitted",
        "Cell is missing an id",
        "Non-unique cell id",
    ):  # of nbgrader, nbformat
        warnings.filterwarnings("ignore", own)
    found = load(folder.resolve(), assignment, {"student_id": student} if student else {})
    there = found.assignments()
    if assignment not in there and not short_name:
        raise Problem(
            f"{found.root} has no assignment {assignment!r}; there are: {', '.join(there) or 'none yet'}"
        )
    return found if assignment in there else None


def _chapter(assignment: str) -> str | None:
    """The chapter of ours that the name may stand for."""
    from grader.cli.arguments import known
    from grader.problem import Problem

    try:
        return known(assignment)
    except Problem:
        return None


def grade_any(course: AnyCourse, assignment: str, console: Console, **how: Any) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from grader.any_course.autograde import autograde
    from grader.keeping.backup import back_up

    back_up(course.own)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(assignment, total=None)
        graded = autograde(
            course,
            assignment,
            begin=lambda count: progress.update(bar, total=count),
            advance=lambda: progress.advance(bar),
            **how,
        )
    console.print(_table(graded))
    if graded.remarks or graded.failed:
        console.print("[bold]Remarks[/]")
    for who, text in graded.remarks:
        console.print(f"{who}: {text}" if who else text, markup=False, highlight=False, soft_wrap=True)
    for who, why in graded.failed.items():
        console.print(f"{plain_line(who)}: not graded: {why}", markup=False, highlight=False, soft_wrap=True)
    line = f"{counted(len(graded.graded), 'hand-in')} graded, {graded.unchanged} not changed since they were"
    again = " (--force grades them again)" if graded.unchanged else ""
    typer.echo(
        f"{line}{again}; next: `nbgrader generate_feedback {assignment}`, `grader report {assignment}`"
    )
    if graded.failed:
        raise typer.Exit(1)


def _table(graded: Any) -> Any:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("student", no_wrap=True)
    table.add_column("points", justify="right")
    table.add_column("of", justify="right")
    table.add_column("")
    for score in graded.scores:
        notes = ["to mark by hand"] if score.waits else []
        notes += [f"late: −{score.penalty:g}"] if score.penalty else []
        table.add_row(
            escape(plain_line(score.student)), f"{score.score:g}", f"{score.most:g}", "; ".join(notes)
        )
    return table


def report_any(course: AnyCourse, assignment: str, output: Path | None) -> None:
    from grader.cli.arguments import short
    from grader.report.any_page import report

    typer.echo(f"report: {short(report(course, assignment, output))}")
