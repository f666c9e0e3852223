"""The statements that a name needs: a function without the cell, the notebook or the module around it."""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.home.cells import Cell

__all__ = ["Code", "Import", "Statement", "attributes", "in_lines", "in_python"]

LONG = 100  # characters of a line
MAGIC = re.compile(r"(?m)^([ \t]*)[%!].*$")


@dataclass(frozen=True)
class Import:
    """from module import name, or `import module` where there is no name. bound: what it is called here."""

    module: str
    name: str
    bound: str

    def __str__(self) -> str:
        return f"from {self.module} import {self.item}" if self.name else f"import {self.item}"

    @property
    def item(self) -> str:
        """What stands behind the word import."""
        own = self.name or self.module.partition(".")[0]
        return (self.name or self.module) + ("" if self.bound == own else f" as {self.bound}")


def in_lines(imports: Iterable[Import]) -> list[str]:
    """Imports as one writes them: each once, one line a module, and in parentheses where that gets long."""
    found: dict[str, set[str]] = {}
    for one in imports:
        found.setdefault(one.module if one.name else "", set()).add(one.item)
    lines = [f"import {item}" for item in sorted(found.pop("", ()))]
    for module, items in sorted(found.items()):
        line = f"from {module} import {', '.join(sorted(items))}"
        wrapped = "".join(f"    {item},\n" for item in sorted(items))
        lines.append(line if len(line) <= LONG else f"from {module} import (\n{wrapped})")
    return lines


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
