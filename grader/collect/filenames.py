"""Who handed a file in, and which version it is, as far as its name says: Canvas, Moodle, nbgrader, plain folders.

Canvas    lovelaceada_LATE_1234_567890_my work-1.ipynb      name, late, user, attachment, the student's own name
Moodle    Ada Lovelace_1234567_assignsubmission_file_/my work.ipynb
nbgrader  ada/ch02_activations/ch02_activations.ipynb
plain     ada.ipynb, ada_ch02.ipynb, ada/my work.ipynb
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.problem import Problem

__all__ = ["OTHER_CHAPTER", "STRAY", "Claim", "compiled", "read_name", "version"]

OTHER_CHAPTER = "belongs to another chapter"
STRAY = "is no notebook"
# Canvas writes names in lower case and takes everything but letters, digits and _ out of them. An attachment's
# number grows with time: the highest is the newest.
CANVAS = re.compile(
    r"(?:(?P<name>[^\WA-Z]+?)_)?(?:(?P<late>LATE)_)?(?P<number>\d+|anon_\w+?)_"
    r"(?:(?P<attachment>\d{3,})_(?P<file>.+)|(?P<typed>(?:text|link)\.html))"
)
MOODLE = re.compile(
    r"(?:^|/)(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_?/|_)(?P<file>.+)"
)
CHAPTER = re.compile(r"ch\d\d_\w+")
VERSION = re.compile(r"(?P<base>.*?)(?:-(?P<dash>\d+)| ?\((?P<round>\d+)\))?")


@dataclass(frozen=True)
class Claim:
    """name: who it is, as written. number: the user's number in the LMS. file: the student's own name for it.
    order: later versions have higher ones. late: what the LMS says; None where it says nothing."""

    name: str
    file: str
    lms: str = ""
    number: str = ""
    order: int = 0
    late: bool | None = None


def read_name(path: str, chapter: str, pattern: re.Pattern[str] | None = None) -> Claim | str:
    """What a path says, or why it says nothing."""
    *folders, last = path.split("/")
    if any(CHAPTER.fullmatch(part) and part != chapter for part in folders):
        return OTHER_CHAPTER
    if pattern is not None:
        match = pattern.search(path)
        return Claim(match["student"], last) if match and match["student"] else "does not match --pattern"
    if match := MOODLE.search(path):
        return Claim(match["name"].strip(), match["file"], "moodle", match["number"])
    if match := CANVAS.fullmatch(last):
        if match["number"].startswith("anon") or not match["name"]:
            return "is anonymous; show the names in Canvas and download again"
        file, order = match["file"] or match["typed"], int(match["attachment"] or 0)
        return Claim(match["name"], file, "canvas", match["number"], order, bool(match["late"]))
    return _plain(folders, last, chapter)


def _plain(folders: list[str], last: str, chapter: str) -> Claim | str:
    if folders and folders[-1] == chapter:
        folders = folders[:-1]
        return Claim(folders[-1], last) if folders else "does not say whose it is"
    if folders:
        return Claim(folders[0], "/".join([*folders[1:], last]))
    stem, _, suffix = last.rpartition(".")
    if suffix.lower() not in ("ipynb", "zip"):
        return STRAY
    number = chapter.split("_")[0]
    name = re.sub(rf"(^|[-_ ]+)({chapter}|{number})(?=$|[-_ ])", "", stem).strip("-_ ")
    return Claim(name, last) if name else "does not say whose it is"


def version(file: str) -> tuple[str, int]:
    """("hw", 2) of hw-2.ipynb and of hw (2).ipynb: what a second upload or a second download is called."""
    match = VERSION.fullmatch(file.rsplit("/", 1)[-1].rpartition(".")[0])
    if match is None:  # a line break in a file name
        return file, 0
    return match["base"].casefold(), int(match["dash"] or match["round"] or 0)


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
