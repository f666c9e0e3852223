"""Exports: the gradebook's numbers, and files as Canvas and Moodle take them."""

import csv
import io
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.collect.roster import read_roster
from grader.course import Class
from grader.grading import settle as settling
from grader.grading.grades import Grade, Grades, Mark
from grader.grading.settle import Result
from grader.judging.evaluate import our_error
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.gradebook import set_names, write
from grader.problem import Problem
from grader.record.registry import registry
from grader.report.export import grade_rows, read_all, read_grades, write_sheet
from grader.report.lms import canvas_sheet, csv_sheet, moodle_sheet, worksheet
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST, SECOND = list(RECORDS)[:2]
POINTS = sum(record.points for record in RECORDS.values())
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (77),Current Score
    Points Possible,,,,,10,(read only)
"=Lovelace, Ada",1234,S1,ada,A,9,90
"Doe, Jo",1236,S3,jo,"A and B",,
"Student, Test",9999,,,A,,
"""


def roster(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    return read_roster(tmp_path / "roster.csv")


def lines(sheet):
    """The file as a program reads it: one dict a row."""
    return list(csv.DictReader(io.StringIO(sheet.text())))


def chapter(name="ch02", *, first=2.0, written=1.0, **rows):
    """Grades of two exercises and a written question. rows: student=(a, b, why, penalty)."""
    made = []
    for student, (a, b, why, penalty) in rows.items():
        marks = {n: Mark(score, waits=score is None) for n, score in {"a": a, "b": b, "why": why}.items()}
        made.append(Grade(student, marks=marks, penalty=penalty, verdict=verdict({})))
    return Grades(name, {"a": first, "b": 3.0}, {"why": written}, tuple(made))


# ── the gradebook ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def graded(released_class, tmp_path_factory):
    """Ada: one slip, a mark by hand for a written question, a late penalty. Bo: all right, nothing marked."""
    import shutil

    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(released_class.root, root)
    course = Class(root)
    ada = {**outcomes({FIRST: 0}), SECOND: our_error(RECORDS[SECOND], "disagrees")}
    given = {"ada": verdict(ada), "bo": verdict(outcomes())}
    answers = {"dead-or-asleep": True, "why-nonlinear": True}
    write(course, CHAPTER, [Result(s, v, answers, "2026-03-01 12:00:00 UTC") for s, v in given.items()])
    with Gradebook(course.db_url, COURSE_ID) as book:
        book.update_or_create_student("ada", first_name="Ada", last_name="@Lovelace", email="a@uni.example")
        grade = book.find_grade("why-nonlinear", CHAPTER, CHAPTER, "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.25, False
        book.find_submission_notebook(CHAPTER, CHAPTER, "ada").late_submission_penalty = 2.0
        book.db.commit()
    return course, given


def test_marks_by_hand_penalty_and_total(graded):
    course, given = graded
    ada, bo = grade_rows(course, CHAPTER)
    assert ada["why-nonlinear"] == 1.75
    assert ada["dead-or-asleep"] == ""
    assert ada[SECOND] == ""  # our error is no zero
    assert ada["late_penalty"] == 2.0
    assert ada["total"] == pytest.approx(given["ada"].points + 1.75 - 2.0)
    assert ada["needs_marking"] == 2
    assert bo["total"] == given["bo"].points == POINTS
    assert bo["needs_marking"] == 2
    assert bo["max"] == POINTS + sum(read_grades(course, CHAPTER).written.values())
    assert list(ada)[3 : 3 + len(RECORDS)] == list(RECORDS)


def test_the_total_is_the_sum_of_the_columns(graded):
    course, _ = graded
    grades = read_grades(course, CHAPTER)
    for row, cells in zip(grades.rows, grade_rows(course, CHAPTER)):
        columns = [cells[name] or 0 for name in (*grades.exercises, *grades.written)]
        assert row.total == pytest.approx(sum(columns) - cells["late_penalty"])


def test_as_nbgrader_exports(graded):
    course, _ = graded
    with Gradebook(course.db_url, COURSE_ID) as book:
        for row in read_grades(course, CHAPTER).rows:
            theirs = book.find_submission(CHAPTER, row.student)
            assert row.total == pytest.approx(theirs.score - theirs.late_submission_penalty)


def test_names_are_no_formulas(graded):
    (ada, _) = lines(csv_sheet(read_all(graded[0], [CHAPTER])))
    assert (ada["first_name"], ada["last_name"]) == ("Ada", "'@Lovelace")


def test_what_waits_for_marking_is_said(graded):
    sheet = csv_sheet(read_all(graded[0], [CHAPTER]))
    assert sheet.remarks == [f"{CHAPTER}: 2 students with answers to mark; these count as 0 until then"]


def test_a_file_with_nobody_in_it_replaces_none(graded, tmp_path):
    (tmp_path / "grades.csv").write_text("good")
    sheet = csv_sheet(read_all(graded[0], [CHAPTER]))
    sheet.rows, sheet.remarks = [], ["left out: ada"]
    with pytest.raises(Problem, match="nobody to export, and nothing was written; left out: ada"):
        write_sheet(sheet, tmp_path / "grades.csv")
    assert (tmp_path / "grades.csv").read_text() == "good"


def test_nothing_graded(course):
    with pytest.raises(Problem, match="grader autograde"):
        read_all(course, [CHAPTER])


# ── several chapters ─────────────────────────────────────────────────────────────────────────────────────


def test_several_chapters_in_one_table():
    sheet = csv_sheet(
        [chapter("ch02", ada=(2, 3, 1, 0)), chapter("ch03", ada=(1, 0, None, 0.5), bo=(2, 2, 0, 0))]
    )
    ada, bo = lines(sheet)
    assert (ada["ch02: a"], ada["ch03: a"], ada["ch03: why"]) == ("2.0", "1.0", "")
    assert (ada["ch02: total"], ada["ch03: total"], ada["total"], ada["max"]) == ("6.0", "0.5", "6.5", "12.0")
    assert (bo["ch02: total"], bo["total"]) == ("", "4.0")
    assert len(sheet.remarks) == 1


# ── Canvas ───────────────────────────────────────────────────────────────────────────────────────────────


def test_canvas(tmp_path):
    grades = chapter("ch02", ada=(2, 2.5, 1, 0), eve=(1, 1, 1, 0))
    sheet = canvas_sheet([grades], roster(tmp_path, CANVAS))
    assert sheet.text().splitlines() == [
        "Student,ID,SIS User ID,SIS Login ID,Section,ch02",
        "    Points Possible,,,,,6",
        '"\'=Lovelace, Ada",1234,S1,ada,A,5.5',
        '"Doe, Jo",1236,S3,jo,A and B,',
    ]
    assert sheet.remarks == [
        "left out, because the roster does not have them: eve",
        "column “ch02”, a new assignment: 0 to 6 points",
    ]


def test_canvas_without_sis_columns(tmp_path):
    text = 'Student,ID,SIS Login ID,Section\n"Doe, Jo",1236,jo,A\n'
    sheet = canvas_sheet([chapter("ch02", jo=(2, 3, 1, 0))], roster(tmp_path, text))
    assert sheet.headings == ["Student", "ID", "SIS Login ID", "Section", "ch02"]
    assert sheet.rows[1] == ["Doe, Jo", "1236", "jo", "A", "6"]


def test_canvas_fills_the_assignment_that_is_there(tmp_path):
    text = CANVAS.replace("Essay (77)", "ch02 (77)")
    sheet = canvas_sheet([chapter("ch02", jo=(2, 3, 1, 0))], roster(tmp_path, text))
    assert sheet.headings[-1] == "ch02 (77)"
    assert [row[-1] for row in sheet.rows] == ["", "9", "10"]  # its points stay, and so does ada's grade
    assert sheet.remarks == ["column “ch02 (77)”: 0 to 10 points; 6 points here are 10 there"]
    sheet = canvas_sheet([chapter("ch02", jo=(2, 2.5, 1, 0))], roster(tmp_path, CANVAS), column="Essay")
    assert (sheet.headings[-1], sheet.rows[2][-1]) == ("Essay (77)", "9.17")


@pytest.mark.parametrize(
    ("possible", "wanted"), [("", "6"), ("(read only)", "6"), ("0", "6"), ("3", "3"), ("12,5", "12.5")]
)
def test_canvas_s_points(tmp_path, possible, wanted):
    text = CANVAS.replace("Essay (77)", "ch02 (77)").replace(",10,(read only)", f',"{possible}",(read only)')
    sheet = canvas_sheet([chapter("ch02", jo=(2, 3, 1, 0))], roster(tmp_path, text))
    assert sheet.rows[2][-1] == wanted


def test_canvas_with_exercises(tmp_path):
    sheet = canvas_sheet([chapter("ch02", jo=(2, None, 1, 0))], roster(tmp_path, CANVAS), exercises=True)
    assert sheet.headings[5:] == ["ch02 a", "ch02 b", "ch02"]
    assert [row[5:] for row in sheet.rows] == [["2", "3", "6"], ["", "", ""], ["2", "", "3"]]


@pytest.mark.parametrize("text", [None, "id,name\nada,Ada\n"])
def test_canvas_needs_canvas_s_own_file(tmp_path, text):
    given = roster(tmp_path, text) if text else None
    with pytest.raises(Problem, match="Export Entire Gradebook"):
        canvas_sheet([chapter(ada=(1, 1, 1, 0))], given)


# ── Moodle ───────────────────────────────────────────────────────────────────────────────────────────────

MOODLE = "Username,First name,Last name,ID number,Email address\nada,Ada,-L,7,Ada@uni.example\nbo,Bo,,,\n"


def test_moodle(tmp_path):
    grades = chapter("ch02", ada=(2, 2.5, None, 0), bo=(0, 0, 0, 0), eve=(1, 1, 1, 0))
    sheet = moodle_sheet([grades], roster(tmp_path, MOODLE))
    ada, bo = lines(sheet)
    assert ada == {
        "First name": "Ada",
        "Last name": "'-L",
        "Username": "ada",
        "ch02": "4.5",
        "ch02 feedback": "4.5 / 6 (1 answer not marked yet); a 2 / 2; b 2.5 / 3; why not marked yet",
    }
    assert bo["ch02"] == "0"
    assert any("Map from “Username”" in remark for remark in sheet.remarks)
    assert "left out, because the roster does not have them: eve" in sheet.remarks


def test_moodle_leaves_out_who_cannot_be_identified(tmp_path):
    text = "id,email\nada,Ada@uni.example\nbo,\n"
    sheet = moodle_sheet([chapter("ch02", ada=(2, 3, 1, 0), bo=(1, 1, 1, 0))], roster(tmp_path, text))
    assert [row[2] for row in sheet.rows] == ["Ada@uni.example"]  # Moodle tells small letters from capitals
    assert any(remark.endswith("no Email address for them: bo") for remark in sheet.remarks)


def test_moodle_without_a_roster():
    sheet = moodle_sheet([chapter("ch02", ada=(2, 3, 1, 0))], None)
    assert sheet.headings[2] == "Username"
    assert any("taken for Moodle usernames" in remark for remark in sheet.remarks)
    mails = chapter("ch02", **{"ada@uni.example": (2, 3, 1, 0)})
    assert moodle_sheet([mails], None).headings[2] == "Email address"


def test_moodle_with_several_chapters():
    sheet = moodle_sheet([chapter("ch02", ada=(2, 3, 1, 0)), chapter("ch03", bo=(1, 0, 0, 0))], None)
    assert [(row["ch02"], row["ch03"]) for row in lines(sheet)] == [("6", "-"), ("-", "1")]


def test_moodle_s_own_maximum():
    sheet = moodle_sheet([chapter("ch02", ada=(2, 2.5, 0, 0))], None, points=100)
    assert lines(sheet)[0]["ch02"] == "75"
    assert (
        "column “ch02”, a grade item with this maximum: 0 to 100 points; 6 points here are 100 there"
        in sheet.remarks
    )


SHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Feedback comments
Participant 7,Ada Lovelace,ada@uni.example,Submitted,,12.00,Yes,
Participant 8,Bo Éluard,bo@uni.example,Submitted,3.00,12.00,No,kept
Participant 9,Cy Ng,cy@uni.example,No submission,4.00,12.00,Yes,old
"""


def test_moodle_worksheet(tmp_path):
    people = {f"{name}@uni.example": (2, 2.5, None, 0) for name in ("ada", "bo")}
    sheet = worksheet([chapter("ch02", **people)], roster(tmp_path, SHEET))
    assert sheet.headings == SHEET.splitlines()[0].split(",")
    ada, bo, cy = lines(sheet)
    assert (ada["Identifier"], ada["Grade"], ada["Status"]) == ("Participant 7", "9", "Submitted")
    assert (
        ada["Feedback comments"]
        == "4.5 / 6 (1 answer not marked yet); a 2 / 2; b 2.5 / 3; why not marked yet"
    )
    assert (bo["Grade"], bo["Feedback comments"]) == ("3.00", "kept")  # locked
    assert (cy["Grade"], cy["Feedback comments"]) == ("4.00", "old")  # nothing graded here
    assert sheet.remarks[-1] == "column “Grade”: 0 to 12 points; 6 points here are 12 there"


def test_a_worksheet_says_why_there_are_no_points(tmp_path):
    grades = chapter("ch02", **{"ada@uni.example": (0, 0, 0, 0)})
    rows = [
        replace(row, verdict=verdict({}, status="unreadable", reason="it is empty")) for row in grades.rows
    ]
    ada, *_ = lines(worksheet([replace(grades, rows=tuple(rows))], roster(tmp_path, SHEET)))
    assert ada["Feedback comments"].startswith("0 / 6; it is empty; a 0 / 2;")


def test_a_worksheet_needs_moodle_s_file(tmp_path):
    with pytest.raises(Problem, match="Download grading worksheet"):
        worksheet([chapter("ch02")], roster(tmp_path, MOODLE))


# ── who is in it, and what is not final ──────────────────────────────────────────────────────────────────


def test_everybody_of_the_roster_with_names(graded, tmp_path):
    sheet = csv_sheet(
        read_all(graded[0], [CHAPTER], roster(tmp_path, MOODLE + "zoe,Zoë,Ñandú,9,z@uni.example\n"))
    )
    rows = {row["student"]: row for row in lines(sheet)}
    assert set(rows) == {"ada", "bo", "zoe"}
    assert (rows["zoe"]["first_name"], rows["zoe"]["last_name"]) == ("Zoë", "Ñandú")
    assert (rows["zoe"]["status"], rows["zoe"]["total"]) == ("nothing handed in", "")
    assert rows["bo"]["first_name"] == "Bo"
    assert f"{CHAPTER}: 1 student without a hand-in here; no grade" in sheet.remarks


def test_what_was_handed_in_again_is_not_up_to_date(course, monkeypatch):
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes()))
    shop = workshop(course)
    for student in ("ada", "bo"):
        hand_in(course, student, shop.answered())
    autograde(course, CHAPTER, isolation=LEVEL, workers=1, console=Console(quiet=True))
    assert {row.status for row in read_grades(course, CHAPTER).rows} == {"graded"}
    hand_in(course, "ada", shop.notebook({}))
    hand_in(course, "new", shop.answered())
    grades = read_grades(course, CHAPTER)
    assert [(row.student, row.status) for row in grades.rows] == [
        ("ada", "handed in again, not graded again yet"),
        ("bo", "graded"),
        ("new", "not graded yet"),
    ]
    assert csv_sheet([grades]).remarks[:2] == [
        f"{CHAPTER}: 1 student not graded yet; `grader autograde {CHAPTER}` grades them",
        f"{CHAPTER}: 1 student handed in again since they were graded; `grader autograde {CHAPTER}` grades them",
    ]


def test_names_go_into_the_gradebook_and_stay_there(course, tmp_path):
    set_names(course, roster(tmp_path, MOODLE))
    set_names(course, roster(tmp_path, "id\nada\nbo\n"))
    with Gradebook(course.db_url, COURSE_ID) as book:
        assert {s.id: (s.first_name, s.last_name) for s in book.students} == {
            "ada": ("Ada", "-L"),
            "bo": ("Bo", None),
        }


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (Mark(None, waits=True), "not marked yet"),
        (Mark(1.5), "1.5 / 2"),
        (Mark(1.5, by_hand=True), "1.5 / 2 (by hand)"),
        (Mark(1.5, 0.25, by_hand=True), "1.75 / 2 (by hand, with 0.25 extra credit)"),
        (Mark(None, 0.5, waits=True), "0.5 / 2 (with 0.5 extra credit, not marked yet)"),
        (Mark(0.0, by_hand=True, waits=True), "0 / 2 (by hand, to be looked at again)"),
    ],
)
def test_a_mark_in_words(mark, said):
    assert mark.said(2.0) == said


def test_one_column_for_several_chapters():
    with pytest.raises(Problem, match="one by one"):
        moodle_sheet([chapter("ch02"), chapter("ch03")], None, column="Grade")
