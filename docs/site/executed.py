"""The solved chapters with what their cells show. A run is kept until something that it shows has changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from grader.build.build import source_notebook, sources, to_text
from grader.course import PACKAGES
from grader.files import write_whole
from grader.home.progress import FOLDER
from grader.problem import Problem

__all__ = ["executed"]

SHOWN_BY = ("nnlib", "grader/home", "grader/judging", "grader/calls", "grader/record")
TIMEOUT = 1200  # seconds a cell; the longest takes about a minute


def executed(chapters: Sequence[str], kept: Path, *, quick: bool = False) -> Iterator[NotebookNode]:
    """Each chapter's notebook with solutions and outputs, from `kept` or run now. quick: at the size of the tests."""
    for number, chapter in enumerate(chapters, start=1):
        notebook = source_notebook(chapter)
        path = kept / f"{chapter}-{_key(chapter, notebook, quick)}.ipynb"
        if not path.exists():
            print(f"[{number} of {len(chapters)}] running {chapter} ...", end=" ", flush=True)
            begun = monotonic()
            _run(chapter, notebook, quick)
            for old in kept.glob(f"{chapter}-*.ipynb"):
                old.unlink()
            kept.mkdir(parents=True, exist_ok=True)
            write_whole(path, to_text(notebook))
            print(f"{monotonic() - begun:.0f} s")
        yield nbformat.read(path, as_version=4)


def _run(chapter: str, notebook: NotebookNode, quick: bool) -> None:
    """In a working copy where every chapter is solved, so that `my` finds a reader's functions."""
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": _python_path()}
    for name in ("NBGRADER_EXECUTION", "NN_WORKBOOK_QUICK"):
        environment.pop(name, None)
    if quick:
        environment["NN_WORKBOOK_QUICK"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / FOLDER).mkdir()
        for name in sources():
            (work / name).mkdir()
            nbformat.write(source_notebook(name), work / name / f"{name}.ipynb")
        where = {"metadata": {"path": str(work / chapter)}}
        client = NotebookClient(notebook, timeout=TIMEOUT, kernel_name="python3", resources=where)
        client.extra_arguments = ["--log-level=ERROR"]  # else it warns of listeners on this machine
        try:
            client.execute(env=environment)
        except CellExecutionError as error:
            raise Problem(f"{chapter}: a cell of the solved notebook fails\n{error}") from error


def _python_path() -> str:
    return os.pathsep.join(filter(None, (str(PACKAGES), os.environ.get("PYTHONPATH"))))


def _key(chapter: str, notebook: NotebookNode, quick: bool) -> str:
    digest = hashlib.sha256(f"{quick}{to_text(notebook)}".encode())
    for folder in (*SHOWN_BY, f"grader/exercises/{chapter}"):
        for path in sorted((PACKAGES / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
