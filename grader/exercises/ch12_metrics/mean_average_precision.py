"""The average precision of a detector, over classes and thresholds."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments


def ranked(patterns, objects, T=1, scale=1.0, shift=0.0):
    """Of each class its detections from the best score down: "2" is a hit at the first two thresholds, "0" at none.
    Classes and rows are mixed, in an order that would give another result, with
    the labels sorted or not."""

    def draw(rng):
        labels = np.repeat(np.arange(len(patterns)), [len(p) for p in patterns])
        level = np.array([int(q) for q in "".join(patterns)])
        hits = (level[:, None] > np.arange(T)).astype(int)
        while True:
            s = np.empty(len(level))
            ladder = -2.0 * np.arange(len(level)) + rng.uniform(0, 0.4, len(level))
            places = rng.permutation(len(level))
            for k in range(len(patterns)):
                s[labels == k] = ladder[np.sort(places[labels == k])]
            rows = rng.permutation(len(level))
            mixed = hits[rows], s[rows], labels[rows], np.array(objects)
            right = experiments.mean_average_precision(*mixed)
            by_rows = -np.arange(float(len(rows)))
            as_they_come = experiments.mean_average_precision(mixed[0], by_rows, *mixed[2:])
            labels_stay = experiments.mean_average_precision(
                mixed[0][np.argsort(-mixed[1])], by_rows, *mixed[2:]
            )
            others = [as_they_come] if len(patterns) == 1 else [as_they_come, labels_stay]
            if min(abs(right - other) for other in others) > 1e-3:
                return call(mixed[0], scale * (mixed[1] + shift), *mixed[2:])

    return draw


def exactly(hits, scores, labels, objects):
    return lambda rng: call(
        np.array(hits), rng.uniform(0.5, 1) * np.array(scores, float), np.array(labels), np.array(objects)
    )


def _allowed(rng):
    n, T, K = int(rng.integers(1, 15)), one_of(rng, 1, 2, 4), one_of(rng, 1, 2, 4)
    labels = rng.integers(K, size=n)
    hits = np.sort(rng.random((n, T)) < one_of(rng, 0.3, 0.8), axis=1)[:, ::-1].astype(int)
    objects = np.bincount(labels, hits.max(axis=1), minlength=K).astype(int)
    objects += rng.integers(0, 3, size=K)
    objects[0] += objects.sum() == 0
    scores = one_of(rng, 1.0, 1.0, 1e3, 1e-9) * np.round(rng.normal(size=n), one_of(rng, 1, 15))
    return call(hits, scores, labels, objects)


STRANGERS = "a class without objects, a class without detections"
TIES = "equal scores, one detection, none right, all right"
LONG, SHORT = "101100110010", "110100100"

MEAN_AVERAGE_PRECISION = Exercise(
    function="mean_average_precision",
    topics=("C12-17",),
    points=3,
    difficulty=4,
    minutes=30,
    reference=experiments.mean_average_precision,
    forbid=("nnlib.metrics.mean_average_precision",),
    allowed=_allowed,
    uses=("average_precision",),
    large=lambda rng: call(
        (rng.random((500, 10)) < 0.5).astype(int), rng.random(500), rng.integers(5, size=500), np.full(5, 120)
    ),
    cases=(
        Case(
            "one class, one threshold",
            ranked([LONG], [7]),
            example=call(
                np.array([[0], [1], [1], [0], [1]]),
                [0.25, 0.5, 1.0, 0.75, 0.375],
                np.zeros(5, int),
                np.array([4]),
            ),
            weight=2,
        ),
        Case("several classes", ranked([LONG, SHORT, "010010"], [8, 5, 4]), weight=2),
        Case("several thresholds", ranked(["3032013001", "2130012"], [7, 6], 3), weight=2),
        Case(STRANGERS, ranked(["202100", "", "0000", "1201020"], [5, 3, 0, 6], 2), weight=3),
        in_turn(
            TIES,
            exactly([[0], [1], [1], [0], [1]], [0.5, 0.5, 0.75, 0.25, 0.25], [0, 0, 0, 0, 0], [3]),
            exactly([[1]], [0.5], [0], [3]),
            exactly([[1, 0]], [0.5], [2], [1, 0, 3]),
            exactly([[1], [0], [0], [1], [1], [0]] * 4, [0.5, 0.25] * 12, [0] * 24, [14]),
            exactly([[1, 1]], [0.5], [0], [3]),
            exactly([[0], [0]], [0.5, 0.25], [0, 0], [2]),
            exactly([[1, 1], [1, 1]], [0.5, 0.25], [0, 1], [1, 1]),
            exactly([[1, 0], [0, 0]], [0.0, 0.5], [0, 0], [1]),
            exactly([[1]], [0.0], [0], [2]),
            exactly([[1]], [1e-9], [0], [2]),
            exactly([[1]], [900.0], [0], [2]),
            exactly([[1]], [-0.5], [0], [2]),
            ranked([LONG, "10010"], [7, 4], scale=1e-9),
            ranked([LONG, "10010"], [7, 4], scale=1e3, shift=9.0),
            edge=True,
            weight=3,
        ),
    ),
    hints=(
        "Loop over the classes with objects, np.flatnonzero(num_objects). labels == k picks the rows of class k.",
        "Sort these rows by score and cumulate the hits. Recall is TP / num_objects[k], precision TP / rank.",
        'average_precision(recall, precision, method="all") for each class and column of hits; then the mean.',
    ),
)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_not_sorted(hits, scores, labels, num_objects):
    """You take the detections in the order of the rows; they are ranked by score first."""
    found = []
    for k in np.flatnonzero(num_objects):
        for hit in hits[labels == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_lowest_first(hits, scores, labels, num_objects):
    """You begin with the lowest score: np.argsort rises; sort by -scores."""
    found, order = [], np.argsort(scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_of_the_found(hits, scores, labels, num_objects):
    """Your recall divides by the hits; it is a share of the objects, found or not."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / max(hit.sum(), 1), prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_of_the_drawn(hits, scores, labels, num_objects):
    """Your recall divides by the number of detections; it is a share of the objects."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / max(len(hit), 1), prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_steps(hits, scores, labels, num_objects):
    """You do not interpolate the precision; method "all" takes the best from there on."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            found.append(np.sum(hit / num_objects[k] * tp / np.arange(1, len(tp) + 1)))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong
def mean_average_precision_eleven_levels(hits, scores, labels, num_objects):
    """You average over eleven levels of recall; method "all" is asked, the area."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            levels = np.linspace(0, 1, 11)
            found.append(np.append(best, 0.0)[np.searchsorted(tp / num_objects[k], levels)].mean())
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_pooled(hits, scores, labels, num_objects):
    """You put all classes into one list; each class has a list and an average precision of its own."""
    found, order = [], np.argsort(-scores, kind="stable")
    for hit in hits[order][num_objects[labels[order]] > 0].T:
        tp = np.cumsum(hit)
        best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        found.append(np.sum(np.diff(tp / num_objects.sum(), prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_weighted(hits, scores, labels, num_objects):
    """You weigh the classes by their objects; every class counts the same."""
    found, order = 0.0, np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found += np.sum(np.diff(tp, prepend=0) * best)
    return found / num_objects.sum() / hits.shape[1]


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_ranks_of_all(hits, scores, labels, num_objects):
    """Your precision divides by the rank among all detections; it is the rank among those of the class."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        mine = labels[order] == k
        ranks = np.flatnonzero(mine) + 1
        for hit in hits[order][mine].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / ranks)[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_sum(hits, scores, labels, num_objects):
    """You add the classes up; the mAP is their mean."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.sum(found) / hits.shape[1]


@MEAN_AVERAGE_PRECISION.wrong(case="several thresholds")
def mean_average_precision_first_threshold(hits, scores, labels, num_objects):
    """You use the first threshold only; the mean is over all of them."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        hit = hits[order][labels[order] == k][:, 0]
        tp = np.cumsum(hit)
        best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several thresholds")
def mean_average_precision_hit_everywhere(hits, scores, labels, num_objects):
    """A detection is a hit for you if it is one at every threshold; each threshold has an average precision."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        hit = hits[order][labels[order] == k].min(axis=1)
        tp = np.cumsum(hit)
        best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several thresholds")
def mean_average_precision_share_of_thresholds(hits, scores, labels, num_objects):
    """You average the hits over the thresholds first; average their average precisions last."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        hit = hits[order][labels[order] == k].mean(axis=1)
        tp = np.cumsum(hit)
        best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several thresholds")
def mean_average_precision_each_threshold(hits, scores, labels, num_objects):
    """You return a number for each threshold; their mean is asked."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        row = []
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            row.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
        found.append(row)
    result = np.mean(found, axis=0)
    return result if len(result) > 1 else result[0]


@MEAN_AVERAGE_PRECISION.wrong(case=STRANGERS)
def mean_average_precision_zero_without_objects(hits, scores, labels, num_objects):
    """A class without objects counts 0 for you; it is left out."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in range(len(num_objects)):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / max(num_objects[k], 1), prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case=STRANGERS)
def mean_average_precision_never_drawn_left_out(hits, scores, labels, num_objects):
    """You leave out a class of which nothing is detected; it has objects, and counts 0."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.unique(labels):
        for hit in hits[order][labels[order] == k].T if num_objects[k] else ():
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case=STRANGERS)
def mean_average_precision_without_objects_nan(hits, scores, labels, num_objects):
    """You divide by the 0 objects of a class that has none; leave such classes out."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in range(len(num_objects)):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            with np.errstate(invalid="ignore"):
                found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case=TIES)
def mean_average_precision_last_of_equal_scores(hits, scores, labels, num_objects):
    """Of equal scores the last comes first: np.argsort(scores)[::-1] turns them around.

    np.argsort(-scores, kind="stable")."""
    found, order = [], np.argsort(scores, kind="stable")[::-1]
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="arguments unchanged")
def mean_average_precision_in_place(hits, scores, labels, num_objects):
    """You turn the signs of the scores in the argument itself; it belongs to the caller."""
    scores *= -1
    found, order = [], np.argsort(scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels[order] == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_labels_not_sorted(hits, scores, labels, num_objects):
    """You sort the hits and not the labels: each label must go with its detection, labels[order]."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        for hit in hits[order][labels == k].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several classes")
def mean_average_precision_places_for_rows(hits, scores, labels, num_objects):
    """Places within the class are no rows of `hits`: first hits[labels == k], then [order]."""
    found = []
    for k in np.flatnonzero(num_objects):
        for hit in hits[np.argsort(-scores[labels == k], kind="stable")].T:
            tp = np.cumsum(hit)
            best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
            found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.wrong(case="several thresholds")
def mean_average_precision_thresholds_in_one_row(hits, scores, labels, num_objects):
    """You cumulate the hits of all thresholds in one row; each threshold has its own: axis=0."""
    found, order = [], np.argsort(-scores, kind="stable")
    for k in np.flatnonzero(num_objects):
        tp = np.cumsum(hits[order][labels[order] == k])
        best = np.maximum.accumulate((tp / np.arange(1, len(tp) + 1))[::-1])[::-1]
        found.append(np.sum(np.diff(tp / num_objects[k], prepend=0) * best))
    return np.mean(found)


@MEAN_AVERAGE_PRECISION.right
def mean_average_precision_by_definition(hits, scores, labels, num_objects):
    total, classes = 0.0, 0
    for k, objects in enumerate(num_objects):
        if objects == 0:
            continue
        classes += 1
        mine = np.flatnonzero(labels == k)
        mine = mine[np.argsort(-scores[mine], kind="stable")]
        for t in range(hits.shape[1]):
            tp, precision = 0, []
            for rank, i in enumerate(mine, start=1):
                tp += hits[i, t]
                precision.append(tp / rank)
            total += sum(max(precision[r:]) for r, i in enumerate(mine) if hits[i, t]) / objects
    return total / (classes * hits.shape[1])


@MEAN_AVERAGE_PRECISION.right
def mean_average_precision_by_columns(hits, scores, labels, num_objects):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    means = []
    for k in range(len(num_objects)):
        if num_objects[k] > 0:
            mine = hits[[i for i in order if labels[i] == k]]
            if len(mine) == 0:
                means.append(0.0)
                continue
            precision = np.cumsum(mine, axis=0) / np.arange(1, len(mine) + 1)[:, None]
            best = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
            means.append((mine * best).sum() / num_objects[k] / hits.shape[1])
    return sum(means) / len(means)


@MEAN_AVERAGE_PRECISION.right
def mean_average_precision_by_levels(hits, scores, labels, num_objects):
    order = np.lexsort((-scores, labels))
    hits, labels = hits[order], labels[order]
    found = np.zeros((len(num_objects), hits.shape[1]))
    for k in np.unique(labels):
        mine = hits[labels == k]
        tp = np.cumsum(mine, axis=0)
        for t in range(hits.shape[1]):
            for wanted in range(1, tp[-1, t] + 1):
                there = tp[:, t] >= wanted
                found[k, t] += np.max(tp[there, t] / (np.flatnonzero(there) + 1))
    kept = num_objects > 0
    return np.mean(found[kept] / num_objects[kept, None])


@MEAN_AVERAGE_PRECISION.right
def mean_average_precision_from_behind(hits, scores, labels, num_objects):
    def area(hit, objects):
        tp, best, total = hit.sum(), 0.0, 0.0
        for i in range(len(hit) - 1, -1, -1):
            best = max(best, tp / (i + 1))
            total += best * hit[i]
            tp -= hit[i]
        return total / objects

    ranked = np.argsort(-scores, kind="stable")
    classes = [k for k in range(len(num_objects)) if num_objects[k]]
    rows = {k: ranked[labels[ranked] == k] for k in classes}
    return np.mean([[area(column, num_objects[k]) for column in hits[rows[k]].T] for k in classes])
