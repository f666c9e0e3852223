"""Marks by hand, extra credit, a penalty and what waits read the same everywhere; `grader mark` enters them."""

import csv
import io
import os
import re
from html import unescape

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader import handlers
from rich.console import Console

from grader.autograde.autograde import autograde
from grader.autograde.summary import print_summary
from grader.grading import settle as settling
from grader.grading.shown import autograded_path
from grader.nbgrader_bridge.config import COURSE_ID, class_config
from grader.nbgrader_bridge.feedback import feedback_path, generate_feedback
from grader.nbgrader_bridge.guide import guides
from grader.nbgrader_bridge.mark import mark, waiting
from grader.nbgrader_bridge.read_grades import read_grades
from grader.problem import Problem
from grader.record.registry import registry
from grader.report.export import read_all
from grader.report.lms import csv_sheet
from grader.report.page import report
from tests.grader.made_up_class import CHAPTER, hand_in, nbgrader, outcomes, verdict, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST, SECOND = list(RECORDS)[:2]
QUESTION, OTHER = "why-nonlinear", "dead-or-asleep"
ANSWER = "The answer of {}: $a<b$"


@pytest.fixture
def graded(course, monkeypatch):
    """Ada, bo and cy have answered both questions; the first exercise is wrong everywhere."""
    monkeypatch.setattr(settling, "_grade", lambda *args: verdict(outcomes({FIRST: 0})))
    shop = workshop(course)
    for student in ("ada", "bo", "cy"):
        notebook = shop.answered()
        for cell in notebook.cells:
            if cell.id in (QUESTION, OTHER):
                cell.source = ANSWER.format(student.upper())
        hand_in(course, student, notebook)
    autograde(course, CHAPTER, isolation=LEVEL, workers=1, console=Console(quiet=True))
    return course


def text_of(path):
    html = re.sub(r"<style>.*?</style>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_one_truth(graded):
    results = autograde(graded, CHAPTER, isolation=LEVEL, workers=1)
    with Gradebook(graded.db_url, COURSE_ID) as book:
        by_hand = book.find_grade(f"{FIRST}-check", CHAPTER, CHAPTER, "ada")
        by_hand.manual_score, by_hand.extra_credit, by_hand.needs_manual_grade = 0.75, 0.5, False
        book.find_submission_notebook(CHAPTER, CHAPTER, "ada").late_submission_penalty = 2.0
        book.db.commit()
    right = sum(record.points for name, record in RECORDS.items() if name != FIRST)
    total = right + 0.75 + 0.5 - 2.0
    grades = read_grades(graded, CHAPTER)
    said = f"{total:g} / {grades.most:g} (late penalty 2 taken off; with 0.5 extra credit; 2 answers not marked yet)"
    generate_feedback(graded, CHAPTER)
    page = text_of(feedback_path(graded, "ada", CHAPTER))
    for words in (
        said,
        f"{FIRST} 1.25 / {RECORDS[FIRST].points} (by hand, with 0.5 extra credit)",
        f"{QUESTION} not marked yet",
        f"{QUESTION}: not marked yet",
    ):
        assert words in page
    assert said in text_of(report(graded, CHAPTER))
    console = Console(width=300, record=True, file=open(os.devnull, "w"))  # noqa: SIM115
    print_summary(console, grades, results)
    console.file.close()
    assert said in " ".join(console.export_text().split())
    ada = next(csv.DictReader(io.StringIO(csv_sheet(read_all(graded, [CHAPTER])).text())))
    assert {
        name: ada[name] for name in (FIRST, QUESTION, "late_penalty", "extra_credit", "needs_marking")
    } == {
        FIRST: "1.25",
        QUESTION: "",
        "late_penalty": "2.0",
        "extra_credit": "0.5",
        "needs_marking": "2",
    }
    assert float(ada["total"]) == total
    nbgrader(graded.root, "generate_feedback", CHAPTER, "--force")
    assert text_of(feedback_path(graded, "ada", CHAPTER)) == page
    nbgrader(graded.root, "export", "--to", "theirs.csv")
    theirs = next(csv.DictReader(io.StringIO((graded.root / "theirs.csv").read_text(encoding="utf-8"))))
    assert float(theirs["score"]) == total


def test_only_pages_that_changed_are_written(graded):
    assert list(generate_feedback(graded, CHAPTER).values()) == [True] * 3
    before = {s: feedback_path(graded, s, CHAPTER).stat().st_mtime_ns for s in ("ada", "bo", "cy")}
    assert list(generate_feedback(graded, CHAPTER).values()) == [False] * 3
    with Gradebook(graded.db_url, COURSE_ID) as book:
        book.find_comment(QUESTION, CHAPTER, CHAPTER, "bo").manual_comment = "See <me>."
        book.db.commit()
    feedback_path(graded, "cy", CHAPTER).unlink()
    assert list(generate_feedback(graded, CHAPTER).values()) == [False, True, True]
    assert feedback_path(graded, "ada", CHAPTER).stat().st_mtime_ns == before["ada"]
    assert "See <me>." in text_of(feedback_path(graded, "bo", CHAPTER))


# ── grader mark ──────────────────────────────────────────────────────────────────────────────────────────


def marked(course, *typed, question=QUESTION, **how):
    """(what was said, how many were marked) of a marker who types this and then stops."""
    lines, said = iter(typed), []
    count = mark(
        course, CHAPTER, question, lambda prompt: said.append(prompt) or next(lines, "q"), said.append, **how
    )
    return "\n".join(said), count


def manual(course, question=QUESTION):
    with Gradebook(course.db_url, COURSE_ID) as book:
        rows = {s: book.find_grade(question, CHAPTER, CHAPTER, s) for s in ("ada", "bo", "cy")}
        return {s: (g.manual_score, g.needs_manual_grade) for s, g in rows.items()}


def test_the_guide_and_the_answers_without_names(graded):
    said, count = marked(graded, "", "", "")
    assert "*Marking guide (2 points).*" in said
    assert "**Written question.**" in said
    assert sorted(re.findall(r"The answer of (\w+)", said)) == ["ADA", "BO", "CY"]
    assert not re.search(r"\b(ada|bo|cy)\b", said)
    assert count == 0
    assert set(manual(graded).values()) == {(None, True)}


def test_points_and_comments_are_entered(graded):
    order = re.findall(r"The answer of (\w+)", marked(graded, "", "", "")[0])
    first, second, third = (name.lower() for name in order)
    said, count = marked(graded, "3", "no", "1,5 Say why.", "0", "b", "0.5", "q")
    assert count == 2
    assert said.count("not understood") == 2
    assert manual(graded) == {first: (1.5, False), second: (0.5, False), third: (None, True)}
    with Gradebook(graded.db_url, COURSE_ID) as book:
        assert book.find_comment(QUESTION, CHAPTER, CHAPTER, first).manual_comment == "Say why."
    said, _ = marked(graded, "")
    assert re.findall(r"The answer of (\w+)", said) == [third.upper()]  # the others are done
    said, _ = marked(graded, "2", everybody=True)
    assert "0 to 2 (now 1.5) > " in said
    assert manual(graded)[first] == (2.0, False)
    assert waiting(read_grades(graded, CHAPTER)) == {OTHER: 3, QUESTION: 1}
    generate_feedback(graded, CHAPTER, first)
    assert "why-nonlinear: 2 / 2 (by hand)" in text_of(feedback_path(graded, first, CHAPTER))


def test_an_exercise_is_marked_by_hand_too(graded):
    said, count = marked(graded, "0.5", question=FIRST, everybody=True)
    assert (count, f"def {FIRST}(" in said) == (1, True)
    assert sorted(
        points for points, _ in manual(graded, f"{FIRST}-check").values() if points is not None
    ) == [0.5]


def test_what_is_not_there(graded):
    with pytest.raises(Problem, match="has no 'why'; it has: neuron"):
        marked(graded, question="why")


def test_formgrader_shows_the_guide_above_the_answer_and_no_page_does(graded):
    guide = guides(graded, CHAPTER)[QUESTION]
    words = " ".join(re.sub(r"[*`$\\]", "", guide).split())[:60]
    assert words.startswith("Marking guide (2 points).")
    config = class_config(graded.root)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = {"assignment_id": CHAPTER, "notebook_id": CHAPTER, "student": "ada", "submission_id": "1"}
    more = {"base_url": "/", "index": 1, "total": 1, "mathjax_url": "", "last_name": "", "first_name": ""}
    path = autograded_path(graded, "ada", CHAPTER)
    html = HTMLExporter(config=config).from_filename(str(path), resources={**names, **more})[0]
    text = " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())
    assert words in text
    assert text.index(words) < text.index("The answer of ADA", text.index(words))
    assert "<math" in html
    generate_feedback(graded, CHAPTER)
    nbgrader(graded.root, "generate_feedback", CHAPTER, "--force")
    assert "Marking guide" not in text_of(feedback_path(graded, "ada", CHAPTER))
    assert "Marking guide" not in path.read_text(encoding="utf-8")
