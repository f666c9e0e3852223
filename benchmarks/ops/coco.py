"""COCO's own judgement, by pycocotools, of detections as nnlib.metrics takes them."""

import contextlib
import io

import numpy as np


def coco_dataset(detections, ground_truths):
    """(COCO object of the truth, of the detections); labels must be ints."""
    from pycocotools.coco import COCO

    labels = sorted({int(label) for image in ground_truths for label in image["labels"]})
    truth = COCO()
    truth.dataset = {
        "info": {},
        "images": [{"id": i} for i in range(len(ground_truths))],
        "categories": [{"id": label} for label in labels],
        "annotations": [],
    }
    for i, image in enumerate(ground_truths):
        for (x1, y1, x2, y2), label in zip(np.asarray(image["boxes"], float).tolist(), image["labels"]):
            annotation = {"image_id": i, "category_id": int(label), "bbox": [x1, y1, x2 - x1, y2 - y1]}
            annotation |= {"area": (x2 - x1) * (y2 - y1), "iscrowd": 0}
            truth.dataset["annotations"].append(annotation | {"id": len(truth.dataset["annotations"]) + 1})
    found = [
        {"image_id": i, "category_id": int(label), "bbox": [x1, y1, x2 - x1, y2 - y1], "score": float(score)}
        for i, image in enumerate(detections)
        for (x1, y1, x2, y2), score, label in zip(
            np.asarray(image["boxes"], float).tolist(), image["scores"], image["labels"]
        )
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        return truth, truth.loadRes(found)


def coco_eval(truth, found):
    """The evaluation of pycocotools, run."""
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, found, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def coco_stats(detections, ground_truths):
    """The twelve numbers of COCO's table; nan for those that pycocotools calls -1."""
    stats = coco_eval(*coco_dataset(detections, ground_truths)).stats
    return np.where(stats == -1, np.nan, stats)
