"""States of optimizers, as arguments and as results: mapped, shown, compared by the names of their parts."""

import numpy as np
import pytest

from grader.calls import local
from grader.calls.plain import NotPlain, call, snapshot
from grader.judging.evaluate import evaluate
from grader.judging.explain import show_value
from grader.record.exercise import Case, Exercise
from nnlib.optim import AdamState, MomentumState, SGDState, momentum_step

STATE = AdamState(3, *np.arange(6.0).reshape(3, 2))


def test_arrays_within_a_state_are_mapped():
    mapped = call(np.ones(2), STATE).map_arrays(lambda a: a.astype(np.float32)).args[1]
    assert type(mapped) is AdamState
    assert mapped.step == 3
    assert {part.dtype.name for part in mapped[1:]} == {"float32"}
    assert call(SGDState(None)).map_arrays(np.negative).args == (SGDState(None),)


def test_realised_states_are_copies():
    (state,), _ = call(STATE).realise()
    state.exp_avg[0] = 9
    assert STATE.exp_avg[0] == 0


def test_a_result_keeps_its_names_and_is_a_copy():
    got = snapshot((np.ones(2), STATE))[1]
    assert type(got) is AdamState
    assert not np.shares_memory(got.exp_avg, STATE.exp_avg)
    with pytest.raises(NotPlain, match="a function"):
        snapshot(MomentumState(len))


SHOWN = {
    "MomentumState(velocity=[1, 2])": MomentumState(np.array([1.0, 2.0])),
    "AdamState(step=3, exp_avg=[0, 1], exp_avg_sq=[2, 3], max_exp_avg_sq=[4, 5])": STATE,
    "SGDState(momentum_buffer=None)": SGDState(None),
    "SGDState(momentum_buffer=array (3, 4))": SGDState(np.zeros((3, 4))),
    "([1],)": (np.ones(1),),
    "([1], [0, 0])": (np.ones(1), np.zeros(2)),
    "(3, 2)": (3, 2),
}


@pytest.mark.parametrize(("text", "value"), SHOWN.items(), ids=SHOWN)
def test_as_a_reader_would_write_it(text, value):
    assert show_value(value) == text


STEP = Exercise(
    function="momentum_step",
    topics=(),
    points=4,
    difficulty=1,
    minutes=1,
    reference=momentum_step,
    cases=(
        Case(
            "a step",
            lambda rng: call(
                rng.normal(size=3), rng.normal(size=3), MomentumState(rng.normal(size=3)), lr=0.1
            ),
        ),
    ),
    hints=("two",),
)


def velocity(grad, state):
    return 0.9 * state.velocity + 0.1 * grad


ANSWERS = {  # (what is returned, the points)
    "a plain tuple": (lambda w, g, s, lr: (w - lr * velocity(g, s), (velocity(g, s),)), 4),
    "a list": (lambda w, g, s, lr: [w - lr * velocity(g, s), [velocity(g, s)]], 4),
    "the parameter only": (lambda w, g, s, lr: w - lr * velocity(g, s), 2),
    "the state first": (lambda w, g, s, lr: (MomentumState(velocity(g, s)), w - lr * velocity(g, s)), 2),
    "the bare velocity": (lambda w, g, s, lr: (w - lr * velocity(g, s), velocity(g, s)), 2),
    "the old state": (lambda w, g, s, lr: (w - lr * velocity(g, s), s), 0),
}


@pytest.mark.parametrize(("answer", "earned"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_step_may_return(answer, earned):
    def momentum_step(param, grad, state, *, lr, beta=0.9):
        return answer(param, grad, state, lr)

    outcome = evaluate(STEP, lambda c, s: local.ask(momentum_step, c, s))
    others = 4 * sum(c.weight for c in STEP.cases if c.edge) / sum(c.weight for c in STEP.cases)
    assert earned - others <= outcome.points <= earned
    assert (outcome.status == "passed") == (earned == 4)


def test_a_difference_is_told_by_the_name_of_the_part():
    def momentum_step(param, grad, state, *, lr, beta=0.9):
        v = velocity(grad, state)
        return param - lr * v, MomentumState(v + 1)

    outcome = evaluate(STEP, lambda c, s: local.ask(momentum_step, c, s))
    assert "velocity[0]: got" in outcome.found
