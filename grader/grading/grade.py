"""The pure function of grading: grade(notebook, chapter, seed) -> Verdict.

Everything here is trusted; the student's code runs in the process of a `Session` and can only send plain data.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

from grader.calls import local
from grader.calls.plain import Call, Raised, Reply, Returned, Shown, Stopped
from grader.calls.readymade import CalledReadyMade, OwnWork
from grader.calls.signature import parameters, problem
from grader.course import notebook_path
from grader.engine.limits import EngineError, Limits
from grader.engine.outputs import error_output
from grader.engine.process import LEVELS, default_level
from grader.engine.session import Session, asking
from grader.grading.similarity import LIKE, similarity
from grader.grading.structure import structure
from grader.grading.submission import Step, Submission, Unreadable, read, rebuild
from grader.grading.verdict import Verdict, seed_hash
from grader.judging.changes import WHICH, Change
from grader.judging.evaluate import Look, State, evaluate, failed, not_attempted, not_own, our_error
from grader.judging.judge import Trial, rounds, trials
from grader.judging.outcome import Outcome
from grader.judging.place import PATIENCE, Tried, find_place
from grader.record.exercise import Exercise
from grader.record.registry import find_exercise, ready_made, registry

__all__ = ["EXECUTE", "LEVELS", "EngineError", "Limits", "default_level", "grade"]

EXECUTE = ("points", "all")
DRAWS = 1  # of each case, beside those shown at home: so the proofs are made, over a hundred seeds
PURSES = {"own": "own", "demo": "shown"}
WORD = re.compile(r"[^\W\d]\w*")
MAX_SOURCE = 500_000  # characters of one cell
MAX_LOG, MAX_LINE = 20, 400  # lines of the log, and characters of each
MAX_SHOWN = 20_000_000  # characters of all outputs together


def grade(
    notebook: str | bytes | Mapping[str, Any] | Path | Submission,
    chapter: str,
    seed: int,
    *,
    isolation: str | None = None,
    skeleton: str | bytes | Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    draws: int = DRAWS,
    execute: str = "points",
    only: Collection[str] | None = None,
) -> Verdict:
    """Grade a notebook: the text of its file, its path, what nbformat reads from it, or what `rebuild` made of it.

    From the seed and the text of the answers the arguments of the cases are drawn, `draws` times; those that `check`
    shows are asked as well where an answer is not right on these. isolation: one of LEVELS, by default the strongest
    that this system knows. skeleton is the notebook that was released; without it, the course's own. execute:
    "points" runs what points depend on, "all" also the course's demos, and keeps what the cells show. only: the
    exercises to judge (all). No file is written outside a temporary folder, and the same arguments give the same
    verdict, but for its seconds.
    """
    isolation = isolation or default_level()
    if isolation not in LEVELS:
        raise ValueError(f"isolation {isolation!r}; there is: {', '.join(LEVELS)}")
    if execute not in EXECUTE:
        raise ValueError(f"execute {execute!r}; there is: {', '.join(EXECUTE)}")
    before = monotonic()
    submission = notebook if isinstance(notebook, Submission) else rebuilt(notebook, chapter, skeleton)
    if isinstance(submission, Unreadable):
        return Verdict(chapter, "", "unreadable", isolation, seed_hash(seed), reason=submission.reason)
    exercises = registry(chapter)
    locked = ready_made_answers(chapter)
    with Session(locked, limits, isolation) as session:
        wanted = set(exercises if only is None else only)
        run = Run(session, exercises, locked, own_seed(seed, submission), draws, wanted)
        run.steps(submission.steps)
        run.places()
    outputs = show(submission.steps, limits, isolation) if execute == "all" else {}
    return Verdict(
        chapter,
        submission.release,
        "graded",
        isolation,
        seed_hash(seed),
        outcomes=run.outcomes,
        repairs=submission.repairs,
        log=cut_log(run.log),
        similar=similar(run.sources, run.outcomes, exercises),
        structures=structures(run.sources, run.outcomes),
        outputs=outputs,
        seconds=round(monotonic() - before, 3),
    )


@cache
def ready_made_answers(chapter: str) -> dict[str, str]:
    """What is out of reach at first: {dotted name: the last exercise that it answers}."""
    exercises = registry(chapter).values()
    return {dotted: name for e in exercises for dotted, name in ready_made(e).items()}


def similar(
    sources: Mapping[str, str], outcomes: Mapping[str, Outcome], exercises: Mapping[str, Exercise]
) -> dict[str, float]:
    """The answers that pass and read like the reference."""
    passed = [name for name, outcome in outcomes.items() if outcome.status == "passed"]
    found = {name: similarity(sources[name], exercises[name].reference) for name in passed}
    return {name: share for name, share in found.items() if share >= LIKE}


def structures(sources: Mapping[str, str], outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Of the answers that were written, right or wrong, and are long enough to say something."""
    written = [name for name, outcome in outcomes.items() if outcome.status != "not attempted"]
    found = {name: structure(sources.get(name, ""), name) for name in written}
    return {name: text for name, text in found.items() if text}


def own_seed(seed: int, submission: Submission) -> int:
    """The draws of one submission. They depend on its text: what an answer has seen of them, and smuggled out
    through an error or a result, is worth nothing in the next."""
    digest = hashlib.sha256(str(seed).encode())
    for step in submission.steps:  # in their order: a cell that moves behind a check is another hand-in
        digest.update(hashlib.sha256(f"{step.kind} {step.name}".encode()).digest())
        if step.kind in ("answer", "own"):
            digest.update(hashlib.sha256(step.source.encode()).digest())
    return int.from_bytes(digest.digest()[:16])


def rebuilt(
    notebook: str | bytes | Mapping[str, Any] | Path,
    chapter: str,
    skeleton: str | bytes | Mapping[str, Any] | None,
) -> Submission | Unreadable:
    released = read(notebook_path(chapter).read_bytes() if skeleton is None else skeleton)
    if isinstance(released, Unreadable):
        raise ValueError(f"the released notebook of {chapter}: {released.reason}")
    handed_in = read(notebook.read_bytes() if isinstance(notebook, Path) else notebook)
    return handed_in if isinstance(handed_in, Unreadable) else rebuild(handed_in, released, chapter)


@dataclass
class Run:
    """One pass through a notebook. An exercise is called where its check cell stands, so that no later cell
    helps it, and only then are its ready-made answers let in."""

    session: Session
    exercises: Mapping[str, Exercise]
    locked: Mapping[str, str]
    seed: int
    draws: int
    wanted: set[str]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    failed: dict[str, Tried] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def steps(self, steps: Sequence[Step]) -> None:
        untouched = {step.name for step in steps if step.kind == "answer" and step.untouched}
        self.sources = {step.name: step.source for step in steps if step.kind == "answer"}
        for n, step in enumerate(steps):
            if step.kind == "check":
                if step.name not in self.exercises:
                    continue  # the course has dropped it since
                if step.name in self.wanted:
                    for helper in helpers_behind(steps, n, self.sources.get(step.name, "")):
                        self.session.define(helper.source, "own")
                    self.judge(self.exercises[step.name], step.name in untouched)
                self.session.unlock([d for d, last in self.locked.items() if last == step.name])
            elif not step.untouched and step.kind != "demo":
                self.run(step)

    def judge(self, exercise: Exercise, untouched: bool) -> None:
        name = exercise.function
        if untouched:
            self.outcomes[name] = not_attempted(exercise)
        else:
            self.outcomes[name] = judge_answer(
                self.session,
                exercise,
                self.replies[name],
                self.seed,
                self.draws,
                look=lambda tried: self.failed.update({name: tried}),
                state=self.state,
                source=self.sources.get(name, ""),
            )

    def state(self, name: str) -> str:
        """Of an earlier exercise, as far as it was judged."""
        status = self.outcomes[name].status if name in self.outcomes else ""
        return {"passed": "right", "failed": "wrong", "not attempted": "not written"}.get(status, "not run")

    def places(self) -> None:
        """Where the mistake is, for the answers that it has no name for. This comes last: what changed answers do
        to the notebook's objects must not reach those that are still to be judged."""
        for name, tried in self.failed.items():
            outcome, exercise = self.outcomes[name], self.exercises[name]
            if not outcome.misconception:
                attempt = partial(try_changed, self.session, exercise, tried.rebound)
                place = find_place(exercise, self.sources[name], tried, attempt, self.session.limits.changed)
                self.outcomes[name] = replace(outcome, place=place)

    def run(self, step: Step) -> None:
        reply = run_cell(self.session, step)
        if not isinstance(reply, Returned) and len(step.source) <= MAX_SOURCE and step.kind != "setup":
            self.session.define(step.source, PURSES.get(step.kind, "answers"))
        if step.kind == "answer":
            self.replies[step.name] = reply
        elif not isinstance(reply, Returned):
            what = "Your own cell" if step.kind == "own" else "The setup cell"
            self.log.append(f"{what} “{step.name}”: {in_words(reply)}")


def helpers_behind(steps: Sequence[Step], check: int, answer: str) -> list[Step]:
    """The student's own cells behind a check that define what the answer needs, and nothing before it does. What
    is still locked at the check is locked for them."""
    behind = [s for s in steps[check + 1 :] if s.kind == "own" and len(s.source) <= MAX_SOURCE]
    before = {name for step in steps[:check] if behind and not step.untouched for name in step.defines}
    defining: dict[str, list[Step]] = defaultdict(list)
    for step in behind:
        for name in step.defines - before:
            defining[name].append(step)
    sources, found = [answer], set[str]()
    while sources:
        for name in WORD.findall(sources.pop()):  # each name once: a hand-in may be one long chain of helpers
            new = [step for step in defining.pop(name, ()) if step.cell not in found]
            found |= {step.cell for step in new}
            sources += [step.source for step in new]
    return [step for step in behind if step.cell in found]


def cut_log(lines: Sequence[str]) -> tuple[str, ...]:
    more = (f"… and {len(lines) - MAX_LOG} more.",) if len(lines) > MAX_LOG else ()
    return tuple(line[:MAX_LINE] for line in lines[:MAX_LOG]) + more


def show(steps: Sequence[Step], limits: Limits | None, isolation: str) -> dict[str, list[dict[str, Any]]]:
    """The outputs of all cells, in a process of their own with nothing locked: no point depends on them."""
    outputs: dict[str, list[dict[str, Any]]] = {}
    left = MAX_SHOWN
    with Session({}, limits, isolation, outputs=True) as session:
        for step in steps:
            if step.kind != "check" and not step.untouched:
                reply = run_cell(session, step)
                if isinstance(reply, Shown):
                    outputs[step.cell] = reply.outputs + ([error_output(reply.error)] if reply.error else [])
                elif isinstance(reply, Stopped):
                    outputs[step.cell] = [error_output(Raised("Stopped", reply.reason))]
                left -= len(str(outputs.get(step.cell, "")))
                if left < 0:
                    outputs.pop(step.cell, None)
    return outputs


def run_cell(session: Session, step: Step) -> Reply:
    if len(step.source) > MAX_SOURCE:
        return Stopped(f"not run, because it is longer than {MAX_SOURCE} characters")
    return session.run(step.source, PURSES.get(step.kind, "answers"))


def try_changed(
    session: Session, exercise: Exercise, rebound: bool, changes: Sequence[Change], trial: Trial
) -> list[Reply]:
    rebind = originals(exercise) if rebound else {}
    call, script = trial.call, trial.case.script
    codes = [(change.code, {WHICH: change.which}) for change in changes]
    return session.try_changed(codes, exercise.function, call, script, rebind, PATIENCE)


def originals(exercise: Exercise) -> dict[str, str]:
    """{function that the answer may use: dotted name of ours}."""
    return {used: dotted_name(find_exercise(used).reference) for used in exercise.uses}


def judge_answer(
    session: Session,
    exercise: Exercise,
    cell: Reply,
    seed: int,
    draws: int,
    *,
    look: Look,
    state: State,
    source: str,
) -> Outcome:
    """Judge a function of the notebook. Its cell may have failed after the definition; that costs nothing."""
    name = exercise.function
    found = session.describe(name)
    if isinstance(found, Stopped):
        return failed(exercise, "runs", in_words(found), stopped=True)
    if found.kind != "function":
        return not_callable(exercise, cell, found.kind)
    if found.ready_made:
        return not_own(exercise, f"the answer calls {found.ready_made}")
    wrong = problem(found.parameters, parameters(exercise.reference) or [])
    if wrong:
        return failed(exercise, "signature", wrong)

    try:
        plan = trials(exercise, seed, draws)
        with (
            closing(ahead(session, exercise, plan)) as replies,
            closing(ahead(session, exercise, plan, rebound=True)) as rebound,
        ):
            how: dict[str, Any] = {"plan": plan, "look": look, "state": state, "source": source}
            return evaluate(exercise, lambda *_: next(replies), lambda *_: next(rebound), **how)
    except EngineError:
        raise
    except CalledReadyMade as error:
        return not_own(exercise, str(error))
    except Exception as error:  # a flaw of the judge must not cost the other exercises
        return whose_error(exercise, error, seed, draws)


def ahead(
    session: Session, exercise: Exercise, plan: Sequence[Trial], *, rebound: bool = False
) -> Generator[Reply]:
    """The replies to a plan, in turn: the calls run while those before them are judged. rebound: with ours in place
    of the earlier functions that the answer may use."""
    name, rebind = exercise.function, originals(exercise) if rebound else None

    def message(trial: Trial) -> bytes:
        call, script = trial.call, trial.case.script
        found: bytes = trial.once(f"{name} {rebound}", lambda: asking(name, call, script, rebind))
        return found

    for n, part in enumerate(rounds(plan)):
        messages = [*map(message, part)]
        with closing(session.calls(name, messages, exercise.seconds, turn=(rebound, n))) as replies:
            for reply in replies:
                if isinstance(reply, Raised) and reply.kind == OwnWork.__name__:
                    raise CalledReadyMade(reply.message)
                yield reply


def whose_error(exercise: Exercise, error: Exception, seed: int, draws: int) -> Outcome:
    """The judge failed. If it can judge the reference, what it was given is wrong, and the check is not broken."""

    def reference(call: Call, script: str | None) -> Reply:
        return local.ask(exercise.reference, call, script)

    what = f"{type(error).__name__}: {error}"[:300]
    with suppress(Exception):
        if evaluate(exercise, reference, seed=seed, draws=draws).status == "passed":
            return failed(exercise, "type", f"what the function returned cannot be judged ({what})")
    return our_error(exercise, what)


def not_callable(exercise: Exercise, cell: Reply, kind: str) -> Outcome:
    """The notebook has no function of this name: say what became of the cell, or what is there instead."""
    name = exercise.function
    if isinstance(cell, Raised):
        advice = "The cell stops before the function is defined. Run it by itself and mend this first."
        return failed(exercise, "runs", f"the cell stops with {in_words(cell)}", advice, cell.traceback)
    if isinstance(cell, Stopped):
        advice = "Is there a loop outside the function, or a line that ends the program?"
        return failed(exercise, "runs", f"the cell was stopped: {cell.reason}", advice, stopped=True)
    if kind == "missing":
        return failed(
            exercise, "attempted", f"no function `{name}` is defined", f"Its cell must begin `def {name}(`."
        )
    return failed(exercise, "type", f"`{name}` is no function but of type {kind}")


def in_words(reply: Reply) -> str:
    """What became of a cell."""
    if isinstance(reply, Raised):
        line = f" · line {reply.line}: {reply.source}" if reply.line else ""
        return f"{reply.kind}: {reply.message}{line}"
    return f"stopped: {reply.reason}" if isinstance(reply, Stopped) else ""


def dotted_name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"
