"""Whose functions an experiment runs on: the reader's where they are right and fast enough, else nnlib's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.home.check import check
from grader.home.speed import pace
from grader.record.registry import find_exercise

__all__ = ["Usable", "usable"]

Function = Callable[..., Any]


class Usable(dict[str, Function]):
    """{name: function} to run an experiment with. It prints as a sentence that says whose they are."""

    sentence = ""

    def __repr__(self) -> str:
        return self.sentence


def usable(*functions: Function, rest_on: tuple[Function, ...] = ()) -> Usable:
    """Each function by its name: the reader's own if all of them, and those that they rest on, have passed their
    checks, and it is not many times slower than nnlib's; else nnlib's."""
    records = {f.__name__: find_exercise(f.__name__) for f in functions}
    ours = {name: record.reference for name, record in records.items()}
    open_ones = [f.__name__ for f in (*rest_on, *functions) if check(f).status != "passed"]
    if open_ones:
        found = Usable(ours)
        names = ", ".join(f"`{name}`" for name in open_ones)
        found.sentence = f"The experiments below run on nnlib's functions until yours are right: {names}."
        return found
    paces = {f.__name__: pace(f, records[f.__name__]) for f in functions}
    slow = {name: p for name, p in paces.items() if p is not None and p.slow}
    found = Usable({f.__name__: ours[f.__name__] if f.__name__ in slow else f for f in functions})
    lines = ["The experiments below run on your functions."]
    lines += [
        f"In place of your `{name}` they take nnlib's, to spare you the wait: {p}."
        for name, p in slow.items()
    ]
    found.sentence = "\n".join(lines if len(slow) < len(functions) else lines[1:])
    return found
