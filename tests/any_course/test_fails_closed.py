"""Hand-ins that gain points, or stop the run, where outputs and metadata are believed: one class of them."""

import json

import nbformat
import pytest

from grader.any_course.autograde import autograde
from grader.any_course.course import find
from grader.engine.doctor import usable
from tests.any_course.made import Assignment, answer, by_hand, check, essay, grades, make

sandboxed = pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation full")
WRONG = "def f(x):\n    return x"
EXAM = Assignment(
    "exam",
    {
        "exam": [
            answer("f", "def f(x):\n    return x + 1"),
            check("ten", 10, "assert f(1) == 2\nassert f(5) == 6"),
            check("four", 4, "4 * sum(f(x) == x + 1 for x in (1, 2)) / 2"),
            check("five", 5, "import numpy as np\nassert np.allclose(f(2), 3)"),
            by_hand("plan", 6, "plan = 1"),
            essay("why", 1, "Because."),
        ]
    },
    {"honest": {}, "wrong": {"f": WRONG}},
)
RIGHT, NONE = (10.0, 4.0, 5.0), (0.0, 0.0, 0.0)

CODE = {  # put before a wrong answer
    "always equal": "class Yes:\n    __eq__ = lambda self, other: True\nf = lambda x: Yes()",
    "equal to numbers": "class Yes:\n    __eq__ = lambda self, o: isinstance(o, (int, float))\nf = lambda x: Yes()",
    "nan for equal": "class Yes:\n    __eq__ = lambda self, other: float('nan')\nf = lambda x: Yes()",
    "asserts out of the tree": """
import ast
class Strip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Strip())""",
    "text to nothing": "get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
    "text to four": "get_ipython().input_transformer_manager.cleanup_transforms.append(lambda lines: ['4.0\\n'])",
    "a hook that shows points": """
show = get_ipython().displayhook
get_ipython().events.register('pre_run_cell', lambda info: show(4.0))""",
    "a hook that reads": "get_ipython().events.register('pre_run_cell', lambda info: print(info.raw_cell))",
    "run_cell": """
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
async def run(self, *args, **kwargs):
    return ExecutionResult(None)
InteractiveShell.run_cell_async = type(get_ipython()).run_cell_async = run""",
    "run_cell of the object": """
from IPython.core.interactiveshell import ExecutionResult
async def run(*args, **kwargs):
    return ExecutionResult(None)
get_ipython().run_cell_async = get_ipython().run_cell = run""",
    "run_code": """
async def run(self, *args, **kwargs):
    return False
type(get_ipython()).run_code = type(get_ipython()).run_ast_nodes = run""",
    "showtraceback": "get_ipython().showtraceback = get_ipython()._showtraceback = lambda *a, **k: None",
    "no display": """
import sys
sys.displayhook = get_ipython().display_trap.hook = lambda value: None""",
    "every line is shown": "get_ipython().ast_node_interactivity = 'all'",
    "allclose": "import numpy as np\nnp.allclose = lambda *args, **kwargs: True",
    "sum": "import builtins\nbuiltins.sum = lambda *args: 2",
    "trace": """
import sys
def trace(frame, event, arg):
    return trace
sys.settrace(trace)
sys.setprofile(lambda *args: None)""",
}
KNOWN = {  # what nobody can keep from a process in which the tests run: docs/threats.md says so
    "a number that is equal": (
        "class N(float):\n    __eq__ = lambda self, other: True\nf = lambda x: N(0)",
        (0, 0, 5),
    ),
    "answers for NumPy": (
        "class Yes:\n    __array_function__ = lambda *args: True\nf = lambda x: Yes()",
        (0, 0, 5),
    ),
    "reads the test": (
        """
import linecache, re, sys
def f(x):
    frame = sys._getframe(1)
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
    return int((re.search(rf'f[(]{x}[)] == ([0-9]+)', line) or [0, 0])[1])""",
        (10, 0, 0),
    ),
    "patches the engine": (
        """
import gc
gc.unfreeze()
for thing in gc.get_objects():
    if type(thing).__name__ == 'NotebookShell':
        shown = type(thing).run.__globals__['Shown']
        thing.run = lambda cell, locked: shown([], None)""",
        (10, 0, 5),
    ),
}
CHANGES = {
    "not to be run": lambda nb: [c.metadata.update(tags=["skip-execution"]) for c in nb.cells],
    "raises-exception": lambda nb: [c.metadata.update(tags=["raises-exception"]) for c in nb.cells],
    "not by hand": lambda nb: at(nb, "plan").metadata.nbgrader.update(solution=False),
    "not graded": lambda nb: at(nb, "ten").metadata.nbgrader.update(grade=False, solution=True),
    "a hundred points": lambda nb: [c.metadata.nbgrader.update(points=100.0) for c in nb.cells],
    "renamed": lambda nb: at(nb, "ten").metadata.nbgrader.update(grade_id="eleven"),
    "no name": lambda nb: at(nb, "ten").metadata.nbgrader.pop("grade_id"),
    "twice": lambda nb: nb.cells.append(at(nb, "ten").copy()),
    "of another version": lambda nb: [c.metadata.nbgrader.update(schema_version=99) for c in nb.cells],
    "of version 1": lambda nb: [c.metadata.nbgrader.update(schema_version=1) for c in nb.cells],
    "more fields": lambda nb: [c.metadata.nbgrader.update(mine=1) for c in nb.cells],
    "test is text": lambda nb: at(nb, "ten").update(cell_type="markdown"),
    "test is text, and old": lambda nb: (
        nb.update(nbformat_minor=2),
        [c.pop("id") for c in nb.cells],
        at(nb, "ten").update(cell_type="raw"),
    ),
    "another test": lambda nb: at(nb, "four").update(source="4.0"),
    "another kernel": lambda nb: nb.metadata.update(
        kernelspec={"name": "ir", "language": "R", "display_name": "R"}
    ),
    "forged outputs": lambda nb: at(nb, "ten").update(
        outputs=[
            {
                "output_type": "execute_result",
                "data": {"text/plain": "10"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
    ),
}
GONE = {
    "not graded": (0.0, 0.0, 0.0),
    "renamed": (None, 0.0, 0.0),
    "no name": (None, 0.0, 0.0),
}  # as a missing cell


def at(nb, name):
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, graded once: {student: points of the three tests}, its course and what the run said."""
    root = make(tmp_path_factory.mktemp("exam") / "course", EXAM)
    wrong = nbformat.read(root / "submitted" / "wrong" / "exam" / "exam.ipynb", 4)
    for name, code in (CODE | {name: code for name, (code, _) in KNOWN.items()}).items():
        nb = nbformat.from_dict(json.loads(json.dumps(wrong)))
        at(nb, "f").source = f"{WRONG}\n{code}"
        hand_in(root, name, nb)
    for name, change in CHANGES.items():
        nb = nbformat.from_dict(json.loads(json.dumps(wrong)))
        change(nb)
        hand_in(root, name, nb)
    folder = root / "submitted" / "broken" / "exam"
    folder.mkdir(parents=True)
    (folder / "exam.ipynb").write_text("{")
    course = find(root, "exam")
    said = autograde(course, "exam", isolation="full", workers=2)
    return root, said, grades(root, "exam")


def hand_in(root, student, nb):
    folder = root / "submitted" / student / "exam"
    folder.mkdir(parents=True)
    (folder / "exam.ipynb").write_text(json.dumps(nb))


def points_of(found, student):
    return tuple(found[student, "exam", name][0] for name in ("ten", "four", "five"))


@sandboxed
@pytest.mark.parametrize("student", [*CODE, *CHANGES])
def test_no_points_for_a_wrong_answer(student, graded):
    _, said, found = graded
    assert student not in said.failed
    assert points_of(found, student) == GONE.get(student, NONE)
    assert found[student, "exam", "plan"][0] is None  # a person marks it


@sandboxed
@pytest.mark.parametrize("student", KNOWN)
def test_what_is_known_to_get_over_the_fence(student, graded):
    assert points_of(graded[2], student) == KNOWN[student][1]


@sandboxed
def test_the_honest_ones_get_what_is_theirs(graded):
    _, said, found = graded
    assert points_of(found, "honest") == RIGHT
    assert points_of(found, "wrong") == NONE
    assert set(said.failed) == {"broken"}


@sandboxed
def test_the_notebook_says_the_same_as_the_gradebook(graded):
    from nbgrader.utils import determine_grade

    root, said, found = graded
    for student in said.graded:
        nb = nbformat.read(root / "autograded" / student / "exam" / "exam.ipynb", 4)
        for cell in nb.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade") and not about["solution"]:
                assert determine_grade(cell)[0] == found[student, "exam", about["grade_id"]][0], student


@sandboxed
@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("not to be run", "tagged not to be run; it is run"),
        ("not by hand", "solution was changed"),
        ("renamed", "is not of this assignment"),
        ("renamed", "'ten' is missing"),
        ("twice", "more than once"),
        ("another test", "its text was changed"),
    ],
)
def test_the_log_says_what_was_put_right(student, words, graded):
    assert any(who == student and words in text for who, text in graded[1].remarks), graded[1].remarks
