"""A class made from the records: every hand-in is built so that its verdict is known beforehand."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain, cycle, repeat

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grader.build.source import BEGIN, END
from grader.demo.accidents import MANGLES, SPOILS
from grader.record.exercise import Exercise, Misconception, source_of
from grader.text import counted

__all__ = ["Expected", "Made", "make_class"]

NAMES = """
ada bo carla dmitri eun fatima goran hana ivo june kofi lena mateo nadia otto priya quinn rosa sven
tariq uma viktor wanda ximena yusuf zoe amir bea chen dora emil freya gus hugo ines jon kira luca
mina nils olga pablo runa sam tess ugo vera wim xenia yara zeno abel bibi cleo dina enzo fleur gita
hal iris jana karl lola marco
""".split()  # noqa: SIM905
POPULAR = (3, 2)  # how many make the first misconceptions of a record
MOST = 0.8  # of an exercise's points: what one misconception can earn


@dataclass(frozen=True)
class Expected:
    """What one exercise must come to: the status, the misconception named (None: none), the points."""

    status: str
    low: float
    high: float
    slug: str | None = None


NOTHING, WRONG = Expected("not attempted", 0, 0), Expected("failed", 0, 0)


@dataclass(frozen=True)
class Made:
    """One hand-in: files by name, and what must come of it. mentions: words that the remarks must contain."""

    made_as: str
    files: Mapping[str, bytes]
    expected: Mapping[str, Expected]
    status: str = "graded"
    mentions: tuple[str, ...] = ()


def make_class(
    chapter: str,
    source: NotebookNode,
    released: NotebookNode,
    records: Mapping[str, Exercise],
    *,
    quick: bool = False,
) -> dict[str, Made]:
    """{student: hand-in}, the same every time. `quick` takes of each record only the first misconception."""
    workshop = Workshop(chapter, source, released, records, quick)
    made = list(workshop.everybody())
    names = (name if n < 0 else f"{name}{n}" for n in [-1, *range(2, 99)] for name in NAMES)
    return dict(sorted(zip(names, made)))


@dataclass
class Workshop:
    """Builds the hand-ins of one chapter."""

    chapter: str
    source: NotebookNode
    released: NotebookNode
    records: Mapping[str, Exercise]
    quick: bool
    solutions: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        cells = {cell.id: cell.source for cell in self.source.cells}
        self.solutions = {name: _without_markers(cells[name]) for name in self.records}

    def right(self, name: str) -> Expected:
        points = self.records[name].points
        return Expected("passed", points, points)

    def slip(self, name: str, slug: str) -> Expected:
        return Expected("failed", 0, MOST * self.records[name].points, slug)

    def notebook(self, answers: Mapping[str, str]) -> NotebookNode:
        """The released notebook with these answers."""
        notebook = deepcopy(self.released)
        for cell in notebook.cells:
            if cell.id in answers and cell.cell_type == "code":
                cell.source = answers[cell.id]
                cell.execution_count = 1
        return notebook

    def made(
        self,
        made_as: str,
        notebook: NotebookNode,
        changed: Mapping[str, Expected] | None = None,
        mentions: tuple[str, ...] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> Made:
        """A hand-in in which everything is right but for what is `changed`."""
        expected = {name: self.right(name) for name in self.records} | dict(changed or {})
        text = _file(notebook)
        return Made(made_as, {f"{self.chapter}.ipynb": text, **(files or {})}, expected, mentions=mentions)

    def everybody(self) -> Iterator[Made]:
        yield self.made("all right", self.answered())
        yield from self.with_alternatives()
        yield from self.with_misconceptions()
        yield from self.unfinished()
        yield from self.stumbling()
        yield from self.mangled()
        yield from self.unreadable()

    def answered(self) -> NotebookNode:
        """Everything right, the written questions answered too."""
        notebook = self.notebook(self.solutions)
        for cell in notebook.cells:
            if cell.metadata.get("nn_workbook", {}).get("role") == "written":
                cell.source = "Because a product of matrices is again a matrix."
        return notebook

    def with_alternatives(self) -> Iterator[Made]:
        most = max(len(record.alternatives) for record in self.records.values())
        for i in range(most):
            others = {
                name: source_of(record.alternatives[i], name)
                for name, record in self.records.items()
                if i < len(record.alternatives)
            }
            notebook = self.notebook({**self.solutions, **others})
            yield self.made(f"all right, {len(others)} answers another way", notebook)

    def with_misconceptions(self) -> Iterator[Made]:
        """Every misconception, those that a record names first more than once. In one hand-in no wrong answer
        uses another wrong one, so that each shows for itself."""
        left = [
            (name, m)
            for name, record in self.records.items()
            for m, times in zip(record.misconceptions, self.times())
            for _ in range(times)
        ]
        random.Random(self.chapter).shuffle(left)
        while left:
            mine: dict[str, Misconception] = {}
            for name, misconception in left:
                if len(mine) < (len(self.records) + 1) // 2 and not self.entangled(name, misconception, mine):
                    mine[name] = misconception
            for pair in mine.items():
                left.remove(pair)
            answers = {name: source_of(m.fn, name) for name, m in mine.items()}
            changed = {name: self.slip(name, m.slug) for name, m in mine.items()}
            notebook = self.notebook({**self.solutions, **answers})
            yield self.made(counted(len(mine), "misconception"), notebook, changed)

    def times(self) -> Iterable[int]:
        """How many make each misconception of a record."""
        return (1,) if self.quick else chain(POPULAR, repeat(1))

    def entangled(self, name: str, misconception: Misconception, others: Mapping[str, Misconception]) -> bool:
        """Does this answer call one of the others, or one of them this?"""
        return name in others or any(
            self.calls(name, misconception, n) or self.calls(n, other, name) for n, other in others.items()
        )

    def calls(self, name: str, misconception: Misconception, other: str) -> bool:
        called = re.search(rf"\b{other}\b", source_of(misconception.fn, name)) is not None
        return called or other in self.records[name].uses

    def unfinished(self) -> Iterator[Made]:
        names = list(self.records)
        done, rest = names[: len(names) // 2], names[len(names) // 2 :]
        notebook = self.notebook({name: self.solutions[name] for name in done})
        yield self.made("half done", notebook, dict.fromkeys(rest, NOTHING))
        yield self.made("untouched", self.notebook({}), dict.fromkeys(names, NOTHING))

    def stumbling(self) -> Iterator[Made]:
        """Cells that do not run as they should."""
        for name, (made_as, spoil) in zip(cycle(self.records), SPOILS.items()):
            answer = spoil(name, self.solutions[name])
            notebook = self.notebook({**self.solutions, name: answer})
            yield self.made(f"{made_as}: {name}", notebook, {name: WRONG})
        notebook = self.notebook(self.solutions)
        notebook.cells.insert(len(notebook.cells) // 2, new_code_cell("1 / 0", id="mine"))
        yield self.made("an own cell that raises", notebook, mentions=("ZeroDivisionError",))
        notebook = self.notebook(self.solutions)
        html = {"text/html": "<b>my plot</b><script>alert(1)</script>", "text/plain": "<plot>"}
        output = new_output("execute_result", data=html, execution_count=1)
        notebook.cells.append(new_code_cell("print(2)", id="mine", outputs=[output], execution_count=1))
        notebook.cells.append(new_markdown_cell("My notes <img src=x onerror=alert(1)>", id="notes"))
        yield self.made("own cells with a script in them", notebook)
        yield self.made(
            "a file numpy.py beside it", self.notebook(self.solutions), files={"numpy.py": b"1 / 0"}
        )

    def mangled(self) -> Iterator[Made]:
        """Notebooks whose cells are not as they were handed out."""
        name = next(iter(self.records))
        for made_as, (mangle, left_out) in MANGLES.items():
            notebook = self.notebook(self.solutions)
            mangle(notebook, name)
            changed = {name: NOTHING} if left_out else {}
            yield self.made(made_as, notebook, changed, mentions=(name,))
        notebook = self.notebook(self.solutions)
        for cell in notebook.cells:
            cell.pop("id", None)
            cell.metadata = NotebookNode()
        notebook.nbformat_minor = 4
        notebook.metadata = NotebookNode()
        yield self.made("saved by an old program: no cell ids, no metadata", notebook)

    def unreadable(self) -> Iterator[Made]:
        whole = _file(self.notebook(self.solutions))
        own = f"{self.chapter}.ipynb"
        broken = {
            "corrupt JSON: cut off in the middle": {own: whole[: len(whole) // 2]},
            "an empty file": {own: b""},
            "not a notebook but a web page": {own: b"<!DOCTYPE html><title>Sign in</title>"},
            "JSON, but no notebook": {own: json.dumps({"answer": 42}).encode()},
            "a wrong file name": {"final_version(2).ipynb": whole},
        }
        for made_as, files in broken.items():
            yield Made(made_as, files, dict.fromkeys(self.records, WRONG), status="unreadable")


def _file(notebook: NotebookNode) -> bytes:
    """As it lies on the disk: not repaired, as nbformat would."""
    return json.dumps(notebook, indent=1).encode()


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))
