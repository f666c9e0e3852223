"""Metrics of labels against scikit-learn, over all options."""

import inspect
import warnings
from itertools import product

import numpy as np
import pytest
from sklearn import metrics as S

from nnlib import metrics as M
from nnlib.metrics import _fast
from tests.nnlib.spec import agree


def drawn(n, labels, *, seed, right=0.6):
    """Truth and prediction over some labels, the prediction often right."""
    rng = np.random.default_rng(seed)
    y_true, guess = rng.choice(labels, n), rng.choice(labels, n)
    return y_true, np.where(rng.random(n) < right, y_true, guess)


# name: (truth, prediction, positive label)
TWO = {
    "usual": (*drawn(40, [0, 1], seed=1), 1),
    "negative is wanted": (*drawn(40, [0, 1], seed=2), 0),
    "signs": (*drawn(30, [-1, 1], seed=3), 1),
    "bools": (*drawn(30, [False, True], seed=4), True),
    "strings": (*drawn(30, ["no", "yes"], seed=5), "yes"),
    "objects": (*(y.astype(object) for y in drawn(30, ["no", "yes"], seed=6)), "no"),
    "floats": (*drawn(30, [0.0, 1.0], seed=7), 1),
    "far apart": (*drawn(30, [-(2**40), 2**40], seed=8), 2**40),
    "bytes of an image": (*(y.astype(np.uint8) for y in drawn(30, [0, 255], seed=9)), 255),
    "one sample": (np.array([1]), np.array([1]), 1),
    "one sample, missed": (np.array([1]), np.array([0]), 1),
    "no positives": (np.zeros(5, int), np.zeros(5, int), 1),
    "none true": (np.zeros(5, int), np.array([0, 1, 0, 1, 0]), 1),
    "none predicted": (np.array([0, 1, 0, 1, 0]), np.zeros(5, int), 1),
    "all positive": (np.ones(5, int), np.ones(5, int), 1),
    "all wrong": (np.array([0, 1, 0]), np.array([1, 0, 1]), 1),
}
# name: (truth, prediction, labels to ask for, among them one that does not occur)
MANY = {
    "usual": (*drawn(60, [0, 1, 2], seed=11), [2, 0, 7]),
    "negative": (*drawn(60, [-5, -1, 3, 4], seed=12), [4, -5, 9]),
    "strings": (*drawn(60, ["cat", "dog", "eel"], seed=13), ["eel", "ant", "cat"]),
    "wide": (*drawn(60, [0, 10**6, 10**12], seed=14), [10**6, 1, 0]),
    "two of them": (*drawn(60, [3, 8], seed=15), [8, 3, 5]),
    "one class": (np.full(6, 2), np.full(6, 2), [2, 1]),
    "one sample": (np.array([5]), np.array([6]), [6, 5]),
    "never predicted": (np.arange(12) % 4, np.arange(12) % 3, [3, 1]),
    "never true": (np.arange(12) % 3, np.arange(12) % 4, [3, 1]),
    "small ints and large": (np.array([0, 1, 2, 1], np.int8), np.array([0, 2, 2, 200]), [200, 1]),
    "many classes": (*drawn(300, np.arange(100), seed=16), np.arange(50, 120)),
}
WEIGHTS = {
    "no": lambda n: None,
    "whole": lambda n: np.arange(n) % 3 + (n < 3),
    "real": lambda n: np.linspace(0.1, 2.0, n),
    "zeros": lambda n: np.where(np.arange(n) % 2 == 0, 0.7, 0.0),
}
DIVISIONS = (0.0, 1.0, np.nan)


def theirs(f, *args, **kwargs):
    """What scikit-learn says, its warnings aside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f(*args, **kwargs)


def agree_on_scores(y_true, y_pred, beta, **kwargs):
    """Precision, recall and F are scikit-learn's."""
    support = theirs(S.precision_recall_fscore_support, y_true, y_pred, beta=beta, **kwargs)
    fbeta = M.fbeta_score(y_true, y_pred, beta=beta, **kwargs)
    ours = (M.precision_score(y_true, y_pred, **kwargs), M.recall_score(y_true, y_pred, **kwargs), fbeta)
    for got, want in zip(ours, support[:3], strict=True):
        agree(got, want)
    if beta == 1:
        agree(M.f1_score(y_true, y_pred, **kwargs), fbeta)


@pytest.mark.parametrize("beta", [0, 0.5, 1, 2, np.inf])
@pytest.mark.parametrize("data", TWO)
def test_scores_of_one_class_are_scikit_learns(data, beta):
    y_true, y_pred, pos_label = TWO[data]
    for weight, division in product(WEIGHTS.values(), DIVISIONS):
        kwargs = {"pos_label": pos_label, "average": "binary", "sample_weight": weight(len(y_true))}
        agree_on_scores(y_true, y_pred, beta, zero_division=division, **kwargs)


@pytest.mark.parametrize("beta", [0.5, 1])
@pytest.mark.parametrize("data", MANY)
def test_scores_of_several_classes_are_scikit_learns(data, beta):
    y_true, y_pred, asked = MANY[data]
    averages = ("micro", "macro", "weighted", None)
    for average, weight, division, labels in product(averages, WEIGHTS.values(), DIVISIONS, (None, asked)):
        kwargs = {"average": average, "labels": labels, "sample_weight": weight(len(y_true))}
        agree_on_scores(y_true, y_pred, beta, zero_division=division, **kwargs)


@pytest.mark.parametrize("f", [M.precision_score, M.recall_score, M.f1_score])
def test_defaults_are_scikit_learns(f):
    y_true, y_pred, _ = TWO["usual"]
    agree(f(y_true, y_pred), getattr(S, f.__name__)(y_true, y_pred))
    ours, their = (inspect.signature(g).parameters for g in (f, getattr(S, f.__name__)))
    assert list(ours) == list(their)
    assert [ours[name].default for name in ours if name != "zero_division"] == [
        their[name].default for name in ours if name != "zero_division"
    ]


@pytest.mark.parametrize("data", MANY)
def test_the_confusion_matrix_is_scikit_learns(data):
    y_true, y_pred, asked = MANY[data]
    for weight, labels, normalize in product(WEIGHTS.values(), (None, asked), (None, "true", "pred", "all")):
        kwargs = {"sample_weight": weight(len(y_true)), "labels": labels, "normalize": normalize}
        got, want = (
            M.confusion_matrix(y_true, y_pred, **kwargs),
            theirs(S.confusion_matrix, y_true, y_pred, **kwargs),
        )
        agree(got, want, dtype=want.dtype)


@pytest.mark.parametrize("data", TWO)
def test_the_confusion_matrix_of_two_classes_is_scikit_learns(data):
    y_true, y_pred, _ = TWO[data]
    for weight in WEIGHTS.values():
        kwargs = {"sample_weight": weight(len(y_true))}
        want = theirs(S.confusion_matrix, y_true, y_pred, **kwargs)
        agree(M.confusion_matrix(y_true, y_pred, **kwargs), want, dtype=want.dtype)


@pytest.mark.parametrize("data", [*TWO, *MANY])
def test_accuracy_is_scikit_learns(data):
    y_true, y_pred, _ = (TWO | MANY)[data]
    for weight, normalize in product(WEIGHTS.values(), (True, False)):
        kwargs = {"sample_weight": weight(len(y_true)), "normalize": normalize}
        agree(M.accuracy_score(y_true, y_pred, **kwargs), theirs(S.accuracy_score, y_true, y_pred, **kwargs))


@pytest.mark.parametrize("data", TWO)
def test_the_false_positive_rate_is_the_recall_of_the_negatives_less_from_1(data):
    y_true, y_pred, pos_label = TWO[data]
    if pos_label not in y_true and pos_label not in y_pred:
        pos_label = y_true[0]
    for weight, division in product(WEIGHTS.values(), DIVISIONS):
        w = weight(len(y_true))
        want = 1 - theirs(
            S.recall_score,
            y_true == pos_label,
            y_pred == pos_label,
            pos_label=0,
            sample_weight=w,
            zero_division=0,
        )
        if not (y_true != pos_label).any() or (w is not None and not w[y_true != pos_label].any()):
            want = division
        got = M.false_positive_rate(
            y_true, y_pred, pos_label=pos_label, sample_weight=w, zero_division=division
        )
        agree(got, want)


def test_the_false_positive_rate_is_a_point_of_the_roc_curve():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        y, scores = rng.integers(2, size=50), rng.integers(8, size=50)
        fpr, _, thresholds = S.roc_curve(y, scores, drop_intermediate=False)
        got = [M.false_positive_rate(y, (scores >= threshold).astype(int)) for threshold in thresholds]
        agree(got, fpr)


TOP_K = {
    "three": ([0, 1, 2], None),
    "four given": ([0, 2], [0, 1, 2, 3]),
    "strings": (["ant", "bee", "cat", "dog"], None),
    "negative": ([-7, 0, 7], None),
}


@pytest.mark.parametrize("data", TOP_K)
def test_top_k_accuracy_is_scikit_learns(data):
    present, labels = TOP_K[data]
    for seed, k, weight, normalize in product(range(3), (1, 2, 3, 9), WEIGHTS.values(), (True, False)):
        rng = np.random.default_rng(seed)
        y_true = np.concatenate([present, rng.choice(present, 30)])
        n, K = len(y_true), len(labels or present)
        for scores in (rng.normal(size=(n, K)), rng.integers(3, size=(n, K))):  # without ties and with many
            kwargs = {"k": k, "normalize": normalize, "labels": labels, "sample_weight": weight(n)}
            want = theirs(S.top_k_accuracy_score, y_true, scores, **kwargs)
            agree(M.top_k_accuracy_score(y_true, scores, **kwargs), want)


def test_top_k_accuracy_of_two_classes_is_scikit_learns():
    for seed, k, labels in product(range(3), (1, 2), ([0, 1], [-1, 1], ["a", "b"])):
        rng = np.random.default_rng(seed)
        y_true = np.concatenate([labels, rng.choice(labels, 20)])
        for scores in (
            rng.random(22),
            rng.normal(size=22),
            0.6 - rng.random(22),
            rng.integers(2, size=22),
            np.full(22, 0.5),
        ):
            want = theirs(S.top_k_accuracy_score, y_true, scores, k=k)
            agree(M.top_k_accuracy_score(y_true, scores, k=k), want)


@pytest.mark.parametrize("data", MANY)
def test_f1_of_macro_averages_is_made_of_scikit_learns(data):
    y_true, y_pred, asked = MANY[data]
    for weight, division, labels in product(WEIGHTS.values(), DIVISIONS, (None, asked)):
        kwargs = {"zero_division": division, "labels": labels, "sample_weight": weight(len(y_true))}
        P, R = (
            theirs(f, y_true, y_pred, average="macro", **kwargs) for f in (S.precision_score, S.recall_score)
        )
        got = M.f1_of_macro_averages(y_true, y_pred, **kwargs)
        agree(got, 2 * P * R / (P + R) if P + R else 0.0)
        if not np.isnan(P + R) and division == 0:
            macro = M.f1_score(y_true, y_pred, average="macro", **kwargs)
            assert got >= macro - 1e-12


@pytest.mark.parametrize("seed", range(20))
def test_dice_is_f1_and_mask_iou_is_jaccard(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.random((2, 6, 7)) < rng.random()
    for x, y in ((a, b), (a.astype(int), b.astype(float))):
        dice, iou = M.dice_coefficient(x, y), M.mask_iou(x, y)
        agree(dice, theirs(S.f1_score, a.ravel(), b.ravel()))
        agree(dice, M.f1_score(a.ravel(), b.ravel()))
        agree(iou, theirs(S.jaccard_score, a.ravel(), b.ravel()))
        agree(dice, 2 * iou / (1 + iou))


def test_sets_that_are_empty():
    nothing, all_of_it = np.zeros((2, 3), bool), np.ones((2, 3), bool)
    for f in (M.dice_coefficient, M.mask_iou):
        agree(f(nothing, nothing), 0.0)
        agree(f(nothing, nothing, zero_division=1.0), 1.0)
        agree(f(nothing, all_of_it), 0.0)
        agree(f(all_of_it, all_of_it), 1.0)
        agree(f([], []), 0.0)
        agree(f(True, True), 1.0)


def slow_indices(y_true, y_pred):
    present = np.union1d(y_true, y_pred)
    return present, np.searchsorted(present, y_true), np.searchsorted(present, y_pred)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, bool])
@pytest.mark.parametrize("n", [1, 16, 1000, 3 * _fast.BLOCK + 5])
def test_counting_is_sorting(n, dtype):
    for low, values in ((0, 3), (-7, 3), (100, 10), (-100, 200)):
        high = min(low + values, 120)
        y_true, y_pred = np.random.default_rng(n).integers(low, high, size=(2, n)).astype(dtype)
        present, t, p = slow_indices(y_true, y_pred)
        K = len(present)
        C = np.bincount(t * K + p, minlength=K * K).reshape(K, K)
        small, table = _fast.small_integers(y_true, y_pred), _fast.table_of_integers(y_true, y_pred)
        assert small is not None or n < 1000
        assert table is not None or n <= 1000
        if small:
            for got, want in zip(small, (present, t, p)):
                np.testing.assert_array_equal(got, want)
            assert small[0].dtype == present.dtype
        if table:
            np.testing.assert_array_equal(table[0], present)
            np.testing.assert_array_equal(table[1], C)


def test_what_is_too_wide_is_not_counted():
    far = np.array([-(2**63), 2**63 - 1])
    assert _fast.small_integers(far, far) is None
    assert _fast.table_of_integers(far, far) is None
    assert M.confusion_matrix(far, far[::-1]).tolist() == [[0, 1], [1, 0]]


def test_arguments_stay_as_they_are():
    y_true, y_pred = drawn(50, [-2, 0, 5], seed=0)
    w, scores = np.linspace(0, 1, 50), np.random.default_rng(0).normal(size=(50, 3))
    mask = y_true == 0
    for array in (y_true, y_pred, w, scores, mask):
        array.setflags(write=False)
    for f in (M.confusion_matrix, M.accuracy_score, M.f1_of_macro_averages):
        f(y_true, y_pred, sample_weight=w)
    M.f1_score(y_true, y_pred, sample_weight=w, average=None)
    M.false_positive_rate(y_true, y_pred, pos_label=5, sample_weight=w)
    M.top_k_accuracy_score(y_true, scores, sample_weight=w)
    for f in (M.dice_coefficient, M.mask_iou):
        f(mask, mask)
