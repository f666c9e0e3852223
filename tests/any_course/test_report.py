"""The report of an assignment: its numbers against NumPy, what it names, and that it only shows."""

import re

import numpy as np
import pytest

from grader.any_course.results import Result, TestCell
from grader.report.any_page import page, statistics

TestCell.__test__ = False  # a name that pytest takes for a class of tests
STUDENTS = [f"s{number:02}" for number in range(12)]
SHARES = {
    "easy": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
    "half": [0.5, 1, 0, 0.5, 1, 0, 0.5, 1, 0, 1, 1, 0],
    "hard": [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0],
}
POINTS = {"easy": 1.0, "half": 4.0, "hard": 2.0}
EVIL = "<script>alert(1)</script>"


def made(errors=None):
    cells = tuple(
        TestCell(name, POINTS[name], False, dict(zip(STUDENTS, shares)), (errors or {}).get(name, {}))
        for name, shares in SHARES.items()
    )
    totals = {who: (sum(SHARES[n][i] * POINTS[n] for n in SHARES), False) for i, who in enumerate(STUDENTS)}
    return Result("hw1", sum(POINTS.values()), totals, 13, cells)


@pytest.mark.parametrize("name", SHARES)
def test_difficulty_and_discrimination(name):
    found = {item.name: item for item in statistics(made().cells)}[name]
    rest = sum(np.multiply(SHARES[other], POINTS[other]) for other in SHARES if other != name)
    assert found.difficulty == pytest.approx(np.mean(SHARES[name]))
    assert found.discrimination == pytest.approx(np.corrcoef(SHARES[name], rest)[0, 1])


def test_pass_rates_and_who_failed_how():
    errors = {"hard": {"KeyError: 3": tuple(STUDENTS[:2]), "TypeError: no": (STUDENTS[3],)}}
    text = page(made(errors))
    rows = re.findall(r"<td class=\"left\"><code>(\w+)</code></td><td>([\d.]+)</td><td>(.*?)</td>", text)
    assert rows == [
        ("easy", "1", "11 of 12 (92%)"),
        ("half", "4", "5 of 12 (42%)"),
        ("hard", "2", "3 of 12 (25%)"),
    ]
    first, second = text.index("KeyError: 3"), text.index("TypeError: no")
    assert first < second
    assert "<b>s00</b>, <b>s01</b>" in text[first:second]


def test_nothing_of_a_students_acts():
    found = made({"easy": {EVIL: (EVIL,)}})
    found = Result(found.assignment, found.most, {**found.totals, EVIL: (0.0, True)}, 14, found.cells)
    assert "<script" not in page(found)


def test_a_class_in_which_all_went_well():
    assert "Nothing: every test passes." in page(made())
