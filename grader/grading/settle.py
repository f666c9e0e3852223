"""Settle one hand-in: read it, grade it or take its verdict from the journal, write what people look at."""

from __future__ import annotations

import hashlib
import re
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from nbformat import NotebookNode

from grader.collect.stamp import read_stamp
from grader.collect.submitted import HandIn, released
from grader.course import Class
from grader.grading.asked import asked, priced
from grader.grading.incoming import as_dict
from grader.grading.journal import Journal, Kept, content_hash, content_key, record_versions
from grader.grading.shown import (
    autograded_notebook,
    is_current,
    write_autograded,
    written_answers,
)
from grader.grading.submission import Submission, Unreadable, read, rebuild
from grader.grading.verdict import Verdict, seed_hash
from grader.text import plain_line

__all__ = [
    "Job",
    "Result",
    "Work",
    "finish",
    "grade_work",
    "guarded",
    "look_up",
    "newest_release",
    "settle",
    "settled",
    "shown",
]

ASKED = ("answer", "written", "check")
RELEASE = re.compile(r"[0-9a-f]{12}")
T = TypeVar("T")


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
    unchanged: bool = False  # the hand-in is the one that was graded before
    error: str = ""

    @property
    def broken(self) -> list[str]:
        """What of ours is at fault, in words: the whole job, or the check of an exercise."""
        if self.verdict is None:
            return [self.error or "no verdict"]
        return [o.found for o in self.verdict.outcomes.values() if o.status == "error"]


@dataclass(frozen=True)
class Work:
    """A hand-in that is to be graded, or only shown again. only: the exercises that are to be judged, None for
    all of them, empty for none. kept: what was judged before and stays. content: a hash of the hand-in."""

    job: Job
    notebook: NotebookNode | Unreadable
    skeleton: NotebookNode
    key: str
    release: str
    skeleton_hash: str
    content: str
    kept: Kept | None = None
    only: Collection[str] | None = None
    unchanged: bool = False

    @cached_property
    def submission(self) -> Submission:
        assert isinstance(self.notebook, NotebookNode)
        found = rebuild(self.notebook, self.skeleton, self.job.chapter)
        remark = self.job.hand_in.remark
        return replace(found, repairs=(remark, *found.repairs)) if remark else found

    @property
    def settled(self) -> bool:
        """Is there nothing to execute?"""
        return isinstance(self.notebook, Unreadable) or (self.kept is not None and not self.only)


def settle(job: Job) -> Result:
    """Never raises: an exception here is ours, and costs this student nothing."""
    return guarded(job, lambda: _settle(job))


def _settle(job: Job) -> Result:
    found = look_up(job)
    return found if isinstance(found, Result) else finish(found, grade_work(found))


def guarded(job: Job, work: Callable[[], T]) -> T | Result:
    """What `work` returns, or its exception as a result."""
    try:
        return work()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        return Result(job.hand_in.student, error=f"{type(error).__name__}: {_words(error)} ({place})")


def _words(error: Exception) -> str:
    """What an error says, which may be long, or an error itself where it quotes a hand-in."""
    try:
        return str(error)[:500]
    except Exception:
        return "no words"


@dataclass(frozen=True)
class _Before:
    """What is known of a hand-in. kept: a verdict that holds, but for the exercises in `stale`. unchanged: since it
    was graded last."""

    content: bytes | str
    key: str
    kept: Kept | None
    stale: list[str]
    unchanged: bool


def _before(job: Job) -> _Before:
    course, chapter = Class(job.root), job.chapter
    content = job.hand_in.read()
    key, kept = _kept(job, content)
    last = kept or Journal.of(course, chapter).kept(job.hand_in.student)  # by another grader, too
    unchanged = last is not None and (last is kept or last.content == content_hash(content))
    if job.force:
        kept = None
    if kept and kept.skeleton != _hash(_skeleton_file(course, chapter, kept.release)):
        kept = None
    records = record_versions(chapter)
    stale = [name for name in records if kept and kept.records.get(name) != records[name]]
    return _Before(content, key, kept, stale, unchanged)


def settled(job: Job) -> Result | None:
    """What the journal says of this hand-in where nothing has changed and the notebook that people look at lies in
    its place."""
    return _settled(job, _before(job))


def _settled(job: Job, before: _Before) -> Result | None:
    course, chapter, student, kept = Class(job.root), job.chapter, job.hand_in.student, before.kept
    if not kept or before.stale or set(kept.records) != set(record_versions(chapter)):
        return None
    if not is_current(course, student, chapter):
        return None
    verdict = priced(kept.verdict, asked(course, chapter))
    stamp = read_stamp(course.submission(student, chapter).parent)
    return Result(student, verdict, kept.written, stamp, reused=True, unchanged=True)


def look_up(job: Job, *, show: bool = False) -> Result | Work:
    """What is settled (unless `show`); else what is to be done."""
    course, chapter = Class(job.root), job.chapter
    before = _before(job)
    if not show and (found := _settled(job, before)):
        return found
    notebook = Unreadable(before.content) if isinstance(before.content, str) else read(before.content)
    release = _named_release(notebook)
    skeleton_file = _skeleton_file(course, chapter, release)
    skeleton = _skeleton(skeleton_file, skeleton_file.stat().st_mtime_ns)
    if _chapter_of(skeleton) not in ("", chapter):  # a release of another chapter
        skeleton_file = released(course, chapter)
        skeleton = newest_release(course, chapter)
    if isinstance(notebook, NotebookNode) and _is_of_another(notebook, skeleton, chapter):
        other = plain_line(_chapter_of(notebook))[:60]
        notebook = Unreadable(f"this is the notebook of chapter {other}, not of {chapter}")
    return Work(
        job,
        notebook,
        skeleton,
        before.key,
        release,
        _hash(skeleton_file),
        content_hash(before.content),
        before.kept,
        before.stale if before.kept else None,
        before.unchanged,
    )


def _kept(job: Job, content: bytes | str) -> tuple[str, Kept | None]:
    """The key of this hand-in, and what the journal has under it. A run of all cells holds what points depend on."""
    journal = Journal.of(Class(job.root), job.chapter)
    keys = [
        content_key(content, job.chapter, job.seed, f"{job.isolation} {execute}", job.version)
        for execute in ("points", "all")
        if job.execute in ("points", execute)
    ]
    for key in keys:
        if kept := journal.kept(job.hand_in.student, key):
            return key, kept
    return keys[0], None


def grade_work(work: Work) -> Verdict:
    """The pure part: needs no file of the class."""
    job = work.job
    if isinstance(work.notebook, Unreadable):
        return unreadable(job, work.notebook.reason, work.skeleton)
    if work.kept and not work.only:
        return work.kept.verdict
    return _grade(job, work.submission, work.skeleton, work.only)


def finish(work: Work, verdict: Verdict) -> Result:
    """Put the verdict and the notebook that people look at where they belong."""
    job, records = work.job, record_versions(work.job.chapter)
    course, chapter, student = Class(job.root), job.chapter, job.hand_in.student
    journal, list_now = Journal.of(course, chapter), asked(course, chapter)
    if work.kept and not isinstance(work.notebook, Unreadable):
        verdict = replace(
            verdict,
            outcomes={**work.kept.verdict.outcomes, **verdict.outcomes},
            similar={**work.kept.verdict.similar, **verdict.similar},
            structures={**work.kept.verdict.structures, **verdict.structures},
            outputs={**work.kept.verdict.outputs, **verdict.outputs},
        )
    before = journal.kept(student)
    if before and before.content == work.content:  # what the course checks no more stays as it was judged
        gone = {name: o for name, o in before.verdict.outcomes.items() if name not in records}
        verdict = replace(verdict, outcomes={**gone, **verdict.outcomes})
    judged, verdict = verdict, priced(verdict, list_now)
    notebook, written = shown(work, verdict)
    write_autograded(course, student, chapter, notebook)
    reused = work.kept is not None and not work.only
    stamp = read_stamp(course.submission(student, chapter).parent)
    result = Result(student, verdict, written, stamp, reused, work.unchanged)
    if not result.broken:  # what we could not judge is tried again next time
        kept = Kept(judged, work.release, work.skeleton_hash, records, written, work.content)
        journal.put(student, work.key, kept)
    return result


def shown(work: Work, verdict: Verdict) -> tuple[NotebookNode, dict[str, bool]]:
    """The notebook for formgrader and feedback, and which written questions are answered."""
    rebuilt = work.skeleton
    if not isinstance(work.notebook, Unreadable):
        rebuilt = work.submission.notebook
    written = written_answers(rebuilt, work.skeleton)
    newest = newest_release(Class(work.job.root), work.job.chapter)
    return autograded_notebook(rebuilt, work.skeleton, verdict, newest), written


def _grade(job: Job, notebook: Any, skeleton: Any, only: Collection[str] | None = None) -> Verdict:
    from grader.grading.grade import grade

    how: dict[str, Any] = {"isolation": job.isolation, "execute": job.execute, "only": only}
    return grade(notebook, job.chapter, job.seed, skeleton=skeleton, **how)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _named_release(notebook: Any) -> str:
    """The release that the file says it was made from."""
    release = getattr(notebook, "metadata", {}).get("nn_workbook", {})
    name = release.get("release") if isinstance(release, dict) else None
    return name if isinstance(name, str) and RELEASE.fullmatch(name) else ""


def _chapter_of(notebook: Any) -> str:
    """The chapter that a notebook says it is."""
    chapter = as_dict(notebook.metadata.get("nn_workbook")).get("chapter")
    return chapter if isinstance(chapter, str) else ""


def _is_of_another(notebook: NotebookNode, skeleton: NotebookNode, chapter: str) -> bool:
    """Does it say that it is another chapter, and has no cell of this one that asks for something?"""
    asked = {c.id for c in skeleton.cells if as_dict(c.metadata.get("nn_workbook")).get("role") in ASKED}
    return _chapter_of(notebook) not in ("", chapter) and not asked & {c.id for c in notebook.cells}


@lru_cache(8)
def _skeleton(path: Path, changed: int) -> NotebookNode:
    """Read once for all that were made from it."""
    skeleton = read(path.read_bytes())
    if isinstance(skeleton, Unreadable):
        raise RuntimeError(f"the released notebook: {skeleton.reason}")
    return skeleton


def newest_release(course: Class, chapter: str) -> NotebookNode:
    path = released(course, chapter)
    return _skeleton(path, path.stat().st_mtime_ns)


def _skeleton_file(course: Class, chapter: str, release: str) -> Path:
    """The notebook as released to this student; the newest release where the file does not say which."""
    named = course.skeleton(release)
    return named if release and named.exists() else released(course, chapter)


def unreadable(job: Job, reason: str, skeleton: Any) -> Verdict:
    """No points and the reason, for every exercise."""
    from grader.judging.evaluate import failed
    from grader.record.registry import registry

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
