"""What formgrader and the feedback pages show: autograded/<student>/<chapter>/<chapter>.ipynb.

Workers run this, so nothing of nbgrader is imported, which takes seconds.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell

from grader.beneath import clear, is_own_file
from grader.collect.stamp import STAMP, parse_stamp, read_stamp
from grader.collect.submitted import read_file
from grader.course import Class
from grader.files import write_whole
from grader.grading.sanitise import cut_texts, safe_outputs
from grader.grading.verdict import Verdict
from grader.html import prose
from grader.judging.render import outcome_html

__all__ = [
    "autograded_notebook",
    "autograded_path",
    "beside",
    "is_current",
    "is_graded",
    "relist",
    "write_autograded",
    "written_answers",
]

LATER = {
    "code": "# This notebook is older than the question.",
    "markdown": "This notebook is older than the question.",
}
REPORT_ID = "nn-workbook-report"
SECRET = "submission_secret.txt"
IS_SECRET = re.compile(rb"[\w+/=-]{16,500}", re.ASCII)


def autograded_path(course: Class, student: str, chapter: str) -> Path:
    return course.root / "autograded" / student / chapter / f"{chapter}.ipynb"


def autograded_notebook(
    notebook: NotebookNode, skeleton: NotebookNode, verdict: Verdict, newest: NotebookNode | None = None
) -> NotebookNode:
    """A rebuilt submission with our report under each check, and the student's own made safe to look at.
    newest: what the class was asked last, where the submission was made from an older release."""
    released = {cell.id: cell for cell in skeleton.cells}
    cells = [
        NotebookNode(cell) for cell in notebook.cells
    ]  # new ones: their values are replaced, never changed
    notebook = NotebookNode(notebook, cells=cells, metadata=skeleton.metadata)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id in verdict.outputs:
            cell.outputs = [from_dict(output) for output in verdict.outputs[cell.id]]
    cut_texts(notebook.cells)
    for cell in notebook.cells:
        ours = released.get(cell.id)
        cell.metadata = ours.metadata if ours is not None else NotebookNode()
        if cell.cell_type == "code":
            cell.outputs = safe_outputs(cell.get("outputs", []))
            cell.execution_count = None
    relist(notebook, newest or skeleton, verdict)
    lines = _remarks(verdict)
    if lines:
        notebook.cells.insert(0, new_markdown_cell("\n".join(lines), id=REPORT_ID))
    nbformat.validate(notebook)
    return notebook


def relist(notebook: NotebookNode, newest: NotebookNode, verdict: Verdict) -> None:
    """Make it ask what the class was asked last: nbgrader's pages show and mark what its gradebook has."""
    now = {cell.id: cell for cell in newest.cells}
    for cell in notebook.cells:
        if cell.id in now:
            cell.metadata = now[cell.id].metadata
        elif "nbgrader" in cell.metadata:
            rest = {key: value for key, value in cell.metadata.nbgrader.items() if key != "points"}
            unasked = NotebookNode(rest, grade=False, solution=False)
            cell.metadata = NotebookNode(cell.metadata, nbgrader=unasked)
    there = {cell.id for cell in notebook.cells}
    for cell in newest.cells:
        marks = cell.metadata.nbgrader
        if (marks.grade or marks.solution) and cell.id not in there:
            source = LATER[cell.cell_type] if marks.solution else cell.source
            notebook.cells.append(NotebookNode(cell, source=source))
    _put_reports(notebook, verdict)


def _put_reports(notebook: NotebookNode, verdict: Verdict) -> None:
    """Every check cell gets the points, as nbgrader reads them, and the report."""
    checks = {f"{name}-check": outcome for name, outcome in verdict.outcomes.items()}
    for cell in notebook.cells:
        if cell.id in checks and cell.cell_type == "code":
            outcome = checks[cell.id]
            data = {"text/plain": repr(float(outcome.points)), "text/html": outcome_html(outcome)}
            result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
            cell.outputs = [from_dict(result)]
            cell.execution_count = 1


def _remarks(verdict: Verdict) -> list[str]:
    """What the student should know about the whole notebook, as one HTML block (Markdown leaves it alone)."""
    parts = []
    if verdict.reason:
        parts.append(f"<p><strong>Not graded:</strong> {_words(verdict.reason)}</p>")
    for title, remarks in (("About your notebook", verdict.repairs), ("While it ran", verdict.log)):
        if remarks:
            items = "".join(f"<li>{_words(remark)}</li>" for remark in remarks)
            parts.append(f"<p><strong>{title}</strong></p><ul>{items}</ul>")
    return ["<div>", *parts, "</div>"] if parts else []


def _words(text: str) -> str:
    """One line of text with `code` in it; $ would start a formula."""
    return prose(" ".join(text.split()), 1000).replace("$", "&#36;")


def written_answers(notebook: NotebookNode, skeleton: NotebookNode) -> dict[str, bool]:
    """{written question: is there an answer}: nbgrader, too, asks whether the cell differs from the released one."""
    stubs = {
        c.id: c.source for c in skeleton.cells if c.metadata.get("nn_workbook", {}).get("role") == "written"
    }
    answers = {cell.id: cell.source for cell in notebook.cells}
    return {id: answers.get(id, stub) != stub for id, stub in stubs.items()}


def beside(folder: Path) -> dict[str, str]:
    """{file: text} of what nbgrader's exchange puts beside a hand-in: its moment, and the secret by which a student
    finds the page that comes back. What nbgrader would fail at is left out."""
    stamp = read_stamp(folder)
    found = {STAMP: stamp} if parse_stamp(stamp) else {}
    secret = read_file(folder.parents[1], *folder.parts[-2:], SECRET)
    if isinstance(secret, bytes) and IS_SECRET.fullmatch(secret):
        found[SECRET] = secret.decode()
    return found


def write_autograded(course: Class, student: str, chapter: str, notebook: NotebookNode) -> Path:
    """Replace autograded/<student>/<chapter>; of the other files only the exchange's come along."""
    path, root = autograded_path(course, student, chapter), course.root / "autograded"
    clear(root, student, chapter)
    write_whole(path, json.dumps(notebook, ensure_ascii=False) + "\n", beneath=root)
    for name, text in beside(course.submission(student, chapter).parent).items():
        write_whole(path.with_name(name), text, beneath=root)
    return path


def is_graded(course: Class, student: str, chapter: str) -> bool:
    """Does an autograded notebook lie in its place, and no link to another?"""
    return is_own_file(course.root / "autograded", student, chapter, f"{chapter}.ipynb")


def is_current(course: Class, student: str, chapter: str) -> bool:
    """Does the file lie there, with what lies beside the hand-in?"""
    folder, submitted = autograded_path(course, student, chapter).parent, course.submission(student, chapter)
    return is_graded(course, student, chapter) and beside(folder) == beside(submitted.parent)
