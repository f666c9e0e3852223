"""Which answers are alike by structure: to our own source, or to each other. For a person to look at; no points.

Answers are counted by the hash of their structure, so that the work grows with the class and not with its pairs. What
the bank has, right or wrong, or a large part of the class, is nobody's copy.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from grader.grading.structure import structure
from grader.home.chapter_files import solution_cell
from grader.record.exercise import Exercise, source_of

__all__ = ["Alike", "Known", "find_alike", "known_structures"]

PART = 5  # of a class, a fifth or two: what more have, many write


@dataclass(frozen=True)
class Known:
    """Of one exercise: the structures of its reference and of its solution, and those of its bank."""

    ours: frozenset[str]
    bank: frozenset[str]


@dataclass(frozen=True)
class Alike:
    """Students whose answers to these exercises have one structure."""

    students: tuple[str, ...]
    exercises: tuple[str, ...]


def known_structures(chapter: str, records: Mapping[str, Exercise]) -> Mapping[str, Known]:
    known = {}
    for name, record in records.items():
        ours = (inspect.getsource(record.reference), solution_cell(chapter, f'exercise="{name}"') or "")
        bank = (*record.alternatives, *(m.fn for m in record.misconceptions))
        known[name] = Known(
            frozenset(structure(source, name) for source in ours),
            frozenset(structure(source_of(fn, name), name) for fn in bank),
        )
    return known


def find_alike(
    answers: Mapping[str, Mapping[str, str]], known: Mapping[str, Known]
) -> tuple[Mapping[str, tuple[str, ...]], tuple[Alike, ...]]:
    """From {student: {exercise: structure}}: who has which answers of ours, and who the same as somebody else, those
    with the most in common first."""
    who: dict[tuple[str, str], list[str]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    for student, structures in sorted(answers.items()):
        for name, found in structures.items():
            who[name, found].append(student)
            count[name] += 1
    ours: dict[str, list[str]] = defaultdict(list)
    common: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (name, found), students in who.items():
        if name not in known or found in known[name].bank or len(students) > max(2, count[name] // PART):
            continue
        if found in known[name].ours:
            for student in students:
                ours[student].append(name)
        elif len(students) > 1:
            common[tuple(students)].append(name)
    alike = [Alike(students, tuple(names)) for students, names in common.items()]
    alike.sort(key=lambda a: (-len(a.exercises), a.students))
    return {student: tuple(names) for student, names in ours.items()}, tuple(alike)
