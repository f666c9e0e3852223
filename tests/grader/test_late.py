"""Late penalties: `grader autograde` enters what `nbgrader autograde` enters, by the same configuration."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from rich.console import Console
from typer.testing import CliRunner

from grader.autograde.autograde import autograde
from grader.cli import app
from grader.collect.collect import collect
from grader.collect.late import Said, lateness
from grader.grading import settle as settling
from grader.grading.settle import Result
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.nbgrader_bridge.gradebook import set_due, write
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem
from grader.record.registry import registry
from grader.report.export import grade_rows
from grader.report.page import report
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST = next(iter(RECORDS))
TOTAL = float(sum(record.points for record in RECORDS.values()))
DUE = "2026-03-01 12:00:00 UTC"
STAMPS = {
    "early": "2026-02-28 12:00:00 UTC",
    "just": "2026-03-01 12:00:00 UTC",
    "late": "2026-03-03 12:00:00 UTC",
}

ZERO = "c.LateSubmissionPlugin.penalty_method = 'zero'"
TENTH = """
from nbgrader.plugins import BasePlugin

class ByTheDay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {answer}

c.AssignLatePenalties.plugin_class = ByTheDay
"""
POLICIES = [  # (nbgrader_config.py, the penalty of a perfect hand-in two days late)
    ("", 0),
    (ZERO, TOTAL),
    (TENTH.format(answer="0.1 * score * total_seconds_late / 86400"), 0.2 * TOTAL),
    (TENTH.format(answer="None"), 0),
    (TENTH.format(answer="-3"), 0),
    (TENTH.format(answer="1000"), TOTAL),
]


def configured(folder, text):
    """Add to nbgrader_config.py, or write one."""
    path = folder / "nbgrader_config.py"
    before = path.read_text() if path.exists() else ""
    path.write_text(f"{before}\nc = get_config()\n{text}\n")


def penalties(course):
    with Gradebook(course.db_url, COURSE_ID) as book:
        return {s.student.id: s.late_submission_penalty for s in book.assignment_submissions(CHAPTER)}


def grade_class(course):
    return autograde(course, CHAPTER, isolation=LEVEL, console=Console(quiet=True), workers=1)


@pytest.fixture
def due(course, monkeypatch, tmp_path):
    """Three perfect hand-ins around the due date; the working folder has no configuration."""
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    monkeypatch.chdir(tmp_path)
    with Gradebook(course.db_url, COURSE_ID) as book:
        book.find_assignment(CHAPTER).duedate = parse_utc(DUE)
        book.db.commit()
    notebook = workshop(course).answered()
    for student, stamp in STAMPS.items():
        hand_in(course, student, notebook, **{"timestamp.txt": stamp.encode()})
    return course


@pytest.mark.parametrize(("policy", "penalty"), POLICIES)
def test_penalties(due, policy, penalty):
    configured(due.root, policy)
    grade_class(due)
    assert penalties(due) == {"early": 0, "just": 0, "late": pytest.approx(penalty)}


@pytest.mark.parametrize("policy", [POLICIES[1][0], POLICIES[2][0], POLICIES[5][0]])
def test_nbgrader_enters_the_same(due, policy):
    configured(due.root, policy)
    grade_class(due)
    before = penalties(due)
    assert before["late"] > 0
    with Gradebook(due.db_url, COURSE_ID) as book:
        for submission in book.assignment_submissions(CHAPTER):
            for notebook in submission.notebooks:
                notebook.late_submission_penalty = 0.125
        book.db.commit()
    nbgrader(due.root, "autograde", CHAPTER, "--force", f"--HandInExporter.isolation={LEVEL}")
    assert penalties(due) == pytest.approx(before)


def test_who_gets_an_extension_is_no_longer_late(due):
    configured(due.root, ZERO)
    grade_class(due)
    with Gradebook(due.db_url, COURSE_ID) as book:
        book.find_submission(CHAPTER, "late").extension = timedelta(days=3)
        book.db.commit()
    grade_class(due)
    assert penalties(due)["late"] == 0


def test_marks_by_hand_count_and_stay(due):
    configured(due.root, POLICIES[2][0])
    grade_class(due)
    with Gradebook(due.db_url, COURSE_ID) as book:
        grade = book.find_grade(f"{FIRST}-check", CHAPTER, CHAPTER, "late")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
        book.db.commit()
    grade_class(due)
    score = TOTAL - RECORDS[FIRST].points + 0.75
    row = next(row for row in read_grades(due, CHAPTER).rows if row.student == "late")
    assert (row.penalty, row.total) == (
        pytest.approx(0.2 * score, abs=0.01),
        pytest.approx(0.8 * score, abs=0.01),
    )
    (page,) = generate_feedback(due, CHAPTER, "late")
    assert f"late penalty {row.penalty:g} taken off" in page.read_text(encoding="utf-8")


def test_the_working_folder_counts_less_than_the_class_folder(due, tmp_path):
    configured(tmp_path, ZERO)
    grade_class(due)
    assert penalties(due)["late"] == TOTAL
    configured(due.root, "c.LateSubmissionPlugin.penalty_method = 'none'")
    grade_class(due)
    assert penalties(due)["late"] == 0


FAILURES = [
    (TENTH.format(answer="1 / 0"), "the late policy ByTheDay failed for late: ZeroDivisionError"),
    (TENTH.format(answer="'much'"), "the late policy ByTheDay failed for late: ValueError"),
    ("1 / 0", "nbgrader_config.py does not run: ZeroDivisionError"),
    ("c.AssignLatePenalties.plugin_class = 'nowhere.Policy'", "cannot be used"),
    ("c.LateSubmissionPlugin.penalty_method = 'harsh'", "cannot be used"),
]


def late_and_punctual():
    names = ("late", "early")
    return [Result(name, verdict(outcomes()), timestamp=STAMPS[name]) for name in names]


@pytest.mark.parametrize(("policy", "words"), FAILURES[:2])
def test_a_policy_that_fails_for_one_costs_one(due, policy, words):
    configured(due.root, policy)
    failed = write(due, CHAPTER, late_and_punctual())
    assert set(failed) == {"late"}
    assert failed["late"].startswith(words)
    assert set(penalties(due)) == {"early"}


@pytest.mark.parametrize(("policy", "words"), FAILURES[2:])
def test_a_policy_that_is_none_enters_nothing(due, policy, words):
    configured(due.root, policy)
    with pytest.raises(Problem, match=words):
        write(due, CHAPTER, late_and_punctual())
    assert penalties(due) == {}


MOMENT, LATER, TAKEN = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 3, 5))
CANVAS, CANVAS_LATE, MOODLE = (
    Said(*said, TAKEN) for said in (("canvas", False), ("canvas", True), ("moodle", None))
)
UNKNOWN = "when it was handed in is not known"
BY_WORD = "late, says Canvas; by how much is not known"
KNOWN = [  # (handed in, due, what an LMS says, extended, in words)
    (MOMENT, MOMENT, None, False, ""),
    (MOMENT + timedelta(seconds=1), MOMENT, None, False, "1 second late"),
    (MOMENT + timedelta(hours=1, seconds=5), MOMENT, CANVAS, False, "1 hour late"),
    (LATER + timedelta(hours=3, minutes=5), MOMENT, None, False, "2 days 3 hours late"),
    (LATER, None, None, False, ""),
    (LATER, None, CANVAS_LATE, False, BY_WORD),
    (LATER, TAKEN, CANVAS_LATE, False, ""),
    (None, MOMENT, CANVAS_LATE, False, BY_WORD),
    (None, LATER, CANVAS_LATE, True, f"{BY_WORD}, and whether within the extension"),
    (None, TAKEN, CANVAS_LATE, True, ""),
    (None, MOMENT, CANVAS, False, ""),
    (None, MOMENT, MOODLE, False, UNKNOWN),
    (None, MOMENT, None, False, UNKNOWN),
    (None, None, None, False, ""),
]


@pytest.mark.parametrize(("moment", "due", "said", "extended", "words"), KNOWN)
def test_what_is_known(moment, due, said, extended, words):
    assert lateness(moment, due, said, extended) == words


@pytest.mark.parametrize(("policy", "penalty"), [POLICIES[0], POLICIES[1], (POLICIES[2][0], 0), POLICIES[5]])
def test_late_by_canvas_s_word(due, tmp_path, policy, penalty):
    """A penalty is entered where it is the same by however much; else none, and that is said."""
    configured(due.root, policy)
    for student in STAMPS:
        due.submission(student, CHAPTER).with_name("timestamp.txt").unlink()
    (tmp_path / "in").mkdir()
    for student, mark in (("late", "_LATE"), ("early", "")):
        path = tmp_path / "in" / f"{student}{mark}_101_{5000 + len(student)}_{CHAPTER}.ipynb"
        path.write_bytes(due.submission(student, CHAPTER).read_bytes())
    assert run("collect", tmp_path / "in", CHAPTER, "--course", due.root).exit_code == 0
    grade_class(due)
    assert penalties(due) == {"early": 0, "just": 0, "late": pytest.approx(penalty)}
    nbgrader(due.root, "autograde", CHAPTER, "--force", f"--HandInExporter.isolation={LEVEL}")
    assert penalties(due) == {"early": 0, "just": 0, "late": pytest.approx(penalty)}
    rows = {row["student"]: row for row in grade_rows(due, CHAPTER)}
    assert {s: row["late"] for s, row in rows.items()} == {"late": BY_WORD, "early": "", "just": UNKNOWN}
    assert BY_WORD in report(due, CHAPTER).read_text(encoding="utf-8")
    (page,) = generate_feedback(due, CHAPTER, "late")
    assert BY_WORD in page.read_text(encoding="utf-8")


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


def extend(course, student, *options):
    return run("extend", CHAPTER, student, "--course", course.root, *options).output


@pytest.mark.parametrize("first", ["extended", "graded"])
def test_an_extension(due, first):
    configured(due.root, ZERO)
    if first == "graded":
        grade_class(due)
        assert penalties(due)["late"] == TOTAL
    said = extend(due, "late", "--until", "2026-03-03 12:00+00:00")
    assert (f"now: {TOTAL:g}" in said) == (first == "graded")
    grade_class(due)
    assert penalties(due) == dict.fromkeys(STAMPS, 0)
    nbgrader(due.root, "autograde", CHAPTER, "--force", f"--HandInExporter.isolation={LEVEL}")
    assert penalties(due) == dict.fromkeys(STAMPS, 0)
    assert "1 hour late" in extend(due, "late", "--until", "2026-03-03 11:00+00:00")
    assert penalties(due)["late"] == TOTAL
    extend(due, "late", "--until", "2026-03-04 11:00+00:00")
    assert penalties(due)["late"] == 0
    set_due(due, CHAPTER, datetime(2026, 3, 2, tzinfo=UTC))
    with Gradebook(due.db_url, COURSE_ID) as book:
        assert book.find_submission(CHAPTER, "late").duedate == datetime(2026, 3, 4, 11)
    set_due(due, CHAPTER, datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert "2 days late" in extend(due, "late", "--undo")
    grade_class(due)
    assert penalties(due)["late"] == TOTAL


REFUSED = [
    (("nobody", "--until", "2026-03-03"), "nobody is called nobody; there are: early, just, late"),
    (("late", "--undo"), "late has no extension"),
    (("late",), "either --until"),
    (("late", "--until", "soon"), "--until 'soon' is no moment"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_no_extension(due, options, words):
    with pytest.raises(Problem, match=words):
        extend(due, *options)


STAMPED = [  # where Mallory lays a notebook, and beside it a stamp from long before
    "mallory",
    "mallory/x",
    f"mallory/bob/{CHAPTER}",
    "mallory_501_assignsubmission_file_/x",
]


@pytest.mark.parametrize("folder", STAMPED)
def test_a_stamp_that_a_student_hands_in_saves_no_penalty(due, tmp_path, folder):
    configured(due.root, ZERO)
    for name in (folder, "honest"):
        place = tmp_path / "in" / name
        place.mkdir(parents=True)
        (place / f"{CHAPTER}.ipynb").write_text(json.dumps(workshop(due).answered()))
        (place / "timestamp.txt").write_text(STAMPS["early"])
    collect(due, CHAPTER, tmp_path / "in")  # by their dates the files are from now
    grade_class(due)
    found = penalties(due)
    no_date = "assignsubmission" in folder  # Moodle exports none, so that nobody is late
    assert found["honest"] == TOTAL
    assert found["mallory"] == (0 if no_date else TOTAL)
    with Gradebook(due.db_url, COURSE_ID) as book:
        assert (book.find_submission(CHAPTER, "mallory").timestamp is None) == no_date
