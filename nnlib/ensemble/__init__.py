"""Ensembles: several models or several checkpoints as one, and several classifiers inside one network."""

from nnlib.ensemble.combine import average_probs, majority_vote, rank_average
from nnlib.ensemble.exits import (
    Exits,
    budgeted_exit,
    confidence_exit,
    entropy_exit,
    multi_exit_loss,
    multi_exit_loss_backward,
    mutual_distillation_loss,
    mutual_distillation_loss_backward,
    patience_exit,
)
from nnlib.ensemble.snapshots import SnapshotEnsemble, fge_lr, swa_average, swa_update, update_bn
from nnlib.ensemble.stacking import StackingClassifier, stratified_folds

__all__ = [
    "Exits",
    "SnapshotEnsemble",
    "StackingClassifier",
    "average_probs",
    "budgeted_exit",
    "confidence_exit",
    "entropy_exit",
    "fge_lr",
    "majority_vote",
    "multi_exit_loss",
    "multi_exit_loss_backward",
    "mutual_distillation_loss",
    "mutual_distillation_loss_backward",
    "patience_exit",
    "rank_average",
    "stratified_folds",
    "swa_average",
    "swa_update",
    "update_bn",
]
