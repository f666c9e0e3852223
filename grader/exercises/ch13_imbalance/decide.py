"""From scores to decisions."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options, shape
from nnlib.activations import sigmoid
from nnlib.experiments import decide

GRID = np.arange(-60, 61) / 10 + 0.03  # no score lies near a threshold that the cases ask for


def scores(*size, **given):
    """Scores from -6 to 6 in some order, all of them at every draw."""

    def draw(rng):
        return call(rng.permutation(np.resize(GRID, int(np.prod(size)))).reshape(size), **given)

    return draw


def _allowed(rng):
    z = one_of(rng, 1.0, 1.0, 1e-5, 1e3) * rng.normal(size=shape(rng))
    z = one_of(rng, np.where(np.abs(z) < 1e-6, 0, z), np.round(z))
    return call(z, **options(rng, threshold=(0.5, 0.1, 0.9, 0.01, 0.6)))


def at_the_threshold(rng):
    """Zeros among them: there the sigmoid is the threshold, and not above it."""
    return call(rng.permutation(np.resize([0.0, -0.4, 1.3, 2.2], 12)), threshold=0.5)


DECIDE = Exercise(
    function="decide",
    topics=("C13-11",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=decide,
    allowed=_allowed,
    cases=(
        Case(
            "a threshold of 0.9",
            scores(121, threshold=0.9),
            example=call([-2.5, -1.0, 0.6, 0.95, 2.0, 2.5, 4.0], threshold=0.9),
            weight=2,
        ),
        Case("a threshold of 0.2", scores(121, threshold=0.2), weight=2),
        in_turn("0.5, and left out", scores(121), scores(121, threshold=0.5), edge=True),
        Case("at the threshold", at_the_threshold, edge=True),
        in_turn(
            "other shapes, scores of all sizes",
            scores(1, threshold=0.1),
            scores(11, 11, threshold=0.6),
            scores(3, 1, 40, threshold=0.01),
            scores(1, 121),
            scores(121, 1, threshold=0.9),
            scores(1, 40, 1),
            lambda rng: call(1e3 * rng.uniform(1, 2, size=(3, 2)) * np.array([1, -1]), threshold=0.99),
            lambda rng: call(1e-5 * rng.uniform(1, 2, size=(2, 3, 2)) * np.array([1, -1])),
            lambda rng: call(np.array([[0.0, -1.0], [2.0, 0.0]]) * rng.uniform(0.5, 1)),
            edge=True,
        ),
    ),
    hints=(
        "threshold is a probability, z is none: compare sigmoid(z) with it.",
        "Or turn the threshold into a score: np.log(threshold / (1 - threshold)). Strictly above.",
    ),
)


@DECIDE.wrong
def decide_score_against_probability(z, *, threshold=0.5):
    """You treat score and threshold alike, but the threshold is a probability: take the sigmoid of the score,
    and of the score alone."""
    probability = z
    return np.where(probability > threshold, 1, 0)


@DECIDE.wrong
def decide_threshold_ignored(z, *, threshold=0.5):
    """You decide at z > 0, whatever the threshold is."""
    probability = sigmoid(z)
    return np.where(probability > 0.5, 1, 0)


@DECIDE.wrong(case="at the threshold")
def decide_at_least(z, *, threshold=0.5):
    """At the threshold itself the answer is 0: strictly above."""
    probability = sigmoid(z)
    return np.where(probability >= threshold, 1, 0)


@DECIDE.wrong
def decide_reversed(z, *, threshold=0.5):
    """You return 1 where the probability is below the threshold."""
    probability = sigmoid(z)
    return np.where(probability < threshold, 1, 0)


@DECIDE.wrong
def decide_of_class_0(z, *, threshold=0.5):
    """You compare the probability of class 0 with the threshold; it is that of class 1."""
    probability = sigmoid(-z)
    return np.where(probability > threshold, 1, 0)


@DECIDE.wrong
def decide_odds(z, *, threshold=0.5):
    """You compare the score with the odds t / (1 − t); it is their logarithm."""
    return np.where(z > threshold / (1 - threshold), 1, 0)


@DECIDE.wrong
def decide_log_of_t(z, *, threshold=0.5):
    """You compare the score with ln t; it is ln (t / (1 − t))."""
    return np.where(z > np.log(threshold), 1, 0)


@DECIDE.wrong
def decide_log_odds_reversed(z, *, threshold=0.5):
    """You turn the threshold round, t into 1 − t (its odds upside down): a high threshold asks for a high score."""
    return np.where(z > np.log((1 - threshold) / threshold), 1, 0)


@DECIDE.wrong
def decide_signs(z, *, threshold=0.5):
    """You return −1 where the answer is no; it is 0."""
    probability = sigmoid(z)
    return np.where(probability > threshold, 1, -1)


@DECIDE.wrong
def decide_probabilities(z, *, threshold=0.5):
    """You return the probabilities that are above the threshold; a decision is 1 or 0."""
    probability = sigmoid(z)
    return np.where(probability > threshold, probability, 0)


@DECIDE.wrong
def decide_log10(z, *, threshold=0.5):
    """Your logarithm is that to base 10; the score is a natural logarithm of odds."""
    return np.where(z > np.log10(threshold / (1 - threshold)), 1, 0)


@DECIDE.wrong
def decide_bracket(z, *, threshold=0.5):
    """Your bracket is in the wrong place: ln (t / (1 − t)), not (ln t) / (1 − t)."""
    return np.where(z > np.log(threshold) / (1 - threshold), 1, 0)


@DECIDE.wrong
def decide_right_at_one_half(z, *, threshold=0.5):
    """At ½ you compare the score with 0, which is right; for other thresholds you compare it with a probability.

    Take the sigmoid of the score, or ln (t / (1 − t)) of the threshold."""
    return np.where(z > (0 if threshold == 0.5 else threshold), 1, 0)


@DECIDE.right
def decide_by_log_odds(z, *, threshold=0.5):
    cut = np.log(threshold) - np.log1p(-threshold)
    return (z > cut).astype(float)


@DECIDE.right
def decide_as_booleans(z, *, threshold=0.5):
    return np.logical_not(z <= -np.log(1 / threshold - 1))


@DECIDE.right
def decide_by_loop(z, *, threshold=0.5):
    out = np.zeros(z.shape, int)
    for place, score in np.ndenumerate(z):
        if float(sigmoid(score)) > threshold:
            out[place] = 1
    return out


@DECIDE.right
def decide_by_tanh(z, *, threshold=0.5):
    return np.heaviside(np.tanh(z / 2) - (2 * threshold - 1), 0.0)
