"""Chapter 13, imbalance, many classes, structure: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "weighted_cross_entropy_backward",
    "focal_loss",
    "focal_loss_backward",
    "dice_loss",
    "soft_cross_entropy_backward",
    "logistic_regression",
    "decide",
    "multiclass_hinge_loss_backward",
    "attribute_hinge_loss",
    "attribute_logistic_loss_backward",
    "hierarchical_softmax_probs",
    "structured_hinge_loss",
)
