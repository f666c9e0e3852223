"""In place of nbgrader's `Execute` and `SaveAutoGrades`: cells run in a sandboxed process that is warm already, and
points rest on whether a cell raised and what its last line was, not on what it shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets import Bool, Float, Integer, List, Unicode

from grader.any_course.cells import cells_of, require_python
from grader.any_course.files import files_in
from grader.any_course.outputs import outputs_of
from grader.any_course.points import NO_REFERENCE, points
from grader.any_course.reference import reference
from grader.any_course.run import Ran, Setting, run_cells
from grader.engine.process import default_level

__all__ = ["SaveVerdicts", "WarmExecute"]


PYTHON = {"name": "python", "pygments_lexer": "ipython3", "file_extension": ".py"}


class WarmExecute(Execute):  # type: ignore[misc]
    """Reads `c.Execute.timeout`, and the options below as `c.WarmExecute.*`."""

    isolation = Unicode("", help="full, landlock or process; empty: the strongest.").tag(config=True)
    notebook_timeout = Float(600.0, help="Seconds for a whole notebook.").tag(config=True)
    memory_mb = Integer(2048, help="Memory of a process.").tag(config=True)
    folder_mb = Integer(64, help="Files that a notebook may write, in memory.").tag(config=True)
    processes = Integer(64, help="Processes and threads of a notebook.").tag(config=True)
    warm = List(
        Unicode(),
        None,
        allow_none=True,
        help="Imported once, not by each notebook; default: what the source imports.",
    ).tag(config=True)
    reference = Bool(True, help="Run the source notebook once, to know what its tests end in.").tag(
        config=True
    )

    def setting(self, warm: tuple[str, ...] = ()) -> Setting:
        """`warm`: what is imported ahead if the configuration says nothing."""
        return Setting(
            self.isolation or default_level(),
            self.timeout if self.timeout and self.timeout > 0 else None,
            self.notebook_timeout,
            self.memory_mb,
            self.folder_mb,
            self.processes,
            warm if self.warm is None else tuple(self.warm),
        )

    def preprocess(self, nb: NotebookNode, resources: Any, km: Any = None) -> tuple[NotebookNode, Any]:
        about = resources["nbgrader"]
        converter = getattr(self.parent, "parent", None)
        ahead = getattr(converter, "ahead", None)
        if ahead is not None:  # `grader autograde` has it run already
            ran = ahead.ran(about["student"], about["notebook"])
            about["reference"] = ahead.reference(about["notebook"])
        else:
            require_python(nb)
            files = files_in(Path(resources["metadata"]["path"] or os.curdir))
            ran = run_cells([cell for _, cell in cells_of(nb)], files, self.setting())
            about["reference"] = self._reference(getattr(converter, "coursedir", None), about)
        about["ran"] = {}
        for (i, _), one in zip(cells_of(nb), ran):
            cell = nb.cells[i]
            cell.execution_count = one.count
            cell.outputs = outputs_of(one, graded=utils.is_grade(cell))
            about["ran"][cell.metadata.get("nbgrader", {}).get("grade_id")] = one
        nb.metadata.setdefault("language_info", NotebookNode(PYTHON))
        return nb, resources

    def _reference(self, coursedir: Any, about: Any) -> dict[str, str]:
        if not self.reference or coursedir is None:
            return {}
        return reference(coursedir, about["assignment"], about["notebook"], self.setting(), self.log)


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]
    """A test cell counts for what became of it; all else as nbgrader does it."""

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        about = resources["nbgrader"]
        if "ran" not in about or cell.cell_type != "code" or utils.is_solution(cell):
            super()._add_score(cell, resources)
            return
        name, most = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
        ran: Ran | None = about["ran"].get(name)
        score, why = points(ran, cell.outputs, most, about["reference"].get(name, NO_REFERENCE))
        grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = score
        grade.needs_manual_grade = grade.manual_score is not None
        self.gradebook.db.commit()
        if why and (ran is None or ran.status != "error"):
            self.log.warning("Cell %r: no points, because %s", name, why)
            if not any(output.output_type == "error" for output in cell.outputs):
                cell.outputs.append(_said(why))


def _said(why: str) -> NotebookNode:
    """Why a test that raised nothing has no points, where the test stands."""
    return NotebookNode(output_type="error", ename="NoPoints", evalue=why, traceback=[f"No points: {why}"])
