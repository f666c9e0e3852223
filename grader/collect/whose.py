"""Whose file it is: the outermost name of its path that identifies somebody says so, never a name inside that.

With a roster that is the outermost level at which a name means somebody. Without one it is the level at which the
source branches: folders around everything are nobody's. What a student calls folders and files lies deeper.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.collect.filenames import (
    HIDDEN,
    NO_HAND_IN,
    OTHER_CHAPTER,
    STRAY,
    TEST_STUDENT,
    Claim,
    claims,
    is_archive,
    is_work,
    outermost,
    read_name,
    without_wrapper,
)
from grader.collect.names import dashed, is_safe
from grader.collect.roster import Roster

__all__ = ["Owners", "whose"]

Readings = Sequence[Claim | str]  # by each name of a path, the outermost first
BY_ITSELF = "; a zip of several people's files is collected by itself"
NUMBERS = "can be read in several ways; give the gradebook that Canvas exports as --roster"


@dataclass(frozen=True)
class Owners:
    """Each path of a source is in one of these: student and what the name says, why it is not clear, why it is no
    hand-in."""

    owned: dict[str, tuple[str, Claim]] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def whose(
    paths: Iterable[str],
    chapter: str,
    roster: Roster | None,
    pattern: re.Pattern[str] | None,
    known: Mapping[str, Claim | str] | None = None,
) -> Owners:
    """Whose each file is. known: by Gradescope's list."""
    said = {path: claims(path, chapter, known) for path in paths}
    if pattern is not None:
        chosen = {path: read_name(path, chapter, pattern) for path in said}
    else:
        level = _level(said, roster)
        chosen = {path: _at(level, found, chapter, roster) for path, found in said.items()}
    found = Owners()
    for path, claim in chosen.items():
        student, reason = ("", claim) if isinstance(claim, str) else _student(claim, roster)
        if reason in NO_HAND_IN:
            found.left_out[path] = reason
        elif reason or isinstance(claim, str):
            found.unclear[path] = reason
        else:
            found.owned[path] = student, claim
    unclear = _doubtful(found.owned, roster)
    if pattern is None and roster is None:
        unclear |= _shared(found.owned, said)
    found.unclear.update(unclear)
    for path in unclear:
        del found.owned[path]
    return found


def _level(said: Mapping[str, Readings], roster: Roster | None) -> int | None:
    """How deep the names of students are; None where nothing branches, so that nothing tells."""
    lists = [found for found in said.values() if not _tells_nothing(found[-1])]
    branch = _branch(lists)
    if roster is None:
        return branch
    meant = [(depth, _who(found[depth])) for found in lists if (depth := _meant(found, roster)) is not None]
    level = min((depth for depth, _ in meant), default=branch)
    several = len({who for depth, who in meant if depth == level}) > 1
    return level if branch is not None or several else None


def _tells_nothing(claim: Claim | str) -> bool:
    """Of a path's last name: does it say nothing about how the source is laid out?"""
    return claim in (STRAY, HIDDEN) if isinstance(claim, str) else claim.stray


def _branch(lists: Sequence[Readings]) -> int | None:
    """The first level with several folders, or several people of an LMS."""
    for level in range(max(map(len, lists), default=0)):
        here = [found[level] for found in lists if len(found) > level]
        folders = {_who(found[level]) for found in lists if len(found) > level + 1}
        files = {_who(found[level]) for found in lists if len(found) == level + 1}
        people = {_who(claim) for claim in here if isinstance(claim, Claim) and claim.lms}
        if len(people) > 1 or (level == 0 and len(folders | files) > 1):
            return level
        if people or files or not folders:
            return None
        if len(folders) > 1:
            return level
    return None


def _who(claim: Claim | str) -> tuple[str, str, str]:
    return ("", "", claim) if isinstance(claim, str) else (claim.lms, claim.number, claim.name)


def _meant(found: Readings, roster: Roster) -> int | None:
    """The outermost level with somebody of the roster, or of an LMS."""
    for level, claim in enumerate(found):
        if isinstance(claim, Claim) and (claim.lms or roster.meant(claim)):
            return level
    return None


def _at(level: int | None, found: Readings, chapter: str, roster: Roster | None) -> Claim | str:
    if found[-1] == OTHER_CHAPTER:
        return OTHER_CHAPTER
    if level is not None:
        return found[min(level, len(found) - 1)]
    claim, outer = outermost(found), without_wrapper(found)[0]
    if claim == outer or isinstance(claim, str) or isinstance(outer, str):
        return claim
    if roster is None:
        return f"may be {outer.name}'s or {claim.name}'s; collect the folder {outer.name}, or give a --roster"
    return outer if roster.meant(outer) else claim


def _student(claim: Claim, roster: Roster | None) -> tuple[str, str]:
    """The student's id, or why it is not clear, or no hand-in."""
    known = roster is not None and roster.meant(claim)
    if claim.stray and not known and not is_work(claim.file):
        return "", STRAY
    if claim.lms == "canvas" and claim.name == "studenttest" and not known:
        return "", TEST_STUDENT
    if roster is not None:
        person = roster.find(claim)
        if isinstance(person, str):
            return "", f"{person}{BY_ITSELF}" if is_archive(claim.file) else person
        return person.id, ""
    full_name = claim.lms in ("moodle", "classroom")
    name = dashed(claim.name) if full_name else unicodedata.normalize("NFC", claim.name)
    safe = is_safe(name)
    return (
        (name, "") if safe else ("", f"{claim.name!r} is no student id; rename the file, or give a --roster")
    )


def _doubtful(owned: Mapping[str, tuple[str, Claim]], roster: Roster | None) -> dict[str, str]:
    """Files of students with several of them whose names could be somebody else's, and students who may be two."""
    paths: dict[str, list[str]] = defaultdict(list)
    people: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for path, (student, claim) in owned.items():
        paths[student.casefold()].append(path)
        if claim.lms or roster is None:
            people[student.casefold()].add(claim.person)
    mend = "give a --roster" if roster is None else "rename the files to the students' ids"
    unclear = {}
    for key, files in paths.items():
        for path in files:
            student, claim = owned[path]
            if len(people[key]) > 1:
                unclear[path] = f"two people may be {student}; {mend}"
            elif claim.others and len(files) > 1 and not (roster and roster.knows_canvas):
                unclear[path] = NUMBERS
    return unclear


def _shared(owned: Mapping[str, tuple[str, Claim]], said: Mapping[str, Readings]) -> dict[str, str]:
    """Files in folders that hold several people of an LMS."""
    inside: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for path, (student, claim) in owned.items():
        inner = (c for c in said[path] if isinstance(c, Claim) and c.lms)
        inside[student] |= set() if claim.lms else {_who(c) for c in inner}
    note = "holds files of several people; collect that folder, or give a --roster"
    return {
        path: f"{claim.name} {note}" for path, (student, claim) in owned.items() if len(inside[student]) > 1
    }
