"""F1 of several classes, and its averages."""

import numpy as np

from grader.record.exercise import Case, Exercise, call, in_turn
from grader.record.inputs import one_of
from nnlib import experiments


def counts(classes, most=60, **given):
    """A matrix of which no average, by whatever weights, is another one, or a simple fraction, and of which no class
    has its precision for its recall."""

    def draw(rng):
        while True:
            C = rng.integers(1, most, size=(classes, classes))
            tp, called, true = np.diagonal(C), C.sum(axis=0), C.sum(axis=1)
            f1 = 2 * tp / (called + true)
            means = [
                f1.mean(),
                f1 @ true / C.sum(),
                f1 @ called / C.sum(),
                f1 @ tp / tp.sum(),
                tp.sum() / C.sum(),
            ]
            P, R = np.mean(tp / called), np.mean(tp / true)
            of_means = (
                P,
                R,
                2 * P * R / (P + R),
                (tp / called) @ true / C.sum(),
                (tp / true) @ called / C.sum(),
            )
            values = np.sort([*means, *of_means, *(1 / np.arange(1, 3 * classes)), 0.0])
            if np.diff(values).min() > 5e-4 and np.abs(called - true).min() > 0:
                return call(C, **given)

    return draw


def with_strangers(**given):
    """Classes of which one neither occurs nor is predicted, one only occurs, and one is only predicted."""

    def draw(rng):
        C = np.zeros((5, 5), int)
        C[np.ix_([0, 2, 3, 4], [0, 1, 3, 4])] = rng.permutation(np.arange(1, 17)).reshape(4, 4)
        some = np.roll(np.arange(5), int(rng.integers(5)))
        C = np.insert(np.insert(C, 2, 0, axis=0), 2, 0, axis=1)
        some = np.insert(some, 2, 5)
        return call(C[np.ix_(some, some)], **given)

    return draw


def table(rows, **given):
    return lambda rng: call(np.array(rows), **given)


def _allowed(rng):
    K = one_of(rng, 1, 2, 3, 5)
    C = rng.integers(1, one_of(rng, 3, 20, 500), size=(K, K)) * (
        rng.random((K, K)) < one_of(rng, 1.0, 0.6, 0.3)
    )
    C[0, -1] += 1
    given = one_of(rng, {}, *({"average": a} for a in (None, "macro", "weighted", "micro")))
    return call(C, **given)


F1_SCORES = Exercise(
    function="f1_scores",
    topics=("C12-09", "C12-11", "C12-12"),
    points=2,
    difficulty=3,
    minutes=20,
    reference=experiments.f1_scores,
    allowed=_allowed,
    uses=("fbeta",),
    cases=(
        Case(
            "each class",
            counts(3),
            example=call(np.array([[5, 1, 0], [2, 3, 1], [0, 2, 4]])),
            weight=2,
        ),
        Case("macro", counts(3, average="macro"), weight=2),
        Case("weighted", counts(3, average="weighted"), weight=2),
        Case("micro", counts(3, average="micro"), weight=2),
        in_turn(
            "classes that do not occur or are not predicted",
            with_strangers(average="macro"),
            with_strangers(average="weighted"),
            with_strangers(),
            with_strangers(average="micro"),
            weight=3,
        ),
        in_turn(
            "one class, two classes, many, large counts, none right",
            table([[7]], average="macro"),
            table([[7]]),
            table([[1, 0, 0], [0, 2, 1], [0, 1, 3]]),
            counts(2, average=None),
            counts(6, 900, average="macro"),
            counts(5, average="weighted"),
            table([[0, 3], [4, 0]]),
            table([[0, 3], [4, 0]], average="micro"),
            table([[9, 0], [1, 0]], average="macro"),
            table([[7]], average="micro"),
            table([[7]], average="weighted"),
            edge=True,
        ),
    ),
    hints=(
        "Of class k: TP is the entry on the diagonal, TP + FP the sum of column k, TP + FN the sum of row k.",
        "np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1): F1 is 2 TP / (columns + rows).",
        "weighted: the weights are the sums of the rows. micro: add each of the three over the classes, then one F1.",
    ),
)


@F1_SCORES.wrong(case="macro")
def f1_scores_of_the_means(confusion, *, average=None):
    """Your macro is the F1 of the mean precision and the mean recall; asked is the mean of the F1."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    P, R = tp / np.maximum(called, 1), tp / np.maximum(true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average == "macro":
        P, R = P.mean(), R.mean()
        return 2 * P * R / (P + R) if P + R else 0.0
    f1 = 2 * tp / np.maximum(called + true, 1)
    return f1 if average is None else f1 @ true / true.sum()


@F1_SCORES.wrong(case="macro")
def f1_scores_macro_and_weighted_exchanged(confusion, *, average=None):
    """Macro and weighted are exchanged: for macro every class counts the same."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "weighted" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="macro")
def f1_scores_macro_and_micro_exchanged(confusion, *, average=None):
    """Macro and micro are exchanged: macro is the mean over the classes, micro adds their counts first."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "macro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "micro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="weighted")
def f1_scores_weighted_by_predictions(confusion, *, average=None):
    """You weigh by how often a class is predicted; the weights are how often it occurs, the sums of the rows."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ called / called.sum()


@F1_SCORES.wrong(case="weighted")
def f1_scores_weighted_by_hits(confusion, *, average=None):
    """You weigh by how many of a class are right; the weights are how often it occurs, the sums of the rows."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ tp / max(tp.sum(), 1)


@F1_SCORES.wrong(case="weighted")
def f1_scores_weights_not_normalised(confusion, *, average=None):
    """Your weights do not sum to 1: divide by the number of samples."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true


@F1_SCORES.wrong(case="weighted")
def f1_scores_weighted_mean_by_classes(confusion, *, average=None):
    """Your weighted sum is divided by the number of classes and of samples; the weights alone sum to 1."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else np.mean(f1 * true / true.sum())


@F1_SCORES.wrong(case="micro")
def f1_scores_micro_over_all_errors(confusion, *, average=None):
    """Your micro is TP / (TP + FP + FN), the IoU; F1 counts TP twice, above and below."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / (called.sum() + true.sum() - tp.sum())
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="micro")
def f1_scores_micro_counts_samples_once(confusion, *, average=None):
    """Your micro divides 2 TP by the number of samples; below stands 2 TP + FP + FN, every sample twice."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return 2 * tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_iou(confusion, *, average=None):
    """You return TP / (TP + FP + FN), the IoU; F1 counts TP twice, above and below."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    each = tp / np.maximum(called + true - tp, 1)
    if average == "micro":
        return tp.sum() / (called.sum() + true.sum() - tp.sum())
    if average is None:
        return each
    return each.mean() if average == "macro" else each @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_precision(confusion, *, average=None):
    """You return the precision, which forgets what was missed; F1 also has the sums of the rows below."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    each = tp / np.maximum(called, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return each
    return each.mean() if average == "macro" else each @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_recall(confusion, *, average=None):
    """You return the recall, which forgets the false alarms; F1 also has the sums of the columns below."""
    tp, true = np.diagonal(confusion), confusion.sum(axis=1)
    each = tp / np.maximum(true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return each
    return each.mean() if average == "macro" else each @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_arithmetic(confusion, *, average=None):
    """You take the arithmetic mean of precision and recall; F1 is the harmonic one."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    each = (tp / np.maximum(called, 1) + tp / np.maximum(true, 1)) / 2
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return each
    return each.mean() if average == "macro" else each @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_half(confusion, *, average=None):
    """Your F1 is half of what it should be: 2 TP stand above."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    each = tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / (called.sum() + true.sum())
    if average is None:
        return each
    return each.mean() if average == "macro" else each @ true / true.sum()


@F1_SCORES.wrong(case="macro")
def f1_scores_macro_is_a_sum(confusion, *, average=None):
    """Your macro is the sum over the classes; it is their mean."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.sum() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="classes that do not occur or are not predicted")
def f1_scores_strangers_left_out(confusion, *, average=None):
    """Your macro leaves out classes that neither occur nor are predicted; their F1 is 0 and counts."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1[called + true > 0].mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="classes that do not occur or are not predicted")
def f1_scores_only_true_classes(confusion, *, average=None):
    """Your macro leaves out classes that do not occur, though some were predicted; all classes count."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1[true > 0].mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="classes that do not occur or are not predicted")
def f1_scores_nan(confusion, *, average=None):
    """You divide 0 by 0 for a class that neither occurs nor is predicted; its F1 is 0."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    with np.errstate(invalid="ignore"):
        f1 = 2 * tp / (called + true)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="classes that do not occur or are not predicted")
def f1_scores_nan_of_precision_or_recall(confusion, *, average=None):
    """Precision or recall is 0 / 0 where a class is not predicted or does not occur; F1 is 0 there, not nan."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    if average == "micro":
        return tp.sum() / true.sum()
    with np.errstate(invalid="ignore"):
        P, R = tp / called, tp / true
        f1 = 2 * P * R / (P + R)
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong
def f1_scores_other_default(confusion, *, average="macro"):
    """Your default for `average` is "macro"; left out, it is None, and the F1 of each class is asked."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average == "micro":
        return tp.sum() / true.sum()
    if average is None:
        return f1
    return f1.mean() if average == "macro" else f1 @ true / true.sum()


@F1_SCORES.wrong(case="macro")
def f1_scores_average_ignored(confusion, *, average=None):
    """You do not use `average`: you return the F1 of each class whatever it says."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    return 2 * tp / np.maximum(called + true, 1)


@F1_SCORES.wrong(case="classes that do not occur or are not predicted")
def f1_scores_nanmean(confusion, *, average=None):
    """np.nanmean leaves out the classes with 0/0; their F1 is 0 and counts."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    if average == "micro":
        return tp.sum() / true.sum()
    with np.errstate(invalid="ignore"):
        P, R = tp / called, tp / true
        f1 = 2 * P * R / (P + R)
    if average == "macro":
        return 0.0 if np.isnan(f1).all() else np.nanmean(f1)
    f1 = np.nan_to_num(f1)
    return f1 if average is None else f1 @ true / true.sum()


@F1_SCORES.wrong(case="micro")
def f1_scores_micro_is_macro(confusion, *, average=None):
    """Your micro is the mean over the classes, as macro; micro adds their counts first, then computes one F1."""
    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    f1 = 2 * tp / np.maximum(called + true, 1)
    if average is None:
        return f1
    return f1 @ true / true.sum() if average == "weighted" else f1.mean()


@F1_SCORES.right
def f1_scores_by_sums(confusion, *, average=None):
    TP = np.diag(confusion)
    FP, FN = confusion.sum(axis=0) - TP, confusion.sum(axis=1) - TP
    if average == "micro":
        TP, FP, FN = TP.sum(), FP.sum(), FN.sum()
        return 2 * TP / (2 * TP + FP + FN)
    below = 2 * TP + FP + FN
    f1 = np.where(below > 0, 2 * TP / np.where(below > 0, below, 1), 0.0)
    if average == "weighted":
        return np.average(f1, weights=TP + FN)
    return f1 if average is None else np.mean(f1)


@F1_SCORES.right
def f1_scores_class_by_class(confusion, *, average=None):
    scores = []
    for k in range(len(confusion)):
        below = confusion[k].sum() + confusion[:, k].sum()
        scores.append(2 * confusion[k, k] / below if below else 0.0)
    if average is None:
        return np.array(scores)
    if average == "macro":
        return sum(scores) / len(scores)
    if average == "weighted":
        return sum(s * row.sum() for s, row in zip(scores, confusion)) / confusion.sum()
    return np.trace(confusion) / np.sum(confusion)


@F1_SCORES.right
def f1_scores_by_precision_and_recall(confusion, *, average=None):
    def share(part, whole):
        return np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0)

    tp, called, true = np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    if average == "micro":
        tp, called, true = (a.sum(keepdims=True) for a in (tp, called, true))
    P, R = share(tp, called), share(tp, true)
    f1 = share(2 * P * R, P + R)
    if average is None:
        return f1
    return share(true, true.sum()) @ f1 if average == "weighted" else f1.mean()


@F1_SCORES.right
def f1_scores_by_weights(confusion, *, average=None):
    K = len(confusion)
    hits = confusion[np.arange(K), np.arange(K)]
    rows, columns = confusion @ np.ones(K), np.ones(K) @ confusion
    weights = {"macro": np.full(K, 1 / K), "weighted": rows / rows.sum()}
    both = rows + columns
    if average == "micro":
        return 2 * hits.sum() / both.sum()
    both[both == 0] = np.inf
    f1 = 2 * hits / both
    return f1 if average is None else np.sum(weights[average] * f1)
