"""Settle one hand-in: read it, grade it or take its verdict from the journal, write what people look at."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.course import Class
from grader.journal import Journal, content_key
from grader.submitted import HandIn, released
from grader.verdict import Verdict, seed_hash

__all__ = ["Job", "Result", "settle"]

RELEASE = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Job:
    """All that a worker needs to settle one hand-in."""

    root: Path
    chapter: str
    hand_in: HandIn
    seed: int
    isolation: str
    version: str
    force: bool = False
    execute: str = "points"


@dataclass(frozen=True)
class Result:
    """What came of a job: a verdict, or an error of ours (then nothing is entered)."""

    student: str
    verdict: Verdict | None = None
    written: Mapping[str, bool] = field(default_factory=dict)
    timestamp: str = ""
    reused: bool = False
    error: str = ""

    @property
    def broken(self) -> list[str]:
        """What of ours is at fault, in words: the whole job, or the check of an exercise."""
        if self.verdict is None:
            return [self.error or "no verdict"]
        return [o.found for o in self.verdict.outcomes.values() if o.status == "error"]


def settle(job: Job) -> Result:
    """Never raises: an exception here is ours, and costs this student nothing."""
    try:
        return _settle(job)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Result(job.hand_in.student, error=f"{type(error).__name__}: {error} ({place})")


def _settle(job: Job) -> Result:
    from grader.nbgrader_bridge import autograded
    from grader.submission import Unreadable, read, rebuild

    course, chapter, student = Class(job.root), job.chapter, job.hand_in.student
    content = job.hand_in.read()
    notebook = Unreadable(content) if isinstance(content, str) else read(content)
    skeleton_file = _skeleton_file(course, chapter, notebook).read_bytes()
    skeleton = read(skeleton_file)
    if isinstance(skeleton, Unreadable):
        raise RuntimeError(f"the released notebook: {skeleton.reason}")

    journal = Journal.of(course, chapter)
    how = f"{job.isolation} {job.execute}"
    key = content_key(content, skeleton_file, chapter, job.seed, how, job.version)
    verdict = None if job.force else journal.get(student, key)
    reused = verdict is not None
    if isinstance(notebook, Unreadable):
        verdict = verdict or unreadable(job, notebook.reason, skeleton)
        rebuilt = skeleton
    else:
        verdict = verdict or _grade(job, notebook, skeleton)
        rebuilt = rebuild(notebook, skeleton, chapter).notebook

    shown = autograded.autograded_notebook(rebuilt, skeleton, verdict)
    autograded.write_autograded(course, student, chapter, shown)
    result = Result(
        student,
        verdict,
        autograded.written_answers(rebuilt, skeleton),
        autograded.read_timestamp(course, student, chapter),
        reused,
    )
    if not result.broken:  # what we could not judge is tried again next time
        journal.put(student, key, verdict)
    return result


def _grade(job: Job, notebook: Any, skeleton: Any) -> Verdict:
    from grader.grade import grade

    return grade(
        notebook, job.chapter, job.seed, isolation=job.isolation, skeleton=skeleton, execute=job.execute
    )


def _skeleton_file(course: Class, chapter: str, notebook: Any) -> Path:
    """The notebook as released to this student; the newest release where the file does not say which."""
    release = getattr(notebook, "metadata", {}).get("nn_workbook", {})
    name = release.get("release") if isinstance(release, dict) else None
    if isinstance(name, str) and RELEASE.fullmatch(name) and course.skeleton(name).exists():
        return course.skeleton(name)
    return released(course, chapter)


def unreadable(job: Job, reason: str, skeleton: Any) -> Verdict:
    """No points and the reason, for every exercise."""
    from grader.exercise import registry
    from grader.outcome import failed

    advice = "Hand in the notebook again; it is graded like any other."
    outcomes = {
        name: failed(exercise, "attempted", f"nothing could be graded: {reason}", advice)
        for name, exercise in registry(job.chapter).items()
    }
    return Verdict(
        job.chapter,
        str(skeleton.metadata.get("nn_workbook", {}).get("release", "")),
        "unreadable",
        job.isolation,
        seed_hash(job.seed),
        reason=reason,
        outcomes=outcomes,
    )
