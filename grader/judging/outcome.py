"""What a check found, in words and numbers: plain data that prints and travels as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from grader.judging.picture import Picture
from grader.judging.place import Place
from grader.text import counted

__all__ = ["EXPLAINED", "FORMULA", "MARKS", "CaseLine", "Outcome", "Picture", "Status", "explained", "paid"]

Status = Literal["passed", "failed", "not attempted", "error", "by hand"]
MARKS = {"passed": "✓", "failed": "✗", "not attempted": "○", "error": "!", "by hand": "?"}


# By what a mistake is explained, and how a report says so.
EXPLAINED = {
    "named": "named",
    "placed": "shown their line",
    "formula": "told their formula",
    "numbers": "told what their numbers show",
    "": "without an explanation",
}


FORMULA = "Your numbers are those of the right formula"  # so it begins


@dataclass(frozen=True)
class CaseLine:
    """One case in the report: its title, whether it is right, and the stage that broke."""

    title: str
    right: bool
    stage: str | None
    weight: int


@dataclass(frozen=True)
class Outcome:
    """The result of `check(f)`.

    status: "passed", "failed", "not attempted", "error" (ours, never the student's zero), or "by hand" (there is
    no check: a person marks it). misconception: the slug of the mistake where it is named for certain. share: of
    the points that it earns. message: the report as text.
    """

    function: str
    status: Status
    points: float
    max_points: int
    headline: str
    misconception: str | None = None
    place: Place | None = None  # the line of their own code that one change mends
    formula: str = ""  # which wrong formula gives their numbers, or what else they show
    stage: str | None = None
    case: str = ""  # the title of the case that is shown
    call: str = ""  # its call, as a reader would write it
    found: str = ""  # what differed, or what was raised
    stopped: bool = False  # a call, or the cell: too long, too much memory, a crash
    advice: str = ""  # the diagnosis, or the next thing to try
    repair: str = ""  # what to write instead, for who has failed before
    note: str = ""
    printed: str = ""  # by the call that is shown, its warnings too
    traceback: str = ""
    cases: tuple[CaseLine, ...] = ()
    picture: Picture | None = None
    share: float = 0.0

    @property
    def explained(self) -> str:
        """By what the mistake is explained: "named", "placed", "formula", "numbers", or "" where it is not."""
        if self.misconception:
            return "named"
        formula = self.formula.startswith(FORMULA)
        if self.place and (self.place.whole or not formula):
            return "placed"
        return "formula" if formula else "numbers" if self.formula else ""

    @property
    def explanation(self) -> str:
        """What to do about it: the most that is certain."""
        how = self.explained
        if how == "placed" and self.place and not self.place.whole:
            return " ".join(filter(None, (str(self.place), self.formula, self.advice)))
        if how == "numbers":
            return f"{self.formula} {self.advice}".strip()
        return {"placed": str(self.place), "formula": self.formula}.get(how, self.advice)

    @property
    def line(self) -> str:
        """The line of the mistake, as it stands in the cell. Beside a name it is shown only where one change in that
        line, and in no other, makes all cases pass: else it may hold no mistake."""
        place = self.place
        alone = place and place.whole and not (place.other or place.beside)
        shown = self.explained == "placed" or (self.misconception and alone)
        return f"line {place.line}: {place.source}" if place and shown else ""

    @property
    def message(self) -> str:
        where = f'Case "{self.case}"' + (f": {self.call}" if self.call else "") if self.case else ""
        lines = (
            self.headline,
            where,
            self.found,
            self.line,
            self.explanation and f"→ {self.explanation}",
            self.note,
        )
        return "\n".join(line for line in lines if line)

    def __repr__(self) -> str:
        return self.message

    def to_json(self) -> dict[str, Any]:
        cases = [dict(vars(case)) for case in self.cases]
        place, picture = (part and asdict(part) for part in (self.place, self.picture))
        return {**vars(self), "cases": cases, "place": place, "picture": picture}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        known = {field.name for field in fields(cls)}  # what was kept by another version may have others
        values = {name: value for name, value in data.items() if name in known}
        values["cases"] = tuple(CaseLine(**c) for c in data["cases"])
        if data.get("place"):
            values["place"] = Place(**data["place"])
        if data["picture"]:
            picture = dict(data["picture"])
            picture["corner"], picture["shape"] = tuple(picture["corner"]), tuple(picture["shape"])
            values["picture"] = Picture(**picture)
        return cls(**values)


def paid(points: float, most: int) -> str:
    return f"{points:g} of {counted(most, 'point')}"


def explained(outcomes: Iterable[Outcome]) -> str:
    """Of some outcomes: how many answers went wrong, and by what each was explained, in words."""
    counts = Counter(outcome.explained for outcome in outcomes if outcome.status == "failed")
    parts = [f"{counts[key]} {words}" for key, words in EXPLAINED.items() if counts[key]]
    wrong = sum(counts.values())
    return f"{counted(wrong, 'wrong answer')}: {', '.join(parts)}" if parts else ""
