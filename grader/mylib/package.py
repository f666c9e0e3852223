"""The reader's library as files: which functions are in it, and the text of each file."""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import io
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.calls import local
from grader.calls.plain import FIRST_CALL
from grader.course import PACKAGES
from grader.home.answers import Written, read
from grader.home.my import choose
from grader.home.slices import Import, in_lines
from grader.judging.judge import judge, share, trials
from grader.mylib.modules import Module, requirements, why_not_portable
from grader.mylib.readme import readme
from grader.mylib.taken import taken
from grader.mylib.tests import tests
from grader.record.registry import chapters, find_chapter, find_exercise, registry

__all__ = ["NAME", "Library", "library"]

NAME = "mylib"
ALONE = "right in its notebook, not in the library: does another cell, too, define a name that it uses?"
PROJECT = """\
[build-system]
requires = ["setuptools>=70.1"]
build-backend = "setuptools.build_meta"

[project]
name = "{name}"
version = "0.1.0"
description = "Functions of neural networks in NumPy, written by hand."
readme = "README.md"
requires-python = ">=3.11"
dependencies = [{dependencies}]

[tool.setuptools.packages.find]
include = ["{name}*"]

[tool.setuptools.package-data]
"{name}.ours" = ["LICENSE"]
"""
OURS = '''\
"""What your functions use of the course's own library, unchanged, under the course's licence: see LICENSE."""
'''


@dataclass(frozen=True)
class Library:
    """own: the reader's functions that are in it. missing: why the others are not."""

    own: Mapping[str, Written]
    missing: Mapping[str, str]
    files: Mapping[str, str]


def library() -> Library:
    """What the working copy around this folder makes. Each function is tried once more as it stands in the package,
    since there it stands on the reader's other functions."""
    own, missing = _right()
    while True:
        files = _files(own, missing)
        broken = _tried(files, own)
        if not broken:
            return Library(own, missing, files)
        missing |= broken
        own = {name: written for name, written in own.items() if name not in broken}


def _right() -> tuple[dict[str, Written], dict[str, str]]:
    """The answers that are right, and of all others why not. Slow ones are right, too."""
    own, missing = {}, {}
    for name in registry():
        choice = choose(name)
        others = frozenset(registry(find_chapter(name))) - {name}
        if not choice.right:
            missing[name] = choice.why
        elif why := why_not_portable(written := read(name, without=others)):
            missing[name] = why
        else:
            own[name] = written
    return own, missing


def _files(own: Mapping[str, Written], missing: Mapping[str, str]) -> dict[str, str]:
    modules = [Module(chapter, own) for chapter in chapters()]
    modules = [module for module in modules if module.names]
    ours = taken({wanted for module in modules for wanted in module.wanted}, at=".")
    package = {f"{NAME}/{module.chapter}.py": module.text for module in modules}
    package |= {f"{NAME}/ours/{file}": text for file, text in ours.items()}
    needs = ", ".join(f'"{name}"' for name in requirements(package.values()))
    if ours:
        package |= {f"{NAME}/ours/__init__.py": OURS, f"{NAME}/ours/LICENSE": _licence()}
    return {
        "README.md": readme(modules, missing),
        "pyproject.toml": PROJECT.format(name=NAME, dependencies=needs),
        f"{NAME}/__init__.py": _entrance(modules),
        **package,
        **{f"tests/{file}": text for file, text in tests(own).items()},
    }


def _entrance(modules: list[Module]) -> str:
    lines = in_lines(Import(f".{m.chapter}", name, name) for m in modules for name in m.names)
    names = [f'    "{name}",' for module in modules for name in module.names]
    about = '"""Functions of neural networks in NumPy, written by hand."""'
    return "\n".join([about, "", *lines, "", "__all__ = [", *names, "]"]) + "\n"


def _licence() -> str:
    path = PACKAGES / "LICENSE"
    if path.exists():
        return path.read_text(encoding="utf-8")
    return importlib.metadata.distribution("nn-workbook").read_text("licenses/LICENSE") or ""


# ── tried as it stands ───────────────────────────────────────────────────────────────────────────────────


def _tried(files: Mapping[str, str], own: Mapping[str, Written]) -> dict[str, str]:
    """{function: why} of those that are not right in the package."""
    broken = dict[str, str]()
    with _importable(files):
        for chapter in sorted({find_chapter(name) for name in own}):
            names = [name for name in own if find_chapter(name) == chapter]
            try:
                module = importlib.import_module(f"{NAME}.{chapter}")
            except Exception as error:
                broken |= dict.fromkeys(
                    names, f"its chapter cannot be imported: {type(error).__name__}: {error}"
                )
                break
            broken |= {name: ALONE for name in names if not _passes(module, name)}
    return broken


def _passes(module: object, name: str) -> bool:
    exercise, function = find_exercise(name), getattr(module, name)
    limit = exercise.seconds + FIRST_CALL
    results = judge(
        exercise, trials(exercise), lambda call, script: local.ask(function, call, script, seconds=limit)
    )
    return share(exercise, results) == 1


@contextlib.contextmanager
def _importable(files: Mapping[str, str]) -> Iterator[None]:
    """The chapters of the package, for a moment, quietly, and without what imports them all."""

    def loaded() -> list[str]:
        return [name for name in sys.modules if name.partition(".")[0] == NAME]

    before = {name: sys.modules.pop(name) for name in loaded()}
    screen = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        for path, text in {**files, f"{NAME}/__init__.py": ""}.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen), local.unattended():
                yield
        finally:
            sys.path.remove(folder)
            for name in loaded():
                del sys.modules[name]
            sys.modules.update(before)
