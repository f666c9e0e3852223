"""Labels as vectors."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of, shape
from nnlib import data


def labels(rng, size, classes):
    """Labels below `classes`, the largest among them; 1 never is."""
    y = rng.choice([0, *range(2, classes)], size=size)
    y.flat[rng.integers(y.size)] = classes - 1
    return y


def of(*size, classes=5, **options):
    return lambda rng: call(labels(rng, size, classes), **options)


def _allowed(rng):
    y = rng.integers(one_of(rng, 1, 3, 10, 30), size=shape(rng, (0, 1, 2, 3)))
    return call(
        y, **one_of(rng, {}, {"num_classes": -1}, {"num_classes": int(y.max()) + 1}, {"num_classes": 40})
    )


ONE_HOT = Exercise(
    function="one_hot",
    topics=("C01-28",),
    points=1,
    difficulty=1,
    minutes=10,
    reference=data.one_hot,
    torch="torch.nn.functional.one_hot",
    allowed=_allowed,
    cases=(
        Case("labels in a row", of(6), weight=2, example=call(np.array([2, 0, 3]))),
        Case("more classes than labels that occur", of(6, num_classes=8), weight=2),
        Case("a matrix of labels", of(2, 4), weight=2),
        in_turn(
            "a single label, odd shapes, many classes, num_classes given as -1",
            of(classes=4, num_classes=6),
            of(classes=4),
            of(1, classes=3),
            of(1, 3, num_classes=-1),
            of(3, 1, num_classes=5),
            of(2, 1, 3, classes=7),
            of(1, 2, 1, classes=3, num_classes=4),
            of(3, classes=600),
            lambda rng: call(np.zeros(2, int)),
        ),
    ),
    hints=(
        "How many classes? For num_classes = -1 count: labels 0 to 3 are four classes.",
        "np.arange(K) holds all classes. Compare it with each label: y[..., None] == np.arange(K) has the "
        "shape that is "
        "wanted, with True in the right places.",
        "(y[..., None] == np.arange(K)).astype(int)",
    ),
)


@ONE_HOT.wrong
def one_hot_one_class_too_few(y, *, num_classes=-1):
    """You have one class too few: labels count from 0, so the largest label 3 means four classes."""
    classes = y.max() if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_one_based(y, *, num_classes=-1):
    """You count labels from 1; they count from 0: label 2 is the *third* place."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(1, classes + 1)).astype(int)


@ONE_HOT.wrong
def one_hot_distinct_labels(y, *, num_classes=-1):
    """You count the labels that occur; a class without a sample here has a place, too.

    Without num_classes there are as many classes as the largest label says, plus one."""
    classes = len(np.unique(y)) if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_renumbered(y, *, num_classes=-1):
    """You number anew the labels that occur; label 3 stands in place 3, whether 1 and 2 occur or not."""
    known, number = np.unique(y, return_inverse=True)
    classes = len(known) if num_classes == -1 else num_classes
    return (number.reshape(y.shape)[..., None] == np.arange(classes)).astype(int)


@ONE_HOT.wrong(case="more classes than labels that occur")
def one_hot_option_ignored(y, *, num_classes=-1):
    """You do not use `num_classes`: if it is given, the vectors have that length."""
    return (y[..., None] == np.arange(y.max() + 1)).astype(int)


@ONE_HOT.wrong
def one_hot_classes_first(y, *, num_classes=-1):
    """The classes lie along the first axis; they belong along the last one, behind those of y."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return np.moveaxis((y[..., None] == np.arange(classes)).astype(int), -1, 0)


@ONE_HOT.wrong(case="a matrix of labels")
def one_hot_flat(y, *, num_classes=-1):
    """You flatten the labels; the shape of y stays, with one axis more."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y.ravel()[:, None] == np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_all_up_to(y, *, num_classes=-1):
    """You set all places up to the label to 1; only the label's own place is 1."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y[..., None] >= np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_minus_one(y, *, num_classes=-1):
    """You write −1 where the class is another; it is 0 there."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return np.where(y[..., None] == np.arange(classes), 1, -1)


@ONE_HOT.wrong
def one_hot_label_for_one(y, *, num_classes=-1):
    """You write the label itself in its place; it is a 1 that stands there, whatever the label."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(classes)) * y[..., None]


@ONE_HOT.wrong
def one_hot_as_many_as_samples(y, *, num_classes=-1):
    """You take the number of samples for the number of classes."""
    classes = y.size if num_classes == -1 else num_classes
    return (y[..., None] == np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_inverted(y, *, num_classes=-1):
    """You have it the wrong way round: 1 where the class is the label, 0 else."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    return (y[..., None] != np.arange(classes)).astype(int)


@ONE_HOT.wrong
def one_hot_eye_too_small(y, *, num_classes=-1):
    """Your table of vectors has one class too few: labels count from 0, so the largest label 3 means four."""
    return np.eye(y.max() if num_classes == -1 else num_classes)[y]


@ONE_HOT.wrong(case="a matrix of labels")
def one_hot_one_axis_only(y, *, num_classes=-1):
    """You go along the first axis only; y may have more axes, and each of its labels becomes a vector."""
    classes = y.max() + 1 if num_classes == -1 else num_classes
    result = np.zeros((len(y), classes))
    for i in range(len(y)):
        result[i, y[i]] = 1
    return result


@ONE_HOT.right
def one_hot_by_eye(y, *, num_classes=-1):
    if num_classes == -1:
        num_classes = np.max(y) + 1
    return np.eye(num_classes, dtype=int)[y]


@ONE_HOT.right
def one_hot_by_loop(y, *, num_classes=-1):
    classes = max(y.ravel()) + 1 if num_classes == -1 else num_classes
    result = np.zeros((y.size, classes))
    for i, label in enumerate(y.ravel()):
        result[i, label] = 1
    return result.reshape(*y.shape, classes)


@ONE_HOT.right
def one_hot_by_outer(y, *, num_classes=-1):
    k = num_classes if num_classes > 0 else int(y.max()) + 1
    return np.equal.outer(y, np.arange(k)) * 1


@ONE_HOT.right
def one_hot_by_put(y, *, num_classes=-1):
    k = int(y.max()) + 1 if num_classes < 0 else num_classes
    result = np.zeros(y.shape + (k,), int)
    np.put_along_axis(result, np.expand_dims(y, -1), 1, axis=-1)
    return result
