"""`nbgrader autograde` and formgrader's button: the same engine, the same rows, the same journal."""

import os
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.autograde.summary import remark
from grader.course import Class
from grader.engine import doctor
from grader.engine.layers import LAYERS
from grader.grading import settle as settling
from grader.grading.journal import Journal
from grader.grading.settle import Result
from grader.grading.shown import autograded_path
from grader.judging.evaluate import our_error
from grader.nbgrader_bridge.config import COURSE_ID, class_config, course_directory
from grader.record.registry import registry
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST, SECOND = list(RECORDS)[:2]
TOTAL = sum(record.points for record in RECORDS.values())
ISOLATION = f"--HandInExporter.isolation={LEVEL}"
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's, on new rows
NAME = "o'neill & $x$"
REASONS = {
    "cy": "the file is not JSON",
    "di": f"there is no {CHAPTER}.ipynb, only homework.ipynb; rename the notebook",
    "ed": "the folder of the hand-in is empty",
    "gus": f"{CHAPTER}.ipynb is a link, not a file",
    "hana": f"hana/{CHAPTER} is not a folder of its own",
    "%3cb%3e": "the name of the folder is no plain text",
}


def rows(course):
    """{student: (score, points still to be given by a person, penalty)}."""
    with Gradebook(course.db_url, COURSE_ID) as book:
        return {
            s.student.id: (s.score, s.needs_manual_grade, s.late_submission_penalty)
            for s in book.assignment_submissions(CHAPTER)
        }


def grade_class(course, **options):
    return autograde(course, CHAPTER, isolation=LEVEL, console=Console(quiet=True), workers=1, **options)


# ── a class of accidents, through the real command ───────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def accidents(released_class, tmp_path_factory):
    """(class, what nbgrader said): honest students beside broken files, links, pipes and a false timestamp."""
    root = tmp_path_factory.mktemp("accidents") / "course"
    shutil.copytree(released_class.root, root)
    course = Class(root)
    shop, source = workshop(course), root / "source" / CHAPTER
    right, slip = shop.answered(), {FIRST: f"def {FIRST}(*args, **kwargs):\n    return 0.0"}
    hand_in(course, "ada", right, **{"timestamp.txt": b"2026-03-01 12:00:00 UTC"})
    hand_in(course, "bo", shop.notebook(shop.solutions | slip))
    hand_in(course, "cy", b"{")
    hand_in(course, "di", right).rename(course.submission("di", CHAPTER).with_name("homework.ipynb"))
    hand_in(course, "ed", b"").unlink()
    beside = hand_in(course, "fatima", right, **{"timestamp.txt": b"some time", "notes.txt": b"mine"}).parent
    (beside / "link.txt").symlink_to(course.private / "seeds" / CHAPTER)
    (beside / "zero").symlink_to("/dev/zero")
    (beside / "broken").symlink_to("/nowhere")
    os.mkfifo(beside / "pipe")
    path = hand_in(course, "gus", b"")
    path.unlink()
    path.symlink_to(source / path.name)
    (root / "submitted" / "hana").mkdir()
    (root / "submitted" / "hana" / CHAPTER).symlink_to(source)
    for student in ("[x]*", "<b>", NAME):
        hand_in(course, student, right)
    return course, nbgrader(root, "autograde", CHAPTER, ISOLATION)


def test_everybody_has_a_row(accidents):
    course, _ = accidents
    wanted = dict.fromkeys(("ada", "fatima", "[x]*", NAME), TOTAL) | dict.fromkeys(REASONS, 0)
    wanted["bo"] = TOTAL - RECORDS[FIRST].points
    assert {student: row[0] for student, row in rows(course).items()} == pytest.approx(wanted)


@pytest.mark.parametrize("student", REASONS)
def test_a_bad_file_has_its_reason(accidents, student):
    course, said = accidents
    kept = Journal.of(course, CHAPTER).get(student)
    assert REASONS[student] in kept.reason
    assert f"{student}: nothing could be graded: {kept.reason}" in said
    assert REASONS[student] in nbformat.read(autograded_path(course, student, CHAPTER), 4).cells[0].source


def test_no_linked_file_comes_along(accidents):
    course, _ = accidents
    found = {path.relative_to(course.root / "autograded") for path in course.root.glob("autograded/*/*/*")}
    assert {path.name for path in found} == {f"{CHAPTER}.ipynb", "timestamp.txt"}
    texts = [path.read_text(encoding="utf-8") for path in course.root.glob("autograded/*/*/*")]
    assert not [secret for secret in (str(course.seed(CHAPTER)), "BEGIN SOLUTION") if secret in str(texts)]
    assert sorted(p.name for p in course.private.iterdir()) == ["seeds", "skeletons", "verdicts"]
    assert (course.root / "submitted" / "fatima" / CHAPTER / "link.txt").is_symlink()


def test_grader_autograde_has_nothing_left_to_do(accidents):
    course, _ = accidents
    before = rows(course)
    results = grade_class(course)
    assert {r.student for r in results} == set(before)
    assert all(r.reused for r in results)
    assert rows(course) == before
    assert "rename" in remark(next(r for r in results if r.student == "di"))


def test_a_student_without_a_notebook_alone(accidents):
    """nbgrader looks for notebooks before it asks anybody: its own words, and nothing is entered."""
    course, _ = accidents
    before = rows(course)
    said = nbgrader(course.root, "autograde", CHAPTER, "--student=ed", "--force", ISOLATION, ok=(1,))
    assert "No notebooks were matched" in said
    assert rows(course) == before


REFUSALS = [
    ("--HandInExporter.isolation=magic", "unknown isolation 'magic'"),
    ("--CourseDirectory.db_url=sqlite:///other.db", "set to another gradebook"),
]


@pytest.mark.parametrize(("option", "words"), REFUSALS)
def test_refusals(accidents, option, words):
    course, _ = accidents
    assert words in nbgrader(course.root, "autograde", CHAPTER, option, ok=(1,))


# ── formgrader's button ──────────────────────────────────────────────────────────────────────────────────


def press(course, student, chapter=CHAPTER):
    """What the button does: {"success": ..., "log": ..., "error": ...}."""
    config = class_config(course.root)
    config.HandInExporter.isolation = LEVEL
    return NbGraderAPI(course_directory(course, chapter), config=config).autograde(chapter, student)


@pytest.fixture
def fake_grade(monkeypatch):
    """No sandbox: everybody gets the same verdict. Returns the list of those graded."""
    graded, given = [], verdict(outcomes({FIRST: 0}))
    monkeypatch.setattr(settling, "_grade", lambda job, *args: graded.append(job.hand_in.student) or given)
    return graded


@pytest.fixture
def class_of_two(course):
    for student in ("ada", "bo"):
        hand_in(course, student, workshop(course).answered())
    return course


def test_the_button_takes_the_verdict_of_grader_autograde(class_of_two, fake_grade):
    grade_class(class_of_two)
    before = rows(class_of_two)
    assert press(class_of_two, "ada")["success"]
    assert fake_grade == ["ada", "bo"]
    assert rows(class_of_two) == before
    assert autograded_path(class_of_two, "ada", CHAPTER).exists()


def test_what_a_person_entered_stays(class_of_two, fake_grade):
    assert press(class_of_two, "ada")["success"]
    assert (fake_grade, set(rows(class_of_two))) == (["ada"], {"ada"})
    question = "why-nonlinear"
    with Gradebook(class_of_two.db_url, COURSE_ID) as book:
        for name, points in ((question, 2.0), (f"{SECOND}-check", 0.5)):
            grade = book.find_grade(name, CHAPTER, CHAPTER, "ada")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = points, 0.25, False
        book.find_comment(question, CHAPTER, CHAPTER, "ada").manual_comment = "See me."
        book.db.commit()
    before = rows(class_of_two)
    for _ in range(2):
        assert press(class_of_two, "ada")["success"]
        assert rows(class_of_two) == before
    with Gradebook(class_of_two.db_url, COURSE_ID) as book:
        grade = book.find_grade(question, CHAPTER, CHAPTER, "ada")
        assert (grade.score, grade.needs_manual_grade) == (2.25, False)
        assert book.find_comment(question, CHAPTER, CHAPTER, "ada").comment == "See me."


def test_a_machine_without_the_isolation(class_of_two, fake_grade, monkeypatch):
    """What `grader doctor` says, and nothing is graded."""
    monkeypatch.setattr(doctor, "missing", lambda level: [(LAYERS[0], "this kernel has none")])
    pressed = press(class_of_two, "ada")
    assert not pressed["success"]
    for words in ("this kernel has none", LAYERS[0].remedy, "Nothing was graded", "grader doctor"):
        assert words in pressed["log"]
        assert words in pressed["error"]
    assert (fake_grade, rows(class_of_two)) == ([], {})


def test_our_exception_is_nobodys_zero(class_of_two, fake_grade, monkeypatch):
    assert press(class_of_two, "bo")["success"]
    before = rows(class_of_two)
    failed = Result("ada", error="disk full")
    monkeypatch.setattr("grader.nbgrader_bridge.autograde.settle", lambda job: failed)
    pressed = press(class_of_two, "ada")
    assert not pressed["success"]
    assert "our error, nothing is entered for ada: disk full" in pressed["log"]
    assert not autograded_path(class_of_two, "ada", CHAPTER).exists()
    assert rows(class_of_two)["bo"] == before["bo"]
    with Gradebook(class_of_two.db_url, COURSE_ID) as book:
        assert {g.auto_score for g in book.find_submission_notebook(CHAPTER, CHAPTER, "ada").grades} == {None}


def test_a_broken_check_is_said(class_of_two, monkeypatch):
    found = {**outcomes(), FIRST: our_error(RECORDS[FIRST], "disagrees with itself")}
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(found))
    pressed = press(class_of_two, "ada")
    assert pressed["success"]
    assert "our error, ada: disagrees with itself" in pressed["log"]
    with Gradebook(class_of_two.db_url, COURSE_ID) as book:
        grade = book.find_grade(f"{FIRST}-check", CHAPTER, CHAPTER, "ada")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)


def test_a_link_in_autograded_is_replaced_not_followed(class_of_two, fake_grade):
    target = class_of_two.root / "source" / CHAPTER
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    (class_of_two.root / "autograded" / "ada").mkdir(parents=True)
    autograded_path(class_of_two, "ada", CHAPTER).parent.symlink_to(target)
    assert press(class_of_two, "ada")["success"]
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert not autograded_path(class_of_two, "ada", CHAPTER).parent.is_symlink()


def test_an_assignment_without_checks(class_of_two):
    other = class_of_two.root / "submitted" / "ada" / "essay"
    other.mkdir()
    shutil.copy(class_of_two.submission("ada", CHAPTER), other / "essay.ipynb")
    pressed = press(class_of_two, "ada", "essay")
    assert not pressed["success"]
    assert "there are no checks for 'essay'" in pressed["log"]
