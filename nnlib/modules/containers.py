"""Layers made of layers, and what stands between convolutions and fully connected layers."""

import math

import numpy as np

import nnlib
from nnlib._check import fail
from nnlib.modules.base import Module, find


class Flatten(Module):
    """All axes but the first made one, as between convolutions and fully connected layers."""

    def forward(self, x, *, training=False, rng=None):
        self.shape = np.shape(x)
        return np.reshape(x, (self.shape[0], math.prod(self.shape[1:])))  # -1 fails for no samples

    def backward(self, grad_output):
        return np.reshape(grad_output, self.shape)


class Sequential(Module):
    """Modules one after the other, each in one place: it keeps the argument of one forward only.

    >>> from nnlib.modules import Linear, ReLU
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(4, 8, rng=rng), ReLU(), Linear(8, 3, rng=rng))
    >>> model(np.ones((2, 4))).shape, model.backward(np.ones((2, 3))).shape, len(model.grads)
    ((2, 3), (2, 4), 4)
    """

    checked = ()

    def __init__(self, *modules):
        self.modules = list(modules)
        self._each_once()

    def _each_once(self):
        if self.modules == self.checked:  # else they are new, or the list has grown
            return
        every = list(_inside(self))
        if len({id(module) for module in every}) < len(every):
            twice = next(m for m in every if sum(m is other for other in every) > 1)
            name, got = type(self).__name__, f"one {type(twice).__name__} twice"
            fail(name, "modules", got, "different objects, one for each place")
        self.checked = list(self.modules)

    @property
    def params(self):
        return [p for module in self.modules for p in module.params]

    @property
    def grads(self):
        return [g for module in self.modules for g in module.grads]

    @property
    def buffers(self):
        return [b for module in self.modules for b in module.buffers]

    def forward(self, x, *, training=False, rng=None):
        self._each_once()
        for module in self.modules:
            x = module.forward(x, training=training, rng=rng)
        return x

    def backward(self, grad_output):
        for module in reversed(self.modules):
            grad_output = module.backward(grad_output)
        return grad_output


def _inside(module):
    """A module and all that it is made of, one item for each place where it stands."""
    yield module
    for inner in getattr(module, "modules", ()):
        yield from _inside(inner)


class Residual(Sequential):
    """x + F(x), with F the modules one after the other.

    >>> from nnlib.modules import ReLU
    >>> Residual(ReLU())(np.array([-1.0, 2.0]))
    array([-1.,  4.])
    """

    def __init__(self, *modules, ops=nnlib):
        super().__init__(*modules)
        self.call, self.call_backward = (
            find(ops, "nn.residual_block"),
            find(ops, "nn.residual_block_backward"),
        )

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        inside = super().forward
        return self.call(x, fn=(lambda x: inside(x, training=training, rng=rng), None))

    def backward(self, grad_output):
        inside = super().backward
        return self.call_backward(grad_output, self.x, fn=(None, lambda grad_output, x: inside(grad_output)))
