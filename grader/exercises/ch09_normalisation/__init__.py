"""Chapter 09, normalisation: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "normalize",
    "batch_norm_train",
    "update_running",
    "population_stats",
    "batch_norm",
    "fuse_bn_weights",
    "batch_norm_backward_steps",
    "batch_norm_backward",
    "layer_norm",
    "group_norm",
)
