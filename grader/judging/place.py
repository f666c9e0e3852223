"""The place of a mistake: the line of the student's own code in which one change makes the cases pass.

Certain by construction: the change was made, and the cases passed. The line is shown, the repair is not.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from types import CodeType

from grader.calls.plain import Reply
from grader.judging.changes import KINDS, Change, changes, functions_of
from grader.judging.judge import CaseResult, Trial, judge_reply, wanted
from grader.record.exercise import Exercise

__all__ = ["Place", "Try", "find_place"]

# The replies of changed functions to one trial, in order; fewer where time has run out.
Try = Callable[[Sequence[CodeType], Trial], Sequence[Reply]]

SECONDS = 0.25
MOST = 600  # changes that are tried
AT_ONCE = 100


@dataclass(frozen=True)
class Place:
    """whole: all cases pass then; else more of them. about: what to look at. more: a second sentence, for who asks."""

    line: int
    source: str
    about: str
    more: str
    whole: bool

    def __str__(self) -> str:
        if self.whole:
            return f"With one change in line {self.line} all cases pass: look at {self.about}."
        return f"One of the mistakes is in line {self.line}, where one change makes more cases pass: look at {self.about}."


def find_place(
    exercise: Exercise, source: str, results: Sequence[CaseResult], attempt: Try, seconds: float = SECONDS
) -> Place | None:
    """source: of the cell. Only what `check` shows to everybody is asked again."""
    end = perf_counter() + seconds
    results = [r for r in results if r.trial.home and r.trial.case.weight]
    failing = [r.trial for r in results if not r.ok]
    found = _candidates(exercise, source, end)
    if not failing or not found:
        return None
    first, *others = sorted(failing, key=lambda trial: trial.case.edge)
    passing = [r.trial for r in results if r.ok]
    right = _those_right(exercise, found, first, attempt, end)
    whole = right
    for trial in (*others, *passing):
        whole = _those_right(exercise, whole, trial, attempt, end)
    if whole:
        return _told(source, whole, whole=True)
    return _told(source, _partly(exercise, found, right, failing, passing, attempt, end), whole=False)


def _candidates(exercise: Exercise, source: str, end: float) -> list[Change]:
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
            if len(found) >= MOST or perf_counter() > end:
                return found
    return found


def _those_right(
    exercise: Exercise, found: Sequence[Change], trial: Trial, attempt: Try, end: float
) -> list[Change]:
    """The changes with which this trial passes. What there is no time for does not count as right."""
    right: list[Change] = []
    for some in _batches(found):
        if perf_counter() > end:
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
    failing: Sequence[Trial],
    passing: Sequence[Trial],
    attempt: Try,
    end: float,
) -> list[Change]:
    """The changes that mend the most cases, at least one that is no edge, and break none."""
    mended: dict[int, set[str]] = {}
    broken: dict[int, set[str]] = {}
    first = min(failing, key=lambda trial: trial.case.edge)
    for trial in failing:
        good = right if trial is first else _those_right(exercise, found, trial, attempt, end)
        ids = {id(change) for change in good}
        for change in found:
            (mended if id(change) in ids else broken).setdefault(id(change), set()).add(trial.case.title)
    core = {trial.case.title for trial in failing if not trial.case.edge}
    gains = {id(c): mended.get(id(c), set()) - broken.get(id(c), set()) for c in found}
    kept = [c for c in found if gains[id(c)] & core]
    for trial in passing:
        kept = _those_right(exercise, kept, trial, attempt, end)
    if perf_counter() > end:
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
