"""`my`: the reader's own functions out of the saved notebooks, where they are right and fast; else nnlib's."""

import json
import time

import numpy as np
import pytest

from grader import my
from grader.calls import local
from grader.calls.plain import Call, Returned, Stopped
from grader.engine.shell import Ours
from grader.home import my as home
from grader.home.answers import NoAnswer, read
from grader.home.check import check
from grader.home.clock import lost
from grader.record.exercise import source_of
from grader.record.registry import find_exercise, registry
from tests.grader.working import save

SOFTMAX = """def softmax(x, *, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""
LINEAR = (
    "def linear(x, weight, bias=None):\n    y = x @ weight.T\n    return y if bias is None else y + bias\n"
)
LOOPS = """def linear(x, weight, bias=None):
    rows = [[sum(w * v for w, v in zip(row, sample)) for row in weight] for sample in np.atleast_2d(x)]
    y = np.array(rows, dtype=x.dtype).reshape(*x.shape[:-1], len(weight))
    return y if bias is None else y + bias
"""
MLP = """def mlp(x, *parameters, activation="relu"):
    f, _ = pair(activation)
    *hidden, last = zip(parameters[::2], parameters[1::2])
    for weight, bias in hidden:
        x = f(linear(x, weight, bias))
    return linear(x, *last)
"""


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(home, "FRESH", -1.0)
    monkeypatch.setattr(home, "_choices", {})
    return tmp_path / "work"


def whose(name):
    """(whose, why) of the table."""
    return home.choose(name).row[1:]


NOT_RIGHT = "not right yet: `check({})` in its notebook says why"
# the answers that are saved, a cell of the reader's behind the first of them, whose the first one is then, and why
CASES = {
    "right": ({"softmax": SOFTMAX}, "", "yours", "right"),
    "wrong": ({"softmax": SOFTMAX.replace("- x.max", "+ x.max")}, "", "nnlib's", NOT_RIGHT.format("softmax")),
    "not written": ({"softmax": SOFTMAX.split("\n")[0] + "\n    raise NotImplementedError()"}, "", "nnlib's",
                    "not written yet"),
    "no Python": ({"softmax": SOFTMAX + "]"}, "", "nnlib's", "its cell is no Python: unmatched ']'"),
    "another name": ({"softmax": SOFTMAX.replace("softmax", "soft")}, "", "nnlib's",
                     "no cell of the notebook defines `softmax`"),
    "another's name, mended below": ({"softmax": "x = 1"}, SOFTMAX, "yours", "right"),
    "no function": ({"softmax": "softmax = 3"}, "", "nnlib's", "it is no function"),
    "its cell fails": ({"softmax": "A = nowhere\n" + SOFTMAX.replace("e = ", "e = A * ")}, "", "nnlib's",
                       "its cell fails, or one that it needs: NameError: name 'nowhere' is not defined"),
    "its cell fails beside it": ({"softmax": "A = nowhere\n" + SOFTMAX + "1 / 0"}, "", "yours", "right"),
    "a helper": ({"softmax": SOFTMAX.replace("np.exp", "power")}, "power = lambda x: np.e ** x", "yours", "right"),
    "another of the course": ({"softmax": "from nnlib.activations import softmax"}, "", "nnlib's",
                              NOT_RIGHT.format("softmax")),
    "another signature": ({"softmax": SOFTMAX.replace("*, axis=-1", "axis, /")}, "", "nnlib's",
                          NOT_RIGHT.format("softmax")),
    "itself": ({"softmax": "from grader import my\ndef softmax(x, *, axis=-1):\n    return my.softmax(x, axis=axis)"},
               "", "nnlib's", NOT_RIGHT.format("softmax")),
    "others' by my": ({"softmax_backward": "from grader import my\n"
                       "def softmax_backward(grad_output, x, *, axis=-1):\n    a = my.softmax(x, axis=axis)\n"
                       "    return a * (grad_output - (grad_output * a).sum(axis=axis, keepdims=True))"},
                      "", "yours", "right"),
    "on what is wrong": ({"mlp": MLP, "linear": LINEAR.replace(".T", "")}, "", "nnlib's",
                         "rests on your `linear`, which is not right"),
    "on what is not written": ({"mlp": MLP}, "", "nnlib's", "rests on your `linear`, which is not right"),
    "on what is right": ({"mlp": MLP, "linear": LINEAR}, "", "yours", "right"),
    "slow": ({"linear": LOOPS}, "", "nnlib's", "right, but slow: one call takes"),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "own", "who", "why"), CASES.values(), ids=CASES)
def test_whose_function_it_is_and_why(work, answers, own, who, why):
    name = next(iter(answers))
    save(work, answers, {name: own} if own else None)
    assert whose(name)[0] == who
    assert whose(name)[1].startswith(why)
    assert (getattr(my, name) is find_exercise(name).reference) == (who == "nnlib's")


BROKEN = [
    "",
    "{",
    "[]",
    '{"cells": 3}',
    '{"cells": [3]}',
    '{"cells": [{"cell_type": "code", "metadata": 3}]}',
    '{"cells": [{"cell_type": "code", "id": [], "source": ""}]}',
    '{"cells": [{"cell_type": "code", "id": "linear", "source": 3}]}',
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_notebook_costs_its_own_functions_only(work, broken):
    save(work, {"softmax": SOFTMAX, "linear": LINEAR})
    (work / "ch04_backprop" / "ch04_backprop.ipynb").write_text(broken)
    assert whose("linear") == ("nnlib's", "ch04_backprop.ipynb cannot be read as a notebook")
    assert whose("fans") == ("nnlib's", "there is no ch05_initialisation.ipynb in your working copy")
    assert whose("softmax")[0] == "yours"


def test_nothing_but_the_answer_is_run(work):
    save(work, {"softmax": SOFTMAX + "open('ran', 'w')"}, {"softmax": "open('ran', 'w')\nimport antigravity"})
    assert whose("softmax")[0] == "yours"
    assert not (work.parent / "ran").exists()


def test_a_check_that_passed_once_is_not_believed(work):
    save(work, {"softmax": SOFTMAX})
    (work / ".nn-workbook" / "progress.json").write_text(json.dumps({"softmax": {"status": "passed"}}))
    assert whose("softmax")[0] == "yours"
    save(work, {"softmax": SOFTMAX.replace("- x.max", "+ x.max")})
    assert whose("softmax")[0] == "nnlib's"
    save(work, {"softmax": SOFTMAX})
    assert whose("softmax")[0] == "yours"


def test_it_leaves_no_trace_in_the_progress(work):
    save(work, {"softmax": SOFTMAX})
    my.softmax  # noqa: B018
    assert list((work / ".nn-workbook").iterdir()) == []


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_what_is_graded_runs_on_nnlib(work, monkeypatch, mode):
    save(work, {"softmax": SOFTMAX})
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    assert my.softmax is find_exercise("softmax").reference
    assert whose("softmax") == ("nnlib's", "a notebook that is graded runs on nnlib")


def test_in_the_class_s_sandbox_every_name_is_nnlib_s():
    found = {
        name: getattr(Ours(), name) for name in registry()
    }  # an exercise may ask for less than nnlib's can do
    narrowed = {name for name, e in registry().items() if e.reference.__module__.startswith("grader.")}
    assert [n for n, e in registry().items() if found[n] is not e.reference and n not in narrowed] == []
    assert {found[name].__module__.split(".")[0] for name in narrowed} <= {"nnlib"}
    with pytest.raises(AttributeError, match="no exercise called 'nothing'"):
        Ours().nothing  # noqa: B018


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(AttributeError, match="no exercise called 'sofmax'; the nearest is 'softmax'"):
        my.sofmax  # noqa: B018


def test_it_stands_where_nnlib_s_function_stands(work):
    save(work, {"softmax": SOFTMAX})
    x = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_allclose(
        my.softmax(x, axis=0), find_exercise("softmax").reference(x, axis=0), rtol=1e-12
    )
    assert check(my.softmax).status == "passed"
    assert set(dir(my)) == {*registry(), "compare"}


def test_the_table_says_whose_each_function_is(work):
    save(work, {"softmax": SOFTMAX, "linear": LOOPS})
    text, page = repr(my), my._repr_html_()
    assert f"1 of {len(registry())} functions are yours" in text
    for name in registry():
        assert f"\n{name} " in f"\n{text}"
        assert f"<code>{name}</code>" in page


def test_answers_are_read_from_beside_the_kernel_too(work, monkeypatch):
    save(work, {"softmax": SOFTMAX})
    monkeypatch.chdir(work / "ch02_activations")
    assert whose("softmax")[0] == "yours"


def test_an_answer_without_a_cell_says_so(work):
    save(work, {"softmax": "def (:"})
    with pytest.raises(NoAnswer, match="no Python"):
        read("softmax")


# ── beside nnlib and torch ───────────────────────────────────────────────────────────────────────────────


def test_the_comparison_measures_the_same_calls(work):
    save(
        work,
        {
            "softmax": SOFTMAX,
            "linear": LOOPS,
            "sigmoid": source_of(find_exercise("sigmoid").alternatives[0], "sigmoid"),
        },
    )
    runs = {(run.function, run.whose): run for run in my.compare("softmax", "linear", my.sigmoid).runs}
    torch = pytest.importorskip("torch")
    assert set(runs) == {
        (f, w) for f in ("softmax", "linear", "sigmoid") for w in ("yours", "nnlib", "torch")
    }
    assert all(run.error < 1e-5 and run.seconds > 0 for run in runs.values())
    assert runs["linear", "yours"].seconds > 12 * runs["linear", "nnlib"].seconds
    x = find_exercise("softmax").cases[0].draw(1).args[0].astype(np.float32)
    want = find_exercise("softmax").reference(x.astype(np.float64))
    got = torch.nn.functional.softmax(torch.tensor(x), dim=-1).numpy()
    assert runs["softmax", "torch"].error == pytest.approx(np.abs(got - want).max() / np.abs(want).max())


def test_an_error_is_seen_in_the_comparison():
    from grader.home.compare import compare

    exercise = find_exercise("sigmoid")
    off = compare([(exercise, lambda x: exercise.reference(x) + 0.01)]).runs[0]
    assert off.error == pytest.approx(0.01, rel=1e-2)


def test_what_fails_there_is_no_number():
    from grader.home.compare import compare

    exercise = find_exercise("sigmoid")
    text = repr(compare([(exercise, lambda x: 1 / 0)]))
    assert "sigmoid" in text
    assert "–" in text


def test_every_exercise_can_be_compared():
    from grader.home.compare import compare

    found = compare([(e, e.reference) for e in registry().values()])
    mine = {run.function: run for run in found.runs if run.whose == "yours"}
    assert set(mine) == set(registry())
    no_plain_call = {name for name, run in mine.items() if run.seconds is None}
    assert no_plain_call == {name for name, e in registry().items() if e.cases[0].script}
    assert len(found.rows()) == len(registry())


def test_with_nothing_right_there_is_nothing_to_compare(work):
    assert "Nothing to compare" in repr(my.compare())
    assert "Nothing to compare" in my.compare()._repr_html_()


def test_an_answer_that_calls_my_keeps_its_own_time_limit(work):
    save(work, {"softmax": SOFTMAX})

    def answer(x):
        my.softmax(x)
        while True:
            pass

    assert local.ask(answer, Call((np.ones(2),), {}), seconds=1.0) == Stopped(
        "it ran longer than 1 s", "time"
    )


def test_the_time_of_looking_a_function_up_counts_for_no_limit(work, monkeypatch):
    save(work, {"softmax": SOFTMAX})
    looked_up = home._looked_up

    def slowly(*args):
        time.sleep(0.4)
        return looked_up(*args)

    monkeypatch.setattr(home, "_looked_up", slowly)
    before = lost()
    reply = local.ask(lambda x: my.softmax(x), Call((np.zeros(2),), {}), seconds=0.3)
    assert isinstance(reply, Returned)
    assert reply.value.tolist() == [0.5, 0.5]
    assert lost() - before >= 0.4
