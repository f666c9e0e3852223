"""The place of a mistake: the line of the student's own code in which one change makes the cases pass.

Certain by construction: the change was made, and the cases passed. The line is shown, the repair is not.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from types import CodeType

from grader.calls.plain import Reply
from grader.judging.changes import KINDS, Change, changes, functions_of
from grader.judging.judge import CaseResult, Trial, judge_reply, wanted
from grader.record.exercise import Exercise

__all__ = ["Budget", "Place", "Tried", "Try", "find_place"]

# The replies of changed functions to one trial, in order; fewer where time has run out.
Try = Callable[[Sequence[CodeType], Trial], Sequence[Reply]]

SECONDS = 0.25
MOST = 600  # changes that are tried
AT_ONCE = 100


class Budget:
    """So much of the processor's time; on a busy machine four times as long by the clock."""

    def __init__(self, seconds: float) -> None:
        self.ends = process_time() + seconds, perf_counter() + 4 * seconds

    @property
    def spent(self) -> bool:
        return process_time() > self.ends[0] or perf_counter() > self.ends[1]


@dataclass(frozen=True)
class Place:
    """whole: all cases pass then; else more of them. about: what to look at. more: a second sentence, for who asks
    again."""

    line: int
    source: str
    about: str
    more: str
    whole: bool

    def __str__(self) -> str:
        if self.whole:
            return f"With one change in line {self.line} all cases pass: look at {self.about}."
        return (
            f"One of the mistakes is in line {self.line}: one change there makes more cases pass. "
            f"Look at {self.about}."
        )


@dataclass(frozen=True)
class Tried:
    """What is asked again of changed answers: the trials that `check` shows to everybody. rebound: with ours in
    place of the earlier functions that the answer uses."""

    failing: tuple[Trial, ...]
    passing: tuple[Trial, ...]
    rebound: bool = False

    @classmethod
    def of(cls, results: Sequence[CaseResult], rebound: bool) -> Tried:
        shown = [r for r in results if r.trial.home and r.trial.case.weight]
        return cls(tuple(r.trial for r in shown if not r.ok), tuple(r.trial for r in shown if r.ok), rebound)


def find_place(
    exercise: Exercise, source: str, tried: Tried, attempt: Try, seconds: float = SECONDS
) -> Place | None:
    """source: of the cell that defines the answer."""
    budget = Budget(seconds)
    found = _candidates(exercise, source, budget)
    if not tried.failing or not found:
        return None
    first, *others = sorted(tried.failing, key=lambda trial: trial.case.edge)
    right = _those_right(exercise, found, first, attempt, budget)
    whole = right
    for trial in (*others, *tried.passing):
        whole = _those_right(exercise, whole, trial, attempt, budget)
    if whole:
        return _told(source, whole, whole=True)
    return _told(source, _partly(exercise, found, right, tried, attempt, budget), whole=False)


def _candidates(exercise: Exercise, source: str, budget: Budget) -> list[Change]:
    wanted_defaults = {
        name: repr(p.default)
        for name, p in inspect.signature(exercise.reference).parameters.items()
        if p.default is not p.empty
    }
    found: list[Change] = []
    for function in functions_of(source):
        defaults = wanted_defaults if function.name == exercise.function else {}
        for change in changes(function, defaults):
            found.append(change)
            if len(found) >= MOST or budget.spent:
                return found
    return found


def _those_right(
    exercise: Exercise, found: Sequence[Change], trial: Trial, attempt: Try, budget: Budget
) -> list[Change]:
    """The changes with which this trial passes. What there is no time for does not count as right."""
    right: list[Change] = []
    for some in _batches(found):
        if budget.spent:
            break
        replies = attempt([change.code for change in some], trial)
        want = wanted(exercise, trial)
        right += [c for c, reply in zip(some, replies) if judge_reply(exercise, trial, reply, want).ok]
    return right


def _batches(found: Sequence[Change]) -> Iterator[Sequence[Change]]:
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


def _partly(
    exercise: Exercise,
    found: Sequence[Change],
    right: Sequence[Change],
    tried: Tried,
    attempt: Try,
    budget: Budget,
) -> list[Change]:
    """The changes that mend the most cases, at least one that is no edge, and break none."""
    mended: dict[int, set[str]] = {}
    broken: dict[int, set[str]] = {}
    first = min(tried.failing, key=lambda trial: trial.case.edge)
    for trial in tried.failing:
        good = right if trial is first else _those_right(exercise, found, trial, attempt, budget)
        ids = {id(change) for change in good}
        for change in found:
            (mended if id(change) in ids else broken).setdefault(id(change), set()).add(trial.case.title)
    core = {trial.case.title for trial in tried.failing if not trial.case.edge}
    gains = {id(c): mended.get(id(c), set()) - broken.get(id(c), set()) for c in found}
    kept = [c for c in found if gains[id(c)] & core]
    for trial in tried.passing:
        kept = _those_right(exercise, kept, trial, attempt, budget)
    if budget.spent:
        return []
    most = max((len(gains[id(c)]) for c in kept), default=0)
    return [c for c in kept if len(gains[id(c)]) == most]


def _told(source: str, found: Sequence[Change], *, whole: bool) -> Place | None:
    """The smallest change; where those are in several lines, none."""
    if not found:
        return None
    smallest = min(change.size for change in found)
    found = [change for change in found if change.size == smallest]
    if len({change.line for change in found}) > 1:
        return None
    change = found[0]
    line = textwrap.dedent(source).splitlines()[change.line - 1].strip()
    about = KINDS[change.kind][1]
    more = f"The piece is `{change.old}`." if len(change.old) < len(line) and len(change.old) <= 60 else ""
    return Place(change.line, line, about, more, whole)
