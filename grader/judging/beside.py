"""Two mistakes at once: a change of the student's code after which it does in every trial what a known wrong answer
does.

Certain by construction: the change was made, and what is left has a name.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import Call, Reply, Returned
from grader.judging.altered import Argument, arguments
from grader.judging.changes import Change, functions_of
from grader.judging.compare import agree
from grader.judging.diagnose import replies_alike
from grader.judging.judge import CaseResult, Trial, scale_in
from grader.record.exercise import Exercise, Misconception

__all__ = ["Ask", "known_slip_beside", "makes_idle", "within"]

# The results of changed answers in one trial, in order.
Ask = Callable[[Sequence[Change], Trial], Sequence[CaseResult]]
TAKES_AWAY = {"call", "return", "statement", "term"}
# What does not lead round what is written, unless it stands in a condition: the other mistake may be left even where
# nothing is repaired.
ARITHMETIC = {"operator", "sign", "constant", "axis", "keepdims", "operands", "transpose", "left out"}
CONDITIONS = {"condition", "comparison"}
ENOUGH = 2  # results that are another mistake's
MOST = 0.7  # of the wrong results: what else is wrong may be the same mistake, written otherwise


def known_slip_beside(
    exercise: Exercise,
    source: str,
    found: Sequence[Change],
    wrong: Sequence[CaseResult],
    passing: Sequence[Trial],
    ask: Ask,
) -> tuple[Misconception, list[Change], bool] | None:
    """A known wrong answer, the smallest changes that lead to it, and whether it is seen by itself, in results that
    are its own already; where more than two answers fit, none. source: of the cell that is changed."""
    failing = [result.trial for result in wrong]
    core = [trial for trial in failing if trial.case.stage == "values" and not trial.case.edge]
    titles = {trial.case.title for trial in failing}
    changed = {id(change): change for change in found if _is_divisor(change) or not _takes_away(change)}
    divisors = {key for key, change in changed.items() if _is_divisor(change)}
    left = [(slip, set(changed)) for slip in exercise.misconceptions if slip.case in titles]
    bad, repairs = {id(trial) for trial in failing}, set[int]()
    in_order = (*core[:1], *reversed(core), *failing, *passing)  # the last cases show most
    for trial in {id(trial): trial for trial in in_order}.values():
        some = [change for key, change in changed.items() if any(key in keys for _, keys in left)]
        results = dict(zip(map(id, some), ask(some, trial)))
        if id(trial) in bad:
            repairs |= {key for key, result in results.items() if result.ok and _mends(changed[key], trial)}
        else:  # an answer that is right where the other mistake shows has not made it
            results = {key: result for key, result in results.items() if result.ok}
        sums = {key: _sum(result.reply) for key, result in results.items()}
        left = [
            (slip, kept)
            for slip, keys in left
            if (kept := set(_alike(slip, trial, keys & results.keys(), results, sums)))
        ]
        if not any(keys - divisors for _, keys in left):
            return None
    # A wrong divisor stands where a right one is missing: that is one mistake, whatever change takes it away.
    left = [(slip, keys) for slip, keys in left if not keys & divisors]
    conditions = [node for f in functions_of(source) for node in ast.walk(f) if isinstance(node, ast.Compare)]
    held = {
        key
        for key, change in changed.items()
        if key in repairs or (change.kind in ARITHMETIC and not within(change.before, conditions))
    }
    used = _used(source)
    left = [
        (slip, keys & held)
        for slip, keys in left
        if keys & held and _is_evidence(slip, core) and not used & _ignored(exercise, slip, failing)
    ]
    if not left:
        return None
    smallest = min(changed[key].size for _, keys in left for key in keys)
    fits = [
        (slip, [c for key, c in changed.items() if key in keys and c.size == smallest]) for slip, keys in left
    ]
    fits = [(slip, changes) for slip, changes in fits if changes]
    slip, told = fits[0]
    plain = [r for r in wrong if r.trial.case.stage == "values" and not r.trial.case.script]
    same = [r for r in plain if replies_alike(r, _reply(slip, r.trial), f"{id(slip)} measured")]
    if len(fits) > 2 or _hides(len(same), len(plain)):
        return None
    # Where the same is left without the statement, a change in it only made it do nothing: from 0 on, `b * …` is 0.
    idle = _needless(slip, told, found, (*failing, *passing), ask)
    told = [change for change in told if not within(change.before, idle)]
    return (slip, told, len(same) >= ENOUGH) if told else None


def _used(source: str) -> set[str]:
    """The names that the answer reads, but for asking whether they are given."""
    found = set[str]()
    for function in functions_of(source):
        asking = [n for n in ast.walk(function) if isinstance(n, ast.Compare) and _is_none(n.comparators[-1])]
        asked = {id(part) for node in asking for part in ast.walk(node)}
        read = (n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        found |= {node.id for node in read if id(node) not in asked}
    return found


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _ignored(exercise: Exercise, slip: Misconception, trials: Sequence[Trial]) -> set[str]:
    """The arguments that make no difference to a known wrong answer: who reads one has not made it, and a change that
    leads there only makes it idle."""
    plain = [trial for trial in trials if not trial.case.script]
    found = set()
    for argument in arguments(exercise):
        others = [(trial, _other(argument, trial.call)) for trial in plain]
        asked = [(trial, other) for trial, other in others if other is not None]
        if asked and all(_makes_no_difference(slip, *pair) for pair in asked):
            found.add(argument.name)
    return found


def _other(argument: Argument, call: Call) -> Call | None:
    """The call with its default in place of an option, or with other numbers."""
    value = argument.of(call)
    if argument.optional:
        return argument.put(call, argument.default) if argument.given(call) else None
    numbers = isinstance(value, (int, float, np.ndarray)) and np.asarray(value).dtype.kind in "iuf"
    return argument.put(call, 2 * value + 1) if numbers else None


def _makes_no_difference(slip: Misconception, trial: Trial, other: Call) -> bool:
    replies = local.ask(slip.fn, other), _reply(slip, trial)
    a, b = (reply.value if isinstance(reply, Returned) else None for reply in replies)
    return a is not None and agree(a, b, scale=scale_in(trial), tol=trial.case.tol)


def _needless(
    slip: Misconception, told: Sequence[Change], found: Sequence[Change], trials: Sequence[Trial], ask: Ask
) -> list[ast.AST]:
    """The statements in the lines that are told without which the same known wrong answer is left."""
    lines = {change.line for change in told}
    left = [change for change in found if change.kind == "statement" and change.line in lines]
    for trial in trials:
        results = {id(change): result for change, result in zip(left, ask(left, trial))}
        sums = {key: _sum(result.reply) for key, result in results.items()}
        alike = set(_alike(slip, trial, results, results, sums))
        left = [change for change in left if id(change) in alike]
    return [change.before for change in left]


def within(node: Any, others: Sequence[Any]) -> bool:
    """Does it stand in one of these pieces of code?"""
    begins, ends = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return any(
        (o.lineno, o.col_offset) <= begins and ends <= (o.end_lineno, o.end_col_offset) for o in others
    )


def _mends(change: Change, trial: Trial) -> bool:
    """Is a repair of this trial evidence? Round a condition an argument may be copied that stays as it was then."""
    return trial.case.stage == "values" and not trial.case.script if change.kind in CONDITIONS else True


def _hides(same: int, wrong: int) -> bool:
    """Does a known wrong answer by itself give so many of the wrong results that no second mistake is to be seen?"""
    return same > 0 and (wrong - same < ENOUGH or same > MOST * wrong)


def _takes_away(change: Change) -> bool:
    """Does a part of the formula go? What is left then may be anybody's. Where a number goes, all parts are left."""
    if change.kind == "term" and isinstance(change.before, ast.BinOp):
        gone = change.before.right if change.after is change.before.left else change.before.left
        return not isinstance(gone, ast.Constant)
    if change.kind == "constant" and isinstance(change.before, ast.Constant):
        return change.before.value not in (0, 1) and change.after.value == 0  # times 0, a term is gone
    return change.kind in TAKES_AWAY or makes_idle(change)


def makes_idle(change: Change) -> bool:
    """Is it a power that nobody would write? 1 ** x is 1, and a power of something small is 0."""
    if change.kind != "operator" or not isinstance(getattr(change.after, "op", None), ast.Pow):
        return False
    exponent = change.after.right if isinstance(change.after, ast.BinOp) else change.after.value
    return not isinstance(exponent, ast.Constant)


def _is_divisor(change: Change) -> bool:
    """Does a divisor go that is no number?"""
    before = change.before
    if change.kind != "term" or not (isinstance(before, ast.BinOp) and isinstance(before.op, ast.Div)):
        return False
    return change.after is before.left and not isinstance(before.right, ast.Constant)


def _alike(
    slip: Misconception,
    trial: Trial,
    keys: Iterable[int],
    results: Mapping[int, CaseResult],
    sums: Mapping[int, float],
) -> Iterator[int]:
    """Which changed answers do in this trial what the known wrong one does? Sums first: they differ for most."""
    reply = _reply(slip, trial)
    total = _sum(reply)
    for key in keys:
        near = math.isclose(sums[key], total, rel_tol=1e-6, abs_tol=1e-6)
        if near and replies_alike(results[key], reply, f"{id(slip)} measured"):
            yield key


def _is_evidence(slip: Misconception, trials: Sequence[Trial]) -> bool:
    """What returns one number whatever it is asked, or what it was given, is not: many changes lead there."""
    seen: set[float] = set()
    handed_back = True
    for trial in trials:
        reply = _reply(slip, trial)
        if isinstance(reply, Returned):
            found, call = list(_numbers(reply.value)), trial.call
            seen.update(float(number) for array in found for number in array.flat)
            given = [array for value in (*call.args, *call.kwargs.values()) for array in _numbers(value)]
            handed_back &= len(found) == 1 and any(np.array_equal(found[0], array) for array in given)
    return len(seen) > 1 and not handed_back


def _reply(slip: Misconception, trial: Trial) -> Reply:
    reply: Reply = trial.once(
        f"{id(slip)} replies", lambda: local.ask(slip.fn, trial.call, trial.case.script)
    )
    return reply


def _sum(reply: Reply) -> float:
    """Each number by another weight, as many gradients sum to 0; nan where nothing is returned."""
    if not isinstance(reply, Returned) or reply.value is None:
        return math.nan
    with np.errstate(all="ignore"):
        finite = (array[np.isfinite(array)] for array in _numbers(reply.value))
        return float(sum(part @ np.cos(np.arange(part.size)) for part in finite))


def _numbers(value: Any) -> Iterator[np.ndarray]:
    """The numbers in a result or an argument, however deep."""
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _numbers(part)
    elif (
        isinstance(value, (bool, int, float, np.ndarray, np.generic))
        and np.asarray(value).dtype.kind in "biuf"
    ):
        yield np.asarray(value, dtype=float)
