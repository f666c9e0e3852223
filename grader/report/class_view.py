"""What a class report is about: who is graded, what went wrong, and whom to look at. No HTML here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.grading.grades import Grade, Grades
from grader.record.exercise import Exercise
from grader.report.alike import Alike, find_alike, known_structures
from grader.report.item_statistics import Item, Paper, items, rest_share

__all__ = ["ClassView", "Mistake", "Notice", "view"]

LOW, HIGH, SOLVED = 0.25, 0.8, 0.5  # an exercise that most solve, at most LOW, though HIGH in all others
LOOKED_AT = 0.1  # of a class: nobody looks at more
NO_POINTS, ODD, WEAK, SMALL = range(4)  # how much a reason asks for a look
Reason = tuple[int, str]


@dataclass(frozen=True)
class Mistake:
    """A misconception and who has it."""

    exercise: str
    slug: str
    hint: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """A student to look at, and why. points: None where there is nothing to grade or it is not graded yet. rank: of
    the reason that asks most, 0 first."""

    student: str
    name: str
    points: float | None
    reasons: tuple[str, ...]
    rank: int = SMALL


@dataclass(frozen=True)
class ClassView:
    """handed_in, graded: how many students. papers: the readable ones among the graded."""

    grades: Grades
    handed_in: int
    graded: int
    unreadable: int
    to_mark: int
    papers: tuple[Paper, ...]
    items: tuple[Item, ...]
    mistakes: tuple[Mistake, ...]
    notices: tuple[Notice, ...]
    alike: tuple[Alike, ...]

    @property
    def points(self) -> Mapping[str, float]:
        return self.grades.exercises

    @property
    def look_at(self) -> tuple[Notice, ...]:
        """A tenth of the class at most; the others have smaller reasons."""
        return self.notices[: max(1, int(LOOKED_AT * self.handed_in))]

    def total_share(self, paper: Paper) -> float:
        return round(paper.earned(self.points), 2) / sum(self.points.values())


def view(grades: Grades, handed_in: Sequence[str], records: Mapping[str, Exercise]) -> ClassView:
    """`handed_in`: the students with a file; who has none is counted, and nothing is drawn of them."""
    there = set(handed_in)
    rows = {name: row for name, row in grades.by_student.items() if name in there}
    graded = [row for row in rows.values() if row.verdict is not None]
    papers = tuple(_paper(row, grades.exercises) for row in graded if row.verdict.status == "graded")  # type: ignore[union-attr]
    found = items(papers, grades.exercises)
    answers = {row.student: row.verdict.structures for row in graded if row.verdict}
    ours, alike = find_alike(answers, known_structures(grades.chapter, records))
    return ClassView(
        grades,
        len(handed_in),
        len(graded),
        len(graded) - len(papers),
        sum(row.to_mark > 0 for row in rows.values()),
        papers,
        tuple(found),
        tuple(_mistakes(papers, records)),
        tuple(_notices(rows, handed_in, papers, found, grades.exercises, ours)),
        alike,
    )


def _paper(row: Grade, points: Mapping[str, float]) -> Paper:
    assert row.verdict is not None
    scores = {name: row.scores.get(name) for name in points}
    shares = {name: score / points[name] for name, score in scores.items() if score is not None}
    return Paper(row.student, shares, row.verdict.outcomes, row.verdict.release)


def _mistakes(papers: Sequence[Paper], records: Mapping[str, Exercise]) -> list[Mistake]:
    """The misconceptions named for certain, the commonest first."""
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    for paper in papers:
        for name, outcome in paper.outcomes.items():
            if outcome.misconception:
                who[name, outcome.misconception].append(paper.student)
    hints = {(name, m.slug): m.hint for name, record in records.items() for m in record.misconceptions}
    order = {name: i for i, name in enumerate(records)}
    keys = sorted(who, key=lambda key: (-len(who[key]), order.get(key[0], len(order)), key[1]))
    return [Mistake(*key, hints.get(key, ""), tuple(who[key])) for key in keys]


def _notices(
    rows: Mapping[str, Grade],
    handed_in: Sequence[str],
    papers: Sequence[Paper],
    found: Sequence[Item],
    points: Mapping[str, float],
    ours: Mapping[str, Sequence[str]],
) -> list[Notice]:
    readable = {paper.student: paper for paper in papers}
    solved = {item.name for item in found if item.difficulty is not None and item.difficulty >= SOLVED}
    notices = []
    for student in sorted(handed_in):
        row, paper = rows.get(student), readable.get(student)
        if row is None or row.verdict is None:
            reasons = [(SMALL, "handed in, not graded yet")]
        elif paper is None:
            reasons = [(NO_POINTS, f"not readable: {row.verdict.reason}")]
        else:
            reasons = _reasons(paper, solved, points)
            reasons += [(SMALL, text) for text in (*row.verdict.repairs, *row.verdict.log)]
            similar = row.verdict.similar
            reasons += [(ODD, f"{n} reads like our own source ({share:.0%})") for n, share in similar.items()]
            renamed = [name for name in ours.get(student, ()) if name not in similar]
            reasons += [(ODD, f"{name} is our own source with other names") for name in renamed]
        if reasons:
            name = row.name if row else ""
            earned = round(paper.earned(points), 2) if paper else None
            texts = tuple(text for _, text in reasons)
            notices.append(Notice(student, name, earned, texts, min(rank for rank, _ in reasons)))
    return sorted(notices, key=lambda n: (n.rank, n.points is not None, n.points or 0.0, n.student))


def _reasons(paper: Paper, solved: set[str], points: Mapping[str, float]) -> list[Reason]:
    reasons: list[Reason] = []
    outcomes = paper.outcomes
    broken = [name for name, o in outcomes.items() if o.status == "error"]
    if broken:
        reasons.append((NO_POINTS, f"our check broke, to be marked by hand: {', '.join(broken)}"))
    stops: dict[str, list[str]] = defaultdict(list)
    for name, outcome in outcomes.items():
        if outcome.stopped:
            stops[outcome.found].append(name)
    reasons += [(ODD, f"{found}: {', '.join(names)}") for found, names in stops.items()]
    untouched = [name for name, o in outcomes.items() if o.status == "not attempted"]
    if untouched:
        everything = len(untouched) == len(outcomes)
        which = "everything" if everything else ", ".join(untouched)
        reasons.append((WEAK if everything else SMALL, f"not attempted: {which}"))
    explained = {*untouched, *(name for names in stops.values() for name in names)}
    low = []
    for name, share in paper.shares.items():
        rest = rest_share(paper, name, points)
        if name in solved - explained and share <= LOW and rest is not None and rest >= HIGH:
            low.append(f"{name} {share:.0%} (all others {rest:.0%})")
    silent = [name for name, o in outcomes.items() if o.stage == "runs" and name not in explained]
    if len(silent) > len(outcomes) / 2:
        reasons.append((ODD, f"most answers do not run: {', '.join(silent)}"))
    got = paper.earned(points)
    if not reasons and got <= LOW * sum(points.values()):
        reasons.append((WEAK, f"{got:g} of {sum(points.values()):g} points"))
    return reasons + ([(WEAK, f"far below the rest of the work: {', '.join(low)}")] if low else [])
