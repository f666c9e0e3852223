"""A student's process can do what it likes: the grader gets a reply in time, and the next question finds it well."""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.calls.plain import Raised, Returned, Stopped, call
from grader.engine.alone import Alone
from grader.engine.doctor import usable
from grader.engine.limits import EngineError, Limits
from grader.engine.process import LEVELS, StudentProcess
from grader.engine.session import Session as AnySession
from grader.engine.session import asking

PATIENT = Limits(cell=30.0, notebook=600.0, first=0.0)
SHORT = Limits(cell=1.0, first=0.0)
SOFTMAX = "nnlib.activations.softmax_family.softmax"
LOCKED = {
    SOFTMAX: "softmax",
    "scipy.special.softmax": "softmax",
    "nnlib.activations.sigmoidal.sigmoid": "sigmoid",
    "scipy.special.expit": "sigmoid",
    "nnlib.data.StandardScaler": "standardize",
}
ONE = call([1.0, 2.0])
ALONE = "alone"  # without a zygote, as on macOS and Windows
HERE = [*(level for level in LEVELS if usable(level)), ALONE]


@pytest.fixture(scope="module", params=HERE)
def level(request):
    return request.param


def Session(locked, limits, level="process", **options):
    if level == ALONE:
        options["launch"] = lambda limits, level: StudentProcess(lambda theirs: Alone(theirs, limits))
    return AnySession(locked, limits, level, **options)


@pytest.fixture(scope="module")
def session(level):
    with Session(LOCKED, PATIENT, level) as shared:
        assert shared.run("import os, sys\nimport numpy as np") == Returned(None)
        yield shared


@pytest.fixture(scope="module")
def rough(level):
    """A session of few cells, to be broken and replayed."""
    with Session({}, PATIENT, level) as shared:
        assert shared.run("import os\nimport numpy as np") == Returned(None)
        yield shared


def asked(session, body, rebind=None, seconds=30.0):
    """Define f(x) with this body and call it."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    assert session.run(f"def f(x):\n{lines}") == Returned(None)
    session._stops.clear()
    return session.call("f", ONE, None, seconds, rebind)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────

QUIET = {
    "print": "print('x' * 3_000_000)",
    "stderr": "import sys\nsys.stderr.write('y' * 3_000_000)",
    "the descriptors": "import os\nos.write(1, b'z' * 100_000)\nos.write(2, b'z' * 100_000)",
    "a subprocess": "!echo hello",
    "a figure": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.show()",
    "a warning": "import warnings\nwarnings.warn('mind')\n1 / np.zeros(2)",
    "magics": "%time 1 + 1",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "grader's tools": "from grader import check, hint, my\nimport grader\ncheck(1)\nhint('x', stage=2)\n"
    "my.linear, my.compare(), my",
}


@pytest.mark.parametrize("source", QUIET.values(), ids=QUIET)
def test_what_a_cell_prints_or_draws_costs_nothing(session, source):
    assert session.run(source) == Returned(None)


@pytest.mark.parametrize(
    ("source", "kind", "line", "text"),
    [
        ("1\n1 / 0", "ZeroDivisionError", 2, "1 / 0"),
        ("def f():\n    return nowhere()\n\nf()", "NameError", 2, "return nowhere()"),
        ("x = 1\ndef f(:", "SyntaxError", 2, "def f(:"),
        ("if True:\n    1\n  2", "IndentationError", 3, "2"),
        ("int(input())", "EOFError", 1, "int(input())"),
        ("raise SystemExit(3)", "SystemExit", 1, "raise SystemExit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", 1, "raise KeyboardInterrupt"),
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E", "E", 3, "raise E"),
        ("[0] * 10**10", "MemoryError", 1, "[0] * 10**10"),
    ],
)
def test_a_failing_cell_names_its_line(session, source, kind, line, text):
    reply = session.run(source)
    assert isinstance(reply, Raised)
    assert (reply.kind, reply.line, reply.source) == (kind, line, text)


def test_names_are_described(session):
    session.run("def f(a, *, b=1): pass\nnumber = 3\nalias = np.exp")
    assert session.describe("f").parameters == [
        ("a", "POSITIONAL_OR_KEYWORD", False),
        ("b", "KEYWORD_ONLY", True),
    ]
    kinds = [session.describe(n).kind for n in ("f", "alias", "number", "nowhere")]
    assert kinds == ["function", "function", "int", "missing"]


def test_the_process_sees_nothing_of_ours(session, monkeypatch):
    reply = asked(session, "return [os.getcwd(), str(len(os.listdir())), *sorted(os.environ)]")
    cwd, files, *names = reply.value
    assert files == "0"
    assert cwd != os.getcwd()
    assert {"HOME", "PATH"} <= set(names)
    assert not {n for n in names if n.startswith(("NBGRADER", "PYTEST", "SSH", "AWS"))}
    loaded = asked(session, "return sorted(n for n in sys.modules if n.startswith('grader'))").value
    assert not [n for n in loaded if n.startswith(("grader.record", "grader.exercises", "grader.judging"))]


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_returns_what_the_function_returns(session):
    value = asked(session, "x[0] = 7\nreturn x, np.float32(2), {'a': None}").value
    assert value[0].tolist() == [7.0, 2.0]
    assert (value[1].dtype, value[2]) == (np.float32, {"a": None})


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("return 1 / 0", "ZeroDivisionError", "division by zero"),
        ("raise SystemExit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt('no')", "KeyboardInterrupt", "no"),
        ("return np.zeros(10**8)", "NotPlain", "an array of shape (100000000,), more than 64 MiB"),
        ("return [np.zeros(5 * 10**6)] * 2", "NotPlain", "76 MiB of results; return what was asked for"),
        ("return np.array([None])", "NotPlain", "an array of dtype object; return an array of floats"),
        ("return lambda: 1", "NotPlain", "a function; did you forget to call it?"),
        ("return 10**30", "NotPlain", "an integer beyond 64 bits; return a float"),
        ("return [0] * 10**10", "MemoryError", ""),
        ("raise NotImplementedError()", "NotImplementedError", ""),
        ("return f(x)", "RecursionError", "maximum recursion depth exceeded"),
    ],
)
def test_a_call_that_fails_says_why(session, body, kind, message):
    reply = asked(session, body)
    assert isinstance(reply, Raised)
    assert (reply.kind, reply.message) == (kind, message)
    assert reply.unattempted == (kind == "NotImplementedError")


def test_a_used_name_is_rebound_for_one_call_only(session):
    session.run("def relu(x): return 0 * x")
    body, ours = "return relu(x)", "nnlib.activations.rectifiers.relu"
    assert asked(session, body).value.tolist() == [0.0, 0.0]
    assert asked(session, body, {"relu": ours}).value.tolist() == [1.0, 2.0]
    assert asked(session, body).value.tolist() == [0.0, 0.0]
    assert asked(session, "return missing(x)", {"missing": ours}).value.tolist() == [1.0, 2.0]
    assert asked(session, "return missing(x)").kind == "NameError"


# ── a ready-made answer refuses, or is not there ─────────────────────────────────────────────────────────

REFUSED = {
    "from import": "from nnlib.activations import softmax\nsoftmax(x)",
    "its own file": "from nnlib.activations.softmax_family import softmax\nsoftmax(x)",
    "attribute": "import nnlib\nnnlib.activations.softmax(x)",
    "star": "from nnlib.activations import *\nsoftmax(x)",
    "alias": "import nnlib.activations.gated as g\ng.sigmoid(x)",
    "getattr": "import nnlib.activations as a\ngetattr(a, 'soft' + 'max')(x)",
    "my": "from grader import my\nmy.softmax(x)",
    "forged namespace": "exec('from nnlib.activations import softmax', s := {'__name__': 'nnlib.activations'})\n"
    "s['softmax'](x)",
    "behind the facade": "import nnlib.activations as a\na._real.softmax(x)",
    "among all objects": "import gc, types\ngc.unfreeze()\n"
    "of = [o for o in gc.get_objects() if isinstance(o, types.FunctionType)]\n"
    "next(f for f in of if f.__name__ == 'softmax' and f.__module__.startswith('nnlib'))(x)",
    "pickle": "import pickle\npickle.loads(b'cnnlib.activations.softmax_family\\nsoftmax\\n.')(x)",
    "a copy of the function": "import types, nnlib.activations as a\n"
    "types.FunctionType(a.softmax.__code__, a.softmax.__globals__)(x)",
    "functools": "import functools, nnlib.activations as a\nfunctools.partial(a.softmax, axis=0)(x)",
    "what a function returns": "from nnlib.modules import find\nimport nnlib\nfind(nnlib, 'activations.sigmoid')(x)",
    "what a class calls": "from nnlib.modules import Sigmoid\nSigmoid()(x)",
    "what a class is told to call": "from nnlib.modules import Activation\nActivation('softmax')(x)",
    "a class's attribute": "from nnlib.modules import Sigmoid\nSigmoid().call(x)",
    "a subclass": "from nnlib.modules import Sigmoid\nclass Mine(Sigmoid): pass\nMine().forward(x)",
    "a network": "from nnlib.modules import Sequential, Sigmoid\nSequential(Sigmoid())(x)",
    "what a function calls": "from nnlib.activations import silu\nsilu(x) / x",
    "a gradient by differences": "from nnlib.gradcheck import numerical_vjp\nfrom nnlib.activations import sigmoid\n"
    "numerical_vjp(sigmoid, (x,), x)",
    "by its name in an experiment": "from nnlib.experiments import gradient_chain\ngradient_chain('sigmoid')",
    "a class that is an answer": "from nnlib.data import StandardScaler\nStandardScaler()",
    "a subclass of one": "from nnlib.data import StandardScaler\nclass Mine(StandardScaler): pass\nMine().fit(x)",
    "scipy": "from scipy.special import expit",
    "scipy's attribute": "import scipy\nscipy.special.softmax",
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_a_ready_made_answer_is_refused(session, source):
    reply = session.run(f"x = np.ones(2)\n{source}")
    assert isinstance(reply, Raised)
    assert (reply.kind, "asks you to write it" in reply.message) == ("OwnWork", True), reply


PRIVATE = {
    "import": "import nnlib.losses._fast",
    "from import": "from nnlib.activations import _fast",
    "attribute": "import nnlib.activations\nnnlib.activations._fast",
    "a file of nnlib, run again": "import os, nnlib\n"
    "exec(open(os.path.dirname(nnlib.__file__) + '/activations/softmax_family.py').read())",
}


@pytest.mark.parametrize("source", PRIVATE.values(), ids=PRIVATE)
def test_what_is_private_to_nnlib_is_refused(session, source):
    reply = session.run(source)
    assert (reply.kind, "own affair" in reply.message) == ("OwnWork", True), reply


COPIES = {
    "cut out of its file": "import os, nnlib\nfolder = os.path.dirname(nnlib.__file__) + '/activations'\n"
    "text = open(folder + '/softmax_family.py').read()\nstart = text.index('def softmax(')\nspace = {'np': np}\n"
    "exec(text[start:text.index('def ', start + 1)], space)\nsoftmax = space['softmax']",
    "a table of functions": "def softmax(x, *, axis=-1): return space['softmax'](x, axis=axis)",
    "a helper": "again = space['softmax']\ndef softmax(x, *, axis=-1): return again(x, axis=axis)",
    "a closure": "def made(f):\n    def softmax(x, *, axis=-1): return f(x, axis=axis)\n    return softmax\n"
    "softmax = made(space['softmax'])",
}


def test_a_copy_of_one_is_found(session):
    for how, source in COPIES.items():
        assert session.run(source) == Returned(None)
        assert session.describe("softmax").ready_made == SOFTMAX, how
    session.run("def softmax(x, *, axis=-1): return np.exp(x) / np.exp(x).sum(axis=axis)")
    assert session.describe("softmax").ready_made == ""


NOT_THERE = "{} is not available while grading; use NumPy"
ABSENT = {
    "torch": ("import torch.nn\ntorch.nn.ReLU()", NOT_THERE.format("torch")),
    "sklearn": ("from sklearn import metrics\nmetrics.auc([0], [1])", NOT_THERE.format("sklearn")),
    "records": ("import grader.exercises", "No module named 'grader.exercises'; 'grader' is not a package"),
    "solutions": ("import solutions.ch02_activations as s\ns.softmax([1.0])", NOT_THERE.format("solutions")),
}


@pytest.mark.parametrize(("source", "message"), ABSENT.values(), ids=ABSENT)
def test_what_is_absent_cannot_be_used(session, source, message):
    reply = session.run(source)
    assert isinstance(reply, Raised)
    assert (reply.kind, reply.message) == ("ModuleNotFoundError", message)


STILL_THERE = {
    "asking for torch": "import importlib.util\nassert importlib.util.find_spec('torch') is None",
    "other functions": "import nnlib\nassert nnlib.activations.relu(-1.0) == 0",
    "a name that is not called": "from nnlib.activations import softmax as s\nimport nnlib.modules as m\nm.Sigmoid()",
    "a module of a hidden one's name": "import nnlib.activations.exponential as m\nm.softplus(1.0)",
    "the rest of scipy.special": "from scipy.special import erf\nimport scipy.special as s\ns.log_softmax([1.0])",
    "nnlib's own use of scipy": "from nnlib.activations import gelu\ngelu(np.ones(2))",
    "scipy's own use of a hidden one": "import scipy.stats\nassert scipy.stats.logistic.cdf(0.0) == 0.5",
}


@pytest.mark.parametrize("source", STILL_THERE.values(), ids=STILL_THERE)
def test_everything_else_works_as_ever(session, source):
    assert session.run(source) == Returned(None)


def test_an_unlocked_answer_stays_so_in_a_fresh_process(level):
    with Session(LOCKED, PATIENT, level) as session:
        source = "from nnlib.activations import softmax\nsoftmax([1.0])"
        assert isinstance(session.run(source), Raised)
        session.unlock([SOFTMAX])
        assert session.run(source) == Returned(None)
        assert isinstance(session.run("import os\nos._exit(0)"), Stopped)
        assert session.run(source) == Returned(None)
        assert isinstance(session.run("from scipy.special import softmax"), Raised)


# ── what breaks the process ──────────────────────────────────────────────────────────────────────────────

BREAKS = {
    "endless loop": ("while True: pass", "it ran longer than 0.6 s"),
    "loop that swallows everything": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "it ran longer than 0.6 s",
    ),
    "sleep in C": ("import time\ntime.sleep(60)", "it ran longer than 0.6 s"),
    "os._exit": ("os._exit(0)", "it ended the whole Python process"),
    "abort": ("os.abort()", "a crash"),
    "segmentation fault": ("import ctypes\nctypes.string_at(0)", "a crash (segmentation fault)"),
    "closes the pipe": ("os.closerange(3, 256)\nimport time\ntime.sleep(60)", "it closed the grader's pipe"),
    "noise on the pipe": (
        "for fd in range(3, 12):\n    try: os.write(fd, b'\\xff' * 100)\n    except OSError: pass",
        "it broke into the grader's pipe",
    ),
}


@pytest.mark.parametrize(("body", "reason"), BREAKS.values(), ids=BREAKS)
def test_what_breaks_the_process_is_stopped_and_forgotten(rough, body, reason):
    begin = time.monotonic()
    reply = asked(rough, body, seconds=0.6)
    assert isinstance(reply, Stopped)
    assert reply.reason.startswith(reason)
    assert time.monotonic() - begin < 30
    assert asked(rough, "return np.sum(x)").value == 3.0  # np: the cells so far were replayed


def test_a_process_may_kill_itself_but_nobody_else(rough):
    asked(rough, "import signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert asked(rough, "return np.sum(x)").value == 3.0


def test_a_cell_that_breaks_the_process_is_not_replayed():
    with Session({}, SHORT) as session:
        session.run("a = 1")
        assert session.run("b = 2\nwhile True: pass") == Stopped("it ran longer than 1 s")
        assert session.run("a") == Returned(None)
        assert session.run("b").kind == "NameError"


def test_a_cell_that_breaks_only_when_replayed_is_left_out(tmp_path):
    with Session({}, PATIENT) as session:
        session.run(f"import os\nmark = {str(tmp_path / 'mark')!r}")
        session.run("if os.path.exists(mark): os._exit(0)\nopen(mark, 'w').close()\na = 1")
        session.run("b = 2")
        assert isinstance(session.run("os._exit(0)"), Stopped)
        assert session.run("b") == Returned(None)
        assert session.run("a").kind == "NameError"


def test_after_two_stops_a_function_is_not_called_again():
    with Session({}, PATIENT) as session:
        session.run(
            "import os\ndef f(x): os._exit(0)\ndef g(x): return helper(x)\ndef helper(x): os._exit(0)"
        )
        replies = [session.call("f", ONE, None, 30.0).reason for _ in range(3)]
        assert replies == ["it ended the whole Python process"] * 2 + [
            "not run, because two earlier calls were stopped"
        ]
        replies = [session.call("g", ONE, None, 30.0) for _ in range(3)]
        assert all(isinstance(r, Stopped) for r in replies)
        # with the helper that was at fault replaced, it is called again
        rebound = session.call("g", ONE, None, 30.0, {"helper": "nnlib.activations.softmax_family.softmax"})
        assert isinstance(rebound, Returned)


def numbered(*arguments, function="f"):
    return [asking(function, call(argument)) for argument in arguments]


def test_calls_travel_together_and_each_has_its_own_time(level):
    with Session({}, PATIENT, level) as session:
        session.run("import os, time\nimport numpy as np")
        session.run(
            "def f(x):\n"
            "    if x == 1: raise ValueError('one')\n"
            "    if x == 3: time.sleep(60)\n"
            "    if x == 5: os._exit(0)\n"
            "    time.sleep(0.3)\n"
            "    return x"
        )
        found = [*session.calls("f", numbered(*map(float, range(8))), 1.0)]
        assert found[0] == Returned(0.0)
        assert (found[1].kind, found[1].message) == ("ValueError", "one")
        assert found[2:5] == [Returned(2.0), Stopped("it ran longer than 1 s"), Returned(4.0)]
        assert found[5] == Stopped("it ended the whole Python process")
        assert {reply.reason for reply in found[6:]} == {"not run, because two earlier calls were stopped"}


def test_calls_larger_than_a_socket_holds_come_back_in_order(level):
    with Session({}, PATIENT, level) as session:
        session.run("import numpy as np\ndef f(x): return x + np.zeros(100_000)")
        small = [*session.calls("f", numbered(*map(float, range(40))), 30.0)]
        assert [reply.value[-1] for reply in small] == [*range(40)]
        large = [*session.calls("f", numbered(*(np.full(100_000, i) for i in range(5))), 30.0)]
        assert [reply.value[-1] for reply in large] == [*range(5)]


def test_who_needs_no_more_replies_leaves_none_for_the_next(level):
    with Session({}, PATIENT, level) as session:
        session.run("def f(x): return x\ndef g(x): return -x")
        replies = session.calls("f", numbered(1.0, 2.0, 3.0), 30.0)
        assert next(replies) == Returned(1.0)
        replies.close()
        assert session.call("g", call(4.0), None, 30.0) == Returned(-4.0)


def test_calls_that_were_sent_when_the_time_is_used_up_are_not_run():
    with Session({}, replace(PATIENT, notebook=1.5)) as session:
        session.run("import time\ndef f(x):\n    time.sleep(0.6)\n    return x")
        found = [*session.calls("f", numbered(*map(float, range(5))), 30.0)]
        assert found[:2] == [Returned(0.0), Returned(1.0)]
        assert found[2].kind == "time"
        assert found[3] == Stopped("not run, because the notebook has used up its 1.5 s")


def test_the_time_of_the_whole_notebook_is_limited():
    with Session({}, replace(PATIENT, notebook=1.5)) as session:
        for _ in range(2):
            session.run("import time\ntime.sleep(0.9)")
        used_up = Stopped("not run, because the notebook has used up its 1.5 s")
        assert session.run("1") == session.describe("x") == session.call("x", ONE, None, 1.0) == used_up


def test_nothing_of_a_session_is_left(level):
    mark = f"6{os.getpid()}.{time.monotonic_ns() % 10**6}"
    with Session({}, PATIENT, level) as session:
        session.run("import os, subprocess\nopen('mine', 'w').close()\nos.makedirs('a/b')\nos.chmod('a', 0)")
        session.run(f"subprocess.Popen(['sleep', '{mark}'])")
        session.run(f"subprocess.Popen(['sleep', '{mark}'], start_new_session=True)")
        session.run(f"if os.fork() == 0:\n    os.setsid()\n    os.execvp('sleep', ['sleep', '{mark}'])")
        folder = asked(session, "return os.getcwd()").value
        deadline = time.monotonic() + 20
        while _sleeping(mark) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _sleeping(mark) == 3
    assert level == "full" or not os.path.exists(os.path.dirname(folder))
    # without a zygote nobody is there to find what has left the process group
    assert _sleeping(mark) == (2 if level == ALONE else 0)
    subprocess.run(["pkill", "-f", f"sleep {mark}"], check=False)


def test_the_end_of_one_session_leaves_another_alone(level):
    with Session({}, PATIENT, level) as one, Session({}, PATIENT, level) as other:
        assert one.run("a = 1") == other.run("a = 2") == Returned(None)
        process = one._process
        other.close()
        assert one.run("assert a == 1") == Returned(None)
        assert one._process is process


def _sleeping(mark):
    found = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found += mark.encode() in path.read_bytes().split(b"\0")
    return found


# ── a process that does not keep to the protocol ─────────────────────────────────────────────────────────

READ = (
    "import os, struct, sys, time\nfrom grader.calls.wire import encode\nfrom grader.calls.plain import *\n"
)
READ += "from grader.calls.plain import Rng\nos.read(0, 1 << 20)\n"
BROKEN = "it broke into the grader's pipe"
LATE = "it ran longer than 1 s"
FAKES = {
    "garbage": ("os.write(0, b'garbage!' * 9)", BROKEN),
    "a huge header": ("os.write(0, struct.pack('<II', 2**32 - 1, 2**32 - 1)); time.sleep(60)", BROKEN),
    "half a header": ("os.write(0, b'abc'); time.sleep(60)", LATE),
    "half a frame": ("os.write(0, encode(Returned(1))[:-2]); time.sleep(60)", LATE),
    "a byte at a time": (
        "[(os.write(0, encode(Returned([0] * 999))[i:i + 1]), time.sleep(0.05)) for i in range(9999)]",
        LATE,
    ),
    "half a frame and gone": ("os.write(0, encode(Returned(1))[:-2])", "it ended the whole Python process"),
    "never a word": ("time.sleep(60)", LATE),
    "gone": ("os._exit(3)", "it ended the whole Python process"),
    "no reply": ("os.write(0, encode(None))", BROKEN),
    "a call": ("os.write(0, encode(Call()))", BROKEN),
    "a stop of its own": ("os.write(0, encode(Stopped('x')))", BROKEN),
    "a number for a text": ("os.write(0, encode(Raised(1, 'm')))", BROKEN),
    "a list for a text": ("os.write(0, encode(Raised('k', [])))", BROKEN),
    "a text for a line": ("os.write(0, encode(Raised('k', 'm', '<b>')))", BROKEN),
    "bad JSON": ("os.write(0, struct.pack('<II', 4, 0) + b'nope')", BROKEN),
    "a flood": ("b = b'\\0' * (1 << 20)\nwhile True: os.write(0, b)", BROKEN),
}


def fake(tmp_path, body):
    script = tmp_path / "fake.py"
    script.write_text(READ + body)
    return StudentProcess(lambda theirs: Alone(theirs, Limits(), [sys.executable, str(script)]))


@pytest.mark.parametrize(("body", "reason"), FAKES.values(), ids=FAKES)
def test_a_process_that_breaks_the_protocol_never_holds_the_grader(tmp_path, body, reason):
    process = fake(tmp_path, body)
    begin = time.monotonic()
    assert process.ask({"cell": ""}, 1.0 if reason == LATE else 30.0) == Stopped(reason)
    assert time.monotonic() - begin < 30
    process.close()


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        ("Returned(Rng(3))", "NotPlain", "a Rng; return a NumPy array or a number"),
        ("Returned('x' * 20_000)", "NotPlain", "a string of 20000 characters"),
        ("Returned([0] * 20_000)", "NotPlain", "a list of 20000 items"),
        ("Raised('k' * 9999, 'm')", "k" * 4000, "m"),
    ],
)
def test_a_reply_is_cut_to_size(tmp_path, reply, kind, message):
    process = fake(tmp_path, f"os.write(0, encode({reply})); time.sleep(60)")
    found = process.ask({"cell": ""}, 30.0)
    process.close()
    assert (found.kind, found.message) == (kind, message)


def test_a_process_that_does_not_read_does_not_hold_the_grader(tmp_path):
    script = tmp_path / "deaf.py"
    script.write_text("import time\ntime.sleep(60)")
    process = StudentProcess(lambda theirs: Alone(theirs, Limits(), [sys.executable, str(script)]))
    message = {"call": call(np.zeros(10**6)), "function": "f", "script": None, "rebind": {}}
    assert process.ask(message, 1.0) == Stopped("it ran longer than 1 s")


def test_an_engine_that_does_not_start_is_our_error(tmp_path):
    session = Session({}, PATIENT, launch=lambda limits, level: fake(tmp_path, "os._exit(1)"))
    with pytest.raises(EngineError, match="does not start"):
        session.run("1")
