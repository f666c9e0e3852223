"""Convolution: plain, transposed, separable and deformable, and the arithmetic of its sizes and costs.

Images are (N, C, H, W): pictures, channels, rows, columns. Kernels are (O, C / groups, kh, kw).
"""

from nnlib.conv.convolution import conv1d, conv1d_backward, conv2d, conv2d_backward

__all__ = [
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
]
