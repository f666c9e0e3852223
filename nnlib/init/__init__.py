"""Starting values of weights: drawn so that neither the signal nor its gradient grows or shrinks with depth.

Each function returns a new array of the given shape, (out, in) for a fully connected layer; what is random
takes the generator to draw from.
"""

from nnlib.init.plain import constant, normal, sparse, sparse_k, uniform, zeros
from nnlib.init.scaled import (
    calculate_gain,
    kaiming_normal,
    kaiming_uniform,
    lecun_normal,
    xavier_normal,
    xavier_uniform,
)
from nnlib.init.variance import preactivation_std, preactivation_variance

__all__ = [
    "calculate_gain",
    "constant",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "normal",
    "preactivation_std",
    "preactivation_variance",
    "sparse",
    "sparse_k",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]
