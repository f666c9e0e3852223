"""A sample leaves once several exits in a row agree."""

import numpy as np

from grader.exercises.ch14_ensembles.budgeted_exit import steady, told
from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import ensemble


def predicted(rows, classes=6, scale=1.0, shift=0.0, **given):
    """Predictions (n, E) as numbers that stand for classes, others for each sample."""

    def draw(rng):
        names = np.array([rng.permutation(classes) for _ in rows])
        labels = np.take_along_axis(names, np.array(rows), axis=1)
        return call(scale * (told(rng, labels.T, classes) + shift), **given)

    return draw


def _allowed(rng):
    exits, n, classes = int(rng.integers(1, 8)), int(rng.integers(1, 6)), int(rng.integers(2, 5))
    labels = rng.integers(classes, size=(exits, n))
    for j in range(1, exits):
        labels[j] = np.where(rng.random(n) < 0.6, labels[j - 1], labels[j])
    given = one_of(rng, {}, {"patience": 3}, {"patience": 1}, {"patience": 2}, {"patience": 5})
    return call(one_of(rng, 1.0, 1.0, 1e3, 1e-6) * told(rng, labels, classes), **given)


TWO = [
    [0, 0, 0, 1, 1, 1],
    [0, 1, 1, 1, 2, 2],
    [0, 0, 1, 1, 1, 0],
    [0, 1, 0, 0, 0, 1],
    [1, 1, 0, 1, 1, 1],
    [0, 1, 2, 0, 0, 0],
    [2, 0, 2, 2, 2, 2],
    [1, 2, 2, 2, 2, 0],
]
NOBODY = [[0, 1, 0, 1, 0, 2], [0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 0, 1], [1, 2, 0, 0, 2, 0]]
THREE = [
    [0, 0, 0, 0, 1, 1, 1],
    [0, 1, 1, 1, 1, 2, 1],
    [0, 0, 0, 1, 1, 1, 1],
    [1, 0, 0, 1, 0, 0, 2],
    [0, 1, 1, 0, 0, 0, 0],
    [2, 2, 2, 0, 0, 2, 1],
]
NEVER, DEFAULT = "some never agree long enough", "3, if nothing is said"

PATIENCE_EXIT = Exercise(
    function="patience_exit",
    topics=("C14-14",),
    points=2,
    difficulty=4,
    minutes=20,
    reference=ensemble.patience_exit,
    returns=("label", "exit"),
    allowed=_allowed,
    cases=(
        Case("patience 2", predicted(TWO, patience=2), weight=3),
        Case(NEVER, predicted(NOBODY + TWO[:2], patience=2), weight=3),
        Case(DEFAULT, predicted(THREE), weight=6),
        Case(
            "patience 1",
            predicted([[0, 1, 0, 0, 1], [0, 0, 1, 1, 2], [0, 1, 2, 2, 0], [1, 2, 0, 2, 2]], patience=1),
            weight=2,
        ),
        in_turn(
            "one exit, one sample, two classes, more patience than exits, large and tiny scores",
            steady(predicted([[0], [1], [0]], patience=1)),
            steady(predicted([[0, 1, 1, 2, 2, 2]], patience=2)),
            steady(predicted([[0, 1, 1, 0], [0, 0, 1, 0]], classes=2, patience=1)),
            steady(predicted([[0, 0, 0], [0, 1, 1]], patience=5)),
            steady(predicted(TWO[:4], scale=1e3, patience=2)),
            steady(predicted(TWO[3:], scale=1e-6, patience=2)),
            steady(predicted(THREE[:3], patience=3)),
            steady(predicted(TWO, shift=-50.0, patience=2)),
            steady(predicted(TWO, scale=1e-6, shift=-9.0, patience=2)),
            steady(predicted(THREE, scale=1e-6, shift=9.0)),
            steady(predicted([[0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1]], patience=5)),
            steady(predicted([[0]])),
            edge=True,
            weight=2,
        ),
    ),
    hints=(
        "labels = exit_logits.argmax(axis=2) has shape (E, n): the predictions of each exit.",
        "A counter for each sample, 0 at first: np.where(labels[j] == labels[j - 1], counter + 1, 0).",
        "The first exit where the counter equals patience; the last exit where it never does.",
    ),
)


@PATIENCE_EXIT.wrong
def patience_exit_exits_in_a_row(exit_logits, *, patience=3):
    """Your samples leave when `patience` exits in a row agree; the counter begins at 0, so it is
    patience + 1 of them."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter + 1 >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_one_more(exit_logits, *, patience=3):
    """Your samples leave one exit late: where the counter *reaches* patience, not where it exceeds it."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter > patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_not_reset(exit_logits, *, patience=3):
    """Your counter goes on after a disagreement; it goes back to 0, as the exits must agree in a row."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = counter[j - 1] + (label[j] == label[j - 1])
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong(case=DEFAULT)
def patience_exit_down_by_one(exit_logits, *, patience=3):
    """Your counter goes down by 1 at a disagreement; it goes back to 0."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, np.maximum(counter[j - 1] - 1, 0))
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_reset_to_one(exit_logits, *, patience=3):
    """Your counter goes back to 1 at a disagreement; it goes back to 0."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 1)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_agrees_with_the_first(exit_logits, *, patience=3):
    """You compare with the first exit; compare each exit with the one before it."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[0], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_the_last_beside_the_first(exit_logits, *, patience=3):
    """At exit 0 you compare with label[-1], which is the last exit; begin at exit 1."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_written_over(exit_logits, *, patience=3):
    """You write over the exit of a sample that has left, when its counter reaches patience again: keep the first."""
    label = exit_logits.argmax(axis=2)
    n = label.shape[1]
    counter, left = np.zeros(n, int), np.full(n, len(label) - 1)
    for j in range(1, len(label)):
        counter = np.where(label[j] == label[j - 1], counter + 1, 0)
        left[counter == patience] = j
    return label[left, np.arange(n)], left


@PATIENCE_EXIT.wrong
def patience_exit_votes(exit_logits, *, patience=3):
    """You count how often a class was predicted so far; the exits must agree in a row."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = (label[:j] == label[j]).sum(axis=0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_disagreement(exit_logits, *, patience=3):
    """You count the exits that *dis*agree with the one before; the counter goes up where they agree."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] != label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong(case=NEVER)
def patience_exit_nobody(exit_logits, *, patience=3):
    """A sample whose counter never gets there leaves at the first exit in yours, since argmax of nothing but False is
    0; it leaves at the last.

    enough[-1] = True before the argmax."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong(case=NEVER)
def patience_exit_longest_run(exit_logits, *, patience=3):
    """A sample whose counter never gets there leaves at the end of its longest run in yours; it leaves at the last
    exit."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    left = np.where(enough.any(axis=0), enough.argmax(axis=0), counter.argmax(axis=0))
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_start_of_the_run(exit_logits, *, patience=3):
    """Your exit is where the agreement began; the sample leaves where the counter reaches patience, as nobody knew
    before."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    left = np.where(enough.any(axis=0), enough.argmax(axis=0) - patience, len(label) - 1)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_last_of_all(exit_logits, *, patience=3):
    """You take the last exit where the counter is high enough; a sample leaves at the first, and the rest is not
    computed."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    left = len(label) - 1 - enough[::-1].argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_labels_of_the_last(exit_logits, *, patience=3):
    """Your labels are those of the last exit; a sample gets the one of the exit where it leaves."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    return label[-1], enough.argmax(axis=0)


@PATIENCE_EXIT.wrong
def patience_exit_labels_of_the_first(exit_logits, *, patience=3):
    """Your labels are those of the first exit; a sample gets the one of the exit where it leaves."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    return label[0], enough.argmax(axis=0)


@PATIENCE_EXIT.wrong
def patience_exit_counted_from_one(exit_logits, *, patience=3):
    """You count the exits from 1; the first is exit 0."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left + 1


@PATIENCE_EXIT.wrong
def patience_exit_patience_unused(exit_logits, *, patience=3):
    """You always wait for 3; the patience is an argument."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= 3
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong(case=DEFAULT)
def patience_exit_other_default(exit_logits, *, patience=2):
    """Your patience is 2 if nothing is said; the default is 3."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_one_counter_for_all(exit_logits, *, patience=3):
    """You have one counter for all samples: it goes up only where all agree; each sample has its own."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where((label[j] == label[j - 1]).all(), counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_counter_kept(exit_logits, *, patience=3):
    """You do not set the counter back to 0 for the next sample."""
    label = exit_logits.argmax(axis=2)
    left = np.full(label.shape[1], len(label) - 1)
    counter = 0
    for i, said in enumerate(label.T):
        for j in range(1, len(said)):
            counter = counter + 1 if said[j] == said[j - 1] else 0
            if counter >= patience:
                left[i] = j
                break
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_counts_the_first_exit(exit_logits, *, patience=3):
    """Your counter is 1 at the first exit of a sample, but 0 after a disagreement: it begins at 0."""
    label = exit_logits.argmax(axis=2)
    counter = np.ones(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.wrong
def patience_exit_exchanged(exit_logits, *, patience=3):
    """You have exchanged the results: first the labels, then the exits."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return left, label[left, np.arange(len(left))]


@PATIENCE_EXIT.wrong
def patience_exit_label_only(exit_logits, *, patience=3):
    """You return the labels only; asked for is the pair (label, exit)."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))]


@PATIENCE_EXIT.wrong
def patience_exit_counter_returned(exit_logits, *, patience=3):
    """You return the counter; asked for is where the sample leaves, a number from 0 to E − 1."""
    label = exit_logits.argmax(axis=2)
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], counter[left, np.arange(len(left))]


@PATIENCE_EXIT.wrong
def patience_exit_samples_reversed(exit_logits, *, patience=3):
    """Your samples come out in reverse order; they stay in the order of exit_logits."""
    label = exit_logits.argmax(axis=2)[:, ::-1]
    counter = np.zeros(label.shape, int)
    for j in range(1, len(label)):
        counter[j] = np.where(label[j] == label[j - 1], counter[j - 1] + 1, 0)
    enough = counter >= patience
    enough[-1] = True
    left = enough.argmax(axis=0)
    return label[left, np.arange(len(left))], left


@PATIENCE_EXIT.right
def patience_exit_one_counter_each(exit_logits, *, patience=3):
    label = exit_logits.argmax(axis=2)
    n = label.shape[1]
    counter, left = np.zeros(n, int), np.full(n, -1)
    for j in range(1, len(label)):
        counter = (counter + 1) * (label[j] == label[j - 1])
        left[(left < 0) & (counter >= patience)] = j
    left[left < 0] = len(label) - 1
    return label[left, np.arange(n)], left


@PATIENCE_EXIT.right
def patience_exit_windows(exit_logits, *, patience=3):
    label = np.argmax(exit_logits, axis=2)
    exits, n = label.shape
    left = np.full(n, exits - 1)
    for j in range(exits - 1, patience - 1, -1):
        alike = np.all(label[j - patience : j + 1] == label[j], axis=0)
        left = np.where(alike, j, left)
    return label[left, np.arange(n)], left


@PATIENCE_EXIT.right
def patience_exit_sets(exit_logits, *, patience=3):
    label, left = [], []
    for said in exit_logits.argmax(axis=2).T.tolist():
        at = len(said) - 1
        for j in range(patience, len(said)):
            if len(set(said[j - patience : j + 1])) == 1:
                at = j
                break
        label.append(said[at])
        left.append(at)
    return np.array(label), np.array(left)


@PATIENCE_EXIT.right
def patience_exit_since_the_last_change(exit_logits, *, patience=3):
    label = exit_logits.argmax(axis=2)
    place = np.arange(len(label))[:, None]
    changed = np.ones(label.shape, bool)
    changed[1:] = label[1:] != label[:-1]
    since = place - np.maximum.accumulate(np.where(changed, place, 0), axis=0)
    enough = since >= patience
    left = np.where(enough.any(axis=0), enough.argmax(axis=0), len(label) - 1)
    return np.take_along_axis(label, left[None], axis=0)[0], left
