"""Chapter 04, back-propagation: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "forward_2_2_2",
    "hidden_layer_grads",
    "linear",
    "linear_backward",
    "cost_delta",
    "delta_hidden",
    "grad_weight",
    "mlp",
    "mlp_backward",
    "numerical_gradient",
    "gradient_agrees",
    "xor_closed_form",
    "staircase",
)
