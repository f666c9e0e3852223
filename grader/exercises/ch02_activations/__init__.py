"""Chapter 02, activations: its exercises in the order of the chapter."""

from grader.record.registry import records

EXERCISES = records(
    __name__,
    "neuron",
    "collapse_linear",
    "sigmoid",
    "sigmoid_backward",
    "tanh_backward",
    "relu_backward",
    "leaky_relu",
    "prelu_backward",
    "softplus",
    "gelu",
    "silu_backward",
    "softmax",
    "log_softmax",
    "softmax_backward",
)
