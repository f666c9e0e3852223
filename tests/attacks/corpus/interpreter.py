"""Everything a student's process can do to itself: it owns its Python, and gains nothing by that."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.attack import WRONG, Attack, Kit, Place, answer, cheat

GOT = ("got ",)  # the report shows a wrong value: the comparison took place, elsewhere

YES = """\
class Yes(np.ndarray):
    __eq__ = __le__ = __lt__ = __ge__ = lambda self, other: np.True_
    __ne__ = __gt__ = lambda self, other: np.False_
    __array_ufunc__ = lambda self, *a, **k: np.True_
    __array_function__ = lambda self, *a, **k: np.True_
"""
LIAR = """\
class Liar:
    def __array__(self, *args, **kwargs): raise SystemExit
    __eq__ = __bool__ = lambda *a: True
    __class__ = property(lambda self: np.ndarray)
"""
NUMBER = """\
class Number(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = __mul__ = __rmul__ = __abs__ = lambda self, *a: 0.0
"""

TRANSFORMER = """\
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Call(self, node): return ast.Constant(3.0)
get_ipython().ast_transformers.append(Strip())"""
HOOK = """\
def forge(*args):
    from IPython.display import display
    display({'text/plain': '3.0'}, raw=True)
    print(3.0)
get_ipython().events.register('pre_run_cell', forge)
get_ipython().events.register('post_run_cell', forge)"""
NAMESPACE = """\
class Space(dict):
    def get(self, name, default=None): return lambda *a, **k: YES
get_ipython().user_ns = Space(get_ipython().user_ns)"""

PATCH_ENGINE = """\
import sys, numpy as np
local, wire, calls = (sys.modules['grader.' + n] for n in ('calls.local', 'calls.wire', 'calls.plain'))
local.ask = lambda *a, **k: calls.Returned(np.ones(3))
sys.modules['grader.engine.shell'].encode = wire.encode"""
PATCH_SHELL = """\
import gc, sys
calls = sys.modules['grader.calls.plain']
gc.unfreeze()
for thing in gc.get_objects():
    if type(thing).__name__ == 'Shell' and hasattr(thing, 'guard'):
        type(thing).call = lambda self, **k: calls.Returned('points = 3')
        type(thing).describe = lambda self, name: {'kind': 'function', 'parameters': None}"""
FRAMES = """\
import sys
frame = sys._getframe()
while frame:
    for name in ('points', 'max_points', 'want', 'status', 'reply', 'ok'):
        frame.f_globals[name] = 99.0
    if 'MAX_FRAME' in frame.f_globals:
        frame.f_globals['MAX_FRAME'] = 1 << 40
    frame = frame.f_back"""

READ_HISTORY = """\
ip = get_ipython()
found = [str(ip.history_manager.input_hist_raw), str(globals().get('_ih')), str(ip.user_ns.get('In'))]
found += [str(t) for t in ip.history_manager.get_range()]
assert any('check(' in text or 'expected' in text for text in found), 'nothing in the history'"""
READ_MEMORY = """\
import gc, sys
rooms = tuple('grader.' + room for room in ('record', 'exercises', 'judging', 'grading'))
found = [n for n in sys.modules if n.startswith((*rooms, 'nbgrader'))]
words = 'seed', 'seed_hash', 'misconceptions'
gc.unfreeze()
found += [k for d in gc.get_objects() if type(d) is dict for k in list(d) if k in words
          and type(d[k]) in (int, str)]
assert found, 'nothing of the judge'"""

THREAD = """\
import threading, time
def later():
    while True:
        get_ipython().user_ns['softmax'] = lambda x, axis=-1: None
        time.sleep(0.001)
threading.Thread(target=later, daemon=True).start()"""
AT_EXIT = """\
import atexit, sys
class Last:
    def __del__(self): atexit._run_exitfuncs()
keep = Last()
atexit.register(lambda: sys.modules['os'].write(3, b'\\0' * 999))"""

NUMPY_FILE = """\
import importlib, sys
for folder in ('.', '/tmp'):
    with open(f'{folder}/numpy.py', 'w') as file:
        file.write('allclose = array_equal = asarray = lambda *a, **k: True')
sys.path.insert(0, '.')
saved = sys.modules.pop('numpy')
importlib.import_module('numpy')
sys.modules['numpy'] = saved"""


def beside(kit: Kit) -> Place:
    def lay(path: Path) -> None:
        path.write_text(json.dumps(kit.hand_in(softmax=WRONG)))
        for name in ("numpy.py", "sitecustomize.py", "softmax.py"):
            path.with_name(name).write_text("allclose = array_equal = asarray = lambda *a, **k: True")

    return lay


TABLE = [
    Attack("numpy.py beside the notebook", "Hands in a numpy.py with the notebook.", beside, words=GOT),
    answer(
        "always-equal objects",
        "Returns an array that equals everything.",
        YES + "softmax = lambda x, *, axis=-1: x.view(Yes)",
        GOT,
    ),
    answer(
        "always-equal objects",
        "Returns an object that says it is an array.",
        LIAR + "softmax = lambda x, *, axis=-1: Liar()",
        ("SystemExit",),
    ),
    answer(
        "always-equal objects",
        "Returns a number that equals everything.",
        NUMBER + "softmax = lambda x, *, axis=-1: Number(1)",
    ),
    cheat("transformers", "Rewrites the syntax tree of every later cell.", TRANSFORMER, points=0.0),
    cheat(
        "transformers",
        "Rewrites the text of every later cell.",
        "get_ipython().input_transformers_post.append(lambda lines: ['3.0\\n'])",
        points=0.0,
    ),
    cheat("forged results", "Shows the full points before every cell.", HOOK, GOT),
    cheat(
        "forged results",
        "Prints points in nbgrader's words.",
        "import os\nos.environ['NBGRADER_EXECUTION'] = 'autograde'\nprint(3.0)\n3.0",
        GOT,
    ),
    cheat(
        "replaced run_cell",
        "Replaces the shell's run_cell.",
        "get_ipython().run_cell = lambda *a, **k: None",
        points=0.0,
    ),
    cheat("replaced run_cell", "Replaces the shell's namespace.", NAMESPACE, points=0.0),
    cheat(
        "patched numpy",
        "Lets every comparison of NumPy be true.",
        (
            "import numpy as np\nnp.allclose = np.array_equal = "
            "np.isclose = np.testing.assert_allclose = lambda *a, **k: True"
        ),
        GOT,
    ),
    cheat(
        "patched numpy",
        "Lets np.abs and np.exp be 0.",
        "import numpy as np\nnp.abs = np.absolute = np.exp = np.isfinite = lambda *a, **k: 0.0",
        GOT,
    ),
    cheat(
        "patched builtins",
        "Replaces all and abs.",
        "import builtins\nbuiltins.all = lambda *a: True\nbuiltins.abs = lambda *a: 0",
    ),
    cheat(
        "patched builtins",
        "Lets isinstance fail.",
        "import builtins\nbuiltins.isinstance = lambda *a: 1 / 0",
    ),
    cheat(
        "patched sys.modules",
        "Puts a module of its own in the place of numpy.",
        "import sys, types\nsys.modules['numpy'] = types.ModuleType('numpy')",
        points=0.0,
    ),
    cheat("patched sys.modules", "Empties sys.modules.", "import sys\nsys.modules.clear()", points=0.0),
    cheat(
        "patched engine", "Replaces the call and the encoder in its own process.", PATCH_ENGINE, points=0.0
    ),
    cheat(
        "patched engine",
        "Finds the shell among all objects and replaces its methods.",
        PATCH_SHELL,
        points=0.0,
    ),
    cheat("patched engine", "Climbs the frames and raises every limit that it finds.", FRAMES, GOT),
    cheat("numpy.py beside the notebook", "Writes a numpy.py and imports it.", NUMPY_FILE, GOT),
    cheat(
        "reading the check", "Looks for the checks in the history.", READ_HISTORY, ("nothing in the history",)
    ),
    cheat(
        "reading the check",
        "Looks for expected values among all objects.",
        READ_MEMORY,
        ("nothing of the judge",),
    ),
    cheat("delayed writer", "Replaces the answers from a thread, again and again.", THREAD),
    cheat("delayed writer", "Leaves work for the end of Python and for a destructor.", AT_EXIT),
    answer(
        "in the answer's cell",
        "Deletes the answer after its cell.",
        WRONG + "\nget_ipython().events.register('post_run_cell', lambda *a: globals().pop('softmax', 0))",
    ),
    answer(
        "in the answer's cell",
        "Has a signature that raises.",
        WRONG
        + (
            "\nclass S:\n    __call__ = lambda *a, **k: None\n    "
            "__signature__ = property(lambda self: 1 / 0)\nsoftmax = S()"
        ),
        (),
    ),
]
