"""Whose the folders of Gradescope's export are: its submission_metadata.yml says so.

submission_9000001:
  :submitters:
  - :name: Ada Lovelace
    :sid: '77'
    :email: ada@uni.example
  :created_at: 2026-02-27 08:30:00.123456000 Z
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from grader.collect.archive import Item
from grader.collect.filenames import EXPORT, Claim
from grader.collect.stamp import parse_stamp

__all__ = ["submitters"]

FOLDER = re.compile(r"(submission_\w+):\s*")
SECTION = re.compile(r"  :?(\w+):\s*(.*)")
FIELD = re.compile(r"  (?:-|  ?)\s?:?(name|sid|email):\s*(.*)")


def submitters(items: Iterable[Item]) -> dict[str, Claim | str]:
    """{folder: who handed it in, or why that is nobody alone}. Only the list around all folders counts: one that
    lies in somebody's folder was handed in."""
    found: dict[str, Claim | str] = {}
    for item in items:
        around = item.path.removesuffix("submission_metadata.yml")
        if around != item.path and (not around or EXPORT.fullmatch(around.rstrip("/"))):
            data = item.read()
            text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            found |= {around + folder: claim for folder, claim in _listed(text).items()}
    return found


def _listed(text: str) -> dict[str, Claim | str]:
    people: dict[str, list[dict[str, str]]] = defaultdict(list)
    moments: dict[str, str] = {}
    folder = section = ""
    for line in text.splitlines():
        if match := FOLDER.fullmatch(line):
            folder, section = match[1], ""
        elif line.startswith("  -") and section == "submitters":
            people[folder].append({})
        elif match := SECTION.fullmatch(line):
            section = match[1]
            if section == "created_at":
                moments[folder] = match[2]
        if section == "submitters" and people[folder] and (match := FIELD.fullmatch(line)):
            people[folder][-1][match[1]] = _scalar(match[2])
    return {folder: _claim(folder, some, moments.get(folder, "")) for folder, some in people.items() if some}


def _claim(folder: str, people: Sequence[Mapping[str, str]], moment: str) -> Claim | str:
    if len(people) > 1:
        several = ", ".join(person.get("name", "?") for person in people)
        return f"{folder} is of several people ({several}); put a copy into a folder of each"
    names = [text for key in ("sid", "email", "name") if (text := people[0].get(key, ""))]
    if not names:
        return f"{folder} is of nobody, says submission_metadata.yml"
    number = folder.removeprefix("submission_")
    return Claim(
        names[0], "", "gradescope", number, aliases=tuple(names[1:]), when=parse_stamp(_scalar(moment))
    )


def _scalar(text: str) -> str:
    """A value as YAML writes it in one line: bare, '…' or "…"."""
    text = text.strip()
    if text[:1] == "'" == text[-1:] and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if text[:1] == '"':
        try:
            return str(json.loads(re.sub(r"\\x(..)", r"\\u00\1", text)))
        except ValueError:
            return text.strip('"')
    return "" if text in ("", "~", "null") else text
