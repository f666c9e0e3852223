"""What became of every file of a source: a row for each student and each question, and the rest counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from grader.collect.late import Said
from grader.collect.stamp import STAMP
from grader.text import plain_line

__all__ = [
    "LEFT_OUT",
    "MISSING",
    "NEW",
    "OLDER",
    "SAME",
    "TAKEN",
    "TROUBLE",
    "UPDATED",
    "Row",
    "nobodys",
    "print_rows",
    "some",
]

NEW, UPDATED, SAME, OLDER, MISSING = "new", "updated", "unchanged", "older, left out", "missing"
TROUBLE = "to do"  # the file was not taken: somebody must look
LEFT_OUT = "left out"  # nobody need look
TAKEN = (NEW, UPDATED, SAME)
MANY = 5  # files that a row names
MOST = 20  # rows that are shown where nothing is to do


@dataclass(frozen=True)
class Row:
    """What became of a student's files, or of some that are nobody's. file: the one that counts, else some of them.
    when: handed in; None where the LMS does not export that. files: all that the row answers for.
    said: what the LMS says of being late, where that is needed."""

    student: str
    file: str
    what: str
    when: datetime | None = None
    late: bool | None = None
    note: str = ""
    files: tuple[str, ...] = ()
    said: Said | None = None


def nobodys(what: str, reasons: Mapping[str, str] | Iterable[tuple[str, str]]) -> list[Row]:
    """Rows for files and why nobody has them: one for each, but one for all where a folder has many of a kind."""
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, reason in dict(reasons).items():
        folder = path.split("/")[0] if "/" in path else path
        kinds["" if what == LEFT_OUT else folder, reason].append(path)
    rows = []
    for (_, reason), paths in kinds.items():
        together = len(paths) > MANY or what == LEFT_OUT
        for files in [paths] if together else [[path] for path in paths]:
            rows.append(Row("", some(files), what, note=reason, files=tuple(files)))
    return rows


def some(paths: Iterable[str], most: int = MANY) -> str:
    """The first names, and how many more there are."""
    names = sorted(paths)
    return ", ".join(names[:most] + ([f"and {len(names) - most} more"] if len(names) > most else []))


def print_rows(console: Console, rows: Sequence[Row], dry_run: bool = False) -> None:
    """All rows of a small class; of a larger one all that is to do, then what has a note, then others."""
    people = [row for row in rows if row.what != LEFT_OUT]
    first = sorted(people, key=lambda row: (row.what != TROUBLE, not (row.note or row.late)))
    there = set(map(id, first[: max(MOST, sum(row.what == TROUBLE for row in people))]))
    shown = [row for row in people if id(row) in there]
    hidden = [row for row in people if id(row) not in there]
    if shown:
        console.print(_table(shown, short=bool(hidden)))
    for line in [*_counted(hidden), *_left_out(rows)]:
        console.print(escape(plain_line(line)), highlight=False)
    counts = Counter(row.what for row in people)
    late = sum(row.late is True for row in rows)
    parts = [f"{counts[w]} {w}" for w in (NEW, UPDATED, SAME, OLDER, MISSING, TROUBLE) if counts[w]]
    parts += [f"{late} late"] if late else []
    console.print("; ".join(parts) or "nothing to collect", highlight=False)
    if any(row.file and row.when is None and row.what != TROUBLE for row in people):
        silent = "Canvas, Blackboard and Classroom do not export when a file was handed in"
        console.print(f"{silent}, Moodle only in the grading worksheet (--roster).", highlight=False)
    if dry_run:
        console.print("A dry run: nothing was written.", highlight=False)


def _table(rows: Sequence[Row], short: bool) -> Table:
    """short: names of files that are no question are cut, so that a row is a line."""
    table = Table(box=box.SIMPLE_HEAD)
    table.pad_edge, table.padding = False, (0, 2, 0, 0)
    for heading in ("student", "file", "handed in", "what happened"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        when = f"{row.when.astimezone():%Y-%m-%d %H:%M}" if row.when else ""
        when = f"{when} late".strip() if row.late else when
        what = f"{row.what}: {row.note}" if row.note else row.what
        style = "red" if row.what == TROUBLE else "dim" if row.what in (SAME, MISSING) else ""
        file = Text(plain_line(row.file))
        if short and row.what != TROUBLE:
            file.no_wrap, file.overflow = True, "ellipsis"
        others = [Text(plain_line(cell)) for cell in (row.student or "?", when, what)]
        table.add_row(others[0], file, *others[1:], style=style)
    return table


def _counted(hidden: Sequence[Row]) -> list[str]:
    """Whom the table does not show."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for row in hidden:
        kinds[row.what].append(row.student)
    return [f"{len(names)} more {what}: {some(names)}" for what, names in kinds.items()]


def _left_out(rows: Sequence[Row]) -> list[str]:
    """The files that no row of the table names."""
    lines = [f"{len(row.files)} left out ({row.note}): {row.file}" for row in rows if row.what == LEFT_OUT]
    beside = [
        path
        for row in rows
        if row.student and row.what != TROUBLE
        for path in row.files
        if path != row.file and not row.file.startswith(f"{path}/") and not path.endswith(f"/{STAMP}")
    ]
    return [*lines, f"{len(beside)} left out beside a notebook: {some(beside)}"] if beside else lines
