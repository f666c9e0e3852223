"""The fully connected layer."""

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
        shape, bound = (out_features, in_features), 1 / math.sqrt(max(in_features, 1))
        weight = rng.uniform(-bound, bound, shape) if init is None else init(shape, rng=rng)
        self.params = [np.array(weight, dtype=dtype)]
        if bias:
            start = rng.uniform(-bound, bound, out_features) if init is None else np.zeros(out_features)
            self.params.append(start.astype(dtype))

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, *self.params)

    def backward(self, grad_output):
        grad_x, *self.grads = self.call_backward(grad_output, self.x, *self.params)
        return grad_x
