"""The pages that students get back: nbgrader's, with our report under each check and nothing that acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course import Class
from grader.journal import Journal
from grader.nbgrader_bridge.config import class_config, course_directory, quiet
from grader.nbgrader_bridge.sanitise import safe_outputs
from grader.problem import Problem
from grader.render import outcome_html

__all__ = ["SafePage", "generate_feedback"]


class SafePage(NbGraderPreprocessor):  # type: ignore[misc]
    """Outputs made safe, whoever wrote the notebook; reports come from the verdict, not from the file."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        names = resources["nbgrader"]
        folder = resources.get("metadata", {}).get("path", "")
        verdict = None
        if folder:  # <class>/autograded/<student>/<chapter>
            course = Class(Path(folder).resolve().parents[2])
            verdict = Journal.of(course, names["assignment"]).get(names["student"])
        outcomes = dict(verdict.outcomes) if verdict else {}
        for cell in nb.cells:
            ours = cell.metadata.get("nbgrader", {})
            name = str(ours.get("grade_id", ""))
            outcome = outcomes.get(name.removesuffix("-check"))
            if cell.cell_type == "code":
                cell.outputs = safe_outputs(cell.get("outputs", []))
            if outcome and cell.cell_type == "code" and name.endswith("-check") and ours.get("grade"):
                html = {"text/html": outcome_html(outcome), "text/plain": outcome.message}
                cell.outputs = [new_output("display_data", data=html)]
            elif outcome and ours.get("comment") == outcome.message:
                ours["comment"] = None  # the report directly below says the same
        nb.metadata.pop("widgets", None)
        return nb, resources


class Feedback(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's converter, which takes no file along but the notebook: no link is ever followed."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        Path(self._format_dest(assignment_id, student_id)).mkdir(parents=True, exist_ok=True)


def generate_feedback(course: Class, chapter: str, student: str = "*") -> list[Path]:
    """Write the pages of everybody who was graded, or of one student; their paths."""
    converter = Feedback(
        coursedir=course_directory(course, chapter, student), config=class_config(course.root), force=True
    )
    graded = sorted((course.root / "autograded").glob(f"{student}/{chapter}/{chapter}.ipynb"))
    if not graded:
        who = f" for {student}" if student != "*" else ""
        raise Problem(f"nothing is graded yet{who}; run `grader autograde {chapter}` first")
    try:
        quiet(converter).start()
    except NbGraderException as error:
        raise Problem(f"nbgrader could not write every feedback page: {error}") from None
    return [feedback_path(course, path.parents[1].name, chapter) for path in graded]


def feedback_path(course: Class, student: str, chapter: str) -> Path:
    return course.root / "feedback" / student / chapter / f"{chapter}.html"
