"""Convolution: plain, transposed, separable and deformable, and the arithmetic of its sizes and costs.

Images are (N, C, H, W): pictures, channels, rows, columns. Kernels are (O, C / groups, kh, kw).
"""

from nnlib.conv.convolution import conv1d, conv1d_backward, conv2d, conv2d_backward
from nnlib.conv.deformable import (
    bilinear_sample,
    bilinear_sample_backward,
    deform_conv2d,
    deform_conv2d_backward,
)
from nnlib.conv.separable import (
    depthwise_conv2d,
    depthwise_conv2d_backward,
    fc_as_conv,
    fc_as_conv_backward,
    pointwise_conv2d,
    pointwise_conv2d_backward,
    separable_conv2d,
    separable_conv2d_backward,
)
from nnlib.conv.sizes import conv_macs, conv_output_size, conv_params, receptive_field, same_padding
from nnlib.conv.transposed import conv_transpose2d, conv_transpose2d_backward

__all__ = [
    "bilinear_sample",
    "bilinear_sample_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "conv_macs",
    "conv_output_size",
    "conv_params",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "deform_conv2d",
    "deform_conv2d_backward",
    "depthwise_conv2d",
    "depthwise_conv2d_backward",
    "fc_as_conv",
    "fc_as_conv_backward",
    "pointwise_conv2d",
    "pointwise_conv2d_backward",
    "receptive_field",
    "same_padding",
    "separable_conv2d",
    "separable_conv2d_backward",
]
