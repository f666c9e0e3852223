"""Who is taken for whom."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments


def samples(rng, counts):
    """(y_true, y_pred), shuffled, with `counts` of each pair."""
    counts = np.asarray(counts)
    cells = rng.permutation(np.repeat(np.arange(counts.size), counts.ravel()))
    return np.divmod(cells, counts.shape[1])


def uneven(rng, classes, least=1):
    """Counts of all pairs of classes, no two alike."""
    return rng.permutation(np.arange(least, least + classes**2)).reshape(classes, classes)


def between(classes, num_classes=None):
    """Some classes out of num_classes, all pairs of them in other numbers."""

    def draw(rng):
        y_true, y_pred = samples(rng, uneven(rng, len(classes)))
        return call(
            np.array(classes)[y_true], np.array(classes)[y_pred], num_classes=num_classes or len(classes)
        )

    return draw


def pairs(truth, guess, num_classes):
    return lambda rng: call(np.array(truth), np.array(guess), num_classes=num_classes)


def _allowed(rng):
    n, classes = int(rng.integers(1, 30)), one_of(rng, 1, 2, 3, 5, 12)
    return call(*rng.integers(classes, size=(2, n)), num_classes=int(classes + one_of(rng, 0, 0, 2)))


CONFUSION_MATRIX = Exercise(
    function="confusion_matrix",
    topics=("C12-02",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=experiments.confusion_matrix,
    forbid=("nnlib.metrics.confusion_matrix", "sklearn.metrics.confusion_matrix"),
    allowed=_allowed,
    large=lambda rng: call(*rng.integers(10, size=(2, 1000)), num_classes=10),
    cases=(
        Case(
            "three classes",
            between((0, 1, 2)),
            example=call(np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 2, 0]), num_classes=3),
            weight=2,
        ),
        Case("classes that do not occur", between((0, 2, 3), 6), weight=2),
        in_turn(
            "one sample, one class, two classes, many classes, many samples, all right, all wrong",
            between((0, 1)),
            pairs([3], [1], 5),
            pairs([0, 0, 0, 0], [0, 0, 0, 0], 1),
            pairs([2], [2], 3),
            between(tuple(range(5)), 12),
            pairs([0, 1, 2, 2], [0, 1, 2, 2], 3),
            pairs([0, 1, 2, 2, 0], [1, 2, 0, 0, 1], 3),
            lambda rng: call(*np.repeat([[0, 1], [1, 1]], rng.integers(300, 400), axis=1), num_classes=2),
        ),
    ),
    hints=(
        "Begin with np.zeros((num_classes, num_classes), int); count sample i in row y_true[i], column y_pred[i].",
        "Without a loop: y_true * num_classes + y_pred numbers the cells row by row, and np.bincount counts numbers.",
        "np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)",
    ),
)


@CONFUSION_MATRIX.wrong
def confusion_matrix_transposed(y_true, y_pred, *, num_classes):
    """Your rows are the prediction; rows are the truth, columns the prediction."""
    return np.bincount(y_pred * num_classes + y_true, minlength=num_classes**2).reshape(num_classes, -1)


@CONFUSION_MATRIX.wrong
def confusion_matrix_each_pair_once(y_true, y_pred, *, num_classes):
    """You count each pair of classes once at most: C[i, j] += 1 with arrays of indices forgets repetitions.

    np.add.at(C, (y_true, y_pred), 1) counts them all."""
    counts = np.zeros((num_classes, num_classes), int)
    counts[y_true, y_pred] += 1
    return counts


@CONFUSION_MATRIX.wrong(case="classes that do not occur")
def confusion_matrix_those_that_occur(y_true, y_pred, *, num_classes):
    """You have rows only for the classes that occur; every class from 0 to num_classes − 1 has one."""
    known = np.union1d(y_true, y_pred)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in known] for i in known])


@CONFUSION_MATRIX.wrong(case="classes that do not occur")
def confusion_matrix_up_to_the_largest(y_true, y_pred, *, num_classes):
    """You count the classes by the largest label; `num_classes` says how many there are."""
    classes = max(y_true.max(), y_pred.max()) + 1
    return np.bincount(y_true * classes + y_pred, minlength=classes**2).reshape(classes, classes)


@CONFUSION_MATRIX.wrong(case="classes that do not occur")
def confusion_matrix_renumbered(y_true, y_pred, *, num_classes):
    """You number the classes that occur anew; class 3 stands in row 3, whether 1 and 2 occur or not."""
    known = np.union1d(y_true, y_pred)
    cells = np.searchsorted(known, y_true) * num_classes + np.searchsorted(known, y_pred)
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


@CONFUSION_MATRIX.wrong
def confusion_matrix_from_one(y_true, y_pred, *, num_classes):
    """Your first row is that of class 1; classes count from 0."""
    counts = np.zeros((num_classes, num_classes), int)
    np.add.at(counts, (y_true - 1, y_pred - 1), 1)
    return counts


@CONFUSION_MATRIX.wrong
def confusion_matrix_backwards(y_true, y_pred, *, num_classes):
    """Your classes run from the last to the first; class 0 has the first row and the first column."""
    cells = y_true * num_classes + y_pred
    return np.bincount(cells, minlength=num_classes**2)[::-1].reshape(num_classes, num_classes)


@CONFUSION_MATRIX.wrong
def confusion_matrix_right_ones_only(y_true, y_pred, *, num_classes):
    """You count only what is right, on the diagonal; the mistakes belong beside it."""
    return np.diag(np.bincount(y_true[y_true == y_pred], minlength=num_classes))


@CONFUSION_MATRIX.wrong
def confusion_matrix_mistakes_only(y_true, y_pred, *, num_classes):
    """You count only the mistakes; what is right stands on the diagonal."""
    counts = np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes) * (1 - np.eye(num_classes, dtype=int))


@CONFUSION_MATRIX.wrong
def confusion_matrix_shares_of_rows(y_true, y_pred, *, num_classes):
    """You divide each row by its sum; counts are asked."""
    counts = np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)
    counts = counts.reshape(num_classes, num_classes)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@CONFUSION_MATRIX.wrong
def confusion_matrix_shares_of_all(y_true, y_pred, *, num_classes):
    """You divide by the number of samples; counts are asked."""
    counts = np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes) / len(y_true)


@CONFUSION_MATRIX.wrong
def confusion_matrix_symmetric(y_true, y_pred, *, num_classes):
    """You count each mistake in both directions; only in the row of the true class."""
    counts = np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)
    counts = counts.reshape(num_classes, num_classes)
    return counts + counts.T - np.diag(np.diag(counts))


@CONFUSION_MATRIX.wrong
def confusion_matrix_one_sample_short(y_true, y_pred, *, num_classes):
    """You leave out the last sample: range(n) ends at n − 1 by itself."""
    counts = np.zeros((num_classes, num_classes), int)
    for i in range(len(y_true) - 1):
        counts[y_true[i], y_pred[i]] += 1
    return counts


@CONFUSION_MATRIX.wrong(case="classes that do not occur")
def confusion_matrix_histogram_without_range(y_true, y_pred, *, num_classes):
    """np.histogram2d spreads its bins over the labels that occur; each class must have its own.

    Give it range=[[0, num_classes]] * 2."""
    return np.histogram2d(y_true, y_pred, bins=num_classes)[0].astype(int)


@CONFUSION_MATRIX.right
def confusion_matrix_by_loop(y_true, y_pred, *, num_classes):
    counts = np.zeros((num_classes, num_classes), int)
    for i, j in zip(y_true, y_pred):
        counts[i, j] += 1
    return counts


@CONFUSION_MATRIX.right
def confusion_matrix_by_add_at(y_true, y_pred, *, num_classes):
    counts = np.zeros((num_classes, num_classes), int)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


@CONFUSION_MATRIX.right
def confusion_matrix_by_one_hot(y_true, y_pred, *, num_classes):
    eye = np.eye(num_classes, dtype=int)
    return eye[y_true].T @ eye[y_pred]


@CONFUSION_MATRIX.right
def confusion_matrix_cell_by_cell(y_true, y_pred, *, num_classes):
    classes = range(num_classes)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes])
