"""Boxes against torchvision, detections against pycocotools, both against slow formulas."""

import numpy as np
import pytest

from benchmarks.ops.coco import coco_stats
from nnlib import metrics as M
from nnlib.experiments import made_up_detections
from nnlib.metrics import boxes as inside
from tests.nnlib.oracles import boxes as oracle
from tests.nnlib.oracles import load
from tests.nnlib.spec import agree

FROZEN = load("boxes")
UNIT = [0.0, 0.0, 1.0, 1.0]


def frozen(case):
    return {key.removeprefix(f"{case}: "): a for key, a in FROZEN.items() if key.startswith(f"{case}: ")}


def as_torchvision(first, second, scores, want):
    dtype = first.dtype
    with np.errstate(all="raise", under="ignore"):
        for f in (M.box_iou, M.generalized_box_iou):
            agree(f(first, second), want[f.__name__], dtype=dtype)
        for threshold in oracle.THRESHOLDS:
            agree(M.nms(first, scores, threshold), want[f"nms {threshold}"], dtype=np.int64)


@pytest.mark.parametrize("case", oracle.inputs())
def test_boxes_are_torchvisions(case):
    want = frozen(case)
    as_torchvision(*(want[name] for name in ("first", "second", "scores")), want)


def test_boxes_are_torchvisions_live():
    pytest.importorskip("torchvision", exc_type=Exception)  # beside another torch it raises what it likes
    for args in oracle.inputs().values():
        as_torchvision(*args, oracle.answers(*args))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_change_nothing(monkeypatch, dtype):
    rng = np.random.default_rng(0)
    first, second = (oracle.boxes(rng, n).astype(dtype) for n in (50, 30))
    want = [f(first, second) for f in (M.box_iou, M.generalized_box_iou)]
    for cells in (1, 31, 60, 1499, 1500):
        monkeypatch.setattr(inside, "CELLS", cells)
        for f, w in zip((M.box_iou, M.generalized_box_iou), want):
            np.testing.assert_array_equal(f(first, second), w)


def wider(boxes, by=1):
    """Boxes that are not empty."""
    return boxes + np.array([0, 0, by, by])


def slow_nms(boxes, scores, threshold):
    keep = []
    for i in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(M.box_iou(boxes[[i]], boxes[[j]])[0, 0] <= threshold for j in keep):
            keep.append(i)
    return keep


@pytest.mark.parametrize("seed", range(10))
def test_nms_keeps_what_overlaps_nothing_better(seed):
    rng = np.random.default_rng(seed)
    boxes, scores = wider(oracle.boxes(rng, 40)), rng.integers(9, size=40)
    for threshold in (0.0, 0.2, 0.5, 1.0):
        assert M.nms(boxes, scores, threshold).tolist() == slow_nms(boxes, scores, threshold)


def test_nms_at_its_limits():
    assert M.nms([], [], 0.5).tolist() == []
    assert M.nms([UNIT], [0.3], 0.5).tolist() == [0]
    assert M.nms([UNIT, UNIT], [0.3, 0.3], 0.5).tolist() == [0]  # the first of equal scores
    assert M.nms([UNIT, UNIT], [0.3, 0.4], 1.0).tolist() == [1, 0]  # an IoU of 1 is not above 1
    half = [0.0, 0.0, 1.0, 0.5]
    assert M.nms([UNIT, half], [0.4, 0.3], 0.5).tolist() == [0, 1]  # nor 1/2 above 1/2
    assert M.nms([UNIT, [1.0, 0.0, 2.0, 1.0]], [0.4, 0.3], 0.0).tolist() == [0, 1]  # touching


def slow_match(pred, scores, gt, threshold):
    """Each detection in turn looks through all objects."""
    taken, tp = set(), [False] * len(pred)
    for i in sorted(range(len(pred)), key=lambda i: -scores[i]):
        best, at = min(threshold, 1 - 1e-10), None
        for j in range(len(gt)):
            overlap = M.box_iou(pred[[i]], gt[[j]])[0, 0]
            if j not in taken and overlap >= best:
                best, at = overlap, j
        if at is not None:
            taken.add(at)
            tp[i] = True
    return tp


@pytest.mark.parametrize("seed", range(20))
def test_matching_is_one_to_one_and_best_first(seed):
    rng = np.random.default_rng(seed)
    gt = wider(oracle.boxes(rng, 8, whole=seed % 2))
    pred = gt[rng.integers(8, size=15)] + rng.integers(-1, 2, size=(15, 4)) * 0.2
    pred[:, 2:] = np.maximum(pred[:, 2:], pred[:, :2])
    scores = rng.integers(6, size=15)
    for threshold in (0.3, 0.5, 0.9, 1.0):
        tp, fp, n = M.match_detections(pred, scores, gt, iou_threshold=threshold)
        assert tp.tolist() == slow_match(pred, scores, gt, threshold)
        assert (fp == ~tp).all()
        assert n == 8 >= tp.sum()


def test_matching_nothing():
    for pred, gt, want in (([], [], []), ([], [UNIT], []), ([UNIT], [], [False]), ([UNIT], [UNIT], [True])):
        with np.errstate(all="raise"):
            tp, fp, n = M.match_detections(pred, np.ones(len(pred)), gt)
        assert tp.tolist() == want
        assert fp.tolist() == [not x for x in want]
        assert n == len(gt)
    point = [[1.0, 1.0, 1.0, 1.0]]
    assert M.match_detections(point, [1.0], point)[0].tolist() == [False]  # an IoU of 0 / 0 is no match
    assert M.match_detections([UNIT], [1.0], [UNIT], iou_threshold=1.0)[0].tolist() == [True]


SETS = {
    "usual": {},
    "crowded": {"objects": 25, "size": 100, "classes": 2},
    "many false": {"images": 10, "false": 150, "classes": 1},
    "sparse": {"images": 30, "objects": 0.5, "false": 0.5},
    "small": {"size": 40},
    "rough": {"jitter": 0.4},
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", SETS)
def test_coco_s_table_is_pycocotools(name, seed):
    detections, truths = made_up_detections(rng=np.random.default_rng(seed), **({"images": 25} | SETS[name]))
    want = coco_stats(detections, truths)
    agree(M.coco_summary(detections, truths), want)
    agree(M.mean_average_precision(detections, truths), want[0])
    for threshold, value in ((0.5, want[1]), (0.75, want[2])):
        agree(M.mean_average_precision(detections, truths, iou_thresholds=[threshold]), value)


@pytest.mark.parametrize("seed", range(5))
def test_ties_are_broken_as_pycocotools_does(seed):
    """Scores of three values, boxes on a grid: equal scores, equal overlaps, overlaps at a threshold."""
    rng = np.random.default_rng(seed)
    detections, truths = [], []
    for _ in range(15):
        (found, there) = (wider(oracle.boxes(rng, n, whole=True) * 16, 16) for n in (20, 6))
        scores, labels = rng.integers(1, 4, size=20) / 4, rng.integers(2, size=20)
        detections.append({"boxes": found, "scores": scores, "labels": labels})
        truths.append({"boxes": there, "labels": rng.integers(2, size=6)})
    agree(M.coco_summary(detections, truths), coco_stats(detections, truths))


def by_hand(detections, truths, threshold, method, most):
    """Class by class and image by image, with match_detections and average_precision."""
    values = []
    for label in np.unique(np.concatenate([t["labels"] for t in truths])):
        hits, scores, objects = [], [], 0
        for found, there in zip(detections, truths):
            mine = np.flatnonzero(found["labels"] == label)
            mine = mine[np.argsort(-found["scores"][mine], kind="stable")[:most]]
            tp, _, n = M.match_detections(
                found["boxes"][mine],
                found["scores"][mine],
                there["boxes"][there["labels"] == label],
                iou_threshold=threshold,
            )
            hits, scores, objects = [*hits, *tp], [*scores, *found["scores"][mine]], objects + n
        tp = np.cumsum(np.array(hits)[np.argsort(-np.array(scores), kind="stable")])
        values.append(M.average_precision(tp / objects, tp / np.arange(1, len(tp) + 1), method=method))
    return np.mean(values)


@pytest.mark.parametrize("method", ["11point", "all", "101point"])
@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_mean_is_of_its_parts(method, most):
    detections, truths = made_up_detections(40, rng=np.random.default_rng(0))
    for threshold in (0.3, 0.5, 0.9):
        got = M.mean_average_precision(
            detections, truths, iou_thresholds=threshold, method=method, max_detections=most
        )
        agree(got, by_hand(detections, truths, threshold, method, most))


def one(boxes, labels, scores=None):
    image = {"boxes": boxes, "labels": labels}
    return image if scores is None else image | {"scores": scores}


def test_detections_at_their_limits():
    nothing, no_object = one([], [], []), one([], [])
    there, found = one([UNIT], [1]), one([UNIT], [1], [0.5])
    with np.errstate(all="raise"):
        for f in (M.mean_average_precision, lambda *args: M.coco_summary(*args).ap):
            agree(f([found], [there]), 1.0)
            agree(f([nothing], [there]), 0.0)
            agree(f([one([UNIT], [2], [0.5])], [there]), 0.0)  # another class
            agree(f([found], [no_object]), np.nan)
            agree(f([nothing], [no_object]), np.nan)
            agree(f([], []), np.nan)
            agree(f([found, nothing], [there, there]), 51 / 101)
            agree(f([one([UNIT], ["cat"], [0.5])], [one([UNIT], ["cat"])]), 1.0)
            agree(f([one([UNIT], [np.float32(1)], [0.5])], [there]), 1.0)
            # a class that is only detected is left out; one that is only there counts 0
            agree(f([one([UNIT, UNIT], [1, 9], [0.5, 0.9])], [there]), 1.0)
            agree(f([found], [one([UNIT, UNIT], [1, 2])]), 0.5)
    summary = M.coco_summary([found], [there])
    assert isinstance(summary, M.CocoSummary)
    agree(summary, [1, 1, 1, 1, np.nan, np.nan, 1, 1, 1, 1, np.nan, np.nan])


def test_average_recall_over_coco_s_thresholds_is_its_ar():
    """For boxes apart, where each object's best IoU is the detection's own."""
    rng = np.random.default_rng(0)
    gt = np.arange(20)[:, None] * 50.0 + [0, 0, 20, 20]
    pred = gt + rng.uniform(0, 6, size=(20, 1)) * [1, 0, 1, 0]
    labels = np.zeros(20, int)
    summary = M.coco_summary([one(pred, labels, rng.random(20))], [one(gt, labels)])
    ious = np.diagonal(M.box_iou(gt, pred))
    agree(summary.ar_100, M.average_recall(ious, iou_thresholds=np.linspace(0.5, 0.95, 10)))


def test_arrays_stay_as_they_are():
    detections, truths = made_up_detections(3, rng=np.random.default_rng(0))
    for image in detections + truths:
        for array in image.values():
            array.setflags(write=False)
    M.coco_summary(detections, truths)
    M.nms(detections[0]["boxes"], detections[0]["scores"], 0.5)
    M.match_detections(detections[0]["boxes"], detections[0]["scores"], truths[0]["boxes"])
