"""Who handed a file in, and which version it is, as far as its name says: Canvas, Moodle, nbgrader, plain folders.

Canvas    lovelaceada_LATE_1234_567890_my work-1.ipynb      name, late, user, attachment, the student's own name
Moodle    Ada Lovelace_1234567_assignsubmission_file_/my work.ipynb
nbgrader  ada/ch02_activations/ch02_activations.ipynb
plain     ada.ipynb, ada_ch02.ipynb, ada/my work.ipynb
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.problem import Problem

__all__ = ["OTHER_CHAPTER", "STRAY", "Claim", "claims", "compiled", "read_name", "version", "without_wrapper"]

OTHER_CHAPTER = "belongs to another chapter"
STRAY = "is no notebook"
NOBODY = "does not say whose it is"
ANONYMOUS = "is anonymous; show the names in Canvas and download again"
# Canvas writes names in lower case and takes everything but letters, digits and _ out of them; its numbers have no 0
# in front. What follows is the student's. An attachment's number grows with time: the highest is the newest.
CANVAS_NAME = re.compile(r"[^\WA-Z]+")
CANVAS_FILE = re.compile(
    r"_(?P<late>LATE_)?(?P<number>[1-9]\d*)_(?P<attachment>[1-9]\d{2,})_(?=(?P<file>.+))"
)
CANVAS_TYPED = re.compile(
    r"(?P<name>[^\WA-Z]+?)_(?P<late>LATE_)?(?P<number>[1-9]\d*)_(?P<file>(?:text|link)\.html)"
)
CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?(?:[1-9]\d*|anon_\w+?)_(?:\d{3,}_.+|(?:text|link)\.html)")
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
CHAPTER = re.compile(r"ch\d\d_\w+")
VERSION = re.compile(
    r"(?P<base>.*?)(?:[-_ ]?(?P<date>\d{4}-\d\d-\d\d))?(?:-(?P<dash>\d+)| ?\((?P<round>\d+)\))?"
)


@dataclass(frozen=True)
class Claim:
    """name: who it is, as written. number: the user's number in the LMS. file: the student's own name for it.
    order: later versions have higher ones. late: what the LMS says; None where it says nothing. others: the numbers,
    where the name can be read in several ways. nbgrader: it lies where nbgrader puts it, with a time beside it."""

    name: str
    file: str
    lms: str = ""
    number: str = ""
    order: int = 0
    late: bool | None = None
    others: tuple[str, ...] = ()
    nbgrader: bool = False


def claims(path: str, chapter: str) -> list[Claim | str]:
    """What each name in a path says, from the outermost on; of the file's own name, why it says nothing if so."""
    *folders, last = path.split("/")
    found: list[Claim | str] = []
    for at, folder in enumerate(folders):
        inner = folders[at + 1 :]
        file = "/".join([*(name for name in inner if not CHAPTER.fullmatch(name)), last])
        if match := MOODLE.fullmatch(folder):
            found.append(Claim(match["name"].strip(), file, "moodle", match["number"]))
        elif not CHAPTER.fullmatch(folder):
            found.append(Claim(folder, file, nbgrader=inner == [chapter]))
        elif folder != chapter and not any(isinstance(claim, Claim) and claim.lms for claim in found):
            return [*found, OTHER_CHAPTER]
    said = _file(last, chapter)
    unsaid = folders and not found and isinstance(said, Claim) and not said.lms
    return [*found, NOBODY if unsaid else said]


def _file(name: str, chapter: str) -> Claim | str:
    if (match := MOODLE.fullmatch(name)) and match["file"]:
        return Claim(match["name"].strip(), match["file"], "moodle", match["number"])
    if claim := _canvas(name):
        return claim
    if CANVAS_ANONYMOUS.fullmatch(name):
        return ANONYMOUS
    stem, _, suffix = name.rpartition(".")
    if suffix.lower() not in ("ipynb", "zip"):
        return STRAY
    number = chapter.split("_")[0]
    who = re.sub(rf"(^|[-_ ]+)({chapter}|{number})(?=$|[-_ ])", "", stem).strip("-_ ")
    return Claim(who, name) if who else NOBODY


def _canvas(name: str) -> Claim | None:
    """A name of Canvas's. Where the student's name, or what the student called the file, looks like Canvas's numbers,
    it can be read in several ways; late in one is late."""
    if match := CANVAS_TYPED.fullmatch(name):
        return Claim(match["name"], match["file"], "canvas", match["number"], 0, bool(match["late"]))
    readings = []
    for at, character in enumerate(name):
        if character == "_" and (match := CANVAS_FILE.match(name, at)) and CANVAS_NAME.fullmatch(name, 0, at):
            readings.append(match)
    if not readings:
        return None
    first, *more = readings
    return Claim(
        name[: first.start()],
        first["file"],
        "canvas",
        first["number"],
        int(first["attachment"]),
        any(match["late"] for match in readings),
        tuple(match["number"] for match in more),
    )


def read_name(path: str, chapter: str, pattern: re.Pattern[str] | None = None) -> Claim | str:
    """What a path says that stands alone, or why it says nothing."""
    if pattern is not None:
        *folders, last = path.split("/")
        if any(CHAPTER.fullmatch(part) and part != chapter for part in folders):
            return OTHER_CHAPTER
        match = pattern.search(path)
        return Claim(match["student"], last) if match and match["student"] else "does not match --pattern"
    found = claims(path, chapter)
    if found[-1] == OTHER_CHAPTER:
        return OTHER_CHAPTER
    of_lms = [claim for claim in found if isinstance(claim, Claim) and claim.lms]
    return (of_lms or without_wrapper(found))[0]


def without_wrapper(found: Sequence[Claim | str]) -> Sequence[Claim | str]:
    """The same but for nbgrader's own folder, submitted/, around everything."""
    outer = found[0]
    wrapped = len(found) > 2 and isinstance(outer, Claim) and outer.name == "submitted"
    return found[1:] if wrapped else found


def version(file: str) -> tuple[str, int]:
    """("hw", 2) of hw-2.ipynb and of hw (2).ipynb: what a second upload or a second download is called. A date in the
    name makes a later version than a number."""
    match = VERSION.fullmatch(file.rsplit("/", 1)[-1].rpartition(".")[0])
    if match is None:  # a line break in a file name
        return file, 0
    date = int((match["date"] or "0").replace("-", ""))
    return match["base"].casefold(), date * 1000 + int(match["dash"] or match["round"] or 0)


def compiled(pattern: str | None) -> re.Pattern[str] | None:
    """--pattern as a regular expression with a group named student."""
    if pattern is None:
        return None
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise Problem(f"--pattern {pattern!r} is no regular expression: {error}") from None
    if "student" not in expression.groupindex:
        raise Problem(f"--pattern {pattern!r} needs a group (?P<student>...)")
    return expression
