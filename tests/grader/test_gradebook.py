"""The rows in nbgrader's gradebook, and what is made of them: export and feedback."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from grader.collect.stamp import parse_stamp
from grader.grading.journal import Journal, Kept
from grader.grading.sanitise import clean, safe_outputs
from grader.grading.settle import Result
from grader.grading.shown import autograded_notebook, write_autograded, written_answers
from grader.judging.evaluate import not_attempted, our_error
from grader.nbgrader_bridge.config import COURSE_ID
from grader.nbgrader_bridge.feedback import generate_feedback
from grader.nbgrader_bridge.gradebook import set_due, write
from grader.nbgrader_bridge.late import naive
from grader.nbgrader_bridge.release import release
from grader.problem import Problem
from grader.record.registry import registry
from grader.report.export import export_csv
from tests.grader.made_up_class import CHAPTER, outcomes, verdict, workshop

RECORDS = registry(CHAPTER)
FIRST, SECOND, THIRD, FOURTH = list(RECORDS)[:4]


@pytest.fixture(scope="module")
def mixed():
    """The first right, the second a misconception, the third untouched, the fourth our error."""
    found = outcomes({SECOND: 0})
    found[THIRD] = not_attempted(RECORDS[THIRD])
    found[FOURTH] = our_error(RECORDS[FOURTH], "the reference disagrees with itself")
    return verdict(found)


def rows(course, student):
    """{cell: (auto, manual, extra, needs)} and {cell: (auto comment, manual comment)}."""
    with Gradebook(course.db_url, COURSE_ID) as book:
        notebook = book.find_submission_notebook(CHAPTER, CHAPTER, student)
        grades = {
            g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
            for g in notebook.grades
        }
        return grades, {c.name: (c.auto_comment, c.manual_comment) for c in notebook.comments}


@pytest.fixture
def written(course):
    return list(written_answers(workshop(course).notebook({}), workshop(course).released))


def test_scores_and_comments(course, mixed, written):
    write(course, CHAPTER, [Result("ada", mixed, dict.fromkeys(written, True))])
    grades, comments = rows(course, "ada")
    assert grades[f"{FIRST}-check"] == (RECORDS[FIRST].points, None, None, False)
    assert 0 <= grades[f"{SECOND}-check"][0] < RECORDS[SECOND].points
    assert grades[f"{THIRD}-check"] == (0.0, None, None, False)
    assert grades[f"{FOURTH}-check"] == (None, None, None, True)  # ours: a person must look
    for name in (FIRST, SECOND, THIRD, FOURTH):
        assert comments[name] == (mixed.outcomes[name].message, None)
    assert RECORDS[SECOND].misconceptions[0].hint in comments[SECOND][0]
    assert written
    for name in written:
        assert grades[name] == (None, None, None, True)
        assert comments[name] == (None, None)


def test_an_unanswered_question_is_nothing_to_grade(course, mixed, written):
    write(course, CHAPTER, [Result("ada", mixed, dict.fromkeys(written, False))])
    grades, comments = rows(course, "ada")
    for name in written:
        assert grades[name] == (0.0, None, None, False)
        assert comments[name] == ("No response.", None)


def test_the_same_rows_as_nbgrader_makes(course, mixed):
    write(course, CHAPTER, [Result("ada", mixed)])
    with Gradebook(course.db_url, COURSE_ID) as book:
        book.add_student("bo")
        with book.db.no_autoflush:
            book.add_submission(CHAPTER, "bo")
        ours, theirs = (book.find_submission(CHAPTER, student) for student in ("ada", "bo"))
        assert shape(ours) == shape(theirs)
        assert ours.max_score == theirs.max_score
        assert ours.max_score >= sum(record.points for record in RECORDS.values())


def shape(submission):
    """Every grade and comment row of a submission, by notebook and cell."""
    kinds = [(n, kind) for n in submission.notebooks for kind in ("grades", "comments")]
    return sorted((n.name, kind, row.name) for n, kind in kinds for row in getattr(n, kind))


@pytest.mark.parametrize("unchanged", [True, False])
def test_what_a_person_entered_stays(course, mixed, written, unchanged):
    write(course, CHAPTER, [Result("ada", mixed, dict.fromkeys(written, True))])
    with Gradebook(course.db_url, COURSE_ID) as book:
        for name in (f"{SECOND}-check", *written):
            grade = book.find_grade(name, CHAPTER, CHAPTER, "ada")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
        book.find_comment(SECOND, CHAPTER, CHAPTER, "ada").manual_comment = "See me."
        book.db.commit()
    write(course, CHAPTER, [Result("ada", mixed, dict.fromkeys(written, True), unchanged=unchanged)])
    grades, comments = rows(course, "ada")
    for name in (f"{SECOND}-check", *written):
        assert grades[name][1:] == (1.5, 0.5, not unchanged)  # a new hand-in asks for another look
    assert comments[SECOND] == (mixed.outcomes[SECOND].message, "See me.")


def test_a_changed_score_asks_for_another_look(course, mixed):
    write(course, CHAPTER, [Result("ada", mixed)])
    with Gradebook(course.db_url, COURSE_ID) as book:
        grade = book.find_grade(f"{FIRST}-check", CHAPTER, CHAPTER, "ada")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
    less = replace(mixed, outcomes={**mixed.outcomes, FIRST: not_attempted(RECORDS[FIRST])})
    write(course, CHAPTER, [Result("ada", less, unchanged=True)])
    assert rows(course, "ada")[0][f"{FIRST}-check"] == (0.0, 0.5, None, True)


STAMPED = "2026-03-01 12:00:00 UTC"


def change(name, value):
    def of(submission):
        (notebook,) = submission.notebooks
        graded = next(g for g in notebook.grades if g.name == f"{FIRST}-check")
        commented = next(c for c in notebook.comments if c.name == FIRST)
        rows = {"timestamp": submission, "late_submission_penalty": notebook, "auto_comment": commented}
        setattr(rows.get(name, graded), name, value)

    return of


@pytest.mark.parametrize(
    "spoil",
    [
        change("auto_score", 0.125),
        change("needs_manual_grade", True),
        change("auto_comment", "Not ours."),
        change("late_submission_penalty", 0.5),
        change("timestamp", datetime(2020, 1, 1)),
        None,
    ],
)
def test_what_no_longer_stands_there_is_entered_again(course, mixed, written, spoil):
    result = Result("ada", mixed, dict.fromkeys(written, False), STAMPED)
    write(course, CHAPTER, [result])
    with Gradebook(course.db_url, COURSE_ID) as book:
        before = sheet(book.find_submission(CHAPTER, "ada"))
        if spoil:
            spoil(book.find_submission(CHAPTER, "ada"))
            book.db.commit()
        else:
            book.remove_submission(CHAPTER, "ada")
    assert write(course, CHAPTER, [replace(result, unchanged=True)]) == {}
    with Gradebook(course.db_url, COURSE_ID) as book:
        assert sheet(book.find_submission(CHAPTER, "ada")) == before


def sheet(submission):
    """All that is entered of a submission."""
    grades = {
        (g.name, g.auto_score, g.manual_score, g.needs_manual_grade)
        for n in submission.notebooks
        for g in n.grades
    }
    comments = {(c.name, c.auto_comment) for n in submission.notebooks for c in n.comments}
    penalty = sum(n.late_submission_penalty or 0.0 for n in submission.notebooks)
    return grades, comments, penalty, submission.timestamp


def test_what_stands_there_is_not_entered_again(course, mixed, written, monkeypatch):
    result = Result("ada", mixed, dict.fromkeys(written, True), STAMPED)
    write(course, CHAPTER, [result])
    monkeypatch.delattr("grader.nbgrader_bridge.gradebook._submission")
    assert write(course, CHAPTER, [replace(result, unchanged=True)]) == {}
    assert "NameError" in write(course, CHAPTER, [result])["ada"]


@pytest.mark.parametrize("unfit", ["half \ud800", {"no": "text"}])
def test_what_cannot_be_entered_costs_one_student(course, mixed, unfit):
    broken = replace(
        mixed, outcomes={**mixed.outcomes, FIRST: replace(mixed.outcomes[FIRST], headline=unfit)}
    )
    found = [Result("ada", mixed), Result("bo", broken), Result("cy", mixed)]
    failed = write(course, CHAPTER, found)
    assert list(failed) == ["bo"]
    assert failed["bo"]
    assert rows(course, "ada") == rows(course, "cy")
    assert rows(course, "ada")[0][f"{FIRST}-check"][0] == RECORDS[FIRST].points


def test_not_released(course, mixed):
    with pytest.raises(Problem, match="grader release ch03"):
        write(course, "ch03", [Result("ada", mixed)])


MOMENTS = [
    ("2026-03-01 12:00:00 UTC", datetime(2026, 3, 1, 12)),
    ("2026-03-01 12:00:00.5 UTC", datetime(2026, 3, 1, 12, 0, 0, 500000)),
    ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10)),
    ("", None),
    ("yesterday", None),
    ("\x00" * 50, None),
    ("9" * 100, None),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_timestamps(text, moment):
    found = parse_stamp(text)
    assert (naive(found) if found else None) == moment


def test_timestamp_reaches_the_gradebook(course, mixed):
    write(course, CHAPTER, [Result("ada", mixed, timestamp=MOMENTS[0][0])])
    write(course, CHAPTER, [Result("ada", mixed, timestamp="nonsense")])
    with Gradebook(course.db_url, COURSE_ID) as book:
        assert book.find_submission(CHAPTER, "ada").timestamp == MOMENTS[0][1]


def test_release_keeps_what_the_teacher_has_configured(course):
    path = course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + "c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    before = path.read_text()
    release(course, CHAPTER)
    assert path.read_text() == before


def test_the_due_date_is_nbgraders(course):
    set_due(course, CHAPTER, datetime(2026, 3, 1, 23, 59, tzinfo=timezone(timedelta(hours=1))))
    with Gradebook(course.db_url, COURSE_ID) as book:
        assert book.find_assignment(CHAPTER).duedate == datetime(2026, 3, 1, 22, 59)


def test_release_again(course, mixed):
    seed = course.seed(CHAPTER)
    first = release(course, CHAPTER).read_bytes()
    write(course, CHAPTER, [Result("ada", mixed)])
    assert release(course, CHAPTER).read_bytes() == first
    assert course.seed(CHAPTER) == seed
    assert rows(course, "ada")[0][f"{FIRST}-check"][0] == RECORDS[FIRST].points


# ── the autograded notebook, feedback and export ─────────────────────────────────────────────────────────

ATTACK = (
    "<b>fine</b><script>alert('x')</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>go</a>"
)


@pytest.fixture
def graded(course, mixed):
    """Ada is graded; she hands in a cell of her own that shows an attack, and Markdown with one."""
    shop = workshop(course)
    notebook = shop.answered()
    data = {"text/html": ATTACK, "text/plain": "1.0"}
    output = new_output("execute_result", data=data, execution_count=1)
    notebook.cells.append(new_code_cell("display(HTML(...))", id="own-1", outputs=[output]))
    notebook.cells.append(new_markdown_cell(f"My notes {ATTACK}", id="own-2"))
    said = replace(mixed, repairs=("Restored <script>alert(2)</script>.",), log=("Your own cell $x$",))
    shown = autograded_notebook(notebook, shop.released, said)
    write_autograded(course, "ada", CHAPTER, shown)
    write(course, CHAPTER, [Result("ada", said, written_answers(notebook, shop.released))])
    Journal.of(course, CHAPTER).put("ada", "key", Kept(said))
    return course, shown, said


def test_nbgrader_reads_the_same_points_from_the_notebook(graded):
    _, shown, said = graded
    cells = {cell.id: cell for cell in shown.cells}
    for name, outcome in said.outcomes.items():
        score, maximum = determine_grade(cells[f"{name}-check"])
        assert (score, maximum) == (outcome.points, RECORDS[name].points)


def test_a_students_result_is_never_read_as_points(graded):
    _, shown, _ = graded
    own = next(cell for cell in shown.cells if cell.id == "own-1")
    assert [o.output_type for o in own.outputs] == ["display_data"]
    assert "script" not in own.outputs[0].data["text/html"]


def test_feedback_says_why_and_does_nothing(graded, tmp_path):
    course, _, _ = graded
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    (course.root / "autograded" / "ada" / CHAPTER / "link.txt").symlink_to(secret)
    (page,) = generate_feedback(course, CHAPTER)
    html = page.read_text(encoding="utf-8")
    assert "alert(" not in html.replace("&lt;script&gt;alert(2)&lt;/script&gt;", "")
    assert "javascript:alert" not in html
    assert "<b>fine</b>" in html
    for words in (RECORDS[SECOND].misconceptions[0].hint[:20], "not attempted", "is broken, not your answer"):
        assert words in html
    assert sorted(p.name for p in page.parent.iterdir()) == [page.name]


def test_feedback_for_nobody(course):
    with pytest.raises(Problem, match="grader autograde"):
        generate_feedback(course, CHAPTER, "nobody")


def test_export(graded):
    course, _, said = graded
    with Gradebook(course.db_url, COURSE_ID) as book:
        book.find_grade(f"{SECOND}-check", CHAPTER, CHAPTER, "ada").manual_score = 0.25
        book.add_student("=cmd()")
        book.db.commit()
    write(course, CHAPTER, [Result("=cmd()", verdict({}))])
    path = export_csv(course, CHAPTER)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # else a spreadsheet shows other letters
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = {row["student"]: row for row in csv.DictReader(file)}
    assert set(found) == {"ada", "'=cmd()"}  # no spreadsheet takes the name for a formula
    ada = found["ada"]
    assert [name for name in ada if name in RECORDS] == list(RECORDS)
    assert float(ada[FIRST]) == RECORDS[FIRST].points
    assert float(ada[SECOND]) == 0.25
    assert float(ada["total"]) == pytest.approx(sum(float(ada[name] or 0) for name in RECORDS))
    assert ada[FOURTH] == ""  # our error is no zero
    assert ada["status"] == "graded"
    assert ada["repairs"] == said.repairs[0]
    assert ada["needs_manual_grade"] == "yes"


CLEANED = [
    ("<b>x</b>", "<b>x</b>"),
    ("a < b & c", "a &lt; b &amp; c"),
    ("<script>alert(1)</script>y", "y"),
    ("<style>*{display:none}</style>y", "y"),
    ("<script>alert(1)", ""),
    ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
    ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
    ('<a href="https://example.org">x</a>', '<a href="https://example.org">x</a>'),
    ('<img src="https://example.org/pixel.png">', "<img>"),
    ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,AAAA">'),
    ('<img src="data:image/svg+xml;base64,AAAA">', "<img>"),
    ('<p onclick="x()" style="position: fixed; color: red">x</p>', '<p style="color: red;">x</p>'),
    ("<iframe src=//evil>inside</iframe>after", "after"),
    ("<svg onload=alert(1)><circle/></svg>", ""),
]


@pytest.mark.parametrize(("html", "safe"), CLEANED)
def test_clean(html, safe):
    assert clean(html) == safe


OUTPUTS = [
    ({"output_type": "stream", "name": "x' onload='", "text": "hi"}, ("stream", "stdout")),
    ({"output_type": "stream", "name": "stderr", "text": ["a", "b"]}, ("stream", "stderr")),
    ({"output_type": "display_data", "data": {"application/javascript": "alert(1)"}}, None),
    ({"output_type": "display_data", "data": {"image/svg+xml": "<svg onload='alert(1)'/>"}}, None),
    ({"output_type": "display_data", "data": {"image/png": '"><script>'}}, None),
    ({"output_type": "execute_result", "data": {"text/plain": "2.0"}}, ("display_data", None)),
    ({"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}, ("error", None)),
    ({"output_type": "update_display_data", "data": {"text/plain": "x"}}, None),
]


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_outputs(output, expected):
    safe = safe_outputs([from_dict(output)])
    assert ([(o.output_type, o.get("name")) for o in safe] or [None]) == [expected]


def test_long_output_is_cut():
    (safe,) = safe_outputs([from_dict({"output_type": "stream", "name": "stdout", "text": "x" * 100_000})])
    assert len(safe.text) < 30_000
    assert safe.text.endswith("more characters)")
