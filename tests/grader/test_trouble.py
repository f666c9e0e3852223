"""A full disk and a locked gradebook: a clear error, nothing half-written, and the next run completes the work."""

from __future__ import annotations

import os
import sqlite3

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from sqlalchemy.exc import OperationalError

from grader.autograde.autograde import autograde
from grader.files import write_whole
from grader.grading import settle as settling
from grader.grading.journal import Journal
from grader.grading.shown import autograded_path
from grader.nbgrader_bridge import gradebook as bridge
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from tests.grader.made_up_class import CHAPTER, hand_in, outcomes, verdict, workshop

STUDENTS = ("ada", "bo", "cy")


@pytest.fixture
def full_class(course, monkeypatch):
    """Three hand-ins, graded without a sandbox."""
    given = verdict(outcomes())
    monkeypatch.setattr(settling, "_grade", lambda *args, **how: given)
    notebook = workshop(course).answered()
    for student in STUDENTS:
        hand_in(course, student, notebook)
    return course


def grade_class(course):
    return autograde(course, CHAPTER, workers=1, console=Console(quiet=True))


def entered(course) -> set[str]:
    with Gradebook(course.db_url, COURSE_ID) as book:
        return {s.student.id for s in book.assignment_submissions(CHAPTER)}


def check_whole(course) -> None:
    """Everybody is graded once more without trouble, and no draft lies about."""
    results = grade_class(course)
    assert [r.broken for r in results] == [[], [], []]
    assert entered(course) == set(STUDENTS)
    for student in STUDENTS:
        nbformat.validate(nbformat.read(autograded_path(course, student, CHAPTER), 4))
        assert Journal.of(course, CHAPTER).get(student) is not None
    assert not list(course.root.rglob("*.tmp"))


# ── a full disk ──────────────────────────────────────────────────────────────────────────────────────────


def full_for(student: str, kind: str):
    """os.open for a disk that is full after half of this student's file of one kind."""
    honest = os.open

    def opened(path, flags, *args, **how):
        descriptor = honest(path, flags, *args, **how)
        if student in str(path) and kind in str(path) and flags & os.O_WRONLY:
            os.write(descriptor, b"half")
            os.close(descriptor)
            return honest("/dev/full", os.O_WRONLY)
        return descriptor

    return opened


@pytest.mark.parametrize("kind", ["verdicts", "autograded"])
def test_a_full_disk_costs_one_row_for_now(full_class, monkeypatch, kind):
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full_for("bo", kind))
        ada, bo, cy = grade_class(full_class)
    assert "No space left on device" in bo.broken[0]
    assert ada.broken == cy.broken == []
    assert entered(full_class) == {"ada", "cy"}
    assert Journal.of(full_class, CHAPTER).get("bo") is None
    assert not list(full_class.root.rglob("*.tmp"))
    check_whole(full_class)


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "verdict.json"
    write_whole(path, "old")
    monkeypatch.setattr(os, "open", full_for("verdict", "verdict"))
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["verdict.json"]


def test_a_disk_that_is_really_full(full_class):
    """In a child process, whose files the kernel limits to 4 kB: every write breaks off in the middle."""
    pytest.importorskip("resource")
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = 0 if in_a_narrow_place(full_class) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert entered(full_class) == set()
    assert not list(full_class.root.rglob("*.tmp"))
    check_whole(full_class)


def in_a_narrow_place(course) -> bool:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    results = grade_class(course)
    return len(results) == 3 and all("File too large" in r.error for r in results)


# ── a gradebook that somebody else holds ─────────────────────────────────────────────────────────────────


@pytest.fixture
def locked(full_class):
    """Another connection holds the gradebook for itself."""
    other = sqlite3.connect(full_class.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    yield full_class
    other.close()


def test_a_locked_gradebook_is_said_in_one_line(locked):
    with pytest.raises(Problem) as problem:
        grade_class(locked)
    assert "gradebook" in str(problem.value)
    assert "locked" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_after_a_locked_gradebook_nothing_is_graded_again(full_class, monkeypatch):
    other = sqlite3.connect(full_class.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Problem):
        grade_class(full_class)
    other.close()
    assert entered(full_class) == set()
    monkeypatch.setattr(settling, "_grade", lambda *args, **how: 1 / 0)  # the journal has kept the verdicts
    assert [r.reused for r in grade_class(full_class)] == [True] * 3
    assert entered(full_class) == set(STUDENTS)


def test_half_a_batch_is_never_entered(full_class, monkeypatch):
    """An error at the last student of a batch takes the first ones back."""
    honest, seen = bridge._submission, []

    def submission(book, assignment, result, there):
        seen.append(result.student)
        if result.student == "cy":
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
        return honest(book, assignment, result, there)

    with monkeypatch.context() as patch:
        patch.setattr(bridge, "_submission", submission)
        with pytest.raises((Problem, OperationalError), match="disk is full"):
            grade_class(full_class)
    assert set(seen) == set(STUDENTS)
    assert entered(full_class) == set()
    check_whole(full_class)
