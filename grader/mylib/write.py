"""Write the reader's library into the working copy, and write it again, never over what is the reader's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from grader.files import write_whole
from grader.home.progress import FOLDER
from grader.mylib.package import NAME, library
from grader.problem import Problem

__all__ = ["Report", "put", "write"]

LIST = ".written.json"  # {file: hash of what was written there}: what differs is the reader's own


@dataclass(frozen=True)
class Report:
    folder: Path
    own: int = 0
    all: int = 0
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # of the reader's own making, or changed by them
    removed: tuple[str, ...] = ()


def write(work: Path) -> Report:
    """Make or renew `work/mylib`."""
    if not any(work.glob("ch*/ch*.ipynb")):
        raise Problem(f"there is no working copy in {work}; `grader update` makes one")
    (work / FOLDER).mkdir(exist_ok=True)  # by this a working copy is known, also one that was made by hand
    with chdir(work):
        made = library()
    if not made.own:
        raise Problem(f"no function in {work} is right yet, so there is no library to write")
    folder = work / NAME
    return Report(folder, len(made.own), len(made.own) + len(made.missing), *put(folder, made.files))


def put(folder: Path, files: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Which files were written, which were kept as they are, which are gone."""
    known, now = _known(folder), dict[str, str]()
    written, kept, removed = [], [], []
    for name, text in files.items():
        there = _hash_of(folder / name)
        if there is not None and there not in (known.get(name), _hash(text.encode())):
            kept.append(name)
            continue
        now[name] = _hash(text.encode())
        if there != now[name]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, text)
            written.append(name)
    for name in known.keys() - files.keys():
        if _hash_of(folder / name) == known[name]:
            (folder / name).unlink()
            removed.append(name)
    write_whole(folder / LIST, json.dumps(now, indent=1, sort_keys=True))
    return tuple(written), tuple(kept), tuple(sorted(removed))


def _known(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _hash_of(path: Path) -> str | None:
    return _hash(path.read_bytes()) if path.is_file() else None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
