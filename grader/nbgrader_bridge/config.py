"""How nbgrader is set up for a class folder, in our own calls and in plain `nbgrader` commands alike."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grader.course import Class

__all__ = ["COURSE_ID", "class_config", "configure", "course_directory", "quiet"]

COURSE_ID = "nn-workbook"
IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".grader", "*.bak*.ipynb", ".DS_Store"]
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"  # nbgrader's own, which build.py takes
SAFE_MARKDOWN = "grader.grading.sanitise.safe_markdown"
ENGINE = "grader.nbgrader_bridge.autograde"


def configure(c: Any, root: Path) -> None:
    """Set nbgrader's options for the class at `root`; `c` is what get_config() gives."""
    root = root.resolve()
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.course_id = COURSE_ID
    c.CourseDirectory.db_url = Class(root).db_url
    c.CourseDirectory.ignore = IGNORE
    c.CourseDirectory.groupshared = Class(root).groupshared
    c.ExchangeFactory.release_feedback = "grader.nbgrader_bridge.exchange.ReleaseFeedback"
    c.ClearSolutions.code_stub = {"python": STUB}
    c.HTMLExporter.filters = {"markdown2html": SAFE_MARKDOWN}  # in formgrader and in feedback
    c.HTMLExporter.preprocessors = ["grader.nbgrader_bridge.guide.GuideBesideAnswer"]  # in formgrader only
    c.Autograde.exporter_class = f"{ENGINE}.HandInExporter"
    c.Autograde.sanitize_preprocessors = [f"{ENGINE}.Judge"]
    c.Autograde.autograde_preprocessors = [
        f"{ENGINE}.EnterVerdict",
        "nbgrader.preprocessors.AssignLatePenalties",
        f"{ENGINE}.LateByWord",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateFeedback.exporter_class = "grader.nbgrader_bridge.feedback.PageExporter"
    c.GenerateFeedback.preprocessors = []


def class_config(root: Path) -> Config:
    config = Config()
    configure(config, root)
    return config


def course_directory(course: Class, chapter: str, student: str = "*") -> CourseDirectory:
    return CourseDirectory(
        config=class_config(course.root),
        root=str(course.root.resolve()),
        assignment_id=chapter,
        student_id=student,
    )


def quiet(converter: Any) -> Any:
    """The same converter, logging errors only."""
    converter.log = logging.getLogger(f"grader.nbgrader_bridge.{type(converter).__name__}")
    converter.log.setLevel(logging.ERROR)
    return converter
