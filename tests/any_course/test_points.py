"""The points of a test cell, beside those that nbgrader reads from the same outputs."""

import math

import pytest
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from grader.any_course.points import NO_REFERENCE, points
from grader.any_course.run import Ran
from grader.calls.plain import Raised

MOST = 4.0
ERROR = Ran("error", error=Raised("AssertionError", "no"), reason="AssertionError: no")
SHOWN_ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "no", "traceback": []}


def result(text):
    return {
        "output_type": "execute_result",
        "data": {"text/plain": text},
        "metadata": {},
        "execution_count": 1,
    }


def stderr(text="careful"):
    return {"output_type": "stream", "name": "stderr", "text": text}


STDOUT = {"output_type": "stream", "name": "stdout", "text": "4.0"}
# what ran, its outputs, the kind of the reference: nbgrader's points, ours
SAME = {
    "nothing": (Ran("ok"), [], NO_REFERENCE, 4.0),
    "printed": (Ran("ok"), [STDOUT], NO_REFERENCE, 4.0),
    "raised": (ERROR, [SHOWN_ERROR], NO_REFERENCE, 0.0),
    "all": (Ran("ok", value=4), [result("4")], "a number", 4.0),
    "half": (Ran("ok", value=2.0), [result("2.0")], "a number", 2.0),
    "zero": (Ran("ok", value=0), [result("0")], "a number", 0.0),
    "stderr": (Ran("ok"), [stderr()], NO_REFERENCE, 0.0),
    "stderr and a number": (Ran("ok", value=4), [stderr(), result("4")], "a number", 0.0),
    "a text that the course meant": (Ran("ok", value="str"), [result("'fine'")], "str", 4.0),
    "True": (Ran("ok", value=True), [result("True")], NO_REFERENCE, 4.0),
}
DIFFERENT = {
    "not run": (None, [], NO_REFERENCE, 4.0, 0.0),
    "raised without a word": (ERROR, [], NO_REFERENCE, 4.0, 0.0),
    "forged before it raised": (ERROR, [result("4.0"), SHOWN_ERROR], NO_REFERENCE, 4.0, 0.0),
    "nan": (Ran("ok", value=math.nan), [result("nan")], "a number", 4.0, 0.0),
    "negative": (Ran("ok", value=-1), [result("-1")], "a number", 4.0, 0.0),
    "too many": (Ran("ok", value=5), [result("5")], "a number", ValueError, 0.0),
    "infinite": (Ran("ok", value=math.inf), [result("inf")], "a number", ValueError, 0.0),
    "NumPy's number": (Ran("ok", value=2.0), [result("np.float64(2.0)")], "a number", 4.0, 2.0),
    "False": (Ran("ok", value=False), [result("False")], "True", 4.0, 0.0),
    "a text in place of a number": (Ran("ok", value="str"), [result("'4'")], "a number", 4.0, 0.0),
    "a text, nothing known": (Ran("ok", value="str"), [result("'fine'")], NO_REFERENCE, 4.0, 0.0),
    "a class by the name of a number": (Ran("ok", value="a number"), [result("<x>")], "a number", 4.0, 0.0),
    "a class by the name of nothing": (Ran("ok", value="nothing"), [result("<x>")], "nothing", 4.0, 0.0),
    "a class by the name of True": (Ran("ok", value="True"), [result("<x>")], "True", 4.0, 0.0),
    "a class called unknown": (Ran("ok", value="unknown"), [result("<x>")], NO_REFERENCE, 4.0, 0.0),
    "nothing in place of a number": (Ran("ok"), [], "a number", 4.0, 0.0),
    "late": (Ran("time", reason="late"), [], NO_REFERENCE, 4.0, 0.0),
    "died": (Ran("died", reason="died"), [], NO_REFERENCE, 4.0, 0.0),
}


def nbgraders(outputs):
    about = {"grade": True, "solution": False, "points": MOST, "grade_id": "t"}
    cell = NotebookNode(cell_type="code", metadata=NotebookNode(nbgrader=about), source="", outputs=outputs)
    cell.outputs = [NotebookNode(output) for output in outputs]
    try:
        return determine_grade(cell)[0]
    except ValueError:
        return ValueError


@pytest.mark.parametrize("name", SAME)
def test_the_same(name):
    ran, outputs, reference, expected = SAME[name]
    assert points(ran, outputs, MOST, reference)[0] == nbgraders(outputs) == expected


@pytest.mark.parametrize("name", DIFFERENT)
def test_closed_where_nbgrader_is_open(name):
    ran, outputs, reference, theirs, ours = DIFFERENT[name]
    score, why = points(ran, outputs, MOST, reference)
    assert (nbgraders(outputs), score) == (theirs, ours)
    assert why or score


def test_nothing_counts_for_less_than_no_points():
    assert points(Ran("ok", value=True), [], 0.0)[0] == 0.0
