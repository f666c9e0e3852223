"""In mid-term the course is upgraded or corrected: what a class was asked stays, until it is released again."""

import shutil
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.build import build
from grader.course import Class
from grader.exercises import ch02_activations
from grader.grading import journal, settle
from grader.grading.asked import Corrections
from grader.grading.journal import Journal
from grader.keeping.backup import back_up, released_since, restore
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.nbgrader_bridge.release import release
from grader.problem import Problem
from grader.record import registry as records
from grader.report.export import grade_rows
from grader.report.page import report
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

ALL = ch02_activations.EXERCISES
POINTS = {record.function: record.points for record in ALL}
NAMES = list(POINTS)
FIRST, SECOND, *_, LAST = NAMES
WRITTEN = {"why-nonlinear": 2, "dead-or-asleep": 2}
FOUND = {"ada": outcomes(), "bob": outcomes({FIRST: 0})}
SHARE = {student: dict.fromkeys(NAMES, 1.0) for student in FOUND}
SHARE["bob"][FIRST] = sum(c.weight for c in FOUND["bob"][FIRST].cases if c.right) / sum(
    c.weight for c in FOUND["bob"][FIRST].cases
)


@pytest.fixture
def become(monkeypatch):
    """Make the course's chapter one of these exercises, for these points."""
    read = build.read_source

    def change(names, points=None, version="1"):
        mine = [replace_points(r, (points or POINTS)[r.function]) for r in ALL if r.function in names]
        monkeypatch.setattr(ch02_activations, "EXERCISES", tuple(mine))
        known = set(POINTS) - set(names)
        monkeypatch.setattr(build, "read_source", lambda *a: [c for c in read(*a) if c.name not in known])
        monkeypatch.setattr(settle, "_grade", graded)
        monkeypatch.setattr("grader.autograde.autograde.grader_version", lambda: version)
        clear()

    def clear():
        records.registry.cache_clear()
        journal.record_versions.cache_clear()

    yield change
    monkeypatch.undo()
    clear()


def replace_points(record, points):
    """Not dataclasses.replace, which makes the automatic cases anew."""
    other = object.__new__(type(record))
    other.__dict__.update(record.__dict__ | {"points": points})
    return other


def graded(job, notebook, skeleton, only=None):
    """No sandbox: what the course has today of what the student's notebook asks, for today's points."""
    there = {cell.id for cell in skeleton.cells}
    today = {r.function: r.points for r in ch02_activations.EXERCISES}
    found = FOUND[job.hand_in.student]
    names = [n for n in found if n in today and n in there and (only is None or n in only)]
    mine = {
        n: replace(found[n], max_points=today[n], points=round(SHARE[job.hand_in.student][n] * today[n], 2))
        for n in names
    }
    return verdict(mine)


def grade_class(course):
    results = autograde(course, CHAPTER, isolation=LEVEL, workers=1, console=Console(quiet=True))
    assert [r.broken for r in results] == [[], []]
    return {r.student: r.verdict for r in results}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    return tmp_path_factory.mktemp("graded")


@pytest.fixture
def released(shelf, tmp_path):
    """A class that was given these exercises, and graded: made once, then copied."""

    def of(names):
        made = shelf / "-".join(names)
        if not made.exists():
            course = Class(shelf / "new" / "course")
            release(course, CHAPTER)
            shop = workshop(course)
            for student in FOUND:
                hand_in(course, student, shop.notebook(shop.solutions))
            grade_class(course)
            (shelf / "new").rename(made)
        shutil.copytree(made, tmp_path, dirs_exist_ok=True)
        return Class(tmp_path / "course")

    return of


def marks(course, student, cell):
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade(cell, CHAPTER, CHAPTER, student)
        return grade.manual_score, grade.auto_score, grade.needs_manual_grade


def mark(course, student, cell, points, comment=None):
    with Gradebook(course.db_url, COURSE_ID) as book:
        if comment:
            book.find_comment(cell, CHAPTER, CHAPTER, student).manual_comment = comment
        grade = book.find_grade(cell, CHAPTER, CHAPTER, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def agree(course, exercises, totals):
    """Gradebook, table, page, CSV and report say these points of these."""
    most = sum(exercises.values())
    rows = {row["student"]: row for row in grade_rows(course, CHAPTER)}
    (path,) = generate_feedback(course, CHAPTER, "bob")
    shown, bob = path.read_text(), rows["bob"]
    assert f"{float(bob['total']):g} / {bob['max']:g}" in shown
    for name, points in exercises.items():
        said = f"{float(bob[name]):g} / {points}" if bob[name] != "" else "not marked yet"
        assert f"<b>{name}: {said}" in shown
    with Gradebook(course.db_url, COURSE_ID) as book:
        submissions = {s.student.id: (s.score, s.max_score) for s in book.assignment_submissions(CHAPTER)}
    for student, total in totals.items():
        kept = Journal.of(course, CHAPTER).get(student)
        assert (kept.points, kept.max_points) == (pytest.approx(total), most)
        score, highest = submissions[student]
        assert float(rows[student]["total"]) == pytest.approx(score)
        assert float(rows[student]["max"]) == highest
        assert {n for n in POINTS if n in rows[student]} == set(exercises)
    page = report(course, CHAPTER).read_text()
    assert f"of {most:g}</dd>" in page


def expected(student, points, lost=()):
    return sum(round(SHARE[student][n] * p, 2) for n, p in points.items() if n not in lost)


FEWER = [n for n in NAMES if n != LAST]
OTHERS = [n for n in NAMES if n != SECOND]
DEAR = POINTS | {FIRST: 7}
# what the chapter was when the class got it; what it is now; for which points
UPGRADES = [
    pytest.param(NAMES, FEWER, POINTS, id="removed"),
    pytest.param(FEWER, NAMES, POINTS, id="added"),
    pytest.param(FEWER, OTHERS, POINTS, id="renamed"),
    pytest.param(NAMES, NAMES, DEAR, id="repriced"),
]


@pytest.mark.parametrize(("before", "after", "points"), UPGRADES)
def test_an_upgrade_changes_nothing_for_a_class(before, after, points, become, released):
    become(before)
    course = released(before)
    asked = {n: POINTS[n] for n in before}
    totals = {student: expected(student, asked) for student in FOUND}
    become(after, points, version="2")
    assert {s: v.points for s, v in grade_class(course).items()} == pytest.approx(totals)
    agree(course, asked, totals)


@pytest.mark.parametrize(("before", "after", "points"), UPGRADES)
def test_released_again_it_is_the_new_list(before, after, points, become, released):
    become(before)
    course = released(before)
    become(after, points)
    said = []
    release(course, CHAPTER, say=said.append, dry_run=True)
    release(course, CHAPTER, say=said.append)
    assert said[0] == said[1]
    for name in set(before) - set(after):
        assert f"{name}: dropped" in said[0]
    new = set(after) - set(before)
    for name in new:
        assert f"{name}: to be marked by hand" in said[0]
        assert "ada, bob" in said[0]
        assert marks(course, "ada", f"{name}-check") == (None, None, True)
        (page,) = generate_feedback(course, CHAPTER, "ada")
        assert "This notebook is older than the question." in page.read_text()
    if points is DEAR:
        assert f"{FIRST}: 7 points instead of {POINTS[FIRST]}" in said[0]
    asked = {n: points[n] for n in after}
    totals = {student: expected(student, asked, lost=new) for student in FOUND}
    agree(course, asked, totals)
    assert {s: v.points for s, v in grade_class(course).items()} == pytest.approx(totals)


def test_a_corrected_text(become, released, monkeypatch):
    become(NAMES)
    course = released(NAMES)
    read = build.read_source
    edited = [
        replace(c, source=c.source + "\n\nCorrected.") if c.kind == "markdown" and not c.name else c
        for c in read(CHAPTER, None)
    ]
    monkeypatch.setattr(build, "read_source", lambda *a: edited)
    said = []
    path = release(course, CHAPTER, say=said.append)
    assert said == []  # nobody's points change
    assert "Corrected." in path.read_text()
    agree(course, POINTS, {student: expected(student, POINTS) for student in FOUND})


def test_given_to_all(become, released):
    become(NAMES)
    course = released(NAMES)
    mark(course, "bob", f"{FIRST}-check", 0.25)
    said = []
    free = Corrections(free=(FIRST, "why-nonlinear"))
    release(course, CHAPTER, corrections=free, say=said.append)
    assert f"{FIRST}: given to all" in said[0]
    assert marks(course, "bob", f"{FIRST}-check") == (None, POINTS[FIRST], False)
    assert marks(course, "bob", "why-nonlinear") == (None, WRITTEN["why-nonlinear"], False)
    grade_class(course)
    agree(course, POINTS, dict.fromkeys(FOUND, sum(POINTS.values())))
    (page,) = generate_feedback(course, CHAPTER, "bob")
    assert "Given to all: full points." in page.read_text().partition("</ol>")[0]
    release(course, CHAPTER, corrections=Corrections())
    assert marks(course, "bob", f"{FIRST}-check")[0] == 0.25


def test_a_copy_of_the_gradebook_from_before_a_correction(become, released):
    become(NAMES)
    course = released(NAMES)
    copy = back_up(course)
    said = []
    release(course, CHAPTER, corrections=Corrections({LAST: 0}, free=(FIRST,)), say=said.append)
    assert released_since(course, restore(course, copy.name)[0]) == [CHAPTER]
    release(course, CHAPTER, say=said.append, dry_run=True)
    release(course, CHAPTER, say=said.append)
    assert said[1] == said[2]
    assert {*said[0].splitlines()} - {*said[1].splitlines()} == {f"{FIRST}: given to all"}  # not in the copy
    asked = {n: p for n, p in POINTS.items() if n != LAST}
    agree(course, asked, dict.fromkeys(FOUND, sum(asked.values())))
    assert released_since(course, back_up(course)) == []


@pytest.mark.parametrize("cell", [f"{SECOND}-check", "why-nonlinear"])
def test_marks_by_hand_survive(cell, become, released):
    become(NAMES)
    course = released(NAMES)
    mark(course, "bob", cell, 1.5)
    name = cell.removesuffix("-check")
    said = []
    release(course, CHAPTER, corrections=Corrections({name: 4}), say=said.append)
    assert marks(course, "bob", cell)[0] == 1.5
    assert marks(course, "bob", cell)[2]
    assert "marks by hand stay as they are, look at them again: bob" in said[0]
    release(course, CHAPTER, corrections=Corrections({name: 0}))
    assert name not in grade_rows(course, CHAPTER)[0]
    release(course, CHAPTER, corrections=Corrections())
    assert marks(course, "bob", cell)[0] == 1.5


def test_a_mark_of_an_unchanged_hand_in_holds_after_an_upgrade(become, released):
    become(NAMES)
    course = released(NAMES)
    mark(course, "bob", "why-nonlinear", 1.5)
    become(NAMES, version="2")
    grade_class(course)
    assert marks(course, "bob", "why-nonlinear") == (1.5, 0.0, False)


AWAY = [Corrections({"why-nonlinear": 0}), Corrections(free=("why-nonlinear",))]


@pytest.mark.parametrize("handed_in_again", [False, True])
@pytest.mark.parametrize("away", AWAY, ids=["dropped", "given"])
def test_a_mark_comes_back_as_it_was(away, handed_in_again, become, released):
    become(NAMES)
    course = released(NAMES)
    mark(course, "bob", "why-nonlinear", 1.5, "Say why.")
    release(course, CHAPTER, corrections=away)
    if handed_in_again:
        hand_in(course, "bob", workshop(course).answered())
    grade_class(course)
    release(course, CHAPTER, corrections=Corrections())
    points, _, look_again = marks(course, "bob", "why-nonlinear")
    assert (points, look_again) == (1.5, handed_in_again)
    assert "Say why." in next(iter(generate_feedback(course, CHAPTER, "bob"))).read_text()


TYPED = [
    (["--points", "x"], "write it like"),
    (["--points", f"{FIRST}=0"], "--drop"),
    (["--free", "nosuch"], "has no question nosuch"),
    (["--drop", "nosuch"], "has no question nosuch"),
    (["--undo", FIRST], f"nothing to undo for {FIRST}"),
    (["--drop", FIRST, "--free", FIRST], "go alone"),
    (["--drop", FIRST, "--points", f"{FIRST}=2"], "go alone"),
    (["--drop", FIRST, "--undo", FIRST], "go alone"),
    (["--undo", FIRST, "--free", FIRST], "go alone"),
]


def test_what_was_dropped_can_be_given():
    assert Corrections({FIRST: 0}).changed((), (), (FIRST,), ()) == Corrections(free=(FIRST,))
    given = Corrections(free=(FIRST,))
    assert given.changed((f"{FIRST}=3",), (), (FIRST,), ()) == Corrections({FIRST: 3}, (FIRST,))
    assert given.changed((), (FIRST,), (), ()) == Corrections({FIRST: 0})


@pytest.mark.parametrize(("options", "words"), TYPED)
def test_what_cannot_be_corrected(options, words, course):
    from typer.testing import CliRunner

    from grader import cli

    result = CliRunner().invoke(cli.app, ["release", "ch02", "--course", str(course.root), *options])
    assert isinstance(result.exception, Problem)
    assert words in str(result.exception)
