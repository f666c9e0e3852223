"""`grader collect`: what an LMS or a folder holds goes to submitted/<student>/<chapter>/<chapter>.ipynb.

A newer hand-in is never overwritten by an older one, and what is replaced is kept in .grader/replaced. What is
not clear (whose file, which of two) stays where it is and is a row that says what to do.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.alone import alone
from grader.collect.archive import Item, Listing, listing
from grader.collect.choosing import CUT_OFF, Version, choose, is_whole
from grader.collect.filenames import Claim
from grader.collect.gradescope import submitters
from grader.collect.late import Said
from grader.collect.placing import handed_in, place, stamp
from grader.collect.roster import Roster
from grader.collect.rows import (
    LEFT_OUT,
    MISSING,
    NEW,
    OLDER,
    SAME,
    TAKEN,
    TROUBLE,
    UPDATED,
    Row,
    nobodys,
    print_rows,
    some,
)
from grader.collect.stamp import STAMP, parse_stamp, read_stamp
from grader.collect.submitted import HandIn, find_hand_ins, released, require_release
from grader.collect.whose import whose
from grader.collect.worksheet import told
from grader.course import Class
from grader.problem import Problem

__all__ = ["TAKEN", "TROUBLE", "Row", "asks_somebody", "collect", "parse_due", "print_rows"]

CLOCK = 2.0  # seconds: how finely a zip keeps the time


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
    """Take the hand-ins from a folder or a zip. Every file of it is in a row: its student's, or of what is not clear,
    or of what was left out."""
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
                rows.append(_to_do(student, groups[student], f"could not be taken ({why})"))
    rows += _missing(course, chapter, roster, {row.student for row in rows})
    last = {MISSING: 1, TROUBLE: 2, LEFT_OUT: 3}
    return sorted(rows, key=lambda row: (last.get(row.what, 0), row.student, row.file))


# ── whose is it ──────────────────────────────────────────────────────────────────────────────────────────


def _by_student(
    found: Listing, chapter: str, roster: Roster | None, pattern: re.Pattern[str] | None
) -> tuple[dict[str, list[Version]], list[Row]]:
    people = roster.by_id() if roster else {}
    items = {item.path: item for item in found.items}
    owners = whose(items, chapter, roster, pattern, submitters(found.items))
    rows = nobodys(TROUBLE, [*found.refused, *owners.unclear.items()]) + nobodys(LEFT_OUT, owners.left_out)
    groups: dict[str, list[Version]] = defaultdict(list)
    for item in found.items:
        if item.path in owners.owned:
            student, claim = owners.owned[item.path]
            beside = items.get(item.path[: -len(item.name)] + STAMP) if item.name else None
            row = people[student].row if student in people else {}
            groups[student].append(_version(claim, item, beside, row))
    return dict(groups), rows


def _version(claim: Claim, item: Item, beside: Item | None, row: Mapping[str, str]) -> Version:
    """`beside`: a timestamp.txt. Where nbgrader puts it, it counts; anywhere else a student has handed it in.
    row: the student's in the roster."""
    remark = ""
    if claim.lms == "moodle":
        moodle = told(row)
        claim, remark = replace(claim, when=moodle.moment, late=moodle.late), moodle.remark
    moment = _stamp(beside) if claim.nbgrader else claim.when
    if beside and not claim.nbgrader:
        remark = f"the {STAMP} beside it was handed in, and does not count"
    elif beside and moment is None:
        remark = f"{STAMP} names no moment, the file's date counts"
    timed = moment is not None or not claim.lms
    return Version(claim, item, moment or item.when, timed, moment is not None, remark)


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


def asks_somebody(row: Row) -> bool:
    """Is there something to decide, or to ask a student for?"""
    return row.what == TROUBLE or CUT_OFF in row.note


def _settle(
    course: Class,
    chapter: str,
    student: str,
    versions: Sequence[Version],
    due: datetime | None,
    dry_run: bool,
    seen: dict[bytes, str],
) -> Row:
    choice = choose(chapter, versions)
    if isinstance(choice, str):
        return _to_do(student, versions, choice)
    chosen, content, remark = choice
    notes = [text for text in (remark, chosen.remark) if text]
    late, doubt = _late(chosen, due)
    notes += [doubt] if doubt else []
    twin = seen.setdefault(hashlib.sha256(content).digest(), student)
    if twin not in ("", student):
        notes.append(f"the same file as {twin}")
    when = chosen.when if chosen.timed else None
    files = tuple(v.item.path for v in versions)
    row = Row(student, chosen.item.path, NEW, when, late, "; ".join(notes), files, _said(chosen))

    path = course.submission(student, chapter)
    for folder in (path.parent, path.parent.parent):
        if folder.is_symlink():
            return replace(row, what=TROUBLE, note=f"{folder} is a link; remove it and collect again")
    if os.path.lexists(path):
        before = HandIn(student, path).read()
        if before == content:
            if chosen.stamped and not dry_run and parse_stamp(read_stamp(path.parent)) is None:
                stamp(course, chapter, student, chosen.when)
            return replace(row, what=SAME)
        if (handed_in(path) - chosen.when).total_seconds() > CLOCK:
            return replace(row, what=OLDER)
        if isinstance(before, bytes) and is_whole(before) and not is_whole(content):
            note = f"{chosen.item.name} is cut off, or no notebook; the hand-in from before stays"
            return replace(row, what=TROUBLE, note=note)
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
    in_doubt = not late and chosen.claim.nbgrader and chosen.item.when > due
    return late, f"in time by its {STAMP}, though the file is dated after the deadline" if in_doubt else ""


def _said(chosen: Version) -> Said | None:
    """The LMS's word, where it is needed: there is no moment, or perhaps no due date here to hold it to."""
    claim = chosen.claim
    needed = claim.late if chosen.timed else claim.late is not None
    return Said(claim.lms, claim.late, datetime.now(UTC)) if needed else None


def _to_do(student: str, versions: Sequence[Version], why: str) -> Row:
    files = tuple(v.item.path for v in versions)
    return Row(student, some(files), TROUBLE, note=why, files=files)


def _missing(course: Class, chapter: str, roster: Roster | None, seen: Iterable[str]) -> list[Row]:
    """Who is in the roster and has handed in nothing, now or before."""
    there = {h.student for h in find_hand_ins(course, chapter) if os.path.lexists(h.path)} | set(seen)
    people = roster.people if roster else ()
    return [Row(p.id, "", MISSING) for p in people if p.id not in there]
