"""The limit on a call where the system has no timers, as in a browser: Python looks at the clock whenever the code
that is called jumps, as each round of a loop does. A call that stays inside C code is not stopped.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from grader.calls import local
from grader.home.clock import lost

__all__ = ["begin", "time_limit"]

MONITORING: Any = getattr(sys, "monitoring", None)  # since Python 3.12
TOOL = 4  # of the six that Python has; 0 to 2 and 5 are taken by custom
_limit: tuple[float, str] | None = None  # when it is over, and for the code of which module


def begin() -> None:
    """From here on, calls have this limit where signals give none."""
    if not hasattr(signal, "setitimer") and MONITORING is not None:
        vars(local)["time_limit"] = time_limit


@contextmanager
def time_limit(seconds: float | None, function: Callable[..., Any]) -> Iterator[None]:
    """Raise OverTime in the student's code after `seconds`, and again at each later jump, to get past a bare
    `except:`."""
    global _limit
    if seconds is None:
        yield
        return
    before = _limit
    if before is None:
        _watch()
    _limit = time.perf_counter() - lost() + seconds, _module(getattr(function, "__globals__", {}))
    try:
        yield
    finally:
        _limit = before
        if before is None:
            MONITORING.set_events(TOOL, 0)


def _watch() -> None:
    if MONITORING.get_tool(TOOL) is None:
        MONITORING.use_tool_id(TOOL, __name__)
        MONITORING.register_callback(TOOL, MONITORING.events.JUMP, _jumped)
    MONITORING.set_events(TOOL, MONITORING.events.JUMP)


def _jumped(code: CodeType, here: int, there: int) -> object:
    if _limit is None or _module(sys._getframe(1).f_globals) != _limit[1]:
        return MONITORING.DISABLE  # the libraries' loops: they need not be told again
    if time.perf_counter() - lost() > _limit[0]:
        raise local.OverTime
    return None


def _module(space: dict[str, Any]) -> str:
    return str(space.get("__name__"))
