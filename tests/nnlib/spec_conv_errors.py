"""What nnlib.conv refuses."""

import numpy as np

from nnlib import conv
from tests.nnlib.spec import Error


def refused(op, *args, words, **kwargs):
    return Error(op, args, words, kwargs)


IMAGE, KERNELS = np.ones((2, 4, 5, 5)), np.ones((6, 4, 3, 3))
SIGNAL, FILTERS = np.ones((2, 4, 5)), np.ones((6, 4, 3))
OFFSETS = np.zeros((2, 18, 3, 3))

ERRORS = (
    refused(conv.conv2d, IMAGE[0], KERNELS, words="x must be of shape (N, C, H, W); got shape (4, 5, 5)"),
    refused(
        conv.conv2d,
        IMAGE,
        KERNELS[:, :3],
        words="weight must be of shape (out, 4, kh, kw); got shape (6, 3, 3, 3)",
    ),
    refused(conv.conv2d, IMAGE, KERNELS[0], words="weight must be of shape (out, 4, kh, kw)"),
    refused(conv.conv2d, IMAGE, KERNELS[..., :0], words="weight must be of shape (out, 4, kh, kw)"),
    refused(conv.conv2d, IMAGE, KERNELS[:0], words="weight must be a multiple of 1 groups; got 0 kernels"),
    refused(conv.conv2d, IMAGE, KERNELS, np.ones((6, 1)), words="bias must be of shape (6,)"),
    refused(conv.conv2d, IMAGE, KERNELS, groups=3, words="groups must be a divisor of 4 channels; got 3"),
    refused(conv.conv2d, IMAGE, KERNELS, groups=0, words="groups must be a divisor of 4 channels; got 0"),
    refused(conv.conv2d, IMAGE, KERNELS, groups=2, words="weight must be of shape (out, 2, kh, kw)"),
    refused(
        conv.conv2d,
        IMAGE,
        KERNELS[:3, :2],
        groups=2,
        words="weight must be a multiple of 2 groups; got 3 kernels",
    ),
    refused(
        conv.conv2d, IMAGE, KERNELS, stride=0, words="stride must be an int or 2 of them, at least 1; got 0"
    ),
    refused(conv.conv2d, IMAGE, KERNELS, stride=1.5, words="stride must be an int or 2 of them"),
    refused(conv.conv2d, IMAGE, KERNELS, dilation=(1, 0), words="dilation must be an int or 2 of them"),
    refused(conv.conv2d, IMAGE, KERNELS, padding=-1, words="padding must be an int or 2 of them, at least 0"),
    refused(conv.conv2d, IMAGE, KERNELS, padding=(1, 1, 1), words="padding must be an int or 2 of them"),
    refused(conv.conv2d, IMAGE, KERNELS, padding="full", words='padding must be "same", "valid" or numbers'),
    refused(
        conv.conv2d, IMAGE, KERNELS, padding="same", stride=2, words='stride must be 1 for padding "same"'
    ),
    refused(
        conv.conv2d, IMAGE, np.ones((6, 4, 6, 3)), words="kernel must be no larger than the padded image"
    ),
    refused(conv.conv2d, IMAGE, KERNELS, dilation=3, words="kernel must be no larger than the padded image"),
    refused(
        conv.conv2d_backward, 1.0, IMAGE, KERNELS[:, :3], words="weight must be of shape (out, 4, kh, kw)"
    ),
    refused(conv.conv1d, SIGNAL[0], FILTERS, words="x must be of shape (N, C, L)"),
    refused(
        conv.conv1d, SIGNAL, FILTERS[:, :3], words="weight must be of shape (out, 4, k); got shape (6, 3, 3)"
    ),
    refused(conv.conv1d, SIGNAL, FILTERS, stride=(1, 1), words="stride must be an int, at least 1"),
    refused(conv.conv1d, SIGNAL, np.ones((6, 4, 6)), words="kernel must be no larger than the padded image"),
    refused(conv.conv_transpose2d, IMAGE[0], KERNELS, words="x must be of shape (N, C, H, W)"),
    refused(conv.conv_transpose2d, IMAGE, KERNELS, words="weight must be of shape (4, out / groups, kh, kw)"),
    refused(conv.conv_transpose2d, IMAGE, KERNELS[:4], [1.0], words="bias must be of shape (4,)"),
    refused(
        conv.conv_transpose2d, IMAGE, KERNELS[:4], groups=3, words="groups must be a divisor of 4 channels"
    ),
    refused(
        conv.conv_transpose2d, IMAGE, KERNELS[:4], output_padding=1, words="output_padding must be smaller"
    ),
    refused(conv.conv_transpose2d, IMAGE, KERNELS[:4], padding=4, words="padding must be smaller"),
    refused(conv.conv_transpose2d, IMAGE, KERNELS[:4], padding="same", words="padding must be an int"),
    refused(conv.depthwise_conv2d, IMAGE[0], KERNELS[:, :1], words="x must be of shape (N, C, H, W)"),
    refused(conv.depthwise_conv2d, IMAGE, KERNELS[:4], words="weight must be of shape (out, 1, kh, kw)"),
    refused(conv.depthwise_conv2d, IMAGE, KERNELS[:, :1], words="weight must be a multiple of 4 groups"),
    refused(conv.pointwise_conv2d, IMAGE, KERNELS, words="weight must be of shape (out, 4, 1, 1)"),
    refused(conv.pointwise_conv2d, IMAGE[0], KERNELS[:, :, :1, :1], words="x must be of shape (N, C, H, W)"),
    refused(
        conv.separable_conv2d,
        IMAGE,
        KERNELS,
        KERNELS[:, :, :1, :1],
        words="dw_weight must be of shape (out, 1, kh, kw)",
    ),
    refused(
        conv.separable_conv2d,
        IMAGE,
        KERNELS[:4, :1],
        KERNELS,
        words="pw_weight must be of shape (out, 4, 1, 1)",
    ),
    refused(conv.fc_as_conv, IMAGE, np.ones((3, 99)), words="weight must be of shape (out, 100)"),
    refused(conv.fc_as_conv, IMAGE[0], np.ones((3, 100)), words="x must be of shape (N, C, H, W)"),
    refused(conv.bilinear_sample, IMAGE[0], SIGNAL, SIGNAL, words="x must be of shape (N, C, H, W)"),
    refused(conv.bilinear_sample, IMAGE, SIGNAL[:1], SIGNAL[:1], words="py must be of shape (2, ...)"),
    refused(conv.bilinear_sample, IMAGE, SIGNAL, SIGNAL[:, :1], words="px must be of shape (2, 4, 5), as py"),
    refused(conv.deform_conv2d, IMAGE[0], OFFSETS, KERNELS, words="x must be of shape (N, C, H, W)"),
    refused(
        conv.deform_conv2d, IMAGE, OFFSETS[:, :9], KERNELS, words="offset must be of shape (2, D 18, 3, 3)"
    ),
    refused(
        conv.deform_conv2d, IMAGE, OFFSETS[:, :, :1], KERNELS, words="offset must be of shape (2, D 18, 3, 3)"
    ),
    refused(
        conv.deform_conv2d,
        IMAGE,
        np.concatenate([OFFSETS] * 3, axis=1),
        KERNELS,
        words="offset must be of shape (2, D 18, 3, 3), D a divisor of 4 channels",
    ),
    refused(
        conv.deform_conv2d, IMAGE, OFFSETS, KERNELS[:, :3], words="weight must be of shape (out, 4 / groups"
    ),
    refused(
        conv.deform_conv2d, IMAGE, OFFSETS, KERNELS[:3, :2], words="weight must be a multiple of 2 groups"
    ),
    refused(conv.deform_conv2d, IMAGE, OFFSETS, KERNELS, np.ones(3), words="bias must be of shape (6,)"),
    refused(
        conv.deform_conv2d, IMAGE, OFFSETS, KERNELS, None, OFFSETS, words="mask must be of shape (2, 9, 3, 3)"
    ),
)
