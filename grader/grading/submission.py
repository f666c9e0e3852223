"""From a file that a student handed in to what is graded: the released notebook with their answers put in.

Nothing of a hand-in is trusted but the text of its answers. Whatever happened to the rest is repaired, and said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

from nbformat import NotebookNode, from_dict

from grader.grading.incoming import Unreadable, as_dict, read
from grader.text import plain_line

__all__ = ["Step", "Submission", "Unreadable", "read", "rebuild"]

DEFINED = re.compile(r"(?m)^(?:(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*=[^=])")


@dataclass(frozen=True)
class Step:
    """One thing to do, in notebook order. name: an answer's or check's function, else the cell's first line.
    "demo" is a code cell of ours on which nothing depends."""

    kind: Literal["setup", "answer", "own", "check", "demo"]
    name: str
    cell: str
    source: str = ""
    untouched: bool = False

    @cached_property
    def defines(self) -> frozenset[str]:
        """The names that the cell defines, as far as the beginnings of its lines say."""
        return frozenset(name or constant for name, constant in DEFINED.findall(self.source))


@dataclass(frozen=True)
class Submission:
    """notebook: the released one with the student's answers, own cells and their outputs."""

    notebook: NotebookNode
    steps: tuple[Step, ...]
    repairs: tuple[str, ...]
    release: str


@dataclass
class _Place:
    """A cell of the skeleton, and the student's cells that were taken for it (`chosen` is the one that counts)."""

    cell: NotebookNode
    found: list[int] = field(default_factory=list)
    chosen: int | None = None
    own: list[int] = field(default_factory=list)  # the student's own cells behind it

    @cached_property
    def role(self) -> str:
        return str(as_dict(self.cell.metadata.get("nn_workbook")).get("role", "text"))

    @cached_property
    def function(self) -> str:
        return str(as_dict(self.cell.metadata.get("nn_workbook")).get("function", ""))

    @property
    def open(self) -> bool:
        """May the student write here?"""
        return self.role in ("answer", "written")

    @property
    def name(self) -> str:
        if self.role in ("answer", "check"):
            return f"the {self.role} cell of `{self.function}`"
        return f"the question `{self.cell.id}`" if self.role == "written" else f"“{_first_line(self.cell)}”"


def rebuild(notebook: NotebookNode, skeleton: NotebookNode, chapter: str) -> Submission:
    """Put the student's answers and own cells into the skeleton. `notebook` and `skeleton` come from `read`."""
    given = notebook.cells
    start = _Place(from_dict({"cell_type": "raw", "id": "", "metadata": {}, "source": ""}))
    places = {cell.id: _Place(cell) for cell in skeleton.cells}
    repairs = [*notebook.get("remarks", ()), *_origin(notebook, skeleton, chapter)]
    repairs += _match(given, places)
    for place in places.values():
        _choose(place, given)

    owners = {i: place for place in places.values() for i in place.found}
    last = start
    for i, cell in enumerate(given):
        owner = owners.get(i)
        if owner and owner.chosen == i:
            last = owner
        elif not (owner and _is_copy(cell, given, owner)):
            last.own.append(i)

    repairs += _say(given, list(places.values()))
    cells, steps = _assemble([start, *places.values()], given)
    built = NotebookNode(skeleton, cells=cells)
    release = str(as_dict(skeleton.metadata.get("nn_workbook")).get("release", ""))
    return Submission(built, tuple(steps), tuple(repairs), release)


def _origin(notebook: NotebookNode, skeleton: NotebookNode, chapter: str) -> list[str]:
    says, wanted = (as_dict(n.metadata.get("nn_workbook")) for n in (notebook, skeleton))
    if says.get("chapter", chapter) != chapter:
        return [
            f"The notebook says that it is chapter {plain_line(str(says['chapter'])[:40])}, not {chapter}."
        ]
    if says.get("release", wanted.get("release")) != wanted.get("release"):
        return ["The notebook was made from another release of the chapter."]
    return []


def _match(given: list[NotebookNode], places: dict[str, _Place]) -> list[str]:
    """Find for each cell its place in the skeleton: by id, by nbgrader's name, by its text, by what it defines."""
    texts: dict[tuple[str, str], list[_Place]] = {}
    unmatched, lost_ids = [], False
    for i, cell in enumerate(given):
        by_name = as_dict(cell.metadata.get("nbgrader")).get("grade_id")
        place = places.get(cell.id) or (places.get(by_name) if isinstance(by_name, str) else None)
        if place is None:
            texts = texts or _by_text(places.values())
            alike = texts.get((cell.cell_type, _plain(cell.source)), [])
            place = next((p for p in alike if not p.found), alike[0] if alike else None)
        if place is None:
            unmatched.append(i)
            continue
        lost_ids |= not cell.id
        place.found.append(i)
    repairs = (
        ["The cells had lost their ids; they were recognised by their names and texts."] if lost_ids else []
    )

    elsewhere: list[str] = []
    for place in places.values():
        if place.role != "answer" or any(_changed(given[i], place) for i in place.found):
            continue
        pool = unmatched if place.found else range(len(given))
        writers = [i for i in pool if given[i].cell_type == "code" and _defines(given[i], place.function)]
        if writers:
            place.found.append(writers[-1])
            elsewhere.append(f"`{place.function}`")
    repairs += _match_written(given, list(places.values()), unmatched)
    if elsewhere and not lost_ids:
        repairs.append(f"Found in another cell, by what it defines: the answer to {', '.join(elsewhere)}.")
    return repairs


def _by_text(places: Iterable[_Place]) -> dict[tuple[str, str], list[_Place]]:
    found: dict[tuple[str, str], list[_Place]] = {}
    for place in places:
        found.setdefault((place.cell.cell_type, _plain(place.cell.source)), []).append(place)
    return found


def _match_written(given: list[NotebookNode], places: list[_Place], unmatched: list[int]) -> list[str]:
    """A written answer has no name to be known by, but it stands behind its question."""
    repairs = []
    for question, place in pairwise(places):
        behind = question.found[0] + 1 if question.found else -1
        open_still = place.role == "written" and not any(_changed(given[i], place) for i in place.found)
        if open_still and behind in unmatched and given[behind].cell_type == "markdown":
            place.found.append(behind)
            repairs.append(f"The answer to `{place.cell.id}` was recognised by the question before it.")
    return repairs


def _choose(place: _Place, given: list[NotebookNode]) -> None:
    """Of several cells for one place the last one counts that is changed, and that defines the function."""
    changed = [i for i in place.found if _changed(given[i], place)]
    if place.open and changed:
        defining = [i for i in changed if place.role == "answer" and _defines(given[i], place.function)]
        place.chosen = (defining or changed)[-1]
    elif place.found:
        same_id = [i for i in place.found if given[i].id == place.cell.id]
        place.chosen = (same_id or place.found)[0]


def _is_copy(cell: NotebookNode, given: list[NotebookNode], place: _Place) -> bool:
    """Is this cell nothing but another copy of the released cell, or of the answer that counts?"""
    counts = [given[place.chosen]] if place.chosen is not None else []
    return _plain(cell.source) in [_plain(known.source) for known in (place.cell, *counts)]


def _say(given: list[NotebookNode], places: list[_Place]) -> list[str]:
    """What was repaired, a sentence each."""
    repairs: list[str] = []
    restored: dict[str, list[str]] = {"deleted": [], "edited": [], "duplicated": []}
    for place in places:
        if place.chosen is None:
            if place.role == "answer":
                repairs.append(f"The answer cell of `{place.function}` is missing: not attempted.")
            else:
                restored["deleted"].append(place.name)
            continue
        cell = given[place.chosen]
        answers = sum(_changed(given[i], place) for i in place.found)
        if place.open and answers > 1:
            name = place.function or place.cell.id
            repairs.append(
                f"`{name}` is answered in {answers} cells; the one that counts is number {place.chosen + 1}."
            )
        elif not place.open and _changed(cell, place):
            restored["edited"].append(place.name)
        elif len(place.found) > answers + (not _changed(cell, place)):
            restored["duplicated"].append(place.name)
        if cell.cell_type != place.cell.cell_type:
            what = "its text is kept" if place.open else "it is restored"
            name = place.name[:1].upper() + place.name[1:]
            repairs.append(f"{name} had become a {cell.cell_type} cell; {what}.")
    for what, names in restored.items():
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            repairs.append(f"Restored what was {what}: {', '.join(names[:3])}{more}.")
    order = [place.chosen for place in places if place.chosen is not None]
    if order != sorted(order):
        repairs.append("Cells had been moved; they are back in the order of the chapter.")
    return repairs


def _assemble(places: list[_Place], given: list[NotebookNode]) -> tuple[list[NotebookNode], list[Step]]:
    cells: list[NotebookNode] = []
    steps: list[Step] = []
    for place in places:
        if place.cell.id:
            cell = NotebookNode(place.cell, metadata=from_dict(place.cell.metadata))
            if place.open and place.chosen is not None:
                theirs = given[place.chosen]
                cell.source = theirs.source
                for name in ("outputs", "attachments"):
                    if name in theirs and (name == "attachments" or cell.cell_type == "code"):
                        cell[name] = theirs[name]
            cells.append(cell)
            if place.role == "answer":
                untouched = place.chosen is None or not _changed(given[place.chosen], place)
                steps.append(Step("answer", place.function, cell.id, cell.source, untouched))
            elif place.role == "check":
                steps.append(Step("check", place.function, cell.id))
            elif cell.cell_type == "code":
                kind: Literal["setup", "demo"] = "setup" if place.role == "setup" else "demo"
                steps.append(Step(kind, _first_line(cell), cell.id, cell.source))
        for i in place.own:
            id = f"own-{i + 1}"
            cells.append(NotebookNode(given[i], id=id, metadata=from_dict({"nn_workbook": {"role": "own"}})))
            if given[i].cell_type == "code":
                steps.append(Step("own", _first_line(given[i]), id, given[i].source))
    return cells, steps


def _changed(cell: NotebookNode, place: _Place) -> bool:
    theirs, ours = cell.source, place.cell.source
    return theirs != ours and _plain(theirs) != _plain(ours)


def _first_line(cell: NotebookNode) -> str:
    lines = (line.strip(" #*") for line in cell.source.splitlines())
    return next((plain_line(line[:40]) for line in lines if line), "")


def _plain(source: str) -> str:
    """The text without the white space that editors add and take away."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _defines(cell: NotebookNode, function: str) -> bool:
    """Does this text define the function? Not parsed: it may be no Python, or made to break a parser."""
    name = re.escape(function)
    return re.search(rf"(?m)^(?:(?:async\s+)?def\s+{name}\s*\(|{name}\s*=[^=])", cell.source) is not None
