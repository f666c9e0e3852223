"""A chapter as a page: its solved notebook, read instead of worked through.

Exercises show what a reader starts from, with hints and one solution behind folds. What belongs to JupyterLab only
(how to run cells, the checks to run, the table of progress) is left out or said in the page's own words.
"""

from __future__ import annotations

import re
from html import escape, unescape

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell, new_output

from docs.site.reference import documented
from grader.build.build import how_to_answer
from grader.build.opening import OPENING
from grader.build.source import BEGIN, END
from grader.html import prose
from grader.judging.render import STYLE
from grader.record.exercise import Exercise
from grader.record.registry import registry

__all__ = ["chapter_page", "fold", "title_of"]

SITTING = re.compile(r"^# (Sitting \d+)$", re.MULTILINE)
FOR_JUPYTER = re.compile(r"\*\*(?:How to work\.|To go on another day)\*\*.*?(?=\n\n|\Z)", re.DOTALL)
PICTURE = re.compile(r'<img src="data:image/png;base64,([\w+/=]+)" alt="([^"]*)" width="(\d+)"[^>]*>')
IN_A_BROWSER = (
    '<a href="../lite/lab/index.html?path={chapter}/{chapter}.ipynb">at once, in this browser</a>, '
)
DISPLAYED = re.compile(r"\$\$.+?\$\$", re.DOTALL)
LOOKED_AT = re.compile(r"progress\(\)")  # a cell that shows the reader's own state


def chapter_page(
    chapter: str, solved: NotebookNode, student: NotebookNode, *, solutions: bool, lite: bool = False
) -> NotebookNode:
    """The page as a notebook for MyST-NB. solved: with outputs; student: as handed out; solutions: show them?"""
    records = registry(chapter)
    stubs = {cell.id: cell.source for cell in student.cells}
    reports = {cell.id: cell.outputs for cell in solved.cells if _role(cell) == "check"}
    cells = []
    for number, cell in enumerate(solved.cells):
        role = _role(cell)
        if role == "answer":
            record = records[cell.id]
            parts = [_code(stubs[cell.id]), *_hints(record)]
            if solutions:
                parts.append(_solution(cell.source, record, reports[f"{cell.id}-check"]))
            cells.append(new_markdown_cell("\n\n".join(parts)))
        elif role == "written":
            if solutions:
                cells.append(
                    new_markdown_cell(fold("What a good answer says", _between(cell.source), "solution"))
                )
        elif cell.cell_type == "markdown":
            text = _without_jupyter(cell.source, solved.cells[number + 1 :][:1])
            cells.append(
                new_markdown_cell(SITTING.sub(_sitting, text) if number else _opened(text, chapter, lite))
            )
        elif role != "check" and not LOOKED_AT.fullmatch(cell.source.strip()):
            cells.append(_run(cell))
    return NotebookNode(solved, cells=cells, metadata=NotebookNode(kernelspec=solved.metadata.kernelspec))


def title_of(student: NotebookNode) -> str:
    return str(student.cells[0].source.splitlines()[0].removeprefix("# "))


def fold(title: str, body: str, kind: str) -> str:
    """What is shown at a click. body: Markdown."""
    return f'<details class="fold {kind}"><summary>{escape(title)}</summary>\n\n{body}\n\n</details>'


def _role(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nn_workbook", {}).get("role", "text"))


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────


def _opened(text: str, chapter: str, lite: bool) -> str:
    """The chapter's first cell, and how to work through it elsewhere."""
    title, rest = FOR_JUPYTER.sub("", text).split("\n", 1)
    browser = IN_A_BROWSER.format(chapter=chapter) if lite else ""
    work = (
        ":::{admonition} Read here, work in Jupyter\n:class: work\n"
        f"The exercises are checked in the notebook: {{download}}`{chapter}.ipynb </notebooks/{chapter}.ipynb>`, "
        f"{browser}or {{doc}}`the whole course </index>`. Times are for working, not for reading.\n:::"
    )
    return f"{title}\n\n{work}\n{rest}"


def _sitting(found: re.Match[str]) -> str:
    """No heading: it would stand above the chapter's title."""
    return f'<p class="sitting">{found[1]}</p>'


def _without_jupyter(text: str, following: list[NotebookNode]) -> str:
    """A formula stands in one line: in one that begins with + a list would begin."""
    text = DISPLAYED.sub(lambda found: " ".join(found[0].split()), text)
    for cell in following:
        if _role(cell) == "written":
            text = text.replace(how_to_answer(cell.id), "")
    return text


# ── exercises ────────────────────────────────────────────────────────────────────────────────────────────


def _code(source: str) -> str:
    return f"```python\n{source}\n```"


def _hints(record: Exercise) -> list[str]:
    of = f" of {len(record.hints)}" if len(record.hints) > 1 else ""
    return [
        fold(f"Hint {number}{of}", f"<p>{prose(hint)}</p>", "hint")
        for number, hint in enumerate(record.hints, start=1)
    ]


def _solution(source: str, record: Exercise, outputs: list[NotebookNode]) -> str:
    source = "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))
    report = outputs[0].data["text/html"].replace(f"<style>{STYLE}</style>", "").strip()
    name = f"{record.reference.__module__}.{record.reference.__name__}"
    ours = documented().get(name)
    link = f"Compare {{py:obj}}`{ours}`." if ours else ""
    return fold("One way to write it", "\n\n".join(filter(None, [_code(source), report, link])), "solution")


def _between(source: str) -> str:
    return source.partition(BEGIN)[2].partition(END)[0].strip()


# ── cells that ran ───────────────────────────────────────────────────────────────────────────────────────


def _run(cell: NotebookNode) -> NotebookNode:
    """A cell with its outputs: pictures as files with their alt text, folded cells folded."""
    opening = cell.source.startswith(OPENING)
    folded = opening or cell.metadata.get("jupyter", {}).get("source_hidden", False)
    outputs, image = [], {}
    for output in cell.outputs:
        picture = PICTURE.fullmatch(output.get("data", {}).get("text/html", ""))
        if picture:
            image = {"alt": unescape(picture[2]), "width": f"{picture[3]}px"}
            output = new_output("display_data", data={"image/png": picture[1]})
        outputs.append(output)
    metadata = from_dict({"tags": ["hide-input"] * folded, "mystnb": {"image": image} if image else {}})
    return NotebookNode(cell, source=cell.source.removeprefix(OPENING), outputs=outputs, metadata=metadata)
