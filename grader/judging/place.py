"""The place of a mistake: the line of the student's own code in which one change makes the cases pass.

Certain by construction: the change was made, and the cases passed. The line is shown, the repair is not.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice, takewhile
from time import perf_counter, process_time
from typing import Any

import numpy as np

from grader.calls.plain import Raised, Reply, Returned
from grader.judging.beside import known_slip_beside, makes_idle, within
from grader.judging.changes import KINDS, Change, Found, Names, changes, functions_of, one_step
from grader.judging.judge import CaseResult, Trial, judge_reply, wanted
from grader.judging.left_out import factor_left_out, left_out, numbers_of
from grader.record.exercise import Exercise

__all__ = ["NONE", "PATIENCE", "Budget", "Place", "Tried", "Try", "find_place"]

# The replies of changed answers to one trial, in order; fewer where they take long, at least one.
Try = Callable[[Sequence[Change], Trial], Sequence[Reply]]

PART = 2 / 3  # of the time, for changes that make all cases pass
PATIENCE = 0.05  # seconds that a changed answer may take for a call
MOST = 600  # changes that are tried
AT_ONCE = 100
NONE = Returned(None)  # stands for all that is no result, too
NAMED = (ast.Name, ast.Subscript, ast.Attribute)  # what hands an array on as it is
ASKING = (ast.If, ast.IfExp, ast.While, ast.Compare)
ASKED = {"comparison", "condition"}
# These are sure of the line only: what is missing, or read instead, may be said in other ways, and where no more than
# some results come out right what is asked, too.
UNSURE = {"left out", "function left out", "variable"}


class Budget:
    """So much of the processor's time; on a busy machine ten times as long by the clock."""

    def __init__(self, seconds: float) -> None:
        self._begin, self._clock = process_time(), perf_counter()
        self._seconds = 0.0
        self.extend(seconds)

    def extend(self, seconds: float) -> None:
        """More, beside what is left."""
        self._seconds += seconds
        self._ends = perf_counter()  # not before then: to ask for the processor's time takes long

    @property
    def spent(self) -> bool:
        now = perf_counter()
        if now < self._ends:
            return False
        left = self._seconds - (process_time() - self._begin)
        self._ends = now + max(left, 0.0)
        return left <= 0 or now > self._clock + 10 * self._seconds


@dataclass(frozen=True)
class Place:
    """whole: all cases pass then, but for the known mistake `beside`; else more comes out right. about: what to look
    at, "" where that is not sure. more: a second sentence, for who asks again. other: a second line that would do as
    well, or 0."""

    line: int
    source: str
    about: str
    more: str
    whole: bool
    other: int = 0
    beside: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}" + (f" or in line {self.other}" if self.other else "")
        if self.beside:
            look = f": look at {self.about}" if self.about else ""
            return f"There are two mistakes. One is in {where}{look}. The other: {self.beside}"
        if self.whole:
            look = f": look at {self.about}" if self.about else ""
            return f"With one change in {where} all cases pass{look}."
        if not self.about:
            return f"One change in {where} makes more of the results right."
        return (
            f"One of the mistakes is in {where}: one change there makes more of the results right. "
            f"Look at {self.about}."
        )


Right = frozenset[int]  # the outputs of a call that are right


@dataclass(frozen=True)
class Tried:
    """What is asked again of changed answers: the trials that `check` shows to everybody. wrong: the results of those
    that fail. rebound: with ours in place of the earlier functions that the answer uses. named: what the mistake is,
    is known, and it is the only one."""

    wrong: tuple[CaseResult, ...]
    passing: tuple[Trial, ...]
    rebound: bool = False
    named: bool = False

    @classmethod
    def of(cls, results: Sequence[CaseResult], rebound: bool, named: bool) -> Tried:
        shown = [r for r in results if r.trial.home and r.trial.case.weight]
        right = tuple(r.trial for r in shown if r.ok)
        return cls(tuple(r for r in shown if not r.ok), right, rebound, named)

    @cached_property
    def failing(self) -> tuple[tuple[Trial, Right], ...]:
        """Each trial that fails, with the outputs that are right in it."""
        return tuple((r.trial, _right(r)) for r in self.wrong)


def _right(result: CaseResult) -> Right:
    return frozenset(i for i, agreement in enumerate(result.agreements) if agreement.ok)


def find_place(exercise: Exercise, source: str, tried: Tried, attempt: Try, seconds: float) -> Place | None:
    """source: of the cell that defines the answer."""
    if not tried.failing:
        return None
    search = _Search(exercise, attempt, Budget(PART * seconds))
    if found := _mending(exercise, source, search, tried):
        return _told(source, found, whole=True)
    if tried.named:
        return None
    found = list(search.asked)
    search.budget.extend(
        (1 - PART) * seconds
    )  # what was asked is known by now, so that the rest takes little
    if place := _beside(exercise, source, search, found, tried):
        return place
    return _told(source, search.partly(found, tried), whole=False)


def _beside(
    exercise: Exercise, source: str, search: _Search, found: Sequence[Change], tried: Tried
) -> Place | None:
    """Of two mistakes the one that has no name, where one change leaves a known one. What only keeps an exception
    from being raised says nothing of another mistake."""
    if any(isinstance(r.reply, Raised) for r in tried.wrong):
        return None
    two = known_slip_beside(exercise, source, found, tried.wrong, tried.passing, search.ask)
    if two is None:
        return None
    slip, changes, seen = two
    # Where no second change makes all cases pass the first may only have led to another mistake; so it may where a
    # function is missing then.
    second = (c for first in changes[:2] for c in _mending(exercise, _with(source, first), search, tried))
    if not seen and all(change.kind == "function left out" for change in second):
        return None
    place = _told(source, changes, whole=True)
    return place and replace(place, beside=slip.hint)


def _with(source: str, change: Change) -> str:
    """The cell after a change."""

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            same = type(node) is type(change.before) and _extent(node) == _extent(change.before)
            return change.after if same else self.generic_visit(node)

    return ast.unparse(Put().visit(ast.parse(textwrap.dedent(source))))


def _extent(node: ast.AST) -> tuple[int, ...]:
    return tuple(getattr(node, name, 0) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"))


def _mending(exercise: Exercise, source: str, search: _Search, tried: Tried) -> list[Change]:
    """The changes after which all cases pass."""
    failing = sorted((trial for trial, _ in tried.failing), key=lambda trial: trial.case.edge)
    for some in (_changed(exercise, source), _completed(exercise, source)):
        candidates = search.as_time_allows(some)
        for trial in (*failing, *tried.passing):
            candidates = search.passing(candidates, trial)
        if candidates:
            return candidates
    return []


def _changed(exercise: Exercise, source: str) -> Iterator[Change]:
    """Every one-step change of the functions in a cell; another variable last, as there are many and few mend."""
    wanted_defaults = {
        name: repr(p.default)
        for name, p in inspect.signature(exercise.reference).parameters.items()
        if p.default is not p.empty
    }
    for last in (False, True):
        for function in functions_of(source):
            defaults = wanted_defaults if function.name == exercise.function and not last else {}
            found = changes(function, defaults, by=partial(_of_variables, last))
            yield from (c for c in found if not (_copies(c) or makes_idle(c)))


def _of_variables(those: bool, node: ast.AST, names: Names) -> Found:
    return (found for found in one_step(node, names) if (found[0] == "variable") is those)


def _copies(change: Change) -> bool:
    """Does a minus make a second array of what had two names? What is missing then is a copy, not a sign."""
    assigned = change.after.value if change.kind == "sign" and isinstance(change.after, ast.Assign) else None
    return isinstance(assigned, ast.UnaryOp) and isinstance(assigned.operand, NAMED)


def _completed(exercise: Exercise, source: str) -> Iterator[Change]:
    """Every way of putting one thing back that was left out."""
    for by in (partial(left_out, numbers=numbers_of(exercise.reference)), factor_left_out):
        for function in functions_of(source):
            yield from changes(function, by=by)


@dataclass
class _Search:
    """Asks each change for each trial once. What there is no time for does not count as right."""

    exercise: Exercise
    attempt: Try
    budget: Budget
    known: dict[tuple[int, int], CaseResult] = field(default_factory=dict)
    judged: dict[tuple[int, Any], CaseResult] = field(default_factory=dict)
    asked: list[Change] = field(default_factory=list)

    def as_time_allows(self, changes: Iterator[Change]) -> list[Change]:
        with warnings.catch_warnings():  # what Python thinks of a changed answer is nobody's
            warnings.simplefilter("ignore", SyntaxWarning)
            found = list(takewhile(lambda _: not self.budget.spent, islice(changes, MOST)))
        self.asked += found
        return found

    def ask(self, found: Sequence[Change], trial: Trial) -> list[CaseResult]:
        """The result of each change."""
        new = [change for change in found if (id(change), id(trial)) not in self.known]
        while new:
            replies = [] if self.budget.spent else self.attempt(new[:AT_ONCE], trial)
            for change, reply in zip(new, replies or [NONE] * len(new)):
                self.known[id(change), id(trial)] = self._judged(trial, reply)
            new = new[len(replies) or len(new) :]
        return [self.known[id(change), id(trial)] for change in found]

    def _judged(self, trial: Trial, reply: Reply) -> CaseResult:
        """Many changes do the same: judging takes longer than asking."""
        key = id(trial), _content(reply.value if isinstance(reply, Returned) else None)
        if key not in self.judged:
            self.judged[key] = judge_reply(self.exercise, trial, reply, wanted(self.exercise, trial))
        return self.judged[key]

    def passing(self, found: Sequence[Change], trial: Trial) -> list[Change]:
        return [change for change, result in zip(found, self.ask(found, trial)) if result.ok]

    def partly(self, found: Sequence[Change], tried: Tried) -> list[Change]:
        """The changes that mend the most outputs of cases, at least one of a case that is no edge, and break none."""
        gains: dict[int, set[tuple[str, int]]] = {id(change): set() for change in found}
        core = [(trial, before) for trial, before in tried.failing if not trial.case.edge]
        for title in dict.fromkeys(trial.case.title for trial, _ in core):
            some, mended = list(found), dict[int, Right]()
            for trial, before in core:
                if trial.case.title == title:
                    for change, result in zip(list(some), self.ask(some, trial)):
                        now = _right(result)
                        more = now - before if before <= now else Right()
                        mended[id(change)] = more & mended.get(id(change), more)
                    some = [change for change in some if mended[id(change)]]
            for change in some:
                gains[id(change)] |= {(title, i) for i in mended[id(change)]}
        kept = [change for change in found if gains[id(change)]]
        for trial, before in tried.failing:
            asked = zip(kept, self.ask(kept, trial))
            kept = [change for change, result in asked if before <= _right(result)]
        for trial in tried.passing:
            kept = self.passing(kept, trial)
        if self.budget.spent:
            return []
        most = max((len(gains[id(change)]) for change in kept), default=0)
        return [change for change in kept if len(gains[id(change)]) == most]


def _content(value: Any) -> Any:
    """A key that is equal for equal results only."""
    if isinstance(value, np.ndarray):
        return value.dtype.char, value.shape, value.tobytes()
    if isinstance(value, dict):
        return dict, _content(list(value.items()))
    parts = isinstance(value, (tuple, list))
    return type(value), tuple(map(_content, value)) if parts else value


def _in_a_condition(source: str, change: Change) -> bool:
    """Does it stand in a condition, which it may only lead round? What is compared with what may be the mistake."""
    nodes = ast.walk(ast.parse(textwrap.dedent(source)))
    tests = [getattr(node, "test", node) for node in nodes if isinstance(node, ASKING)]
    return change.kind not in ASKED and within(change.before, tests)


def _told(source: str, found: Sequence[Change], *, whole: bool) -> Place | None:
    """The smallest change; where those are in more than two lines, none. What to look at is told where all say it."""
    if not found:
        return None
    smallest = min(change.size for change in found)
    found = [change for change in found if change.size == smallest]
    lines = sorted({change.line for change in found})
    if len(lines) > 2:
        return None
    change = next(change for change in found if change.line == lines[0])
    line = textwrap.dedent(source).splitlines()[change.line - 1].strip()
    kinds = {change.kind for change in found}
    unsure = len(kinds) > 1 or bool(kinds & (UNSURE if whole else {*UNSURE, *ASKED}))
    unsure = unsure or any(_in_a_condition(source, change) for change in found)
    short = not unsure and len(change.old) < len(line) and len(change.old) <= 60
    return Place(
        change.line,
        line,
        about="" if unsure else KINDS[change.kind][1],
        more=f"The piece is `{change.old}`." if short else "",
        whole=whole,
        other=lines[1] if len(lines) > 1 else 0,
    )
