"""The page that a student gets back, as one HTML text: no script, nothing from elsewhere, readable on a telephone.

Reports come from the verdict and points from the gradebook, never from the notebook, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape

from nbformat import NotebookNode

from grader.grading.grades import Grade, Grades
from grader.grading.sanitise import render_markdown, safe_outputs
from grader.html import document, prose, text
from grader.judging.outcome import Outcome
from grader.judging.render import STYLE as REPORT_STYLE
from grader.judging.render import badge, outcome_html
from grader.text import plain

__all__ = ["page", "without_folders"]

INSTALLED = re.compile(r"(?<=[/\\])(?:python3\.\d+|(?:site|dist)-packages)[/\\]")
ENDS = re.compile(r"[\s\"'<>;&]")  # what stands before a path
QUOTES = ('File "', "File &quot;")  # what stands before one that may hold blanks
END_OF_QUOTED = re.compile(r"[\"&\n]")


def without_folders(text: str) -> str:
    """The same traceback or warning without where Python is installed on the machine that graded."""
    kept: list[str] = []
    done = 0
    # From there back, so that long text without blanks takes no longer.
    for found in INSTALLED.finditer(text):
        before = text[done : found.start()]
        quote = max(before.rfind(mark) + len(mark) if mark in before else -1 for mark in QUOTES)
        if quote < 0 or END_OF_QUOTED.search(before, quote):
            quote = max((end.end() for end in ENDS.finditer(before)), default=0)
        kept.append(before[:quote])
        done = found.end()
    return "".join([*kept, text[done:]])


def page(notebook: NotebookNode, grades: Grades, row: Grade, key: str = "") -> str:
    """key: what the page was made from, in a hash."""
    outcomes = dict(row.verdict.outcomes) if row.verdict else {}
    head = [
        f"<h1>{text(grades.chapter)}</h1>",
        f"<p>{text(row.name)}</p>" if row.name else "",
        f'<p class="standing">{text(row.standing(grades.most))}</p>',
        _index(grades, row, outcomes),
    ]
    cells = [_cell(cell, grades, row, outcomes) for cell in notebook.cells]
    return document(
        title=text(f"{grades.chapter}: feedback"),
        style=STYLE + REPORT_STYLE + _colours(),
        body="\n".join(filter(None, [*head, *cells])),
        allow="; img-src data:",
        head=f'<meta name="nn-workbook" content="{key}">\n',
    )


def _index(grades: Grades, row: Grade, outcomes: dict[str, Outcome]) -> str:
    """Every exercise and question: its points, and in a line what cost the missing ones."""
    items = []
    for name, most in grades.points.items():
        outcome = outcomes.get(name)
        link = f"{name}-check" if name in grades.exercises else name
        title = text(name) if name in grades.exercises else f"Question {text(name)}"
        why = ""
        if outcome and outcome.status == "failed":
            free = outcome.points == outcome.max_points
            why = prose(outcome.note if free else outcome.explanation or outcome.found)
        items.append(
            f'<li><a href="#{escape(link)}">{title}</a> <span class="mark">{_mark(row, name, most)}</span>'
            f" {badge(outcome) if outcome else ''} {f'<br>{why}' if why else ''}</li>"
        )
    return f'<div id="toc" class="nnw-report"><ol>{without_folders("".join(items))}</ol></div>'


def _mark(row: Grade, name: str, most: float) -> str:
    return text(row.mark(name).said(most))


def _cell(cell: NotebookNode, grades: Grades, row: Grade, outcomes: dict[str, Outcome]) -> str:
    ours = cell.metadata.get("nbgrader", {})
    name = str(ours.get("grade_id", ""))
    exercise = name.removesuffix("-check")
    parts = []
    if cell.cell_type == "markdown":
        parts.append(render_markdown(cell.source, cell.get("attachments")))
    elif cell.cell_type == "code":
        parts.append(_code(cell.source))
        reported = outcomes.get(exercise) if ours.get("grade") and name != exercise else None
        parts.append(_report(reported) if reported else _outputs(cell.get("outputs", [])))
    else:
        parts.append(f"<pre>{text(cell.source, 20_000)}</pre>")
    if (ours.get("grade") or ours.get("task")) and exercise in grades.points:
        said = _mark(row, exercise, grades.points[exercise])
        if exercise in outcomes and row.mark(exercise).by_hand:
            said += f"; the check gave {outcomes[exercise].points:g}"
        parts.insert(0, f'<p class="mark"><b>{text(exercise)}: {said}</b></p>')
    comment = row.mark(name).comment if ours.get("solution") else ""
    if comment:
        parts.append(f'<div class="comment"><b>Comment</b><p>{text(comment, 20_000)}</p></div>')
    kind = "answer" if ours.get("solution") or ours.get("grade") else "cell"
    anchor = f' id="{escape(name)}"' if name else ""
    return f'<section class="{kind}"{anchor}>{"".join(filter(None, parts))}</section>'


def _report(outcome: Outcome) -> str:
    return without_folders(outcome_html(outcome, style=False))


def _outputs(outputs: Sequence[NotebookNode]) -> str:
    return "".join(map(_output, safe_outputs(list(outputs))))


def _output(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return f"<pre>{escape(without_folders(plain(output.text)))}</pre>"
    if output.output_type == "error":
        lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        return f"<pre>{escape(without_folders(plain(lines)))}</pre>"
    data = output.data
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            source = "".join(data[kind].split())
            return f'<img src="data:{kind};base64,{source}" alt="a picture made by this cell">'
    if "text/html" in data:
        return f'<div class="wide">{data["text/html"]}</div>'
    return f"<pre>{escape(without_folders(plain(data.get('text/plain', ''))))}</pre>"


@lru_cache(2000)  # a class's notebooks share most cells
def _code(source: str) -> str:
    from pygments import highlight

    lexer, formatter = _pygments()
    return str(highlight(plain(source), lexer, formatter))


@cache
def _pygments() -> tuple[object, object]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name("python"), HtmlFormatter(cssclass="highlight")


@cache
def _colours() -> str:
    """Of code: on light paper, and where the reader's system is dark."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n.highlight {{ background: none }}"


STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1f1f1f, #e4e4e4); --paper: light-dark(#fff, #161616);
  --edge: light-dark(#d0d0d0, #4a4a4a); --faint: light-dark(#f6f6f6, #222) }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 860px; margin: 0 auto; padding: 12px 16px 48px; overflow-wrap: anywhere }
.standing { font-size: 20px; font-weight: 600 } .mark { font-variant-numeric: tabular-nums }
section { margin: 14px 0 } section.answer { border-left: 4px solid var(--edge); padding: 2px 0 2px 12px }
pre { font: 13px/1.45 ui-monospace, monospace; background: var(--faint); padding: 8px; margin: 6px 0;
  white-space: pre-wrap } code { font: 0.9em ui-monospace, monospace }
img, svg { max-width: 100%; height: auto; background: #fff } math { overflow-x: auto; overflow-y: hidden }
math[display="block"] { max-width: 100% } .wide, main > section > table { overflow-x: auto; display: block }
table { border-collapse: collapse }
td, th { padding: 3px 8px; border: 1px solid var(--edge); overflow-wrap: break-word }
.comment { border-left: 4px solid #b58900; padding: 2px 12px; white-space: pre-wrap }
.nnw-report { max-width: 100% } #toc li { margin: 4px 0 }
"""
