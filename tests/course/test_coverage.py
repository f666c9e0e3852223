"""What the cases of a record never ask, though its text allows it: forms of arguments, options, pairs of options.

The features of the calls that `allowed` draws are held against those of the cases' calls. `unasked` in the record
names those that may be missing, and why.
"""

import inspect
from collections import Counter
from itertools import combinations

import numpy as np

from grader.calls.arrays import arrays
from grader.calls.fixtures import FIXTURES
from grader.calls.plain import Call, Fixture
from grader.record.exercise import UNCHANGED
from tests.course.answers import with_allowed

CALLS = 400
OFTEN = 0.02  # a feature of fewer allowed calls is an accident
SEEDS = range(8)


def of_numbers(values):
    """What kinds of numbers an array, or an option, holds."""
    values = np.abs(values)[np.isfinite(values)]
    if (values == 0).any():
        yield "zero"
    if values.size and 0 < values.max() < 1e-4:
        yield "nothing but tiny numbers"
    if (values > 100).any():
        yield "numbers above 100"


def of_argument(value):
    if isinstance(value, tuple):
        yield from (what for part in value for what in of_argument(part))
    if isinstance(value, np.ndarray):
        yield f"{value.ndim} axes"
        yield from (f"axis {i} of {value.ndim} of length 1" for i, n in enumerate(value.shape) if n == 1)
    if isinstance(value, (np.ndarray, int, float)) and not isinstance(value, bool):
        if np.asarray(value).dtype.kind == "f":
            yield from of_numbers(value)
        if np.less(value, 0).any():
            yield "negative numbers"
        if np.greater(value, 0).any():
            yield "positive numbers"
    if value is None:
        yield "None"


def of_options(call, defaults):
    given = {name: value for name, value in call.kwargs.items() if value is not None}
    for name, default in defaults.items():
        if name not in call.kwargs:
            yield f"{name} left out"
        elif type(call.kwargs[name]) in (int, float, str, bool, type(None)) and call.kwargs[name] == default:
            yield f"{name} given as its default"
        elif isinstance(call.kwargs[name], str):
            yield f"{name}={call.kwargs[name]!r}"
        elif name == "axis" and isinstance(call.kwargs[name], int):
            yield f"axis {call.kwargs[name] % call.args[0].ndim} of {call.args[0].ndim}"
        elif not isinstance(call.kwargs[name], Fixture):
            yield from (f"{name}: {what}" for what in of_argument(call.kwargs[name]))
            if isinstance(call.kwargs[name], (int, float)):
                yield f"{name} {'below' if call.kwargs[name] < 1 else 'from'} 1"
    for a, b in combinations([n for n in defaults if n in given], 2):
        yield " with ".join(f"{n}={v!r}" if isinstance(v := given[n], str) else n for n in (a, b))


def features(call, reference):
    """What may be said of a call, in words."""
    parameters = inspect.signature(reference).parameters.values()
    names = [p.name for p in parameters if p.kind.name == "POSITIONAL_OR_KEYWORD"]
    defaults = {p.name: p.default for p in parameters if p.kind.name == "KEYWORD_ONLY"}
    several = next((p.name for p in parameters if p.kind.name == "VAR_POSITIONAL"), "")
    found = set(of_options(call, defaults))
    for i, value in enumerate(call.args):
        name = names[i] if i < len(names) else several
        found |= {f"{name}: {what}" for what in of_argument(value)}
    if len(call.args) < len(names):
        found |= {f"{names[-1]} left out"}
    return found | ({f"{len(call.args)} arguments"} if several else set())


def calls(case, seed):
    """The calls that a case makes, those of the script "verdicts" too."""
    for i in range(case.draws):
        call = case.draw(seed, i)
        if case.script == "verdicts":
            suite, x = call.args
            for _, _, options in FIXTURES[suite.name].values():
                yield Call((None, None, x), options)
        elif case.script is None:
            yield call


@with_allowed
def test_the_cases_ask_what_the_text_allows(chapter, exercise):
    rng = np.random.default_rng(0)
    promised = Counter()
    for _ in range(CALLS):
        promised.update(features(exercise.allowed(rng), exercise.reference))
    asked = set()
    for case in exercise.cases:
        if case.weight and case.stage == "values":
            for seed in SEEDS:
                for call in calls(case, seed):
                    asked |= features(call, exercise.reference)
    missing = {what for what, times in promised.items() if times >= OFTEN * CALLS} - asked
    assert missing <= set(exercise.unasked), "\n".join(sorted(missing - set(exercise.unasked)))
    assert set(exercise.unasked) <= missing, "asked all the same"


@with_allowed
def test_every_argument_is_watched(chapter, exercise):
    """An array argument or option that the cases have is one that "arguments unchanged" looks at."""

    def arguments(call):
        named = [*enumerate(call.args), *call.kwargs.items()]
        return {name for name, value in named if arrays(value)}

    cases = [case for case in exercise.cases if case.weight and case.stage == "values" and not case.script]
    there = set().union(*(arguments(case.draw(0, i)) for case in cases for i in range(case.draws)))
    unchanged = [case for case in exercise.cases if case.title == UNCHANGED and case.weight]
    watched = set().union(*(arguments(case.draw(0, i)) for case in unchanged for i in range(case.draws)))
    assert there <= watched
