"""Who handed a file in, and which version it is, as far as its name says: as an LMS, nbgrader or people write it.

Canvas      lovelaceada_LATE_1234_567890_my work-1.ipynb      name, late, user, attachment, the student's own name
Moodle      Ada Lovelace_1234567_assignsubmission_file_/my work.ipynb
Blackboard  Homework 2_ada_attempt_2026-03-01-12-00-00_my work.ipynb
Gradescope  submission_9000001/my work.ipynb, and submission_metadata.yml says whose that is
Classroom   Ada Lovelace - ch02_activations.ipynb
nbgrader    ada/ch02_activations/ch02_activations.ipynb
plain       ada.ipynb, ada_ch02.ipynb, ada/my work.ipynb
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.collect.names import is_word
from grader.collect.submitted import is_copy
from grader.problem import Problem

__all__ = [
    "EXPORT",
    "HIDDEN",
    "MOODLE",
    "NO_HAND_IN",
    "OTHER_CHAPTER",
    "STRAY",
    "TEST_STUDENT",
    "Claim",
    "claims",
    "compiled",
    "is_archive",
    "is_hidden",
    "is_notebook",
    "is_work",
    "outermost",
    "read_name",
    "version",
    "without_wrapper",
]

# Why a file is nobody's hand-in, so that nobody need look at it.
OTHER_CHAPTER = "belongs to another chapter"
ANOTHERS_NAME = "is named after another chapter"
STRAY = "is no notebook"
HIDDEN = "is hidden, or was made by a program"
TEST_STUDENT = "is of Canvas's Test Student"
NO_HAND_IN = (OTHER_CHAPTER, ANOTHERS_NAME, STRAY, HIDDEN, TEST_STUDENT)
NOBODY = "does not say whose it is"
ANONYMOUS = "is anonymous; show the names in Canvas and download again"
# Canvas writes names in lower case and takes everything but letters, digits and _ out of them; its numbers have no 0
# in front. What follows is the student's. An attachment's number grows with time: the highest is the newest.
CANVAS_FILE = re.compile(
    r"_(?P<late>LATE_)?(?P<number>[1-9]\d*)_(?P<attachment>[1-9]\d{2,})_(?=(?P<file>.+))"
)
CANVAS_TYPED = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>[1-9]\d*)_(?P<file>(?:text|link)\.html)")
CANVAS_ANONYMOUS = re.compile(r"(?:LATE_)?(?:[1-9]\d*|anon_\w+?)_(?:\d{3,}_.+|(?:text|link)\.html)")
# Moodle writes a blank for every _ of a name. Blackboard does not: a user's name may have one, and an assignment's.
MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
BLACKBOARD = re.compile(r"(?P<before>.+?_.+?)_attempt_(?P<moment>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")
GRADESCOPE = re.compile(r"submission_\d{4,}")
EXPORT = re.compile(r"assignment_\d+_export")  # Gradescope's folder around everything
COPY_OF = r"(?:(?:copy|kopie|copie|copia) (?:of|von|de|di) )?"
CHAPTER = re.compile(r"ch\d\d_\w+")
A_CHAPTER = re.compile(r"(?:^|[-_ ])(ch\d\d)(?=$|[-_ ])")
# Browsers and Windows add what they think is missing, ch02.ipynb.txt; others say that it is a copy, ch02.ipynb (1).
NOTEBOOK = re.compile(r".*?\.ipynb(?:\.(?:ipynb|json|txt))*(?:[ (][^.]*)?", re.IGNORECASE | re.DOTALL)
SUFFIXES = re.compile(
    r"(?P<stem>.+?)(?:\.ipynb(?:\.\w+)*(?:[ (][^.]*)?|\.tar\.\w+|\.[^.]*|)", re.IGNORECASE | re.DOTALL
)
TWICE = re.compile(r"(?<=.)(?:\.(?:ipynb|zip|json|html?|pdf|py|docx?|txt))+$", re.IGNORECASE)
HANDED_IN = re.compile(  # kinds of files
    r".*\.(ipynb(\.\w+)?|zip|json|html?|mhtml?|webarchive|pdf|py|docx?|odt|rtf|pages|tar(\.\w+)?|tgz|gz|bz2|xz|rar|7z)",
    re.IGNORECASE | re.DOTALL,
)
VERSION = re.compile(
    r"(?P<base>.*?)(?:[-_ ]?(?P<date>\d{4}-\d\d-\d\d))?(?:-(?P<dash>\d+)| ?\((?P<round>\d+)\))?"
)


@dataclass(frozen=True)
class Claim:
    """name: who it is, as written. number: the user's number in the LMS. file: the student's own name for it.
    order: later versions have higher ones. late: what the LMS says; None where it says nothing. others: the numbers,
    where the name can be read in several ways. nbgrader: it lies where nbgrader puts it, with a time beside it.
    aliases: what else may be the name. when: of handing in, where the LMS says it. stray: a file that no notebook is
    in; it tells nothing about how the source is laid out."""

    name: str
    file: str
    lms: str = ""
    number: str = ""
    order: int = 0
    late: bool | None = None
    others: tuple[str, ...] = ()
    nbgrader: bool = False
    aliases: tuple[str, ...] = ()
    when: datetime | None = None
    stray: bool = False

    @property
    def person(self) -> tuple[object, ...]:
        """What tells people of one name apart."""
        return (self.lms, self.number, self.aliases) if self.lms else (self.name,)


def claims(path: str, chapter: str, known: Mapping[str, Claim | str] | None = None) -> list[Claim | str]:
    """What each name in a path says, from the outermost on; of the file's own name, why it says nothing if so.
    known: whose Gradescope's folders are."""
    *folders, last = path.split("/")
    found: list[Claim | str] = []
    for at, folder in enumerate(folders):
        inner = folders[at + 1 :]
        file = "/".join([*(name for name in inner if not CHAPTER.fullmatch(name)), last])
        listed = (known or {}).get("/".join(folders[: at + 1]))
        if is_hidden(folder):
            return [*found, HIDDEN]
        if listed is not None:
            found.append(replace(listed, file=file) if isinstance(listed, Claim) else listed)
        elif at == 0 and EXPORT.fullmatch(folder):
            continue
        elif GRADESCOPE.fullmatch(folder):
            found.append(
                f"{folder} is Gradescope's number; submission_metadata.yml beside it says whose it is"
            )
        elif match := MOODLE.fullmatch(folder):
            found.append(Claim(match["name"].strip(), file, "moodle", match["number"]))
        elif not CHAPTER.fullmatch(folder):
            found.append(Claim(folder, file, nbgrader=inner == [chapter], aliases=_parts(folder)))
        elif folder != chapter and not any(isinstance(claim, Claim) and claim.lms for claim in found):
            return [*found, OTHER_CHAPTER]
    said = HIDDEN if is_hidden(last) else _file(last, chapter)
    unsaid = folders and not found and isinstance(said, Claim) and not (said.lms or said.stray)
    return [*found, NOBODY if unsaid else said]


def _file(name: str, chapter: str) -> Claim | str:
    if (match := MOODLE.fullmatch(name)) and match["file"]:
        return Claim(match["name"].strip(), match["file"], "moodle", match["number"])
    blackboard, canvas = _blackboard(name), _canvas(name)
    if canvas and not (blackboard and canvas.file.startswith("attempt_")):
        return canvas  # what the student called the file may look like Blackboard's
    if blackboard and not CANVAS_ANONYMOUS.fullmatch(name):
        return blackboard
    if CANVAS_ANONYMOUS.fullmatch(name):
        return ANONYMOUS
    if not name:  # of an empty folder
        return STRAY
    stem, stray = _stem(name), not (is_notebook(name) or is_archive(name))
    number = chapter.split("_")[0]
    title = rf"{COPY_OF}(?:{chapter}|{number})"
    named = re.fullmatch(rf"(?:{title} - )?(?P<name>\S+ .*?\S)(?: - {title})?", stem, re.IGNORECASE)
    if named and named["name"] != stem:
        return Claim(named["name"], name, "classroom")
    if (others := set(A_CHAPTER.findall(stem))) and number not in others:
        return ANOTHERS_NAME
    who = re.sub(rf"(^|[-_ ]+)({chapter}|{number})(?=$|[-_ ])", "", stem).strip("-_ ")
    if not who or is_copy(stem, chapter) or is_copy(stem, number):
        return NOBODY if is_work(name) else STRAY
    return Claim(who, name, aliases=_parts(who), stray=stray)


def _stem(name: str) -> str:
    """A file's name without what says its kind, be it said twice: ada.zip.zip. But ada@uni.edu.py is an address."""
    match = SUFFIXES.fullmatch(name)
    stem = match["stem"] if match else name
    return stem if "@" in stem else TWICE.sub("", stem)


def _parts(name: str) -> tuple[str, ...]:
    """Ada Lovelace - Homework two: what of it may be a name."""
    return tuple(part.strip() for part in name.split(" - ")) if " - " in name else ()


def is_work(name: str) -> bool:
    """Is it a kind of file that people hand in, be it instead of a notebook?"""
    return is_notebook(name) or HANDED_IN.fullmatch(name) is not None


def is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))


def is_notebook(path: str) -> bool:
    return NOTEBOOK.fullmatch(path.rpartition("/")[2]) is not None


def is_archive(path: str) -> bool:
    """One that is looked into."""
    return path.lower().endswith(".zip")


def _blackboard(name: str) -> Claim | None:
    match = BLACKBOARD.fullmatch(name)
    if match is None:
        return None
    before = match["before"].split("_")
    longer = tuple("_".join(before[at:]) for at in range(1, len(before) - 1))
    order = int(match["moment"].replace("-", ""))
    return Claim(before[-1], match["file"] or name, "blackboard", order=order, aliases=longer)


def _canvas(name: str) -> Claim | None:
    """A name of Canvas's. Where the student's name, or what the student called the file, looks like Canvas's numbers,
    it can be read in several ways; late in one is late."""
    end = next((at for at, c in enumerate(name) if "A" <= c <= "Z" or not is_word(c)), len(name))
    if (match := CANVAS_TYPED.fullmatch(name)) and match.end("name") <= end:
        return Claim(match["name"], match["file"], "canvas", match["number"], 0, bool(match["late"]))
    readings = [match for at in range(1, end + 1) if (match := CANVAS_FILE.match(name, at))]
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
        if is_hidden(path):
            return HIDDEN
        if any(CHAPTER.fullmatch(part) and part != chapter for part in folders):
            return OTHER_CHAPTER
        match = pattern.search(path)
        return Claim(match["student"], last) if match and match["student"] else "does not match --pattern"
    found = claims(path, chapter)
    return OTHER_CHAPTER if found[-1] == OTHER_CHAPTER else outermost(found)


def outermost(found: Sequence[Claim | str]) -> Claim | str:
    """What counts where nothing else tells: an LMS's name, else the first."""
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
    match = VERSION.fullmatch(_stem(file.rsplit("/", 1)[-1]))
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
