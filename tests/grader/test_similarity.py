"""A pasted reference is noticed, an honest answer is not; nothing of it costs a point."""

import inspect
import json

import pytest

from grader.grading.grade import grade
from grader.grading.similarity import LIKE, similarity
from grader.record.registry import chapters, registry
from tests.grader.three_exercises import CHAPTER, RIGHT, hand_in, released
from tests.strongest_isolation import LEVEL

EXERCISES = [exercise for chapter in chapters() for exercise in registry(chapter).values()]
BACKWARD = registry(CHAPTER)["softmax_backward"].reference


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.function)
def test_honest_answers_do_not_read_like_the_reference(exercise):
    for answer in exercise.alternatives:
        assert similarity(inspect.getsource(answer), exercise.reference) < LIKE


CHANGES = {
    "as it is": lambda text: text,
    "with comments": lambda text: text.replace("\n", "  # mine\n"),
    "without the docstring": lambda text: "".join(text.split('"""')[::2]),
    "one name changed": lambda text: text.replace("grad_output", "g"),
    "behind other lines": lambda text: "import numpy as np\n\n" + text,
    "between other functions": lambda text: (
        f"def a(x):\n    return x\n\n\n{text}\n\ndef b(x):\n    return x\n"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_pasted_reference_is_noticed(change):
    assert similarity(change(inspect.getsource(BACKWARD)), BACKWARD) >= LIKE


@pytest.mark.parametrize("source", ["", "def f(", "x = '''", "\x00", "def " * 9000, "(" * 9000, "\n" * 9000])
def test_any_text_can_be_compared(source):
    assert similarity(source, BACKWARD) < LIKE


def test_it_is_in_the_verdict_and_costs_nothing():
    ours = "def as_float(x):\n    return x\n\n\ndef as_grad(op, g, x):\n    return g\n\n\n"
    pasted = ours + "".join(inspect.getsource(BACKWARD).split('"""')[::2])  # its docstring would give it away
    notebook = hand_in(**RIGHT | {"softmax_backward": pasted})
    honest, copied = (
        grade(json.dumps(n), CHAPTER, 3, skeleton=released(), isolation=LEVEL)
        for n in (hand_in(**RIGHT), notebook)
    )
    assert honest.similar == {}
    assert copied.similar.keys() == {"softmax_backward"}
    assert copied.points == honest.points
