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
from dataclasses import dataclass, field, replace
from typing import Any

from grader.collect.roster import Person, Roster
from grader.grading.grades import Grade, Grades
from grader.problem import Problem
from grader.text import counted, plain

__all__ = ["Sheet", "canvas_sheet", "csv_sheet", "moodle_sheet", "worksheet"]

# What a spreadsheet may run: at the start of a cell, whichever sign it takes for the end of the cell before.
FORMULA = re.compile(r"""((?:\A|[,;|\t\n])[\s"']*)(?=[=+\-@＝＋－＠])""")
CANVAS_POINTS = "    Points Possible"  # with Canvas's own four blanks
MOODLE_IDENTITY = (("Email address", "email"), ("ID number", "number"), ("Username", "login"))
MOODLE_LOCK, MOODLE_LOCKED, FEEDBACK = "Grade can be changed", ("no", "nein", "non"), "Feedback comments"


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
    """One row a student: who, points per exercise and written question, penalty, total, and why points are missing.

    What nobody has marked is blank. With several chapters every heading says its chapter, and the last two columns
    are the sum.
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
    sheet.remarks = _incomplete(chapters)
    return sheet


def _part(grades: Grades) -> list[str]:
    about = [
        "late",
        "late_penalty",
        "total",
        "max",
        "extra_credit",
        "needs_marking",
        "needs_manual_grade",
        "timestamp",
    ]
    return [*grades.points, *about, "status", "reason", "repairs", "own_cells"]


def _cells(grades: Grades, row: Grade | None) -> list[Any]:
    if row is None:
        return [""] * len(_part(grades))
    scores = [row.scores.get(name) for name in grades.points]
    verdict = row.verdict
    return [
        *("" if score is None else score for score in scores),
        row.late,
        row.penalty,
        row.total if row.graded else "",
        grades.most,
        row.extra,
        row.to_mark,
        "yes" if row.to_mark else "no",
        row.timestamp,
        row.status,
        verdict.reason if verdict else "",
        "; ".join(verdict.repairs) if verdict else "",
        "; ".join(verdict.log) if verdict else "",
    ]


def _incomplete(chapters: Sequence[Grades]) -> list[str]:
    """What is not final yet, and what to do about it."""
    remarks = []
    for grades in chapters:
        again = f"`grader autograde {grades.chapter}` grades them"
        for count, what in (
            (sum(row.handed_in and not row.graded for row in grades.rows), f"not graded yet; {again}"),
            (sum(not row.current for row in grades.rows), f"handed in again since they were graded; {again}"),
            (
                sum(row.to_mark > 0 for row in grades.rows),
                "with answers to mark; these count as 0 until then",
            ),
            (
                sum("not known" in row.late for row in grades.rows),
                "perhaps late, the table (--to csv) says who; a timestamp.txt beside a hand-in says when",
            ),
            (
                sum(not row.handed_in and not row.graded for row in grades.rows),
                "without a hand-in here; no grade",
            ),
        ):
            if count:
                remarks.append(f"{grades.chapter}: {counted(count, 'student')} {what}")
    return remarks


# ── Canvas ───────────────────────────────────────────────────────────────────────────────────────────────


def canvas_sheet(
    chapters: Sequence[Grades],
    roster: Roster | None,
    *,
    column: str | None = None,
    exercises: bool = False,
    points: float | None = None,
) -> Sheet:
    """For Grades > Import. Needs the roster that Canvas's Grades > Export gives. An assignment that is there keeps
    its points, and who has no grade here keeps the one that is there."""
    headings = roster.headings if roster else ()
    if roster is None or "ID" not in headings or "Section" not in headings:
        raise Problem(
            "--to canvas needs --roster with the file that Canvas gives under Grades > Export > Export Entire"
            " Gradebook; its columns ID and Section are not there"
        )
    identity = list(headings[: headings.index("Section") + 1])
    columns = []
    for wanted in _columns(chapters, column, exercises, points):
        title = next((h for h in headings if _is_title(h, wanted.title)), wanted.title)
        columns.append(
            replace(wanted, title=title, top=_positive(roster.possible.get(title, "")) or wanted.top)
        )
    sheet = Sheet(identity + [c.title for c in columns])
    blank = [""] * (len(identity) - 1)
    sheet.rows.append(
        [CANVAS_POINTS, *blank, *("" if c.title in headings else _number(c.top) for c in columns)]
    )
    for person in roster.people:
        scores = (c.text(person.id, person.row.get(c.title, "")) for c in columns)
        sheet.rows.append([*(person.row.get(heading, "") for heading in identity), *scores])
    sheet.remarks = [*_incomplete(chapters), *_strangers(chapters, roster)]
    sheet.remarks += [c.said("" if c.title in headings else ", a new assignment") for c in columns]
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
    points: float | None = None,
) -> Sheet:
    """For Grades > Import > CSV file. Moodle takes all rows or none, so everybody in it can be identified."""
    columns = _columns(chapters, column, exercises, points)
    rows = {student: row for grades in chapters for student, row in grades.by_student.items()}
    known = roster.by_id() if roster else {}
    people = {s: known.get(s) or _from_gradebook(row) for s, row in rows.items() if not roster or s in known}
    who, attribute = max(MOODLE_IDENTITY, key=lambda c: sum(bool(getattr(p, c[1])) for p in people.values()))
    feedback = [] if exercises else [f"{c.title} feedback" for c in columns]
    sheet = Sheet(["First name", "Last name", who, *(c.title for c in columns), *feedback])
    nobody = []
    for student in sorted(people):
        person = people[student]
        if not getattr(person, attribute):
            nobody.append(student)
            continue
        cells = [
            person.first,
            person.last,
            getattr(person, attribute),
            *(c.text(student, "-") for c in columns),
        ]
        sheet.rows.append(cells + [_feedback(c.grades, student) for c in columns if feedback])
    sheet.remarks = [*_incomplete(chapters), f"on Moodle's page choose: Map from “{who}”, Map to “{who}”"]
    sheet.remarks += [c.said(", a grade item with this maximum") for c in columns]
    if roster is None and who == "Username":
        sheet.remarks.append("the student ids are taken for Moodle usernames; with --roster for what it says")
    if nobody:
        sheet.remarks.append(f"left out, because the roster has no {who} for them: {', '.join(nobody)}")
    sheet.remarks += _strangers(chapters, roster) if roster else []
    return sheet


def _from_gradebook(row: Grade) -> Person:
    email = row.email or (row.student if "@" in row.student else "")
    return Person(row.student, login=row.student, email=email, first=row.first, last=row.last)


def worksheet(
    chapters: Sequence[Grades], roster: Roster | None, *, column: str | None = None, exercises: bool = False
) -> Sheet:
    """Moodle's grading worksheet, filled in, for the assignment's own "Upload grading worksheet". Moodle reads the
    grade and the comments of each row by its Identifier; a grade that cannot be changed, or is not there, stays."""
    headings = roster.headings if roster else ()
    if roster is None or not {"Identifier", "Grade", "Maximum Grade"} <= set(headings):
        raise Problem(
            "--to moodle-worksheet needs --roster with the file that Moodle gives in the assignment under Download"
            " grading worksheet; its columns Identifier, Grade and Maximum Grade are not there"
        )
    if len(chapters) != 1 or column or exercises:
        raise Problem("a worksheet is one assignment's: one chapter, without --column and --exercises")
    (grades,) = chapters
    sheet = Sheet(list(headings), remarks=[*_incomplete(chapters), *_strangers(chapters, roster)])
    columns: dict[float, Column] = {}
    for person in roster.people:
        top = _positive(person.row["Maximum Grade"]) or grades.most
        this = columns.setdefault(top, Column("Grade", grades, None, top))
        row = dict(person.row)
        if row.get(MOODLE_LOCK, "Yes").strip().casefold() not in MOODLE_LOCKED:
            row["Grade"] = this.text(person.id, row["Grade"])
            if FEEDBACK in row and this.score(person.id) is not None:
                row[FEEDBACK] = _feedback(grades, person.id)
        sheet.rows.append([row.get(heading, "") for heading in headings])
    sheet.remarks += [this.said("") for this in columns.values()]
    return sheet


def _feedback(grades: Grades, student: str) -> str:
    row = grades.by_student.get(student)
    if row is None or not row.graded:
        return ""
    marks = [f"{name} {mark.said(grades.points[name])}" for name, mark in row.marks.items()]
    reason = [row.verdict.reason] if row.verdict and row.verdict.reason else []
    return "; ".join([row.standing(grades.most), *reason, *marks])


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Column:
    """Of the LMS's gradebook. exercise: None for the total. top: the most that it can be there."""

    title: str
    grades: Grades
    exercise: str | None
    top: float

    @property
    def most(self) -> float:
        return self.grades.most if self.exercise is None else self.grades.exercises[self.exercise]

    def score(self, student: str) -> float | None:
        row = self.grades.by_student.get(student)
        if row is None or not row.graded:
            return None
        return row.total if self.exercise is None else row.scores.get(self.exercise)

    def text(self, student: str, none: str) -> str:
        score = self.score(student)
        return none if score is None else _number(score * self.top / self.most)

    def said(self, what: str) -> str:
        scaled = (
            ""
            if self.top == self.most
            else f"; {_number(self.most)} points here are {_number(self.top)} there"
        )
        return f"column “{self.title}”{what}: 0 to {_number(self.top)} points{scaled}"


def _columns(
    chapters: Sequence[Grades], column: str | None, exercises: bool, points: float | None
) -> list[Column]:
    """points: the most that a chapter's total can be there."""
    if (column is not None or points is not None) and len(chapters) != 1:
        raise Problem("--column and --points are about the one column of one chapter; export them one by one")
    found: list[Column] = []
    for grades in chapters:
        title = column or grades.chapter
        if exercises:
            found += [
                Column(f"{title} {name}", grades, name, most) for name, most in grades.exercises.items()
            ]
        found.append(Column(title, grades, None, points or grades.most))
    return found


def _positive(text: str) -> float:
    """A maximum, as an LMS writes it; 0 where it is none."""
    try:
        return max(float(text.strip().replace(",", ".")), 0.0)
    except ValueError:  # "(read only)"
        return 0.0


def _strangers(chapters: Sequence[Grades], roster: Roster) -> list[str]:
    known = roster.by_id()
    found = sorted({student for grades in chapters for student in grades.by_student} - set(known))
    return [f"left out, because the roster does not have them: {', '.join(found)}"] if found else []


def _number(value: float) -> str:
    return f"{round(value, 2):.10g}"
