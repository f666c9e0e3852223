"""Every check is proved: right answers pass, wrong answers fail and are named, nothing depends on the seed.

What has not changed since `make prove` is tried over one seed, what has over a hundred (proofs.py).
"""

import numpy as np
import pytest

from grader import check
from grader.calls import local
from grader.calls.plain import Raised, Returned
from grader.calls.wire import encode
from grader.judging.diagnose import diagnose
from grader.judging.evaluate import evaluate, report
from grader.judging.judge import share, trials
from tests.course.answers import (
    EXERCISES,
    every_exercise,
    for_each,
    plan_for,
    results,
    run_source,
    solutions,
    solved,
    stubs,
    trivial_answers,
    typed,
)
from tests.course.proofs import seeds, some


def right_answers(chapter, exercise):
    return [exercise.reference, solutions(chapter)[exercise.function], *exercise.alternatives]


def ratios(found):
    return [a.ratio for r in found if r.trial.case.weight for a in r.agreements]


@every_exercise
def test_right_answers_pass_on_every_seed_without_a_grey_zone(chapter, exercise):
    answers = right_answers(chapter, exercise)
    for seed in seeds(chapter, exercise):
        plan = plan_for(exercise, seed)
        for fn in answers:
            found = results(exercise, fn, plan)
            assert share(exercise, found) == 1, (seed, report(exercise, found).message)
            assert max(ratios(found)) < 0.1, (seed, fn.__name__, max(ratios(found)))


def non_contiguous(array):
    return np.repeat(array[..., None], 2, axis=-1)[..., 0] if array.ndim else array


def float32(array):
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def rounded(array):
    return np.round(array) if array.dtype.kind == "f" else array


@every_exercise
@pytest.mark.parametrize("change", [float32, rounded, non_contiguous, np.asfortranarray])
def test_right_answers_pass_in_other_dtypes_and_layouts(chapter, exercise, change):
    for seed in seeds(chapter, exercise)[:20]:
        plan = plan_for(exercise, seed, change)
        for fn in right_answers(chapter, exercise):
            found = results(exercise, fn, plan)
            assert share(exercise, found) == 1, (seed, report(exercise, found).message)


@every_exercise
def test_misconceptions_fail_and_are_named_on_every_seed(chapter, exercise):
    tried = seeds(chapter, exercise)
    plans = [plan_for(exercise, seed) for seed in tried]  # each remembers what the misconceptions reply to it
    for misconception in exercise.misconceptions:
        profile = None
        for seed, plan in zip(tried, plans):
            found = results(exercise, misconception.fn, plan)
            named = diagnose(exercise, found)
            where = (misconception.slug, seed)
            assert share(exercise, found) <= 0.8, where
            assert named is misconception, (where, named and named.slug)
            right = [r.ok for r in found]
            assert profile in (None, right), f"{where}: which cases fail depends on the seed"
            profile = right
            caught = next(r for r in found if r.trial.case.title == misconception.case)
            assert not caught.ok, f"{where}: its own case does not catch it"
            wrong = [a.ratio for r in found for a in r.agreements if not a.ok]
            assert all(r > 10 for r in wrong), (where, min(wrong))


@every_exercise
def test_the_bank_is_a_bank(chapter, exercise):
    slugs = [m.slug for m in exercise.misconceptions]
    assert len(slugs) == len(set(slugs)) >= 4
    assert all(m.hint.endswith((".", ")")) for m in exercise.misconceptions)
    assert len(exercise.alternatives) >= 4
    assert len(exercise.hints) >= 2
    assert all(exercise.hints)
    assert exercise.points > 0
    assert 1 <= exercise.difficulty <= 5


def plausible(got, want):
    """Finite, of the right shape, and within a factor of ten of the truth."""
    if isinstance(want, (tuple, list)):
        return isinstance(got, (tuple, list)) and len(got) == len(want) and all(map(plausible, got, want))
    if isinstance(want, dict):
        return (
            isinstance(got, dict) and set(got) == set(want) and all(plausible(got[k], want[k]) for k in want)
        )
    if want is None or isinstance(want, (bool, str)):
        return type(got) is type(want)
    try:
        got, want = np.asarray(got), np.asarray(want)
    except ValueError:  # ragged
        return False
    if got.shape != want.shape or not np.isfinite(got).all():
        return False
    largest = np.abs(want).max(initial=0.0)
    return bool(0.1 * largest <= np.abs(got).max(initial=0.0) <= 10 * largest)


@every_exercise
def test_two_misconceptions_look_right(chapter, exercise):
    """Values of the right shape and size are what a check is for; nan and a wrong shape anybody sees."""
    core = next(t for t in plan_for(exercise, 0) if t.case.stage == "values" and not t.case.edge)
    want = results(exercise, exercise.reference, [core])[0].want
    subtle = []
    for misconception in exercise.misconceptions:
        reply = results(exercise, misconception.fn, [core])[0].reply
        if isinstance(reply, Returned) and plausible(reply.value, want):
            subtle.append(misconception.slug)
    assert len(subtle) >= 2, subtle


@every_exercise
def test_trivial_answers_earn_nothing(chapter, exercise):
    for seed in seeds(chapter, exercise)[:10]:
        plan = plan_for(exercise, seed)
        for name, fn in trivial_answers(exercise).items():
            found = results(exercise, fn, plan)
            assert share(exercise, found) == 0, (name, seed)
            wrong = {
                r.trial.case.title for r in found if not r.ok
            }  # one call of several may be a trivial one
            assert all(r.trial.case.edge for r in found if r.trial.case.title not in wrong), name


@every_exercise
def test_a_table_of_the_numbers_shown_at_home_is_worth_nothing_in_class(chapter, exercise):
    shown = {encode(trial.call) for trial in trials(exercise)}

    def ask(call, script):
        if encode(call) in shown:
            return local.ask(exercise.reference, call, script)
        return Raised("KeyError", "numbers that are not in the table")

    assert evaluate(exercise, ask).status == "passed"
    assert evaluate(exercise, ask, seed=12345, draws=3).points == 0


@every_exercise
def test_the_stub_is_not_attempted(chapter, exercise):
    outcome = check(stubs(chapter)[exercise.function])
    assert (outcome.status, outcome.points, outcome.misconception) == ("not attempted", 0.0, None)


@every_exercise
def test_the_chapter_s_solution_earns_full_marks(chapter, exercise):
    outcome = check(solutions(chapter)[exercise.function])
    assert (outcome.status, outcome.points) == ("passed", exercise.points)


@every_exercise
def test_banked_answers_run_as_a_student_would_type_them(chapter, exercise, monkeypatch):
    """Their source alone, in the notebook's namespace, gives what the function in the bank gives."""
    monkeypatch.setattr(
        "grader.home.answer.SEARCH", 0.0
    )  # for the place of a mistake, which is not asked here
    bank = (*exercise.alternatives, *(m.fn for m in exercise.misconceptions))
    for fn in some(chapter, exercise, bank):
        space = solved(chapter)
        run_source(typed(fn, exercise.function), space, name=f"<{fn.__name__}>")
        outcome = check(space[exercise.function])
        slug = next((m.slug for m in exercise.misconceptions if m.fn is fn), None)
        assert (outcome.status == "passed", outcome.misconception) == (slug is None, slug), fn.__name__


DELEGATIONS = (
    "import {module}\ndef {name}(*args, **kwargs):\n    return {module}.{twin}(*args, **kwargs)\n",
    "from {module} import {twin} as ready\ndef {name}(*args, **kwargs):\n    return ready(*args, **kwargs)\n",
    "def {name}(*args, **kwargs):\n    from {module} import {twin} as ready\n    return ready(*args, **kwargs)\n",
    "from {module} import {twin} as ready\ndef helper(*args, **kwargs):\n    return ready(*args, **kwargs)\n"
    "def {name}(*args, **kwargs):\n    return helper(*args, **kwargs)\n",
    "from {module} import {twin} as {name}\n",
)


def delegations(exercise):
    """Source of answers that hand the work to a ready-made function."""
    home = ".".join(exercise.reference.__module__.split(".")[:2])
    twins = list(exercise.twins[1:])
    if home.startswith("nnlib."):  # a reference that narrows nnlib's function names that among the twins
        twins.insert(0, f"{home}.{exercise.function}")
    if exercise.gradient_of and exercise.torch:
        twins.remove(exercise.torch)  # the forward function in torch is not this answer
    for twin in twins:
        module, _, name = twin.rpartition(".")
        for source in DELEGATIONS:
            yield source.format(module=module, twin=name, name=exercise.function)


@every_exercise
def test_delegation_is_refused(chapter, exercise):
    sources = list(delegations(exercise))
    assert sources
    for i, source in enumerate(sources):
        space = solved(chapter)
        run_source(source, space, name=f"<delegation {i}>")
        answer = space[exercise.function]
        outcome = check(answer) if getattr(answer, "__name__", "") == exercise.function else None
        if outcome is None:  # torch's functions are called otherwise than the exercise now and then
            continue
        assert (outcome.status, outcome.stage, outcome.points) == ("failed", "own work", 0.0), source


@for_each([(chapter, exercise) for chapter, exercise in EXERCISES if exercise.uses])
def test_one_wrong_earlier_answer_does_not_sink_a_later_one(chapter, exercise):
    """With every used function wrong, the solution still passes, and the report says so."""
    space = solutions(chapter)
    for name in exercise.uses:
        space[name] = lambda *args, **kwargs: np.asarray(args[0]) * 0 + 7.0
    outcome = check(space[exercise.function])
    assert outcome.status == "passed"
    assert exercise.uses[0] in outcome.note


@every_exercise
def test_points_are_a_plain_number_within_bounds(chapter, exercise):
    for misconception in some(chapter, exercise, exercise.misconceptions):
        points = report(exercise, results(exercise, misconception.fn, plan_for(exercise, 0))).points
        assert type(points) is float
        assert 0 <= points < exercise.points
