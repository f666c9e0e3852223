"""Grading with --scheduler: a real Dask scheduler and real workers, which are killed."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from nbgrader.api import Gradebook
from rich.console import Console
from typer.testing import CliRunner

from grader.autograde import cluster
from grader.autograde.autograde import autograde
from grader.autograde.cluster import run_on
from grader.cli import app
from grader.collect.submitted import find_hand_ins
from grader.course import PACKAGES, Class
from grader.grading.journal import grader_version
from grader.grading.settle import Job, Result, look_up
from grader.nbgrader_bridge.config import COURSE_ID
from grader.problem import Problem
from grader.record.exercise import source_of
from grader.record.registry import registry
from tests import REPOSITORY
from tests.grader.made_up_class import CHAPTER, hand_in, workshop
from tests.strongest_isolation import LEVEL

RECORDS = registry(CHAPTER)
NAMES = list(RECORDS)
FIRST = NAMES[0]
DEATHS = (
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"  # of workers that a job may live through; 3 by default
)


@contextmanager
def program(name, *arguments, **environment):
    """A process of Dask's command line, killed at the end with what it has started."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{name}", *map(str, arguments)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"PYTHONPATH": str(PACKAGES)} | environment
    process = subprocess.Popen(command, env=environment, start_new_session=True, **quiet)
    try:
        yield process
    finally:
        kill(process)


def kill(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def scheduler(folder, **environment):
    """(process, address)"""
    file = folder / "scheduler.json"
    where = "--host=127.0.0.1", "--port=0", f"--scheduler-file={file}"
    with program("scheduler", "--no-dashboard", *where, **environment) as p:
        deadline = time.monotonic() + 60
        while not file.exists() or not file.read_text().endswith("}"):
            assert p.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield p, json.loads(file.read_text())["address"]


def worker(address, folder, *more):
    return program("worker", address, "--nthreads=1", "--no-dashboard", f"--local-directory={folder}", *more)


def jobs_of(course):
    hand_ins = find_hand_ins(course, CHAPTER)
    job = Job(course.root, CHAPTER, hand_ins[0], course.seed(CHAPTER), LEVEL, grader_version())
    return [replace(job, hand_in=h) for h in hand_ins]


def grade_class(course, **options):
    return autograde(course, CHAPTER, isolation=LEVEL, console=Console(quiet=True), **options)


@pytest.fixture
def full_class(course):
    """Right and wrong hand-ins, each with a cell that takes a moment, and one that cannot be read."""
    shop = workshop(course)
    for i in range(6):
        name = NAMES[i % 4]
        wrong = source_of(RECORDS[name].misconceptions[i // 4].fn, name)
        notebook = shop.notebook(shop.solutions | ({name: wrong} if i else {}))
        notebook.cells.append(nbformat.v4.new_code_cell("import time; time.sleep(0.4)", id="moment"))
        hand_in(course, f"s{i}", notebook)
    hand_in(course, "zoe", b"{")
    return course


def test_a_worker_dies_midway(full_class, tmp_path, monkeypatch):
    here = Class(tmp_path / "here")
    shutil.copytree(full_class.root, here.root)
    expected = grade_class(here, workers=1)

    finished, honest = [], cluster.finish

    def finish(work, verdict):
        if len(finished) == 2:
            kill(victim)
        finished.append(work.job.hand_in.student)
        return honest(work, verdict)

    monkeypatch.setattr(cluster, "finish", finish)
    console = Console(record=True, width=120, file=io.StringIO())
    with (
        scheduler(tmp_path) as (_, address),
        worker(address, tmp_path, "--no-nanny") as victim,
        worker(address, tmp_path, "--no-nanny"),
    ):
        results = autograde(full_class, CHAPTER, isolation=LEVEL, console=console, scheduler=address)
        again = grade_class(full_class, scheduler=address)
    assert victim.returncode == -signal.SIGKILL
    assert sorted(finished) == [r.student for r in expected]  # each once
    assert "7/7" in console.export_text()

    assert [timeless(r) for r in results] == [timeless(r) for r in expected]
    assert len({r.verdict.points for r in results}) > 2
    with Gradebook(full_class.db_url, COURSE_ID) as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(CHAPTER)}
    assert scores == {r.student: pytest.approx(r.verdict.points) for r in expected}
    assert [(r.reused, r.verdict) for r in again] == [(True, r.verdict) for r in results]


def timeless(result):
    return replace(result, verdict=replace(result.verdict, seconds=0.0), timestamp="")


def test_what_cannot_grade_says_so(full_class, tmp_path, monkeypatch):
    jobs = jobs_of(full_class)[:2]
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    monkeypatch.setattr(cluster, "TICK", 0.1)
    with scheduler(tmp_path) as (process, address):
        with pytest.raises(Problem, match=r"has no worker; start one there: `dask worker tcp://"):
            list(run_on(address, jobs))
        monkeypatch.setattr(cluster, "PATIENCE", 60.0)
        with worker(address, tmp_path, "--no-nanny"):
            for changes, words in (
                ({"version": "older"}, r"worker tcp://\S+ has another version of grader or nnlib"),
                ({"isolation": "strict"}, r"worker tcp://\S+ says: no isolation 'strict' on this system"),
            ):
                with pytest.raises(Problem, match=words):
                    list(run_on(address, [replace(job, **changes) for job in jobs]))
            with monkeypatch.context() as patch:
                patch.setattr(cluster, "record_versions", lambda chapter: {FIRST: "older"})
                with pytest.raises(Problem, match=r"worker tcp://\S+ has other exercises in ch02"):
                    list(run_on(address, jobs))

            results = run_on(address, jobs)
            found = [next(results)]
            kill(process)
            with pytest.raises(Problem) as gone:
                found += results
    assert str(gone.value) == (
        f"the Dask scheduler at {address} is gone. What was finished is kept: run the command again to go on."
    )
    assert [r.verdict is not None for r in found] == [True]
    kept = [job.hand_in.student for job in jobs if isinstance(look_up(job), Result)]
    assert kept == [found[0].student]


@pytest.mark.slow
def test_a_hand_in_that_kills_workers(full_class, tmp_path, monkeypatch):
    """Its neighbours are graded all the same."""

    def errand(version, needs, question):
        import os

        if b"deadly" in question:
            os._exit(1)
        if b"broken" in question:
            raise ValueError("ours")
        from grader.autograde.cluster import answer

        return answer("", needs, question)

    for student, word in (("s1", "deadly"), ("s2", "broken")):
        path = full_class.submission(student, CHAPTER)
        path.write_text(path.read_text().replace("import time;", f"import time # {word};"))
    monkeypatch.setattr(cluster, "_errand", lambda: errand)
    with scheduler(tmp_path, **{DEATHS: "0"}) as (_, address), worker(address, tmp_path):
        results = {r.student: r for r in run_on(address, jobs_of(full_class)[:4])}
    assert results["s1"].error == "every worker that had it died"
    assert results["s2"].error.startswith("ValueError: ours")
    assert [results[s].error for s in ("s0", "s3")] == ["", ""]
    assert results["s0"].verdict.points == sum(r.points for r in RECORDS.values())


def test_a_worker_without_the_course_says_so(monkeypatch):
    monkeypatch.setattr("distributed.get_worker", lambda: SimpleNamespace(address="tcp://10.0.0.2:4711"))
    monkeypatch.setitem(sys.modules, "grader.grading.journal", None)
    words = cluster._errand()("version", None, b"")
    assert words.startswith("worker tcp://10.0.0.2:4711 cannot grade (")
    assert words.endswith("start it where nn-workbook is installed")


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Problem, match=r"pip install 'nn-workbook\[cluster\]'"):
        list(run_on("tcp://127.0.0.1:1", []))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tcp://127.0.0.1:port", "smoke://signals", ""])
def test_no_scheduler(monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    with pytest.raises(Problem, match="no Dask scheduler answers at"):
        list(run_on(address, []))


def test_workers_are_not_counted_here(course):
    with pytest.raises(Problem, match="with --scheduler, start workers there"):
        grade_class(course, workers=2, scheduler="tcp://127.0.0.1:1")


def test_the_page_about_it():
    """Its script compiles, its manifests are YAML, and its options exist."""
    text = (REPOSITORY / "docs" / "cluster.md").read_text()
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL)
    for kind, block in blocks:
        if kind == "python":
            compile(block, "slurm.py", "exec")
        elif kind == "yaml":
            assert isinstance(yaml.safe_load(block), dict)
    assert {"console", "python", "yaml", "dockerfile"} == {kind for kind, _ in blocks}
    helps = "".join(
        CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
        for command in ("autograde", "release")
    )
    used = set(re.findall(r"grader (?:autograde|release) ch02 (--[a-z]+)", text)) | {"--isolation"}
    assert used == {option for option in used if option in helps}
    assert {"--scheduler", "--gradebook"} <= used
