"""timestamp.txt, beside a hand-in: the moment it was made, as nbgrader and its exchange write it."""

from __future__ import annotations

import errno
import os
import re
import stat
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from grader.beneath import open_file
from grader.text import plain_line

__all__ = ["STAMP", "parse_stamp", "read_stamp"]

STAMP = "timestamp.txt"
MAX_CHARACTERS = 200
ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EMLINK, errno.ENXIO)  # or a link, or a socket
# strftime's %Z where the time-zone database has no zone of that name; what several countries use is left out
CALLED = {"WEST": 1, "CEST": 2, "EEST": 3, "EDT": -4, "CDT": -5, "MDT": -6, "PDT": -7, "PST": -8}
# "2026-03-01 23:30:00.000000 CET": a moment and what its zone is called, or how far it is from UTC
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(\S*)")


def read_stamp(folder: Path) -> str:
    """The text of the timestamp.txt in <...>/<student>/<chapter>, in one line; "" where there is none. No link is
    followed."""
    try:
        with open_file(folder.parents[1], *folder.parts[-2:], STAMP) as descriptor:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_CHARACTERS:
                return ""
            return plain_line(os.read(descriptor, MAX_CHARACTERS).decode("utf-8", "replace"))
    except OSError as error:
        if error.errno in ABSENT:
            return ""
        raise


def parse_stamp(text: str) -> datetime | None:
    """The moment that a timestamp.txt names, in UTC; None where it names none, or none of this century. Without a
    zone it is UTC."""
    found = MOMENT.fullmatch(text.strip())
    if not found:
        return None
    moment, zone = found.groups()
    try:
        there = _zone(zone)
        named = datetime.fromisoformat(moment).replace(tzinfo=there).astimezone(UTC) if there else None
    except (ValueError, OverflowError):  # the 30th of February; the year 9999, east of Greenwich
        return None
    return named if named and 2000 < named.year < 2100 else None


def _zone(name: str) -> tzinfo | None:
    """A zone by its name (CET, Europe/Berlin) or its distance from UTC (+01:00, -0500)."""
    if name in ("", "Z", "UTC", "GMT"):
        return UTC
    if name[0] in "+-":
        return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo
    if name in CALLED:
        return timezone(timedelta(hours=CALLED[name]))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
