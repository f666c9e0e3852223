"""Each class cut by the same ratios."""

import numpy as np

from grader.exercises.ch01_data.split_indices import RATIOS
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import data
from nnlib.data import split_indices


def of(counts, **options):
    """Draws labels for counts = {class: samples} and an order in which the classes first appear from the largest
    label down."""

    def draw(rng):
        first = sorted(counts, reverse=True)
        rest = [c for c, n in counts.items() for _ in range(n - 1)]
        there = np.concatenate([first, rng.permutation(rest)]).astype(int)
        order = _never_sorted(rng, there)
        labels = np.empty_like(there)
        labels[order] = there
        same = len(counts) > 1 and np.array_equal(labels, there)  # then labels and labels[order] are one mask
        return draw(rng) if same else call(labels, order, **options)

    return draw


def _never_sorted(rng, there):
    """An order in which the samples of no class lie sorted, if there are two of them."""
    order = rng.permutation(len(there))
    for c in np.unique(there):
        members = np.flatnonzero(there == c)
        order[members[:3]] = np.roll(np.sort(order[members[:3]]), 1)
    return order


def _allowed(rng):
    n = int(one_of(rng, 1, 2, 6, 20, 40, 150))
    labels = rng.integers(one_of(rng, 1, 2, 3, 8), size=n) * one_of(rng, 1, 1, 2)
    return call(labels, rng.permutation(n), **one_of(rng, {}, {"ratios": one_of(rng, *RATIOS)}))


STRATIFIED_INDICES = Exercise(
    function="stratified_indices",
    topics=("C01-02",),
    points=2,
    difficulty=3,
    minutes=18,
    reference=data.stratified_indices,
    uses=("split_indices",),
    allowed=_allowed,
    cases=(
        Case("two classes", of({0: 7, 1: 6}), weight=2),
        Case("a rare class", of({0: 24, 1: 4}), weight=2),
        Case("two parts", of({0: 6, 1: 5, 2: 9}, ratios=(0.7, 0.3)), weight=2),
        Case("labels with gaps", of({1: 6, 5: 7, 8: 4}), weight=2),
        in_turn(
            "one class, one sample, many, ratios given as 60 / 20 / 20",
            of({0: 1}),
            of({9: 4, 12: 2}),
            of({3: 8}, ratios=(0.4, 0.3, 0.2, 0.1)),
            of({0: 1, 1: 1, 2: 8}, ratios=(0.5, 0.5)),
            of({0: 5, 1: 8}, ratios=(0.6, 0.2, 0.2)),
            of({0: 10, 4: 10}, ratios=(0.7, 0.1, 0.2)),
            of({0: 500, 1: 100}),
        ),
    ),
    hints=(
        "labels[order] are the labels in the order of `order`. order[labels[order] == c] are the samples of"
        " class c, as "
        "they stand in it.",
        "np.unique(labels) gives the classes, the smallest first. Cut each one's samples with "
        "split_indices, and hand "
        "`ratios` on.",
        "If `pieces` is a list with the parts of each class, zip(*pieces) goes through the parts: for each,"
        " the pieces of "
        "all classes. np.concatenate puts them together.",
    ),
)


@STRATIFIED_INDICES.wrong
def stratified_indices_not_stratified(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You cut all samples together, so chance decides how many of a class each part gets; cut class by class."""
    return split_indices(order, ratios=ratios)


@STRATIFIED_INDICES.wrong
def stratified_indices_mask_of_labels(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """labels == c speaks of samples 0, 1, 2, …, but `order` is in another order: the mask must be
    labels[order] == c."""
    pieces = [split_indices(order[labels == c], ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_order_ignored(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You take the samples of a class by their number; take them as they stand in `order`, which is the
    random one."""
    pieces = [split_indices(np.flatnonzero(labels == c), ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_places(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You return places in `order`; asked for are the sample numbers that stand there, order[places]."""
    pieces = [split_indices(np.flatnonzero(labels[order] == c), ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_labels(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You return the labels of the samples; asked for are the sample numbers."""
    pieces = [split_indices(order[labels[order] == c], ratios=ratios) for c in np.unique(labels)]
    return tuple(labels[np.concatenate(part)] for part in zip(*pieces))


@STRATIFIED_INDICES.wrong(case="two parts")
def stratified_indices_ratios_not_handed_on(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You do not hand `ratios` on to split_indices, which then cuts by its own default."""
    pieces = [split_indices(order[labels[order] == c]) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_sorted(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You sort the parts; within a class the samples stay as they stand in `order`, and class follows class."""
    pieces = [split_indices(order[labels[order] == c], ratios=ratios) for c in np.unique(labels)]
    return tuple(np.sort(np.concatenate(part)) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_by_appearance(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You go through the classes as they appear; the smallest label comes first."""
    classes = dict.fromkeys(labels[order].tolist())
    pieces = [split_indices(order[labels[order] == c], ratios=ratios) for c in classes]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong(case="labels with gaps")
def stratified_indices_counted_classes(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You take 0, 1, 2, … for the labels, as many as there are classes; the labels may have gaps.

    np.unique(labels) gives those that occur."""
    classes = range(len(np.unique(labels)))
    pieces = [split_indices(order[labels[order] == c], ratios=ratios) for c in classes]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.wrong
def stratified_indices_nested(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You return the parts of each class on their own; put the pieces of all classes together, part by part."""
    return tuple(split_indices(order[labels[order] == c], ratios=ratios) for c in np.unique(labels))


@STRATIFIED_INDICES.wrong(case="a rare class")
def stratified_indices_balanced(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    """You take as many of each class as the rarest has; all samples are to be used, by the same ratios."""
    least = min(np.sum(labels == c) for c in np.unique(labels))
    pieces = [split_indices(order[labels[order] == c][:least], ratios=ratios) for c in np.unique(labels)]
    return tuple(np.concatenate(part) for part in zip(*pieces))


@STRATIFIED_INDICES.right
def stratified_indices_by_loop(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    parts = [[] for _ in ratios]
    for c in sorted(set(labels.tolist())):
        members = np.array([i for i in order if labels[i] == c])
        for part, piece in zip(parts, split_indices(members, ratios=ratios)):
            part.extend(piece)
    return tuple(np.array(part, int) for part in parts)


@STRATIFIED_INDICES.right
def stratified_indices_by_stable_sort(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    by_class = order[np.argsort(labels[order], kind="stable")]
    _, counts = np.unique(labels, return_counts=True)
    pieces = [split_indices(group, ratios=ratios) for group in np.split(by_class, np.cumsum(counts)[:-1])]
    return [np.concatenate([piece[j] for piece in pieces]) for j in range(len(ratios))]


@STRATIFIED_INDICES.right
def stratified_indices_without_help(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    ordered = labels[order]
    parts = [np.empty(0, int)] * len(ratios)
    for c in np.unique(labels):
        members = order[ordered == c]
        cuts = np.floor(len(members) * np.cumsum(ratios[:-1]) + 1e-9).astype(int)
        parts = [np.concatenate([a, b]) for a, b in zip(parts, np.split(members, cuts))]
    return tuple(parts)


@STRATIFIED_INDICES.right
def stratified_indices_through_all_labels(labels, order, *, ratios=(0.6, 0.2, 0.2)):
    pieces = []
    for c in range(labels.max() + 1):
        pieces.append(split_indices(order[labels[order] == c], ratios=ratios))
    return tuple(np.hstack(part) for part in zip(*pieces))
