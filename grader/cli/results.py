"""What students, teachers and other gradebooks get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.arguments import (
    COURSE,
    Assignment,
    Chapter,
    CourseFolder,
    Output,
    RosterFile,
    Student,
    class_in,
    known,
    roster_of,
    short,
)
from grader.text import counted

__all__ = ["export", "feedback", "report"]


def feedback(
    chapter: Chapter,
    course: CourseFolder = COURSE,
    student: Student = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="LMS", help="canvas or moodle: also a zip that it takes.")
    ] = None,
    output: Output = None,
    roster: RosterFile = None,
) -> None:
    """Write the pages that students get back.

    canvas, moodle: the zip has the names by which the LMS knows the hand-ins, as they were collected.

    Example: grader feedback ch02 --to moodle
    """
    from grader.nbgrader_bridge.feedback import generate_feedback
    from grader.problem import Problem
    from grader.report.pages_back import HOW, zip_pages

    name, into = known(chapter), class_in(course)
    if output and not to:
        raise Problem("--output is the zip's; it needs --to canvas or --to moodle")
    if to and to not in HOW:
        raise Problem(f"--to {to}: the formats are {' and '.join(HOW)}")
    pages = generate_feedback(into, name, student)
    many = f"{counted(len(pages), 'page')}, {sum(pages.values())} changed"
    typer.echo(f"{many}, for example {short(next(iter(pages)))}")
    if to:
        path = output or into.root / "feedback" / f"{name}-{to}.zip"
        by_student = {page.parents[1].name: page for page in pages}
        for remark in zip_pages(into, name, to, by_student, roster_of(course, roster), path):
            typer.echo(remark, err=True)
        typer.echo(f"zip: {short(path)}; {HOW[to]}")


def report(
    chapter: Assignment,
    course: CourseFolder = COURSE,
    output: Output = None,
    roster: RosterFile = None,
) -> None:
    """Write one page about a class: scores, each exercise, misconceptions, whom to look at. Half graded will do.

    In a course folder of nbgrader: scores and every test cell of any assignment.

    Example: grader report ch02
    """
    from grader.cli.any_course import other_course, report_any
    from grader.report.page import report as write_report

    if theirs := other_course(chapter, course):
        report_any(theirs, chapter, output)
        return
    path = write_report(class_in(course), known(chapter), output, roster_of(course, roster))
    typer.echo(f"report: {short(path)}")


def export(
    chapters: Annotated[list[str], typer.Argument(help="ch02, 02, 2 or the full name.", show_default=False)],
    course: CourseFolder = COURSE,
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="csv, canvas, moodle or moodle-worksheet.")
    ] = "csv",
    output: Output = None,
    roster: RosterFile = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="canvas, moodle: the grade's column; default: the chapter."),
    ] = None,
    exercises: Annotated[
        bool, typer.Option("--exercises", help="canvas, moodle: a column for each exercise, too.")
    ] = False,
    points: Annotated[
        float | None,
        typer.Option(min=0.01, help="canvas, moodle: the most that the column can be; default: as here."),
    ] = None,
) -> None:
    """Write the grades, with the marks given by hand: a full table, or what Canvas or Moodle imports.

    csv: points per exercise and written question, penalty, total, reasons.

    canvas: for Grades > Import; --roster is the file from Grades > Export. Points are scaled to those of an
    assignment that is there.

    moodle: for Grades > Import > CSV file.

    moodle-worksheet: --roster is the assignment's grading worksheet; it is filled in, scaled to its maximum.

    Example: grader export ch02 --to canvas --roster gradebook.csv
    """
    from grader.problem import Problem
    from grader.report import lms
    from grader.report.export import read_all, write_sheet

    if to not in ("csv", "canvas", "moodle", "moodle-worksheet"):
        form = f"; the file goes to --output: --to csv --output {to}" if Path(to).suffix else ""
        raise Problem(f"--to {to}: the formats are csv, canvas, moodle and moodle-worksheet{form}")
    names, who = [known(chapter) for chapter in chapters], roster_of(course, roster)
    grades = read_all(class_in(course), names, who)
    if to == "csv":
        sheet = lms.csv_sheet(grades)
    elif to == "moodle-worksheet":
        sheet = lms.worksheet(grades, who, column=column, exercises=exercises or points is not None)
    else:
        make = lms.canvas_sheet if to == "canvas" else lms.moodle_sheet
        sheet = make(grades, who, column=column, exercises=exercises, points=points)
    stem = "_".join(n.split("_")[0] for n in names) if len(names) > 1 else names[0]
    path = output or course / "grades" / (f"{stem}.csv" if to == "csv" else f"{stem}-{to}.csv")
    for remark in sheet.remarks:
        typer.echo(remark, err=True)
    typer.echo(f"grades: {short(write_sheet(sheet, path))}")
