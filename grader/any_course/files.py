"""What lies beside a notebook and is there when it runs: the course's files and the student's, but no notebook."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from grader.beneath import HARD_LINK, folder
from grader.problem import Problem

__all__ = ["UNFINISHED", "cut_links", "files_in", "is_notebook"]

UNFINISHED = ".unfinished"  # in autograded/<student>/<assignment>, until the points are entered

MOST = 1 << 30  # bytes: they are held in memory
LARGEST = 20 << 20  # bytes of a notebook
MOST_CELLS = 2000


def files_in(place: Path) -> dict[str, bytes]:
    """{name in the folder: content}. Links are left out, and notebooks: those in autograded/ hold hidden tests."""
    found: dict[str, bytes] = {}
    for where, _, names in os.walk(place):
        for name in sorted(names):
            path = Path(where, name)
            if path.suffix == ".ipynb" or name == UNFINISHED or not stat.S_ISREG(path.lstat().st_mode):
                continue
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(descriptor, "rb") as opened:
                found[path.relative_to(place).as_posix()] = opened.read()
            if sum(map(len, found.values())) > MOST:
                raise Problem(
                    f"the files in {place} are more than {MOST >> 20} MB; a notebook gets a copy of each"
                )
    return found


def is_notebook(path: str) -> bool:
    """And no link, pipe or device. Problem where nbgrader would be busy with it for minutes."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        return False
    if status.st_size > LARGEST:
        raise Problem(f"{Path(path).name} is larger than {LARGEST >> 20} MB")
    with folder(Path(path).parent) as here:
        if here.planted(here.status(Path(path).name)):
            raise Problem(HARD_LINK)
    try:
        cells = json.loads(Path(path).read_bytes())["cells"]
    except (ValueError, TypeError, KeyError, RecursionError):  # nbgrader will say so
        return True
    if isinstance(cells, list) and len(cells) > MOST_CELLS:
        raise Problem(f"{Path(path).name} has {len(cells)} cells; the limit is {MOST_CELLS}")
    return True


def links_in(place: Path) -> list[Path]:
    """Symbolic links, wherever they lead, and what is neither a file nor a folder."""
    found = [place] if place.is_symlink() else []
    for where, folders, names in os.walk(place):
        for name in (*folders, *names):
            mode = Path(where, name).lstat().st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                found.append(Path(where, name))
    return found


def cut_links(submitted: Path, copied: Path) -> list[Path]:
    """nbgrader has copied what links in the hand-in lead to; take that away again. The links."""
    links = links_in(submitted)
    for link in links:
        (copied / link.relative_to(submitted)).unlink(missing_ok=True)
    return links
