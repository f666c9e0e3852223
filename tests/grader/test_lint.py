"""Every rule for the source of a chapter is broken once, and named."""

import pytest

from grader.build.lint import lint
from tests.grader import made_up_chapter
from tests.grader.made_up_chapter import SOURCE


@pytest.fixture(autouse=True)
def chapter(monkeypatch, tmp_path):
    made_up_chapter.install(monkeypatch, tmp_path)


def test_the_throw_away_chapter_is_clean():
    assert lint(made_up_chapter.CHAPTER) == []


ANSWER = SOURCE[SOURCE.index("# %% [markdown]\n# Shift every") : SOURCE.index("# %% [markdown]\n# Why")]
STATEMENT = "# %% [markdown]\n# Shift every entry.\n\n"
GUIDE = "# Zero stays zero: one point for the word linear.\n"
SHIFT_DEF = "def shift(x, by=1.0):"
BEGIN = "\n    ### BEGIN SOLUTION\n"
SHIFTED = "its parameters are {}, those of the reference (x, by=1.0)"

RULES = [
    # what is changed in the source: old, new; where the problem is; what is said of it
    (ANSWER, "", "", "the record `shift` has no answer cell"),
    ('exercise="shift"', 'exercise="shfit"', "35: answer `shfit`", "there is no record of this name"),
    (ANSWER, ANSWER + ANSWER, "", "2 cells are called `shift`"),
    ('written="why"', 'written="shift-check"', "", "2 cells are called `shift-check`"),
    (STATEMENT, "", "32: answer `shift`", "no markdown cell directly before it states the question"),
    (STATEMENT, STATEMENT + "# %%\n2\n\n", "38: answer `shift`", "no markdown cell directly before it"),
    (SHIFT_DEF, "def move(x, by=1.0):", "35: answer `shift`", "needs one `def shift`"),
    (SHIFT_DEF, "def shift(x, by=2.0):", "35: answer `shift`", SHIFTED.format("(x, by=2.0)")),
    (SHIFT_DEF, "def shift(y, by=1.0):", "35: answer `shift`", SHIFTED.format("(y, by=1.0)")),
    (SHIFT_DEF, "def shift(x, *, by=1.0):", "35: answer `shift`", SHIFTED.format("(x, *, by=1.0)")),
    (SHIFT_DEF, "def shift(x):", "35: answer `shift`", SHIFTED.format("(x)")),
    (SHIFT_DEF, "def shift(x, by=BY):", "35: answer `shift`", "a default cannot be evaluated: name 'BY'"),
    (SHIFT_DEF, "def shift(x, by=1.0)", "35: answer `shift`", "does not parse: expected ':'"),
    ("1 + 1", "1 +", "26: code cell", "does not parse"),
    ("    ### END SOLUTION", "", "12: answer `double`", "needs one ### BEGIN SOLUTION and one"),
    (SHIFT_DEF + BEGIN, BEGIN.replace("    ", "") + SHIFT_DEF + "\n", "35: answer `shift`", "outside the def"),
    ("1 + 1", "1 + 1  ### BEGIN SOLUTION", "26: code cell", "a solution stands outside an answer cell"),
    ("a demo.", "a demo of chapter\n# 01. And more.", "20: markdown cell", "“01. And more.” begins a list"),
    ("a demo.", "no END SOLUTION.", "20: markdown cell", "a solution stands outside an answer cell"),
    ('written="why" points=3', 'written="why"', "45: written `why`", "a written question needs points"),
    ("points=3", 'points="3"', "45: written `why`", "a written question needs points"),
    (GUIDE, "", "45: written `why`", "nothing stands between ### BEGIN SOLUTION and"),
    ('written="why"', 'written="why not?"', "45: written `why not?`", "the name is no cell id"),
    ("[markdown] written", "written", "45: written `why`", "a written answer is a markdown cell"),
    ('topics="C99-03"', 'topic="C99-03"', "23: code cell", "unknown mark topic"),
    ('topics="C99-03"', "", "", "no cell carries topic C99-03"),
    ('topics="C99-03"', 'topics="C99-03 C99-05"', "", "line 23: topic C99-05 is not in solutions/topics.csv"),
    ('topics="C99-03"', 'topics="C99-03 C98-01"', "", "line 23: topic C98-01 belongs to chapter 98"),
    ('"C99-03"', '"C99-03 C99-04 C99-02 C99-01 C98-01"', "", "line 23: code cell carries 5 topics"),
    ("map(halve", "map(third", "", "no code cell that carries topic C99-03 calls `halve`"),
    ("# %% [markdown] topics", "import os\n# %% [markdown] topics", "", "there is text before the first"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "where", "what"), RULES)
def test_rules(old, new, where, what):
    assert old in SOURCE
    problems = lint(made_up_chapter.CHAPTER, SOURCE.replace(old, new))
    start = f"solutions/ch99_tiny.py:{where}"
    assert [p for p in problems if p.startswith(start) and what in p], problems


def test_order_of_the_records(monkeypatch):
    text = SOURCE.replace(ANSWER, "").replace(
        "# %% [markdown]\n# Double", ANSWER + "# %% [markdown]\n# Double"
    )
    assert lint(made_up_chapter.CHAPTER, text) == [
        "solutions/ch99_tiny.py: the answers stand in the order shift, double, the records double, shift"
    ]


USES = [
    ("halve(1.0)", True),
    ("nnlib.made_up_chapter.halve(1.0)", True),
    ("plot(f=halve)", True),
    ('plot({"half": made_up_chapter.halve})', True),
    ("%time halve(1.0)\nnn.halve(2.0)", True),
    ("halve", False),
    ("plot(halves)", False),
    ("'halve(1.0)'", False),
    ("halve_backward(1.0)", False),
]


@pytest.mark.parametrize(("code", "right"), USES)
def test_what_counts_as_a_call(code, right):
    problems = lint(made_up_chapter.CHAPTER, SOURCE.replace("print(list(map(halve, [1.0, 2.0])))", code))
    assert problems == [] if right else len(problems) == 1


def test_missing_source_and_unknown_chapter(tmp_path):
    assert lint("ch98_none") == ["solutions/ch98_none.py: missing"]
    (tmp_path / "solutions" / "ch97_none.py").write_text("# %%\n1\n")
    assert lint("ch97_none") == ["solutions/ch97_none.py: unknown chapter 'ch97_none'; there are: ch99_tiny"]


DEFAULTS = [("double", True), ("made_up_chapter.double", True), ("shift", False), ("None", False)]


@pytest.mark.parametrize(("default", "right"), DEFAULTS)
def test_a_function_as_default_is_known_by_its_name(monkeypatch, default, right):
    def shift(x, by=made_up_chapter.double):
        return by(x)

    records = (made_up_chapter.RECORDS[0], made_up_chapter.record("shift", shift, ("C99-02",)))
    monkeypatch.setattr("grader.build.lint.registry", lambda chapter: {r.function: r for r in records})
    problems = lint(made_up_chapter.CHAPTER, SOURCE.replace("by=1.0", f"by={default}"))
    assert problems == [] if right else len(problems) == 1
