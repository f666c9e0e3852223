"""Layers that hold their parameters and call the pairs: forward keeps its argument, backward hands it on.

A module computes nothing itself. It calls ``f`` and ``f_backward`` from the namespace it is given as ``ops``:
``nnlib`` by default, or any object with functions of your own, by name; what it lacks is taken from nnlib.
"""

from nnlib.modules.activations import ELU, GELU, Activation, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh
from nnlib.modules.base import Module, find
from nnlib.modules.containers import Flatten, Residual, Sequential
from nnlib.modules.images import AvgPool2d, Conv2d, MaxPool2d
from nnlib.modules.linear import Linear
from nnlib.modules.noise import Dropout, GaussianNoise
from nnlib.modules.norm import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm

__all__ = [
    "ELU",
    "GELU",
    "Activation",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GroupNorm",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Module",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "find",
]
