"""A sheet for each chapter, one printed page: the tables of its summary, and what its functions take and return."""

from __future__ import annotations

import ast
import re

from docs.site.reference import markdown
from grader.build.source import read_source

__all__ = ["sheet", "sheets"]

SUMMARY = re.compile(r"## Summary\n(.*?)(?=\n\*\*Further reading|\Z)", re.DOTALL)


def sheet(chapter: str, title: str) -> str:
    """One chapter's as Markdown."""
    cells = read_source(chapter)
    (summary,) = (found[1].strip() for cell in cells if (found := SUMMARY.search(cell.source)))
    rows = [_row(cell.source) for cell in cells if cell.role == "answer"]
    table = "\n".join(["| function | what it gives |", "| --- | --- |", *rows])
    return f"# {title}, on one page\n\n{summary}\n\n{table}\n\n{{doc}}`/chapters/{chapter}`\n"


def sheets(titles: dict[str, str]) -> str:
    listed = "\n".join(f"{title.removeprefix('Chapter ')} <{chapter}>" for chapter, title in titles.items())
    return (
        "# A page for each chapter\n\nWhat to remember, and what each function takes and gives. "
        "Each prints on one page."
        f"\n\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    )


def _row(source: str) -> str:
    """The signature, and the first sentence of the docstring."""
    (function,) = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    said = " ".join((ast.get_docstring(function) or "").split("\n\n")[0].split())
    return f"| `{function.name}({ast.unparse(function.args)})` | {markdown(said)} |"
