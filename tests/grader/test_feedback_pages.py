"""What a student may see: the diagnosis and their own outputs. Not the seed, its draws, a path of the grading
machine or how we work inside."""

import re
import shutil
import sys
from dataclasses import replace
from html import unescape
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_output
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.collect.submitted import released
from grader.course import ROOT, Class
from grader.grading.grade import DRAWS, own_seed, rebuilt
from grader.grading.journal import Journal
from grader.grading.submission import Unreadable
from grader.grading.verdict import seed_hash
from grader.judging.evaluate import our_error
from grader.judging.judge import trials
from grader.nbgrader_bridge.feedback import feedback_path, generate_feedback
from grader.record.registry import registry
from tests.grader.made_up_class import CHAPTER, hand_in, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
HOSTILE = "' onerror=alert(1) &lt;img src=x&gt; {{ 7 }} $x$"
IMAGE = "<img src=x onerror=alert(1)>"
STUDENTS = (HOSTILE, "bo", "cy", "%3cimg src=x onerror=alert(1)%3e")
TABLE = """def softmax(x, *, axis=-1):
    if x.shape == (4, 10) and round(float(x[0, 0]), 6) != {home:.6f}:
        print("SECRET", x)
        raise ValueError("SECRET " + repr(x))
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)"""
ANSWERS = {  # each exercise in another state
    "neuron": "def neuron(x, w, b, *, activation):\n    print('to myself')\n    return activation(x @ w)",
    "sigmoid": "def sigmoid(x):\n    return np.linalg.inv(np.zeros((2, 2)))",
    "sigmoid_backward": "raise OSError('no such luck')",
    "tanh_backward": "def tanh_backward(grad_output, a):\n    while True:\n        pass",
    "relu_backward": "def relu_backward(grad_output, x):\n    return 'zero'",
    "leaky_relu": "def leaky_relu(x, *, negative_slope=0.01):\n    return np.full(np.shape(x), np.nan)",
    "gelu": "def gelu(x):\n    import grader.record.exercise",
    "silu_backward": "def silu_backward(grad_output, x):\n    import os\n    os._exit(1)",
}
LOOK_AROUND = """import os, sys
print("mine:", os.getcwd())
import warnings
warnings.warn_explicit("old", UserWarning, np.linalg.__file__, 7)
np.polyfit([0.0, 0.0], [1.0, 2.0], 1)
raise RuntimeError("own cell")"""


@pytest.fixture(scope="module")
def pages(released_class, tmp_path_factory):
    """(class, {student: page}): every kind of verdict, all cells executed."""
    root = tmp_path_factory.mktemp("pages") / "course"
    shutil.copytree(released_class.root, root)
    course = Class(root)
    shop = workshop(course)
    home = RECORDS["softmax"].case("rows of logits").draw(0).args[0][0, 0]
    answers = shop.solutions | ANSWERS | {"softmax": TABLE.format(home=home)}
    del answers["softplus"]  # not attempted
    notebook = shop.notebook(answers)
    shown = new_output("stream", name="stdout", text="my own output\n")
    notebook.cells.append(new_code_cell(LOOK_AROUND, id="own", outputs=[shown]))
    del notebook.cells[3]
    hand_in(course, HOSTILE, notebook)
    hand_in(course, "bo", b"{")
    hand_in(course, IMAGE, notebook)
    hand_in(course, "cy", shop.answered())
    autograde(course, CHAPTER, isolation=LEVEL, execute="all", workers=1, console=Console(quiet=True))
    journal = Journal.of(course, CHAPTER)
    kept = journal.kept("cy")
    broken = {**kept.verdict.outcomes, "neuron": our_error(RECORDS["neuron"], "the reference disagrees")}
    journal.put("cy", "key", replace(kept, verdict=replace(kept.verdict, outcomes=broken)))
    generate_feedback(course, CHAPTER)
    return course, {s: feedback_path(course, s, CHAPTER).read_text(encoding="utf-8") for s in STUDENTS}


def test_there_is_every_kind(pages):
    course, _ = pages
    verdicts = [Journal.of(course, CHAPTER).get(student) for student in STUDENTS]
    assert {v.status for v in verdicts} == {"graded", "unreadable"}
    outcomes = [o for v in verdicts for o in v.outcomes.values()]
    assert {o.status for o in outcomes} == {"passed", "failed", "not attempted", "error"}
    assert {"runs", "type", "finite", "values"} <= {o.stage for o in outcomes}
    assert any(o.misconception for o in outcomes)
    assert "wrong on other numbers" in verdicts[0].outcomes["softmax"].message


def test_the_diagnosis_is_there_and_their_own_output(pages):
    _, found = pages
    text = unescape(re.sub(r"<[^>]*>", "", found[HOSTILE]))
    for words in ("You leave the bias out", "LinAlgError", "stopped:", "no such luck", "own cell", "mine:"):
        assert words in text
    assert all("Not graded" in found[student] for student in (STUDENTS[1], STUDENTS[3]))
    assert "is broken, not your answer" in found["cy"]


def secrets(course):
    """What must be on no page: the seed, the folders here, and the numbers that only the class's seed draws."""
    seed = course.seed(CHAPTER)
    yield from (str(seed), f"{seed:x}", seed_hash(seed), "SECRET [", "SECRET array", "BEGIN SOLUTION")
    yield from map(str, (course.root, course.root.parent, ROOT, ROOT / "grader", Path(sys.prefix)))
    yield from ("site-packages", ".grader", "grader.engine", "grader/engine")
    handed_in = [path.read_bytes() for path in course.root.glob(f"submitted/*/{CHAPTER}/{CHAPTER}.ipynb")]
    submissions = [rebuilt(text, CHAPTER, released(course, CHAPTER).read_bytes()) for text in handed_in]
    own = {own_seed(seed, found) for found in submissions if not isinstance(found, Unreadable)}
    for record, drawn in product(RECORDS.values(), own):
        for trial in trials(record, drawn, draws=DRAWS):
            arrays = () if trial.home else (*trial.call.args, *trial.call.kwargs.values())
            for array in arrays:
                if isinstance(array, np.ndarray) and array.dtype.kind == "f":
                    yield from (f"{x:.8f}" for x in array.ravel()[:20] if abs(x) > 1e-3 and x != round(x, 4))


def test_no_page_holds_a_secret(pages):
    course, found = pages
    unwanted = set(secrets(course))
    assert len(unwanted) > 1000
    for student, page in found.items():
        text = unescape(page)
        assert not [secret for secret in unwanted if secret in text], student


def test_nothing_acts_and_nothing_is_loaded(pages):
    _, found = pages
    for page in found.values():
        assert not re.search(r"<(script|iframe|object|link|base|form)\b", page)
        assert not re.search(r"<[^>]*\s(on\w+|srcset)\s*=", page)
        assert not re.search(r"(src|url)\s*[=(]\s*[\"']?(https?:)?//", page)
        assert "onerror=alert" not in page


def test_the_index_names_the_exercises(pages):
    _, found = pages
    for page in found.values():
        index = re.findall(r'<li><a href="#([\w-]+)">(.*?)</a>', page)
        assert [(f"{name}-check", name) for name in RECORDS] == [i for i in index if i[0].endswith("-check")]
        assert ("why-nonlinear", "Question why-nonlinear") in index
        assert "Test cell" not in page
