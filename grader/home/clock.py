"""A clock that stands still while an answer that is checked waits for other notebooks to be looked at."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["lost", "standing_still"]

_lost = 0.0


def lost() -> float:
    """Seconds for which it has stood still."""
    return _lost


@contextmanager
def standing_still() -> Iterator[None]:
    """The time of this block counts for no limit around it, and for no measurement that asks `lost`."""
    global _lost
    before, begin = _lost, time.perf_counter()
    timed = hasattr(signal, "setitimer")
    outer = signal.setitimer(signal.ITIMER_REAL, 0) if timed else (0.0, 0.0)
    try:
        yield
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_REAL, *outer)
        _lost = before + time.perf_counter() - begin
