"""Which detection finds which object."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, options
from nnlib import experiments


def scene(iou, scores, noise=0.02, turned=True, **given):
    """Overlaps and scores that waver a little; the objects stand in an order by chance, not the one given, and the
    scores are stretched. The order of the detections stays; where not `turned`, that of the objects, too."""
    iou, scores = np.array(iou, float), np.array(scores, float)

    def draw(rng):
        order = np.roll(np.arange(iou.shape[1]), int(rng.integers(iou.shape[1])) if turned else 0)
        moved = np.clip(iou + noise * rng.uniform(-1, 1, iou.shape) * (iou > 0), 0, 1)
        s = rng.uniform(0.5, 1) * scores if noise else scores
        return call(moved[:, order], s, **given)

    return draw


def as_it_stands(iou, scores, **given):
    return scene(iou, scores, turned=False, **given)


def exactly(iou, scores, **given):
    return as_it_stands(iou, scores, noise=0, **given)


def _allowed(rng):
    n, m = rng.integers(1, 7, size=2)
    iou = rng.random((n, m)) * (rng.random((n, m)) < one_of(rng, 1.0, 0.6))
    iou = np.round(8 * iou) / 8 if rng.random() < 0.3 else iou
    scores = np.round(rng.random(n), one_of(rng, 1, 15))
    scores = one_of(rng, 1.0, 1.0, 1e3, 1e-9) * scores - one_of(rng, 0.0, 0.5)
    return call(iou, scores, **options(rng, iou_threshold=(0.5, 0.25, 0.75, 0.95)))


SECOND = "the second best object, when the best is taken"
TWICE = [
    [0.8, 0.6, 0.55, 0.7],
    [0.7, 0.6, 0.1, 0],
    [0.55, 0.6, 0.7, 0.9],
    [0.75, 0, 0.3, 0.1],
    [0, 0.1, 0.4, 0.2],
]
TIES = "equal scores, equal overlaps, exactly at the threshold"
LARGE = [[0.1, 0.6, 0.3], [0, 0.7, 0], [0.9, 0.2, 0.55]]

MATCH_BY_IOU = Exercise(
    function="match_by_iou",
    topics=("C12-03",),
    points=3,
    difficulty=4,
    minutes=25,
    reference=experiments.match_by_iou,
    forbid=("nnlib.metrics.match_detections",),
    allowed=_allowed,
    large=lambda rng: call(rng.random((8, 5)), rng.random(8)),
    cases=(
        Case(
            "an object is found once",
            scene(
                [
                    [0.8, 0.1, 0.0, 0.1],
                    [0.7, 0, 0, 0.1],
                    [0.1, 0.3, 0, 0.6],
                    [0, 0.2, 0.9, 0],
                    [0.1, 0, 0.6, 0],
                ],
                [0.5, 0.8, 0.6, 0.7, 0.9],
            ),
            example=call(
                [[0.9, 0.125, 0.0], [0.75, 0.25, 0.0], [0.125, 0.0, 0.625], [0.0, 0.25, 0.375]],
                [0.75, 0.875, 0.5, 0.25],
            ),
            weight=2,
        ),
        Case(SECOND, scene(TWICE, [0.9, 0.8, 0.4, 0.7, 0.6]), weight=3),
        Case(
            "the threshold is given",
            scene(
                [[0.65, 0.1, 0.85], [0.9, 0.2, 0], [0.1, 0.4, 0.1], [0.1, 0.7, 0.2]],
                [0.5, 0.6, 0.9, 0.8],
                iou_threshold=0.3,
            ),
            weight=2,
        ),
        in_turn(
            TIES,
            exactly(
                [[0.625, 0, 0, 0], [0.75, 0, 0, 0], [0, 0.875, 0.875, 0], [0, 0, 0, 0.5]],
                [0.5, 0.5, 0.75, 0.25],
            ),
            exactly([[0.5, 0.25], [0.0, 0.5]], [0.5, 0.75]),
            exactly([[0.5, 0.5], [0.75, 0.75], [0.0, 0.0]], [0.25, 0.75, 0.5]),
            exactly([[0.625, 0], [0.75, 0], [0, 0.875], [0, 0.75]], [0.5, 0.5, 0.75, 0.75]),
            exactly([[0.75, 0.5], [0.75, 0.125]], [0.5, 0.75], iou_threshold=0.75),
            edge=True,
            weight=3,
        ),
        in_turn(
            "one detection, one object, none that fits, other scores and thresholds",
            as_it_stands([[0.6, 0.7, 0.8, 0.1]], [0.5]),
            as_it_stands([[0.7], [0.9], [0.8]], [0.5, 0.4, 0.9]),
            as_it_stands([[0.9]], [0.5], iou_threshold=0.5),
            as_it_stands([[0.3]], [0.5]),
            as_it_stands([[0.3, 0.4], [0.2, 0.45]], [0.5, 0.7]),
            as_it_stands([[0.6, 0.1], [0.7, 0.1]], [0.5, 0.7], iou_threshold=0.95),
            as_it_stands(LARGE, [600.0, 900.0, 100.0]),
            as_it_stands(LARGE, [1200.0, 1900.0, 100.0]),
            exactly(LARGE, [0.5, 0.5 + 2**-40, 0.25]),
            as_it_stands(LARGE, [-3.0, -1.0, -2.0], iou_threshold=0.25),
            as_it_stands(LARGE, [3e-9, 1e-9, 2e-9]),
            as_it_stands(LARGE, [0.0, 0.0, -2.0]),
            as_it_stands([[0.9]], [0.0]),
            as_it_stands([[0.9]], [1e-9]),
            as_it_stands([[0.9]], [-900.0]),
            as_it_stands([[0.9]], [900.0]),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        'np.argsort(-scores, kind="stable") gives the order in which the detections choose.',
        "Keep a copy of iou. Once object j is taken, put zeros in its column: nobody reaches the threshold there.",
        "For each i: j = left[i].argmax(); if left[i, j] >= iou_threshold: taken[i] = j, and the column goes.",
    ),
)


@MATCH_BY_IOU.wrong
def match_by_iou_found_again(iou, scores, *, iou_threshold=0.5):
    """An object is found several times: once it is taken, the other detections cannot have it."""
    best = iou.argmax(axis=1)
    return np.where(iou.max(axis=1) >= iou_threshold, best, -1)


@MATCH_BY_IOU.wrong
def match_by_iou_first_come(iou, scores, *, iou_threshold=0.5):
    """The detections choose in the order of the rows; the one with the highest score chooses first."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in range(len(scores)):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_lowest_first(iou, scores, *, iou_threshold=0.5):
    """The lowest score chooses first: np.argsort rises; sort by -scores."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_best_overlap_first(iou, scores, *, iou_threshold=0.5):
    """The pair with the largest overlap is matched first; the detection with the highest score chooses first."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for _ in range(min(iou.shape)):
        i, j = np.unravel_index(left.argmax(), left.shape)
        if left[i, j] < iou_threshold:
            break
        taken[i] = j
        left[i], left[:, j] = 0, 0
    return taken


@MATCH_BY_IOU.wrong(case=SECOND)
def match_by_iou_best_or_none(iou, scores, *, iou_threshold=0.5):
    """A detection whose best object is taken goes empty; it takes the best of those that are left."""
    taken, free = np.full(len(scores), -1), np.ones(iou.shape[1], bool)
    for i in np.argsort(-scores, kind="stable"):
        j = iou[i].argmax()
        if iou[i, j] >= iou_threshold and free[j]:
            taken[i] = j
            free[j] = False
    return taken


@MATCH_BY_IOU.wrong(case=SECOND)
def match_by_iou_first_that_fits(iou, scores, *, iou_threshold=0.5):
    """A detection takes the first object that fits well enough; it takes the one that fits best."""
    taken, free = np.full(len(scores), -1), np.ones(iou.shape[1], bool)
    for i in np.argsort(-scores, kind="stable"):
        fit = np.flatnonzero(free & (iou[i] >= iou_threshold))
        if fit.size:
            taken[i] = fit[0]
            free[fit[0]] = False
    return taken


@MATCH_BY_IOU.wrong(case=TIES)
def match_by_iou_above(iou, scores, *, iou_threshold=0.5):
    """You want an IoU above the threshold; equal to it is enough."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] > iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong(case="the threshold is given")
def match_by_iou_threshold_ignored(iou, scores, *, iou_threshold=0.5):
    """You do not use `iou_threshold`: yours is 0.5 whatever it says."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= 0.5:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_no_threshold(iou, scores, *, iou_threshold=0.5):
    """A detection takes an object however little it overlaps; the IoU must be at least the threshold."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] > 0:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_in_order_of_scores(iou, scores, *, iou_threshold=0.5):
    """Your results stand in the order of the scores; they stand in the order of the rows of `iou`."""
    taken, left = [], iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        taken.append(j if left[i, j] >= iou_threshold else -1)
        if taken[-1] >= 0:
            left[:, j] = 0
    return np.array(taken)


@MATCH_BY_IOU.wrong
def match_by_iou_hits(iou, scores, *, iou_threshold=0.5):
    """You return 1 for a detection that found an object, and 0 for others; which object is asked, or −1."""
    hit, left = np.zeros(len(scores), int), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            hit[i] = 1
            left[:, j] = 0
    return hit


@MATCH_BY_IOU.wrong
def match_by_iou_from_one(iou, scores, *, iou_threshold=0.5):
    """You number the objects from 1, and 0 is none; they count from 0, and −1 is none."""
    taken, left = np.zeros(len(scores), int), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j + 1
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_zero_for_none(iou, scores, *, iou_threshold=0.5):
    """Where nothing is taken you have 0, which is the first object; −1 says none."""
    taken, left = np.zeros(len(scores), int), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong
def match_by_iou_detection_of_each_object(iou, scores, *, iou_threshold=0.5):
    """You return the detection of each object; asked is the object of each detection."""
    of, left = np.full(iou.shape[1], -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            of[j] = i
            left[:, j] = 0
    return of


@MATCH_BY_IOU.wrong(case=TIES)
def match_by_iou_last_of_equal_scores(iou, scores, *, iou_threshold=0.5):
    """Of equal scores the last one chooses first: np.argsort(scores)[::-1] turns them around.

    np.argsort(-scores, kind="stable")."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(scores, kind="stable")[::-1]:
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong(case=TIES)
def match_by_iou_last_of_equal_overlaps(iou, scores, *, iou_threshold=0.5):
    """Of equal overlaps you take the last object; the first is taken."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = np.flatnonzero(left[i] == left[i].max())[-1]
        if left[i, j] >= iou_threshold:
            taken[i] = j
            left[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong(case="arguments unchanged")
def match_by_iou_in_place(iou, scores, *, iou_threshold=0.5):
    """You strike columns out of the argument itself; take a copy first."""
    taken = np.full(len(scores), -1)
    for i in np.argsort(-scores, kind="stable"):
        j = iou[i].argmax()
        if iou[i, j] >= iou_threshold:
            taken[i] = j
            iou[:, j] = 0
    return taken


@MATCH_BY_IOU.wrong(case=SECOND)
def match_by_iou_struck_out_untaken(iou, scores, *, iou_threshold=0.5):
    """You strike out an object that was not taken: its column goes only if the IoU reached the threshold."""
    taken, left = np.full(len(scores), -1), iou.copy()
    for i in np.argsort(-scores, kind="stable"):
        j = left[i].argmax()
        if left[i, j] >= iou_threshold:
            taken[i] = j
        left[:, j] = 0
    return taken


@MATCH_BY_IOU.right
def match_by_iou_by_set(iou, scores, *, iou_threshold=0.5):
    taken, used = [-1] * len(scores), set()
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        best, overlap = -1, 0.0
        for j in range(iou.shape[1]):
            if j not in used and iou[i, j] >= iou_threshold and iou[i, j] > overlap:
                best, overlap = j, iou[i, j]
        if best >= 0:
            taken[i] = best
            used.add(best)
    return np.array(taken)


@MATCH_BY_IOU.right
def match_by_iou_by_mask(iou, scores, *, iou_threshold=0.5):
    taken = np.full(scores.shape, -1)
    free = np.ones(iou.shape[1], bool)
    for i in np.argsort(-scores, kind="stable"):
        row = np.where(free, iou[i], -1.0)
        j = np.argmax(row)
        if row[j] >= iou_threshold:
            taken[i], free[j] = j, False
    return taken


@MATCH_BY_IOU.right
def match_by_iou_by_pairs(iou, scores, *, iou_threshold=0.5):
    n, m = iou.shape
    pairs = [(-scores[i], i, -iou[i, j], j) for i in range(n) for j in range(m) if iou[i, j] >= iou_threshold]
    taken, used = np.full(n, -1), np.zeros(m, bool)
    for _, i, _, j in sorted(pairs):
        if taken[i] < 0 and not used[j]:
            taken[i], used[j] = j, True
    return taken


@MATCH_BY_IOU.right
def match_by_iou_next_best(iou, scores, *, iou_threshold=0.5):
    wanted = np.argsort(-iou, axis=1, kind="stable")
    taken = np.full(len(iou), -1)
    for i in np.argsort(-scores, kind="stable"):
        for j in wanted[i]:
            if iou[i, j] < iou_threshold:
                break
            if j not in taken:
                taken[i] = j
                break
    return taken
