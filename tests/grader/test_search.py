"""The search for a place: changes that are compiled together, what may not fill the memory, and where it ends."""

import sys
from functools import partial

import numpy as np
import pytest

from grader.calls import local
from grader.calls.plain import Returned
from grader.judging.changes import changes, functions_of
from grader.judging.compare import agree
from grader.judging.judge import judge, trials
from grader.judging.left_out import factor_left_out, left_out, numbers_of
from grader.judging.place import NONE, Tried, find_place
from grader.judging.sizes import MOST, small_arrays
from grader.record.exercise import source_of
from grader.record.registry import find_exercise
from tests.course.answers import run_source

HUGE = MOST + 1
REFUSED = [
    (np.zeros, (HUGE,), {}),
    (np.zeros, (), {"shape": HUGE}),
    (np.ones, ((2, HUGE),), {}),
    (np.empty, ((1 << 32, 1 << 32),), {}),  # the product of these is beyond an int64
    (np.full, (HUGE, 1.0), {}),
    (np.full, (np.array([3, 5, 7, 9, 8, 6, 9, 9, 9, 9]), 1.0), {}),  # labels for a shape
    (np.arange, (HUGE,), {}),
    (np.arange, (1, np.exp(30.0)), {}),
    (np.arange, (0, 1, 1e-12), {}),
    (np.eye, (4000,), {}),
    (np.identity, (4000,), {}),
    (np.repeat, ([1.0, 2.0], HUGE), {}),
    (np.tile, (np.ones(4), (HUGE, 1)), {}),
]
ALLOWED = [
    (np.zeros, (3,), {}),
    (np.zeros, (), {"shape": (2, 3), "dtype": int}),
    (np.ones, ([2, 3],), {}),
    (np.full, ((), 2.0), {}),
    (np.arange, (), {"start": 5, "stop": 1, "step": -1}),
    (np.arange, (3.5,), {}),
    (np.arange, (2, 5), {"dtype": float}),
    (np.eye, (3, 4, 1), {}),
    (np.eye, (3,), {"M": 2, "k": 1}),
    (np.identity, (3,), {}),
    (np.repeat, ([1.0, 2.0], [2, 3]), {"axis": 0}),
    (np.tile, ([1.0, 2.0], 2), {}),
]


def named(row):
    return f"{row[0].__name__}{row[1]}{row[2]}"


@pytest.mark.parametrize("row", REFUSED, ids=named)
def test_what_would_fill_the_memory_is_refused(row):
    make, args, kwargs = row
    with small_arrays(), pytest.raises(MemoryError):
        getattr(np, make.__name__)(*args, **kwargs)
    assert getattr(np, make.__name__) is make


@pytest.mark.parametrize("row", ALLOWED, ids=named)
def test_all_else_is_as_numpy_makes_it(row):
    make, args, kwargs = row
    with small_arrays():
        found = getattr(np, make.__name__)(*args, **kwargs)
    np.testing.assert_array_equal(found, make(*args, **kwargs), strict=True)


def test_what_numpy_refuses_it_says_itself():
    with small_arrays(), pytest.raises(TypeError):
        np.zeros("three")


def ways(exercise):
    return (None, partial(left_out, numbers=numbers_of(exercise.reference)), factor_left_out)


@pytest.mark.parametrize(
    "function", ["huber_loss", "one_hot", "precision_recall_curve", "softmax_backward", "sgd_step"]
)
def test_changes_compiled_together_do_what_each_does_alone(function):
    exercise = find_exercise(function)
    first, fn = trials(exercise)[0], exercise.alternatives[0]
    space, tried = vars(sys.modules[fn.__module__]), 0

    def ask(answer):
        reply = local.returned(answer, first.call, first.case.script, seconds=0.5)
        return reply and reply.value

    for part in functions_of(source_of(fn, function)):
        for by in ways(exercise):
            together, alone = (list(changes(part, by=by, texts=texts)) for texts in (False, True))
            assert [(c.kind, c.old, c.new) for c in together] == [(c.kind, c.old, c.new) for c in alone]
            for one, other in list(zip(together, alone))[::7]:
                own = dict(space)
                run_source(other.text, own, name="<change>")
                with small_arrays():
                    found, wanted = ask(one.define(space)[function]), ask(own[function])
                assert agree(found, wanted), (one.old, one.new)
                tried += found is not None
    assert tried > 5


WRONG = """def huber_loss(pred, target, *, reduction='mean', delta=1.0):
    d = np.abs(pred - target)
    loss = np.where(d <= delta, d**2 * 2, delta * (d - delta / 2))
    if reduction == 'none':
        return loss
    return loss.sum() if reduction == 'sum' else loss.mean()"""


def searched(source, function, *, at_once=10**9, named=False):
    """(the place, how often the answer was changed and asked)."""
    exercise = find_exercise(function)
    space = {"np": np}
    run_source(source, space, name="<answer>")
    results = judge(exercise, trials(exercise), lambda c, s: local.ask(space[function], c, s))
    asked = []

    def attempt(some, trial):
        asked.extend(some[:at_once])
        with small_arrays():
            functions = [change.define(space)[function] for change in some[:at_once]]
            replies = [local.returned(f, trial.call, trial.case.script, seconds=0.5) for f in functions]
        return [reply or NONE for reply in replies]

    return find_place(exercise, source, Tried.of(results, False, named), attempt, 30.0), len(asked)


def test_who_asks_fewer_at_a_time_finds_the_same():
    assert searched(WRONG, "huber_loss", at_once=3) == searched(WRONG, "huber_loss")
    assert searched(WRONG, "huber_loss")[0].line == 3


def test_of_a_mistake_that_has_a_name_nothing_but_its_line_is_sought():
    twice = WRONG.replace("pred - target", "pred - 2 * target")
    _, asked = searched(twice, "huber_loss")
    alone, fewer = searched(twice, "huber_loss", named=True)
    assert alone is None
    assert fewer < asked
    assert searched(WRONG, "huber_loss", named=True)[0] == searched(WRONG, "huber_loss")[0]


def test_whoever_answers_nothing_ends_the_search():
    exercise = find_exercise("huber_loss")
    results = judge(exercise, trials(exercise), lambda c, s: Returned(0.0))
    assert find_place(exercise, WRONG, Tried.of(results, False, False), lambda some, trial: [], 30.0) is None
