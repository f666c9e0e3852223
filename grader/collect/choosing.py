"""Which of a student's files is the notebook that counts?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.collect.archive import Item, inside
from grader.collect.filenames import Claim, is_archive, is_hidden, is_notebook, version

__all__ = ["CUT_OFF", "Version", "choose", "is_whole"]

MAX_NOTEBOOKS = 100  # of one student; nobody can mean that many
MAX_DEPTH, MAX_ARCHIVES = 3, 10  # archives in archives, and how many of one student are opened
NO_NOTEBOOK = "there is no notebook among the files; ask for the .ipynb"
CUT_OFF = "cut off, or no notebook: ask for it again"
WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Version:
    """One notebook that may be the hand-in. when: the moment of handing in, by nbgrader's timestamp.txt or the LMS,
    else the file's date; timed: that is not the moment of downloading. stamped: it is not the file's date."""

    claim: Claim
    item: Item
    when: datetime
    timed: bool
    stamped: bool
    remark: str = ""

    @property
    def order(self) -> tuple[int, datetime, int]:
        return self.claim.order, self.item.when, version(self.claim.file)[1]


def choose(chapter: str, versions: Sequence[Version]) -> tuple[Version, bytes, str] | str:
    """The notebook that counts and its bytes, with a remark; or why there is none."""
    notebooks, mend = [v for v in versions if _may_count(v)], f"Keep one, or name it {chapter}.ipynb"
    if not notebooks:
        mend += "; a zip of several people's files is collected by itself"
        notebooks, reasons = _unzipped(versions)
        if not notebooks:
            return reasons or NO_NOTEBOOK
    if len(notebooks) > MAX_NOTEBOOKS:
        return f"which of {len(notebooks)} notebooks? {mend}"
    flaws = [_flaw(v.item.read()) for v in notebooks]
    least = min(weight for weight, _ in flaws)
    good = [v for v, (weight, _) in zip(notebooks, flaws) if weight == least]
    if least == UNFIT:
        return flaws[-1][1]
    remarks = [f"{v.item.name} {why}" for v, (weight, why) in zip(notebooks, flaws) if weight > least]
    if least == DOUBTFUL:
        remarks.append(CUT_OFF)
    attempts = {v.claim.order for v in good if v.claim.lms == "blackboard"}
    if len(attempts) > 1:
        good = [v for v in good if v.claim.order == max(attempts)]
        remarks.append(f"the newest of {len(attempts)} attempts")
    named = [v for v in good if version(v.claim.file)[0] in (chapter, chapter.split("_")[0])]
    candidates = named or good
    if len({_kind(v) for v in candidates}) > 1 or _all_called_alike(candidates):
        return f"which of {len(candidates)} notebooks? {mend}"
    if len(candidates) > 1:
        remarks.append(f"the newest of {len(candidates)} versions")
    newest = max(reversed(candidates), key=lambda v: v.order)  # of equals the last, as in unpacking
    content = newest.item.read()
    return content if isinstance(content, str) else (newest, content, "; ".join(remarks))


def _may_count(v: Version) -> bool:
    return is_notebook(v.item.path) and not is_hidden(v.item.path)


WHOLE, DOUBTFUL, UNFIT = range(3)


def _flaw(content: bytes | str) -> tuple[int, str]:
    """How far this is from a notebook, and in words. What cannot be read may be one."""
    if isinstance(content, str) or is_whole(content):
        return WHOLE, ""
    if not content.strip():
        return UNFIT, "is empty; ask for the notebook again"
    if WEB_PAGE.match(content):
        return UNFIT, "is a web page (HTML), not the notebook; ask for the .ipynb"
    return DOUBTFUL, "is cut off, or no notebook"


def is_whole(content: bytes) -> bool:
    """Has it the outline of a notebook, from the first brace to the last?"""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    return text[:1] == b"{" and text[-1:] == b"}" and (b'"cells"' in text or b'"worksheets"' in text)


def _kind(v: Version) -> tuple[str, str, str]:
    """What versions of one file have in common: whose it says it is, the folder, and the name without a number."""
    return v.claim.name, v.item.path.rpartition("/")[0], version(v.claim.file)[0]


def _all_called_alike(versions: Sequence[Version]) -> bool:
    """Canvas numbers files of one name; where it has not, these are not from Canvas, but hw_2_<number>_ch02.ipynb."""
    names = [v.claim.file for v in versions if v.claim.lms == "canvas"]
    return len(names) > len(set(names))


def _unzipped(versions: Sequence[Version]) -> tuple[list[Version], str]:
    """The notebooks in a student's own zips, the outermost ones; of several versions of a zip the newest counts."""
    newest: dict[tuple[str, str, str], Version] = {}
    for v in versions:
        if is_archive(v.item.path) and not is_hidden(v.item.path):
            newest[_kind(v)] = max(v, newest.get(_kind(v), v), key=lambda v: v.order)
    archives, reasons, opened = list(newest.values()), [], 0
    for _ in range(MAX_DEPTH):
        deeper: list[Version] = []
        for v in archives[: MAX_ARCHIVES - opened]:
            data = v.item.read()
            found = data if isinstance(data, str) else inside(data, v.item.name)
            opened += 1
            if isinstance(found, str):
                reasons.append(f"{v.item.name}: {found}")
                continue
            reasons += [f"{v.item.name}: {path} {reason}" for path, reason in found.refused]
            for item in found.items:
                inner = Item(f"{v.item.path}/{item.path}", v.item.when, item.read)
                deeper.append(replace(v, claim=replace(v.claim, file=item.path), item=inner))
        if notebooks := [v for v in deeper if _may_count(v)]:
            return notebooks, ""
        archives = [v for v in deeper if is_archive(v.item.path) and not is_hidden(v.item.path)]
    if archives:
        reasons.append(f"{archives[0].item.name} lies in more than {MAX_DEPTH} archives; ask for the .ipynb")
    return [], "; ".join(reasons)
