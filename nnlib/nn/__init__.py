"""Networks of neurons: one unit, fully connected layers, and back-propagation through them.

Samples come first everywhere: x is (n, in), a weight matrix is (out, in), a layer computes x @ weight.T + bias.
"""

from nnlib.nn.backprop import cost_delta, delta_hidden, delta_output, grad_bias, grad_weight
from nnlib.nn.classifiers import SoftmaxRegression, softmax_regression
from nnlib.nn.layers import linear, linear_backward, mlp, mlp_backward, mlp_parameters
from nnlib.nn.logistic import LogisticRegression
from nnlib.nn.neurons import collapse_linear, neuron
from nnlib.nn.residual import residual_block, residual_block_backward

__all__ = [
    "LogisticRegression",
    "SoftmaxRegression",
    "collapse_linear",
    "cost_delta",
    "delta_hidden",
    "delta_output",
    "grad_bias",
    "grad_weight",
    "linear",
    "linear_backward",
    "mlp",
    "mlp_backward",
    "mlp_parameters",
    "neuron",
    "residual_block",
    "residual_block_backward",
    "softmax_regression",
]
