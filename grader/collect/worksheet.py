"""When a hand-in was made, by Moodle's grading worksheet: its zip does not say that, its worksheet does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Told", "told"]

HANDED_IN, STATUS = "Last modified (submission)", "Status"
WEEKDAY = re.compile(r"[A-Z][a-z]+day, ")
# By the language of whoever downloads: British, American, and both with 24 hours. The months are English.
FORMS = ("%d %B %Y, %I:%M %p", "%B %d, %Y, %I:%M %p", "%d %B %Y, %H:%M", "%B %d, %Y, %H:%M", "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Told:
    """late: by Moodle's due date, this student's extension included; None where it does not say."""

    moment: datetime | None = None
    late: bool | None = None
    remark: str = ""


def told(row: Mapping[str, str]) -> Told:
    """By a student's row. Moodle writes moments without a zone: by this computer's clock."""
    cell, status = row.get(HANDED_IN, "").strip(), row.get(STATUS, "")
    late = True if re.search(r"\blate\b", status) else False if status.startswith("Submitted") else None
    if cell in ("", "-"):
        return Told(None, late)
    for form in FORMS:
        with suppress(ValueError):
            return Told(datetime.strptime(WEEKDAY.sub("", cell), form).astimezone(UTC), late)
    return Told(None, late, f"the worksheet's “{cell}” cannot be read as a moment")
