"""Chapter 07, schedules and search: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "inverse_time_decay",
    "exponential_lr",
    "step_lr",
    "lr_threshold",
    "transformer_lr",
    "linear_warmup_decay",
    "cyclic_lr",
    "one_cycle_lr",
    "cosine_annealing_warm_restarts",
    "log_uniform",
    "sample_beta",
    "grid_search",
    "random_search",
)
