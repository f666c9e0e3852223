"""Whose file it is: the outermost name of its path that identifies somebody says so, never a name inside that.

With a roster that is the outermost level at which a name means somebody. Without one it is the level at which the
source branches: folders around everything are nobody's. What a student calls folders and files lies deeper.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from grader.collect.filenames import OTHER_CHAPTER, STRAY, Claim, claims, read_name, without_wrapper
from grader.collect.roster import Roster, is_safe

__all__ = ["whose"]

Said = Sequence[Claim | str]  # by each name of a path, the outermost first
NUMBERS = "can be read in several ways; give the gradebook that Canvas exports as --roster"


def whose(
    paths: Iterable[str], chapter: str, roster: Roster | None, pattern: re.Pattern[str] | None
) -> tuple[dict[str, tuple[str, Claim]], dict[str, str]]:
    """({path: student and what the name says}, {path: why it is not clear}); what is no hand-in for the chapter is
    in neither."""
    if pattern is not None:
        chosen = {path: read_name(path, chapter, pattern) for path in paths}
    else:
        said = {path: claims(path, chapter) for path in paths}
        level = _level(said, roster)
        chosen = {path: _at(level, path, found, chapter, roster) for path, found in said.items()}
    owned: dict[str, tuple[str, Claim]] = {}
    unclear: dict[str, str] = {}
    for path, claim in chosen.items():
        if isinstance(claim, str):
            if claim not in (OTHER_CHAPTER, STRAY):
                unclear[path] = claim
            continue
        student, reason = _student(claim, roster)
        if reason:
            unclear[path] = reason
        else:
            owned[path] = student, claim
    unclear |= _doubtful(owned, roster)
    if pattern is None and roster is None:
        unclear |= _shared(owned, said)
    return {path: found for path, found in owned.items() if path not in unclear}, unclear


def _level(said: Mapping[str, Said], roster: Roster | None) -> int | None:
    """How deep the names of students are; None where nothing branches, so that nothing tells."""
    lists = [found for path, found in said.items() if found[-1] != STRAY]
    branch = _branch(lists)
    if roster is None or branch is None:
        return branch
    depths = (depth for found in lists if (depth := _meant(found, roster)) is not None)
    return min(depths, default=branch)


def _branch(lists: Sequence[Said]) -> int | None:
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


def _meant(found: Said, roster: Roster) -> int | None:
    """The outermost level with somebody of the roster, or of an LMS."""
    for level, claim in enumerate(found):
        if isinstance(claim, Claim) and (claim.lms or roster.meant(claim)):
            return level
    return None


def _at(level: int | None, path: str, found: Said, chapter: str, roster: Roster | None) -> Claim | str:
    if found[-1] == OTHER_CHAPTER:
        return OTHER_CHAPTER
    if level is not None:
        return found[min(level, len(found) - 1)]
    claim, outer = read_name(path, chapter), without_wrapper(found)[0]
    if claim == outer or isinstance(claim, str) or isinstance(outer, str):
        return claim
    if roster is None:
        return f"may be {outer.name}'s or {claim.name}'s; collect the folder {outer.name}, or give a --roster"
    return outer if roster.meant(outer) else claim


def _student(claim: Claim, roster: Roster | None) -> tuple[str, str]:
    """The student's id, or why it is not clear."""
    if roster is not None:
        person = roster.find(claim)
        return ("", person) if isinstance(person, str) else (person.id, "")
    name = unicodedata.normalize("NFC", claim.name)
    if claim.lms == "moodle":  # the full name
        name = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
    safe = is_safe(name)
    return (name, "") if safe else ("", f"{name!r} is no student id; rename the file, or give a --roster")


def _doubtful(owned: Mapping[str, tuple[str, Claim]], roster: Roster | None) -> dict[str, str]:
    """Files of students with several of them whose names could be somebody else's, and students who may be two."""
    paths: dict[str, list[str]] = defaultdict(list)
    people: dict[str, set[str]] = defaultdict(set)
    for path, (student, claim) in owned.items():
        paths[student.casefold()].append(path)
        people[student.casefold()].add(f"{claim.lms} {claim.number}" if claim.lms else claim.name)
    unclear = {}
    for key, files in paths.items():
        for path in files:
            student, claim = owned[path]
            if roster is None and len(people[key]) > 1:
                unclear[path] = f"two people may be {student}; give a --roster"
            elif claim.others and len(files) > 1 and not (roster and roster.knows_canvas):
                unclear[path] = NUMBERS
    return unclear


def _shared(owned: Mapping[str, tuple[str, Claim]], said: Mapping[str, Said]) -> dict[str, str]:
    """Files in folders that hold several people of an LMS."""
    inside: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for path, (student, claim) in owned.items():
        inner = (c for c in said[path] if isinstance(c, Claim) and c.lms)
        inside[student] |= set() if claim.lms else {_who(c) for c in inner}
    note = "holds files of several people; collect that folder, or give a --roster"
    return {
        path: f"{claim.name} {note}" for path, (student, claim) in owned.items() if len(inside[student]) > 1
    }
