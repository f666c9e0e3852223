"""Every chapter was tried by people who had seen only its statements, and docs/proofs.md says how that went."""

import re

from grader.record.registry import chapters
from tests import REPOSITORY

PAGE = REPOSITORY / "docs" / "proofs.md"


def rows():
    """{number of the chapter: the numbers of its rows}."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.match(r"\d\d ", cells[0]):
            found.setdefault(cells[0][:2], []).append(cells[2:])
    return found


def test_every_chapter_has_its_row():
    assert {chapter[2:4] for chapter in chapters()} <= set(rows())


def test_the_numbers_add_up():
    for number, cells in ((number, row) for number, found in rows().items() for row in found):
        wrong, rejected, *told, false, right, accepted = (0 if c == "–" else int(c) for c in cells)
        assert sum(told) + false <= rejected <= wrong, number
        assert accepted <= right, number
