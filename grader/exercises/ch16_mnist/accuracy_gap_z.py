"""How many standard errors lie between two accuracies."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from nnlib import experiments


def shares(low, high, n, up=True):
    """Draws two accuracies, the second larger or smaller."""

    def draw(rng):
        a, gap = rng.uniform(low, high), rng.uniform(0.1, 0.15)
        return call(a, a + gap, n=n) if up else call(a + gap, a, n=n)

    return draw


def exactly(a, b, n):
    return lambda rng: call(float(a), float(b), n=n)


def _allowed(rng):
    n = int(rng.choice([1, 2, 10, 1000, 10_000]))
    a, b = sorted(rng.integers(n + 1, size=2) / n)
    if a == b and a in (0, 1):
        b = 1 - a
    return call(*map(float, (a, b) if rng.random() < 0.5 else (b, a)), n=n)


ACCURACY_GAP_Z = Exercise(
    function="accuracy_gap_z",
    topics=("C16-03",),
    points=1,
    difficulty=2,
    minutes=8,
    reference=experiments.accuracy_gap_z,
    allowed=_allowed,
    cases=(
        Case("the second is better", shares(0.6, 0.8, 200), weight=3, example=call(0.29, 0.58, n=100)),
        Case("the first is better", shares(0.6, 0.8, 200, up=False), weight=3),
        Case("far apart", lambda rng: call(rng.uniform(0.1, 0.2), rng.uniform(0.8, 0.85), n=50), weight=3),
        Case(
            "near 1, ten thousand images",
            lambda rng: call(rng.uniform(0.9975, 0.998), rng.uniform(0.9985, 0.999), n=10_000),
            weight=5,
        ),
        in_turn(
            "equal, at 0 or 1, few images, very far apart",
            exactly(0.5, 0.75, 4),
            exactly(1, 0, 1),
            exactly(0, 1, 2),
            exactly(0.9, 1, 10),
            exactly(0.5, 0.5, 100),
            exactly(0.02, 0.98, 10_000),
            shares(0.1, 0.3, 10),
            weight=3,
        ),
    ),
    hints=(
        "p is the mean of a and b, one number for both.",
        "The variance of one accuracy is p (1 − p) / n; that of a difference is twice as large.",
        "(b - a) / np.sqrt(2 * p * (1 - p) / n)",
    ),
)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_one_share(a, b, *, n):
    """You take the standard error of one accuracy; that of a difference has 2 p (1 − p) / n under the root."""
    p = (a + b) / 2
    return (b - a) / np.sqrt(p * (1 - p) / n)


@ACCURACY_GAP_Z.wrong(case="the first is better")
def accuracy_gap_z_absolute(a, b, *, n):
    """Your z has no sign; it is negative where `a` is larger."""
    p = (a + b) / 2
    return abs(b - a) / np.sqrt(2 * p * (1 - p) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_other_sign(a, b, *, n):
    """Your sign is the other way round: positive where `b` is larger."""
    p = (a + b) / 2
    return (a - b) / np.sqrt(2 * p * (1 - p) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_each_its_own(a, b, *, n):
    """You give each accuracy a variance of its own, a (1 − a) and b (1 − b); here both have that of their mean p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64(b - a) / np.sqrt((a * (1 - a) + b * (1 - b)) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_first_for_both(a, b, *, n):
    """You take `a` for p; p is the mean of both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64(b - a) / np.sqrt(2 * a * (1 - a) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_second_for_both(a, b, *, n):
    """You take `b` for p; p is the mean of both."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64(b - a) / np.sqrt(2 * b * (1 - b) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_no_root(a, b, *, n):
    """You divide by the variance; the standard error is its root."""
    p = (a + b) / 2
    return (b - a) / (2 * p * (1 - p) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_n_forgotten(a, b, *, n):
    """`n` is missing: the standard error falls with the root of the number of images."""
    p = (a + b) / 2
    return (b - a) / np.sqrt(2 * p * (1 - p))


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_n_outside_the_root(a, b, *, n):
    """You divide by n outside the root; it stands under the root."""
    p = (a + b) / 2
    return (b - a) / (np.sqrt(2 * p * (1 - p)) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_all_images(a, b, *, n):
    """You count the images of both, 2 n, in each variance; `n` is the number for each of the two."""
    p = (a + b) / 2
    return (b - a) / np.sqrt(2 * p * (1 - p) / (2 * n) / 2)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_factor_outside_the_root(a, b, *, n):
    """Your 2 stands outside the root: variances add up, standard errors do not."""
    p = (a + b) / 2
    return (b - a) / (2 * np.sqrt(p * (1 - p) / n))


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_no_complement(a, b, *, n):
    """The factor 1 − p is missing in the variance."""
    p = (a + b) / 2
    return (b - a) / np.sqrt(2 * p / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_sum_for_p(a, b, *, n):
    """You take the sum of the two accuracies for p; it is their mean."""
    p = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64(b - a) / np.sqrt(2 * abs(p * (1 - p)) / n)


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_sample_variance(a, b, *, n):
    """You divide by n − 1; the variance of a share is p (1 − p) / n."""
    p = (a + b) / 2
    with np.errstate(divide="ignore"):
        return np.float64(b - a) / np.sqrt(2 * p * (1 - p) / np.float64(n - 1))


@ACCURACY_GAP_Z.wrong(case="near 1, ten thousand images")
def accuracy_gap_z_clipped(a, b, *, n):
    """You keep p away from 0 and 1; accuracies that are nearer are allowed, and p is never 0 or 1."""
    p = np.clip((a + b) / 2, 0.01, 0.99)
    return (b - a) / np.sqrt(2 * p * (1 - p) / n)


@ACCURACY_GAP_Z.wrong(case="far apart")
def accuracy_gap_z_whole_counts(a, b, *, n):
    """You cut a n and b n off to whole numbers; they need not be whole, and 0.29 · 100 is a little less than 29."""
    right_a, right_b = int(a * n), int(b * n)
    p = (right_a + right_b) / (2 * n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.float64(right_b - right_a) / np.sqrt(2 * n * p * (1 - p))


@ACCURACY_GAP_Z.wrong
def accuracy_gap_z_gap(a, b, *, n):
    """You return the standard error; asked for is how many of them lie between the two."""
    p = (a + b) / 2
    return np.sqrt(2 * p * (1 - p) / n)


@ACCURACY_GAP_Z.right
def accuracy_gap_z_by_counts(a, b, *, n):
    right = n * a + n * b
    wrong = 2 * n - right
    return n * (b - a) * np.sqrt(2 * n / (right * wrong))


@ACCURACY_GAP_Z.right
def accuracy_gap_z_with_math(a, b, *, n):
    import math

    p = 0.5 * a + 0.5 * b
    return (b - a) * math.sqrt(n) / math.sqrt(2 * p * (1 - p))


@ACCURACY_GAP_Z.right
def accuracy_gap_z_by_variances(a, b, *, n):
    p = np.mean([a, b])
    of_one = p * (1 - p) / n
    return (b - a) / (of_one + of_one) ** 0.5


@ACCURACY_GAP_Z.right
def accuracy_gap_z_by_chi_squared(a, b, *, n):
    seen = np.array([[a, 1 - a], [b, 1 - b]]) * n
    expected = seen.mean(axis=0)
    return np.sign(b - a) * np.sqrt(np.sum((seen - expected) ** 2 / expected))
