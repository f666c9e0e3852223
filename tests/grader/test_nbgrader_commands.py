"""The real commands: what nbgrader makes of our notebooks, and of a class that we graded."""

import csv
import re
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from grader.autograde.autograde import autograde
from grader.collect.submitted import released
from grader.course import Class
from grader.grading import settle as settling
from grader.judging.evaluate import not_attempted
from grader.nbgrader_bridge.config import COURSE_ID
from grader.record.exercise import source_of
from grader.record.registry import registry
from tests import REPOSITORY
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
KINDS = ("right", "wrong", "partial", "untouched", "raises", "no function", "noisy")


# ── stock autograde and validate ─────────────────────────────────────────────────────────────────────────


def answer(kind, name, solution):
    """(the answer cell, the points that `check` gives for it) or None where the kind does not exist."""
    record = RECORDS[name]
    full = float(record.points)
    if kind == "right":
        return solution, full
    if kind == "noisy":
        head, _, body = solution.partition("\n")
        assert head.startswith("def "), solution
        noise = '    import sys, warnings\n    print("noise", file=sys.stderr)\n    warnings.warn("noise")'
        return f"{head}\n{noise}\n{body}", full
    if kind == "untouched":
        return None, 0.0
    if kind == "raises":
        return f'def {name}(*args, **kwargs):\n    raise ValueError("not today")', 0.0
    if kind == "no function":
        return "raise ValueError('not today')", 0.0
    alone = [
        (outcomes({name: i})[name].points, source_of(m.fn, name))
        for i, m in enumerate(record.misconceptions)
        if not any(re.search(rf"\b{other}\b", source_of(m.fn, name)) for other in RECORDS if other != name)
    ]
    points, source = max(alone) if kind == "partial" else min(alone)
    assert points < full
    return source, points


def student_notebook(shop, turn):
    """(notebook, {exercise: points}): the kinds of answers in turn, without the cells that points do not need."""
    answers, points = {}, {}
    for i, name in enumerate(RECORDS):
        kind = "right" if RECORDS[name].uses else KINDS[(i + turn) % len(KINDS)]
        source, points[name] = answer(kind, name, shop.solutions[name])
        if source is not None:
            answers[name] = source
    notebook = shop.notebook(answers)
    notebook.cells = [cell for cell in notebook.cells if is_needed(cell)]
    return notebook, points


def is_needed(cell):
    """Does a point depend on this cell, or does it import `check`?"""
    role = cell.metadata.get("nn_workbook", {}).get("role")
    return role in ("setup", "answer", "check", "written") or "from grader import" in cell.source


@pytest.fixture(scope="module")
def stock(released_class, tmp_path_factory):
    """A class graded by nbgrader's own preprocessors: (class, {student: {exercise: points}})."""
    root = tmp_path_factory.mktemp("stock") / "course"
    shutil.copytree(released_class.root, root)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("del get_config()['Autograde']\n")
    course, wanted = Class(root), {}
    shop = workshop(course)
    for turn, student in enumerate(("ada", "bo")):
        notebook, wanted[student] = student_notebook(shop, 3 * turn)
        hand_in(course, student, notebook)
    nbgrader(root, "autograde", CHAPTER)
    return course, wanted


def test_the_answers_are_of_every_kind(stock):
    _, wanted = stock
    shares = [p / RECORDS[name].points for points in wanted.values() for name, p in points.items()]
    assert {0.0, 1.0} < set(shares)
    assert any(0 < share < 1 for share in shares)


def test_stock_autograde_gives_the_points_of_check(stock):
    course, wanted = stock
    with Gradebook(course.db_url, COURSE_ID) as book:
        for student, points in wanted.items():
            notebook = book.find_submission_notebook(CHAPTER, CHAPTER, student)
            grades = {g.name: g for g in notebook.grades}
            found = {name: grades[f"{name}-check"].auto_score for name in RECORDS}
            assert found == pytest.approx(points), student
            assert not any(grades[f"{name}-check"].needs_manual_grade for name in RECORDS)


def test_nothing_of_a_check_goes_to_stderr(stock):
    course, wanted = stock
    for student in wanted:
        notebook = nbformat.read(course.root / "autograded" / student / CHAPTER / f"{CHAPTER}.ipynb", 4)
        for cell in notebook.cells:
            if cell.id.endswith("-check"):
                assert not [o for o in cell.outputs if o.get("name") == "stderr"], cell.id


@pytest.mark.parametrize("released", ["this time", "before, for other points"])
def test_stock_validate_names_what_is_not_right(stock, tmp_path, released):
    course, wanted = stock
    path = tmp_path / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(course.submission("ada", CHAPTER), 4)
    for turn, cell in enumerate(cell for cell in notebook.cells if cell.id.endswith("-check")):
        if released != "this time":
            cell.metadata.nbgrader.points = (0.25, 50)[turn % 2]
            cell.metadata.nbgrader.checksum = compute_checksum(cell)
    nbformat.write(notebook, path)
    said = nbgrader(course.root, "validate", path, ok=(0, 1))
    named = {name for name in RECORDS if re.search(rf"check\({name}\)", said)}
    assert named == {name for name, points in wanted["ada"].items() if points < RECORDS[name].points}


# ── stock feedback and export on a class that we graded ──────────────────────────────────────────────────


@pytest.fixture
def ours(course, monkeypatch):
    """Ada has one misconception, bo wrote nothing; graded by us, with the verdicts put in."""
    first = next(iter(RECORDS))
    found = {
        "ada": verdict(outcomes({first: 0})),
        "bo": verdict({name: not_attempted(record) for name, record in RECORDS.items()}),
    }
    monkeypatch.setattr(settling, "_grade", lambda job, *args: found[job.hand_in.student])
    shop = workshop(course)
    stamp = {"timestamp.txt": b"2026-03-01 12:00:00 UTC"}
    hand_in(course, "ada", shop.answered(), **stamp)
    hand_in(course, "bo", shop.notebook({}), **stamp)
    autograde(course, CHAPTER, isolation=LEVEL, workers=1)
    return course, found, RECORDS[first].misconceptions[0].hint


def test_stock_feedback(ours):
    course, found, hint = ours
    nbgrader(course.root, "generate_feedback", CHAPTER)
    page = (course.root / "feedback" / "ada" / CHAPTER / f"{CHAPTER}.html").read_text(encoding="utf-8")
    assert hint[:20] in page
    assert f">{found['ada'].points:g} / " in page
    assert (course.root / "feedback" / "bo" / CHAPTER / f"{CHAPTER}.html").exists()


def test_stock_export(ours):
    course, found, _ = ours
    nbgrader(course.root, "export", "--to", "all.csv")
    with (course.root / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for student, given in found.items():
        assert float(rows[student]["raw_score"]) == pytest.approx(given.points)
        assert rows[student]["timestamp"] == "2026-03-01 12:00:00"


def test_formgrader_counts_them_as_graded(ours):
    from nbgrader.apps.api import NbGraderAPI

    from grader.nbgrader_bridge.config import class_config, course_directory

    course, found, _ = ours
    api = NbGraderAPI(course_directory(course, CHAPTER), config=class_config(course.root))
    assert api.get_autograded_students(CHAPTER) == set(found)
    status = {s["student"]: s for s in api.get_submissions(CHAPTER)}
    assert {s: row["score"] for s, row in status.items()} == pytest.approx(
        {s: v.points for s, v in found.items()}
    )
    assert status["ada"]["needs_manual_grade"]  # the written answers
    assert not status["bo"]["needs_manual_grade"]


def test_the_repository_folder_is_set_up_for_nbgrader():
    c = Config()
    names = {"get_config": lambda: c, "__file__": str(REPOSITORY / "nbgrader_config.py")}
    exec((REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8"), names)
    directory = CourseDirectory(config=c)
    assert directory.root == str(REPOSITORY / "course")
    assert directory.db_url == f"sqlite:///{REPOSITORY / 'course' / 'gradebook.db'}"
    assert GenerateFeedback(coursedir=directory, config=c).exporter_class.__name__ == "PageExporter"


def test_the_released_notebook_holds_no_solution(course):
    text = released(course, CHAPTER).read_text(encoding="utf-8")
    assert "BEGIN SOLUTION" not in text
    assert "BEGIN SOLUTION" in (course.root / "source" / CHAPTER / f"{CHAPTER}.ipynb").read_text(
        encoding="utf-8"
    )
