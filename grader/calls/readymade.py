"""Ready-made answers: they refuse to be called while their exercise is asked, and an answer that is one is found.

The code of a function is swapped for one that raises, so that no alias, no class and no function that returns it or
calls it gets round. What runs a copy of the code is found by comparing the code. Whoever digs gets past both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

__all__ = [
    "CalledReadyMade",
    "OwnWork",
    "ReadyMade",
    "Refusing",
    "called",
    "loaded",
    "not_here",
    "own_functions",
    "reachable",
    "refusal",
]


class OwnWork(ImportError):
    """What was asked for is what the exercise asks the student to write."""


class CalledReadyMade(Exception):
    """An answer called, or is, a ready-made one."""


def not_here(name: str, exercise: str) -> str:
    return f"{name} is not available here: exercise `{exercise}` asks you to write it"


# ── what is called ───────────────────────────────────────────────────────────────────────────────────────


def _refusal(*args: Any, **kwargs: Any) -> Any:
    raise "its error"  # type: ignore[misc]  # noqa: B016  (the class comes in its place)


def refusal(function: FunctionType, exercise: str) -> CodeType:
    """The code that raises OwnWork in the place of `function`'s own."""
    words = not_here(function.__qualname__.removesuffix(".__init__"), exercise)
    error = type(OwnWork.__name__, (OwnWork,), {"__str__": lambda self: words})
    # The code runs with another module's globals, so what it raises is one of its constants.
    constants = tuple(error if c == "its error" else c for c in _refusal.__code__.co_consts)
    return _refusal.__code__.replace(co_consts=constants, co_freevars=function.__code__.co_freevars)


class Refusing:
    """A context, to be entered often: within it calls of these functions {dotted name: exercise} are refused."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        found = {
            id(f): (f, name) for dotted, name in answers.items() if _is_ours(f := called(loaded(dotted)))
        }
        self._codes = [(f, f.__code__, refusal(f, name)) for f, name in found.values()]

    def __enter__(self) -> None:
        for function, _, refused in self._codes:
            function.__code__ = refused

    def __exit__(self, *exception: object) -> None:
        for function, own, _ in self._codes:
            function.__code__ = own


def called(answer: Any) -> Any:
    """What runs when an answer is called: of a class, its `__init__`."""
    return vars(answer).get("__init__") if isinstance(answer, type) else answer


def loaded(dotted: str) -> Any:
    """The object behind a dotted name, None where its module is not loaded."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        value: Any = sys.modules.get(".".join(parts[:cut]))
        if value is not None:
            for part in parts[cut:]:
                value = getattr(value, part, None)
            return value
    return None


def _is_ours(function: Any) -> bool:
    """Written in Python, in nnlib. A framework's own code calls its functions for other ends, too."""
    return isinstance(function, FunctionType) and function.__module__.partition(".")[0] == "nnlib"


# ── what an answer is, or can reach ──────────────────────────────────────────────────────────────────────


class ReadyMade:
    """Knows the functions {dotted name: function} again, under any name and as a copy. Made before they refuse."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self._same = {id(f): dotted for dotted, f in functions.items()}
        ours = {dotted: f for dotted, f in functions.items() if _is_ours(f)}
        self._copies = {_content(f.__code__): dotted for dotted, f in ours.items()}

    def found_in(self, function: Any) -> str | None:
        """The dotted name of one that `function` is, or that its code and the notebook's helpers can reach."""
        reached = [function, *(value for own in own_functions(function) for value in reachable(own))]
        return next((name for value in reached if (name := self._name(value))), None)

    def _name(self, value: Any) -> str | None:
        if id(value) in self._same:
            return self._same[id(value)]
        if not isinstance(value, FunctionType):
            return None
        module = str(value.__module__)
        if module.startswith("nnlib.") and "._" in module:
            return f"{module}.{value.__name__}"
        return self._copies.get(_content(value.__code__))


def _content(code: CodeType) -> tuple[Any, ...]:
    """What a code says, wherever it stands: the docstring is among its constants, so that only a copy says the same.
    (The instructions depend on whether the module has an import of its own.)"""
    constants = (_content(c) if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts)
    return code.co_name, code.co_names, code.co_varnames, *constants


def own_functions(function: Any) -> list[FunctionType]:
    """The function and the functions of the same notebook that it can reach."""
    waiting, found = [getattr(function, "__wrapped__", function)], dict[int, FunctionType]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, FunctionType) and id(value) not in found:
            found[id(value)] = value
            waiting += [v for v in reachable(value) if getattr(v, "__globals__", None) is value.__globals__]
    return list(found.values())


MOST = 1000  # entries of a table that are looked at


def reachable(function: FunctionType) -> Iterator[Any]:
    """Every object that a name in the code, or a chain of such names through modules and tables, resolves to."""
    names = set(_names(function.__code__))
    space: dict[str, Any] = {**function.__globals__}
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    modules = []
    for name in names:
        found = space.get(name, sys.modules.get(name))
        if found is None:
            continue
        yield found
        if isinstance(found, ModuleType):
            modules.append(found)
        elif type(found) in (dict, list, tuple):
            yield from _entries(found)
    seen: set[int] = set()
    while modules:
        module = modules.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        for name in names & set(vars(module)):
            value = vars(module)[name]
            yield value
            if isinstance(value, ModuleType):
                modules.append(value)


def _entries(table: Any) -> Iterable[Any]:
    return list(table.values() if isinstance(table, dict) else table)[:MOST]


def _names(code: CodeType) -> Iterator[str]:
    for name in code.co_names:
        yield name
        yield from name.split(".")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
