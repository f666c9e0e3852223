"""How long an answer takes at the size at which later cells call it, beside the reference."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import Call
from grader.home.answer import Answer
from grader.record.exercise import Exercise

__all__ = ["LIMIT", "SLOW", "Pace", "least", "pace"]

SLOW = 12.0  # times the reference's time: from here on it is said, and experiments take ours
LIMIT = 0.1  # seconds for a call; more where nnlib's takes so long that this would not be slow
REPEATS = 5

Function = Callable[..., Any]


@dataclass(frozen=True)
class Pace:
    """Seconds of one call: the answer's (at least, where it was stopped) and the reference's. because: the earlier
    functions with ours in whose place it would not be slow."""

    answer: float
    reference: float
    stopped: bool = False
    because: tuple[str, ...] = ()

    @property
    def slow(self) -> bool:
        return self.stopped or self.answer > SLOW * self.reference

    def __str__(self) -> str:
        more = "more than " if self.stopped else ""
        times = round(self.answer / self.reference)
        names = " and ".join(f"`{name}`" for name in self.because)
        return (
            f"one call takes {more}{_milliseconds(self.answer)}, nnlib's {_milliseconds(self.reference)}: "
            f"{more}{times} times as long" + (f", because of your {names}" if names else "")
        )


def pace(function: Function, exercise: Exercise) -> Pace | None:
    """How long one call of the size `large` takes; None where the record has no such size, or the call fails."""
    answer = Answer(function, exercise)
    found = _pace(answer, {})
    if found is None or not found.slow:
        return found
    ours = answer.references
    for names in [*((name,) for name in ours), tuple(ours)]:
        without = _pace(answer, {name: ours[name] for name in names})
        if without is not None and not without.slow:
            return replace(found, because=names)
    return found


def _pace(answer: Answer, ours: Mapping[str, Any]) -> Pace | None:
    """How long a call takes with these functions in place of the reader's."""
    function, exercise = answer.function, answer.exercise
    if exercise.large is None:
        return None
    call = exercise.large(np.random.default_rng(0))
    try:
        reference = least(exercise.reference, call)
    except local.OverTime:  # a machine too slow, or too busy, to tell
        return None
    limit = max(LIMIT, SLOW * reference)
    try:
        with local.bound(answer.space, ours), answer.quiet():
            taken = least(function, call, limit)
    except local.OverTime:
        return Pace(limit, reference, stopped=True)
    except Exception:
        return None
    return Pace(taken, reference)


def least(function: Function, call: Call, limit: float = LIMIT) -> float:
    """The least of some runs: the first one warms up, and any may have to wait for another process."""
    runs: list[float] = []
    while len(runs) < REPEATS and sum(runs) < LIMIT:
        runs.append(_seconds(function, call, limit))
    return min(runs)


def _seconds(function: Function, call: Call, limit: float) -> float:
    args, kwargs = call.realise()
    with (
        warnings.catch_warnings(action="ignore"),
        np.errstate(all="ignore"),
        local.unattended(),
        local.time_limit(limit, function),
    ):
        begin = time.perf_counter()
        function(*args, **kwargs)
        return time.perf_counter() - begin


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.2g} ms" if seconds < 0.1 else f"{1000 * seconds:.0f} ms"
