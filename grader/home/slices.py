"""The statements that a name needs: a function without the cell, the notebook or the module around it."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.home.cells import Cell

__all__ = ["Code", "Import", "Statement", "attributes", "in_python"]

MAGIC = re.compile(r"(?m)^([ \t]*)[%!].*$")


@dataclass(frozen=True)
class Import:
    """from module import name, or `import module` where there is no name. bound: what it is called here."""

    module: str
    name: str
    bound: str

    def __str__(self) -> str:
        if self.name:
            return f"from {self.module} import {self.name}" + self._alias(self.name)
        return f"import {self.module}" + self._alias(self.module.partition(".")[0])

    def _alias(self, own: str) -> str:
        return "" if self.bound == own else f" as {self.bound}"


@dataclass(frozen=True)
class Statement:
    """One statement of the outermost level, with the comments above it; of an import, one name."""

    text: str
    binds: frozenset[str]
    needs: frozenset[str]  # the names of the outermost level that it reads, at once or when it is called
    place: tuple[int, int]  # of its source among the sources, and in that
    imported: Import | None = None


class Code:
    """Sources of one namespace, in order: the cells of a notebook, or one module. What is no Python binds nothing."""

    def __init__(self, sources: Sequence[str], ranks: Sequence[int] = ()) -> None:
        """ranks: of two sources that bind a name, the one of the higher rank counts; of equals, the later one."""
        self._ranks = ranks or [0] * len(sources)
        self._by_name: dict[str, list[Statement]] = {}
        for number, source in enumerate(sources):
            for statement in _statements(in_python(source), number):
                for name in statement.binds:
                    self._by_name.setdefault(name, []).append(statement)

    def slice(
        self, *names: str, first: int | None = None, without: frozenset[str] = frozenset()
    ) -> list[Statement]:
        """What these names need, in order. first: the source that comes before all others. without: names whose
        statements are not taken along."""
        found: dict[tuple[int, int], Statement] = {}
        waiting, seen = list(names), set(names)
        while waiting:
            for statement in self._binding(waiting.pop(), first):
                found[statement.place] = statement
                waiting += sorted(statement.needs - seen - without)
                seen |= statement.needs
        return [found[place] for place in sorted(found)]

    def _binding(self, name: str, first: int | None) -> list[Statement]:
        there = self._by_name.get(name, [])

        def counts(number: int) -> tuple[bool, int, int]:
            return number == first, self._ranks[number], number

        best = max((counts(s.place[0]) for s in there), default=None)
        return [s for s in there if counts(s.place[0]) == best]


def in_python(source: str) -> str:
    """A cell without IPython's own lines, if it has some; each line stays in its place."""
    return source if Cell(source).tree.body else MAGIC.sub(r"\1pass", source)


def _statements(source: str, number: int) -> Iterator[Statement]:
    lines = source.splitlines()
    count = 0
    for node in Cell(source).tree.body:
        begin = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 1
        while begin and lines[begin - 1].startswith("#"):
            begin -= 1
        text = "\n".join(lines[begin : node.end_lineno])
        parts: list[Import | None] = [*_imports(node)] or [None]
        for imported in parts:
            one = str(imported) if imported else text
            binds = {imported.bound} if imported else Cell(one).names
            needs = frozenset() if imported else frozenset(_read(symtable.symtable(one, "cell", "exec")))
            yield Statement(one, frozenset(binds), needs, (number, count), imported)
            count += 1


def _imports(node: ast.stmt) -> list[Import]:
    if isinstance(node, ast.Import):
        return [Import(a.name, "", a.asname or a.name.partition(".")[0]) for a in node.names]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return [Import(module, a.name, a.asname or a.name) for a in node.names]
    return []


def _read(table: symtable.SymbolTable) -> Iterable[str]:
    """Names of the outermost level that are read in this scope and in those within it."""
    outermost = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (outermost or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read(child)


def attributes(statements: Iterable[Statement], name: str) -> set[str] | None:
    """What is read of a module that has this name: `relu` of activations.relu; None where the module itself is handed
    on, so that anything may be read of it."""
    nodes = [node for s in statements if not s.imported for node in ast.walk(Cell(s.text).tree)]
    reads = [node for node in nodes if isinstance(node, ast.Name) and node.id == name]
    found = [
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    ]
    return set(found) if len(found) == len(reads) else None
