"""Norms as layers: weights start from 1, biases from 0."""

import numpy as np

import nnlib
from nnlib._check import need
from nnlib.modules.base import Module


class _Norm(Module):
    """weight and bias of a shape, if the norm has any, and the pair that it calls."""

    def __init__(self, op, shape, *, weight, bias, dtype, ops):
        super().__init__(ops=ops)
        self.call, self.call_backward = self._pair(f"norm.{op}")
        self.has = weight, bias
        self.params = [start(shape, dtype) for start, there in ((np.ones, weight), (np.zeros, bias)) if there]

    def arguments(self):
        """What the pair takes after x."""
        raise NotImplementedError

    def weight_and_bias(self):
        params = iter(self.params)
        return [next(params) if there else None for there in self.has]

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, *self.arguments(), **self.options)

    def backward(self, grad_output):
        result = self.call_backward(grad_output, self.x, *self.arguments(), **self.options)
        grad_x, *self.grads = result if self.params else (result,)
        return grad_x


class _BatchNorm(_Norm):
    axes = ()  # how many x may have
    shapes = ""

    def __init__(self, num_features, *, eps=1e-5, momentum=0.1, affine=True, dtype=np.float64, ops=nnlib):
        super().__init__("batch_norm", num_features, weight=affine, bias=affine, dtype=dtype, ops=ops)
        self.buffers = [np.zeros(num_features, dtype), np.ones(num_features, dtype)]
        self.options = {"training": False, "momentum": momentum, "eps": eps}

    def arguments(self):
        return *self.buffers, *self.weight_and_bias()

    def forward(self, x, *, training=False, rng=None):
        need(np.ndim(x) in self.axes, type(self).__name__, "x", f"shape {np.shape(x)}", self.shapes)
        self.options["training"] = training
        y, *statistics = super().forward(x)
        if training:
            for kept, new in zip(self.buffers, statistics):
                kept[...] = new
        return y


class BatchNorm1d(_BatchNorm):
    """Batch norm of features (N, C) or of sequences (N, C, L): each channel by its own mean and variance.

    Training forwards use those of the batch and bring `buffers`, the running mean and variance, up to date; in use
    the running ones are taken.

    >>> layer = BatchNorm1d(2)
    >>> layer.forward(np.array([[1.0, 10.0], [3.0, 30.0]]), training=True).round(3)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> layer.buffers
    [array([0.2, 2. ]), array([ 1.1, 20.9])]
    """

    axes, shapes = (2, 3), "of shape (N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """Batch norm of images (N, C, H, W), as `BatchNorm1d` otherwise.

    >>> BatchNorm2d(3, eps=0.0)(np.full((2, 3, 1, 1), 5.0)).ravel()
    array([5., 5., 5., 5., 5., 5.])
    """

    axes, shapes = (4,), "of shape (N, C, H, W)"


class LayerNorm(_Norm):
    """Layer norm over the last axes, which have normalized_shape: the same in training and in use.

    >>> LayerNorm(3)(np.array([[2.0, 5.0, 3.0]])).round(3)
    array([[-1.069,  1.336, -0.267]])
    """

    def __init__(
        self,
        normalized_shape,
        *,
        eps=1e-5,
        elementwise_affine=True,
        bias=True,
        dtype=np.float64,
        ops=nnlib,
    ):
        bias = bias and elementwise_affine
        super().__init__(
            "layer_norm", normalized_shape, weight=elementwise_affine, bias=bias, dtype=dtype, ops=ops
        )
        self.normalized_shape, self.options = normalized_shape, {"eps": eps}

    def arguments(self):
        return self.normalized_shape, *self.weight_and_bias()


class GroupNorm(_Norm):
    """Group norm of (N, C, ...): num_groups groups of the num_channels channels of a sample, each by itself.

    >>> GroupNorm(2, 4)(np.array([[1.0, 3.0, 10.0, 50.0]])).round(3)
    array([[-1.,  1., -1.,  1.]])
    """

    def __init__(self, num_groups, num_channels, *, eps=1e-5, affine=True, dtype=np.float64, ops=nnlib):
        fits = num_groups >= 1 and num_channels % num_groups == 0
        need(fits, "GroupNorm", "num_groups", num_groups, f"a divisor of the {num_channels} channels")
        super().__init__("group_norm", num_channels, weight=affine, bias=affine, dtype=dtype, ops=ops)
        self.num_groups, self.options = num_groups, {"eps": eps}

    def arguments(self):
        return self.num_groups, *self.weight_and_bias()
