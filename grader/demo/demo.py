"""`grader demo`: a made-up class through release, autograde, feedback and export, against what was expected."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import nbformat
from rich.console import Console

from grader.course import CHECKOUT, ROOT, Class
from grader.demo.made_class import Made, make_class
from grader.grading.settle import Result
from grader.record.registry import registry

__all__ = ["CHAPTER", "differences", "run_demo"]

CHAPTER = "ch02_activations"
SEED = 2718281828  # a class draws a secret one; the demo is to be the same every time
FOLDER = (ROOT if CHECKOUT else Path.cwd()) / "build" / "demo"


def run_demo(
    *,
    keep: bool = False,
    workers: int | None = None,
    chapter: str = CHAPTER,
    folder: Path = FOLDER,
    quick: bool = False,
    console: Console | None = None,
) -> int:
    """Make the class, grade it, show it; 0 where every verdict is as expected, else 1."""
    from grader.autograde.autograde import autograde
    from grader.autograde.summary import print_summary
    from grader.engine.doctor import usable
    from grader.engine.process import LEVELS
    from grader.nbgrader_bridge.feedback import generate_feedback
    from grader.nbgrader_bridge.read_grades import read_grades
    from grader.nbgrader_bridge.release import release
    from grader.report.export import export_csv, grade_rows

    console = console or Console()
    start = perf_counter()
    course = Class(folder)
    if folder.exists() and not keep:
        shutil.rmtree(folder)
    _fix_seed(course, chapter)
    notebook = release(course, chapter)
    source = course.root / "source" / chapter / notebook.name
    notebooks = nbformat.read(source, 4), nbformat.read(notebook, 4)
    made = make_class(chapter, *notebooks, registry(chapter), quick=quick)
    hand_in(course, chapter, made)
    console.print(f"{len(made)} students hand in {chapter} ({perf_counter() - start:.1f} s)")

    isolation = next(level for level in LEVELS if usable(level))
    if isolation != LEVELS[0]:
        console.print(
            f"This machine cannot isolate fully (see `grader doctor`); the made-up class, which we have written"
            f" ourselves, is graded with --isolation {isolation}.",
            style="yellow",
        )
    results = autograde(course, chapter, isolation=isolation, workers=workers, console=console)
    print_summary(
        console, read_grades(course, chapter), results, {student: m.made_as for student, m in made.items()}
    )
    pages = list(generate_feedback(course, chapter))
    table = export_csv(course, chapter)
    console.print(f"feedback pages: {len(pages)}, for example {pages[0]}", soft_wrap=True)
    console.print(f"grades: {table}", soft_wrap=True)

    totals = {row["student"]: float(row["total"]) for row in grade_rows(course, chapter)}
    found = list(differences(made, results, totals))
    found += [f"{p.parents[1].name}: no feedback page" for p in pages if not p.exists()]
    for difference in found:
        console.print(f"✗ {difference}", style="red", markup=False, soft_wrap=True)
    seconds = perf_counter() - start
    if not found:
        console.print(f"✓ all {len(made)} verdicts as expected, in {seconds:.0f} s", style="green")
    return 1 if found else 0


def hand_in(course: Class, chapter: str, made: Mapping[str, Made]) -> None:
    """Put the files where nbgrader's collecting would."""
    for student, hand_in in made.items():
        folder = course.submission(student, chapter).parent
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in hand_in.files.items():
            (folder / name).write_bytes(content)
        (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")


def differences(
    made: Mapping[str, Made], results: Sequence[Result], totals: Mapping[str, float]
) -> Iterator[str]:
    """What is not as it was made to be, in words."""
    graded = {result.student: result for result in results}
    for student, wanted in made.items():
        result = graded.get(student)
        if result is None or result.verdict is None:
            yield f"{student} ({wanted.made_as}): not graded: {result.error if result else 'no result'}"
            continue
        for text in (*_verdict(wanted, result), *_total(result, totals.get(student))):
            yield f"{student} ({wanted.made_as}): {text}"


def _verdict(wanted: Made, result: Result) -> Iterator[str]:
    verdict = result.verdict
    assert verdict is not None
    if verdict.status != wanted.status:
        yield f"is {verdict.status!r} ({verdict.reason}), expected {wanted.status!r}"
    if wanted.status == "unreadable" and not verdict.reason:
        yield "no reason given"
    for name, expected in wanted.expected.items():
        outcome = verdict.outcomes.get(name)
        if outcome is None:
            yield f"{name} has no outcome"
            continue
        if outcome.status != expected.status:
            yield f"{name} {outcome.status} ({outcome.found}), expected {expected.status}"
        if outcome.misconception != expected.slug:
            yield f"{name} named {outcome.misconception}, expected {expected.slug}"
        if not expected.low <= outcome.points <= expected.high:
            yield f"{name} earns {outcome.points:g}, expected {expected.low:g} to {expected.high:g}"
    remarks = " ".join((*verdict.repairs, *verdict.log))
    yield from (f"no remark mentions {word!r}" for word in wanted.mentions if word not in remarks)


def _total(result: Result, total: float | None) -> Iterator[str]:
    """The gradebook must say what the verdict says; written questions are not graded yet."""
    assert result.verdict is not None
    if total is None or abs(total - result.verdict.points) > 0.005:
        yield f"{total} points in the gradebook, {result.verdict.points:g} in the verdict"


def _fix_seed(course: Class, chapter: str) -> None:
    path = course.private / "seeds" / chapter
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(SEED))
