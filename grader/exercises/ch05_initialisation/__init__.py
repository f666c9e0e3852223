"""Chapter 05, initialisation and vanishing gradients: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "linear_chain_gain",
    "one_hidden_layer_grads",
    "preactivation_variance",
    "preactivation_std",
    "fans",
    "lecun_normal",
    "xavier_normal",
    "xavier_uniform",
    "measured_gain",
    "kaiming_normal",
    "keep_k",
    "clip_grad_norm",
    "clip_grad_value",
)
