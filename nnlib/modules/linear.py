"""The fully connected layer, and how weights start."""

import math

import numpy as np

import nnlib
from nnlib.modules.base import Module


class Linear(Module):
    """Fully connected layer y = x W^T + b.

    Without init, weights and biases are uniform between -1 / sqrt(in) and 1 / sqrt(in), as in torch.nn.Linear;
    with init, a function of (shape, *, rng) such as those of nnlib.init, weights are drawn by it and biases are 0.

    >>> layer = Linear(2, 3, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(self, in_features, out_features, *, bias=True, init=None, dtype=np.float64, rng, ops=nnlib):
        super().__init__(ops=ops)
        self.call, self.call_backward = self._pair("nn.linear")
        self.params = _first_params((out_features, in_features), bias, init, dtype, rng)

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, *self.params)

    def backward(self, grad_output):
        grad_x, *self.grads = self.call_backward(grad_output, self.x, *self.params)
        return grad_x


def _first_params(shape, bias, init, dtype, rng):
    """The weight (out, ...) and the bias of a layer before training, each output with prod(shape[1:]) inputs."""
    bound = 1 / math.sqrt(max(math.prod(shape[1:]), 1))
    weight = rng.uniform(-bound, bound, shape) if init is None else init(shape, rng=rng)
    params = [np.array(weight, dtype=dtype)]
    if bias:
        start = rng.uniform(-bound, bound, shape[0]) if init is None else np.zeros(shape[0])
        params.append(start.astype(dtype))
    return params
