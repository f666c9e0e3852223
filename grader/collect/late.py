"""Who was late, and by how much, as far as that is known: by a moment, by the word of Canvas or Moodle, or neither.

course/.grader/late/<chapter>.json          {student: what the LMS says of a hand-in without a moment}
course/.grader/extensions/<chapter>.json    {student: the moment until which this one has time}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.course import Class
from grader.text import counted

__all__ = ["Said", "extensions", "keep_extension", "keep_said", "lateness", "said_late"]

UNKNOWN = "when it was handed in is not known"
UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True)
class Said:
    """By an LMS. late: None where it says nothing. taken: when it was collected, and so handed in before."""

    lms: str
    late: bool | None
    taken: datetime


def lateness(moment: datetime | None, due: datetime | None, said: Said | None, extended: bool = False) -> str:
    """In words; "" where it was in time. due: of this student."""
    if moment and due:
        seconds = (moment - due).total_seconds()
        return f"{_span(seconds)} late" if seconds > 0 else ""
    if said and said.late:
        if extended and due and said.taken <= due:
            return ""
        doubt = ", and whether within the extension" if extended else ""
        return f"late, says {said.lms.capitalize()}; by how much is not known{doubt}"
    return UNKNOWN if due and moment is None and (said is None or said.late is None) else ""


def _span(seconds: float) -> str:
    """The two largest units: 1 day 3 hours."""
    parts, left = [], max(1, round(seconds))
    for size, unit in UNITS:
        count, left = divmod(left, size)
        parts.append(counted(count, unit) if count else "")
    first = next(i for i, part in enumerate(parts) if part)
    return " ".join(filter(None, parts[first : first + 2]))


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def said_late(course: Class, chapter: str) -> dict[str, Said]:
    entries = course.kept("late", chapter).items()
    return {s: Said(e["lms"], e["late"], datetime.fromisoformat(e["taken"])) for s, e in entries}


def keep_said(course: Class, chapter: str, taken: Mapping[str, Said | None]) -> None:
    """Of the hand-ins that were taken; None where a moment is known, or nobody said anything. The first time that
    it was seen counts."""
    found = said_late(course, chapter)
    for student, said in taken.items():
        before = found.pop(student, None)
        if said:
            same = before is not None and (before.lms, before.late) == (said.lms, said.late)
            found[student] = before if before and same else said
    entries = {s: {"lms": e.lms, "late": e.late, "taken": e.taken.isoformat()} for s, e in found.items()}
    course.keep("late", chapter, entries)


def extensions(course: Class, chapter: str) -> dict[str, datetime]:
    return {s: datetime.fromisoformat(text) for s, text in course.kept("extensions", chapter).items()}


def keep_extension(course: Class, chapter: str, student: str, until: datetime | None) -> None:
    """None: as everybody again."""
    entries = course.kept("extensions", chapter)
    entries.pop(student, None)
    course.keep("extensions", chapter, entries | ({student: until.isoformat()} if until else {}))
