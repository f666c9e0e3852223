"""The written questions: which there are, and whether the reader's saved notebook holds an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.course import notebook_path, solution_path
from grader.home.chapter_files import cell_source, notebook_cells, read_notebook, solution_cell
from grader.home.working_copy import own_notebook
from grader.record.registry import chapters

__all__ = ["Question", "answered", "find", "guide", "may_have_solutions", "questions"]


@dataclass(frozen=True)
class Question:
    """name: its cell's id. stub: what stands in the cell as long as nothing is written."""

    name: str
    chapter: str
    points: float
    stub: str


def questions(chapter: str) -> dict[str, Question]:
    """The written questions of a chapter, by name, in order."""
    return {
        cell["id"]: Question(cell["id"], chapter, cell["metadata"]["nbgrader"]["points"], cell_source(cell))
        for cell in notebook_cells(notebook_path(chapter))
        if cell["metadata"].get("nn_workbook", {}).get("role") == "written"
    }


def find(name: str) -> Question | None:
    """The written question of this name, in whichever chapter."""
    return next((found[name] for chapter in chapters() if name in (found := questions(chapter))), None)


def answered(question: Question) -> bool:
    """Does the notebook, as it was saved last, say something in the question's cell?"""
    for cell in notebook_cells(own_notebook(question.chapter)):
        ours = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        if question.name in (cell.get("id"), ours):
            return cell_source(cell).strip() not in ("", question.stub.strip())
    return False


def guide(question: Question) -> str:
    """The marking guide, from the chapter's source."""
    text = solution_cell(question.chapter, f'written="{question.name}"') or ""
    return re.sub(r"(?m)^# ?", "", text)


def may_have_solutions(chapter: str) -> bool:
    """False in a course that came without them, and in the notebook of a class whose teacher gives them out
    otherwise (`grader release`)."""
    if not solution_path(chapter).exists():
        return False
    ours = read_notebook(own_notebook(chapter)).get("metadata", {}).get("nn_workbook", {})
    return bool(ours.get("solutions", True))
