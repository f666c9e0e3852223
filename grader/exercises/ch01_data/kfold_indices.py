"""k folds: every sample validates once."""

import numpy as np

from grader.calls.plain import Rng
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import data


def seed(rng):
    return Rng(int(rng.integers(2**32)))


def of(folds, rest=0, *, least=3, most=7, **options):
    """Draws n = folds · m + rest with m from least to most, and an rng if it is shuffled."""

    def draw(rng):
        n = folds * int(rng.integers(least, most + 1)) + rest
        return call(n, **options, **({"rng": seed(rng)} if options.get("shuffle") else {}))

    return draw


def _allowed(rng):
    n = int(one_of(rng, 5, 6, 7, 12, 30, 123))
    given = one_of(rng, {}, {"k": 5}, {"k": 2}, {"k": 3}, {"k": n})
    shuffle = one_of(rng, {}, {"shuffle": True, "rng": seed(rng)}, {"shuffle": False})
    return call(n, **given, **shuffle)


KFOLD_INDICES = Exercise(
    function="kfold_indices",
    topics=("C01-04",),
    points=2,
    difficulty=3,
    minutes=18,
    reference=data.kfold_indices,
    forbid=("sklearn.model_selection.KFold",),
    allowed=_allowed,
    cases=(
        Case("five folds by default", of(5, least=2), weight=2, example=call(10)),
        Case("folds of unequal size", of(4, 2, k=4), weight=2, example=call(6, k=4)),
        Case("shuffled", of(3, 1, least=5, k=3, shuffle=True), weight=3),
        in_turn(
            "two folds, folds of one sample, k given as 5, shuffle given as False",
            of(2, 1, least=2, k=2),
            lambda rng: call(n := int(rng.integers(6, 12)), k=n),
            of(5, 3, k=5, shuffle=True),
            of(5, 1, shuffle=True),
            of(4, 1, k=4, shuffle=False),
            of(5, 2, shuffle=False),
            of(3, 1, least=40, most=43, k=3),
            of(5, 2, k=5, shuffle=False),
        ),
    ),
    hints=(
        "np.array_split(order, k) cuts into k runs, of which the first are one longer where it does not "
        "come out even.",
        "What is in the fold validates, all others train: np.setdiff1d(order, fold) gives them sorted.",
        "order = rng.permutation(n) if shuffle else np.arange(n). Sort each fold with np.sort.",
    ),
)


@KFOLD_INDICES.wrong(case="folds of unequal size")
def kfold_indices_rest_dropped(n, *, k=5, shuffle=False, rng=None):
    """The last n mod k samples are in no fold; the first folds take one of them each."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(order[i * (n // k) : (i + 1) * (n // k)]) for i in range(k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong(case="folds of unequal size")
def kfold_indices_rest_in_the_last(n, *, k=5, shuffle=False, rng=None):
    """Your last fold takes all that is left over; the first n mod k folds take one more each."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    cuts = [i * (n // k) for i in range(1, k)]
    folds = [np.sort(fold) for fold in np.split(order, cuts)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong(case="folds of unequal size")
def kfold_indices_larger_last(n, *, k=5, shuffle=False, rng=None):
    """Your last folds are the longer ones; it is the first n mod k that have one sample more."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    cuts = [i * n // k for i in range(1, k)]
    cuts = np.cumsum(sorted(np.diff([0, *cuts, n])))[:-1]
    folds = [np.sort(fold) for fold in np.split(order, cuts)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong
def kfold_indices_trains_on_all(n, *, k=5, shuffle=False, rng=None):
    """You train on all samples, those of the fold among them: then nothing is held out."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [(np.arange(n), np.sort(fold)) for fold in np.array_split(order, k)]


@KFOLD_INDICES.wrong
def kfold_indices_swapped(n, *, k=5, shuffle=False, rng=None):
    """You have the two the wrong way round: (train, val), the many first, the fold second."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [(np.sort(fold), np.setdiff1d(order, fold)) for fold in np.array_split(order, k)]


@KFOLD_INDICES.wrong(case="shuffled")
def kfold_indices_never_shuffled(n, *, k=5, shuffle=False, rng=None):
    """You do not use `shuffle`: with it the order is rng.permutation(n)."""
    order = np.arange(n)
    return [(np.setdiff1d(order, fold), fold) for fold in np.array_split(order, k)]


@KFOLD_INDICES.wrong(case="shuffled")
def kfold_indices_shuffled_for_each(n, *, k=5, shuffle=False, rng=None):
    """You shuffle anew for each fold, so that some samples validate twice and others never; one order for all
    folds."""
    pairs = []
    for i in range(k):
        order = rng.permutation(n) if shuffle else np.arange(n)
        fold = np.sort(np.array_split(order, k)[i])
        pairs.append((np.setdiff1d(order, fold), fold))
    return pairs


@KFOLD_INDICES.wrong(case="shuffled")
def kfold_indices_fold_not_sorted(n, *, k=5, shuffle=False, rng=None):
    """The fold is not sorted; both arrays go from the smallest number to the largest."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [(np.setdiff1d(order, fold), fold) for fold in np.array_split(order, k)]


@KFOLD_INDICES.wrong(case="shuffled")
def kfold_indices_nothing_sorted(n, *, k=5, shuffle=False, rng=None):
    """Neither array is sorted; both go from the smallest number to the largest."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = np.array_split(order, k)
    return [(np.concatenate([f for f in folds if f is not fold]), fold) for fold in folds]


@KFOLD_INDICES.wrong
def kfold_indices_every_kth(n, *, k=5, shuffle=False, rng=None):
    """You take every k-th sample; a fold is a *run* of the order, neighbours in it."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(order[i::k]) for i in range(k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong
def kfold_indices_folds_only(n, *, k=5, shuffle=False, rng=None):
    """You return the folds only; asked for are pairs (train, val)."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    return [np.sort(fold) for fold in np.array_split(order, k)]


@KFOLD_INDICES.wrong(case="folds of unequal size")
def kfold_indices_k_ignored(n, *, k=5, shuffle=False, rng=None):
    """You make five folds whatever `k` says."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(fold) for fold in np.array_split(order, 5)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong(case="shuffled")
def kfold_indices_own_generator(n, *, k=5, shuffle=False, rng=None):
    """You make a generator of your own, so that the folds are the same in every run.

    Draw from `rng`."""
    order = np.random.default_rng(0).permutation(n) if shuffle else np.arange(n)
    folds = [np.sort(fold) for fold in np.array_split(order, k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]


@KFOLD_INDICES.wrong
def kfold_indices_masks(n, *, k=5, shuffle=False, rng=None):
    """You return masks of True and False; asked for are the numbers of the samples.

    np.flatnonzero makes numbers of a mask."""
    order = rng.permutation(n) if shuffle else np.arange(n)
    masks = [np.isin(np.arange(n), fold) for fold in np.array_split(order, k)]
    return [(~mask, mask) for mask in masks]


@KFOLD_INDICES.right
def kfold_indices_by_sizes(n, *, k=5, shuffle=False, rng=None):
    order = np.arange(n)
    if shuffle:
        order = rng.permutation(n)
    pairs, start = [], 0
    for i in range(k):
        size = n // k + (1 if i < n % k else 0)
        val = order[start : start + size]
        train = np.concatenate([order[:start], order[start + size :]])
        pairs.append((np.sort(train), np.sort(val)))
        start += size
    return pairs


@KFOLD_INDICES.right
def kfold_indices_by_masks(n, *, k=5, shuffle=False, rng=None):
    order = rng.permutation(n) if shuffle else np.arange(n)
    pairs = []
    for fold in np.array_split(order, k):
        held_out = np.zeros(n, dtype=bool)
        held_out[fold] = True
        pairs.append((np.flatnonzero(~held_out), np.flatnonzero(held_out)))
    return pairs


@KFOLD_INDICES.right
def kfold_indices_by_sets(n, *, k=5, shuffle=False, rng=None):
    order = list(rng.permutation(n)) if shuffle else list(range(n))
    long, size = n % k, n // k
    starts = [i * size + min(i, long) for i in range(k + 1)]
    folds = [sorted(order[starts[i] : starts[i + 1]]) for i in range(k)]
    return [(np.array(sorted(set(order) - set(fold))), np.array(fold)) for fold in folds]


@KFOLD_INDICES.right
def kfold_indices_by_fold_numbers(n, *, k=5, shuffle=False, rng=None):
    order = rng.permutation(n) if shuffle else np.arange(n)
    number = np.empty(n, int)
    number[order] = np.repeat(np.arange(k), [n // k + (i < n % k) for i in range(k)])
    return [(np.where(number != i)[0], np.where(number == i)[0]) for i in range(k)]
