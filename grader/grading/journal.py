"""The verdicts of a class on disk, each with what it was made from.

    course/.grader/verdicts/<chapter>/<student>.json

An unchanged submission keeps its verdict, so a run that was killed goes on where it stopped; a changed
submission, seed or grader gives another key and is graded again. After a change of one record only that
exercise is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader.collect.submitted import released
from grader.course import PACKAGES, Class
from grader.files import write_whole
from grader.grading.asked import Asked, asked, priced
from grader.grading.verdict import Verdict, seed_hash

__all__ = ["Journal", "Kept", "content_hash", "content_key", "grader_version", "record_versions"]


@cache
def grader_version() -> str:
    """A hash of the code that all verdicts depend on: the grader without its records, nnlib."""
    digest = hashlib.sha256()
    for package in ("grader", "nnlib"):
        for path in sorted((PACKAGES / package).rglob("*.py")):
            if "exercises" not in path.relative_to(PACKAGES).parts:
                digest.update(
                    path.relative_to(PACKAGES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
                )
    return digest.hexdigest()


@cache
def record_versions(chapter: str) -> Mapping[str, str]:
    """{exercise: a hash of its record}."""
    from grader.record.fingerprint import fingerprint
    from grader.record.registry import registry

    return {name: fingerprint(exercise) for name, exercise in registry(chapter).items()}


def content_key(submission: bytes | str, chapter: str, seed: int, how: str, version: str) -> str:
    """The name of a verdict: all that the whole of it depends on, in one hash (a `str` submission is why there
    is none)."""
    parts = (submission, chapter, seed_hash(seed), how, version)
    data = (part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in data)).hexdigest()


def content_hash(submission: bytes | str) -> str:
    """Of a hand-in, or of why there is none."""
    return hashlib.sha256(submission.encode() if isinstance(submission, str) else submission).hexdigest()


@dataclass(frozen=True)
class Kept:
    """A verdict and what else is known of the hand-in. release: the one that it names. skeleton: a hash of the
    released notebook that it was rebuilt from. records: a hash of each exercise's record. content: of the file."""

    verdict: Verdict
    release: str = ""
    skeleton: str = ""
    records: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, bool] = field(default_factory=dict)
    content: str = ""


@dataclass(frozen=True)
class Journal:
    """The verdicts of one chapter of one class, as they were judged; `get` gives them by the class's list."""

    folder: Path
    asked: Asked | None = None

    @classmethod
    def of(cls, course: Class, chapter: str) -> Journal:
        there = released(course, chapter).exists()
        return cls(course.verdict_folder(chapter), asked(course, chapter) if there else None)

    def path(self, student: str) -> Path:
        return self.folder / f"{student}.json"

    def kept(self, student: str, key: str | None = None) -> Kept | None:
        """What is kept of the student if it has this key (any key where None); None where there is nothing to use."""
        try:
            entry = json.loads(self.path(student).read_text(encoding="utf-8"))
            if key is not None and entry["key"] != key:
                return None
            entry = {name: entry[name] for name in Kept.__dataclass_fields__ if name in entry}
            return Kept(**entry | {"verdict": Verdict.from_json(entry["verdict"])})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # absent, or not ours: grade again
            return None

    def get(self, student: str, key: str | None = None) -> Verdict | None:
        kept = self.kept(student, key)
        return self.by_list(kept.verdict) if kept else None

    def by_list(self, verdict: Verdict) -> Verdict:
        return priced(verdict, self.asked) if self.asked else verdict

    def put(self, student: str, key: str, kept: Kept) -> None:
        entry = {"key": key, **kept.__dict__, "verdict": kept.verdict.to_json()}
        write_whole(self.path(student), json.dumps(entry))
