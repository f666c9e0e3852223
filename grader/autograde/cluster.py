"""Grade on many machines: what is to be executed goes to the workers of a Dask scheduler, verdicts come back.

Everything that reads or writes the class's folder stays in this process. What travels to a worker is the
notebook as handed in, the notebook as released and the class's seed; it needs no file of the class.
"""

from __future__ import annotations

import logging
import math
import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import contextmanager
from functools import partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from grader.grading.journal import record_versions
from grader.grading.settle import Job, Result, Work, finish, grade_work, guarded, look_up
from grader.grading.verdict import Verdict
from grader.problem import Problem

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["run_on"]

AHEAD = 4  # hand-ins sent ahead for each thread of a worker
CONNECT = 10  # seconds
PATIENCE = 60.0  # seconds without any worker
TICK = 2.0

Records = tuple[tuple[str, str], ...]  # each exercise and a hash of its record
Needs = tuple[str, str, Records]  # chapter, isolation, records
Answer = Verdict | str  # a verdict, or why this worker cannot give one


def run_on(address: str, jobs: Sequence[Job]) -> Iterator[Result]:
    """Results as they come. What a dead worker had is done again by another."""
    with _connected(address) as client:
        suspects = yield from _spread(client, address, jobs)
        for job in suspects:  # workers died; whose job that was cannot be told, so these run one at a time
            if (yield from _spread(client, address, [job])):
                yield Result(job.hand_in.student, error="every worker that had it died")


def _spread(client: Client, address: str, jobs: Sequence[Job]) -> Generator[Result, None, list[Job]]:
    """Settle the jobs, a few for each worker at a time. Returns those that several workers died of."""
    from distributed import KilledWorker

    waiting, running = deque(jobs), dict[Future[Answer], Work]()
    suspects = []
    executor, errand, threads = client.get_executor(pure=False), _errand(), _Threads(client, address)
    while waiting or running:
        room = AHEAD * max(threads.count(), 1)
        while waiting and len(running) < room:
            job = waiting.popleft()
            begun = guarded(job, partial(_begun, job))
            if isinstance(begun, Result):
                yield begun
                continue
            work, question = begun
            try:
                running[executor.submit(errand, job.version, _needs(job), question)] = work
            except (OSError, RuntimeError):
                raise _lost(address) from None
        for future in wait(running, TICK, FIRST_COMPLETED).done:
            work = running.pop(future)
            try:
                error = future.exception()
            except CancelledError:  # by Dask, when it loses the scheduler
                raise _lost(address) from None
            if isinstance(error, KilledWorker):
                suspects.append(work.job)
            elif error is None and isinstance(reason := future.result(), str):
                raise Problem(f"{reason}. {KEPT}")
            else:
                yield guarded(work.job, partial(_finished, work, future))
    return suspects


def _begun(job: Job) -> Result | tuple[Work, bytes]:
    """The job's result where there is nothing to execute, else what a worker has to know."""
    work = look_up(job)
    if isinstance(work, Result):
        return work
    if work.settled:
        return finish(work, grade_work(work))
    return work, pickle.dumps(_question(work))


def _question(work: Work) -> Mapping[str, Any]:
    """The arguments of `grade`: no path, and no name of a student but what the notebook says."""
    job = work.job
    return {
        "notebook": work.notebook,
        "chapter": job.chapter,
        "seed": job.seed,
        "isolation": job.isolation,
        "skeleton": work.skeleton,
        "execute": job.execute,
        "only": work.only,
    }


def _needs(job: Job) -> Needs:
    return job.chapter, job.isolation, tuple(record_versions(job.chapter).items())


def _finished(work: Work, future: Future[Answer]) -> Result:
    verdict = future.result()
    assert isinstance(verdict, Verdict)
    return finish(work, verdict)


# ── on the worker ────────────────────────────────────────────────────────────────────────────────────────


def _errand() -> Callable[[str, Any, bytes], Answer]:
    """What is sent. A function inside a function travels by value, so that the scheduler needs nothing of ours
    and a worker without it can say so."""

    def errand(version: str, needs: Any, question: bytes) -> Any:
        from distributed import get_worker

        name = f"worker {get_worker().address}"
        try:
            from grader.grading.journal import grader_version

            if grader_version() != version:
                return f"{name} has another version of grader or nnlib; install the same and restart it"
            from grader.autograde.cluster import answer
        except ImportError as error:
            return f"{name} cannot grade ({error}); start it where nn-workbook is installed"
        return answer(name, needs, question)

    return errand


def answer(name: str, needs: Needs, question: bytes) -> Answer:
    """Called on a worker that has our version: grade, or say why not here."""
    from grader.grading.grade import grade

    with _one_at_a_time:
        if needs not in _met and (reason := _unfit(*needs)):
            return f"{name} {reason}"
        _met.add(needs)
        return grade(**pickle.loads(question))


_one_at_a_time = Lock()  # a worker may have threads; what a check does to warnings is the whole process's
_met: set[Needs] = set()


def _unfit(chapter: str, isolation: str, records: Records) -> str:
    """Why this worker cannot grade, found out by starting a student's process. (`require` forks, which a
    process with threads should not.)"""
    from grader.engine.limits import EngineError, Limits
    from grader.engine.session import Session

    try:
        if tuple(record_versions(chapter).items()) != records:
            return f"has other exercises in {chapter}, or another Python; install the same and restart it"
        with Session({}, Limits(), isolation) as session:
            session.run("1")
    except (Problem, EngineError) as problem:
        return f"says: {problem}; see `grader doctor` there"
    return ""


# ── the connection ────────────────────────────────────────────────────────────────────────────────────────


class _Threads:
    """How many threads the workers have, who come and go, asked now and then; a Problem where there have been
    none for too long."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._seen = monotonic()
        self._found, self._asked = 0, -math.inf

    def count(self) -> int:
        if (now := monotonic()) - self._asked < TICK:
            return self._found
        try:
            self._found, self._asked = sum(self._client.nthreads().values()), now
        except (OSError, RuntimeError, AttributeError, CancelledError):
            raise _lost(self._address) from None
        if self._found:
            self._seen = now
        elif now - self._seen > PATIENCE:
            raise Problem(
                f"the scheduler at {self._address} has no worker; start one there:"
                f" `dask worker {self._address} --nthreads 1`. {KEPT}"
            )
        return self._found


KEPT = "What was finished is kept: run the command again to go on."


def _lost(address: str) -> Problem:
    return Problem(f"the Dask scheduler at {address} is gone. {KEPT}")


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        import dask
        from distributed import Client
    except ImportError:
        raise Problem("--scheduler needs Dask: `pip install 'nn-workbook[cluster]'`") from None
    for name in ("distributed.client", "distributed.core"):  # a lost connection is said in our words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):
        try:
            client = Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, RuntimeError, ImportError, TypeError) as error:
            reason = " ".join(str(error).split())
            raise Problem(f"no Dask scheduler answers at {address}: {reason}") from None
        try:
            yield client
        finally:
            client.close(CONNECT)
