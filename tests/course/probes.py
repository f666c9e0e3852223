"""Changes that no pen makes, which find what the cases never ask: what if every result were rounded, every argument
clipped, an option ignored, a default another one, an argument changed at the end?"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

RESULTS = (
    "-({})", "np.abs({})", "np.round({}, 6)", "np.asarray({}).astype(np.float32)", "np.asarray({}).astype(int)",
    "np.squeeze({})", "np.atleast_1d({})", "np.asarray({}).T", "np.nan_to_num({})", "np.maximum({}, 0)",
    "np.asarray({}).ravel()", "np.clip({}, -100, 100)", "({}) * 1.0001", "({}) + 1e-6",
)  # fmt: skip
# nothing smaller is added: 1e-12 beside numbers of size 1 is what the tolerance forgives
ARGUMENTS = (
    "np.asarray({0}, dtype=np.float32)", "np.asarray({0}).astype(int)", "np.abs({0})", "np.squeeze({0})",
    "np.atleast_2d({0})", "np.clip({0}, -20, 20)", "np.clip({0}, -100, 100)", "np.clip({0}, -500, 500)",
    "np.clip({0}, 1e-7, None)", "np.clip({0}, 1e-12, None)", "np.clip({0}, 1e-12, 1 - 1e-12)",
    "np.clip({0}, 1e-300, None)", "{0} + 1e-8", "{0}.ravel()", "np.sort({0}, axis=0)",
    "{0}[:1]", "{0}[:-1]", "{0} / np.sum({0})", "{0} - np.max({0})", "np.unique({0})",
)  # fmt: skip
SEVERAL = (
    "{0}[2:]", "{0}[:2]", "{0}[:4]", "{0}[:-2]", "{0}[::-1]", "[np.abs(p) for p in {0}]", "[p.T for p in {0}]",
)  # fmt: skip
WORDS = ("none", "mean", "sum", "sigmoid", "tanh", "relu", "cross_entropy", "quadratic", "linear")


def around_results(value: ast.expr, arguments: list[str]) -> Iterator[tuple[str, list[ast.stmt]]]:
    """What may stand in the place of `return value`."""
    if isinstance(value, ast.Tuple):
        parts = [ast.unparse(e) for e in value.elts]
        for i, part in enumerate(parts):
            for wrap in RESULTS if not part.startswith("*") else ():
                new = [*parts[:i], wrap.format(part), *parts[i + 1 :]]
                yield f"result: {wrap}", lines(f"return ({', '.join(new)},)")
            yield "output dropped", lines(f"return ({', '.join(parts[:i] + parts[i + 1 :])},)")
        yield "list for a tuple", lines(f"return [{', '.join(parts)}]")
    else:
        for wrap in RESULTS:
            yield f"result: {wrap}", lines(f"return {wrap.format(ast.unparse(value))}")
    for a in arguments:
        text = (
            f"_r = {ast.unparse(value)}\nfor _a in {a} if isinstance({a}, tuple) else [{a}]:\n"
            "    if isinstance(_a, np.ndarray):\n        _a += 1\nreturn _r"
        )
        yield "argument changed at the end", lines(text)


def before_the_body(function: ast.FunctionDef) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Lines that change an argument before the function begins, or forget an option."""
    a = function.args
    for name in [p.arg for p in (*a.posonlyargs, *a.args)]:
        for wrap in ARGUMENTS:
            yield f"argument: {wrap}", lines(f"{name} = {wrap.format(name)}")
    for wrap in SEVERAL if a.vararg else ():
        yield f"argument: {wrap}", lines(f"{a.vararg.arg} = {wrap.format(a.vararg.arg)}")
    late = [p.arg for p in a.args][len(a.args) - len(a.defaults) :]
    for name, default in zip([*late, *(p.arg for p in a.kwonlyargs)], [*a.defaults, *a.kw_defaults]):
        if default is not None:
            yield "option ignored", lines(f"{name} = {ast.unparse(default)}")


def defaults(
    arguments: ast.arguments, numbers: Callable[[float], list[float]]
) -> Iterator[tuple[str, ast.arguments]]:
    """The arguments with another default in one place."""
    for group in ("defaults", "kw_defaults"):
        for i, default in enumerate(getattr(arguments, group)):
            if default is None:
                continue
            value = literal(default)
            others = list(WORDS)
            if isinstance(value, bool):
                others = [not value]
            elif isinstance(value, (int, float)):
                others = numbers(value)
            elif value is None:
                others = [1, 2, 0]
            for other in others:
                if other != value:
                    new = copy.copy(arguments)
                    mine = list(getattr(arguments, group))
                    mine[i] = ast.Constant(other)
                    setattr(new, group, mine)
                    yield "default", new


def literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ""


def lines(text: str) -> list[ast.stmt]:
    """The statements of a text, as they stand in a function."""
    (function,) = ast.parse("def f():\n" + "\n".join(f"    {line}" for line in text.splitlines())).body
    assert isinstance(function, ast.FunctionDef)
    return function.body
