"""An order of samples, cut into parts by ratios."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import data

RATIOS = (
    (0.6, 0.2, 0.2),
    (0.7, 0.3),
    (0.7, 0.1, 0.2),
    (0.5, 0.5),
    (0.4, 0.3, 0.2, 0.1),
    (0.98, 0.01, 0.01),
    (0.57, 0.43),
)


def order(rng, n):
    """Never sorted, nor the way round."""
    found = rng.permutation(n)
    found[: min(n, 3)] = np.roll(np.sort(found[: min(n, 3)]), 1)
    return found


def of(n, **options):
    return lambda rng: call(order(rng, n), **options)


def _allowed(rng):
    n = int(one_of(rng, 1, 2, 5, 10, 13, 30, 100, 700))
    return call(rng.permutation(n), **one_of(rng, {}, {"ratios": one_of(rng, *RATIOS)}))


SPLIT_INDICES = Exercise(
    function="split_indices",
    topics=("C01-02",),
    points=1,
    difficulty=2,
    minutes=12,
    reference=data.split_indices,
    allowed=_allowed,
    cases=(
        Case("60 / 20 / 20 by default", of(13), weight=2, example=call(np.array([3, 0, 4, 1, 7, 2, 6, 5]))),
        Case("two parts", of(17, ratios=(0.7, 0.3)), weight=2),
        Case("four parts", of(23, ratios=(0.4, 0.3, 0.2, 0.1)), weight=2),
        Case("ratios that add badly", of(10, ratios=(0.7, 0.1, 0.2)), weight=2),
        in_turn(
            "few samples and many, ratios given as 60 / 20 / 20",
            of(1),
            of(2, ratios=(0.5, 0.5)),
            of(6, ratios=(0.6, 0.2, 0.2)),
            of(700, ratios=(0.98, 0.01, 0.01)),
            of(100, ratios=(0.57, 0.43)),
        ),
    ),
    hints=(
        "Where does each part begin? Where the one before it ends. np.cumsum(ratios) adds the ratios up "
        "step by step.",
        "c = int(n * (r1 + ... + rj) + 1e-9) rounds down. The last part needs no cut: it goes to the end.",
        "np.split(order, cuts) cuts an array at all places at once; cuts must be ints.",
    ),
)


@SPLIT_INDICES.wrong
def split_indices_each_rounded(order, *, ratios=(0.6, 0.2, 0.2)):
    """You round each part for itself, so the errors add up; round the *sum* of ratios up to each cut."""
    sizes = [int(len(order) * r + 1e-9) for r in ratios[:-1]]
    return tuple(np.split(order, np.cumsum(sizes)))


@SPLIT_INDICES.wrong
def split_indices_samples_lost(order, *, ratios=(0.6, 0.2, 0.2)):
    """You lose samples: each part is rounded down for itself, the last one, too.

    The cuts lie at the sums of ratios, and the last part goes to the end."""
    parts, start = [], 0
    for r in ratios:
        size = int(len(order) * r + 1e-9)
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


@SPLIT_INDICES.wrong
def split_indices_nearest(order, *, ratios=(0.6, 0.2, 0.2)):
    """You round to the nearest whole number; the cuts are rounded *down*."""
    cuts = np.round(len(order) * np.cumsum(ratios[:-1])).astype(int)
    return tuple(np.split(order, cuts))


@SPLIT_INDICES.wrong
def split_indices_up(order, *, ratios=(0.6, 0.2, 0.2)):
    """You round the cuts up; they are rounded *down*."""
    cuts = np.ceil(len(order) * np.cumsum(ratios[:-1]) - 1e-9).astype(int)
    return tuple(np.split(order, cuts))


@SPLIT_INDICES.wrong(case="ratios that add badly")
def split_indices_no_1e9(order, *, ratios=(0.6, 0.2, 0.2)):
    """0.7 + 0.1 is a little less than 0.8 here, and rounding down makes a whole sample of that little: add
    1e-9 first."""
    cuts = (len(order) * np.cumsum(ratios[:-1])).astype(int)
    return tuple(np.split(order, cuts))


@SPLIT_INDICES.wrong
def split_indices_sorted(order, *, ratios=(0.6, 0.2, 0.2)):
    """You cut 0, 1, 2, … as they lie; cut `order` as it is, else the parts are no random ones any more."""
    cuts = np.floor(len(order) * np.cumsum(ratios[:-1]) + 1e-9).astype(int)
    return tuple(np.split(np.sort(order), cuts))


@SPLIT_INDICES.wrong(case="two parts")
def split_indices_always_three(order, *, ratios=(0.6, 0.2, 0.2)):
    """You do not use `ratios`: there may be two parts or four, of any size."""
    cuts = np.floor(len(order) * np.array([0.6, 0.8]) + 1e-9).astype(int)
    return tuple(np.split(order, cuts))


@SPLIT_INDICES.wrong
def split_indices_from_the_start(order, *, ratios=(0.6, 0.2, 0.2)):
    """Every part of yours begins at the first sample; a part begins where the one before it ends.

    As it is, what judges has also been trained on."""
    return tuple(order[: int(len(order) * r + 1e-9)] for r in ratios)


@SPLIT_INDICES.wrong
def split_indices_one_more(order, *, ratios=(0.6, 0.2, 0.2)):
    """Your parts overlap: the sample at a cut belongs to the next part only. A slice ends *before* its second
    number."""
    cuts = [0, *(int(len(order) * c + 1e-9) for c in np.cumsum(ratios[:-1])), len(order)]
    return tuple(order[cuts[j] : cuts[j + 1] + 1] for j in range(len(ratios)))


@SPLIT_INDICES.wrong
def split_indices_sizes(order, *, ratios=(0.6, 0.2, 0.2)):
    """You return how many there are in each part; asked for are the parts themselves."""
    cuts = np.floor(len(order) * np.cumsum(ratios[:-1]) + 1e-9).astype(int)
    return tuple(len(part) for part in np.split(order, cuts))


@SPLIT_INDICES.wrong
def split_indices_dealt(order, *, ratios=(0.6, 0.2, 0.2)):
    """You cut behind each ratio's own share, not behind the sum of the ratios so far."""
    cuts = sorted(int(len(order) * r + 1e-9) for r in ratios[:-1])
    return tuple(np.split(order, cuts))


@SPLIT_INDICES.right
def split_indices_by_loop(order, *, ratios=(0.6, 0.2, 0.2)):
    parts, start, total = [], 0, 0.0
    for r in ratios[:-1]:
        total += r
        end = int(len(order) * total + 1e-9)
        parts.append(order[start:end])
        start = end
    parts.append(order[start:])
    return tuple(parts)


@SPLIT_INDICES.right
def split_indices_by_part_numbers(order, *, ratios=(0.6, 0.2, 0.2)):
    n = len(order)
    cuts = np.floor(n * np.cumsum(ratios[:-1]) + 1e-9)
    part = np.searchsorted(cuts, np.arange(n), side="right")
    return [order[part == j] for j in range(len(ratios))]


@SPLIT_INDICES.right
def split_indices_by_slices(order, *, ratios=(0.6, 0.2, 0.2)):
    ends = [int(np.floor(len(order) * sum(ratios[: j + 1]) + 1e-9)) for j in range(len(ratios))]
    starts = [0] + ends[:-1]
    ends[-1] = len(order)
    return tuple(order[a:b] for a, b in zip(starts, ends))


@SPLIT_INDICES.right
def split_indices_from_behind(order, *, ratios=(0.6, 0.2, 0.2)):
    rest, parts = order, []
    for j in range(len(ratios) - 1, 0, -1):
        cut = int(len(order) * np.sum(ratios[:j]) + 1e-9)
        parts.insert(0, rest[cut:])
        rest = rest[:cut]
    return (rest, *parts)
