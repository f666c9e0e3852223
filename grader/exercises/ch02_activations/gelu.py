"""GELU in both forms."""

import numpy as np
from scipy.special import erf

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import floats, odd, options, shape
from nnlib import activations
from nnlib.activations import sigmoid


def _five(rng):
    return rng.uniform(0.7, 1.2) * np.array([-2, -1, 0, 1, 2])


def _allowed(rng):
    return call(floats(rng, shape(rng)), **options(rng, approximate=("none", "tanh")))


FORMS = [{"approximate": a} for a in ("none", "tanh", "tanh", "none")] + [{}, {"approximate": "tanh"}]

GELU = Exercise(
    function="gelu",
    topics=("C02-20", "C02-21"),
    points=3,
    difficulty=2,
    minutes=15,
    reference=activations.gelu,
    allowed=_allowed,
    torch="torch.nn.functional.gelu",
    forbid=("nnlib.experiments.gelu_sigma",),
    cases=(
        Case("exact, five points", lambda rng: call(_five(rng)), example=call([-2, -1, 0, 1, 2])),
        Case("exact, a matrix", lambda rng: call(rng.normal(scale=2, size=(3, 4))), weight=2),
        Case(
            "tanh form, five points",
            lambda rng: call(_five(rng), approximate="tanh"),
            example=call([-2, -1, 0, 1, 2], approximate="tanh"),
        ),
        Case(
            "tanh form, a matrix",
            lambda rng: call(rng.normal(scale=2, size=(3, 4)), approximate="tanh"),
            weight=2,
        ),
        Case("a curve", lambda rng: call(np.sort(rng.uniform(-4, 4, size=40)))),
        in_turn("odd shapes, tiny and large numbers", *odd(options=FORMS)),
    ),
    hints=(
        "The exact form first: how is Φ, the normal distribution function, written with erf?",
        "erf runs from −1 to 1 and Φ from 0 to 1; inside erf stands x/√2. Then gelu(x) = x Φ(x). Check: "
        "gelu(1) = 0.8413.",
        'Φ(x) = ½ (1 + erf(x/√2)); with "tanh" replace erf(x/√2) by tanh(√(2/π) (x + 0.044715 x³)).',
    ),
)


@GELU.wrong
def gelu_no_root_two(x, *, approximate="none"):
    """You wrote erf(x), which rises √2 times as steeply as the normal distribution function needs.

    Φ(x) = ½ (1 + erf(x / √2))."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x))


@GELU.wrong
def gelu_distribution_only(x, *, approximate="none"):
    """You return Φ(x), the share of the input that passes; the input itself is missing.

    GELU is x · Φ(x)."""
    if approximate == "tanh":
        return 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * (1 + erf(x / np.sqrt(2)))


@GELU.wrong
def gelu_no_half(x, *, approximate="none"):
    """The factor ½ is missing, so your result is twice as large as it should be.

    Φ(x) = ½ (1 + erf(x / √2)), and the tanh form has the ½ too."""
    if approximate == "tanh":
        return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong(case="tanh form, five points")
def gelu_always_exact(x, *, approximate="none"):
    """You ignore `approximate`: "tanh" asks for the tanh form, which differs in the fourth decimal."""
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong
def gelu_always_tanh(x, *, approximate="none"):
    """You use the tanh form always; approximate="none" asks for the exact one, with erf."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


@GELU.wrong(case="tanh form, five points")
def gelu_no_root_two_over_pi(x, *, approximate="none"):
    """A factor in front of the bracket inside tanh is missing, so your curve is too steep.

    √(2/π) stands in front of (x + 0.044715 x³)."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(x + 0.044715 * x**3))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong(case="tanh form, five points")
def gelu_root_of_two_alone(x, *, approximate="none"):
    """You take the root of 2 alone, √2 / π; the root goes over the whole fraction.

    The factor is √(2/π)."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2) / np.pi * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong(case="tanh form, five points")
def gelu_square_for_cube(x, *, approximate="none"):
    """Your correction has x², which is the same on both sides of zero; it must change its sign with x.

    The correction is 0.044715 x³, a cube."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**2)))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong(case="tanh form, five points")
def gelu_factor_on_one_term(x, *, approximate="none"):
    """Your factor √(2/π) multiplies only the x, and not the correction beside it.

    It multiplies the whole bracket: √(2/π) (x + 0.044715 x³)."""
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * x + 0.044715 * x**3))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong(case="tanh form, five points")
def gelu_sigmoid_for_tanh(x, *, approximate="none"):
    """For "tanh" you use x·σ(1.702x), a third and rougher form; the tanh formula is wanted."""
    if approximate == "tanh":
        return x * sigmoid(1.702 * x)
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


@GELU.wrong
def gelu_sigmoid_form(x, *, approximate="none"):
    """x·σ(1.702x) is a third, rougher form; two others are wanted here."""
    return x * sigmoid(1.702 * x)


@GELU.right
def gelu_by_erfc(x, *, approximate="none"):
    from scipy.special import erfc

    if approximate == "tanh":
        return x * sigmoid(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return x * erfc(-x / np.sqrt(2)) / 2


@GELU.right
def gelu_by_ndtr(x, *, approximate="none"):
    from scipy.special import ndtr

    if approximate == "tanh":
        u = np.sqrt(2 / np.pi) * x * (1 + 0.044715 * x * x)
        return x / (1 + np.exp(-2 * u))
    return x * ndtr(x)


@GELU.right
def gelu_factored_cubic_hard(x, *, approximate="none", coeff=0.044715):
    assert approximate in ("none", "tanh")
    if approximate == "tanh":
        gate = np.tanh(0.7978845608028654 * x * (1.0 + coeff * x * x))
    else:
        gate = erf(x * 0.7071067811865476)
    return x / 2 + x / 2 * gate


@GELU.right
def gelu_math_scalar_helpers(x, *, approximate="none"):
    import math

    def exact(v):
        return 0.5 * v * (1 + math.erf(v / math.sqrt(2)))

    def by_tanh(v):
        u = math.sqrt(2 / math.pi) * (v + 0.044715 * v * v * v)
        return 0.5 * v * (1 + math.tanh(u))

    f = by_tanh if approximate == "tanh" else exact
    return np.vectorize(f, otypes=[float])(x)


@GELU.right
def gelu_cdf_helper_variable(x, *, approximate="none"):
    if approximate == "none":
        inner = erf(x / np.sqrt(2.0))
    elif approximate == "tanh":
        inner = np.tanh(np.sqrt(2.0 / np.pi) * x * (1.0 + 0.044715 * x * x))
    else:
        raise ValueError(approximate)
    cdf = (1.0 + inner) / 2.0
    return x * cdf
