"""From `solutions/<chapter>.py` to notebooks: nbgrader's source notebook, and the one that readers get.

    source_notebook   everything, with solutions and check cells: what `nbgrader generate_assignment` takes
    student_notebook  the same through nbgrader's own preprocessors: solutions become stubs, outputs go

The same source gives the same bytes. Cell ids come from the exercise or from the cell's text, so an update
can tell which cells changed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader import course
from grader.build.lint import lint
from grader.build.opening import OPENING, buttons
from grader.build.schema import quick_schema
from grader.build.source import SourceCell, read_source
from grader.problem import Problem
from grader.record.exercise import Exercise
from grader.record.registry import registry
from grader.text import counted

__all__ = [
    "build",
    "check",
    "how_to_answer",
    "lint",
    "public_notebook",
    "source_notebook",
    "sources",
    "student_notebook",
    "to_text",
]

SCHEMA = 3  # of nbgrader's cell metadata
FOLDED = "folded"  # tag of a cell that only draws: its code is shown at a click
STUB = "YOUR ANSWER HERE"  # nbgrader's own words
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def source_notebook(
    chapter: str, text: str | None = None, points: Mapping[str, int] | None = None
) -> NotebookNode:
    """The chapter with solutions, generated check cells, ids and nbgrader's metadata. points: of exercises and
    written questions, where a class has others; 0 is not graded."""
    points = points or {}
    cells = read_source(chapter, text)
    records = registry(chapter)
    numbers = {function: n for n, function in enumerate(records, start=1)}
    seen: Counter[str] = Counter()
    out: list[NotebookNode] = []
    for cell, following in zip(cells, [*cells[1:], None]):
        if cell.role == "answer":
            record = _record(chapter, cell, records)
            out += [_answer(cell, record), _check(record, points.get(cell.name, record.points))]
        elif cell.role == "written":
            out.append(_written(cell, _worth(cell, points)))
        else:
            statement = cell.kind == "markdown" and following is not None and following.role == "answer"
            source = cell.source
            if statement and following is not None:
                record = _record(chapter, following, records)
                worth = points.get(record.function, record.points)
                source = _statement(source, record, numbers[record.function], worth)
            elif cell.kind == "markdown" and following is not None and following.role == "written":
                source = _question(source, following.name, _worth(following, points))
            elif "opening" in cell.tags:
                source = OPENING + source
            out.append(_text(cell, source, seen))
    notebook = new_notebook(
        cells=out,
        metadata={
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "nn_workbook": {"chapter": chapter},
        },
    )
    # The release names what the student sees, so that a better solution is not a new release.
    notebook.metadata.nn_workbook.release = _release(student_notebook(notebook).cells)
    return notebook


def public_notebook(chapter: str) -> NotebookNode:
    """The notebook as it is committed: the one that readers get, with links below its title to where it opens. The
    notebook of a class has none, as they lead to the course as everybody gets it."""
    source, links = source_notebook(chapter), buttons(chapter)
    if links:
        first = source.cells[0]
        title, _, rest = first.source.partition("\n")
        first.source = f"{title}\n\n{links}\n{rest}"
    return student_notebook(source)


def student_notebook(source: NotebookNode) -> NotebookNode:
    """The notebook that readers and students get, by the steps of `nbgrader generate_assignment`."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    # nbgrader's order, without the steps that add a header, make tests or write to its database
    steps = (
        LockCells,
        ClearSolutions,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
    )
    notebook, resources = deepcopy(source), dict[str, Any]()
    quick_schema()
    for step in steps:
        notebook, resources = step().preprocess(notebook, resources)
    nbformat.validate(notebook)
    return notebook


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────


def _record(chapter: str, cell: SourceCell, records: Mapping[str, Exercise]) -> Exercise:
    if cell.name not in records:
        raise Problem(
            f"solutions/{chapter}.py:{cell.line}: exercise {cell.name!r} has no record in grader/exercises"
        )
    return records[cell.name]


def _answer(cell: SourceCell, record: Exercise) -> NotebookNode:
    topics = list(dict.fromkeys([*record.topics, *cell.topics]))
    ours = {"role": "answer", "function": record.function, "topics": topics}
    return _cell(cell.kind, cell.source, record.function, ours, solution=True, locked=False)


def _check(record: Exercise, points: int) -> NotebookNode:
    name = record.function
    ours = {"role": "check", "function": name}
    source = f"from grader import check  # so that this cell works after a restart, too\n\ncheck({name})"
    return _cell("code", source, f"{name}-check", ours, grade=points > 0, points=points or None)


def _worth(question: SourceCell, points: Mapping[str, int]) -> int:
    return int(points.get(question.name, question.marks.get("points", 0)))


def _written(cell: SourceCell, points: int) -> NotebookNode:
    ours = {"role": "written", "topics": cell.topics}
    counts = points > 0  # else it is no solution either: nbgrader grades every text that is one
    how: dict[str, Any] = {"grade": counts, "solution": counts, "locked": False, "points": points or None}
    return _cell(cell.kind, cell.source if counts else STUB, cell.name, ours, **how)


def _text(cell: SourceCell, source: str, seen: Counter[str]) -> NotebookNode:
    id = hashlib.sha1(f"{cell.kind}\n{source}".encode()).hexdigest()[:12]
    seen[id] += 1
    if seen[id] > 1:
        id += f"-{seen[id]}"
    node = _cell(cell.kind, source, id, {"role": cell.role, "topics": cell.topics})
    tags = [tag for tag in cell.tags if tag not in ("setup", "opening", FOLDED)]
    if FOLDED in cell.tags:
        node.metadata["jupyter"] = {"source_hidden": True}
    if tags:
        node.metadata["tags"] = tags
    return node


def _cell(
    kind: str,
    source: str,
    id: str,
    ours: dict[str, Any],
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = True,
    points: int | None = None,
) -> NotebookNode:
    nbgrader: dict[str, Any] = {
        "grade": grade,
        "grade_id": id,
        "locked": locked,
        "schema_version": SCHEMA,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        nbgrader["points"] = points
    metadata = {"nbgrader": nbgrader, "nn_workbook": {key: value for key, value in ours.items() if value}}
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source=source, id=id, metadata=metadata)


def _statement(text: str, record: Exercise, number: int, points: int) -> str:
    """The exercise's text between a heading and the list of what is checked, both from the record."""
    facts = [
        _points(points),
        f"difficulty {record.difficulty} of 5",
        f"about {counted(record.minutes, 'minute')}",
    ]
    if record.uses:
        facts.append("may use " + ", ".join(f"`{name}`" for name in record.uses))
    ready = [f"`{name}`" for name in record.twins if name.split(".")[0] not in ("nnlib", "torch")]
    if ready:  # nnlib's and torch's own are off limits everywhere
        facts.append("off limits, being ready-made: " + ", ".join(ready))
    titles = "; ".join(case.title for case in record.cases if case.weight)
    heading = f"### Exercise {number} · `{record.function}`\n\n*{' · '.join(facts)}*"
    return f"{heading}\n\n{text.strip()}\n\n*Checked:* {titles}"


def _question(text: str, name: str, points: int) -> str:
    """A written question's text, and below it what to do with it."""
    return f"{text.strip()}\n\n*{_points(points)}{how_to_answer(name)}*"


def how_to_answer(name: str) -> str:
    """What stands behind a written question's points."""
    return (
        " · A double click opens the cell below. Once you have written something and saved the notebook,* "
        f'`solution("{name}")` *shows what a good answer says.'
    )


def _points(number: int) -> str:
    return counted(number, "point") if number else "not graded"


def _release(cells: list[NotebookNode]) -> str:
    content = [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in cells]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────


def sources() -> list[str]:
    """The chapters that have a source, in order."""
    return sorted(path.stem for path in (course.ROOT / "solutions").glob("ch*.py"))


def to_text(notebook: NotebookNode) -> str:
    """A notebook as it is committed."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def build(chapters: Iterable[str] | None = None) -> list[Path]:
    """Write the student notebooks; the paths of those that changed."""
    changed = []
    for chapter in sources() if chapters is None else chapters:
        path, text = course.notebook_path(chapter), to_text(public_notebook(chapter))
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


def check(chapters: Iterable[str] | None = None) -> list[str]:
    """What differs between the committed notebooks and their sources; empty where all is well."""
    problems = []
    for chapter in sources() if chapters is None else chapters:
        path, wanted = course.notebook_path(chapter), public_notebook(chapter)
        where = path.relative_to(course.ROOT).as_posix()
        if not path.exists():
            problems.append(f"{where}: missing")
        elif (text := path.read_text(encoding="utf-8")) != to_text(wanted):
            problems += [f"{where}: {difference}" for difference in _differences(text, wanted)]
    return problems


def _differences(text: str, wanted: NotebookNode) -> list[str]:
    try:
        found = {cell["id"]: cell for cell in json.loads(text)["cells"]}
    except (ValueError, KeyError, TypeError):
        return ["cannot be read as a notebook"]
    expected = {cell["id"]: cell for cell in json.loads(to_text(wanted))["cells"]}
    out = [f"cell {id!r} is missing" for id in expected if id not in found]
    out += [f"cell {id!r} does not come from the source" for id in found if id not in expected]
    for id in expected.keys() & found.keys():
        keys = sorted(expected[id].keys() | found[id].keys())
        parts = [key for key in keys if expected[id].get(key) != found[id].get(key)]
        out += [f"cell {id!r}: {', '.join(parts)} differ"] if parts else []
    return sorted(out) or ["the order of the cells, the notebook's metadata or its layout differ"]
