"""The verdicts of a class on disk, each under a hash of all it depends on.

    course/.grader/verdicts/<chapter>/<student>.json

An unchanged submission keeps its verdict, so a run that was killed goes on where it stopped; a changed
submission, record, seed or grader gives another key and is graded again.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from grader.course import ROOT, Class
from grader.verdict import Verdict, seed_hash

__all__ = ["Journal", "content_key", "grader_version", "write_atomically"]


def grader_version() -> str:
    """A hash of the code that verdicts depend on: the grader with its records, nnlib with the references."""
    digest = hashlib.sha256()
    for package in ("grader", "nnlib"):
        for path in sorted((ROOT / package).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def content_key(
    submission: bytes | str, skeleton: bytes, chapter: str, seed: int, isolation: str, version: str
) -> str:
    """The name of a verdict: everything it depends on, in one hash (a `str` submission is why there is none)."""
    parts = (submission, skeleton, chapter, seed_hash(seed), isolation, version)
    data = (part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in data)).hexdigest()


@dataclass(frozen=True)
class Journal:
    """The verdicts of one chapter of one class."""

    folder: Path

    @classmethod
    def of(cls, course: Class, chapter: str) -> Journal:
        return cls(course.verdict_folder(chapter))

    def path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    def get(self, student: str, key: str | None = None) -> Verdict | None:
        """The student's verdict if it has this key (any key where None); None where there is none to use."""
        try:
            entry = json.loads(self.path(student).read_text(encoding="utf-8"))
            if key is not None and entry["key"] != key:
                return None
            return Verdict.from_json(entry["verdict"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # absent, or not ours: grade again
            return None

    def put(self, student: str, key: str, verdict: Verdict) -> None:
        write_atomically(self.path(student), json.dumps({"key": key, "verdict": verdict.to_json()}))


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
