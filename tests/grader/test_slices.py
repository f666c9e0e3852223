"""What a name needs of the code around it, and nothing else of it."""

import pytest

from grader.home.slices import Code, Import, attributes, in_lines

# the cells of a notebook, the name that is wanted, the first lines of the statements that it needs
SLICES = {
    "the function alone": (["x = 1\ndef f():\n    return 2\nprint(f())"], "f", ["def f():"]),
    "an import, one name of it": (
        ["import a, b as c\ndef f():\n    return c.d"],
        "f",
        ["import b as c", "def f():"],
    ),
    "from a package": (
        ["from a import b, c as d\nf = lambda: d"],
        "f",
        ["from a import c as d", "f = lambda: d"],
    ),
    "a helper in a later cell": (
        ["def f():\n    return g()", "def g():\n    pass"],
        "f",
        ["def f():", "def g():"],
    ),
    "a constant": (["A = 3\nB = 4", "def f(x=B):\n    pass"], "f", ["B = 4", "def f(x=B):"]),
    "not what a local name hides": (["x = 1\n", "def f():\n    x = 2\n    return x"], "f", ["def f():"]),
    "nor an argument": (["x = 1\n", "def f(x):\n    return [x for y in x]"], "f", ["def f(x):"]),
    "nor an attribute": (["b = 1\nimport a\ndef f():\n    return a.b"], "f", ["import a", "def f():"]),
    "within a function within": (
        ["k = 1\ndef f():\n    def g():\n        return k\n    return g"],
        "f",
        ["k = 1", "def f():"],
    ),
    "in a comprehension": (["k = 1\nf = [k for _ in 'ab']"], "f", ["k = 1", "f = [k for _ in 'ab']"]),
    "in a class": (["k = 1\nclass f:\n    a = k"], "f", ["k = 1", "class f:"]),
    "a decorator": (["def d(f):\n    return f\n@d\ndef f():\n    pass"], "f", ["def d(f):", "@d"]),
    "a circle": (["def f():\n    return g()\ndef g():\n    return f()"], "f", ["def f():", "def g():"]),
    "the last of two": (["def f():\n    return 1", "def f():\n    return 2"], "f", ["def f():"]),
    "all of one cell": (["def f(): pass\nf = [f]"], "f", ["def f(): pass", "f = [f]"]),
    "beside a broken cell": (["def (:", "def f():\n    pass"], "f", ["def f():"]),
    "beside IPython's lines": (["%time 1\n!ls\ndef f():\n    pass"], "f", ["def f():"]),
    "% at the head of a line": (["f = (7\n% 4)\nx = 1"], "f", ["f = (7"]),
    "with its comment": (["# why\ndef f():\n    pass"], "f", ["# why"]),
    "nothing": (["x = 1"], "f", []),
}


@pytest.mark.parametrize(("cells", "name", "lines"), SLICES.values(), ids=SLICES)
def test_what_a_name_needs(cells, name, lines):
    assert [s.text.partition("\n")[0] for s in Code(cells).slice(name)] == lines


def test_of_two_cells_the_higher_rank_counts_and_before_all_the_one_that_is_named():
    code = Code(["f = 1", "f = 2", "f = 3"], ranks=[0, 1, 0])
    assert [s.text for s in code.slice("f")] == ["f = 2"]
    assert [s.text for s in code.slice("f", first=0)] == ["f = 1"]


def test_what_is_not_taken_along():
    code = Code(["def f():\n    return g(), h()", "def g(): pass", "def h(): pass"])
    assert len(code.slice("f", without=frozenset({"g"}))) == 2


READ = {
    "attributes": ("def f():\n    return m.a(m.b)", {"a", "b"}),
    "the module itself": ("def f(n):\n    return getattr(m, n)(m.a)", None),
    "nothing": ("def f(m2):\n    return m2.a", set()),
}


@pytest.mark.parametrize(("source", "read"), READ.values(), ids=READ)
def test_what_is_read_of_a_module(source, read):
    assert attributes(Code([source]).slice("f"), "m") == read


def test_imports_are_written_once():
    given = [Import("a", "c", "c"), Import("a", "b", "d"), Import("a", "c", "c"), Import("e", "", "e")]
    assert in_lines(given) == ["import e", "from a import b as d, c"]
    many = in_lines(Import("a", f"name_{i}", f"name_{i}") for i in range(20))
    assert many[0].startswith("from a import (\n    name_0,\n")
    compile("\n".join(many), "made", "exec")
