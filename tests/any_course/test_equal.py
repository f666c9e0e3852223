"""`==` in the course's tests: as Python's, but for an object that is equal to everything."""

import ast
from fractions import Fraction

import numpy as np
import pytest

from grader.engine.equal import NAME, AskTwice, equal


def of_the_notebook(**methods):
    return type("Theirs", (), {"__module__": "__main__", **methods})()


NUMBER = of_the_notebook(__eq__=lambda self, other: other == 3)
TEXT = of_the_notebook(__eq__=lambda self, other: isinstance(other, str) and other == "a")
LIST = of_the_notebook(__eq__=lambda self, other: other == [1, 2])
PLAIN = of_the_notebook()
HONEST = [
    (NUMBER, 3),
    (3, NUMBER),
    (NUMBER, 4),
    (TEXT, "a"),
    (LIST, [1, 2]),
    (LIST, [1]),
    (PLAIN, PLAIN),
    (PLAIN, 3),
]
HONEST += [
    (NUMBER, PLAIN),
    (1, 1.0),
    (Fraction(1, 2), 0.5),
    ("a", b"a"),
    (None, None),
    ({1}, {1}),
    (float("nan"),) * 2,
]
FALSE = {
    "everything": (
        lambda self, other: True,
        [3, 0.5, "a", b"a", [1], (1,), {1}, {1: 1}, None, PLAIN.__class__],
    ),
    "a truthy word": (lambda self, other: "yes", [3]),
    "nan": (lambda self, other: float("nan"), [3, "a"]),
    "of its type": (lambda self, other: type(other) in (int, str, list, dict), [3, "a", [1], {1: 1}]),
}


@pytest.mark.parametrize(("left", "right"), HONEST)
def test_as_python_says(left, right):
    assert bool(equal(left, right)) == (left == right)


@pytest.mark.parametrize("name", FALSE)
def test_an_object_that_is_equal_to_everything(name):
    says, others = FALSE[name]
    for other in others:
        for pair in ((of_the_notebook(__eq__=says), other), (other, of_the_notebook(__eq__=says))):
            with pytest.raises(AssertionError, match="equal to everything"):
                equal(*pair)


def test_arrays_are_compared_by_element():
    assert equal(np.arange(3), [0, 1, 3]).tolist() == [True, True, False]


def test_what_is_asked_twice():
    tree = AskTwice().visit(ast.parse("a == b\na != b\na < b == c\n[x == 1 for x in y]"))
    assert ast.unparse(tree).splitlines() == [
        f"{NAME}(a, b)",
        "a != b",
        "a < b == c",
        f"[{NAME}(x, 1) for x in y]",
    ]
