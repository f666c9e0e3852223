"""A small class for the tests: hand-ins made of the chapter's own answers, and verdicts without a sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.calls import local
from grader.collect.submitted import released
from grader.course import PACKAGES, Class
from grader.demo.made_class import Workshop
from grader.grading.verdict import Verdict, seed_hash
from grader.judging.evaluate import evaluate
from grader.judging.outcome import Outcome
from grader.record.registry import registry

CHAPTER = "ch02_activations"
# python -m nbgrader, without a second's work for a check that no notebook needs (grader/cli/__init__.py)
NBGRADER = """
import runpy, sys
sys.modules["rfc3987_syntax"] = None
runpy.run_module("nbgrader", run_name="__main__", alter_sys=True)
"""


def workshop(course: Class) -> Workshop:
    source = nbformat.read(course.root / "source" / CHAPTER / f"{CHAPTER}.ipynb", 4)
    return Workshop(CHAPTER, source, nbformat.read(released(course, CHAPTER), 4), registry(CHAPTER), True)


def hand_in(course: Class, student: str, notebook: NotebookNode | bytes, **files: bytes) -> Path:
    path = course.submission(student, CHAPTER)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode())
    for name, content in files.items():
        (path.parent / name).write_bytes(content)
    return path


def outcomes(wrong: Mapping[str, int] | None = None) -> dict[str, Outcome]:
    """Every exercise right, but for those that make the misconception of this number."""
    wrong = wrong or {}
    return {name: _outcome(name, wrong.get(name)) for name in registry(CHAPTER)}


@cache
def _outcome(name: str, wrong: int | None) -> Outcome:
    record = registry(CHAPTER)[name]
    function = record.reference if wrong is None else record.misconceptions[wrong].fn
    return evaluate(record, lambda call, script: local.ask(function, call, script))


def verdict(found: Mapping[str, Outcome], **values: object) -> Verdict:
    entries = {"status": "graded", "isolation": "process", "seed_hash": seed_hash(1), **values}
    return Verdict(CHAPTER, "0" * 12, outcomes=dict(found), **entries)  # type: ignore[arg-type]


def nbgrader(folder: Path, *arguments: object, ok: Sequence[int] = (0,)) -> str:
    """Run `nbgrader` as a teacher would in the class folder; its output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    private = {
        name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    environment = {**os.environ, **private, "PATH": path, "PYTHONPATH": str(PACKAGES), "MPLBACKEND": "agg"}
    command = [sys.executable, "-c", NBGRADER, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in ok, done.stdout + done.stderr
    return done.stdout + done.stderr
