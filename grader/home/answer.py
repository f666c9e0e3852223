"""A reader's answer in the notebook's own process: called, called with ours beside it, changed and called again."""

from __future__ import annotations

import contextlib
import gc
import io
import linecache
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from grader.calls import local
from grader.calls.plain import FIRST_CALL, STOPS, Call, Raised, Reply, Stopped
from grader.calls.readymade import CalledReadyMade, OwnWork, Refusing
from grader.home import narrow, no_timer
from grader.home.clock import lost
from grader.judging.changes import Change
from grader.judging.judge import Trial, judge, trials
from grader.judging.place import NONE, PATIENCE, Place, Tried, find_place
from grader.judging.sizes import small_arrays
from grader.record.exercise import Exercise
from grader.record.registry import find_exercise, ready_made
from grader.text import counted

__all__ = ["Answer"]

narrow.begin()
no_timer.begin()

SEARCH = 0.18  # seconds of the processor for the search of a place; a third of a second with the formula's
SCREEN = 2000  # characters of what an answer prints that are kept
NO_NAME = re.compile(r"name '(\w+)' is not defined")


class Screen(io.TextIOBase):
    """What a screen shows of a stream: its beginning. The rest costs nothing."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = SCREEN

    def write(self, text: str) -> int:
        if self.left > 0:
            self.parts.append(text[: self.left])
            self.left -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.parts) + (" …" if self.left < 0 else "")


@contextmanager
def no_collection() -> Iterator[None]:
    """Looking through all objects of a notebook takes as long as a search, which leaves no cycles behind."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


class Answer:
    """One function of the notebook, as the answer to one exercise."""

    def __init__(self, function: Callable[..., Any], exercise: Exercise) -> None:
        self.function, self.exercise = function, exercise
        self.space: dict[str, Any] = getattr(function, "__globals__", {})
        self.refusing = Refusing(ready_made(exercise))
        self.references = {name: find_exercise(name).reference for name in exercise.uses}
        self.seconds = 0.0
        # of calls as written, and of those with ours in place of earlier functions
        self.stops: Counter[bool] = Counter()
        self._printed: dict[int, str] = {}
        self.shown: Trial | None = None  # the trial that the report shows
        self.missing = ""  # a name that the code did not find

    @property
    def source(self) -> str:
        """The cell that defines the function, "" where it is not known."""
        code = getattr(self.function, "__code__", None)
        return "".join(linecache.getlines(code.co_filename)) if code else ""

    def ask(self, call: Call, script: str | None, rebound: bool = False) -> Reply:
        most = 1 if rebound else STOPS  # whose own loop never ends has waited long enough
        if self.stops[rebound] >= most:
            return Stopped(f"not run, because {counted(most, 'earlier call')} ran too long")
        limit = self.exercise.seconds + (0 if self.seconds else FIRST_CALL)
        begin = time.perf_counter() - lost()
        with self.quiet() as screen:
            reply = local.ask(self.function, call, script, seconds=limit, tell=screen.write)
        self.seconds += time.perf_counter() - lost() - begin
        self._printed[id(call)] = screen.text()
        self.stops[rebound] += isinstance(reply, Stopped)
        if isinstance(reply, Raised) and reply.kind == OwnWork.__name__:
            raise CalledReadyMade(reply.message)
        if isinstance(reply, Raised) and (found := NO_NAME.match(reply.message)):
            self.missing = found[1]
        return reply

    def ask_rebound(self, call: Call, script: str | None) -> Reply:
        with local.bound(self.space, self.references):
            return self.ask(call, script, rebound=True)

    def printed(self, trial: Trial) -> str:
        """What the last run of the trial that is shown printed, and of what it warned."""
        self.shown = trial
        return self._printed.get(id(trial.call), "")

    def state(self, name: str) -> str:
        """Of an earlier function that this one uses: "right", "wrong", "not written" or "not run"."""
        earlier = self.space.get(name)
        if not callable(earlier):
            return "not run"
        exercise = find_exercise(name)
        plan = [trial for trial in trials(exercise) if not trial.case.script]
        try:
            results = judge(exercise, plan, Answer(earlier, exercise).ask)
        except CalledReadyMade:
            return "wrong"
        if any(isinstance(r.reply, Raised) and r.reply.unattempted for r in results):
            return "not written"
        return "right" if all(r.ok for r in results if r.trial.case.weight) else "wrong"

    def look(self, tried: Tried) -> Place | None:
        """The line of the cell in which one change makes the cases pass."""
        if self.stops.total() or not self.source:
            return None
        space = {**self.space, **(self.references if tried.rebound else {})}
        functions: dict[int, Callable[..., Any] | None] = {}

        def made(change: Change) -> Callable[..., Any] | None:
            if id(change) not in functions:
                try:
                    functions[id(change)] = change.define(space)[self.exercise.function]
                except Exception:
                    functions[id(change)] = None
            return functions[id(change)]

        def attempt(changes: Sequence[Change], trial: Trial) -> list[Reply]:
            call, script = trial.call, trial.case.script
            found: list[Reply] = []
            late = time.perf_counter() + PATIENCE
            with self.quiet(), small_arrays():
                for change in changes:
                    function = made(change)
                    reply = local.returned(function, call, script, seconds=PATIENCE) if function else None
                    found.append(reply or NONE)
                    if time.perf_counter() > late:
                        break
            return found

        with no_collection():
            return find_place(self.exercise, self.source, tried, attempt, SEARCH)

    @contextmanager
    def quiet(self) -> Iterator[Screen]:
        """What is printed stays off the page, and the ready-made answer out of reach."""
        screen = Screen()
        with (
            contextlib.redirect_stdout(screen),
            contextlib.redirect_stderr(screen),
            self.refusing,
        ):
            yield screen
