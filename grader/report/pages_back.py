"""The pages of a class as one zip that Canvas or Moodle hands out to the students."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from grader.collect.downloaded import moodle_names, name_for_canvas, name_for_moodle, names
from grader.collect.roster import Roster
from grader.course import Class
from grader.files import write_whole
from grader.problem import Problem

__all__ = ["HOW", "zip_pages"]

HOW = {
    "canvas": "on Canvas: Grades, the assignment's menu, Upload Submissions",
    "moodle": "on Moodle: the assignment, Upload multiple feedback files in a zip (Feedback files has to be on)",
}
WHEN = (1980, 1, 1, 0, 0, 0)  # the same pages make the same zip


def zip_pages(
    course: Class, chapter: str, to: str, pages: Mapping[str, Path], roster: Roster | None, path: Path
) -> list[str]:
    """Write the zip; who is not in it, in words. to: one of HOW. pages: by student."""
    name_for = name_for_canvas if to == "canvas" else name_for_moodle
    found = dict(moodle_names(roster, chapter)) if to == "moodle" else {}
    found |= {s: name for s, was in names(course, chapter).items() if (name := name_for(was, chapter))}
    there = sorted(student for student in pages if student in found)
    if not there:
        raise Problem(f"no hand-in has a name of {to.capitalize()}'s. {_mend(to, chapter)}")
    write_whole(path, _zipped([(found[student], pages[student].read_bytes()) for student in there]))
    nameless = sorted(pages.keys() - found.keys())
    left = f"left out, because {to.capitalize()}'s names for them are not known: {', '.join(nameless)}"
    return [f"{left}. {_mend(to, chapter)}"] if nameless else []


def _mend(to: str, chapter: str) -> str:
    again = f"`grader collect` the zip of {to.capitalize()} for {chapter} (once more does no harm)"
    return f"{again}, or --roster with Moodle's grading worksheet" if to == "moodle" else again


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = ZipInfo(name, WHEN)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
