"""GELU in both forms."""

import numpy as np
from scipy.special import erf

from grader.record.exercise import Case, Exercise, Misconception, call
from nnlib import activations
from nnlib.activations import sigmoid

# ── gelu ─────────────────────────────────────────────────────────────────────────────────────────────────


def gelu_no_root(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x))


def gelu_cdf_only(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * (1 + erf(x / np.sqrt(2)))


def gelu_no_half(x, *, approximate="none"):
    if approximate == "tanh":
        return x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return x * (1 + erf(x / np.sqrt(2)))


def gelu_always_exact(x, *, approximate="none"):
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_always_tanh(x, *, approximate="none"):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def gelu_no_factor(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(x + 0.044715 * x**3))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_root_of_two_alone(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2) / np.pi * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_square(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**2)))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_factor_on_one_term(x, *, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * x + 0.044715 * x**3))
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_sigmoid_for_tanh(x, *, approximate="none"):
    if approximate == "tanh":
        return x * sigmoid(1.702 * x)
    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def gelu_by_sigmoid(x, *, approximate="none"):
    return x * sigmoid(1.702 * x)


def gelu_by_erfc(x, *, approximate="none"):
    from scipy.special import erfc

    if approximate == "tanh":
        return x * sigmoid(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    return x * erfc(-x / np.sqrt(2)) / 2


def gelu_by_ndtr(x, *, approximate="none"):
    from scipy.special import ndtr

    if approximate == "tanh":
        u = np.sqrt(2 / np.pi) * x * (1 + 0.044715 * x * x)
        return x / (1 + np.exp(-2 * u))
    return x * ndtr(x)


def _five(rng):
    return rng.uniform(0.7, 1.2) * np.array([-2, -1, 0, 1, 2])


GELU = Exercise(
    function="gelu",
    topics=("C02-20", "C02-21"),
    points=3,
    difficulty=2,
    minutes=15,
    reference=activations.gelu,
    torch="torch.nn.functional.gelu",
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
    ),
    misconceptions=(
        Misconception(
            "no-root-two",
            gelu_no_root,
            "You wrote erf(x); the normal distribution function needs erf(x / √2).",
            case="exact, five points",
        ),
        Misconception(
            "distribution-only",
            gelu_cdf_only,
            "You return Φ(x); GELU is x · Φ(x).",
            case="exact, five points",
        ),
        Misconception(
            "no-half",
            gelu_no_half,
            "The factor ½ is missing: Φ(x) = ½ (1 + erf(x / √2)).",
            case="exact, five points",
        ),
        Misconception(
            "always-exact",
            gelu_always_exact,
            'You ignore `approximate`: "tanh" asks for the tanh form, which differs in the fourth decimal.',
            case="tanh form, five points",
        ),
        Misconception(
            "always-tanh",
            gelu_always_tanh,
            'You use the tanh form always; approximate="none" asks for the exact one, with erf.',
            case="exact, five points",
        ),
        Misconception(
            "no-root-two-over-pi",
            gelu_no_factor,
            "The factor √(2/π) in front of (x + 0.044715 x³) is missing.",
            case="tanh form, five points",
        ),
        Misconception(
            "root-of-two-alone",
            gelu_root_of_two_alone,
            "The factor is √(2/π), the root of the whole fraction; yours is √2 / π.",
            case="tanh form, five points",
        ),
        Misconception(
            "square-for-cube",
            gelu_square,
            "The correction is 0.044715 x³, a cube: you have x².",
            case="tanh form, five points",
        ),
        Misconception(
            "factor-on-one-term",
            gelu_factor_on_one_term,
            "√(2/π) multiplies the whole bracket (x + 0.044715 x³), yours only the x.",
            case="tanh form, five points",
        ),
        Misconception(
            "sigmoid-for-tanh",
            gelu_sigmoid_for_tanh,
            'For "tanh" you use x·σ(1.702x), a third and rougher form; the tanh formula is wanted.',
            case="tanh form, five points",
        ),
        Misconception(
            "sigmoid-form",
            gelu_by_sigmoid,
            "x·σ(1.702x) is a third, rougher form; two others are wanted here.",
            case="exact, five points",
        ),
    ),
    alternatives=(gelu_by_erfc, gelu_by_ndtr),
    hints=(
        "The exact form first: write Φ, the normal distribution function, with erf.",
        "Φ(x) = ½ (1 + erf(x/√2)), and gelu(x) = x Φ(x). Check: gelu(1) = 0.8413.",
        'For approximate="tanh" replace erf(x/√2) by tanh(√(2/π) (x + 0.044715 x³)).',
    ),
)
