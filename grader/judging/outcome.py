"""What a check found, in words and numbers: plain data that prints and travels as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from grader.judging.picture import Picture

__all__ = ["MARKS", "CaseLine", "Outcome", "Picture", "Status"]

Status = Literal["passed", "failed", "not attempted", "error"]
MARKS = {"passed": "✓", "failed": "✗", "not attempted": "○", "error": "!"}


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

    status: "passed", "failed", "not attempted", or "error" (ours, never the student's zero). misconception: the
    slug of the mistake where it is named for certain, looks_like where it only resembles one. message: the
    report as text.
    """

    function: str
    status: Status
    points: float
    max_points: int
    headline: str
    misconception: str | None = None
    looks_like: str | None = None
    stage: str | None = None
    case: str = ""  # the title of the case that is shown
    call: str = ""  # its call, as a reader would write it
    found: str = ""  # what differed, or what was raised
    stopped: bool = False  # a call, or the cell: too long, too much memory, a crash
    advice: str = ""  # the diagnosis, or the next thing to try
    note: str = ""
    traceback: str = ""
    cases: tuple[CaseLine, ...] = ()
    picture: Picture | None = None

    @property
    def message(self) -> str:
        where = f'Case "{self.case}"' + (f": {self.call}" if self.call else "") if self.case else ""
        lines = (self.headline, where, self.found, self.advice and f"→ {self.advice}", self.note)
        return "\n".join(line for line in lines if line)

    def __repr__(self) -> str:
        return self.message

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Outcome:
        known = {field.name for field in fields(cls)}  # what was kept by another version may have others
        values = {name: value for name, value in data.items() if name in known}
        values["cases"] = tuple(CaseLine(**c) for c in data["cases"])
        if data["picture"]:
            picture = dict(data["picture"])
            picture["corner"], picture["shape"] = tuple(picture["corner"]), tuple(picture["shape"])
            values["picture"] = Picture(**picture)
        return cls(**values)
