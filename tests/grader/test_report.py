"""The class report: its numbers against NumPy and by hand, whom it names, and that the page only shows."""

import json
import random
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from grader.collect.submitted import released
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.journal import Journal, Kept
from grader.grading.settle import Result
from grader.judging.evaluate import failed, not_attempted, our_error
from grader.nbgrader_bridge.gradebook import write
from grader.problem import Problem
from grader.record.registry import registry
from grader.report import page as reporting
from grader.report.class_view import view
from grader.report.item_statistics import ENOUGH, Paper, correlation, items, rest_share
from grader.report.page import page, report
from grader.report.plots import bins, histogram, stacks
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict

RECORDS = registry(CHAPTER)
POINTS = {name: float(record.points) for name, record in RECORDS.items()}
FIRST, SECOND, THIRD = list(RECORDS)[:3]
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def right():
    return outcomes()


@pytest.fixture(scope="module")
def slip():
    return outcomes({SECOND: 0})[SECOND]


def grade(student, found, *, status="graded", reason="", to_mark=0, **more):
    said = verdict(found, status=status, reason=reason, **more) if found is not None else None
    marks = {
        n: Mark(None, waits=True) if o.status == "error" else Mark(o.points) for n, o in (found or {}).items()
    }
    marks |= {f"why {i}": Mark(None, waits=True) for i in range(to_mark)}
    return Grade(student, marks=marks, verdict=said)


def look(*rows, handed_in=()):
    names = [row.student for row in rows] + list(handed_in)
    return view(Grades(CHAPTER, POINTS, {"why": 2.0}, rows), names, RECORDS)


# ── statistics ───────────────────────────────────────────────────────────────────────────────────────────


def test_discrimination_is_the_correlation_with_the_rest():
    rng = np.random.default_rng(0)
    points = {"a": 1.0, "b": 3.0, "c": 2.0}
    shares = rng.uniform(size=(40, 3))
    papers = [Paper(str(i), dict(zip(points, row)), {}) for i, row in enumerate(shares)]
    rest = shares[:, 1] * 3 + shares[:, 2] * 2  # of a
    (a, _, _) = items(papers, points)
    assert a.discrimination == pytest.approx(np.corrcoef(shares[:, 0], rest)[0, 1], abs=1e-12)
    assert a.difficulty == pytest.approx(shares[:, 0].mean())
    assert a.students == 40


@pytest.mark.parametrize("n", [ENOUGH - 1, ENOUGH])
def test_too_few_students_for_a_correlation(n):
    papers = [Paper(str(i), {"a": i / n, "b": i / n}, {}) for i in range(n)]
    (a, _) = items(papers, {"a": 1.0, "b": 1.0})
    assert a.discrimination == (None if n < ENOUGH else pytest.approx(1.0))


PAIRS = [
    ([(0.5, x / 10) for x in range(10)], None),
    ([(x / 10, 1.0) for x in range(10)], None),
    ([], None),
    ([(x, -x) for x in range(10)], -1.0),
    ([(0.1 + 0.2, x) for x in range(5)] + [(0.3, x) for x in range(5)], None),  # equal but for rounding
]


@pytest.mark.parametrize(("pairs", "expected"), PAIRS)
def test_correlation(pairs, expected):
    assert correlation(pairs) == (None if expected is None else pytest.approx(expected))


def test_an_exercise_whose_check_broke_is_left_out():
    paper = Paper("ada", {"a": 1.0, "b": 0.5}, {})
    assert rest_share(paper, "a", {"a": 1.0, "b": 1.0, "c": 5.0}) == 0.5
    (_, _, c) = items([paper], {"a": 1.0, "b": 1.0, "c": 5.0})
    assert (c.students, c.difficulty, c.discrimination) == (0, None, None)


@pytest.mark.parametrize(
    ("share", "tenth"), [(0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (1, 9), (1.2, 9), (-0.1, 0)]
)
def test_bins(share, tenth):
    assert bins([share])[tenth] == 1


# ── who and what ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_half_graded_class(right):
    found = look(grade("ada", right), grade("bo", None), handed_in=["eve"])
    assert (found.handed_in, found.graded, len(found.papers)) == (3, 1, 1)
    assert [(n.student, n.reasons) for n in found.notices] == [
        ("bo", ("handed in, not graded yet",)),
        ("eve", ("handed in, not graded yet",)),
    ]
    assert "1 of 3 hand-ins have a verdict" in page(found)


def test_an_unreadable_file_is_no_paper(right):
    blank = {name: failed(record, "attempted", "x") for name, record in RECORDS.items()}
    found = look(grade("ada", right), grade("bo", blank, status="unreadable", reason="the file is empty"))
    assert (found.unreadable, len(found.papers)) == (1, 1)
    assert found.items[0].difficulty == 1.0
    assert found.notices[0].reasons == ("not readable: the file is empty",)


def test_misconceptions_with_their_hints(right, slip):
    rows = [grade(s, {**right, SECOND: slip}) for s in ("ada", "bo")] + [grade("eve", right)]
    (mistake,) = look(*rows).mistakes
    first = RECORDS[SECOND].misconceptions[0]
    assert (mistake.exercise, mistake.slug, mistake.hint) == (SECOND, first.slug, first.hint)
    assert mistake.students == ("ada", "bo")


def test_students_to_look_at(right):
    stop = failed(RECORDS[SECOND], "runs", "stopped: it ran longer than 2 s", stopped=True)
    low = failed(RECORDS[THIRD], "values", "got 1, expected 2")
    rows = [
        grade("ada", {**right, FIRST: not_attempted(RECORDS[FIRST])}),
        grade("bo", {**right, SECOND: stop}, repairs=("Restored a cell.",), log=("Your own cell raised.",)),
        grade("eve", {**right, THIRD: low}),
        grade("kim", {**right, FIRST: our_error(RECORDS[FIRST], "disagrees")}, to_mark=1),
        *[grade(s, right) for s in ("lea", "max", "ned")],
    ]
    found = look(*rows)
    assert {n.student: n.reasons for n in found.notices} == {
        "ada": (f"not attempted: {FIRST}",),
        "bo": (f"stopped: it ran longer than 2 s: {SECOND}", "Restored a cell.", "Your own cell raised."),
        "eve": (f"far below the rest of the work: {THIRD} 0% (all others 100%)",),
        "kim": (f"our check broke, to be marked by hand: {FIRST}",),
    }
    assert found.to_mark == 1
    assert (found.items[0].untouched, found.items[1].stopped) == (1, 1)


def test_a_tenth_of_a_class_is_looked_at_and_the_worst_first(right):
    """Everybody has some reason; nobody's is lost."""
    crash = failed(RECORDS[SECOND], "runs", "stopped: it ran longer than 2 s", stopped=True)
    small = [grade(f"s{i:02}", right, repairs=("Restored a cell.",)) for i in range(17)]
    rows = [
        *small,
        grade("x-weak", {name: not_attempted(record) for name, record in RECORDS.items()}),
        grade("y-odd", {**right, SECOND: crash}),
        grade("z-broke", {**right, FIRST: our_error(RECORDS[FIRST], "disagrees")}, to_mark=1),
    ]
    found = look(*rows)
    assert [n.student for n in found.look_at] == ["z-broke", "y-odd"]
    assert [n.student for n in found.notices][2] == "x-weak"
    assert len(found.notices) == len(rows)
    assert "<summary>18 more, for smaller reasons</summary>" in page(found)


def test_a_hard_exercise_makes_nobody_stand_out(right):
    low = failed(RECORDS[THIRD], "values", "got 1, expected 2")
    assert look(*[grade(s, {**right, THIRD: low}) for s in ("ada", "bo", "eve")]).notices == ()


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────


class Strict(HTMLParser):
    """Every tag closed in order; tags and attributes are kept."""

    VOID = ("meta", "br")

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(html):
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def html(right, slip):
    rng = random.Random(0)
    rows = []
    for i in range(20):
        found = {n: o if rng.random() < 0.8 else not_attempted(RECORDS[n]) for n, o in right.items()}
        rows.append(grade(f"student{i:02}", {**found, SECOND: slip} if i % 4 == 0 else found))
    evil = replace(
        rows[0], student=f"eve{EVIL}", first=EVIL, verdict=replace(rows[0].verdict, repairs=(EVIL,))
    )
    return page(look(*rows, evil))


def test_the_page_is_self_contained_and_does_nothing(html):
    found = read(html)
    assert not {"script", "link", "img", "iframe", "base", "form", "a"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href")]
    assert not re.search(r"https?://|url\(|@import", html)
    assert EVIL not in html
    assert "".join(found.words).count(EVIL) == 6  # student and name, twice; repair; who has the misconception


def test_plots_have_words(html):
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) == 2
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 60
        assert [child.tag for child in root][:2] == ["title", "desc"]


def test_tables_have_headings(html):
    found = read(html)
    assert found.tags.count("table") == found.tags.count("caption") == 5
    assert ("scope", "col") in found.attributes
    for name in RECORDS:
        assert f"<code>{name}</code>" in html
    assert RECORDS[SECOND].misconceptions[0].hint.split("`")[0][:30] in "".join(found.words)


def test_the_numbers_of_an_exercise(right, slip):
    rows = [grade(str(i), {**right, SECOND: slip} if i < 3 else right) for i in range(12)]
    row = re.search(rf"<tr><td[^>]*><code>{SECOND}</code></td>(.*?)</tr>", page(look(*rows)))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1])
    share = (9 + 3 * slip.points / POINTS[SECOND]) / 12
    assert cells[:4] == [f"{POINTS[SECOND]:g}", "9 of 12 (75%)", f"{share:.2f}", "–"]  # all others alike


def test_a_class_of_nobody_readable():
    html = page(look(handed_in=["ada"]))
    read(html)
    assert "<svg" not in html
    assert "not graded yet" in html


def test_everybody_stands_there_in_the_words_of_all_pages(right):
    marked = grade("ada", right, to_mark=1)
    marked = replace(
        marked, first="Ada", marks={**marked.marks, "why": Mark(1.5, 0.5, by_hand=True)}, penalty=1.0
    )
    html = page(look(marked, Grade("zoe", first="Zoë", handed_in=False)))
    most = sum(POINTS.values()) + 2
    said = (
        f"{most - 1:g} / {most:g} (late penalty 1 taken off; with 0.5 extra credit; 1 answer not marked yet)"
    )
    assert marked.standing(most) == said
    rows = re.findall(r"<tr>(<td[^>]*><b>(?:ada|zoe)</b>.*?)</tr>", html)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]
    assert cells[-2:] == [["<b>ada</b>", "Ada", said], ["<b>zoe</b>", "Zoë", "nothing handed in"]]


@pytest.mark.parametrize("shares", [[0.5], [0.0] * 30, list(np.linspace(0, 1, 977))])
def test_a_histogram_shows_everybody(shares):
    drawing = ElementTree.fromstring(histogram(shares))
    inside = [float(b.get("height")) for b in drawing.findall("rect")]
    assert all(0 < height <= 150 for height in inside)
    labels = [t.text for t in drawing.findall("text")]
    assert str(max(bins(shares))) in labels


def test_stacks_fill_the_width():
    drawing = ElementTree.fromstring(stacks([("a", (1, 2, 3, 4)), ("b", (0, 0, 0, 0)), ("c", (9, 0, 0, 0))]))
    bars = [r for r in drawing.findall("rect") if r.get("height") == "17.0"]
    assert len(bars) == 5
    assert all(float(b.get("x")) + float(b.get("width")) <= 460 for b in bars)
    assert "a: 1 right, 2 partly, 3 wrong, 4 untouched" in drawing.get("aria-label")


# ── from a class folder ──────────────────────────────────────────────────────────────────────────────────


class Noon(datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 28, 12, tzinfo=tz)


def test_from_the_journal_and_the_gradebook(course, right, slip, monkeypatch):
    monkeypatch.setattr(reporting, "datetime", Noon)
    with pytest.raises(Problem, match="grader collect"):
        report(course, CHAPTER)
    given = verdict({**right, SECOND: slip})
    for student in ("ada", "bo"):
        hand_in(course, student, b"{}")
    Journal.of(course, CHAPTER).put("ada", "key", Kept(given))
    write(course, CHAPTER, [Result("ada", given, {"why-nonlinear": True})])
    path = report(course, CHAPTER)
    assert path == course.root / "reports" / f"{CHAPTER}.html"
    html = path.read_text(encoding="utf-8")
    assert "1 of 2" in html
    release = json.loads(released(course, CHAPTER).read_bytes())["metadata"]["nn_workbook"]["release"]
    assert (
        f"{course.root.name}, 2026-11-28 12:00. Release {release}, and hand-ins made from {given.release}."
        in html
    )
    assert RECORDS[SECOND].misconceptions[0].slug in html
    assert report(course, CHAPTER, path.with_name("x.html")).read_text(encoding="utf-8") == html
