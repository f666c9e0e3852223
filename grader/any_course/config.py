"""`nbgrader autograde` and formgrader's button through this engine: two lines in a course's nbgrader_config.py.

from grader.any_course.config import use_grader
use_grader(get_config())
"""

from __future__ import annotations

from typing import Any

__all__ = ["use_grader"]


def use_grader(c: Any) -> None:
    """Name our preprocessors in the places of nbgrader's; `c` is what get_config() gives. Options of nbgrader's own
    preprocessors go on to count."""
    c.Autograde.sanitize_preprocessors = [
        "grader.any_course.restore.RestoreCells",
        *(f"nbgrader.preprocessors.{name}" for name in SANITISE),
    ]
    c.Autograde.autograde_preprocessors = [
        "grader.any_course.execute.WarmExecute",
        "nbgrader.preprocessors.IgnorePattern",
        "nbgrader.preprocessors.LimitOutput",
        "grader.any_course.execute.SaveVerdicts",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]


SANITISE = ("ClearOutput", "DeduplicateIds", "OverwriteKernelspec", "OverwriteCells", "CheckCellMetadata")
