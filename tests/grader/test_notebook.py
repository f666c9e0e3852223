"""What a reader's notebook imports: check, hint, solution, reset, progress, compare_with_torch."""

import os
import subprocess
import sys
import warnings
from dataclasses import replace
from types import FunctionType

import numpy as np
import pytest

from grader import check, compare_with_torch, hint, progress, reset, solution
from grader.home import cells
from grader.home import progress as reader
from grader.record.registry import find_exercise, registry
from tests.course.answers import run_source


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    (tmp_path / ".nn-workbook").mkdir()


def define(source, name="softmax"):
    space = {"np": np}
    run_source(source, space, name="<cell>")
    return space[name]


RIGHT = """def softmax(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""
NO_SHIFT = RIGHT.replace("x - x.max(axis=axis, keepdims=True)", "x")
BODY = "def softmax(x, *, axis=-1):\n    "

ANSWERS = {
    "right": (RIGHT, "passed", None, ""),
    "no shift": (NO_SHIFT, "failed", "finite", "exp overflows to inf"),
    "untouched": (BODY + "raise NotImplementedError()\n", "not attempted", "attempted", "hint(softmax)"),
    "returns nothing": (BODY + "x / x.sum()\n", "failed", "type", "without a `return`"),
    "another name for the option": (
        RIGHT.replace("axis=-1", "dim=-1"),
        "failed",
        "signature",
        "called `dim`",
    ),
    "no option": ("def softmax(x):\n    return x\n", "failed", "signature", "option `axis` is missing"),
    "too few arguments": ("def softmax():\n    return 1\n", "failed", "signature", "takes x"),
    "too many arguments": (RIGHT.replace("x, *", "x, y, *"), "failed", "signature", "no argument `y`"),
    "raises": (BODY + "return x / np.zeros(7)\n", "failed", "runs", "line 2: return x / np.zeros(7)"),
    "exits": (BODY + "raise SystemExit(1)\n", "failed", "runs", "SystemExit"),
    "a list of arrays": (BODY + "return {1, 2}\n", "failed", "type", "a set"),
    "a function": (BODY + "return np.exp\n", "failed", "type", "returned a"),
    "an if on an array": (BODY + "return x if x > 0 else 0\n", "failed", "runs", "np.where chooses"),
    "math for numpy": (
        BODY + "import math\n    return math.exp(x)\n",
        "failed",
        "runs",
        "np.exp for math.exp",
    ),
    "no power": (BODY + "return x ^ 2\n", "failed", "runs", "x**2"),
    "the wrong shape": (BODY + "return np.exp(x).sum(axis=axis)\n", "failed", "shape", "expected shape (3,)"),
    "never ends": (BODY + "while True: pass\n", "failed", "runs", "longer than 0.5 s"),
    "never ends and catches": (
        BODY + "while True:\n        try:\n            while True: pass\n        except: pass\n",
        "failed",
        "runs",
        "longer than 0.5 s",
    ),
}


@pytest.mark.parametrize(("source", "status", "stage", "words"), ANSWERS.values(), ids=ANSWERS)
def test_check_says_what_is_wrong(source, status, stage, words, monkeypatch):
    monkeypatch.setattr("grader.home.answer.FIRST_CALL", -1.5)  # half a second in all: enough to be too long
    outcome = check(define(source))
    assert (outcome.status, outcome.stage) == (status, stage)
    assert words in outcome.message
    assert outcome.message in repr(outcome)
    assert "nnw-report" in outcome._repr_html_()


ENDLESS = "def {}(x, *others, activation='relu', bias=None):\n    while True: pass\n"
MLP = """from nnlib import activations
def mlp(x, *parameters, activation="relu"):
    for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = getattr(activations, activation)(linear(x, weight, bias))
    return linear(x, *parameters[-2:])
"""


def test_of_an_answer_that_uses_others_a_call_that_never_ends_is_shown(monkeypatch):
    monkeypatch.setattr("grader.home.answer.FIRST_CALL", -1.5)
    assert "stopped: it ran longer than" in check(define(ENDLESS.format("mlp"), "mlp")).found


def test_an_earlier_function_that_never_ends_sinks_no_later_one(monkeypatch):
    monkeypatch.setattr("grader.home.answer.FIRST_CALL", -1.5)
    outcome = check(define(ENDLESS.format("linear") + MLP, "mlp"))
    assert outcome.status == "passed"
    assert outcome.note.startswith("Judged with our `linear` in place of yours (not right yet).")


def test_positional_options_are_fine():
    assert check(define(RIGHT.replace("x, *, axis", "x, axis"))).status == "passed"


def test_prints_and_warnings_never_matter(capfd):
    loud = RIGHT.replace(
        "    e =",
        "    import sys, warnings\n    print('hello'); print('x', file=sys.stderr)\n"
        "    warnings.warn('careful')\n    e =",
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert check(define(loud)).status == "passed"
    out, err = capfd.readouterr()
    assert (out, err, caught) == ("", "", [])


@pytest.mark.parametrize(
    ("argument", "error", "words"),
    [
        (lambda x: x, LookupError, "write the answer with def"),
        ("softmax", TypeError, "without quotes: check(softmax)"),
        (define("def softmaxx(x): return x", "softmaxx"), LookupError, "nearest is 'softmax'"),
        (np.ones(3), TypeError, "not its result"),
        (0.5, TypeError, "not its result (got float)"),
    ],
)
def test_check_refuses_what_is_no_exercise(argument, error, words):
    with pytest.raises(error) as found:
        check(argument)
    assert words in str(found.value)


@pytest.mark.parametrize("mode", ["autograde", "validate"])
@pytest.mark.parametrize(
    ("source", "points"), [(RIGHT, "3.0"), (NO_SHIFT, None), (ANSWERS["untouched"][0], "0.0")]
)
def test_under_nbgrader_the_repr_is_the_points(monkeypatch, mode, source, points):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    outcome = check(define(source))
    if mode == "validate" and not points:
        points = "0.0"  # it is not right, and the notebook may be for other points
    assert repr(outcome) == (points or repr(outcome.points))
    assert 0 <= float(repr(outcome)) <= 3
    assert not os.listdir(".nn-workbook")


def test_hints_come_one_by_one_and_the_last_stays():
    shown = [repr(hint("softmax")).count("Hint") for _ in range(5)]
    assert shown == [1, 2, 3, 3, 3]


def test_a_solution_needs_an_attempt():
    assert "Try it first" in repr(solution("softmax"))
    check(define(ANSWERS["untouched"][0]))
    assert "Try it first" in repr(solution("softmax"))
    check(define(NO_SHIFT))
    text = solution("softmax").code
    assert "SOLUTION" not in text
    assert check(define(text)).status == "passed"


def test_reset_gives_the_stub_back():
    assert check(define(reset("softmax").code)).status == "not attempted"


def test_progress_remembers_tries_and_points():
    check(define(NO_SHIFT))
    check(define(RIGHT))
    hint("softmax")
    row = next(r for r in progress().rows() if r[0] == "softmax")
    assert row == ("softmax", "passed", 3.0, 3, 2, 1)
    assert "1 of 14 exercises right, 3 of 27 points" in repr(progress())
    assert f"The whole course: 1 of {len(registry())} functions are yours" in repr(progress())
    assert "softmax" in progress()._repr_html_()
    assert "<code>grader mylib</code>" in progress()._repr_html_()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"softmax": 3}', '{"softmax": {"points": "many", "hints": "x"}}']
)
def test_a_broken_progress_file_is_no_error(tmp_path, content):
    (tmp_path / ".nn-workbook" / "progress.json").write_text(content)
    progress().rows()
    hint("softmax")
    assert check(define(RIGHT)).status == "passed"


def test_where_progress_cannot_be_written_the_kernel_remembers_it(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.home.progress._unsaved", {})
    (tmp_path / ".nn-workbook").rmdir()
    (tmp_path / ".nn-workbook").write_text("a file where the folder should be")
    assert check(define(NO_SHIFT)).status == "failed"
    assert "1 try, " in repr(progress())
    assert "cannot be written" in repr(progress())
    assert [repr(hint("softmax")).count("Hint") for _ in range(2)] == [1, 2]
    assert "e / e.sum" in solution("softmax").code


def test_a_value_from_another_cell_is_pointed_at():
    space = {"np": np, "z": np.ones(3)}
    run_source("def sigmoid(x):\n    return 1 / (1 + np.exp(-z))\n", space, name="<cell>")
    assert "`z` is not an argument of your function" in check(space["sigmoid"]).message


def test_the_library_s_own_function_is_no_attempt():
    from nnlib.activations import softmax

    assert check(softmax).stage == "own work"
    assert "0 tries" in repr(progress())


def test_progress_lies_beside_the_working_copy(tmp_path, monkeypatch):
    (tmp_path / "ch02").mkdir()
    monkeypatch.chdir(tmp_path / "ch02")
    check(define(RIGHT))
    assert (tmp_path / ".nn-workbook" / "progress.json").exists()


def test_torch_agrees_with_a_right_answer_and_not_with_a_wrong_one():
    good, bad = compare_with_torch(define(RIGHT)), compare_with_torch(define(NO_SHIFT))
    assert good.ok
    assert [row.quantity for row in good.rows[:2]] == ["values", "gradients"]
    assert not bad.ok
    assert "✗" in repr(bad)
    assert "does not run yet" in repr(compare_with_torch(define(ANSWERS["untouched"][0])))


def test_without_torch_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "torch is not installed" in repr(compare_with_torch(define(RIGHT)))


HEAVY = {"scipy", "sklearn", "matplotlib", "rich", "IPython", "torch", "nbgrader", "nbconvert", "jupytext"}


@pytest.mark.parametrize(
    "statement", ["import nnlib", "from grader import check", "import grader.home.check", "import grader.cli"]
)
def test_importing_is_cheap(statement):
    """What is loaded, not how long it takes."""
    code = f"{statement}\nimport sys\nprint(*{{m.partition('.')[0] for m in sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not HEAVY & set(loaded) - ({"rich"} if "cli" in statement else set())


# ── nothing destroys progress ────────────────────────────────────────────────────────────────────────────


def state_of(function):
    return {key: reader.read()[function][key] for key in ("status", "attempts")}


def test_an_untouched_answer_takes_nothing_away_and_the_same_answer_is_one_try():
    for source in (NO_SHIFT, NO_SHIFT, NO_SHIFT.replace("sum", "max")):
        check(define(source))
    assert state_of("softmax") == {"status": "failed", "attempts": 2}
    check(define(RIGHT))
    check(define(ANSWERS["untouched"][0]))
    assert state_of("softmax") == {"status": "passed", "attempts": 3}


class Shell:
    kernel = True

    def __init__(self):
        self.inserted = []

    def set_next_input(self, text):
        self.inserted.append(text)


def test_reset_inserts_one_cell_once_and_none_in_a_batch(monkeypatch):
    shell = Shell()
    monkeypatch.setattr("grader.home.cells.the_shell", lambda: shell)
    monkeypatch.setattr("grader.home.help._inserted", set())
    monkeypatch.setitem(cells._clock, "pause", 0.001)
    assert "many cells" in repr(reset("sigmoid"))
    assert shell.inserted == []
    monkeypatch.setitem(cells._clock, "pause", 5.0)
    for _ in range(3):
        assert "stands below" in repr(reset("sigmoid"))
    assert len(shell.inserted) == 1
    assert "YOUR CODE HERE" in shell.inserted[0]


def test_the_repair_comes_at_the_second_failure(monkeypatch):
    exercise = find_exercise("sigmoid")
    mended = replace(exercise.misconceptions[0], repair="Write `this` instead.")
    monkeypatch.setattr("grader.home.check.LAST", {})
    changed = replace(exercise, misconceptions=(mended, *exercise.misconceptions[1:]))
    monkeypatch.setattr("grader.home.check.find_exercise", lambda name: changed)
    wrong = FunctionType(mended.fn.__code__, mended.fn.__globals__, "sigmoid")
    first, second = check(wrong), check(wrong)
    assert first.misconception == second.misconception == mended.slug
    assert (first.repair, second.repair) == ("", "Write `this` instead.")
    assert "How to mend it" in second._repr_html_()
    assert "How to mend it" not in first._repr_html_()
