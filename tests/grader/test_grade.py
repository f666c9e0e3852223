"""grade(): from a hand-in to points, whatever is in it."""

import copy
import json
import os

import pytest

from grader.calls.wire import encode
from grader.course import ROOT
from grader.engine.limits import Limits
from grader.grading.grade import grade, own_seed, rebuilt
from grader.grading.verdict import Verdict, seed_hash
from grader.judging.judge import trials
from grader.record.registry import registry
from tests.grader import three_exercises
from tests.grader.three_exercises import CHAPTER, RIGHT, at, hand_in, own, released, stub
from tests.strongest_isolation import LEVEL

LIMITS = Limits(call=0.6, cell=20.0, notebook=300.0)
FULL = {"sigmoid": 1, "softmax": 3, "softmax_backward": 3}


def graded(notebook, seed=11, **options):
    options = {"skeleton": released(), "limits": LIMITS, "isolation": LEVEL} | options
    return grade(json.dumps(notebook), CHAPTER, seed, **options)


def points(verdict):
    return {name: outcome.points for name, outcome in verdict.outcomes.items()}


def statuses(verdict):
    return [outcome.status for outcome in verdict.outcomes.values()]


def test_right_answers_earn_all_points():
    verdict = graded(hand_in(**RIGHT))
    assert points(verdict) == FULL
    assert statuses(verdict) == ["passed"] * 3
    assert (verdict.status, verdict.release, verdict.isolation) == ("graded", "0123456789ab", LEVEL)
    assert (verdict.repairs, verdict.log, verdict.seed_hash) == ((), (), seed_hash(11))
    assert 0 < verdict.seconds < 60
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_an_untouched_notebook_is_not_attempted():
    verdict = graded(released())
    assert statuses(verdict) == ["not attempted"] * 3
    assert (verdict.points, verdict.max_points) == (0, 7)


def test_the_same_hand_in_gets_the_same_verdict():
    notebook = hand_in(**RIGHT | {"sigmoid": "def sigmoid(x):\n    return 1 / (1 + np.exp(x))"})
    first, second = (graded(notebook).to_json() | {"seconds": 0} for _ in range(2))
    assert first == second


# ── one answer goes wrong: what is said of it, and the other two stay right ──────────────────────────────

WRONG = {
    # the answer to softmax: (its source, status, points, stage, words in the message)
    "a misconception": (
        "def softmax(x, *, axis=-1):\n    e = np.exp(x)\n    return e / e.sum(axis=axis, keepdims=True)",
        "failed",
        None,
        "finite",
        "exp overflows to inf",
    ),
    "wrong values": ("def softmax(x, *, axis=-1):\n    return x * 0.3", "failed", 0, "values", "got"),
    "None": ("def softmax(x, *, axis=-1):\n    x.sum()", "failed", 0, "type", "without a `return`"),
    "nan": ("def softmax(x, *, axis=-1):\n    return x * np.nan", "failed", 0, "finite", "nan"),
    "infinity": ("def softmax(x, *, axis=-1):\n    return x / 0", "failed", 0, "finite", "inf"),
    "equal to everything": (
        "class Yes(np.ndarray):\n    def __eq__(self, other): return True\n"
        "def softmax(x, *, axis=-1):\n    return np.asarray(x).view(Yes)",
        "failed",
        0,
        "values",
        "got",
    ),
    "an exception": (
        "def softmax(x, *, axis=-1):\n    y = x\n    return y / zero",
        "failed",
        0,
        "runs",
        "NameError: name 'zero' is not defined · line 3: return y / zero",
    ),
    "a stub with a comment": (
        stub("softmax").replace("YOUR CODE HERE", "YOUR CODE HERE, later"),
        "not attempted",
        0,
        "attempted",
        "not attempted yet",
    ),
    "another option": (
        "def softmax(x, dim=-1):\n    return x",
        "failed",
        0,
        "signature",
        "the option `axis` is missing; yours is called `dim`",
    ),
    "syntax error": (
        "def softmax(x, *, axis=-1):\n    return x +",
        "failed",
        0,
        "runs",
        "the cell stops with SyntaxError: invalid syntax · line 2: return x +",
    ),
    "exception in place of the def": (
        "softmax = numpi.softmax",
        "failed",
        0,
        "runs",
        "the cell stops with NameError: name 'numpi' is not defined · line 1: softmax = numpi.softmax",
    ),
    "another name": (
        "def soft_max(x):\n    return x",
        "failed",
        0,
        "attempted",
        "no function `softmax` is defined",
    ),
    "emptied": ("", "failed", 0, "attempted", "no function `softmax` is defined"),
    "no function": ("softmax = 3", "failed", 0, "type", "`softmax` is no function but of type int"),
    "endless loop in the function": (
        "def softmax(x, *, axis=-1):\n    while True: pass",
        "failed",
        0,
        "runs",
        "stopped: it ran longer than 0.6 s",
    ),
    "os._exit in the function": (
        "def softmax(x, *, axis=-1):\n    import os\n    os._exit(0)",
        "failed",
        0,
        "runs",
        "stopped: it ended the whole Python process",
    ),
    "os._exit in the cell": (
        "import os\nos._exit(0)",
        "failed",
        0,
        "runs",
        "the cell was stopped: it ended the whole Python process",
    ),
    "sys.exit in the function": (
        "import sys\ndef softmax(x, *, axis=-1):\n    sys.exit('bye')",
        "failed",
        0,
        "runs",
        "SystemExit: bye",
    ),
    "all the memory": (
        "def softmax(x, *, axis=-1):\n    return np.ones(10**10)",
        "failed",
        0,
        "runs",
        "MemoryError",
    ),
    "a huge result": (
        "def softmax(x, *, axis=-1):\n    return np.broadcast_to(x.ravel()[0], (10**5, 10**5))",
        "failed",
        0,
        "type",
        "returned an array of shape (100000, 100000), more than 64 MiB",
    ),
    "patched numpy": (
        "np.allclose = np.array_equal = np.testing.assert_allclose = lambda *a, **k: True\n"
        "def softmax(x, *, axis=-1):\n    return 0 * x",
        "failed",
        0,
        "values",
        "got 0",
    ),
    "patched builtins": (
        "import builtins\nbuiltins.all = builtins.isinstance_ = lambda *a: True\n"
        "def softmax(x, *, axis=-1):\n    return 0 * x",
        "failed",
        0,
        "values",
        "got 0",
    ),
    "replaced run_cell": (
        "get_ipython().run_cell = lambda *a, **k: None\ndef softmax(x, *, axis=-1):\n    return 0 * x",
        "failed",
        0,
        "values",
        "got 0",
    ),
    "nnlib's own": (
        "def softmax(x, *, axis=-1):\n    import nnlib\n    return nnlib.activations.softmax(x, axis=axis)",
        "failed",
        0,
        "own work",
        "exercise `softmax` asks you to write it",
    ),
    "scipy's own": (
        "from scipy.special import softmax",
        "failed",
        0,
        "runs",
        "exercise `softmax` asks you to write it",
    ),
    "torch's own": (
        "def softmax(x, *, axis=-1):\n    import torch\n    return torch.softmax(x, axis)",
        "failed",
        0,
        "runs",
        "torch is not available while grading",
    ),
}


@pytest.mark.parametrize(("source", "status", "earned", "stage", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_named_and_sinks_no_other(source, status, earned, stage, words):
    verdict = graded(hand_in(**RIGHT | {"softmax": source}))
    outcome = verdict.outcomes["softmax"]
    assert (outcome.status, outcome.stage) == (status, stage), outcome.message
    assert words in outcome.message + outcome.traceback
    assert outcome.stopped == ("stopped: " in words)
    assert outcome.points == earned if earned is not None else 0 < outcome.points <= 0.8 * 3
    others = {"sigmoid": 1.0, "softmax_backward": 3.0}
    assert {n: p for n, p in points(verdict).items() if n != "softmax"} == others


# ── right answers in odd company ─────────────────────────────────────────────────────────────────────────

COMPANY = {
    "a failing print after the def": "\nprint(softmax('text'))",
    "megabytes of prints": "\nprint('x' * 5_000_000)",
    "warnings": "\nimport warnings\nwarnings.warn('careful')",
    "a figure": "\nimport matplotlib.pyplot as plt\nplt.plot(softmax(np.ones(3)))\nplt.show()",
    "its own check": "\nfrom grader import check\ncheck(softmax)",
}


@pytest.mark.parametrize("more", COMPANY.values(), ids=COMPANY)
def test_what_else_stands_in_the_cell_costs_nothing(more):
    verdict = graded(hand_in(**RIGHT | {"softmax": RIGHT["softmax"] + more}))
    assert points(verdict) == FULL


def test_an_endless_loop_in_a_cell_costs_nothing_that_it_defines():
    answer = {"softmax": RIGHT["softmax"] + "\nwhile True: pass"}
    verdict = graded(hand_in(**RIGHT | answer), limits=Limits(cell=1.5))
    assert points(verdict) == FULL
    answer = {"softmax": "while True: pass"}
    verdict = graded(hand_in(**RIGHT | answer), limits=Limits(cell=1.5))
    assert points(verdict) == FULL | {"softmax": 0}
    assert "the cell was stopped: it ran longer than 1.5 s" in verdict.outcomes["softmax"].message


def test_own_cells_are_run_and_cost_nothing():
    notebook = hand_in(**RIGHT | {"softmax": RIGHT["softmax"].replace("np.exp(", "my_exp(")})
    notebook["cells"].insert(at(notebook, "softmax-check"), own("# between\ndef my_exp(x): return np.exp(x)"))
    notebook["cells"].insert(0, own("1 / 0", metadata={"tags": ["skip-execution"]}))
    notebook["cells"].insert(1, own("import os\nos._exit(1)"))
    notebook["cells"].insert(2, own("Not code: 1 / 0", "markdown"))
    verdict = graded(notebook)
    assert points(verdict) == FULL
    assert verdict.log == (
        "Your own cell “1 / 0”: ZeroDivisionError: division by zero · line 1: 1 / 0",
        "Your own cell “import os”: stopped: it ended the whole Python process",
    )


def test_slow_own_cells_take_nothing_from_the_answers():
    notebook = hand_in(**RIGHT)
    for i in range(3):
        notebook["cells"].insert(0, own(f"# try {i}\nimport time\ntime.sleep(0.7)"))
    verdict = graded(notebook, limits=Limits(own=1.0, notebook=30.0))
    assert points(verdict) == FULL
    assert "your own cells together took 1 s" in verdict.log[-1]


@pytest.mark.parametrize(
    "command", ["!touch made", "%pip install x", "%%bash\ntouch made", "made = !touch made"]
)
def test_commands_are_not_run(command):
    """No file appears: the next cell would say so, in words that the log keeps."""
    notebook = hand_in(**RIGHT)
    look = "import os\nif os.path.exists('made'): raise ValueError('a command was run')"
    notebook["cells"][:0] = [own(command), own(look)]
    verdict = graded(notebook)
    assert points(verdict) == FULL
    assert verdict.log == ()


def test_tracebacks_show_the_student_s_lines_and_nothing_of_ours():
    answer = {
        "softmax": "def softmax(x, *, axis=-1):\n    import torch.nn.functional as F\n    return F.softmax(x)"
    }
    outcome = graded(hand_in(**RIGHT | answer)).outcomes["softmax"]
    assert "return F.softmax(x)" in outcome.traceback
    assert str(ROOT / "grader") not in outcome.traceback
    assert str(ROOT / "grader") not in outcome.message


def test_numbers_of_the_class_are_not_shown():
    """An error message may hold the arguments: those that only the class's seed draws stay with the grader."""
    source = (
        "def softmax(x, *, axis=-1):\n    if x.shape == (4, 10) and round(float(x[0, 0]), 6) != 0.335421:\n"
        "        raise ValueError(repr(x))\n    e = np.exp(x - x.max(axis=axis, keepdims=True))\n"
        "    return e / e.sum(axis=axis, keepdims=True)"
    )
    exercise = registry(CHAPTER)["softmax"]
    home = exercise.case("rows of logits").draw(0).args[0][0, 0]
    outcome = graded(hand_in(**RIGHT | {"softmax": source.replace("0.335421", f"{home:.6f}")})).outcomes[
        "softmax"
    ]
    assert "wrong on other numbers" in outcome.message
    assert "array(" not in str(outcome.to_json())


def test_a_helper_in_a_later_cell_is_found():
    notebook = hand_in(**RIGHT | {"softmax": "def softmax(x, *, axis=-1):\n    return later(x, axis)"})
    notebook["cells"].append(
        own("def later(x, axis):\n    return np.exp(x) / np.exp(x).sum(axis, keepdims=True)")
    )
    assert points(graded(notebook))["softmax"] > 0


def test_a_ready_made_answer_is_there_once_its_exercise_is_done():
    backward = RIGHT["softmax_backward"].replace(
        "a = softmax", "from nnlib.activations import softmax\n    a = softmax"
    )
    assert points(graded(hand_in(**RIGHT | {"softmax_backward": backward}))) == FULL
    early = {"sigmoid": "from nnlib.activations import softmax_backward\n" + RIGHT["sigmoid"]}
    verdict = graded(hand_in(**RIGHT | early))
    assert points(verdict) == FULL  # what is locked and not used costs nothing


@pytest.mark.parametrize("softmax", [stub("softmax"), "def softmax(x, *, axis=-1):\n    while True: pass"])
def test_an_answer_is_judged_with_our_function_where_theirs_is_wrong(softmax):
    verdict = graded(hand_in(**RIGHT | {"softmax": softmax}))
    assert points(verdict) == FULL | {"softmax": 0}
    assert "Judged with our `softmax`" in verdict.outcomes["softmax_backward"].note


SMUGGLES = """\
SEEN = []
def softmax(x, *, axis=-1):
    SEEN.append((x.tobytes().hex(), axis))
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)"""


def test_what_an_answer_smuggles_out_is_worth_nothing_in_the_next_hand_in():
    notebook = hand_in(**RIGHT | {"softmax": SMUGGLES})
    notebook["cells"].append(own("raise ValueError(SEEN[-1])"))
    first = graded(notebook)
    assert first.outcomes["softmax"].points == 3
    assert any("ValueError" in line for line in first.log)
    again = [set(drawn(notebook)), set(drawn(hand_in(**RIGHT)))]
    assert len(again[0]) == len(again[1]) > 10
    assert len(again[0] & again[1]) < len(again[0]) / 2  # what `check` shows, and no more


def drawn(notebook):
    exercise = registry(CHAPTER)["softmax"]
    submission = rebuilt(json.dumps(notebook), CHAPTER, released())
    for trial in trials(exercise, own_seed(11, submission), 3):
        yield encode(trial.call)


def put(notebook, before, *cells):
    notebook["cells"][(n := at(notebook, before)) : n] = cells


def edit(notebook, id, /, **fields):
    notebook["cells"][at(notebook, id)] |= fields


def with_own_cells():
    notebook = hand_in(**RIGHT)
    put(
        notebook, "softmax-check", own("a = 1", id="a"), own("b = 2", id="b"), own("a", "markdown", id="text")
    )
    return notebook


def move(notebook, id, before):
    put(notebook, before, notebook["cells"].pop(at(notebook, id)))


RUNS = {
    "an answer": lambda n: edit(n, "softmax", source=RIGHT["softmax"] + "\n# better"),
    "white space in an answer": lambda n: edit(n, "softmax", source=RIGHT["softmax"] + "\n"),
    "an answer that is gone": lambda n: edit(n, "softmax", source=stub("softmax")),
    "an answer in another's cell": lambda n: edit(
        n, "sigmoid", source=RIGHT["sigmoid"] + "\n" + RIGHT["softmax"]
    ),
    "an own cell": lambda n: edit(n, "a", source="a = 2"),
    "an own cell's name": lambda n: edit(n, "a", source="# one\na = 1"),
    "an own cell gone": lambda n: n["cells"].pop(at(n, "b")),
    "an own cell more": lambda n: put(n, "demo", own("c = 3")),
    "an own cell twice": lambda n: put(n, "a", own("a = 1")),
    "an own cell behind everything": lambda n: n["cells"].append(own("c = 3")),
    "a magic": lambda n: put(n, "demo", own("%matplotlib inline")),
    "a cell magic": lambda n: edit(n, "b", source="%%time\nb = 2"),
    "a command": lambda n: put(n, "imports", own("!pip install torch")),
    "nothing to run": lambda n: put(n, "demo", own("")),
    "two own cells in another order": lambda n: move(n, "b", "a"),
    "an own cell behind a check": lambda n: move(n, "b", "softmax_backward"),
    "an own cell before an answer": lambda n: move(n, "b", "softmax"),
    "two own cells in one": lambda n: [edit(n, "a", source="a = 1\nb = 2"), n["cells"].pop(at(n, "b"))],
    "text that becomes code": lambda n: n["cells"].__setitem__(at(n, "text"), own("a", id="text")),
    "code that becomes text": lambda n: edit(n, "b", cell_type="markdown"),
}
DOES_NOT_RUN = {
    "outputs": lambda n: edit(n, "a", outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}]),
    "outputs of an answer": lambda n: edit(
        n, "softmax", outputs=[{"output_type": "display_data", "data": {}}]
    ),
    "execution counts": lambda n: [edit(n, id, execution_count=9) for id in ("a", "b", "softmax", "demo")],
    "tags": lambda n: [edit(n, id, metadata={"tags": ["skip-execution"]}) for id in ("a", "b")],
    "ids": lambda n: [edit(n, id, id=id * 8) for id in ("a", "b", "text")],
    "metadata": lambda n: n["metadata"].update(kernelspec={"name": "julia", "display_name": "Julia"}),
    "text of one's own": lambda n: edit(n, "text", source="b"),
    "more text": lambda n: [put(n, id, own("hello", "markdown")) for id in ("imports", "a", "demo")],
    "raw text": lambda n: put(n, "demo", own("x = 1", "raw")),
    "text that moves": lambda n: move(n, "text", "demo"),
    "a written answer": lambda n: edit(n, "why", source="Because lines of lines are lines."),
    "what is restored": lambda n: [
        edit(n, id, source="x = 1") for id in ("imports", "softmax-check", "demo")
    ],
    "what is restored, in its place": lambda n: move(n, "demo", "imports"),
}


@pytest.mark.parametrize(
    ("change", "runs"),
    [*((change, True) for change in RUNS.values()), *((change, False) for change in DOES_NOT_RUN.values())],
    ids=[*RUNS, *DOES_NOT_RUN],
)
def test_the_draws_depend_on_everything_that_runs_and_on_nothing_else(change, runs):
    notebook = with_own_cells()
    change(notebook)
    before, after = (
        own_seed(11, rebuilt(json.dumps(n), CHAPTER, released())) for n in (with_own_cells(), notebook)
    )
    assert (before != after) == runs


def test_numbers_written_into_the_code_pass_at_home_and_not_in_class():
    exercise = registry(CHAPTER)["softmax"]
    table = {}
    for trial in trials(exercise):
        (x,), options = trial.call.realise()
        table[x.tobytes().hex() + str(options)] = exercise.reference(x, **options).tolist()
    source = f"""\
TABLE = {table}
def softmax(x, **options):
    return np.array(TABLE.get(x.tobytes().hex() + str(options), 0.0), x.dtype)"""
    notebook = hand_in(**RIGHT | {"softmax": source})
    assert graded(notebook, draws=0).outcomes["softmax"].points == 3
    outcome = graded(notebook).outcomes["softmax"]
    assert outcome.points < 3
    assert "right on the numbers that `check` shows" in outcome.message


# ── forged, broken, lost ─────────────────────────────────────────────────────────────────────────────────


def test_forged_outputs_metadata_and_points_count_for_nothing():
    notebook = hand_in(softmax="def softmax(x, *, axis=-1):\n    return x")
    check = notebook["cells"][at(notebook, "softmax-check")]
    forged = {
        "output_type": "execute_result",
        "data": {"text/plain": "3.0"},
        "metadata": {},
        "execution_count": 1,
    }
    check |= {"source": "99.0", "outputs": [forged]}
    check["metadata"]["nbgrader"] |= {"points": 99, "solution": True, "schema_version": 99}
    notebook["metadata"]["nn_workbook"]["release"] = 7
    verdict = graded(notebook)
    assert (verdict.points, verdict.max_points) == (0, 7)
    assert any("the check cell of `softmax`" in repair for repair in verdict.repairs)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", FULL], ids=repr)
def test_what_is_no_notebook_is_unreadable_and_says_why(content):
    verdict = grade(content, CHAPTER, 1, skeleton=released(), isolation=LEVEL)
    assert (verdict.status, dict(verdict.outcomes)) == ("unreadable", {})
    assert verdict.reason


def test_a_notebook_without_ids_and_in_another_order_is_graded_like_any_other():
    notebook = hand_in(**RIGHT)
    for cell in notebook["cells"]:
        del cell["id"]
    notebook["cells"].reverse()
    verdict = graded(notebook)
    assert points(verdict) == FULL
    assert len(verdict.repairs) == 2


def test_nothing_is_changed_outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "numpy.py").write_text("raise ImportError('the wrong numpy')")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    before = copy.deepcopy(dict(os.environ))
    answer = (
        RIGHT["softmax"]
        + "\nimport os\nopen('mine.txt', 'w').close()\nassert 'NBGRADER_EXECUTION' not in os.environ"
    )
    notebook, skeleton = hand_in(**RIGHT | {"softmax": answer}), released()
    given = copy.deepcopy((notebook, skeleton))
    verdict = grade(notebook, CHAPTER, 3, skeleton=skeleton, isolation=LEVEL)
    assert points(verdict) == FULL
    assert verdict.log == ()
    assert (notebook, skeleton) == given
    assert os.listdir(tmp_path) == ["numpy.py"]
    assert dict(os.environ) == before


def test_another_isolation_is_refused():
    with pytest.raises(ValueError, match=r"isolation 'none'; there is: .*process"):
        graded(released(), isolation="none")


def test_a_released_notebook_that_cannot_be_read_is_our_error():
    with pytest.raises(ValueError, match="the released notebook of ch02_activations: the file is empty"):
        graded(released(), skeleton="")


def test_the_default_skeleton_is_the_courses_own_notebook(tmp_path, monkeypatch):
    path = tmp_path / "course.ipynb"
    path.write_text(json.dumps(released()))
    monkeypatch.setattr("grader.grading.grade.notebook_path", lambda chapter: path)
    assert points(grade(json.dumps(released()), CHAPTER, 1, isolation=LEVEL)) == dict.fromkeys(
        three_exercises.FUNCTIONS, 0.0
    )
