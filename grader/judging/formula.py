"""The formula behind a wrong answer: a one-step change of a right answer that gives all of its results.

The sentence names the change ("the mean where the sum belongs") and quotes no line of a solution. Where there is
none, the numbers may say what they are instead, or where they are wrong.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import Returned
from grader.judging.changes import Change, changes, functions_of
from grader.judging.diagnose import replies_alike
from grader.judging.instead import instead, one_result, times, valued
from grader.judging.judge import CaseResult
from grader.judging.outcome import FORMULA
from grader.judging.place import PATIENCE, Budget
from grader.judging.sizes import small_arrays
from grader.judging.where import where, which_results
from grader.record.exercise import Exercise, source_of

__all__ = ["find_formula"]

SECONDS = 0.08
PART = 2 / 3  # of the time, for changes of the right answers
MOST = 800  # changed right answers that are compared

NAMES = {
    ast.Add: "a sum",
    ast.Sub: "a difference",
    ast.Mult: "a product",
    ast.Div: "a quotient",
    ast.Pow: "a power",
    ast.MatMult: "a matrix product",
}

WORDS = {
    "sum": "the sum",
    "mean": "the mean",
    "max": "the maximum",
    "min": "the minimum",
    "add": "a sum",
    "subtract": "a difference",
    "multiply": "a product",
    "divide": "a quotient",
    "matmul": "a matrix product",
}


@dataclass
class _Wrong:
    """A changed right answer, made when it is first asked for."""

    change: Change
    function: Callable[..., Any]
    alive: bool = True  # it did not take too long


_made: dict[int, tuple[Exercise, list[_Wrong], Iterator[_Wrong]]] = {}


def find_formula(exercise: Exercise, results: Sequence[CaseResult], seconds: float = SECONDS) -> str:
    """A sentence, "" where nothing is certain. Looks only at what `check` shows to everybody."""
    calls, budget = valued(results), Budget(PART * seconds)
    with small_arrays():
        found = one_result(exercise, calls) or _changed_formula(exercise, results, budget)
        budget.extend((1 - PART) * seconds)
        return (
            found
            or instead(exercise, results, budget)
            or " ".join(filter(None, (times(calls), which_results(exercise, calls), where(exercise, calls))))
        )


def _changed_formula(exercise: Exercise, results: Sequence[CaseResult], budget: Budget) -> str:
    results = [r for r in results if r.trial.home and r.trial.case.weight and not r.trial.case.script]
    first = next((r.trial.case.title for r in results if not r.trial.case.edge), "")
    if all(r.ok for r in results if r.trial.case.title == first):
        return ""  # what is right there is no other formula, but a corner that was not thought of
    if not all(_of_the_right_shape(r) for r in results):
        return ""
    # the wrong values first: nothing is evidence like them
    results = sorted(results, key=lambda r: (r.ok, r.trial.case.edge))
    with redirect_stdout(StringIO()), warnings.catch_warnings():  # what a changed answer prints is nobody's
        warnings.simplefilter("ignore", SyntaxWarning)
        found = [wrong.change for wrong in _wrongs(exercise, budget) if _gives(wrong, results)]
    sentences = [s for change in sorted(found, key=lambda c: c.size) if (s := _sentence(change))]
    return sentences[0] if sentences else ""


def _of_the_right_shape(result: CaseResult) -> bool:
    """Only such numbers are evidence: the same error, or the same wrong shape, comes of many mistakes."""
    if not isinstance(result.reply, Returned) or result.unmeasured:
        return False
    try:
        return result.ok or np.shape(result.got) == np.shape(result.want)
    except ValueError:  # ragged
        return True


def _wrongs(exercise: Exercise, budget: Budget) -> Iterator[_Wrong]:
    """Those made before, then new ones while there is time."""
    if id(exercise) not in _made or _made[id(exercise)][0] is not exercise:
        _made[id(exercise)] = exercise, [], _make(exercise)
    _, made, rest = _made[id(exercise)]
    for wrong in list(made):
        if budget.spent:
            return
        yield wrong
    for wrong in rest:
        made.append(wrong)
        yield wrong
        if budget.spent or len(made) >= MOST:
            return


def _make(exercise: Exercise) -> Iterator[_Wrong]:
    """Every change of every right answer, the shortest answer first: it reads most like the formula."""
    sources = [(source_of(fn, exercise.function), fn) for fn in exercise.alternatives]
    for source, fn in sorted(sources, key=lambda pair: len(pair[0])):
        space = vars(sys.modules[fn.__module__])
        for function in functions_of(source):
            for change in changes(function):
                yield _Wrong(change, change.define(space)[exercise.function])


def _gives(wrong: _Wrong, results: Sequence[CaseResult]) -> bool:
    """Does it do in every trial what the student's answer did?"""
    for result in results:
        trial = result.trial
        if not wrong.alive:
            return False
        ask = partial(local.ask, wrong.function, trial.call, seconds=PATIENCE)
        reply = trial.once(f"{id(wrong)} replies", ask)
        wrong.alive = getattr(reply, "kind", "") != "time"
        if not replies_alike(result, reply, f"{id(wrong)} measured"):
            return False
    return True


def _sentence(change: Change) -> str:
    """What is told of a change: old stands in the right formula, new in the wrong one. A change that says little of
    the formula (another number, another variable, a condition) is not told."""
    old, new = change.old, change.new
    said = ""
    if change.kind == "operator":
        said = _operator(old, new)
    elif change.kind == "sign":
        said = "with the opposite sign in one place"
    elif change.kind == "function":
        said = f"with {_called(new)} where {_called(old)} belongs"
    elif change.kind == "axis":
        said = "along another axis"
    elif change.kind == "keepdims":
        said = "with an axis kept, or lost, that a sum or a maximum goes over"
    elif change.kind == "comparison" and {_comparison(old), _comparison(new)} in STRICT:
        said = "with the boundary of a comparison on the other side"
    elif change.kind == "operands":
        said = "with the two sides of a difference, a quotient or a product exchanged"
    elif change.kind == "term":
        said = "with a term or a factor left out"
    elif change.kind == "transpose":
        said = "with a transpose too many or too few"
    elif change.kind == "call" and "(" in old:
        said = f"without {_called(old)} in one place"
    return f"{FORMULA} {said}." if said else ""


STRICT = ({ast.Lt, ast.LtE}, {ast.Gt, ast.GtE})


def _comparison(text: str) -> Any:
    """The kind of the comparison that a piece of code makes."""
    node = ast.parse(text, mode="eval").body
    return type(node.ops[0]) if isinstance(node, ast.Compare) else None


def _operator(old: str, new: str) -> str:
    try:
        a, b = ast.parse(old).body[0], ast.parse(new).body[0]
        names = [NAMES[type(_op(node))] for node in (a, b)]
    except (KeyError, SyntaxError, IndexError):
        return ""
    value = getattr(a, "value", None)
    first, second = (_is_one(getattr(value, side, None)) for side in ("left", "right"))
    if (first or second) and names[1] not in ("a sum", "a difference"):  # 1 * x, x / 1 and x ** 1 are x
        if first and names == ["a difference", "a product"]:
            return "with a number where 1 minus that number belongs"
        return "" if first else "with a term or a factor left out"
    return f"with {names[1]} where {names[0]} belongs"


def _is_one(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _op(node: Any) -> Any:
    return node.op if isinstance(node, ast.AugAssign) else getattr(getattr(node, "value", None), "op", None)


def _called(text: str) -> str:
    """The name of what a piece of code calls."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return ""
    func = node.func if isinstance(node, ast.Call) else node
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return WORDS.get(name, f"`{name}`")
