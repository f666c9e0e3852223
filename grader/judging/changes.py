"""One-step changes of a function's code: what a slip of the pen does, and what undoes it.

An operator, a sign, the order of operands, arguments or results, an axis, keepdims, a factor, term, call or
statement too many, sum for mean, a constant, a comparison, a condition, an early return, a loop bound, a variable.
What nobody writes by mistake (clipping an argument, squeezing a result) is not among them.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import CodeType
from typing import Any

from grader.judging.mistaken import BUILTIN, INSTEAD

__all__ = ["KINDS", "Change", "Found", "Names", "changes", "functions_of", "one_step", "parsed", "replaced"]

WHICH = "__which__"

# kind: (how large a change it is, what it is about)
KINDS = {
    "default": (0, "the default of an argument"),
    "operator": (1, "the operator"),
    "sign": (1, "the sign"),
    "function": (1, "which function is called"),
    "axis": (1, "the axis"),
    "keepdims": (1, "keepdims"),
    "constant": (1, "the number"),
    "comparison": (1, "the comparison"),
    "operands": (1, "the order of the two sides"),
    "transpose": (1, "the transpose"),
    "variable": (1, "which variable stands where"),
    "arguments": (2, "the order of the arguments"),
    "results": (2, "the order of the results"),
    "index": (2, "the index or its bounds"),
    "loop": (2, "where the loop begins and ends"),
    "call": (2, "whether a call is one too many"),
    "term": (2, "whether a term or a factor is one too many"),
    "option": (2, "the options of the call"),
    "axes": (2, "the shapes: which axis is which"),
    "function left out": (2, "whether a function is missing"),
    "left out": (3, "whether a factor or a term is missing"),
    "condition": (3, "the condition"),
    "return": (3, "when it returns"),
    "statement": (3, "whether it is needed"),
}

BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
FLIPPED = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
REDUCTIONS = {"sum", "mean", "max", "min", "prod", "var", "std", "any", "all"}
LOOPS = {"enumerate", "zip", "reversed", "ndindex"}


@dataclass(frozen=True)
class Change:
    """`code` defines the changed function where the name WHICH is bound to `which`; `text` does where that was asked
    for."""

    kind: str
    line: int
    before: ast.AST
    after: Any
    code: CodeType
    which: int = 0
    text: str = ""

    def define(self, space: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of the space in which the function is the changed one."""
        own = {**space, WHICH: self.which}
        exec(self.code, own)
        return own

    @property
    def old(self) -> str:
        """The piece of code that is changed."""
        return _text(self.before)

    @property
    def new(self) -> str:
        """What comes in its place."""
        return _text(self.after)

    @property
    def size(self) -> int:
        return KINDS[self.kind][0]


Found = Iterator[tuple[str, Any]]  # (kind, what to put in the place of the node)


def functions_of(source: str) -> list[ast.FunctionDef]:
    """The functions that a cell defines, at its top level; none where it does not parse."""
    try:
        body = ast.parse(textwrap.dedent(source)).body
    except (SyntaxError, ValueError):
        return []
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def changes(
    function: ast.FunctionDef,
    defaults: dict[str, str] | None = None,
    *,
    every: int = 1,
    texts: bool = False,
    by: Callable[[ast.AST, Names], Found] | None = None,
) -> Iterator[Change]:
    """Every one-step change of a function (or one in `every`). defaults: the text of those that its arguments should
    have. by: what may stand in the place of a node."""
    by = by or one_step
    function = copy.deepcopy(function)
    function.decorator_list = []
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        del function.body[0]
    module = ast.Module([function], [])
    names = Names(function)

    turns = count()

    def made(node: ast.expr | ast.stmt, found: Found, put: Callable[[Any], None]) -> Iterator[Change]:
        """The changes of one node: compiled together, which takes as long as one."""
        options = [option for option in found if not next(turns) % every]
        code = None if texts else _compiled(module, put, node, _one_of([new for _, new in options]))
        for which, (kind, new) in enumerate(options):
            alone = code or _compiled(module, put, node, new)
            if alone:
                text = ast.unparse(module) if texts else ""
                yield Change(kind, node.lineno, node, new, alone, which, text)

    for default, new, put in _defaults(function, defaults or {}):
        yield from made(default, iter([("default", new)]), put)
        put(default)
    for holder, name, number, node in list(_places(function)):
        value = getattr(holder, name)
        yield from made(node, by(node, names), partial(_put, holder, name, number, value))
        setattr(holder, name, value)


def _put(holder: ast.AST, name: str, number: int | None, value: Any, new: Any) -> None:
    if number is not None:
        parts = new if isinstance(new, list) else [new]
        new = [*value[:number], *parts, *value[number + 1 :]]
    setattr(holder, name, new)


def _compiled(module: ast.Module, put: Callable[[Any], None], node: ast.AST, new: Any) -> CodeType | None:
    """None where it is no Python, or there is nothing to put."""
    parts = new if isinstance(new, list) else [new]
    for part in parts:
        _locate(part, node)
    put(new)
    try:
        return compile(module, "<changed>", "exec") if parts else None
    except (SyntaxError, ValueError, TypeError):
        return None


def _one_of(news: Sequence[Any], first: int = 0) -> Any:
    """The pieces of code in one: that with the number WHICH is run."""
    if len(news) < 2:
        return news[0] if news else []
    half = len(news) // 2
    test = ast.Compare(ast.Name(WHICH, ast.Load()), [ast.Lt()], [ast.Constant(first + half)])
    one, other = _one_of(news[:half], first), _one_of(news[half:], first + half)
    if isinstance(one, ast.expr):
        return ast.IfExp(test, one, other)
    one, other = (part if isinstance(part, list) else [part] for part in (one, other))
    return ast.If(test, one, other)


def _locate(new: ast.AST, node: ast.AST) -> None:
    """Put what is new in the place of the node; what stood elsewhere keeps its line."""
    if not hasattr(new, "lineno"):
        ast.copy_location(new, node)
        for part in ast.iter_child_nodes(new):
            _locate(part, node)


def _places(
    function: ast.FunctionDef,
) -> Iterator[tuple[ast.AST, str, int | None, ast.expr | ast.stmt]]:
    """(holder, field, position in it, node) of every expression and statement in the body."""
    waiting: list[ast.AST] = list(function.body)
    for number, statement in enumerate(function.body):
        yield function, "body", number, statement
    while waiting:
        holder = waiting.pop(0)
        for name, value in ast.iter_fields(holder):
            for position, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST):
                    continue
                waiting.append(node)
                callee = isinstance(holder, ast.Call) and name == "func"
                stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
                if isinstance(node, ast.stmt) or (isinstance(node, ast.expr) and not callee and not stored):
                    yield holder, name, position if isinstance(value, list) else None, node


class Names:
    """The variables of a function: its arguments, and what it assigns."""

    def __init__(self, function: ast.FunctionDef) -> None:
        a = function.args
        self.arguments = [p.arg for p in (*a.posonlyargs, *a.args)]
        stored = (
            n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        )
        self.options = [p.arg for p in a.kwonlyargs]
        self.variables = list(dict.fromkeys([*self.arguments, *stored]))
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        self.unused = [name for name in (*self.arguments, *self.options) if name not in read]
        self.axis = [name for name in ("axis",) if name in (*self.arguments, *self.options)]


def replaced(node: Any, **new: Any) -> Any:
    """A copy of a node with other fields."""
    return type(node)(**{**{name: getattr(node, name, None) for name in node._fields}, **new})


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def one_step(node: ast.AST, names: Names) -> Found:
    return _expression(node, names) if isinstance(node, ast.expr) else _statement(node)


def _expression(node: ast.expr, names: Names) -> Found:
    if isinstance(node, ast.BinOp):
        yield from (("operator", replaced(node, op=op())) for op in BINARY if not isinstance(node.op, op))
        if isinstance(node.op, (ast.FloorDiv, ast.Mod)):
            yield "operator", replaced(node, op=ast.Div())
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            yield "operands", replaced(node, left=node.right, right=node.left)
        yield "term", node.left
        yield "term", node.right
        if isinstance(node.op, ast.MatMult):
            for side in ("left", "right"):
                operand = getattr(node, side)
                if not (isinstance(operand, ast.Attribute) and operand.attr == "T"):
                    yield "transpose", replaced(node, **{side: ast.Attribute(operand, "T", ast.Load())})
    elif isinstance(node, ast.UnaryOp):
        yield ("sign" if isinstance(node.op, ast.USub) else "condition"), node.operand
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        kind = type(node.ops[0])
        others = COMPARISONS if kind in COMPARISONS else (FLIPPED[kind],)
        yield from (("comparison", replaced(node, ops=[op()])) for op in others if op is not kind)
        if kind in COMPARISONS:
            yield "condition", ast.UnaryOp(ast.Invert() if _is_array(node) else ast.Not(), node)
    elif isinstance(node, ast.BoolOp):
        yield "condition", replaced(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield "condition", replaced(node, values=rest) if len(rest) > 1 else rest[0]
    elif isinstance(node, ast.Constant):
        yield from (("constant", ast.Constant(value)) for value in _other_numbers(node.value))
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.IfExp):
        yield "condition", replaced(node, body=node.orelse, orelse=node.body)
        yield "condition", node.body
        yield "condition", node.orelse
    elif isinstance(node, ast.Tuple):
        for i in range(len(node.elts)):
            for j in range(i):
                swapped = list(node.elts)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                yield "results", replaced(node, elts=swapped)
    elif isinstance(node, ast.Subscript):
        yield "index", node.value
        yield from (("index", replaced(node, slice=other)) for other in _other_bounds(node.slice))
    elif isinstance(node, ast.Name):
        known = names.variables if node.id in names.variables else ()
        yield from (("variable", ast.Name(other, ast.Load())) for other in known if other != node.id)
    elif isinstance(node, ast.Call):
        yield from _call(node, names)


def _is_array(node: ast.Compare) -> bool:
    return isinstance(node.left, (ast.Name, ast.BinOp, ast.Call, ast.Attribute))


def _other_numbers(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if not isinstance(value, (int, float)):
        return []
    found = [0, 1, 2, 0.5, -1, -value, 1 - value, value + 1, value - 1, value * 2, value / 2]
    return [other for other in dict.fromkeys(found) if other != value]


def _other_bounds(bounds: ast.expr) -> Iterator[ast.expr]:
    if not isinstance(bounds, ast.Slice):
        return
    for part in ("lower", "upper", "step"):
        old = getattr(bounds, part)
        if old is not None:
            yield replaced(bounds, **{part: None})
            if part != "step":
                yield replaced(bounds, **{part: ast.BinOp(old, ast.Add(), ast.Constant(1))})
                yield replaced(bounds, **{part: ast.BinOp(old, ast.Sub(), ast.Constant(1))})
        elif part != "step":
            yield replaced(bounds, **{part: ast.Constant(1 if part == "lower" else -1)})


def _attribute(node: ast.Attribute) -> Found:
    if node.attr == "T":
        yield "transpose", node.value
    elif node.attr == "size":
        yield "call", ast.Call(ast.Name("len", ast.Load()), [node.value], [])
        yield "call", parsed(f"{ast.unparse(node.value)}.shape[-1]")


def _call(node: ast.Call, names: Names) -> Found:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for other in INSTEAD.get(name, ()):
        if isinstance(node.func, ast.Attribute):
            func: ast.expr = replaced(node.func, attr=other)
        else:
            func = ast.Name(other, ast.Load()) if other in BUILTIN else parsed(f"np.{other}")
        yield "function", replaced(node, func=func)
    yield from (("call", arg) for arg in node.args if not isinstance(arg, ast.Starred))
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy", "math")
    ):
        yield "call", node.func.value
    for i in range(len(node.args) - 1):
        swapped = list(node.args)
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        yield "arguments", replaced(node, args=swapped)
    given = {k.arg: i for i, k in enumerate(node.keywords) if k.arg}
    for option, i in given.items():
        others = node.keywords[:i] + node.keywords[i + 1 :]
        kind = option if option in ("axis", "keepdims") else "option"
        yield kind, replaced(node, keywords=others)
        if option == "axis":
            for text in ("-1", "0", "1", *names.axis):
                if text != ast.unparse(node.keywords[i].value):
                    yield "axis", replaced(node, keywords=[*others, ast.keyword("axis", parsed(text))])
        elif option == "ddof":
            yield "option", replaced(node, keywords=[*others, ast.keyword("ddof", ast.Constant(1))])
    if name in REDUCTIONS:
        if "keepdims" not in given:
            kept = ast.keyword("keepdims", ast.Constant(True))
            yield "keepdims", replaced(node, keywords=[*node.keywords, kept])
        if "axis" not in given:
            for text in ("0", "-1", *names.axis):
                yield "axis", replaced(node, keywords=[*node.keywords, ast.keyword("axis", parsed(text))])
        if name in ("var", "std") and "ddof" not in given:
            yield "option", replaced(node, keywords=[*node.keywords, ast.keyword("ddof", ast.Constant(1))])
    if name == "range" and node.args:
        first, *rest = [ast.unparse(arg) for arg in node.args]
        texts = (
            [f"{', '.join([first, *rest[:-1]])}, {rest[-1]} {by}" for by in ("- 1", "+ 1")] if rest else []
        )
        texts += [f"{first} + 1", f"{first} - 1", f"1, {first}"] if not rest else []
        yield from (("loop", parsed(f"range({text})")) for text in texts)
    elif name in LOOPS and node.args:
        yield from (("loop", parsed(f"list({ast.unparse(node)}){cut}")) for cut in ("[1:]", "[:-1]"))


def _statement(node: ast.AST) -> Found:
    if isinstance(node, ast.Return) and node.value is not None:
        if not isinstance(node.value, (ast.Tuple, ast.Constant)):
            yield "sign", ast.Return(ast.UnaryOp(ast.USub(), node.value))
        return
    if isinstance(node, ast.AugAssign):
        yield from (("operator", replaced(node, op=op())) for op in BINARY if not isinstance(node.op, op))
        yield "operator", ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Assign):
        if not isinstance(node.value, (ast.Tuple, ast.Constant, ast.List, ast.Dict)):
            yield "sign", replaced(node, value=ast.UnaryOp(ast.USub(), node.value))
        if isinstance(node.targets[0], (ast.Name, ast.Subscript)) and len(node.targets) == 1:
            yield "operator", ast.AugAssign(node.targets[0], ast.Add(), node.value)
    elif isinstance(node, ast.If):
        yield "condition", node.body
        yield "condition", node.orelse or [ast.Pass()]
        yield "condition", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
    elif isinstance(node, ast.With):
        yield "call", node.body
    elif isinstance(node, (ast.For, ast.While)) and isinstance(node.body[-1], ast.Return):
        yield "return", [replaced(node, body=node.body[:-1] or [ast.Pass()]), node.body[-1]]
    if not isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom, ast.Pass)):
        yield "statement", [ast.Pass()]


def _defaults(
    function: ast.FunctionDef, wanted: dict[str, str]
) -> Iterator[tuple[ast.expr, ast.expr, Callable[[Any], None]]]:
    """(default, the one that is asked for, how to put one there) of the arguments where it is another."""
    a = function.args
    last = [*a.posonlyargs, *a.args][-len(a.defaults) :] if a.defaults else []
    for names, field in ((last, "defaults"), (a.kwonlyargs, "kw_defaults")):
        values = getattr(a, field)
        for i, (argument, value) in enumerate(zip(names, values)):
            text = wanted.get(argument.arg)
            if text is None or value is None or ast.unparse(value) == text:
                continue
            yield value, ast.copy_location(parsed(text), value), partial(_put, a, field, i, values)


def _text(node: Any) -> str:
    """A piece of code in a few characters."""
    if isinstance(node, list):
        node = node[0]
    if isinstance(node, ast.stmt) and not isinstance(node, (ast.Assign, ast.AugAssign, ast.Return, ast.Expr)):
        return type(node).__name__.lower()
    return ast.unparse(node)
