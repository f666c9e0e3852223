"""Which records were proved as they stand, over a hundred seeds and by every one-step change of their right
answers: `make prove` writes it down, `make test` believes it.

A proof depends on nothing but text: the record with the records and the functions of nnlib that it draws on, the
chapter's solution, and what judges. While none of it has changed, a hundred seeds say again what they said; one
is tried all the same, on this machine's NumPy, with a part of the bank and of the changes.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar
from xml.etree import ElementTree

import grader
from grader.record.exercise import Exercise
from tests.course.answers import EXERCISES, source
from tests.passed import deciding

T = TypeVar("T")
PACKAGE, HERE = Path(grader.__file__).parent, Path(__file__).parent
PROVED = HERE / "proved.json"
TRIES = (
    "answers",
    "changes",
    "probes",
    "test_changes",
    "test_coverage",
    "test_exercises",
    "test_knows_nothing",
)
NAMED = PACKAGE / "calls" / "fixtures"
ALL, FEW = range(100), range(1)
ONE_OF = 10  # answers of a record that is proved


def named_in(record: bytes) -> list[bytes]:
    """The files of arguments by name that a record draws on."""
    found = []
    for path in sorted({*NAMED.glob("[a-z]*.py")} - {NAMED / "shared.py"}):  # that one belongs to all proofs
        names = importlib.import_module(f"grader.calls.fixtures.{path.stem}").FIXTURES
        if any(f'"{name}"'.encode() in record for name in names):
            found.append(text_of(path))
    return found


@cache
def text_of(path: Path) -> bytes:
    return path.read_bytes()


@cache
def judges() -> bytes:
    """All that decides on an outcome, but for the arguments that a chapter has by name."""
    paths = [path for path in deciding() if path.parent != NAMED or path.stem == "shared"]
    return b"\0".join(map(text_of, [*paths, *(HERE / f"{name}.py" for name in TRIES)]))


def drawn_on(module: str, seen: set[str]) -> set[str]:
    """The modules of ours whose functions this one has at hand, by name or as a module's, and those that they have,
    and so on."""
    if module in seen or not module.startswith(("grader.exercises.", "nnlib.")):
        return seen
    seen.add(module)
    for name, value in list(vars(sys.modules[module]).items()):
        for used in _used(module, name, value) if inspect.ismodule(value) else [value]:
            if inspect.isfunction(used) or inspect.isclass(used):
                drawn_on(used.__module__, seen)
    return seen


def _used(module: str, name: str, other: ModuleType) -> list[object]:
    """What a module says of another one that it knows by this name."""
    text = text_of(Path(sys.modules[module].__file__)).decode()
    return [getattr(other, used, None) for used in re.findall(rf"\b{re.escape(name)}\.(\w+)", text)]


def proof(chapter: str, exercise: Exercise) -> str:
    """The name of a proof: a hash of all that it depends on."""
    names: set[str] = set()
    for fn in (exercise.reference, exercise.gradient_of, *exercise.alternatives):
        if fn is not None:
            drawn_on(fn.__module__, names)
    drawn_on("nnlib.gradcheck", names)
    files = [text_of(Path(sys.modules[name].__file__)) for name in sorted(names)]
    cells = {cell.id: cell.source for cell in source(chapter).cells}
    arguments = named_in(b"".join(files))
    shown = [cells[name].encode() for name in (*exercise.uses, exercise.function) if name in cells]
    return hashlib.sha256(b"\0".join([judges(), *files, *arguments, *shown])).hexdigest()[:16]


@cache
def proved() -> dict[str, str]:
    return json.loads(PROVED.read_text(encoding="utf-8")) if PROVED.exists() else {}


def known(chapter: str, exercise: Exercise) -> bool:
    """Has nothing changed since it was proved? Where PROVE is set, nothing is known."""
    return "PROVE" not in os.environ and proved().get(exercise.function) == proof(chapter, exercise)


def seeds(chapter: str, exercise: Exercise) -> range:
    return FEW if known(chapter, exercise) else ALL


def some(chapter: str, exercise: Exercise, answers: Iterable[T]) -> list[T]:
    """Which answers are tried: all, or some of a record that is proved, the first among them."""
    return list(answers)[:: ONE_OF if known(chapter, exercise) else 1]


def prove(names: list[str]) -> set[str]:
    """Try all that is asked of these exercises; the names of those that passed."""
    tests = [str(HERE / f"test_{what}.py") for what in ("exercises", "changes", "coverage", "knows_nothing")]
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        options = [
            "-n",
            "auto",
            "--dist",
            "worksteal",
            "-q",
            "-k",
            " or ".join(names),
            f"--junitxml={results}",
        ]
        code = subprocess.run([sys.executable, "-m", "pytest", *options, *tests], check=False).returncode
        if code > 1:  # stopped, or not begun
            return set()
        cases = list(ElementTree.parse(results).iter("testcase"))
    failed = [case.get("name", "") for case in cases if {"failure", "error"} & {part.tag for part in case}]
    return set(names) - {part for name in failed for part in re.split(r"[\[\]-]", name)}


def main() -> int:
    """Prove every record that has changed (where PROVE is set, every one); note after each chapter what passed."""
    waiting: dict[str, list[str]] = {}
    for chapter, exercise in EXERCISES:
        if not known(chapter, exercise):
            waiting.setdefault(chapter, []).append(exercise.function)
    print(f"{sum(map(len, waiting.values()))} of {len(EXERCISES)} records to prove", flush=True)
    failed: list[str] = []
    noted = dict(proved())
    for chapter, names in waiting.items():
        print(f"{chapter}: {', '.join(names)}", flush=True)
        passed = prove(names)
        failed += sorted(set(names) - passed)
        noted |= {
            x.function: proof(chapter, x) for c, x in EXERCISES if c == chapter and x.function in passed
        }
        noted = {x.function: noted[x.function] for _, x in EXERCISES if x.function in noted}
        PROVED.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")
    if failed:
        print(f"not proved: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
