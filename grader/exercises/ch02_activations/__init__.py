"""Chapter 02, activations: its exercises in the order of the chapter.

Each file holds a family: for every exercise the wrong answers that its check must name, independent right
answers, and the record. All answers are plain defs that use np, erf and earlier functions of the chapter.
"""

from grader.exercises.ch02_activations import (
    gelu,
    neuron,
    prelu,
    relu,
    sigmoid,
    smooth,
    softmax,
    softmax_backward,
    tanh,
)

EXERCISES = (
    neuron.NEURON,
    neuron.COLLAPSE_LINEAR,
    sigmoid.SIGMOID,
    sigmoid.SIGMOID_BACKWARD,
    tanh.TANH_BACKWARD,
    relu.RELU_BACKWARD,
    relu.LEAKY_RELU,
    prelu.PRELU_BACKWARD,
    smooth.SOFTPLUS,
    gelu.GELU,
    smooth.SILU_BACKWARD,
    softmax.SOFTMAX,
    softmax.LOG_SOFTMAX,
    softmax_backward.SOFTMAX_BACKWARD,
)
