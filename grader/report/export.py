"""The grades of a class, written as a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.collect.roster import Roster
from grader.course import Class
from grader.files import write_whole
from grader.grading.grades import Grades
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem
from grader.report.lms import Sheet, csv_sheet

__all__ = ["export_csv", "grade_rows", "read_all", "write_sheet"]


def grade_rows(course: Class, chapter: str) -> list[dict[str, Any]]:
    """The table that `grader export` writes, as a row of cells by heading for each student."""
    sheet = csv_sheet([read_grades(course, chapter)])
    return [dict(zip(sheet.headings, row)) for row in sheet.rows]


def export_csv(course: Class, chapter: str, to: Path | None = None) -> Path:
    """Write the table; without `to` it goes to grades/<chapter>.csv in the class folder."""
    sheet = csv_sheet(read_all(course, [chapter]))
    return write_sheet(sheet, to or course.root / "grades" / f"{chapter}.csv")


def read_all(course: Class, chapters: Sequence[str], roster: Roster | None = None) -> list[Grades]:
    """The grades of several chapters; an error where there are none."""
    found = [read_grades(course, chapter, roster) for chapter in chapters]
    if not any(row.graded for grades in found for row in grades.rows):
        raise Problem(f"nothing is graded yet; run `grader autograde {chapters[0]}` first")
    return found


def write_sheet(sheet: Sheet, path: Path) -> Path:
    if not sheet.rows:
        raise Problem("; ".join(["there is nobody to export, and nothing was written", *sheet.remarks]))
    write_whole(path, sheet.text().encode("utf-8-sig" if sheet.mark else "utf-8"))
    return path
