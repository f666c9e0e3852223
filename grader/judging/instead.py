"""What an answer's numbers are instead of the right ones: another result, the same in another order, those of a known
wrong answer in some of the calls or in another form, those of other arguments.

Certain by construction: the numbers were compared, in every call that `check` shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import Reply, Returned
from grader.judging.altered import Alter, alterations
from grader.judging.compare import agree
from grader.judging.diagnose import replies_alike
from grader.judging.judge import CaseResult, Trial, measured, scale_in, wanted
from grader.judging.nearly import NEARLY
from grader.judging.place import PATIENCE, Budget
from grader.record.exercise import UNCHANGED, Exercise, Misconception

__all__ = ["instead", "one_result", "times", "valued"]

ENOUGH = 3  # calls, and numbers that nobody guesses, that are evidence
GUESSED = {0.0, 1.0, -1.0}
LARGE = 10  # a whole number from which on nobody guesses it
DIVIDED = "a division by a number of entries"
# Where another formula differs by a factor, and how one would write it.
KNOWN_FACTORS = {
    "ln 2": np.log(2),
    "1/ln 2": 1 / np.log(2),
    "ln 10": np.log(10),
    "1/ln 10": 1 / np.log(10),
    "π": np.pi,
    "2π": 2 * np.pi,
    "1/π": 1 / np.pi,
    "√2": np.sqrt(2),
    "1/√2": np.sqrt(0.5),
}
FORMS = (DIVIDED, "their order or their shape")  # of those in NEARLY: other factors may undo the slip


def valued(results: Iterable[CaseResult]) -> list[CaseResult]:
    """The results of plain calls that `check` shows to everybody, one a call."""
    return [
        r
        for r in results
        if r.trial.home and r.trial.case.weight and r.trial.case.stage == "values" and not r.trial.case.script
    ]


def instead(exercise: Exercise, results: Sequence[CaseResult], budget: Budget) -> str:
    """A sentence, "" where nothing is certain."""
    calls = valued(results)
    changed = any(not r.ok and r.trial.case.title == UNCHANGED for r in results)
    slips = [slip for slip in exercise.misconceptions if _may_be(exercise, slip, calls)]
    said = ""
    if _evidence(r.got for r in calls if not r.ok) >= ENOUGH:
        said = (
            (_one_slip(slips, calls) if changed else "")
            or _in_another_form(exercise, slips, calls, budget)
            or _asked_otherwise(exercise, slips, calls, budget)
        )
    return said or _slips_in_part(exercise, slips, calls)


# ── a result by itself ───────────────────────────────────────────────────────────────────────────────────


def one_result(exercise: Exercise, calls: Sequence[CaseResult]) -> str:
    """Where one of several results is wrong, and its numbers are those of another, or the right ones in reverse."""
    names = exercise.returns
    whole = [r for r in calls if len(r.agreements) == len(names) > 1 and _tuple(r.got) and _tuple(r.want)]
    if len(whole) < ENOUGH or any(not r.ok and not any(r is w for w in whole) for r in calls):
        return ""
    wrong = {i for r in whole for i, a in enumerate(r.agreements) if not a.ok}
    if len(wrong) != 1:
        return ""
    (i,) = wrong
    pairs = [(r, r.got[i]) for r in whole if not r.agreements[i].ok]
    if _evidence(g for _, g in pairs) < ENOUGH:
        return ""
    for j, name in enumerate(names):
        if j != i and all(_equal(r.trial, r.got[j], g) for r, g in pairs):
            return f"Only `{names[i]}` is wrong: it holds the numbers of `{name}`. Are the two one array?"
    if all(_equal(r.trial, r.want[i], _reversed(g)) for r, g in pairs):
        return f"Only `{names[i]}` is wrong: its numbers are right, in reverse order."
    return ""


def times(calls: Sequence[CaseResult]) -> str:
    """Where the wrong results are the right ones times one number, the same in all of them."""
    wrong = [r for r in calls if not r.ok]
    pairs = [(np.asarray(r.got), np.asarray(r.want)) for r in wrong if _floats(r.got) and _floats(r.want)]
    if len(pairs) < max(len(wrong), ENOUGH) or _evidence(r.got for r in wrong) < ENOUGH:
        return ""
    if any(got.shape != want.shape for got, want in pairs):
        return ""
    got, want = (np.concatenate([array.ravel() for array in arrays]) for arrays in zip(*pairs))
    if not (np.isfinite(got).all() and np.isfinite(want).all() and want.any() and got.any()):
        return ""
    largest = np.abs(want).argmax()
    factor = float(got[largest] / want[largest])
    if not np.allclose(got, factor * want, rtol=1e-9, atol=0):
        return ""
    number = f"{factor:.6g}".replace("-", "−")
    name = next((f" ({name})" for name, value in KNOWN_FACTORS.items() if np.isclose(factor, value)), "")
    return f"All of your wrong results ({len(wrong)} calls) are the right ones times {number}{name}."


def _floats(value: Any) -> bool:
    return isinstance(value, (float, np.ndarray, np.floating)) and np.asarray(value).dtype.kind == "f"


def _tuple(value: Any) -> bool:
    return isinstance(value, (tuple, list))


def _reversed(value: Any) -> Any:
    return value[::-1] if isinstance(value, np.ndarray) and value.ndim else None


def _equal(trial: Trial, got: Any, want: Any) -> bool:
    """Do two results agree? `want` may be an answer's, of any kind."""
    if not isinstance(got, np.ndarray) or not isinstance(want, np.ndarray):
        return False
    return agree(got, want, scale=scale_in(trial), tol=trial.case.tol)


# ── known wrong answers ──────────────────────────────────────────────────────────────────────────────────


def _may_be(exercise: Exercise, slip: Misconception, calls: Sequence[CaseResult]) -> bool:
    """Is it wrong in its numbers, and nowhere where this answer is right? Else it has not been made."""
    if not all(_is_right(exercise, slip, r.trial) for r in calls if r.ok):
        return False
    wrong = (r for r in calls if not _is_right(exercise, slip, r.trial))
    return len(list(islice(wrong, ENOUGH))) == ENOUGH


def _one_slip(slips: Sequence[Misconception], calls: Sequence[CaseResult]) -> str:
    """Of an answer that changes its arguments, too: all numbers are those of one known wrong answer."""
    same = [slip for slip in slips if all(_same(slip, r) for r in calls)]
    if len(same) != 1:
        return ""
    return f"Your numbers are those of a known slip: {same[0].hint} Besides, you change an argument."


def _slips_in_part(exercise: Exercise, slips: Sequence[Misconception], calls: Sequence[CaseResult]) -> str:
    """The known wrong answers whose numbers these are in most of the calls where they show, two at most."""
    left, told = {i for i, r in enumerate(calls) if not r.ok}, list[str]()
    for _ in range(2):
        same = [({i for i in left if _same(slip, calls[i])}, slip) for slip in slips]
        most = max((len(those) for those, _ in same), default=0)
        best = [(those, slip) for those, slip in same if len(those) == most]
        if len(best) != 1:
            break
        ((those, slip),) = best
        shows = sum(not _is_right(exercise, slip, r.trial) for r in calls)
        always = most == shows > ENOUGH
        if 2 * most <= shows or not (always or most >= ENOUGH <= _evidence(calls[i].got for i in those)):
            break
        known = "another" if told else "a known slip"
        told.append(
            f"In {most} of the {shows} calls where {known} would show, your numbers are those it gives: {slip.hint}"
        )
        left -= those
    return " ".join(told)


def _in_another_form(
    exercise: Exercise, slips: Sequence[Misconception], calls: Sequence[CaseResult], budget: Budget
) -> str:
    """The numbers of a known wrong answer, but for one thing that all of them lack."""
    found = []
    order = _hardest_first(calls)
    for lack in FORMS:
        if all(r.ok or _lacks(lack, r, r.want) for r in order):
            return ""  # it is no more than that
        for slip in slips:
            if budget.spent:
                return ""
            if all(_nearly(lack, slip, r) for r in order) and not all(_is_only(lack, slip, r) for r in order):
                found.append((slip, lack))
    if len(found) != 1:
        return ""
    ((slip, lack),) = found
    return f"But for {lack} your numbers are those of a known slip: {slip.hint}"


def _nearly(lack: str, slip: Misconception, result: CaseResult) -> bool:
    reply = _reply(slip, result.trial)
    if not (isinstance(result.reply, Returned) and isinstance(reply, Returned)):
        return False
    try:
        want = measured(result.trial, reply.value)
    except Exception:  # results of any kind
        return False
    return _same(slip, result) or _lacks(lack, result, want)


def _is_only(lack: str, slip: Misconception, result: CaseResult) -> bool:
    """Are the slip's own numbers the right ones times one factor, or in another order? Then the answer need not have
    made it: it lacks more of the same."""
    reply = _reply(slip, result.trial)
    if not isinstance(reply, Returned):
        return False
    got, want = (np.concatenate([np.zeros(1), *_numbers(value)]) for value in (reply.value, result.want))
    if got.shape != want.shape:
        return False
    if lack != DIVIDED:
        return np.allclose(np.sort(got), np.sort(want), equal_nan=True)
    at = int(np.abs(want).argmax())
    with np.errstate(all="ignore"):
        return np.allclose(got * want[at], want * got[at], rtol=1e-6)


def _lacks(lack: str, result: CaseResult, want: Any) -> bool:
    trial = result.trial

    def agrees(got: Any, want: Any) -> bool:
        return agree(got, want, scale=scale_in(trial), tol=trial.case.tol)

    try:
        return NEARLY[lack](result.got, want, trial.call, agrees)
    except Exception:  # of slips' results of any kind
        return False


def _hardest_first(calls: Sequence[CaseResult]) -> list[CaseResult]:
    return sorted(calls, key=lambda r: (r.ok, r.trial.case.edge))


# ── other arguments ──────────────────────────────────────────────────────────────────────────────────────


def _asked_otherwise(
    exercise: Exercise, slips: Sequence[Misconception], calls: Sequence[CaseResult], budget: Budget
) -> str:
    """The right numbers, or those of a known wrong answer, for other arguments."""
    if not all(isinstance(r.reply, Returned) and not r.unmeasured for r in calls):
        return ""
    order = _hardest_first(calls)
    found: list[tuple[str, Misconception | None]] = []
    known: list[Misconception] | None = None
    for words, alter, plain in alterations(exercise, [r.trial.call for r in calls]):
        if plain and known is None:
            known = [slip for slip in slips if _same_shapes(slip, calls)]
        for slip in (None, *(known or () if plain else ())):
            if budget.spent:
                return ""
            fn = slip.fn if slip else exercise.reference
            if not all(_is_reply(fn, alter, r) for r in order):
                continue
            if slip is None or sum(not _is_reply(exercise.reference, alter, r) for r in order) >= ENOUGH:
                found.append((words, slip))
    found = [row for row in found if row[1] is None] or found
    if not 1 <= len(found) <= 2:  # of two mistakes either may be the known one
        return ""
    words, slip = found[0]
    if slip is None:
        return f"Your numbers are the right ones for other arguments: {words}."
    return f"Your numbers are those of a known slip, and for other arguments ({words}): {slip.hint}"


def _is_reply(fn: Callable[..., Any], alter: Alter, result: CaseResult) -> bool:
    """Does this function give these numbers for other arguments?"""
    trial = result.trial
    try:
        with np.errstate(all="ignore"):
            call = alter(trial.call)
        reply = local.returned(fn, call, seconds=PATIENCE)
        value = measured(trial, reply.value) if reply else None
    except Exception:  # arguments that the function does not take
        return False
    return value is not None and agree(result.got, value, scale=scale_in(trial), tol=trial.case.tol)


def _same_shapes(slip: Misconception, calls: Sequence[CaseResult]) -> bool:
    """Does it return what is asked for but for the numbers? Else other arguments only hide its shape."""
    replies = [_reply(slip, r.trial) for r in calls]
    return all(
        isinstance(reply, Returned) and _shapes(reply.value) == _shapes(r.reply.value)
        for reply, r in zip(replies, calls)
        if isinstance(r.reply, Returned)
    )


def _shapes(value: Any) -> Any:
    return tuple(map(_shapes, value)) if isinstance(value, (tuple, list)) else np.shape(value)


# ── comparing ────────────────────────────────────────────────────────────────────────────────────────────


def _same(slip: Misconception, result: CaseResult) -> bool:
    reply = _reply(slip, result.trial)
    return isinstance(result.reply, Returned) and replies_alike(result, reply, f"{id(slip)} measured")


def _reply(slip: Misconception, trial: Trial) -> Reply:
    reply: Reply = trial.once(f"{id(slip)} replies", lambda: local.ask(slip.fn, trial.call))
    return reply


def _is_right(exercise: Exercise, slip: Misconception, trial: Trial) -> bool:
    def right() -> bool:
        reply = _reply(slip, trial)
        if not isinstance(reply, Returned):
            return False
        try:
            value = measured(trial, reply.value)
        except Exception:
            return False
        return agree(value, wanted(exercise, trial), scale=scale_in(trial), tol=trial.case.tol)

    return bool(trial.once(f"{id(slip)} right", right))


def _evidence(values: Iterable[Any]) -> int:
    """How many different numbers that nobody guesses."""
    seen = {x for value in values for array in _numbers(value, "fiu") for x in array[:20].tolist()}
    return sum(
        np.isfinite(x) and (x not in GUESSED if isinstance(x, float) else abs(x) >= LARGE) for x in seen
    )


def _numbers(value: Any, kinds: str = "f") -> Iterator[np.ndarray]:
    """The numbers of these kinds in a result of any kind: a row of each array in it."""
    if isinstance(value, (tuple, list)):
        for part in value[:20]:
            yield from _numbers(part, kinds)
    elif isinstance(value, (int, float, np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind in kinds:
            yield array.ravel()
