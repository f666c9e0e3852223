"""The class that most models vote for, with two ways to break ties."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import steady
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments
from nnlib.ensemble import average_probs

LEVELS = 5
FIRST, BY_PROBS = "a tie: the lowest class", "a tie: the highest mean probability"
SMALL = (
    "one model, one sample, one class, two classes, a winner of probability 0, options that say the default"
)


def votes(rows, classes=7, **given):
    """Votes (n, M) on a few of the classes, their order kept; the samples come in any order."""

    def draw(rng):
        labels = np.sort(rng.choice(classes, size=LEVELS, replace=False))[np.array(rows)]
        return call(rng.permutation(labels).T, num_classes=classes, **given)

    return draw


def with_probs(rows, leads, classes=7, spare=0.25, **given):
    """Votes (n, M) with probabilities: leads (n, levels, M) says what each model gives to some of the levels."""

    def draw(rng):
        chosen = np.sort(rng.choice(classes, size=LEVELS, replace=False))
        probs = np.empty((len(rows[0]), len(rows), classes))
        for i, of_level in enumerate(leads):
            p = np.zeros((len(rows[0]), classes))
            for level, given_by_each in of_level.items():
                p[:, chosen[level]] = given_by_each + rng.uniform(-0.01, 0.01, len(rows[0]))
            others = [c for c in range(classes) if c not in chosen[list(of_level)]]
            p[:, others] = (1 - p.sum(axis=1, keepdims=True)) * rng.dirichlet(np.ones(len(others)))
            probs[:, i] = p
        order = rng.permutation(len(rows))
        return call(chosen[np.array(rows)][order].T, num_classes=classes, probs=probs[:, order], **given)

    return draw


def _allowed(rng):
    models, n = (int(a) for a in rng.integers(1, 6, size=2))
    classes = int(rng.integers(1, 6))
    labels = rng.integers(classes, size=(models, n))
    probs = rng.dirichlet(np.ones(classes), size=(models, n))
    return call(
        labels,
        num_classes=classes,
        **one_of(
            rng,
            {},
            {"tie_break": "first"},
            {"probs": None},
            {"probs": probs},
            {"tie_break": "first", "probs": probs},
            {"tie_break": "probs", "probs": probs},
            {"tie_break": "probs", "probs": probs},
        ),
    )


CLEAR = [[2, 2, 0, 2, 1], [0, 3, 3, 1, 3], [4, 0, 4, 1, 2], [1, 0, 0, 0, 4], [3, 4, 1, 4, 0], [2, 1, 3, 3, 0]]
TIED = [[2, 0, 2, 0, 1], [3, 1, 3, 0, 1], [4, 2, 3, 1, 0], [1, 4, 4, 1, 0], [4, 3, 2, 2, 3], [2, 2, 3, 1, 2]]
# Levels 0 and 2 are tied. One wins by what those who did not vote for it say; a third has the highest mean.
LEADS = [
    {2: [0.3] * 5, 0: [0.05, 0.45, 0.05, 0.45, 0.1], 1: [0.4, 0.2, 0.4, 0.2, 0.5]},
    {0: [0.3] * 5, 2: [0.45, 0.05, 0.45, 0.05, 0.1], 1: [0.2, 0.4, 0.2, 0.4, 0.5]},
    {4: [0.32] * 5, 1: [0.12, 0.12, 0.42, 0.42, 0.02], 0: [0.3, 0.3, 0.1, 0.1, 0.6]},
    {3: [0.3, 0.3, 0.3, 0.1, 0.1], 4: [0.2, 0.2, 0.2, 0.6, 0.6]},
    {2: [0.1, 0.1, 0.1, 0.4, 0.4], 0: [0.3] * 5, 3: [0.4, 0.4, 0.4, 0.1, 0.1]},
    {0: [0.9] * 5, 1: [0.05] * 5},
    {2: [0.85, 0.85, 0.6, 0.02, 0.02], 0: [0.1, 0.1, 0.3, 0.85, 0.85]},
]
WITH = [
    [2, 0, 2, 0, 1],
    [2, 0, 2, 0, 1],
    [4, 4, 1, 1, 0],
    [3, 3, 3, 4, 4],
    [3, 2, 3, 3, 0],
    [1, 0, 1, 0, 1],
    [2, 2, 0, 0, 1],
]

MAJORITY_VOTE = Exercise(
    function="majority_vote",
    topics=("C14-03",),
    points=3,
    difficulty=3,
    minutes=20,
    reference=experiments.majority_vote,
    forbid=("scipy.stats.mode", "nnlib.ensemble.majority_vote"),
    uses=("average_probs",),
    allowed=_allowed,
    cases=(
        Case(
            "most votes, no tie",
            votes(CLEAR),
            weight=3,
            example=call(np.array([[2, 1], [0, 3], [3, 3], [0, 0], [1, 2]]), num_classes=4),
        ),
        Case(FIRST, votes(TIED), weight=3, example=call(np.array([[2, 1], [0, 3]]), num_classes=4)),
        Case(BY_PROBS, with_probs(WITH, LEADS, tie_break="probs"), weight=5),
        Case("probabilities that are not asked for", with_probs(WITH, LEADS), weight=2),
        in_turn(
            SMALL,
            lambda rng: call(
                np.array([[2]]), num_classes=3, tie_break="probs", probs=np.array([[[0.0, 1.0, 0.0]]])
            ),
            steady(votes([[3], [0], [4]])),
            steady(votes([[1, 4, 4, 2]])),
            steady(votes([[2, 3, 3]] * 3, tie_break="first")),
            steady(votes(TIED[:3], probs=None)),
            lambda rng: call(np.zeros((2, 3), int), num_classes=1),
            lambda rng: call(np.array([[0, 1, 1], [1, 0, 1]]), num_classes=2),
            steady(with_probs(WITH[:1], LEADS[:1], tie_break="probs")),
            steady(with_probs(WITH, LEADS, tie_break="first")),
            lambda rng: call(
                np.array([[0, 1]]),
                num_classes=2,
                tie_break="probs",
                probs=np.array([[[0.4, 0.6], [0.7, 0.3]]]),
            ),
            lambda rng: call(
                np.zeros((2, 2), int), num_classes=1, tie_break="probs", probs=np.ones((2, 2, 1))
            ),
            lambda rng: call(
                np.array([[0, 1], [1, 0]]),
                num_classes=2,
                tie_break="probs",
                probs=np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.25, 0.75], [0.5, 0.5]]]),
            ),
            edge=True,
            weight=5,
        ),
    ),
    hints=(
        "Count first: an array (n, num_classes) of how many models vote for each class.",
        'argmax takes the first of equal counts, so with "first" it is the answer.',
        'With "probs": put −1 for the classes with fewer votes, the mean probability for the others, then argmax.',
    ),
)


@MAJORITY_VOTE.wrong
def majority_vote_mean_of_labels(labels, *, num_classes, tie_break="first", probs=None):
    """You take the mean of the labels; class numbers are names, and 0 and 2 are not together a 1. Count votes."""
    return np.round(labels.mean(axis=0)).astype(int)


@MAJORITY_VOTE.wrong
def majority_vote_median(labels, *, num_classes, tie_break="first", probs=None):
    """You take the middle of the sorted labels; the class in the middle may have a single vote. Count votes."""
    return np.sort(labels, axis=0)[len(labels) // 2]


@MAJORITY_VOTE.wrong
def majority_vote_counts(labels, *, num_classes, tie_break="first", probs=None):
    """You return how many votes the winner has; asked for is which class it is: argmax, not max."""
    return (labels[..., None] == np.arange(num_classes)).sum(axis=0).max(axis=1)


@MAJORITY_VOTE.wrong
def majority_vote_over_samples(labels, *, num_classes, tie_break="first", probs=None):
    """You count over the samples; the models are the first axis, and one class is asked for each sample."""
    return (labels[..., None] == np.arange(num_classes)).sum(axis=1).argmax(axis=1)


@MAJORITY_VOTE.wrong
def majority_vote_more_than_half(labels, *, num_classes, tie_break="first", probs=None):
    """You ask for more than half of the votes, and else let the first model decide; the most votes win, however
    few they are."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    return np.where(votes.max(axis=1) * 2 > len(labels), votes.argmax(axis=1), labels[0])


@MAJORITY_VOTE.wrong
def majority_vote_first_model(labels, *, num_classes, tie_break="first", probs=None):
    """You return what the first model says; all of them vote."""
    return labels[0].copy()


@MAJORITY_VOTE.wrong(case=FIRST)
def majority_vote_highest_class(labels, *, num_classes, tie_break="first", probs=None):
    """Of the classes that are tied you take the highest; "first" takes the lowest."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return num_classes - 1 - votes[:, ::-1].argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, probs.mean(axis=0), -1.0).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=FIRST)
def majority_vote_first_voted(labels, *, num_classes, tie_break="first", probs=None):
    """Of the classes that are tied you take the one that was named first; "first" means the lowest class."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    most = votes == votes.max(axis=1, keepdims=True)
    if tie_break == "probs":
        return np.where(most, probs.mean(axis=0), -1.0).argmax(axis=1)
    return np.array([next(c for c in column if most[i, c]) for i, column in enumerate(labels.T)])


@MAJORITY_VOTE.wrong(case=FIRST)
def majority_vote_tie_is_minus_one(labels, *, num_classes, tie_break="first", probs=None):
    """You return −1 where there is a tie; something must decide, here the lowest of the tied classes."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    most = votes == votes.max(axis=1, keepdims=True)
    if tie_break == "probs":
        return np.where(most, probs.mean(axis=0), -1.0).argmax(axis=1)
    return np.where(most.sum(axis=1) > 1, -1, votes.argmax(axis=1))


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_tie_break_unused(labels, *, num_classes, tie_break="first", probs=None):
    """You do not use tie_break: with "probs" the mean probability decides between the classes that are tied."""
    return (labels[..., None] == np.arange(num_classes)).sum(axis=0).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_probs_decide_all(labels, *, num_classes, tie_break="first", probs=None):
    """With "probs" you do not count the votes at all; the probabilities decide between tied classes only."""
    if tie_break == "probs":
        return probs.mean(axis=0).argmax(axis=1)
    return (labels[..., None] == np.arange(num_classes)).sum(axis=0).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_all_classes_in_a_tie(labels, *, num_classes, tie_break="first", probs=None):
    """Where there is a tie you choose among all classes; a class with fewer votes is out, however probable."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    tied = (votes == votes.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return np.where(tied, probs.mean(axis=0).argmax(axis=1), votes.argmax(axis=1))


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_of_the_voters_only(labels, *, num_classes, tie_break="first", probs=None):
    """You ask only those who voted for a class how probable it is; the mean is over all models."""
    ballots = labels[..., None] == np.arange(num_classes)
    votes = ballots.sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, (ballots * probs).sum(axis=0), -1.0).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_lowest_probability(labels, *, num_classes, tie_break="first", probs=None):
    """Of the classes that are tied you take the least probable one; it is the one with the highest mean."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, probs.mean(axis=0), 2.0).argmin(axis=1)


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_first_models_probs(labels, *, num_classes, tie_break="first", probs=None):
    """Between tied classes you ask the first model only; the mean over all models decides."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, probs[0], -1.0).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=BY_PROBS)
def majority_vote_place_among_the_tied(labels, *, num_classes, tie_break="first", probs=None):
    """You return the place among the tied classes, not the class: tied[means[tied].argmax()]."""
    out = []
    for i, column in enumerate(labels.T):
        votes = np.bincount(column, minlength=num_classes)
        tied = np.flatnonzero(votes == votes.max())
        out.append(tied[0] if tie_break == "first" else probs[:, i, tied].mean(axis=0).argmax())
    return np.array(out)


@MAJORITY_VOTE.wrong(case=SMALL)
def majority_vote_product(labels, *, num_classes, tie_break="first", probs=None):
    """You put 0 for the classes that are out, but the mean probability of the winner may be 0, too: put −1."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "first":
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return (most * probs.mean(axis=0)).argmax(axis=1)


@MAJORITY_VOTE.wrong(case=SMALL)
def majority_vote_probability_as_a_vote(labels, *, num_classes, tie_break="first", probs=None):
    """You add the mean probability to the votes: where it is 1 it is worth a whole vote, and a class with fewer
    votes can win."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if tie_break == "probs":
        votes = votes + probs.mean(axis=0)
    return votes.argmax(axis=1)


@MAJORITY_VOTE.wrong(case="probabilities that are not asked for")
def majority_vote_probs_if_there(labels, *, num_classes, tie_break="first", probs=None):
    """You use probs whenever they are given; tie_break says whether, and "first" takes the lowest class."""
    votes = (labels[..., None] == np.arange(num_classes)).sum(axis=0)
    if probs is None:
        return votes.argmax(axis=1)
    most = votes == votes.max(axis=1, keepdims=True)
    return np.where(most, probs.mean(axis=0), -1.0).argmax(axis=1)


@MAJORITY_VOTE.wrong
def majority_vote_one_for_all(labels, *, num_classes, tie_break="first", probs=None):
    """You count the votes on all samples together; each sample has a vote of its own."""
    winner = np.bincount(labels.ravel(), minlength=num_classes).argmax()
    return np.full(labels.shape[1], winner)


@MAJORITY_VOTE.wrong
def majority_vote_one_hot(labels, *, num_classes, tie_break="first", probs=None):
    """You return the counts of all classes, (n, num_classes); asked for is the class that wins, (n,)."""
    return (labels[..., None] == np.arange(num_classes)).sum(axis=0)


@MAJORITY_VOTE.right
def majority_vote_by_bincount(labels, *, num_classes, tie_break="first", probs=None):
    won = []
    for i in range(labels.shape[1]):
        votes = np.bincount(labels[:, i], minlength=num_classes)
        tied = np.flatnonzero(votes == votes.max())
        if tie_break == "probs":
            means = probs[:, i].mean(axis=0)
            won.append(max(tied, key=lambda c: means[c]))
        else:
            won.append(tied[0])
    return np.array(won)


@MAJORITY_VOTE.right
def majority_vote_as_a_sum(labels, *, num_classes, tie_break="first", probs=None):
    votes = np.eye(num_classes)[labels].sum(axis=0)
    if tie_break == "probs":
        votes = votes + probs.mean(axis=0) / 2
    return votes.argmax(axis=1)


@MAJORITY_VOTE.right
def majority_vote_by_dict(labels, *, num_classes, tie_break="first", probs=None):
    result = np.zeros(labels.shape[1], dtype=int)
    for i, column in enumerate(labels.T):
        counts = {}
        for c in column.tolist():
            counts[c] = counts.get(c, 0) + 1
        most = max(counts.values())
        tied = sorted(c for c in counts if counts[c] == most)
        result[i] = tied[0]
        if tie_break == "probs":
            result[i] = tied[int(np.argmax([probs[:, i, c].sum() for c in tied]))]
    return result


@MAJORITY_VOTE.right
def majority_vote_from_average(labels, *, num_classes, tie_break="first", probs=None):
    votes = np.stack([(labels == c).sum(axis=0) for c in range(num_classes)], axis=1)
    if tie_break == "first":
        return np.argmax(votes, axis=1)
    means = average_probs(probs)
    means[votes < votes.max(axis=1)[:, None]] = -np.inf
    return np.argmax(means, axis=1)
