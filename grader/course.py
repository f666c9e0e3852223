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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.files import write_whole

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

    def keep_gradebook(self, url: str) -> None:
        """The URL may hold a password, so its owner only may read it."""
        write_whole(self.private / "gradebook", url, private=True)
        self.private.chmod(0o700)

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
            text = json.dumps(entries, ensure_ascii=False)
            write_whole(self._kept(kind, chapter), text, private=True)

    def _kept(self, kind: str, chapter: str) -> Path:
        return self.private / kind / f"{chapter}.json"

    def seed(self, chapter: str) -> int:
        """The class's secret seed for a chapter, drawn at its release and readable by its owner only."""
        path = self.private / "seeds" / chapter
        if not path.exists():
            self._write_secret(path, str(secrets.randbits(128)))
        return int(path.read_text())

    def _write_secret(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.private.chmod(0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
