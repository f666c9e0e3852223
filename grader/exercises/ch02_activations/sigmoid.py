"""sigmoid and its backward pass."""

import numpy as np

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations
from nnlib.activations import sigmoid

# ── sigmoid ──────────────────────────────────────────────────────────────────────────────────────────────


def sigmoid_sign(x):
    return 1 / (1 + np.exp(x))


def sigmoid_exp_over_exp(x):
    return np.exp(x) / (1 + np.exp(x))


def sigmoid_no_one(x):
    return 1 / np.exp(-x)


def sigmoid_brackets(x):
    return 1 / 1 + np.exp(-x)


def sigmoid_tanh_unscaled(x):
    return (1 + np.tanh(x)) / 2


def sigmoid_hard(x):
    return np.clip(x / 6 + 0.5, 0, 1)


def sigmoid_softmax_of_all(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def sigmoid_clipped(x):
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


def sigmoid_by_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


def sigmoid_by_logaddexp(x):
    return np.exp(-np.logaddexp(0, -x))


def sigmoid_by_sign(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


SIGMOID = Exercise(
    function="sigmoid",
    topics=("C02-07",),
    points=1,
    difficulty=1,
    minutes=5,
    reference=activations.sigmoid,
    torch="torch.nn.functional.sigmoid",
    forbid=("torch.sigmoid", "scipy.special.expit"),
    cases=(
        Case("around zero", lambda rng: call(rng.uniform(-3, 3, size=5)), example=call([-2, -1, 0, 1, 2])),
        Case("a matrix", lambda rng: call(rng.uniform(-6, 6, size=(3, 4))), weight=2),
        Case(
            "far from zero stays finite",
            lambda rng: call(rng.uniform(750, 1e4) * np.array([-10, -1, 1, 10])),
            weight=2,
            edge=True,
            example=call([-1e4, -800, 800, 1e4]),
        ),
        Case("a curve", lambda rng: call(np.sort(rng.uniform(-6, 6, size=40)))),
    ),
    misconceptions=(
        Misconception(
            "sign",
            sigmoid_sign,
            "Your curve falls where it should rise: the exponent is −x.",
            case="around zero",
        ),
        Misconception(
            "exp-over-exp",
            sigmoid_exp_over_exp,
            "exp(x) overflows to inf at x = 800, and inf / inf is nan: divide both by exp(x) first.",
            case="far from zero stays finite",
        ),
        Misconception(
            "no-one",
            sigmoid_no_one,
            "You divide by exp(−x) alone, which is exp(x): the denominator is 1 + exp(−x).",
            case="around zero",
        ),
        Misconception(
            "brackets",
            sigmoid_brackets,
            "`1 / 1 + e` is 1 + e: the whole sum belongs under the fraction, 1 / (1 + e).",
            case="around zero",
        ),
        Misconception(
            "tanh-unscaled",
            sigmoid_tanh_unscaled,
            "Your curve is twice as steep: sigmoid(x) = (1 + tanh(x/2)) / 2.",
            case="around zero",
        ),
        Misconception(
            "hard-sigmoid",
            sigmoid_hard,
            "You wrote the straight-line approximation (hard sigmoid); here the smooth curve is wanted.",
            case="around zero",
        ),
        Misconception(
            "clipped",
            sigmoid_clipped,
            "You clip x to ±10, where sigmoid is still 0.00005 away from 0 and 1: clip at ±500, or not at all.",
            case="far from zero stays finite",
        ),
        Misconception(
            "softmax",
            sigmoid_softmax_of_all,
            "You divide by a sum over all entries, which is softmax; sigmoid treats each entry on its own.",
            case="around zero",
        ),
    ),
    alternatives=(sigmoid_by_tanh, sigmoid_by_logaddexp, sigmoid_by_sign),
    hints=(
        "Divide numerator and denominator of exp(x) / (1 + exp(x)) by exp(x): what is left on top?",
        "A denominator may become inf without harm, 1 / inf is 0. A numerator may not.",
        "1 / (1 + np.exp(-x)): at x = −800 the denominator is inf and the result 0, as it should be.",
    ),
)

# ── sigmoid_backward ─────────────────────────────────────────────────────────────────────────────────────


def sigmoid_backward_no_upstream(grad_output, x):
    s = sigmoid(x)
    return s * (1 - s)


def sigmoid_backward_of_output(grad_output, x):
    return grad_output * x * (1 - x)


def sigmoid_backward_sign(grad_output, x):
    s = sigmoid(x)
    return grad_output * s * (s - 1)


def sigmoid_backward_no_s(grad_output, x):
    return grad_output * (1 - sigmoid(x))


def sigmoid_backward_tanh_rule(grad_output, x):
    return grad_output * (1 - sigmoid(x) ** 2)


def sigmoid_backward_of_one_minus(grad_output, x):
    return grad_output * sigmoid(x) * sigmoid(1 - x)


def sigmoid_backward_brackets(grad_output, x):
    s = sigmoid(x)
    return grad_output * s * 1 - s


def sigmoid_backward_overflow(grad_output, x):
    e = np.exp(-x)
    return grad_output * e / (1 + e) ** 2


def sigmoid_backward_by_exp(grad_output, x):
    e = np.exp(-np.abs(x))
    return grad_output * e / (1 + e) ** 2


def sigmoid_backward_by_cosh(grad_output, x):
    return grad_output / (4 * np.cosh(x / 2) ** 2)


SIGMOID_BACKWARD = Exercise(
    function="sigmoid_backward",
    topics=("C02-07", "C02-08"),
    points=2,
    difficulty=2,
    minutes=10,
    reference=activations.sigmoid_backward,
    torch="torch.nn.functional.sigmoid",
    gradient_of=activations.sigmoid,
    uses=("sigmoid",),
    cases=(
        Case(
            "slopes at three points",
            lambda rng: call(np.ones(3), rng.uniform(-3, 3, size=3)),
            example=call([1, 1, 1], [0, 2, -2]),
        ),
        Case(
            "any upstream gradient",
            lambda rng: call(rng.normal(size=(3, 4)), rng.normal(scale=2, size=(3, 4))),
            weight=2,
        ),
        Case(
            "saturated units stay finite",
            lambda rng: call(rng.uniform(1, 3, size=2), rng.uniform(800, 2000) * np.array([-1, 1])),
            weight=2,
            edge=True,
            differentiable=False,
        ),
    ),
    misconceptions=(
        Misconception(
            "no-upstream",
            sigmoid_backward_no_upstream,
            "You return σ'(x) alone; the chain rule multiplies it by grad_output.",
            case="any upstream gradient",
        ),
        Misconception(
            "derivative-of-output",
            sigmoid_backward_of_output,
            "You wrote a(1 − a) with a = x; x is the input here, so first a = sigmoid(x).",
            case="slopes at three points",
        ),
        Misconception(
            "sign",
            sigmoid_backward_sign,
            "Your slope is negative, but sigmoid rises everywhere: σ' = σ(1 − σ).",
            case="slopes at three points",
        ),
        Misconception(
            "half-the-product",
            sigmoid_backward_no_s,
            "You have 1 − σ only: σ' = σ(1 − σ), at most 1/4.",
            case="slopes at three points",
        ),
        Misconception(
            "tanh-rule",
            sigmoid_backward_tanh_rule,
            "1 − a² is the rule of tanh; for sigmoid it is a(1 − a).",
            case="slopes at three points",
        ),
        Misconception(
            "sigmoid-of-one-minus",
            sigmoid_backward_of_one_minus,
            "You take σ(1 − x); the factor is 1 − σ(x).",
            case="slopes at three points",
        ),
        Misconception(
            "brackets",
            sigmoid_backward_brackets,
            "`g * s * 1 - s` subtracts s from the whole product; write g * s * (1 - s).",
            case="slopes at three points",
        ),
        Misconception(
            "overflow",
            sigmoid_backward_overflow,
            "exp(1000) is inf and inf/inf is nan: compute σ first, then σ(1 − σ).",
            case="saturated units stay finite",
        ),
    ),
    alternatives=(sigmoid_backward_by_exp, sigmoid_backward_by_cosh),
    hints=(
        "Write σ' in terms of σ: differentiate 1/(1 + exp(−x)) and tidy up.",
        "σ' = σ(1 − σ). Its value at 0 is 1/4.",
        "The result is grad_output times σ'(x), entry by entry.",
    ),
)
