"""How good are the predictions, and where does the error come from?

Names, argument order (the truth first) and defaults are those of sklearn.metrics, for boxes of torchvision.ops;
docs/departures.md lists what differs. Nothing here warns: what is not defined has the answer its docstring says.
"""

from nnlib.metrics.areas import auc, auc_by_pairs, average_precision, average_precision_score, roc_auc_score
from nnlib.metrics.bias_variance import bias_variance_decomposition
from nnlib.metrics.boxes import box_iou, generalized_box_iou, mask_iou, nms
from nnlib.metrics.confusion import (
    accuracy_score,
    confusion_matrix,
    false_positive_rate,
    top_k_accuracy_score,
)
from nnlib.metrics.curves import precision_recall_curve, roc_curve
from nnlib.metrics.detection import (
    CocoSummary,
    average_recall,
    coco_summary,
    match_detections,
    mean_average_precision,
)
from nnlib.metrics.f_scores import (
    dice_coefficient,
    f1_of_macro_averages,
    f1_score,
    fbeta_score,
    precision_score,
    recall_score,
)
from nnlib.metrics.likelihood import perplexity

__all__ = [
    "CocoSummary",
    "accuracy_score",
    "auc",
    "auc_by_pairs",
    "average_precision",
    "average_precision_score",
    "average_recall",
    "bias_variance_decomposition",
    "box_iou",
    "coco_summary",
    "confusion_matrix",
    "dice_coefficient",
    "f1_of_macro_averages",
    "f1_score",
    "false_positive_rate",
    "fbeta_score",
    "generalized_box_iou",
    "mask_iou",
    "match_detections",
    "mean_average_precision",
    "nms",
    "perplexity",
    "precision_recall_curve",
    "precision_score",
    "recall_score",
    "roc_auc_score",
    "roc_curve",
    "top_k_accuracy_score",
]
