"""kill -9 of the run, of a worker, of the zygote: the next run completes, and nobody is graded twice."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.grading.journal import Journal
from grader.nbgrader_bridge.config import COURSE_ID
from grader.record.registry import registry
from tests.grader.made_up_class import CHAPTER, hand_in, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
FIRST = next(iter(RECORDS))
TOTAL = sum(record.points for record in RECORDS.values())
STUDENTS = [f"s{i}" for i in range(6)]
WRONG = {"s1", "s4"}
TARGETS = ("the run", "a worker", "a zygote")
MOMENTS = [  # one kill each of the last two is in test_autograde.py and test_sandbox.py, at less cost
    pytest.param(target, seed, marks=[] if (target, seed) == ("the run", 0) else [pytest.mark.slow])
    for seed in range(7)
    for target in TARGETS
]


@pytest.fixture
def class_of_six(course):
    shop = workshop(course)
    slip = shop.notebook({**shop.solutions, FIRST: f"def {FIRST}(*args, **kwargs):\n    return 0.0"})
    for student in STUDENTS:
        hand_in(course, student, slip if student in WRONG else shop.answered())
    return course


def command(course):
    options = ["--course", str(course.root), "--isolation", LEVEL, "--workers", "2"]
    return [sys.executable, "-m", "grader.cli", "autograde", CHAPTER, *options]


def children(pid):
    """The processes below this one, nearest first."""
    found, parents = [], {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    level = [pid]
    while level:
        level = [child for child, parent in parents.items() if parent in level]
        found += level
    return found


def named(pids, words):
    for pid in pids:
        with contextlib.suppress(OSError):
            if words in Path(f"/proc/{pid}/cmdline").read_bytes():
                yield pid


def kill(run, target):
    """Kill the target if it is there; was it?"""
    if target == "the run":
        run.kill()
        return True
    words = b"spawn_main" if target == "a worker" else b"grader.engine.zygote"
    for pid in named(children(run.pid), words):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def journal(course):
    folder = Journal.of(course, CHAPTER).folder
    return {p.stem: (p.stat().st_mtime_ns, json.loads(p.read_text())["key"]) for p in folder.glob("*.json")}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
@pytest.mark.parametrize(("target", "seed"), MOMENTS)
def test_a_killed_run_is_completed_by_the_next(class_of_six, target, seed):
    course, draw = class_of_six, random.Random(f"{target} {seed}")
    run = subprocess.Popen(command(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(draw.uniform(1.0, 4.0))
    below = children(run.pid)
    deadline = time.monotonic() + 20
    while not (killed := kill(run, target)) and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    status = run.wait(120)
    before = journal(course)

    if target != "the run" and killed:  # the run survives its worker and its zygote
        assert status == 0
        assert set(before) == set(STUDENTS)
    again = subprocess.run(command(course), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    after = journal(course)
    assert set(after) == set(STUDENTS)
    assert {s: after[s] for s in before} == before  # nobody twice
    with Gradebook(course.db_url, COURSE_ID) as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(CHAPTER)}
        rows = {s.student.id: len(s.notebooks[0].grades) for s in book.assignment_submissions(CHAPTER)}
    points = {s: TOTAL - (RECORDS[FIRST].points if s in WRONG else 0) for s in STUDENTS}
    assert scores == {s: pytest.approx(points[s]) for s in STUDENTS}
    assert len(set(rows.values())) == 1
    assert soon_gone(below)


def soon_gone(pids):
    deadline = time.monotonic() + 20
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


def alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
@pytest.mark.parametrize("seconds", [2.0, pytest.param(3.0, marks=pytest.mark.slow)])
def test_an_interrupted_run_ends_and_the_next_goes_on(class_of_six, seconds):
    course = class_of_six
    run = subprocess.Popen(
        command(course), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    time.sleep(seconds)
    below = children(run.pid)
    for _ in range(2):  # as a terminal does for Ctrl-C, pressed twice
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(0.03)
    said, _ = run.communicate(timeout=60)
    assert run.returncode in (0, 130, -signal.SIGINT)  # done, stopped, on the way out
    assert run.returncode != 130 or b"run the same command again" in said
    assert soon_gone(below)
    assert subprocess.run(command(course), capture_output=True, check=False).returncode == 0
    assert set(journal(course)) == set(STUDENTS)
