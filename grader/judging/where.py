"""Where an answer's numbers are wrong: which of its results; one simple property that all calls have, or all numbers,
that come out wrong, and no other has.

Certain by construction: they are counted, in every call that `check` shows. A property is told only if it would
hardly fit by chance.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from grader.calls.plain import Call
from grader.judging.altered import arguments
from grader.judging.judge import CaseResult
from grader.record.exercise import Exercise

__all__ = ["where", "which_results"]

AGAINST_CHANCE = 20  # chance would need so many times as many properties as are tried
NUMBERS = (int, float, np.ndarray, np.generic)
MOSTLY = 0.8  # so large a share of what has the property is wrong


class _Property(NamedTuple):
    words: str  # "where …"
    holds: list[bool]  # for each call
    of_numbers: bool = False  # in an array: told by itself only


def where(exercise: Exercise, calls: Sequence[CaseResult]) -> str:
    """A sentence, "" where none is certain."""
    return _which_calls(exercise, calls) or _which_numbers(exercise, calls) or _not_finite(calls)


# ── which results ────────────────────────────────────────────────────────────────────────────────────────


def which_results(exercise: Exercise, calls: Sequence[CaseResult]) -> str:
    """Of several results those that are wrong, where they are half of them at most, and the others always right."""
    names = exercise.returns
    apart = [r for r in calls if len(r.agreements) == len(names)]
    if len(names) < 2 or any(not r.ok and len(r.agreements) != len(names) for r in calls):
        return ""
    wrong = [name for i, name in enumerate(names) if not all(r.agreements[i].ok for r in apart)]
    if not wrong or 2 * len(wrong) > len(names):
        return ""
    count, words = sum(not r.ok for r in calls), " and ".join(f"`{name}`" for name in wrong)
    words += " is" if len(wrong) == 1 else " are"
    return f"Of the results only {words} wrong, in {count} of the {len(calls)} calls."


# ── which calls ──────────────────────────────────────────────────────────────────────────────────────────


def _which_calls(exercise: Exercise, calls: Sequence[CaseResult]) -> str:
    titles = {r.trial.case.title for r in calls if not r.ok}
    if len(titles) == 1 and not any(r.ok for r in calls if r.trial.case.title in titles):
        return ""  # the case says it by its title
    shown, wrong, right = [r.trial.call for r in calls], [not r.ok for r in calls], [r.ok for r in calls]
    if words := _words_of(exercise, shown, wrong):
        return f"Your results are wrong in every call {words} ({sum(wrong)}), and right in all others ({sum(right)})."
    if words := _words_of(exercise, shown, right, numbers=False):
        return f"Your results are right in every call {words} ({sum(right)}), and wrong in all others ({sum(wrong)})."
    if few := _most_calls(exercise, shown, wrong):
        words, count = few
        return (
            f"Your results are wrong in {sum(wrong)} of the {count} calls {words}, and right in all others "
            f"({len(calls) - count})."
        )
    return ""


def _most_calls(exercise: Exercise, calls: Sequence[Call], wrong: list[bool]) -> tuple[str, int] | None:
    """The property, or two, that all these calls have and the fewest others: where a mistake may fail to show."""
    found = _different(_properties(exercise, calls))
    left = [one for one in found if all(held or not this for held, this in zip(one.holds, wrong))]
    tried, bad = len(found) + math.comb(len(found), 2), sum(wrong)
    pairs = (
        (f"{a.words} and {b.words.removeprefix('where ')}", sum(x and y for x, y in zip(a.holds, b.holds)))
        for a, b in combinations(left, 2)
    )
    told = [(one.words, sum(one.holds)) for one in left] + list(pairs)
    words, count = min(told, key=lambda row: row[1], default=("", 0))
    rare = _ways(len(wrong), bad) - _ways(count, bad) > math.log(AGAINST_CHANCE * tried) if words else False
    return (words, count) if rare and bad >= MOSTLY * count else None


def _words_of(exercise: Exercise, calls: Sequence[Call], these: list[bool], *, numbers: bool = True) -> str:
    """ "where …": the first property that these calls have and no other has; two together where no one does. Options
    first: they are few, so that less is chance. numbers: also of those in the arrays."""
    ways = math.comb(len(these), sum(these))
    if words := _one_or_two(_different(_properties(exercise, calls, options=True)), these, ways):
        return words
    return _one_or_two(
        _different([*_properties(exercise, calls), *(_of_their_numbers(exercise, calls) if numbers else ())]),
        these,
        ways,
    )


def _one_or_two(found: Sequence[_Property], these: list[bool], ways: int) -> str:
    for one in found:
        enough = len(found) if one.of_numbers else len(found) / 2  # else a property and its opposite are one
        if one.holds == these and ways >= AGAINST_CHANCE * enough:
            return one.words
    pool = [one for one in found if not one.of_numbers]
    if ways < AGAINST_CHANCE * math.comb(len(pool), 2):
        return ""
    left = [one for one in pool if all(held or not this for held, this in zip(one.holds, these))]
    for a, b in combinations(left, 2):
        if [x and y for x, y in zip(a.holds, b.holds)] == these:
            return f"{a.words} and {b.words.removeprefix('where ')}"
    return ""


def _different(properties: Iterable[_Property]) -> list[_Property]:
    """Of those that fit the same calls the first."""
    found: dict[tuple[bool, ...], _Property] = {}
    for one in properties:
        if any(one.holds) and not all(one.holds):
            found.setdefault(tuple(one.holds), one)
    return list(found.values())


def _values(
    exercise: Exercise, calls: Sequence[Call], *, options: bool = False
) -> Iterator[tuple[str, Any, list[Any]]]:
    """(name, default, its value in each call) of each argument, or each option. Options first: they say most."""
    for argument in sorted(arguments(exercise), key=lambda argument: not argument.optional):
        if argument.optional or not options:
            yield argument.name, argument.default, [argument.of(call) for call in calls]


def _properties(exercise: Exercise, calls: Sequence[Call], *, options: bool = False) -> Iterator[_Property]:
    for name, default, values in _values(exercise, calls, options=options):
        if name == "axis" and all(type(v) is int for v in values):
            last = [v in (-1, np.ndim(c.args[0]) - 1) for v, c in zip(values, calls)]
            yield _Property("where `axis` is not the last one", [not held for held in last])
        for yes, no, has in _kinds(f"`{name}`", default, values):
            holds = [bool(has(value)) for value in values]
            yield _Property(f"where {yes}", holds)
            yield _Property(f"where {no}", [not held for held in holds])


def _of_their_numbers(exercise: Exercise, calls: Sequence[Call]) -> Iterator[_Property]:
    for name, _, values in _values(exercise, calls):
        for words, has in OF_NUMBERS:
            holds = [
                isinstance(v, np.ndarray) and v.dtype.kind in "iuf" and v.size > 0 and bool(has(v))
                for v in values
            ]
            yield _Property(f"where `{name}` {words}", holds, True)


Kind = tuple[str, str, Callable[[Any], Any]]


def _kinds(name: str, default: Any, values: Sequence[Any]) -> Iterator[Kind]:
    """What may be true of an argument, what is said where it is not, and how to see it."""
    for value in dict.fromkeys(v for v in values if isinstance(v, (str, bool))):
        other = f"{not value}" if all(isinstance(v, bool) for v in values) else f"not {value!r}"
        yield f"{name} is {value!r}", f"{name} is {other}", partial(_is, value)
    if any(v is None for v in values):
        yield f"{name} is given", f"{name} is None", lambda v: v is not None
    if any(_is_number(v) for v in values):
        if _is_number(default):
            yield f"{name} is not {default:g}", f"{name} is {default:g}", _number(lambda v: v != default)
        yield f"{name} is 0", f"{name} is not 0", _number(lambda v: v == 0)
        yield f"{name} is negative", f"{name} is not negative", _number(lambda v: v < 0)
        yield f"{name} is above 1", f"{name} is not above 1", _number(lambda v: v > 1)
        yield f"{name} is no whole number", f"{name} is a whole number", _number(lambda v: v % 1 != 0)
    lengths = {len(v) for v in values if isinstance(v, (list, tuple))}
    for length in sorted(lengths):
        some = f"more than {length} {'entry' if length == 1 else 'entries'}" if length else "entries"
        few = f"at most {length} {'entry' if length == 1 else 'entries'}" if length else "no entries"
        yield f"{name} has {some}", f"{name} has {few}", partial(_has_more_entries, length)
    arrays = [v for v in values if isinstance(v, np.ndarray)]
    if not arrays:
        return
    axes = {v.ndim for v in arrays}
    fewest = min(axes) if len(arrays) == len(values) else -1
    for count in sorted(axes):
        other = "has more than" if count == fewest else "does not have"
        yield (
            f"{name} has {_axes(count)}",
            f"{name} {other} {_axes(count)}",
            _array(partial(_has_axes, count)),
        )
        yield (
            f"{name} has more than {_axes(count)}",
            f"{name} has at most {_axes(count)}",
            _array(partial(_has_more_axes, count)),
        )
    for axis in range(axes.pop() if len(axes) == 1 else 0):
        entry, along = _entry(arrays[0].ndim, axis)
        yield (
            f"{name} has more than one {entry}{along}",
            f"{name} has one {entry} only{along}",
            _array(partial(_is_longer, axis)),
        )


OF_NUMBERS: tuple[tuple[str, Callable[[np.ndarray], Any]], ...] = (
    ("holds a negative number", lambda v: (v < 0).any()),
    ("holds a whole number", lambda v: (v == np.round(v)).any()),
    ("holds whole numbers only", lambda v: (v == np.round(v)).all()),
    ("holds fractions", lambda v: (v != np.round(v)).any()),
    ("holds a 0", lambda v: (v == 0).any()),
    ("holds equal numbers", lambda v: v.dtype.kind == "f" and np.unique(v).size < v.size),
    ("holds a number beyond ±1", lambda v: (abs(v) > 1).any()),
    ("holds a number beyond ±100", lambda v: (abs(v) > 100).any()),
    ("is tiny, below 0.001", lambda v: 0 < abs(v).max() < 1e-3),
    ("is square", lambda v: v.ndim > 1 and v.shape[-1] == v.shape[-2]),
    ("is not square", lambda v: v.ndim > 1 and v.shape[-1] != v.shape[-2]),
)


def _entry(axes: int, axis: int) -> tuple[str, str]:
    """What an axis counts, and which it is where that must be said."""
    if axes == 2:
        return ("row", "column")[axis], ""
    return "entry", f" along axis {axis}" if axes > 1 else ""


def _axes(count: int) -> str:
    return {0: "no axis", 1: "one axis", 2: "two axes", 3: "three axes"}.get(count, f"{count} axes")


def _is(value: Any, other: Any) -> bool:
    return type(other) is type(value) and bool(other == value)


def _has_axes(count: int, value: np.ndarray) -> bool:
    return value.ndim == count


def _has_more_axes(count: int, value: np.ndarray) -> bool:
    return value.ndim > count


def _is_longer(axis: int, value: np.ndarray) -> bool:
    return bool(value.shape[axis] > 1)


def _has_more_entries(count: int, value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > count


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(has: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda v: _is_number(v) and has(v)


def _array(has: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda v: isinstance(v, np.ndarray) and has(v)


# ── which numbers ────────────────────────────────────────────────────────────────────────────────────────


def _which_numbers(exercise: Exercise, calls: Sequence[CaseResult]) -> str:
    """A property that all wrong numbers have, and hardly one that is right."""
    wrong = [mask for r in calls if (mask := _wrong_numbers(r)) is not None]
    if len(wrong) < len(calls):
        return ""
    found = [_of_numbers(exercise, r, mask.shape) for r, mask in zip(calls, wrong)]
    names = list(dict.fromkeys(name for some in found for name in some))
    bad, best = sum(int(mask.sum()) for mask in wrong), ("", 0)
    for name in names:
        those = [np.broadcast_to(some.get(name, False), mask.shape) for some, mask in zip(found, wrong)]
        if any((mask & ~that).any() for mask, that in zip(wrong, those)):
            continue
        count = sum(int(that.sum()) for that in those)
        surprise = sum(min(_surprise(*pair), math.log(AGAINST_CHANCE)) for pair in zip(wrong, those))
        if bad >= MOSTLY * count and surprise > math.log(AGAINST_CHANCE * len(names)):
            best = best if best[0] and best[1] <= count else (name, count)
    name, count = best
    if not name:
        return ""
    right = f"; {count - bad} there are right" if count > bad else ""
    others = sum(mask.size for mask in wrong) - count
    return f"All of your wrong numbers ({bad}) stand {name}{right}. All others ({others}) are right."


def _not_finite(calls: Sequence[CaseResult]) -> str:
    """Where nothing is wrong but numbers that are inf or nan."""
    if any(len(r.agreements) == 1 and isinstance(r.want, (tuple, list, dict)) for r in calls if not r.ok):
        return ""  # of several results in one only the first difference is known
    wrong = [a.difference for r in calls for a in r.agreements if a.difference]
    if not wrong or any(not r.agreements for r in calls) or any(d.arrays is None for d in wrong):
        return ""
    theirs = [d.arrays[0][d.arrays[2]] for d in wrong if d.arrays]
    if any(np.isfinite(numbers).any() for numbers in theirs):
        return ""
    return f"All of your wrong numbers ({sum(map(len, theirs))}) are inf or nan; all others are right."


def _wrong_numbers(result: CaseResult) -> np.ndarray | None:
    """Which of the numbers are wrong; None where they cannot be set against the right ones."""
    difference = result.difference
    if len(result.agreements) != 1 or not isinstance(result.want, NUMBERS):
        return None
    if difference is None:
        return np.zeros(np.shape(result.want), bool)
    return difference.arrays[2] if difference.arrays and not difference.path else None


def _surprise(wrong: np.ndarray, those: np.ndarray) -> float:
    """How much too many, as a logarithm, all wrong numbers of a result are among those for chance."""
    bad = int(wrong.sum())
    return _ways(wrong.size, bad) - _ways(int(those.sum()), bad)


def _ways(all_of_them: int, some: int) -> float:
    return math.lgamma(all_of_them + 1) - math.lgamma(some + 1) - math.lgamma(all_of_them - some + 1)


def _of_numbers(exercise: Exercise, result: CaseResult, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """{"where …": which numbers of a result}."""
    found: dict[str, np.ndarray] = {}
    index: Sequence[np.ndarray] = list(np.indices(shape)) if shape else []
    if len(shape) > 1:
        i, j = index[-2], index[-1]
        found |= {
            "below the diagonal": i > j,
            "above the diagonal": i < j,
            "on the diagonal": i == j,
            "off the diagonal": i != j,
        }
    for axis, at in enumerate(index):
        entry, along = _entry(len(shape), axis)
        place = f"in the {{}} {entry}{along}" if entry != "entry" else f"at the {{}} place{along}"
        found |= {place.format("first"): at == 0, place.format("last"): at == shape[axis] - 1}
    names = list(inspect.signature(exercise.reference).parameters)
    for name, value in [*zip(names, result.trial.call.args), ("", result.want)]:
        if isinstance(value, np.ndarray) and value.dtype.kind in "if" and value.ndim:
            called = f"`{name}`" if name else "the expected number"
            for words, has in EACH[0 if name else 2 :]:
                if (mask := _fit(has(value), shape)) is not None:
                    found[f"where {called} {words}"] = mask
                elif shape and value.ndim > len(shape) and value.shape[: len(shape)] == shape:
                    over = tuple(range(len(shape), value.ndim))
                    found[f"where {called} holds one that {words}"] = np.asarray(has(value).any(axis=over))
    return found


EACH: tuple[tuple[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("is a whole number", lambda v: v == np.round(v)),
    ("is no whole number", lambda v: v != np.round(v)),
    ("is negative", lambda v: v < 0),
    ("is positive", lambda v: v > 0),
    ("is 0", lambda v: v == 0),
    ("is beyond ±1", lambda v: abs(v) > 1),
    ("is within ±1", lambda v: abs(v) <= 1),
    ("is beyond ±10", lambda v: abs(v) > 10),
    ("is beyond ±100", lambda v: abs(v) > 100),
)


def _fit(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """For each number of a result: of the same shape, or one for each row, or for each column."""
    k = mask.ndim
    if mask.shape == shape:
        return mask
    if k < len(shape) and shape[:k] == mask.shape != shape[-k:]:
        return np.broadcast_to(mask.reshape(*mask.shape, *[1] * (len(shape) - k)), shape)
    if k < len(shape) and shape[-k:] == mask.shape != shape[:k]:
        return np.broadcast_to(mask, shape)
    return None
