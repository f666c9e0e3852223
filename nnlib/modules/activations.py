"""Activations as layers."""

import nnlib
from nnlib.modules.base import Module


class Activation(Module):
    """Any activation of nnlib.activations by its name, with its options.

    >>> import numpy as np
    >>> Activation("leaky_relu", negative_slope=0.5)(np.array([-2.0, 2.0]))
    array([-1.,  2.])
    """

    def __init__(self, name, *, ops=nnlib, **options):
        super().__init__(ops=ops)
        self.name, self.options = name, options
        self.call, self.call_backward = self._pair(f"activations.{name}")

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, **self.options)

    def backward(self, grad_output):
        return self.call_backward(grad_output, self.x, **self.options)


class _Named(Activation):
    name = ""

    def __init__(self, *, ops=nnlib, **options):
        super().__init__(self.name, ops=ops, **options)


class ReLU(_Named):
    """`relu` as a layer."""

    name = "relu"


class LeakyReLU(_Named):
    """`leaky_relu` as a layer."""

    name = "leaky_relu"


class ELU(_Named):
    """`elu` as a layer."""

    name = "elu"


class GELU(_Named):
    """`gelu` as a layer."""

    name = "gelu"


class SiLU(_Named):
    """`silu` as a layer."""

    name = "silu"


class Softplus(_Named):
    """`softplus` as a layer."""

    name = "softplus"


class Sigmoid(_Named):
    """`sigmoid` as a layer."""

    name = "sigmoid"


class Tanh(_Named):
    """`tanh` as a layer."""

    name = "tanh"
