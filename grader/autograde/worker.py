"""A worker process of `grader autograde` begins: nothing slow is imported before its zygote warms up."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading

__all__ = ["begin"]


def begin(isolation: str) -> None:
    """Ctrl-C is the main process's business; without it a worker, and all that it started, is of no use."""
    from grader.engine.limits import Limits
    from grader.engine.process import warm_up

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    warm_up(Limits(), isolation)


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)
