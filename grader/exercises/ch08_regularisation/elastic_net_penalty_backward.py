"""The gradient of the elastic net."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, one_of, shape, spread
from nnlib import regularization


def of(*size, grad=None, scale=1.0, l1=None, l2=None, make=None):
    """Draws a gradient, weights of both signs and the strengths, unless they are given."""

    def draw(rng):
        w = scale * rng.uniform(0.5, 2, size=size)
        w = (
            np.where(np.arange(w.size).reshape(size) % 3 == 1, -w, w)
            if make is None
            else make(rng, size, scale)
        )
        return call(
            float(rng.uniform(1.5, 3)) if grad is None else grad,
            w,
            l1=float(rng.uniform(0.3, 0.9)) if l1 is None else l1,
            l2=float(rng.uniform(1.2, 2.0)) if l2 is None else l2,
        )

    return draw


def _allowed(rng):
    scale = one_of(rng, 1.0, 1.0, 10.0, 1e3, 1e-5)
    return call(
        float(one_of(rng, 1.0, 2.5, -1.0, 0.1)),
        floats(rng, shape(rng), (scale,)),
        l1=float(one_of(rng, 0.0, 0.1, 1.0, 3.0)),
        l2=float(one_of(rng, 0.0, 0.1, 1.0, 3.0)),
    )


ELASTIC_NET_PENALTY_BACKWARD = Exercise(
    function="elastic_net_penalty_backward",
    topics=("C08-14",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=regularization.elastic_net_penalty_backward,
    forbid=("nnlib.regularization.l1_penalty_backward", "nnlib.regularization.l2_penalty_backward"),
    gradient_of=regularization.elastic_net_penalty,
    allowed=_allowed,
    cases=(
        Case("three weights", of(3, grad=1.0), weight=2, example=call(1.0, [3.0, -4.0, 0.5], l1=1.0, l2=0.5)),
        Case("another gradient behind it", of(2, 3), weight=2),
        Case(
            "weights that are 0",
            lambda rng: call(
                2.0, rng.uniform(0.5, 2, size=5) * [1, 0, -1, 0, 1], l1=float(rng.uniform(0.5, 1)), l2=0.7
            ),
            weight=2,
            differentiable=False,
        ),
        in_turn(
            "odd shapes, a strength of 0, a negative gradient, tiny and large numbers",
            of(1, l1=0.0),
            of(1, 3, l2=0.0),
            of(3, 1, grad=-1.0, make=spread),
            of(1, 3, 1, scale=1e-5, l1=0.0, l2=0.0),
            of(2, 1, 3, scale=1e3, grad=0.1),
            of(4, scale=-1e-5),
            differentiable=False,
        ),
    ),
    hints=(
        "The slope of |w| is the sign of w, that of w² is 2 w.",
        "np.sign is 0 at 0, as is asked.",
        "return grad_output * (l1 * np.sign(weights) + 2 * l2 * weights)",
    ),
)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_no_two(grad_output, weights, *, l1, l2):
    """The 2 is missing: the elastic net has no ½, so that the slope of l2 w² is 2 l2 w."""
    return grad_output * (l1 * np.sign(weights) + l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_exchanged(grad_output, weights, *, l1, l2):
    """The strengths are exchanged: `l1` belongs to the sizes, `l2` to the squares."""
    return grad_output * (l2 * np.sign(weights) + 2 * l1 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_size(grad_output, weights, *, l1, l2):
    """You take the size of w in place of its sign: the slope of |w| is 1 or −1."""
    return grad_output * (l1 * np.abs(weights) + 2 * l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_always_one(grad_output, weights, *, l1, l2):
    """You take 1 for the slope of |w|; for negative weights it is −1."""
    return grad_output * (l1 + 2 * l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_value(grad_output, weights, *, l1, l2):
    """You return the penalty, not its gradient, which has the shape of the weights."""
    return grad_output * (l1 * np.sum(np.abs(weights)) + l2 * np.sum(weights**2))


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_terms(grad_output, weights, *, l1, l2):
    """You return the terms of the penalty; take the slope of each."""
    return grad_output * (l1 * np.abs(weights) + l2 * weights**2)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_no_l1(grad_output, weights, *, l1, l2):
    """The L1 part is missing."""
    return grad_output * 2 * l2 * weights


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_no_l2(grad_output, weights, *, l1, l2):
    """The L2 part is missing."""
    return grad_output * l1 * np.sign(weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong
def elastic_net_penalty_backward_mean(grad_output, weights, *, l1, l2):
    """You divide by the number of weights; the penalty is a sum, not a mean."""
    return grad_output * (l1 * np.sign(weights) + 2 * l2 * weights) / weights.size


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="another gradient behind it")
def elastic_net_penalty_backward_grad_forgotten(grad_output, weights, *, l1, l2):
    """You do not use `grad_output`: multiply by it."""
    return l1 * np.sign(weights) + 2 * l2 * weights


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="another gradient behind it")
def elastic_net_penalty_backward_grad_on_one(grad_output, weights, *, l1, l2):
    """You multiply one part by `grad_output`; it multiplies both."""
    return grad_output * l1 * np.sign(weights) + 2 * l2 * weights


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="another gradient behind it")
def elastic_net_penalty_backward_grad_added(grad_output, weights, *, l1, l2):
    """You add `grad_output`; the chain rule multiplies by it."""
    return grad_output - 1 + l1 * np.sign(weights) + 2 * l2 * weights


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="weights that are 0")
def elastic_net_penalty_backward_one_at_zero(grad_output, weights, *, l1, l2):
    """At w = 0 your slope of |w| is 1; here it counts as 0."""
    return grad_output * (l1 * np.where(weights >= 0, 1.0, -1.0) + 2 * l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="weights that are 0")
def elastic_net_penalty_backward_minus_at_zero(grad_output, weights, *, l1, l2):
    """At w = 0 your slope of |w| is −1; here it counts as 0."""
    return grad_output * (l1 * np.where(weights > 0, 1.0, -1.0) + 2 * l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.wrong(case="weights that are 0")
def elastic_net_penalty_backward_nan_at_zero(grad_output, weights, *, l1, l2):
    """At w = 0 you divide by 0: w / |w| is no sign there. np.sign is."""
    with np.errstate(invalid="ignore"):
        return grad_output * (l1 * weights / np.abs(weights) + 2 * l2 * weights)


@ELASTIC_NET_PENALTY_BACKWARD.right
def elastic_net_penalty_backward_by_cases(grad_output, weights, *, l1, l2):
    sign = np.where(weights > 0, 1.0, np.where(weights < 0, -1.0, 0.0))
    return grad_output * l1 * sign + grad_output * 2 * l2 * weights


@ELASTIC_NET_PENALTY_BACKWARD.right
def elastic_net_penalty_backward_by_comparison(grad_output, weights, *, l1, l2):
    sign = (weights > 0).astype(float) - (weights < 0)
    return (sign * l1 + weights * l2 * 2) * grad_output


@ELASTIC_NET_PENALTY_BACKWARD.right
def elastic_net_penalty_backward_in_two_steps(grad_output, weights, *, l1, l2):
    slope = 2 * l2 * weights
    slope[weights > 0] += l1
    slope[weights < 0] -= l1
    return slope * grad_output


@ELASTIC_NET_PENALTY_BACKWARD.right
def elastic_net_penalty_backward_by_product(grad_output, weights, *, l1, l2):
    return grad_output * np.sign(weights) * (l1 + 2 * l2 * np.abs(weights))
