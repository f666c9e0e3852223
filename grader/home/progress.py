"""A reader's progress: a small JSON file beside the notebooks. Where it cannot be written, nothing is lost but it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from grader.files import write_whole
from grader.home.table import as_html
from grader.html import prose
from grader.judging.outcome import MARKS, Outcome
from grader.record.exercise import Exercise
from grader.text import counted

__all__ = ["FOLDER", "Progress", "attempts", "next_hint", "read", "record"]

FOLDER = ".nn-workbook"
ANSWERS = 200  # different answers to one exercise that are told apart


def path() -> Path:
    """The progress file of the working copy around the current folder, else of the current folder itself."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FOLDER).exists():
            return folder / FOLDER / "progress.json"
    return here / FOLDER / "progress.json"


_unsaved: dict[str, dict[str, Any]] = {}  # what could not be written; it lives as long as the kernel


def read() -> dict[str, dict[str, Any]]:
    try:
        data = json.loads(path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = {}
    saved = {k: v for k, v in data.items() if isinstance(v, dict)} if isinstance(data, dict) else {}
    return saved | _unsaved


def _update(function: str, **changes: Any) -> None:
    data = read()
    data[function] = {**data.get(function, {}), **changes}
    try:
        write_whole(path(), json.dumps(data, indent=1))
        _unsaved.clear()
    except OSError:  # a read-only folder
        _unsaved[function] = data[function]


def record(outcome: Outcome, source: str = "") -> None:
    """Note the outcome of a check of an answer with this source. The same answer again is no new attempt, and an
    untouched one changes nothing that was reached. Grading runs leave no trace."""
    if os.environ.get("NBGRADER_EXECUTION") or outcome.status == "error":
        return
    before = read().get(outcome.function, {})
    if outcome.status == "not attempted":
        if "status" not in before:
            _update(outcome.function, status=outcome.status, points=outcome.points, attempts=0)
        return
    answers = before.get("answers")
    seen = [a for a in answers if isinstance(a, str)] if isinstance(answers, list) else []
    name = hashlib.sha256(source.encode()).hexdigest()[:12]
    tried = attempts(outcome.function) + (name not in seen)
    seen = [*(a for a in seen if a != name), name][-ANSWERS:]
    _update(outcome.function, status=outcome.status, points=outcome.points, attempts=tried, answers=seen)


def attempts(function: str) -> int:
    value = read().get(function, {}).get("attempts", 0)
    return value if isinstance(value, int) else 0


def next_hint(exercise: Exercise) -> int:
    """How many hints to show now: one more than last time, at most all."""
    shown = read().get(exercise.function, {}).get("hints", 0)
    count = min(int(shown) + 1 if isinstance(shown, int) else 1, len(exercise.hints))
    _update(exercise.function, hints=count)
    return count


@dataclass(frozen=True)
class Progress:
    """The table that `progress()` shows."""

    exercises: Mapping[str, Exercise]
    state: Mapping[str, Mapping[str, Any]]
    written: Mapping[str, bool] = field(default_factory=dict)  # by question: is something written?
    course: Collection[str] = ()  # all exercises that there are

    def rows(self) -> list[tuple[str, str, float, int, int, int]]:
        """(function, status, points, max points, attempts, hints) per exercise."""
        found = []
        for name, exercise in self.exercises.items():
            mine = self.state.get(name, {})
            status = mine.get("status", "not attempted")
            numbers = [mine.get(key, 0) for key in ("points", "attempts", "hints")]
            points, tried, hints = (n if isinstance(n, (int, float)) else 0 for n in numbers)
            known = status if status in MARKS else "not attempted"
            found.append((name, known, float(points), exercise.points, int(tried), int(hints)))
        return found

    def summary(self) -> str:
        unsaved = f" (not saved: {path().parent} cannot be written)" if _unsaved else ""
        rows = self.rows()
        done = sum(status == "passed" for _, status, *_ in rows)
        points, most = sum(r[2] for r in rows), sum(r[3] for r in rows)
        questions = f", {sum(self.written.values())} of {len(self.written)} written questions answered"
        return (
            f"{done} of {len(rows)} exercises right, {points:g} of {most} points"
            f"{questions if self.written else ''}{unsaved}"
        )

    def library(self) -> str:
        """How much of the library that the course makes is written."""
        done = sum(self.state.get(name, {}).get("status") == "passed" for name in self.course)
        return (
            f"The whole course: {done} of {len(self.course)} functions are yours; "
            "`grader mylib` makes a package of them"
        )

    def questions(self) -> list[tuple[str, str, str]]:
        """(mark, status, name) per written question."""
        return [
            ("✎", "answered", n) if done else ("○", "not answered", n) for n, done in self.written.items()
        ]

    def __repr__(self) -> str:
        lines = [
            f"{MARKS[status]} {name:<20} {points:>5g} / {most}   {tried} {'try' if tried == 1 else 'tries'}, "
            f"{counted(hints, 'hint')}"
            for name, status, points, most, tried, hints in self.rows()
        ]
        lines += [f"{mark} {name}: {status}" for mark, status, name in self.questions()]
        return "\n".join([*lines, self.summary(), self.library()])

    def _repr_html_(self) -> str:
        rows = [
            (
                f"{MARKS[status]} {status}",
                f"<code>{escape(name)}</code>",
                f"{points:g} / {most}",
                f"{tried}",
                f"{hints}",
            )
            for name, status, points, most, tried, hints in self.rows()
        ]
        rows += [
            (f"{mark} {status}", f"<code>{escape(name)}</code>", "", "", "")
            for mark, status, name in self.questions()
        ]
        table = as_html(("", "exercise", "points", "tries", "hints"), rows, left=(0, 1))
        return f"{table}<p>{self.summary()}<br>{prose(self.library())}</p>"
