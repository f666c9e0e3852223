"""Is the source of a chapter complete and consistent? One sentence for each thing that is not."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader import course
from grader.build.source import BEGIN, END, SourceCell, Topic, read_source, read_topics
from grader.problem import Problem
from grader.record.exercise import Exercise
from grader.record.registry import registry

__all__ = ["lint"]

MARKS = {"tags", "exercise", "written", "points", "topics"}
NAME = re.compile(r"[A-Za-z0-9_-]{1,58}")  # with "-check" behind it within the 64 characters of a cell id
MOST_TOPICS = 4
ITEM = re.compile(r"(?m)^(?! *(?:[-+*]|\d+[.)]) | *$).*\n(0*1[.)] .{1,20})")


def lint(chapter: str, text: str | None = None) -> list[str]:
    """The problems of a chapter, each as `file:line: cell: what is wrong`; empty where there are none."""
    path = f"solutions/{chapter}.py"
    if text is None and not course.solution_path(chapter).exists():
        return [f"{path}: missing"]
    try:
        cells = read_source(chapter, text)
    except Problem as error:
        return [str(error)]
    try:
        records = registry(chapter)
    except LookupError as error:
        return [f"{path}: {error.args[0]}"]
    problems: list[str] = []
    for before, cell in zip([None, *cells], cells):
        for problem in _cell_problems(cell, before, records.get(cell.name)):
            problems.append(f"{path}:{cell.line}: {_label(cell)}: {problem}")
    for problem in (*_order(cells, list(records)), *_names(cells), *_topics(cells, chapter, records)):
        problems.append(f"{path}: {problem}")
    return problems


def _label(cell: SourceCell) -> str:
    return f"{cell.role} `{cell.name}`" if cell.name else f"{cell.kind} cell"


# ── one cell ─────────────────────────────────────────────────────────────────────────────────────────────


def _cell_problems(cell: SourceCell, before: SourceCell | None, record: Exercise | None) -> Iterator[str]:
    unknown = sorted(set(cell.marks) - MARKS)
    if unknown:
        yield f"unknown mark {', '.join(unknown)}"
    if cell.name:
        if not NAME.fullmatch(cell.name):
            yield "the name is no cell id (letters, digits, - and _)"
        if before is None or before.kind != "markdown" or before.name:
            yield "no markdown cell directly before it states the question"
        if cell.source.count(BEGIN) != 1 or cell.source.count(END) != 1:
            yield f"needs one {BEGIN} and one {END}"
        elif not cell.solution:
            yield f"nothing stands between {BEGIN} and {END}"
    elif any(mark.strip("# ") in cell.source for mark in (BEGIN, END)):  # nbgrader asks for no ###
        yield "a solution stands outside an answer cell"
    if cell.kind == "markdown" and (found := ITEM.search(cell.source)):
        yield f"“{found[1]}” begins a list in the middle of a sentence; break the line elsewhere"
    if cell.kind == "code":
        try:
            ast.parse(cell.code)
        except SyntaxError as error:
            yield f"does not parse: {error.msg} (line {error.lineno} of the cell)"
            return
    if cell.role == "answer":
        yield from _answer_problems(cell, record)
    if cell.role == "written":
        if cell.kind != "markdown":
            yield "a written answer is a markdown cell"
        points = cell.marks.get("points")
        if not isinstance(points, int) or points < 1:
            yield "a written question needs points"


def _answer_problems(cell: SourceCell, record: Exercise | None) -> Iterator[str]:
    if cell.kind != "code":
        yield "an answer is a code cell"
        return
    if record is None:
        yield "there is no record of this name"
        return
    body = ast.parse(cell.code).body
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == cell.name]
    if len(found) != 1:
        yield f"needs one `def {cell.name}`"
        return
    lines = cell.source.splitlines()
    begins = [n for n, line in enumerate(lines, start=1) if BEGIN in line]
    if begins and not found[0].lineno < begins[0] <= (found[0].end_lineno or 0):
        yield f"{BEGIN} stands outside the def"
    yield from _parameter_problems(found[0], record.reference)


def _parameter_problems(node: ast.FunctionDef, reference: Callable[..., Any]) -> Iterator[str]:
    try:
        wanted = inspect.signature(reference)
    except (TypeError, ValueError):  # a ufunc or a builtin has no signature to hold the answer to
        return
    functions = {p.default.__name__: p.default for p in wanted.parameters.values() if _named(p.default)}
    try:
        got = _signature(node, functions)
    except Exception as error:
        yield f"a default cannot be evaluated: {error}"
        return
    if _parameters(got) != _parameters(wanted):
        yield f"its parameters are {_parameters(got)}, those of the reference {_parameters(wanted)}"


def _signature(node: ast.FunctionDef, functions: Mapping[str, Any]) -> inspect.Signature:
    """The signature of a def, without running its body; a default may be one of `functions`, from anywhere."""
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    defaults: list[list[Any]] = [node.args.defaults, node.args.kw_defaults]
    for some in defaults:
        for n, default in enumerate(some):
            if isinstance(default, ast.Attribute) and default.attr in functions:
                some[n] = ast.Name(default.attr, ast.Load())
    node.body, node.decorator_list, node.returns = [ast.Pass()], [], None
    space: dict[str, Any] = {"np": np, **functions}
    exec(compile(ast.fix_missing_locations(ast.Module([node], [])), "<answer>", "exec"), space)
    return inspect.signature(space[node.name])


def _parameters(signature: inspect.Signature) -> str:
    """Names, kinds and defaults as they are written."""
    bare = [
        p.replace(annotation=p.empty, default=_Name(p.default.__name__) if _named(p.default) else p.default)
        for p in signature.parameters.values()
    ]
    return str(inspect.Signature(bare))


def _named(default: Any) -> bool:
    return default is not inspect.Parameter.empty and callable(default)


class _Name(str):
    __repr__ = str.__str__


# ── the chapter as a whole ───────────────────────────────────────────────────────────────────────────────


def _order(cells: list[SourceCell], functions: list[str]) -> Iterator[str]:
    answers = [cell.name for cell in cells if cell.role == "answer"]
    for function in functions:
        if function not in answers:
            yield f"the record `{function}` has no answer cell"
    known = list(dict.fromkeys(name for name in answers if name in functions))
    wanted = [function for function in functions if function in answers]
    if known != wanted:
        yield f"the answers stand in the order {', '.join(known)}, the records {', '.join(wanted)}"


def _names(cells: list[SourceCell]) -> Iterator[str]:
    ids = [cell.name for cell in cells if cell.name]
    ids += [f"{cell.name}-check" for cell in cells if cell.role == "answer"]
    for id, count in Counter(ids).items():
        if count > 1:
            yield f"{count} cells are called `{id}`"


def _topics(cells: list[SourceCell], chapter: str, records: Mapping[str, Exercise]) -> Iterator[str]:
    rows = read_topics()
    number = re.sub(r"^ch(\d+).*", r"\1", chapter)
    carried: dict[str, list[SourceCell]] = {}
    for cell in cells:
        ids = list(dict.fromkeys([*_record_topics(cell, records), *cell.topics]))
        if len(ids) > MOST_TOPICS:
            yield f"line {cell.line}: {_label(cell)} carries {len(ids)} topics, more than {MOST_TOPICS}"
        for id in ids:
            carried.setdefault(id, []).append(cell)
    for id in carried:
        if id not in rows:
            yield f"line {carried[id][0].line}: topic {id} is not in solutions/topics.csv"
        elif rows[id].chapter != number:
            yield f"line {carried[id][0].line}: topic {id} belongs to chapter {rows[id].chapter}"
    for row in rows.values():
        if row.chapter != number:
            continue
        if row.id not in carried:
            yield f"no cell carries topic {row.id}"
        elif row.kind == "implement" and not any(_uses(cell, row) for cell in carried[row.id]):
            yield f"no code cell that carries topic {row.id} calls `{row.symbol.rpartition('.')[2]}`"


def _record_topics(cell: SourceCell, records: Mapping[str, Exercise]) -> tuple[str, ...]:
    record = records.get(cell.name) if cell.role == "answer" else None
    return record.topics if record else ()


def _uses(cell: SourceCell, row: Topic) -> bool:
    """Does the cell call the row's symbol, hand it to a call, or answer the exercise of that name?"""
    symbol = row.symbol.rpartition(".")[2]
    if cell.kind != "code":
        return False
    if cell.role == "answer" and cell.name == symbol:
        return True
    try:
        tree = ast.parse(cell.code)
    except SyntaxError:  # reported with the cell
        return True
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(
        symbol == (part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", None))
        for node in calls
        for part in ast.walk(node)
    )
