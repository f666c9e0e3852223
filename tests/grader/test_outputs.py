"""What a cell shows is caught as Jupyter would keep it, checked outside, and no point depends on it."""

import base64
import json

import pytest

from grader.calls.plain import Shown, Stopped
from grader.engine.limits import Limits
from grader.engine.outputs import CUT, accepted
from grader.engine.session import Session
from grader.grading.grade import grade
from tests.grader.three_exercises import CHAPTER, RIGHT, hand_in, own, released
from tests.strongest_isolation import LEVEL

LIMITS = Limits(cell=30.0, shown=60.0, notebook=300.0, output_kb=64)


@pytest.fixture(scope="module")
def session():
    with Session({}, LIMITS, LEVEL, outputs=True) as shared:
        yield shared


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def value(text):
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": None,
    }


CELLS = {
    "print": ("print(1)\nprint(2)", [stream("1\n2\n")]),
    "stderr": ("import sys\nprint('e', file=sys.stderr)", [stream("e\n", "stderr")]),
    "a value": ("3 + 4", [value("7")]),
    "no value": ("3 + 4;", []),
    "print and value": ("print(1)\n2", [stream("1\n"), value("2")]),
    "a subprocess": (
        "import subprocess\nprint('a', flush=True)\nsubprocess.run(['echo', 'b'])\nprint('c')",
        [stream("a\nb\nc\n")],
    ),
    "a command": ("!echo $((1 + 1))", [stream("2\n")]),
    "a descriptor": ("import os\n_ = os.write(1, b'raw\\n')", [stream("raw\n")]),
    "HTML": (
        "from IPython.display import HTML, display\nprint('before')\ndisplay(HTML('<b>x</b>'))\nprint('after')",
        [
            stream("before\n"),
            {
                "output_type": "display_data",
                "data": {"text/plain": "<IPython.core.display.HTML object>", "text/html": "<b>x</b>"},
                "metadata": {},
            },
            stream("after\n"),
        ],
    ),
    "colours": ("print('\\x1b[31mred\\x1b[0m')", [stream("red\n")]),
    "a warning": (
        "import warnings\nwarnings.warn_explicit('mind', UserWarning, 'f', 1)",
        [stream("f:1: UserWarning: mind\n", "stderr")],
    ),
}


@pytest.mark.parametrize(("source", "outputs"), CELLS.values(), ids=CELLS)
def test_what_a_cell_shows(session, source, outputs):
    assert session.run(source, "shown") == Shown(outputs)


@pytest.mark.parametrize("show", ["plt.show()", "fig", "plt.close; display(fig); plt.close()"])
def test_a_figure_is_a_picture(session, show):
    source = f"import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([0, 1]);\n{show}"
    (output, *_) = session.run(source, "shown").outputs
    assert base64.b64decode(output["data"]["image/png"])[:4] == b"\x89PNG"


def test_an_error_is_readable(session):
    reply = session.run("print('so far')\n1 / 0", "shown")
    assert reply.outputs == [stream("so far\n")]
    assert (reply.error.kind, reply.error.line) == ("ZeroDivisionError", 2)


@pytest.mark.parametrize(
    "source",
    [
        "print('x' * 10_000_000)",
        "for _ in range(10_000): print('x' * 100)",
        "from IPython.display import HTML\nHTML('x' * 10_000_000)",
        "from IPython.display import display\nfor _ in range(10_000): display(1)",
        "import os\nfor _ in range(1000): os.write(2, b'z' * 10_000);",
    ],
)
def test_a_flood_is_cut(session, source):
    reply = session.run(source, "shown")
    assert len(str(reply.outputs)) < 3 * (LIMITS.output_kb << 10)
    assert CUT.strip() in str(reply.outputs)


FORGED = [
    None,
    "text",
    [1, [], {}, {"output_type": 3}],
    [{"output_type": "stream", "name": "stdin", "text": "x"}],
    [{"output_type": "stream", "name": "stdout", "text": 7}],
    [{"output_type": "error", "ename": "E"}],
    [{"output_type": "display_data", "data": {"application/javascript": "alert(1)"}}],
    [{"output_type": "display_data", "data": {"image/png": "<script>"}}],
    [{"output_type": "display_data", "data": []}],
]


@pytest.mark.parametrize("outputs", FORGED, ids=str)
def test_outputs_of_another_form_are_dropped(outputs):
    assert accepted(outputs, 1000) == []


def test_all_cells_are_executed_and_no_point_depends_on_it():
    notebook = hand_in(**RIGHT)
    notebook["cells"] += [own("print('mine')\nimport os\nos._exit(0)"), own("print('next')")]
    options = {"skeleton": released(), "isolation": LEVEL, "limits": LIMITS}
    plain, shown = (grade(json.dumps(notebook), CHAPTER, 3, execute=e, **options) for e in ("points", "all"))
    assert plain.outcomes == shown.outcomes
    assert plain.outputs == {}
    texts = [str(outputs) for outputs in shown.outputs.values()]
    assert any("it ended the whole Python process" in text for text in texts)
    assert any("next" in text for text in texts)


def test_another_way_to_execute_is_refused():
    with pytest.raises(ValueError, match="execute 'some'; there is: points, all"):
        grade(json.dumps(released()), CHAPTER, 3, skeleton=released(), execute="some")


def test_demos_have_a_time_of_their_own():
    limits = Limits(shown=1.0, cell=30.0)
    with Session({}, limits, LEVEL, outputs=True) as session:
        assert isinstance(session.run("while True: pass", "shown"), Stopped)
        assert session.run("1", "shown") == Stopped("not run, because the demos together took 1 s")
        assert isinstance(session.run("1"), Shown)
