"""A chapter's page: what a reader sees of exercises, and what a class does not see."""

import re
from copy import deepcopy
from functools import cache

import pytest
from nbformat.v4 import new_output

from docs.site.chapters import chapter_page
from grader.build.source import read_source
from grader.record.registry import chapters, registry
from tests.course.answers import source, student

REPORT = '<div class="nnw-report">all right</div>'
PIXEL = "iVBORw0KGgo="


def solved(chapter):
    """The chapter as if it had run."""
    notebook = deepcopy(source(chapter))
    for cell in notebook.cells:
        if cell.id.endswith("-check"):
            cell.outputs = [new_output("execute_result", data={"text/html": REPORT, "text/plain": "✓"})]
    return notebook


@cache
def page(chapter, solutions):
    return chapter_page(chapter, solved(chapter), student(chapter), solutions=solutions)


def text_of(chapter, *, solutions=True):
    return "\n\n".join(cell.source for cell in page(chapter, solutions).cells)


@pytest.mark.parametrize("chapter", chapters())
def test_a_reader_sees_statement_stub_hints_and_solution(chapter):
    text = text_of(chapter)
    for number, record in enumerate(registry(chapter).values(), start=1):
        section = text[text.index(f"### Exercise {number} · `{record.function}`") :]
        order = [section.index("raise NotImplementedError()")]
        order += [section.index(f"<summary>Hint {n}") for n in range(1, len(record.hints) + 1)]
        order += [section.index("<summary>One way to write it"), section.index(REPORT)]
        assert order == sorted(order), record.function
    assert text.count("One way to write it") == len(registry(chapter))
    written = [cell for cell in read_source(chapter) if cell.role == "written"]
    assert text.count("What a good answer says") == len(written)


@pytest.mark.parametrize("chapter", chapters())
def test_a_class_sees_no_solution(chapter):
    text = text_of(chapter, solutions=False)
    handed_out = "\n".join(cell.source for cell in student(chapter).cells)
    for cell in read_source(chapter):
        for line in cell.solution:
            assert line not in text or line in handed_out, line
    assert "SOLUTION" not in text
    assert text.count("<summary>Hint") == sum(len(record.hints) for record in registry(chapter).values())


@pytest.mark.parametrize("chapter", chapters())
def test_nothing_asks_for_what_only_jupyter_has(chapter):
    text = text_of(chapter)
    for words in (
        "How to work.",
        "To go on another day",
        "A double click",
        "from grader import check  #",
        "BEGIN SOL",
    ):
        assert words not in text
    assert not re.search(r"(?m)^progress\(\)$", text)
    titles = [
        c.source for c in page(chapter, True).cells if c.cell_type == "markdown" and c.source.startswith("# ")
    ]
    assert len(titles) == 1


def test_a_figure_keeps_its_alt_text():
    notebook = solved("ch02_activations")
    cell = next(cell for cell in notebook.cells if "plotting.show(" in cell.source)
    shown = f'<img src="data:image/png;base64,{PIXEL}" alt="a &lt; b" width="300" style="x">'
    cell.outputs = [new_output("execute_result", data={"text/html": shown, "text/plain": "Figure: a < b"})]
    made = chapter_page("ch02_activations", notebook, student("ch02_activations"), solutions=True)
    found = next(c for c in made.cells if c.cell_type == "code" and c.source == cell.source)
    assert found.metadata.mystnb.image == {"alt": "a < b", "width": "300px"}
    assert found.outputs[0].data == {"image/png": PIXEL}
    assert found.metadata.tags == ["hide-input"]  # it only draws
