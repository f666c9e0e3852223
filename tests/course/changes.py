"""One-step changes of the code of an answer: what a slip of the pen makes of it, and a few that no pen makes.

A change is one expression, one statement or one option replaced. `changes` yields each once, in the order of the
source, as code that runs.
"""

from __future__ import annotations

import ast
import copy
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from tests.course.probes import around_results, before_the_body, defaults

BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
OPPOSITE = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
REDUCTIONS = ("sum", "mean", "max", "min")
INSTEAD = {  # what stands in the place of a function, by the last part of its name
    "sum": "mean prod max nansum", "mean": "sum max median", "max": "min sum mean", "min": "max",
    "maximum": "minimum fmax add", "minimum": "maximum fmin", "exp": "expm1 exp2", "expm1": "exp",
    "log": "log1p log2 log10", "log1p": "log expm1", "log2": "log", "logaddexp": "logaddexp2 maximum",
    "var": "std", "std": "var", "abs": "square sign", "absolute": "square", "argmax": "argmin",
    "zeros_like": "ones_like empty_like", "ones_like": "zeros_like", "zeros": "ones empty", "ones": "zeros",
    "empty": "zeros", "empty_like": "zeros_like", "tanh": "arctan sin", "sign": "abs", "cosh": "sinh",
    "dot": "outer multiply inner", "outer": "multiply dot", "matmul": "multiply", "any": "all", "all": "any",
    "erf": "erfc", "erfc": "erf", "xlogy": "xlog1py", "rel_entr": "kl_div", "sigmoid": "tanh softplus",
    "softmax": "log_softmax", "log_softmax": "softmax", "expit": "tanh", "sqrt": "square cbrt", "square": "abs",
    "eye": "ones", "isclose": "equal", "allclose": "array_equal", "multiply": "add divide",
    "divide": "multiply", "subtract": "add", "add": "subtract multiply", "append": "insert", "insert": "append",
    "vstack": "hstack", "hstack": "vstack", "atleast_2d": "atleast_1d", "cumsum": "cumprod",
    "power": "multiply", "nan_to_num": "abs", "ravel": "copy", "reversed": "list", "floor": "ceil",
}  # fmt: skip
PLAIN = ("max", "min", "sum", "any", "all", "list", "abs", "softmax", "log_softmax", "sigmoid")  # not of np


@dataclass(frozen=True)
class Change:
    """kind: in a few words. shown: the lines before and after. source: the whole changed code."""

    kind: str
    shown: str
    source: str


def changes(source: str, function: str) -> Iterator[Change]:
    """Every one-step change of `function` and of the helpers inside and beside it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    original = ast.unparse(tree)
    seen = {original}
    for kind in _all(tree, function):  # each time, the tree stands changed
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "is" with a number, a call of a number
                text = ast.unparse(ast.fix_missing_locations(tree))
                compile(text, "<change>", "exec")
        except (SyntaxError, ValueError, TypeError, AttributeError):
            continue
        if text not in seen:
            seen.add(text)
            yield Change(kind, _difference(original, text), text)


def _difference(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    old = "; ".join(line[1:].strip() for line in lines if line.startswith("-"))
    new = "; ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return f"{old} → {new}"[:300]


def _all(tree: ast.Module, function: str) -> Iterator[str]:
    """Changes the tree in place, yields the kind, and puts the tree right again."""
    main = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == function)
    arguments = {}  # of the innermost function around a node
    for f in ast.walk(tree):  # inner functions come later
        if isinstance(f, ast.FunctionDef):
            own = [a.arg for a in (*f.args.posonlyargs, *f.args.args)]
            arguments |= {id(node): own for node in ast.walk(f)}
    for node in list(ast.walk(tree)):
        known = arguments.get(id(node), [])
        for field, value in ast.iter_fields(node):
            if field in ("args", "decorator_list") and isinstance(node, ast.FunctionDef):
                continue
            for i, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(item, ast.stmt) and not isinstance(node, ast.Module):
                    for kind, new in _statement(item, known):
                        setattr(node, field, [*value[:i], *new, *value[i + 1 :]])
                        yield kind
                elif isinstance(item, (ast.expr, ast.comprehension)):
                    for kind, changed in _expression(item, known):
                        after = changed if i is None else [*value[:i], changed, *value[i + 1 :]]
                        setattr(node, field, after)
                        yield kind
            setattr(node, field, value)
    body, options = main.body, main.args
    for kind, lines in before_the_body(main):
        main.body = [*lines, *body]
        yield kind
    main.body = body
    for kind, main.args in defaults(options, numbers):
        yield kind
    main.args = options


def numbers(value: float) -> list[float]:
    """What may stand in the place of a number."""
    near = [value * 1e-3, value * 1e3, value * 1.01, value * 2, value / 2] if value else []
    return [v for v in dict.fromkeys([0, 1, 2, 0.5, -value, value + 1, value - 1, *near]) if v != value]


def parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def like(node: ast.AST, **change) -> ast.AST:
    new = copy.copy(node)
    for field, value in change.items():
        setattr(new, field, value)
    return new


def swapped(items: list) -> Iterator[list]:
    """The list with two neighbours in each other's place."""
    for i in range(len(items) - 1):
        yield [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def without(items: list) -> Iterator[list]:
    for i in range(len(items)):
        yield [*items[:i], *items[i + 1 :]]


def _expression(node: ast.AST, arguments: list[str]) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.BinOp(left, op, right):
            for other in BINARY:
                if not isinstance(op, other):
                    yield "operator", like(node, op=other())
            if not isinstance(op, (ast.Add, ast.Mult)):
                yield "order of operands", like(node, left=right, right=left)
            yield "term dropped", left
            yield "term dropped", right
            if isinstance(op, ast.MatMult):
                yield "transposed", like(node, left=ast.Attribute(left, "T", ast.Load()))
                yield "transposed", like(node, right=ast.Attribute(right, "T", ast.Load()))
        case ast.UnaryOp(op, operand):
            yield "sign or not dropped", operand
            if isinstance(op, ast.Invert):
                yield "sign or not dropped", ast.UnaryOp(ast.USub(), operand)
        case ast.Compare(ops=[op]):
            for other in ORDER if isinstance(op, ORDER) else ():
                if not isinstance(op, other):
                    yield "comparison", like(node, ops=[other()])
            if type(op) in OPPOSITE:
                yield "comparison", like(node, ops=[OPPOSITE[type(op)]()])
            yield "condition forced", ast.Constant(True)
            yield "condition forced", ast.Constant(False)
        case ast.BoolOp(op, values):
            yield "and, or", like(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for rest in without(values):
                yield "condition dropped", like(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.Constant(bool() as value):
            yield "flag", ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            for other in numbers(value):
                yield "number", ast.Constant(other)
        case ast.Constant(str() as value) if "->" in value:
            given, asked = value.split("->")
            yield "einsum", ast.Constant(f"{given}->{asked[:-2]}{asked[:-3:-1]}")
            yield "einsum", ast.Constant(f"{given}->")
        case ast.Constant(str() as value):
            for other in ("none", "mean", "sum", "batchmean", "no such name"):
                yield "text", ast.Constant(other)
        case ast.Attribute(value, "T"):
            yield "transpose dropped", value
        case ast.Attribute(value, "size"):
            yield "size", parse(f"len({ast.unparse(value)})")
            yield "size", parse(f"{ast.unparse(value)}.shape[-1]")
        case ast.IfExp(_, body, orelse):
            yield "branches swapped", like(node, body=orelse, orelse=body)
            yield "condition forced", body
            yield "condition forced", orelse
        case ast.Tuple(elts, ast.Load()):
            for order in swapped(elts):
                yield "order of a tuple", like(node, elts=order)
        case ast.Subscript(value, _, ast.Load()):
            yield "index dropped", value
        case ast.Slice():
            for part in ("lower", "upper", "step"):
                old = getattr(node, part)
                if old is not None:
                    for op in (ast.Add(), ast.Sub()):
                        yield "slice", like(node, **{part: ast.BinOp(old, op, ast.Constant(1))})
                    yield "slice", like(node, **{part: None})
                elif part != "step":
                    yield "slice", like(node, **{part: ast.Constant(1 if part == "lower" else -1)})
        case ast.comprehension(ifs=ifs):
            for rest in without(ifs):
                yield "condition dropped", like(node, ifs=rest)
        case ast.Name(name, ast.Load()) if name in arguments:
            for other in arguments:
                if other != name:
                    yield "another argument", ast.Name(other, ast.Load())
        case ast.Call():
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    func, args, keywords = node.func, node.args, node.keywords
    method = isinstance(func, ast.Attribute)
    name = func.attr if method else getattr(func, "id", "")
    for other in INSTEAD.get(name, "").split():
        new = like(func, attr=other) if method else parse(other if other in PLAIN else f"np.{other}")
        yield "function", like(node, func=new)
    for arg in args:
        if not isinstance(arg, ast.Starred):
            yield "call dropped", arg
    if method and ast.unparse(func.value) != "np":
        yield "call dropped", func.value
    for order in swapped(args):
        yield "order of arguments", like(node, args=order)
    if len(args) == 3:
        first, second, third = args
        yield "order of arguments", like(node, args=[third, second, first])
        if name == "where":
            yield "where forced", second
            yield "where forced", third
        if name == "clip":
            yield "bound of clip", like(node, args=[first, ast.Constant(None), third])
            yield "bound of clip", like(node, args=[first, second, ast.Constant(None)])
    given = {k.arg: ast.unparse(k.value) for k in keywords}
    for i, keyword in enumerate(keywords):
        if keyword.arg is None:
            continue
        others = [*keywords[:i], *keywords[i + 1 :]]
        text = given[keyword.arg]
        values = {
            "axis": ("-1", "0", "1", "None", f"{text} + 1", f"{text} - 1"),
            "dtype": ("np.float32", "float", "int"),
            "ddof": ("0", "1"),
        }.get(keyword.arg, ())
        yield "keyword dropped", like(node, keywords=others)
        for value in values:
            yield keyword.arg, like(node, keywords=[*others, ast.keyword(keyword.arg, parse(value))])
    new_ones = []
    if name in REDUCTIONS:
        new_ones += [("keepdims", True)] if "keepdims" not in given else []
        new_ones += [("axis", 0), ("axis", -1)] if "axis" not in given else []
    if name in ("var", "std") and "ddof" not in given:
        new_ones += [("ddof", 1)]
    for word, value in new_ones:
        yield word, like(node, keywords=[*keywords, ast.keyword(word, ast.Constant(value))])
    text = ", ".join(map(ast.unparse, args))
    if name == "range":
        yield "bound of a loop", parse(f"range({text} - 1)")
        yield "bound of a loop", parse(f"range({text} + 1)")
        if len(args) == 1:
            yield "bound of a loop", parse(f"range(1, {text})")
    if name in ("ndindex", "enumerate", "zip", "reversed") and args:
        yield "bound of a loop", parse(f"list({ast.unparse(node)})[1:]")
        yield "bound of a loop", parse(f"list({ast.unparse(node)})[:-1]")


def _statement(node: ast.stmt, arguments: list[str]) -> Iterator[tuple[str, list[ast.stmt]]]:
    """What may stand in the place of a statement."""
    yield "statement dropped", [ast.Pass()]
    match node:
        case ast.Assign(targets, value):
            for name in [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]:
                yield "early return", [node, ast.Return(ast.Name(name, ast.Load()))]
            match value:
                case ast.BinOp(ast.Name(name), op, right) if isinstance(targets[0], ast.Name):
                    update = ast.AugAssign(ast.Name(name, ast.Store()), op, right)
                    yield "in place", [update, ast.Assign(targets, ast.Name(name, ast.Load()))]
        case ast.AugAssign(target, op, value):
            for other in BINARY:
                if not isinstance(op, other):
                    yield "operator", [like(node, op=other())]
            yield "= for +=", [ast.Assign([target], value)]
        case ast.If(test, body, orelse):
            yield "condition forced", body
            yield "condition forced", orelse or [ast.Pass()]
            yield "condition reversed", [like(node, test=ast.UnaryOp(ast.Not(), test))]
        case ast.For(body=body):
            yield "loop once", [like(node, body=[*body, ast.Break()])]
        case ast.With(body=body):
            yield "with dropped", body
        case ast.Return(ast.expr() as value):
            match value:
                case ast.BinOp(ast.Name(name), op, right):
                    update = ast.AugAssign(ast.Name(name, ast.Store()), op, right)
                    yield "in place", [update, ast.Return(ast.Name(name, ast.Load()))]
            yield from around_results(value, arguments)
