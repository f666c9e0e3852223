"""Answers alike by structure: names, comments and layout do not count, what Python is told does."""

import ast
import inspect
import json
import random
import re
import time

import nbformat
import pytest

from grader.grading.grade import grade
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.structure import structure
from grader.home.chapter_files import solution_cell
from grader.nbgrader_bridge.page import page as student_page
from grader.record.exercise import source_of
from grader.record.registry import chapters, find_chapter, registry
from grader.report.alike import Alike, Known, find_alike, known_structures
from grader.report.class_view import view
from grader.report.page import page
from tests.grader.three_exercises import CHAPTER, RIGHT, hand_in, released
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
ADA = """\
def softmax(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    out = np.zeros(rows.shape)
    for place in np.ndindex(rows.shape[:-1]):
        row = rows[place]
        e = np.exp(row - np.max(row))
        total = 0.0
        for value in e:
            total += value
        out[place] = e / total
    return np.moveaxis(out, -1, axis)
"""
NAMES = {
    "rows": "b",
    "out": "result",
    "place": "ij",
    "row": "v",
    "total": "s",
    "value": "one",
    "e": "weights",
}
BO = re.sub(r"\b(\w+)\b", lambda word: NAMES.get(word[1], word[1]), ADA)
HELPED = """\
def shift(v, *, by):
    return np.exp(v - by)

def softmax(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    parts = [shift(row, by=max(row)) for row in rows.reshape(-1, rows.shape[-1])]
    out = np.stack([part / part.sum() for part in parts]).reshape(rows.shape)
    return np.moveaxis(out, -1, axis)
"""

SAME = {  # (one answer, another)
    "itself": (ADA, ADA),
    "other names": (ADA, BO),
    "comments": (ADA, ADA.replace("\n", "  # mine\n")),
    "a docstring": (
        ADA,
        ADA.replace("axis=-1):\n", 'axis=-1):\n    """Exponentials over their sum."""\n', 1),
    ),
    "blank lines": (ADA, ADA.replace("\n", "\n\n")),
    "two columns": (ADA, ADA.replace("    ", "  ")),
    "brackets": (ADA, ADA.replace("e / total", "(e / (total))")),
    "a formatter": (
        ADA,
        ADA.replace("np.moveaxis(x, axis, -1)", "np.moveaxis(\n        x, axis, -1,\n    )"),
    ),
    "types": (ADA, ADA.replace("(x, *, axis=-1):", "(x: object, *, axis: int = -1) -> object:")),
    "a type of a variable": (ADA, ADA.replace("total = 0.0", "total: float = 0.0")),
    "another name for NumPy": (ADA, "import numpy as xp\n" + ADA.replace("np.", "xp.")),
    "an import inside": (ADA, ADA.replace("-1):\n", "-1):\n    import numpy as N\n", 1).replace("np.", "N.")),
    "around it": (
        ADA,
        f"print('begin')\n%matplotlib inline\n\ndef other(a):\n    return a\n\n{ADA}\nsoftmax(1)",
    ),
    "an older attempt": (ADA, "def softmax(x, *, axis=-1):\n    return 0\n\n" + ADA),
    "a helper renamed": (HELPED, re.sub(r"\bby\b", "less", HELPED.replace("shift", "helper"))),
    "a helper below": (HELPED, "\n\n".join(reversed(HELPED.split("\n\n")))),
    "options in another order": (
        ADA.replace("np.max(row)", "np.max(row, axis=0, keepdims=True)"),
        ADA.replace("np.max(row)", "np.max(row, keepdims=True, axis=0)"),
    ),
}
OTHER = {
    "another function": ADA.replace("np.max", "np.min"),
    "another operator": ADA.replace("e / total", "e * total"),
    "another number": ADA.replace("0.0", "1e-8"),
    "names exchanged": ADA.replace("row - np.max(row)", "np.max(row) - row"),
    "a line more": ADA.replace("        total = 0.0\n", "        total = 0.0\n        total += 0.0\n"),
    "a helper instead": HELPED,
}
NOTHING = {
    "empty": "",
    "no Python": "def softmax(x:\n",
    "another function": ADA.replace("softmax", "hardmax"),
    "a stub": 'def softmax(x, *, axis=-1):\n    """exp over its sum."""\n    raise NotImplementedError()',
    "what everybody writes": RIGHT["softmax"],
    "endless": ADA * 99,
    "deep": f"def softmax(x):\n    return {'-' * 15_000}x",
    "deeper": f"def softmax(x):\n    return {'(' * 5_000}x{')' * 5_000}",
    "long": f"def softmax(x):\n    return x{'.T' * 9_000}",
    "a null": ADA + "\x00",
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_what_says_nothing_to_python_does_not_count(one, other):
    assert structure(one, "softmax") == structure(other, "softmax") != ""


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_what_python_is_told_counts(other):
    assert structure(other, "softmax") not in ("", structure(ADA, "softmax"))


@pytest.mark.parametrize("source", NOTHING.values(), ids=NOTHING)
def test_nothing_is_said_of(source):
    assert structure(source, "softmax") == ""


# ── who has the same ─────────────────────────────────────────────────────────────────────────────────────

KNOWN = {"f": Known(frozenset({"ours"}), frozenset({"bank"})), "g": Known(frozenset(), frozenset())}


def crowd(number, **more):
    """So many students with answers of their own, and these."""
    return {f"s{i:03}": {"f": f"f{i}", "g": f"g{i}"} for i in range(number)} | more


CLASSES = {  # {student: {exercise: structure}} -> (whose is ours, who is alike)
    "nobody": (crowd(20), {}, ()),
    "a pair": (crowd(20, ada={"f": "x"}, bo={"f": "x"}), {}, (Alike(("ada", "bo"), ("f",)),)),
    "a class of two": ({"ada": {"f": "x"}, "bo": {"f": "x"}}, {}, (Alike(("ada", "bo"), ("f",)),)),
    "three of twenty": (
        crowd(17, ada={"f": "x"}, bo={"f": "x"}, cy={"f": "x"}),
        {},
        (Alike(("ada", "bo", "cy"), ("f",)),),
    ),
    "the most in common first": (
        crowd(20, ada={"g": "y"}, bo={"g": "y"}, cy={"f": "x", "g": "z"}, di={"f": "x", "g": "z"}),
        {},
        (Alike(("cy", "di"), ("f", "g")), Alike(("ada", "bo"), ("g",))),
    ),
    "a large part of the class": (crowd(20, **{f"t{i}": {"f": "x"} for i in range(8)}), {}, ()),
    "the bank": (crowd(20, ada={"f": "bank"}, bo={"f": "bank"}), {}, ()),
    "ours": (crowd(20, ada={"f": "ours"}, bo={"f": "ours"}), {"ada": ("f",), "bo": ("f",)}, ()),
    "ours, as a large part has it": (crowd(9, **{f"t{i}": {"f": "ours"} for i in range(9)}), {}, ()),
    "another exercise": (crowd(20, ada={"f": "x"}, bo={"g": "x"}), {}, ()),
    "an exercise that is gone": (crowd(20, ada={"h": "x"}, bo={"h": "x"}), {}, ()),
}


@pytest.mark.parametrize(("answers", "ours", "alike"), CLASSES.values(), ids=CLASSES)
def test_who_is_listed(answers, ours, alike):
    assert find_alike(answers, KNOWN) == (ours, alike)


def test_it_grows_with_the_class():
    rng = random.Random(0)
    names = [f"e{i}" for i in range(20)]
    known = {name: Known(frozenset(), frozenset()) for name in names}
    many = {str(i): {name: str(rng.random()) for name in names} for i in range(4000)}
    before = time.process_time()
    assert find_alike(many | {"ada": many["7"]}, known)[1] == (Alike(("7", "ada"), tuple(names)),)
    assert time.process_time() - before < 5  # 160 million pairs would take minutes


@pytest.mark.parametrize("chapter", chapters())
def test_the_bank_is_told_from_ours_and_from_itself(chapter):
    """Two people who think of different methods are not alike."""
    for name, record in registry(chapter).items():
        known = known_structures(chapter, {name: record})[name]
        right = [found for fn in record.alternatives if (found := structure(source_of(fn, name), name))]
        assert len(set(right)) == len(right)
        assert not known.ours & set(right)


# ── in the verdict, in the report, and nowhere else ──────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def verdicts():
    texts = {"ada": ADA, "bo": BO, "cy": HELPED}
    notebooks = {student: json.dumps(hand_in(**RIGHT | {"softmax": text})) for student, text in texts.items()}
    return {s: grade(n, CHAPTER, 3, skeleton=released(), isolation=LEVEL) for s, n in notebooks.items()}


@pytest.fixture(scope="module")
def grades(verdicts):
    points = {name: float(record.points) for name, record in RECORDS.items()}
    rows = [
        Grade(student, marks={n: Mark(o.points) for n, o in said.outcomes.items()}, verdict=said)
        for student, said in verdicts.items()
    ]
    return Grades(CHAPTER, points, {}, tuple(rows))


def test_the_pair_is_in_the_report(grades):
    found = view(grades, list(grades.by_student), RECORDS)
    assert found.alike == (Alike(("ada", "bo"), ("softmax",)),)
    assert not any("alike" in reason for notice in found.notices for reason in notice.reasons)
    section = page(found).split("Answers alike")[1].split("</section>")[0]
    assert re.search(r"<b>ada</b>, <b>bo</b></td><td[^>]*><code>softmax</code>", section)
    assert "cy" not in section


def test_it_costs_nothing_and_no_student_is_told(grades, verdicts):
    assert len({said.points for said in verdicts.values()}) == 1
    for student in ("ada", "bo"):
        notebook = nbformat.from_dict(hand_in(**RIGHT | {"softmax": ADA if student == "ada" else BO}))
        html = student_page(notebook, grades, grades.by_student[student], "key")
        assert "alike" not in html
        shown = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
        assert {"ada": "bo", "bo": "ada"}[student] not in re.findall(r"\w+", shown)
        assert not [text for text in verdicts[student].structures.values() if text in html]


def from_nnlib(record):
    return inspect.getsource(record.reference)


def from_solutions(record):
    return solution_cell(find_chapter(record.function), f'exercise="{record.function}"')


@pytest.mark.parametrize("copied", [from_nnlib, from_solutions])
@pytest.mark.parametrize("name", ["mlp_backward", "huber_loss", "rotate", "minibatch_gradient_descent"])
def test_our_own_source_renamed_is_told_as_ours(name, copied):
    chapter = find_chapter(name)
    record = registry(chapter)[name]
    tree = ast.parse(copied(record))
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own -= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    assert own
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in own:
            node.id = f"my_{node.id}"
    found = structure(ast.unparse(tree), name)
    ours, alike = find_alike(crowd(9, ada={name: found}), known_structures(chapter, {name: record}))
    assert (ours, alike) == ({"ada": (name,)}, ())
