"""Where a reader's working copy is."""

from __future__ import annotations

from pathlib import Path

from grader import course
from grader.home.progress import FOLDER

__all__ = ["own_notebook", "working_copy"]


def working_copy(here: Path) -> Path:
    """The working copy around a folder, which may be a chapter of it; else the folder `work` in it, made or not."""
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir() and any(folder.glob("ch*/ch*.ipynb")):
            return folder
    a_chapter = here.name.startswith("ch") and (here / f"{here.name}.ipynb").exists()
    return here.parent if a_chapter and here.parent != course.ROOT / "notebooks" else here / "work"


def own_notebook(chapter: str) -> Path:
    """The reader's notebook of a chapter: beside the kernel, else in the working copy."""
    here = Path.cwd() / f"{chapter}.ipynb"
    return here if here.exists() else working_copy(Path.cwd()) / chapter / here.name
