"""Run an exercise's cases through a function and score what comes back. The one judge, at home and in class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from grader.calls import local
from grader.calls.plain import Call, Raised, Reply, Returned, Stopped, float_arrays
from grader.judging.compare import Agreement, Difference, compare, scale_of
from grader.judging.nearly import NEARLY
from grader.record.exercise import HOME_SEED, Case, Exercise

__all__ = [
    "HOME_SEED",
    "STAGES",
    "CaseResult",
    "OurError",
    "Trial",
    "credit",
    "first_failure",
    "judge",
    "passes",
    "rounds",
    "share",
    "trials",
]

STAGES = (
    "attempted",
    "signature",
    "runs",
    "type",
    "shape",
    "finite",
    "values",
    "gradient",
    "dtype kept",
    "arguments unchanged",
    "edge cases",
    "own work",
    "speed",
)

# What passes at home to eight digits is no guess: in class one formula gets one mark, whatever is drawn.
MILDNESS = 100.0
MAX_SHOWN = 500  # exercises whose trials are remembered
MAX_REMEMBERED = 1 << 16  # bytes of a value that is remembered with its trial
MAX_KEPT = 4 << 20  # bytes of a result: those of all cases are kept until the exercise is judged

Ask = Callable[[Call, "str | None"], Reply]
Nearly = Callable[[Any, Any, Call, Callable[[Any, Any], bool]], bool]
HALF = Fraction(1, 2)


class OurError(Exception):
    """The record or the reference is at fault: never the student's zero."""


@dataclass(frozen=True)
class Trial:
    """One draw of one case. `home` trials are those that `check` shows to everybody."""

    case: Case
    call: Call
    home: bool = True
    known: dict[str, Any] = field(
        default_factory=dict, compare=False, repr=False
    )  # what the reference gives, ...

    def once(self, name: str, work: Callable[[], Any]) -> Any:
        """The result of `work`, kept under a name: a class is asked the same calls, student after student."""
        if name in self.known:
            return self.known[name]
        found = work()
        if memory(found) < MAX_REMEMBERED:
            self.known[name] = found
        return found


@dataclass(frozen=True)
class CaseResult:
    """What one trial showed. got and want are the judged values (after the case's `measure`)."""

    trial: Trial
    reply: Reply
    want: Any
    got: Any = None
    agreements: tuple[Agreement, ...] = ()  # one an output
    unmeasured: str = ""

    @property
    def ok(self) -> bool:
        return bool(self.agreements) and all(a.ok for a in self.agreements)

    @property
    def difference(self) -> Difference | None:
        return next((a.difference for a in self.agreements if a.difference), None)

    @property
    def stage(self) -> str | None:
        """The stage that broke, None where all is well."""
        if self.ok:
            return None
        case = self.trial.case
        if isinstance(self.reply, Raised):
            if self.reply.unattempted:
                return "attempted"
            return "type" if self.reply.kind == "NotPlain" else "runs"
        if isinstance(self.reply, Stopped):
            return "runs"
        if case.stage != "values":  # a case about one property
            return case.stage
        found = self.difference
        if found is None or found.stage in ("type", "shape", "finite"):
            return found.stage if found else "type"
        return "edge cases" if case.edge else "values"


_shown: dict[int, tuple[Exercise, dict[str, list[Trial]]]] = {}


def trials(exercise: Exercise, seed: int = HOME_SEED, draws: int = 0) -> list[Trial]:
    """Every case as `check` shows it, then `draws` further draws of it from `seed` (a class's secret) where the
    numbers matter."""
    found = []
    for case in exercise.cases:
        home = _home(exercise)[case.title]
        found += home
        numbers = draws and case.stage == "values"
        if numbers and not home[0].once("never draws", partial(_never_draws, case, home[0].call)):
            more = (case.draw(seed, i) for i in range(case.draws * draws))
            found += [Trial(case, call, home=False) for call in more]
    return found


def _home(exercise: Exercise) -> dict[str, list[Trial]]:
    """What is shown to everybody, made once: {case: its trials}."""
    if id(exercise) not in _shown or _shown[id(exercise)][0] is not exercise:
        if len(_shown) >= MAX_SHOWN:
            _shown.clear()
        made = {c.title: [Trial(c, c.draw(HOME_SEED, i)) for i in range(c.shown)] for c in exercise.cases}
        _shown[id(exercise)] = exercise, made
    return _shown[id(exercise)][1]


def _never_draws(case: Case, home: Call) -> bool:
    """Is it always the same call, so that further draws would repeat it?"""
    return all(_same(case.draw(HOME_SEED + 1, i), home) for i in range(3))


def _same(a: Call, b: Call) -> bool:
    from grader.calls.wire import encode

    return encode(a) == encode(b)


def judge(exercise: Exercise, plan: Sequence[Trial], ask: Ask) -> list[CaseResult]:
    """Ask for the trials of a plan, round by round, and compare with the reference. Raises OurError where the
    reference fails.

    What is right on a class's own numbers, as exactly as at home, is not asked again on those shown at home.
    """
    first, rest = rounds(plan)
    results = [_judged(exercise, trial, ask, mildness=1.0) for trial in first]
    if not rest or all(r.ok for r in results if r.trial.case.weight):
        return results
    results = [r if r.ok else judge_reply(exercise, r.trial, r.reply, r.want) for r in results]
    found = {id(r.trial): r for r in [*results, *(_judged(exercise, trial, ask) for trial in rest)]}
    return [found[id(trial)] for trial in plan]


def rounds(plan: Sequence[Trial]) -> tuple[list[Trial], list[Trial]]:
    """(what is asked first, what only where not all of that is right: draws shown at home of cases that are drawn
    again)."""
    again = {t.case.title for t in plan if not t.home}
    later = [t.home and t.case.title in again and t.call is not t.case.example for t in plan]
    return [t for t, waits in zip(plan, later) if not waits], [t for t, waits in zip(plan, later) if waits]


def _judged(exercise: Exercise, trial: Trial, ask: Ask, mildness: float | None = None) -> CaseResult:
    want = wanted(exercise, trial)
    return judge_reply(exercise, trial, ask(trial.call, trial.case.script), want, mildness)


def judge_reply(
    exercise: Exercise, trial: Trial, reply: Reply, want: Any, mildness: float | None = None
) -> CaseResult:
    """Compare one reply with the wanted value, output by output; in class mildly unless told how exactly."""
    if isinstance(reply, Returned) and memory(reply.value) > MAX_KEPT + 8 * memory(want):
        reply = Raised("NotPlain", f"{memory(reply.value) >> 20} MiB of results; return what was asked for")
    if not isinstance(reply, Returned):
        return CaseResult(trial, reply, want)
    try:
        got = measured(trial, reply.value)
    except Exception as error:  # a result of the wrong kind cannot be measured
        return CaseResult(trial, reply, want, reply.value, unmeasured=f"{type(error).__name__}: {error}")
    how = _how(trial, mildness)
    names = exercise.returns
    split = len(names) > 1 and trial.case.script is None and _tuples_of_one_length(got, want)
    if split and len(want) == len(names):
        parts = tuple(compare(g, w, path=name, **how) for g, w, name in zip(got, want, names))
    else:
        parts = (compare(got, want, **how),)
    return CaseResult(trial, reply, want, got, parts)


def _how(trial: Trial, mildness: float | None = None) -> dict[str, Any]:
    """How exactly results are compared."""
    if mildness is None:
        mildness = 1.0 if trial.home else MILDNESS
    return {"scale": scale_in(trial), "tol": trial.case.tol, "mildness": mildness}


def memory(value: Any) -> int:
    """Bytes that a result takes, about."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        value = tuple(value.values())
    return 32 + sum(map(memory, value)) if isinstance(value, (tuple, list)) else 32


def scale_in(trial: Trial) -> float:
    """max|x| over the arrays of the call."""
    return float(trial.once("scale", lambda: scale_of(float_arrays(trial.call))))


def measured(trial: Trial, value: Any) -> Any:
    if trial.case.measure is None:
        return value
    args, _ = trial.call.realise()
    return trial.case.measure(value, *args)


def wanted(exercise: Exercise, trial: Trial) -> Any:
    """The judged value of the reference."""
    return trial.once(f"{exercise.function} wanted", lambda: _wanted(exercise, trial))


def _wanted(exercise: Exercise, trial: Trial) -> Any:
    reply = local.ask(exercise.reference, trial.call, trial.case.script)
    if not isinstance(reply, Returned):
        raise OurError(f"{exercise.function}, case {trial.case.title!r}: the reference gives {reply}")
    return measured(trial, reply.value)


def passes(exercise: Exercise, results: Sequence[CaseResult]) -> bool:
    """Are all of the points earned?"""
    return _earned(exercise, results) == 1


def share(exercise: Exercise, results: Sequence[CaseResult]) -> Fraction:
    """The share of the points earned."""
    return credit(exercise, results)[0]


def credit(exercise: Exercise, results: Sequence[CaseResult]) -> tuple[Fraction, str]:
    """The share of the points earned, and what the numbers lack in a sentence, if that is one thing.

    Cases count by weight, an output counts if it is right in every draw, edge cases pay only behind a right core
    case, edge outputs beside a right other one. An answer that earns less than half of the points so is paid up to
    half of them if its numbers are right but for one thing: what is so nearly right counts half.
    """
    earned, found = _earned(exercise, results), ""
    if earned >= HALF:
        return earned, ""
    for lack, nearly in NEARLY.items():
        half = min(HALF, _earned(exercise, results, nearly))
        if half > earned:
            earned, found = half, lack
        if half == HALF:
            break
    if not found:
        return earned, ""
    cases = _by_case(exercise, results)
    values = [(case, mine) for case, mine in cases if case.weight and case.stage == "values"]
    everywhere = all(_credit(exercise, mine, NEARLY[found]) for _, mine in values)
    return earned, f"{'Your' if everywhere else 'Some of your'} numbers are right but for {found}"


def _by_case(exercise: Exercise, results: Sequence[CaseResult]) -> list[tuple[Case, list[CaseResult]]]:
    found: dict[str, list[CaseResult]] = {case.title: [] for case in exercise.cases}
    for result in results:
        found[result.trial.case.title].append(result)
    return [(case, found[case.title]) for case in exercise.cases]


def _earned(exercise: Exercise, results: Sequence[CaseResult], nearly: Nearly | None = None) -> Fraction:
    cases = _by_case(exercise, results)
    core = {case.title: _credit(exercise, mine, nearly) for case, mine in cases if not case.edge}
    best = max(core.values(), default=Fraction(0))
    if not best:
        return best
    behind = Fraction(1) if nearly is None else best
    earned = sum(
        case.weight * (behind * _credit(exercise, mine, nearly) if case.edge else core[case.title])
        for case, mine in cases
        if case.weight
    )
    return Fraction(earned) / sum(case.weight for case in exercise.cases)


def _credit(exercise: Exercise, mine: Sequence[CaseResult], nearly: Nearly | None) -> Fraction:
    """What the results of one case are worth."""
    if mine and all(r.ok for r in mine):
        return Fraction(1)
    if not mine or not all(r.agreements for r in mine):
        return Fraction(0)
    parts = len(mine[0].agreements)
    if any(len(r.agreements) != parts for r in mine):
        return Fraction(0)
    found = [_least(mine, i, nearly) for i in range(parts)]
    core = [w for w, name in zip(found, exercise.returns) if name not in exercise.edge_returns]
    if len(exercise.returns) == parts and not any(core):
        return Fraction(0)
    return sum(found, Fraction(0)) / parts


def _least(mine: Sequence[CaseResult], part: int, nearly: Nearly | None) -> Fraction:
    """Of one output what it is worth in every call."""
    least = Fraction(1)
    for result in mine:
        least = min(least, _worth(result, part, nearly))
        if not least:
            break
    return least


def _worth(result: CaseResult, part: int, nearly: Nearly | None) -> Fraction:
    """Of one output of one call: 1 where it is right, ½ where it nearly is."""
    if result.agreements[part].ok:
        return Fraction(1)
    case = result.trial.case
    if nearly is None or case.script:
        return Fraction(0)
    how = _how(result.trial)

    def agrees(got: Any, want: Any) -> bool:
        return compare(got, want, **how).ok

    def close(got: Any, want: Any) -> bool:
        return nearly(got, want, result.trial.call, agrees)

    right = close(result.got, result.want)
    if not right and _tuples_of_one_length(result.got, result.want):
        pairs = list(zip(result.got, result.want))
        pairs = pairs if len(result.agreements) == 1 else [pairs[part]]
        right = all(agrees(g, w) or close(g, w) for g, w in pairs)
    return HALF if right else Fraction(0)


def _tuples_of_one_length(got: Any, want: Any) -> bool:
    return isinstance(want, tuple) and isinstance(got, (tuple, list)) and len(got) == len(want)


def first_failure(results: Sequence[CaseResult]) -> CaseResult | None:
    """The failing result of the earliest stage that `check` shows at home. An inf is no earlier than a wrong
    value: of those the first case is shown, which is the simplest."""
    failing = [r for r in results if not r.ok]
    if not failing:
        return None
    stages = ["values" if r.stage == "finite" else r.stage or "values" for r in failing]
    rank = [(not r.trial.home, STAGES.index(stage)) for r, stage in zip(failing, stages)]
    return failing[rank.index(min(rank))]


def check_oracles(exercise: Exercise, plan: Sequence[Trial]) -> None:
    """Raise OurError where the reference disagrees with central differences of its forward function."""
    if exercise.gradient_of is None:
        return
    from nnlib.gradcheck import numerical_vjp

    for trial in plan:
        case = trial.case
        if not case.differentiable or case.script or case.measure or _size(trial.call) > 200:
            continue
        (grad_output, *args), kwargs = trial.call.realise()
        wrt = exercise.wrt if len(exercise.wrt) > 1 else exercise.wrt[0]
        numeric = numerical_vjp(exercise.gradient_of, tuple(args), grad_output, wrt=wrt, kwargs=kwargs)
        want = wanted(exercise, trial)
        if not compare(want, numeric, scale=1.0, tol=(1e-6, 1e-6)).ok:
            raise OurError(
                f"{exercise.function}, case {case.title!r}: the reference and central differences disagree"
            )


def _size(call: Call) -> int:
    return sum(np.size(a) for a in call.args if isinstance(a, np.ndarray))
