"""What Canvas or Moodle called a hand-in, so that a page can go back under a name that they know.

course/.grader/downloaded/<chapter>.json    {student: path in the zip that was collected}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.collect.filenames import MOODLE, claims
from grader.collect.roster import Roster
from grader.course import Class

__all__ = ["keep_names", "moodle_names", "name_for_canvas", "name_for_moodle", "names"]


def names(course: Class, chapter: str) -> dict[str, str]:
    return course.kept("downloaded", chapter)


def keep_names(course: Class, chapter: str, taken: Iterable[tuple[str, str]]) -> None:
    """taken: (student, path) of the hand-ins that were taken. A path that no LMS wrote replaces none."""
    now = {
        student: path
        for student, path in taken
        if name_for_canvas(path, chapter) or name_for_moodle(path, chapter)
    }
    course.keep("downloaded", chapter, names(course, chapter) | now)


def name_for_canvas(path: str, chapter: str) -> str:
    """Canvas knows a file by the numbers of the user and of the attachment in its name."""
    for part in path.split("/"):
        said = claims(part, chapter)[-1]
        if not isinstance(said, str) and said.lms == "canvas" and said.order:
            return f"{part.rpartition('.')[0]}.html"
    return ""


def name_for_moodle(path: str, chapter: str) -> str:
    """Moodle knows a folder, or a file, by what stands before the student's own name for it."""
    for part in path.split("/"):
        match = MOODLE.fullmatch(part)
        if match and match["file"]:
            return f"{part[: match.start('file')]}{chapter}.html"
        if match:
            return f"{part}/{chapter}.html"
    return ""


def moodle_names(roster: Roster | None, chapter: str) -> Mapping[str, str]:
    """As Moodle would write them, of whom a grading worksheet has the number. It has blanks for every _ of a name."""
    return {
        p.id: f"{(p.name or f'{p.first} {p.last}').replace('_', ' ').strip()}_{p.participant}_assignsubmission_file/"
        f"{chapter}.html"
        for p in (roster.people if roster else ())
        if p.participant
    }
