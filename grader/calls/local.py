"""Call a function in this process and say what came of it: the student's side of a call."""

from __future__ import annotations

import builtins
import gc
import linecache
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from grader.calls.plain import Call, NotPlain, Raised, Reply, Returned, Stopped, snapshot

__all__ = ["ask", "bound", "describe_error", "returned"]


class OverTime(BaseException):
    """Raised inside a student's function that runs too long; a BaseException so that `except Exception` fails."""


def ask(
    function: Callable[..., Any],
    call: Call,
    script: str | None = None,
    *,
    seconds: float | None = None,
    tell: Callable[[str], object] | None = None,
) -> Reply:
    """Call `function` (or script(function, ...)) with fresh arguments; warnings never matter, but are told."""
    from grader.calls.fixtures import SCRIPTS

    args, kwargs = call.realise()
    with warnings.catch_warnings(), unattended(), nullcontext() if tell else np.errstate(all="ignore"):
        warnings.simplefilter("default" if tell else "ignore")
        if tell:
            warnings.showwarning = _told_by(tell)
        try:
            with time_limit(seconds, function):
                if script is None:
                    result = function(*args, **kwargs)
                else:
                    result = SCRIPTS[script](function, *args, **kwargs)
                return Returned(snapshot(result))
        except OverTime:
            return Stopped(f"it ran longer than {seconds:g} s", "time")
        except NotPlain as error:
            return Raised("NotPlain", str(error))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # sys.exit() and the like are the student's error, not our end
            return describe_error(error, function)


def returned(
    function: Callable[..., Any], call: Call, script: str | None = None, *, seconds: float
) -> Returned | None:
    """What `ask` says, without words: None for whatever is no result."""
    from grader.calls.fixtures import SCRIPTS

    args, kwargs = call.realise()
    run = function if script is None else partial(SCRIPTS[script], function)
    with warnings.catch_warnings(), unattended(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with time_limit(seconds, function):
                return Returned(snapshot(run(*args, **kwargs)))
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None


def _told_by(tell: Callable[[str], object]) -> Callable[..., None]:
    def show(message: Warning | str, category: type[Warning], *where: Any) -> None:
        tell(f"{category.__name__}: {message}\n")

    return show


def _nobody_there(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            f"{name}() waits for a person, and nobody is there while an answer is checked: take it out"
        )

    return refuse


NOBODY = {name: _nobody_there(name) for name in ("input", "breakpoint")}


def unattended() -> AbstractContextManager[None]:
    """Within this block input() and breakpoint() say that nobody is there."""
    return bound(vars(builtins), NOBODY)


@contextmanager
def bound(space: dict[str, Any], values: Mapping[str, Any]) -> Iterator[None]:
    """Within this block the names of a notebook stand for these values."""
    before = {name: space[name] for name in values if name in space}
    space.update(values)
    try:
        yield
    finally:
        for name in values:
            space.pop(name, None)
        space.update(before)


@contextmanager
def time_limit(seconds: float | None, function: Callable[..., Any]) -> Iterator[None]:
    """Raise OverTime in the student's code after `seconds`; again every 50 ms, to get past a bare `except:`.

    Needs SIGALRM and the main thread; elsewhere (Windows) there is no limit. A call that stays inside C code
    is not stopped.
    """
    usable = hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()
    if seconds is None or not usable:
        yield
        return
    theirs = getattr(function, "__globals__", None)
    collecting = missed = False

    def collect(phase: str, info: dict[str, int]) -> None:
        nonlocal collecting, missed
        collecting = phase == "start"
        if missed and not collecting:
            missed = False
            signal.setitimer(signal.ITIMER_REAL, 1e-4, 0.05)

    def ring(number: int, frame: FrameType | None) -> None:
        nonlocal missed
        if collecting or (frame is not None and frame.f_code is collect.__code__):
            missed = True  # raised in a finalizer it would be lost: it rings again right after the collection
            return
        while frame is not None:  # only ever interrupt the student's code, never our own
            if frame.f_globals is theirs:
                raise OverTime
            frame = frame.f_back

    gc.callbacks.append(collect)
    before = signal.signal(signal.SIGALRM, ring)
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *outer)  # of a limit around this one, if there is one
        gc.callbacks.remove(collect)


def describe_error(error: BaseException, function: Callable[..., Any] | None = None) -> Raised:
    """The error, pointing at the last line of the student's own code that it passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(function, "__code__", None)
    own = [f for f in frames if code is not None and f.filename == code.co_filename]
    line = own[-1].lineno if own else None
    source = linecache.getline(own[-1].filename, line or 0).strip() if own else ""
    raised_in_stub = isinstance(error, NotImplementedError) and bool(own) and own[-1] is frames[-1]
    text = _traceback(error, frames)
    return Raised(
        type(error).__name__, _first_line(error), line, source, text[-4000:], unattempted=raised_in_stub
    )


OURS = str(Path(__file__).resolve().parents[1])


def _traceback(error: BaseException, frames: traceback.StackSummary) -> str:
    """The traceback as a student knows it: without our frames, and without what led to the error before it."""
    shown = [f for f in frames if not f.filename.startswith((OURS, "<frozen"))]
    head = ["Traceback (most recent call last):\n"] if shown else []
    try:
        return "".join([*head, *traceback.format_list(shown), *traceback.format_exception_only(error)])
    except Exception:  # a student's own exception class may refuse to print
        return "".join([*head, *traceback.format_list(shown), type(error).__name__])


def _first_line(error: BaseException) -> str:
    try:
        return (str(error).splitlines() or [""])[0][:300]
    except Exception:  # a student's own exception class may refuse to print
        return ""
