"""Notebooks that run, several at a time, while nbgrader is at others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from logging import Logger
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from nbformat import NotebookNode

from grader.any_course.cells import cells_of
from grader.any_course.files import files_in
from grader.any_course.reference import kinds
from grader.any_course.run import Ran, Setting, run_cells
from grader.engine.process import warm_up

__all__ = ["Ahead"]


class Ahead:
    """Threads that wait for student processes; each has a warm process, a user and limits of its own."""

    def __init__(self, setting: Setting, workers: int, log: Logger) -> None:
        self.setting, self.log = setting, log
        self._slots: SimpleQueue[int] = SimpleQueue()
        for slot in range(workers):
            warm_up(setting.limits(), setting.isolation, setting.kind, slot)
            self._slots.put(slot)
        self._pool = ThreadPoolExecutor(workers)
        self._running: dict[tuple[str, str], Future[list[Ran]]] = {}
        self._sources: dict[str, tuple[NotebookNode, Future[list[Ran]]]] = {}
        self._kinds: dict[str, Mapping[str, str]] = {}

    def begin(self, student: str, notebook: str, nb: NotebookNode, folder: Path) -> None:
        self._running[student, notebook] = self._submit(nb, folder)

    def begun(self, student: str) -> list[str]:
        """The files of a student's notebooks."""
        return [f"{notebook}.ipynb" for who, notebook in self._running if who == student]

    def ran(self, student: str, notebook: str) -> list[Ran]:
        """Waits; an error of ours is raised here."""
        return self._running.pop((student, notebook)).result()

    def begin_source(self, notebook: str, nb: NotebookNode, folder: Path) -> None:
        self._sources[notebook] = nb, self._submit(nb, folder)

    def reference(self, notebook: str) -> Mapping[str, str]:
        """`kinds` of the source notebook; nothing where it was not begun."""
        if notebook not in self._kinds and notebook in self._sources:
            nb, running = self._sources[notebook]
            self._kinds[notebook] = kinds(nb, running.result(), self.log)
        return self._kinds.get(notebook, {})

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _submit(self, nb: NotebookNode, folder: Path) -> Future[list[Ran]]:
        cells = [cell for _, cell in cells_of(nb)]
        return self._pool.submit(self._with_slot, lambda slot: run_cells(cells, files_in(folder), self.setting, slot))

    def _with_slot(self, run: Callable[[int], list[Ran]]) -> list[Ran]:
        slot = self._slots.get()
        try:
            return run(slot)
        finally:
            self._slots.put(slot)
