"""docs/threats.md and the corpus say the same."""

from __future__ import annotations

import re
from collections import Counter

from tests import REPOSITORY
from tests.attacks.corpus import CORPUS, TABLES

PAGE = (REPOSITORY / "docs" / "threats.md").read_text(encoding="utf-8")
ROWS = {
    name: (says, int(count)) for name, says, count in re.findall(r"(?m)^\| (.+?) \| (.+?) \| (\d+) \|$", PAGE)
}


def test_every_technique_has_a_row_with_its_count():
    assert {name: count for name, (_, count) in ROWS.items()} == Counter(
        attack.technique for attack in CORPUS
    )


def test_what_works_is_said_to_work():
    works = {name for name, (says, _) in ROWS.items() if "gets over the fence" in says}
    assert works == {attack.technique for attack in CORPUS if attack.known}
    assert all(attack.known for attack in CORPUS if attack.points == 4.0 and attack in TABLES["readymade"])


def test_the_counts_in_the_text():
    broken, slow = len(TABLES["files"]), sum(attack.slow for attack in CORPUS)
    text = " ".join(PAGE.split())
    assert f"holds {broken} broken and {len(CORPUS) - broken} hostile hand-ins" in text
    assert f"runs all but {slow}, which take minutes" in text
