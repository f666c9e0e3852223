"""Normalisation: batch, layer, instance and group norm, with their gradients.

Channels come second everywhere: x is (N, C) or (N, C, ...). The four differ in the axes that share a mean and a
variance; `norm_axes` names them.
"""

from nnlib.norm.batch import batch_norm, batch_norm_backward, population_stats
from nnlib.norm.groups import group_norm, group_norm_backward, instance_norm, instance_norm_backward
from nnlib.norm.layer import layer_norm, layer_norm_backward
from nnlib.norm.use import fuse_bn_weights, norm_axes

__all__ = [
    "batch_norm",
    "batch_norm_backward",
    "fuse_bn_weights",
    "group_norm",
    "group_norm_backward",
    "instance_norm",
    "instance_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "norm_axes",
    "population_stats",
]
