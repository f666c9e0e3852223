"""Chapter 11, pooling: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "max_pool2d",
    "max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "stochastic_pool2d",
    "max_pool_time",
    "avg_pool_time",
    "kmax_pool",
    "chunk_max_pool",
    "self_attention_pool",
    "squash",
    "dynamic_routing",
    "roi_pool",
)
