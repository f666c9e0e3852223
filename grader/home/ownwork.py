"""Is this answer the student's own? At home, two cheap looks; only an exercise's twins are off limits.

What the code can reach: names in the function's code, its inner functions and the notebook's helpers that
resolve to a twin. What it calls: the reference's code is swapped, during the student's call, for one that
raises. Neither is a wall; in class the twins are simply absent.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

from grader.home.cells import Cell, binding, imported
from grader.record.exercise import Exercise

__all__ = ["CalledTwin", "foreign_packages", "guarded", "twin_reached"]


class CalledTwin(PermissionError):
    """The answer called the ready-made one."""


def twin_reached(function: Callable[..., Any], exercise: Exercise) -> str | None:
    """The dotted name of a twin that `function` is or can reach, None where there is none."""
    twins = {id(found): name for name in exercise.twins if (found := _resolve(name)) is not None}
    twins[id(exercise.reference)] = f"nnlib's {exercise.function}"
    if id(function) in twins:
        return twins[id(function)]
    reached = (value for own in _own_functions(function) for value in _reachable(own))
    return next((twins[id(value)] for value in reached if id(value) in twins), None)


def _reachable(function: FunctionType) -> Iterator[Any]:
    """Every object that a name in the code, or a chain of such names through modules, resolves to."""
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


# What a class's process can import beside the standard library. IPython is there, too, but nothing to answer with.
GIVEN = {"numpy", "scipy", "matplotlib", "nnlib", "grader", "IPython", "ipywidgets", "__future__"}


def foreign_packages(function: Callable[..., Any]) -> list[str]:
    """What the answer needs and a class's process has not: by what its code and its helpers reach, and by what is
    imported in their cells and in those that give them their names."""
    found: dict[str, None] = {}
    for own in _own_functions(function):
        reached = [getattr(v, "__module__", None) or getattr(v, "__name__", "") for v in _reachable(own)]
        used = {str(name).partition(".")[0] for name in reached} & FRAMEWORKS
        sources = {"".join(linecache.getlines(own.__code__.co_filename))}
        sources |= {cell.source for name in own.__code__.co_names if (cell := binding(name))}
        needed = {top for source in sources for top in imported(Cell(source).tree)}
        absent = {top for top in needed if top not in GIVEN and top not in sys.stdlib_module_names}
        found |= dict.fromkeys(sorted(used | absent))
    return list(found)


FRAMEWORKS = {"torch", "sklearn", "tensorflow", "jax", "keras", "pandas"}


def _own_functions(function: Any) -> list[FunctionType]:
    """The function and the functions of the same notebook that it can reach."""
    waiting, found = [getattr(function, "__wrapped__", function)], dict[int, FunctionType]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, FunctionType) and id(value) not in found:
            found[id(value)] = value
            waiting += [v for v in _reachable(value) if getattr(v, "__globals__", None) is value.__globals__]
    return list(found.values())


def _names(code: CodeType) -> Iterator[str]:
    for name in code.co_names:
        yield name
        yield from name.split(".")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _resolve(dotted: str) -> Any:
    """The object behind a dotted name, if its modules are loaded already."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:cut]))
        if module is not None:
            value: Any = module
            for part in parts[cut:]:
                value = getattr(value, part, None)
            return value
    return None


def _raise(*args: Any, **kwargs: Any) -> Any:
    raise "CalledTwin"  # type: ignore[misc]  # noqa: B016  (the class comes in its place)


# The code runs with another module's globals, so what it raises is one of its constants.
REFUSAL = _raise.__code__.replace(
    co_consts=tuple(CalledTwin if c == "CalledTwin" else c for c in _raise.__code__.co_consts)
)


@contextmanager
def guarded(exercise: Exercise) -> Iterator[None]:
    """Within this block a call of nnlib's own answer raises CalledTwin."""
    twin: Any = exercise.reference
    code = getattr(twin, "__code__", None)
    if code is None or code.co_freevars:
        yield
        return
    twin.__code__ = REFUSAL
    try:
        yield
    finally:
        twin.__code__ = code
