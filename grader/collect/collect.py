"""`grader collect`: what an LMS or a folder holds goes to submitted/<student>/<chapter>/<chapter>.ipynb.

A newer hand-in is never overwritten by an older one, and what is replaced is kept in .grader/replaced. What is
not clear (whose file, which of two) stays where it is and is a row that says what to do.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.alone import alone
from grader.collect.archive import Item, Listing, inside, listing
from grader.collect.filenames import Claim, version
from grader.collect.late import Said
from grader.collect.placing import handed_in, place, stamp
from grader.collect.roster import Roster
from grader.collect.stamp import STAMP, parse_stamp, read_stamp
from grader.collect.submitted import HandIn, find_hand_ins, released, require_release
from grader.collect.whose import whose
from grader.collect.worksheet import Told, told
from grader.course import Class
from grader.problem import Problem
from grader.text import plain_line

__all__ = ["TAKEN", "TROUBLE", "Row", "collect", "parse_due", "print_rows"]

NEW, UPDATED, SAME, OLDER, MISSING = "new", "updated", "unchanged", "older, left out", "missing"
TROUBLE = "to do"  # the file was not taken: somebody must look
TAKEN = (NEW, UPDATED, SAME)
MANY = 5  # files that a row names
CLOCK = 2.0  # seconds: how finely a zip keeps the time


@dataclass(frozen=True)
class Row:
    """What became of a student's file. when: handed in; None where the LMS does not export that. lms: whose zip."""

    student: str
    file: str
    what: str
    when: datetime | None = None
    late: bool | None = None
    note: str = ""
    lms: str = ""

    @property
    def said(self) -> Said | None:
        """The LMS's word, where it is needed: there is no moment, or perhaps no due date here to hold it to."""
        needed = self.lms and (self.when is None or self.late)
        return Said(self.lms, self.late, datetime.now(UTC)) if needed else None


@dataclass(frozen=True)
class Version:
    """One notebook that may be the hand-in. when: the moment of handing in, by nbgrader's timestamp.txt or Moodle's
    worksheet if stamped, else the file's date; timed: that is not the moment of downloading."""

    claim: Claim
    item: Item
    when: datetime
    timed: bool
    stamped: bool
    remark: str = ""

    @property
    def order(self) -> tuple[int, datetime, int]:
        return self.claim.order, self.item.when, version(self.claim.file)[1]


def collect(
    course: Class,
    chapter: str,
    path: Path,
    *,
    roster: Roster | None = None,
    pattern: re.Pattern[str] | None = None,
    due: datetime | None = None,
    dry_run: bool = False,
) -> list[Row]:
    """Take the hand-ins from a folder or a zip; a row for each student and for each file that was not clear."""
    require_release(course, chapter)
    with nullcontext() if dry_run else alone(course), listing(path) as found:
        groups, rows = _by_student(found, chapter, roster, pattern)
        untouched = hashlib.sha256(released(course, chapter).read_bytes()).digest()
        seen: dict[bytes, str] = {untouched: ""}
        for student in sorted(groups):
            try:
                rows.append(_settle(course, chapter, student, groups[student], due, dry_run, seen))
            except Exception as error:  # whatever somebody's file is, it costs them alone
                why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
                files = _some(v.item.path for v in groups[student])
                rows.append(Row(student, files, TROUBLE, note=f"could not be taken ({why})"))
    rows += _missing(course, chapter, roster, {row.student for row in rows})
    return sorted(rows, key=lambda row: (row.what == TROUBLE, row.what == MISSING, row.student, row.file))


# ── whose is it ──────────────────────────────────────────────────────────────────────────────────────────


def _by_student(
    found: Listing, chapter: str, roster: Roster | None, pattern: re.Pattern[str] | None
) -> tuple[dict[str, list[Version]], list[Row]]:
    people = roster.by_id() if roster else {}
    stamps = {item.path: item for item in found.items if item.name == STAMP}
    files = [item for item in found.items if item.name != STAMP]
    owned, unclear = whose([item.path for item in files], chapter, roster, pattern)
    rows = _refused(found) + [Row("", path, TROUBLE, note=reason) for path, reason in unclear.items()]
    groups: dict[str, list[Version]] = defaultdict(list)
    for item in files:
        if item.path in owned:
            student, claim = owned[item.path]
            beside = stamps.get(item.path[: -len(item.name)] + STAMP)
            moodle = told(people[student].row if claim.lms == "moodle" and student in people else {})
            groups[student].append(_version(claim, item, beside, moodle))
    return dict(groups), rows


def _version(claim: Claim, item: Item, beside: Item | None, moodle: Told) -> Version:
    """`beside`: a timestamp.txt. Where nbgrader puts it, it counts; anywhere else a student has handed it in."""
    moment = _stamp(beside) if claim.nbgrader else moodle.moment
    claim = claim if moodle.late is None else replace(claim, late=moodle.late)
    remark = moodle.remark
    if beside and not claim.nbgrader:
        remark = f"the {STAMP} beside it was handed in, and does not count"
    elif beside and moment is None:
        remark = f"{STAMP} names no moment, the file's date counts"
    timed = moment is not None or not claim.lms
    return Version(claim, item, moment or item.when, timed, moment is not None, remark)


def _refused(found: Listing) -> list[Row]:
    """A row for each, but one for all where one folder has many of a kind."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, reason in found.refused:
        kinds[path.split("/")[0] if "/" in path else path, reason].append(path)
    rows = []
    for (_, reason), paths in kinds.items():
        shown = paths if len(paths) <= MANY else [_some(paths)]
        rows += [Row("", path, TROUBLE, note=reason) for path in shown]
    return rows


def _some(paths: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    names = sorted(paths)
    return ", ".join(names[:MANY] + ([f"and {len(names) - MANY} more"] if len(names) > MANY else []))


def _stamp(item: Item | None) -> datetime | None:
    """The moment in nbgrader's timestamp.txt."""
    text = item.read() if item else ""
    return parse_stamp(text.decode("utf-8", "replace")) if isinstance(text, bytes) else None


def parse_due(text: str | None, option: str = "--due") -> datetime | None:
    """A moment that was typed; without a zone, by this computer's clock."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except ValueError:
        raise Problem(f'{option} {text!r} is no moment; write it like "2026-03-01 23:59"') from None


# ── which version, and is it newer ───────────────────────────────────────────────────────────────────────


def _settle(
    course: Class,
    chapter: str,
    student: str,
    versions: Sequence[Version],
    due: datetime | None,
    dry_run: bool,
    seen: dict[bytes, str],
) -> Row:
    chosen, remark = _choose(chapter, versions)
    files = _some(v.item.path for v in versions)
    if chosen is None:
        return Row(student, files, TROUBLE, note=remark)
    content = chosen.item.read()
    if isinstance(content, str):
        return Row(student, chosen.item.path, TROUBLE, note=content)
    notes = [text for text in (remark, chosen.remark) if text]
    late, doubt = _late(chosen, due)
    notes += [doubt] if doubt else []
    twin = seen.setdefault(hashlib.sha256(content).digest(), student)
    if twin not in ("", student):
        notes.append(f"the same file as {twin}")
    when = chosen.when if chosen.timed else None
    row = Row(student, chosen.item.path, NEW, when, late, "; ".join(notes), chosen.claim.lms)

    path = course.submission(student, chapter)
    for folder in (path.parent, path.parent.parent):
        if folder.is_symlink():
            return replace(row, what=TROUBLE, note=f"{folder} is a link; remove it and collect again")
    if os.path.lexists(path):
        if HandIn(student, path).read() == content:
            if chosen.stamped and not dry_run and parse_stamp(read_stamp(path.parent)) is None:
                stamp(course, chapter, student, chosen.when)
            return replace(row, what=SAME)
        if (handed_in(path) - chosen.when).total_seconds() > CLOCK:
            return replace(row, what=OLDER)
        row = replace(row, what=UPDATED)
    if not dry_run:
        place(course, chapter, student, content, chosen.when, chosen.timed)
    return row


def _late(chosen: Version, due: datetime | None) -> tuple[bool | None, str]:
    """Is it, and what speaks against that. Our due date counts before an LMS's word, where the moment is known."""
    said = chosen.claim.late
    if due is None or not chosen.timed:
        return said, ""
    late = chosen.when > due
    if said is not None:
        order = ("after", "before") if said else ("before", "after")
        return late, "" if late == said else "{} Moodle's due date, {} this one".format(*order)
    if late and not chosen.stamped:
        return late, "late by the file's date"
    in_doubt = not late and chosen.item.when > due and chosen.stamped and not chosen.claim.lms
    return late, f"in time by its {STAMP}, though the file is dated after the deadline" if in_doubt else ""


def _choose(chapter: str, versions: Sequence[Version]) -> tuple[Version | None, str]:
    """The notebook that counts, with a remark; or None and why there is none."""
    notebooks = [v for v in versions if v.item.name.lower().endswith(".ipynb")]
    if not notebooks:
        notebooks, reasons = _unzipped(versions)
        if not notebooks:
            return None, reasons or "there is no notebook among the files; ask for the .ipynb"
    named = [v for v in notebooks if version(v.claim.file)[0] in (chapter, chapter.split("_")[0])]
    candidates = named or notebooks
    if len({_kind(v) for v in candidates}) > 1 or _all_called_alike(candidates):
        return None, f"which of {len(candidates)} notebooks? Keep one, or name it {chapter}.ipynb"
    others = len(candidates) - 1
    newest = max(reversed(candidates), key=lambda v: v.order)  # of equals the last, as in unpacking
    return newest, f"the newest of {others + 1} versions" if others else ""


def _kind(v: Version) -> tuple[str, str]:
    """What versions of one file have in common: the folder, and the name without a number."""
    return v.item.path.rpartition("/")[0], version(v.claim.file)[0]


def _all_called_alike(versions: Sequence[Version]) -> bool:
    """Canvas numbers files of one name; where it has not, these are not from Canvas, but hw_2_<number>_ch02.ipynb."""
    names = [v.claim.file for v in versions if v.claim.lms == "canvas"]
    return len(names) > len(set(names))


def _unzipped(versions: Sequence[Version]) -> tuple[list[Version], str]:
    """The notebooks in a student's own zips, one level deep; of several versions of a zip the newest counts."""
    notebooks, reasons = [], []
    newest: dict[tuple[str, str], Version] = {}
    for v in versions:
        if v.item.name.lower().endswith(".zip"):
            newest[_kind(v)] = max(v, newest.get(_kind(v), v), key=lambda v: v.order)
    for v in newest.values():
        found = inside(v.item)
        if isinstance(found, str):
            reasons.append(f"{v.item.name}: {found}")
            continue
        reasons += [f"{v.item.name}: {path} {reason}" for path, reason in found.refused]
        for item in found.items:
            if item.name.lower().endswith(".ipynb"):
                inner = Item(f"{v.item.path}/{item.path}", v.item.when, item.read)
                notebooks.append(replace(v, claim=replace(v.claim, file=item.path), item=inner))
    return notebooks, "; ".join(reasons)


def _missing(course: Class, chapter: str, roster: Roster | None, seen: Iterable[str]) -> list[Row]:
    """Who is in the roster and has handed in nothing, now or before."""
    there = {h.student for h in find_hand_ins(course, chapter) if os.path.lexists(h.path)} | set(seen)
    people = roster.people if roster else ()
    return [Row(p.id, "", MISSING) for p in people if p.id not in there]


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────


def print_rows(console: Console, rows: Sequence[Row], dry_run: bool = False) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    table.pad_edge, table.padding = False, (0, 2, 0, 0)
    for heading in ("student", "file", "handed in", "what happened"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        when = f"{row.when.astimezone():%Y-%m-%d %H:%M}" if row.when else ""
        when = f"{when} late".strip() if row.late else when
        what = f"{row.what}: {row.note}" if row.note else row.what
        style = "red" if row.what == TROUBLE else "dim" if row.what in (SAME, MISSING) else ""
        cells = (row.student or "?", row.file, when, what)
        table.add_row(*(escape(plain_line(cell)) for cell in cells), style=style)
    console.print(table)
    counts = Counter(row.what for row in rows)
    late = sum(row.late is True for row in rows)
    parts = [f"{counts[w]} {w}" for w in (NEW, UPDATED, SAME, OLDER, MISSING, TROUBLE) if counts[w]]
    parts += [f"{late} late"] if late else []
    console.print("; ".join(parts) or "nothing to collect", highlight=False)
    if any(row.file and row.when is None and row.what != TROUBLE for row in rows):
        console.print(
            "Canvas does not export when a file was handed in, Moodle only in the grading worksheet (--roster).",
            highlight=False,
        )
    if dry_run:
        console.print("A dry run: nothing was written.", highlight=False)
