"""Noise while training."""

import numpy as np

import nnlib
from nnlib._check import need
from nnlib.modules.base import Module, find


class _Noise(Module):
    """Draws its mask anew in each training forward, and keeps it for the backward."""

    draw = op = ""

    def __init__(self, *, ops=nnlib, **options):
        super().__init__(ops=ops)
        self.options = options
        self.call, self.call_backward = self._pair(f"regularization.{self.op}")

    def sample(self, shape, rng):
        return find(self.ops, f"regularization.{self.draw}")(shape, rng=rng)

    def forward(self, x, *, training=False, rng=None):
        need(rng is not None or not training, type(self).__name__, "rng", rng, "a Generator while training")
        noise = self.sample(np.shape(x), rng) if training else None
        self.kept = (x, noise, training)
        return self.call(x, noise, training=training, **self.options)

    def backward(self, grad_output):
        x, noise, training = self.kept
        return self.call_backward(grad_output, x, noise, training=training, **self.options)


class Dropout(_Noise):
    """Inverted dropout while training, nothing in use; p is the probability to drop a unit.

    >>> Dropout(p=0.5)(np.ones(4), training=True, rng=np.random.default_rng(0))
    array([2., 0., 0., 0.])
    """

    draw, op = "dropout_mask", "dropout"

    def __init__(self, *, p=0.5, ops=nnlib):
        super().__init__(p=p, ops=ops)

    def sample(self, shape, rng):
        return find(self.ops, "regularization.dropout_mask")(shape, p=self.options["p"], rng=rng)


class GaussianNoise(_Noise):
    """Normal noise of standard deviation std while training, nothing in use."""

    draw, op = "standard_noise", "gaussian_noise"

    def __init__(self, *, std=0.1, ops=nnlib):
        super().__init__(std=std, ops=ops)
