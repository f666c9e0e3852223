"""Metrics beside those who have them: scikit-learn, torchvision's formula on torch's tensors, and pycocotools."""

import numpy as np

from nnlib import metrics
from nnlib.experiments import made_up_detections


def label_rows():
    from sklearn import metrics as sklearn

    rng = np.random.default_rng(0)
    for n in (1000, 10**6):
        y_true = rng.integers(10, size=n)
        y_pred = np.where(rng.random(n) < 0.8, y_true, rng.integers(10, size=n))
        for name, options in (
            ("accuracy_score", {}),
            ("confusion_matrix", {}),
            ("f1_score", {"average": "macro"}),
        ):
            ours, theirs = (getattr(module, name) for module in (metrics, sklearn))
            yield name, f"{n:,}, 10 classes", "scikit-learn", *calls(ours, theirs, y_true, y_pred, **options)


def score_rows():
    from sklearn import metrics as sklearn

    rng = np.random.default_rng(0)
    for n in (1000, 10**6):
        y = rng.integers(2, size=n)
        for dtype in (np.float64, np.float32):
            scores = (rng.normal(size=n) + y).astype(dtype)
            for name in ("roc_auc_score", "average_precision_score", "roc_curve"):
                ours, theirs = (getattr(module, name) for module in (metrics, sklearn))
                yield name, f"{n:,}, {np.dtype(dtype)}", "scikit-learn", *calls(ours, theirs, y, scores)


def calls(ours, theirs, *args, **options):
    return (lambda: ours(*args, **options)), (lambda: theirs(*args, **options))


def box_rows():
    import torch

    def torchvision_box_iou(boxes1, boxes2):
        """The formula of torchvision.ops.box_iou; the package itself needs a torch of its own version."""
        area1, area2 = ((b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) for b in (boxes1, boxes2))
        corner = torch.max(boxes1[:, None, :2], boxes2[:, :2])
        size = (torch.min(boxes1[:, None, 2:], boxes2[:, 2:]) - corner).clamp(min=0)
        both = size[..., 0] * size[..., 1]
        return both / (area1[:, None] + area2 - both)

    for n in (100, 2000):
        low, side = np.random.default_rng(0).uniform(1, 100, size=(2, 2, n, 2)).astype(np.float32)
        boxes = np.concatenate([low, low + side], axis=2)
        tensors = torch.from_numpy(boxes)
        ours, theirs = (lambda b=boxes: metrics.box_iou(*b)), (lambda t=tensors: torchvision_box_iou(*t))
        yield "box_iou", f"{n} × {n}, float32", "torchvision's formula", ours, theirs


def coco_rows():
    from benchmarks.ops.coco import coco_dataset, coco_eval

    detections, truths = made_up_detections(
        500, classes=20, objects=8, false=20, rng=np.random.default_rng(0)
    )
    dataset = coco_dataset(detections, truths)
    n = sum(len(image["labels"]) for image in detections)
    ours = lambda: metrics.coco_summary(detections, truths)  # noqa: E731
    yield "coco_summary", f"500 images, {n:,} boxes", "pycocotools", ours, lambda: coco_eval(*dataset)


def rows():
    for family in (label_rows, score_rows, box_rows, coco_rows):
        yield from family()
