"""A forged reply is a wrong answer: whatever comes back, no check is broken by it.

What has not changed since `make prove` is left out, but for one chapter (tests/passed.py).
"""

import numpy as np
import pytest

from grader.calls.plain import Raised, Returned, Stopped
from grader.grading import grade as grading
from grader.judging.evaluate import evaluate
from grader.record.registry import chapters, find_exercise, registry

FORGED = [
    Returned(None),
    Returned({"x": [1, {"y": (2.0, "z")}]}),
    Returned({}),
    Returned([]),
    Returned([[], [1.0], [[2]]]),
    Returned(["a", None, True]),
    Returned(np.array(["a", "b"])),
    Returned(np.zeros((0, 10**6))),
    Returned(np.zeros((1,) * 8)),
    Returned(np.float16(1e4)),
    Returned(np.array([True])),
    Returned(2**63 - 1),
    Returned(np.array([2**64 - 1], np.uint64)),
    Returned({"right": "no", "wrong": np.nan}),
    Returned((np.nan, np.inf, -np.inf, 1e308, -1e308)),
    Raised("", "", -(10**30), "", "", unattempted=True),
    Raised("NotPlain", "", 0, "\n\n", "x"),
    Raised("NotImplementedError", "`", 10**9, "`$%s{}", "`"),
    Stopped("", "nothing"),
]


@pytest.mark.parametrize("chapter", chapters())
@pytest.mark.parametrize("reply", FORGED, ids=range(len(FORGED)))
def test_no_reply_breaks_a_check(reply, chapter):
    for exercise in registry(chapter).values():
        try:
            status = evaluate(exercise, lambda call, script: reply, seed=5, draws=1).status
        except Exception as error:
            status = grading.whose_error(exercise, error, 5, 1).status
        assert status in ("failed", "not attempted"), exercise.function


def test_a_check_that_cannot_judge_the_reference_is_our_error(monkeypatch):
    softmax = find_exercise("softmax")
    assert grading.whose_error(softmax, ValueError("x"), 5, 1).status == "failed"

    def broken(*args, **how):
        raise ValueError

    monkeypatch.setattr(grading, "evaluate", broken)
    assert grading.whose_error(softmax, ValueError("x"), 5, 1).status == "error"
