"""What chapter 12 builds in small steps, against scikit-learn and nnlib.metrics; and what it says of digits."""

import numpy as np
import pytest
from sklearn import metrics as sk

from nnlib import experiments as E
from nnlib import metrics as M
from tests.nnlib.spec import agree

SEEDS = range(3)
THRESHOLDS = np.linspace(0.5, 0.95, 10)


def rng(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_decisions_are_counted_as_scikit_learn_counts_them(seed):
    y, guess = rng(seed).integers(4, size=(2, 60))
    C = E.confusion_matrix(y, guess, num_classes=6)
    np.testing.assert_array_equal(C, sk.confusion_matrix(y, guess, labels=range(6)))
    for average in (None, "macro", "weighted", "micro"):
        want = sk.f1_score(y, guess, average=average, labels=range(6), zero_division=0.0)
        agree(E.f1_scores(C, average=average), want)
    scores = rng(seed).normal(size=(60, 4))
    for k in (1, 2, 3):
        agree(E.top_k_accuracy_score(y, scores, k=k), sk.top_k_accuracy_score(y, scores, k=k))
    assert E.top_k_accuracy_score(y, scores, k=9) == 1.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("often", [0.0, 0.3, 1.0])
def test_four_shares_of_two_classes(seed, often):
    y, guess = (rng(seed).random((2, 40)) < often).astype(int)
    options = {"zero_division": 0.0}
    precision, recall = sk.precision_score(y, guess, **options), sk.recall_score(y, guess, **options)
    of_negatives = sk.recall_score(1 - y, guess, **options)
    agree(E.binary_scores(y, guess), (precision, recall, of_negatives, sk.accuracy_score(y, guess)))
    for beta in (0.5, 1.0, 2.0):
        got = E.fbeta(np.array([precision]), np.array([recall]), beta=beta)
        agree(got, [sk.fbeta_score(y, guess, beta=beta, **options)])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("places", [0, 1, 9])
def test_curves_have_a_point_for_every_score(seed, places):
    y = (np.arange(50) % 3 == 0).astype(int)
    s = np.round(rng(seed).normal(size=50) + y, places)
    fpr, tpr, thresholds = sk.roc_curve(y, s, drop_intermediate=False)
    curves = (
        (E.roc_curve(y, s), (fpr, tpr, thresholds[1:])),  # the first is infinity
        (E.precision_recall_curve(y, s), sk.precision_recall_curve(y, s)),
    )
    for got, want in curves:
        for ours, theirs in zip(got, want, strict=True):
            agree(ours, theirs)
    assert E.roc_curve(y, s.astype(np.float32))[2].dtype == np.float32


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_are_matched_and_averaged_as_in_nnlib_metrics(seed):
    detections, truths = E.made_up_detections(30, rng=rng(seed))
    rows = []
    for found, truth in zip(detections, truths):
        for k in range(5):
            d, g = found["labels"] == k, truth["labels"] == k
            hits = np.zeros((d.sum(), 10), int)
            for t, threshold in enumerate(THRESHOLDS if g.any() else ()):
                iou = M.box_iou(found["boxes"][d], truth["boxes"][g])
                taken = E.match_by_iou(iou, found["scores"][d], iou_threshold=threshold)
                tp, _, _ = M.match_detections(
                    found["boxes"][d], found["scores"][d], truth["boxes"][g], iou_threshold=threshold
                )
                np.testing.assert_array_equal(taken >= 0, tp)
                assert len(set(taken[tp])) == tp.sum()  # one to one
                hits[:, t] = taken >= 0
            rows.append((hits, found["scores"][d], found["labels"][d]))
    hits, scores, labels = (np.concatenate(part) for part in zip(*rows))
    objects = np.bincount(np.concatenate([truth["labels"] for truth in truths]), minlength=6)
    got = E.mean_average_precision(hits, scores, labels, objects)  # class 5 has no objects
    agree(got, M.mean_average_precision(detections, truths, method="all"))


Y, S = np.array([0, 1, 1]), np.array([0.1, 0.2, 0.3])
REFUSED = {
    "confusion_matrix: y_pred must be of shape": lambda: E.confusion_matrix(Y, Y[:2], num_classes=2),
    "confusion_matrix: y_true must be labels from 0 to 0": lambda: E.confusion_matrix(
        Y, 0 * Y, num_classes=1
    ),
    "binary_scores: y_true must be of shape": lambda: E.binary_scores([], []),
    "binary_scores: y_pred must be of shape": lambda: E.binary_scores(Y, Y[:2]),
    "top_k_accuracy_score: y_true must be of shape": lambda: E.top_k_accuracy_score(Y[:0], np.ones((0, 2))),
    "top_k_accuracy_score: y_score must be of shape": lambda: E.top_k_accuracy_score(Y, S),
    "top_k_accuracy_score: y_true must be classes": lambda: E.top_k_accuracy_score(Y, np.ones((3, 1))),
    "top_k_accuracy_score: k must be at least 1": lambda: E.top_k_accuracy_score(Y, np.ones((3, 2)), k=0),
    "fbeta: recall must be of shape": lambda: E.fbeta(S, S[:2]),
    "fbeta: beta must be above 0": lambda: E.fbeta(S, S, beta=0.0),
    "f1_scores: confusion must be of shape": lambda: E.f1_scores(np.ones((2, 3))),
    "f1_scores: average must be one of": lambda: E.f1_scores(np.eye(2), average="mean"),
    "roc_curve: y_score must be of shape": lambda: E.roc_curve(Y, S[:2]),
    "roc_curve: y_true must be 1 for one sample": lambda: E.roc_curve(0 * Y, S),
    "roc_curve: y_true must be 0 for one sample": lambda: E.roc_curve(0 * Y + 1, S),
    "precision_recall_curve: y_true must be 1 for": lambda: E.precision_recall_curve(0 * Y, S),
    "match_by_iou: iou must be of shape": lambda: E.match_by_iou(S, S),
    "match_by_iou: scores must be of shape": lambda: E.match_by_iou(np.ones((2, 2)), S),
    "mean_average_precision: hits must be": lambda: E.mean_average_precision(Y, S, Y, np.array([1, 2])),
    "mean_average_precision: labels must be": lambda: E.mean_average_precision(Y[:, None], S, Y[:2], Y),
    "mean_average_precision: num_objects must be": lambda: E.mean_average_precision(Y[:, None], S, Y, 0 * Y),
}


@pytest.mark.parametrize(("message", "ask"), REFUSED.items(), ids=REFUSED)
def test_what_is_refused(message, ask):
    with pytest.raises(ValueError, match=f"^{message}"):
        ask()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_decision_about_something_rare_is_never(seed):
    """One of a hundred is ill and scores 1 more than the others: always "healthy" is the most accurate answer."""
    ill = np.repeat([1, 0], [100, 9900])
    score = rng(seed).normal(size=ill.size) + ill
    probability = 1 / (1 + 99 * np.exp(0.5 - score))
    precision, recall, fpr, accuracy = E.binary_scores(ill, (probability > 0.5).astype(int))
    assert (precision, recall, fpr, accuracy) == (0.0, 0.0, 0.0, 0.99)
    assert M.roc_auc_score(ill, score) > 0.7  # and yet the score tells them apart
    _, recall, _, accuracy = E.binary_scores(ill, (score > 1).astype(int))
    assert 0.4 < recall < 0.6
    assert accuracy < 0.86


@pytest.mark.parametrize("seed", SEEDS)
def test_digits_by_the_nearest_mean(seed):
    (X, y), _, (X_test, y_test) = E.digits_split()
    some = rng(seed).choice(len(y), size=2500, replace=False)
    means = np.stack([X[some][y[some] == k].mean(axis=0) for k in range(10)]).astype(np.float64)
    scores = -((X_test[:, None].astype(np.float64) - means) ** 2).sum(axis=-1)
    top = [E.top_k_accuracy_score(y_test, scores, k=k) for k in (1, 2, 3)]
    assert 0.78 < top[0] < 0.85 < 0.9 < top[1] < 0.94 < top[2]
    f1 = E.f1_scores(E.confusion_matrix(y_test, scores.argmax(axis=1), num_classes=10))
    assert f1.argmin() == 5
    eight = scores[:, 8] - np.delete(scores, 8, axis=1).max(axis=1)
    is_eight = (y_test == 8).astype(int)
    assert M.auc_by_pairs(is_eight, eight) > 0.97
    assert 0.85 < M.average_precision_score(is_eight, eight) < 0.93


@pytest.mark.parametrize("seed", SEEDS)
def test_one_threshold_is_a_cliff(seed):
    """Boxes shifted by s of their sides have an IoU of (1 - s)^2 / (2 - (1 - s)^2)."""
    detections, truths = E.made_up_detections(20, false=0, jitter=0.0, rng=rng(seed))

    def ap(s, thresholds):
        moved = [
            {**d, "boxes": d["boxes"] + s * np.tile(d["boxes"][:, 2:] - d["boxes"][:, :2], 2)}
            for d in detections
        ]
        return M.mean_average_precision(moved, truths, iou_thresholds=thresholds, method="all")

    for threshold in (0.5, 0.75):
        edge = 1 - np.sqrt(2 * threshold / (1 + threshold))
        agree(ap(edge - 1e-3, [threshold]), ap(0.0, [threshold]))
        assert ap(edge + 1e-3, [threshold]) < 0.02
    falling = [ap(s, THRESHOLDS) for s in np.linspace(0, 0.18, 7)]
    assert (np.diff(falling) < 0).all()
