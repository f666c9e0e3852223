"""What grading one submission gives: an outcome per exercise, what was repaired, why where it is not graded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.judging.outcome import Outcome

__all__ = ["Verdict", "seed_hash"]


@dataclass(frozen=True)
class Verdict:
    """JSON-serialisable through `to_json` and `from_json`.

    status: "graded", or "unreadable" with the reason. repairs: what was restored in the notebook, in words.
    log: what went wrong in cells that earn no points (an own cell that raises, say).
    similar: {exercise: how much its answer reads like the reference}, where that is worth a teacher's look.
    structures: {exercise: a hash of its answer's structure}, for the report: who has the same.
    outputs: {cell id: outputs as a notebook holds them}, where all cells were executed.
    """

    chapter: str
    release: str
    status: str
    isolation: str
    seed_hash: str
    reason: str = ""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    similar: Mapping[str, float] = field(default_factory=dict)
    structures: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def points(self) -> float:
        return round(sum(outcome.points for outcome in self.outcomes.values()), 2)

    @property
    def max_points(self) -> int:
        return sum(outcome.max_points for outcome in self.outcomes.values())

    def to_json(self) -> dict[str, Any]:
        data = dict(self.__dict__)
        data["outcomes"] = {name: outcome.to_json() for name, outcome in self.outcomes.items()}
        data["repairs"], data["log"] = list(self.repairs), list(self.log)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        values = dict(data)
        values["outcomes"] = {name: Outcome.from_json(dict(o)) for name, o in data["outcomes"].items()}
        values["repairs"], values["log"] = tuple(data["repairs"]), tuple(data["log"])
        return cls(**values)


def seed_hash(seed: int) -> str:
    return hashlib.sha256(str(seed).encode()).hexdigest()[:16]
