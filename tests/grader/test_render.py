"""The report as HTML: everything is said, nothing gets through unescaped, and it can be put into any page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from grader.calls import local
from grader.calls.plain import Stopped, call
from grader.home.check import Report
from grader.judging.evaluate import evaluate, failed, our_error
from grader.judging.outcome import CaseLine, Outcome, Picture
from grader.judging.render import outcome_html
from grader.record.exercise import Case, Exercise, Misconception


def double(x):
    return 2.0 * x if isinstance(x, np.ndarray) else x + x


def triple(x):
    return 3.0 * x


def stub(x):
    raise NotImplementedError()


def hostile_error(x):
    raise ValueError("<script>alert(1)</script> & 'quoted' \ud800\x07\u202e")


def hostile_text(x):
    return double(x) if isinstance(x, np.ndarray) else '<img src="x" onerror="alert(1)">' + "<b>" * 500


def kinked(x):
    y = 2.0 * x
    y[x > 0] += 1.0
    return y


def one_wrong(x):
    y = 2.0 * x
    y[(-2, -1) if x.ndim == 2 else -1] += 0.5
    return y


def exercise(*cases: Case) -> Exercise:
    hint = "This is 3x: add `x` to itself <once>."
    return Exercise(
        function="double",
        topics=("T",),
        points=2,
        difficulty=1,
        minutes=5,
        reference=double,
        cases=cases,
        misconceptions=(Misconception("triple", triple, hint, cases[0].title),),
        alternatives=(),
        hints=(),
    )


SMALL = exercise(
    Case("two & two", lambda rng: call([[1.0, 2.0], [3.0, 4.0]])),
    Case("a row", lambda rng: call([1.0, 2.0]), weight=3),
)
GRID = exercise(Case("a grid", lambda rng: call(np.linspace(-2.0, 2.0, 41))))
BIG = exercise(Case("a big array", lambda rng: call(rng.normal(size=(1000, 1000)))))
TEXT = exercise(Case("a word", lambda rng: call("ab")), Case("a row", lambda rng: call([1.0])))

OUTCOMES = {
    "passed": (SMALL, double),
    "misconception": (SMALL, triple),
    "one entry": (SMALL, one_wrong),
    "stub": (SMALL, stub),
    "raised": (SMALL, hostile_error),
    "text": (TEXT, hostile_text),
    "none": (SMALL, lambda x: None),
    "curve": (GRID, kinked),
    "window": (BIG, one_wrong),
}


def outcome_of(record: Exercise, answer) -> Outcome:
    return evaluate(record, lambda c, script: local.ask(answer, c, script))


@pytest.fixture(scope="module")
def reports() -> dict[str, tuple[Outcome, str]]:
    found = {name: outcome_of(*row) for name, row in OUTCOMES.items()}
    found["stopped"] = evaluate(SMALL, lambda c, script: Stopped("more than 2 seconds"))
    found["ours"] = our_error(SMALL, "the reference <failed>")
    found["no cell"] = failed(
        SMALL, "runs", "SyntaxError: x < <b>", "Run the cell above.", "File <cell>, line 1"
    )
    return {name: (outcome, outcome_html(outcome)) for name, outcome in found.items()}


ALL = (*OUTCOMES, "stopped", "ours", "no cell")


def tree(html: str) -> ElementTree.Element:
    return ElementTree.fromstring(html)


def words(html: str) -> str:
    root = tree(html)
    root.remove(root.find("style"))
    return " ".join("".join(root.itertext()).split())


def by_class(html: str, name: str) -> list[ElementTree.Element]:
    return [e for e in tree(html).iter() if f"nnw-{name}" in e.get("class", "").split()]


def entries(html: str, name: str) -> list[str]:
    """The marked entries of the table called `name`."""
    return ["".join(e.itertext()) for e in by_class(html, name) if e.tag == "td"]


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ALL)
def test_all_that_the_text_says_is_in_the_html(name, reports):
    outcome, html = reports[name]
    shown = words(html)
    assert outcome.headline[2:] in shown
    advice = outcome.advice.replace("`", "")
    assert advice in shown
    if name not in ("raised", "text"):  # those hold what cannot be printed
        for text in (outcome.case, outcome.call, outcome.found):
            assert text.replace("`", "") in shown


@pytest.mark.parametrize(
    ("name", "badge"),
    [
        ("passed", "✓ passed"),
        ("misconception", "✗ not right yet"),
        ("stub", "○ to do"),
        ("ours", "! our error"),
    ],
)
def test_the_status_is_a_mark_and_a_word(name, badge, reports):
    (element,) = by_class(reports[name][1], "badge")
    assert element.text == badge


def test_the_parts_come_in_order(reports):
    html = reports["misconception"][1]
    places = [
        html.index(f'class="nnw-{name}"') for name in ("head", "where", "found", "advice", "tables", "cases")
    ]
    assert places == sorted(places)


def test_the_hint_sets_names_as_code(reports):
    (advice,) = by_class(reports["misconception"][1], "advice")
    assert [e.text for e in advice.iter("code")] == ["x"]


def test_a_pass_is_one_line_and_folded_cases(reports):
    root = tree(reports["passed"][1])
    assert [e.tag for e in root] == ["style", "p", "details"]
    assert root.find("details").get("open") is None


def test_cases_show_mark_reason_and_weight(reports):
    lines = ["".join(e.itertext()) for e in tree(reports["one entry"][1]).iter("li")]
    assert lines[:2] == ["✗ two & two wrong values", "✗ a row wrong values · weight 3"]
    assert lines[2:] == [
        "✗ arguments unchanged counts as soon as a value is right",
        "✓ float32 stays float32 a remark",
    ]


@pytest.mark.parametrize(("count", "unfolded"), [(3, True), (4, False)])
def test_a_short_list_of_cases_is_unfolded(count, unfolded):
    cases = tuple(CaseLine(f"case {i}", False, "shape", 1) for i in range(count))
    html = outcome_html(Outcome("f", "failed", 0.0, 1, "✗ f: 0 right", cases=cases))
    assert (tree(html).find("details").get("open") is not None) is unfolded


def test_the_traceback_is_folded(reports):
    outcome, html = reports["no cell"]
    (fold,) = tree(html).iter("details")
    assert fold.get("open") is None
    assert fold.find("pre").text == outcome.traceback


def test_the_end_of_a_long_traceback_is_kept():
    html = outcome_html(
        Outcome("f", "failed", 0.0, 1, "✗ f", traceback="line\n" * 2000 + "ValueError: the end")
    )
    assert html.count("line\n") < 1000
    assert "ValueError: the end" in html


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────


def test_only_the_wrong_entry_is_marked(reports):
    html = reports["one entry"][1]
    shown = ["".join(e.itertext()) for e in tree(html).iter("td")]
    assert shown == ["", "2", "4", "6", "8", "", "2", "4.5", "6", "8"]
    assert entries(html, "expected") == ["4"]
    assert entries(html, "yours") == ["4.5"]
    (cell,) = (e for e in by_class(html, "yours") if e.tag == "td")
    assert cell.find("b/u").text == "4.5"  # bold and underlined, not by colour alone


def test_a_window_has_the_indices_of_the_whole_array(reports):
    html = reports["window"][1]
    heads = [e.text for e in tree(html).iter("th")]
    assert heads[:12] == [*map(str, range(994, 1000)), *map(str, range(994, 1000))]
    assert "rows 994–999, columns 994–999 of shape (1000, 1000)" in words(html)
    assert len(entries(html, "yours")) == 1


@pytest.mark.parametrize(
    ("shape", "corner", "note"),
    [
        ((30,), (4,), "entries 4–5 of shape (30,)"),
        ((5, 9), (0, 4), "rows 0–0, columns 4–5 of shape (5, 9)"),
        ((7, 5, 9), (6, 0, 4), "[6]: rows 0–0, columns 4–5 of shape (7, 5, 9)"),
        ((2,), (0,), ""),
    ],
)
def test_the_note_of_a_window(shape, corner, note):
    picture = Picture("table", [["1", "2"]], [["1", "3"]], corner=corner, shape=shape)
    html = outcome_html(Outcome("f", "failed", 0.0, 1, "✗ f", picture=picture))
    assert [e.text for e in by_class(html, "note")] == ([note] if note else [])
    assert [e.text for e in tree(html).iter("th") if e.get("scope") == "col"][:2] == [
        str(corner[-1]),
        str(corner[-1] + 1),
    ]


@pytest.mark.parametrize("wrong", [False, True])
def test_the_picture_says_which_entries_are_wrong(wrong):
    picture = Picture("table", [["1", "2"]], [["1", "3"]], wrong=[[False, wrong]], shape=(2,))
    html = outcome_html(Outcome("f", "failed", 0.0, 1, "✗ f", picture=picture))
    assert entries(html, "yours") == (["3"] if wrong else [])


def test_a_curve_is_described_in_words(reports):
    svg = tree(reports["curve"][1]).find("svg")
    assert svg.get("role") == "img"
    assert svg.find("title").text == "Expected and your values over inputs from -2 to 2"
    assert "largest gap at input" in svg.find("desc").text
    assert [e.text for e in svg.iter("text")][-2:] == ["expected", "yours (dashed)"]


def test_a_curve_draws_both_lines_inside_the_frame(reports):
    html = reports["curve"][1]
    svg = tree(html).find("svg")
    solid, dashed = svg.findall("polyline")
    assert solid.get("stroke-dasharray") is None
    assert dashed.get("stroke-dasharray")
    assert solid.get("stroke") != dashed.get("stroke")
    for line in (solid, dashed):
        points = np.array([p.split(",") for p in line.get("points").split()], dtype=float)
        assert points.shape == (41, 2)
        assert (points >= 0).all()
        assert (points <= (420, 200)).all()
        assert (np.diff(points[:, 0]) > 0).all()
    assert 4 <= len(svg.findall("text")) <= 20


@pytest.mark.parametrize(
    "yours", [[0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [1e16, 1e16 + 2], [1.0, 1.0 + 1e-15], [-3.0, -3.0]]
)
def test_a_curve_of_extreme_values_is_drawn(yours):
    picture = Picture("curve", yours[::-1], yours, x=[0.0, 0.0])
    svg = tree(outcome_html(Outcome("f", "failed", 0.0, 1, "✗ f", picture=picture))).find("svg")
    drawn = " ".join(line.get("points") for line in svg.findall("polyline"))
    numbers = [float(n) for n in re.split("[ ,]", drawn)]
    assert np.isfinite(numbers).all()
    assert svg.findall("text")


# ── what it must never do ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ALL)
def test_it_is_well_formed_and_self_contained(name, reports):
    html = reports[name][1]
    kinds = {e.tag for e in tree(html).iter()}  # raises where a tag is not closed
    assert not kinds & {"script", "img", "link", "iframe", "a", "object"}
    attributes = {a for e in tree(html).iter() for a in e.attrib}
    assert "id" not in attributes
    assert not [a for a in attributes if a.startswith("on")]
    assert not re.search(r"https?:|url\(|@import", html)
    assert len(html.encode("utf-8")) < 40_000


def test_what_a_student_says_is_escaped(reports):
    for name, raw in (("raised", "<script>"), ("text", "<img"), ("no cell", "<cell>"), ("ours", "<failed>")):
        outcome, html = reports[name]
        assert raw in f"{outcome.found} {outcome.traceback}"
        assert raw not in html
        assert raw.replace("<", "&lt;").rstrip(">") in html
    assert "alert(1)" in words(reports["raised"][1])


def test_every_text_field_is_escaped_and_short():
    bad = "</style><b onclick='x'>`&`\x00" * 2000
    outcome = Outcome(
        function=bad,
        status="failed",
        points=0.0,
        max_points=1,
        headline=bad,
        case=bad,
        call=bad,
        found=bad,
        advice=bad,
        note=bad,
        traceback=bad,
        cases=(CaseLine(bad, False, bad, 1),),
        picture=Picture("table", [["1"]], [["2"]], shape=(1,)),
    )
    html = outcome_html(outcome)
    assert "<b onclick" not in html
    assert html.count("</style>") == 1
    assert "onclick" not in {a for e in tree(html).iter() for a in e.attrib}
    assert len(html.encode("utf-8")) < 40_000


def test_the_notebook_shows_this_report(reports):
    outcome, html = reports["misconception"]
    report = Report(**vars(outcome))
    assert report._repr_html_() == html
    assert outcome_html(Outcome.from_json(outcome.to_json())) == html
