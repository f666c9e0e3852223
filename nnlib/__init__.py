"""The course's reference library: the operations of a neural network, in plain NumPy.

Submodules are loaded when first used, so ``import nnlib`` costs nothing.
"""

from importlib import import_module

__all__ = [
    "activations",
    "adversarial",
    "conv",
    "data",
    "ensemble",
    "experiments",
    "gradcheck",
    "info",
    "init",
    "losses",
    "lr_scheduler",
    "metrics",
    "modules",
    "nn",
    "norm",
    "optim",
    "plotting",
    "pooling",
    "regularization",
    "search",
    "training",
]


def __getattr__(name):
    if name in __all__:
        return import_module(f"nnlib.{name}")
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
