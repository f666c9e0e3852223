"""Running the cells of one notebook: what each ends in, whatever the others do."""

import pytest

from grader.any_course.run import Cell, Setting, run_cells
from grader.engine.zygote import _is_harmless
from tests.strongest_isolation import LEVEL

SETTING = Setting(LEVEL, cell=2.0, notebook=20.0)


def run(*sources, setting=SETTING, files=None, **how):
    return run_cells([Cell(source) for source in sources], files or {}, setting, **how)


def statuses(ran):
    return [one.status for one in ran]


def text_of(one):
    return "".join(o.get("text") or o["data"]["text/plain"] for o in one.outputs)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("True", True),
        ("None", None),
        ("x = 3", None),
        ("3;", None),
        ("'3'", "str"),
        ("import numpy as np\nnp.float32(0.5)", 0.5),
        ("import numpy as np\nnp.int64(3)", 3),
        ("class N(float): pass\nN(3)", "N"),
        ("class N(int):\n    __module__ = 'numpy'\nN(3)", "N"),
        ("[3]", "list"),
    ],
)
def test_the_value_of_the_last_line(source, value):
    (one,) = run(source)
    assert (one.status, one.value, type(one.value)) == ("ok", value, type(value))


def test_errors_are_those_of_the_cell():
    missing, syntax, fine = run("missing", "def f(:", "1")
    assert (missing.status, missing.error.kind) == ("error", "NameError")
    assert "----> 1 missing" in missing.error.traceback
    assert syntax.error.kind == "SyntaxError"
    assert fine.status == "ok"


@pytest.mark.parametrize(
    ("breaks", "status", "reason"),
    [
        ("import os\nos._exit(3)", "died", "ended the whole Python process"),
        ("import ctypes\nctypes.string_at(0)", "died", "crash"),
        ("b = 2\nwhile True: pass", "time", "longer than 2 s"),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "time",
            "longer than 2 s",
        ),
    ],
)
def test_what_breaks_costs_its_own_cell(breaks, status, reason):
    ran = run("a = 1", breaks, "a")
    assert statuses(ran) == ["ok", status, "ok"]
    assert reason in ran[1].reason
    assert ran[2].value == 1


def test_what_an_interrupted_cell_has_defined_stays():
    assert run("b = 2\nwhile True: pass", "b")[1].value == 2


def test_a_notebook_has_an_end():
    setting = Setting(LEVEL, cell=2.0, notebook=3.0)
    ran = run(*["import time\ntime.sleep(1.6)"] * 4, setting=setting)
    assert statuses(ran) == ["ok", "time", "not run", "not run"]
    assert "used up its 3 s" in ran[2].reason


def test_somebody_may_stop_it():
    assert statuses(run("1", "2", stop=lambda: True)) == ["not run", "not run"]


def test_files_are_there_and_can_be_changed():
    files = {"data/a.csv": b"1,2\n", "helper.py": b"x = 5\n", "empty": b"", "large": b"x" * (40 << 20)}
    ran = run(
        "import helper, os\nhelper.x",
        "open('data/a.csv').read(), os.path.getsize('empty'), os.path.getsize('large')",
        "open('data/a.csv', 'a').write('3')",
        "open('data/a.csv').read()",
        files=files,
    )
    assert statuses(ran) == ["ok"] * 4
    assert ran[0].value == 5
    assert text_of(ran[1]) == f"('1,2\\n', 0, {40 << 20})"
    assert text_of(ran[3]) == "'1,2\\n3'"
    assert text_of(run("open('data/a.csv').read()", files=files)[0]) == "'1,2\\n'"


def test_outputs_of_a_notebook_are_cut():
    ran = run(*["print('x' * 1_000_000)"] * 25)
    assert sum(len(text_of(one)) for one in ran) < 22 << 20
    assert "cut" in text_of(ran[-1])


def test_the_environment_is_a_kernels():
    ran = run(
        "import os\nos.environ['NBGRADER_EXECUTION']",
        "__name__",
        "import grader",
        "from IPython.display import Markdown, display\ndisplay(Markdown('**x**'))",
        "print(1)\nfrom IPython.display import clear_output\nclear_output()\nprint(2)",
    )
    assert text_of(ran[0]) == "'autograde'"
    assert text_of(ran[1]) == "'__main__'"
    assert ran[3].outputs[0]["data"]["text/markdown"] == "**x**"
    assert text_of(ran[4]) == "2\n"


@pytest.mark.skipif(LEVEL == "process", reason="only a zygote imports ahead")
def test_packages_are_warmed():
    setting = Setting(LEVEL, warm=("sympy", "there_is_none"))
    assert run("import sys\n'sympy' in sys.modules", setting=setting)[0].value is True


@pytest.mark.parametrize(
    ("source", "harmless"),
    [
        ("x = 1", True),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=[5]).start()", False),
        ("raise SystemExit", False),
        ("import os\nos._exit(3)", False),
        ("1 / 0", False),
    ],
)
def test_what_cannot_be_imported_ahead_is_left_out(source, harmless, tmp_path, monkeypatch):
    (tmp_path / "tried_ahead.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    assert _is_harmless("tried_ahead") == harmless
