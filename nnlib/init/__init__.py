"""Starting values of weights: drawn so that neither the signal nor its gradient grows or shrinks with depth.

Each function returns a new array of the given shape, (out, in) for a fully connected layer; what is random
takes the generator to draw from.
"""

from nnlib.init.plain import constant, keep_k, normal, sparse, sparse_k, uniform, zeros
from nnlib.init.scaled import (
    calculate_gain,
    fans,
    kaiming_normal,
    kaiming_uniform,
    lecun_normal,
    xavier_normal,
    xavier_uniform,
)
from nnlib.init.variance import measured_gain, preactivation_std, preactivation_variance

__all__ = [
    "calculate_gain",
    "constant",
    "fans",
    "kaiming_normal",
    "kaiming_uniform",
    "keep_k",
    "lecun_normal",
    "measured_gain",
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
