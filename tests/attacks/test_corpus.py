"""Every hostile and broken hand-in: it gets what its entry says, reaches nothing, and costs nobody else anything.

The hand-ins of a table are graded in one run between two honest ones. Effects are checked, never what is printed.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade, is_grade, is_solution

from grader.engine.doctor import usable
from grader.engine.root import readable
from grader.grading.settle import Result
from grader.grading.shown import autograded_path
from grader.grading.verdict import Verdict
from grader.nbgrader_bridge.config import COURSE_ID
from tests.attacks.attack import CHAPTER, Attack
from tests.attacks.attacked_class import FIRST, LAST, SECRET, Room, run
from tests.attacks.corpus import CORPUS, TABLES

sandboxed = pytest.mark.skipif(not usable("full"), reason="this machine does not give isolation full")
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
FULL = 27.0
SIZE = 200_000  # of a verdict


def words_of(verdict: Verdict) -> str:
    outcomes = [
        f"{o.message}\n{o.traceback}" for o in verdict.outcomes.values() if o.status != "not attempted"
    ]
    return "\n".join([verdict.reason, *verdict.repairs, *verdict.log, *outcomes])


def texts_in(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from (text for pair in tree.items() for part in pair for text in texts_in(part))
    elif isinstance(tree, (list, tuple)):
        yield from (text for part in tree for text in texts_in(part))


def points_of(room: Room, student: str) -> float:
    """What nbgrader would read from the notebook that formgrader shows."""
    notebook = nbformat.read(autograded_path(room.course, student, CHAPTER), 4)
    nbformat.validate(notebook)
    return sum(determine_grade(c)[0] for c in notebook.cells if is_grade(c) and not is_solution(c))


def scores_of(room: Room) -> dict[str, float]:
    with Gradebook(room.course.db_url, COURSE_ID) as book:
        return {s.student.id: s.score for s in book.assignment_submissions(CHAPTER)}


def wrong(
    attack: Attack, room: Room, results: Mapping[str, Result], scores: Mapping[str, float]
) -> Iterator[str]:
    """What is not as the entry says."""
    result = results[attack.row]
    if result.verdict is None or result.broken:
        yield f"our error: {result.broken}"
        return
    verdict, said = result.verdict, words_of(result.verdict)
    if (verdict.status, verdict.points, verdict.isolation) != (attack.status, attack.points, "full"):
        yield f"{verdict.status}, {verdict.points} points: {said}"
    if not scores[attack.row] == points_of(room, attack.row) == attack.points:
        yield f"{scores[attack.row]} points in the gradebook, {points_of(room, attack.row)} in the notebook"
    yield from (f"{words!r} is not in: {said}" for words in attack.words if words not in said)
    everything = str(verdict.to_json())
    if acting := [text for text in texts_in(verdict.to_json()) if ACTS.search(text)]:
        yield f"text that acts: {acting}"
    if "REACHED" in everything or SECRET in everything or len(everything) > SIZE:
        yield f"reached, or told too much ({len(everything)}): {said[:2000]}"


def check(room: Room, attacks: list[Attack], **how: int) -> dict[str, Result]:
    before = room.untouched()
    results = run(room, attacks, **how)
    scores = scores_of(room)
    problems = {a.name: found for a in attacks if (found := list(wrong(a, room, results, scores)))}
    assert problems == {}
    for student in (FIRST, LAST):  # the honest ones, graded before and after
        verdict = results[student].verdict
        assert verdict is not None
        assert (verdict.points, scores[student], verdict.log, verdict.repairs) == (FULL, FULL, (), ())
    assert set(results) == set(scores) == {FIRST, LAST} | {attack.row for attack in attacks}
    assert room.canaries.unhurt() == []
    after = room.untouched()
    handed_in = {path for path in after if path.startswith("submitted/") and path not in before}
    assert {path: text for path, text in after.items() if path not in handed_in} == before
    return results


@sandboxed
@pytest.mark.parametrize("table", TABLES)
def test_a_hand_in_gets_what_it_deserves_and_touches_nothing(table, room):
    check(room, [attack for attack in TABLES[table] if not attack.slow])


@sandboxed
@pytest.mark.slow
def test_the_slow_ones_two_at_a_time_with_the_limits_of_a_class(room):
    attacks = [attack for attack in CORPUS if attack.slow]
    results = check(room, attacks, workers=2)
    assert max(result.verdict.seconds for result in results.values()) < 150


def test_a_checkout_that_is_also_the_environment_is_not_shown(tmp_path, monkeypatch):
    for name in ("bin", "lib", "course", ".grader"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    shown = {path for path in readable() if path.is_relative_to(tmp_path)}
    assert shown == {tmp_path / "bin", tmp_path / "lib"}


def test_the_corpus_is_large_and_even():
    assert len(TABLES["files"]) >= 20
    assert len(CORPUS) - len(TABLES["files"]) >= 40
    assert max(Counter(attack.technique for attack in CORPUS).values()) <= 3
    assert len({attack.name for attack in CORPUS}) == len(CORPUS)
    assert all(attack.tries.endswith(".") for attack in CORPUS)
