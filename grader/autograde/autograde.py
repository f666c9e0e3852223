"""Grade a class: find the hand-ins, settle each in a pool of processes, enter the verdicts in the gradebook.

One bad submission costs one submission. Workers grade, keep the verdict in the journal and write the
autograded notebook; only the main process writes the gradebook.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.alone import alone
from grader.autograde.cluster import run_on
from grader.autograde.worker import begin
from grader.collect.submitted import find_hand_ins, require_release
from grader.course import Class
from grader.engine.doctor import require
from grader.engine.limits import Limits
from grader.engine.process import default_level, warm_up
from grader.grading.journal import grader_version
from grader.grading.settle import Job, Result, guarded, settle, settled
from grader.problem import Problem

__all__ = ["autograde", "run"]

GRADEBOOK = "grader.nbgrader_bridge.gradebook"
BATCH = 50  # submissions per gradebook transaction
UNCHANGED = 500  # of those that very likely stand there already
AHEAD = 2  # jobs given to the pool for each worker: one under way, one to go on with


def autograde(
    course: Class,
    chapter: str,
    *,
    isolation: str | None = None,
    execute: str = "points",
    workers: int | None = None,
    force: bool = False,
    student: str | None = None,
    console: Console | None = None,
    scheduler: str | None = None,
) -> list[Result]:
    """Grade everybody who handed in the chapter, or one student; results by name.

    Unchanged submissions keep their verdicts unless `force`. workers=1 grades in this process; with a Dask
    scheduler's address its workers grade.
    """
    if scheduler and workers:
        raise Problem("--workers counts processes on this machine; with --scheduler, start workers there")
    isolation = isolation or ("full" if scheduler else default_level())
    if not scheduler:  # else each worker looks for itself
        require(isolation)
    require_release(course, chapter)
    with alone(course):
        hand_ins = find_hand_ins(course, chapter, student)
        if not hand_ins:
            wanted = course.submission(student or "<student>", chapter)
            raise Problem(f"nothing is handed in; a submission lies at {wanted}")
        seed, version = course.seed(chapter), grader_version()
        jobs = [Job(course.root, chapter, h, seed, isolation, version, force, execute) for h in hand_ins]
        workers = min(workers or os.cpu_count() or 1, len(jobs))

        if workers == 1 and not scheduler:
            warm_up(Limits(), isolation)
        # nbgrader takes a second to import: meanwhile the first submissions are graded.
        threading.Thread(target=importlib.import_module, args=[GRADEBOOK], daemon=True).start()
        results: dict[str, Result] = {}
        waiting: list[Result] = []
        same: list[Result] = []
        with _progress(console) as progress:
            task = progress.add_task(chapter, total=len(jobs))
            for result in run_on(scheduler, jobs) if scheduler else run(jobs, workers):
                results[result.student] = result
                batch, most = (same, UNCHANGED) if result.unchanged else (waiting, BATCH)
                batch.append(result)
                if len(batch) == most:
                    results |= _enter(course, chapter, batch)
                    batch.clear()
                progress.advance(task)
            for batch in (same, waiting):
                results |= _enter(course, chapter, batch)
    return sorted(results.values(), key=lambda r: r.student)


def _enter(course: Class, chapter: str, results: Sequence[Result]) -> dict[str, Result]:
    """Write into the gradebook; what could not be entered, by student."""
    from grader.nbgrader_bridge.gradebook import write

    failed = write(course, chapter, results) if results else {}
    return {
        student: Result(student, error=f"the grade could not be entered: {why}")
        for student, why in failed.items()
    }


# ── the pool ─────────────────────────────────────────────────────────────────────────────────────────────


def run(jobs: Sequence[Job], workers: int) -> Iterator[Result]:
    """Results as they come. A worker that dies takes nobody else's result with it."""
    if workers <= 1:
        yield from map(settle, jobs)
        return
    waiting = deque[Job]()
    for job in jobs:  # what is settled needs no process
        if found := guarded(job, partial(settled, job)):
            yield found
        else:
            waiting.append(job)
    while waiting:
        suspects = yield from _pooled(waiting, min(workers, len(waiting)))
        for job in suspects:  # a worker died; whose job that was cannot be told, so these run one at a time
            yield from _alone(job)


def _pooled(waiting: deque[Job], workers: int) -> Generator[Result, None, list[Job]]:
    """Settle what waits, a few for each worker at a time. Returns the jobs under way when a worker died."""
    running: dict[Future[Result], Job] = {}
    with _pool(workers, waiting[0].isolation) as pool:
        try:
            while waiting or running:
                while waiting and len(running) < AHEAD * workers:
                    running[_submit(pool, waiting[0])] = waiting[0]
                    waiting.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    del running[future]
                    yield result
        except (KeyboardInterrupt, GeneratorExit):
            _kill(pool)
            raise
        except BrokenProcessPool:
            _kill(pool)  # a worker that was being started just then would be waited for, and never end
            done = [f for f in running if f.done() and f.exception() is None]
            yield from (f.result() for f in done)
            return [job for f, job in running.items() if f not in done]
    return []


def _submit(pool: ProcessPoolExecutor, job: Job) -> Future[Result]:
    try:
        return pool.submit(settle, job)
    except OSError as error:  # one worker has died while another was being started
        if pool._broken:
            raise BrokenProcessPool(str(error)) from None
        raise


def _alone(job: Job) -> Iterator[Result]:
    with _pool(1, job.isolation) as pool:
        try:
            yield pool.submit(settle, job).result()
        except BrokenProcessPool:
            yield Result(job.hand_in.student, error="the worker process died twice")


def _pool(workers: int, isolation: str) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=begin, initargs=(isolation,))


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the workers at once; what they have finished is in the journal."""
    for process in list(pool._processes.values()):
        process.kill()
    pool.shutdown(cancel_futures=True)


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:.1f}/s", style="progress.data.speed")


def _progress(console: Console | None) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=console,
    )
