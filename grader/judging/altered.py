"""Calls with other arguments: what a reader may have taken for what was given."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from grader.calls.plain import Call
from grader.record.exercise import Exercise

__all__ = ["Alter", "Argument", "alterations", "arguments"]

Alter = Callable[[Call], Call]


@dataclass(frozen=True)
class Argument:
    """One argument of all calls. Where it is left out it has its default. rest: all that come from its place on."""

    name: str
    place: int
    default: Any
    optional: bool
    rest: bool

    def of(self, call: Call) -> Any:
        if self.rest:
            return call.args[self.place :]
        if self.place < len(call.args):
            return call.args[self.place]
        return call.kwargs.get(self.name, self.default)

    def given(self, call: Call) -> bool:
        """Is it another than its default?"""
        value = self.of(call)
        return not (value is self.default or (np.isscalar(value) and value == self.default))

    def put(self, call: Call, value: Any) -> Call:
        if self.place < len(call.args):
            args = list(call.args)
            args[self.place] = value
            return Call(tuple(args), call.kwargs)
        return Call(call.args, {**call.kwargs, self.name: value})

    def alter(self, call: Call, change: Callable[[Any], Any]) -> Call:
        value = self.of(call)
        return call if value is None else self.put(call, change(value))


def arguments(exercise: Exercise) -> list[Argument]:
    parameters = inspect.signature(exercise.reference).parameters.values()
    return [
        Argument(
            p.name,
            sys.maxsize if p.kind is p.KEYWORD_ONLY else i,
            None if p.default is p.empty else p.default,
            p.default is not p.empty,
            p.kind is p.VAR_POSITIONAL,
        )
        for i, p in enumerate(parameters)
    ]


OF_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "−{0} for {0}": lambda v: -v,
    "2 · {0} for {0}": lambda v: 2 * v,
    "{0} / 2 for {0}": lambda v: v / 2,
    "1 − {0} for {0}": lambda v: 1 - v,
}
POWERS: dict[str, Callable[[Any], Any]] = {"{0}² for {0}": lambda v: v**2, "√{0} for {0}": lambda v: v**0.5}
OF_COUNTS: dict[str, Callable[[Any], Any]] = {
    "{0} + 1 for {0}": lambda v: v + 1,
    "{0} − 1 for {0}": lambda v: v - 1,
}
OF_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "−{0} for {0}": lambda v: -v,
    "{0} transposed": lambda v: np.swapaxes(v, -1, -2) if v.ndim > 1 else v,
    "{0} in reverse order": lambda v: v[::-1],
    "{0} with its last axis in reverse order": lambda v: v[..., ::-1],
    "|{0}| for {0}": np.abs,
    "{0} without its negative numbers": lambda v: np.maximum(v, 0),
    "zeros for {0}": np.zeros_like,
    "ones for {0}": np.ones_like,
    "{0}² for {0}": np.square,
    "the sign of {0} for {0}": np.sign,
    "{0} rounded": np.round,
    "{0} cut to whole numbers": np.trunc,
}


def alterations(exercise: Exercise, calls: Sequence[Call]) -> Iterator[tuple[str, Alter, bool]]:
    """(in words, what it makes of a call, may it come beside another mistake?): what a reader may have taken for what
    was given. Most of them may undo another mistake, or hide it."""
    found = [argument for argument in arguments(exercise) if not argument.rest]
    for a, b in combinations(found, 2):
        if all(_alike(a.of(call), b.of(call)) for call in calls):
            yield f"`{a.name}` and `{b.name}` exchanged", partial(_exchanged, a, b), True
    for argument in found:
        given = [value for call in calls if (value := argument.of(call)) is not None]
        if any(argument.name in call.kwargs for call in calls):
            yield f"`{argument.name}` left out", partial(_without, argument.name), False
        if not given:
            continue
        ways: dict[str, Callable[[Any], Any]] = {}
        if all(_is_number(value) for value in given):
            whole = all(isinstance(value, int) for value in given)
            small = all(abs(value) <= 100 for value in given)  # the square of a size may be too much
            ways = {**(POWERS if small else {}), **(OF_COUNTS if whole else {}), **OF_NUMBERS}
        elif all(isinstance(v, np.ndarray) and v.dtype.kind == "f" for v in given):
            ways = OF_ARRAYS
        for words, change in ways.items():
            yield words.format(f"`{argument.name}`"), partial(argument.alter, change=change), False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _alike(a: Any, b: Any) -> bool:
    """Can two arguments be taken for one another?"""
    arrays = (
        isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape and a.dtype == b.dtype
    )
    return arrays or (_is_number(a) and _is_number(b))


def _exchanged(a: Argument, b: Argument, call: Call) -> Call:
    return b.put(a.put(call, b.of(call)), a.of(call))


def _without(name: str, call: Call) -> Call:
    return Call(call.args, {k: v for k, v in call.kwargs.items() if k != name})
