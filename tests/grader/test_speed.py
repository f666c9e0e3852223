"""Right but slow: said in numbers at the check, and an experiment takes ours."""

import time
from dataclasses import replace

import numpy as np
import pytest

from grader.home.check import check
from grader.home.speed import pace
from grader.home.usable import usable
from grader.record.registry import chapters, find_exercise, registry
from nnlib import activations

LINEAR = find_exercise("linear")


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def linear(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + bias


RIGHT = linear


def linear(x, weight, bias=None):
    def one(sample):
        y = [sum(w * v for w, v in zip(row, sample)) for row in weight]
        return np.array([a + (0 if bias is None else bias[j]) for j, a in enumerate(y)], dtype=x.dtype)

    return one(x) if x.ndim == 1 else np.array([one(sample) for sample in x])


LOOPS = linear


def linear(x, weight, bias=None):
    return x @ weight + bias


WRONG = linear


def mlp(x, *parameters, activation="relu"):
    *hidden, last = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        x = getattr(activations, activation)(linear(x, weight, bias))
    return linear(x, *last)


MLP = mlp


def test_array_operations_keep_pace():
    found = pace(RIGHT, LINEAR)
    assert not found.slow
    assert "slow" not in check(RIGHT).note


def test_loops_are_told_in_numbers():
    found = pace(LOOPS, LINEAR)
    assert found.slow
    report = check(LOOPS)
    assert report.status == "passed"
    assert "Right, but slow: at the size of the later cells one call takes" in report.note
    assert "times as long" in report.note


def test_what_is_slow_because_of_an_earlier_function_says_so(monkeypatch):
    monkeypatch.setitem(globals(), "linear", LOOPS)
    assert "times as long, because of your `linear`." in check(MLP).note
    monkeypatch.setitem(globals(), "linear", RIGHT)
    assert "slow" not in check(MLP).note


def test_the_measure_costs_little():
    begin = time.perf_counter()
    pace(LOOPS, LINEAR)
    assert time.perf_counter() - begin < 1.0  # 0.2 s on a quiet machine


def test_where_ours_takes_long_a_little_more_is_not_slow():
    def after(seconds):
        def waits(x, weight, bias=None):
            time.sleep(seconds)
            return RIGHT(x, weight, bias)

        return waits

    ours = replace(LINEAR, reference=after(0.06))
    assert not pace(after(0.12), ours).slow
    assert pace(after(1.5), ours).slow


def test_a_call_that_fails_at_that_size_says_nothing():
    def fails(x, weight, bias=None):
        raise MemoryError

    assert pace(fails, LINEAR) is None


def test_experiments_run_on_what_is_right_and_fast():
    mine = usable(RIGHT)
    assert mine == {"linear": RIGHT}
    assert repr(mine) == "The next experiment runs on your `linear`."


def test_experiments_take_ours_for_what_is_slow():
    mine = usable(LOOPS)
    assert mine == {"linear": LINEAR.reference}
    assert repr(mine).startswith(
        "The next experiment takes nnlib's `linear`, to spare you the wait: one call takes"
    )


def test_experiments_take_ours_for_what_is_wrong():
    mine = usable(WRONG)
    assert mine == {"linear": LINEAR.reference}
    assert repr(mine) == "The next experiment takes nnlib's `linear` until yours is right."


def test_each_function_stands_for_itself_and_for_those_that_it_calls(monkeypatch):
    monkeypatch.setitem(globals(), "linear", WRONG)
    assert check(MLP).status == "passed"
    mine = usable(MLP, RIGHT)
    assert mine == {"mlp": find_exercise("mlp").reference, "linear": RIGHT}
    assert repr(mine) == (
        "The next experiment runs on your `linear`.\n"
        "It takes nnlib's `mlp`, which rests on your `linear`, until yours is right."
    )


LARGE = [e for chapter in chapters() for e in registry(chapter).values() if e.large]


@pytest.mark.parametrize("exercise", LARGE, ids=lambda e: e.function)
def test_the_reference_keeps_pace_with_itself(exercise):
    found = pace(exercise.reference, exercise)
    # guarded: the ready-made function raises while an answer is measured
    assert found is None
    args, kwargs = exercise.large(np.random.default_rng(0)).realise()
    begin = time.perf_counter()
    exercise.reference(*args, **kwargs)
    assert time.perf_counter() - begin < 0.1
