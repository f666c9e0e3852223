"""Chapter 12, metrics: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "confusion_matrix",
    "binary_scores",
    "fbeta",
    "f1_scores",
    "top_k_accuracy_score",
    "roc_curve",
    "auc_by_pairs",
    "precision_recall_curve",
    "average_precision",
    "box_iou",
    "match_by_iou",
    "mean_average_precision",
    "average_recall",
    "perplexity",
)
