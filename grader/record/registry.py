"""Which exercises there are: the records of every chapter, in the order of the course."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from grader.record.exercise import Exercise

__all__ = ["chapters", "find_chapter", "find_exercise", "ready_made", "records", "registry"]

FOLDER = Path(__file__).parent.parent / "exercises"


def chapters() -> tuple[str, ...]:
    """Names of the chapters that have records, in order."""
    return tuple(sorted(p.stem for p in FOLDER.iterdir() if p.stem.startswith("ch")))


@cache
def registry(chapter: str | None = None) -> Mapping[str, Exercise]:
    """{function name: Exercise} of one chapter, or of the whole course, in the order of the course."""
    if chapter is None:
        return {name: exercise for c in chapters() for name, exercise in registry(c).items()}
    if chapter not in chapters():
        raise LookupError(f"unknown chapter {chapter!r}; there are: {', '.join(chapters())}")
    module = importlib.import_module(f"grader.exercises.{chapter}")
    return {exercise.function: exercise for exercise in module.EXERCISES}


def records(package: str, *functions: str) -> tuple[Exercise, ...]:
    """The records of a chapter, each from the file of its function's name."""
    modules = (importlib.import_module(f"{package}.{function}") for function in functions)
    return tuple(getattr(module, function.upper()) for module, function in zip(modules, functions))


def ready_made(exercise: Exercise) -> dict[str, str]:
    """What may not be called while this exercise is asked: {dotted name: the last exercise that it answers}, of this
    one and of those behind it in its chapter, since what is told there would be told here."""
    try:
        chapter = list(registry(find_chapter(exercise.function)).values())
    except LookupError:
        chapter = []
    names = [e.function for e in chapter]
    ahead = chapter[names.index(exercise.function) :] if exercise.function in names else []
    return {dotted: e.function for e in (exercise, *ahead) for dotted in e.twins}


def find_chapter(function: str) -> str:
    """The chapter with a record of `function`, found by the file's name, so that one is imported, not sixteen."""
    for chapter in chapters():
        if function.isidentifier() and (FOLDER / chapter / f"{function}.py").exists():
            return chapter
    import difflib

    if function == "<lambda>":
        raise LookupError("a lambda has no name: write the answer with def")
    near = difflib.get_close_matches(function, registry(), n=1, cutoff=0.0)
    raise LookupError(f"there is no exercise called {function!r}; the nearest is {near[0]!r}")


def find_exercise(function: str) -> Exercise:
    """The record of `function`. Raises LookupError with the nearest name."""
    return registry(find_chapter(function))[function]
