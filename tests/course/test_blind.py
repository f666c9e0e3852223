"""Answers by people who had not seen the cases: right ones pass, wrong ones fail, and most are named.

`blind/<chapter>.py` was written first, and its mistakes are in the bank now; `blind/<chapter>_beginners.py` came
later and was only partly taken over.
"""

import importlib

import pytest

from grader import check
from grader.record.registry import chapters, registry
from tests.course.answers import run_source, solutions

BANKS = {
    (chapter, name): importlib.import_module(f"tests.course.blind.{chapter}{name}").BANK
    for chapter in chapters()
    for name in ("", "_beginners")
}
ROWS = [(chapter, name, *row) for (chapter, name), bank in BANKS.items() for row in bank]


def judged(chapter, function, source):
    space = solutions(chapter)
    run_source(source, space, name=f"<{function}>")
    return check(space[function])


@pytest.mark.parametrize(
    ("chapter", "bank", "function", "kind", "label", "source"),
    ROWS,
    ids=[f"{row[2]}{row[1]}-{row[3]}-{row[4]}" for row in ROWS],
)
def test_blind_answers(chapter, bank, function, kind, label, source):
    outcome = judged(chapter, function, source)
    assert outcome.status == ("passed" if kind == "right" else "failed"), outcome.message
    if kind == "wrong" and not bank:
        assert outcome.misconception, outcome.message


@pytest.mark.parametrize("chapter", chapters())
def test_most_of_the_later_mistakes_are_named_too(chapter):
    wrong = [row for row in BANKS[chapter, "_beginners"] if row[1] == "wrong"]
    named = sum(bool(judged(chapter, function, source).misconception) for function, _, _, source in wrong)
    assert named >= 0.75 * len(wrong), f"{named} of {len(wrong)}"


@pytest.mark.parametrize("chapter", chapters())
def test_every_exercise_has_two_of_each_kind(chapter):
    for function in registry(chapter):
        kinds = [row[3] for row in ROWS if (row[0], row[2]) == (chapter, function)]
        assert kinds.count("wrong") >= 2
        assert kinds.count("right") >= 2
