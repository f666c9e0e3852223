"""Answers written by people who had not seen the cases: right ones pass, wrong ones fail and are named."""

import importlib

import pytest

from grader import check
from grader.exercise import chapters
from tests.course.answers import run_source, solutions

ROWS = [
    (chapter, *row)
    for chapter in chapters()
    for row in importlib.import_module(f"tests.course.blind.{chapter}").BANK
]


@pytest.mark.parametrize(
    ("chapter", "function", "kind", "label", "source"), ROWS, ids=[f"{r[1]}-{r[2]}-{r[3]}" for r in ROWS]
)
def test_blind_answers(chapter, function, kind, label, source):
    space = solutions(chapter)
    run_source(source, space, name=f"<{function}: {label}>")
    outcome = check(space[function])
    if kind == "right":
        assert outcome.status == "passed", outcome.message
    else:
        assert outcome.status == "failed", outcome.message
        assert outcome.misconception, outcome.message


@pytest.mark.parametrize("chapter", chapters())
def test_every_exercise_has_two_of_each_kind(chapter):
    from grader.exercise import registry

    for function in registry(chapter):
        kinds = [row[2] for row in ROWS if row[:2] == (chapter, function)]
        assert kinds.count("wrong") >= 2
        assert kinds.count("right") >= 2
