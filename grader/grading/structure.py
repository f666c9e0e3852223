"""The structure of an answer: equal for two that differ in names, comments, docstrings and layout only."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = ["LEAST", "structure"]

LEAST = 60  # nodes of the tree: what is shorter, everybody writes
MAX_SOURCE = 20_000
HABIT = {"np": "numpy"}  # from the setup cell
Definition = ast.FunctionDef | ast.ClassDef


def structure(source: str, function: str) -> str:
    """A hash of the function and of what it calls in its own cell; "" where that is short, or is no Python."""
    if len(source) > MAX_SOURCE:
        return ""
    try:
        cell = ast.parse(re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", source))
        parts, nodes = _needed(cell, function)
        if len(nodes) < LEAST:
            return ""
        plain = _Plain(nodes, HABIT | _imported(cell))
        text = "\n".join(ast.dump(plain.visit(part), annotate_fields=False) for part in parts)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _needed(cell: ast.Module, function: str) -> tuple[list[Definition], list[ast.AST]]:
    """The definition that counts, the last one, and those that it leads to; and all that is in them."""
    there = {node.name: node for node in cell.body if isinstance(node, Definition)}
    found: dict[str, Definition] = {}
    nodes: list[ast.AST] = []
    waiting = [function]
    while waiting:
        name = waiting.pop()
        if name in there and name not in found:
            found[name] = there[name]
            within = [*ast.walk(there[name])]
            waiting += reversed([n.id for n in within if isinstance(n, ast.Name)])
            nodes += within
    return list(found.values()), nodes


def _imported(tree: ast.AST) -> dict[str, str]:
    """{name here: what it is}."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.ExceptHandler)) and node.name:
            yield node.name


class _Plain(ast.NodeTransformer):
    """Names of one's own become numbers, modules their full names; what says nothing to Python goes."""

    def __init__(self, nodes: Collection[ast.AST], modules: Mapping[str, str]) -> None:
        self.modules = modules
        self.own = set(_bound(nodes))
        self.called = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        self.numbers: dict[str, str] = {}

    def name(self, name: str) -> str:
        if name in self.own:
            return self.numbers.setdefault(name, f"${len(self.numbers)}")
        return self.modules.get(name, name)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self.name(node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(self.name(node.arg))

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.posonlyargs, node.args = [], node.posonlyargs + node.args
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = self.name(node.name), None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self.name(node.name)
        return self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = node.name and self.name(node.name)
        return self.generic_visit(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        return ast.Nonlocal([self.name(name) for name in node.names])

    def visit_Call(self, node: ast.Call) -> ast.AST:
        ours = isinstance(node.func, ast.Name) and node.func.id in self.called
        self.generic_visit(node)
        for keyword in node.keywords:
            if ours and keyword.arg:
                keyword.arg = self.name(keyword.arg)
        node.keywords.sort(key=lambda keyword: keyword.arg or "")
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.visit(ast.Assign([node.target], node.value))  # type: ignore[no-any-return]

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Pass(self, node: ast.Pass) -> None:
        return None
