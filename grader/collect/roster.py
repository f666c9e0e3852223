"""The class list: whom a name, a login, an email or an LMS's number means. Nobody is guessed.

Any CSV with a heading row will do; Canvas's gradebook export, Moodle's lists and `nbgrader db student` fit as
they are. The columns are found by their headings.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.collect.filenames import Claim
from grader.problem import Problem

__all__ = ["Person", "Roster", "is_safe", "read_roster", "slug"]

HEADINGS = {  # in small letters, without blanks
    "id": ("nbgraderid", "studentid", "id"),
    "login": ("sisloginid", "loginid", "login", "username"),
    "number": ("sisuserid", "idnumber", "studentnumber"),
    "email": ("email", "emailaddress"),
    "canvas": ("canvasid", "canvasuserid", "lmsuserid"),
    "participant": ("identifier",),  # of Moodle's grading worksheet: "Participant 1234567"
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "name": ("student", "studentname", "name", "fullname"),
}
TEST_STUDENT = "Student, Test"
SAFE = re.compile(r"(?![.\-])[\w.@+\-]{1,100}(?<!\.)")
MAX_NAME = 200  # bytes: a file system takes 255, with what is added
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file names on Windows


@dataclass(frozen=True)
class Person:
    """id: the student's folder and row in the gradebook. row: the roster's own cells, by heading."""

    id: str
    login: str = ""
    number: str = ""
    email: str = ""
    canvas: str = ""
    participant: str = ""
    first: str = ""
    last: str = ""
    name: str = ""
    row: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def keys(self) -> set[str]:
        """All that may stand for this person in a file name."""
        names = (f"{self.first} {self.last}", f"{self.last} {self.first}", self.name)
        texts = {fold(text) for text in (self.id, self.login, self.number, self.email, self.canvas)}
        return (texts | {slug(text) for text in names}) - {""}


@dataclass(frozen=True)
class Roster:
    headings: tuple[str, ...]
    people: tuple[Person, ...]

    def find(self, claim: Claim) -> Person | str:
        """Whom a file name means, or why it is not clear."""
        found = [p for p in self.people if self._means(claim, p)]
        if len(found) == 1:
            return found[0]
        who = f"{claim.name} ({claim.lms.capitalize()} user {claim.number})" if claim.number else claim.name
        if not found:
            return f"{who} is not in the roster; add a row, or rename the file"
        return f"{who} may be {' or '.join(p.id for p in found)}; rename the file to the student's id"

    def _means(self, claim: Claim, person: Person) -> bool:
        """An LMS's number decides wherever the roster has such numbers."""
        if claim.lms == "canvas" and any(p.canvas for p in self.people):
            return person.canvas == claim.number
        if claim.lms == "moodle" and any(p.participant for p in self.people):
            return person.participant == claim.number
        return bool({fold(claim.name), slug(claim.name)} & person.keys)

    def by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def slug(name: str) -> str:
    """Letters and digits in lower case, as Canvas writes names."""
    return re.sub(r"\W", "", fold(name))


def is_safe(student: str) -> bool:
    """May this be a folder's name, everywhere?"""
    short = len(student.encode("utf-8", "replace")) <= MAX_NAME
    return short and SAFE.fullmatch(student) is not None and RESERVED.fullmatch(student) is None


def read_roster(path: Path) -> Roster:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(f"the roster {path} cannot be read ({error.strerror})") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # a spreadsheet's CSV on Windows
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        lines = [
            [cell.strip() for cell in line] for line in csv.reader(text.splitlines(), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise Problem(f"the roster {path} is no CSV file: {error}") from None
    headings = lines[0] if lines else []
    columns = _columns(headings)
    if not set(columns) & {"id", "login", "number", "email", "canvas"}:
        raise Problem(
            f"the roster {path} has no column for the student's id; headings: {', '.join(headings)}"
        )
    people = [p for line in lines[1:] if (p := _person(line, headings, columns, path)) is not None]
    ids = [fold(p.id) for p in people]
    twice = sorted({p.id for p in people if ids.count(fold(p.id)) > 1})
    if twice:
        raise Problem(f"the roster {path} has two rows for {', '.join(twice)}")
    return Roster(tuple(headings), tuple(people))


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """{field: column}, the first heading of a field's list that is there."""
    plain = [re.sub(r"[\W_]+", "", heading).lower() for heading in headings]
    names = dict(HEADINGS)
    if "section" in plain and "id" in plain:  # Canvas's gradebook, where ID is Canvas's own number
        names |= {"id": HEADINGS["id"][:-1], "canvas": ("id", *HEADINGS["canvas"])}
    found: dict[str, int] = {}
    for part, choices in names.items():
        for choice in choices:
            if choice in plain:
                found.setdefault(part, plain.index(choice))
    return found


def _person(
    line: Sequence[str], headings: Sequence[str], columns: Mapping[str, int], path: Path
) -> Person | None:
    cells = {part: line[i] if i < len(line) else "" for part, i in columns.items()}
    name = cells.get("name", "")
    if not any(cells.values()) or "Points Possible" in line[0] or name == TEST_STUDENT:
        return None  # Canvas's rows about assignments, and its own student
    student = next((cells[k] for k in ("id", "login", "number", "email", "canvas") if cells.get(k)), "")
    if not is_safe(student):
        raise Problem(f"the roster {path} gives {name or line[0]!r} the id {student!r}, no name for a folder")
    values = {key: value for key, value in cells.items() if key != "id"}
    if "," in name and not (values.get("first") or values.get("last")):
        values["last"], values["first"] = (part.strip() for part in name.split(",", 1))
    values["participant"] = re.sub(r"\D", "", cells.get("participant", ""))
    return Person(unicodedata.normalize("NFC", student), **values, row=dict(zip(headings, line)))
