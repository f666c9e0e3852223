"""`grader mylib`: the reader's functions as a package that stands without the grader and without nnlib."""

import importlib
import json
import subprocess
import sys
import venv

import numpy as np
import pytest
from typer.testing import CliRunner

from grader import cli
from grader.mylib import package
from grader.mylib.modules import requirements
from grader.mylib.package import library
from grader.mylib.taken import taken
from grader.mylib.write import put
from grader.record.exercise import source_of
from grader.record.registry import chapters, find_exercise, registry
from nnlib import data
from tests.grader.test_my import LINEAR, LOOPS, MLP, SOFTMAX
from tests.grader.working import save, solved

SIGMOID = source_of(find_exercise("sigmoid").alternatives[0], "sigmoid")
BACKWARD = """def sigmoid_backward(grad_output, x):
    a = sigmoid(x)
    return grad_output * a * (1 - a)
"""
SILU_BACKWARD = """def silu_backward(grad_output, x):
    s = sigmoid(x)
    return grad_output * s * (1 + x * (1 - s))
"""
# Runs pytest where the course cannot be imported, whatever lies on the path.
ALONE = (
    "import sys; sys.modules['nnlib'] = sys.modules['grader'] = None; import pytest; sys.exit(pytest.main())"
)


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr("grader.home.my.FRESH", -1.0)
    return tmp_path / "work"


def made(work, answers, own=None):
    save(work, answers, own)
    return library()


def run_tests(folder, *options, python=sys.executable):
    """pytest's output and exit code, on the package as it lies there."""
    command = [python, "-c", ALONE, "-q", "-p", "no:cacheprovider", "-W", "error", "tests", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, done.returncode


def write(work):
    result = CliRunner().invoke(cli.app, ["mylib"], catch_exceptions=False)
    return result.output


def text_of(made, chapter):
    return made.files[f"mylib/{chapter}.py"]


# answers; whose function is in, and what its module says; what is not, and why
PARTS = {
    "its own source": ({"softmax": "# mine\n" + SOFTMAX}, "ch02_activations", ["# mine\n" + SOFTMAX.strip()], {}),
    "its helpers": (
        {"softmax": "import math\nE = math.e\n" + SOFTMAX.replace("np.exp(", "np.power(E, ")},
        "ch02_activations",
        ["import math", "E = math.e"],
        {},
    ),
    "not the rest of its cell": ({"softmax": SOFTMAX + "print(softmax(np.ones(3)))"}, "ch02_activations", [], {}),
    "a slow one": ({"linear": LOOPS}, "ch04_backprop", ["for row in weight"], {}),
    "an earlier one of the chapter": (
        {"sigmoid": SIGMOID, "sigmoid_backward": BACKWARD},
        "ch02_activations",
        ["def sigmoid(x)", "a = sigmoid(x)"],
        {},
    ),
    "the course's in its place, where it is wrong": (
        {"sigmoid": "def sigmoid(x):\n    return x", "sigmoid_backward": BACKWARD},
        "ch02_activations",
        ["from .ours.activations_sigmoidal import sigmoid  # the course's, not yours"],
        {"sigmoid": "not right yet"},
    ),
    "or not written": (
        {"mlp": MLP},
        "ch04_backprop",
        ["from .ours.nn_layers import linear  # the course's, not yours"],
        {"linear": "not written yet"},
    ),
    "an earlier chapter's": (
        {"sigmoid": SIGMOID, "mlp": MLP, "linear": LINEAR},
        "ch04_backprop",
        ['"sigmoid": ch02_activations.sigmoid', "**vars(ours_activations)"],
        {},
    ),
    "my, of an earlier chapter": (
        {"softmax": SOFTMAX, "linear": "from grader import my\n" + LINEAR + "\n    my.softmax(y), my.relu_backward"},
        "ch04_backprop",
        ['"softmax": ch02_activations.softmax', '"relu_backward": ours_activations_rectifiers.relu_backward'],
        {},
    ),
    "my, of the same chapter": (
        {"sigmoid": SIGMOID, "sigmoid_backward": "from grader import my\n" + BACKWARD.replace("= s", "= my.s")},
        "ch02_activations",
        ["my.sigmoid = sigmoid"],
        {},
    ),
    "a module of the same chapter": (
        {"sigmoid": SIGMOID, "sigmoid_backward": BACKWARD.replace(" sigmoid(", " activations.sigmoid(")},
        "ch02_activations",
        ["activations.sigmoid = sigmoid"],
        {},
    ),
    "nnlib's, of the same chapter": (
        {"sigmoid": SIGMOID, "silu_backward": "from nnlib.activations import sigmoid\n" + SILU_BACKWARD},
        "ch02_activations",
        ['"""Chapter 02, activations: as you wrote it."""\n\nimport numpy as np\n\n\n__all__'],
        {},
    ),
    "all of nnlib": (
        {"softmax": SOFTMAX, "sigmoid": "import nnlib\n" + SIGMOID + "\n    nnlib"},
        "ch02_activations",
        [],
        {"sigmoid": "`import nnlib` takes all of the course's library"},
    ),
    "nnlib inside": (
        {"softmax": SOFTMAX, "tanh_backward": "def tanh_backward(grad_output, x):\n    from nnlib import nn\n"
         "    return grad_output * (1 - np.tanh(x) ** 2)"},
        "ch02_activations",
        [],
        {"tanh_backward": "it imports from the course inside a function"},
    ),
    "the notebook's tools": (
        {"softmax": SOFTMAX, "sigmoid": "from grader import hint\n" + SIGMOID + "\n    hint"},
        "ch02_activations",
        [],
        {"sigmoid": "it uses `from grader import hint`, which belongs to the notebook"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answers", "chapter", "says", "missing"), PARTS.values(), ids=PARTS)
def test_what_is_in_a_module(work, answers, chapter, says, missing):
    found = made(work, answers)
    text = text_of(found, chapter)
    assert [words for words in says if words not in text] == []
    assert "print(" not in text
    assert set(found.own) == set(answers) - set(missing)
    for name, why in missing.items():
        assert found.missing[name].startswith(why)
        assert f"* `{name}` ({chapter}): {why}" in found.files["README.md"]


def test_a_name_that_two_cells_define_costs_the_one_that_it_breaks(work):
    helped = "def power(x):\n    return np.exp(x)\n" + SOFTMAX.replace("np.exp", "power")
    other = "def power(x):\n    return x\ndef sigmoid(x):\n    return np.tanh(power(x) / 2) / 2 + 0.5"
    found = made(work, {"softmax": helped, "sigmoid": other})
    assert set(found.own) == {"softmax"}
    assert found.missing["sigmoid"] == package.ALONE


def test_nothing_right_is_no_library(work):
    save(work, {"softmax": "def softmax(x): return x"})
    from grader.problem import Problem

    with pytest.raises(Problem, match="no function in work is right yet"):
        write(work)
    assert not (work / "mylib").exists()


def test_a_copy_that_was_made_by_hand_is_a_working_copy(work):
    save(work, {"softmax": SOFTMAX})
    (work / ".nn-workbook").rmdir()
    write(work)
    assert "def softmax" in (work / "mylib" / "mylib" / "ch02_activations.py").read_text(encoding="utf-8")


def test_without_a_working_copy_it_says_so(work):
    from grader.problem import Problem

    with pytest.raises(Problem, match="there is no working copy in work"):
        write(work)


def test_the_package_stands_alone(work):
    """What it has of the course's goes with it; its tests need pytest and NumPy only."""
    save(work, {"softmax": SOFTMAX, "sigmoid_backward": BACKWARD, "mlp": MLP, "linear": LINEAR})
    assert f"4 of {len(registry())} functions are yours" in write(work)
    said, code = run_tests(work / "mylib")
    assert code == 0, said


def test_it_is_written_from_within_the_working_copy_too(work, monkeypatch):
    save(work, {"softmax": SOFTMAX})
    monkeypatch.chdir(work / "ch02_activations")
    assert f"pip install {work / 'mylib'}" in write(work)
    monkeypatch.chdir(work)
    assert "pip install ./mylib" in write(work)


def test_its_tests_see_a_mistake(work):
    save(work, {"softmax": SOFTMAX, "linear": LINEAR})
    write(work)
    path = work / "mylib" / "mylib" / "ch04_backprop.py"
    path.write_text(path.read_text().replace("y + bias", "y - bias"))
    said, code = run_tests(work / "mylib")
    assert code == 1
    assert "FAILED tests/test_ch04_backprop.py" in said
    assert "FAILED tests/test_ch02" not in said


def test_again_it_is_renewed_and_what_is_the_reader_s_stays(work):
    save(work, {"softmax": SOFTMAX, "linear": LINEAR})
    write(work)
    folder = work / "mylib"
    (folder / "README.md").write_text("mine")
    (folder / "mylib" / "extra.py").write_text("mine")
    save(work, {"softmax": "# better\n" + SOFTMAX, "linear": "def linear(x): pass"})
    said = write(work)
    assert "kept, since you have changed or made it: work/mylib/README.md" in said
    assert [(folder / name).read_text() for name in ("README.md", "mylib/extra.py")] == ["mine", "mine"]
    assert "# better" in (folder / "mylib" / "ch02_activations.py").read_text()
    assert not (folder / "mylib" / "ch04_backprop.py").exists()
    assert "0 files written, 0 removed" in write(work)


FILES = {  # what was written, what the reader makes of it, what is to be written; then (written, kept, removed)
    "the same": ({"a": "1"}, {}, {"a": "1"}, (0, 0, 0)),
    "new": ({"a": "1"}, {}, {"a": "2", "b/c": "1"}, (2, 0, 0)),
    "gone": ({"a": "1", "b": "1"}, {}, {"a": "1"}, (0, 0, 1)),
    "changed": ({"a": "1"}, {"a": "mine"}, {"a": "2"}, (0, 1, 0)),
    "changed and gone": ({"a": "1", "b": "1"}, {"a": "mine"}, {"b": "1"}, (0, 0, 0)),
    "there before": ({}, {"a": "mine"}, {"a": "1"}, (0, 1, 0)),
    "there before, the same": ({}, {"a": "1"}, {"a": "1"}, (0, 0, 0)),
    "taken away": ({"a": "1"}, {"a": None}, {"a": "1"}, (1, 0, 0)),
    "the list is broken": ({"a": "1"}, {".written.json": "{"}, {"a": "2"}, (0, 1, 0)),
}


@pytest.mark.parametrize(("first", "between", "then", "counts"), FILES.values(), ids=FILES)
def test_no_file_of_the_reader_s_is_touched(tmp_path, first, between, then, counts):
    put(tmp_path, first)
    for name, text in between.items():
        (tmp_path / name).unlink(missing_ok=True)
        if text is not None:
            (tmp_path / name).write_text(text)
    assert tuple(map(len, put(tmp_path, then))) == counts
    for name, text in between.items():
        if text == "mine":
            assert (tmp_path / name).read_text() == "mine"


def test_what_is_taken_along_of_the_course_is_unchanged_and_stands_alone(tmp_path, monkeypatch):
    """Every public function of the libraries that readers import from, in a package of its own."""
    from nnlib import activations

    names = [name for name in activations.__all__ if name.endswith("_backward")]
    files = taken({("nnlib.activations", name) for name in names}, at=".")
    (tmp_path / "along").mkdir()
    for name, text in {"__init__.py": "", **files}.items():
        (tmp_path / "along" / name).write_text(text)
    assert "nnlib" not in "".join(
        line for text in files.values() for line in text.splitlines() if "import" in line
    )
    monkeypatch.syspath_prepend(tmp_path)
    there = importlib.import_module("along.activations")
    x = np.linspace(-3, 3, 7)
    for name in ("gelu_backward", "selu_backward", "softmax_backward"):
        np.testing.assert_array_equal(getattr(there, name)(x, x), getattr(activations, name)(x, x))
    for name in [name for name in sys.modules if name.partition(".")[0] == "along"]:
        monkeypatch.delitem(sys.modules, name)


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────

TRAINING = """
import sys
sys.modules["nnlib"] = sys.modules["grader"] = None
import numpy as np
from mylib import cross_entropy, cross_entropy_backward, kaiming_normal, minibatch_indices, sgd_step
from mylib import mlp, mlp_backward
from mylib.ch06_optimizers import SGDState

digits = np.load(sys.argv[1])
X, y, X_test, y_test = (digits[name] for name in ("X", "y", "X_test", "y_test"))
rng = np.random.default_rng(int(sys.argv[2]))
parameters = [kaiming_normal((32, 64), rng=rng), np.zeros(32), kaiming_normal((10, 32), rng=rng), np.zeros(10)]
states = [SGDState(None) for _ in parameters]
for epoch in range(20):
    for batch in minibatch_indices(len(X), batch_size=32, rng=rng):
        grad = cross_entropy_backward(1.0, mlp(X[batch], *parameters), y[batch])
        grads = mlp_backward(grad, X[batch], *parameters)[1:]
        steps = [sgd_step(p, g, s, lr=0.1) for p, g, s in zip(parameters, grads, states)]
        parameters, states = map(list, zip(*steps))
print(np.mean(mlp(X_test, *parameters).argmax(axis=1) == y_test), cross_entropy(mlp(X, *parameters), y))
"""


@pytest.mark.slow
def test_a_reader_who_has_written_everything_installs_it_and_trains_with_it(work, tmp_path):
    solved(work, {})
    assert f"{len(registry())} of {len(registry())} functions are yours" in write(work)
    folder = work / "mylib"
    assert "## Missing\n\nNothing." in (folder / "README.md").read_text()

    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, folder], check=True)
    (wheel,) = tmp_path.glob("mylib-*.whl")
    python = fresh(tmp_path / "fresh")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True)

    (folder / "mylib").rename(folder / "not-imported")  # the installed one is
    said, code = run_tests(folder, python=python)
    assert code == 0, said
    assert len(list((folder / "tests").glob("test_*.py"))) == len(chapters())

    X, y = data.load_digits()
    test, train = np.split(np.random.default_rng(0).permutation(len(X)), [400])
    digits = {"X": X[train], "y": y[train], "X_test": X[test], "y_test": y[test]}
    np.savez(tmp_path / "digits.npz", **digits)
    for seed in range(3):
        run = [python, "-c", TRAINING, tmp_path / "digits.npz", str(seed)]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
        accuracy, cost = map(float, done.stdout.split())
        assert accuracy > 0.93
        assert cost < 0.2


def fresh(folder):
    """A new environment; what NumPy, SciPy and pytest need comes from the one that runs this."""
    venv.create(folder, with_pip=True)
    (there,) = folder.glob("lib/python*/site-packages")
    here = importlib.import_module("numpy").__path__[0].rpartition("/")[0]
    (there / "shared.pth").write_text(
        here
    )  # of that folder no .pth is read, so nothing that is editable is there
    return folder / "bin" / "python"


@pytest.mark.slow
@pytest.mark.parametrize("which", range(2))
def test_right_answers_by_other_methods_make_a_library_too(work, which):
    """Every right answer of the banks, in turn: each in its place, on the others."""
    solved(work, {name: source_of(e.alternatives[which], name) for name, e in registry().items()})
    found = library()
    assert found.missing == {}
    put(work / "mylib", found.files)
    said, code = run_tests(work / "mylib")
    assert code == 0, said


def test_the_list_of_what_was_written_is_no_list_of_what_is_there(work):
    save(work, {"softmax": SOFTMAX})
    write(work)
    listed = json.loads((work / "mylib" / ".written.json").read_text())
    there = {p.relative_to(work / "mylib").as_posix() for p in (work / "mylib").rglob("*") if p.is_file()}
    assert set(listed) == there - {".written.json"}


def test_a_function_that_chooses_among_modules_comes_with_all_of_them():
    files = taken([("nnlib.conv.convolution", "conv2d_backward")], ".")
    assert {"conv__columns.py", "conv__winograd.py", "conv__fast.py", "_compiled.py"} <= set(files)
    assert requirements(files.values()) == ["numpy"]  # numba is used where it is there
