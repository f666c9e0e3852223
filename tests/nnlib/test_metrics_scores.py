"""Curves, areas and rankings against scikit-learn; perplexity."""

import inspect
import warnings
from itertools import product

import numpy as np
import pytest
from sklearn import metrics as S

from nnlib import metrics as M
from nnlib.metrics import _fast
from tests.nnlib.spec import agree
from tests.nnlib.test_metrics_labels import WEIGHTS, theirs


def draws(seed):
    """Labels of two kinds with scores: without ties, with many, all the same, separated, imbalanced, two samples."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(50) % 2)
    rare = rng.permutation(np.arange(50) < 3).astype(int)
    yield y, rng.normal(size=50) + y
    yield y, rng.integers(4, size=50) + y
    yield y, np.full(50, 0.3)
    yield y, y * 2.0 - 1
    yield y, -y
    yield rare, rng.integers(6, size=50) / 8
    yield np.array([0, 1]), rng.normal(size=2)
    yield np.array([0, 1, 1]), np.array([1e308, -1e308, 5e-324])


LABELS = {
    "0 and 1": (0, 1),
    "signs": (-1, 1),
    "bools": (False, True),
    "strings": ("no", "yes"),
    "ints": (7, 3),
}
SAME = ("0 and 1", "signs", "bools")  # 1 is positive without being told


def named(y, kind):
    return np.array(LABELS[kind])[y]


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("drop", [True, False])
@pytest.mark.parametrize("name", ["roc_curve", "precision_recall_curve"])
def test_curves_are_scikit_learns(name, drop, kind):
    for seed, weight in product(range(3), WEIGHTS.values()):
        for y, scores in draws(seed):
            kwargs = {"sample_weight": weight(len(y)), "drop_intermediate": drop}
            if kind not in SAME or seed:
                kwargs["pos_label"] = LABELS[kind][1]
            want = theirs(getattr(S, name), named(y, kind), scores, **kwargs)
            for got, w in zip(getattr(M, name)(named(y, kind), scores, **kwargs), want, strict=True):
                agree(got, np.asarray(w, dtype=np.float64))


@pytest.mark.parametrize("kind", LABELS)
def test_areas_are_scikit_learns(kind):
    for seed, weight in product(range(2), WEIGHTS.values()):
        for y, scores in draws(seed):
            w, labels = weight(len(y)), named(y, kind)
            if w is not None and not (w[y == 0].any() and w[y == 1].any()):
                continue  # scikit-learn has no answer
            for f in (None, 0.2, 0.05):  # 0.2 is a rate of 25 negatives
                want = theirs(S.roc_auc_score, labels, scores, sample_weight=w, max_fpr=f)
                agree(M.roc_auc_score(labels, scores, sample_weight=w, max_fpr=f), want)
            kwargs = {"pos_label": LABELS[kind][1], "sample_weight": w}
            want = theirs(S.average_precision_score, labels, scores, **kwargs)
            agree(M.average_precision_score(labels, scores, **kwargs), want)


@pytest.mark.parametrize("kind", LABELS)
def test_the_area_is_the_share_of_pairs_in_order(kind):
    for seed in range(5):
        for y, scores in draws(seed):
            agree(M.auc_by_pairs(named(y, kind), scores), S.roc_auc_score(named(y, kind), scores))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_areas_by_sorting_are_the_areas_of_the_curves(dtype):
    for seed in range(5):
        for y, scores in draws(seed):
            with np.errstate(over="ignore"):
                scores = np.nan_to_num(np.asarray(scores).astype(dtype))
            fpr, tpr, _ = M.roc_curve(y, scores)
            precision, recall, _ = M.precision_recall_curve(y, scores)
            positive, negative = scores[y == 1], scores[y == 0]
            agree(_fast.area_under_roc(positive, negative), M.auc(fpr, tpr))
            agree(_fast.average_precision(positive, negative), -np.diff(recall) @ precision[:-1])


def test_neighbouring_floats_are_no_ties():
    """Packing a label into the lowest bit of a score would make them so."""
    below, above = 1.0, np.nextafter(1.0, 2.0)
    agree(M.roc_auc_score([0, 1], [below, above]), 1.0)
    agree(M.roc_auc_score([1, 0], [below, above]), 0.0)
    agree(M.roc_auc_score([1, 0], [0.0, -0.0]), 0.5)


def test_areas_of_a_million():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=10**6)
    scores = np.round(rng.normal(size=10**6) + y, 3)
    agree(M.roc_auc_score(y, scores), S.roc_auc_score(y, scores))
    agree(M.average_precision_score(y, scores), S.average_precision_score(y, scores))


@pytest.mark.parametrize("label", [0, 1])
def test_one_class_alone(label):
    """As scikit-learn from 1.6 on, whose warnings are not repeated."""
    y, scores = np.full(4, label), np.array([0.1, 0.4, 0.4, 0.9])
    assert np.isnan(M.roc_auc_score(y, scores))
    assert np.isnan(M.roc_auc_score(y, scores, max_fpr=0.5))
    assert np.isnan(M.auc_by_pairs(y, scores))
    for name in ("roc_curve", "precision_recall_curve"):
        for got, want in zip(getattr(M, name)(y, scores), theirs(getattr(S, name), y, scores), strict=True):
            agree(got, want)
    agree(M.average_precision_score(y, scores), float(label))


@pytest.mark.parametrize("label", [0, 1])
def test_one_sample(label):
    fpr, tpr, thresholds = M.roc_curve([label], [0.3])
    agree(thresholds, [np.inf, 0.3])
    agree(fpr, [np.nan] * 2 if label else [0.0, 1.0])
    agree(tpr, [0.0, 1.0] if label else [np.nan] * 2)
    precision, recall, thresholds = M.precision_recall_curve([label], [0.3])
    agree(precision, [float(label), 1.0])
    agree(recall, [1.0, 0.0])
    agree(thresholds, [0.3])


def test_one_against_the_rest():
    y, scores = np.array(["a", "b", "c", "b"]), np.array([0.1, 0.7, 0.2, 0.05])
    for name in ("roc_curve", "precision_recall_curve"):
        want = getattr(S, name)(y, scores, pos_label="b")
        for got, w in zip(getattr(M, name)(y, scores, pos_label="b"), want, strict=True):
            agree(got, w)


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("confusion_matrix", set()),
        ("accuracy_score", set()),
        ("top_k_accuracy_score", set()),
        ("roc_curve", set()),
        ("precision_recall_curve", set()),
        ("auc", set()),
        ("roc_auc_score", {"average", "multi_class", "labels"}),
        ("average_precision_score", {"average"}),
    ],
)
def test_names_order_and_defaults_are_scikit_learns(name, left_out):
    ours, their = (inspect.signature(getattr(module, name)).parameters for module in (M, S))
    if "probas_pred" in their:
        pytest.skip("before 1.7 scikit-learn takes the scores under an older name, too")
    assert list(ours) == [n for n in their if n not in left_out]
    assert [p.default for p in ours.values()] == [their[n].default for n in ours]


def test_thresholds_keep_the_dtype_of_the_scores():
    y, scores = [0, 1, 1], np.array([0.1, 0.7, 0.3], np.float32)
    for curve in (M.roc_curve, M.precision_recall_curve):
        assert [a.dtype for a in curve(y, scores)] == [np.float64, np.float64, np.float32]
        assert curve(y, [1, 2, 3])[2].dtype == np.float64


def test_scores_stay_as_they_are():
    y, scores, w = np.array([0, 1, 1, 0]), np.array([0.1, 0.7, 0.3, 0.2]), np.array([1.0, 2.0, 0.0, 1.0])
    for array in (y, scores, w):
        array.setflags(write=False)
    for weight in (None, w):
        for curve in (M.roc_curve, M.precision_recall_curve):
            assert not any(np.shares_memory(a, scores) for a in curve(y, scores, sample_weight=weight))
        for f in (M.roc_auc_score, M.average_precision_score):
            f(y, scores, sample_weight=weight)
    M.auc_by_pairs(y, scores)


def test_the_area_is_scikit_learns_auc():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, y = np.sort(rng.integers(5, size=9)), rng.normal(size=9)
        for x_ in (x, x[::-1]):
            agree(M.auc(x_, y), S.auc(x_, y))


def test_perplexity_of_a_model_that_guesses_is_the_number_of_words():
    for K in (2, 50, 10_000):
        agree(M.perplexity(np.full(1000, -np.log(K))), float(K))


@pytest.mark.parametrize("seed", range(3))
def test_perplexity_is_the_root_of_the_product(seed):
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.01, 1, size=(4, 12))
    agree(M.perplexity(np.log(p)), np.prod(p) ** (-1 / 48))
    agree(M.perplexity(np.log(p), axis=1), np.prod(p, axis=1) ** (-1 / 12))
    agree(M.perplexity(np.log(p), axis=(0, 1)), np.prod(p) ** (-1 / 48))
    single = M.perplexity(np.log(p).astype(np.float32), axis=0)
    agree(single, np.prod(p, axis=0) ** (-1 / 4), dtype=np.float32)


def test_perplexity_at_its_limits():
    with np.errstate(all="raise", under="ignore"):
        agree(M.perplexity([0.0, 0.0]), 1.0)
        agree(M.perplexity([-np.inf, -1.0]), np.inf)
        agree(M.perplexity([-1e4]), np.inf)
        agree(M.perplexity([np.nan, -1.0]), np.nan)
        agree(M.perplexity(-1.0), np.e)
        agree(M.perplexity(np.zeros((0, 3)), axis=1), np.zeros(0))
        long = np.full(2000, np.log(0.1))
        assert np.exp(long.sum()) == 0
        agree(M.perplexity(long), 10.0)


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        M.precision_score([0, 0], [0, 0])
        M.confusion_matrix([1], [1])
        M.top_k_accuracy_score([0, 1], [0.2, 0.3], k=5)
        M.f1_score([0, 1], [0, 1], average="macro", pos_label=0)
