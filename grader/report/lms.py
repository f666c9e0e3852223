"""Grades as tables: a full CSV, and the files that Canvas's and Moodle's gradebooks import.

Canvas wants its own columns back (Student, ID, ..., Section), so that file starts from the gradebook that Canvas
exports; a heading "name (number)" is an assignment that is there already. Moodle asks on the page which column
says who it is; a grade of "-" is none.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.collect.roster import Person, Roster
from grader.grading.grades import Grade, Grades
from grader.problem import Problem
from grader.text import plain

__all__ = ["Sheet", "canvas_sheet", "csv_sheet", "moodle_sheet"]

# What a spreadsheet may run: at the start of a cell, whichever sign it takes for the end of the cell before.
FORMULA = re.compile(r"""((?:\A|[,;|\t\n])[\s"']*)(?=[=+\-@＝＋－＠])""")
CANVAS_POINTS = "    Points Possible"  # with Canvas's own four blanks
MOODLE_IDENTITY = (("Email address", "email"), ("ID number", "number"), ("Username", "login"))


@dataclass
class Sheet:
    """A table, and remarks for the person who exports it. mark: a byte order mark in front, without which a
    spreadsheet takes names for another alphabet."""

    headings: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    mark: bool = False

    def text(self) -> str:
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([[_inert(cell) for cell in row] for row in [self.headings, *self.rows]])
        return file.getvalue()


def _inert(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula, quoted."""
    if not isinstance(value, str) or len(value) < 2:
        return value
    return FORMULA.sub(r"\1'", plain(value))


# ── the full table ───────────────────────────────────────────────────────────────────────────────────────


def csv_sheet(chapters: Sequence[Grades]) -> Sheet:
    """One row a student: who, points by exercise and written question, penalty, total, and why points are missing.

    A written question that nobody has marked is blank. With several chapters every heading says its chapter, and
    the last two columns are the sum.
    """
    several = len(chapters) > 1
    headings = ["student", "last_name", "first_name"]
    for grades in chapters:
        part = _part(grades)
        headings += [f"{grades.chapter}: {name}" if several else name for name in part]
    sheet = Sheet(headings + (["total", "max"] if several else []), mark=True)
    most = round(sum(grades.most for grades in chapters), 2)
    for student in sorted({student for grades in chapters for student in grades.by_student}):
        mine = [grades.by_student.get(student) for grades in chapters]
        who = next(row for row in mine if row is not None)
        cells: list[Any] = [student, who.last, who.first]
        for grades, row in zip(chapters, mine):
            cells += _cells(grades, row)
        total = round(sum(row.total for row in mine if row is not None), 2)
        sheet.rows.append(cells + ([total, most] if several else []))
    sheet.remarks = _to_mark(chapters)
    return sheet


def _part(grades: Grades) -> list[str]:
    about = ["late_penalty", "total", "max", "needs_marking", "needs_manual_grade", "timestamp"]
    return [*grades.exercises, *grades.written, *about, "status", "reason", "repairs", "own_cells"]


def _cells(grades: Grades, row: Grade | None) -> list[Any]:
    if row is None:
        return [""] * len(_part(grades))
    scores = ["" if row.scores[n] is None else row.scores[n] for n in (*grades.exercises, *grades.written)]
    verdict = row.verdict
    return [
        *scores,
        row.penalty,
        row.total,
        grades.most,
        row.to_mark,
        "yes" if row.to_mark else "no",
        row.timestamp,
        verdict.status if verdict else "not graded by this grader",
        verdict.reason if verdict else "",
        "; ".join(verdict.repairs) if verdict else "",
        "; ".join(verdict.log) if verdict else "",
    ]


def _to_mark(chapters: Sequence[Grades]) -> list[str]:
    remarks = []
    for grades in chapters:
        waiting = sum(row.to_mark > 0 for row in grades.rows)
        if waiting:
            students = f"{waiting} student{'s' if waiting != 1 else ''}"
            remarks.append(f"{grades.chapter}: {students} with answers to mark; these count as 0 until then")
    return remarks


# ── Canvas ───────────────────────────────────────────────────────────────────────────────────────────────


def canvas_sheet(
    chapters: Sequence[Grades], roster: Roster | None, *, column: str | None = None, exercises: bool = False
) -> Sheet:
    """For Grades > Import. Needs the roster that Canvas's Grades > Export gives."""
    headings = roster.headings if roster else ()
    if roster is None or "ID" not in headings or "Section" not in headings:
        raise Problem(
            "--to canvas needs --roster with the file that Canvas gives under Grades > Export > Export Entire"
            " Gradebook; its columns ID and Section are not there"
        )
    identity = list(headings[: headings.index("Section") + 1])
    columns = _columns(chapters, column, exercises)
    titles = [next((h for h in headings if _is_title(h, title)), title) for title, _, _ in columns]
    sheet = Sheet(identity + titles)
    points = [g.most if name is None else g.exercises[name] for _, g, name in columns]
    known = [title in headings for title in titles]  # an assignment that is there keeps its points
    blank = [""] * (len(identity) - 1)
    sheet.rows.append([CANVAS_POINTS, *blank, *("" if k else _number(p) for k, p in zip(known, points))])
    for person in roster.people:
        scores = _scores(columns, person.id)
        if any(score is not None for score in scores):
            cells = [person.row.get(heading, "") for heading in identity]
            sheet.rows.append([*cells, *("" if s is None else _number(s) for s in scores)])
    sheet.remarks = _to_mark(chapters) + _strangers(chapters, roster)
    return sheet


def _is_title(heading: str, title: str) -> bool:
    """Is this the column of the assignment: "title (12345)", as Canvas writes it?"""
    return heading == title or re.sub(r" \(\d+\)$", "", heading) == title


# ── Moodle ───────────────────────────────────────────────────────────────────────────────────────────────


def moodle_sheet(
    chapters: Sequence[Grades],
    roster: Roster | None,
    *,
    column: str | None = None,
    exercises: bool = False,
) -> Sheet:
    """For Grades > Import > CSV file. Moodle takes all rows or none, so everybody in it can be identified."""
    columns = _columns(chapters, column, exercises)
    rows = {student: row for grades in chapters for student, row in grades.by_student.items()}
    known = roster.by_id() if roster else {}
    people = {s: known.get(s) or _from_gradebook(row) for s, row in rows.items() if not roster or s in known}
    who, attribute = max(MOODLE_IDENTITY, key=lambda c: sum(bool(getattr(p, c[1])) for p in people.values()))
    feedback = [] if exercises else [f"{title} feedback" for title, _, _ in columns]
    sheet = Sheet(["First name", "Last name", who, *(title for title, _, _ in columns), *feedback])
    nobody = []
    for student in sorted(people):
        person, scores = people[student], _scores(columns, student)
        if not getattr(person, attribute):
            nobody.append(student)
            continue
        cells = [person.first, person.last, getattr(person, attribute)]
        cells += ["-" if score is None else _number(score) for score in scores]
        sheet.rows.append(cells + [_feedback(grades, student) for _, grades, _ in columns if feedback])
    sheet.remarks = [f"on Moodle's page choose: Map from “{who}”, Map to “{who}”", *_to_mark(chapters)]
    if roster is None and who == "Username":
        sheet.remarks.append("the student ids are taken for Moodle usernames; with --roster for what it says")
    if nobody:
        sheet.remarks.append(f"left out, because the roster has no {who} for them: {', '.join(nobody)}")
    sheet.remarks += _strangers(chapters, roster) if roster else []
    return sheet


def _from_gradebook(row: Grade) -> Person:
    email = row.email or (row.student if "@" in row.student else "")
    return Person(row.student, login=row.student, email=email, first=row.first, last=row.last)


def _feedback(grades: Grades, student: str) -> str:
    row = grades.by_student.get(student)
    if row is None:
        return ""
    points = {**grades.exercises, **grades.written}
    return "; ".join(
        f"{name} {'to be marked' if score is None else f'{score:g}/{points[name]:g}'}"
        for name, score in row.scores.items()
    )


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────

Column = tuple[str, Grades, str | None]  # title, chapter, exercise (None: the total)


def _columns(chapters: Sequence[Grades], column: str | None, exercises: bool) -> list[Column]:
    if column is not None and len(chapters) != 1:
        raise Problem("--column names the one column of one chapter; export the chapters one by one")
    found: list[Column] = []
    for grades in chapters:
        title = column or grades.chapter
        if exercises:
            found += [(f"{title} {name}", grades, name) for name in grades.exercises]
        found.append((title, grades, None))
    return found


def _scores(columns: Sequence[Column], student: str) -> list[float | None]:
    rows = [grades.by_student.get(student) for _, grades, _ in columns]
    return [
        None if row is None or not row.graded else row.total if name is None else row.scores[name]
        for row, (_, _, name) in zip(rows, columns)
    ]


def _strangers(chapters: Sequence[Grades], roster: Roster) -> list[str]:
    known = roster.by_id()
    found = sorted({student for grades in chapters for student in grades.by_student} - set(known))
    return [f"left out, because the roster does not have them: {', '.join(found)}"] if found else []


def _number(value: float) -> str:
    return f"{round(value, 2):.10g}"
