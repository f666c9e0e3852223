"""Layers for images (N, C, H, W): convolution and pooling."""

import numpy as np

import nnlib
from nnlib.modules.base import Module
from nnlib.modules.linear import _first_params


class Conv2d(Module):
    """Convolution with out_channels kernels of kernel_size, an int or two.

    Without init, weights and biases are uniform between -1 / sqrt(n) and 1 / sqrt(n), n the numbers that a kernel
    sees at a place, as in torch.nn.Conv2d; with init, a function of (shape, *, rng), weights are drawn by it and
    biases are 0.

    >>> layer = Conv2d(3, 8, 5, padding=2, rng=np.random.default_rng(0))
    >>> layer(np.ones((2, 3, 28, 28))).shape
    (2, 8, 28, 28)
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        *,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        init=None,
        dtype=np.float64,
        rng,
        ops=nnlib,
    ):
        super().__init__(ops=ops)
        self.call, self.call_backward = self._pair("conv.conv2d")
        self.options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        kernel = (kernel_size, kernel_size) if np.ndim(kernel_size) == 0 else tuple(kernel_size)
        shape = (out_channels, in_channels // groups, *kernel)
        self.params = _first_params(shape, bias, init, dtype, rng)

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, *self.params, **self.options)

    def backward(self, grad_output):
        grad_x, *self.grads = self.call_backward(grad_output, self.x, *self.params, **self.options)
        return grad_x


class _Pool(Module):
    op = ""

    def __init__(self, kernel_size, *, stride=None, padding=0, ops=nnlib, **options):
        super().__init__(ops=ops)
        self.call, self.call_backward = self._pair(f"pooling.{self.op}")
        self.options = {"kernel_size": kernel_size, "stride": stride, "padding": padding, **options}

    def forward(self, x, *, training=False, rng=None):
        self.x = x
        return self.call(x, **self.options)

    def backward(self, grad_output):
        return self.call_backward(grad_output, self.x, **self.options)


class MaxPool2d(_Pool):
    """The largest number of each window; stride is the window unless given; other options as `max_pool2d`.

    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    op = "max_pool2d"


class AvgPool2d(_Pool):
    """The mean of each window; stride is the window unless given; other options as `avg_pool2d`.

    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    op = "avg_pool2d"
