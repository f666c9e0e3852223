"""Assignments in nbgrader's style out of a few lines, a course folder with hand-ins, and what its gradebook says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

import grader.nbgrader_bridge.database  # noqa: F401  a gradebook is made without a process of its own

__all__ = [
    "Assignment",
    "answer",
    "by_hand",
    "configure",
    "essay",
    "given",
    "grades",
    "lay",
    "locked",
    "make",
    "nbgrader",
    "stock",
]
__all__ += ["task", "text"]

Cells = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Assignment:
    """cells: of its notebooks, by name. hand_ins: {student: {cell's id: its text}}; what is left out is the solution,
    and None is left as it was released. files, handed: {name: text} beside the source and in every hand-in."""

    name: str
    notebooks: Mapping[str, Cells]
    hand_ins: Mapping[str, Mapping[str, str | None]]
    files: Mapping[str, str] = field(default_factory=dict)
    handed: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    due: str = ""
    handed_in_at: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # {student: cells or notebooks left out}


def _cell(kind: str, source: str, id: str = "", **flags: Any) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False} | flags
    about = {"grade_id": id, "schema_version": 3, "cell_type": kind, **flags}
    return {"kind": kind, "source": source, "about": about if id else None}


def text(source: str) -> dict[str, Any]:
    return _cell("markdown", source)


def given(source: str) -> dict[str, Any]:
    """A code cell that nbgrader knows nothing of."""
    return _cell("code", source)


def locked(id: str, source: str) -> dict[str, Any]:
    return _cell("code", source, id, locked=True)


def answer(id: str, source: str) -> dict[str, Any]:
    """Source is the body of the solution, all of it."""
    return _cell("code", f"### BEGIN SOLUTION\n{source}\n### END SOLUTION", id, solution=True)


def check(id: str, points: float, source: str) -> dict[str, Any]:
    return _cell("code", source, id, grade=True, locked=True, points=points)


def by_hand(id: str, points: float, source: str) -> dict[str, Any]:
    """A manually graded code cell."""
    return _cell(
        "code",
        f"### BEGIN SOLUTION\n{source}\n### END SOLUTION",
        id,
        grade=True,
        solution=True,
        points=points,
    )


def essay(id: str, points: float, source: str) -> dict[str, Any]:
    return _cell("markdown", source, id, grade=True, solution=True, points=points)


def task(id: str, points: float, source: str) -> dict[str, Any]:
    return _cell("markdown", source, id, task=True, locked=True, points=points)


def make(root: Path, assignment: Assignment) -> Path:
    """A course in which the assignment was generated and handed in."""
    source = root / "source" / assignment.name
    source.mkdir(parents=True)
    for name, content in assignment.files.items():
        lay(source / name, content)
    for name, cells in assignment.notebooks.items():
        nbformat.write(_notebook(cells), source / f"{name}.ipynb")
    configure(root, assignment.options)
    settings = Config({"CourseDirectory": {"root": str(root), "course_id": "theirs"}})
    app = NbGrader(config=settings)
    app.log.setLevel("ERROR")
    directory = CourseDirectory(config=settings, assignment_id=assignment.name)
    GenerateAssignment(coursedir=directory, parent=app).start()
    if assignment.due:
        with Gradebook(directory.db_url, "theirs") as book:
            book.update_or_create_assignment(assignment.name, duedate=assignment.due)
    for student, answers in assignment.hand_ins.items():
        _hand_in(root, assignment, student, answers)
    return root


@cache
def _empty_gradebook() -> bytes:
    """Making one takes nbgrader seconds."""
    with tempfile.TemporaryDirectory() as folder:
        Gradebook(f"sqlite:///{folder}/gradebook.db", "theirs").close()
        return Path(folder, "gradebook.db").read_bytes()


def configure(root: Path, options: Mapping[str, Mapping[str, Any]]) -> None:
    """nbgrader's configuration and an empty gradebook."""
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "gradebook.db").exists():
        (root / "gradebook.db").write_bytes(_empty_gradebook())
    lines = [f"c.{s}.{o} = {v!r}" for s, each in options.items() for o, v in each.items()]
    lay(
        root / "nbgrader_config.py",
        "\n".join(["c = get_config()", "c.CourseDirectory.course_id = 'theirs'", *lines]),
    )


def lay(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def _notebook(cells: Cells) -> Any:
    made = []
    for cell in cells:
        new = (new_code_cell if cell["kind"] == "code" else new_markdown_cell)(cell["source"])
        if cell["about"]:
            new.metadata["nbgrader"] = cell["about"]
            new.id = cell["about"]["grade_id"]
        made.append(new)
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=made, metadata=spec)


def _hand_in(root: Path, assignment: Assignment, student: str, answers: Mapping[str, str | None]) -> None:
    folder = root / "submitted" / student / assignment.name
    shutil.copytree(root / "release" / assignment.name, folder)
    for name, content in assignment.handed.items():
        lay(folder / name, content)
    left_out = assignment.without.get(student, ())
    for name, cells in assignment.notebooks.items():
        path = folder / f"{name}.ipynb"
        if name in left_out:
            path.unlink()
            continue
        solutions = {
            c["about"]["grade_id"]: c["source"] for c in cells if c["about"] and c["about"]["solution"]
        }
        nb = nbformat.read(path, 4)
        kept = []
        for cell in nb.cells:
            id = cell.metadata.get("nbgrader", {}).get("grade_id")
            new = answers.get(id, solutions.get(id))
            cell.source = cell.source if new is None else new
            kept += [] if id in left_out else [cell]
        nb.cells = kept
        nbformat.write(nb, path)
    if moment := assignment.handed_in_at.get(student):
        lay(folder / "timestamp.txt", moment)


def nbgrader(commands: Sequence[tuple[Path, Sequence[str]]]) -> list[int]:
    """nbgrader's own commands, (folder, words), as one types them but in one process, which takes seconds to start;
    their exit codes."""
    lines = [[str(root), list(words)] for root, words in commands]
    run = [sys.executable, "-W", "ignore", "-c", COMMANDS, json.dumps(lines)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    return list(json.loads(done.stdout.splitlines()[-1]))


COMMANDS = """
import json, os, sys
sys.modules["rfc3987_syntax"] = None
from nbgrader import apps
codes = []
for root, (command, *words) in json.loads(sys.argv[1]):
    os.chdir(root)
    app = getattr(apps, "".join(map(str.title, command.split("_"))) + "App")
    app.clear_instance()
    try:
        started = app.instance()
        started.initialize(words)
        started.start()
        codes.append(0)
    except SystemExit as end:
        codes.append(end.code)
print(json.dumps(codes))
"""


def stock(courses: Sequence[tuple[Path, str]]) -> list[int]:
    """nbgrader's own autograde; a kernel that is not asked to end saves a second each."""
    quick = "--Execute.shutdown_kernel=immediate"
    return nbgrader([(root, ["autograde", name, quick]) for root, name in courses])


def grades(root: Path, name: str) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """{(student, notebook, cell): what the gradebook has}, and a row for each student."""
    found: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db", "theirs") as book:
        for submission in book.assignment_submissions(name):
            student = submission.student_id
            waits, late = submission.needs_manual_grade, submission.late_submission_penalty
            found[student, "", ""] = submission.score, submission.max_score, waits, late, submission.timestamp
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    row = grade.auto_score, grade.max_score, grade.needs_manual_grade
                    found[student, notebook.name, grade.name] = row
                for comment in notebook.comments:
                    found[student, notebook.name, f"{comment.name}, comment"] = (comment.auto_comment,)
    return found
