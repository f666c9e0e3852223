"""Every change of an answer that the proof tries: what a slip of the pen makes of it, and what no pen does."""

from __future__ import annotations

import ast
import copy
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from grader.judging.changes import changes as slips
from grader.judging.changes import functions_of
from tests.course.probes import around_results, before_the_body, defaults


@dataclass(frozen=True)
class Change:
    """kind: in a few words. before, after: the function. source: the whole changed code."""

    kind: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        """The kind, and the lines before and after."""
        return f"{self.kind}: {_difference(self.before, self.after)}"


def changes(source: str, function: str, every: int = 1) -> Iterator[Change]:
    """Every changed code once (or one in `every`): the slips of each function of the cell, then the probes of the
    answer itself."""
    before = {f.name: plain(f) for f in functions_of(source)}
    seen = {"\n".join(before.values())}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "is" with a number, a call of a number
        for f in functions_of(source):
            found = [(c.kind, c.text) for c in slips(f, every=every, texts=True)]
            for kind, text in [*found, *(probes(f, every) if f.name == function else ())]:
                whole = "\n".join({**before, f.name: text}.values())
                if whole not in seen and compiles(whole):
                    seen.add(whole)
                    yield Change(kind, before[f.name], text, whole)


def plain(function: ast.FunctionDef) -> str:
    """The function without its docstring."""
    function = copy.deepcopy(function)
    if ast.get_docstring(function, clean=False) is not None and len(function.body) > 1:
        del function.body[0]
    return ast.unparse(function)


def probes(function: ast.FunctionDef, every: int = 1) -> Iterator[tuple[str, str]]:
    """(kind, text) of the function with its results, arguments, options and defaults changed in turn."""
    function = ast.parse(plain(function)).body[0]
    for turn, kind in enumerate(_probed(function)):
        if turn % every == 0:
            yield kind, ast.unparse(ast.fix_missing_locations(function))


def _probed(function: ast.FunctionDef) -> Iterator[str]:
    """Changes the function in place, one way after another; the kind of each."""
    own = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    for holder in ast.walk(function):
        body = getattr(holder, "body", None)
        for i, node in enumerate(body if isinstance(body, list) else []):
            if isinstance(node, ast.Return) and node.value is not None:
                for kind, new in around_results(node.value, own):
                    holder.body = [*body[:i], *new, *body[i + 1 :]]
                    yield kind
                holder.body = body
    body, options = function.body, function.args
    for kind, lines in before_the_body(function):
        function.body = [*lines, *body]
        yield kind
    function.body = body
    for kind, function.args in defaults(options, other_numbers):
        yield kind


def other_numbers(value: float) -> list[float]:
    found = [
        0,
        1,
        2,
        0.5,
        -value,
        value + 1,
        value - 1,
        value * 1e-3,
        value * 1e3,
        value * 1.01,
        value * 2,
        value / 2,
    ]
    return [v for v in dict.fromkeys(found) if v != value]


def compiles(text: str) -> bool:
    try:
        compile(text, "<change>", "exec")
    except (SyntaxError, ValueError, TypeError):
        return False
    return True


def _difference(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    old = "; ".join(line[1:].strip() for line in lines if line.startswith("-"))
    new = "; ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return f"{old} → {new}"[:300]
