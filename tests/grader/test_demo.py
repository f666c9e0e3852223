"""The demo class: run once as a reader runs it, and its comparison seen to fail."""

import re
from dataclasses import replace

import pytest
from rich.console import Console

from grader.demo.demo import differences, run_demo
from grader.demo.made_class import Expected, Made, make_class
from grader.grading.settle import Result
from grader.record.exercise import source_of
from grader.record.registry import registry
from tests.grader.made_up_class import CHAPTER, outcomes, verdict, workshop

RECORDS = registry(CHAPTER)
FIRST = next(iter(RECORDS))


def test_the_demo(tmp_path):
    console = Console(record=True, width=200, quiet=False, file=(tmp_path / "log").open("w"))
    code = run_demo(folder=tmp_path / "demo", quick=True, console=console)
    console.file.close()
    text = console.export_text()
    assert code == 0, text
    assert "verdicts as expected" in text
    assert "The commonest misconceptions" in text
    assert (tmp_path / "demo" / "grades" / f"{CHAPTER}.csv").exists()


@pytest.fixture(scope="module")
def made(released_class):
    shop = workshop(released_class)
    return make_class(CHAPTER, shop.source, shop.released, RECORDS)


def test_the_class_is_representative(made):
    assert len(made) >= 24
    named = {(name, e.slug) for m in made.values() for name, e in m.expected.items() if e.slug}
    assert named == {(name, m.slug) for name, r in RECORDS.items() for m in r.misconceptions}
    kinds = (
        "untouched",
        "half done",
        "syntax",
        "loop in the function",
        "deleted",
    )
    kinds += (
        "duplicated",
        "edited",
        "no cell ids",
        "corrupt JSON",
        "empty file",
        "web page",
        "wrong file name",
    )
    for kind in kinds:
        assert any(kind in m.made_as for m in made.values()), kind


def test_the_class_is_the_same_every_time(made, released_class):
    shop = workshop(released_class)
    assert make_class(CHAPTER, shop.source, shop.released, RECORDS) == made


def test_answers_come_under_the_exercises_name():
    misconception = RECORDS[FIRST].misconceptions[0]
    source = source_of(misconception.fn, FIRST)
    assert re.match(rf"def {FIRST}\(", source)
    assert misconception.hint[:20] not in source
    assert "@" not in source.splitlines()[0]


# ── the comparison ───────────────────────────────────────────────────────────────────────────────────────

RIGHT = {name: Expected("passed", r.points, r.points) for name, r in RECORDS.items()}
WANTED = Made("all right", {}, RIGHT)
GOT = verdict(outcomes())
POINTS = GOT.points
WRONG = verdict(outcomes({FIRST: 0}))
SLUG = RECORDS[FIRST].misconceptions[0].slug

FOUND = [
    (WANTED, GOT, POINTS, None),
    (WANTED, WRONG, WRONG.points, "expected passed"),
    (WANTED, WRONG, WRONG.points, f"named {SLUG}, expected None"),
    (WANTED, WRONG, WRONG.points, "earns"),
    (replace(WANTED, expected={**RIGHT, FIRST: Expected("passed", 0, 0)}), GOT, POINTS, "expected 0 to 0"),
    (WANTED, GOT, POINTS - 1, "in the gradebook"),
    (WANTED, GOT, None, "in the gradebook"),
    (WANTED, replace(GOT, status="unreadable", reason="x"), POINTS, "expected 'graded'"),
    (replace(WANTED, status="unreadable"), replace(GOT, status="unreadable"), POINTS, "no reason given"),
    (replace(WANTED, mentions=("sigmoid",)), GOT, POINTS, "no remark mentions 'sigmoid'"),
    (WANTED, replace(GOT, outcomes={}), 0, "has no outcome"),
    (WANTED, None, 0, "not graded"),
]


@pytest.mark.parametrize(("wanted", "got", "total", "words"), FOUND)
def test_differences_are_named(wanted, got, total, words):
    found = list(differences({"ada": wanted}, [Result("ada", got)], {"ada": total}))
    assert (found == []) == (words is None)
    if words:
        assert any(words in text and text.startswith("ada (all right): ") for text in found)


def test_a_missing_result_is_named():
    assert list(differences({"ada": WANTED}, [], {})) == ["ada (all right): not graded: no result"]
