"""The rules of scoring, on a small record: weights, edge cases, several outputs, draws, uses, our own errors."""

from fractions import Fraction

import numpy as np
import pytest

from grader.calls import local
from grader.calls.plain import as_list
from grader.judging.evaluate import evaluate
from grader.judging.judge import judge, rounds, share, trials
from grader.record.exercise import Case, Exercise, Misconception, call
from grader.record.registry import find_exercise, registry


def double(x):
    return 2 * x


def record(**changes):
    values = {
        "function": "double",
        "topics": (),
        "points": 4,
        "difficulty": 1,
        "minutes": 1,
        "reference": double,
        "cases": (
            Case("three numbers", lambda rng: call(rng.normal(size=3)), weight=2, example=call([1, 2, 3])),
            Case("a matrix", lambda rng: call(rng.normal(size=(2, 3)))),
            Case("zeros", lambda rng: call(np.zeros(3)), edge=True),
        ),
        "misconceptions": (
            Misconception("square", lambda x: x**2, "You square.", case="three numbers"),
            Misconception("add", lambda x: x + 2, "You add 2.", case="three numbers"),
        ),
        "alternatives": (),
        "hints": ("two",),
    }
    return Exercise(**{**values, **changes})


def points(exercise, fn, **options):
    return evaluate(exercise, lambda c, s: local.ask(fn, c, s), **options)


def test_the_automatic_cases_come_by_themselves():
    titles = {case.title: case.weight for case in record().cases}
    assert titles == {
        "three numbers": 2,
        "a matrix": 1,
        "zeros": 1,
        "arguments unchanged": 1,
        "float32 stays float32": 0,
    }


@pytest.mark.parametrize(
    ("fn", "earned"),
    [
        (double, 1),
        (lambda x: 2 * x.astype(float), 1),  # float64 for float32 is a remark
        (lambda x: x * 0, 0),  # edge cases pay only behind a right core case
        (lambda x: 2 * x if x.ndim == 1 else x, Fraction(4, 5)),
        (lambda x: 2 * x if x.ndim == 2 else x, Fraction(3, 5)),
        (lambda x: np.multiply(x, 2, out=x), Fraction(4, 5)),
        (lambda x: None, 0),
    ],
)
def test_points_are_weights(fn, earned):
    exercise = record()
    assert share(exercise, judge(exercise, trials(exercise), lambda c, s: local.ask(fn, c, s))) == earned


def test_a_remark_is_said_and_costs_nothing():
    outcome = points(record(), lambda x: 2 * x.astype(float))
    assert (outcome.status, outcome.points) == ("passed", 4.0)
    assert "costs nothing" in outcome.note
    assert "float64" in outcome.note


def test_changing_the_argument_is_named():
    outcome = points(record(), lambda x: np.multiply(x, 2, out=x))
    assert (outcome.status, outcome.misconception) == ("failed", "in-place")


def test_a_case_counts_only_if_every_draw_is_right():
    shown = {t.call.args[0][0] for t in trials(record()) if t.call.args[0].shape == (3,)}

    def lucky(x):
        return 2 * x if x.shape != (3,) or x[0] in shown else x

    assert points(record(), lucky).points == 4
    in_class = points(record(), lucky, seed=5, draws=3)
    assert in_class.points == 2.4
    assert "wrong on other numbers" in in_class.found
    assert not any(character.isdigit() for character in in_class.found)


def test_the_class_s_numbers_depend_on_its_seed_and_the_title_only():
    def drawn(exercise, seed):
        titles = ("three numbers", "a matrix")
        plan = [t for t in trials(exercise, seed, 2) if not t.home and t.case.title in titles]
        return [(t.case.title, t.call.args[0].tolist()) for t in plan]

    exercise = record()
    more = record(cases=(Case("new", lambda rng: call(rng.normal(size=2))), *record().cases[:3]))
    assert drawn(exercise, 9) == drawn(more, 9)
    assert drawn(exercise, 9) != drawn(exercise, 10)


def test_several_outputs_are_credited_each():
    exercise = record(reference=lambda x: (2 * x, 3 * x), returns=("twice", "thrice"), misconceptions=())
    outcome = points(exercise, lambda x: (2 * x, x))
    assert outcome.points == 2.8  # half of each core case, the zeros, and the unchanged arguments
    assert outcome.found.startswith("thrice[0]: got 1, expected 3")
    assert "2 results: (twice, thrice)" in points(exercise, lambda x: x).found


def test_a_used_answer_that_is_wrong_sinks_nothing():
    exercise = record(uses=("sigmoid",))
    wrong, right = (lambda c, s, f=f: local.ask(f, c, s) for f in (lambda x: x, double))
    outcome = evaluate(exercise, wrong, right)
    assert (outcome.status, outcome.points) == ("passed", 4.0)
    assert "`sigmoid`" in outcome.note
    assert evaluate(exercise, right, wrong).note == ""


@pytest.mark.parametrize(
    ("state", "status"), [("wrong", "failed"), ("right", "passed"), ("not run", "passed")]
)
def test_two_mistakes_that_cancel_are_two_mistakes(state, status):
    """Right on an earlier answer that is wrong, and wrong on ours."""
    exercise = record(uses=("sigmoid",))
    right, wrong = (lambda c, s, f=f: local.ask(f, c, s) for f in (double, lambda x: x + 2))
    outcome = evaluate(exercise, right, wrong, state=lambda name: state)
    assert outcome.status == status
    assert ("two mistakes cancel" in outcome.note) == (status == "failed")


NEARLY = {
    "their sign": lambda x: -2 * x,
    "a factor 2": lambda x: 4 * x,
    "a factor ½": lambda x: x,
    "a division by a number of entries": lambda x: 2 * x / len(x),
    "a factor that is a number of entries": lambda x: 2 * x * x.size,
    "their rounding, or an eps": lambda x: 2 * x + 1e-4 * np.abs(x).max(),
    "their order or their shape": lambda x: (2 * x)[:, None],
}


@pytest.mark.parametrize(("lack", "answer"), NEARLY.items(), ids=NEARLY)
def test_what_is_right_but_for_one_thing_earns_up_to_half(lack, answer):
    outcome = points(record(misconceptions=()), answer)
    assert outcome.status == "failed"
    assert 1.8 <= outcome.points <= 2.0  # of 4; an edge case that is nearly right pays a quarter
    assert outcome.note == f"Your numbers are right but for {lack}: that is worth up to half of the points."


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: -3 * x,
        lambda x: 2 * x + 0.1,
        lambda x: 2.0,
        np.sum,
    ],
    ids=["two factors", "a constant", "a number", "the sum"],
)
def test_what_lacks_more_earns_nothing(answer):
    assert points(record(misconceptions=()), answer).points == 0


def test_some_results_in_another_order():
    exercise = record(reference=lambda x: (2 * x, 3 * x, x.sum()), returns=("a", "b", "c"), misconceptions=())
    for answer in (
        lambda x: (3 * x, x.sum(), 2 * x),
        lambda x: (2 * x, [3 * x, x.sum()]),
        lambda x: (2 * x, 3 * x),
    ):
        assert 1.8 <= points(exercise, answer).points <= 2.0


def broken(x):
    raise RuntimeError("a bug of ours")


@pytest.mark.parametrize(
    "exercise",
    [record(reference=broken), record(reference=lambda g, x: g, gradient_of=np.square)],
    ids=["the reference raises", "the reference is not the gradient"],
)
def test_our_errors_are_never_a_zero(exercise):
    if exercise.gradient_of:
        cases = (Case("two", lambda rng: call(rng.normal(size=2), rng.normal(size=2))),)
        exercise = record(reference=exercise.reference, gradient_of=np.square, cases=cases)
    outcome = points(exercise, double)
    assert outcome.status == "error"
    assert "not your answer" in outcome.message


@pytest.mark.parametrize(
    ("fn", "slug"),
    [
        (np.square, "square"),
        (lambda x: x + 2, "add"),
        (lambda x: x**2 if x.any() else x + 1, None),
        (lambda x: x**2 if x.ndim == 1 else x - 7, None),
        (lambda x: x - 5, None),
    ],
)
def test_a_mistake_is_named_when_the_whole_profile_agrees(fn, slug):
    assert points(record(), fn).misconception == slug


def test_two_mistakes_that_agree_are_not_named():
    twins = tuple(Misconception(s, lambda x: x**2, "You square.", case="a matrix") for s in ("one", "two"))
    assert points(record(misconceptions=twins), np.square).misconception is None


def test_a_list_is_an_argument_that_can_be_changed():
    cases = (Case("a list", lambda rng: call(as_list(rng.integers(9, size=3).tolist()))),)
    exercise = record(reference=sum, cases=cases, misconceptions=())
    assert points(exercise, lambda x: sum(x)).status == "passed"
    assert points(exercise, lambda x: sum(x.pop() for _ in list(x))).misconception == "in-place"


def test_what_is_right_on_numbers_of_its_own_is_not_asked_those_shown_again():
    exercise, asked = record(), []

    def asking(fn):
        asked.clear()
        return lambda c, s: asked.append(c) or local.ask(fn, c, s)

    plan = trials(exercise, 7, 1)
    first, rest = rounds(plan)
    assert rest
    assert all(t.home and t.call is not t.case.example for t in rest)
    assert len(judge(exercise, plan, asking(double))) == len(asked) == len(first)
    remarked = judge(exercise, plan, asking(lambda x: 2 * x.astype(float)))  # float64 for float32
    assert len(remarked) == len(asked) == len(first)
    assert rounds(trials(exercise)) == (trials(exercise), [])  # at home all is asked
    results = judge(
        exercise, plan, asking(lambda x: 2 * x * (1 + 1e-7))
    )  # right in class, by its mildness alone
    assert [r.trial for r in results] == plan
    assert asked == [t.call for t in [*first, *rest]]
    assert all(r.ok for r in results if not r.trial.home)
    assert not any(r.ok for r in results if any(r.trial is t for t in rest))


def test_two_cases_of_one_title_are_refused():
    case = Case("same", lambda rng: call([1.0]))
    with pytest.raises(ValueError, match="two cases have the same title"):
        record(cases=(case, case))


def test_the_registry_knows_every_function_once():
    functions = list(registry())
    assert len(functions) == len(set(functions))
    assert find_exercise("softmax") is registry("ch02_activations")["softmax"]
    with pytest.raises(LookupError, match="nearest is 'softmax'"):
        find_exercise("sofmax")
    with pytest.raises(LookupError, match="unknown chapter"):
        registry("ch99")
