"""Chapter 14, ensembles and early exits: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "average_probs",
    "rank_average",
    "majority_vote",
    "stacking_features",
    "snapshots",
    "fge_lr",
    "swa_update",
    "multi_exit_loss",
    "budgeted_exit",
    "confidence_exit",
    "entropy_exit",
    "patience_exit",
)
