"""The class list: whom a name, a login, an email or an LMS's number means. Nobody is guessed.

Any CSV with a heading row will do; Canvas's gradebook export, Moodle's lists and `nbgrader db student` fit as
they are. The columns are found by their headings.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
    """possible: the points of Canvas's assignments, by heading."""

    headings: tuple[str, ...]
    people: tuple[Person, ...]
    possible: Mapping[str, str] = field(default_factory=dict, compare=False)

    def find(self, claim: Claim) -> Person | str:
        """Whom a file name means, or why it is not clear."""
        found = self.meant(claim)
        if len(found) == 1:
            return found[0]
        who = f"{claim.name} ({claim.lms.capitalize()} user {claim.number})" if claim.number else claim.name
        if not found:
            return f"{who} is not in the roster; add a row, or rename the file"
        return f"{who} may be {' or '.join(p.id for p in found)}; rename the file to the student's id"

    def meant(self, claim: Claim) -> list[Person]:
        """All that a name may mean. An LMS's number decides wherever the roster has such numbers."""
        if claim.lms == "canvas" and self.knows_canvas:
            return self._with("canvas", claim.number, *claim.others)
        if claim.lms == "moodle" and self._by["participant"]:
            return self._with("participant", claim.number)
        return self._with("keys", fold(claim.name), slug(claim.name))

    @property
    def knows_canvas(self) -> bool:
        """Has it Canvas's own numbers?"""
        return bool(self._by["canvas"])

    def _with(self, kind: str, *values: str) -> list[Person]:
        """Everybody of whom one of the values is known, in the order of the roster."""
        places = {place for value in values for place in self._by[kind].get(value, ())}
        return [self.people[place] for place in sorted(places)]

    @cached_property
    def _by(self) -> Mapping[str, Mapping[str, list[int]]]:
        """Where in the roster whoever has a number, or a name, stands."""
        found: dict[str, dict[str, list[int]]] = {"canvas": {}, "participant": {}, "keys": {}}
        for place, person in enumerate(self.people):
            values = {"canvas": {person.canvas}, "participant": {person.participant}, "keys": person.keys}
            for kind, some in values.items():
                for value in some - {""}:
                    found[kind].setdefault(value, []).append(place)
        return found

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
    ids = Counter(fold(p.id) for p in people)
    twice = sorted({p.id for p in people if ids[fold(p.id)] > 1})
    if twice:
        raise Problem(f"the roster {path} has two rows for {', '.join(twice)}")
    possible = next((line for line in lines[1:] if line and "Points Possible" in line[0]), [])
    return Roster(tuple(headings), tuple(people), dict(zip(headings, possible)))


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
