"""In the student's process: `==` in the course's tests is not content with an object that is equal to everything."""

from __future__ import annotations

import ast
import random
from typing import Any

__all__ = ["NAME", "AskTwice", "equal"]

NAME = "__equal__"  # bound in the notebook: a function of the course may ask later


class AskTwice(ast.NodeTransformer):
    """Writes `a == b` as a call."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
            return node
        call = ast.Call(ast.Name(NAME, ast.Load()), [node.left, node.comparators[0]], [])
        return ast.copy_location(call, node)


def equal(left: Any, right: Any) -> Any:
    """left == right; AssertionError where one of them is of a class that the notebook defines, the other is not, and
    it is also equal to what nobody can have meant."""
    result = left == right
    for one, other in ((left, right), (right, left)):
        if _is_the_notebooks(one) and not _is_the_notebooks(other) and _says_yes(result):
            for strange in (object(), _beside(other)):
                if strange is not None and _says_yes(one == strange):
                    raise AssertionError(
                        f"an object of type {type(one).__name__} that is equal to everything"
                    )
    return result


def _is_the_notebooks(value: Any) -> bool:
    return any(c.__module__ == "__main__" and "__eq__" in vars(c) for c in type.mro(type(value))[:-1])


def _says_yes(result: Any) -> bool:
    try:
        return bool(result)
    except Exception:  # an array of them
        return False


def _beside(value: Any) -> Any:
    """Something of the same type that is not the same; None where there is no such thing."""
    odd = random.SystemRandom().randrange(1 << 40, 1 << 50)
    if type(value) in (int, float, complex):
        return value + odd
    if type(value) in (str, bytes):
        return value + type(value)(str(odd).encode() if isinstance(value, bytes) else str(odd))
    if type(value) in (list, tuple):
        return type(value)([*value, odd])
    if type(value) in (set, frozenset):
        return type(value)({*value, odd})
    return {**value, odd: odd} if type(value) is dict else None
