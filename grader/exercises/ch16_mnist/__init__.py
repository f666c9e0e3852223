"""Chapter 16, the MNIST experiments: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "feedforward",
    "batch_gradients",
    "l2_step",
    "sgd_epoch",
    "accuracy_gap_z",
    "choose_and_test",
)
