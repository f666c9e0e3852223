"""`my.softmax`: the reader's own functions where they are right and fast enough, else nnlib's; it says which.

What the progress file says is not believed: an answer may have changed since, or what it rests on. Each is checked
when it is first asked for, and again when its notebook has been saved with another answer. Where a notebook is graded
`my` is nnlib: no point depends on it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from time import monotonic
from typing import Any

from grader.home.answer import Answer
from grader.home.answers import NoAnswer, Written, function_of, read
from grader.home.check import judged, name_of
from grader.home.clock import standing_still
from grader.home.compare import Comparison, compare
from grader.home.table import as_html, as_text
from grader.home.usable import doubt, listed
from grader.record.exercise import Exercise
from grader.record.registry import find_exercise, registry

__all__ = ["Choice", "My", "choose", "my"]

Function = Callable[..., Any]


@dataclass(frozen=True)
class Choice:
    """Whose function is taken, and why. own: the reader's, right or not; right: on ours in place of what it rests on,
    at whatever speed."""

    exercise: Exercise
    why: str
    own: Function | None = None
    written: Written | None = None
    right: bool = False
    taken: bool = False

    @property
    def function(self) -> Function:
        return self.own if self.taken and self.own else self.exercise.reference

    @property
    def row(self) -> tuple[str, str, str]:
        return self.exercise.function, "yours" if self.taken else "nnlib's", self.why


FRESH = 1.0  # seconds for which a notebook is not looked at again: `my.linear` may stand in a loop
_choices: dict[tuple[str, str], tuple[float, Choice]] = {}  # by folder and name: when it was looked at
_in_work: set[str] = set()


def choose(name: str) -> Choice:
    """Whose function of this name it is. Raises LookupError with the nearest name."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return Choice(find_exercise(name), "a notebook that is graded runs on nnlib")
    key = os.getcwd(), name
    when, known = _choices.get(key, (-math.inf, None))
    if known is None or monotonic() - when > FRESH:
        with standing_still():
            known = _looked_up(name, known)
        if name not in _in_work:
            _choices[key] = monotonic(), known
    return known


def _looked_up(name: str, known: Choice | None) -> Choice:
    exercise = find_exercise(name)
    try:
        written = read(name)
    except NoAnswer as reason:
        return Choice(exercise, str(reason))
    if known and known.written == written:
        return known
    if name in _in_work:  # an answer that calls itself by `my`
        return Choice(exercise, "it is being checked")
    _in_work.add(name)
    try:
        return _checked(exercise, written)
    finally:
        _in_work.remove(name)


def _checked(exercise: Exercise, written: Written) -> Choice:
    try:
        own = function_of(written)
    except NoAnswer as reason:
        return Choice(exercise, str(reason), written=written)
    answer = Answer(own, exercise)
    outcome = judged(answer)
    against = doubt(answer, outcome.status)
    right = outcome.status == "passed"
    if against is None:
        why = "right"
    elif against.pace:
        why = f"right, but slow: {against.pace}"
    elif against.rests:
        why = f"rests on your {listed(against.rests)}, which {'is' if len(against.rests) == 1 else 'are'} not right"
    elif outcome.status == "not attempted":
        why = "not written yet"
    else:
        why = f"not right yet: `check({exercise.function})` in its notebook says why"
    return Choice(exercise, why, own, written, right, taken=against is None)


class My:
    """The exercises' functions by name, the reader's own where they are right and fast enough, else nnlib's."""

    def __getattr__(self, name: str) -> Function:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return choose(name).function
        except LookupError as error:
            raise AttributeError(str(error)) from None

    def __dir__(self) -> list[str]:
        return [*registry(), "compare"]

    def compare(self, *functions: Function | str) -> Comparison:
        """The reader's functions, as far as they are right, beside nnlib's, and torch's where it is there: the
        time of one call and the error in float32. By default those that later cells call at some size."""
        names = map(name_of, functions) if functions else (n for n, e in registry().items() if e.large)
        choices = [choose(name) for name in names]
        return compare([(c.exercise, c.own) for c in choices if c.own and c.right])

    def _rows(self) -> list[tuple[str, str, str]]:
        return [choose(name).row for name in registry()]

    def __repr__(self) -> str:
        rows = self._rows()
        return "\n".join([*as_text(rows, range(3)), _summary(rows)])

    def _repr_html_(self) -> str:
        rows = self._rows()
        cells = ((f"<code>{name}</code>", whose, escape(why)) for name, whose, why in rows)
        return f"{as_html(('function', 'whose', 'why'), cells, range(3))}<p>{_summary(rows)}</p>"


def _summary(rows: Sequence[tuple[str, str, str]]) -> str:
    mine = sum(whose == "yours" for _, whose, _ in rows)
    return f"{mine} of {len(rows)} functions are yours; nnlib's stand in for the others."


my = My()
