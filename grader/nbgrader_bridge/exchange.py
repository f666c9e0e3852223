"""nbgrader's exchange, where what lies is the students' to write: hand-ins come by it, and pages go back."""

from __future__ import annotations

import os
from datetime import datetime
from fnmatch import fnmatch
from glob import glob
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback

from grader.beneath import folder
from grader.collect.names import is_safe
from grader.collect.stamp import STAMP
from grader.collect.submitted import MAX_FILE, plain, read_file
from grader.files import write_whole
from grader.grading.shown import SECRET, beside

__all__ = ["Collect", "ReleaseFeedback"]

Record = dict[str, Any]  # nbgrader's: username, filename, timestamp


class Collect(ExchangeCollect):  # type: ignore[misc]
    """nbgrader's own takes what is said to be a student's, whoever made it, copies what links lead to, and stops at
    the first folder whose name holds no moment."""

    def _path_to_record(self, path: str) -> Record:
        try:
            return dict(super()._path_to_record(path))
        except (ValueError, OverflowError):  # nobody's
            return {"username": "", "filename": os.path.basename(path), "timestamp": datetime.min}

    def _sort_by_timestamp(self, records: list[Record]) -> list[Record]:
        """One's own, if there are any, so that nobody else's is the newest."""
        own = [record for record in records if self._is_own(record)]
        for name in (record["filename"] for record in records if record not in own):
            self.log.warning("%s is not by whom its name says: it stays there", plain(name))
        return list(super()._sort_by_timestamp(own or records))

    def _is_own(self, record: Record) -> bool:
        if not self.check_owner:
            return is_safe(record["username"])
        import pwd

        try:
            made = os.lstat(os.path.join(self.inbound_path, record["filename"]))
            return made.st_uid == pwd.getpwnam(record["username"]).pw_uid
        except (KeyError, OSError):  # there is nobody of that name; it was taken away meanwhile
            return False

    src_records: list[Record]

    def copy_files(self) -> None:
        self.src_records = [record for record in self.src_records if self._is_own(record)]
        self.check_owner = False  # nbgrader's own check follows links
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        source, to = Path(src), Path(dest)
        to.mkdir(parents=True, exist_ok=True)  # who handed in nothing that can be read has a row, too
        left = MAX_FILE
        try:
            with folder(source.parent, source.name) as here:
                names = here.names()
            for name in names:
                if name.startswith(".") or any(fnmatch(name, pattern) for pattern in self.coursedir.ignore):
                    continue
                content = read_file(source.parent, source.name, name)
                if isinstance(content, str):
                    self.log.warning("%s: %s: it stays there", plain(source.name), plain(content))
                elif (left := left - len(content)) >= 0:
                    write_whole(to / name, content, beneath=to)
                    dated = os.lstat(source / name).st_mtime_ns  # what speaks for the moment that it says
                    os.utime(to / name, ns=(dated, dated))
        except OSError as error:
            self.log.warning("%s cannot be read (%s)", plain(source.name), error.strerror)


class ReleaseFeedback(ExchangeReleaseFeedback):  # type: ignore[misc]
    """nbgrader's own stops at the first page whose hand-in came another way, which nobody could fetch; and with
    several teachers it gives pages that only they can read."""

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
        for page in Path(self.dest_path).glob(
            "*.html"
        ):  # its name is the secret, and nobody can list the folder
            if page.stat().st_uid == os.getuid():
                page.chmod(0o644)
