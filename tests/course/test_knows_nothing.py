"""Answers that know nothing of the exercise earn at most a tenth of it: a bank that is made, not thought of."""

import importlib
import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.readymade import Refusing, loaded
from grader.grading.grade import DRAWS
from grader.judging.judge import judge, share, trials
from grader.record.registry import ready_made
from tests.course.answers import every_exercise, results
from tests.course.proofs import some

SEED, MOST = 7, 0.1
LIBRARY = ("activations", "conv", "gradcheck", "info", "losses", "metrics", "nn", "norm", "regularization")
Function = Callable[..., Any]


def array(value: Any) -> Any:
    return np.asarray(value, float)


AT_A_GLANCE: dict[str, Function] = {  # of one argument
    "{} itself": lambda x: x,
    "{} > 0": lambda x: array(x) > 0,
    "{} >= 0": lambda x: array(x) >= 0,
    "{} == 0 as a number": lambda x: (array(x) == 0).astype(float),
    "{} < 0 as a number": lambda x: (array(x) < 0).astype(float),
    "{} where it is largest": lambda x: (array(x) == array(x).max(axis=-1, keepdims=True)).astype(float),
    "-{}": lambda x: -array(x),
    "abs({})": lambda x: abs(array(x)),
    "max({}, 0)": lambda x: np.maximum(array(x), 0),
    "the sign of {}": lambda x: np.sign(array(x)),
    "the sum of {}": lambda x: array(x).sum(),
    "the mean of {}": lambda x: array(x).mean(),
    "the sums of {}": lambda x: array(x).sum(axis=0),
    "the rows' sums of {}": lambda x: array(x).sum(axis=-1),
    "the shape of {}": lambda x: array(x).shape,
    "{} transposed": lambda x: array(x).T,
    **{f"{c:g} in the shape of {{}}": lambda x, c=c: np.full_like(array(x), c) for c in (0, 1, -1, 0.5)},
}
CONSTANTS = (0.0, 1.0, -1.0, 0.5, 100.0, np.inf, True, False, None)


def in_each_place(exercise: Any) -> dict[str, Function]:
    """One thing of one argument; of an exercise with several outputs, of an argument for each."""
    made: dict[str, Function] = {}
    arguments = [p.name for p in inspect.signature(exercise.reference).parameters.values()]
    outputs = len(exercise.returns)
    for words, look in AT_A_GLANCE.items():
        for i, name in enumerate(arguments):
            made[words.format(name)] = lambda *a, i=i, look=look, **k: look([*a, *k.values()][i])
        for start in range(3) if outputs > 1 else ():
            made[f"{words.format('an argument')} for each output, from {start}"] = (
                lambda *a, start=start, look=look, **k: tuple(
                    look(a[(start + n) % len(a)]) for n in range(outputs)
                )
            )
    for c in CONSTANTS:
        made[f"{c}"] = lambda *a, c=c, **k: (c,) * outputs if outputs > 1 else c
    return made


def without_looking(exercise: Any) -> dict[str, Function]:
    """What goes by how often it was called, or by who calls."""
    calls, again, told = count(), count(), list[Any]()

    def replay(*args: Any, **kwargs: Any) -> Any:
        return told[next(again) % len(told)] if told else None

    def record(*args: Any, **kwargs: Any) -> Any:
        with suppress(Exception):
            told.append(exercise.reference(*args, **kwargs))
        return told[-1] if told else None

    results(exercise, record, trials(exercise))  # what was right at home, in turn
    return {
        "a counter of calls": lambda *a, **k: next(calls) % 2 == 0,
        "what was right at home, call by call": replay,
        "the locals of who calls": lambda *a, **k: next(
            (v for v in sys._getframe(1).f_locals.values() if isinstance(v, (float, np.ndarray))), None
        ),
    }


def fits(function: Function, exercise: Any) -> bool:
    """Can it be called as the exercise is in one of the cases?"""
    for case in exercise.cases:
        call = case.draw(SEED)
        with suppress(TypeError):
            inspect.signature(function).bind(*call.args, **call.kwargs)
            return True
    return False


def neighbours(exercise: Any) -> dict[str, Function]:
    """nnlib's public functions that may be called while the exercise is asked."""
    modules = [importlib.import_module(f"nnlib.{name}") for name in LIBRARY]
    public = {f"{m.__name__}.{n}": getattr(m, n) for m in modules for n in m.__all__}
    answers = {id(loaded(dotted)) for dotted in ready_made(exercise)}
    earlier = {id(f) for f in public.values() if getattr(f, "__name__", "") in exercise.uses}
    return {
        name: f
        for name, f in public.items()
        if inspect.isfunction(f) and id(f) not in answers | earlier and fits(f, exercise)
    }


def found_out(exercise: Any, bank: dict[str, Function]) -> dict[str, float]:
    """{answer: its share}, of those that earn too much."""
    plan, refusing = trials(exercise, SEED, DRAWS), Refusing(ready_made(exercise))
    core = {trial.case.title: trial for trial in reversed(plan) if not trial.case.edge}

    def earned(answer: Function) -> float:
        def ask(call: Any, script: Any) -> Any:
            with refusing:
                return local.ask(answer, call, script)

        if not share(exercise, judge(exercise, list(core.values()), ask)):
            return 0.0  # the other draws take, they do not give
        return float(share(exercise, judge(exercise, plan, ask)))

    return {name: part for name, answer in bank.items() if (part := earned(answer)) > MOST}


@every_exercise
def test_an_answer_that_knows_nothing_earns_next_to_nothing(chapter, exercise):
    bank = in_each_place(exercise) | without_looking(exercise)
    assert found_out(exercise, dict(some(chapter, exercise, bank.items()))) == {}


@every_exercise
def test_a_neighbouring_function_of_nnlib_earns_next_to_nothing(chapter, exercise):
    bank = neighbours(exercise)
    assert found_out(exercise, dict(some(chapter, exercise, bank.items()))) == {}
