"""How often to draw from classes of unequal size."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import data

QS = (0, 0.5, 1, 0.3, 0.9)


def of(*counts, empty=(), whole=False, **given):
    """Draws counts near these; 0 for the classes of `empty`."""

    def draw(rng):
        n = np.round(np.array(counts) * rng.uniform(0.9, 1.1, size=len(counts)))
        n[list(empty)] = 0
        return call(n.astype(int) if whole else n, **given)

    return draw


def _allowed(rng):
    counts = np.round(one_of(rng, 10.0, 1e3, 1e6) * rng.random(int(rng.integers(1, 7))))
    counts[rng.random(counts.size) < one_of(rng, 0.0, 0.3)] = 0
    counts[rng.integers(counts.size)] += 3
    return call(one_of(rng, counts, counts, counts.astype(int)), **options(rng, q=QS))


CLASS_SAMPLING_PROBS = Exercise(
    function="class_sampling_probs",
    topics=("C01-29",),
    points=1,
    difficulty=1,
    minutes=8,
    reference=data.class_sampling_probs,
    allowed=_allowed,
    cases=(
        Case("the root by default", of(900, 90, 20), weight=2, example=call([900, 100])),
        Case("q = 0.3", of(900, 90, 20, q=0.3), weight=2),
        Case("q = 1, every sample alike", of(500, 80, 20, q=1), weight=2),
        Case("an empty class with q = 0", of(500, 80, 20, 30, empty=[2], q=0), weight=2, edge=True),
        in_turn(
            "one class, one sample, whole numbers as ints, empty classes, q given as 0.5",
            of(40),
            of(30, 5, whole=True),
            of(30, 1, 4),
            of(400, 50, 10, empty=[1], whole=True, q=0),
            of(400, 50, 10, empty=[0], q=0.5),
            of(4e5, 3e3, 10, empty=[2], q=0.9),
            of(6, 5, 4, whole=True, q=0.9),
        ),
    ),
    hints=(
        "counts ** q takes the power of each entry. Divide by the sum of the powers.",
        "0.0 ** 0 is 1. np.where(counts == 0, 0, counts ** q) keeps an empty class at 0.",
    ),
)


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_q_ignored(counts, *, q=0.5):
    """You do not use `q`; that is q = 1, by which every sample is drawn equally often."""
    return counts / counts.sum()


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_all_alike(counts, *, q=0.5):
    """You give every class the same; that is q = 0 only."""
    return np.where(counts == 0, 0, 1) / np.sum(counts != 0)


@CLASS_SAMPLING_PROBS.wrong(case="q = 0.3")
def class_sampling_probs_always_the_root(counts, *, q=0.5):
    """You take the root whatever `q` says: the power is q."""
    return np.sqrt(counts) / np.sqrt(counts).sum()


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_power_of_the_sum(counts, *, q=0.5):
    """You take the power of the sum; below stands the sum of the powers, else they do not add to 1."""
    return np.where(counts == 0, 0, counts**q) / counts.sum() ** q


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_only_above(counts, *, q=0.5):
    """You divide by the number of samples; divide by the sum of the powers, so that the result adds to 1."""
    return np.where(counts == 0, 0, counts**q) / counts.sum()


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_not_normalised(counts, *, q=0.5):
    """These are weights, not probabilities: divide by their sum."""
    return np.where(counts == 0, 0, counts**q)


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_inverse(counts, *, q=0.5):
    """You draw rare classes more often than common ones; even q = 0 only makes them equal. The power is q,
    not −q."""
    weights = np.where(counts == 0, 0, np.maximum(counts, 1.0) ** -q)
    return weights / weights.sum()


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_of_a_sample(counts, *, q=0.5):
    """That is the probability of one sample, p_i / n_i; asked for is that of the class."""
    weights = np.where(counts == 0, 0, counts**q)
    return weights / weights.sum() / np.maximum(counts, 1)


@CLASS_SAMPLING_PROBS.wrong
def class_sampling_probs_softmax(counts, *, q=0.5):
    """You take e to the power of n; the formula takes n to the power of q."""
    weights = np.exp(q * (counts - counts.max()))
    return weights / weights.sum()


@CLASS_SAMPLING_PROBS.wrong(case="an empty class with q = 0")
def class_sampling_probs_empty_class(counts, *, q=0.5):
    """0 to the power of 0 is 1, so your empty class has a probability, and nothing to draw; it gets 0."""
    weights = counts**q
    return weights / weights.sum()


@CLASS_SAMPLING_PROBS.wrong(case="q = 0.3")
def class_sampling_probs_one_minus_q(counts, *, q=0.5):
    """You take the power 1 − q; it is q: with 1 every sample is drawn equally often."""
    weights = np.where(counts == 0, 0, counts ** (1 - q))
    return weights / weights.sum()


@CLASS_SAMPLING_PROBS.right
def class_sampling_probs_by_mask(counts, *, q=0.5):
    weights = np.zeros(len(counts))
    there = counts > 0
    weights[there] = counts[there] ** q
    return weights / np.sum(weights)


@CLASS_SAMPLING_PROBS.right
def class_sampling_probs_by_loop(counts, *, q=0.5):
    powers = [float(n) ** q if n else 0.0 for n in counts]
    return np.array([p / sum(powers) for p in powers])


@CLASS_SAMPLING_PROBS.right
def class_sampling_probs_by_share(counts, *, q=0.5):
    share = counts / counts.max()
    powers = share**q * (counts > 0)
    return powers / powers.sum()


@CLASS_SAMPLING_PROBS.right
def class_sampling_probs_by_logarithm(counts, *, q=0.5):
    there = counts != 0
    powers = np.where(there, np.exp(q * np.log(np.where(there, counts, 1))), 0)
    return powers / powers.sum()
