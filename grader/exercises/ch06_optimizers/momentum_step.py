"""One step of momentum, as a mean of the gradients."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, options, shape, spread
from nnlib import optim
from nnlib.optim import MomentumState

SHAPES = ((1,), (1, 3), (3, 1), (1, 3, 1), (2, 1, 3))
SCALES = ((1.0, 200.0), (1e-5, 1.0), (1e3, 1.0), (1.0, 4e-5), (1.0, 1.0))


def signed(rng, size, scale=1.0):
    """Numbers from 1 to 2 times scale, of both signs in turn."""
    x = scale * rng.uniform(1, 2, size=size)
    return np.where(np.arange(x.size).reshape(x.shape) % 2, -x, x)


def step(size, state, scale=1.0, **options):
    """Draws a parameter, its gradient, of `scale`, and a state for it: a function of rng, shape and scale."""
    return lambda rng: call(signed(rng, size), -signed(rng, size, scale), state(rng, size, scale), **options)


def odd_steps(state, *options):
    """Makers of steps with odd shapes, zeros, tiny and large numbers, the options in turn."""

    def maker(i):
        size, (p, g) = SHAPES[i % len(SHAPES)], SCALES[i % len(SCALES)]

        def make(rng):
            grad = np.roll(spread(rng, size, g), 1)
            return call(spread(rng, size, p), grad, state(rng, size, g), **options[i % len(options)])

        return make

    return [maker(i) for i in range(max(len(SHAPES), len(options)))]


def any_step(rng, *states):
    """Parameter, gradient and one of the states, as the texts allow; the gradient is of any size."""
    size, scale = shape(rng), one_of(rng, 1.0, 1.0, 100.0, 1e-5)
    return floats(rng, size), scale * floats(rng, size, (1.0,)), one_of(rng, *states)(rng, size, scale)


def moving(rng, size, scale):
    """A velocity, some of it zero."""
    v = scale * rng.uniform(0.4, 0.8, size=size)
    return MomentumState(np.where(np.arange(v.size).reshape(v.shape) % 3 == 1, -v, v))


def some_still(rng, size, scale):
    return MomentumState(spread(rng, size, scale))


def still(rng, size, scale):
    return MomentumState(np.zeros(size))


MOMENTUM_STEP = Exercise(
    function="momentum_step",
    topics=("C06-09",),
    points=1,
    difficulty=2,
    minutes=12,
    reference=optim.momentum_step,
    allowed=lambda rng: call(
        *any_step(rng, still, moving),
        lr=float(one_of(rng, 0.1, 1.0, 0.01)),
        **options(rng, beta=(0.9, 0.5, 0.0)),
    ),
    cases=(
        Case(
            "the first step",
            step((3,), still, lr=0.1),
            example=call([1.0, 2.0], [1.0, -2.0], MomentumState(np.zeros(2)), lr=0.5),
        ),
        Case("a step under way", step((4,), moving, lr=0.3)),
        Case("another beta", step((2, 3), moving, lr=0.1, beta=0.5)),
        in_turn(
            "odd shapes, beta 0, zeros, tiny and large numbers",
            *odd_steps(
                some_still,
                {"lr": 0.1, "beta": 0.5},
                {"lr": 1.5, "beta": 0.9},
                {"lr": 1.5, "beta": 0.0},
                {"lr": 1.5},
                {"lr": 0.1, "beta": 0.5},
            ),
        ),
    ),
    hints=(
        "First the new velocity, from the old one and the gradient: beta of the one, 1 − beta of the other.",
        "The parameter steps along the *new* velocity: param - lr * v.",
        "return param - lr * v, MomentumState(v)",
    ),
)


@MOMENTUM_STEP.wrong
def momentum_step_sum(param, grad, state, *, lr, beta=0.9):
    """The factor 1 − beta is missing: yours is a sum of gradients, the second convention, not their mean."""
    v = beta * state.velocity + grad
    return param - lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong(case="a step under way")
def momentum_step_old_velocity(param, grad, state, *, lr, beta=0.9):
    """You step along the old velocity; compute the new one first, and step along that."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * state.velocity, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_shares_exchanged(param, grad, state, *, lr, beta=0.9):
    """The shares are exchanged: beta belongs to the old velocity, 1 − beta to the gradient."""
    v = (1 - beta) * state.velocity + beta * grad
    return param - lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_along_the_gradient(param, grad, state, *, lr, beta=0.9):
    """You keep the velocity and then step along the gradient; step along the velocity."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * grad, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_uphill(param, grad, state, *, lr, beta=0.9):
    """You go up: the step is subtracted."""
    v = beta * state.velocity + (1 - beta) * grad
    return param + lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_state_as_before(param, grad, state, *, lr, beta=0.9):
    """You return the old state, so that nothing is ever remembered: MomentumState(v), with the new v."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v, state


@MOMENTUM_STEP.wrong
def momentum_step_param_only(param, grad, state, *, lr, beta=0.9):
    """You return the parameter only; asked for is the pair (param, state)."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v


@MOMENTUM_STEP.wrong
def momentum_step_bare_velocity(param, grad, state, *, lr, beta=0.9):
    """You return the bare velocity; the state is a tuple with it in it, MomentumState(v)."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v, v


@MOMENTUM_STEP.wrong
def momentum_step_rate_inside(param, grad, state, *, lr, beta=0.9):
    """Your velocity holds the learning rate; it is the mean of the bare gradients, and the step takes lr of it."""
    v = beta * state.velocity + (1 - beta) * lr * grad
    return param - v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_corrected(param, grad, state, *, lr, beta=0.9):
    """You divide by 1 − beta, as the bias correction of a first step would; this velocity is not corrected."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v / (1 - beta), MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_negative_velocity(param, grad, state, *, lr, beta=0.9):
    """Your velocity points downhill; here it is the mean of the gradients, and the step subtracts it."""
    v = beta * state.velocity - (1 - beta) * grad
    return param + lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong(case="another beta")
def momentum_step_beta_ignored(param, grad, state, *, lr, beta=0.9):
    """You do not use `beta`: 0.9 is only its default."""
    v = 0.9 * state.velocity + 0.1 * grad
    return param - lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_no_rate(param, grad, state, *, lr, beta=0.9):
    """The learning rate is missing: a step is lr times the velocity."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - v, MomentumState(v)


@MOMENTUM_STEP.wrong(case="arguments unchanged")
def momentum_step_in_place(param, grad, state, *, lr, beta=0.9):
    """You change the old velocity in place; it belongs to who called. v = beta * v + ... makes a new array."""
    (v,) = state
    v *= beta
    v += (1 - beta) * grad
    return param - lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_sum_with_the_rate_inside(param, grad, state, *, lr, beta=0.9):
    """Your velocity holds the rate and no 1 − beta: that is the sum, with the rate inside."""
    v = beta * state.velocity - lr * grad
    return param + v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_state_for_the_array(param, grad, state, *, lr, beta=0.9):
    """The state is a tuple; its part is `state.velocity`, or `(v,) = state`, with the comma."""
    v = beta * state + (1 - beta) * grad
    return param - lr * v, MomentumState(v)


@MOMENTUM_STEP.wrong
def momentum_step_part_assigned(param, grad, state, *, lr, beta=0.9):
    """A named tuple cannot be changed; make a new one, MomentumState(v)."""
    state.velocity = beta * state.velocity + (1 - beta) * grad
    return param - lr * state.velocity, state


@MOMENTUM_STEP.wrong
def momentum_step_the_class(param, grad, state, *, lr, beta=0.9):
    """You return the class; MomentumState(v) makes a state of it."""
    v = beta * state.velocity + (1 - beta) * grad
    return param - lr * v, MomentumState


@MOMENTUM_STEP.right
def momentum_step_towards_the_gradient(param, grad, state, *, lr, beta=0.9):
    (v,) = state
    v = v + (1 - beta) * (grad - v)
    return param - lr * v, MomentumState(velocity=v)


@MOMENTUM_STEP.right
def momentum_step_plain_tuples(param, grad, state, *, lr, beta=0.9):
    v = beta * state[0] + grad - beta * grad
    return [param - lr * v, (v,)]


@MOMENTUM_STEP.right
def momentum_step_copied(param, grad, state, *, lr, beta=0.9):
    v, w = state.velocity.copy(), param.copy()
    v *= beta
    v += (1 - beta) * grad
    w -= lr * v
    return w, MomentumState(v)


@MOMENTUM_STEP.right
def momentum_step_replaced(param, grad, state, *, lr, beta=0.9):
    state = state._replace(velocity=beta * state.velocity + (1 - beta) * grad)
    return param - lr * state.velocity, state
