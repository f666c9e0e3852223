"""Training: the loop, its record, evaluation, checkpoints, and a faster loop for the simplest networks."""

from nnlib.training._fast import fast_epoch
from nnlib.training.checkpoints import load_checkpoint, save_checkpoint
from nnlib.training.evaluation import History, accuracy, evaluate
from nnlib.training.loop import fit

__all__ = ["History", "accuracy", "evaluate", "fast_epoch", "fit", "load_checkpoint", "save_checkpoint"]
