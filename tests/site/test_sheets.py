"""The sheet of a chapter: its summary's tables, and every function with what it takes."""

import pytest

from docs.site.sheets import sheet
from grader.build.source import read_source
from grader.record.registry import chapters, registry


@pytest.mark.parametrize("chapter", chapters())
def test_a_sheet_has_the_summary_and_all_functions(chapter):
    text = sheet(chapter, "Chapter")
    (summary,) = (cell.source for cell in read_source(chapter) if "## Summary" in cell.source)
    rows = [line for line in summary.partition("## Summary")[2].splitlines() if line.startswith("|")]
    assert len(rows) > 8
    assert [row for row in rows if row not in text] == []
    for name in registry(chapter):
        assert f"| `{name}(" in text
    assert "Further reading" not in text


def test_a_function_says_what_it_takes_and_gives():
    row = next(line for line in sheet("ch02_activations", "Chapter").splitlines() if "`softmax(" in line)
    assert row == r"| `softmax(x, *, axis=-1)` | exp(x\_i) / Σ\_j exp(x\_j) along `axis`. Same shape as x. |"
