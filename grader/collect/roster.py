"""The class list: whom a name, a login, an email or an LMS's number means. Nobody is guessed.

Any CSV or .xlsx with a heading row will do; Canvas's gradebook export, the lists of Moodle, Blackboard, Gradescope
and Google Classroom, and what `nbgrader db student` imports fit as they are. The columns are found by their headings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from grader.collect.filenames import Claim
from grader.collect.names import fold, is_safe, slug
from grader.collect.sheet import read_table
from grader.problem import Problem

__all__ = ["Person", "Roster", "read_roster"]

HEADINGS = {  # in small letters, without blanks
    "id": ("nbgraderid", "studentid", "id"),
    "login": ("sisloginid", "loginid", "login", "username"),
    "number": ("sisuserid", "idnumber", "studentnumber", "sid"),
    "email": ("email", "emailaddress"),
    "canvas": ("canvasid", "canvasuserid", "lmsuserid"),
    "participant": ("identifier",),  # of Moodle's grading worksheet: "Participant 1234567"
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "name": ("student", "studentname", "name", "fullname"),
}
TEST_STUDENT = "Student, Test"


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
    def ids(self) -> set[str]:
        """What stands for this person in a file name, as it is."""
        return {fold(text) for text in (self.id, self.login, self.number, self.email, self.canvas)}

    @property
    def names(self) -> set[str]:
        """What does so with any blanks and signs in between."""
        return {slug(text) for text in (f"{self.first} {self.last}", f"{self.last} {self.first}", self.name)}

    @property
    def sorting(self) -> str:
        """As Canvas makes the name by which it sorts, where it knows the whole name only: the last word first."""
        *others, last = self.name.split() or [""]
        return slug(f"{last} {' '.join(others)}")


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
        of = "submission" if claim.lms == "gradescope" else "user"
        who = f"{claim.name} ({claim.lms.capitalize()} {of} {claim.number})" if claim.number else claim.name
        if not found:
            return f"{who} is not in the roster; add a row, or rename the file"
        return f"{who} may be {' or '.join(p.id for p in found)}; rename the file to the student's id"

    def meant(self, claim: Claim) -> list[Person]:
        """All that a name may mean. An LMS's number decides wherever the roster has such numbers."""
        if claim.lms == "canvas" and self.knows_canvas:
            return self._with(("canvas", claim.number, *claim.others))
        if claim.lms == "moodle" and self._by["participant"]:
            return self._with(("participant", claim.number))
        names = (claim.name, *claim.aliases)
        looked_for = [("ids", *map(fold, names)), ("names", *map(slug, names))]
        return self._with(*looked_for, *([("sorting", slug(claim.name))] if claim.lms == "canvas" else []))

    @property
    def knows_canvas(self) -> bool:
        """Has it Canvas's own numbers?"""
        return bool(self._by["canvas"])

    def _with(self, *looked_for: tuple[str, ...]) -> list[Person]:
        """Everybody of whom a value of a kind is known, in the order of the roster. looked_for: (kind, values...)."""
        places = {at for kind, *values in looked_for for v in values for at in self._by[kind].get(v, ())}
        return [self.people[place] for place in sorted(places)]

    @cached_property
    def _by(self) -> Mapping[str, Mapping[str, list[int]]]:
        """Where in the roster whoever has a number, or a name, stands."""
        kinds = ("canvas", "participant", "ids", "names", "sorting")
        found: dict[str, dict[str, list[int]]] = {kind: {} for kind in kinds}
        for place, person in enumerate(self.people):
            values = {"canvas": {person.canvas}, "participant": {person.participant}}
            values |= {"ids": person.ids, "names": person.names, "sorting": {person.sorting}}
            for kind, some in values.items():
                for value in some - {""}:
                    found[kind].setdefault(value, []).append(place)
        return found

    def by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}


def read_roster(path: Path) -> Roster:
    lines = read_table(path)
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
