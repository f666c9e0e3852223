"""What a slip of the pen leaves out of a function's code: the changes that put one thing back.

A factor or a term, 1 minus a share, 1 over a factor, a minus of an exponent, a root, an exponential or an absolute
value, a sum or a mean, an axis, a copy, an option that is not handed on, or that a number stands for; a number of the
formula that was copied wrong, an ε too large; `is None` where 0 and arrays are values, too; a type of its own for
what is filled in.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from grader.judging.changes import Found, Names, parsed, replaced

__all__ = ["factor_left_out", "left_out", "numbers_of"]

WHERE: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Return: ("value",),
    ast.Assign: ("value",),
    ast.AugAssign: ("value",),
    ast.Tuple: ("elts",),
    ast.BinOp: ("left", "right"),
    ast.Call: ("args",),
}
ARRAYS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp)
VALUES = (*ARRAYS, ast.UnaryOp)
AROUND = ("np.abs", "np.sqrt", "np.exp", "np.log")
BEHIND = (".sum()", ".mean()", ".copy()")  # of what is assigned or returned
AXES = (".T", "[:, None]", "[:, 0]")
EPS = 1e-3  # numbers up to it are there against a division by 0, or the logarithm of 0
NO_EPS = 1e-300
LIKE = {"np.zeros_like": "np.zeros", "np.ones_like": "np.ones", "np.empty_like": "np.empty"}


def numbers_of(function: Callable[..., Any]) -> list[Any]:
    """The numbers in a function's code that nobody guesses: those of the formula."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float))
    return [value for value in dict.fromkeys(found) if value not in (0, 1, 2)]


def left_out(node: ast.AST, names: Names, numbers: list[Any]) -> Found:
    """What may stand in the place of a node if a name, a function or an axis is missing there."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from (("constant", ast.Constant(number)) for number in numbers if number != node.value)
        yield from (("option", ast.Name(name, ast.Load())) for name in names.options)
        if isinstance(node.value, float) and 0 < node.value <= EPS:
            yield "constant", ast.Constant(NO_EPS)
    elif isinstance(node, ast.Name):
        yield from (("variable", ast.Name(name, ast.Load())) for name in names.options if name != node.id)
    elif isinstance(node, ast.Call):
        given = {keyword.arg for keyword in node.keywords}
        for option in names.options:
            if option not in given:
                handed = ast.keyword(option, ast.Name(option, ast.Load()))
                yield "option", replaced(node, keywords=[*node.keywords, handed])
        if (name := ast.unparse(node.func)) in LIKE and len(node.args) == 1:
            yield "function", parsed(f"{LIKE[name]}(np.shape({ast.unparse(node.args[0])}))")
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield from (("condition", replaced(node, test=test)) for test in _asks_for_none(node.test))
    elif (
        isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and isinstance(node.values[0], ast.Name)
    ):
        value, default = map(ast.unparse, node.values[:2])
        yield "condition", parsed(f"{value} if {value} is not None else {default}")
    for part, again in _parts(node):
        if isinstance(
            getattr(part, "operand", part), ast.Name
        ):  # a share for the other, a factor for a divisor
            texts = (f"1 - {ast.unparse(part)}", f"1 / {ast.unparse(part)}")
            yield from (("function left out", again(parsed(text))) for text in texts)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "exp":
            yield "function left out", again(ast.UnaryOp(ast.USub(), part))
        yield from (("function left out", again(ast.Call(parsed(name), [part], []))) for name in AROUND)
        kept = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append"
        behind = BEHIND if isinstance(node, ast.stmt) else (".copy()",) if kept else ()
        yield from (("function left out", again(parsed(f"({ast.unparse(part)}){how}"))) for how in behind)
        if isinstance(part, ARRAYS):
            yield from (("axes", again(parsed(f"({ast.unparse(part)}){how}"))) for how in AXES)


def _asks_for_none(test: ast.expr) -> Iterator[ast.expr]:
    """`if x` as `if x is not None`: 0 and an empty array are values, and an array of several has no truth."""
    if isinstance(test, ast.Name):
        yield parsed(f"{test.id} is not None")
    elif (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name)
    ):
        yield parsed(f"{test.operand.id} is None")


def factor_left_out(node: ast.AST, names: Names) -> Found:
    """What may stand in the place of a node if a factor is missing there, or an argument that is never used."""
    known = [*names.variables, *names.options]
    sizes = [how.format(name) for name in names.arguments[:1] for how in ("len({})", "{}.size")]
    more = (
        (ast.Mult, ["2", "0.5", *known]),
        (ast.Div, [*known, *sizes]),
        (ast.Add, names.unused),
        (ast.Sub, names.unused),
    )
    for part, again in _parts(node):
        if not isinstance(getattr(node, "op", None), (ast.Mult, ast.Div, ast.Pow, ast.MatMult)):
            for op, operands in more:
                yield from (("left out", again(ast.BinOp(part, op(), parsed(text)))) for text in operands)


def _parts(node: ast.AST) -> Iterator[tuple[ast.expr, Callable[[ast.expr], ast.AST]]]:
    """The values in a statement, a tuple, a sum, a product or a call, and how another is put in the place of each."""
    for name in WHERE.get(type(node), ()):
        value = getattr(node, name)
        for i, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, VALUES) and any(isinstance(n, ast.Name) for n in ast.walk(part)):
                yield part, partial(_put, node, name, i)


def _put(node: ast.AST, name: str, i: int, new: ast.expr) -> ast.AST:
    value = getattr(node, name)
    whole = [*value[:i], new, *value[i + 1 :]] if isinstance(value, list) else new
    changed: ast.AST = replaced(node, **{name: whole})
    return changed
