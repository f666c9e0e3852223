"""Plain `nbgrader` commands and formgrader, started in this folder, work on the class in ./course."""

from pathlib import Path

from grader.nbgrader_bridge.config import configure

configure(get_config(), Path(__file__).parent / "course")  # noqa: F821
