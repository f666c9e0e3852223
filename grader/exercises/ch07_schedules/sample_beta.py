"""Decay rates of averages, by 1 − β."""

import numpy as np

from grader.exercises.ch07_schedules.log_uniform import SIZES, seed
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import options
from nnlib import search
from nnlib.search import log_uniform


def of(low, high, **options):
    """Draws a call whose 1 − low and 1 − high are up to a third smaller."""

    def draw(rng):
        ends = {"low": 1 - (1 - low) * rng.uniform(0.7, 1), "high": 1 - (1 - high) * rng.uniform(0.7, 1)}
        return call(**ends, **options, rng=seed(rng))

    return draw


def _allowed(rng):
    limits = options(rng, low=(0.0, 0.5, 0.9), high=(0.9, 0.99, 0.9999))
    return call(**limits, **options(rng, size=SIZES), rng=seed(rng))


SAMPLE_BETA = Exercise(
    function="sample_beta",
    topics=("C07-09",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=search.sample_beta,
    uses=("log_uniform",),
    allowed=_allowed,
    cases=(
        Case("the defaults", lambda rng: call(size=6, rng=seed(rng)), weight=2),
        Case("other limits", of(0.5, 0.99, size=6), weight=2),
        Case("a shape", of(0.8, 0.9999, size=(2, 3)), weight=2),
        Case("one number", of(0.2, 0.999), weight=2),
        in_turn(
            "from 0, low equals high, none, one, odd shapes, options that say the default",
            lambda rng: call(low=0.9, high=0.9, size=4, rng=seed(rng)),
            lambda rng: call(low=0.0, high=0.999, size=1, rng=seed(rng)),
            lambda rng: call(low=0.0, size=(3, 1), rng=seed(rng)),
            lambda rng: call(high=0.9999, size=None, rng=seed(rng)),
            lambda rng: call(low=0.5, size=3, rng=seed(rng)),
            lambda rng: call(high=0.95, size=0, rng=seed(rng)),
            lambda rng: call(rng=seed(rng)),
        ),
    ),
    hints=(
        "With x = 1 − β: when β goes from low to high, x goes from 1 − low down to 1 − high.",
        "So x is log_uniform between 1 - high and 1 - low, in this order, since the smaller one comes first.",
        "Hand `size` and `rng` on, and return 1 - x.",
    ),
)


@SAMPLE_BETA.wrong
def sample_beta_uniform(*, low=0.9, high=0.999, size=None, rng):
    """You draw β uniformly, which hardly ever comes near 1; it is 1 − β whose logarithm is uniform."""
    return rng.uniform(low, high, size=size)


@SAMPLE_BETA.wrong
def sample_beta_log_of_beta(*, low=0.9, high=0.999, size=None, rng):
    """You take β itself as log-uniform; it is 1 − β that acts, so that is log-uniform."""
    return np.exp(rng.uniform(np.log(max(low, 1e-9)), np.log(high), size=size))


@SAMPLE_BETA.wrong
def sample_beta_not_subtracted(*, low=0.9, high=0.999, size=None, rng):
    """You return 1 − β; subtract it from 1."""
    return np.exp(rng.uniform(np.log(1 - high), np.log(1 - low), size=size))


@SAMPLE_BETA.wrong
def sample_beta_other_end_first(*, low=0.9, high=0.999, size=None, rng):
    """You draw from 1 − low to 1 − high: the distribution is the same, the numbers are not.

    The smallest 1 − β, that of `high`, comes first."""
    return 1 - np.exp(rng.uniform(np.log(1 - low), np.log(1 - high), size=size))


@SAMPLE_BETA.wrong
def sample_beta_by_the_window(*, low=0.9, high=0.999, size=None, rng):
    """You draw the window 1 / (1 − β) uniformly, so that nearly all windows are long; its logarithm is uniform."""
    return 1 - 1 / rng.uniform(1 / (1 - low), 1 / (1 - high), size=size)


@SAMPLE_BETA.wrong
def sample_beta_uniform_from_the_other_side(*, low=0.9, high=0.999, size=None, rng):
    """You draw 1 − β uniformly, which is the same as β uniformly; draw its logarithm."""
    return 1 - rng.uniform(1 - high, 1 - low, size=size)


@SAMPLE_BETA.wrong
def sample_beta_ten_for_e(*, low=0.9, high=0.999, size=None, rng):
    """You take np.log, to base e, and undo it with 10 to the power; take the same base both ways."""
    return 1 - 10 ** rng.uniform(np.log(1 - high), np.log(1 - low), size=size)


@SAMPLE_BETA.wrong
def sample_beta_logs_subtracted(*, low=0.9, high=0.999, size=None, rng):
    """Your limits are 1 − log; they are the logarithms of 1 − high and 1 − low."""
    return 1 - np.exp(-rng.uniform(1 - np.log(high), 1 - np.log(max(low, 1e-9)), size=size))


@SAMPLE_BETA.wrong(case="other limits")
def sample_beta_limits_ignored(*, low=0.9, high=0.999, size=None, rng):
    """You do not use `low` and `high`: 0.9 and 0.999 are only their defaults."""
    return 1 - np.exp(rng.uniform(np.log(0.001), np.log(0.1), size=size))


@SAMPLE_BETA.wrong
def sample_beta_default(*, low=0.9, high=0.9999, size=None, rng):
    """Your default for `high` is another one: it is 0.999."""
    return 1 - np.exp(rng.uniform(np.log(1 - high), np.log(1 - low), size=size))


@SAMPLE_BETA.wrong
def sample_beta_size_ignored(*, low=0.9, high=0.999, size=None, rng):
    """You do not use `size`: it says how many numbers to draw."""
    return 1 - np.exp(rng.uniform(np.log(1 - high), np.log(1 - low)))


@SAMPLE_BETA.wrong
def sample_beta_own_generator(*, low=0.9, high=0.999, size=None, rng):
    """You make a generator of your own; draw from the `rng` that is handed in."""
    return 1 - np.exp(np.random.default_rng(0).uniform(np.log(1 - high), np.log(1 - low), size=size))


@SAMPLE_BETA.wrong
def sample_beta_subtracted_afterwards_only(*, low=0.9, high=0.999, size=None, rng):
    """You draw between low and high and then subtract; the limits of 1 − β are 1 − high and 1 − low."""
    return 1 - np.exp(rng.uniform(np.log(max(low, 1e-9)), np.log(high), size=size))


@SAMPLE_BETA.right
def sample_beta_by_log_uniform(*, low=0.9, high=0.999, size=None, rng):
    x = log_uniform(1 - high, 1 - low, size=size, rng=rng)
    return 1 - x


@SAMPLE_BETA.right
def sample_beta_to_base_ten(*, low=0.9, high=0.999, size=None, rng):
    return 1 - 10 ** rng.uniform(np.log10(1 - high), np.log10(1 - low), size=size)


@SAMPLE_BETA.right
def sample_beta_by_ratio(*, low=0.9, high=0.999, size=None, rng):
    return 1 - (1 - high) * ((1 - low) / (1 - high)) ** rng.random(size)


@SAMPLE_BETA.right
def sample_beta_by_expm1(*, low=0.9, high=0.999, size=None, rng):
    return -np.expm1(rng.uniform(np.log1p(-high), np.log1p(-low), size=size))
