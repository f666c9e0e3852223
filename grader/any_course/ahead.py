"""Notebooks that run, several at a time, while nbgrader is at others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from logging import Logger
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from nbformat import NotebookNode

from grader.any_course.cells import cells_of
from grader.any_course.files import files_in
from grader.any_course.reference import kinds
from grader.any_course.run import Ran, Setting, run_cells
from grader.engine.process import end_all, warm_up

__all__ = ["Ahead"]


class Ahead:
    """Threads that wait for student processes; each has a warm process, a user and limits of its own."""

    def __init__(self, setting: Setting, workers: int, log: Logger) -> None:
        self.setting, self.log = setting, log
        self.workers = workers
        self._slots: SimpleQueue[int] = SimpleQueue()
        self._warm = False
        self._pool = ThreadPoolExecutor(workers)
        self._stop = Event()
        self._running: dict[tuple[str, str], Future[list[Ran]]] = {}
        self._sources: dict[str, tuple[NotebookNode, Path]] = {}
        self._sources_running: dict[str, Future[list[Ran]]] = {}
        self._kinds: dict[str, Mapping[str, str]] = {}

    def begin(self, student: str, notebook: str, nb: NotebookNode, folder: Path) -> None:
        self._warm_up()
        self._running[student, notebook] = self._submit(nb, folder)

    def begun(self, student: str) -> list[str]:
        """The files of a student's notebooks."""
        return [f"{notebook}.ipynb" for who, notebook in self._running if who == student]

    def ran(self, student: str, notebook: str) -> list[Ran]:
        """Waits; an error of ours is raised here."""
        return self._running.pop((student, notebook)).result()

    def add_source(self, notebook: str, nb: NotebookNode, folder: Path) -> None:
        """The course's own; it is run before the first hand-in."""
        self._sources[notebook] = nb, folder

    def reference(self, notebook: str) -> Mapping[str, str]:
        """`kinds` of the source notebook; nothing where it was not begun."""
        if notebook not in self._kinds and notebook in self._sources:
            ran = self._sources_running[notebook].result()
            self._kinds[notebook] = kinds(self._sources[notebook][0], ran, self.log)
        return self._kinds.get(notebook, {})

    def close(self) -> None:
        """Whatever still runs is ended."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        end_all()
        self._pool.shutdown()
        end_all()  # what a thread has just begun

    def _warm_up(self) -> None:
        if self._warm:
            return
        self._warm = True
        for slot in range(self.workers):
            warm_up(self.setting.limits(), self.setting.isolation, self.setting.kind, slot)
            self._slots.put(slot)
        self._sources_running = {name: self._submit(*source) for name, source in self._sources.items()}

    def _submit(self, nb: NotebookNode, folder: Path) -> Future[list[Ran]]:
        cells = [cell for _, cell in cells_of(nb)]
        return self._pool.submit(
            self._with_slot,
            lambda slot: run_cells(cells, files_in(folder), self.setting, slot, self._stop.is_set),
        )

    def _with_slot(self, run: Callable[[int], list[Ran]]) -> list[Ran]:
        slot = self._slots.get()
        try:
            return run(slot)
        finally:
            self._slots.put(slot)
