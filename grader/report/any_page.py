"""`grader report` for an assignment of any nbgrader course: scores, each test cell, what goes wrong and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean, median

from grader.any_course.course import AnyCourse
from grader.any_course.results import Result, TestCell, results
from grader.files import write_whole
from grader.html import document, text
from grader.report.item_statistics import ENOUGH, Item, Paper, items
from grader.report.pieces import STYLE, facts, fold, table
from grader.report.plots import histogram, stacks
from grader.text import counted

__all__ = ["page", "report"]

ROOM = 18  # characters beside a bar
COMMONEST, NAMED = 5, 12  # errors of a test cell; students of an error before the rest is a number


def report(course: AnyCourse, assignment: str, to: Path | None = None) -> Path:
    """Write the page; without `to` it is reports/<assignment>.html in the course folder."""
    path = to or course.root / "reports" / f"{assignment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    origin = f"{course.root.name}, {datetime.now():%Y-%m-%d %H:%M}. Points as in nbgrader's gradebook."
    write_whole(path, page(results(course, assignment), origin))
    return path


def page(found: Result, origin: str = "") -> str:
    tests = [cell for cell in found.cells if cell.most and cell.shares]
    parts = [f"<h1>{text(found.assignment)}</h1>", f'<p class="soft">{text(origin)}</p>', _summary(found)]
    shares = [points / found.most for points, _ in found.totals.values()] if found.most else []
    if shares:
        parts.append(f"<section><h2>Scores</h2><figure>{histogram(shares)}</figure></section>")
    parts += [_tests(tests), _errors(tests), _everybody(found)]
    return document(title=text(f"{found.assignment}: report"), style=STYLE, body="\n".join(parts))


def _summary(found: Result) -> str:
    points = [score for score, _ in found.totals.values()]
    return facts(
        [
            ("handed in", str(found.handed_in)),
            ("graded", str(len(points))),
            ("with cells to mark by hand", str(sum(waits for _, waits in found.totals.values()))),
            ("median", f"{median(points):.3g} of {found.most:g}"),
            ("mean", f"{mean(points):.3g} of {found.most:g}"),
        ]
    )


def statistics(tests: Sequence[TestCell]) -> list[Item]:
    """Difficulty and discrimination of every cell."""
    students = sorted({who for cell in tests for who in cell.shares})
    papers = [Paper(who, {c.name: c.shares[who] for c in tests if who in c.shares}, {}) for who in students]
    return items(papers, {cell.name: cell.most for cell in tests})


def _tests(tests: Sequence[TestCell]) -> str:
    bars = stacks([(_label(cell.name), _kinds(cell)) for cell in tests])
    rows = []
    for cell, item in zip(tests, statistics(tests)):
        full, _, _, _ = _kinds(cell)
        rows.append(
            [
                f"<code>{text(cell.name)}</code>" + (" by hand" if cell.by_hand else ""),
                f"{cell.most:g}",
                f"{full} of {item.students} ({full / item.students:.0%})",
                _number(item.difficulty),
                _number(item.discrimination),
            ]
        )
    head = ("test cell", "points", "pass", "mean share", "discrimination")
    drawn = table("Test cells in numbers", head, rows, left=(0,))
    return (
        f"<section><h2>Test cells</h2><figure>{bars}</figure>{drawn}"
        '<p class="soft"><b>Pass</b>: all points of the cell. <b>Mean share</b> (difficulty): the points that the'
        " class earns of those there are; near 1 is easy. <b>Discrimination</b>: the correlation of a cell with"
        " the points of all others, from −1 to 1; above 0.2 it tells the strong from the weak, near 0 or below"
        f" look at the test. “–”: fewer than {ENOUGH} students, or everybody alike. Cells that wait for a mark are"
        " left out.</p></section>"
    )


def _label(name: str) -> str:
    return name if len(name) <= ROOM else f"…{name[1 - ROOM :]}"


def _kinds(cell: TestCell) -> tuple[int, int, int, int]:
    full = sum(share >= 1 for share in cell.shares.values())
    none = sum(share <= 0 for share in cell.shares.values())
    return full, len(cell.shares) - full - none, none, 0


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _errors(tests: Sequence[TestCell]) -> str:
    rows = []
    for cell in tests:
        for error, who in list(cell.errors.items())[:COMMONEST]:
            more = f" and {len(who) - NAMED} more" if len(who) > NAMED else ""
            names = ", ".join(f"<b>{text(student)}</b>" for student in who[:NAMED])
            rows.append([f"<code>{text(cell.name)}</code>", str(len(who)), text(error), names + more])
    if not rows:
        return "<section><h2>What goes wrong</h2><p>Nothing: every test passes.</p></section>"
    head = ("test cell", "students", "error", "who")
    drawn = table(f"The {COMMONEST} commonest errors of each test cell", head, rows, (0, 2, 3))
    return f"<section><h2>What goes wrong</h2>{drawn}</section>"


def _everybody(found: Result) -> str:
    rows = [
        [f"<b>{text(who)}</b>", f"{points:g} of {found.most:g}" + (", to mark by hand" if waits else "")]
        for who, (points, waits) in found.totals.items()
    ]
    drawn = table("Marks given by hand included", ("student", "points"), rows, (0, 1))
    return f"<section><h2>Everybody</h2>{fold(counted(len(rows), 'student'), drawn)}</section>"
