"""A changed record has another fingerprint; its neighbours keep theirs."""

import types
from dataclasses import replace

import numpy as np
import pytest

from grader.calls.plain import Call
from grader.record.fingerprint import fingerprint
from grader.record.registry import registry

RECORD = registry("ch02_activations")["softmax"]
SOURCE = """
import numpy as np
scale = 1.0
unrelated = 1.0
def helper(x): return x * scale
def answer(x, axis=-1): return helper(x)
"""


def module(source):
    made = types.ModuleType("grader.exercises.made")
    exec(source, vars(made))
    return made


CHANGES = {
    "points": {"points": 99},
    "a hint": {"hints": (*RECORD.hints, "more")},
    "a case": {"cases": RECORD.cases[1:]},
    "an example": {"cases": (replace(RECORD.cases[0], example=Call((np.ones(3),))), *RECORD.cases[1:])},
    "a misconception": {"misconceptions": RECORD.misconceptions[1:]},
    "a time": {"seconds": 99.0},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_record_is_told(change):
    assert fingerprint(replace(RECORD, **change)) != fingerprint(RECORD)


def test_no_two_records_are_alike_and_each_stays_itself():
    for _ in range(2):
        found = [fingerprint(record) for record in registry("ch02_activations").values()]
        assert len(set(found)) == len(found)
        assert found == [fingerprint(record) for record in registry("ch02_activations").values()]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return helper(x)", "return helper(-x)"),
        ("return x * scale", "return x + scale"),
        ("scale = 1.0\n", "scale = 2.0\n"),
        ("axis=-1", "axis=0"),
    ],
)
def test_a_function_counts_with_what_it_uses(old, new):
    assert fingerprint(module(SOURCE).answer) != fingerprint(module(SOURCE.replace(old, new)).answer)


@pytest.mark.parametrize(
    ("old", "new"), [("unrelated = 1.0", "unrelated = 2.0"), ("import numpy", "\n\nimport numpy")]
)
def test_what_it_does_not_use_does_not_count(old, new):
    assert fingerprint(module(SOURCE).answer) == fingerprint(module(SOURCE.replace(old, new)).answer)
