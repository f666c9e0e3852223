"""nbgrader's exchange, by which pages go back to the students who handed in by it."""

from __future__ import annotations

from glob import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

from grader.collect.stamp import STAMP
from grader.grading.shown import SECRET, beside

__all__ = ["ReleaseFeedback"]


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """nbgrader's own stops at the first page whose hand-in came another way: nobody could fetch that one."""

    def copy_files(self) -> None:
        folders = map(Path, sorted(glob(self.src_path)))
        other = [folder.parent.name for folder in folders if not {STAMP, SECRET} <= set(beside(folder))]
        for student in other:
            self.log.warning("%s did not hand in by the exchange: this page stays here", student)
        before = self.coursedir.student_id_exclude
        self.coursedir.student_id_exclude = ",".join(filter(None, (before, *other)))
        try:
            super().copy_files()
        finally:
            self.coursedir.student_id_exclude = before
