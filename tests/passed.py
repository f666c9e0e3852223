"""What takes long and depends on text alone: whole chapters, experiments, every record's answer to a slip
and to a forged reply. `make prove` runs what has changed since it passed and writes it down; `make test` believes it,
and tries a part on this machine.

A run depends on the files that its hash is of, and on the versions of what it computes and runs with. A change that
could break it makes it unknown, and then `make test` runs all of it, until `make prove` has.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import grader
import nnlib
from grader.course import PACKAGES, solution_path
from grader.record.registry import chapters
from tests import REPOSITORY

HERE = Path(__file__).parent
PASSED = HERE / "passed.json"
NNLIB, GRADER = Path(nnlib.__file__).parent, Path(grader.__file__).parent
JUDGES = ("calls", "record", "judging")
# They say what is wrong, once that is decided; the wire carries what is decided elsewhere.
EXPLAIN = {
    "altered",
    "beside",
    "explain",
    "formula",
    "instead",
    "left_out",
    "options",
    "outcome",
    "picture",
    "place",
    "render",
    "sizes",
    "where",
    "wire",
}
EXERCISES = GRADER / "exercises"
# The rooms that a notebook's kernel imports, and what builds the notebook (test_notebooks.py looks).
AT_HOME = ("build", "calls", "exercises", "home", "judging", "record")
WITH = (
    *(
        "ipykernel",
        "ipython",
        "jsonschema",
        "jupyter_client",
        "matplotlib",
        "nbclient",
        "nbconvert",
        "nbformat",
    ),
    *("nbgrader", "numpy", "pytest", "scikit-learn", "scipy", "torch"),
)
ONE_OF = 5  # experiments that have passed as they stand


@dataclass(frozen=True)
class Run:
    name: str
    test: Path
    part: str  # the chapter, where the test's file has a part for each; else it is tried in parts itself
    of: Callable[[str], Iterable[Path]]  # the part: the files that it depends on

    def has(self, item: pytest.Item) -> bool:
        values = getattr(item, "callspec", None) and item.callspec.params.values()
        return item.path == self.test and (not self.part or self.part in (values or ()))

    def text(self) -> str:
        """A hash of all that it depends on."""
        lines = [
            versions(),
            *(f"{_place(path)} {_hash(path)}" for path in sorted({*self.of(self.part), self.test})),
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]

    def known(self) -> bool:
        """Has nothing changed since it passed? Where PROVE is set, nothing is known."""
        return "PROVE" not in os.environ and passed().get(self.name) == self.text()


@cache
def versions() -> str:
    found = [f"python {sys.version_info[0]}.{sys.version_info[1]}"]
    for name in WITH:
        try:
            found.append(f"{name} {version(name).partition('+')[0]}")  # torch's are built for many machines
        except PackageNotFoundError:
            found.append(f"{name} missing")
    return "\n".join(found)


def _place(path: Path) -> str:
    """The same in a checkout and where the packages are installed."""
    folders = [folder for folder in (PACKAGES, REPOSITORY) if path.is_relative_to(folder)]
    return path.relative_to(folders[0]).as_posix().removeprefix("grader/course_files/")


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def python_in(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*.py")]


@cache
def library() -> list[Path]:
    return [path for path in NNLIB.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


@cache
def at_home() -> list[Path]:
    return [*GRADER.glob("*.py"), *python_in(*(GRADER / room for room in AT_HOME))]


@cache
def deciding() -> list[Path]:
    """What decides on points, room by room."""
    paths = [path for room in JUDGES for path in sorted((GRADER / room).rglob("*.py"))]
    return [path for path in paths if path.stem not in EXPLAIN]


def for_tests(*names: str) -> list[Path]:
    return [
        HERE / "conftest.py",
        HERE / "course" / "conftest.py",
        *(HERE / "course" / name for name in names),
    ]


def of_notebook(chapter: str) -> list[Path]:
    return [*library(), *at_home(), solution_path(chapter), *for_tests("answers.py")]


def of_prices(chapter: str) -> list[Path]:
    """The chapter's records, those that they take from, all that they may call, and what decides on points."""
    records, waiting = set[Path](), python_in(EXERCISES / chapter)
    while waiting:
        records.add(path := waiting.pop())
        names = re.findall(r"(?m)^from grader\.exercises\.([\w.]+) import", path.read_text(encoding="utf-8"))
        taken = {EXERCISES / f"{name.replace('.', '/')}.py" for name in names}
        waiting += taken - records
    return [*library(), *records, *deciding(), *for_tests("answers.py")]


def of_forged(chapter: str) -> list[Path]:
    """What says what is wrong decides here, too, and so does what is done where that fails."""
    return [*of_prices(chapter), *python_in(GRADER / "judging", GRADER / "grading")]


def of_experiments(part: str) -> list[Path]:
    mine = [path for path in python_in(HERE / "nnlib") if not path.name.startswith("test_")]
    return [*library(), *mine, *python_in(REPOSITORY / "benchmarks" / "training"), HERE / "conftest.py"]


@cache
def runs() -> dict[str, Run]:
    notebooks, prices = HERE / "course" / "test_notebooks.py", HERE / "course" / "test_prices.py"
    forged = HERE / "grader" / "test_forged.py"
    experiments = sorted((HERE / "nnlib").glob("test_experiments*.py"))
    found = [
        *(Run(f"notebook {chapter}", notebooks, chapter, of_notebook) for chapter in chapters()),
        *(Run(f"prices {chapter}", prices, chapter, of_prices) for chapter in chapters()),
        *(Run(f"forged {chapter}", forged, chapter, of_forged) for chapter in chapters()),
        *(Run(path.stem.removeprefix("test_"), path, "", of_experiments) for path in experiments),
    ]
    return {run.name: run for run in found}


@cache
def passed() -> dict[str, str]:
    return json.loads(PASSED.read_text(encoding="utf-8")) if PASSED.exists() else {}


def left_out(items: Sequence[pytest.Item]) -> set[pytest.Item]:
    """What need not be run. Of the chapters one is, which is another one whenever something has changed; of
    experiments one of five."""
    files, out = {item.path for item in items}, set[pytest.Item]()
    known = [run for run in runs().values() if run.test in files and run.known()]
    tried = {run.test: run for run in sorted(known, key=Run.text)}
    for run in known:
        mine = [item for item in items if run.has(item)]
        if not run.part:
            out |= set(mine) - set(mine[::ONE_OF])
        elif tried[run.test] is not run:
            out |= set(mine)
    return out


def prove(run: Run) -> bool:
    part = ["-k", run.part] if run.part else []
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(run.test), *part]
    done = subprocess.run(
        command, env={**os.environ, "PROVE": "1"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


def main() -> int:
    """Run what has changed (where PROVE is set, all); what has passed is noted at once, so it can be stopped."""
    waiting = [run for run in runs().values() if not run.known()]
    print(f"{len(waiting)} of {len(runs())} long runs to try", flush=True)
    noted, failed = dict(passed()), list[str]()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        trying = {pool.submit(prove, run): run for run in waiting}
        for number, future in enumerate(as_completed(trying), start=1):
            run = trying[future]
            print(f"{number}/{len(waiting)} {run.name}{'' if future.result() else ': failed'}", flush=True)
            if future.result():
                noted[run.name] = run.text()
            else:
                failed.append(run.name)
            ordered = {name: noted[name] for name in runs() if name in noted}
            PASSED.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    if failed:
        print(f"not passed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
