"""What a class's points say about the exercises: how hard each was, and whether it told the strong from the weak."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.judging.outcome import Outcome

__all__ = ["ENOUGH", "Item", "Paper", "correlation", "items", "rest_share"]

ENOUGH = 10  # students; a correlation of fewer is noise


@dataclass(frozen=True)
class Paper:
    """One readable, graded hand-in. shares: points earned over points there are, by exercise; an exercise whose
    check broke is not among them."""

    student: str
    shares: Mapping[str, float]
    outcomes: Mapping[str, Outcome]
    release: str = ""

    def earned(self, points: Mapping[str, float]) -> float:
        return sum(share * points[name] for name, share in self.shares.items())


@dataclass(frozen=True)
class Item:
    """One exercise. difficulty: the mean share of the points. discrimination: the correlation of this exercise
    with the points of all others; None where there are too few students or nothing varies."""

    name: str
    students: int
    passed: int
    untouched: int
    stopped: int
    difficulty: float | None
    discrimination: float | None


def items(papers: Sequence[Paper], points: Mapping[str, float]) -> list[Item]:
    """The statistics of every exercise, in the order of `points` (its maximum points)."""
    return [_item(name, papers, points) for name in points]


def _item(name: str, papers: Sequence[Paper], points: Mapping[str, float]) -> Item:
    mine = [p for p in papers if name in p.shares]
    statuses = Counter(p.outcomes[name].status for p in mine if name in p.outcomes)
    shares = [p.shares[name] for p in mine]
    pairs = [(p.shares[name], rest) for p in mine if (rest := rest_share(p, name, points)) is not None]
    return Item(
        name,
        len(mine),
        statuses["passed"],
        statuses["not attempted"],
        sum(p.outcomes[name].stopped for p in mine if name in p.outcomes),
        sum(shares) / len(shares) if shares else None,
        correlation(pairs) if len(pairs) >= ENOUGH else None,
    )


def rest_share(paper: Paper, name: str, points: Mapping[str, float]) -> float | None:
    """The share of the points that a hand-in earns in all other exercises."""
    others = [n for n in paper.shares if n != name and n in points]
    most = sum(points[n] for n in others)
    return sum(paper.shares[n] * points[n] for n in others) / most if most else None


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None where one of the two does not vary."""
    if not pairs:
        return None
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    cov = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    var_x, var_y = sum((x - mean_x) ** 2 for x, _ in pairs), sum((y - mean_y) ** 2 for _, y in pairs)
    if min(var_x, var_y) <= 1e-12 * n:
        return None
    return cov / math.sqrt(var_x * var_y)
