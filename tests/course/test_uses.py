"""Ours stands in for an earlier function that is wrong; it must not call what the exercise refuses."""

import pytest

from grader.calls.readymade import Refusing
from grader.record.registry import find_exercise, ready_made
from tests.course.answers import EXERCISES

PAIRS = [(exercise, name) for _, exercise in EXERCISES for name in exercise.uses]


@pytest.mark.parametrize(("exercise", "name"), PAIRS, ids=[f"{e.function}-{name}" for e, name in PAIRS])
def test_our_earlier_functions_do_not_call_what_the_exercise_asks_for(exercise, name):
    earlier = find_exercise(name)
    with Refusing(ready_made(exercise)):
        for case in earlier.cases:
            if case.script is None and case.stage == "values":
                args, kwargs = case.draw(0).realise()
                earlier.reference(*args, **kwargs)
