"""Late penalties, as nbgrader's AssignLatePenalties gives them and by the same configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from grader.course import Class
from grader.problem import Problem

__all__ = ["LatePolicy", "late_policy"]

FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class LatePolicy:
    """plugin: what nbgrader calls a LateSubmissionPlugin."""

    plugin: Any

    def apply(self, book: Any, notebook: Any) -> None:
        """Enter the penalty of one submitted notebook: none where it is in time, never more than its score."""
        notebook.late_submission_penalty = None
        book.db.flush()  # the score, and which assignment this is, come from the database
        seconds = notebook.assignment.total_seconds_late
        if seconds <= 0:
            return
        book.db.expire(notebook, ["score"])
        score = notebook.score
        student = notebook.assignment.student_id
        try:
            penalty = self.plugin.late_submission_penalty(student, score, seconds)
            if penalty is not None:
                notebook.late_submission_penalty = max(0.0, min(float(penalty), score))
        except Exception as error:
            name = type(self.plugin).__name__
            raise Problem(f"the late policy {name} failed for {student}: {error!r}") from error


def late_policy(course: Class) -> LatePolicy:
    """The policy that nbgrader_config.py sets, in the working folder or, which counts more, the class folder."""
    config = Config()
    for folder in (Path.cwd(), course.root):
        try:
            config.merge(PyFileConfigLoader(FILE, str(folder)).load_config())
        except ConfigFileNotFound:
            continue
        except Exception as error:
            raise Problem(f"{folder / FILE} does not run: {error!r}") from error
    try:
        late = AssignLatePenalties(config=config)
        late.init_plugin()
    except Exception as error:
        raise Problem(f"the late policy that {FILE} names cannot be used: {error}") from error
    return LatePolicy(late.plugin_inst)
