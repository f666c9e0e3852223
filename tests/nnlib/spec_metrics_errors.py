"""What nnlib.metrics refuses."""

import numpy as np

from nnlib import metrics as M
from tests.nnlib.spec import Error

LABELS = (
    M.accuracy_score,
    M.confusion_matrix,
    M.f1_of_macro_averages,
    M.f1_score,
    M.false_positive_rate,
    M.precision_score,
    M.recall_score,
)
SCORES = (
    M.auc_by_pairs,
    M.average_precision_score,
    M.precision_recall_curve,
    M.roc_auc_score,
    M.roc_curve,
)
PAIR = ([0, 1], [1, 1])
SCORED = ([0, 1], [0.2, 0.3])
UNIT = [[0.0, 0.0, 1.0, 1.0]]
FOUND = {"boxes": UNIT, "scores": [0.5], "labels": [1]}
THERE = {"boxes": UNIT, "labels": [1]}


def without(image, key):
    return {k: v for k, v in image.items() if k != key}


ERRORS = (
    *(Error(f, ([], []), "y_true must be of shape (n,), n >= 1; got shape (0,)") for f in LABELS + SCORES),
    *(Error(f, ([[0], [1]], [[0], [1]]), "y_true must be of shape (n,)") for f in LABELS),
    *(Error(f, ([0, 1], [0, 1, 1]), "y_pred must be of shape (2,); got shape (3,)") for f in LABELS),
    *(Error(f, ([0.5, 1.0], [0, 1]), "y_true must be whole numbers; got fractions or nan") for f in LABELS),
    *(
        Error(f, ([0, 1], [np.nan, 1.0]), "y_pred must be whole numbers; got fractions or nan")
        for f in LABELS
    ),
    *(
        Error(f, (["a", "b"], [0, 1]), "y_pred must be strings, as the other labels are; got int64")
        for f in LABELS
    ),
    *(Error(f, ([1j, 1.0], [0, 1]), "y_true must be labels: ints, bools or strings") for f in LABELS),
    *(
        Error(f, PAIR, "sample_weight must be of shape (2,); got shape (3,)", {"sample_weight": [1, 1, 1]})
        for f in LABELS
    ),
    *(
        Error(f, PAIR, "sample_weight must be finite, at least 0, and not all 0", {"sample_weight": w})
        for f in LABELS
        for w in ([0, 0], [-1, 2], [np.nan, 1.0], [np.inf, 1.0])
    ),
    *(
        Error(f, PAIR, "labels must be distinct", {"labels": [1, 1], **options})
        for f, options in (
            (M.confusion_matrix, {}),
            (M.f1_score, {"average": "macro"}),
            (M.f1_of_macro_averages, {}),
        )
    ),
    Error(M.confusion_matrix, PAIR, "labels must be such that one is in y_true", {"labels": [7, 8]}),
    Error(
        M.confusion_matrix,
        PAIR,
        "labels must be numbers, as the other labels are; got <U1",
        {"labels": ["a"]},
    ),
    Error(M.confusion_matrix, PAIR, "labels must be of shape (n,), n >= 1", {"labels": []}),
    Error(M.confusion_matrix, PAIR, "normalize must be None, 'true', 'pred' or 'all'", {"normalize": "rows"}),
    Error(M.f1_score, ([0, 1, 2], [0, 1, 1]), "average must be another; got 'binary' with 3 labels"),
    Error(M.f1_score, ([2, 3], [3, 3]), "pos_label must be one of [2 3]; got 1"),
    Error(
        M.precision_score,
        (["a", "b"], ["a", "b"]),
        "pos_label must be strings, as the other",
    ),
    Error(
        M.false_positive_rate,
        (["a", "b"], ["a", "b"]),
        "pos_label must be strings, as the other",
    ),
    Error(M.recall_score, PAIR, "average must be one of", {"average": "samples"}),
    *(
        Error(f, PAIR, "zero_division must be 0, 1 or nan; got 0.5", {"zero_division": 0.5})
        for f in (M.precision_score, M.recall_score, M.f1_score, M.f1_of_macro_averages)
    ),
    Error(M.f1_score, PAIR, "zero_division must be 0, 1 or nan; got 'warn'", {"zero_division": "warn"}),
    Error(M.fbeta_score, PAIR, "beta must be at least 0; got -1", {"beta": -1}),
    Error(M.fbeta_score, PAIR, "beta must be at least 0; got nan", {"beta": np.nan}),
    *(
        Error(f, ([0, 1], [0.2, x]), "y_score must be finite; got nan or inf")
        for f in SCORES
        for x in (np.nan, np.inf)
    ),
    *(Error(f, ([0, 1], [0.2]), "y_score must be of shape (2,); got shape (1,)") for f in SCORES),
    *(
        Error(f, ([0, 1, 2], [0.2, 0.3, 0.4]), "y_true must be of two labels; got 3 labels")
        for f in SCORES[:2]
    ),
    Error(M.roc_auc_score, ([0, 1, 2], [0.2, 0.3, 0.4]), "y_true must be of two labels; got 3 labels"),
    *(
        Error(
            f,
            (y, [0.2, 0.3]),
            "pos_label must be given unless they are 0, 1 or -1, 1; got None for the labels",
        )
        for f in (M.roc_curve, M.precision_recall_curve)
        for y in ([1, 2], ["a", "b"])
    ),
    Error(M.average_precision_score, ([2, 3], [0.2, 0.3]), "pos_label must be one of [2 3]; got 1"),
    Error(
        M.average_precision_score,
        (["a", "b"], [0.2, 0.3]),
        "pos_label must be strings, as the other labels are",
    ),
    *(
        Error(f, SCORED, "sample_weight must be finite, at least 0, and not all 0", {"sample_weight": [0, 0]})
        for f in SCORES[1:]
    ),
    *(
        Error(M.roc_auc_score, SCORED, "max_fpr must be above 0 and at most 1", {"max_fpr": f})
        for f in (0, 1.5, np.nan)
    ),
    Error(M.auc, ([0.0], [1.0]), "x must be of shape (n,), n >= 2; got shape (1,)"),
    Error(M.auc, ([0.0, 1.0], [1.0]), "y must be of shape (2,); got shape (1,)"),
    Error(M.auc, ([0.0, 1.0, 0.5], [1.0, 1.0, 1.0]), "x must be never falling or never rising; got both"),
    Error(
        M.average_precision, ([0.5, 0.4], [1.0, 1.0]), "recall must be never falling from 0 on; got falling"
    ),
    Error(M.average_precision, ([-0.1], [1.0]), "recall must be never falling from 0 on"),
    Error(M.average_precision, ([0.5], [[1.0]]), "precision must be of shape (1,); got shape (1, 1)"),
    Error(M.average_precision, ([[0.5]], [[1.0]]), "recall must be of shape (n,)"),
    Error(M.average_precision, ([0.5], [1.0]), "method must be one of", {"method": "voc"}),
    Error(M.top_k_accuracy_score, (*SCORED,), "k must be at least 1; got 0", {"k": 0}),
    Error(
        M.top_k_accuracy_score,
        ([0, 1, 2], np.zeros((3, 2))),
        "y_score must be (3, 3) for 3 samples, 3 labels",
    ),
    Error(M.top_k_accuracy_score, ([0, 1], np.zeros((2, 2))), "y_score must be (2,) for 2 samples, 2 labels"),
    Error(M.top_k_accuracy_score, ([0, 1], [0.1, np.nan]), "y_score must be finite"),
    Error(
        M.top_k_accuracy_score, ([0, 1], [0.1, 0.2]), "labels must be sorted; got [1 0]", {"labels": [1, 0]}
    ),
    Error(
        M.top_k_accuracy_score,
        ([0, 5], np.zeros((2, 3))),
        "labels must be those of y_true",
        {"labels": [0, 1, 2]},
    ),
    *(
        error
        for f in (M.dice_coefficient, M.mask_iou)
        for error in (
            Error(f, ([0, 1], [0]), "b must be of shape (2,); got shape (1,)"),
            Error(f, ([0, 2], [0, 1]), "a must be of 0 and 1; got other values"),
            Error(f, ([0, 1], [0.0, np.nan]), "b must be of 0 and 1; got other values"),
        )
    ),
    Error(
        M.perplexity, ([-1.0, 0.5],), "log_probs must be logarithms of probabilities; got a positive value"
    ),
    Error(M.perplexity, ([],), "log_probs must be at least one word to average over; got shape (0,)"),
    Error(M.perplexity, (np.zeros((3, 0)),), "at least one word", {"axis": 1}),
    *(
        error
        for f in (M.box_iou, M.generalized_box_iou)
        for error in (
            Error(f, (UNIT[0], UNIT), "boxes1 must be of shape (n, 4); got shape (4,)"),
            Error(f, (UNIT, [[0.0, 0.0, 1.0]]), "boxes2 must be of shape (n, 4); got shape (1, 3)"),
            Error(
                f,
                (UNIT, [[5.0, 5.0, 2.0, 2.0]]),
                "boxes2 must be corners (x1, y1, x2, y2), x1 <= x2, y1 <= y2",
            ),
        )
    ),
    Error(M.nms, (UNIT, [0.5, 0.4], 0.5), "scores must be of shape (1,); got shape (2,)"),
    Error(M.nms, (UNIT, [np.nan], 0.5), "scores must be numbers; got nan"),
    Error(M.nms, ([[3.0, 0.0, 1.0, 1.0]], [0.5], 0.5), "boxes must be corners"),
    Error(M.match_detections, (UNIT, [0.5, 0.4], UNIT), "scores must be of shape (1,); got shape (2,)"),
    Error(M.match_detections, (UNIT, [np.nan], UNIT), "scores must be numbers; got nan"),
    Error(M.match_detections, (UNIT, [0.5], [[1.0]]), "gt_boxes must be of shape (n, 4)"),
    Error(M.average_recall, ([],), "ious must be of shape (n,), n >= 1; got shape (0,)"),
    Error(M.average_recall, ([1.5],), "ious must be from 0 to 1; got [1.5]"),
    *(
        error
        for f in (M.mean_average_precision, M.coco_summary)
        for error in (
            Error(f, ([FOUND], []), "detections must be of 0 images; got 1 images"),
            Error(
                f,
                ([without(FOUND, "scores")], [THERE]),
                "detections[0] must be a dict of boxes, labels and scores",
            ),
            Error(
                f, ([FOUND], [without(THERE, "labels")]), "ground_truths[0] must be a dict of boxes, labels"
            ),
            Error(f, ([FOUND], [THERE | {"labels": []}]), "ground_truths[0]['labels'] must be of shape (1,)"),
            Error(f, ([FOUND | {"scores": []}], [THERE]), "scores must be of shape (1,); got shape (0,)"),
            Error(
                f, ([FOUND | {"boxes": [[9, 9, 1, 1]]}], [THERE]), "detections[0]['boxes'] must be corners"
            ),
            Error(
                f,
                ([FOUND | {"labels": ["cat"]}], [THERE]),
                "labels of detections must be numbers, as",
            ),
            Error(
                f,
                ([FOUND] * 2, [THERE, THERE | {"labels": ["cat"]}]),
                "ground_truths must be of labels of one kind; got numbers and strings",
            ),
        )
    ),
    Error(M.mean_average_precision, ([FOUND], [THERE]), "method must be one of", {"method": "voc"}),
)
