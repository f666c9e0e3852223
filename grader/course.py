"""Where things lie: the sources of the course, and the class folder in which nbgrader works.

ROOT/solutions, ROOT/notebooks      the course; generated notebooks are committed
work                                a reader's working copy (ignored)
course                              a class (ignored): source release submitted autograded feedback gradebook.db
course/.grader                      the class's secrets, released skeletons and verdicts; never released
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.files import write_whole
from grader.problem import Problem

__all__ = ["CHECKOUT", "PACKAGES", "ROOT", "Class", "notebook_path", "solution_path"]

PACKAGES = Path(__file__).resolve().parent.parent  # where grader and nnlib lie
CHECKOUT = (PACKAGES / "solutions").is_dir()
ROOT = PACKAGES if CHECKOUT else Path(__file__).resolve().parent / "course_files"  # of an installed wheel


def solution_path(chapter: str) -> Path:
    return ROOT / "solutions" / f"{chapter}.py"


def notebook_path(chapter: str) -> Path:
    return ROOT / "notebooks" / chapter / f"{chapter}.ipynb"


@dataclass(frozen=True)
class Class:
    """One class's folder. `submitted/<student>/<chapter>/<chapter>.ipynb` is where hand-ins lie."""

    root: Path

    @property
    def option(self) -> str:
        """What a command that we suggest needs, so that it means this class: nothing for the class that is meant by
        itself."""
        here, root = Path.cwd().resolve(), self.root.resolve()
        if root == here / "course":
            return ""
        return f" --course {shlex.quote(str(root.relative_to(here) if root.is_relative_to(here) else root))}"

    @property
    def private(self) -> Path:
        return self.root / ".grader"

    @property
    def db_url(self) -> str:
        """SQLAlchemy's URL of the gradebook: the one that was kept, else a file in the class folder."""
        kept = self.private / "gradebook"
        return kept.read_text() if kept.exists() else f"sqlite:///{self.root / 'gradebook.db'}"

    @property
    def gradebook_file(self) -> Path | None:
        """None where the gradebook is on a server."""
        scheme, _, path = self.db_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    def keep_gradebook(self, url: str) -> None:
        """The URL may hold a password, so its owner only may read it."""
        self._write(self.private / "gradebook", url)

    @property
    def groupshared(self) -> bool:
        """Do several teachers, of one group, write here? Else its owner only sees the private part."""
        return self.private.is_dir() and bool(self.private.stat().st_mode & stat.S_IWGRP)

    def write_as_group(self) -> None:
        """Where several teachers write, what this process writes from now on is the group's, and nobody else's."""
        if self.groupshared:
            os.umask(0o007)

    def make_private(self, folder: Path) -> None:
        self.private.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        if not self.groupshared:
            self.private.chmod(0o700)

    def _write(self, path: Path, text: str) -> None:
        self.make_private(path.parent)
        write_whole(path, text, private=not self.groupshared)

    def share(self) -> None:
        """With the group of the folder, whose members may write here from now on, and nobody else read."""
        self.private.mkdir(parents=True, exist_ok=True)
        group = self.root.stat().st_gid
        for folder, _, files in os.walk(self.root):
            paths = [Path(folder), *(Path(folder, name) for name in files)]
            for path in (path for path in paths if not path.is_symlink()):
                mode = path.stat().st_mode
                if path.stat().st_uid == os.getuid():
                    if path.stat().st_gid != group:
                        os.chown(path, -1, group)
                    path.chmod(mode & 0o770 | (0o2070 if path.is_dir() else 0o060))
        self.write_as_group()

    def submission(self, student: str, chapter: str) -> Path:
        return self.root / "submitted" / student / chapter / f"{chapter}.ipynb"

    def skeleton(self, release: str) -> Path:
        """The notebook as released; grading rebuilds from it."""
        return self.private / "skeletons" / f"{release}.ipynb"

    def verdict_folder(self, chapter: str) -> Path:
        return self.private / "verdicts" / chapter

    def kept(self, kind: str, chapter: str) -> dict[str, Any]:
        """What was last kept of this kind about a chapter; nothing where nothing was."""
        try:
            return dict(json.loads(self._kept(kind, chapter).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}

    def keep(self, kind: str, chapter: str, entries: Mapping[str, Any]) -> None:
        if entries != self.kept(kind, chapter):
            self._write(self._kept(kind, chapter), json.dumps(entries, ensure_ascii=False))

    def _kept(self, kind: str, chapter: str) -> Path:
        return self.private / kind / f"{chapter}.json"

    def seed(self, chapter: str) -> int:
        """The class's secret seed for a chapter, readable by its owner only."""
        found = self._known_seed(chapter)
        if found is None:
            raise Problem(
                f"the secret seed of {chapter} is lost: {self._seed(chapter)}. Bring the file back from an archive;"
                f" else `grader release {chapter}{self.option}` draws a new one, and the next run grades everybody"
                " anew, by other numbers"
            )
        return found

    def draw_seed(self, chapter: str) -> None:
        """At the first release; later it stays what it is."""
        if self._known_seed(chapter) is None:
            self._write(self._seed(chapter), str(secrets.randbits(128)))

    def _known_seed(self, chapter: str) -> int | None:
        try:
            return int(self._seed(chapter).read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _seed(self, chapter: str) -> Path:
        return self.private / "seeds" / chapter
