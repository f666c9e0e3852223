"""A graded class in the terminal: students × exercises, remarks, and the commonest mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.collect.stamp import STAMP, parse_stamp
from grader.grading.grades import Grades
from grader.grading.settle import Result
from grader.judging.outcome import MARKS, explained
from grader.record.exercise import Exercise
from grader.record.registry import registry
from grader.text import counted, plain_line

__all__ = ["common_misconceptions", "print_summary", "remark", "score_table"]

COLOURS = {
    "passed": "green",
    "failed": "red",
    "not attempted": "dim",
    "error": "magenta",
    "by hand": "magenta",
}
COMMONEST = 8
LISTED = 100  # submissions; of more, those that are as before are only counted
WIDE = 120  # columns; below, the points of single exercises are left out


def print_summary(
    console: Console, grades: Grades, results: Sequence[Result], made_as: Mapping[str, str] | None = None
) -> None:
    names, listed = grades.exercises, results
    if len(results) > LISTED:
        listed = [r for r in results if not r.reused]
    if listed:
        console.print(score_table(grades, listed, made_as, narrow=console.width < WIDE))
    if len(listed) < len(results):
        console.print(
            f"{counted(len(results) - len(listed), 'submission')} as before; all are in `grader report`.",
            highlight=False,
        )
    right = Counter(
        n for r in results if r.verdict for n, o in r.verdict.outcomes.items() if o.status == "passed"
    )
    legend = "  ".join(f"{n} {name} ({right[name]} right)" for n, name in enumerate(names, start=1))
    console.print(f"[dim]{legend}[/]", highlight=False)
    console.print(
        "✓ right  ✗ not right yet  ○ not attempted  – nothing to grade  ? by hand  ! our error",
        highlight=False,
    )
    by_hand = Counter(
        n for r in results if r.verdict for n, o in r.verdict.outcomes.items() if o.status == "by hand"
    )
    for name, count in by_hand.items():
        console.print(
            f"{name}: no check for {counted(count, 'answer')}; mark by hand, or "
            "`grader release` with --free or --drop",
            highlight=False,
        )
    remarks = [(r.student, text) for r in results if (text := remark(r))]
    if remarks:
        console.print("\n[bold]Remarks[/]")
        for student, text in remarks:
            console.print(plain_line(f"{student}: {text}"), markup=False, highlight=False)
    readable = [r.verdict for r in results if r.verdict and r.verdict.status == "graded"]
    told = explained(outcome for verdict in readable for outcome in verdict.outcomes.values())
    if told:
        console.print(f"\n{told}", highlight=False)
    common = common_misconceptions(results)
    if common:
        console.print()
        console.print(_misconception_table(common, registry(grades.chapter)))


def score_table(
    grades: Grades,
    results: Sequence[Result],
    made_as: Mapping[str, str] | None = None,
    *,
    narrow: bool = False,
) -> Table:
    """One row a student: a mark and points for each exercise, the gradebook's total. `narrow`: marks, in fives."""
    names = grades.exercises
    table = Table(
        title=f"{grades.chapter}: {counted(len(results), 'submission')}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    table.add_column("student", no_wrap=True)
    headings = [f"1–{len(names)}"] if narrow else [str(n) for n in range(1, len(names) + 1)]
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    table.add_column("points", overflow="fold")
    if made_as:
        table.add_column("made as", overflow="fold")
    for result in results:
        row = grades.by_student.get(result.student)
        cells = [_cell(result, name, narrow) for name in names]
        if narrow:
            cells = [" ".join("".join(cells[i : i + 5]) for i in range(0, len(cells), 5))]
        points = row.standing(grades.most) if row and result.verdict else "–"
        made = [escape(made_as.get(result.student, ""))] if made_as else []
        table.add_row(escape(result.student), *cells, points, *made)
    return table


def _cell(result: Result, name: str, narrow: bool) -> str:
    outcome = result.verdict.outcomes.get(name) if result.verdict else None
    if result.verdict and result.verdict.status == "unreadable":
        return "[dim]–[/]"
    status = outcome.status if outcome else "error"
    shown = outcome is not None and not narrow and outcome.status in ("passed", "failed")
    points = f"{outcome.points:g}" if outcome is not None and shown else ""
    return f"[{COLOURS[status]}]{MARKS[status]}{points}[/]"


def remark(result: Result) -> str:
    """What a teacher should know about this hand-in, in a line."""
    if result.verdict is None:
        return f"! our error: {result.error}"
    verdict = result.verdict
    texts = [verdict.reason] if verdict.reason else []
    if result.timestamp and parse_stamp(result.timestamp) is None:
        texts.append(f"{STAMP} names no moment, so the hand-in counts as punctual.")
    texts += [f"! our error: {text}" for text in result.broken] + [*verdict.repairs, *verdict.log]
    return " ".join(texts)


def common_misconceptions(results: Sequence[Result]) -> list[tuple[str, str, int]]:
    """(exercise, slug, how many students), the commonest first; only those named for certain."""
    found = Counter(
        (name, outcome.misconception)
        for r in results
        if r.verdict
        for name, outcome in r.verdict.outcomes.items()
        if outcome.misconception
    )
    return [
        (name, slug, n) for (name, slug), n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def _misconception_table(common: Sequence[tuple[str, str, int]], records: Mapping[str, Exercise]) -> Table:
    table = Table(title="The commonest misconceptions", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("students", justify="right")
    table.add_column("exercise", no_wrap=True)
    table.add_column("misconception", no_wrap=True)
    table.add_column("what the student is told", overflow="fold")
    for name, slug, count in common[:COMMONEST]:
        known = records[name].misconceptions if name in records else ()
        hint = next((m.hint for m in known if m.slug == slug), "")
        table.add_row(str(count), name, slug, escape(hint))
    return table
