"""Statements of chapter 12 that one meets and that are not right, beside those that are."""

import numpy as np
import pytest

from nnlib import metrics as M
from tests.nnlib.spec import agree

SQUARE = [0.0, 0.0, 10.0, 10.0]
FAR = [50.0, 50.0, 60.0, 60.0]


def test_an_object_is_found_once():
    """Two boxes on one object are not two hits: the recall would be 2."""
    near = [0.0, 0.0, 10.0, 9.0]
    overlapping = M.box_iou([SQUARE, near], [SQUARE]).max(axis=1) > 0.5
    assert overlapping.sum() / 1 == 2.0
    tp, fp, n = M.match_detections([SQUARE, near], [0.8, 0.9], [SQUARE])
    assert (tp.sum() / n, fp.sum()) == (1.0, 1)
    assert tp.tolist() == [False, True]  # the better score, not the better fit


def test_an_object_that_is_found_is_no_true_negative():
    """One detection, two objects: a true positive and a false negative, and nothing else to count."""
    tp, fp, n = M.match_detections([SQUARE], [0.9], [SQUARE, FAR])
    assert (tp.sum(), fp.sum(), n - tp.sum()) == (1, 0, 1)
    objects_with_a_box = (M.box_iou([SQUARE, FAR], [SQUARE]) > 0.5).any(axis=1)
    assert objects_with_a_box.tolist() == [True, False]  # the pair that is a true positive, counted again


def test_what_was_found_of_the_truth_and_what_is_true_of_the_found():
    y_true, y_pred = np.repeat([1, 0, 1], [3, 1, 7]), np.repeat([1, 1, 0], [3, 1, 7])
    assert M.confusion_matrix(y_true, y_pred).tolist() == [[0, 1], [7, 3]]
    assert M.recall_score(y_true, y_pred) == 0.3
    assert M.precision_score(y_true, y_pred) == 0.75
    harmonic = 2 / (1 / 0.3 + 1 / 0.75)
    assert M.f1_score(y_true, y_pred) == pytest.approx(harmonic)
    assert M.accuracy_score(y_true, y_pred) == pytest.approx(3 / 11)  # not what F1 is made of
    assert pytest.approx(harmonic, abs=0.1) != 2 / (1 / 0.3 + 11 / 3)


def test_two_metrics_are_called_macro_f1():
    y_true = [0] * 10 + [1] * 4 + [2]
    y_pred = [0] * 6 + [1] * 2 + [2] * 2 + [1] * 3 + [0] + [2]
    one, other = M.f1_of_macro_averages(y_true, y_pred), M.f1_score(y_true, y_pred, average="macro")
    per_class = M.f1_score(y_true, y_pred, average=None)
    P, R = (f(y_true, y_pred, average="macro") for f in (M.precision_score, M.recall_score))
    agree(other, per_class.mean())
    agree(one, 2 * P * R / (P + R))
    assert one - other > 0.04


def test_four_numbers_are_called_average_precision():
    """Levels of recall, not of rank; and interpolation or none."""
    y, scores = np.array([1, 0, 1, 1, 0, 0, 1, 0, 0, 1]), -np.arange(10.0)
    tp = np.cumsum(y)
    recall, precision = tp / 5, tp / np.arange(1, 11)
    got = [M.average_precision(recall, precision, method=m) for m in ("11point", "all", "101point")]
    assert np.round(got, 4).tolist() == [0.7403, 0.7143, 0.7171]
    assert M.average_precision_score(y, scores).round(4) == 0.6976
    by_rank = np.mean([precision[round(share * 9)] for share in np.linspace(0, 1, 11)])
    assert abs(by_rank - got[0]) > 0.05


def test_micro_f1_is_accuracy_and_hides_a_rare_class():
    y_true, y_pred = [0] * 95 + [1] * 5, [0] * 100
    assert M.f1_score(y_true, y_pred, average="micro") == M.accuracy_score(y_true, y_pred) == 0.95
    assert M.f1_score(y_true, y_pred, average="macro").round(3) == 0.487
    assert M.recall_score(y_true, y_pred) == 0.0


def test_below_the_diagonal_is_worse_than_chance():
    y, scores = np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.3, 0.4])
    assert M.roc_auc_score(y, scores) == 1.0
    assert M.roc_auc_score(y, -scores) == 0.0
    fpr, tpr, _ = M.roc_curve(y, -scores)
    assert (tpr <= fpr).all()


def test_average_recall_is_twice_the_area_from_one_half_on():
    """This formula is right: the sum of what the IoUs exceed one half by is the integral of recall."""
    ious = np.array([0.95, 0.8, 0.6, 0.5, 0.2, 0.0])
    u = np.linspace(0.5, 1, 100_001)
    integral = 2 * np.trapezoid((ious[:, None] >= u).mean(axis=0), u)
    assert M.average_recall(ious) == pytest.approx(integral, abs=1e-5)
