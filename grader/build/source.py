"""What the source of a chapter says: the cells of `solutions/<chapter>.py` and their marks.

A mark is what stands on a cell's `# %%` line: tags=["setup"], exercise="softmax", written="why" points=2,
topics="C02-40 C02-41", tags=["folded"] for a cell that only draws, tags=["opening"] for the first one with code.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from grader import course
from grader.problem import Problem

__all__ = ["BEGIN", "END", "SourceCell", "Topic", "read_source", "read_topics"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
MARKER = re.compile(r"# ?%%(?=\s|$)")
JUPYTEXT_OWN = "lines_to_next_cell"

Role = Literal["setup", "answer", "written", "text"]


@dataclass(frozen=True)
class SourceCell:
    """One cell of the source; `line` is where its marker stands in the file."""

    kind: str
    source: str
    marks: Mapping[str, Any]
    line: int

    @property
    def role(self) -> Role:
        if "exercise" in self.marks:
            return "answer"
        if "written" in self.marks:
            return "written"
        return "setup" if "setup" in self.tags else "text"

    @property
    def name(self) -> str:
        """The exercise or the written question; it becomes the cell's id. Empty for every other cell."""
        return str(self.marks.get("exercise") or self.marks.get("written") or "")

    @property
    def tags(self) -> list[str]:
        return list(self.marks.get("tags", []))

    @property
    def topics(self) -> list[str]:
        return str(self.marks.get("topics", "")).split()

    @property
    def solution(self) -> list[str]:
        """The lines between BEGIN and END SOLUTION that say something."""
        lines = self.source.splitlines()
        begin = next((n for n, line in enumerate(lines) if BEGIN in line), len(lines))
        end = next((n for n, line in enumerate(lines) if END in line), begin)
        return [line for line in lines[begin + 1 : end] if line.strip()]

    @property
    def code(self) -> str:
        """The source with its magics and shell lines blanked, for the parser."""
        return re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", self.source)


def read_source(chapter: str, text: str | None = None) -> list[SourceCell]:
    """The cells of a chapter, from `text` or from its file."""
    import jupytext

    if text is None:
        path = course.solution_path(chapter)
        if not path.exists():
            raise Problem(
                f"this copy of the course comes without solutions/, so {chapter} cannot be made here"
            )
        text = path.read_text(encoding="utf-8")
    cells = jupytext.reads(text, fmt="py:percent").cells
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if MARKER.match(line)]
    if len(lines) != len(cells):
        raise Problem(f"solutions/{chapter}.py: there is text before the first `# %%` line")
    return [
        SourceCell(
            cell.cell_type,
            cell.source,
            {key: value for key, value in cell.metadata.items() if key != JUPYTEXT_OWN},
            line,
        )
        for cell, line in zip(cells, lines)
    ]


@dataclass(frozen=True)
class Topic:
    """A row of `solutions/topics.csv`."""

    id: str
    chapter: str
    symbol: str
    kind: str  # implement, demo or text


def read_topics() -> dict[str, Topic]:
    """Every row of the course's list of topics, by id."""
    with (course.ROOT / "solutions" / "topics.csv").open(encoding="utf-8", newline="") as file:
        rows = [Topic(r["id"], r["chapter"], r["symbol"], r["kind"]) for r in csv.DictReader(file)]
    return {row.id: row for row in rows}
