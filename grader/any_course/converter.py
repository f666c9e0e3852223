"""nbgrader's `Autograde`, with what it executes running ahead: sanitise, run, save, a few hand-ins at a time."""

from __future__ import annotations

import os
import re
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy.exc
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from grader.any_course.ahead import Ahead
from grader.any_course.cells import require_python
from grader.any_course.execute import SaveVerdicts, WarmExecute
from grader.any_course.files import UNFINISHED, cut_links, is_notebook
from grader.any_course.restore import RestoreCells
from grader.build.schema import quick_schema
from grader.problem import Problem
from grader.text import plain_line

__all__ = ["WarmAutograde"]


class WarmAutograde(Autograde):  # type: ignore[misc]
    """Takes nbgrader's options as they are. `failed`: {student: why}, of those who have no grade."""

    ahead: Ahead | None = None
    begin: Callable[[int], None]

    def __init__(self, coursedir: Any, parent: Any, workers: int, advance: Callable[[], None]) -> None:
        super().__init__(coursedir=coursedir, parent=parent)
        quick_schema()
        self.update_config(
            Config(Exporter={"optimistic_validation": True})
        )  # once, not after each preprocessor
        self.workers, self.advance = workers, advance
        self.failed: dict[str, str] = {}
        self.graded: list[str] = []
        self.student = ""  # whose turn it is, for the log
        options: Any = self
        options.sanitize_preprocessors = [RestoreCells, *options.sanitize_preprocessors]
        options.autograde_preprocessors = [self._ours(each) for each in options.autograde_preprocessors]

    def _ours(self, preprocessor: Any) -> Any:
        """Ours in the place of what runs cells or reads points from outputs, also where it is somebody's own."""
        found = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
        for theirs, ours in ((Execute, WarmExecute), (SaveAutoGrades, SaveVerdicts)):
            if isinstance(found, type) and issubclass(found, theirs) and not issubclass(found, ours):
                if found is not theirs:
                    self.log.warning("%s is not used: %s is", found.__name__, ours.__name__)
                return ours
        return found

    def convert_notebooks(self) -> None:
        self.begin(len(self.assignments))
        under_way: deque[str] = deque()
        try:
            for assignment in sorted(self.assignments):
                student = self._student_of(assignment)
                with self._guarded(student):
                    if self._begin(assignment, student):
                        under_way.append(student)
                if len(under_way) > 2 * self.workers:
                    self._finish(under_way.popleft())
            while under_way:
                self._finish(under_way.popleft())
        except BaseException:
            for student in under_way:
                self._remove(student)
            raise

    # ── one hand-in ──────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, assignment: str, student: str) -> bool:
        """Sanitise the notebooks and let them run; False where nothing has changed since they were graded."""
        name = self.coursedir.assignment_id
        submitted, copied = Path(assignment), Path(self._dest(student))
        self.notebooks = sorted(filter(is_notebook, self.assignments[assignment]))
        if (copied / UNFINISHED).exists():  # by a run that was killed
            self._remove(student)
        if not self.init_destination(name, student):
            self.advance()
            return False
        copied.mkdir(parents=True, exist_ok=True)
        (copied / UNFINISHED).touch()
        self.run_pre_convert_hook()
        self.init_assignment(name, student)
        for link in cut_links(submitted, copied):
            self.log.warning("%s is a link, and is left out", link)
        for path in self.notebooks:
            self._sanitizing = True
            self._init_preprocessors()
            BaseConverter.convert_single_notebook(self, path)
        for path in self.notebooks:
            nb = nbformat.read(copied / Path(path).name, 4)
            require_python(nb, Path(path).name)
            assert self.ahead is not None
            self.ahead.begin(student, Path(path).stem, nb, copied)
        return True

    def _finish(self, student: str) -> None:
        """Wait for the notebooks, and let nbgrader save what came of them."""
        with self._guarded(student):
            assert self.ahead is not None
            copied = Path(self._dest(student))
            self.notebooks = [str(copied / name) for name in self.ahead.begun(student)]
            self._sanitizing = False
            self._init_preprocessors()
            try:
                with utils.setenv(NBGRADER_EXECUTION="autograde"):
                    for path in self.notebooks:
                        BaseConverter.convert_single_notebook(self, path)
            finally:
                self._sanitizing = True
            (copied / UNFINISHED).unlink()
            self.set_permissions(self.coursedir.assignment_id, student)
            self.run_post_convert_hook()
            self.graded.append(student)
            self.advance()

    # ── and when it fails ────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _guarded(self, student: str) -> Iterator[None]:
        """An error is this student's alone, unless it is the gradebook's."""
        self.student = student
        try:
            yield
        except KeyboardInterrupt:
            self._remove(student)
            raise
        except sqlalchemy.exc.OperationalError as error:
            self._remove(student)
            raise Problem(
                f"the gradebook cannot be used ({error.orig}); if nbgrader is new: `nbgrader db upgrade`"
            ) from None
        except Exception as error:
            self._remove(student)
            self.log.debug(traceback.format_exc())
            self.failed[student] = plain_line(str(error))[:500] or type(error).__name__
            self.advance()
        finally:
            self.student = ""

    def _remove(self, student: str) -> None:
        if os.path.exists(self._dest(student)):
            utils.rmtree(self._dest(student))

    def _dest(self, student: str) -> str:
        folder = self.coursedir.format_path(self._output_directory, student, self.coursedir.assignment_id)
        return os.path.normpath(str(folder))

    def _student_of(self, assignment: str) -> str:
        pattern = self.coursedir.format_path(
            self.coursedir.submitted_directory, "(?P<student>.*)", self.coursedir.assignment_id, escape=True
        )
        found = re.fullmatch(pattern, assignment, re.DOTALL)
        assert found is not None
        return str(found["student"])
