"""What chapter 12 says about its experiments, over three seeds."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import norm

from nnlib import experiments as E
from nnlib import metrics as M

SEEDS = range(3)


def rng(seed):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_roc_stays_where_precision_falls(seed):
    run = E.roc_vs_pr((1, 10, 100), rng=rng(seed))
    assert isinstance(run, E.RocVsPr)
    np.testing.assert_allclose(run.auc, norm.cdf(1.5 / np.sqrt(2)), atol=0.025)
    np.testing.assert_allclose(run.chance, [1 / 2, 1 / 11, 1 / 101])
    assert run.ap[0] > 0.8
    assert run.ap[1] < 0.6
    assert run.ap[2] < 0.2
    assert (run.ap > 2 * run.chance - 0.3).all()
    at = [np.interp(0.1, *curve) for curve in run.roc]  # true positive rate at a false positive rate of 0.1
    np.testing.assert_allclose(at, norm.cdf(1.5 + norm.ppf(0.1)), atol=0.05)
    for (fpr, tpr), area in zip(run.roc, run.auc):
        np.testing.assert_allclose(M.auc(fpr, tpr), area)
    for recall, precision in run.pr:
        assert len(recall) == len(precision)


@pytest.mark.parametrize("seed", SEEDS)
def test_chance_is_one_half_under_roc_and_the_share_of_positives_under_pr(seed):
    run = E.roc_vs_pr((1, 20), positives=2000, separation=0.0, rng=rng(seed))
    np.testing.assert_allclose(run.auc, 0.5, atol=0.04)
    np.testing.assert_allclose(run.ap, run.chance, atol=0.04)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_boxes_find_more_and_a_good_detector_is_precise_while_objects_are_left(seed):
    boxes = (1, 2, 4, 8, 16, 32)
    good = E.more_boxes(*E.made_up_detections(quality=4.0, jitter=0.05, rng=rng(seed)), boxes=boxes)
    poor = E.more_boxes(*E.made_up_detections(quality=0.5, jitter=0.3, rng=rng(seed)), boxes=boxes)
    assert isinstance(good, E.MoreBoxes)
    for run in (good, poor):
        assert (np.diff(run.recall) >= 0).all()
    assert good.precision[:2].min() > 0.9
    assert good.precision[2] > 0.8
    assert poor.precision[:3].max() < 0.75
    assert good.recall[-1] > 0.85
    assert good.precision[-1] < 0.75  # nothing is left to be found


@pytest.mark.parametrize("seed", SEEDS)
def test_made_up_detections_are_as_good_as_they_are_asked_to_be(seed):
    scores = [
        M.mean_average_precision(*E.made_up_detections(quality=q, jitter=j, rng=rng(seed)))
        for q, j in ((4.0, 0.02), (2.0, 0.1), (0.0, 0.3))
    ]
    assert scores[0] > scores[1] + 0.1 > scores[2] + 0.2
    detections, truths = E.made_up_detections(200, objects=7, false=5, rng=rng(seed))
    assert np.mean([len(t["labels"]) for t in truths]) == pytest.approx(7, abs=0.8)
    assert np.mean([len(d["labels"]) for d in detections]) == pytest.approx(7 * 0.9 * 1.2 + 5, abs=1.2)
    for image in truths:
        assert ((image["boxes"] >= 0) & (image["boxes"] <= 400)).all()


def test_plots():
    left, right = E.roc_vs_pr(rng=rng(0)).plot()
    assert len(left.lines) == len(right.lines) == 3
    ax = E.more_boxes(*E.made_up_detections(5, rng=rng(0))).plot(label="good")
    assert [line.get_label() for line in ax.lines] == ["good recall", "good precision"]
    axes = plt.subplots(1, 2)[1]
    assert E.roc_vs_pr((1, 2), rng=rng(0)).plot(axes)[1] is axes[1]
    plt.close("all")
